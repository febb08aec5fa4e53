// Every kind of mail in every language, made of made-up values.
import { byId, element, fill } from "./dom.js";
import { read } from "./reading.js";

const names = new Intl.DisplayNames(["en"], { type: "language" });
export const nameOf = (tag) => names.of(tag);

/** Where the mail is that is to be shown. */
let wanted = null;

/** Shows the choice and what of it is named; the first of what is not. */
export async function showTemplates({ kinds, languages }, named) {
  const kind = kinds.includes(named.kind) ? named.kind : kinds[0];
  const language = languages.includes(named.language) ? named.language : languages[0];
  const switches = languages.map((tag) => ({ tag, kind }));
  fill(byId("language-list"), switches, ({ tag }) => tag, languageSwitch);
  for (const input of byId("language-list").querySelectorAll("input"))
    input.checked = input.value === language;
  const links = kinds.map((one) => ({ kind: one, language, isShown: one === kind }));
  fill(byId("kind-list"), links, (link) => link.kind, kindLink);
  await show(kind, language);
}

/** To be called when something else is shown. */
export function leaveTemplates() {
  wanted = null;
}

async function show(kind, language) {
  const base = `/_dev/mailbox/preview/${kind}/${language}`;
  if (wanted === base) return;
  wanted = base;
  const answer = await fetch(`${base}/text`);
  const text = await answer.text();
  if (wanted !== base) return;
  read({
    base,
    title: answer.ok ? text.split("\n", 1)[0] : "This template cannot be shown",
    language: answer.ok ? language : "en",
    facts: [
      ["Kind", kind],
      ["Language", nameOf(language)],
    ],
    parts: ["html", "text"],
    remarks: [],
  });
}

function languageSwitch({ tag, kind }) {
  const go = () => {
    location.hash = `#template/${kind}/${tag}`;
  };
  return element(
    "label",
    {},
    element("input", { type: "radio", name: "language", value: tag, onchange: go }),
    ` ${nameOf(tag)}`,
  );
}

function kindLink({ kind, language, isShown }) {
  return element(
    "li",
    {},
    element("a", { href: `#template/${kind}/${language}`, "aria-current": isShown && "true" }, kind),
  );
}
