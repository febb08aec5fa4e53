// The promise: sign up and keep the session in at most 4096 bytes of gzip, client and hooks together.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const limit = 4096;
const used = `
  export { createDoorstepClient } from "@doorstep/client";
  export { DoorstepProvider, useSession, useSignUp } from "@doorstep/react";
`;
const everything = `export * from "@doorstep/client"; export * from "@doorstep/react";`;

async function measure(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: new URL("..", import.meta.url).pathname },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    external: ["react", "react/jsx-runtime"],
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const size = await measure(used);
console.log(
  `sign up + session: ${size} of ${limit} bytes (everything: ${await measure(everything)})`,
);
if (size > limit) {
  console.error(`${size - limit} bytes too large`);
  process.exitCode = 1;
}
