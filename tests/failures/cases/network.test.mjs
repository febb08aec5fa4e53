// 3c of the catalogue: the way to the server, DS-24 to DS-31.
import assert from "node:assert/strict";
import net from "node:net";
import { pathToFileURL } from "node:url";
import { doorstep, kits } from "../../browser/support/paths.mjs";
import { startVite } from "../../browser/support/vite.mjs";
import { run } from "../support/programs.mjs";
import { row, withBrowser } from "../support/row.mjs";
import { newPerson } from "../support/tab.mjs";
import { makeCertificates } from "../support/tls.mjs";

withBrowser();

/** A process without any network: no interface, no name server. */
const NO_NETWORK =
  process.getuid() === 0
    ? ["unshare", "--net", "--"]
    : ["unshare", "--user", "--map-root-user", "--net", "--"];
const FLUTTER =
  "name: shop\nenvironment:\n  sdk: ^3.8.0\ndependencies:\n  flutter:\n    sdk: flutter\n  doorstep_flutter: ^0.1.0\n";
const MAIN = "import 'package:doorstep_flutter/doorstep_flutter.dart';\nfinal base = Uri.parse('BASE');\n";

/** A Flutter app as `flutter create` lays it out, as far as it matters here. */
const app = (files, base = "https://api.shop.test") => ({
  "pubspec.yaml": FLUTTER,
  "lib/main.dart": MAIN.replace("BASE", base),
  ...files,
});

const manifest = (
  application,
  permission = '<uses-permission android:name="android.permission.INTERNET"/>',
) => ({
  "android/app/src/main/AndroidManifest.xml": `<manifest xmlns:android="http://schemas.android.com/apk/res/android">
    ${permission}
    <application android:label="shop" ${application}></application>
</manifest>
`,
});

const entitlements = (more) => `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
	<key>com.apple.security.app-sandbox</key>
	<true/>
${more}</dict></plist>
`;

row("DS-24", async (stage) => {
  const [command, ...args] = [...NO_NETWORK, doorstep, "doctor", "--api", "http://10.0.2.2:5000"];
  stage.said("doctor", (await run(command, args)).text);
});

row("DS-25", async (stage) => {
  // A phone asks for the computer's address; the server listens on 127.0.0.1 only.
  const server = await stage.doorstep({ listen: "127.0.0.1:0" });
  const seenFromOutside = `http://127.0.0.2:${server.port}`;
  const pages = await stage.pages({ addresses: ["127.0.0.2"] });
  const tab = await stage.tab({ host: "127.0.0.2", pages });
  assert.match((await tab.plain(`${seenFromOutside}/api/policy`)).error, /Failed to fetch/);
  stage.said("kit", (await tab.kit(seenFromOutside)).text);
  const plain = await stage.dart({ plain: `${seenFromOutside}/api/policy` });
  assert.match(plain.error, /Connection refused/);
  await stage.dart({ api: seenFromOutside });
  stage.said("log", server.log.join(""));
  await stage.doctor("--api", seenFromOutside, "--origin", tab.origin);
});

row("DS-26", async (stage) => {
  const api = "https://api.shop.test";
  const options = { before: NO_NETWORK };
  assert.match((await stage.dart({ plain: api }, options)).error, /Failed host lookup: 'api.shop.test'/);
  await stage.dart({ api }, options);
  const server = await stage.doorstep();
  const project = await stage.folder(app(manifest("", "")));
  await stage.doctor("--api", server.url, "--project", project.path);
});

row("DS-27", async (stage) => {
  const server = await stage.doorstep();
  const project = await stage.folder(
    app({
      "macos/Runner/DebugProfile.entitlements": entitlements(""),
      "macos/Runner/Release.entitlements": entitlements(""),
    }),
  );
  await stage.doctor("--api", server.url, "--project", project.path);
});

row("DS-28", async (stage) => {
  const server = await stage.doorstep();
  // Dart's own sockets are not policed; a client of the platform is.
  const files = app(manifest(""), "http://192.168.1.5:5000");
  files["pubspec.yaml"] += "  cronet_http: ^1.3.0\n";
  const project = await stage.folder(files);
  await stage.doctor("--api", server.url, "--project", project.path);
});

