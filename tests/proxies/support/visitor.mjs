import assert from "node:assert/strict";
import { ask } from "./client.mjs";

let count = 0;

/** Somebody who was never here before, with the session cookie as a browser would keep it. */
export class Visitor {
  constructor(site, { send = ask, from = "127.0.0.1" } = {}) {
    count += 1;
    this.site = site;
    this.send = send;
    this.from = from;
    this.person = {
      name: "Grace Darling",
      email: `grace.${process.pid}.${count}@longstone.example`,
      password: "coble through the Farne",
    };
  }

  async ask(method, path, { body, headers = {} } = {}) {
    const cookie = this.cookie && { cookie: this.cookie };
    const answer = await this.send(this.site, method, path, {
      body,
      from: this.from,
      headers: { ...cookie, ...headers },
    });
    for (const line of answer.headers["set-cookie"] ?? []) this.keep(line);
    return answer;
  }

  /** Refuses what a browser would refuse: a bound cookie on plain http, or one that is not bound as its name says. */
  keep(line) {
    const [pair, ...attributes] = line.split("; ");
    const flags = attributes.filter((attribute) => !attribute.startsWith("Max-Age=")).sort();
    const isTls = this.site.url.protocol === "https:";
    assert.deepEqual(flags, ["HttpOnly", "Path=/", "SameSite=Lax", ...(isTls ? ["Secure"] : [])], line);
    const [name, value] = pair.split("=");
    assert.match(name, isTls ? /^__Host-doorstep(-device)?$/ : /^doorstep-\d+(-device)?$/);
    // The device's opens nothing.
    if (name.endsWith("-device")) return;
    this.cookie = attributes.includes("Max-Age=0") ? undefined : `${name}=${value}`;
  }

  signUp(options = {}) {
    return this.ask("POST", "/api/signup", { body: { ...this.person, session: "cookie" }, ...options });
  }

  logIn({ email, password } = this.person) {
    return this.ask("POST", "/api/login", { body: { email, password, session: "cookie" } });
  }
}
