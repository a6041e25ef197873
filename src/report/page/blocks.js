// One function for each kind of block; what the data holds beyond that is said, not dropped.

const NOTICE_MARKS = {info: ["i", "Note"], warning: ["!", "Warning"], error: ["\u00d7", "Error"]};

function noticeNode({severity, title, text}) {
  const [mark, word] = NOTICE_MARKS[severity] || NOTICE_MARKS.info;
  return el("div", {class: `notice block ${severity}`, role: "note"}, el("span", {class: "notice-mark", "aria-hidden": "true"}, mark),
    el("p", {class: "notice-title"}, el("span", {class: "visually-hidden"}, `${word}: `), title || word),
    text ? el("p", null, text) : null);
}

function factValue(fact) {
  if (fact.open) return [el("span", {class: "open"}, "to be filled in"), fact.note ? el("span", {class: "note"}, ` ${fact.note}`) : null];
  return [...cellNodes(fact.value, fact.format), fact.note ? el("span", {class: "note"}, ` ${fact.note}`) : null];
}

function factsNode({facts}) {
  return el("dl", {class: "block facts"}, facts.flatMap((fact) => [el("dt", null, fact.name), el("dd", null, ...factValue(fact))]));
}

// A tile: the value large, its interval and note below.
function figureTile(fact) {
  const estimate = Array.isArray(fact.value);
  const interval = estimate ? formatInterval(fact.value[1], fact.value[2], fact.format) : "";
  const value = estimate ? [isNumber(fact.value[0]) ? fact.value[0] : null] : [fact.value];
  return el("div", {class: "figure-tile"}, el("dt", null, fact.name),
    el("dd", {class: "figure-value"}, ...(fact.open ? factValue({open: true}) : cellNodes(value[0], fact.format))),
    interval || fact.note ? el("dd", {class: "figure-note"}, [interval, fact.note].filter((text) => text).join(", ")) : null);
}

const BLOCKS = {
  paragraph: (block) => el("p", {class: "block"}, block.text),
  list: (block) => el("ul", {class: "block"}, block.items.map((item) => el("li", null, item))),
  facts: factsNode,
  figures: (block) => el("dl", {class: "block figures"}, block.figures.map(figureTile)),
  notice: noticeNode,
  table: (block) => new TableView(block).node,
  xy: (block) => plotFigure(block, xyLegend(block), (width, canvas) => drawXyPlot(block, width, canvas), () => xyTables(block)),
  rows: (block) => plotFigure(block, null, (width) => drawRowPlot(block, width), () => rowTables(block)),
  matrix: (block) => plotFigure(block, null, (width) => drawMatrixPlot(block, width), () => matrixTables(block)),
  details: (block) => el("details", {class: "block", open: block.open}, el("summary", null, block.title), block.blocks.map(blockNode)),
  columns: (block) => el("div", {class: "block columns"}, block.blocks.map(blockNode)),
};

function blockNode(block) {
  const make = BLOCKS[block.type];
  if (!make) throw new Error(`unknown block '${block.type}'`);
  return make(block);
}

function sectionNode(section) {
  const headingId = `${section.id}-title`;
  const head = el("div", {class: "section-head"}, el("h2", {id: headingId}, section.title),
    section.lead ? el("p", {class: "lead"}, section.lead) : null,
    section.tags.length > 0 ? el("ul", {class: "tags", "aria-label": "Answers these items of reporting guidelines"},
      section.tags.map((tag) => el("li", null, tag))) : null);
  return el("section", {id: section.id, "aria-labelledby": headingId}, head, section.blocks.map(blockNode));
}
