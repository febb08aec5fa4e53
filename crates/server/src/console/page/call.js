// Calls of this page to its own routes. The header is what no other page can send without asking first, and nobody else
// is allowed.

const HEADERS = { "doorstep-console": "1" };
const PATIENCE_MS = 5000;

/** The answer of `/_dev/data/…`; a refusal is an error whose message can be shown. */
export async function call(path, { method = "GET", body } = {}) {
  const response = await fetch(`/_dev/data/${path}`, {
    method,
    headers: body === undefined ? HEADERS : { ...HEADERS, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (response.status === 204) return null;
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? answer.message);
  return answer;
}
