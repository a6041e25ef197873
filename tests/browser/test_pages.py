"""The pages of varisk in Chromium: sample pages with made-up results and texts that mean harm (sample_results.hpp)."""

import re
import unittest

from browser import BrowserCase

PAGES = ("card.html", "card_multinomial.html", "card_gaussian.html", "evaluation.html")
CARD_SECTIONS = ["summary", "use", "data", "cleaning", "features", "fit", "coefficients", "performance", "discrimination",
                 "calibration", "decision", "classes", "subgroups", "performance-2", "discrimination-2", "calibration-2",
                 "decision-2", "classes-2", "software", "items"]

# Contrast of each text with what lies behind it (WCAG 2.1, 1.4.3); no background is see-through but `transparent` ones.
CONTRASTS = """
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const behind = (node) => {
  for (let at = node; at; at = at.parentElement) {
    const colour = parse(getComputedStyle(at).backgroundColor);
    if (colour.length === 3 || colour[3] > 0) return colour;
  }
  return parse(getComputedStyle(document.documentElement).getPropertyValue('--background').trim() === '#ffffff' ?
    'rgb(255,255,255)' : 'rgb(20,24,29)');
};
const found = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode.parentElement;
  if (!walker.currentNode.textContent.trim() || !node.checkVisibility() || node.closest('script, style, template, noscript')) continue;
  const style = getComputedStyle(node);
  const colour = parse(node.closest('svg') ? style.fill : style.color);
  const [a, b] = [luminance(colour), luminance(behind(node))].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  if (ratio < 4.5) found.push([ratio.toFixed(2), node.tagName, node.getAttribute('class'), walker.currentNode.textContent.slice(0, 40)]);
}
return found;
"""

# Texts of one plot that lie on each other, and those that stick out of it.
OVERLAPS = """
const found = [];
for (const plot of document.querySelectorAll('.plot-canvas svg')) {
  const frame = plot.getBoundingClientRect();
  const texts = [...plot.querySelectorAll('text')].filter((text) => text.textContent)
    .map((text) => [text.textContent, text.getBoundingClientRect()]);
  texts.forEach(([a, one], i) => {
    if (one.left < frame.left - 2 || one.right > frame.right + 2 || one.bottom > frame.bottom + 2) found.push(['outside', a]);
    for (const [b, other] of texts.slice(i + 1)) {
      const x = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const y = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (x > 1 && y > 4) found.push([a, b]);
    }
  });
}
return found;
"""


