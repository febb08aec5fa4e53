import { errorCodes } from "../generated/codes.js";
import type { Seen } from "../http.js";
import type { DoorstepError } from "../result.js";

// Only development builds reach this file.

interface SeenHere extends Seen {
  /** The call went to where the page came from. */
  isOwnHost?: boolean;
}

/** What an answer says about the cause, or the lack of one in time. */
export function answerHint(
  { code, status }: DoorstepError,
  url: string,
  timeout: number,
  { text = "", headers, isOwnHost }: SeenHere,
): string | undefined {
  switch (code) {
    case "no_answer_in_time":
      return `DS-32 ${url} did not answer within ${timeout / 1000} s. Is the server busy, or the address one that swallows packets?`;
    case "redirected":
      return `DS-19 The server redirected ${redirection(url, headers?.get("location"))}`;
    case "unexpected_answer":
      if (headers?.get("server")?.startsWith("AirTunes")) return AIRPLAY;
      return unexpected(status, url, text, headers?.get("content-type"), isOwnHost);
    case "aborted":
      return undefined;
    default:
      return (
        hintOf(text) ??
        ((errorCodes as readonly string[]).includes(code)
          ? undefined
          : `The server sent the code "${code}", which this version of the kit does not know. Treat it by its status (${status}), or update.`)
      );
  }
}

/** Seen where the page's own server passes the API on to port 5000. */
const AIRPLAY =
  "The AirPlay receiver of macOS answers, not Doorstep: it has port 5000. Turn it off (System Settings, General, AirDrop & Handoff), or start Doorstep on another port.";

/** In dev mode the server itself says what is wrong, and it knows best. */
function hintOf(text: string): string | undefined {
  try {
    const { hint } = JSON.parse(text);
    return typeof hint === "string" ? hint : undefined;
  } catch {
    return undefined;
  }
}

function redirection(url: string, location: string | null | undefined): string {
  if (!location) {
    return `${url}. Use the final address (https, right host) as baseUrl; "doorstep doctor" shows it.`;
  }
  const path = /\/api\/.*/.exec(url)?.[0];
  const target = location.replace(/\/$/, "");
  return path && target.endsWith(path) && !/[?#]/.test(target)
    ? `${url} to ${location}. Set baseUrl to ${target.slice(0, -path.length)}.`
    : `${url} to ${location}. If the API is there, make that the baseUrl (without /api/...). If it is a login page, something in front of the API asks for a login.`;
}

function unexpected(
  status: number,
  url: string,
  text: string,
  type: string | null | undefined,
  isOwnHost: boolean | undefined,
): string {
  if (/ERR_NGROK_6024|<title>Tunnel website ahead/i.test(text)) {
    return `DS-31 The tunnel answers ${url} with its own warning page. Send the header it asks for (ngrok-skip-browser-warning, bypass-tunnel-reminder), or use a tunnel without such a page.`;
  }
  const check =
    isOwnHost && status < 500
      ? "Does the server of this page pass /api/ on to Doorstep? Make it a proxy, or set baseUrl to the address of Doorstep (Vite gives a page only variables that begin with VITE_)."
      : "Check baseUrl and the proxy in between.";
  if (/html/i.test(type ?? "") || /^\s*<(!doctype|html)/i.test(text)) {
    const title = /<title[^>]*>([^<]{0,200})/i.exec(text)?.[1]?.trim();
    return `DS-20 ${url} returned a web page (${status}${title ? ` "${title}"` : ""}), not the account API. ${check}`;
  }
  return `${url} returned ${status} with ${type || "no content"}, not the account API. ${
    status < 500
      ? check
      : "Can the proxy in between reach the server? It must run, on the address that the proxy calls (127.0.0.1, rather than localhost)."
  }`;
}
