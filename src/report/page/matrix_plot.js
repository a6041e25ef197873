// A matrix of values as coloured cells, such as a confusion matrix.

function matrixShares(plot) {
  const largest = d3.max(plot.values.flat().filter(isNumber)) || 1;
  return plot.values.map((row) => {
    const total = d3.sum(row.filter(isNumber));
    return row.map((value) => (isNumber(value) ? value / (plot.row_shares ? total || 1 : largest) : null));
  });
}

function drawMatrixPlot(plot, width) {
  const shares = matrixShares(plot);
  const labelRoom = Math.min((d3.max(plot.rows, (name) => textWidth(name)) || 0) + 34, width * 0.35);
  const cellWidth = Math.min((width - labelRoom - 2) / plot.columns.length, 120);
  const cellHeight = Math.min(Math.max(cellWidth * 0.6, 34), 64);
  const top = 42;
  const total = labelRoom + cellWidth * plot.columns.length + 2;
  const bottom = top + cellHeight * plot.rows.length;
  const root = plotRoot(total, bottom + 6);
  root.append(svg("text", {class: "axis-label", x: labelRoom + (total - labelRoom) / 2, y: 12, "text-anchor": "middle"}, plot.column_name),
    svg("text", {class: "axis-label", transform: `translate(12,${(top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle"},
      plot.row_name));
  plot.columns.forEach((name, column) => {
    root.append(svg("text", {class: "tick-label", x: labelRoom + cellWidth * (column + 0.5), y: top - 8, "text-anchor": "middle"},
      svg("title", null, name), cutText(name, cellWidth - 6, PLOT_FONT)));
  });
  plot.rows.forEach((name, row) => {
    const middle = top + cellHeight * (row + 0.5);
    root.append(svg("text", {class: "tick-label", x: labelRoom - 8, y: middle + 4, "text-anchor": "end"}, svg("title", null, name),
      cutText(name, labelRoom - 30, PLOT_FONT)));
    plot.columns.forEach((unused, column) => {
      drawCell(root, plot, {value: plot.values[row][column], share: shares[row][column], x: labelRoom + cellWidth * column,
        y: top + cellHeight * row, width: cellWidth, height: cellHeight});
    });
  });
  return root;
}

function drawCell(root, plot, cell) {
  const [center, middle] = [cell.x + cell.width / 2, cell.y + cell.height / 2];
  const withShare = plot.row_shares && isNumber(cell.share) && cell.width > 44;
  root.append(svg("rect", {class: "cell", x: cell.x, y: cell.y, width: cell.width, height: cell.height,
    "fill-opacity": isNumber(cell.share) ? (0.05 + 0.85 * Math.abs(cell.share)).toFixed(3) : 0}),
  svg("text", {class: "cell-value", x: center, y: middle + (withShare ? -1 : 5), "text-anchor": "middle"},
    formatNumber(cell.value, plot.format)));
  if (withShare) {
    root.append(svg("text", {x: center, y: middle + 15, "text-anchor": "middle"}, formatNumber(cell.share, ["percent", 1])));
  }
}

function matrixTables(plot) {
  const columns = [{name: plot.row_name, format: null, numeric: false, values: plot.rows}];
  plot.columns.forEach((name, column) => {
    columns.push({name: `${plot.column_name}: ${name}`, format: plot.format, numeric: true, values: plot.values.map((row) => row[column])});
  });
  return [{title: "", note: "", columns, sortable: true, searchable: false, rows_at_first: 0}];
}
