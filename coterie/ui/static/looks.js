// Says which thread this tab shows and whether somebody types in it: so the stream brings it, and teammates see it.
import { browser, tab } from "./stream.js";

const EVERY = 20_000;
const TYPING_ENDS = 4_000;
const TYPING_AGAIN = 3_000; // who hears it forgets it after six seconds
let typing = false;
let typingSaid = 0;
let number = 0; // of what this tab says: two beacons may overtake each other
let listed = false; // the server knows which list this tab shows
let typingEnds = null;
let brought = 0; // the last event that the stream has brought here
let broughtThen = 0; // what it was the last time that this tab said by itself what it shows; none if the line was down since
let sure = 0; // up to this event, all that this tab shows was brought

export function begin() {
  setInterval(sayByItself, EVERY);
  addEventListener("focus", say);
  addEventListener("pagehide", () => send({ gone: true }));
  document.addEventListener("input", (event) => event.target.closest(".composer") && typed());
}

export function say() {
  send({});
}

// What was brought before it was last said what this tab shows is surely here: the server has known that for a while.
function sayByItself() {
  sure = Math.max(sure, broughtThen);
  broughtThen = brought;
  say();
}

export function hear(number) {
  brought = Math.max(brought, number);
}

export function lose() {
  broughtThen = 0;
}

// Another thread is shown: nobody types in it yet.
export function opened() {
  clearTimeout(typingEnds);
  typing = false;
  say();
}

// A new connection: whatever this tab shows is new to whoever answers it.
export function sayAnew() {
  listed = false;
  say();
}

function typed() {
  clearTimeout(typingEnds);
  typingEnds = setTimeout(() => setTyping(false), TYPING_ENDS);
  if (!typing || performance.now() - typingSaid > TYPING_AGAIN) setTyping(true);
}

function setTyping(now) {
  typing = now;
  typingSaid = performance.now();
  say();
}

function send(more) {
  const thread = document.getElementById("thread")?.dataset.thread ?? "";
  const list = document.getElementById("list")?.dataset.list ?? "mine";
  const form = new FormData();
  const said = { browser, tab, number: ++number, thread, list, after: shownAt(), typing: typing ? "yes" : "", gone: more.gone ? "yes" : "", csrf: document.body.dataset.csrf };
  for (const [name, value] of Object.entries(said)) form.append(name, value);
  navigator.sendBeacon("/workspace/looks", form);
}

// The event up to which this tab surely shows what it shows: the page's own, that of a thread opened since, or a later one.
function shownAt() {
  const page = Math.max(Number(document.body.dataset.after), sure);
  const thread = Math.max(Number(document.getElementById("thread")?.dataset.after ?? page), sure);
  const at = listed ? thread : Math.min(page, thread);
  listed = true;
  return at;
}
