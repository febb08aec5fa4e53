import { type HttpOptions, send } from "../http.js";
import type { DoorstepError, Finding } from "../result.js";
import { clockHint, compareEcho, type Echo } from "./echo.js";
import { tell } from "./hints.js";
import { compareAddresses } from "./places.js";

// Only development builds reach this file.

/** Finds out why a form does not connect: prints what it finds, and returns it. */
export async function diagnose(baseUrl: string, http: HttpOptions): Promise<Finding[]> {
  const { hints, isThere } = await look(baseUrl, http);
  for (const hint of hints) tell(hint);
  if (!hints.length) console.info(`[doorstep] Reads and writes reach ${http.base}, and come back.`);
  return hints.map((message) => {
    const id = /^DS-\d\d/.exec(message)?.[0];
    return { id, message, url: id && isThere ? pageOf(`${baseUrl}/errors/${id}`) : undefined };
  });
}

/** The two addresses, if there is a page. */
function places(baseUrl: string) {
  const page = /^[\w+.-]+:\/\//.test(globalThis.location?.href) ? globalThis.location : undefined;
  const isAbsolute = baseUrl.startsWith("http");
  return { page, api: page || isAbsolute ? new URL(baseUrl || "/", page?.href) : undefined };
}

const pageOf = (url: string) => new URL(url, globalThis.location?.href).href;

export function addressHints(baseUrl: string, http: HttpOptions): string[] {
  const { page, api } = places(baseUrl);
  return page && api ? compareAddresses(page, api, http.credentials === "include") : [];
}

async function look(baseUrl: string, http: HttpOptions) {
  const addresses = addressHints(baseUrl, http);
  const policy = await send(http, "GET", "/policy", {});
  if (!policy.ok) {
    return {
      hints: unique([...addresses, wordsOf(policy.error)]),
      isThere: policy.error.status > 0,
    };
  }
  const cookies = http.credentials === "include";
  const body = { hello: "José" };
  const bytes = new TextEncoder().encode(JSON.stringify(body)).length;
  // With the headers of other calls of the kit, so that no preflight is harder than this one.
  const headers = { "Idempotency-Key": `diagnose-${http.now()}`, "If-Match": '"0"' };
  const echo = () => send(http, "POST", "/_echo", { body, headers });
  const first = await echo();
  if (!first.ok) {
    const found = first.error.code === "not_found" ? await clockOf(http) : wordsOf(first.error);
    return { hints: unique([...addresses, found]), isThere: true };
  }
  const sent = { ...places(baseUrl), cookies, bytes, now: http.now() };
  const seen: Echo = first.data;
  const second = cookies ? await echo() : undefined;
  const again: Echo | undefined = second?.ok ? second.data : undefined;
  // A cookie that came back is worth more than a guess about two addresses.
  const guesses = addresses.filter((hint) => !(again?.probeCookie && /^DS-(09|11)/.test(hint)));
  return { hints: unique([...guesses, ...compareEcho(sent, seen, again)]), isThere: true };
}

const wordsOf = ({ hint, status, message }: DoorstepError) => hint ?? `${status} ${message}`;

/** A server in production has no echo; its clock is seen by an answer that no cache gave. */
async function clockOf({ base, fetch, now }: HttpOptions): Promise<string | undefined> {
  console.info("[doorstep] The server runs in production mode: it does not tell what it saw.");
  const answer = await fetch(`${base}/policy`, { cache: "no-store", credentials: "omit" }).catch(
    () => undefined,
  );
  return clockHint(answer?.headers.get("date"), now());
}

const unique = (hints: (string | undefined)[]) => [
  ...new Set(hints.filter((hint) => hint !== undefined)),
];
