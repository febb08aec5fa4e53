// Makes docs/images/storefront.png: the front page on a desktop, and the sign-up form on a phone at night.
// Needs the built storefront and the server; `npm run picture`.
import { mkdirSync } from "node:fs";
import { launch, newVisitor } from "./support/browser.mjs";
import { picture } from "./support/paths.mjs";
import { startDoorstep } from "./support/server.mjs";
import { newPerson, signUp } from "./support/steps.mjs";

const FRAME = `
  <style>
    body { margin: 0; width: 1400px; height: 860px; background: #c9d6d3; position: relative; }
    img { position: absolute; border-radius: 10px; box-shadow: 0 18px 50px rgb(13 25 32 / 35%); }
    #desktop { left: 40px; top: 40px; width: 1180px; }
    #phone { right: 40px; bottom: 40px; width: 300px; border-radius: 22px; border: 6px solid #0a1318; }
  </style>
  <img id="desktop" alt=""><img id="phone" alt="">`;

async function photograph(visitor, path) {
  const page = await visitor.open(path);
  await page.locator(".account-slot:not([data-session=loading])").waitFor();
  return page;
}

const server = await startDoorstep();
const browser = await launch();
try {
  const desktop = await newVisitor(browser, server.url, { viewport: { width: 1280, height: 846 } });
  const { person } = await signUp(desktop);
  const home = await photograph(desktop, "/");

  const phone = await newVisitor(browser, server.url, {
    viewport: { width: 390, height: 700 },
    colorScheme: "dark",
  });
  const form = await photograph(phone, "/signup");
  await form.getByLabel("Name").fill(person.name);
  await form.getByLabel("E-mail").fill("grace@longstone.example");
  await form.getByLabel("Password").fill(newPerson().password);

  const frame = await browser.newPage({ viewport: { width: 1400, height: 860 } });
  await frame.setContent(FRAME);
  for (const [id, page] of Object.entries({ desktop: home, phone: form })) {
    const shot = (await page.screenshot()).toString("base64");
    await frame.locator(`#${id}`).evaluate(async (image, data) => {
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
    }, shot);
  }
  mkdirSync(new URL(".", `file://${picture}`), { recursive: true });
  await frame.screenshot({ path: picture });
} finally {
  await browser.close();
  await server.stop();
}
