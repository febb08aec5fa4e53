// The moment at which an idle connection between a proxy and Doorstep ends. Neither program repeats a POST by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startCaddy } from "../support/caddy.mjs";
import { ask } from "../support/client.mjs";
import { startNginx } from "../support/nginx.mjs";
import { assertProblem } from "../support/readable.mjs";
import { openBehindTls } from "../support/site.mjs";
import { Visitor } from "../support/visitor.mjs";

const wanted = (process.env.PROXIES ?? "nginx caddy").split(" ");
const programs = [
  { recipe: "nginx", file: "one-site.conf", startProxy: startNginx },
  { recipe: "caddy", file: "one-site.Caddyfile", startProxy: startCaddy },
].filter(({ recipe }) => wanted.includes(recipe));

const DELAY_MS = 250;
const KEPT_MS = 1200;
const IDLE_MS = 2600;
// As many at once. Both recipes keep more idle connections.
const COUNT = 12;
const ENV = {
  DOORSTEP_LIMITS_SIGNUP_PER_NETWORK: "1000 in 1m",
  // Shorter than all of these: a head has its time from its first byte, and an idle connection has sent none.
  DOORSTEP_SERVER_HEADER_TIMEOUT: "700ms",
};

async function using(opening, body) {
  const site = await opening;
  try {
    await body(site);
  } finally {
    await site.stop();
  }
}

/** Each request has a connection to Doorstep of its own, which is idle afterwards. */
async function useConnections(site) {
  const answers = await Promise.all(Array.from({ length: COUNT }, () => ask(site, "GET", "/healthz")));
  for (const { status } of answers) assert.equal(status, 200);
}

/**
 * Sign-ups that are sent from 200 ms before to 200 ms after that moment. The last is sent before the first is answered,
 * which takes two delays: none of them takes a connection that another one has just used.
 */
function signUpAround(site, momentMs) {
  const gaps = Array.from({ length: COUNT }, (_, i) => momentMs - 200 + (400 * i) / (COUNT - 1));
  return Promise.all(
    gaps.map(async (gap) => {
      await sleep(gap);
      return new Visitor(site).signUp();
    }),
  );
}

/** Each is answered by Doorstep, with a customer of its own. */
function assertCreated(answers) {
  for (const { status, text } of answers) assert.equal(status, 201, text);
  assert.equal(new Set(answers.map(({ json }) => json.user.id)).size, answers.length);
}

/** How many sign-ups Doorstep saw, whatever came of them. */
const signUpsSeen = ({ doorstep }) => doorstep.log().split('"path":"/api/signup"').length - 1;

for (const program of programs) {
  const open = (idleMs, keepAlive) => {
    const env = { ...ENV, DOORSTEP_SERVER_IDLE_TIMEOUT: `${idleMs}ms` };
    return openBehindTls({ ...program, isOneSite: true, keepAlive, delayMs: DELAY_MS, env });
  };

  test(`${program.recipe} ends idle connections first: no sign-up is lost, none is sent twice`, () =>
    using(open(IDLE_MS, `${KEPT_MS}ms`), async (site) => {
      const { seen } = site.distance;
      await useConnections(site);
      const { opened } = seen;
      await useConnections(site);
      assert.equal(seen.opened, opened, "every connection is used again");

      const whenProxyEnds = await signUpAround(site, KEPT_MS);
      const renewed = seen.opened - opened;
      assert.ok(renewed > 0 && renewed < COUNT, `some connections had ended, some had not: ${renewed}`);
      const whenDoorstepWould = await signUpAround(site, IDLE_MS);
      assertCreated([...whenProxyEnds, ...whenDoorstepWould]);
      assert.equal(signUpsSeen(site), 2 * COUNT);
      assert.equal(seen.endedByDoorstep, 0, "Doorstep ends none");
    }));

  // The recipe's own keep-alive. This is what the guide warns of, and that the test above can fail.
  test(`${program.recipe} with a shorter idle_timeout: sign-ups are lost, and Doorstep never saw them`, () =>
    using(open(KEPT_MS), async (site) => {
      await useConnections(site);
      await site.distance.untilDoorstepEnds(5000);
      // The proxy hears of it 250 ms later.
      const answers = await Promise.all(Array.from({ length: COUNT }, () => new Visitor(site).signUp()));
      const created = answers.filter(({ status }) => status === 201);
      const lost = answers.filter((answer) => !created.includes(answer));
      assert.ok(lost.length > 0, "none was lost");
      for (const answer of lost) assertProblem(site, answer, 503, "unavailable");
      assertCreated(created);
      assert.equal(signUpsSeen(site), created.length);
    }));
}
