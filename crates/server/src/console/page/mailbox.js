// The mails that dev mode keeps, the newest first, and the templates that they are made of.
import { call } from "./call.js";
import { byId, clock, element, fill, say } from "./dom.js";
import { read } from "./reading.js";
import { leaveTemplates, nameOf, showTemplates } from "./templates.js";
import { watch } from "./watch.js";

/** The server's run and the last mail of it that is shown. A restarted server counts from the beginning. */
let known = { run: null, last: 0 };
let mails = [];
/** The number of the mail that is shown. */
let inHand = null;
/** What the server told last: `{ isKept, kinds, languages, … }`. */
let told = null;
/** What `location.hash` names: `#mail/12`, `#mails` for the newest, `#template/recovery/de`, `#templates`. */
let view = { name: "mails" };

async function round() {
  let answer = await call(`mails?after=${known.last}`);
  const isNewRun = answer.run !== known.run;
  if (isNewRun) {
    if (known.last > 0) answer = await call("mails?after=0");
    known = { run: answer.run, last: 0 };
    mails = [];
    // The same numbers are other mails now, and templates may be others too.
    read(null);
    leaveTemplates();
  }
  const isFirst = told === null;
  told = answer;
  add(answer, !isFirst);
  if (view.name === "mails") showMails();
  else if (isNewRun) await draw();
}

function add({ mails: news, count }, isNews) {
  known.last = news[0]?.number ?? known.last;
  // The server lets go of the oldest, and of all when another page empties the list.
  mails = [...news, ...mails].slice(0, count);
  if (!isNews || news.length === 0) return;
  const others = news.length > 1 ? ` and ${news.length - 1} more` : "";
  say(`New mail to ${news[0].to}: ${news[0].subject}${others}`);
}

async function draw() {
  const isMails = view.name === "mails";
  byId("mails").hidden = !isMails;
  byId("templates").hidden = isMails;
  byId("to-mails").ariaCurrent = isMails ? "page" : null;
  byId("to-templates").ariaCurrent = isMails ? null : "page";
  if (told === null) return;
  if (!isMails) return showTemplates(told, view);
  leaveTemplates();
  showMails();
}

function showMails() {
  const isEmpty = mails.length === 0;
  byId("no-mails").hidden = !isEmpty || !told.isKept;
  byId("not-kept").hidden = told.isKept;
  byId("empty").hidden = isEmpty;
  const mail = chosen();
  const entries = mails.map(({ number, at, kind, to, language, subject, remarks }) => {
    const isShown = number === mail.number;
    return { number, at, kind, to, language, subject, remarks: remarks.length, isShown };
  });
  fill(byId("mail-list"), entries, ({ number }) => number, entry);
  read(mail && shown(mail));
}

/** The one that was picked, or the newest; but the mail that the focus is in stays. */
function chosen() {
  const isInUse = byId("reading").contains(document.activeElement);
  const number = view.number ?? (isInUse ? inHand : null);
  const mail = mails.find((one) => one.number === number) ?? mails[0] ?? null;
  inHand = mail?.number ?? null;
  return mail;
}

function entry({ number, at, kind, to, language, subject, remarks, isShown }) {
  return element(
    "li",
    {},
    element(
      "a",
      { href: `#mail/${number}`, "aria-current": isShown && "true" },
      element("span", { class: "subject", dir: "auto", lang: language }, subject),
      element("span", { class: "to" }, to),
      element("span", { class: "about" }, element("code", {}, kind), " ", time(at)),
      remarks > 0 &&
        element("span", { class: "remarked" }, remarks === 1 ? "1 remark" : `${remarks} remarks`),
    ),
  );
}

const time = (at) => element("time", { datetime: at }, clock(at));

function shown({ number, at, kind, to, language, subject, code, link, remarks }) {
  return {
    base: `/_dev/mailbox/${number}`,
    title: subject,
    language,
    facts: [
      ["To", to],
      ["Sent", time(at)],
      ["Kind", kind],
      ["Language", nameOf(language)],
    ],
    parts: ["html", "text", "source"],
    code,
    link,
    remarks,
  };
}

/** Other fragments are places on this page and change nothing of what is shown. */
function goTo(hash) {
  const [name, ...rest] = hash.slice(1).split("/");
  if (name === "mail" || name === "mails") view = { name: "mails", number: Number(rest[0]) || null };
  if (name === "template" || name === "templates")
    view = { name: "templates", kind: rest[0], language: rest[1] };
  draw().catch((error) => say(error.message));
}

/** Where the mail stands below the list, it comes into sight. */
function comeIntoSight() {
  if (matchMedia("(max-width: 62rem)").matches) byId("reading").scrollIntoView();
}

async function empty() {
  await call("mails", { method: "DELETE" });
  mails = [];
  showMails();
  byId("mails").focus();
  say("The list is empty.");
}

byId("empty").addEventListener("click", () => empty().catch((error) => say(error.message)));
byId("mail-list").addEventListener("click", comeIntoSight);
byId("kind-list").addEventListener("click", comeIntoSight);
byId("example").textContent =
  `curl -X POST ${location.origin}/api/recovery -H 'content-type: application/json' -d '{"email":"ada@example.com"}'`;
byId("test-example").textContent = `curl '${location.origin}/_dev/mailbox/latest?to=ada@example.com&wait=5'`;
addEventListener("hashchange", () => goTo(location.hash));
goTo(location.hash);
watch(round);
