#include "row_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>

#include "joint_row.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/sites/alleles.hpp"

namespace varisk::scoring {
namespace {

constexpr std::int64_t largest_position = 2'147'483'647;  // of VCF

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::toupper(c); });
  return out;
}

/// Rows of one block; their indexes start anew in each block.
class RowParser {
 public:
  RowParser(const ScoringFile& file, const Layout& layout, WeightPolicy policy) : layout_(layout), policy_(policy) {
    file_.path = file.path;
    file_.harmonised = file.harmonised;
    file_.match_by = file.match_by;
    for (const ScoreColumn& score : file.scores) file_.scores.push_back({score.id, {}, {}});
  }

  ScoringFile parse(const LineBlock& block) {
    line_number_ = block.first_line;
    rows_before_ = block.first_row;
    for (std::string_view text = block.text; !text.empty(); ++line_number_) {
      const std::size_t end = text.find('\n');
      if (end > 0) read_row(text.substr(0, end));
      text.remove_prefix(end + 1);
    }
    return std::move(file_);
  }

 private:
  [[nodiscard]] std::string where() const { return fmt::format("{}: line {}", file_.path, line_number_); }

  [[noreturn]] void fail(const std::string& what) const { throw UserError(what, where()); }

  [[nodiscard]] std::string_view field(Column column) const { return column ? fields_[*column] : std::string_view{}; }

  [[nodiscard]] bool flag(Column column, std::string_view name) const {
    const std::string text = upper(field(column));
    if (text == "TRUE" || text == "1") return true;
    if (text.empty() || text == "FALSE" || text == "0" || text == "NA") return false;
    fail(fmt::format("{} is '{}', expected True or False", name, field(column)));
  }

  void read_row(std::string_view line) {
    split(line, fields_);
    // Trailing empty cells are often cut off by editors.
    while (fields_.size() < layout_.columns && fields_.size() + trailing_optional() >= layout_.columns)
      fields_.emplace_back();
    if (fields_.size() != layout_.columns) {
      fail(fmt::format("the row has {} columns, the header has {}", fields_.size(), layout_.columns));
    }
    ScoringRow& row = file_.rows.add();
    row.number = static_cast<std::uint32_t>(rows_before_ + file_.rows.size());
    read_alleles(row);
    read_place(row);
    read_kind(row);
    if (layout_.weight_type) check_weight_type(field(layout_.weight_type), policy_, where());
    const auto frequency = field(layout_.frequency);
    if (!is_empty(frequency)) {
      row.effect_frequency = parse_double(frequency);
      if (!row.effect_frequency || *row.effect_frequency < 0 || *row.effect_frequency > 1) {
        fail(fmt::format("allelefrequency_effect is '{}', expected a number from 0 to 1", frequency));
      }
    }
    read_weights(row);
  }

  [[nodiscard]] std::size_t trailing_optional() const {
    std::size_t last = *layout_.effect;
    for (const Column column : {layout_.contig, layout_.position, layout_.harmonised_contig,
                                layout_.harmonised_position, layout_.weight, layout_.by_copies[2]}) {
      if (column) last = std::max(last, *column);
    }
    if (!layout_.wide.empty()) last = std::max(last, layout_.wide.back());
    return layout_.columns - 1 - last;
  }

  void read_alleles(ScoringRow& row) const {
    row.effect_allele = upper(field(layout_.effect));
    std::string_view other = field(layout_.other);
    if (is_empty(other)) other = field(layout_.inferred_other);
    if (!is_empty(other) && other.find('/') == std::string_view::npos) row.other_allele = upper(other);
    if (!sites::is_bases(row.effect_allele)) {
      row.problem = RowProblem::unsupported;
      row.reason = fmt::format("effect allele '{}' is not made of A, C, G, T", field(layout_.effect));
    } else if (row.other_allele && !sites::is_bases(*row.other_allele)) {
      row.problem = RowProblem::unsupported;
      row.reason = fmt::format("other allele '{}' is not made of A, C, G, T", other);
    } else if (row.other_allele && *row.other_allele == row.effect_allele) {
      fail(fmt::format("effect allele and other allele are both '{}'", row.effect_allele));
    }
  }

  void read_place(ScoringRow& row) const {
    const std::string_view harmonised_id = field(layout_.harmonised_id);
    const std::string_view id = is_empty(harmonised_id) ? field(layout_.id) : harmonised_id;
    if (!is_empty(id)) row.id = id;
    const std::string_view contig = field(file_.harmonised ? layout_.harmonised_contig : layout_.contig);
    const std::string_view position = field(file_.harmonised ? layout_.harmonised_position : layout_.position);
    row.contig = sites::canonical_contig(contig);
    if (file_.match_by == MatchBy::id) {
      const auto value = parse_integer(position);
      if (value && *value >= 1 && *value <= largest_position) row.position = Position{*value};
      if (!row.id.empty() || row.problem != RowProblem::none) return;
      row.problem = RowProblem::unsupported;
      row.reason = "no id";
      return;
    }
    if (is_empty(contig) || is_empty(position)) {
      if (file_.harmonised) {
        row.problem = RowProblem::not_harmonised;
        row.reason = "no harmonised position";
        return;
      }
      if (row.problem == RowProblem::none) {
        row.problem = RowProblem::unsupported;
        row.reason = "no position";
      }
      return;
    }
    const auto value = parse_integer(position);
    if (!value || *value < 1 || *value > largest_position) {
      if (row.problem != RowProblem::none || names_several_sites()) return;
      fail(fmt::format("{} is '{}', expected a position", file_.harmonised ? "hm_pos" : "chr_position", position));
    }
    row.position = Position{*value};
  }

