#include "varisk/scoring/scoring_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <deque>
#include <exception>
#include <filesystem>
#include <future>
#include <iterator>
#include <map>
#include <unordered_set>

#include "joint_row.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/io/text_input.hpp"
#include "varisk/sites/alleles.hpp"

namespace varisk::scoring {
namespace {

using Column = std::optional<std::size_t>;

constexpr std::int64_t largest_position = 2'147'483'647;  // of VCF

/// Columns of the PGS Catalog's format and of OmicsPred's; in a wide file every other column is a score.
const std::unordered_set<std::string_view>& catalog_columns() {
  static const std::unordered_set<std::string_view> names = {"rsID",
                                                             "rsid",
                                                             "ID",
                                                             "variant_id",
                                                             "chr_name",
                                                             "chr_position",
                                                             "effect_allele",
                                                             "other_allele",
                                                             "reference_allele",
                                                             "effect_weight",
                                                             "locus_name",
                                                             "weight_type",
                                                             "is_haplotype",
                                                             "is_diplotype",
                                                             "is_interaction",
                                                             "is_dominant",
                                                             "is_recessive",
                                                             "is_duplicated",
                                                             "imputation_method",
                                                             "variant_description",
                                                             "variant_type",
                                                             "inclusion_criteria",
                                                             "OR",
                                                             "HR",
                                                             "beta",
                                                             "allelefrequency_effect",
                                                             "effect_type",
                                                             "accession",
                                                             "row_nr",
                                                             "dosage_0_weight",
                                                             "dosage_1_weight",
                                                             "dosage_2_weight",
                                                             "source",
                                                             "hm_source",
                                                             "hm_rsID",
                                                             "hm_chr",
                                                             "hm_pos",
                                                             "hm_inferOtherAllele",
                                                             "hm_match_chr",
                                                             "hm_match_pos",
                                                             "VARIANT_ID"};
  return names;
}

bool is_catalog_column(std::string_view name) {
  return catalog_columns().contains(name) || name.starts_with("allelefrequency_effect_");
}

/// `Effect_Weight`, `effectweight`, `weight`, `BETA`: what may be meant for effect_weight.
bool resembles_weight(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) letters += static_cast<char>(std::tolower(c));
  }
  for (const std::string_view known : {"weight", "wight", "wieght", "beta", "effectsize", "logor"}) {
    if (letters.find(known) != std::string::npos) return true;
  }
  return false;
}

struct Layout {
  Column contig, position, harmonised_contig, harmonised_position, effect, other, inferred_other, weight, dominant,
      recessive, haplotype, diplotype, interaction, effect_type, weight_type, frequency, id, harmonised_id;
  std::array<Column, 3> by_copies;
  std::vector<std::size_t> wide;  ///< weight columns of a wide file
  std::size_t columns = 0;
};

void split(std::string_view line, std::vector<std::string_view>& fields) {
  fields.clear();
  while (true) {
    const std::size_t end = line.find('\t');
    fields.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

std::string file_stem(const std::string& path) {
  std::string name = std::filesystem::path(path).filename().string();
  for (const std::string_view suffix : {".gz", ".bgz", ".txt", ".tsv", ".csv", ".score"}) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  }
  return name;
}

std::string_view trim(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t") + 1 - start);
}

bool is_empty(std::string_view text) { return text.empty() || text == "NA" || text == "."; }

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::toupper(c); });
  return out;
}

/// Ratios do not add up, and what adds up has no logarithm to be taken.
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

/// Reads one file; a class only so that the steps share what they know of it.
class Reader {
 public:
  Reader(const std::string& path, WeightPolicy policy, MatchBy match_by) : input_(path), policy_(policy) {
    file_.path = path;
    file_.match_by = match_by;
  }

  ScoringFile read(int threads) {
    std::string_view line;
    std::string_view header;
    while (input_.next(line)) {
      if (input_.line_number() == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);  // byte order mark
      if (line.starts_with('#')) {
        read_comment(line);
      } else if (!line.empty()) {
        header = line;
        break;
      }
    }
    if (header.empty()) {
      throw UserError("no header line, columns such as chr_name, effect_allele, effect_weight were expected",
                      input_.path());
    }
    read_header(header);
    read_build();
    read_rows(threads);
    if (file_.rows.empty()) throw UserError("the scoring file has no rows", input_.path());
    const bool any_id =
        std::any_of(file_.rows.begin(), file_.rows.end(), [](const auto& row) { return !row.id.empty(); });
    if (file_.match_by == MatchBy::id && !any_id) {
      throw UserError("no row has an id in the column rsID (or ID, variant_id, hm_rsID)", input_.path(),
                      "--match-by position, if the file has positions");
    }
    note_doubts();
    return std::move(file_);
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& help = {}) const {
    throw UserError(what, input_.where(), help);
  }

