// Lines, steps, points with error bars, bars and bands over a shared x axis, in one or several panels.

const PANEL_GAP = 16;
const END_LABEL_SIZE = 14;

const pointCount = (series) => series.x.length;
const at = (values, index) => (values ? values[index] : null);

// The class that says a series' colour and dash; bands take those of their line.
function seriesLook(panel, index) {
  const series = panel.series[index];
  const base = isNumber(series.colour_of) ? series.colour_of : index;
  if (series.muted) return "series-muted";
  const lines = panel.series.filter((other) => (other.mark === "line" || other.mark === "step") && !other.muted && !other.end_label);
  const dash = lines.indexOf(series);
  return `${seriesClass(base, false)}${dash > 0 ? ` dash-${(dash % 4) + 1}` : ""}`;
}

function valuesOfX(plot) {
  return plot.panels.flatMap((panel) => panel.series.flatMap((series) => [...series.x, ...(series.x_end || [])]));
}

function valuesOfY(panel) {
  const values = panel.series.flatMap((series) => [...(series.y || []), ...(series.low || []), ...(series.high || []),
    ...(series.mark === "bars" ? [0] : [])]);
  return [...values, ...panel.lines.filter((line) => line.direction === "horizontal").map((line) => line.at)];
}

// Names that stand in the legend: series without a label at their end, and lines that are not vertical.
function xyLegend(plot) {
  const items = [];
  plot.panels.forEach((panel) => {
    panel.series.forEach((series, index) => {
      const named = series.name && series.name !== panel.y.label && !series.end_label && !series.muted;
      if (named) items.push([seriesLook(panel, index), series.mark, series.name]);
    });
    panel.lines.forEach((line) => {
      if (line.direction !== "vertical" && line.label) items.push(["", "reference", line.label]);
    });
  });
  const unique = items.filter(([, , name], index) => items.findIndex((other) => other[2] === name) === index);
  if (unique.length === 0 || (unique.length === 1 && plot.panels.length === 1 && unique[0][1] !== "reference")) return null;
  return el("ul", {class: "plot-legend"}, unique.map(([look, mark, name]) => el("li", null, swatch(look, mark), name)));
}

function swatch(look, mark) {
  const image = svg("svg", {width: 26, height: 12, viewBox: "0 0 26 12", "aria-hidden": "true"});
  const group = svg("g", {class: look});
  if (mark === "reference") group.append(svg("line", {class: "reference", x1: 1, x2: 25, y1: 6, y2: 6}));
  else if (mark === "points") group.append(svg("circle", {class: "point", cx: 13, cy: 6, r: 4.5}));
  else if (mark === "bars") group.append(svg("rect", {class: "bar", x: 5, y: 1, width: 16, height: 10}));
  else if (mark === "band") group.append(svg("rect", {class: "band", x: 1, y: 1, width: 24, height: 10}));
  else group.append(svg("line", {class: "line", x1: 1, x2: 25, y1: 6, y2: 6}));
  image.append(group);
  return image;
}

function drawBars(group, series, x, y) {
  series.x.forEach((start, index) => {
    const value = at(series.y, index);
    const end = at(series.x_end, index);
    const [low, high] = x.domain();
    if (!isNumber(value) || !isNumber(end) || start >= high || end <= low) return;
    const [left, right] = d3.extent([x(Math.max(start, low)), x(Math.min(end, high))]);
    const [top, bottom] = d3.extent([y(0), y(value)]);
    group.append(svg("rect", {class: "bar", x: left, y: top, width: Math.max(0.5, right - left), height: bottom - top}));
  });
}

function drawPoints(group, series, x, y) {
  const many = pointCount(series) > 60;
  series.x.forEach((place, index) => {
    const [value, low, high] = [at(series.y, index), at(series.low, index), at(series.high, index)];
    const center = x(place);
    if (isNumber(low) && isNumber(high)) {
      const cap = many ? 1.5 : 3;
      const [top, bottom] = [y(high), y(low)];
      group.append(svg("path", {class: "error-bar",
        d: `M${center},${top}V${bottom}M${center - cap},${top}h${2 * cap}M${center - cap},${bottom}h${2 * cap}`}));
    }
    if (isNumber(value)) group.append(svg("circle", {class: "point", cx: center, cy: y(value), r: many ? 2.6 : 4}));
  });
}

function drawSeries(series, look, x, y) {
  const group = svg("g", {class: look});
  const indices = d3.range(pointCount(series));
  if (series.mark === "bars") drawBars(group, series, x, y);
  else if (series.mark === "points") drawPoints(group, series, x, y);
  else if (series.mark === "band") {
    const area = d3.area().defined((i) => isNumber(at(series.low, i)) && isNumber(at(series.high, i)))
      .x((i) => x(series.x[i])).y0((i) => y(series.low[i])).y1((i) => y(series.high[i]));
    group.append(svg("path", {class: "band", d: area(indices)}));
  } else {
    const line = d3.line().defined((i) => isNumber(at(series.y, i))).x((i) => x(series.x[i])).y((i) => y(series.y[i]));
    if (series.mark === "step") line.curve(d3.curveStepAfter);
    group.append(svg("path", {class: "line", d: line(indices)}));
  }
  return group;
}

