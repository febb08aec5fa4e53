import { appendFileSync } from "node:fs";

// With RECORD_REQUESTS every request that leaves this program, and what came back, is one line of that file:
// `tools/check-former-kits` judges them by the contract of a former version.
const file = process.env.RECORD_REQUESTS;
const inner = globalThis.fetch;

if (file) {
  globalThis.fetch = async (url, init) => {
    const response = await inner(url, init);
    // A request of its own, since fetch names the type of a form by itself.
    const { method, headers } = new Request(url, init);
    const { pathname, search } = new URL(`${url}`);
    const answer = pathname === "/api/policy" ? await response.clone().text() : undefined;
    const line = {
      method,
      path: pathname,
      query: search,
      headers: Object.fromEntries(headers),
      body: init?.body ? `${init.body}` : undefined,
      status: response.status,
      answer,
    };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    return response;
  };
}
