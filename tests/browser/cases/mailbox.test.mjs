import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { assertAccessible } from "../support/axe.mjs";
import { launch, newVisitor } from "../support/browser.mjs";
import { screenshots } from "../support/paths.mjs";
import { startDoorstep } from "../support/server.mjs";
import { newPerson } from "../support/steps.mjs";

let browser;

before(async () => {
  mkdirSync(screenshots, { recursive: true });
  browser = await launch();
});
after(() => browser.close());

/** A test with a server, a developer who looks at its mails, and a quiet browser console. */
function mailboxTest(name, { settings, path = "/_dev/mailbox", ...options }, body) {
  test(name, { timeout: 60_000 }, async () => {
    const server = await startDoorstep({ settings });
    const developer = await newVisitor(browser, server.url, options);
    try {
      const page = await developer.open(path);
      await page.locator("#link[data-state=watching]").waitFor();
      await body({ server, page, developer });
      assert.deepEqual([...developer.trouble, ...developer.refusals], [], "the console complains");
    } catch (error) {
      error.message += `\n--- the server's log:\n${server.log.join("").slice(-4000)}`;
      throw error;
    } finally {
      await developer.context.close();
      await server.stop();
    }
  });
}

async function post(server, path, body, language = "en") {
  const answer = await fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "accept-language": language },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
}

/** Somebody who has an account and has forgotten the password of it. */
async function forgetful(server, language) {
  const person = newPerson();
  await post(server, "/api/signup", person, language);
  await post(server, "/api/recovery", { email: person.email }, language);
  return person;
}

async function latest(server, to) {
  const answer = await fetch(`${server.url}/_dev/mailbox/latest?to=${encodeURIComponent(to)}`);
  assert.equal(answer.status, 200);
  return answer.json();
}

const mailOf = (page) => page.frameLocator("#part iframe");

mailboxTest("a mail comes up as it is sent, with its code and its link", {}, async (its) => {
  const { page, server, developer } = its;
  await page.getByText("No mail yet.").waitFor();
  await look(page, "mailbox-empty");
  const grace = await forgetful(server, "de");
  const row = page.getByRole("link", { name: grace.email });
  await row.waitFor({ timeout: 3000 });
  assert.match(await row.innerText(), /Passwort[\s\S]*recovery/);
  const { code, link } = await latest(server, grace.email);
  await mailOf(page).getByText(code, { exact: true }).waitFor();

  await developer.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy code" }).press("Enter");
  await page
    .getByRole("status")
    .filter({ hasText: `Copied ${code}.` })
    .waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code);

  // A link in a mail opens beside this page as well, and never in the frame.
  const links = [page.getByRole("link", { name: "Open link" }), mailOf(page).getByRole("link").first()];
  for (const opening of links) {
    assert.equal(await opening.getAttribute("href"), link);
    const [opened] = await Promise.all([developer.context.waitForEvent("page"), opening.click()]);
    await opened.getByRole("heading", { level: 1 }).waitFor();
    assert.equal(opened.url(), link);
    assert.equal(await opened.getByRole("textbox").count(), 1, "it asks for a new password");
    await opened.close();
  }
});

mailboxTest("the parts of a mail are tabs, and what is read stays", {}, async ({ page, server }) => {
  const grace = await forgetful(server);
  const { code } = await latest(server, grace.email);
  await page.getByRole("link", { name: grace.email }).press("Enter");
  await page.getByRole("tab", { name: "HTML" }).press("ArrowRight");
  await page.getByRole("tabpanel").getByText(`\n${code}\n`).waitFor();
  await page.getByRole("tab", { name: "Text" }).press("ArrowRight");
  await page.getByRole("tabpanel").getByText("Content-Transfer-Encoding: quoted-printable").waitFor();
  assert.ok(
    await page.getByRole("tab", { name: "Source" }).evaluate((tab) => tab === document.activeElement),
  );

  const ada = await forgetful(server);
  await page
    .getByRole("status")
    .filter({ hasText: `New mail to ${ada.email}` })
    .waitFor();
  assert.match(await page.locator("#about").innerText(), new RegExp(grace.email));
  assert.equal(
    await page.locator("#mail-list li").first().getByText(ada.email).count(),
    1,
    "the newest first",
  );

  const other = await page.context().newPage();
  await other.goto("/_dev");
  await other.getByRole("link", { name: "Mails 2" }).click();
  await other.getByRole("button", { name: "Empty" }).press("Enter");
  await other.getByText("No mail yet.").waitFor();
  await page.getByText("No mail yet.").waitFor();
  assert.ok(await page.locator("#reading").isHidden(), "also where another page has emptied it");
  await page.getByRole("link", { name: "Console" }).click();
  await page.getByRole("heading", { name: "Failed requests" }).waitFor();
});

