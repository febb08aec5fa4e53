// What npm would publish must be sound: publint and are-the-types-wrong look at both packages.
import { spawnSync } from "node:child_process";

for (const name of ["client", "react"]) {
  run("publint", [name, "--strict"]);
  run("attw", ["--pack", name, "--profile", "esm-only"]);
}

function run(tool, args) {
  const { status } = spawnSync("npx", ["--no-install", tool, ...args], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
