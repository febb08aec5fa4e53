import http from "node:http";
import https from "node:https";
import { fileURLToPath } from "node:url";
import { launch } from "../../browser/support/browser.mjs";
import { bundle } from "../../browser/support/vite.mjs";
import { listen } from "./listen.mjs";

export const pathOf = (name) => fileURLToPath(new URL(`../pages/${name}`, import.meta.url));

/** Hosts of the tests' own: other sites, all of them on this machine. */
export const launchForFailures = (hosts = []) =>
  launch([`--host-resolver-rules=${["MAP *.test 127.0.0.1", ...hosts].join(",")}`]);

let kit;

/** Serves one page for any host: the kit's development build is on it. `scripts` and `html` are further files by path. */
export async function startPages({ tls, scripts = {}, html = {}, addresses } = {}) {
  kit ??= bundle(pathOf("kit.js"), "kit");
  const files = { "/kit.js": await kit, ...scripts };
  const handle = (request, response) => {
    const path = request.url.split("?")[0];
    const isScript = path in files;
    response.writeHead(200, { "Content-Type": isScript ? "text/javascript" : "text/html; charset=utf-8" });
    response.end(isScript ? files[path] : (html[path] ?? PAGE));
  };
  const make = () => (tls ? https.createServer(tls, handle) : http.createServer(handle));
  const { port, stop } = await listen(make, addresses);
  return { port, stop, originOf: (host = "localhost") => `${tls ? "https" : "http"}://${host}:${port}` };
}

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">
<title>Shop</title></head><body><script src="/kit.js"></script></body></html>`;
