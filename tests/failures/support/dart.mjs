import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
/** The compiled probe; tools/parts/failures makes it, and has none where there is no Dart. */
const program = process.env.FAILURES_DART;

export const hasDart = Boolean(program);

/** The probe of dart/probe.dart: answers questions, one line of JSON each. `before` is a command that it runs under. */
export async function startDart({ before = [] } = {}) {
  const [command, ...args] = [...before, "tools/flutter", "dart", program];
  const child = spawn(command, args, { cwd: root, stdio: ["pipe", "pipe", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (chunk) => {
    complaints += chunk;
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`The Dart probe ended:\n${complaints}`);
      return JSON.parse(value);
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
