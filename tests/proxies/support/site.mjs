import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "./authority.mjs";
import { ask } from "./client.mjs";
import { startDistance } from "./distance.mjs";
import { startDoorstep, tomlOf } from "./doorstep.mjs";
import { freePorts, Undo } from "./process.mjs";

/** Starts Doorstep with the recipe's configuration, and `startProxy` before it. */
async function open(recipe, heading, portCount, body) {
  const undo = new Undo();
  const folder = mkdtempSync(join(tmpdir(), "doorstep-proxies-"));
  undo.add(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const [upstream, ...ports] = await freePorts(portCount + 1);
    const home = join(folder, "doorstep");
    mkdirSync(home);
    const doorstepWith = async (changes, env) => {
      const toml = tomlOf(recipe, heading);
      const doorstep = await startDoorstep({ folder: home, port: upstream, toml, changes, env });
      undo.add(() => doorstep.stop());
      return doorstep;
    };
    const started = async (starting) => {
      const program = await starting;
      undo.add(() => program.stop());
      return program;
    };
    return {
      folder,
      ...(await body({ folder, upstream, ports, doorstepWith, started })),
      stop: () => undo.all(),
    };
  } catch (error) {
    await undo.all();
    throw error;
  }
}

/**
 * nginx's and Caddy's recipes: production mode behind TLS. `names` keeps the example's names, for a browser that is
 * told where they are; otherwise they are localhost. The page's port is what makes it another origin. With `delayMs` there is
 * a network of that length between the two.
 */
export function openBehindTls({ recipe, file, startProxy, isOneSite, env = {}, ...options }) {
  const { names, pages, patience, keepAlive, delayMs } = options;
  const heading = isOneSite ? "doorstep.toml for one site" : "doorstep.toml for a subdomain";
  return open(recipe, heading, 3, async ({ folder, upstream, ports, doorstepWith, started }) => {
    const [port, plainPort, pagePort] = ports;
    const name = isOneSite ? "shop.example" : "api.shop.example";
    const host = names ? name : "localhost";
    const url = new URL(`https://${host}:${port}`);
    const page = isOneSite ? url.origin : `https://${names ? "shop.example" : "localhost"}:${pagePort}`;
    const certificates = makeCertificates(folder, [host, "shop.example"]);
    const target = { url, page, ca: certificates.ca };
    const doorstep = await doorstepWith(
      [
        ["127.0.0.1:5000", `127.0.0.1:${upstream}`],
        [`public_url = "https://${name}"`, `public_url = "${url.origin}"`],
        ...(isOneSite ? [] : [['origins = ["https://shop.example"]', `origins = ["${page}"]`]]),
      ],
      env,
    );
    const answers = () =>
      ask(target, "GET", "/healthz").then(
        ({ status }) => status < 500,
        () => false,
      );
    const folderOfPages = isOneSite ? (pages ?? makePages(folder)) : undefined;
    const distance = delayMs && (await started(startDistance({ to: upstream, delayMs })));
    const at = { folder, file, name, host, page, port, plainPort, upstream: distance?.port ?? upstream };
    const set = { certificates, patience, keepAlive, answers, isOneSite, pages: folderOfPages };
    await started(startProxy({ ...at, ...set }));
    const plain = { url: new URL(`http://${host}:${plainPort}`), page };
    return { ...target, plain, pagePort, certificates, isOneSite, doorstep, distance };
  });
}

/** Vite's and Next's: dev mode and plain http on localhost. Without `startProxy` it is Doorstep alone. */
export function openInDev({ recipe, heading, startProxy }) {
  return open(recipe, heading, 1, async ({ folder, upstream, ports, doorstepWith, started }) => {
    const port = startProxy ? ports[0] : upstream;
    const url = new URL(`http://localhost:${port}`);
    const target = { url, page: url.origin };
    const doorstep = await doorstepWith([["localhost:5000", `localhost:${upstream}`]]);
    const answers = () =>
      ask(target, "GET", "/healthz").then(
        ({ status }) => status < 500,
        () => false,
      );
    if (startProxy) await started(startProxy({ folder, port, upstream, answers }));
    return { ...target, isOneSite: true, doorstep };
  });
}

/** The pages of a shop: one page for every path. */
function makePages(folder) {
  const pages = join(folder, "pages");
  mkdirSync(pages);
  writeFileSync(
    join(pages, "index.html"),
    "<!doctype html><title>Nordlicht</title><h1>A page of the shop</h1>\n",
  );
  return pages;
}
