// 3b of the catalogue: what is sent and what comes back, DS-16 to DS-23.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { kits } from "../../browser/support/paths.mjs";
import { startVite } from "../../browser/support/vite.mjs";
import { curl } from "../support/programs.mjs";
import { row, until, withBrowser } from "../support/row.mjs";
import { newPerson } from "../support/tab.mjs";

withBrowser();

row("DS-16", async (stage) => {
  const server = await stage.doorstep();
  const tab = await stage.tab();
  const { name, email, password } = newPerson();
  const refused = await tab.post(`${server.url}/api/signup`, { userName: name, e_mail: email, password });
  assert.equal(refused.body.fields.e_mail.code, "unknown_field");
  assert.match(refused.body.fields.e_mail.message, /Did you mean "email"/);
  stage.said("answer", refused.body);
  await stage.doctor("--api", server.url, "--origin", tab.origin);
});

row("DS-17", async (stage) => {
  const server = await stage.doorstep();
  const { name, email, password } = newPerson();
  const form = ["name", name, "email", email, "password", password];
  const fields = [0, 2, 4].flatMap((i) => ["--data-urlencode", `${form[i]}=${form[i + 1]}`]);
  assert.match((await curl(...fields, `${server.url}/api/signup`)).stdout, /"user"/, "sign-up takes a form");
  const tab = await stage.tab();
  const bare = await tab.plain(`${server.url}/api/signup`, {
    method: "POST",
    body: JSON.stringify(newPerson()),
  });
  assert.equal(bare.status, 415, "fetch without the header sends text/plain");
  stage.said("answer", bare.body);
  stage.said("answer", (await curl("-d", "refreshToken=x", `${server.url}/api/token/refresh`)).stdout);
});

row("DS-18", async (stage) => {
  const server = await stage.doorstep();
  const tab = await stage.tab();
  const unread = await tab.page.evaluate(
    async ({ url, person }) => {
      const headers = { "Content-Type": "application/json" };
      return (await fetch(url, { method: "POST", headers, body: person })).json();
    },
    { url: `${server.url}/api/signup`, person: newPerson() },
  );
  assert.equal(unread.code, "malformed_body");
  stage.said("answer", unread);
});

row("DS-19", async (stage) => {
  const server = await stage.doorstep();
  const ask = ({ method, url, headers }, response) => {
    if (method !== "POST" || url.endsWith("/")) return false;
    const cors = {
      "Access-Control-Allow-Origin": headers.origin ?? "null",
      "Access-Control-Allow-Credentials": "true",
    };
    return response.writeHead(301, { Location: `${url}/`, ...cors }).end();
  };
  const proxy = await stage.proxy(server.url, { ask });
  const tab = await stage.tab();
  const lost = await tab.post(`${proxy.url}/api/signup`, newPerson());
  assert.equal(lost.status, 405, "the POST became a GET");
  stage.said("kit", (await tab.kit(proxy.url)).text);
  assert.equal((await stage.dart({ api: proxy.url })).code, "redirected");
  await stage.doctor("--api", proxy.url, "--origin", tab.origin);
});

row("DS-20", async (stage) => {
  // A page server with a fallback for every path: the same page for /api/signup.
  const pages = await stage.pages();
  const tab = await stage.tab({ pages });
  const answer = await tab.post("/api/signup", newPerson());
  assert.match(answer.error, /SyntaxError: Unexpected token '<', "<!doctype /i);
  stage.said("kit", (await tab.kit("/")).text);
  stage.said("kit", (await tab.kit(tab.origin)).text);
  const plain = await stage.dart({ api: tab.origin });
  assert.equal(plain.code, "unexpected_answer");
  await stage.doctor("--api", tab.origin, "--origin", tab.origin);
  // And a proxy whose server is gone.
  const gone = await stage.proxy("http://localhost:9");
  stage.said("dart", (await stage.dart({ api: gone.url })).hint);
  await stage.doctor("--api", gone.url, "--origin", gone.url);
});

row("DS-21", async (stage) => {
  const server = await stage.doorstep();
  const project = await stage.folder({
    "package.json": '{ "name": "shop", "type": "module", "devDependencies": { "vite": "^8.0.0" } }',
    ".env": `DOORSTEP_URL=${server.url}\n`,
    "index.html": '<!doctype html><title>Shop</title><script type="module" src="/main.js"></script>',
    "main.js": `
      import { createDoorstepClient } from "@doorstep/client";
      const base = import.meta.env.DOORSTEP_URL;
      globalThis.plain = () => fetch(\`\${base}/api/policy\`).then((answer) => answer.text());
      createDoorstepClient({ baseUrl: base });`,
  });
  const alias = { "@doorstep/client": `${kits}client/dist/index.js` };
  const vite = await stage.start(
    startVite(project.path, { resolve: { alias }, server: { fs: { strict: false } } }),
  );
  const tab = await stage.tab({ pages: { originOf: () => vite.url } });
  await until(() => tab.console.length, "an error in the console");
  const [request] = await Promise.all([
    tab.page.waitForRequest(/policy/),
    tab.page.evaluate(() => globalThis.plain()),
  ]);
  assert.equal(new URL(request.url()).pathname, "/undefined/api/policy");
  stage.said("kit", tab.console.join("\n"));
  await stage.doctor("--api", server.url, "--origin", vite.url, "--project", project.path);
});

row("DS-22", async (stage) => {
  const server = await stage.doorstep();
  const proxy = await stage.proxy(server.url, {
    answer: ({ headers }) => {
      if (headers["content-type"]) headers["content-type"] = headers["content-type"].split(";")[0];
    },
  });
  const kept = await stage.dart({ api: proxy.url, name: "José" });
  assert.equal(kept.name, "José");
  const project = await stage.folder({
    "pubspec.yaml":
      "name: shop\nenvironment:\n  sdk: ^3.8.0\ndependencies:\n  flutter:\n    sdk: flutter\n  http: ^0.13.0\n",
    "lib/main.dart":
      "import 'package:http/http.dart' as http;\nFuture<String> name(Uri url) async => jsonDecode((await http.get(url)).body)['name'] as String;\n",
  });
  await stage.doctor("--api", server.url, "--project", project.path);
});

row("DS-23", async (stage) => {
  await assert.rejects(fetch("/api/signup", { method: "POST" }), /Failed to parse URL from \/api\/signup/);
  const { createDoorstepClient } = await import(pathToFileURL(`${kits}client/dist/index.js`));
  const { error } = await createDoorstepClient({ baseUrl: "/" }).signUp(newPerson());
  stage.said("kit", error.hint);
  stage.said("dart", (await stage.dart({ api: "/" })).hint);
});
