/** The page behind a mail's link to log in with: chooses this number, or to go on in the browser that shows the page. */
export async function choose(page, number) {
  const name = number ? `On the device that shows the number ${number}` : "Here, in this browser";
  await page.getByRole("radio", { name }).check();
  await page.getByRole("button", { name: "Continue" }).click();
}

/** The numbers that the page offers. */
export async function offered(page) {
  const values = await page.getByRole("radio").evaluateAll((all) => all.map(({ value }) => value));
  return values.filter((value) => /^\d+$/.test(value));
}

const LINK = /https?:\/\/[^\s<>"]+/g;

/**
 * A mail provider's program that looks for harm: it opens each link of a mail in a browser, lets its scripts run, opens what the page leads
 * to, and, with `posts`, sends every form of it as it stands. It chooses nothing and types nothing. Answers what it opened.
 */
export async function scan(visitor, server, { text }, { posts = false } = {}) {
  const own = (links) => links.filter((link) => link.startsWith(server.url));
  const visit = async (link, look) => {
    const page = await visitor.open(link);
    await page.waitForLoadState("networkidle");
    const found = await look(page);
    await page.close();
    return found;
  };
  const links = own(text.match(LINK));
  const beyond = new Set();
  for (const link of links) {
    const found = await visit(link, async (page) => {
      const hrefs = await page.locator("a[href]").evaluateAll((all) => all.map(({ href }) => href));
      const form = page.locator("form");
      if (posts && (await form.count())) {
        await Promise.all([page.waitForNavigation(), form.evaluate((one) => one.submit())]);
      }
      return hrefs;
    });
    for (const href of own(found)) beyond.add(href.split("#")[0]);
  }
  for (const link of beyond) await visit(link, async () => []);
  return [...links, ...beyond];
}
