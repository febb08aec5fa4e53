import { errorCodes } from "./generated/codes.js";
import type { HttpOptions } from "./http.js";
import type { DoorstepError } from "./result.js";

// Only development builds reach this file. Each hint carries the number of its row in the catalogue of connection failures.

/** The raw answer behind a failure. */
export interface Seen {
  text: string;
  headers: Headers;
}

const told = new Set<string>();

/** Adds the likely cause to a failure, and prints it once. */
export async function explain(
  error: DoorstepError,
  url: string,
  http: HttpOptions,
  seen?: Seen,
): Promise<DoorstepError> {
  const hint = await hintFor(error, url, http, seen);
  if (!hint) return error;
  tell(hint);
  return { ...error, hint };
}

export function tell(hint: string) {
  if (told.has(hint)) return;
  told.add(hint);
  console.warn(`[doorstep] ${hint}`);
}

async function hintFor(
  { code, status }: DoorstepError,
  url: string,
  http: HttpOptions,
  seen?: Seen,
): Promise<string | undefined> {
  switch (code) {
    case "unreachable":
      return unreachable(url, http);
    case "no_answer_in_time":
      return `DS-32 ${url} did not answer within ${http.timeout} ms. Is the server busy, or the address one that swallows packets?`;
    case "redirected": {
      const target = seen?.headers.get("location");
      return target
        ? `DS-19 The server redirected ${url} to ${target}. Make that the baseUrl (without /api/...).`
        : `DS-19 The server redirected ${url}. Use the final address (https, right host) as baseUrl; "doorstep doctor" shows it.`;
    }
    case "unexpected_answer":
      return `DS-20 ${url} returned ${describe(status, seen)}, not the account API. Check baseUrl and the proxy in between.`;
    case "aborted":
      return undefined;
    default:
      return (errorCodes as readonly string[]).includes(code)
        ? undefined
        : `The server sent the code "${code}", which this version of @doorstep/client does not know. Treat it by its status (${status}), or update.`;
  }
}

function describe(status: number, seen?: Seen): string {
  const title = /<title[^>]*>([^<]*)</i.exec(seen?.text ?? "")?.[1]?.trim();
  const type = seen?.headers.get("content-type") ?? "nothing readable";
  return title === undefined ? `${status} with ${type}` : `a web page (${status} "${title}")`;
}

async function unreachable(url: string, { fetch, timeout }: HttpOptions): Promise<string> {
  const page = globalThis.location;
  if (!page) {
    return url.startsWith("/")
      ? `DS-23 "${url}" has no host. On the server pass an absolute baseUrl.`
      : `DS-25 Nothing answers at ${url}. Is the server running, and does it listen on that address?`;
  }
  const target = new URL(url, page.href);
  if (page.protocol === "https:" && target.protocol === "http:") {
    return `DS-13 The page is https but the API is ${target.origin}: browsers block that. Serve the API over https, or open the page over http.`;
  }
  if (target.origin !== page.origin) {
    try {
      // Without CORS the answer stays hidden, but that there is one tells the two causes apart.
      const signal = AbortSignal.timeout(timeout);
      await fetch(`${target.origin}/healthz`, { mode: "no-cors", signal });
      return `DS-01 The server is up, but origin ${page.origin} is not allowed. Run: doorstep origins add ${page.origin}`;
    } catch {
      // Not reachable at all.
    }
  }
  return `DS-25 Nothing answers at ${target.origin}. Is the server running, and does it listen on that address?`;
}

/** Free tunnels answer with a warning page first, unless asked not to (DS-31). */
export const tunnelHeaders = (url: string) =>
  /\.ngrok(-free)?\.(app|dev|io)\//.test(url) && { "ngrok-skip-browser-warning": "1" };

/** What can be seen from the two addresses alone. */
export function addressHints(base: string, page: Location | undefined, cookies: boolean): string[] {
  if (!page?.hostname || !base.startsWith("http") || !cookies) return [];
  const api = new URL(base).hostname;
  if (api === page.hostname) return [];
  const local = (host: string) => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(host);
  if (local(api) && local(page.hostname)) {
    return [
      `DS-09 Use the same host: the page is ${page.hostname}, the API is ${api}. The session cookie is lost between the two.`,
    ];
  }
  const site = (host: string) => host.split(".").slice(-2).join(".");
  return site(api) === site(page.hostname)
    ? []
    : [
        `DS-11 ${page.hostname} and ${api} look like different sites: Safari drops the session cookie. Use a subdomain of the shop, or a proxy and baseUrl "/".`,
      ];
}

/** Compares the server's clock with this one's. */
export function clockHint(headers: Headers, now: number): string | undefined {
  const skew = Math.round((now - Date.parse(headers.get("date") ?? "")) / 1000);
  return Math.abs(skew) > 10
    ? `DS-43 The clock of this device is ${Math.abs(skew)} s ${skew > 0 ? "ahead of" : "behind"} the server's.`
    : undefined;
}
