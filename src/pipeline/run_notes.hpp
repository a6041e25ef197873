#pragma once
/// \file
/// What a run has to say beside its tables: how well the scores matched, and warnings.

#include <string>
#include <unordered_map>
#include <vector>

#include "score_cohort.hpp"
#include "varisk/core/log.hpp"

namespace varisk::pipeline {

/// Warnings in the order in which they first came; what several sample groups say alike is said once.
class Warnings {
 public:
  void add(const std::string& text);
  /// \param groups  of the run; with more than one, each text says how many of them it is about
  [[nodiscard]] std::vector<std::string> texts(std::size_t groups) const;

 private:
  std::vector<std::string> order_;
  std::unordered_map<std::string, std::size_t> times_;
};

class RunNotes {
 public:
  RunNotes(const ScoreInputs& inputs, const ScoreOptions& options);

  /// Notes of one group. \throws UserError for what `--strict` refuses
  void add(const GroupResult& result, bool strict);
  /// Logs how the scores matched, and adds all warnings and flags to the inputs'.
  void finish(ScoreInputs& inputs, const Log& log) const;
  [[nodiscard]] bool below_min_match() const noexcept { return below_min_match_; }
  [[nodiscard]] const PassCounts& counts() const noexcept { return counts_; }

 private:
  /// Of one score, over the groups.
  struct Matches {
    std::size_t rows = 0;
    std::size_t fewest = 0;
    std::size_t most = 0;
    std::size_t low_groups = 0;
  };

  const ScoreOptions* options_;
  std::vector<std::string> score_ids_;
  std::vector<Matches> matches_;
  std::size_t groups_ = 0;
  Warnings warnings_;
  PassCounts counts_;
  FileAccess access_;
  bool below_min_match_ = false;
  bool assumed_ = false;
};

/// Warns of a file that is not sorted, or has no end; with `strict` an error.
void note_file_doubts(const VariantPass& pass, bool strict, Warnings& warnings);
/// Warnings and flags of calls and records that were counted instead of used.
void note_counts(const PassCounts& counts, ScoreInputs& inputs);

}  // namespace varisk::pipeline