mailboxTest("every kind of mail can be looked at in every language", {}, async ({ page }) => {
  const { kinds, languages } = await page.evaluate(async () =>
    (await fetch("/_dev/data/mails?after=0", { headers: { "doorstep-console": "1" } })).json(),
  );
  assert.deepEqual([kinds.length, languages.length], [12, 5]);
  const paths = languages.flatMap((language) =>
    kinds.map((kind) => `/_dev/mailbox/preview/${kind}/${language}/html`),
  );
  await page.evaluate(
    (sources) =>
      Promise.all(
        sources.map((src) => {
          const frame = Object.assign(document.createElement("iframe"), { src });
          const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
          document.body.append(frame);
          return loaded;
        }),
      ),
    paths,
  );
  const frames = page.frames().slice(1);
  assert.deepEqual(frames.map((frame) => new URL(frame.url()).pathname).sort(), paths.toSorted());
  for (const frame of frames) {
    const language = frame.url().split("/").at(-2);
    const root = { lang: language, dir: language === "ar" ? "rtl" : "ltr", title: true };
    const found = await frame.evaluate(() => {
      const { lang, dir } = document.documentElement;
      return { lang, dir, title: document.querySelector("h1").innerText.length > 3 };
    });
    assert.deepEqual(found, root, frame.url());
  }
});

/** Playwright's own colours would be forced on the frame too. */
const OWN_COLOURS = { colorScheme: null };

mailboxTest("a template is shown as a phone and as a dark screen has it", OWN_COLOURS, async ({ page }) => {
  await page.getByRole("link", { name: "Templates" }).click();
  await page.getByRole("link", { name: "login_code" }).press("Enter");
  const seen = (language) =>
    page
      .frameLocator(`iframe[src="/_dev/mailbox/preview/login_code/${language}/html"]`)
      .locator("html")
      .evaluate(() => [innerWidth, matchMedia("(prefers-color-scheme: dark)").matches]);
  assert.deepEqual(await seen("en"), [600, false]);
  await page.getByLabel("Phone, 360").check();
  await page.getByLabel("Dark").check();
  assert.deepEqual(await seen("en"), [360, true]);
  for (const [name, language] of [
    ["German", "de"],
    ["Arabic", "ar"],
  ]) {
    await page.getByLabel(name).check();
    await page.waitForURL(`**#template/login_code/${language}`);
    assert.deepEqual(await seen(language), [360, true], "the switches stay");
    assert.equal(await page.locator("#reading-title").getAttribute("lang"), language);
  }
  await page.goBack();
  await mailOf(page).locator("html[lang=de]").waitFor();
  assert.ok(await page.getByLabel("German").isChecked(), "one step back is one choice back");
});

/** Its code and link, and what no mail should have. */
const HOSTILE = `{% extends "mail.html" %}{% block content %}<p>{{ code }} {{ link }}</p>
  <img src="https://track.example/x.png" alt=""><script>top.hacked = hacked = 1</script>{% endblock %}`;

