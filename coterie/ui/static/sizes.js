// The widths of list and context: dragged or set by arrow keys, kept by this browser.
const LEAST = 240;
const MOST = 560;

export function begin() {
  for (const split of document.querySelectorAll(".split")) {
    split.addEventListener("pointerdown", (event) => drag(split, event));
    split.addEventListener("keydown", (event) => nudge(split, event));
    split.setAttribute("aria-valuemin", LEAST);
    split.setAttribute("aria-valuemax", MOST);
    split.setAttribute("aria-valuenow", Math.round(width(split)));
  }
}

function width(split) {
  return document.getElementById(split.dataset.sizes).getBoundingClientRect().width;
}

function drag(split, down) {
  const from = width(split);
  const move = (event) => set(split, from + (event.clientX - down.clientX) * direction(split));
  split.setPointerCapture(down.pointerId);
  split.addEventListener("pointermove", move);
  split.addEventListener("pointerup", () => split.removeEventListener("pointermove", move), { once: true });
}

function nudge(split, event) {
  const by = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
  if (!by) return;
  event.preventDefault();
  set(split, width(split) + by * direction(split));
}

function direction(split) {
  return split.dataset.sizes === "context" ? -1 : 1;
}

function set(split, pixels) {
  const kept = Math.round(Math.min(Math.max(pixels, LEAST), MOST));
  document.documentElement.style.setProperty(`--${split.dataset.sizes}`, `${kept}px`);
  localStorage.setItem(`width-${split.dataset.sizes}`, kept);
  split.setAttribute("aria-valuenow", kept);
}
