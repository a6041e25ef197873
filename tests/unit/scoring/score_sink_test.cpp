#include "varisk/scoring/score_sink.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <thread>

#include "scoring_inputs.hpp"
#include "varisk/core/error.hpp"

namespace varisk::scoring {
namespace {

using genotypes::CallBlock;
using genotypes::CallCode;
using genotypes::CopyRule;
using test::Planned;
using test::row;
using test::scoring_file;

CallBlock block_of(std::vector<CallCode> codes, std::vector<double> dosage = {}) {
  CallBlock block;
  block.code = std::move(codes);
  block.has_dosage = !dosage.empty();
  block.dosage = std::move(dosage);
  for (std::uint32_t i = 0; i < block.code.size(); ++i) {
    const CallCode code = block.code[i];
    if (code > CallCode::diploid_2) block.exceptions.push_back(i);
    if (is_missing(code) && block.has_dosage) block.dosage[i] = 0;
    if (is_missing(code)) continue;
    ++block.observed_calls;
    block.observed_alleles += ploidy(code);
    block.effect_alleles += block.has_dosage ? block.dosage[i] : copies(code);
  }
  return block;
}

CallBlock random_block(std::mt19937& random, std::size_t samples) {
  std::vector<CallCode> codes;
  std::vector<double> dosage;
  const bool has_dosage = random() % 3 == 0;
  for (std::size_t i = 0; i < samples; ++i) {
    auto code = static_cast<CallCode>(random() % (random() % 2 == 0 ? 7 : 3));
    if (has_dosage && !is_missing(code)) code = ploidy(code) == 1 ? CallCode::haploid_0 : CallCode::diploid_0;
    codes.push_back(code);
    if (has_dosage) dosage.push_back(ploidy(code) * static_cast<double>(random() % 2001) / 2000);
  }
  return block_of(std::move(codes), std::move(dosage));
}

ScoringFile random_file(std::mt19937& random, std::size_t rows, double scale) {
  std::vector<ScoringRow> all;
  std::vector<double> weights;
  ScoringFile file;
  for (std::size_t i = 0; i < rows; ++i) {
    auto& one = all.emplace_back(row("1", 1 + static_cast<std::int64_t>(random() % (2 * rows)), "A", "G"));
    one.coding = static_cast<Coding>(random() % 4);
    if (random() % 3 != 0) one.effect_frequency = static_cast<double>(random() % 1001) / 1000;
    weights.push_back(scale * (static_cast<double>(random()) / 2147483648.0 - 1));
  }
  file = scoring_file(std::move(all), std::move(weights));
  for (std::size_t i = 0; i < file.rows.size(); ++i) {
    ScoringRow& one = file.rows[i];
    if (one.coding != Coding::by_copies) continue;
    one.weights_by_copies = static_cast<std::uint32_t>(file.weights_by_copies.size());
    file.weights_by_copies.push_back({static_cast<double>(random() % 7) - 3, 0.25, static_cast<double>(random() % 9)});
  }
  return file;
}

/// What one call adds, by the rules of the documentation.
long double term(const ScoringFile& file, const ScoringRow& row, long double weight, const CallBlock& block,
                 std::size_t sample, std::optional<long double> f, ImputeModel model) {
  const CallCode code = block.code[sample];
  const bool one = ploidy(code) == 1;
  std::array<long double, 3> by = {0, 0, 0};
  if (row.weights_by_copies) {
    for (std::size_t k = 0; k < 3; ++k) by[k] = file.weights_by_copies[*row.weights_by_copies][k];
  }
  if (is_missing(code)) {
    if (!f) return 0;
    const long double p = *f;
    switch (row.coding) {
      case Coding::additive: return weight * p * (one ? 1 : 2);
      case Coding::dominant: return weight * (one || model == ImputeModel::plink2 ? p : 1 - (1 - p) * (1 - p));
      case Coding::recessive: return weight * (one || model == ImputeModel::plink2 ? p : p * p);
      case Coding::by_copies: break;
    }
    if (one) return weight * (by[0] * (1 - p) + by[2] * p);
    return weight * (by[0] * (1 - p) * (1 - p) + by[1] * 2 * p * (1 - p) + by[2] * p * p);
  }
  const long double d = block.has_dosage ? block.dosage[sample] : copies(code);
  switch (row.coding) {
    case Coding::additive: return weight * d;
    case Coding::dominant: return weight * (one ? d : std::min(d, 1.0L));
    case Coding::recessive: return weight * (one ? d : std::max(d - 1, 0.0L));
    case Coding::by_copies: break;
  }
  if (one) return weight * (by[0] + d * (by[2] - by[0]));
  return weight * (d <= 1 ? by[0] + d * (by[1] - by[0]) : by[1] + (d - 1) * (by[2] - by[1]));
}

struct Expected {
  long double sum = 0;
  std::int64_t alleles = 0;
  std::int64_t rows = 0;
  std::int32_t unobserved = 0;
  std::int32_t imputed = 0;
};

void expect_random_sums(std::uint32_t seed, double scale, ImputePolicy impute, ImputeModel model) {
  std::mt19937 random(seed);
  for (int round = 0; round < 25; ++round) {
    const std::size_t samples = random() % 40;
    const std::vector<ScoringFile> files = {random_file(random, 1 + random() % 60, scale),
                                            random_file(random, 1 + random() % 20, scale)};
    const Planned planned(files);
    const auto level = static_cast<SimdLevel>(random() % (1 + static_cast<unsigned>(best_simd_level())));
    ScoreSink sink(planned.plan, samples, impute, model, level);
    std::vector<std::unique_ptr<ScoreSink::Partial>> partials;
    for (std::size_t k = 1 + random() % 4; k > 0; --k) partials.push_back(sink.make_partial());
    std::vector<Expected> expected(2 * samples);
    std::vector<std::uint32_t> order(planned.sites.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    std::array<long double, 2> magnitude = {0, 0};
    for (const std::uint32_t site : order) {
      const CallBlock block = random_block(random, samples);
      sink.take(*partials[random() % partials.size()], SiteId{site}, block);
      for (const SiteUser& user : planned.plan.users(SiteId{site})) {
        for (const std::uint32_t s : planned.plan.rows(user.rows).scores) {
          const PlannedScore& score = planned.plan.scores()[s];
          const ScoringRow& one = score.row(user.entry);
          std::optional<long double> f;
          if (impute == ImputePolicy::file && one.effect_frequency) f = *one.effect_frequency;
          if (impute == ImputePolicy::cohort && block.observed_alleles > 0) {
            f = block.effect_alleles / static_cast<double>(block.observed_alleles);
          }
          magnitude[s] += 8 * std::abs(score.column->weight[user.entry]);
          for (std::size_t i = 0; i < samples; ++i) {
            Expected& mine = expected[s * samples + i];
            mine.sum += term(*score.file, one, score.column->weight[user.entry], block, i, f, model);
            const bool missing = is_missing(block.code[i]);
            ++mine.rows;
            mine.unobserved += missing ? 1 : 0;
            mine.imputed += missing && f ? 1 : 0;
            if (!missing || f) mine.alleles += ploidy(block.code[i]);
          }
        }
      }
    }
    for (auto& partial : partials) sink.merge(*partial);
    for (std::size_t s = 0; s < 2; ++s) {
      for (std::size_t i = 0; i < samples; ++i) {
        const SampleScore got = sink.result(s, i);
        const Expected& wanted = expected[s * samples + i];
        ASSERT_NEAR(sink.value(s, got.sum), static_cast<double>(wanted.sum), static_cast<double>(magnitude[s]) * 1e-14);
        EXPECT_EQ(2 * wanted.rows - got.fewer_alleles, wanted.alleles);
        EXPECT_EQ(got.unobserved, wanted.unobserved);
        EXPECT_EQ(got.imputed, wanted.imputed);
      }
    }
  }
}

TEST(ScoreSink, SumsAreThoseOfExtendedPrecision) {
  expect_random_sums(71, 1, ImputePolicy::file, ImputeModel::hwe);
  expect_random_sums(72, 1, ImputePolicy::none, ImputeModel::hwe);
  expect_random_sums(73, 1, ImputePolicy::cohort, ImputeModel::hwe);
  expect_random_sums(74, 1, ImputePolicy::cohort, ImputeModel::plink2);
}

/// A wide file: some scores have all rows, others some of them.
ScoringFile wide_file(std::mt19937& random, std::size_t rows, std::size_t scores) {
  ScoringFile file = random_file(random, rows, 1);
  file.scores.clear();
  for (std::size_t s = 0; s < scores; ++s) {
    ScoreColumn& score = file.scores.emplace_back();
    const bool whole = random() % 3 != 0;
    for (std::uint32_t r = 0; r < rows; ++r) {
      if (!whole && random() % 4 == 0) continue;
      score.row.push_back(r);
      score.weight.push_back(static_cast<double>(random()) / 2147483648.0 - 1);
    }
  }
  return file;
}

/// Most calls alike, as at real sites.
CallBlock block_of_many(std::mt19937& random, std::size_t samples) {
  const bool has_dosage = random() % 5 == 0;
  const auto usual = static_cast<CallCode>(random() % 7);
  const std::size_t one_in = 1 + random() % 40;
  std::vector<CallCode> codes;
  std::vector<double> dosage;
  for (std::size_t i = 0; i < samples; ++i) {
    auto code = random() % one_in == 0 ? static_cast<CallCode>(random() % 7) : usual;
    if (has_dosage && !is_missing(code)) code = ploidy(code) == 1 ? CallCode::haploid_0 : CallCode::diploid_0;
    codes.push_back(code);
    if (has_dosage) dosage.push_back(ploidy(code) * static_cast<double>(random() % 2001) / 2000);
  }
  return block_of(std::move(codes), std::move(dosage));
}

/// The same rounded terms added one by one.
std::vector<std::int64_t> naive_sums(const Planned& planned, const std::vector<CallBlock>& blocks, ImputePolicy impute,
                                     std::size_t samples) {
  const auto scores = planned.plan.scores();
  std::vector<std::int64_t> sums(scores.size() * samples);
  for (std::size_t s = 0; s < scores.size(); ++s) {
    for (std::size_t entry = 0; entry < scores[s].settled.size(); ++entry) {
      const ScoringRow& one = scores[s].row(entry);
      const CallBlock& block = blocks[to_number(scores[s].site[entry])];
      const RowWeights weights = row_weights(*scores[s].file, one, scores[s].column->weight[entry]);
      std::optional<double> f;
      if (impute == ImputePolicy::file) f = one.effect_frequency;
      if (impute == ImputePolicy::cohort && block.observed_alleles > 0) {
        f = block.effect_alleles / static_cast<double>(block.observed_alleles);
      }
      for (std::size_t i = 0; i < samples; ++i) {
        const int of = ploidy(block.code[i]);
        // Real numbers of copies are multiplied by weights in quanta, so that rounding is the same for all codings.
        const int exponent = -scores[s].quantum_exponent;
        double quanta = 0;
        if (is_missing(block.code[i])) {
          if (f) quanta = std::ldexp(weights.expectation(*f, of, ImputeModel::hwe), exponent);
        } else if (block.has_dosage) {
          quanta = weights.scaled(exponent).value(block.dosage[i], block.two_of(i), of);
        } else {
          quanta = std::ldexp(weights.value(copies(block.code[i]), of), exponent);
        }
        sums[s * samples + i] += std::llrint(quanta);
      }
    }
  }
  return sums;
}

TEST(ScoreSink, SitesAddedTogetherByThreadsThatShareSumsGiveTheSumsOfSingleTerms) {
  std::mt19937 random(78);
  for (int round = 0; round < 24; ++round) {
    const std::size_t samples = round % 4 == 0 ? random() % 70 : 60 + random() % 300;
    std::vector<ScoringFile> files = {wide_file(random, 40 + random() % 200, 1 + random() % 150)};
    if (round % 3 == 1) files.push_back(wide_file(random, 1 + random() % 100, 3));
    if (round % 3 == 2) files.push_back(random_file(random, 1 + random() % 100, 1));
    const Planned planned(files);
    std::vector<CallBlock> blocks;
    for (std::size_t i = 0; i < planned.sites.size(); ++i) blocks.push_back(block_of_many(random, samples));
    const auto impute = static_cast<ImputePolicy>(round % 3);
    const auto level = static_cast<SimdLevel>(random() % (1 + static_cast<unsigned>(best_simd_level())));
    const ScoreSinkMemory memory = {random() % 2 == 0 ? 0 : std::size_t{1} << 20U, random() % (samples * 200 + 1)};
    constexpr std::size_t threads = 3;
    ScoreSink sink(planned.plan, samples, impute, ImputeModel::hwe, level, threads, memory);
    std::vector<std::unique_ptr<ScoreSink::Partial>> partials;
    for (std::size_t t = 0; t < threads; ++t) partials.push_back(sink.make_partial());
    {
      std::vector<std::jthread> running;
      for (std::size_t t = 0; t < threads; ++t) {
        running.emplace_back([&, t] {
          for (std::size_t i = t; i < blocks.size(); i += threads) {
            sink.take(*partials[t], SiteId{static_cast<std::uint32_t>(i)}, blocks[i]);
          }
        });
      }
    }
    for (auto& partial : partials) sink.merge(*partial);
    const auto expected = naive_sums(planned, blocks, impute, samples);
    for (std::size_t s = 0; s < planned.plan.scores().size(); ++s) {
      const PlannedScore& score = planned.plan.scores()[s];
      for (std::size_t i = 0; i < samples; ++i) {
        const SampleScore got = sink.result(s, i);
        ASSERT_EQ(got.sum, expected[s * samples + i]) << "round " << round << ", score " << s << ", sample " << i;
        std::int32_t unobserved = 0;
        for (const SiteId site : score.site) unobserved += is_missing(blocks[to_number(site)].code[i]) ? 1 : 0;
        ASSERT_EQ(got.unobserved, unobserved);
      }
    }
  }
}

TEST(ScoreSink, HugeAndTinyWeightsKeepTheirPrecision) {
  for (const double scale : {1e300, 1e100, 1e-100, 1e-250}) {
    expect_random_sums(75, scale, ImputePolicy::file, ImputeModel::hwe);
  }
}

TEST(ScoreSink, WeightsNearTheSmallestDoubleKeepTheirPrecision) {
  expect_random_sums(76, 1e-300, ImputePolicy::file, ImputeModel::hwe);
}

TEST(ScoreSink, AHugeAndManyTinyWeightsAddUpInOneScore) {
  std::vector<ScoringRow> rows;
  std::vector<double> weights;
  for (int i = 0; i < 1001; ++i) {
    rows.push_back(row("1", i + 1, "A", "G"));
    weights.push_back(i == 0 ? 1.0 : 1e-12);
  }
  const std::vector<ScoringFile> files = {scoring_file(rows, weights)};
  const Planned planned(files);
  ScoreSink sink(planned.plan, 2, ImputePolicy::none, ImputeModel::hwe);
  const auto partial = sink.make_partial();
  const CallBlock block = block_of({CallCode::diploid_2, CallCode::diploid_1});
  for (std::uint32_t i = 0; i < planned.sites.size(); ++i) sink.take(*partial, SiteId{i}, block);
  sink.merge(*partial);
  EXPECT_NEAR(sink.value(0, sink.result(0, 0).sum), 2 + 2e-9, 1e-15);
  EXPECT_NEAR(sink.value(0, sink.result(0, 1).sum), 1 + 1e-9, 1e-15);
}

TEST(ScoreSink, SumsDoNotDependOnTheOrderOfTheSitesOrTheirSplitOverThreads) {
  std::mt19937 random(77);
  constexpr std::size_t samples = 19;
  const std::vector<ScoringFile> files = {random_file(random, 300, 1)};
  const Planned planned(files);
  std::vector<CallBlock> blocks;
  for (std::size_t i = 0; i < planned.sites.size(); ++i) blocks.push_back(random_block(random, samples));
  std::vector<std::int64_t> first;
  for (const std::size_t parts : {1U, 2U, 3U, 8U, 300U}) {
    ScoreSink sink(planned.plan, samples, ImputePolicy::cohort, ImputeModel::hwe);
    std::vector<std::unique_ptr<ScoreSink::Partial>> partials;
    for (std::size_t k = 0; k < parts; ++k) partials.push_back(sink.make_partial());
    std::vector<std::uint32_t> order(blocks.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    for (const std::uint32_t site : order) sink.take(*partials[random() % parts], SiteId{site}, blocks[site]);
    std::shuffle(partials.begin(), partials.end(), random);
    for (auto& partial : partials) sink.merge(*partial);
    std::vector<std::int64_t> sums;
    for (std::size_t i = 0; i < samples; ++i) sums.push_back(sink.result(0, i).sum);
    if (first.empty()) first = sums;
    EXPECT_EQ(sums, first) << parts;
  }
}

TEST(ScoreSink, WeightsThatCannotBeAddedUpAreAnErrorThatNamesTheFile) {
  const std::vector<ScoringFile> files = {
      scoring_file({row("1", 1, "A", "G"), row("1", 2, "A", "G")}, {1.5e308, 1.5e308})};
  EXPECT_THROW(Planned{files}, UserError);
}

TEST(ScoreSink, WeightsOfNoughtGiveSumsOfNought) {
  const std::vector<ScoringFile> files = {scoring_file({row("1", 1, "A", "G")}, {0})};
  const Planned planned(files);
  ScoreSink sink(planned.plan, 1, ImputePolicy::file, ImputeModel::hwe);
  const auto partial = sink.make_partial();
  sink.take(*partial, SiteId{0}, block_of({CallCode::diploid_2}));
  sink.merge(*partial);
  EXPECT_EQ(sink.value(0, sink.result(0, 0).sum), 0);
}

TEST(ScoreSink, ASiteWithoutAnyObservedCallHasNoCohortFrequency) {
  const std::vector<ScoringFile> files = {scoring_file({row("1", 1, "A", "G", 0.5)}, {1})};
  const Planned planned(files);
  ScoreSink sink(planned.plan, 1, ImputePolicy::cohort, ImputeModel::hwe);
  const auto partial = sink.make_partial();
  sink.take(*partial, SiteId{0}, block_of({CallCode::diploid_missing}));
  sink.merge(*partial);
  const SampleScore result = sink.result(0, 0);
  EXPECT_EQ(result.sum, 0);
  EXPECT_EQ(result.imputed, 0);
  EXPECT_EQ(result.unobserved, 1);
  EXPECT_EQ(result.fewer_alleles, 2);
}

TEST(ScoreSink, AnAbsentRowIsLikeAMissingCallOfEverybody) {
  const std::vector<ScoringFile> files = {
      scoring_file({row("X", 5000000, "A", "G", 0.25), row("X", 5000001, "A", "G")}, {4, 1})};
  const Planned planned(files);
  const std::vector<Sex> sex = {Sex::male, Sex::female, Sex::unknown};
  for (const ImputePolicy impute : {ImputePolicy::file, ImputePolicy::cohort, ImputePolicy::none}) {
    ScoreSink sink(planned.plan, 3, impute, ImputeModel::hwe);
    sink.add_absent(0, 0, CopyRule::hemizygous, sex);
    sink.add_absent(0, 1, CopyRule::hemizygous, sex);
    const bool imputed = impute == ImputePolicy::file;
    for (std::size_t i = 0; i < 3; ++i) {
      const SampleScore result = sink.result(0, i);
      const int copies_here = sex[i] == Sex::male ? 1 : 2;
      EXPECT_EQ(sink.value(0, result.sum), imputed ? copies_here : 0) << i;
      EXPECT_EQ(result.unobserved, 2);
      EXPECT_EQ(result.imputed, imputed ? 1 : 0);
      EXPECT_EQ(4 - result.fewer_alleles, imputed ? copies_here : 0) << i;
    }
  }
}

}  // namespace
}  // namespace varisk::scoring
