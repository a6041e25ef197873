// What all plots share: the figure around them, redrawing at a new width, their data as a table, scales and axes.

const PLOT_FONT = 11.5;
const PRINT_WIDTH = 680;         // A4 without its margins
const PRINT_COLUMN_WIDTH = 328;  // one of two beside each other
const allPlots = [];

// draw(width) -> svg element; tables() -> tables of the data
function plotFigure(plot, legend, draw, tables) {
  const titleId = uniqueId("plot");
  const canvas = el("div", {class: "plot-canvas"});
  const data = el("details", {class: "plot-data"}, el("summary", null, "Data of this plot as a table"));
  data.addEventListener("toggle", () => {
    if (data.open && data.children.length === 1) data.append(...tables().map((table) => new TableView(table).node));
  });
  const descriptionId = uniqueId("plot-description");
  const figure = el("figure", {class: "block plot", "aria-labelledby": titleId},
    el("figcaption", {class: "plot-title", id: titleId}, plot.title), legend, canvas,
    plot.description ? el("p", {class: "plot-description", id: descriptionId}, plot.description) : null, data);
  const view = {
    width: 0,
    redraw(width) {
      if (width < 40 || Math.abs(width - view.width) < 1) return;
      view.width = width;
      const image = draw(width, canvas);
      fill(image, {role: "img", "aria-labelledby": titleId, "aria-describedby": plot.description ? descriptionId : null,
        focusable: "true"}, []);
      canvas.querySelectorAll("svg, .tooltip").forEach((old) => old.remove());
      canvas.prepend(image);
    },
    printWidth: () => (figure.parentElement.classList.contains("columns") ? PRINT_COLUMN_WIDTH : PRINT_WIDTH),
    screenWidth: () => canvas.clientWidth,
  };
  allPlots.push(view);
  new ResizeObserver(() => view.redraw(canvas.clientWidth)).observe(canvas);
  return figure;
}

function redrawForPrint() {
  for (const plot of allPlots) plot.redraw(plot.printWidth());
}
function redrawForScreen() {
  for (const plot of allPlots) plot.redraw(plot.screenWidth());
}

function plotRoot(width, height) {
  return svg("svg", {viewBox: `0 0 ${width} ${height}`, width, height});
}

const seriesClass = (index, muted) => (muted ? "series-muted" : `series-${(index % 8) + 1}`);

function logTicks([low, high], room) {
  const mantissas = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 8]];
  let best = [];
  for (const set of mantissas) {
    const ticks = [];
    for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.log10(high) + 1; exponent += 1) {
      for (const mantissa of set) {
        const tick = Number(`${mantissa}e${exponent}`);
        if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick);
      }
    }
    if (ticks.length > room && best.length >= 2) break;
    best = ticks;
  }
  const skip = Math.ceil(best.length / Math.max(room, 2));
  return best.filter((tick, index) => index % skip === 0);
}

// An axis as a scale with ticks and labels. values: all that must fit in.
function makeScale(axis, values, range, room) {
  const log = axis.scale === "log";
  const usable = values.filter((value) => isNumber(value) && (!log || value > 0));
  let low = isNumber(axis.low) ? axis.low : d3.min(usable);
  let high = isNumber(axis.high) ? axis.high : d3.max(usable);
  if (low === undefined || high === undefined) [low, high] = log ? [0.1, 1] : [0, 1];
  if (low === high) [low, high] = log ? [low / 2, high * 2] : [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  const scale = (log ? d3.scaleLog() : d3.scaleLinear()).domain([low, high]);
  if (!log && !(isNumber(axis.low) && isNumber(axis.high))) {
    const [niceLow, niceHigh] = scale.copy().nice(10).domain();
    scale.domain([isNumber(axis.low) ? low : niceLow, isNumber(axis.high) ? high : niceHigh]);
  }
  const ticks = log ? logTicks(scale.domain(), room) : scale.ticks(Math.max(2, room));
  const label = log ? logTickFormat(ticks) : tickFormat(ticks, axis.format);
  scale.range(axis.reversed ? [range[1], range[0]] : range);
  return {scale, ticks, label};
}

// Leaves out ticks whose labels would touch.
function roomyTicks(axis, gap = 10) {
  const shown = [];
  let free = -Infinity;
  const places = axis.ticks.map((tick) => ({tick, at: axis.scale(tick), text: axis.label(tick)}))
    .sort((a, b) => a.at - b.at);
  for (const place of places) {
    const half = textWidth(place.text, PLOT_FONT) / 2;
    if (place.at - half < free + gap) continue;
    free = place.at + half;
    shown.push(place);
  }
  return shown;
}

function drawBottomAxis(root, axis, left, right, y, label) {
  root.append(svg("line", {class: "axis-line", x1: left, x2: right, y1: y, y2: y}));
  for (const {at, text} of roomyTicks(axis)) {
    root.append(svg("line", {class: "axis-line", x1: at, x2: at, y1: y, y2: y + 5}),
      svg("text", {class: "tick-label", x: at, y: y + 18, "text-anchor": "middle"}, text));
  }
  if (label) root.append(svg("text", {class: "axis-label", x: (left + right) / 2, y: y + 38, "text-anchor": "middle"}, label));
}

// Pushes labels apart along one direction; items: {at, size}, sets item.place.
function spread(items, low, high) {
  items.sort((a, b) => a.at - b.at);
  let end = low;
  for (const item of items) {
    item.place = Math.max(item.at, end + item.size / 2);
    end = item.place + item.size / 2;
  }
  let start = high;
  for (const item of [...items].reverse()) {
    item.place = Math.min(item.place, start - item.size / 2);
    start = item.place - item.size / 2;
  }
}
