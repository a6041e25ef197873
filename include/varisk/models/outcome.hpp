#pragma once
/// \file
/// The column that a model is trained to predict.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "varisk/cohort/covariate_table.hpp"
#include "varisk/cohort/splits.hpp"
#include "varisk/models/model.hpp"

namespace varisk::models {

/// More classes than this are taken for a mistake.
inline constexpr std::size_t most_classes = 50;

/// What becomes of a sample without an outcome.
enum class OnMissingOutcome : std::uint8_t { leave_out, error };

struct OutcomeColumn {
  std::string column;
  Family family = Family::binomial;
  /// As the table spells them (`--classes`); of an ordinal outcome in their order. None: binomial 0 and 1, multinomial
  /// all that are there, by number or by name, ordinal all, which must be whole numbers.
  std::vector<std::string> classes;
  OnMissingOutcome missing = OnMissingOutcome::leave_out;
};

struct Outcome {
  std::string column;
  Family family = Family::binomial;
  std::vector<std::string> classes;    ///< two or more; gaussian: none
  std::vector<double> value;           ///< of each sample: the index of its class, or the number
  std::vector<std::uint8_t> observed;  ///< of each sample: 1 or 0, then `value` says nothing
  std::size_t missing = 0;             ///< samples that are not observed
  std::string where;                   ///< file and column, for messages
};

/// \throws UserError with file, line, column, expected and found: a text that is no class or no finite number, too many
///         classes, a class without anybody, one class only, a number that is the same for all, nobody observed
[[nodiscard]] Outcome read_outcome(const OutcomeColumn& asked, const cohort::CovariateTable& table,
                                   std::span<const std::string> sample_ids);

/// Samples of each class among some samples, which must be observed; gaussian: nothing.
[[nodiscard]] std::vector<std::size_t> class_counts(const Outcome& outcome, std::span<const std::size_t> samples);

/// The same checks for a part of the samples, such as those to train on.
/// \param part  names it in the message \throws UserError for a class without anybody, or a number that never varies
void require_variation(const Outcome& outcome, std::span<const std::size_t> samples, const std::string& part);

/// What folds and splits are to spread evenly: the classes, or bands of the number. One entry for each of `samples`.
[[nodiscard]] cohort::Strata strata_of(const Outcome& outcome, std::span<const std::size_t> samples);

}  // namespace varisk::models
