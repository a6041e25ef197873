#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <type_traits>

#include "varisk/core/error.hpp"
#include "varisk/report/page.hpp"

namespace varisk::report {
namespace {

using io::Json;

std::string_view to_string(NumberStyle style) {
  switch (style) {
    case NumberStyle::general: return "general";
    case NumberStyle::fixed: return "fixed";
    case NumberStyle::percent: return "percent";
    case NumberStyle::integer: return "integer";
    case NumberStyle::p_value: return "p_value";
  }
  throw InternalError("unknown number style");
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::info: return "info";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
  }
  throw InternalError("unknown severity");
}

std::string_view to_string(Mark mark) {
  switch (mark) {
    case Mark::line: return "line";
    case Mark::step: return "step";
    case Mark::points: return "points";
    case Mark::bars: return "bars";
    case Mark::band: return "band";
  }
  throw InternalError("unknown mark");
}

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::vertical: return "vertical";
    case Direction::horizontal: return "horizontal";
    case Direction::diagonal: return "diagonal";
  }
  throw InternalError("unknown direction");
}

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json number(const std::optional<double>& value) { return value ? number(*value) : Json(nullptr); }
Json to_json(const NumberFormat& format) { return Json::array({to_string(format.style), format.digits}); }
Json to_json(const Estimate& estimate) {
  return Json::array({number(estimate.value), number(estimate.low), number(estimate.high)});
}

Json to_json(const Cell& cell) {
  return std::visit(
      [](const auto& value) -> Json {
        using Kind = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Kind, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<Kind, double>) {
          return number(value);
        } else if constexpr (std::is_same_v<Kind, Estimate>) {
          return to_json(value);
        } else {
          return value;
        }
      },
      cell);
}

Json to_json(const Notice& notice) {
  return {{"type", "notice"}, {"severity", to_string(notice.severity)}, {"title", notice.title}, {"text", notice.text}};
}

Json to_json(const Fact& fact) {
  return {{"name", fact.name},
          {"value", to_json(fact.value)},
          {"format", to_json(fact.format)},
          {"note", fact.note},
          {"open", fact.open}};
}

// named here, as `list` has to see them
Json to_json(const Column& column);
Json to_json(const Series& series);
Json to_json(const ReferenceLine& line);
Json to_json(const Panel& panel);
Json to_json(const Tick& tick);
Json to_json(const Block& block);
Json to_json(const Section& section);

template <typename Item>
Json list(const std::vector<Item>& items) {
  Json result = Json::array();
  for (const Item& item : items) result.push_back(to_json(item));
  return result;
}

Json to_json(const Column& column) {
  return {{"name", column.name},
          {"format", to_json(column.format)},
          {"numeric", column.numeric},
          {"description", column.description}};
}

Json to_json(const Axis& axis) {
  return {{"label", axis.label},       {"scale", axis.scale == Scale::log ? "log" : "linear"},
          {"low", number(axis.low)},   {"high", number(axis.high)},
          {"reversed", axis.reversed}, {"format", to_json(axis.format)}};
}

/// One member of all points as an array; left out if no point has it.
template <typename Member>
void add_values(Json& series, const char* name, const std::vector<Point>& points, Member member) {
  bool any = false;
  Json values = Json::array();
  for (const Point& point : points) {
    values.push_back(number(point.*member));
    any = any || !values.back().is_null();
  }
  if (any) series[name] = std::move(values);
}

Json to_json(const Series& series) {
  Json result = {{"name", series.name},
                 {"mark", to_string(series.mark)},
                 {"label_name", series.label_name},
                 {"muted", series.emphasis == Emphasis::muted},
                 {"end_label", series.label_at_end},
                 {"colour_of", series.colour_of ? Json(*series.colour_of) : Json(nullptr)},
                 {"x", Json::array()}};
  for (const Point& point : series.points) result["x"].push_back(number(point.x));
  add_values(result, "y", series.points, &Point::y);
  add_values(result, "low", series.points, &Point::low);
  add_values(result, "high", series.points, &Point::high);
  add_values(result, "x_end", series.points, &Point::x_end);
  add_values(result, "label", series.points, &Point::label);
  return result;
}

Json to_json(const ReferenceLine& line) {
  return {{"direction", to_string(line.direction)}, {"at", number(line.at)}, {"label", line.label}};
}

Json to_json(const Panel& panel) {
  return {
      {"y", to_json(panel.y)}, {"series", list(panel.series)}, {"lines", list(panel.lines)}, {"height", panel.height}};
}

Json to_json(const Tick& tick) { return {{"at", number(tick.at)}, {"label", tick.label}}; }

Json to_json(const XyPlot& plot) {
  if (plot.panels.empty()) throw InternalError(fmt::format("the plot '{}' has no panel", plot.title));
  return {{"type", "xy"},
          {"title", plot.title},
          {"description", plot.description},
          {"x", to_json(plot.x)},
          {"panels", list(plot.panels)},
          {"top_ticks", list(plot.top_ticks)},
          {"top_label", plot.top_label},
          {"square", plot.square}};
}

