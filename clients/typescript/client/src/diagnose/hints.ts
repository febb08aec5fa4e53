import type { Hints, HttpOptions, Seen } from "../http.js";
import { answerHint } from "./answer.js";
import { probe } from "./probe.js";
import { judgeCode, judgeProbes } from "./unreachable.js";

// Only development builds reach this file. Each hint carries the number of its row in the catalogue of connection failures.

const told = new Set<string>();

/** Adds the likely cause to each failure of the calls to `base`, and prints it once. */
export const createHints = (base: string): Hints => ({
  headers: tunnelHeaders(base),
  async explain({ error, seen = {} }, http, [method, path, { body, headers }]) {
    const url = http.base + path;
    const names = Object.keys({ ...(body !== undefined && { "Content-Type": "" }), ...headers });
    const hint =
      error.code === "unreachable"
        ? await unreachable(method, url, names, http, seen)
        : answerHint(error, url, http.timeout, { ...seen, isOwnHost: isOwnHost(url) });
    if (!hint) return error;
    tell(hint);
    return { ...error, hint };
  },
});

export function tell(hint: string) {
  if (told.has(hint)) return;
  told.add(hint);
  console.warn(`[doorstep] ${hint}`);
}

const isOwnHost = (url: string) =>
  url.startsWith("/") || new URL(url).origin === globalThis.location?.origin;

async function unreachable(
  method: string,
  url: string,
  names: string[],
  http: HttpOptions,
  { thrown }: Seen,
) {
  const page = globalThis.location;
  if (page?.href.includes("://")) {
    const headers = names.map((name) => name.toLowerCase());
    const lost = { page, method, url: new URL(url, page.href), headers };
    return judgeProbes(page, method, lost.url, await probe(lost, http));
  }
  if (url.startsWith("/")) {
    return `DS-23 "${url}" has no host. On the server pass an absolute baseUrl.`;
  }
  const cause = (thrown as { cause?: { code?: string } } | undefined)?.cause;
  return judgeCode(new URL(url), cause?.code);
}

/** Free tunnels answer with a warning page first, unless asked not to (DS-31). */
const tunnelHeaders = (url: string): Record<string, string> =>
  /\.ngrok(-free)?\.(app|dev|io)\//.test(url) ? { "ngrok-skip-browser-warning": "1" } : {};
