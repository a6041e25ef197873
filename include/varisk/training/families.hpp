#pragma once
/// \file
/// Outcomes, what a linear predictor means for them, and deviances.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace varisk::training {

/// gaussian: E y = η. binomial: logit P(y = 1) = η. multinomial: P(y = k) ∝ exp ηₖ, one predictor for each class.
/// ordinal: logit P(y ≤ k) = θₖ − η, thresholds θ ascending.
enum class Family : std::uint8_t { gaussian, binomial, multinomial, ordinal };

/// What is to be predicted, row by row. Rows outside of all fits may hold anything.
struct Outcome {
  Family family = Family::gaussian;
  std::vector<double> values;          ///< gaussian: one for each row; else empty
  std::vector<std::uint32_t> classes;  ///< else: class of each row, from 0; binomial: 1 is a case; ordinal: ascending
  std::size_t class_count = 0;         ///< 2 for binomial; at least 2 for the others; 0 for gaussian

  [[nodiscard]] std::size_t rows() const noexcept {
    return family == Family::gaussian ? values.size() : classes.size();
  }
  /// Linear predictors of a row: as many as classes for multinomial, else 1.
  [[nodiscard]] std::size_t predictors() const noexcept { return family == Family::multinomial ? class_count : 1; }
  /// Intercepts: as many as classes for multinomial, one less for ordinal (thresholds), else 1.
  [[nodiscard]] std::size_t intercepts() const noexcept {
    return family == Family::multinomial ? class_count : family == Family::ordinal ? class_count - 1 : 1;
  }
};

/// Deviance of each row: −2 log P(its outcome), or for gaussian (y − η)².
/// \param predictors  rows × `outcome.predictors()`, one predictor after the other; for ordinal without thresholds
/// \param thresholds  ordinal: ascending; else empty
/// \param rows        which; the result has one value for each of them
[[nodiscard]] std::vector<double> row_deviances(const Outcome& outcome, std::span<const double> predictors,
                                                std::span<const double> thresholds,
                                                std::span<const std::uint32_t> rows);

/// Probabilities of all classes of one row (binomial: of classes 0 and 1). Not for gaussian.
/// \param predictors  of this row: `predictors()` numbers
[[nodiscard]] std::vector<double> class_probabilities(Family family, std::span<const double> predictors,
                                                      std::span<const double> thresholds);

}  // namespace varisk::training