  void note_doubts() {
    if (input_.unterminated()) file_.doubts.emplace_back("the last line has no line end, the file may be cut off");
    const auto declared = parse_integer(comment("variants_number"));
    if (declared && *declared > static_cast<std::int64_t>(file_.rows.size())) {
      file_.doubts.push_back(
          fmt::format("variants_number is {}, found {} row(s): the file may be cut off", *declared, file_.rows.size()));
    }
  }

  void read_comment(std::string_view line) {
    const std::size_t start = line.find_first_not_of('#');
    const std::size_t equals = line.find('=');
    if (start == std::string_view::npos || equals == std::string_view::npos || equals < start) return;
    comments_[std::string(line.substr(start, equals - start))] = std::string(trim(line.substr(equals + 1)));
  }

  [[nodiscard]] std::string comment(const std::string& key) const {
    const auto found = comments_.find(key);
    return found == comments_.end() ? std::string{} : found->second;
  }

  void read_header(std::string_view line) {
    std::vector<std::string_view> names;
    split(line, names);
    layout_.columns = names.size();
    std::unordered_set<std::string_view> seen;
    for (const std::string_view name : names) {
      if (!seen.insert(name).second) fail(fmt::format("column '{}' stands twice in the header", name));
    }
    const auto find = [&](std::initializer_list<std::string_view> wanted) -> Column {
      for (const std::string_view name : wanted) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
      }
      return std::nullopt;
    };
    layout_.contig = find({"chr_name"});
    layout_.position = find({"chr_position"});
    layout_.harmonised_contig = find({"hm_chr"});
    layout_.harmonised_position = find({"hm_pos"});
    layout_.effect = find({"effect_allele"});
    layout_.other = find({"other_allele", "reference_allele"});
    layout_.inferred_other = find({"hm_inferOtherAllele"});
    layout_.weight = find({"effect_weight"});
    layout_.dominant = find({"is_dominant"});
    layout_.recessive = find({"is_recessive"});
    layout_.haplotype = find({"is_haplotype"});
    layout_.diplotype = find({"is_diplotype"});
    layout_.interaction = find({"is_interaction"});
    layout_.effect_type = find({"effect_type"});
    layout_.weight_type = find({"weight_type"});
    layout_.frequency = find({"allelefrequency_effect"});
    layout_.id = find({"rsID", "rsid", "ID", "variant_id", "VARIANT_ID"});
    layout_.harmonised_id = find({"hm_rsID"});
    layout_.by_copies = {find({"dosage_0_weight"}), find({"dosage_1_weight"}), find({"dosage_2_weight"})};
    file_.harmonised = layout_.harmonised_contig && layout_.harmonised_position;
    require_columns(names);
    name_scores(names);
  }

  void require_columns(const std::vector<std::string_view>& names) const {
    std::string missing;
    const auto need = [&](bool present, std::string_view name) {
      if (!present) missing += (missing.empty() ? "" : ", ") + std::string(name);
    };
    need(layout_.effect.has_value(), "effect_allele");
    if (file_.match_by == MatchBy::id) {
      need(layout_.id || layout_.harmonised_id, "rsID (or ID, variant_id, hm_rsID)");
    } else if (!file_.harmonised) {
      need(layout_.contig.has_value(), "chr_name (or hm_chr)");
      need(layout_.position.has_value(), "chr_position (or hm_pos)");
    }
    const bool some = layout_.by_copies[0] || layout_.by_copies[1] || layout_.by_copies[2];
    for (std::size_t k = 0; k < 3 && some; ++k)
      need(layout_.by_copies[k].has_value(), fmt::format("dosage_{}_weight", k));
    if (!missing.empty()) {
      fail(fmt::format("the header lacks {}; found {}", missing, fmt::join(names, " ")),
           file_.match_by == MatchBy::id
               ? "--match-by position needs no ids"
               : "a harmonised file (hmPOS) of the PGS Catalog has positions; --match-by id needs none");
    }
  }

  void name_scores(const std::vector<std::string_view>& names) {
    if (layout_.weight || layout_.by_copies[0]) {
      std::string id = comment("pgs_id");
      if (id.empty()) id = comment("omicspred_id");
      file_.scores.push_back({id.empty() ? file_stem(input_.path()) : id, {}, {}});
      return;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (is_catalog_column(names[i])) continue;
      layout_.wide.push_back(i);
      file_.scores.push_back({std::string(names[i]), {}, {}});
    }
    if (layout_.wide.size() == 1 && resembles_weight(names[layout_.wide.front()])) {
      file_.doubts.push_back(
          fmt::format("there is no column effect_weight; '{}' is taken for the weights of a score of that name",
                      names[layout_.wide.front()]));
    }
    if (layout_.wide.empty()) {
      fail(fmt::format("the header lacks effect_weight; found {}", fmt::join(names, " ")),
           "weights stand in effect_weight, or in one column for each score");
    }
  }

  void read_build() {
    file_.name = comment("pgs_name");
    const std::string author = comment("genome_build");
    file_.build_text = file_.harmonised && !comment("HmPOS_build").empty() ? comment("HmPOS_build") : author;
    file_.build = sites::build_from_name(file_.build_text);
    check_weight_type(comment("weight_type"), policy_, input_.path());
  }

  void read_rows(int threads);

  io::TextInput input_;
  WeightPolicy policy_;
  ScoringFile file_;
  Layout layout_;
  std::map<std::string, std::string> comments_;
};

