// Ten breaks and their first messages; see ./ten.
import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { storefront } from "../browser/support/paths.mjs";
import { startDoorstep } from "../browser/support/server.mjs";
import { startVite } from "../browser/support/vite.mjs";
import { makeFolder } from "./support/folder.mjs";
import { launchForFailures } from "./support/pages.mjs";
import { startProxy } from "./support/proxy.mjs";
import { PRODUCTION, pause } from "./support/row.mjs";
import { newPerson, Tab } from "./support/tab.mjs";
import { makeCertificates } from "./support/tls.mjs";

/** Sign-up as somebody writes it who does not use the kit. */
const ownFetch = (body, credentials) => `
export function SignupPage() {
  async function submit(event) {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.currentTarget));
    const api = import.meta.env.VITE_DOORSTEP_URL;
    const credentials = "${credentials}";
    const answer = await fetch(\`\${api}/api/signup\`, {
      method: "POST",
      credentials,
      headers: { "Content-Type": "application/json" },
      body: ${body},
    });
    if (!answer.ok) return console.error(await answer.text());
    const me = await fetch(\`\${api}/api/user\`, { credentials });
    if (!me.ok) console.error(await me.text());
  }
  return (
    <form method="post" onSubmit={submit}>
      <label>Name <input name="name" /></label>
      <label>E-mail <input name="email" /></label>
      <label>Password <input name="password" type="password" autoComplete="new-password" /></label>
      <button type="submit">Open the account</button>
    </form>
  );
}
`;

const env = (line) => ({ ".env.development": `${line}\n` });
const page = (body, credentials = "include") => ({ "src/pages/SignupPage.tsx": ownFetch(body, credentials) });

/** What is broken, as a change of the usual set-up. */
const BREAKS = [
  ["the wrong port in .env.development", () => ({ files: env("VITE_DOORSTEP_URL=http://localhost:5999") })],
  ["the variable without VITE_", ({ url }) => ({ files: env(`DOORSTEP_URL=${url}`) })],
  ["the page opened as 127.0.0.1", () => ({ host: "127.0.0.1" })],
  [
    "a server in production mode that does not list the page",
    () => ({ server: { mode: "production", settings: PRODUCTION } }),
  ],
  [
    "Vite's proxy to localhost, the server on the other address only",
    ({ port }) => ({
      server: { listen: "[::1]:0" },
      files: env("VITE_DOORSTEP_URL=/"),
      proxy: { "/api": `http://localhost:${port}` },
    }),
  ],
  [
    "an http address that redirects to https",
    ({ redirect }) => ({ files: env(`VITE_DOORSTEP_URL=${redirect}`) }),
  ],
  ["JSON.stringify forgotten", () => ({ files: page("values") })],
  [
    "a field with another name",
    () => ({ files: page("JSON.stringify({ ...values, e_mail: values.email, email: undefined })") }),
  ],
  ["the server stopped", () => ({ stopped: true })],
  [
    "fetch without credentials",
    () => ({ files: page('JSON.stringify({ ...values, session: "cookie" })', "same-origin") }),
  ],
];

/** A copy of the storefront's sources in which `files` are other ones. */
function copyShop(files) {
  const folder = makeFolder();
  const isWanted = (path) =>
    !/\/(node_modules|dist|\.prerender)(\/|$)/.test(path.slice(storefront.length - 1));
  cpSync(storefront, folder.path, { recursive: true, filter: isWanted });
  symlinkSync(join(storefront, "node_modules"), join(folder.path, "node_modules"));
  for (const [name, text] of Object.entries(files)) folder.write(name, text);
  return folder;
}

async function walk(browser, change) {
  const ends = [];
  const start = async (making) => {
    const made = await making;
    ends.unshift(() => made.stop());
    return made;
  };
  try {
    // What is changed on the server's side does not depend on where it then listens.
    const wanted = change({ url: "", port: 0, redirect: "" });
    const server = await start(startDoorstep({ listen: "localhost:0", ...wanted.server }));
    const url = `http://localhost:${server.port}`;
    const redirect = await start(startRedirect(start, server));
    const {
      files = {},
      host = "localhost",
      proxy,
      stopped,
    } = change({ url, port: server.port, redirect: redirect.url });
    const shop = await start(copyShop({ ...env(`VITE_DOORSTEP_URL=${url}`), ...files }));
    const vite = await start(
      startVite(shop.path, {
        configFile: join(shop.path, "vite.config.ts"),
        server: { host, port: 5173, proxy, fs: { strict: false } },
      }),
    );
    const told = server.log.length;
    if (stopped) await server.stop();
    return await act(browser, vite.url.replace("localhost", host), { server, vite, told });
  } finally {
    for (const end of ends) await end();
  }
}

async function startRedirect(start, server) {
  const certificates = await start(makeCertificates());
  const secure = await start(startProxy(server.url, { tls: certificates.whole }));
  return startProxy(null, {
    ask: (request, response) => response.writeHead(301, { Location: secure.url + request.url }).end(),
  });
}

/** What a person does, and then reads. */
async function act(browser, url, { server, vite, told }) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  try {
    const tab = new Tab(await context.newPage(), url);
    await tab.page.goto(`${url}/signup`);
    const person = newPerson();
    for (const [label, value] of [
      ["Name", person.name],
      ["E-mail", person.email],
      ["Password", person.password],
    ])
      await tab.page.getByLabel(label).fill(value);
    await tab.page.getByRole("button", { name: "Open the account" }).click();
    await pause(3000);
    const errors = await tab.page.getByRole("alert").allInnerTexts();
    return {
      "on the page": errors.filter(Boolean),
      // The kit's lines stand among the browser's own.
      "the kit, in the console": tab.console.filter((line) => line.startsWith("[doorstep]")),
      "browser's console": tab.console.filter(
        (line) => !/^\[vite\]|React DevTools|^\[DOM\]|^Failed to load|^\[doorstep\]/.test(line),
      ),
      "Vite's terminal": vite.said.filter((line) => /error/i.test(line)),
      "server's terminal": server.log
        .slice(told)
        .join("")
        .split("\n")
        .filter((line) => /WARN|ERROR|DS-\d\d/.test(line)),
    };
  } finally {
    await context.close();
  }
}

const browser = await launchForFailures();
try {
  for (const [index, [what, change]] of BREAKS.entries()) {
    console.log(`\n${index + 1}. ${what}`);
    const seen = await walk(browser, change);
    for (const [place, lines] of Object.entries(seen)) {
      for (const line of [...new Set(lines)].slice(0, 3))
        console.log(`   ${place}: ${line.trim().slice(0, 600)}`);
    }
    if (!Object.values(seen).flat().length) console.log("   nothing: it works");
  }
} finally {
  await browser.close();
}
