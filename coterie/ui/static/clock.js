// Times that go on while a page is open, by the rules of coterie/ui/reader.py: keep the two alike.
const SOON = 15 * 60_000;

export function lasting(milliseconds) {
  const minutes = Math.max(Math.floor(milliseconds / 60_000), 0);
  if (minutes < 1) return "a moment";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 1440)} days`;
}

export function tick(root = document) {
  const now = Date.now();
  for (const time of root.querySelectorAll("[data-since]")) {
    setText(time, lasting(now - Date.parse(time.dateTime)));
  }
  for (const chip of root.querySelectorAll("[data-due]")) tickChip(chip, now);
}

function tickChip(chip, now) {
  const due = Date.parse(chip.dataset.due);
  const made = chip.dataset.made ? Date.parse(chip.dataset.made) : due - 3_600_000;
  const left = due - now;
  const share = left <= 0 ? 100 : Math.max(100 - Math.round(100 * Math.min(1, left / (due - made))), 2);
  const state = left <= 0 ? "late" : left <= SOON ? "soon" : "plain";
  chip.className = `promise promise--${state}`;
  chip.querySelector(".pie__fill").setAttribute("stroke-dasharray", `${share} 100`);
  if (left <= 0) setText(chip.querySelector("[data-words]"), `${lasting(-left)} late`);
}

function setText(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