Json to_json(const RowPlot& plot) {
  Json rows = Json::array();
  for (const PlotRow& row : plot.rows) {
    if (row.cells.size() != plot.columns.size()) {
      throw InternalError(fmt::format("the plot '{}' has a row of {} cells for {} columns", plot.title,
                                      row.cells.size(), plot.columns.size()));
    }
    rows.push_back(
        {{"label", row.label}, {"group", row.group}, {"estimate", to_json(row.estimate)}, {"cells", list(row.cells)}});
  }
  return {{"type", "rows"},
          {"title", plot.title},
          {"description", plot.description},
          {"label_name", plot.label_name},
          {"x", to_json(plot.x)},
          {"columns", list(plot.columns)},
          {"rows", std::move(rows)},
          {"reference", number(plot.reference)},
          {"reference_label", plot.reference_label},
          {"bars", plot.bars}};
}

Json to_json(const MatrixPlot& plot) {
  Json values = Json::array();
  bool fits = plot.values.size() == plot.rows.size();
  for (const auto& row : plot.values) {
    fits = fits && row.size() == plot.columns.size();
    Json cells = Json::array();
    for (const auto& value : row) cells.push_back(number(value));
    values.push_back(std::move(cells));
  }
  if (!fits) {
    throw InternalError(fmt::format("the matrix '{}' is not of {} rows and {} columns", plot.title, plot.rows.size(),
                                    plot.columns.size()));
  }
  return {{"type", "matrix"},
          {"title", plot.title},
          {"description", plot.description},
          {"row_name", plot.row_name},
          {"column_name", plot.column_name},
          {"rows", plot.rows},
          {"columns", plot.columns},
          {"values", std::move(values)},
          {"format", to_json(plot.format)},
          {"row_shares", plot.row_shares}};
}

/// Column by column, which is the smaller and the quicker form of many rows.
Json to_json(const Table& table) {
  Json columns = list(table.columns);
  for (Json& column : columns) column["values"] = Json::array();
  for (const auto& row : table.rows) {
    if (row.size() != table.columns.size()) {
      throw InternalError(fmt::format("the table '{}' has a row of {} cells for {} columns", table.title, row.size(),
                                      table.columns.size()));
    }
    for (std::size_t i = 0; i < row.size(); ++i) columns[i]["values"].push_back(to_json(row[i]));
  }
  if (!table.row_formats.empty() && table.row_formats.size() != table.rows.size()) {
    throw InternalError(fmt::format("the table '{}' has {} formats for {} rows", table.title, table.row_formats.size(),
                                    table.rows.size()));
  }
  return {{"type", "table"},
          {"title", table.title},
          {"note", table.note},
          {"columns", std::move(columns)},
          {"row_formats", list(table.row_formats)},
          {"sortable", table.sortable},
          {"searchable", table.searchable},
          {"rows_at_first", table.rows_at_first}};
}

Json to_json(const Paragraph& paragraph) { return {{"type", "paragraph"}, {"text", paragraph.text}}; }
Json to_json(const BulletList& bullets) { return {{"type", "list"}, {"items", bullets.items}}; }
Json to_json(const Facts& facts) { return {{"type", "facts"}, {"facts", list(facts.facts)}}; }
Json to_json(const KeyFigures& figures) { return {{"type", "figures"}, {"figures", list(figures.figures)}}; }

Json to_json(const Details& details) {
  return {{"type", "details"}, {"title", details.title}, {"blocks", list(details.blocks)}, {"open", details.open}};
}
Json to_json(const Columns& columns) { return {{"type", "columns"}, {"blocks", list(columns.blocks)}}; }
Json to_json(const Block& block) {
  return std::visit([](const auto& content) { return to_json(content); }, block.content);
}

Json to_json(const Section& section) {
  return {{"id", section.id},
          {"title", section.title},
          {"lead", section.lead},
          {"tags", section.tags},
          {"blocks", list(section.blocks)}};
}

}  // namespace

Json page_json(const Page& page) {
  std::vector<Notice> notices = page.notices;
  std::stable_sort(notices.begin(), notices.end(),
                   [](const Notice& a, const Notice& b) { return a.severity > b.severity; });
  std::set<std::string_view> ids;
  for (const Section& section : page.sections) {
    if (section.id.empty() ||
        section.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos) {
      throw InternalError(fmt::format("'{}' cannot be the id of a section", section.id));
    }
    if (!ids.insert(section.id).second) throw InternalError(fmt::format("two sections have the id '{}'", section.id));
  }
  return {{"format", "varisk-page/1"},  {"kind", page.kind},        {"title", page.title},
          {"subtitle", page.subtitle},  {"notices", list(notices)}, {"sections", list(page.sections)},
          {"footer", list(page.footer)}};
}

}  // namespace varisk::report
