import { fileURLToPath } from "node:url";

const root = new URL("../../../", import.meta.url);
const path = (relative) => fileURLToPath(new URL(relative, root));

export const storefront = path("examples/storefront-react/");
export const dist = path("examples/storefront-react/dist/");
export const kits = path("clients/typescript/");
export const modules = path("tests/browser/node_modules/");
export const extension = path("tests/browser/extension/");
export const tutorial = path("tests/browser/tutorial/");
export const screenshots = path(".cache/screenshots/");
export const picture = path("docs/images/storefront.png");
export const databases = path("tools/databases");
export const doorstep = process.env.DOORSTEP_BIN ?? path("target/debug/doorstep");