class PageTests(BrowserCase):
    def test_pages_open_without_errors_and_ask_for_nothing(self):
        for page in PAGES:
            for dark in (False, True):
                with self.subTest(page=page, dark=dark):
                    self.open(page, dark=dark)
                    self.assertEqual(self.console(), [])
                    self.assertEqual(self.requests(), [])

    def test_the_policy_forbids_what_is_not_in_the_file(self):
        self.open("card.html")
        self.js("const script = document.createElement('script'); script.textContent = 'window.harmed = 3'; document.body.append(script);")
        self.js("const image = new Image(); image.src = 'http://localhost:9/x.png'; document.body.append(image);")
        self.js("document.body.insertAdjacentHTML('beforeend', '<p onclick=\"window.harmed = 4\" id=bait>x</p>'); document.getElementById('bait').click();")
        self.assertIsNone(self.js("return window.harmed ?? null"))
        self.assertTrue(any("Content Security Policy" in line for line in self.console()))

    def test_texts_that_mean_harm_are_shown_as_texts(self):
        for page in PAGES:
            with self.subTest(page=page):
                self.open(page)
                self.js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
                self.assertIsNone(self.js("return window.harmed ?? null"))
                self.assertEqual(self.js("return document.querySelectorAll('img, iframe, object, embed, link:not([rel=icon])').length"), 0)
                self.assertEqual(self.js("return document.scripts.length"), 3)
        self.open("card.html")
        self.assertIn("<img src=x onerror=window.harmed=2>", self.js("return document.querySelector('.notice.error').textContent"))

    def test_sections_and_plots_are_there(self):
        self.open("card.html")
        self.assertEqual(self.js("return [...document.querySelectorAll('section')].map((section) => section.id)"), CARD_SECTIONS)
        titles = self.js("return [...document.querySelectorAll('.plot-title')].map((title) => title.textContent)")
        for title in ("Coefficient path", "Cross-validation", "ROC curve", "Precision and recall", "Calibration", "Decision curve",
                      "AUC by subgroup", "Largest coefficients per standard deviation", "Threshold 0.1"):
            self.assertIn(title, titles)
        self.assertEqual(self.js("return [...document.querySelectorAll('.plot-canvas')].filter((canvas) => canvas.checkVisibility()"
                                 " && canvas.querySelectorAll('svg *').length < 10).length"), 0)
        self.assertEqual(self.js("return document.querySelectorAll('#fit .line').length"), 14)
        self.assertNotRegex(self.js("return document.getElementById('page').innerHTML"), r"NaN|undefined|\[object")

    def test_warnings_stand_before_everything_else(self):
        self.open("card.html")
        kinds = self.js("return [...document.querySelectorAll('.page-header .notice')].map((one) => one.classList[2])")
        self.assertEqual(kinds, ["error", "warning", "info"])

    def test_a_table_is_sorted_by_keyboard(self):
        self.open("card.html")
        column = "return [...document.querySelectorAll('#cleaning tbody tr')].map((row) => row.children[3].textContent)"
        self.assertEqual(self.js(column), ["20", "796", "127", "0", "580", "11,990"])
        self.js("document.querySelectorAll('#cleaning th button')[2].focus()")
        self.press("Tab")
        self.assertEqual(self.js("return document.activeElement.textContent"), "Missing")
        self.press("Enter")
        self.assertEqual(self.js(column), ["0", "20", "127", "580", "796", "11,990"])
        self.assertEqual(self.js("return document.activeElement.closest('th').getAttribute('aria-sort')"), "ascending")
        self.press("Enter")
        self.assertEqual(self.js(column), ["11,990", "796", "580", "127", "20", "0"])
        self.assertEqual(self.js("return document.getElementById('page-status').textContent"), "Sorted by Missing, descending")

    def test_missing_values_are_last_in_both_directions(self):
        self.open("card.html")
        column = "return [...document.querySelectorAll('#subgroups .table-block tbody tr')].map((row) => row.children[4].textContent)"
        for direction in ("ascending", "descending"):
            self.js("document.querySelectorAll('#subgroups .table-block th button')[4].click()")
            values = self.js(column)
            self.assertTrue(all("not available" in value for value in values[-2:]), (direction, values))
            numbers = [float(value.split()[0]) for value in values[:-2]]
            self.assertEqual(numbers, sorted(numbers, reverse=direction == "descending"))

    def test_a_search_leaves_the_rows_with_the_text(self):
        self.open("card.html")
        self.js("document.querySelector('#items details').open = true")
        self.js("const field = document.querySelector('#items input[type=search]'); field.value = 'calibration';"
                "field.dispatchEvent(new Event('input'))")
        rows = self.js("return [...document.querySelectorAll('#items tbody tr')].map((row) => row.textContent)")
        self.assertTrue(0 < len(rows) < 10)
        self.assertTrue(all("alibration" in row for row in rows))

    def test_each_plot_has_a_name_and_its_data_as_a_table(self):
        self.open("evaluation.html")
        self.js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        self.wait("return [...document.querySelectorAll('.plot')].every((plot) => plot.querySelector('.plot-data table'))")
        plots = self.js("return [...document.querySelectorAll('.plot')].map((plot) => {"
                        "const image = plot.querySelector('svg[role=img]');"
                        "return [document.getElementById(image.getAttribute('aria-labelledby')).textContent,"
                        "plot.querySelectorAll('.plot-data tbody tr').length]; })")
        self.assertGreater(len(plots), 7)
        self.assertTrue(all(name and rows > 1 for name, rows in plots), plots)

    def test_points_are_read_off_by_arrow_keys(self):
        self.open("evaluation.html")
        self.js("document.querySelector('#discrimination svg[role=img]').focus()")
        self.press("ArrowRight")
        self.press("ArrowRight")
        tip = self.js("return document.querySelector('.tooltip').textContent")
        self.assertRegex(tip, r"Model \(AUC 0\.\d+.*1 \u2212 specificity: 0\.\d+Sensitivity: 0\.\d+Threshold: 0\.\d+")
        self.assertIn("Sensitivity: 0.", self.js("return document.getElementById('page-status').textContent"))
        self.press("ArrowDown")
        self.assertIn("Clinical model", self.js("return document.querySelector('.tooltip').textContent"))
        self.press("Escape")
        self.assertEqual(self.js("return document.querySelectorAll('.tooltip').length"), 0)

    def test_points_are_read_off_by_pointer(self):
        self.open("evaluation.html")
        self.js("document.querySelector('#calibration').scrollIntoView({behavior: 'instant'})")
        x, y = self.js("const box = document.querySelector('#calibration .plot-canvas circle.point').getBoundingClientRect();"
                       "return [box.x + box.width / 2, box.y + box.height / 2]")
        self.cdp("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.assertRegex(self.js("return document.querySelector('.tooltip').textContent"), r"Samples: 400")

    def test_texts_have_contrast_in_light_and_dark(self):
        for page in ("card.html", "evaluation.html"):
            for dark in (False, True):
                with self.subTest(page=page, dark=dark):
                    self.open(page, dark=dark)
                    self.assertEqual(self.js(CONTRASTS), [])

    def test_dark_is_dark_without_drawing_again(self):
        colour = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
        self.open("card.html")
        light = self.js(colour, "body", "backgroundColor"), self.js(colour, "#fit .line", "stroke")
        self.open("card.html", dark=True)
        dark = self.js(colour, "body", "backgroundColor"), self.js(colour, "#fit .line", "stroke")
        self.assertEqual(light[0], "rgb(255, 255, 255)")
        self.assertEqual(dark[0], "rgb(20, 24, 29)")
        self.assertNotEqual(light[1], dark[1])

    def test_nothing_overlaps_or_sticks_out(self):
        for page in PAGES:
            for width in (1280, 820, 400):
                with self.subTest(page=page, width=width):
                    self.open(page, width=width)
                    self.assertEqual(self.js(OVERLAPS), [])
                    self.assertLessEqual(self.js("return document.documentElement.scrollWidth"), width)

    def test_plots_follow_the_width(self):
        self.open("card.html", width=1280)
        wide = self.js("return document.querySelector('#fit svg[role=img]').getBoundingClientRect().width")
        self.cdp("Emulation.setDeviceMetricsOverride", width=500, height=900, deviceScaleFactor=1, mobile=False)
        self.wait("return document.querySelector('#fit svg[role=img]').getBoundingClientRect().width < 480")
        self.assertGreater(wide, 800)

    def test_prints_on_a4_with_everything_open(self):
        self.open("card.html", dark=True)
        self.js("window.seen = null; window.addEventListener('beforeprint', () => { window.seen ="
                "[...document.querySelectorAll('.plot-canvas svg')].map((one) => one.getBoundingClientRect().width); })")
        pdf = self.print_to_pdf()
        pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
        self.assertTrue(8 <= pages <= 30, pages)
        widths = {tuple(map(float, box)) for box in re.findall(rb"/MediaBox\s*\[\s*[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)\s*\]", pdf)}
        for width, height in widths:
            self.assertAlmostEqual(width, 595, delta=1)
            self.assertAlmostEqual(height, 842, delta=1)
        self.assertLessEqual(max(self.js("return window.seen")), 680)
        self.assertEqual(self.js("return document.querySelectorAll('details.block[open]').length"), 0)
        self.cdp("Emulation.setEmulatedMedia", media="print")
        self.assertEqual(self.js("return getComputedStyle(document.querySelector('.contents')).display"), "none")
        self.assertEqual(self.js("return getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")

    def test_nothing_is_wider_than_the_paper(self):
        for page in PAGES:
            with self.subTest(page=page):
                self.open(page, width=680)
                self.cdp("Emulation.setEmulatedMedia", media="print")
                self.js("window.dispatchEvent(new Event('beforeprint'))")
                wide = self.js("return [...document.querySelectorAll('#page *')].filter((one) => one.getBoundingClientRect().right > 681)"
                               ".map((one) => [one.tagName, one.textContent.slice(0, 40)])")
                self.assertEqual(wide[:5], [])
                self.js("window.dispatchEvent(new Event('afterprint'))")

    def test_without_scripts_it_says_so(self):
        self.cdp("Emulation.setScriptExecutionDisabled", value=True)
        try:
            self.driver.get((self.folder / "card.html").as_uri())
            text = self.cdp("DOM.getOuterHTML", nodeId=self.cdp("DOM.getDocument")["root"]["nodeId"])["outerHTML"]
        finally:
            self.cdp("Emulation.setScriptExecutionDisabled", value=False)
        self.assertIn("<noscript><p>This page draws itself", text)

    def test_numbers_in_the_page_are_those_of_the_data(self):
        self.open("evaluation.html")
        shown = self.js("return [...document.querySelectorAll('#performance tbody tr')].map((row) => [...row.children].map((one) => one.textContent))")
        data = self.js("return JSON.parse(document.getElementById('page-data').textContent)")
        (table,) = [block for section in data["sections"] if section["id"] == "performance" for block in section["blocks"]]
        names, estimates = table["columns"][0]["values"], table["columns"][1]["values"]
        self.assertEqual(len(shown), len(names))
        for row, name, (value, low, high), (_, digits) in zip(shown, names, estimates, table["row_formats"]):
            self.assertEqual(row[0], name)
            if value is None:
                self.assertIn("not available", row[1])
                continue
            found = [float(number.replace("\u2212", "-")) for number in re.findall(r"\u2212?\d+\.\d+", row[1])]
            self.assertEqual(len(found), 3)
            for one, number in zip((value, low, high), found):
                self.assertAlmostEqual(one, number, delta=0.5000001 * 10 ** -digits)


if __name__ == "__main__":
    unittest.main()
