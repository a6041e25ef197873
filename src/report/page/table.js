// Tables: columns with their values, sorted by a heading, searched, long ones in part.

const LONG_WORD = /\S{25}/;
const STACKED_FROM = 4;  // columns with intervals, which then go below their values
const DENSE_FROM = 9;    // columns

// The number that a cell is sorted by, null if it is missing.
function sortKey(value, numeric) {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return isNumber(value[0]) ? value[0] : null;
  if (numeric) return isNumber(value) ? value : null;
  return String(value);
}

// Row numbers by one column; what is missing comes last in both directions, ties keep the order of the data.
function sortedRows(rows, column, descending) {
  const keys = column.values.map((value) => sortKey(value, column.numeric));
  const compare = new Intl.Collator("en", {numeric: true}).compare;
  const order = (a, b) => {
    if (keys[a] === null || keys[b] === null) return (keys[a] === null) - (keys[b] === null) || a - b;
    const both = typeof keys[a] === "number" && typeof keys[b] === "number";
    const difference = both ? keys[a] - keys[b] : compare(String(keys[a]), String(keys[b]));
    return (descending ? -difference : difference) || a - b;
  };
  return [...rows].sort(order);
}

class TableView {
  constructor(table) {
    this.table = table;
    this.count = table.columns.length > 0 ? table.columns[0].values.length : 0;
    this.sorting = null;  // {column, descending}
    this.filter = "";
    this.limit = table.rows_at_first || this.count;
    this.body = el("tbody");
    this.more = el("button", {type: "button", class: "plain-button table-more"});
    this.more.addEventListener("click", () => {
      this.limit = this.count;
      this.update();
    });
    this.node = this.build();
    this.update();
  }

  build() {
    const {title, note} = this.table;
    const captionId = uniqueId("table");
    this.headings = this.table.columns.map((column, index) => this.heading(column, index));
    const estimates = this.table.columns.filter((column) => column.values.some(Array.isArray)).length;
    const looks = [estimates >= STACKED_FROM ? "stacked" : "", estimates > 1 ? "several-intervals" : "",
      this.table.columns.length >= DENSE_FROM ? "dense" : ""].filter((look) => look).join(" ");
    const name = title ? {"aria-labelledby": captionId} : {"aria-label": "Table"};
    const table = el("table", {class: looks || null, ...name},
      el("thead", null, el("tr", null, this.headings)), this.body);
    const frame = el("div", {class: "table-frame"}, table);
    keepReachable(frame, title || "Table");
    return el("div", {class: "block table-block"}, title ? el("p", {class: "table-title", id: captionId}, title) : null,
      this.table.searchable ? this.tools() : null, frame, this.more, note ? el("p", {class: "table-note"}, note) : null);
  }

  tools() {
    const id = uniqueId("search");
    this.found = el("span", {role: "status"});
    const input = el("input", {type: "search", id, autocomplete: "off"});
    input.addEventListener("input", () => {
      this.filter = input.value.trim().toLowerCase();
      this.update();
    });
    return el("div", {class: "table-tools"}, el("label", {for: id}, "Search"), input, this.found);
  }

  heading(column, index) {
    const heading = el("th", {scope: "col", class: column.numeric ? "number" : null, title: column.description || null});
    if (!this.table.sortable || this.count < 2) {
      heading.append(column.name);
      return heading;
    }
    const button = el("button", {type: "button"}, el("span", null, column.name));
    button.addEventListener("click", () => this.sortBy(index));
    heading.append(button);
    return heading;
  }

  sortBy(index) {
    const same = this.sorting !== null && this.sorting.column === index;
    this.sorting = {column: index, descending: same ? !this.sorting.descending : false};
    this.headings.forEach((heading, other) => heading.removeAttribute("aria-sort") ||
      (other === index && heading.setAttribute("aria-sort", this.sorting.descending ? "descending" : "ascending")));
    this.update();
    announce(`Sorted by ${this.table.columns[index].name}, ${this.sorting.descending ? "descending" : "ascending"}`);
  }

  matches(row) {
    return this.table.columns.some((column) => {
      const value = column.values[row];
      return value !== null && cellText(value, this.format(column, row)).toLowerCase().includes(this.filter);
    });
  }

  format(column, row) {
    const formats = this.table.row_formats;
    return formats && formats.length > 0 ? formats[row] : column.format;
  }

  update() {
    let rows = d3.range(this.count);
    if (this.filter) rows = rows.filter((row) => this.matches(row));
    if (this.sorting) rows = sortedRows(rows, this.table.columns[this.sorting.column], this.sorting.descending);
    const shown = rows.slice(0, this.limit);
    this.body.replaceChildren(...shown.map((row) => this.row(row)));
    this.more.hidden = shown.length === rows.length;
    this.more.textContent = `Show all ${formatNumber(rows.length, ["integer", 0])} rows`;
    if (this.found) this.found.textContent = this.filter ? `${rows.length} of ${this.count} rows` : "";
  }

  row(row) {
    return el("tr", null, this.table.columns.map((column, index) => {
      const first = index === 0 && !column.numeric;
      const value = column.values[row];
      const kind = column.numeric ? "number" : (LONG_WORD.test(value) && "long") || null;
      return el(first ? "th" : "td", {class: kind, scope: first ? "row" : null}, ...cellNodes(value, this.format(column, row)));
    }));
  }
}

// What scrolls sideways can be scrolled by keyboard.
function keepReachable(frame, name) {
  new ResizeObserver(() => {
    const scrolls = frame.scrollWidth > frame.clientWidth + 1 || frame.scrollHeight > frame.clientHeight + 1;
    if (scrolls) fill(frame, {tabindex: 0, role: "region", "aria-label": name}, []);
    else ["tabindex", "role", "aria-label"].forEach((attribute) => frame.removeAttribute(attribute));
  }).observe(frame);
}
