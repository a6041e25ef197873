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

#include "row_parser.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/io/text_input.hpp"
#include "varisk/sites/alleles.hpp"

namespace varisk::scoring {
namespace {

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

std::string_view trim(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t") + 1 - start);
}

std::string file_stem(const std::string& path) {
  std::string name = std::filesystem::path(path).filename().string();
  for (const std::string_view suffix : {".gz", ".bgz", ".txt", ".tsv", ".csv", ".score"}) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  }
  return name;
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
    if (file_.match_by == MatchBy::id && !any_id()) {
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

  [[nodiscard]] bool any_id() const {
    for (std::size_t i = 0; i < file_.rows.size(); ++i) {
      if (!file_.rows[i].id.empty()) return true;
    }
    return false;
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

/// Adds the rows of a block behind those of the blocks before it.
void append(ScoringFile& file, ScoringFile block) {
  const auto rows_before = static_cast<std::uint32_t>(file.rows.size());
  const auto joints_before = static_cast<std::uint32_t>(file.joint_rows.size());
  const auto weights_before = static_cast<std::uint32_t>(file.weights_by_copies.size());
  if (joints_before + weights_before > 0) {
    for (std::size_t i = 0; i < block.rows.size(); ++i) {
      ScoringRow& row = block.rows[i];
      if (row.joint) *row.joint += joints_before;
      if (row.weights_by_copies) *row.weights_by_copies += weights_before;
    }
  }
  file.rows.append(std::move(block.rows));
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
  constexpr std::size_t enough_text = std::size_t{1} << 18U;
  const auto policy = threads > 1 ? std::launch::async : std::launch::deferred;
  const auto in_flight = static_cast<std::size_t>(std::max(threads, 1));
  const ScoringFile head = file_;  // without rows; file_ grows while blocks are parsed
  std::deque<std::future<ScoringFile>> parsed;
  const auto take_first = [&] {
    append(file_, parsed.front().get());
    parsed.pop_front();
  };
  std::exception_ptr failure;
  std::size_t rows = 0;
  std::size_t largest = enough_text;  // block so far
  for (bool more = true; more;) {
    LineBlock block;
    block.first_line = input_.line_number() + 1;
    block.first_row = rows;
    block.text.reserve(largest + 1);
    // Ends where a block of rows does, so that none has to be moved.
    const auto is_full = [&] { return block.text.size() >= enough_text && rows % ScoringRows::block_size == 0; };
    try {
      std::string_view line;
      while (!is_full() && (more = input_.next(line))) {
        (block.text += line) += '\n';
        if (!line.empty()) ++rows;
      }
    } catch (const Error&) {
      failure = std::current_exception();
      more = false;
    }
    largest = std::max(largest, block.text.size());
    if (parsed.size() == in_flight) take_first();
    parsed.push_back(std::async(
        policy, [&head, this, block = std::move(block)] { return parse_rows(head, layout_, policy_, block); }));
  }
  while (!parsed.empty()) take_first();
  if (failure) std::rethrow_exception(failure);
  for (ScoreColumn& score : file_.scores) score.weight.shrink_to_fit();
}

}  // namespace

ScoringRow& ScoringRows::add() {
  if (size_ % block_size == 0) blocks_.emplace_back().reserve(block_size);
  ++size_;
  return blocks_.back().emplace_back();
}

void ScoringRows::append(ScoringRows other) {
  if (size_ % block_size == 0) {
    std::move(other.blocks_.begin(), other.blocks_.end(), std::back_inserter(blocks_));
    size_ += other.size_;
    return;
  }
  for (std::vector<ScoringRow>& block : other.blocks_) {
    for (ScoringRow& row : block) add() = std::move(row);
  }
}

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