  [[nodiscard]] bool names_several_sites() const {
    return flag(layout_.haplotype, "is_haplotype") || flag(layout_.diplotype, "is_diplotype") ||
           flag(layout_.interaction, "is_interaction");
  }

  /// The reason shows what the row says.
  void unsupported(ScoringRow& row, std::string_view what) const {
    row.problem = RowProblem::unsupported;
    row.joint.reset();
    const std::string_view id = field(layout_.id);
    row.reason =
        fmt::format("{}: {}{}{}", what, is_empty(id) ? "" : id, is_empty(id) ? "" : " ", field(layout_.effect));
  }

  /// Several sites in one row: computed if its cells name them.
  void read_joint(ScoringRow& row, JointKind kind, std::string_view what) {
    const bool harmonised = file_.harmonised;
    const JointCells cells{row.id, field(harmonised ? layout_.harmonised_contig : layout_.contig),
                           field(harmonised ? layout_.harmonised_position : layout_.position), field(layout_.effect),
                           field(layout_.other)};
    auto joint = row.coding == Coding::additive ? parse_joint_row(kind, cells, file_.match_by) : std::nullopt;
    if (!joint || row.joint) {
      unsupported(row, fmt::format("{} that does not name its sites and their alleles", what));
      return;
    }
    row.joint = static_cast<std::uint32_t>(file_.joint_rows.size());
    file_.joint_rows.push_back(std::move(*joint));
    row.problem = RowProblem::none;
    row.reason.clear();
  }

  void read_kind(ScoringRow& row) {
    const bool dominant = flag(layout_.dominant, "is_dominant") || field(layout_.effect_type) == "dominant";
    const bool recessive = flag(layout_.recessive, "is_recessive") || field(layout_.effect_type) == "recessive";
    if (dominant && recessive) fail("a row cannot be both dominant and recessive");
    row.coding = dominant ? Coding::dominant : recessive ? Coding::recessive : Coding::additive;
    if (flag(layout_.haplotype, "is_haplotype")) read_joint(row, JointKind::haplotype, "haplotype");
    if (flag(layout_.interaction, "is_interaction")) read_joint(row, JointKind::interaction, "interaction");
    if (flag(layout_.diplotype, "is_diplotype")) unsupported(row, "a diplotype is not computed");
  }

  [[nodiscard]] double number(std::string_view text, std::string_view column) const {
    const auto value = parse_double(text);
    if (!value) fail(fmt::format("{} is '{}', expected a number", column, text));
    if (policy_ == WeightPolicy::as_given) return *value;
    if (*value <= 0) fail(fmt::format("{} is '{}', expected a ratio above 0 (--weights log)", column, text));
    return std::log(*value);
  }

  void read_weights(ScoringRow& row) {
    const auto index = static_cast<std::uint32_t>(file_.rows.size() - 1);
    const auto add = [&](ScoreColumn& score, double weight) {
      score.row.push_back(index);
      score.weight.push_back(weight);
    };
    for (std::size_t k = 0; k < layout_.wide.size(); ++k) {
      const std::string_view text = fields_[layout_.wide[k]];
      if (!is_empty(text)) add(file_.scores[k], number(text, file_.scores[k].id));
    }
    if (!layout_.wide.empty()) return;
    if (layout_.by_copies[0] && !is_empty(field(layout_.by_copies[0]))) {
      if (row.joint) unsupported(row, "weights by copies of several sites are not computed");
      row.coding = Coding::by_copies;
      row.weights_by_copies = static_cast<std::uint32_t>(file_.weights_by_copies.size());
      auto& weights = file_.weights_by_copies.emplace_back();
      for (std::size_t k = 0; k < 3; ++k)
        weights[k] = number(field(layout_.by_copies[k]), fmt::format("dosage_{}_weight", k));
      add(file_.scores.front(), 1);
      return;
    }
    add(file_.scores.front(), number(field(layout_.weight), "effect_weight"));
  }

  const Layout& layout_;
  WeightPolicy policy_;
  ScoringFile file_;
  std::int64_t line_number_ = 0;
  std::size_t rows_before_ = 0;
  std::vector<std::string_view> fields_;
};

}  // namespace

void split(std::string_view line, std::vector<std::string_view>& fields) {
  fields.clear();
  while (true) {
    const std::size_t end = line.find('\t');
    fields.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

bool is_empty(std::string_view text) { return text.empty() || text == "NA" || text == "."; }

void check_weight_type(std::string_view type, WeightPolicy policy, const std::string& where) {
  const std::string text = upper(type);
  const bool ratio = text.starts_with("OR") || text.starts_with("HR") || text.find("RATIO") != std::string::npos;
  const bool says_log = text.starts_with("LOG") || text.starts_with("LN");
  if (ratio && !says_log && policy == WeightPolicy::as_given) {
    throw UserError(fmt::format("weight_type is '{}', a scale on which weights add up was expected", type), where,
                    "--weights log takes the logarithm of the weights");
  }
  const bool unstated = is_empty(type) || text == "NR";
  if (policy == WeightPolicy::log && !unstated && (!ratio || says_log)) {
    throw UserError(fmt::format("weight_type is '{}', OR or HR was expected for --weights log", type), where,
                    "score this file in a run without --weights log");
  }
}

ScoringFile parse_rows(const ScoringFile& file, const Layout& layout, WeightPolicy policy, const LineBlock& block) {
  return RowParser(file, layout, policy).parse(block);
}

}  // namespace varisk::scoring
