#pragma once
/// \file
/// Packs the calls of variants that are trained on.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "varisk/genotypes/call_sink.hpp"
#include "varisk/training/dosage_matrix.hpp"
#include "varisk/training/genotype_matrix.hpp"

namespace varisk::pipeline {

/// Each variant has its column, in one of the two matrices, so threads write side by side. A site that comes again, as
/// in a file that is not sorted and is refused for it, is written again.
class TrainingSink final : public genotypes::CallSink {
 public:
  enum class Filled : std::uint8_t { no, calls, dosages };

  /// \param column_of  by site of the plan: its column; nothing: not trained on
  TrainingSink(std::vector<std::optional<std::uint32_t>> column_of, std::size_t columns,
               training::GenotypeMatrix& calls, training::DosageMatrix& dosages)
      : column_of_(std::move(column_of)), filled_(columns, Filled::no), calls_(&calls), dosages_(&dosages) {}

  [[nodiscard]] std::unique_ptr<Partial> make_partial() const override;
  void take(Partial& partial, SiteId site, const genotypes::CallBlock& calls) const override;
  void merge(Partial& partial) override;

  /// Of each column: where its values are.
  [[nodiscard]] std::span<const Filled> filled() const noexcept { return filled_; }
  /// The largest difference between a dosage and what is kept of it.
  [[nodiscard]] double largest_rounding() const noexcept { return largest_rounding_; }

 private:
  struct Part;
  std::vector<std::optional<std::uint32_t>> column_of_;
  mutable std::vector<Filled> filled_;
  training::GenotypeMatrix* calls_;
  training::DosageMatrix* dosages_;
  double largest_rounding_ = 0;
};

}  // namespace varisk::pipeline
