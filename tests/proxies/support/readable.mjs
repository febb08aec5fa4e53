import assert from "node:assert/strict";

/** What the page's script may see: the answer itself, and these of its headers. */
export function assertReadable(site, answer) {
  const allowed = answer.headers["access-control-allow-origin"] ?? [];
  // A page on the same site needs no permission, and gets none from the proxy.
  if (site.isOneSite && allowed.length === 0) return;
  assert.deepEqual(allowed, [site.page], "exactly one Access-Control-Allow-Origin");
  assert.deepEqual(answer.headers["access-control-allow-credentials"], ["true"]);
  assert.match(answer.header("vary") ?? "", /origin/i);
  const exposed = (answer.header("access-control-expose-headers") ?? "").split(/, */);
  for (const name of ["x-request-id", "retry-after"]) assert.ok(exposed.includes(name), `${name} is exposed`);
}

/** An error in the one form that all errors have, and the page can read it. */
export function assertProblem(site, answer, status, code) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.header("content-type"), /^application\/problem\+json\b/);
  assert.equal(answer.json.code, code);
  assert.equal(answer.json.status, status);
  assert.ok(answer.json.message);
  assertReadable(site, answer);
  assert.equal(answer.headers["x-request-id"]?.length, 1, "one X-Request-Id");
  const { requestId } = answer.json;
  if (requestId) assert.equal(answer.header("x-request-id"), requestId);
}

/** A preflight that lets the request through: 2xx, and everything that the kits send. */
export function assertPreflight(site, answer) {
  assert.ok(answer.status >= 200 && answer.status < 300, `the preflight is answered with ${answer.status}`);
  if (site.isOneSite) return;
  assertReadable(site, answer);
  const list = (name) => (answer.header(name) ?? "").toLowerCase().split(/, */);
  for (const method of ["post", "patch", "delete"])
    assert.ok(list("access-control-allow-methods").includes(method), method);
  for (const name of ["content-type", "authorization", "idempotency-key", "if-match"])
    assert.ok(list("access-control-allow-headers").includes(name), name);
}

export const preflightHeaders = {
  "access-control-request-method": "POST",
  "access-control-request-headers": "content-type,idempotency-key",
};
