// Draws the charts of a page with Vega-Lite: the chart from its file, the rows from its place, colours and type from the
// design tokens, so that both themes and every community's hue hold. Nothing is compiled (`ast`), nothing is styled
// inline: the policy stands as it is. Beside each chart is its table.
const SIZE = 11;

for (const place of document.querySelectorAll("[data-chart]")) draw(place);

async function draw(place) {
  const spec = await fetch(place.dataset.chart).then((answer) => answer.json()).catch(() => null);
  if (!spec) return showTable(place);
  spec.datasets = JSON.parse(place.dataset.rows);
  for (const param of spec.params ?? []) if (param.name === "suffix") param.value = place.dataset.suffix;
  await window.vegaEmbed(place, spec, {
    ast: true, actions: false, defaultStyle: false, tooltip: false, renderer: "svg", config: look(),
  });
  place.dataset.drawn = "";
}

// It says the same.
function showTable(place) {
  place.closest(".card").querySelector('.toggle input[value="table"]').checked = true;
}

// Tokens, not colours: an SVG takes `var()`, so a chart follows the theme without being drawn again.
function look() {
  const font = getComputedStyle(document.body).fontFamily;
  const label = { labelColor: "var(--text-faint)", labelFont: font, labelFontSize: SIZE };
  const text = { font, fontSize: SIZE };
  return {
    background: null,
    aria: false,
    font,
    view: { stroke: null },
    axis: { ...label, gridColor: "var(--line)", titleFont: font },
    style: {
      band: { color: "var(--accent-soft-strong)", fillOpacity: 1 },
      main: { color: "var(--accent-solid)", strokeWidth: 2, strokeJoin: "round", strokeCap: "round" },
      "main-dot": { color: "var(--accent-solid)", stroke: "var(--surface-raised)", strokeWidth: 1.5, size: 42, opacity: 1 },
      "main-name": { ...text, color: "var(--text)", fontWeight: 530 },
      other: { color: "var(--text-faint)", strokeWidth: 1.75, strokeDash: [1, 4], strokeCap: "round", strokeJoin: "round" },
      "other-dot": { color: "var(--text-faint)", stroke: "var(--surface-raised)", strokeWidth: 1.5, size: 26, opacity: 1 },
      "other-name": { ...text, color: "var(--text-faint)" },
    },
  };
}
