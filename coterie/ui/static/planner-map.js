// The map of a plan: closer and further, an area chosen by list, key or pointer, dragged to a neighbour, moved, undone.
// The server says what each move would do and what it did; this draws it. The list does everything that the map does.
import { toast } from "./toast.js";

const page = document.getElementById("the-map");
const plan = page.dataset.plan;
const sheet = document.getElementById("sheet");
const list = document.getElementById("areas");
const panel = document.getElementById("panel");
const find = document.getElementById("f-find");
const community = document.getElementById("f-community");
const spoken = document.getElementById("map-status");
const MOST = 200;
const LEGIBLE = 60; // pixels from one end of an area's neighbours to the other
const NS = "http://www.w3.org/2000/svg";
const dots = new Map([...(sheet?.querySelectorAll("circle") ?? [])].map((dot) => [dot.dataset.area, dot]));
const areas = JSON.parse(page.dataset.areas);
let chosen = list.querySelector('[aria-selected="true"]')?.dataset.area ?? null;
let asked = 0; // how many times an area's panel was wanted
let asking = null; // what the last of them comes to
let framed = () => {}, revealed = () => {};

// The list

function inList() {
  const words = find.value.trim().toLowerCase();
  if (!words) return areas.filter((area) => area.home === community.value);
  return areas.filter((area) => area.code.toLowerCase().startsWith(words) || area.name.toLowerCase().includes(words));
}

function fill() {
  const found = inList();
  list.replaceChildren(...found.slice(0, MOST).map(option));
  if (!found.length) list.append(Object.assign(document.createElement("li"), { className: "arealist__none", textContent: "No such area.", role: "option", ariaDisabled: "true" }));
  const row = list.querySelector('[aria-selected="true"]');
  setActive(row);
}

function option(area, place) {
  const row = document.createElement("li");
  row.id = `area-${place + 1}`;
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", String(area.code === chosen));
  row.dataset.area = area.code;
  const code = document.createElement("b");
  code.textContent = area.code;
  const size = document.createElement("span");
  size.className = "num";
  size.textContent = area.customers.toLocaleString("en");
  row.append(code, ` ${area.name}`, size);
  return row;
}

function setActive(row) {
  if (!row) return list.removeAttribute("aria-activedescendant");
  list.setAttribute("aria-activedescendant", row.id);
  const box = list.getBoundingClientRect(), at = row.getBoundingClientRect();
  if (at.top < box.top || at.bottom > box.bottom) list.scrollTop += at.top - box.top - box.height / 2;
}

find.addEventListener("input", fill);
community.addEventListener("change", () => { find.value = ""; fill(); frame(community.value); });
find.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "Enter") return;
  event.preventDefault();
  list.focus();
  step(0);
});

list.addEventListener("click", (event) => {
  const row = event.target.closest("[data-area]");
  if (row) choose(row.dataset.area);
});

list.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity }[event.key];
  if (by !== undefined) {
    event.preventDefault();
    step(by);
  } else if (event.key === "Enter" && chosen) {
    event.preventDefault();
    panelOf(chosen).then((shown) => shown?.querySelector(".go:not(:disabled)")?.focus());
  }
});

