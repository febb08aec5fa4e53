import { after, before, describe } from "node:test";
import { doctorIsContent } from "../support/doctor.mjs";
import { startNginx } from "../support/nginx.mjs";
import { endsPatience } from "../support/patience.mjs";
import { keepsEverything, keepsPagesApart, keepsWhatProductionNeeds, LIMITS } from "../support/promises.mjs";
import { openBehindTls } from "../support/site.mjs";

for (const [file, isOneSite] of [
  ["one-site.conf", true],
  ["api-subdomain.conf", false],
]) {
  describe(`nginx, ${file}`, () => {
    const recipe = { recipe: "nginx", file, isOneSite, startProxy: startNginx };
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
