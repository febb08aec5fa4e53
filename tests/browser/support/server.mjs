import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { databases, dist, doorstep } from "./paths.mjs";

const READY = /^Doorstep is ready on http:\/\/[^\s]*:(\d+)/;
const START_MS = 20_000;

/** The caller's own settings are not the tests' settings. */
function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("DOORSTEP_")));
}

/** An empty database: in the folder, or on the server that DOORSTEP_TEST_ENGINE names and tools/databases has started. */
function freshDatabase(folder) {
  const { DOORSTEP_TEST_ENGINE: engine = "sqlite", DOORSTEP_TEST_LABEL: label } = process.env;
  if (engine === "sqlite") return `sqlite:${join(folder, "shop.db")}`;
  const own = label ? ["--label", label] : [];
  return execFileSync(databases, ["fresh", engine, ...own], { encoding: "utf8" }).trim();
}

/**
 * The real server on a free port, with a database of its own and the built storefront.
 * `settings` are further DOORSTEP_ variables by their names without that: `{ CORS_ORIGINS: "https://shop.test" }`.
 */
export async function startDoorstep({ listen = "127.0.0.1:0", mode = "dev", settings = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "doorstep-browser-"));
  const database = freshDatabase(folder);
  const args = ["serve", "--listen", listen, "--database", database, "--mode", mode];
  const named = Object.entries(settings).map(([name, value]) => [`DOORSTEP_${name}`, value]);
  const child = spawn(doorstep, args, {
    cwd: folder,
    env: { ...plainEnvironment(), DOORSTEP_SERVER_STATIC_DIR: dist, ...Object.fromEntries(named) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = [];
  child.stderr.setEncoding("utf8").on("data", (text) => log.push(text));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const port = await readyPort(child);
    const url = `http://localhost:${port}`;
    return { port, url, folder, stop, log, rows: (sql) => rows(folder, database, sql) };
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${log.join("")}`);
  }
}

function readyPort(child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The server was not ready in time.")), START_MS);
    const fail = (reason) => {
      clearTimeout(timer);
      reject(new Error(`The server did not start: ${reason}`));
    };
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`it ended with ${code}`));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const port = READY.exec(line)?.[1];
      if (!port) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
  });
}

const READ_ROWS = `
import json, sqlite3, sys
shop = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
shop.row_factory = sqlite3.Row
print(json.dumps([dict(row) for row in shop.execute(sys.argv[2])], default=lambda value: value.hex()))
`;

/** What really stands in the database, read beside the server. Node 20 has no SQLite; Python has. */
function rows(folder, database, sql) {
  const file = fileOf(folder, database);
  return JSON.parse(execFileSync("python3", ["-c", READ_ROWS, file, sql], { encoding: "utf8" }));
}

/** SQLite's file, or a copy as one of what stands on a database server. */
function fileOf(folder, database) {
  if (database.startsWith("sqlite:")) return database.slice("sqlite:".length);
  const copy = join(mkdtempSync(join(folder, "copy-")), "shop.db");
  const args = ["move", "--from", database, "--to", `sqlite:${copy}`, "--keep-source"];
  execFileSync(doorstep, args, { cwd: folder, env: plainEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
  return copy;
}
