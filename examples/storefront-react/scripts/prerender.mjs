// Writes one HTML file for each page into dist/, so that the shop reads, signs up and logs in without JavaScript.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderPages } from "../node_modules/.prerender/entry-server.js";

const dist = new URL("../dist/", import.meta.url).pathname;
const template = readFileSync(join(dist, "index.html"), "utf8");

const escapeText = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

function fill(page) {
  return template
    .replace(/<title>.*<\/title>/, () => `<title>${escapeText(page.title)}</title>`)
    .replace('<div id="root"></div>', () => `<div id="root" data-path="${page.path}">${page.html}</div>`);
}

const pages = renderPages();
for (const page of pages) {
  const html = fill(page);
  if (/ style=/.test(html))
    throw new Error(`${page.path} holds a style attribute, which the page's policy forbids`);
  const file = join(dist, page.path, "index.html");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, html);
}
rmSync(new URL("../node_modules/.prerender", import.meta.url), { recursive: true });
console.log(`prerendered ${pages.length} pages`);
