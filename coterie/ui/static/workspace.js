// The expert's screen in the browser: opens threads in place, follows the stream, and brings the islands together.
import { htmx } from "./app.js";
import * as composer from "./composer.js";
import * as keys from "./keys.js";
import * as list from "./list.js";
import * as live from "./live.js";
import * as looks from "./looks.js";
import * as sizes from "./sizes.js";
import { follow } from "./stream.js";
import { toast } from "./toast.js";

const CATCHES_UP_AFTER = 3_000; // where the server could not say how things stand
let shown = location.pathname;
let opening = 0; // how many times a thread was wanted
let wanted = 0; // how many times a dialog was, or a thread in whose place it would open
let refreshing = null;
let asked = 0; // how many standings were asked for, and up to which of them they are known
let known = 0;
const onTheirWay = new Set(); // the pages that were asked for: each, what the stream has brought since
let focuses = ""; // where somebody wants to write, as soon as it is here
const told = new Set(); // what has passed by here already

function hear(said) {
  if (said.kind === "online") document.getElementById("offline").hidden = said.online;
  if (said.kind === "online") (said.online ? looks.sayAnew : looks.lose)();
  if (said.kind === "signed out") document.getElementById("offline").classList.add("offline--out");
  if (said.kind === "fragments") bring(said.html, said.number);
  if (said.kind === "behind") catchUp();
}

function bring(html, number) {
  looks.hear(number);
  for (const since of onTheirWay) since.push(html);
  live.apply(html);
}

// This page has missed more than the stream can tell: take its present state, keeping what is typed and where one is.
// What the stream brings while that is on its way is newer, and is put over it again.
async function catchUp() {
  const [pane, address, mine, since] = [opening, location.href, (asked += 1), []];
  onTheirWay.add(since);
  const answer = await fetch(address).catch(() => null);
  const text = await answer?.text().catch(() => null);
  if (text == null || answer.status >= 500) setTimeout(catchUp, CATCHES_UP_AFTER);
  else if (pane !== opening || address !== location.href || mine <= known) catchUp(); // what came is of where or when one was
  else if (isHere(answer, catchUp)) await putOver(text, mine, since);
  onTheirWay.delete(since);
}

async function putOver(text, mine, since) {
  known = mine;
  const page = new DOMParser().parseFromString(text, "text/html");
  looks.hear(Number(page.body.dataset.after));
  const parts = ["list", "verbs", "strip", "context"].map((id) => page.getElementById(id)).filter(Boolean);
  const log = page.querySelector(".log__in");
  if (log) parts.push(log);
  await live.apply(parts.map((element) => element.outerHTML).join(""));
  for (const html of since) await live.apply(html); // it may grow meanwhile
  read();
}

// What was asked for may be gone, or go on elsewhere, since two records became one, or two again: `then` comes after that.
// (Who is signed out hears it by the stream.)
function isHere(answer, then) {
  if (answer.redirected && new URL(answer.url).pathname.startsWith("/workspace/threads/")) open(answer.url).then(then);
  else if (answer.status === 404) wentHome();
  return answer.ok && !answer.redirected;
}

// A row opens its thread in place; with a modifier, or where something fails, the link does what links do.
document.addEventListener("click", (event) => {
  const row = event.target.closest("a[data-thread]");
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  document.getElementById("palette").close();
  open(row.href);
});

// Until it is here nothing acts on the one before; of several, the last one that was wanted is shown.
async function open(address) {
  const mine = (opening += 1);
  wanted += 1;
  keys.forget();
  document.getElementById("thread").inert = true;
  const slow = setTimeout(() => mine === opening && showBones(), 200);
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  clearTimeout(slow);
  if (mine !== opening) return;
  const page = answer?.ok && !answer.redirected && (await answer.text().catch(() => null));
  if (mine !== opening) return;
  if (!page) return location.assign(address);
  history.pushState({}, "", address);
  shown = location.pathname;
  await show(page);
  if (mine !== opening) return;
  location.replace(location.hash || "#thread"); // pushState alone does not move :target
  opened();
}

// Something takes its time: say so in the place where it will be.
function showBones() {
  const bones = Object.assign(document.createElement("div"), { className: "bones" });
  bones.setAttribute("aria-label", "The conversation is loading");
  for (let n = 0; n < 5; n += 1) bones.append(Object.assign(document.createElement("span"), { className: "bone" }));
  document.getElementById("thread").replaceChildren(bones);
}

async function show(page) {
  await htmx.swap({ text: page, sourceElement: document.body, target: document.body, swap: "none" });
  document.title = document.getElementById("thread").dataset.title;
  document.querySelector(".ws").classList.remove("ws--resting");
}

addEventListener("popstate", () => {
  if (location.pathname !== shown) location.reload();
});

function opened() {
  document.getElementById("thread").inert = false;
  list.markCurrent();
  list.unread();
  looks.opened();
  read();
  document.getElementById("unread-line")?.scrollIntoView({ block: "center" });
  showAsk();
  composer.sayWhom();
  watchLog();
  keys.opened();
}

// The address may name an ask of the thread: that is what one came for.
function showAsk() {
  const card = document.getElementById(`card-${list.askAtHand()}`);
  card?.scrollIntoView({ block: "center" });
  card?.querySelector("textarea")?.focus();
}

// What this person has seen is read: said once the page is looked at.
function read() {
  const thread = document.getElementById("thread").dataset.thread;
  const turns = document.querySelectorAll('.log [data-kind="customer"]');
  const last = Number(turns[turns.length - 1]?.dataset.number ?? 0);
  if (!thread || !last || document.hidden || read.said === `${thread} ${last}`) return;
  read.said = `${thread} ${last}`;
  fetch(`/workspace/threads/${thread}/read`, {
    method: "POST",
    headers: { "X-CSRF-Token": document.body.dataset.csrf },
    body: new URLSearchParams({ number: last }),
  }).catch(() => (read.said = "")); // said again the next time
}