// Names beside the last points, pushed apart, with a thin line where they had to move.
function drawEndLabels(root, panel, frame, room) {
  const labels = [];
  panel.series.forEach((series, index) => {
    const last = d3.range(pointCount(series)).reverse().find((i) => isNumber(at(series.y, i)));
    if (!series.end_label || last === undefined) return;
    labels.push({at: frame.y(series.y[last]), x: frame.x(series.x[last]), size: END_LABEL_SIZE, name: series.name,
      look: seriesLook(panel, index)});
  });
  spread(labels, frame.top - 4, frame.bottom + 4);
  for (const label of labels) {
    root.append(svg("path", {class: "leader", d: `M${label.x + 2},${label.at}L${frame.right + 12},${label.place}`}),
      svg("g", {class: label.look}, svg("text", {class: "end-label", x: frame.right + 15, y: label.place + 4},
        svg("title", null, label.name), cutText(label.name, room - 17, PLOT_FONT))));
  }
}

function drawReference(root, line, frame) {
  const {x, y, left, right, top, bottom} = frame;
  if (line.direction === "horizontal") {
    root.append(svg("line", {class: "reference", x1: left, x2: right, y1: y(line.at), y2: y(line.at)}));
  } else if (line.direction === "vertical") {
    root.append(svg("line", {class: "reference", x1: x(line.at), x2: x(line.at), y1: top, y2: bottom}));
  } else {
    const [from, to] = x.domain();
    root.append(svg("line", {class: "reference", x1: x(from), y1: y(from + line.at), x2: x(to), y2: y(to + line.at)}));
  }
}

// Labels of vertical lines stand above the first panel, in as many rows as they need.
function verticalLabels(plot, x) {
  const labels = plot.panels[0].lines.filter((line) => line.direction === "vertical" && line.label)
    .map((line) => ({text: line.label, at: x(line.at), half: textWidth(line.label, PLOT_FONT) / 2}))
    .sort((a, b) => a.at - b.at);
  const rows = [];
  const [from, to] = d3.extent(x.range());
  for (const label of labels) {
    label.center = Math.min(Math.max(label.at, from + label.half), to - label.half);
    label.row = rows.findIndex((end) => label.center - label.half > end + 8);
    if (label.row < 0) label.row = rows.push(-Infinity) - 1;
    rows[label.row] = label.center + label.half;
  }
  return {labels, rows: rows.length};
}

function endLabelRoom(plot, width) {
  const names = plot.panels.flatMap((panel) => panel.series.filter((series) => series.end_label).map((series) => series.name));
  if (names.length === 0) return 14;
  return Math.min(d3.max(names, (name) => textWidth(name, PLOT_FONT)) + 20, width * 0.3);
}

function xyLayout(plot, width) {
  const total = plot.square ? Math.min(width, 470) : width;
  const right = total - endLabelRoom(plot, total);
  const base = plot.square ? 0 : Math.min(Math.max(total * 0.48, 210), 330);
  const heights = plot.panels.map((panel) => panel.height);
  const rough = plot.panels.map((panel, index) => makeScale(panel.y, valuesOfY(panel), [100, 0],
    Math.max(2, Math.round(((base || total) * heights[index]) / 55))));
  const widest = d3.max(rough, (axis) => d3.max(axis.ticks, (tick) => textWidth(axis.label(tick), PLOT_FONT)) || 0);
  const left = Math.ceil(widest + 32);
  const x = makeScale(plot.x, valuesOfX(plot), [left, right], Math.max(2, Math.floor((right - left) / 62)));
  const vertical = verticalLabels(plot, x.scale);
  const topScale = plot.top_ticks.length > 0 ? 36 : 0;
  let top = 10 + topScale + vertical.rows * 15;
  const frames = plot.panels.map((panel, index) => {
    const first = plot.square ? right - left : base;
    const height = Math.max(36, first * heights[index] / heights[0]);
    const frame = {left, right, top, bottom: top + height, x: x.scale};
    const room = Math.max(2, Math.round(height / (plot.square && index === 0 ? 70 : 48)));
    frame.axis = makeScale(panel.y, valuesOfY(panel), [frame.bottom, frame.top], height < 90 ? 2 : room);
    frame.y = frame.axis.scale;
    top = frame.bottom + PANEL_GAP;
    return frame;
  });
  const height = top - PANEL_GAP + (plot.x.label ? 46 : 26);
  return {total, left, right, x, frames, vertical, topScale, height, labelRoom: total - right};
}

