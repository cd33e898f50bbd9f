// Single keys and the palette. They never fire in a text field, and not at all where somebody has switched them off.
import { focusMode } from "./composer.js";
import { askAtHand, rows } from "./list.js";

const OF_THREAD = new Set(["r", "i", "h", "a", "d", "t", "e", "o", "p", "z"]);

let afterG = null; // how long a key still belongs to the G before it
let waiting = null; // what was pressed for a thread that is not here yet

export const verbs = {
  j: () => step(1),
  k: () => step(-1),
  r: () => focusMode("reply"),
  i: () => focusMode("note"),
  h: () => focusMode("ask"),
  a: () => press("a"),
  d: () => press("d"),
  t: () => press("t"),
  e: () => press("e"),
  o: () => press("o"),
  p: () => press("p"),
  z: () => press("z"),
  "?": () => document.getElementById("keys").showModal(),
  gm: () => go("/workspace#list"),
  gc: () => go("/workspace/community#list"),
  gh: () => go("/workspace/asks#list"),
  gl: () => (document.querySelector(".list .row[aria-current]") ?? rows()[0])?.focus(),
  ga: () => document.getElementById("context").focus(),
  gt: () => document.querySelector(".log")?.focus(),
};

export function begin() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    const verb = event.target.closest("[data-does]")?.dataset.does;
    if (!verb) return;
    document.getElementById("palette").close();
    verbs[verb]();
  });
  document.getElementById("palette").addEventListener("keydown", walkPalette);
  document.getElementById("palette-q").addEventListener("input", narrow);
  new MutationObserver(chooseFirst).observe(document.getElementById("palette-people"), { childList: true });
}

function pressed(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (!("shortcuts" in document.body.dataset) || typingIn(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  const key = (afterG ? "g" : "") + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  clearTimeout(afterG);
  afterG = key === "g" ? setTimeout(() => (afterG = null), 1500) : null;
  if (!verbs[key]) return;
  event.preventDefault();
  if (OF_THREAD.has(key) && document.getElementById("thread").inert) waiting = key;
  else verbs[key]();
}

// Another thread is wanted: what was pressed was not meant for it.
export function forget() {
  waiting = null;
}

// A thread is here: what was pressed for it meanwhile is done.
export function opened() {
  const key = waiting;
  waiting = null;
  if (key) verbs[key]();
}

function typingIn(target) {
  return target.isContentEditable || target.matches("input, textarea, select");
}

function step(by) {
  const all = rows().filter((row) => row.offsetParent || !row.closest("[hidden]"));
  const at = all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.scrollIntoView({ block: "nearest" });
  next?.click();
}

// With several asks in a thread, the one that the address names.
function press(key) {
  const card = document.getElementById(`card-${askAtHand()}`);
  const place = card?.querySelector(`[data-key="${key}"]`) ?? document.querySelector(`[data-key="${key}"]`);
  place?.click();
}

function go(where) {
  location.assign(where);
}

function openPalette() {
  const palette = document.getElementById("palette");
  if (!palette.open) palette.showModal();
  const input = document.getElementById("palette-q");
  input.select();
  input.focus();
  chooseFirst();
}

// What Enter does is seen before it is pressed.
function chooseFirst() {
  choose(options(), 0);
}

function options() {
  return [...document.querySelectorAll('#palette [role="option"]')].filter((option) => !option.hidden);
}

function walkPalette(event) {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    event.preventDefault();
    choose(all, (at + by + all.length) % all.length);
  } else if (event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault();
    (all[at] ?? all[0])?.click();
  }
}

function choose(all, at) {
  for (const option of document.querySelectorAll('#palette [role="option"]')) option.setAttribute("aria-selected", String(option === all[at]));
  all[at]?.scrollIntoView({ block: "nearest" });
  const input = document.getElementById("palette-q");
  if (all[at]?.id) input.setAttribute("aria-activedescendant", all[at].id);
  else input.removeAttribute("aria-activedescendant");
}

function narrow({ target }) {
  const words = target.value.trim().toLowerCase();
  for (const option of document.querySelectorAll("#palette [data-does]")) {
    option.hidden = words !== "" && !option.textContent.toLowerCase().includes(words);
  }
  document.getElementById("palette-do").hidden = !document.querySelector("#palette [data-does]:not([hidden])");
  chooseFirst();
}
