import { expect, test } from "vitest";
import { compareAddresses, type Place } from "../src/diagnose/places.js";
import { judgeProbes } from "../src/diagnose/unreachable.js";

/** As web views have it: Node's URL gives other schemes no origin. */
function page(address: string): Place {
  const { protocol, hostname, port, pathname } = new URL(address);
  return { protocol, hostname, port, pathname, origin: `${protocol}//${hostname}` };
}
const extension = "chrome-extension://cciilamhchpmbdnniabclekddabkifhb";
const production = new URL("https://api.shop.com");
const here = new URL("http://localhost:5000/api/login");

test.each([
  "capacitor://localhost",
  "https://localhost",
  "tauri://localhost",
  "http://tauri.localhost",
  extension,
])("%s is told to ask for a token, and nothing that an app cannot do", (app) => {
  expect(compareAddresses(page(app), production, true)).toEqual([
    `DS-11 ${app} is the page of an app, and keeps no session cookie of https://api.shop.com. Make the client with session: "token".`,
  ]);
  expect(compareAddresses(page(app), production, false)).toEqual([]);
});

test("a developer's page on port 80 of this machine is no app's", () => {
  expect(compareAddresses(page("http://localhost/"), here, true)).toEqual([]);
  const other = new URL("http://127.0.0.1:5000");
  expect(compareAddresses(page("http://localhost/"), other, true)).toEqual([
    expect.stringMatching(/^DS-09 /),
  ]);
});

test("the origin of an app can be allowed, and none is a page from a file", () => {
  const refused = { health: true, plain: false, fresh: false };
  for (const app of ["capacitor://localhost", "tauri://localhost", extension]) {
    expect(judgeProbes(page(app), "POST", here, refused)).toBe(
      `DS-01 The server is up, but origin ${app} is not allowed. Run: doorstep origins add ${app}`,
    );
  }
  const file = { ...page("file:///index.html"), origin: "file://" };
  expect(judgeProbes(file, "POST", here, refused)).toMatch(/^DS-01 .*opened from a file/);
});

test("an extension is no public page that browsers keep from this machine", () => {
  const nobody = { health: false, any: false };
  expect(judgeProbes(page(extension), "POST", here, nobody)).toMatch(/^DS-25 /);
});
