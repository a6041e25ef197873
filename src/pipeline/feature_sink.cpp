#include "feature_sink.hpp"

#include <algorithm>

namespace varisk::pipeline {

using genotypes::CallBlock;
using genotypes::CallCode;

FeatureSink::FeatureSink(const std::vector<VariantUse>& uses, const std::vector<SiteId>& sites, std::size_t samples)
    : copies_(uses.size()) {
  for (Copies& copies : copies_) copies.code.assign(samples, CallCode::diploid_missing);
  for (std::size_t use = 0; use < sites.size(); ++use) uses_.push_back({sites[use], use});
  std::stable_sort(uses_.begin(), uses_.end(), [](const Use& a, const Use& b) { return a.site < b.site; });
}

void FeatureSink::take(Partial& /*partial*/, SiteId site, const CallBlock& calls) const {
  auto entry = std::lower_bound(uses_.begin(), uses_.end(), site, [](const Use& a, SiteId b) { return a.site < b; });
  for (; entry != uses_.end() && entry->site == site; ++entry) {
    Copies& to = copies_[entry->use];
    if (to.taken.test_and_set()) continue;
    to.code = calls.code;
    if (calls.has_dosage) to.dosage = calls.dosage;
    if (calls.has_two) to.two = calls.two;
  }
}

void FeatureSink::assume(std::size_t use, bool effect_is_reference, genotypes::CopyRule rule,
                         const std::vector<Sex>& sex) {
  Copies& to = copies_[use];
  to.assumed = true;
  for (std::size_t i = 0; i < to.code.size(); ++i) {
    const bool one = genotypes::has_one_copy(rule, sex.empty() ? Sex::unknown : sex[i]);
    if (one) {
      to.code[i] = effect_is_reference ? CallCode::haploid_1 : CallCode::haploid_0;
    } else {
      to.code[i] = effect_is_reference ? CallCode::diploid_2 : CallCode::diploid_0;
    }
  }
}

models::VariantCall FeatureSink::Copies::call(std::size_t sample) const {
  const double copies = dosage.empty() ? genotypes::copies(code[sample]) : dosage[sample];
  return {copies, two.empty() ? std::max(copies - 1, 0.0) : two[sample], genotypes::ploidy(code[sample])};
}

models::FeatureColumn FeatureSink::column(std::size_t use, const models::VariantFeature& feature) const {
  const Copies& from = copies_[use];
  models::FeatureColumn column;
  column.value.reserve(from.code.size());
  column.state.reserve(from.code.size());
  for (std::size_t i = 0; i < from.code.size(); ++i) {
    const auto call = is_missing(from.code[i]) ? std::nullopt : std::optional(from.call(i));
    const auto value = models::variant_value(feature, call);
    column.value.push_back(value.value);
    column.state.push_back(from.assumed ? models::ValueState::assumed : value.state);
  }
  return column;
}

}  // namespace varisk::pipeline
