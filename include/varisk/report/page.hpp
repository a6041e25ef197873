#pragma once
/// \file
/// A page that people read, as data: sections of facts, texts, tables and plots. One renderer shows every page of
/// varisk (training card, evaluation, run), so that they look and behave alike. `write_page` makes one HTML file that
/// holds the data as JSON, the renderer and the plotting library, and needs nothing else.
///
/// All texts are plain text; nothing in them is taken for markup. Missing is an empty optional or cell, and is shown as
/// missing, and so is a number that is not finite. Numbers stand in the page in full; a format says only how they are
/// shown.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "varisk/io/json.hpp"

namespace varisk::report {

enum class NumberStyle : std::uint8_t {
  general,  ///< `digits` significant digits, 10^k only for the very large and very small
  fixed,    ///< `digits` decimals
  percent,  ///< a fraction, shown × 100 with `digits` decimals
  integer,  ///< with separators of thousands
  p_value,  ///< two significant digits, `<0.001` below
};
struct NumberFormat {
  NumberStyle style = NumberStyle::general;
  int digits = 3;
};

/// A value with its interval; each part may be missing.
struct Estimate {
  std::optional<double> value;
  std::optional<double> low;
  std::optional<double> high;
};

/// std::monostate: missing.
using Cell = std::variant<std::monostate, double, std::int64_t, std::string, Estimate>;

enum class Severity : std::uint8_t { info, warning, error };
/// What a reader must know first.
struct Notice {
  Severity severity = Severity::warning;
  std::string title;
  std::string text;
};

struct Paragraph {
  std::string text;
};

struct BulletList {
  std::vector<std::string> items;
};

/// Name and value; an open fact is one that somebody still has to fill in.
struct Fact {
  std::string name;
  Cell value;
  NumberFormat format;
  std::string note;   ///< smaller, behind the value
  bool open = false;  ///< shown as "to be filled in"
};
struct Facts {
  std::vector<Fact> facts;
};
/// The few numbers of a page that are read first.
struct KeyFigures {
  std::vector<Fact> figures;
};

struct Column {
  std::string name;
  NumberFormat format;      ///< of numbers and estimates
  bool numeric = false;     ///< aligned and sorted as numbers
  std::string description;  ///< shown when the heading is pointed at
};
/// \invariant each row has one cell for each column; row_formats is empty or has one for each row
struct Table {
  std::string title;
  std::string note;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  std::vector<NumberFormat> row_formats;  ///< one for each row, instead of those of the columns; usually empty
  bool sortable = true;
  bool searchable = false;        ///< a field above that leaves only rows with the text
  std::size_t rows_at_first = 0;  ///< the others show on request; 0: all
};

enum class Scale : std::uint8_t { linear, log };
struct Axis {
  std::string label;
  Scale scale = Scale::linear;
  std::optional<double> low;  ///< nothing: from the data
  std::optional<double> high;
  bool reversed = false;  ///< largest first
  NumberFormat format;    ///< in the table of the plot's data and where a point is read off
};

enum class Mark : std::uint8_t {
  line,
  step,    ///< horizontal first, then vertical
  points,  ///< with error bars where low and high are given
  bars,    ///< from x to x_end
  band,    ///< between low and high
};
struct Point {
  double x = 0;
  std::optional<double> y;
  std::optional<double> low;
  std::optional<double> high;
  std::optional<double> x_end;  ///< bars
  std::optional<double> label;  ///< further number that belongs to the point, such as the threshold on a ROC curve
};
enum class Emphasis : std::uint8_t { normal, muted };
struct Series {
  std::string name;
  Mark mark = Mark::line;
  std::vector<Point> points;  ///< lines: in the order of drawing
  std::string label_name;     ///< what Point::label is; empty: points have none
  Emphasis emphasis = Emphasis::normal;
  bool label_at_end = false;             ///< name beside the last point and not in the legend
  std::optional<std::size_t> colour_of;  ///< drawn in the colour of that series of the panel (a band of its line)
};

enum class Direction : std::uint8_t { vertical, horizontal, diagonal };
struct ReferenceLine {
  Direction direction = Direction::vertical;
  double at = 0;  ///< of a diagonal: y − x
  std::string label;
};

/// One of several areas on top of each other that share the x axis.
struct Panel {
  Axis y;
  std::vector<Series> series;
  std::vector<ReferenceLine> lines;
  double height = 1;  ///< relative to the other panels
};
struct Tick {
  double at = 0;
  std::string label;
};
struct XyPlot {
  std::string title;
  std::string description;  ///< what it shows, in a sentence, for those who cannot see it
  Axis x;
  std::vector<Panel> panels;
  std::vector<Tick> top_ticks;  ///< a second scale above
  std::string top_label;
  bool square = false;  ///< the first panel is as high as wide
};

/// One line of a forest plot or a bar chart.
struct PlotRow {
  std::string label;
  std::string group;  ///< heading above the rows that have the same
  Estimate estimate;
  std::vector<Cell> cells;  ///< beside the label, see RowPlot::columns
};
/// Rows with a point and its interval (forest plot), or with a bar.
struct RowPlot {
  std::string title;
  std::string description;
  std::string label_name;  ///< what the rows are
  Axis x;
  std::vector<Column> columns;  ///< of PlotRow::cells
  std::vector<PlotRow> rows;
  std::optional<double> reference;  ///< a vertical line; of bars: where they begin
  std::string reference_label;
  bool bars = false;
};

/// A matrix as coloured cells with their values, such as a confusion matrix.
struct MatrixPlot {
  std::string title;
  std::string description;
  std::string row_name;
  std::string column_name;
  std::vector<std::string> rows;
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<double>>> values;  ///< one vector for each row
  NumberFormat format = {NumberStyle::integer, 0};
  bool row_shares = false;  ///< coloured by, and shown with, the share within the row
};

struct Block;
struct Details {
  std::string title;
  std::vector<Block> blocks;
  bool open = false;
};
/// Side by side where there is room.
struct Columns {
  std::vector<Block> blocks;
};

struct Block {
  using Content = std::variant<Paragraph, BulletList, Facts, KeyFigures, Notice, Table, XyPlot, RowPlot, MatrixPlot,
                               Details, Columns>;
  template <typename Kind>
  requires std::constructible_from<Content, Kind> Block(Kind kind)
      : content(std::move(kind)) {}  // NOLINT: a block is any of its kinds
  Content content;
};

struct Section {
  std::string id;  ///< anchor: lower case letters, digits and hyphens
  std::string title;
  std::string lead;               ///< one or two sentences below the title
  std::vector<std::string> tags;  ///< items of reporting guidelines that it answers
  std::vector<Block> blocks;
};

struct Page {
  std::string kind;  ///< what sort of page, above the title
  std::string title;
  std::string subtitle;
  std::vector<Notice> notices;  ///< the page shows errors first, then warnings
  std::vector<Section> sections;
  std::vector<Fact> footer;
};

/// The data of the page, as the renderer reads it.
/// \throws InternalError if a table row has not one cell for each column, a matrix is not of the size of its names, or
///         two sections have one id
[[nodiscard]] io::Json page_json(const Page& page);

/// The whole HTML file: ASCII but for the title and the library, without anything that changes from run to run.
/// \throws InternalError as page_json
[[nodiscard]] std::string write_page(const Page& page);

}  // namespace varisk::report
