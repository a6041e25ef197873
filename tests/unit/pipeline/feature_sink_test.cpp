#include "feature_sink.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace varisk::pipeline {
namespace {

using models::Coding;
using testing::ElementsAre;

std::vector<double> values(const FeatureSink& sink, Coding coding) {
  return sink.column(0, {"10", Position{5}, "C", "T", "T", coding, std::nullopt}).value;
}

TEST(FeatureSink, TakesTheProbabilityOfTwoCopies) {
  FeatureSink sink({VariantUse{}}, {SiteId{7}}, 2);
  genotypes::CallBlock block;
  block.code = {genotypes::CallCode::diploid_0, genotypes::CallCode::haploid_0};
  block.has_dosage = block.has_two = true;
  block.dosage = {1.1, 0.25};
  block.two = {0.3, 0};
  const auto partial = sink.make_partial();
  sink.take(*partial, SiteId{7}, block);
  EXPECT_THAT(values(sink, Coding::additive), ElementsAre(1.1, 0.25));
  EXPECT_THAT(values(sink, Coding::dominant), ElementsAre(testing::DoubleEq(0.8), 0.25));
  EXPECT_THAT(values(sink, Coding::recessive), ElementsAre(0.3, 0.25));
}

TEST(FeatureSink, AnAssumedReferenceIsTwoCopiesOfRefOrOne) {
  for (const bool effect_is_reference : {false, true}) {
    FeatureSink sink({VariantUse{}}, {SiteId{7}}, 2);
    sink.assume(0, effect_is_reference, genotypes::CopyRule::hemizygous, {Sex::female, Sex::male});
    const double one = effect_is_reference ? 1 : 0;
    EXPECT_THAT(values(sink, Coding::additive), ElementsAre(2 * one, one));
    EXPECT_THAT(values(sink, Coding::dominant), ElementsAre(one, one));
    EXPECT_THAT(values(sink, Coding::recessive), ElementsAre(one, one));
  }
}

}  // namespace
}  // namespace varisk::pipeline
