import { startCaddy } from "../support/caddy.mjs";
import { holdsBothFiles } from "../support/recipe.mjs";

holdsBothFiles({
  recipe: "caddy",
  startProxy: startCaddy,
  oneSite: "one-site.Caddyfile",
  subdomain: "api-subdomain.Caddyfile",
});
