// The allowed origins: what the file lists, a button to remove each, and a form for another one.
import { call } from "./call.js";
import { byId, element, fill, say } from "./dom.js";

let origins = { listed: [], overriddenBy: null };
/** What is drawn again when the list changes, for as long as it is on the page. */
let watchers = [];

export function isAllowed(origin) {
  return origins.listed.includes(origin);
}

export function whenOriginsChange(node, draw) {
  watchers.push({ node, draw });
}

/** Puts an origin on the list, in force at once. */
export async function allow(origin) {
  showOrigins(await call("origins", { method: "POST", body: { origin } }));
}

async function remove(origin) {
  showOrigins(await call("origins", { method: "DELETE", body: { origin } }));
  byId("origin-list").focus();
  say(`${origin} is not allowed any more.`);
}

export function showServer({ facts, origins: told }) {
  fill(
    byId("facts"),
    facts,
    ([name]) => name,
    ([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)),
  );
  showOrigins(told);
}

function showOrigins(told) {
  origins = told;
  byId("config-file").textContent = told.file;
  const overridden = byId("overridden");
  overridden.hidden = told.overriddenBy === null;
  overridden.textContent = `${told.overriddenBy} is set and wins over the file: change the list there.`;
  byId("origin-form").hidden = told.overriddenBy !== null;
  const items = told.listed.map((origin) => ({ origin, fixed: told.overriddenBy !== null }));
  fill(
    byId("origin-list"),
    [{ origin: told.own, fixed: true, own: true }, ...items],
    ({ origin, own }) => `${own ? "own " : ""}${origin}`,
    line,
  );
  watchers = watchers.filter(({ node }) => node.isConnected);
  for (const { draw } of watchers) draw();
}

function line({ origin, fixed, own }) {
  const button = element(
    "button",
    { type: "button", class: "quiet", onclick: () => remove(origin).catch(tell) },
    "Remove",
    element("span", { class: "unseen" }, ` ${origin}`),
  );
  return element(
    "li",
    {},
    element("code", {}, origin),
    own ? element("span", { class: "aside" }, "itself") : !fixed && button,
  );
}

function tell(error) {
  byId("origin-error").textContent = error.message;
}

byId("origin-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = byId("origin-text");
  tell({ message: "" });
  try {
    await allow(field.value.trim());
    say(`${field.value.trim()} is allowed.`);
    field.value = "";
    field.removeAttribute("aria-invalid");
  } catch (error) {
    field.setAttribute("aria-invalid", "true");
    tell(error);
  }
  field.focus();
});
