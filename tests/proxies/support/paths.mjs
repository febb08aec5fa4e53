import { fileURLToPath } from "node:url";

const root = new URL("../../../", import.meta.url);
const path = (relative) => fileURLToPath(new URL(relative, root));

export const recipes = path("examples/proxies/");
export const examples = path("examples/");
export const guides = path("docs/guides/");
export const storefront = path("examples/storefront-react/");
export const storefrontDist = path("examples/storefront-react/dist");
export const viteModules = path("tests/browser/node_modules/");
export const nextModules = path(".cache/proxies/next/node_modules/");
export const doorstep = process.env.DOORSTEP_BIN ?? path("target/debug/doorstep");
