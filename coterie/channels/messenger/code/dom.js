// Making elements. Whatever a person wrote goes in as text, never as markup.

export function h(name, props = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props)) give(node, key, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function give(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
  else if (key === "class") node.className = value;
  else node.setAttribute(key, value === true ? "" : value);
}

// The pages' sprite can't be used across origins, so the element draws its own few.
const PATHS = {
  alert: "M12 4 21 19.5H3zM12 10v4.5M12 17v.2",
  back: "M14.5 6 8.5 12l6 6",
  chat: "M5 5.5h14a1.5 1.5 0 0 1 1.5 1.5v8.5A1.5 1.5 0 0 1 19 17h-7l-4.5 3.5V17H5a1.5 1.5 0 0 1-1.5-1.5V7A1.5 1.5 0 0 1 5 5.5z",
  check: "m5 12.5 4.5 4.5L19 7.5",
  checks: "m2.5 12.5 4.2 4.5L15 7.5M11.5 16l1 1L21 7.5",
  clip: "m18.5 11-6.8 6.9a4 4 0 0 1-5.7-5.7l7-7.1a2.7 2.7 0 0 1 3.9 3.8l-6.8 6.9a1.3 1.3 0 0 1-1.9-1.9l6.1-6.2",
  clock: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 7.5V12l3 2",
  close: "m6.5 6.5 11 11M17.5 6.5l-11 11",
  file: "M7 3.5h7l4 4v13H7zM14 3.5v4h4",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  send: "M12 19V5.5M6 11l6-6 6 6",
};
const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const path = svg("path", { d: PATHS[name], ...(name === "more" ? { "stroke-width": "2.6" } : {}) });
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
}

// A clock that fills: `share` of 100.
export function pie(share) {
  return svg(
    "svg",
    { class: "pie", viewBox: "0 0 16 16", "aria-hidden": "true" },
    svg("circle", { class: "pie__ring", cx: 8, cy: 8, r: 7 }),
    svg("circle", { class: "pie__fill", cx: 8, cy: 8, r: 3, pathLength: 100, "stroke-dasharray": `${share} 100` }),
  );
}

function svg(name, attributes, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function avatar(who, size = "") {
  const here = who.here ? " avatar--here" : "";
  return h("span", { class: `avatar p${who.tint}${size}${here}`, "aria-hidden": "true" }, who.initials);
}

// Let `parent` hold exactly these nodes, moving and replacing as few as it can.
export function settle(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, place) => {
    if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null);
  });
}
