/** Where `localhost` leads: clients try both. */
const BOTH = ["127.0.0.1", "::1"];

const listenOn = (server, port, address) =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => resolve(server.address().port));
  });

/** Servers on one free port of all `addresses`; `make` makes one. */
export async function listen(make, addresses = BOTH) {
  for (let tries = 0; ; tries++) {
    const servers = addresses.map(make);
    const sockets = new Set();
    for (const server of servers) server.on("connection", (socket) => sockets.add(socket));
    const stop = async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    };
    try {
      let port = 0;
      for (const [i, server] of servers.entries()) port = await listenOn(server, port, addresses[i]);
      return { port, stop };
    } catch (error) {
      await stop();
      // The free port of one address may be taken on the other.
      if (error.code !== "EADDRINUSE" || tries > 20) throw error;
    }
  }
}
