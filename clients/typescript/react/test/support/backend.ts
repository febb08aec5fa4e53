import { createDoorstepClient } from "@doorstep/client";
import { vi } from "vitest";

export const ada = {
  id: "01890a5d-ac96-774b-bcce-b302099a8057",
  name: "Ada",
  email: "ada@example.com",
  emailVerified: false,
  phone: null,
  locale: null,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
};

// biome-ignore lint/suspicious/noExplicitAny: bodies are whatever the test says
type Body = any;
type Routes = Record<string, (body: Body, search?: string) => Reply>;
type Reply = [status: number, body?: Body] | Promise<[status: number, body?: Body]>;

/** A client whose requests are answered by `routes`, keyed like "POST /api/signup". */
export function backend(given: Routes) {
  const routes: Routes = {
    "GET /api/session": () => [200, { user: null, code: "no_session" }],
    ...given,
  };
  const fetcher = vi.fn(async (url: unknown, init?: RequestInit) => {
    const { pathname, search } = new URL(`${url}`);
    const route = `${init?.method} ${pathname}`;
    const reply = routes[route];
    if (!reply) throw new TypeError(`No route for ${route}`);
    const [status, body] = await reply(init?.body && JSON.parse(`${init.body}`), search);
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { "Content-Type": "application/json", ETag: '"1"' },
    });
  });
  const client = createDoorstepClient({ baseUrl: "http://localhost:5000", fetch: fetcher });
  const calls = () =>
    fetcher.mock.calls.map(([url, init]) => `${init?.method} ${new URL(`${url}`).pathname}`);
  const bodies = () =>
    fetcher.mock.calls.map(([, init]) => init?.body && JSON.parse(`${init.body}`));
  return { client, calls, bodies };
}

export const refusal = (status: number, code: string, fields = {}): [number, Body] => [
  status,
  { code, status, message: `About ${code}`, fields },
];
