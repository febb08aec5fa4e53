import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// In Doorstep's own repository the kit is compiled from its sources, along with the shop: nothing has to be built before.
// A shop of your own has it from its packages.
const kit = fileURLToPath(new URL("../../clients/typescript/", import.meta.url));
const isOwn = existsSync(kit);

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: isOwn ? [{ find: /^@doorstep\/(client|react)$/, replacement: `${kit}$1/src/index.ts` }] : [],
    // The kit must share the shop's React.
    dedupe: ["react", "react-dom"],
  },
  ssr: { noExternal: [/^@doorstep\//] },
  server: { port: 5173, ...(isOwn && { fs: { allow: [".", kit] } }) },
  build: {
    // The content security policy allows no inlined script and no inlined style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
