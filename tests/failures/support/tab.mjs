let count = 0;

/** Somebody who was never here before. */
export function newPerson(name = "Grace Darling") {
  count += 1;
  return {
    name,
    email: `grace.${process.pid}.${count}@longstone.example`,
    password: "coble through the Farne",
  };
}

/** Asks for a session in a cookie, as the kit does on the web. */
export const withCookie = (person) => ({ ...person, session: "cookie" });

/** A tab of a page, everything that its console says, and the two ways to call the API from it. */
export class Tab {
  constructor(page, origin) {
    this.page = page;
    this.origin = origin;
    this.console = [];
    page.on("console", (message) => this.console.push(message.text()));
    page.on("pageerror", (error) => this.console.push(`${error}`));
  }

  /** What a developer without a kit writes: fetch, and what comes of it. */
  plain(url, { json = true, credentials = "include", ...init } = {}) {
    return this.page.evaluate(
      async ({ url, init, json }) => {
        try {
          const response = await fetch(url, init);
          const headers = Object.fromEntries(response.headers);
          const { status } = response;
          return { status, headers, body: json ? await response.json() : await response.text() };
        } catch (error) {
          return { error: `${error}` };
        }
      },
      { url, json, init: { credentials, ...init } },
    );
  }

  /** The same as JSON. */
  post(url, body, init = {}) {
    const headers = { "Content-Type": "application/json", ...init.headers };
    return this.plain(url, { ...init, method: init.method ?? "POST", headers, body: JSON.stringify(body) });
  }

  /** One call of the kit, and then what its `diagnose` finds; `text` is everything that a developer gets to read. */
  async kit(baseUrl, { call = "login", clock = 0, person, ...options } = {}) {
    const before = this.console.length;
    const outcome = await this.page.evaluate(
      async ({ baseUrl, call, clock, options, person }) => {
        try {
          const now = () => Date.now() + clock;
          const client = globalThis.kit.createDoorstepClient({ baseUrl, now, ...options });
          const result = await client[call](person);
          const found = await client.diagnose();
          return { result, found, state: client.getState() };
        } catch (error) {
          return { thrown: `${error}` };
        }
      },
      { baseUrl, call, clock, options, person: { ...newPerson(), ...person } },
    );
    const told = this.console.slice(before).filter((line) => line.includes("[doorstep]"));
    const { thrown, result, found = [] } = outcome;
    const text = [thrown, result?.error?.hint, JSON.stringify(found), ...told].filter(Boolean).join("\n");
    return { ...outcome, text };
  }
}
