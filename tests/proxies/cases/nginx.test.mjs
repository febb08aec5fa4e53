import { startNginx } from "../support/nginx.mjs";
import { holdsBothFiles } from "../support/recipe.mjs";

holdsBothFiles({
  recipe: "nginx",
  startProxy: startNginx,
  oneSite: "one-site.conf",
  subdomain: "api-subdomain.conf",
});
