import { execFile } from "node:child_process";
import { doorstep } from "../../browser/support/paths.mjs";

/** Runs a program to its end; what it exits with is an answer, not an error. Never blocks: proxies live in this process. */
export function run(program, args, { env = {}, cwd = "/tmp", input } = {}) {
  return new Promise((resolve, reject) => {
    const settings = { cwd, env: { ...process.env, ...env }, timeout: 30_000, maxBuffer: 8 * 1024 * 1024 };
    const child = execFile(program, args, settings, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ code: error?.code ?? 0, stdout, stderr, text: stdout + stderr });
    });
    child.stdin.end(input);
  });
}

/** `curl` as a person types it, quiet but for errors. */
export const curl = (...args) => run("curl", ["--silent", "--show-error", "--max-time", "10", ...args]);

/** The tests' own variables are no settings of Doorstep: to a child they are not there. */
const unset = () =>
  Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => name.startsWith("DOORSTEP_"))
      .map((name) => [name, undefined]),
  );

/** `doorstep doctor`, as a person without a configuration runs it. */
export const doctor = (args, env) =>
  run(doorstep, ["doctor", ...args], { env: { ...unset(), NO_COLOR: "1", ...env } });
