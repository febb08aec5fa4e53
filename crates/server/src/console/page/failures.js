// The feed: one entry for each failed request, the newest first. Equal ones in a row are counted in one.
import { byId, clock, element, say, takeOver, terms } from "./dom.js";
import { allow, isAllowed, whenOriginsChange } from "./origins.js";

/** As many as the server keeps. */
const MOST = 200;

/** What is shown, newest first: `{ same, times, item, time, count }`. */
let shown = [];

/** Adds what the server told, oldest first. */
export function addFailures(entries) {
  for (const entry of entries) add(entry);
  if (entries.length === 0) return;
  frame();
  const last = entries.at(-1);
  const what = last.cause ? `${last.cause.id}, ${last.cause.title}` : `status ${last.status}`;
  const others = entries.length > 1 ? ` and ${entries.length - 1} more` : "";
  say(`Failed: ${last.method} ${last.path}: ${what}${others}`);
}

export function forgetFailures() {
  shown = [];
  byId("failure-list").replaceChildren();
  frame();
}

function frame() {
  byId("nothing-failed").hidden = shown.length > 0;
  byId("clear").hidden = shown.length === 0;
}

function add(entry) {
  const same = sameness(entry);
  if (shown[0]?.same === same) return repeat(shown[0], entry);
  const row = { same, times: 1, ...drawn(entry) };
  shown.unshift(row);
  byId("failure-list").prepend(row.item);
  for (const old of shown.splice(MOST)) old.item.remove();
}

function sameness({ method, path, status, code, cause, hint, origin }) {
  return JSON.stringify([method, path, status, code, cause?.id, hint, origin]);
}

function repeat(row, entry) {
  row.times += 1;
  row.time.textContent = clock(entry.at);
  row.time.dateTime = entry.at;
  row.count.textContent = `${row.times} times`;
  row.count.hidden = false;
  const proof = evidence(entry);
  takeOver(row.evidence, proof);
  row.evidence = proof;
}

function drawn(entry) {
  const time = element("time", { datetime: entry.at }, clock(entry.at));
  const count = element("span", { class: "count", hidden: true });
  const proof = evidence(entry);
  const item = element(
    "li",
    { class: "failure", "data-kind": entry.cause ? "cause" : entry.status >= 500 ? "fault" : "refusal" },
    element(
      "p",
      { class: "request" },
      element("code", {}, `${entry.method} ${entry.path}`),
      element("span", { class: "status" }, String(entry.status)),
      count,
      time,
    ),
    element("h3", {}, heading(entry)),
    entry.hint && element("p", { class: "hint" }, withoutId(entry)),
    element("p", { class: "actions" }, allowButton(entry), links(entry)),
    proof,
  );
  return { item, time, count, evidence: proof };
}

function heading({ cause, answer, status }) {
  if (cause) return [element("span", { class: "id" }, cause.id), " ", cause.title];
  return message(answer) ?? `Status ${status}`;
}

/** The id stands in the heading already. */
function withoutId({ cause, hint }) {
  return cause && hint.startsWith(`${cause.id} `) ? hint.slice(cause.id.length + 1) : hint;
}

/** What a person is told by the answer's body. */
function message(answer) {
  try {
    const problem = JSON.parse(answer);
    return problem.detail ?? problem.message ?? null;
  } catch {
    return null;
  }
}

function links({ cause, code }) {
  const to = (name, text) => element("a", { href: `/errors/${encodeURIComponent(name)}` }, text);
  return [
    cause && to(cause.id, `What ${cause.id} is, and how to mend it`),
    cause && code && " ",
    code && to(code, code),
  ];
}

function allowButton({ allow: origin }) {
  if (!origin) return null;
  const button = element("button", { type: "button", onclick: press }, `Allow ${origin}`);
  const draw = () => {
    const done = isAllowed(origin);
    // It stays where it is: whoever pressed it by key has the focus on it.
    button.setAttribute("aria-disabled", String(done));
    button.textContent = done ? `${origin} is allowed` : `Allow ${origin}`;
  };
  async function press() {
    if (button.getAttribute("aria-disabled") === "true") return;
    try {
      await allow(origin);
      say(`${origin} is allowed. Try it in your page again.`);
    } catch (error) {
      button.textContent = error.message;
      say(error.message);
    }
  }
  whenOriginsChange(button, draw);
  draw();
  return button;
}

function evidence(entry) {
  return element(
    "details",
    {},
    element("summary", {}, "What was sent and what came back"),
    element("h4", {}, "The client sent"),
    terms([["request", `${entry.method} ${entry.path}`], ...entry.sent]),
    element("h4", {}, "It was told"),
    terms([
      ["status", String(entry.status)],
      ["x-request-id", entry.requestId],
      ...withoutRequestId(entry.told),
      ...whatIsMissing(entry),
    ]),
    entry.answer &&
      element("pre", { tabindex: "0", "aria-label": "Body of the answer" }, pretty(entry.answer)),
  );
}

/** The header for want of which a browser keeps the answer from the page. */
function whatIsMissing({ origin, told }) {
  const name = "access-control-allow-origin";
  const isMissing = origin && !told.some(([given]) => given === name);
  return isMissing ? [[name, "(not sent: the browser keeps the answer from the page)"]] : [];
}

function withoutRequestId(headers) {
  return headers.filter(([name]) => name !== "x-request-id");
}

export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

byId("clear").addEventListener("click", () => {
  forgetFailures();
  byId("failures").focus();
  say("The list is empty.");
});
