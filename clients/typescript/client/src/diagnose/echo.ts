import { isThisMachine, lostCookie, type Place } from "./places.js";

// Only development builds reach this file.

/** What a server in dev mode saw of a request; another server's answer may lack any of it. */
export interface Echo {
  origin?: string | null;
  originAllowed?: boolean | null;
  probeCookie?: boolean;
  cookieSecure?: boolean;
  body?: { bytes?: number; kind?: string };
  time?: string;
}

/** What was sent, and when the answer was here. */
export interface Sent {
  page: Place | undefined;
  api: Place | undefined;
  /** The session is carried by a cookie. */
  cookies: boolean;
  bytes: number;
  /** Milliseconds since 1970. */
  now: number;
}

/** Compares what was sent with what the server saw; `again` is its answer to the same request a second time. */
export function compareEcho(sent: Sent, seen: Echo, again: Echo | undefined): string[] {
  const { page, api } = sent;
  const isCrossOrigin = page && api && page.origin !== api.origin;
  return [
    isCrossOrigin ? originHint(page, seen) : undefined,
    sent.cookies && again?.probeCookie === false ? cookieHint(sent, seen) : undefined,
    bodyHint(sent.bytes, seen),
    clockHint(seen.time, sent.now),
  ].filter((hint) => hint !== undefined);
}

/** The page could read the answer, so a gateway speaks for Doorstep; what Doorstep itself saw counts for the next call. */
function originHint(page: Place, { origin, originAllowed }: Echo): string | undefined {
  if (origin === null) {
    return `DS-15 The Origin header of ${page.origin} is lost on the way to the server, which refuses calls with a cookie then. Let the proxy pass it on.`;
  }
  return originAllowed === false
    ? `DS-01 The server is up, but origin ${origin} is not allowed. Run: doorstep origins add ${origin}`
    : undefined;
}

/** Every echo sets a cookie with the flags of the session's: this one did not come back. */
function cookieHint({ page, api }: Sent, { cookieSecure }: Echo): string {
  if (!page || !api) {
    return `DS-14 This program keeps no cookies, so no session either. Make the client with session: "token".`;
  }
  const byAddress = lostCookie(page, api);
  if (byAddress) return byAddress;
  if (cookieSecure && api.protocol === "http:") {
    return isThisMachine(api)
      ? `DS-12 This browser drops cookies marked Secure on ${api.origin}. Start the server with an http address as server.public_url while developing.`
      : `DS-12 The server marks its cookies Secure, and ${api.origin} is http: browsers drop them. Use the https address (server.public_url) as baseUrl.`;
  }
  return `DS-14 The cookie that ${api.origin} sets does not come back. Does a proxy remove Set-Cookie or Cookie, or does this browser block cookies here?`;
}

function bodyHint(bytes: number, { body }: Echo): string | undefined {
  return body && (body.bytes !== bytes || body.kind !== "json")
    ? `The server got another body than was sent: ${body.bytes} bytes (${body.kind}) in place of ${bytes} bytes of JSON. Something in between changes requests.`
    : undefined;
}

/** Compares a clock, as RFC 3339 or as a Date header, with this one. */
export function clockHint(theirs: string | null | undefined, now: number): string | undefined {
  const skew = Math.round((now - Date.parse(theirs ?? "")) / 1000);
  return Math.abs(skew) > 10
    ? `DS-43 The clock of this device is ${Math.abs(skew)} s ${skew > 0 ? "ahead of" : "behind"} the server's.`
    : undefined;
}
