import { isApp, isMixed, isPrivate, isThisMachine, mixedContent, type Place } from "./places.js";

// Only development builds reach this file. A browser hides why a call came to nothing: what other requests to the same
// server come to tells it. A cause is named only where nothing else fits what was seen.

/** What was found out after a call came to nothing; what is missing was not tried. */
export interface Probes {
  /** The browser says that this device has no network. */
  offline?: boolean;
  /** `/healthz` can be read, and is Doorstep's. */
  health?: boolean;
  /** Something answers, though the page cannot read what. */
  any?: boolean;
  /** A plain GET of the API can be read: the origin is allowed. */
  plain?: boolean;
  /** The same with an address that no cache knows. */
  fresh?: boolean;
  /** `/healthz` can be read over https, where the base URL says http. */
  https?: boolean;
  /** A plain GET with cookies can be read. */
  cookies?: boolean;
  /** Request headers of the call whose preflight fails. */
  refused?: string[];
  /** A preflight for some other header passes. */
  preflight?: boolean;
  /** A call with the same method can be read. */
  method?: boolean;
}

/** The likely cause of a call of a page that came to nothing, or what was seen instead. */
export function judgeProbes(page: Place, method: string, url: URL, probes: Probes): string {
  const { origin } = url;
  // An address of this machine needs no network.
  if (isNobody(probes) && probes.offline && !isThisMachine(url)) {
    return `This device is offline (navigator.onLine is false), so ${origin} was not reached. The call works again with the network.`;
  }
  if (origin === page.origin) {
    return `DS-25 Nothing answers at ${origin}, where this page came from. Is that server still running?`;
  }
  if (isMixed(page, url)) return mixedContent(url);
  if (isNobody(probes)) return nobody(page, url);
  const { health, plain, fresh, https, cookies, refused = [], preflight } = probes;
  if (plain === false) {
    if (fresh) {
      return `DS-07 A cache in front of ${origin} gives this page the answer for another origin. It must keep answers apart by "Vary: Origin", or not keep those of /api/ at all.`;
    }
    if (https) {
      return `DS-06 ${origin} leads to https, and browsers follow no redirect of a preflight. Set baseUrl to https://${url.host}.`;
    }
    if (health && /^(null|file:)/.test(page.origin)) {
      return "DS-01 A page that was opened from a file has no origin that could be allowed. Open it by a web server, such as Vite.";
    }
    if (!health && FORWARDED.test(url.hostname)) {
      return `DS-31 The port of ${origin} is private: whoever forwards it asks for a login. Make it public there, or let the dev server of the page pass /api on, with baseUrl "/".`;
    }
    return health
      ? `DS-01 The server is up, but origin ${page.origin} is not allowed. Run: doorstep origins add ${page.origin}`
      : `Something answers at ${origin}, but the page may not read it, and it does not look like Doorstep: another program on that port, a redirect, or a proxy that removes CORS headers. Open ${origin}/healthz in a tab to see which.${isThisMachine(url) && url.port === "5000" ? AIRPLAY : ""}`;
  }
  if (cookies === false) {
    return `DS-04 ${origin} answers without "Access-Control-Allow-Credentials: true" (or with "*" for the origin, DS-03): a gateway sets CORS headers of its own. Let it pass on those of Doorstep.`;
  }
  if (refused.length && !preflight) {
    return `The preflight (OPTIONS) of ${method} ${url.href} does not pass: it is redirected or refused before it comes to Doorstep (DS-06), or answered without Access-Control-Allow-Headers (DS-05). Let Doorstep answer OPTIONS; "doorstep doctor --origin ${page.origin}" says which it is.`;
  }
  if (refused.length) {
    return `DS-05 The preflight does not allow the request header ${refused.join(", ")}. Something in front of Doorstep answers OPTIONS: let Doorstep do it, or add the header to Access-Control-Allow-Headers.`;
  }
  if (probes.method === false) {
    return `DS-05 The preflight does not allow the method ${method}. Something in front of Doorstep answers OPTIONS: let Doorstep do it, or add the method to Access-Control-Allow-Methods.`;
  }
  return `DS-02 The answer to ${method} ${url.href} came without CORS headers, though others have them: a proxy made it (413, 429, 502 ...), or the connection broke. The Network tab shows its status; in nginx: add_header ... always.`;
}

/** GitHub Codespaces, Gitpod and dev tunnels. */
const FORWARDED = /\.(app\.github\.dev|gitpod\.(io|dev)|devtunnels\.ms)$/;

const AIRPLAY =
  " On macOS the AirPlay receiver has port 5000: turn it off, or start Doorstep on another port.";

const isNobody = ({ health, any, plain }: Probes) => !health && !any && !plain;

function nobody(page: Place, url: URL): string {
  const { origin } = url;
  const isInside = (place: Place) => isThisMachine(place) || isPrivate(place);
  if (isInside(url) && !isInside(page) && !isApp(page, url)) {
    return `DS-13 The page comes from ${page.hostname}, but the API is ${origin}: browsers keep public pages from this machine and its network. Use the server's public address, or a tunnel.`;
  }
  // A browser does not tell a page that it refused a certificate.
  return url.protocol === "https:"
    ? `No answer from ${origin}. Is the server running (DS-25), and its certificate trusted (DS-29)? Open ${origin}/healthz in a tab: there the browser says which.`
    : nothingAnswers(origin);
}

export const nothingAnswers = (origin: string) =>
  `DS-25 Nothing answers at ${origin}. Is the server running, and does it listen on that address?`;

/** The same outside of a browser, where the reason can be read: `code` is Node's word for it. */
export function judgeCode(url: URL, code: string | undefined): string {
  const { origin } = url;
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code ?? "")) {
    return `DS-29 The certificate of ${origin} is not trusted (${code}). Serve the whole chain (fullchain.pem), for the name in baseUrl.`;
  }
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The name ${url.hostname} cannot be looked up. Is it spelled right, and is this machine online?`;
    case "ECONNRESET":
    case "EPIPE":
    case "UND_ERR_SOCKET":
      return `The connection to ${origin} broke before the whole answer was here.`;
    default:
      return /SSL|EPROTO/.test(code ?? "")
        ? `DS-21 ${origin} does not speak TLS. Does the server speak plain http there? Then baseUrl begins with http://.`
        : nothingAnswers(origin);
  }
}
