import { type Answer, type Call, type HttpOptions, send } from "./http.js";
import type { Result } from "./result.js";
import type { Session } from "./session.js";
import type { TokenStore } from "./tokens.js";

/** Sends one call; `pick` names the part of the body that the caller is after. */
export type SendCall = <T>(
  method: string,
  path: string,
  options?: Call,
  pick?: string,
) => Promise<Result<T>>;

export interface Calls {
  /** Sends one call with the session in use, and ends that session when the server says so. */
  request(method: string, path: string, options?: Call): Promise<Answer>;
  call: SendCall;
  /** Equal calls made at once are one request, unless one of them may be aborted. */
  share<T>(key: string, run: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function createCalls(http: HttpOptions, session: Session, tokens?: TokenStore): Calls {
  const flights = new Map<string, Promise<unknown>>();
  let changes = 0;
  let renewal: Promise<boolean> | undefined;

  async function request(
    method: string,
    path: string,
    options?: Call,
    renewed?: boolean,
  ): Promise<Answer> {
    const born = session.generation;
    const sent = await tokens?.read();
    const answer = await send(http, method, path, {
      ...options,
      headers: { ...options?.headers, ...(sent && { Authorization: `Bearer ${sent.token}` }) },
    });
    // `/session` tells visitors by a 200 what other routes tell them by a 401.
    const code = answer.ok ? answer.data?.code : answer.error.status === 401 && answer.error.code;
    if (code === "token_expired" && sent?.refreshToken && !renewed) {
      if (await renew(sent.refreshToken)) return request(method, path, options, true);
    }
    if (
      born === session.generation &&
      (code === "session_ended" || (code === "no_session" && !sent))
    ) {
      await session.signedOut(!!session.getState().customer);
    }
    return answer;
  }

  function renew(refreshToken: string): Promise<boolean> {
    renewal ??= send(http, "POST", "/token/refresh", { body: { refreshToken } })
      .then(async (answer) => {
        if (answer.ok) await tokens?.write(answer.data);
        else if (/^(session_ended|refresh_reused)$/.test(answer.error.code)) {
          await session.signedOut(true);
        }
        return answer.ok;
      })
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  }

  function share<T>(key: string, run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal) return run();
    const flight = (flights.get(key) as Promise<T>) ?? run().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  }

  return {
    request,
    share,
    async call(method, path, options, pick) {
      const isRead = method === "GET";
      // Reads from before and after a change are not shared.
      const key = method + path + (isRead ? session.generation + changes : JSON.stringify(options));
      const answer = await share(key, () => request(method, path, options), options?.signal);
      if (!isRead) changes++;
      return answer.ok ? { ok: true, data: pick ? answer.data[pick] : answer.data } : answer;
    },
  };
}
