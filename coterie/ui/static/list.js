// The list keeps its order by itself: by group, then rank. It never moves a row under the pointer or the focus.
import { on } from "./live.js";

let resting = null;

export function begin() {
  on("applied", settle);
  document.addEventListener("pointerleave", settle, true);
  document.addEventListener("focusout", () => setTimeout(settle));
  markCurrent();
  unread();
}

export function rows() {
  return [...document.querySelectorAll(".list .row")];
}

export function markCurrent() {
  const open = document.getElementById("thread")?.dataset.thread;
  for (const row of rows()) {
    if (row.dataset.thread === open) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function held() {
  const scroll = document.querySelector(".list__scroll");
  return scroll?.matches(":hover") || scroll?.contains(document.activeElement);
}

// Put off while the list is pointed at: things that move under a hand are clicked by mistake.
function settle() {
  clearTimeout(resting);
  if (held()) resting = setTimeout(settle, 400);
  else order();
  markCurrent();
  count();
}

function order() {
  for (const row of document.querySelectorAll("[data-wants]")) {
    document.querySelector(row.dataset.wants)?.append(row);
    delete row.dataset.wants;
  }
  for (const list of document.querySelectorAll("[data-rows]")) sort(list);
  count();
}

function sort(list) {
  const wanted = [...list.children].sort((a, b) => Number(a.dataset.rank) - Number(b.dataset.rank));
  wanted.forEach((row, place) => {
    if (list.children[place] !== row) list.insertBefore(row, list.children[place]);
  });
}

function count() {
  let all = 0;
  for (const part of document.querySelectorAll(".list__part")) {
    const number = part.querySelectorAll("[data-rows] > li").length;
    part.querySelector("[data-count]").textContent = number;
    part.hidden = number === 0;
    all += number;
  }
  const empty = document.getElementById("list-empty");
  if (empty) empty.hidden = all > 0;
  if (document.querySelector('.list[data-list="mine"]')) document.getElementById("count-mine").textContent = all;
  unread();
}

function unread() {
  const place = document.getElementById("rail-mine");
  const waiting = document.querySelectorAll('.list[data-list="mine"] .row--unread').length;
  if (!place || !document.querySelector('.list[data-list="mine"]')) return;
  place.querySelector(".unread")?.remove();
  if (!waiting) return;
  const badge = Object.assign(document.createElement("span"), { className: "unread", textContent: waiting });
  badge.append(Object.assign(document.createElement("span"), { className: "vh", textContent: " unread" }));
  place.append(badge);
}
