#include "varisk/scoring/score_sink.hpp"

#include <cmath>

#include "varisk/core/error.hpp"

namespace varisk::scoring {
namespace {

using genotypes::CallBlock;
using genotypes::CallCode;
using genotypes::is_missing;
using genotypes::ploidy;

/// The largest sum that may be reached, as a power of two; one bit is left for the sign.
constexpr int largest_sum_bits = 62;

int quantum_exponent(const PlannedScore& score) {
  double bound = 0;
  for (std::size_t i = 0; i < score.settled.size(); ++i) {
    if (score.wants_site(i)) bound += row_weights(*score.file, score.row(i), score.column->weight[i]).bound();
    if (score.is_joint(i)) {
      const auto factors = static_cast<int>(score.file->joint_rows[*score.row(i).joint].factors.size());
      bound += std::ldexp(std::abs(score.column->weight[i]), factors);  // two copies of each
    }
  }
  if (!std::isfinite(bound)) throw UserError("the weights are too large to be added up", score.file->path);
  return bound == 0 ? 0 : std::ilogb(bound) + 1 - largest_sum_bits;
}

}  // namespace

/// Score by score, the samples in a row.
struct ScoreSink::Sums final : genotypes::CallSink::Partial {
  explicit Sums(std::size_t size) : sum(size), fewer_alleles(size), unobserved(size), imputed(size) {}
  std::vector<std::int64_t> sum;
  std::vector<std::int32_t> fewer_alleles;
  std::vector<std::int32_t> unobserved;
  std::vector<std::int32_t> imputed;
};

ScoreSink::ScoreSink(const ScorePlan& plan, std::size_t samples, ImputePolicy impute, ImputeModel model,
                     SimdLevel level)
    : plan_(&plan),
      samples_(samples),
      impute_(impute),
      model_(model),
      add_by_code_(add_kernel(level)),
      add_dosages_(dosage_add_kernel(level)),
      total_(std::make_unique<Sums>(plan.scores().size() * samples)) {
  for (const PlannedScore& score : plan.scores()) exponent_.push_back(quantum_exponent(score));
}

ScoreSink::~ScoreSink() = default;

std::unique_ptr<genotypes::CallSink::Partial> ScoreSink::make_partial() const {
  return std::make_unique<Sums>(plan_->scores().size() * samples_);
}

std::int64_t ScoreSink::quanta(std::size_t score, double value) const {
  return std::llrint(std::ldexp(value, -exponent_[score]));
}

double ScoreSink::value(std::size_t score, std::int64_t quanta) const {
  return std::ldexp(static_cast<double>(quanta), exponent_[score]);
}

std::optional<double> ScoreSink::impute_frequency(std::size_t score, std::size_t entry, const CallBlock* calls) const {
  switch (impute_) {
    case ImputePolicy::none: return std::nullopt;
    case ImputePolicy::file: {
      const PlannedScore& planned = plan_->scores()[score];
      if (planned.dropped_if_found[entry]) return std::nullopt;  // absent or not, such a row adds nothing
      return plan_->effect_frequency(score, entry);
    }
    case ImputePolicy::cohort: break;
  }
  if (calls == nullptr || calls->observed_alleles == 0) return std::nullopt;
  return calls->effect_alleles / static_cast<double>(calls->observed_alleles);
}

void ScoreSink::take(Partial& partial, SiteId site, const CallBlock& calls) const {
  auto& sums = static_cast<Sums&>(partial);
  for (const SiteUser& user : plan_->users(site)) {
    const PlannedScore& score = plan_->scores()[user.score];
    const RowWeights weights = row_weights(*score.file, score.row(user.entry), score.column->weight[user.entry]);
    const auto f = impute_frequency(user.score, user.entry, &calls);
    if (calls.has_dosage) {
      take_dosages(sums, user.score, weights, f, calls);
    } else {
      const auto expected = [&](int copies) {
        return f ? quanta(user.score, weights.expectation(*f, copies, model_)) : 0;
      };
      const auto counted = [&](int copies, int of) { return quanta(user.score, weights.value(copies, of)); };
      const CodeTable table = {counted(0, 2), counted(1, 2), counted(2, 2), expected(2),
                               counted(0, 1), counted(1, 1), expected(1),   0};
      add_by_code_(sums.sum.data() + user.score * samples_, calls.code.data(), samples_, table);
    }
    count_exceptions(sums, user.score, f.has_value(), calls);
  }
}

void ScoreSink::take_dosages(Sums& sums, std::size_t score, const RowWeights& weights, std::optional<double> f,
                             const CallBlock& calls) const {
  std::int64_t* const sum = sums.sum.data() + score * samples_;
  const RowWeights scaled = weights.scaled(-exponent_[score]);  // by a power of two: no rounding
  if (scaled.coding == Coding::additive) {
    add_dosages_(sum, calls.dosage.data(), samples_, scaled.weight);  // a missing call has no dosage
  } else {
    for (std::size_t i = 0; i < samples_; ++i) {
      const CallCode code = calls.code[i];
      if (!is_missing(code)) sum[i] += std::llrint(scaled.value(calls.dosage[i], calls.two_of(i), ploidy(code)));
    }
  }
  if (!f) return;
  for (const std::uint32_t i : calls.exceptions) {
    const CallCode code = calls.code[i];
    if (is_missing(code)) sum[i] += quanta(score, weights.expectation(*f, ploidy(code), model_));
  }
}

void ScoreSink::count_exceptions(Sums& sums, std::size_t score, bool imputed, const CallBlock& calls) const {
  const std::size_t base = score * samples_;
  for (const std::uint32_t sample : calls.exceptions) {
    const CallCode code = calls.code[sample];
    sums.fewer_alleles[base + sample] += 2 - ploidy(code);
    if (!is_missing(code)) continue;
    ++sums.unobserved[base + sample];
    if (imputed) {
      ++sums.imputed[base + sample];
    } else {
      sums.fewer_alleles[base + sample] += ploidy(code);
    }
  }
}

void ScoreSink::merge(Partial& partial) {
  const auto& sums = static_cast<const Sums&>(partial);
  for (std::size_t i = 0; i < total_->sum.size(); ++i) {
    total_->sum[i] += sums.sum[i];
    total_->fewer_alleles[i] += sums.fewer_alleles[i];
    total_->unobserved[i] += sums.unobserved[i];
    total_->imputed[i] += sums.imputed[i];
  }
}

void ScoreSink::add_absent(std::size_t score, std::size_t entry, genotypes::CopyRule rule, std::span<const Sex> sex) {
  const PlannedScore& planned = plan_->scores()[score];
  const auto f = impute_frequency(score, entry, nullptr);
  const RowWeights weights = row_weights(*planned.file, planned.row(entry), planned.column->weight[entry]);
  const std::int64_t two = f ? quanta(score, weights.expectation(*f, 2, model_)) : 0;
  const std::int64_t one = f ? quanta(score, weights.expectation(*f, 1, model_)) : 0;
  const std::size_t base = score * samples_;
  for (std::size_t i = 0; i < samples_; ++i) {
    const bool single = genotypes::has_one_copy(rule, sex.empty() ? Sex::unknown : sex[i]);
    total_->sum[base + i] += single ? one : two;
    ++total_->unobserved[base + i];
    total_->imputed[base + i] += f ? 1 : 0;
    total_->fewer_alleles[base + i] += f ? (single ? 1 : 0) : 2;
  }
}

void ScoreSink::add_assumed(std::size_t score, std::size_t entry, bool effect_is_reference, genotypes::CopyRule rule,
                            std::span<const Sex> sex) {
  const PlannedScore& planned = plan_->scores()[score];
  const RowWeights weights = row_weights(*planned.file, planned.row(entry), planned.column->weight[entry]);
  const std::int64_t two = quanta(score, weights.value(effect_is_reference ? 2 : 0, 2));
  const std::int64_t one = quanta(score, weights.value(effect_is_reference ? 1 : 0, 1));
  const std::size_t base = score * samples_;
  for (std::size_t i = 0; i < samples_; ++i) {
    const bool single = genotypes::has_one_copy(rule, sex.empty() ? Sex::unknown : sex[i]);
    total_->sum[base + i] += single ? one : two;
    ++total_->unobserved[base + i];
    total_->fewer_alleles[base + i] += single ? 1 : 0;
  }
}

void ScoreSink::add_joint(std::size_t score, std::size_t entry, std::span<const std::optional<double>> values) {
  const double weight = plan_->scores()[score].column->weight[entry];
  const std::size_t base = score * samples_;
  for (std::size_t i = 0; i < samples_; ++i) {
    if (values[i]) {
      total_->sum[base + i] += quanta(score, weight * *values[i]);
    } else {
      ++total_->unobserved[base + i];
      total_->fewer_alleles[base + i] += 2;
    }
  }
}

SampleScore ScoreSink::result(std::size_t score, std::size_t sample) const {
  const std::size_t i = score * samples_ + sample;
  return {total_->sum[i], total_->fewer_alleles[i], total_->unobserved[i], total_->imputed[i]};
}

}  // namespace varisk::scoring
