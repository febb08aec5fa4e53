// Builds the desktop app, lets a person in a box of their own sign up with it, and looks into the database.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startDoorstep } from "../../clients/fixture/doorstep.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bundle = `${root}.cache/desktop/bundle`;
const pictures = process.env.FLUTTER_PICTURES ?? `${root}.cache/pictures`;
const customer = { name: "Grace Darling", email: "grace@longstone.example", password: "a kettle in the rain" };

const run = (command, ...args) => execFileSync(command, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] }).toString();

/** The rows of the database, read by somebody else than the server. */
function customersIn(database) {
  const query = "import sqlite3, sys, json; print(json.dumps(sqlite3.connect(sys.argv[1]).execute('select name, email from customers').fetchall()))";
  return JSON.parse(run("python3", "-c", query, database.replace(/^sqlite:/, "")));
}

const server = await startDoorstep();
try {
  run("tools/flutter-desktop", "build", bundle, `DOORSTEP_URL=${server.url}`);
  rmSync(`${pictures}/app.log`, { force: true });
  mkdirSync(pictures, { recursive: true });
  const inside = process.env.FLUTTER_OWN_SCREEN ? [] : ["tools/sid-root", "run"];
  const [command, ...args] = [...inside, "bash", "tests/desktop/session.sh", bundle, pictures, ...Object.values(customer)];
  const kept = run(command, ...args);
  const rows = customersIn(server.database);
  const expected = JSON.stringify([[customer.name, customer.email]]);
  const checks = {
    "keyboard and mouse made one account": JSON.stringify(rows) === expected,
    "the session's file is its owner's alone": /^600 /m.test(kept),
    "the app said nothing of an error": !/exception|error/i.test(run("cat", `${pictures}/app.log`)),
  };
  for (const [what, holds] of Object.entries(checks)) console.log(`${holds ? "ok" : "not ok"} ${what}`);
  const failed = Object.values(checks).filter((holds) => !holds).length;
  console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
  if (failed) {
    console.error(`rows: ${JSON.stringify(rows)}\nfiles: ${kept}\n${server.log()}`);
    process.exitCode = 1;
  }
} finally {
  await server.stop();
}
