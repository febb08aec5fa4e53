#!/usr/bin/env node
// Starts the binary that lies beside it. Without arguments: the server with its sample storefront, customers in doorstep.db here.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));
const given = process.argv.slice(2);
const words = given.length > 0 ? given : ["serve", "--static-dir", beside("storefront")];

const server = spawn(beside("doorstep"), words, { stdio: "inherit" });
// A terminal's Ctrl-C reaches both: the server ends by itself, and this waits for it. What is sent to this process alone is passed on.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill(signal));
server.on("error", (error) => {
  console.error(`doorstep: the binary cannot be started: ${error.message}`);
  process.exitCode = 1;
});
server.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
