import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { doorstep, recipes } from "./paths.mjs";
import { plainEnvironment, start } from "./process.mjs";
import { replaceAll } from "./text.mjs";

/** The doorstep.toml of a recipe: the block under a heading of its README, which is how it is proven. */
export function tomlOf(recipe, heading) {
  const readme = readFileSync(join(recipes, recipe, "README.md"), "utf8");
  const section = readme.split(/^## /m).find((part) => part.startsWith(heading));
  const block = /^```toml\n([\s\S]*?)^```/m.exec(section ?? "")?.[1];
  if (!block) throw new Error(`${recipe}/README.md has no toml block under "${heading}"`);
  return block;
}

/** The real server with that configuration, in a folder of its own. `changes` are [what stands there, what is here]. */
export async function startDoorstep({ folder, port, toml, changes, env = {} }) {
  const key = join(folder, "key");
  writeFileSync(key, randomBytes(32).toString("base64"), { mode: 0o600 });
  const own = [
    ["/etc/doorstep/key", key],
    ["sqlite:/var/lib/doorstep/doorstep.db", `sqlite:${join(folder, "shop.db")}`],
    ...changes,
  ].filter(([there]) => toml.includes(there));
  writeFileSync(join(folder, "doorstep.toml"), replaceAll(toml, own));
  const run = () =>
    start(doorstep, ["serve"], {
      cwd: folder,
      env: { ...plainEnvironment(), ...env },
      answers: () =>
        fetch(`http://127.0.0.1:${port}/healthz`).then(
          ({ ok }) => ok,
          () => false,
        ),
    });
  let server = await run();
  return {
    port,
    stop: () => server.stop(),
    startAgain: async () => {
      server = await run();
    },
    /** Takes connections and says nothing, like a server that is stuck. */
    pause: () => server.signal("SIGSTOP"),
    resume: () => server.signal("SIGCONT"),
    log: () => server.said.join(""),
  };
}