function drawPanelAxes(root, panel, frame, xTicks) {
  for (const {at: place} of xTicks) {
    root.append(svg("line", {class: "grid", x1: place, x2: place, y1: frame.top, y2: frame.bottom}));
  }
  for (const tick of frame.axis.ticks) {
    const y = frame.y(tick);
    root.append(svg("line", {class: "grid", x1: frame.left, x2: frame.right, y1: y, y2: y}),
      svg("text", {class: "tick-label", x: frame.left - 7, y: y + 4, "text-anchor": "end"}, frame.axis.label(tick)));
  }
  const middle = (frame.top + frame.bottom) / 2;
  if (panel.y.label) {
    root.append(svg("text", {class: "axis-label", transform: `translate(12,${middle}) rotate(-90)`, "text-anchor": "middle"},
      cutText(panel.y.label, frame.bottom - frame.top + 2 * PANEL_GAP)));
  }
}

function drawTop(root, plot, layout) {
  const {frames: [first], vertical, topScale} = layout;
  for (const label of vertical.labels) {
    const y = first.top - 6 - label.row * 15;
    root.append(svg("line", {class: "reference", x1: label.at, x2: label.at, y1: y + 3, y2: first.top}),
      svg("text", {class: "tick-label", x: label.center, y, "text-anchor": "middle"}, label.text));
  }
  if (topScale === 0) return;
  const y = first.top - vertical.rows * 15 - 4;
  const axis = {scale: layout.x.scale, ticks: plot.top_ticks.map((tick) => tick.at),
    label: (place) => plot.top_ticks.find((tick) => tick.at === place).label};
  for (const {at: place, text} of roomyTicks(axis, 14)) {
    root.append(svg("text", {class: "tick-label", x: place, y: y - 3, "text-anchor": "middle"}, text));
  }
  root.append(svg("text", {class: "tick-label", x: (layout.left + layout.right) / 2, y: y - 20, "text-anchor": "middle"},
    plot.top_label));
}

function drawXyPlot(plot, width, canvas) {
  const layout = xyLayout(plot, width);
  const root = plotRoot(layout.total, layout.height);
  const xTicks = roomyTicks(layout.x);
  plot.panels.forEach((panel, index) => {
    const frame = layout.frames[index];
    const clip = uniqueId("clip");
    root.append(svg("clipPath", {id: clip}, svg("rect", {x: frame.left - 5, y: frame.top - 5,
      width: frame.right - frame.left + 10, height: frame.bottom - frame.top + 10})));
    drawPanelAxes(root, panel, frame, xTicks);
    const marks = svg("g", {"clip-path": `url(#${clip})`});
    panel.lines.forEach((line) => drawReference(marks, line, frame));
    const order = d3.range(panel.series.length)
      .sort((a, b) => drawingRank(panel.series[a]) - drawingRank(panel.series[b]) || a - b);
    for (const i of order) marks.append(drawSeries(panel.series[i], seriesLook(panel, i), frame.x, frame.y));
    root.append(marks, svg("line", {class: "axis-line", x1: frame.left, x2: frame.left, y1: frame.top, y2: frame.bottom}));
    drawEndLabels(root, panel, frame, layout.labelRoom);
  });
  const last = layout.frames[layout.frames.length - 1];
  for (const frame of layout.frames.slice(0, -1)) {
    root.append(svg("line", {class: "axis-line", x1: frame.left, x2: frame.right, y1: frame.bottom, y2: frame.bottom}));
  }
  drawBottomAxis(root, layout.x, layout.left, layout.right, last.bottom, plot.x.label);
  drawTop(root, plot, layout);
  addReadout(root, canvas, plot, layout);
  return root;
}

function drawingRank(series) {
  if (series.mark === "band" || series.mark === "bars") return 0;
  if (series.muted) return 1;
  return series.mark === "points" ? 3 : 2;
}

// One table for each panel: a line for each point of each series.
function xyTables(plot) {
  return plot.panels.map((panel) => {
    const rows = panel.series.flatMap((series) => d3.range(pointCount(series)).map((i) => [series, i]));
    const column = (name, format, pick) => ({name, format, numeric: true, values: rows.map(([series, i]) => pick(series, i))});
    const named = [...new Set(panel.series.map((series) => series.label_name).filter((name) => name))];
    const columns = [
      {name: "Series", format: null, numeric: false, values: rows.map(([series]) => series.name || panel.y.label)},
      column(plot.x.label || "x", plot.x.format, (series, i) => series.x[i]),
      column("to", plot.x.format, (series, i) => at(series.x_end, i)),
      column(panel.y.label || "y", panel.y.format, (series, i) => at(series.y, i)),
      column("low", panel.y.format, (series, i) => at(series.low, i)),
      column("high", panel.y.format, (series, i) => at(series.high, i)),
      ...named.map((name) => column(name, ["general", 4], (series, i) => (series.label_name === name ? at(series.label, i) : null))),
    ];
    const used = columns.filter((one, index) => index < 2 || one.values.some((value) => value !== null && value !== undefined));
    return {title: "", note: "", columns: used, sortable: true, searchable: false, rows_at_first: 200};
  });
}
