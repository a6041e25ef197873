// Numbers as people read them. A number is null where it is missing.

const MISSING = "\u2013";
const SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const withMinus = (text) => text.replace(/-/g, "\u2212");

function superscript(exponent) {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]);
  return exponent < 0 ? `\u207b${digits}` : digits;
}

function powerOfTen(value, digits) {
  const [mantissa, exponent] = value.toExponential(Math.max(0, digits - 1)).split("e");
  return `${withMinus(String(Number(mantissa)))}\u00d710${superscript(Number(exponent))}`;
}

function general(value, digits) {
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 1e9 || size < 1e-4) return powerOfTen(value, digits);
  if (size >= 10 ** digits) return withMinus(d3.format(",.0f")(value));
  return withMinus(d3.format(`,.${digits}~r`)(value));
}

function formatNumber(value, format) {
  if (!isNumber(value)) return MISSING;
  const [style, digits] = format || ["general", 3];
  switch (style) {
    case "fixed":
      return withMinus(d3.format(`,.${digits}f`)(value));
    case "percent":
      return `${withMinus(d3.format(`,.${digits}f`)(100 * value))}\u2009%`;
    case "integer":
      return withMinus(d3.format(",.0f")(value));
    case "p_value":
      return value < 0.001 ? "<0.001" : general(value, 2);
    default:
      return general(value, digits);
  }
}

function formatInterval(low, high, format) {
  if (!isNumber(low) && !isNumber(high)) return "";
  const joint = (isNumber(low) && low < 0) || (isNumber(high) && high < 0) ? " to " : "\u2013";
  const bare = (value) => (format && format[0] === "percent" ? formatNumber(value, format).replace("\u2009%", "") :
    formatNumber(value, format));
  return `${isNumber(low) ? bare(low) : "?"}${joint}${isNumber(high) ? bare(high) : "?"}`;
}

// What a cell says: null (missing), a number, a text or an estimate [value, low, high].
function cellText(value, format) {
  if (value === null || value === undefined) return MISSING;
  if (typeof value === "string") return value;
  if (Array.isArray(value)) {
    const interval = formatInterval(value[1], value[2], format);
    if (!isNumber(value[0]) && interval) return interval;
    return formatNumber(value[0], format) + (interval ? ` (${interval})` : "");
  }
  return formatNumber(value, format);
}

// The same as nodes: a missing value says so, an interval stands back.
function cellNodes(value, format) {
  const missing = value === null || value === undefined || (Array.isArray(value) && !value.some(isNumber));
  if (missing) {
    return [el("span", {class: "missing", title: "not available"}, el("span", {"aria-hidden": "true"}, MISSING),
      el("span", {class: "visually-hidden"}, "not available"))];
  }
  if (!Array.isArray(value) || !isNumber(value[0])) return [cellText(value, format)];
  const interval = formatInterval(value[1], value[2], format);
  return [formatNumber(value[0], format), interval ? el("span", {class: "interval"}, ` (${interval})`) : null];
}

// Labels for the ticks of an axis: as many decimals as their steps need.
function tickFormat(ticks, format) {
  const scale = format && format[0] === "percent" ? 100 : 1;
  const unit = scale === 100 ? "\u2009%" : "";
  const steps = d3.pairs(ticks.map((tick) => tick * scale)).map(([a, b]) => Math.abs(b - a)).filter((step) => step > 0);
  const largest = d3.max(ticks, (tick) => Math.abs(tick * scale)) || 0;
  const step = d3.min(steps) || largest || 1;
  if (largest >= 1e7 || step < 1e-4) return (tick) => (tick === 0 ? "0" : powerOfTen(tick * scale, 2)) + unit;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return (tick) => withMinus(d3.format(`,.${decimals}f`)(tick * scale)) + unit;
}

// Decimals as far as they can be read at a glance, else powers of ten for the whole axis.
function logTickFormat(ticks) {
  const [low, high] = d3.extent(ticks);
  if (low >= 1e-5 * 0.99 && high < 1e6) return (tick) => d3.format(",.6~f")(tick);
  return (tick) => {
    const [mantissa, exponent] = tick.toExponential(0).split("e");
    return `${mantissa === "1" ? "" : `${mantissa}\u00b7`}10${superscript(Number(exponent))}`;
  };
}
