#pragma once
/// \file
/// Which site each row of each score wants, and which rows are out before any genotype is read.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "varisk/scoring/scoring_file.hpp"
#include "varisk/sites/site_plan.hpp"

namespace varisk::scoring {

enum class PalindromicPolicy : std::uint8_t { drop, keep };
enum class DuplicateRows : std::uint8_t { drop, first, sum };

/// In which each row of each score ends; exactly one.
enum class RowState : std::uint8_t {
  matched,
  flipped,
  absent,
  ambiguous,
  allele_mismatch,
  duplicate,
  filtered,
  unsupported,
  not_harmonised,
};
inline constexpr std::size_t row_states = 9;
[[nodiscard]] std::string_view to_string(RowState state);

/// Rows that one score has, or several of a wide file, and what is known of each before any genotype is read.
struct PlannedRows {
  const ScoringFile* file = nullptr;
  const RowList* row = nullptr;
  std::vector<std::uint32_t> scores;  ///< that have these rows, ascending
  /// State of each entry that is settled without genotypes, else nothing.
  std::vector<std::optional<RowState>> settled;
  /// Site of each entry that is not settled.
  std::vector<SiteId> site;
  /// Entries that are ambiguous if their site is found: palindromic ones that are to be dropped.
  std::vector<bool> dropped_if_found;

  [[nodiscard]] const ScoringRow& row_of(std::size_t entry) const { return file->rows[(*row)[entry]]; }
};

/// A row that wants a site.
struct SiteUser {
  std::uint32_t rows = 0;   ///< index into `ScorePlan::rows`
  std::uint32_t entry = 0;  ///< index into these `PlannedRows`
};

/// The smallest power of two whose multiples below 2^62 hold the sum of the absolute values of all rows.
/// \throws UserError if the weights are too large to be added up
[[nodiscard]] int quantum_exponent(const ScoringFile& file, const ScoreColumn& column,
                                   std::span<const std::optional<RowState>> settled);

/// One score of the run.
struct PlannedScore {
  PlannedScore(const ScoringFile& scoring_file, const ScoreColumn& score, std::uint32_t index,
               const PlannedRows& planned)
      : file(&scoring_file),
        column(&score),
        rows(index),
        quantum_exponent(scoring::quantum_exponent(scoring_file, score, planned.settled)),
        settled(planned.settled),
        site(planned.site),
        dropped_if_found(planned.dropped_if_found) {}

  const ScoringFile* file;
  const ScoreColumn* column;
  std::uint32_t rows;  ///< index into `ScorePlan::rows`
  /// Terms are added up in units of 2 to this power.
  int quantum_exponent;
  // Those of its `PlannedRows`.
  const std::vector<std::optional<RowState>>& settled;
  const std::vector<SiteId>& site;
  const std::vector<bool>& dropped_if_found;

  [[nodiscard]] const ScoringRow& row(std::size_t entry) const { return file->rows[column->row[entry]]; }
};

/// The scores of a run. The scoring files must outlive it.
class ScorePlan {
 public:
  /// \throws UserError if the weights of a score are too large to be added up
  ScorePlan(std::span<const ScoringFile> files, PalindromicPolicy palindromic, DuplicateRows duplicates);

  [[nodiscard]] std::span<const PlannedScore> scores() const noexcept { return scores_; }
  [[nodiscard]] std::size_t row_sets() const noexcept { return rows_.size(); }
  [[nodiscard]] const PlannedRows& rows(std::size_t index) const { return *rows_[index]; }
  /// What to ask the site plan for; `set_sites` takes the answer.
  [[nodiscard]] const std::vector<sites::SiteRequest>& requests() const noexcept { return requests_; }
  /// \param ids         of each request, in the order of `requests`
  /// \param site_count  size of the site plan
  void set_sites(std::span<const SiteId> ids, std::size_t site_count);
  /// The rows that use the calls of a site.
  [[nodiscard]] std::span<const SiteUser> users(SiteId site) const;

 private:
  [[nodiscard]] std::uint32_t rows_of(const ScoringFile& file, const ScoreColumn& column, PalindromicPolicy palindromic,
                                      DuplicateRows duplicates);
  void settle_duplicates(PlannedRows& rows, DuplicateRows policy) const;

  std::vector<std::unique_ptr<PlannedRows>> rows_;
  std::vector<PlannedScore> scores_;
  std::vector<sites::SiteRequest> requests_;
  std::vector<std::vector<bool>> wanted_;  ///< of each file: the rows that ask
  std::vector<std::size_t> first_user_;    ///< of each site, and one past the last
  std::vector<SiteUser> users_;
};

}  // namespace varisk::scoring
