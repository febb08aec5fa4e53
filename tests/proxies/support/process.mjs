import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const START_MS = 60_000;

/** The caller's own settings are not the tests' settings. */
export function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("DOORSTEP_")));
}

/** Ports that nobody has now. They are asked for together, so that no two are the same. */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () => listen()));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

/** Starts a program and waits until `answers()` says so. `stop` waits for its end. */
export async function start(command, args, { answers, ...options }) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const said = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => said.push(text));
  let hasEnded = false;
  const ended = new Promise((resolve) => {
    const end = (reason) => {
      hasEnded = true;
      resolve(reason);
    };
    child.once("error", end);
    child.once("close", end);
  });
  const stop = async () => {
    child.kill("SIGCONT");
    child.kill("SIGTERM");
    await ended;
  };
  const until = Date.now() + START_MS;
  while (!hasEnded && Date.now() < until) {
    if (await answers()) return { stop, said, signal: (name) => child.kill(name) };
    await sleep(50);
  }
  await stop();
  throw new Error(`${command} ${args.join(" ")} does not start:\n${said.join("").slice(-4000)}`);
}

/** Undoes in the other order what was done, whatever fails on the way. */
export class Undo {
  #steps = [];

  add(step) {
    this.#steps.push(step);
  }

  async all() {
    for (const step of this.#steps.splice(0).reverse()) await step();
  }
}
