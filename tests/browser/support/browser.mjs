import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

export function launch(flags = []) {
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}

/**
 * With an unpacked extension, and a profile that is thrown away: only a profile can have extensions. Chromium takes the flag;
 * Google's Chrome does not any more.
 */
export function launchWithExtension(folder) {
  const flags = [`--disable-extensions-except=${folder}`, `--load-extension=${folder}`];
  return chromium.launchPersistentContext("", { executablePath, args: [...FLAGS, ...flags] });
}

const REFUSAL = /^Failed to load resource: the server responded with a status of (\d+)/;

/**
 * One person with a browser of their own: cookies and storage are shared by their tabs and by nobody else.
 * `trouble` collects what the console complains about. The browser itself also notes every answer of 400 and above
 * there; those go to `refusals`, which each test compares with what it provoked.
 */
export async function newVisitor(browser, url, options = {}) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
    locale: "en-IE",
    ...options,
  });
  context.setDefaultTimeout(30_000);
  const trouble = [];
  const refusals = [];
  context.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    const status = REFUSAL.exec(message.text())?.[1];
    if (status) refusals.push(`${status} ${new URL(message.location().url).pathname}`);
    else trouble.push(`${message.type()}: ${message.text()}`);
  });
  context.on("weberror", (error) => trouble.push(`uncaught: ${error.error().message}`));
  const open = async (path) => {
    const page = await context.newPage();
    await page.goto(path);
    return page;
  };
  return { context, trouble, refusals, open };
}
