import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { startDoorstep } from "../../browser/support/server.mjs";
import { hasDart, startDart } from "./dart.mjs";
import { makeFolder } from "./folder.mjs";
import { launchForFailures, startPages } from "./pages.mjs";
import { doctor } from "./programs.mjs";
import { startProxy } from "./proxy.mjs";
import { Tab } from "./tab.mjs";

// Vite would make this a production build, whose kit says nothing.
process.env.NODE_ENV = "development";

export const rows = JSON.parse(readFileSync(new URL("../rows.json", import.meta.url), "utf8"));

/** What a server outside of dev mode cannot do without. */
export const PRODUCTION = {
  SERVER_PUBLIC_URL: "https://shop.test",
  SECRETS_KEY: randomBytes(32).toString("base64"),
};

let browser;
/** Told at each start in dev mode, to whoever reads it: no diagnosis. */
const ADVICE = "Only this machine can reach the server";

/** One browser for a file of rows. */
export function withBrowser() {
  before(async () => {
    browser = await launchForFailures();
  });
  after(() => browser?.close());
}

/** The parts of one row: started when asked for, ended with the test, and what each channel said. */
class Stage {
  #ends = [];
  #said = {};
  #servers = [];
  #others = [];

  constructor(known) {
    this.known = known;
  }

  /** Anything that has `stop`. */
  async start(making) {
    const made = await making;
    this.#ends.push(() => made.stop());
    return made;
  }

  async doorstep(options) {
    const server = await this.start(startDoorstep({ listen: "localhost:0", ...options }));
    this.#servers.push(server);
    return server;
  }

  proxy = (target, options) => this.start(startProxy(target, options));
  /** A browser of its own, which finds further hosts on this machine. */
  async browser(flags) {
    const program = await launchForFailures(flags);
    this.#ends.push(() => program.close());
    return program;
  }

  pages = (options) => this.start(startPages(options));

  folder = (files) => this.start(makeFolder(files));

  /** The Dart client in a process of its own. */
  async dart(question, options) {
    const dart = await this.start(startDart(options));
    const answer = await dart.ask(question);
    this.said("dart", [answer.hint, ...(answer.log ?? [])].filter(Boolean).join("\n"));
    return answer;
  }

  /** A page on `host`, by default one that dev mode trusts, in a browser without a past. */
  async tab({ host = "localhost", path = "/", pages, program = browser, ...options } = {}) {
    const served = pages ?? (await this.pages());
    const context = await program.newContext({ ignoreHTTPSErrors: true, ...options });
    context.setDefaultTimeout(15_000);
    this.#ends.push(() => context.close());
    const origin = served.originOf(host);
    const tab = new Tab(await context.newPage(), origin);
    tab.context = context;
    await tab.page.goto(origin + path);
    return tab;
  }

  /** Another cause that this set-up really has besides: it may be named. */
  isThereToo(id) {
    this.#others.push(id);
  }

  /** Notes what a channel said to the person who looks there. */
  said(channel, text) {
    this.#said[channel] =
      `${this.#said[channel] ?? ""}\n${typeof text === "string" ? text : JSON.stringify(text)}`;
  }

  /** The doctor, pointed at the very same set-up. */
  async doctor(...args) {
    const { text, code } = await doctor(args);
    this.said("doctor", text);
    return { text, code };
  }

  /** What the servers wrote, a moment later where a line is still expected. */
  async #readLogs() {
    const read = () =>
      this.#servers
        .flatMap((server) => server.log.join("").split("\n"))
        .filter((line) => !line.includes(ADVICE))
        .join("\n");
    const { id, channels } = this.known;
    for (let i = 0; channels.includes("log") && i < 20 && !read().includes(id); i++) await pause(50);
    return read();
  }

  /** The id in every channel that rows.json promises, and no other id in any. */
  async judge() {
    const { id, channels } = this.known;
    // Also where it cannot see the cause, the doctor may not make one up.
    const [first] = this.#servers;
    if (!this.#said.doctor && first) await this.doctor("--api", `http://localhost:${first.port}`);
    this.said("log", await this.#readLogs());
    const named = [];
    const wrong = [];
    for (const [channel, text] of Object.entries(this.#said)) {
      const ids = new Set(text.match(/\bDS-\d\d\b/g));
      if (ids.delete(id)) named.push(channel);
      for (const other of ids) if (!this.#others.includes(other)) wrong.push(`${channel} names ${other}`);
    }
    const silent = channels
      .filter((channel) => !named.includes(channel))
      .map((channel) => `${channel} is silent`);
    const more = named
      .filter((channel) => !channels.includes(channel))
      .map((channel) => `${channel} knows it too`);
    const words = Object.entries(this.#said).map(([channel, text]) => `--- ${channel}:${text}`);
    assert.deepEqual([...wrong, ...silent, ...more], [], `${id}:\n${words.join("\n")}`);
  }

  get logs() {
    return this.#servers.map((server) => server.log.join("").slice(-3000)).join("\n");
  }

  async end() {
    for (const end of this.#ends.reverse()) await end();
  }
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until `look` finds something. */
export async function until(look, what, patience = 5000) {
  for (const end = Date.now() + patience; Date.now() < end; await pause(25)) {
    const found = await look();
    if (found) return found;
  }
  assert.fail(`It did not come to: ${what}`);
}

/** Runs `body` with parts of its own; what they said is judged by `known`. */
async function play(known, body) {
  const stage = new Stage(known);
  try {
    await body(stage);
    await stage.judge();
  } catch (error) {
    error.message += `\n--- the servers' logs:\n${stage.logs}`;
    throw error;
  } finally {
    await stage.end();
  }
}

/** One row of the catalogue. The body makes the failure happen, proves its symptom, and asks the channels. */
export function row(id, body) {
  const known = rows.find((one) => one.id === id);
  assert.ok(known, `${id} is not in rows.json`);
  const skip = known.channels.includes("dart") && !hasDart && "no Dart here";
  test(`${id} ${known.how ?? known.instead}`, { timeout: 240_000, skip }, () => play(known, body));
}

/** A set-up in which nothing is wrong: no channel may name any id. */
export function healthy(name, body, { skip = false } = {}) {
  test(`healthy: ${name}`, { timeout: 240_000, skip }, () => play({ id: "none", channels: [] }, body));
}
