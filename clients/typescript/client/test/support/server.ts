import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what they sent themselves
  body: any;
}

export type Reply = (response: ServerResponse, seen: Seen, count: number) => void | Promise<void>;

/** A real HTTP server that answers as badly as the test asks it to. */
export async function serve(reply: Reply) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const one = {
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      body: text ? JSON.parse(text) : undefined,
    };
    seen.push(one);
    await reply(response, one, seen.length);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, seen };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}

export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string> = {},
) {
  json(response, status, { code, status, message: `About ${code}`, requestId: "r-1" }, headers);
}

export const ada = {
  id: "01890a5d-ac96-774b-bcce-b302099a8057",
  name: "Ada",
  email: "ada@example.com",
  emailVerified: false,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
};

export const input = { name: "Ada", email: "ada@example.com", password: "a long enough secret" };

export function deferred<T = void>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** How `GET /api/session` tells that nobody is signed in. */
export const nobody = (response: ServerResponse, code = "no_session") =>
  json(response, 200, { user: null, code });
