// Only development builds reach this file.

/** The parts of an address that are compared; `location` has them, and so has a URL. */
export type Place = Pick<URL, "protocol" | "hostname" | "port" | "origin" | "pathname">;

/** What can be seen from the addresses of page and API alone. `cookies`: the session is carried by one. */
export function compareAddresses(page: Place, api: Place, cookies: boolean): string[] {
  if (isMixed(page, api)) return [mixedContent(api)];
  if (!isApp(page, api) && isThisMachine(api) !== isThisMachine(page)) {
    const found = isThisMachine(api) ? elsewhere(page, api) : undefined;
    return found ? [found] : [];
  }
  const lost = cookies ? lostCookie(page, api) : undefined;
  return lost ? [lost] : [];
}

/** Browsers take http on this very machine for as safe as https. */
export const isMixed = (page: Place, api: Place) =>
  page.protocol === "https:" && api.protocol === "http:" && !isThisMachine(api);

export const mixedContent = (api: Place) =>
  `DS-13 The page is https but the API is ${api.origin}: browsers block that. Serve the API over https, or open the page over http.`;

/** Why a session cookie cannot come back from `api` to a page of `page`, if the addresses say so. */
export function lostCookie(page: Place, api: Place): string | undefined {
  if (isWeb(page) && api.hostname === page.hostname) return undefined;
  if (isApp(page, api)) {
    return `DS-11 ${page.origin} is the page of an app, and keeps no session cookie of ${api.origin}. Make the client with session: "token".`;
  }
  if (isThisMachine(api) && isThisMachine(page)) {
    return `DS-09 Use the same host: the page is ${page.hostname}, the API is ${api.hostname}, and the session cookie is lost between the two. Set baseUrl to ${withHost(api, page.hostname)}.`;
  }
  return siteOf(api.hostname) === siteOf(page.hostname)
    ? undefined
    : `DS-11 ${page.hostname} and ${api.hostname} look like different sites: Safari and others drop the session cookie. Put the API on a subdomain of the shop, or behind a proxy of the page with baseUrl "/".`;
}

const isWeb = ({ protocol }: Place) => /^https?:$/.test(protocol);

/** The page of a shell (Capacitor, Cordova, Tauri, Electron, an extension): of no site that an API could share. */
export const isApp = (page: Place, api: Place) =>
  isWeb(page)
    ? !page.port &&
      (page.hostname.endsWith(".localhost") ||
        (page.hostname === "localhost" && !isThisMachine(api)))
    : page.protocol !== "file:";

/** A page that another device may show, and an API on "this machine": which one is that? */
function elsewhere(page: Place, api: Place): string | undefined {
  const fixed = withHost(api, page.hostname);
  if (page.hostname === "10.0.2.2") {
    return `DS-24 In the Android emulator ${api.hostname} is the emulator itself. Set baseUrl to ${fixed}, which is the computer that runs it.`;
  }
  return isPrivate(page)
    ? `DS-25 The page comes from ${page.hostname}, but for a phone ${api.hostname} is the phone itself. Set baseUrl to ${fixed}, and start the server with --listen 0.0.0.0:${api.port || "80"}.`
    : undefined;
}

export const isThisMachine = ({ hostname }: Place) =>
  /^(.+\.)?localhost$|^127\.|^\[::1\]$/.test(hostname);

/** An address of a home or office network. */
export const isPrivate = ({ hostname }: Place) =>
  /^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$|\.local$|^\[f[cde]/.test(hostname);

const withHost = ({ protocol, port, pathname }: Place, hostname: string) =>
  `${protocol}//${hostname}${port && `:${port}`}${pathname.replace(/\/+$/, "")}`;

// The whole list of such suffixes is long: these are the ones that shops begin with.
const SHARED =
  /(^|\.)(vercel\.app|netlify\.app|pages\.dev|workers\.dev|github\.io|gitlab\.io|onrender\.com|fly\.dev|herokuapp\.com|web\.app|ngrok(-free)?\.(app|dev|io)|trycloudflare\.com|(co|com|org|net|ac|gov)\.[a-z]{2})$/;

/** What browsers call one site, as far as can be told without their list. */
function siteOf(hostname: string): string {
  if (/^[\d.]+$|^\[/.test(hostname)) return hostname;
  return hostname
    .split(".")
    .slice(SHARED.test(hostname) ? -3 : -2)
    .join(".");
}