test("a template of the shop's runs nothing, and what is wrong with it is said", {
  timeout: 60_000,
}, async () => {
  const templates = mkdtempSync(join(tmpdir(), "doorstep-templates-"));
  writeFileSync(join(templates, "recovery.html"), HOSTILE);
  let server = await startDoorstep({ settings: { MAIL_TEMPLATES: templates } });
  const developer = await newVisitor(browser, server.url);
  try {
    const page = await developer.open("/_dev/mailbox");
    const { email } = await forgetful(server);
    const { link, remarks } = await latest(server, email);
    await mailOf(page).getByText(link).waitFor();
    assert.ok(remarks.length > 0);
    for (const remark of remarks) await page.locator("#remarks").getByText(remark).waitFor();
    assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
    // The browser says so: the picture was not fetched, the script did not run.
    assert.match(developer.trouble.join("\n"), /img-src data:/);
    assert.match(developer.trouble.join("\n"), /Blocked script execution/);

    // The next server's first mail is another one.
    await server.stop();
    server = await startDoorstep({ listen: `127.0.0.1:${server.port}` });
    await page.getByText("No mail yet.").waitFor();
    const { code } = await latest(server, (await forgetful(server)).email);
    await mailOf(page).getByText(code, { exact: true }).waitFor();
    assert.ok(await page.locator("#remarks").isHidden());
  } finally {
    await developer.context.close();
    await server.stop();
    rmSync(templates, { recursive: true });
  }
});

const WITH_SERVER = { settings: { MAIL_URL: "smtp://127.0.0.1:9", MAIL_FROM: "shop@nordlicht.example" } };

mailboxTest("with a mail server the page says where mails went", WITH_SERVER, async ({ page }) => {
  await page.getByText("Mails go to your mail server").waitFor();
  assert.ok(await page.getByText("No mail yet.").isHidden());
  await page.getByRole("link", { name: "Templates" }).click();
  await mailOf(page).getByRole("heading", { level: 1 }).waitFor();
});

mailboxTest("only a browser at this machine gets a mail", {}, async ({ server }) => {
  await latest(server, (await forgetful(server)).email);
  const status = (path, headers, method = "GET") =>
    new Promise((resolve, reject) => {
      const { port } = server;
      request({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode));
      })
        .on("error", reject)
        .end();
    });
  const own = { "doorstep-console": "1", host: `localhost:${server.port}` };
  const paths = ["", "/latest?wait=0", "/1/html", "/1/text", "/1/source", "/preview/test/en/html"];
  for (const path of [...paths.map((part) => `/_dev/mailbox${part}`), "/_dev/data/mails"]) {
    assert.equal(await status(path, own), 200, path);
    assert.equal(await status(path, { ...own, host: "evil.example" }), 421, path);
    assert.equal(await status(path, { ...own, host: "192.168.1.5:5000" }), 404, path);
    assert.equal(await status(path, { ...own, "x-forwarded-for": "203.0.113.9" }), 404, path);
  }
  const { host } = own;
  assert.equal(await status("/_dev/data/mails", { host }), 403, "without the page's own header");
  const foreign = { ...own, origin: "http://localhost:1" };
  assert.equal(await status("/_dev/data/mails", foreign, "DELETE"), 403, "from another page");
  assert.equal(await status("/_dev/mailbox/1/html", own), 200, "nothing was emptied");
});

const variants = {
  "phone-dark": { viewport: { width: 360, height: 740 }, colorScheme: "dark" },
  "desktop-light": { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
};

for (const [name, options] of Object.entries(variants)) {
  mailboxTest(`the mails are accessible and fit: ${name}`, options, async ({ page, server }) => {
    await page.getByText("No mail yet.").waitFor();
    await Promise.all(["de", "ar"].map((language) => forgetful(server, language)));
    await page.locator("#mail-list li").nth(1).waitFor();
    await look(page, `mailbox-${name}`);
    await page.getByRole("tab", { name: "Source" }).click();
    await page.getByRole("tabpanel").getByText("MIME-Version").waitFor();
    await page.getByRole("link", { name: "Templates" }).click();
    await page.getByRole("link", { name: "address_changed" }).click();
    await look(page, `mailbox-templates-${name}`);
  });
}

async function look(page, name) {
  await assertAccessible(page, name);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${name}: ${overflow} px too wide`);
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: `${screenshots}${name}.png`, fullPage: true });
}
