import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  resolve: {
    // The kit is linked from this repository; it must share the shop's React.
    dedupe: ["react", "react-dom"],
  },
  ssr: { noExternal: [/^@doorstep\//] },
  server: { port: 5173 },
  build: {
    // The content security policy allows no inlined script and no inlined style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
