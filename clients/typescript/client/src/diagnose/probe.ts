import type { HttpOptions } from "../http.js";
import type { Place } from "./places.js";
import type { Probes } from "./unreachable.js";

// Only development builds reach this file. Asks on after a call that came to nothing, each question only where the
// answers before leave it open: a call that fails on a server that is down costs two requests.

/** What the calls of the kit carry beyond what every page may send. */
const HEADERS = {
  "content-type": "application/json",
  "idempotency-key": "none",
  "if-match": '"0"',
  authorization: "Bearer none",
};

/** A call of a page that came to nothing. */
export interface Lost {
  page: Place;
  method: string;
  url: URL;
  /** Names of its own headers, in lower case. */
  headers: string[];
}

export async function probe(lost: Lost, http: HttpOptions): Promise<Probes> {
  const { page, method, url } = lost;
  const base = new URL(http.base, url);
  const policy = `${base.href}/policy`;
  const health = `${base.href.replace(/api$/, "")}healthz`;
  const ask = async (at: string, options: RequestInit = {}): Promise<Response | undefined> => {
    const signal = AbortSignal.timeout(Math.min(http.timeout, 3000));
    return http.fetch(at, { credentials: "omit", signal, ...options }).catch(() => undefined);
  };
  const isHealthy = async (at: string) => {
    const answer = await ask(at);
    return /doorstep/i.test((await answer?.text().catch(() => "")) ?? "");
  };

  const state: Probes = globalThis.navigator?.onLine === false ? { offline: true } : {};
  if (url.origin === page.origin) return state;
  const found: Probes = { ...state, health: await isHealthy(health) };
  // Without CORS the answer stays hidden, but that there is one can be seen.
  if (!found.health) found.any = !!(await ask(health, { mode: "no-cors" }));
  if (!found.health && !found.any) return found;
  found.plain = !!(await ask(policy));
  if (!found.plain) {
    found.fresh = !!(await ask(`${policy}?${http.now()}`));
    if (!found.fresh && url.protocol === "http:" && !url.port) {
      found.https = await isHealthy(health.replace(/^http:/, "https:"));
    }
    return found;
  }
  if (http.credentials === "include") {
    found.cookies = !!(await ask(policy, { credentials: "include" }));
    if (!found.cookies) return found;
  }
  found.refused = [];
  for (const [name, value] of Object.entries(HEADERS)) {
    // The others only tell a header that is not allowed from a preflight that never passes.
    const isOwn = lost.headers.includes(name);
    if (!isOwn && (!found.refused.length || found.preflight)) continue;
    if (await ask(policy, { headers: { [name]: value } })) found.preflight = true;
    else if (isOwn) found.refused.push(name);
  }
  if (!found.refused.length && !/^(GET|POST)$/.test(method)) {
    // The policy takes no such method: the refusal can be read, and changes nothing.
    found.method = !!(await ask(policy, { method }));
  }
  return found;
}
