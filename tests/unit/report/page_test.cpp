#include "varisk/report/page.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <regex>
#include <string>

#include "page_assets.hpp"
#include "page_text.hpp"
#include "varisk/core/error.hpp"

namespace varisk::report {
namespace {

using io::Json;
using testing::HasSubstr;
using testing::Not;

const std::string attack = "</script><script>alert(1)</script><!-- \"'& <img src=x onerror=alert(1)>";

/// The only block of the only section, as JSON.
Json block_json(Block block) {
  Page page;
  page.sections.push_back({"one", "One", {}, {}, {std::move(block)}});
  return page_json(page)["sections"][0]["blocks"][0];
}

std::string between(const std::string& text, const std::string& start, const std::string& end) {
  const std::size_t from = text.find(start) + start.size();
  return text.substr(from, text.find(end, from) - from);
}

TEST(EscapeHtml, MarkupBecomesText) {
  EXPECT_EQ(escape_html("a<b>&\"'c"), "a&lt;b&gt;&amp;&quot;&#39;c");
  EXPECT_EQ(escape_html("\u03bb \u2028"), "\u03bb \u2028");
}

TEST(EscapeHtml, WhatIsNotTextIsReplaced) {
  EXPECT_EQ(escape_html(std::string_view("a\0b", 3)), "a\ufffdb");
  EXPECT_EQ(escape_html("a\xff\x01"), "a\ufffd\ufffd");
}

TEST(JsonForHtml, NothingInItEndsOrOpensAnElement) {
  const std::string text = json_for_html(Json{{attack, attack}});
  EXPECT_EQ(text.find_first_of("<>&"), std::string::npos) << text;
  EXPECT_EQ(Json::parse(text), (Json{{attack, attack}}));
}

TEST(JsonForHtml, LineSeparatorsAndOtherLettersAreAscii) {
  const std::string text = json_for_html(Json("\u2028\u2029\u03bb"));
  EXPECT_EQ(text, "\"\\u2028\\u2029\\u03bb\"");
  EXPECT_EQ(json_for_html(Json(std::string("a\xff"))), "\"a\\ufffd\"");
}

TEST(PageJson, MissingAndWhatIsNotFiniteIsNull) {
  const double infinity = std::numeric_limits<double>::infinity();
  Table table;
  table.columns = {{"a", {}, true, {}}, {"b", {}, true, {}}};
  table.rows = {{std::monostate(), infinity}, {std::nan(""), Estimate{1.5, {}, -infinity}}};
  const Json json = block_json(table);
  EXPECT_EQ(json["columns"][0]["values"], Json::parse("[null,null]"));
  EXPECT_EQ(json["columns"][1]["values"], Json::parse("[null,[1.5,null,null]]"));
}

TEST(PageJson, ATableIsKeptColumnByColumnInFullPrecision) {
  Table table;
  table.title = "T";
  table.columns = {{"name", {}, false, "of it"}, {"value", {NumberStyle::percent, 1}, true, {}}};
  table.rows = {{std::string("x"), 1.0 / 3}, {std::string("y"), std::int64_t{7}}};
  table.row_formats = {{NumberStyle::fixed, 2}, {NumberStyle::integer, 0}};
  const Json json = block_json(table);
  EXPECT_EQ(json["type"], "table");
  EXPECT_EQ(json["columns"][0]["values"], Json::parse(R"(["x","y"])"));
  EXPECT_EQ(json["columns"][1]["values"][0].get<double>(), 1.0 / 3);
  EXPECT_EQ(json["columns"][1]["format"], Json::parse(R"(["percent",1])"));
  EXPECT_EQ(json["row_formats"], Json::parse(R"([["fixed",2],["integer",0]])"));
}

TEST(PageJson, TablesThatDoNotFitAreRefused) {
  Table table;
  table.columns = {{"a", {}, true, {}}};
  table.rows = {{1.0, 2.0}};
  EXPECT_THROW(block_json(table), InternalError);
  table.rows = {{1.0}};
  table.row_formats.resize(2);
  EXPECT_THROW(block_json(table), InternalError);
}

TEST(PageJson, MatricesAndRowPlotsThatDoNotFitAreRefused) {
  MatrixPlot matrix;
  matrix.rows = {"a", "b"};
  matrix.columns = {"c"};
  matrix.values = {{1.0}};
  EXPECT_THROW(block_json(matrix), InternalError);
  matrix.values.push_back({std::nullopt});
  EXPECT_EQ(block_json(matrix)["values"], Json::parse("[[1.0],[null]]"));
  RowPlot rows;
  rows.rows = {{"a", {}, {}, {1.0}}};
  EXPECT_THROW(block_json(rows), InternalError);
  EXPECT_THROW(block_json(XyPlot()), InternalError);
}

TEST(PageJson, APlotLeavesOutWhatNoPointHas) {
  XyPlot plot;
  plot.panels.push_back({});
  Series& series = plot.panels[0].series.emplace_back();
  series.mark = Mark::step;
  series.points = {{1, 2.0, {}, {}, {}, {}}, {3, std::nullopt, 0.5, {}, {}, {}}};
  const Json json = block_json(plot)["panels"][0]["series"][0];
  EXPECT_EQ(json["mark"], "step");
  EXPECT_EQ(json["x"], Json::parse("[1.0,3.0]"));
  EXPECT_EQ(json["y"], Json::parse("[2.0,null]"));
  EXPECT_EQ(json["low"], Json::parse("[null,0.5]"));
  EXPECT_FALSE(json.contains("high"));
  EXPECT_FALSE(json.contains("x_end"));
}

TEST(PageJson, BlocksHoldBlocks) {
  const Json json =
      block_json(Details{"More", {Block(Columns{{Block(Paragraph{"p"}), Block(BulletList{{"a"}})}})}, true});
  EXPECT_EQ(json["type"], "details");
  EXPECT_EQ(json["open"], true);
  EXPECT_EQ(json["blocks"][0]["blocks"][0]["text"], "p");
  EXPECT_EQ(json["blocks"][0]["blocks"][1]["items"], Json::parse(R"(["a"])"));
}

TEST(PageJson, FactsAndFiguresKeepTheirNotesAndOpenOnes) {
  const Json facts = block_json(Facts{{{"n", std::monostate(), {}, "note", true}}});
  EXPECT_EQ(facts["facts"][0],
            Json::parse(R"({"name":"n","value":null,"format":["general",3],"note":"note","open":true})"));
  EXPECT_EQ(block_json(KeyFigures{{{"n", Estimate{1.0, 0.5, 2.0}, {}, {}, false}}})["figures"][0]["value"],
            Json::parse("[1.0,0.5,2.0]"));
}

TEST(PageJson, ErrorsComeBeforeWarningsAndThoseBeforeNotes) {
  Page page;
  page.notices = {
      {Severity::info, "1", {}}, {Severity::warning, "2", {}}, {Severity::error, "3", {}}, {Severity::error, "4", {}}};
  std::string order;
  const Json json = page_json(page);
  for (const Json& notice : json["notices"]) order += notice["title"].get<std::string>();
  EXPECT_EQ(order, "3421");
}

TEST(PageJson, SectionsNeedAnIdOfTheirOwnThatIsAnAnchor) {
  Page page;
  page.sections = {{"a", {}, {}, {}, {}}, {"a", {}, {}, {}, {}}};
  EXPECT_THROW(page_json(page), InternalError);
  page.sections[1].id = "a b";
  EXPECT_THROW(page_json(page), InternalError);
  page.sections[1].id = "";
  EXPECT_THROW(page_json(page), InternalError);
  page.sections[1].id = "a-2";
  EXPECT_EQ(page_json(page)["sections"].size(), 2);
}

TEST(WritePage, TextsFromOutsideAreNeitherMarkupNorScript) {
  Page page;
  page.title = attack;
  page.sections.push_back({"one", attack, attack, {attack}, {Paragraph{attack}}});
  const std::string html = write_page(page);
  EXPECT_THAT(html, Not(HasSubstr("alert(1)</script>")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_EQ(between(html, "<title>", "</title>"), escape_html(attack));
  EXPECT_EQ(Json::parse(between(html, "id=\"page-data\">", "</script>")), page_json(page));
}

TEST(WritePage, OnlyTheScriptsAndTheStyleInItAreAllowed) {
  const std::string html = write_page({});
  const std::string policy = between(html, "Content-Security-Policy\" content=\"", "\"");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  for (const auto hash :
       {page_assets::page_script_sha256(), page_assets::library_script_sha256(), page_assets::style_sha256()}) {
    EXPECT_EQ(hash.size(), 44);
    EXPECT_THAT(policy, HasSubstr("'sha256-" + std::string(hash) + "'"));
  }
  std::size_t scripts = 0;
  for (std::size_t at = html.find("<script>"); at != std::string::npos; at = html.find("<script>", at + 1)) ++scripts;
  EXPECT_EQ(scripts, 2);
}

TEST(WritePage, NothingIsLoadedFromElsewhere) {
  const std::string html = write_page({});
  EXPECT_FALSE(std::regex_search(html.substr(0, 20000), std::regex("(src|href)=\"(?!data:,|#)")));
  EXPECT_THAT(html, HasSubstr("<noscript>"));
  EXPECT_LT(html.size(), 450000);
}

TEST(WritePage, TheLicenceOfTheLibraryIsInThePage) {
  const std::string html = write_page({});
  const std::string licence = between(html, "<template id=\"library-licence\">", "</template>");
  EXPECT_THAT(licence, HasSubstr("Mike Bostock"));
  EXPECT_THAT(licence, HasSubstr("THIS SOFTWARE IS PROVIDED"));
}

TEST(WritePage, TheSamePageIsTheSameBytes) {
  Page page;
  page.sections.push_back({"one", "One", {}, {}, {Paragraph{"p"}}});
  EXPECT_EQ(write_page(page), write_page(page));
}

}  // namespace
}  // namespace varisk::report
