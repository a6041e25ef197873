#pragma once
/// \file
/// Copies of the variants that models use as features.

#include <atomic>
#include <compare>
#include <vector>

#include "varisk/genotypes/call_decoder.hpp"
#include "varisk/genotypes/call_sink.hpp"
#include "varisk/models/feature_column.hpp"
#include "varisk/models/model.hpp"
#include "varisk/sites/site_plan.hpp"

namespace varisk::pipeline {

/// A variant feature of one model of the run.
struct VariantUse {
  std::size_t model = 0;
  std::size_t feature = 0;
  auto operator<=>(const VariantUse&) const = default;
};

/// Each feature has a column of its own, so threads write side by side. A site that comes again, as in a file that is
/// not sorted and is refused for it, is left alone.
class FeatureSink final : public genotypes::CallSink {
 public:
  FeatureSink(const std::vector<VariantUse>& uses, const std::vector<SiteId>& sites, std::size_t samples);

  [[nodiscard]] std::unique_ptr<Partial> make_partial() const override { return std::make_unique<Partial>(); }
  void take(Partial& partial, SiteId site, const genotypes::CallBlock& calls) const override;
  void merge(Partial& /*partial*/) override {}

  /// No record has the site: everybody is taken for homozygous reference.
  void assume(std::size_t use, bool effect_is_reference, genotypes::CopyRule rule, const std::vector<Sex>& sex);

  [[nodiscard]] models::FeatureColumn column(std::size_t use, const models::VariantFeature& feature) const;

 private:
  /// A byte for each sample if all calls are hard.
  struct Copies {
    std::vector<genotypes::CallCode> code;
    std::vector<double> dosage;  ///< as in a block with dosages; else empty
    std::vector<double> two;     ///< likewise
    std::atomic_flag taken;
    bool assumed = false;

    [[nodiscard]] models::VariantCall call(std::size_t sample) const;
  };
  /// One use of a site, sorted by site.
  struct Use {
    SiteId site;
    std::size_t use;
  };
  std::vector<Use> uses_;
  mutable std::vector<Copies> copies_;
};

}  // namespace varisk::pipeline
