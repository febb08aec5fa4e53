// One mail, as people see it: its HTML in a frame, its text, its source.
import { byId, element, say, terms } from "./dom.js";

const TABS = ["html", "text", "source"];

/** What is shown: `{ base, title, language, facts, parts, code, link, remarks }`. Parts are found below `base`. */
let shown = null;
let tab = "html";

/** Shows it, if it is not what is shown; `null` shows nothing. */
export function read(mail) {
  byId("reading").hidden = mail === null;
  if (mail?.base === shown?.base) return;
  shown = mail;
  if (mail === null) return;
  const title = byId("reading-title");
  title.textContent = mail.title;
  title.lang = mail.language;
  byId("about").replaceChildren(...terms(mail.facts).children);
  byId("actions").replaceChildren(...actions(mail));
  byId("remarks").hidden = mail.remarks.length === 0;
  byId("remark-list").replaceChildren(...mail.remarks.map((remark) => element("li", {}, remark)));
  for (const name of TABS) byId(`tab-${name}`).hidden = !mail.parts.includes(name);
  choose(mail.parts.includes(tab) ? tab : "html");
}

/** What is in the mail to be used: its code and its link. */
function actions({ code, link }) {
  const shownCode = element("code", { class: "code" }, code ?? "");
  const button = element("button", { type: "button", onclick: () => copy(shownCode, button) }, "Copy code");
  const anchor = { class: "button", href: link, target: "_blank", rel: "noopener" };
  return [...(code ? [shownCode, button] : []), ...(link ? [element("a", anchor, "Open link")] : [])];
}

async function copy(shownCode, button) {
  const code = shownCode.textContent;
  try {
    await navigator.clipboard.writeText(code);
    button.textContent = "Copied";
    say(`Copied ${code}.`);
  } catch {
    // Browsers keep the clipboard from pages without TLS, but for localhost.
    getSelection().selectAllChildren(shownCode);
    say("The browser does not allow it. The code is selected: copy it by key.");
  }
}

function choose(name) {
  tab = name;
  for (const other of TABS) {
    const button = byId(`tab-${other}`);
    button.setAttribute("aria-selected", String(other === name));
    button.tabIndex = other === name ? 0 : -1;
  }
  const part = byId("part");
  part.setAttribute("aria-labelledby", `tab-${name}`);
  byId("switches").hidden = name !== "html";
  part.replaceChildren(name === "html" ? frame() : text(name));
}

/** A new one each time: a frame that goes elsewhere is a step in the browser's history. */
function frame() {
  return element("iframe", {
    src: `${shown.base}/html`,
    title: `HTML of the mail: ${shown.title}`,
    sandbox: "allow-popups allow-popups-to-escape-sandbox",
  });
}

function text(name) {
  const made = element("pre", { tabindex: "0", dir: "auto", "aria-label": byId(`tab-${name}`).textContent });
  fetch(`${shown.base}/${name}`)
    .then((answer) => answer.text())
    .then((written) => {
      made.textContent = written;
    })
    .catch((error) => {
      made.textContent = error.message;
    });
  return made;
}

/** Arrows go from tab to tab, as everywhere. */
function walk(event) {
  const tabs = TABS.filter((name) => shown.parts.includes(name));
  const place = tabs.indexOf(tab);
  const next = {
    ArrowRight: tabs[(place + 1) % tabs.length],
    ArrowLeft: tabs.at(place - 1),
    Home: tabs[0],
    End: tabs.at(-1),
  }[event.key];
  if (!next) return;
  event.preventDefault();
  choose(next);
  byId(`tab-${next}`).focus();
}

/** Which of a group of switches is on; the frame's style does the rest. */
function prepareSwitch(name, first) {
  const show = (value) => {
    byId("part").dataset[name] = value;
  };
  for (const input of document.querySelectorAll(`input[name=${name}]`)) {
    input.checked = input.value === first;
    input.addEventListener("change", () => show(input.value));
  }
  show(first);
}

for (const name of TABS) byId(`tab-${name}`).addEventListener("click", () => choose(name));
byId("tabs").addEventListener("keydown", walk);
prepareSwitch("width", innerWidth < 700 ? "phone" : "desktop");
prepareSwitch("shade", matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
