#pragma once
/// \file
/// What a table of outcomes and predicted classes says.

#include <cstdint>
#include <optional>
#include <span>

namespace varisk::evaluation {

/// Rows are outcomes, columns predictions.
struct ClassTable {
  std::span<const double> cells;
  std::size_t classes = 0;
  [[nodiscard]] double cell(std::size_t row, std::size_t column) const { return cells[row * classes + column]; }
  [[nodiscard]] double row(std::size_t index) const;
  [[nodiscard]] double column(std::size_t index) const;
  [[nodiscard]] double total() const;
};

/// Cohen's kappa (1960), or with the squared distance of the classes as disagreement (1968); nothing if chance alone
/// would agree.
[[nodiscard]] std::optional<double> kappa(const ClassTable& table, bool quadratic);
/// Mean of F1 over the classes that are there or predicted.
[[nodiscard]] double macro_f1(const ClassTable& table);

}  // namespace varisk::evaluation
