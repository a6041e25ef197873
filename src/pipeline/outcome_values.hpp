#pragma once
/// \file
/// The outcome column as what the family needs.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "varisk/cohort/covariate_table.hpp"

namespace varisk::pipeline {

/// The cells that are used: rows of `table`, none of them missing in `column`.
struct OutcomeCells {
  const cohort::CovariateTable* table = nullptr;
  std::size_t column = 0;
  std::span<const std::size_t> rows;
};

/// 1 for an event. Cells are `event` and one other value, or 0 and 1; or, if the predictions know more than two
/// classes, any of them. A further value is an error, as it might mean that nothing is known. \param event  in: the
/// name of the class, may be empty; out: what counts as the event \throws UserError that says what was found
[[nodiscard]] std::vector<std::uint8_t> binary_outcome(const OutcomeCells& cells, std::string& event,
                                                       std::span<const std::string> classes);

/// Index of the class. \throws UserError with the line of a cell that is none
[[nodiscard]] std::vector<std::uint32_t> class_outcome(const OutcomeCells& cells, std::span<const std::string> classes);

/// \throws UserError with the line of a cell that is no number, or if all are equal
[[nodiscard]] std::vector<double> number_outcome(const OutcomeCells& cells);

}  // namespace varisk::pipeline
