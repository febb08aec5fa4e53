import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      "@doorstep/client/server": source("client/src/server.ts"),
      "@doorstep/client": source("client/src/index.ts"),
    },
  },
  test: {
    silent: "passed-only",
    projects: [
      {
        extends: true,
        test: {
          name: "client",
          include: ["client/test/**/*.test.ts"],
          setupFiles: ["client/test/support/record.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "react",
          include: ["react/test/**/*.test.{ts,tsx}"],
          setupFiles: ["react/test/support/quiet.ts"],
        },
      },
    ],
  },
});
