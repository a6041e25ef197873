#include "training_sink.hpp"

#include <algorithm>
#include <cmath>

namespace varisk::pipeline {

struct TrainingSink::Part final : genotypes::CallSink::Partial {
  std::vector<std::uint8_t> copies;   ///< of the current site
  std::vector<std::uint8_t> missing;  ///< of the current site
  double largest_rounding = 0;
};

std::unique_ptr<genotypes::CallSink::Partial> TrainingSink::make_partial() const { return std::make_unique<Part>(); }

void TrainingSink::take(Partial& partial, SiteId site, const genotypes::CallBlock& calls) const {
  const auto column = column_of_[to_number(site)];
  if (!column) return;
  auto& part = static_cast<Part&>(partial);
  const std::size_t samples = calls.code.size();
  if (!calls.has_dosage) {
    part.copies.resize(samples);
    for (std::size_t i = 0; i < samples; ++i) {
      const genotypes::CallCode code = calls.code[i];
      part.copies[i] = is_missing(code) ? training::missing_call : static_cast<std::uint8_t>(copies(code));
    }
    calls_->set(*column, part.copies);
    filled_[*column] = Filled::calls;
    return;
  }
  part.missing.resize(samples);
  for (std::size_t i = 0; i < samples; ++i) part.missing[i] = is_missing(calls.code[i]) ? 1 : 0;
  dosages_->set(*column, calls.dosage, part.missing);
  for (std::size_t i = 0; i < samples; ++i) {
    if (part.missing[i] != 0) continue;
    const double kept = dosages_->step() * static_cast<double>(dosages_->code(*column, i));
    part.largest_rounding = std::max(part.largest_rounding, std::abs(kept - calls.dosage[i]));
  }
  filled_[*column] = Filled::dosages;
}

void TrainingSink::merge(Partial& partial) {
  largest_rounding_ = std::max(largest_rounding_, static_cast<Part&>(partial).largest_rounding);
}

}  // namespace varisk::pipeline
