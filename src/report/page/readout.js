// Reading points off a plot, by pointer or by the arrow keys.

function readoutTargets(plot, layout) {
  return plot.panels.flatMap((panel, p) => panel.series.flatMap((series, s) => {
    if (series.mark === "band") return [];
    const frame = layout.frames[p];
    return d3.range(pointCount(series)).filter((i) => isNumber(at(series.y, i))).map((i) => {
      const end = at(series.x_end, i);
      const x = isNumber(end) ? (frame.x(series.x[i]) + frame.x(end)) / 2 : frame.x(series.x[i]);
      return {panel, series, index: i, key: `${p}.${s}`, x, y: frame.y(series.y[i])};
    });
  }));
}

function readoutLines(plot, {panel, series, index}) {
  const lines = [];
  const x = formatNumber(series.x[index], plot.x.format);
  const end = at(series.x_end, index);
  lines.push(`${plot.x.label}: ${isNumber(end) ? `${x}\u2013${formatNumber(end, plot.x.format)}` : x}`);
  const value = [at(series.y, index), at(series.low, index), at(series.high, index)];
  lines.push(`${panel.y.label}: ${cellText(value, panel.y.format)}`);
  if (series.label_name && isNumber(at(series.label, index))) {
    lines.push(`${series.label_name}: ${formatNumber(series.label[index], ["general", 4])}`);
  }
  return lines;
}

function addReadout(root, canvas, plot, layout) {
  const targets = readoutTargets(plot, layout);
  if (targets.length === 0) return;
  let current = -1;
  const hide = () => {
    current = -1;
    canvas.querySelectorAll(".tooltip").forEach((old) => old.remove());
    root.querySelectorAll(".cursor").forEach((old) => old.remove());
  };
  const show = (number, aloud) => {
    if (number === current) return;
    hide();
    current = number;
    const target = targets[number];
    const lines = readoutLines(plot, target);
    root.append(svg("circle", {class: "cursor", cx: target.x, cy: target.y, r: 6}));
    const tip = el("div", {class: "tooltip"}, target.series.name ? el("strong", null, target.series.name) : null,
      lines.map((line) => el("span", null, line)));
    canvas.append(tip);
    const scale = root.getBoundingClientRect().width / layout.total || 1;
    const left = target.x * scale + 12 + tip.offsetWidth > canvas.clientWidth ? target.x * scale - tip.offsetWidth - 12 :
      target.x * scale + 12;
    tip.style.left = `${Math.max(0, left)}px`;
    tip.style.top = `${Math.max(0, target.y * scale - tip.offsetHeight - 10)}px`;
    if (aloud) announce([target.series.name, ...lines].filter((text) => text).join(", "));
  };
  root.addEventListener("pointermove", (event) => {
    const box = root.getBoundingClientRect();
    const scale = layout.total / box.width;
    const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    const distance = (target) => Math.hypot(target.x - x, target.y - y);
    const nearest = d3.scan(targets, (a, b) => distance(a) - distance(b));
    if (distance(targets[nearest]) < 40) show(nearest, false);
    else hide();
  });
  root.addEventListener("pointerleave", hide);
  root.addEventListener("blur", hide);
  root.setAttribute("tabindex", "0");
  root.addEventListener("keydown", (event) => {
    const next = readoutStep(targets, current, event.key);
    if (next === null) return;
    event.preventDefault();
    if (next < 0) hide();
    else show(next, true);
  });
}

// Left and right go along a series, up and down to the next one; null: not a key of ours.
function readoutStep(targets, current, key) {
  if (key === "Escape") return -1;
  const steps = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1};
  if (!(key in steps)) return null;
  if (current < 0) return 0;
  const here = targets[current];
  if (key === "ArrowRight" || key === "ArrowLeft") {
    const next = current + steps[key];
    return next >= 0 && next < targets.length && targets[next].key === here.key ? next : current;
  }
  const keys = [...new Set(targets.map((target) => target.key))];
  const wanted = keys[(keys.indexOf(here.key) + steps[key] + keys.length) % keys.length];
  const candidates = targets.map((target, index) => ({...target, number: index})).filter((target) => target.key === wanted);
  return candidates[d3.scan(candidates, (a, b) => Math.abs(a.x - here.x) - Math.abs(b.x - here.x))].number;
}
