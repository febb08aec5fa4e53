import { createDoorstepClient } from "../../src/index.js";
import { browserFetch } from "./browser.js";

let count = 0;

export const visitor = (baseUrl: string) =>
  createDoorstepClient({ baseUrl, fetch: browserFetch(baseUrl).fetch });

export const person = () => ({
  name: "Grace Hopper",
  email: `grace.${++count}@example.com`,
  password: "nanoseconds are 30 cm long",
});

/** What the page behind a mail's link offers to choose. */
export async function offered(link: string): Promise<string[]> {
  const page = await (await fetch(link)).text();
  return [...page.matchAll(/name="choice" value="(\d+)"/g)].map(([, value]) => `${value}`);
}

/** Opens the link and posts the form of its page. */
export async function choose(link: string, choice: string): Promise<string> {
  const page = await (await fetch(link, { headers: { Accept: "text/html" } })).text();
  const hidden = ["token", "nonce"].map((name): [string, string] => {
    const [, value = ""] = new RegExp(`name="${name}" value="([^"]*)"`).exec(page) ?? [];
    return [name, value];
  });
  const { origin, pathname } = new URL(link);
  const response = await fetch(origin + pathname, {
    method: "POST",
    headers: { Origin: origin, Accept: "text/html" },
    body: new URLSearchParams([...hidden, ["choice", choice]]),
  });
  return response.text();
}
