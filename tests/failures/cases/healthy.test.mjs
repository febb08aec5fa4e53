// Set-ups in which nothing is wrong: nobody may complain.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { newVisitor } from "../../browser/support/browser.mjs";
import { storefront } from "../../browser/support/paths.mjs";
import { signUp } from "../../browser/support/steps.mjs";
import { startDevStorefront, startVite } from "../../browser/support/vite.mjs";
import { hasDart } from "../support/dart.mjs";
import { launchForFailures } from "../support/pages.mjs";
import { doctor } from "../support/programs.mjs";
import { healthy, PRODUCTION } from "../support/row.mjs";
import { makeCertificates } from "../support/tls.mjs";

const flutterApp = fileURLToPath(new URL("../../../examples/storefront-flutter", import.meta.url));

let browser;
before(async () => {
  browser = await launchForFailures();
});
after(() => browser?.close());

/** The storefront's own sign-up in Chromium, at `url`; the console stays quiet. */
async function assertSignsUp(url, options) {
  const grace = await newVisitor(browser, url, options);
  try {
    await signUp(grace);
    assert.deepEqual([...grace.trouble, ...grace.refusals], []);
  } finally {
    await grace.context.close();
  }
}

/** A clean bill: no id anywhere, and an exit code that CI takes. */
async function assertClean(args, env) {
  const { code, text } = await doctor(args, env);
  assert.equal(code, 0, text);
  assert.deepEqual(text.match(/\bDS-\d\d\b/g) ?? [], [], text);
}

healthy("the React storefront from Vite's own port", async (stage) => {
  const server = await stage.doorstep();
  const vite = await stage.start(startDevStorefront(server.url));
  await assertSignsUp(vite.url);
  await assertClean(["--api", server.url, "--origin", vite.url, "--project", storefront]);
});

healthy("the React storefront behind Vite's proxy", async (stage) => {
  const server = await stage.doorstep();
  const vite = await stage.start(
    startVite(storefront, {
      configFile: `${storefront}vite.config.ts`,
      define: { "import.meta.env.VITE_DOORSTEP_URL": '"/"' },
      server: { proxy: { "/api": `http://127.0.0.1:${server.port}` } },
    }),
  );
  await assertSignsUp(vite.url);
  await assertClean(["--api", vite.url, "--origin", vite.url, "--project", storefront]);
});

healthy("the built storefront in production, behind TLS", async (stage) => {
  const certificates = await stage.start(makeCertificates());
  const settings = { ...PRODUCTION, SERVER_TRUSTED_PROXIES: "127.0.0.0/8,::1/128" };
  const headers = { "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https" };
  let server;
  const proxy = await stage.proxy(() => server.url, { tls: certificates.whole, headers });
  server = await stage.doorstep({
    mode: "production",
    settings: { ...settings, SERVER_PUBLIC_URL: proxy.url },
  });
  await assertSignsUp(proxy.url, { ignoreHTTPSErrors: true });
  await assertClean(["--api", proxy.url], { SSL_CERT_FILE: certificates.root });
});

healthy(
  "the Flutter app and the native Dart client",
  async (stage) => {
    const server = await stage.doorstep();
    const { type, name, log } = await stage.dart({ api: server.url });
    assert.deepEqual([type, name], ["SignUpOk", "José"]);
    assert.doesNotMatch(log.join("\n"), /\bDS-\d\d\b/);
    await assertClean(["--api", server.url, "--project", flutterApp]);
  },
  { skip: !hasDart && "no Dart here" },
);
