// Forest plots and bar charts: one line for each row, its text beside it.

const ROW_HEIGHT = 25;
const HEADING_HEIGHT = 29;

// Rows and the headings of their groups, in order.
function rowLines(plot) {
  const lines = [];
  let group = null;
  plot.rows.forEach((row) => {
    if (row.group && row.group !== group) lines.push({heading: row.group});
    group = row.group;
    lines.push({row});
  });
  return lines;
}

function rowLayout(plot, width) {
  const narrow = width < 520;
  const texts = plot.rows.map((row) => cellText(row.estimate, plot.x.format));
  const valueWidth = (d3.max(texts, (text) => textWidth(text, 12)) || 0) + 14;
  const labels = [...plot.rows.map((row) => row.label), plot.label_name];
  const indent = plot.rows.some((row) => row.group) ? 12 : 0;
  const widest = (d3.max(labels, (label) => textWidth(label, 12)) || 0) + indent + 16;
  const labelWidth = narrow ? 0 : Math.min(widest, width * 0.34);
  let left = labelWidth;
  const columns = narrow ? [] : plot.columns.map((column, index) => {
    const cells = [column.name, ...plot.rows.map((row) => cellText(row.cells[index], column.format))];
    left += Math.min(d3.max(cells, (text) => textWidth(text, 12)) + 16, 120);
    return {column, index, right: left - 8};
  });
  const right = narrow ? width - 20 : width - valueWidth - 10;
  return {narrow, indent, labelWidth, columns, left: narrow ? 20 : left + 10, right, width,
    rowHeight: narrow ? ROW_HEIGHT + 16 : ROW_HEIGHT};
}

function rowScale(plot, layout) {
  const values = plot.rows.flatMap((row) => row.estimate);
  if (isNumber(plot.reference)) values.push(plot.reference);
  return makeScale(plot.x, values, [layout.left, layout.right], Math.max(2, Math.floor((layout.right - layout.left) / 70)));
}

function drawRowMark(root, plot, row, x, y) {
  const [value, low, high] = row.estimate;
  const inside = (number) => Math.min(Math.max(x(number), d3.min(x.range())), d3.max(x.range()));
  const positive = !plot.bars || value >= (plot.reference || 0);
  const group = svg("g", {class: positive ? "series-1" : "series-2"});
  if (plot.bars && isNumber(value)) {
    const [left, right] = d3.extent([inside(plot.reference || 0), inside(value)]);
    group.append(svg("rect", {class: "bar", x: left, y: y - 7, width: Math.max(right - left, 1), height: 14}));
  }
  if (isNumber(low) && isNumber(high)) {
    const [left, right] = [inside(low), inside(high)];
    group.append(svg("path", {class: "error-bar", d: `M${left},${y}H${right}M${left},${y - 4}v8M${right},${y - 4}v8`}));
  }
  if (!plot.bars && isNumber(value)) group.append(svg("rect", {class: "point", x: inside(value) - 4.5, y: y - 4.5, width: 9, height: 9}));
  root.append(group);
}

function drawRowTexts(root, plot, layout, row, top) {
  const y = layout.narrow ? top + 15 : top + ROW_HEIGHT / 2 + 4;
  const valueText = cellText(row.estimate, plot.x.format);
  const room = layout.narrow ? layout.width - textWidth(valueText) - 12 : layout.labelWidth - 12;
  const look = layout.narrow ? "halo" : null;
  root.append(svg("text", {class: look, x: layout.indent, y}, svg("title", null, row.label), cutText(row.label, room - layout.indent)),
    svg("text", {class: look, x: layout.width, y, "text-anchor": "end"}, valueText));
  for (const {column, index, right} of layout.columns) {
    root.append(svg("text", {class: "quiet", x: right, y, "text-anchor": "end"}, cutText(cellText(row.cells[index], column.format), 116)));
  }
}

function drawRowPlot(plot, width) {
  const layout = rowLayout(plot, width);
  const lines = rowLines(plot);
  const axis = rowScale(plot, layout);
  const head = layout.narrow ? 6 : 26;
  const bodyHeight = d3.sum(lines, (line) => (line.row ? layout.rowHeight : HEADING_HEIGHT));
  const bottom = head + bodyHeight;
  const referenceRow = plot.reference_label && isNumber(plot.reference) ? 16 : 0;
  const root = plotRoot(width, bottom + 46 + referenceRow);
  if (!layout.narrow) drawRowHead(root, plot, layout);
  for (const {at: place} of roomyTicks(axis)) root.append(svg("line", {class: "grid", x1: place, x2: place, y1: head, y2: bottom}));
  if (isNumber(plot.reference)) {
    const place = axis.scale(plot.reference);
    root.append(svg("line", {class: "reference", x1: place, x2: place, y1: head, y2: bottom}));
  }
  let top = head;
  for (const line of lines) {
    if (line.heading) {
      const heading = cutText(line.heading, layout.narrow ? width : layout.left - 10, 12, 600);
      root.append(svg("text", {class: "strong halo", x: 0, y: top + 19}, heading));
      top += HEADING_HEIGHT;
      continue;
    }
    drawRowTexts(root, plot, layout, line.row, top);
    drawRowMark(root, plot, line.row, axis.scale, layout.narrow ? top + 28 : top + ROW_HEIGHT / 2);
    top += layout.rowHeight;
  }
  drawBottomAxis(root, axis, layout.left, layout.right, bottom, plot.x.label);
  if (referenceRow > 0) {
    root.append(svg("text", {class: "tick-label", x: (layout.left + layout.right) / 2, y: bottom + 56, "text-anchor": "middle"},
      `dashed: ${plot.reference_label}`));
  }
  return root;
}

function drawRowHead(root, plot, layout) {
  const y = 15;
  root.append(svg("text", {class: "tick-label", x: 0, y}, plot.label_name));
  for (const {column, right} of layout.columns) {
    root.append(svg("text", {class: "tick-label", x: right, y, "text-anchor": "end"}, cutText(column.name, 116)));
  }
  const intervals = plot.rows.some((row) => isNumber(row.estimate[1]));
  root.append(svg("text", {class: "tick-label", x: layout.width, y, "text-anchor": "end"}, intervals ? "value (interval)" : "value"));
}

function rowTables(plot) {
  const column = (name, format, numeric, pick) => ({name, format, numeric, values: plot.rows.map(pick)});
  const groups = plot.rows.some((row) => row.group);
  return [{title: "", note: "", sortable: true, searchable: false, rows_at_first: 200, columns: [
    column(plot.label_name || "Row", null, false, (row) => row.label),
    ...(groups ? [column("Group", null, false, (row) => row.group)] : []),
    ...plot.columns.map((one, index) => column(one.name, one.format, one.numeric, (row) => row.cells[index])),
    column(plot.x.label || "Value", plot.x.format, true, (row) => row.estimate),
  ]}];
}
