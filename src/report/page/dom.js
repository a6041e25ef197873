// Elements. Texts only ever become text nodes or attributes that hold no code, so nothing from the data is markup.

const SVG = "http://www.w3.org/2000/svg";
let idCount = 0;

function uniqueId(stem) {
  idCount += 1;
  return `${stem}-${idCount}`;
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== "") node.append(child);
  }
  return node;
}

function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

// Width of a text in pixels, in the font of the plots.
const textWidth = (() => {
  const ruler = document.createElement("canvas").getContext("2d");
  return (text, size = 12, weight = 400) => {
    ruler.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
    return ruler.measureText(text).width;
  };
})();

// The text, cut to a width in pixels.
function cutText(text, width, size = 12, weight = 400) {
  if (textWidth(text, size, weight) <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (textWidth(`${text.slice(0, middle)}\u2026`, size, weight) <= width) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}\u2026`;
}

// Says something to those who listen to the page.
function announce(text) {
  document.getElementById("page-status").textContent = text;
}
