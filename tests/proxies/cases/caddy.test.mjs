import { after, before, describe } from "node:test";
import { startCaddy } from "../support/caddy.mjs";
import { doctorIsContent } from "../support/doctor.mjs";
import { endsPatience } from "../support/patience.mjs";
import { keepsEverything, keepsPagesApart, keepsWhatProductionNeeds, LIMITS } from "../support/promises.mjs";
import { openBehindTls } from "../support/site.mjs";

for (const [file, isOneSite] of [
  ["one-site.Caddyfile", true],
  ["api-subdomain.Caddyfile", false],
]) {
  describe(`Caddy, ${file}`, () => {
    const recipe = { recipe: "caddy", file, isOneSite, startProxy: startCaddy };
    let site;
    before(async () => {
      site = await openBehindTls({ ...recipe, env: LIMITS });
    });
    after(() => site?.stop());

    keepsEverything(() => site);
    keepsWhatProductionNeeds(() => site);
    if (isOneSite) keepsPagesApart(() => site);
    doctorIsContent(() => site);
    endsPatience((patience) => openBehindTls({ ...recipe, patience }));
  });
}
