// The board goes on by itself: every ten seconds its live parts are fetched and morphed in place, each by its id. A part
// that holds rows waits while somebody points at it or has the focus in it, so nothing moves under a hand. And what a
// figure means opens under the pointer, too.
import { htmx } from "./app.js";

const EVERY = 10_000;
const POINT_LASTS = 15_000; // a pointer that was left lying somewhere points at nothing
const page = document.querySelector("[data-refresh]");
const late = new Map(); // parts that wait until they are let go
let pointed = 0;
let asked = 0; // how many were asked for, and the last one that came
let known = 0;

if (page) {
  setInterval(refresh, EVERY);
  setInterval(settle, 500);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  for (const moved of ["pointermove", "pointerdown", "wheel"]) {
    document.addEventListener(moved, () => (pointed = Date.now()), { passive: true });
  }
}

async function refresh() {
  if (document.hidden) return;
  const mine = (asked += 1);
  const response = await fetch(page.dataset.refresh, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (response?.status === 401) return location.reload();
  const text = response?.ok && (await response.text().catch(() => null));
  if (!text || mine < known) return; // the time that stands there says how old it is
  known = mine;
  const brought = new DOMParser().parseFromString(text, "text/html");
  for (const part of brought.querySelectorAll("[data-live]")) late.set(part.id, part);
  settle();
}

function settle() {
  let ready = [...late.values()].filter((part) => !held(document.getElementById(part.id)));
  if (ready.length < late.size) ready = ready.filter((part) => part.id !== "as-of"); // not all is of that moment
  if (ready.length === 0) return;
  const swaps = document.createElement("div");
  for (const part of ready) {
    late.delete(part.id);
    if (!document.getElementById(part.id)) continue;
    part.setAttribute("hx-swap-oob", "outerMorph");
    swaps.append(part);
  }
  htmx.swap({ text: swaps.innerHTML, sourceElement: document.body, target: document.body, swap: "none" });
}

function held(part) {
  if (part?.querySelector(".meaning[data-shown]")) return true;
  if (!part || !("holds" in part.dataset)) return false;
  const hovers = Date.now() - pointed < POINT_LASTS && matchMedia("(hover: hover)").matches && part.matches(":hover");
  return hovers || part.contains(document.activeElement);
}

// A click, a key or a finger pins what the pointer alone only shows.
document.addEventListener("pointerover", (event) => {
  const meaning = event.pointerType === "mouse" && event.target.closest?.(".meaning");
  for (const shown of document.querySelectorAll(".meaning[data-shown]")) if (shown !== meaning) hide(shown);
  if (!meaning || meaning.open) return;
  meaning.dataset.shown = "";
  meaning.open = true;
});

document.addEventListener("click", (event) => {
  const meaning = event.target.closest("summary")?.closest(".meaning[data-shown]");
  if (!meaning) return;
  event.preventDefault();
  delete meaning.dataset.shown;
});

function hide(meaning) {
  delete meaning.dataset.shown;
  meaning.open = false;
}
