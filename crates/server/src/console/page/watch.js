// Keeps a page as the server is: asks it once a second, and less often while nobody looks.
import { byId, say } from "./dom.js";

const PERIOD_MS = 1000;
const UNSEEN_PERIOD_MS = 10_000;

/**
 * Runs `ask` again and again and shows in the bar whether the server answers; `lost` is called when it does not. Returns what
 * asks at once.
 */
export function watch(ask, lost = () => {}) {
  let timer;
  let last = Promise.resolve();
  async function round() {
    clearTimeout(timer);
    try {
      await ask();
      connected();
    } catch (error) {
      disconnected(error);
      lost();
    }
    timer = setTimeout(now, document.hidden ? UNSEEN_PERIOD_MS : PERIOD_MS);
  }
  // One after another: an answer that comes late must not undo a newer one.
  function now() {
    last = last.then(round);
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) now();
  });
  now();
  return now;
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
}
