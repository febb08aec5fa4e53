import { test } from "node:test";
import { ask } from "./client.mjs";
import { assertPreflight, assertProblem, preflightHeaders } from "./readable.mjs";
import { Visitor } from "./visitor.mjs";

/** With a recipe whose long wait was made 1 s: what the page sees when Doorstep never answers. */
export function endsPatience(openSite) {
  test("when Doorstep is stuck, the page is told so in the end", async () => {
    const site = await openSite("1s");
    try {
      site.doorstep.pause();
      assertProblem(site, await new Visitor(site).signUp(), 503, "unavailable");
      if (!site.isOneSite)
        assertPreflight(site, await ask(site, "OPTIONS", "/api/signup", { headers: preflightHeaders }));
    } finally {
      await site.stop();
    }
  });
}
