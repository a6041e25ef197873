#pragma once
/// \file
/// Scoring files: PGS Catalog format 2.0 (author or harmonised), custom tables, and wide tables with many scores.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "varisk/core/types.hpp"
#include "varisk/sites/contig.hpp"

namespace varisk::scoring {

/// How the copies of the effect allele become a value.
enum class Coding : std::uint8_t {
  additive,
  dominant,
  recessive,
  by_copies,  ///< `dosage_0_weight`, `dosage_1_weight`, `dosage_2_weight`
};

/// How rows find their records.
enum class MatchBy : std::uint8_t {
  position,
  id,  ///< positions are not needed, and not used
};

/// Why a row cannot be looked up at all.
enum class RowProblem : std::uint8_t { none, not_harmonised, unsupported };

/// How several sites make one value.
enum class JointKind : std::uint8_t {
  interaction,  ///< the product of their copies
  haplotype,    ///< how many chromosomes carry all effect alleles
};

struct JointFactor {
  std::string id;      ///< with `MatchBy::id`
  std::string contig;  ///< canonical
  Position position;
  std::string effect_allele;
  std::optional<std::string> other_allele;
};

/// What a row about several sites asks for.
struct JointRow {
  JointKind kind{};
  std::vector<JointFactor> factors;
};

/// The sites with their alleles, joined as the file joins them.
[[nodiscard]] std::string to_string(const JointRow& row);

/// One data row, without its weights.
struct ScoringRow {
  std::uint32_t number = 0;  ///< 1-based, header not counted
  RowProblem problem = RowProblem::none;
  Coding coding = Coding::additive;
  std::string reason;  ///< of the problem
  std::string id;      ///< rsID or another name; empty: none
  std::string contig;  ///< canonical
  Position position;
  std::string effect_allele;  ///< upper case
  std::optional<std::string> other_allele;
  std::optional<double> effect_frequency;
  std::optional<double> panel_frequency;           ///< of a reference panel, for want of another
  std::optional<std::uint32_t> joint;              ///< index into `ScoringFile::joint_rows`
  std::optional<std::uint32_t> weights_by_copies;  ///< index into `ScoringFile::weights_by_copies`
};

/// The rows of a file, in its order. They stay in the blocks that they were parsed in, so that adding a block moves
/// none of them. All blocks but the last have `block_size` rows.
class ScoringRows {
 public:
  static constexpr std::size_t block_size = 64;

  /// An empty row behind the others.
  ScoringRow& add();
  /// Takes the rows of `other` behind its own.
  void append(ScoringRows other);
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] const ScoringRow& operator[](std::size_t i) const { return blocks_[i / block_size][i % block_size]; }
  [[nodiscard]] ScoringRow& operator[](std::size_t i) { return blocks_[i / block_size][i % block_size]; }

 private:
  std::vector<std::vector<ScoringRow>> blocks_;
  std::size_t size_ = 0;
};

/// Ascending indexes into `ScoringFile::rows`. Most scores have all rows of their file; these take no memory.
class RowList {
 public:
  RowList() = default;
  RowList(std::initializer_list<std::uint32_t> rows) {
    for (const std::uint32_t row : rows) push_back(row);
  }
  void push_back(std::uint32_t row);
  /// The entries of `other`, each `offset` rows further.
  void append(const RowList& other, std::uint32_t offset);
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::uint32_t operator[](std::size_t entry) const {
    return entry < first_rows_ ? static_cast<std::uint32_t>(entry) : rest_[entry - first_rows_];
  }
  bool operator==(const RowList&) const = default;

 private:
  std::size_t size_ = 0;
  std::size_t first_rows_ = 0;       ///< so many entries are rows 0, 1, 2, …
  std::vector<std::uint32_t> rest_;  ///< the entries behind them
};

/// One score: the rows that it has, and their weights.
struct ScoreColumn {
  std::string id;
  RowList row;  ///< of each entry
  std::vector<double> weight;
};

struct ScoringFile {
  std::string path;
  std::string name;
  MatchBy match_by = MatchBy::position;
  std::string build_text;  ///< as the file writes it
  sites::GenomeBuild build = sites::GenomeBuild::unknown;
  bool harmonised = false;
  ScoringRows rows;
  std::vector<ScoreColumn> scores;
  std::vector<std::array<double, 3>> weights_by_copies;
  std::vector<JointRow> joint_rows;
  std::vector<std::string> doubts;  ///< signs that the file may be cut, or not what it seems
};

enum class WeightPolicy : std::uint8_t {
  as_given,
  log,  ///< `--weights log`: the weights are odds or hazard ratios, their natural logarithm is used
};

/// \param threads  that may parse; result and errors do not depend on their number
/// \throws UserError naming file, line, column, expected and found
[[nodiscard]] ScoringFile read_scoring_file(const std::string& path, WeightPolicy policy,
                                            MatchBy match_by = MatchBy::position, int threads = 1);

}  // namespace varisk::scoring