function step(by) {
  const rows = [...list.querySelectorAll("[data-area]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.dataset.area === chosen);
  const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1);
  choose(rows[next].dataset.area);
}

panel.addEventListener("keydown", (event) => {
  const rows = [...panel.querySelectorAll(".go:not(:disabled)")];
  const at = rows.indexOf(document.activeElement);
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (at >= 0 && by) {
    event.preventDefault();
    rows[(at + by + rows.length) % rows.length].focus();
  } else if (event.key === "Escape") {
    list.focus();
  }
});

// One area

// Where it was not pointed at on the map, the map goes to where it is.
function choose(code, pointed = false) {
  chosen = code;
  const home = areas.find((area) => area.code === code)?.home;
  if (home && home !== community.value) {
    community.value = home;
    if (!find.value) fill();
  }
  for (const row of list.querySelectorAll("[data-area]")) row.setAttribute("aria-selected", String(row.dataset.area === code));
  setActive(list.querySelector('[aria-selected="true"]'));
  for (const dot of sheet?.querySelectorAll(".is-chosen") ?? []) dot.classList.remove("is-chosen");
  dots.get(code)?.classList.add("is-chosen");
  asking = ask(code, pointed);
  return asking;
}

// Of several that were wanted, the last one is shown, whichever comes first.
async function ask(code, pointed) {
  const mine = (asked += 1);
  const answer = await fetch(`${plan}/areas/${encodeURIComponent(code)}`).catch(() => null);
  const words = answer?.ok && !answer.redirected && await answer.text().catch(() => null);
  if (mine !== asked) return asking;
  if (!words) return toast("The connection was lost. Try again.");
  panel.innerHTML = words;
  const near = showNear(code);
  if (near && !pointed) revealed([dots.get(code), ...near]);
}

const shownOf = (code) => panel.querySelector(`[data-area="${CSS.escape(code)}"]`);

// The panel of an area, once it is here; none where it did not come, or where another was chosen meanwhile.
async function panelOf(code) {
  await (code === chosen ? asking : choose(code, true));
  return shownOf(code);
}

function showNear(code) {
  const from = dots.get(code), group = document.getElementById("near");
  if (!from || !group) return;
  const near = (panel.querySelector("[data-near]")?.dataset.near ?? "").split(" ").map((other) => dots.get(other)).filter(Boolean);
  group.replaceChildren(...near.map((to) => {
    const line = document.createElementNS(NS, "line");
    for (const [name, value] of [["x1", from.getAttribute("cx")], ["y1", from.getAttribute("cy")], ["x2", to.getAttribute("cx")], ["y2", to.getAttribute("cy")]]) line.setAttribute(name, value);
    return line;
  }));
  return near;
}

// Moves

page.addEventListener("submit", (event) => {
  const form = event.target;
  const moves = form.matches(".goes"), way = form.matches("[data-undo], [data-redo]");
  if (!moves && !way) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  post(event.submitter?.getAttribute("formaction") ?? form.action, body, moves);
});

async function post(address, body, moves) {
  const headers = { Accept: "application/json", "X-CSRF-Token": document.body.dataset.csrf };
  const answer = await fetch(address, { method: "POST", headers, body }).catch(() => null);
  if (!answer) return toast("No connection. Nothing was moved, try again.");
  const told = await answer.json().catch(() => ({ refused: "This page is from an earlier session. Reload it and try again." }));
  if (told.refused) {
    say(told.refused);
    return toast(told.refused);
  }
  draw(told);
  say(told.said);
  toast(told.said, moves ? { words: "Undo", run: () => way("undo") } : undefined);
  await choose(told.area);
  list.focus({ preventScroll: true });
}

const way = (verb) => post(`${plan}/${verb}`, new URLSearchParams({ csrf: document.body.dataset.csrf }), false);

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.closest?.("input, textarea, select, dialog")) return;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  way(key === "y" || event.shiftKey ? "redo" : "undo");
});

function draw(told) {
  const area = areas.find((each) => each.code === told.area);
  area.home = told.home;
  const dot = dots.get(told.area);
  if (dot) Object.assign(dot.dataset, { home: told.home, hue: told.hue });
  for (const [id, land] of Object.entries(told.lands)) {
    const path = sheet?.querySelector(`[data-land="${CSS.escape(id)}"]`);
    path?.setAttribute("d", land.path);
    path?.setAttribute("stroke-width", land.band);
    const name = sheet?.querySelector(`[data-named="${CSS.escape(id)}"]`);
    name?.setAttribute("x", land.x);
    name?.setAttribute("y", land.y);
  }
  const scrolled = document.querySelector(".evenly")?.scrollTop ?? 0;
  document.getElementById("side").innerHTML = told.side;
  document.querySelector(".evenly").scrollTop = scrolled;
  page.querySelector("[data-undo] button").disabled = !told.undoable;
  page.querySelector("[data-redo] button").disabled = !told.redoable;
  if (!find.value) community.value = told.home;
  fill();
}

