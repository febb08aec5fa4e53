import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recipes } from "./paths.mjs";
import { start } from "./process.mjs";
import { replaceAll } from "./text.mjs";

/** Caddy with one of the recipe's files as it is, but for addresses and paths, and without fetching certificates. */
export function startCaddy({ folder, file, name, host, page, port, plainPort, upstream, ...options }) {
  const { isOneSite, pages, certificates, patience, keepAlive, answers } = options;
  const recipe = readFileSync(join(recipes, "caddy", file), "utf8");
  const tls = `tls ${certificates.chain} ${certificates.key}`;
  const changed = replaceAll(recipe, [
    [`\n${name} {`, `\n${host} {\n\t${tls}`],
    [`\nhttp://${name} {`, `\nhttp://${host} {`],
    isOneSite ? ["/var/www/shop", pages] : ["header Origin https://shop.example", `header Origin ${page}`],
    ["127.0.0.1:5000", `127.0.0.1:${upstream}`],
    ["response_header_timeout 40s", `response_header_timeout ${patience ?? "40s"}`],
    ["keepalive 1m", `keepalive ${keepAlive ?? "1m"}`],
  ]);
  const ports = `http_port ${plainPort}\n\thttps_port ${port}`;
  const globally = `{\n\tadmin off\n\tdefault_bind 127.0.0.1 [::1]\n\t${ports}\n}\n`;
  const caddyfile = join(folder, "Caddyfile");
  writeFileSync(caddyfile, globally + changed);
  const env = { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  return start("caddy", ["run", "--adapter", "caddyfile", "--config", caddyfile], { env, answers });
}
