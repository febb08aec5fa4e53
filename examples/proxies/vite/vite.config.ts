// Development: the page on http://localhost:5173, and the API under the same address, passed on by Vite.
// Copy the `server` part into your own vite.config.ts; your plugins stay as they are.
import { defineConfig } from "vite";

export default defineConfig({
  server: {
    port: 5173,
    // Another port each time would be another origin each time: better to be told that 5173 is taken.
    strictPort: true,
    // Or Vite would answer preflights by itself, and Doorstep's own answer would not be seen.
    cors: false,
    proxy: {
      // A pattern, because the plain "/api" would take "/apiary" too. The other two are for the kit's own diagnosis
      // and for the pages that explain an error.
      "^/(api/|errors(/|$)|healthz$)": {
        // 127.0.0.1 and not localhost: for Node that is ::1 first, where a server on IPv4 only does not answer (DS-30).
        target: "http://127.0.0.1:5000",
        // Longer than Doorstep waits (30 s), so that it is Doorstep that says what happened.
        proxyTimeout: 40_000,
      },
    },
  },
});
