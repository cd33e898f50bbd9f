// The list keeps its order by itself: by group, then rank. Nothing in it moves while somebody points at a row or walks it
// by keys: rows change in place, new ones wait and are only counted, and once the hand is gone all is put right.
import { on } from "./live.js";

const TOUCH_LASTS = 2_500;
const POINT_LASTS = 15_000; // a pointer that was left lying on a row points at nothing
let resting = null;
let touched = 0; // when a key or a finger was last felt in the list
let pointed = 0; // when the pointer last moved over it

export function begin() {
  on("applied", settle);
  document.addEventListener("pointerleave", settle, true);
  document.addEventListener("focusout", () => setTimeout(settle));
  for (const felt of ["keydown", "touchstart", "touchmove"]) document.addEventListener(felt, feel, { passive: true });
  for (const moved of ["pointermove", "wheel"]) document.addEventListener(moved, point, { passive: true });
  markCurrent();
  unread();
}

export function rows() {
  return [...document.querySelectorAll(".list .row")];
}

// Which ask of the open thread one came for, as the address says.
export function askAtHand() {
  return new URL(location.href).searchParams.get("ask") ?? "";
}

export function markCurrent() {
  const open = document.getElementById("thread")?.dataset.thread;
  const ask = askAtHand();
  for (const row of rows()) {
    if (row.dataset.thread === open && (row.dataset.ask ?? ask) === ask) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

// Whoever types elsewhere has the hand off the pointer, wherever it lies.
function feel(event) {
  if (event.target.closest(".list__scroll")) touched = Date.now();
  else if (event.type === "keydown") pointed = 0;
}

function point(event) {
  if (event.target.closest?.(".list__scroll")) pointed = Date.now();
}

// A finger leaves no pointer behind, though its browser may go on to say :hover.
function held() {
  const now = Date.now();
  const hovers = now - pointed < POINT_LASTS && matchMedia("(hover: hover)").matches;
  return now - touched < TOUCH_LASTS || Boolean(hovers && document.querySelector(".list__scroll .row:hover"));
}

function settle() {
  clearTimeout(resting);
  if (held()) resting = setTimeout(settle, 400);
  else order();
  markCurrent();
  count();
}

function order() {
  for (const row of document.querySelectorAll("[data-rows] > li")) {
    const wanted = document.querySelector(row.dataset.into);
    delete row.dataset.fresh;
    if ("leaves" in row.dataset) row.remove();
    else if (wanted && wanted !== row.parentElement) put(row, wanted, null);
  }
  for (const list of document.querySelectorAll("[data-rows]")) sort(list);
  count();
}

function sort(list) {
  const wanted = [...list.children].sort((a, b) => Number(a.dataset.rank) - Number(b.dataset.rank));
  wanted.forEach((row, place) => {
    if (list.children[place] !== row) put(row, list, list.children[place]);
  });
}

// A row keeps the focus where it goes.
function put(row, list, before) {
  if (list.moveBefore) return list.moveBefore(row, before);
  const focused = row.contains(document.activeElement) && document.activeElement;
  list.insertBefore(row, before);
  if (focused) focused.focus({ preventScroll: true });
}

function count() {
  let all = 0;
  for (const part of document.querySelectorAll(".list__part")) {
    const number = part.querySelectorAll("[data-rows] > li:not([data-fresh])").length;
    part.querySelector("[data-count]").textContent = number;
    part.hidden = number === 0;
    all += number;
  }
  const empty = document.getElementById("list-empty");
  if (empty) empty.hidden = all > 0;
  sayFresh();
  if (document.querySelector('.list[data-list="mine"]')) document.getElementById("count-mine").textContent = all;
  unread();
}

// Who came while the list was held still.
function sayFresh() {
  const said = document.getElementById("list-fresh");
  const fresh = document.querySelectorAll("[data-rows] > li[data-fresh]").length;
  if (!said) return;
  said.hidden = fresh === 0;
  said.textContent = `${fresh} new`;
}

export function unread() {
  asks();
  const waiting = document.querySelectorAll('.list[data-list="mine"] .row--unread').length;
  if (!document.querySelector('.list[data-list="mine"]')) return;
  document.title = (waiting ? `(${waiting}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  badge("rail-mine", waiting, " unread");
}

// How many asks wait for this person stands in the tab, and so in the rail.
function asks() {
  badge("rail-asks", Number(document.getElementById("count-asks")?.textContent ?? 0), " wait for you");
}

function badge(id, number, words) {
  const place = document.getElementById(id);
  place?.querySelector(".unread")?.remove();
  if (!place || !number) return;
  const made = Object.assign(document.createElement("span"), { className: "unread", textContent: number });
  made.append(Object.assign(document.createElement("span"), { className: "vh", textContent: words }));
  place.append(made);
}
