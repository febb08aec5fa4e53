import { createServer } from "node:net";
import { createInterface } from "node:readline";

/** A mail server that knows none of its recipients: `{ url, close }`. */
export async function startRefusingPost() {
  const server = createServer((socket) => {
    const say = (line) => socket.write(`${line}\r\n`);
    socket.on("error", () => socket.destroy());
    say("220 post.test");
    createInterface({ input: socket }).on("line", (line) => {
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === "RCPT") say("550 5.1.1 No such mailbox");
      else if (verb === "QUIT") socket.end("221 Bye\r\n");
      else say("250 post.test");
    });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const close = () => new Promise((closed) => server.close(closed));
  return { url: `smtp://127.0.0.1:${server.address().port}?tls=none`, close };
}