function say(words) {
  spoken.textContent = "";
  requestAnimationFrame(() => { spoken.textContent = words; });
}

page.addEventListener("click", (event) => {
  const link = event.target.closest("[data-show]");
  if (!link) return;
  event.preventDefault();
  community.value = link.dataset.show;
  find.value = "";
  fill();
  frame(link.dataset.show);
});

// Closer and further

if (sheet) {
  const first = sheet.viewBox.baseVal, full = { x: 0, y: 0, width: 1000, height: 1000 };
  const tip = document.getElementById("tip"), drag = document.getElementById("drag");
  let size = 700; // of the square in which the map is drawn; asked for only when it changes, since asking costs a layout
  let view = { x: first.x, y: first.y, width: first.width, height: first.height }, held = null;

  const show = (next) => {
    const width = Math.min(Math.max(next.width, full.width / 60), full.width * 1.2), height = width * full.height / full.width;
    view = { x: next.x + (next.width - width) / 2, y: next.y + (next.height - height) / 2, width, height };
    sheet.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    sheet.style.setProperty("--k", unit());
    clearNames();
  };

  const unit = () => view.width / size;

  const clearNames = () => {
    const by = unit(), kept = [];
    for (const text of sheet.querySelectorAll("[data-named]")) {
      const x = +text.getAttribute("x") / by, y = +text.getAttribute("y") / by, half = text.textContent.length * 3.6;
      const free = kept.every(([ox, oy, other]) => Math.abs(x - ox) > half + other || Math.abs(y - oy) > 15);
      text.classList.toggle("is-hidden", !free);
      if (free) kept.push([x, y, half]);
    }
  };

  const zoom = (by, at = { x: view.x + view.width / 2, y: view.y + view.height / 2 }) => {
    const width = view.width / by, height = view.height / by;
    show({ x: at.x - (at.x - view.x) / by, y: at.y - (at.y - view.y) / by, width, height });
  };

  const point = (event) => {
    const box = sheet.getBoundingClientRect();
    const scale = Math.max(view.width / box.width, view.height / box.height);
    return {
      x: view.x + view.width / 2 + (event.clientX - box.left - box.width / 2) * scale,
      y: view.y + view.height / 2 + (event.clientY - box.top - box.height / 2) * scale,
      scale,
    };
  };

  const nearest = (at, within) => {
    let best = null, least = within;
    for (const dot of dots.values()) {
      const far = Math.hypot(dot.cx.baseVal.value - at.x, dot.cy.baseVal.value - at.y) - dot.r.baseVal.value;
      if (far < least) [best, least] = [dot, far];
    }
    return best;
  };

  const around = (some) => {
    const xs = some.map((dot) => dot.cx.baseVal.value), ys = some.map((dot) => dot.cy.baseVal.value);
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  };

  const showAround = ({ left, right, top, bottom }, room) => {
    const width = Math.max((right - left) * room, (bottom - top) * room, full.width / 60);
    show({ x: (left + right - width) / 2, y: (top + bottom - width) / 2, width, height: width });
  };

  framed = (id) => {
    const own = [...dots.values()].filter((dot) => dot.dataset.home === id);
    if (own.length) showAround(around(own), 1.8);
  };

  // Nothing moves where all of it is in sight and large enough to be told apart.
  revealed = (some) => {
    const box = around(some), across = Math.max(box.right - box.left, box.bottom - box.top);
    const inside = box.left >= view.x && box.right <= view.x + view.width && box.top >= view.y && box.bottom <= view.y + view.height;
    if (!inside || across / unit() < LEGIBLE) showAround(box, 4);
  };

  page.addEventListener("click", (event) => {
    const how = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (how === "all") show(full);
    if (how === "in") zoom(1.6);
    if (how === "out") zoom(1 / 1.6);
  });

  sheet.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), point(event));
  }, { passive: false });

  sheet.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const at = point(event), dot = nearest(at, 6 * at.scale);
    held = { at, dot, view: { ...view }, client: [event.clientX, event.clientY], moved: false };
    if (dot || event.pointerType === "mouse") sheet.setPointerCapture(event.pointerId);
    if (dot) choose(dot.dataset.area, true);
  });

  sheet.addEventListener("pointermove", (event) => {
    const at = point(event);
    if (!held) return hint(event, nearest(at, 4 * at.scale));
    held.moved ||= Math.hypot(event.clientX - held.client[0], event.clientY - held.client[1]) > 4;
    if (!held.moved) return;
    if (held.dot) dragged(event, at);
    else show({ ...held.view, x: held.view.x - (event.clientX - held.client[0]) * at.scale, y: held.view.y - (event.clientY - held.client[1]) * at.scale });
  });

  const target = (at) => {
    const home = nearest(at, 40 * at.scale)?.dataset.home;
    return home && home !== held.dot.dataset.home ? home : null;
  };

  const dragged = (event, at) => {
    const { dot } = held, to = target(at), shown = shownOf(dot.dataset.area);
    drag.classList.remove("is-hidden");
    for (const [name, value] of [["x1", dot.cx.baseVal.value], ["y1", dot.cy.baseVal.value], ["x2", at.x], ["y2", at.y]]) drag.setAttribute(name, value);
    for (const go of shown?.querySelectorAll(".go") ?? []) go.classList.toggle("is-over", go.dataset.to === to);
    for (const land of sheet.querySelectorAll("[data-land]")) land.classList.toggle("is-over", land.dataset.land === to);
    const over = to && shown?.querySelector(`.go[data-to="${CSS.escape(to)}"]`);
    tell(event, !to || !shown ? "Drop it on a neighbour" : over ? [...over.querySelectorAll(".comm, .go__what:nth-of-type(2), .go__no")].map((each) => each.textContent.trim()).join(". ") : "It has no neighbour there");
  };

  const drop = async (event) => {
    if (!held) return;
    const { dot, moved } = held, to = dot && moved ? target(point(event)) : null;
    held = null;
    drag.classList.add("is-hidden");
    tip.hidden = true;
    for (const over of page.querySelectorAll(".is-over")) over.classList.remove("is-over");
    if (!to) return;
    const { area } = dot.dataset, shown = await panelOf(area);
    if (area !== chosen) return toast(`${area} was not moved.`);
    if (!shown) return; // it was said why
    const go = shown.querySelector(`.go[data-to="${CSS.escape(to)}"]`);
    if (!go) return toast(`${area} has no neighbour there.`);
    if (go.disabled || "forced" in go.dataset) {
      go.focus();
      return toast(go.querySelector(".go__no").textContent.trim());
    }
    go.form.requestSubmit(go);
  };

  sheet.addEventListener("pointerup", drop);
  sheet.addEventListener("pointercancel", () => { held = null; drag.classList.add("is-hidden"); tip.hidden = true; });
  sheet.addEventListener("pointerleave", () => { if (!held) tip.hidden = true; });

  const hint = (event, dot) => {
    const area = dot && areas.find((each) => each.code === dot.dataset.area);
    if (!area) tip.hidden = true;
    else tell(event, `${area.code} ${area.name}, ${area.customers.toLocaleString("en")} customers`);
  };

  const tell = (event, words) => {
    const box = sheet.parentElement.getBoundingClientRect();
    tip.textContent = words;
    tip.hidden = false;
    const left = Math.min(event.clientX - box.left + 14, box.width - tip.offsetWidth - 6);
    tip.style.setProperty("left", `${Math.max(6, left)}px`);
    tip.style.setProperty("top", `${event.clientY - box.top + 18}px`);
  };

  new ResizeObserver(([{ contentRect: box }]) => {
    size = Math.min(box.width, box.height) || size;
    show(view);
  }).observe(sheet);
  if (chosen) {
    dots.get(chosen)?.classList.add("is-chosen");
    showNear(chosen);
  }
}

function frame(id) {
  framed(id);
}
