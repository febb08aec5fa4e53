// Keeps the page as the server is: asks it once a second, and less often while nobody looks.
import { call } from "./call.js";
import { byId, say } from "./dom.js";
import { addFailures, forgetFailures } from "./failures.js";
import { showServer } from "./origins.js";
import { showSignUps } from "./signups.js";
import { prepareTryOut } from "./tryout.js";

const PERIOD_MS = 1000;
const UNSEEN_PERIOD_MS = 10_000;
/** The server and its customers change less often than its failures. */
const SLOWER = 3;

/** The server's run and the last failure of it that is shown. A restarted server counts from the beginning. */
let known = { run: null, last: 0 };
let rounds = 0;
let timer;

async function round() {
  clearTimeout(timer);
  try {
    await showFeed();
    if (rounds % SLOWER === 0) {
      showServer(await call("server"));
      showSignUps((await call("signups")).customers);
    }
    rounds += 1;
    connected();
  } catch (error) {
    disconnected(error);
  }
  timer = setTimeout(round, document.hidden ? UNSEEN_PERIOD_MS : PERIOD_MS);
}

async function showFeed() {
  let feed = await call(`feed?after=${known.last}`);
  if (feed.run !== known.run) {
    if (known.run !== null) forgetFailures();
    known = { run: feed.run, last: 0 };
    feed = await call("feed?after=0");
  }
  // Two rounds may overlap, when the page comes back into sight: each entry counts once.
  const news = feed.entries.filter(({ number }) => number > known.last);
  known.last = news.at(-1)?.number ?? known.last;
  addFailures(news);
}

function connected() {
  const link = byId("link");
  if (link.dataset.state === "lost") say("The server answers again.");
  link.dataset.state = "watching";
  link.textContent = "Watching";
}

function disconnected(error) {
  const link = byId("link");
  if (link.dataset.state !== "lost") say("The server does not answer.");
  link.dataset.state = "lost";
  link.textContent = error instanceof TypeError ? "The server does not answer" : error.message;
  rounds = 0;
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) round();
});
prepareTryOut(() => {
  rounds = 0;
  round();
});
round();
