// 3d of the catalogue: what pages show, DS-39 to DS-42 and DS-45.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { kits, modules } from "../../browser/support/paths.mjs";
import { bundle } from "../../browser/support/vite.mjs";
import { kitHeader, plainHeader } from "../pages/header.js";
import { pathOf } from "../support/pages.mjs";
import { pause, row, until, withBrowser } from "../support/row.mjs";
import { newPerson, withCookie } from "../support/tab.mjs";

withBrowser();

const HEAD = '<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,"></head>';
/** React and the kit as Node has them: one copy for both. */
const require = createRequire(`${kits}package.json`);
const react = require("react");
const { renderToString } = require("react-dom/server");
const importKit = async () => ({
  ...(await import(pathToFileURL(`${kits}client/dist/index.js`))),
  ...(await import(pathToFileURL(`${kits}react/dist/index.js`))),
});

/** Pages with the forms of pages/shop.jsx around `body`. */
async function shop(stage, bodies) {
  const scripts = { "/shop.js": await bundle(pathOf("shop.jsx"), "shop") };
  const html = Object.fromEntries(
    Object.entries(bodies).map(([path, body]) => [
      path,
      `${HEAD}<div id="root">${body}</div><script src="/shop.js"></script>`,
    ]),
  );
  return stage.pages({ scripts, html });
}

async function fill(tab, person) {
  for (const field of ["name", "email", "password"])
    await tab.page.locator(`[name=${field}]`).fill(person[field]);
}

row("DS-39", async (stage) => {
  const { createDoorstepClient, SignUpForm } = await importKit();
  const form = renderToString(
    react.createElement(SignUpForm, { account: createDoorstepClient({ baseUrl: "/" }) }),
  );
  const fields = ["name", "email", "password"].map((name) => `<input name="${name}" type="text">`).join("");
  const folder = await stage.folder({
    "plain/index.html": `${HEAD}<form>${fields}<button>Create account</button></form>`,
    "kit/index.html": HEAD + form,
    "account/index.html": `${HEAD}<h1>Account</h1>`,
  });
  const server = await stage.doorstep({ settings: { SERVER_STATIC_DIR: folder.path } });
  const pages = { originOf: () => server.url };
  const submit = async (path) => {
    // Before the script is there, the browser does what the form alone says.
    const tab = await stage.tab({ pages, path, javaScriptEnabled: false });
    const person = newPerson();
    await fill(tab, person);
    await tab.page.getByRole("button").click();
    await tab.page.waitForLoadState();
    return { url: tab.page.url(), person };
  };
  const plain = await submit("/plain/");
  assert.equal(new URL(plain.url).searchParams.get("password"), plain.person.password);
  const log = await until(
    () => server.log.join("").includes("DS-39") && server.log.join(""),
    "DS-39 in the log",
  );
  assert.ok(!/coble/.test(log), "the log never has the password");
  const kit = await submit("/kit/");
  assert.equal(kit.url, `${server.url}/account/`);
  const project = await stage.folder({
    "package.json": '{ "name": "shop", "dependencies": { "react": "^19.0.0" } }',
    "src/Signup.jsx": `export const Signup = ({ send }) => (\n  <form onSubmit={send}>\n    <input name="password" type="password" autoComplete="new-password" />\n  </form>\n);\n`,
  });
  await stage.doctor("--api", server.url, "--project", project.path);
});

row("DS-40", async (stage) => {
  const server = await stage.doorstep();
  const pages = await shop(stage, { "/": "" });
  const typed = { ...newPerson(), email: "grace@" };
  const left = async (name) => {
    const tab = await stage.tab({ pages });
    await tab.page.evaluate(([name, api]) => globalThis.shop[name](api), [name, server.url]);
    await fill(tab, typed);
    await tab.page.getByRole("button").click();
    await tab.page.getByRole("alert").filter({ hasText: /\w/ }).first().waitFor();
    return tab.page.locator("[name=email]").inputValue();
  };
  assert.equal(await left("actionForm"), "");
  assert.equal(await left("kitForm"), "grace@");
});

