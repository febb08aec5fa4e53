import http from "node:http";
import https from "node:https";
import { listen } from "./listen.mjs";

/** Headers that belong to one connection, and are no business of the next one. */
const OF_THE_CONNECTION = ["connection", "keep-alive", "transfer-encoding", "upgrade"];

/** What proxies say when the server behind them is gone. */
const GONE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

/**
 * A proxy of our own, for what proxies do wrong. `target` is an address, or a function that knows it by the time of a request.
 * `ask(request, response)` may answer by itself, and then says true; `answer(head, request)` may change the status and the
 * headers of what the server answered; `headers` are added on the way to it. With `tls` ({ key, cert }) it speaks https in front.
 */
export async function startProxy(target, { ask, answer, headers, tls, addresses } = {}) {
  const handle = async (request, response) => {
    if (await ask?.(request, response)) return;
    pass(typeof target === "function" ? target() : target, request, response, { answer, more: headers });
  };
  const make = () => (tls ? https.createServer(tls, handle) : http.createServer(handle));
  const { port, stop } = await listen(make, addresses);
  return { port, url: `${tls ? "https" : "http"}://localhost:${port}`, stop };
}

function pass(target, request, response, { answer, more }) {
  const { method, url: path } = request;
  const headers = { ...request.headers, ...more };
  const onward = http.request(
    { host: "127.0.0.1", port: new URL(target).port, path, method, headers },
    (answered) => {
      const head = { status: answered.statusCode, headers: { ...answered.headers } };
      for (const name of OF_THE_CONNECTION) delete head.headers[name];
      answer?.(head, request);
      response.writeHead(head.status, head.headers);
      answered.pipe(response);
    },
  );
  onward.on("error", () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { "content-type": "text/html" }).end(GONE);
  });
  request.pipe(onward);
}
