import { type Answer, type Call, type HttpOptions, isDecision, send } from "./http.js";
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
    let code = answer.ok ? answer.data?.code : answer.error.status === 401 && answer.error.code;
    if (code === "token_expired" && sent?.refreshToken && !renewed) {
      const { refreshToken } = sent;
      const renewal = await share(refreshToken, async () => {
        const answer = await send(http, "POST", "/token/refresh", { body: { refreshToken } });
        if (answer.ok) await tokens?.write(answer.data);
        return answer;
      });
      if (renewal.ok) return request(method, path, options, true);
      code = renewal.error.code;
    }
    const isOver =
      code === "session_ended" || code === "refresh_reused" || (code === "no_session" && !sent);
    // A login may have kept its token while the older one was being refused.
    const isMine = async () =>
      (await tokens?.read())?.token === sent?.token && born === session.generation;
    if (isOver && (await isMine())) {
      // The change of password that ended it may be on its way still, and brings another.
      const change = path === "/user/password" ? undefined : await session.change;
      if (change?.ok) return request(method, path, options);
      if ((!change || isDecision(change)) && (await isMine())) {
        await session.signedOut(!!session.getState().customer);
      }
    }
    return answer;
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