row("DS-41", async (stage) => {
  const built = await importKit();
  const server = await stage.doorstep();
  const client = built.createDoorstepClient({ baseUrl: server.url });
  const pages = await shop(stage, {
    "/plain": renderToString(react.createElement(plainHeader(react))),
    "/kit": renderToString(react.createElement(kitHeader(react, built, client))),
  });
  const complaints = async (kind) => {
    const tab = await stage.tab({ pages, path: `/${kind}` });
    const person = newPerson();
    assert.equal((await tab.post(`${server.url}/api/signup`, withCookie(person))).status, 201);
    await tab.page.evaluate(
      ({ kind, api, name }) => {
        localStorage.setItem("customer", name);
        globalThis.shop.hydrate(kind, api);
      },
      { kind, api: server.url, name: person.name },
    );
    return { tab, told: () => tab.console.filter((line) => /hydrat/i.test(line)) };
  };
  const plain = await complaints("plain");
  await until(() => plain.told().some((line) => line.includes("Hydration failed")), "Hydration failed");
  const kit = await complaints("kit");
  await kit.tab.page.locator("[data-session=signed-in]").waitFor();
  assert.deepEqual(kit.told(), []);
});

row("DS-42", async (stage) => {
  const server = await stage.doorstep();
  const copies = (nested) => ({
    react: "react",
    "react-dom": "react-dom",
    scheduler: "scheduler",
    ...(nested && { "@doorstep/react/node_modules/react": "react" }),
  });
  const open = async (nested) => {
    const project = await stage.folder({
      "package.json":
        '{ "name": "shop", "type": "module", "dependencies": { "react": "^19.0.0", "@doorstep/react": "^0.1.0" } }',
      "src/main.jsx": `
        import { createDoorstepClient } from "@doorstep/client";
        import { SignUpForm } from "@doorstep/react";
        import { createRoot } from "react-dom/client";
        const account = createDoorstepClient({ baseUrl: "/" });
        createRoot(document.getElementById("root")).render(<SignUpForm account={account} />);`,
    });
    const to = (name) => join(project.path, "node_modules", name);
    for (const [name, from] of Object.entries(copies(nested)))
      cpSync(join(modules, from), to(name), { recursive: true });
    for (const kit of ["client", "react"]) {
      for (const part of ["dist", "package.json"]) {
        cpSync(join(kits, kit, part), join(to(`@doorstep/${kit}`), part), { recursive: true });
      }
    }
    const script = await bundle(join(project.path, "src/main.jsx"), "main", { alias: [] });
    const html = { "/": `${HEAD}<div id="root"></div><script src="/main.js"></script>` };
    const tab = await stage.tab({ pages: await stage.pages({ scripts: { "/main.js": script }, html }) });
    return { tab, project };
  };
  const one = await open(false);
  await one.tab.page.locator("form").waitFor();
  const two = await open(true);
  const complaint = /Invalid hook call|null \(reading 'use/;
  await until(() => two.tab.console.some((line) => complaint.test(line)), "an invalid hook call");
  assert.equal(await two.tab.page.locator("form").count(), 0);
  await stage.doctor("--api", server.url, "--project", two.project.path);
});

row("DS-45", async (stage) => {
  const { createDoorstepClient, SignUpForm } = await importKit();
  const kit = renderToString(
    react.createElement(SignUpForm, { account: createDoorstepClient({ baseUrl: "/" }) }),
  );
  const plain =
    '<form method="post"><input type="password" name="password"><button>Create account</button></form>';
  const pages = await stage.pages({ html: { "/plain": HEAD + plain, "/kit": HEAD + kit } });
  const advice = (tab) => tab.console.filter((line) => /autocomplete/.test(line));
  const bare = await stage.tab({ pages, path: "/plain" });
  await until(() => advice(bare).length, "Chromium's advice");
  assert.match(advice(bare)[0], /Input elements should have autocomplete attributes/);
  const good = await stage.tab({ pages, path: "/kit" });
  await pause(1000);
  assert.deepEqual(advice(good), []);
  const server = await stage.doorstep();
  const project = await stage.folder({
    "package.json": '{ "name": "shop", "dependencies": { "react": "^19.0.0" } }',
    "src/Signup.jsx": `export const Signup = () => (\n  <form method="post">\n    <input name="password" type="password" />\n  </form>\n);\n`,
  });
  await stage.doctor("--api", server.url, "--project", project.path);
});
