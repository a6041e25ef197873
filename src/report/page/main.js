// The page from its data.

function contentsNode(sections) {
  const links = sections.map((section) => el("a", {href: `#${section.id}`}, section.title));
  return {links, node: el("nav", {class: "contents", "aria-labelledby": "contents-title"},
    el("div", {class: "contents-inner"}, el("h2", {id: "contents-title"}, "Contents"),
      el("ol", null, links.map((link) => el("li", null, link)))))};
}

// Marks the section that is being read.
function followReading(sections, links) {
  const visible = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) visible.add(entry.target.id);
      else visible.delete(entry.target.id);
    }
    const first = sections.findIndex((section) => visible.has(section.id));
    links.forEach((link, index) => fill(link, {"aria-current": index === first ? "true" : null}, []) &&
      (index === first || link.removeAttribute("aria-current")));
  }, {rootMargin: "-10% 0px -60% 0px"});
  for (const section of sections) observer.observe(document.getElementById(section.id));
}

function footerNode(page) {
  const licence = document.getElementById("library-licence").content.textContent;
  return el("footer", {class: "page-footer"}, page.footer.length > 0 ? factsNode({facts: page.footer}) : null,
    el("details", null, el("summary", null, "Licence of the plotting library in this page (D3)"), el("pre", null, licence)));
}

function headerNode(page) {
  return el("header", {class: "page-header"}, page.kind ? el("p", {class: "page-kind"}, page.kind) : null, el("h1", null, page.title),
    page.subtitle ? el("p", {class: "subtitle"}, page.subtitle) : null,
    page.notices.length > 0 ? el("div", {class: "notices", role: "region", "aria-label": "Notices"}, page.notices.map(noticeNode)) : null);
}

// Closed details are part of what is printed.
function preparePrinting() {
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.block:not([open])")];
    for (const details of opened) details.open = true;
    redrawForPrint();
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    redrawForScreen();
  });
}

function renderPage() {
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const contents = contentsNode(page.sections);
  const body = document.getElementById("page");
  body.replaceChildren(el("a", {class: "skip-link", href: "#content"}, "Skip to the content"),
    el("div", {class: "page"}, headerNode(page), contents.node,
      el("main", {id: "content", tabindex: -1}, page.sections.map(sectionNode)), footerNode(page)),
    el("div", {id: "page-status", class: "visually-hidden", role: "status"}));
  if (window.location.hash) {
    const target = document.getElementById(window.location.hash.slice(1));
    if (target) target.scrollIntoView();
  }
  followReading(page.sections, contents.links);
  preparePrinting();
  document.documentElement.dataset.ready = "true";
}

try {
  renderPage();
} catch (error) {
  document.getElementById("page").replaceChildren(el("p", {class: "page"}, `This page could not be drawn: ${error.message}`));
  throw error;
}
