// What every recipe that ends TLS is held to: one site for pages and API, and the API on a subdomain.
import { after, before, describe } from "node:test";
import { doctorIsContent } from "./doctor.mjs";
import { endsPatience } from "./patience.mjs";
import { keepsEverything, keepsPagesApart, keepsWhatProductionNeeds, LIMITS } from "./promises.mjs";
import { openBehindTls } from "./site.mjs";

/** `oneSite` and `subdomain` are files of examples/proxies/`recipe`; `startProxy` starts its program with one of them. */
export function holdsBothFiles({ recipe, startProxy, oneSite, subdomain }) {
  for (const file of [oneSite, subdomain]) {
    describe(`${recipe}, ${file}`, () => {
      const isOneSite = file === oneSite;
      const set = { recipe, file, isOneSite, startProxy };
      let site;
      before(async () => {
        site = await openBehindTls({ ...set, env: LIMITS });
      });
      after(() => site?.stop());

      keepsEverything(() => site);
      keepsWhatProductionNeeds(() => site);
      if (isOneSite) keepsPagesApart(() => site);
      doctorIsContent(() => site);
      endsPatience((patience) => openBehindTls({ ...set, patience }));
    });
  }
}
