// What this server refused, who has signed up, and how it is set up.
import { call } from "./call.js";
import { byId } from "./dom.js";
import { addFailures, forgetFailures } from "./failures.js";
import { showServer } from "./origins.js";
import { showSignUps } from "./signups.js";
import { prepareTryOut } from "./tryout.js";
import { watch } from "./watch.js";

/** The server and its customers change less often than its failures. */
const SLOWER = 3;

/** The server's run and the last failure of it that is shown. A restarted server counts from the beginning. */
let known = { run: null, last: 0 };
let rounds = 0;

async function round() {
  await showFeed();
  if (rounds % SLOWER === 0) {
    showServer(await call("server"));
    showSignUps((await call("signups")).customers);
  }
  rounds += 1;
}

async function showFeed() {
  let feed = await call(`feed?after=${known.last}`);
  if (feed.run !== known.run) {
    if (known.run !== null) forgetFailures();
    known = { run: feed.run, last: 0 };
    feed = await call("feed?after=0");
  }
  known.last = feed.entries.at(-1)?.number ?? known.last;
  addFailures(feed.entries);
  byId("mail-count").textContent = feed.mails > 0 ? ` ${feed.mails}` : "";
}

const startOver = () => {
  rounds = 0;
};
const ask = watch(round, startOver);
prepareTryOut(() => {
  startOver();
  ask();
});
