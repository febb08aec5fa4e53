import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recipes } from "./paths.mjs";
import { start } from "./process.mjs";
import { replaceAll } from "./text.mjs";

/** nginx with one of the recipe's files as it is, but for addresses and paths. */
export function startNginx({ folder, file, name, host, page, port, plainPort, upstream, ...options }) {
  const { isOneSite, pages, certificates, patience, keepAlive, answers } = options;
  const recipe = readFileSync(join(recipes, "nginx", file), "utf8");
  writeFileSync(
    join(folder, "recipe.conf"),
    replaceAll(recipe, [
      [`/etc/letsencrypt/live/${name}/fullchain.pem`, certificates.chain],
      [`/etc/letsencrypt/live/${name}/privkey.pem`, certificates.key],
      [`server_name ${name};`, `server_name ${host};`],
      ["listen 80;", `listen 127.0.0.1:${plainPort};`],
      ["listen [::]:80;", `listen [::1]:${plainPort};`],
      ["listen 443 ", `listen 127.0.0.1:${port} `],
      ["listen [::]:443 ", `listen [::1]:${port} `],
      ["127.0.0.1:5000", `127.0.0.1:${upstream}`],
      ["proxy_read_timeout 40s;", `proxy_read_timeout ${patience ?? "40s"};`],
      ["keepalive_timeout 60s;", `keepalive_timeout ${keepAlive ?? "60s"};`],
      isOneSite
        ? ["/var/www/shop", pages]
        : ['"https://shop.example" $http_origin', `"${page}" $http_origin`],
    ]),
  );
  // What Debian's nginx.conf has around it, with gzip as eager as shops set it.
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => {
    mkdirSync(join(folder, kind), { recursive: true });
    return `${kind}_temp_path ${join(folder, kind)};`;
  });
  const user = process.getuid?.() === 0 ? "user root;" : "";
  const conf = join(folder, "nginx.conf");
  writeFileSync(
    conf,
    `${user} daemon off; pid ${join(folder, "nginx.pid")}; error_log stderr; worker_processes 1;
events {}
http {
  types { text/html html; text/css css; text/javascript js; }
  access_log off; gzip on; gzip_types *; gzip_min_length 1;
  ${temporary.join(" ")}
  include ${join(folder, "recipe.conf")};
}
`,
  );
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` };
  return start("nginx", ["-e", "stderr", "-p", folder, "-c", conf], { env, answers });
}