function watchLog() {
  const log = document.querySelector(".log");
  const jump = document.getElementById("jump");
  if (!log || !jump) return;
  log.addEventListener("scroll", () => (jump.hidden = log.scrollTop > -120), { passive: true });
  jump.addEventListener("click", () => log.scrollTo({ top: 0, behavior: "smooth" }));
}

// The case, its verbs and the card of the thread that is open, soon after something happened to it. An answer that a
// later one has overtaken, or that comes when another thread is wanted, says nothing any more.
function refresh(id) {
  const thread = document.getElementById("thread").dataset.thread;
  if (!thread || id !== `stale-${thread}`) return;
  const pane = opening;
  clearTimeout(refreshing);
  refreshing = setTimeout(async () => {
    const mine = (asked += 1);
    const of = document.getElementById("case-at-hand")?.value ?? "";
    const answer = await fetch(`/workspace/threads/${thread}/standing?case=${of}`).catch(() => null);
    const text = await answer?.text().catch(() => null);
    if (text == null || pane !== opening || mine <= known) return;
    known = mine;
    if (!isHere(answer)) return;
    await live.apply(text);
    read();
  }, 250);
}

// Whose guest this was is served at home again: nothing of it stays on the screen, and the list is what one is at.
function wentHome() {
  const thread = document.getElementById("thread");
  thread.removeAttribute("data-thread");
  thread.replaceChildren(document.getElementById("went-home").content.cloneNode(true));
  document.getElementById("context").replaceChildren();
  thread.focus({ preventScroll: true });
  history.replaceState({}, "", document.querySelector('#list .tabs [aria-current="true"]').href);
  shown = location.pathname;
  catchUp();
}

async function refreshPresence() {
  const answer = await fetch("/workspace/presence").catch(() => null);
  const text = answer?.ok && (await answer.text().catch(() => null));
  if (text) await live.apply(text);
}

// Another case at hand: the strip, the verbs and where the next message goes.
document.addEventListener("change", (event) => {
  if (!event.target.matches("#case-at-hand")) return;
  const address = new URL(location.href);
  address.searchParams.set("case", event.target.value);
  history.replaceState({}, "", address);
  for (const field of document.querySelectorAll("[data-case]")) field.value = event.target.value;
  known = asked;
  refresh(`stale-${event.target.dataset.thread}`);
});

function isForDialog({ target }) {
  return target === "#dialog" || target?.id === "dialog";
}

function isFromDialog({ sourceElement }) {
  return document.getElementById("dialog").contains(sourceElement);
}

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (isForDialog(ctx)) ctx.wanted = wanted += 1;
});

// What was fetched for a thread that was left meanwhile, or before another dialog, opens nothing.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (isForDialog(ctx) && ctx.wanted < wanted && !isFromDialog(ctx)) event.preventDefault();
});

// Whatever is fetched into the dialog opens it. (The stream swaps too, at any time: that opens nothing.)
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const dialog = document.getElementById("dialog");
  if (isForDialog(ctx) && dialog.childElementCount && !dialog.open) dialog.showModal();
  for (const said of document.querySelectorAll("#said [data-toast]")) tellOnce(said, isFromDialog(ctx));
});

// Whoever has accepted writes next: beside the list, in the card of the ask.
async function answerAt({ opensThread, focuses: wanted }) {
  focuses = wanted;
  const { pathname } = new URL(opensThread, location.href);
  if (pathname === shown) focusWanted();
  else await open(opensThread);
}

function focusWanted() {
  const textarea = focuses && document.getElementById(focuses);
  if (!textarea) return;
  focuses = "";
  textarea.scrollIntoView({ block: "center" });
  textarea.focus();
}

// Somebody asks, answers or thanks; a promise is soon due: said once, with the way there.
function tell(id, { words, href }) {
  if (told.has(id)) return;
  told.add(id);
  toast(words, { words: "Open", run: () => open(href) });
}

// A verb answers with a toast, and with the way back where there is one. A dialog that is done with closes; one that was
// opened since stays.
function tellOnce(said, dialogIsDone) {
  if (dialogIsDone) document.getElementById("dialog").close();
  const undo = said.querySelector("button");
  if ("renews" in said.dataset) refresh(`stale-${document.getElementById("thread").dataset.thread}`);
  toast(said.dataset.toast, undo && { words: undo.textContent, run: wayBack(undo) });
  said.removeAttribute("data-toast");
  if (said.dataset.opensThread) answerAt(said.dataset);
}

// It outlives the pane that it came with: a merge, or a row that is opened meanwhile, replaces that.
function wayBack(undo) {
  const verb = undo.hasAttribute("hx-put") ? "put" : "delete";
  const values = JSON.parse(undo.getAttribute("hx-vals") ?? "{}");
  const address = undo.getAttribute(`hx-${verb}`);
  return () => htmx.ajax(verb, address, { target: "#said", swap: "innerHTML", values });
}

document.getElementById("dialog").addEventListener("close", (event) => event.target.replaceChildren());
document.addEventListener("visibilitychange", read);

live.on("thread", refresh);
live.on("presence", refreshPresence);
live.on("told", tell);
live.on("applied", focusWanted);
composer.begin();
keys.begin();
list.begin();
sizes.begin();
looks.begin();
opened();
follow(document.body.dataset.stream, Number(document.body.dataset.after), hear);
