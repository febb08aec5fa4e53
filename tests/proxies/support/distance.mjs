import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * The network between a proxy and Doorstep, slower than on one machine: what one side sends, or that it ended, reaches the
 * other `delayMs` later. Within that time a request and an end can pass each other, which is too short to be met otherwise.
 * Without HTTP: each connection of the proxy is one to Doorstep.
 */
export async function startDistance({ to, delayMs }) {
  const seen = { opened: 0, endedByProxy: 0, endedByDoorstep: 0 };
  const sockets = new Set();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ host: "127.0.0.1", port: to, allowHalfOpen: true, noDelay: true });
    seen.opened += 1;
    let hasEnded = false;
    const end = (side) => {
      if (!hasEnded) seen[side] += 1;
      hasEnded = true;
    };
    carry(near, far, delayMs, () => end("endedByProxy"));
    carry(far, near, delayMs, () => end("endedByDoorstep"));
    for (const socket of [near, far]) sockets.add(socket.once("close", () => sockets.delete(socket)));
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    seen,
    /** Until Doorstep is the first to end a connection. */
    async untilDoorstepEnds(withinMs) {
      const until = performance.now() + withinMs;
      while (seen.endedByDoorstep === 0 && performance.now() < until) await sleep(2);
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One direction. Timers of one length end in the order in which they began, so nothing overtakes. */
function carry(from, to, delayMs, ended) {
  from.on("data", (piece) => setTimeout(() => to.writable && to.write(piece), delayMs));
  from.on("end", () => {
    ended();
    setTimeout(() => to.end(), delayMs);
  });
  from.on("error", () => {
    ended();
    setTimeout(() => to.resetAndDestroy(), delayMs);
  });
}
