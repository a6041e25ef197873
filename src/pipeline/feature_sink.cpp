#include "feature_sink.hpp"

namespace varisk::pipeline {

using genotypes::CallBlock;

FeatureSink::FeatureSink(const std::vector<VariantUse>& uses, const std::vector<SiteId>& sites, std::size_t samples)
    : sites_(sites), copies_(uses.size()) {
  for (Copies& copies : copies_) {
    copies.dosage.resize(samples);
    copies.two.resize(samples);
    copies.ploidy.resize(samples);
  }
}

void FeatureSink::take(Partial& /*partial*/, SiteId site, const CallBlock& calls) const {
  for (std::size_t use = 0; use < sites_.size(); ++use) {
    if (sites_[use] != site) continue;
    Copies& to = copies_[use];
    if (to.taken.test_and_set()) continue;
    for (std::size_t i = 0; i < calls.code.size(); ++i) {
      const auto code = calls.code[i];
      if (is_missing(code)) continue;
      to.ploidy[i] = static_cast<std::uint8_t>(ploidy(code));
      to.dosage[i] = calls.copies_of(i);
      to.two[i] = calls.two_of(i);
    }
  }
}

void FeatureSink::assume(std::size_t use, bool effect_is_reference, genotypes::CopyRule rule,
                         const std::vector<Sex>& sex) {
  Copies& to = copies_[use];
  to.assumed = true;
  for (std::size_t i = 0; i < to.dosage.size(); ++i) {
    to.ploidy[i] = genotypes::has_one_copy(rule, sex.empty() ? Sex::unknown : sex[i]) ? 1 : 2;
    to.dosage[i] = effect_is_reference ? to.ploidy[i] : 0;
    to.two[i] = effect_is_reference && to.ploidy[i] == 2 ? 1 : 0;
  }
}

models::FeatureColumn FeatureSink::column(std::size_t use, const models::VariantFeature& feature) const {
  const Copies& from = copies_[use];
  models::FeatureColumn column;
  for (std::size_t i = 0; i < from.dosage.size(); ++i) {
    const bool called = from.ploidy[i] != 0;
    const auto call =
        called ? std::optional(models::VariantCall{from.dosage[i], from.two[i], from.ploidy[i]}) : std::nullopt;
    const auto value = models::variant_value(feature, call);
    column.value.push_back(value.value);
    column.state.push_back(from.assumed ? models::ValueState::assumed : value.state);
  }
  return column;
}

}  // namespace varisk::pipeline
