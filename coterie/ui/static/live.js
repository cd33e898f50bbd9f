// Applies what the stream brings, by id: what is here is morphed (caret, focus and scroll stay), what is new goes where
// `data-into` says, `data-gone` goes away. Applying the same twice changes nothing. Rows of the list change in place and
// say where they want to be (`data-into`, `data-leaves`, `data-fresh`): list.js moves them when it is time.
import { htmx } from "./app.js";

const listeners = { thread: [], presence: [], told: [], applied: [] };

export function on(what, listener) {
  listeners[what].push(listener);
}

export async function apply(html) {
  const brought = new DOMParser().parseFromString(`<template>${html}</template>`, "text/html").querySelector("template").content;
  const swaps = document.createElement("div");
  const pinned = pinnedLogs();
  const stale = [];
  for (const element of [...brought.children]) {
    if (element.dataset.stale) stale.push(element);
    else place(element, swaps);
  }
  if (swaps.childElementCount) {
    await htmx.swap({ text: swaps.innerHTML, sourceElement: document.body, target: document.body, swap: "none" });
  }
  for (const element of stale) listeners[element.dataset.stale].forEach((listener) => listener(element.id, element.dataset));
  listeners.applied.forEach((listener) => listener());
  pinned.forEach((log) => (log.scrollTop = 0));
}

function place(element, swaps) {
  const here = document.getElementById(element.id);
  const into = element.dataset.into && document.querySelector(element.dataset.into);
  const row = here?.dataset.rank || element.dataset.rank;
  if (here && row) delete here.dataset.leaves;
  if (here && row && ("gone" in element.dataset || !into)) here.dataset.leaves = ""; // its part is not in this list
  else if ("gone" in element.dataset) here?.remove();
  else if (here) swaps.append(oob(element, "outerMorph"));
  else if (into) insert(element, into);
}

function oob(element, how) {
  element.setAttribute("hx-swap-oob", how);
  return element;
}

function insert(element, into) {
  if (element.dataset.rank) element.dataset.fresh = ""; // list.js shows it when nobody points at the list
  into.insertBefore(element, successor(element, into));
  htmx.process(element);
}

// Turns stand by number, whatever order the stream brings them in.
function successor(element, into) {
  const number = Number(element.dataset.number);
  if (!number) return null;
  const later = [...into.querySelectorAll(":scope > [data-number]")].find((turn) => Number(turn.dataset.number) > number);
  return later ?? null;
}

// The log is a reversed box: it is at its newest line while its scroll is at 0.
function pinnedLogs() {
  return [...document.querySelectorAll(".log")].filter((log) => log.scrollTop > -40);
}
