// Elements made of values. Text goes in as text and never as markup: a header or a path that somebody else has written
// cannot become a part of this page.

/** An element with attributes, listeners (`onclick`) and children; `null`, `undefined` and `false` are left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Pairs as a list of terms. */
export function terms(pairs, attributes = {}) {
  return element(
    "dl",
    { class: "terms", ...attributes },
    pairs.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
}

const shown = new WeakMap();

/**
 * Shows `items` in `list`, in order. What has not changed stays the element it is, so that the focus, a selection and opened
 * details survive; what has changed keeps its details open.
 */
export function fill(list, items, keyOf, make) {
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const wanted = items.map((item) => {
    const [key, text] = [String(keyOf(item)), JSON.stringify(item)];
    const before = old.get(key);
    if (before && shown.get(before) === text) return before;
    const made = make(item);
    made.dataset.key = key;
    shown.set(made, text);
    if (before) takeOver(before, made);
    return made;
  });
  const kept = new Set(wanted);
  for (const node of old.values()) if (!kept.has(node)) node.remove();
  wanted.forEach((node, place) => {
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null);
  });
}

/** Puts `made` where `before` is, with its details open and the focus in it as they were. */
export function takeOver(before, made) {
  const details = (node) => (node.matches("details") ? node : node.querySelector("details"));
  const [was, is] = [details(before), details(made)];
  if (was?.open && is) is.open = true;
  const hadFocus = before.contains(document.activeElement);
  before.replaceWith(made);
  if (hadFocus) made.querySelector("summary, button, a")?.focus();
}

/** Says it to people who do not see the page change. */
export function say(text) {
  byId("said").textContent = text;
}

/** `10:32:05`, where the reader lives. */
export function clock(moment) {
  return new Date(moment).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}
