// A request made by hand: the routes come from the OpenAPI document, the example bodies from its schemas.
import { byId, element } from "./dom.js";
import { pretty } from "./failures.js";

const EXAMPLES = {
  email: "ada@example.com",
  password: "a long sentence of mine",
  name: "Ada",
  country: "GB",
};

let routes = [];

/** Fills the form; `sent` is called after every request. */
export async function prepareTryOut(sent) {
  byId("try-form").addEventListener("submit", (event) => {
    event.preventDefault();
    send().finally(sent);
  });
  byId("try-route").addEventListener("change", choose);
  const document = await (await fetch("/openapi.json")).json();
  routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => ({
      method: method.toUpperCase(),
      path,
      summary: route.summary,
      body: example(route, document),
    })),
  );
  const options = routes.map(({ method, path, summary }, place) =>
    element("option", { value: String(place) }, `${method} ${path}: ${summary}`),
  );
  byId("try-route").replaceChildren(...options);
  choose();
}

function chosen() {
  return routes[Number(byId("try-route").value)];
}

function choose() {
  const { path, body } = chosen();
  byId("try-path").value = path;
  byId("try-body").value = body ?? "";
  byId("try-body-field").hidden = body === null;
}

/** The required fields with plain values; `null` where a route takes no body. */
function example(route, document) {
  const content = route.requestBody?.content["application/json"];
  if (!content) return null;
  const schema = resolved(content.schema, document);
  const names = schema.required ?? Object.keys(schema.properties ?? {}).slice(0, 1);
  const pairs = names.map((name) => [name, value(name, resolved(schema.properties[name], document))]);
  return JSON.stringify(Object.fromEntries(pairs), null, 2);
}

function resolved(schema, document) {
  const name = schema.$ref?.split("/").at(-1);
  return name ? document.components.schemas[name] : schema;
}

function value(name, schema) {
  const type = [schema.type].flat()[0];
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return 1;
  return schema.enum?.[0] ?? EXAMPLES[name] ?? "";
}

async function send() {
  const { method, body } = chosen();
  const path = byId("try-path").value.trim();
  const token = byId("try-token").value.trim();
  const text = body === null ? undefined : byId("try-body").value;
  const headers = {
    ...(text === undefined ? {} : { "content-type": "application/json" }),
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  // Another host would get the token and, if it allows this page, the cookie.
  const address = new URL(path, location.href);
  if (address.origin !== location.origin)
    return show(failed("The path must stay on this server, like /api/user."));
  const began = performance.now();
  try {
    const response = await fetch(address, { method, headers, body: text });
    const took = Math.round(performance.now() - began);
    const answer = await response.text();
    show(answered({ method, address, headers, text }, response, answer, took));
  } catch (error) {
    show(failed(`No answer: ${error.message}`));
  }
}

function show(...nodes) {
  byId("try-result").replaceChildren(...nodes.flat());
}

function failed(text) {
  return [element("p", { class: "notice" }, text)];
}

function answered(request, response, answer, took) {
  const head = [...response.headers].map(([name, text]) => `${name}: ${text}`).join("\n");
  const block = (label, text) =>
    element(
      "div",
      {},
      element("h3", {}, label),
      element("pre", { tabindex: "0", "aria-label": label }, text),
    );
  return [
    element(
      "p",
      { class: "outcome", "data-kind": response.ok ? "good" : "refusal" },
      element("strong", {}, `${response.status} ${response.statusText}`),
      ` in ${took} ms`,
    ),
    block("As a command", command(request)),
    block("Answer", answer ? pretty(answer) : "(no body)"),
    element(
      "details",
      {},
      element("summary", {}, "Headers of the answer"),
      element("pre", { tabindex: "0", "aria-label": "Headers of the answer" }, head),
    ),
  ];
}

/** The same request for a terminal. The cookie is missing there: no script can read it. */
function command({ method, address, headers, text }) {
  const quoted = (part) => `'${part.replaceAll("'", `'\\''`)}'`;
  const parts = ["curl", "-i", "-X", method, quoted(address.href)];
  for (const [name, value] of Object.entries(headers)) {
    parts.push(
      "-H",
      name === "authorization" ? `"Authorization: Bearer $TOKEN"` : quoted(`${name}: ${value}`),
    );
  }
  if (text !== undefined) parts.push("-d", quoted(text));
  return parts.join(" ");
}
