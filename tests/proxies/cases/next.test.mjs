import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/client.mjs";
import { doctorIsContent } from "../support/doctor.mjs";
import { startNext } from "../support/next.mjs";
import { keepsEverything, keepsPagesApart } from "../support/promises.mjs";
import { openInDev } from "../support/site.mjs";

describe("Next.js rewrites", () => {
  let site;
  before(async () => {
    site = await openInDev({
      recipe: "next",
      heading: "doorstep.toml in development",
      startProxy: startNext,
    });
  });
  after(() => site?.stop());

  keepsEverything(() => site);
  keepsPagesApart(() => site);
  doctorIsContent(() => site);

  test("an address that a client wrote into X-Forwarded-For is not believed", async () => {
    const headers = { "x-forwarded-for": "10.9.8.7" };
    await ask(site, "GET", "/api/policy?forged", { headers });
    assert.doesNotMatch(site.doorstep.log(), /10\.9\.8\.7/);
    assert.match(site.doorstep.log(), /127\.0\.0\.1/, "the log says who asked");
  });
});