/// Lines of one file that are parsed together.
struct LineBlock {
  std::string text;  ///< each line ends with `\n`
  std::int64_t first_line = 0;
};

/// Rows of one block; their indexes and numbers start anew in each block.
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
    ScoringRow row;
    row.number = static_cast<std::uint32_t>(file_.rows.size() + 1);
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
    file_.rows.push_back(std::move(row));
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
    const auto index = static_cast<std::uint32_t>(file_.rows.size());
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
  std::vector<std::string_view> fields_;
};

/// Adds the rows of a block behind those of the blocks before it.
void append(ScoringFile& file, ScoringFile block) {
  const auto rows_before = static_cast<std::uint32_t>(file.rows.size());
  const auto joints_before = static_cast<std::uint32_t>(file.joint_rows.size());
  const auto weights_before = static_cast<std::uint32_t>(file.weights_by_copies.size());
  for (ScoringRow& row : block.rows) {
    row.number += rows_before;
    if (row.joint) *row.joint += joints_before;
    if (row.weights_by_copies) *row.weights_by_copies += weights_before;
    file.rows.push_back(std::move(row));
  }
  std::move(block.joint_rows.begin(), block.joint_rows.end(), std::back_inserter(file.joint_rows));
  file.weights_by_copies.insert(file.weights_by_copies.end(), block.weights_by_copies.begin(),
                                block.weights_by_copies.end());
  for (std::size_t k = 0; k < file.scores.size(); ++k) {
    ScoreColumn& to = file.scores[k];
    const ScoreColumn& from = block.scores[k];
    to.row.append(from.row, rows_before);
    to.weight.insert(to.weight.end(), from.weight.begin(), from.weight.end());
  }
}

/// Blocks are parsed side by side and taken in the order of the file, so that the first faulty line is the one that is
/// named, whatever comes behind it.
void Reader::read_rows(int threads) {
  constexpr std::size_t block_size = std::size_t{1} << 20U;
  const auto policy = threads > 1 ? std::launch::async : std::launch::deferred;
  const auto in_flight = static_cast<std::size_t>(std::max(threads, 1));
  std::deque<std::future<ScoringFile>> parsed;
  const auto take_first = [&] {
    append(file_, parsed.front().get());
    parsed.pop_front();
  };
  std::exception_ptr failure;
  for (bool more = true; more;) {
    LineBlock block;
    block.first_line = input_.line_number() + 1;
    try {
      std::string_view line;
      while (block.text.size() < block_size && (more = input_.next(line))) (block.text += line) += '\n';
    } catch (const Error&) {
      failure = std::current_exception();
      more = false;
    }
    if (parsed.size() == in_flight) take_first();
    parsed.push_back(std::async(policy, [parser = RowParser(file_, layout_, policy_),
                                         block = std::move(block)]() mutable { return parser.parse(block); }));
  }
  while (!parsed.empty()) take_first();
  if (failure) std::rethrow_exception(failure);
  for (ScoreColumn& score : file_.scores) score.weight.shrink_to_fit();
}

}  // namespace

void RowList::push_back(std::uint32_t row) {
  ++size_;
  if (rest_.empty() && row == first_rows_) {
    ++first_rows_;
  } else {
    rest_.push_back(row);
  }
}

void RowList::append(const RowList& other, std::uint32_t offset) {
  std::size_t next = 0;
  if (rest_.empty() && offset == first_rows_) {
    next = other.first_rows_;
    first_rows_ += next;
    size_ += next;
  }
  for (; next < other.size_; ++next) push_back(offset + other[next]);
}

ScoringFile read_scoring_file(const std::string& path, WeightPolicy policy, MatchBy match_by, int threads) {
  return Reader(path, policy, match_by).read(threads);
}

}  // namespace varisk::scoring