row("DS-29", async (stage) => {
  const server = await stage.doorstep();
  const certificates = await stage.start(makeCertificates());
  const { createDoorstepClient } = await import(pathToFileURL(`${kits}client/dist/index.js`));
  for (const kind of ["selfSigned", "incomplete"]) {
    const proxy = await stage.proxy(server.url, { tls: certificates[kind] });
    const plain = await stage.dart({ plain: `${proxy.url}/api/policy` });
    assert.match(plain.error, /HandshakeException.*CERTIFICATE_VERIFY_FAILED/s);
    await stage.dart({ api: proxy.url });
    const refused = await createDoorstepClient({ baseUrl: proxy.url }).signUp(newPerson());
    stage.said("kit", refused.error.hint);
    await stage.doctor("--api", proxy.url);
  }
});

row("DS-30", async (stage) => {
  // `localhost` is one address for the proxy, and the server has only the other.
  const [{ family }] = await lookUp("localhost");
  const server = await stage.doorstep({ listen: family === 4 ? "[::1]:0" : "127.0.0.1:0" });
  const target = `http://localhost:${server.port}`;
  const config = `export default { server: { proxy: { "/api": "${target}" } } };\n`;
  const project = await stage.folder({
    "package.json": '{ "name": "shop", "type": "module", "devDependencies": { "vite": "^8.0.0" } }',
    "vite.config.js": config,
    "index.html": "<!doctype html><title>Shop</title>",
  });
  const before = net.getDefaultAutoSelectFamily();
  net.setDefaultAutoSelectFamily(false);
  try {
    const vite = await stage.start(startVite(project.path, { server: { proxy: { "/api": target } } }));
    const tab = await stage.tab({ pages: { originOf: () => vite.url } });
    assert.equal((await tab.post("/api/signup", newPerson(), { json: false })).status, 502);
    assert.match(vite.said.join("\n"), /http proxy error: \/api\/signup[\s\S]*ECONNREFUSED/);
  } finally {
    net.setDefaultAutoSelectFamily(before);
  }
  await stage.doctor("--api", target, "--project", project.path);
});

row("DS-31", async (stage) => {
  // In dev mode a name that a stranger could own has to be said to be ours.
  const server = await stage.doorstep({ settings: { SERVER_PUBLIC_URL: "http://shop.ngrok.io" } });
  const warning =
    "<!doctype html><title>ngrok</title><p>You are about to visit a site served by ngrok.com. ERR_NGROK_6024";
  const proxy = await stage.proxy(server.url, {
    ask: ({ method, headers }, response) => {
      if (method === "OPTIONS" || headers["ngrok-skip-browser-warning"]) return false;
      const cors = {
        "Access-Control-Allow-Origin": headers.origin ?? "*",
        "Access-Control-Allow-Credentials": "true",
      };
      return response
        .writeHead(200, { "Content-Type": "text/html", "ngrok-error-code": "ERR_NGROK_6024", ...cors })
        .end(warning);
    },
  });
  // The other names of ngrok are known to browsers as https only.
  const tunnel = "http://shop.ngrok.io";
  const tab = await stage.tab({
    program: await stage.browser([`MAP shop.ngrok.io:80 127.0.0.1:${proxy.port}`]),
  });
  assert.match((await tab.post(`${tunnel}/api/signup`, newPerson())).error, /Unexpected token '<'/);
  const made = await tab.kit(tunnel, { call: "signUp", session: "token" });
  assert.equal(made.result.ok, true, "the kit asks for the program behind the page");
  stage.said("kit", made.text);
  await stage.doctor("--api", proxy.url);

  // A private port: nobody without a login gets through, and nothing that comes back has CORS headers.
  const login = "https://github.dev/pf-signin?id=shop&port=5000";
  const port = await stage.proxy(server.url, {
    ask: ({ headers }, response) =>
      headers.host?.includes("gitpod.io")
        ? response.writeHead(401).end()
        : response.writeHead(302, { Location: login }).end(),
  });
  const forwarded = "http://5000-shop.ws-eu74.gitpod.io";
  const other = await stage.tab({
    program: await stage.browser([`MAP 5000-shop.ws-eu74.gitpod.io:80 127.0.0.1:${port.port}`]),
  });
  assert.match((await other.post(`${forwarded}/api/signup`, newPerson())).error, /Failed to fetch/);
  const lost = await other.kit(forwarded, { call: "signUp", session: "token" });
  assert.match(lost.text, /^DS-31 The port of http:\/\/5000-shop\.ws-eu74\.gitpod\.io is private/);
  stage.said("kit", lost.text);
  const { text } = await stage.doctor("--api", port.url);
  assert.match(text, /gh codespace ports visibility/);
});

function lookUp(host) {
  return import("node:dns/promises").then(({ lookup }) => lookup(host, { all: true }));
}
