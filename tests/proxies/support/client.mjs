import http from "node:http";
import http2 from "node:http2";
import https from "node:https";

const WITHIN_MS = 30_000;

/**
 * Sends one request on a connection of its own and reads the whole answer.
 * `from` is the address of this machine that it comes from: 127.0.0.2 is another network than 127.0.0.3.
 */
export function ask(target, method, path, { body, headers = {}, from = "127.0.0.1" } = {}) {
  const { url, ca } = target;
  const { payload, type } = encode(body);
  const options = {
    method,
    path,
    host: "127.0.0.1",
    port: url.port,
    servername: url.hostname,
    ca,
    localAddress: from,
    agent: false,
    timeout: WITHIN_MS,
    headers: {
      host: url.host,
      ...(target.page && { origin: target.page }),
      ...type,
      ...(payload && { "content-length": payload.length }),
      ...headers,
    },
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? https : http).request(options, async (response) => {
      try {
        const chunks = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve(new Answer(response.statusCode, response.headersDistinct, Buffer.concat(chunks)));
      } catch (error) {
        reject(error);
      }
    });
    request.once("timeout", () => request.destroy(new Error(`no answer to ${method} ${path} in time`)));
    request.once("error", reject);
    request.end(payload);
  });
}

/** The same over HTTP/2. Each cookie is a header of its own there, as browsers send them. */
export function askHttp2(target, method, path, { body, headers = {} } = {}) {
  const { url, ca } = target;
  const { payload, type } = encode(body);
  const session = http2.connect(`https://127.0.0.1:${url.port}`, { ca, servername: url.hostname });
  const answered = new Promise((resolve, reject) => {
    session.once("error", reject);
    const stream = session.request({
      ":method": method,
      ":path": path,
      ":authority": url.host,
      ...(target.page && { origin: target.page }),
      ...type,
      ...headers,
    });
    stream.setTimeout(WITHIN_MS, () => reject(new Error(`no answer to ${method} ${path} in time`)));
    stream.once("error", reject);
    stream.once("response", async (received) => {
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      const distinct = Object.entries(received).map(([name, value]) => [name, [value].flat()]);
      resolve(new Answer(received[":status"], Object.fromEntries(distinct), Buffer.concat(chunks)));
    });
    stream.end(payload);
  });
  return answered.finally(() => session.close());
}

function encode(body) {
  if (body === undefined) return { type: {} };
  const type = { "content-type": "application/json" };
  return { payload: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)), type };
}

class Answer {
  constructor(status, headers, bytes) {
    this.status = status;
    this.headers = headers;
    this.text = bytes.toString("utf8");
  }

  /** All values of a header in one line, as a browser joins them; null when it is not there. */
  header(name) {
    return this.headers[name]?.join(", ") ?? null;
  }

  get json() {
    return JSON.parse(this.text);
  }
}
