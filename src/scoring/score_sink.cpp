#include "varisk/scoring/score_sink.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <mutex>
#include <vector>

#include "quantum.hpp"
#include "sample_sums.hpp"
#include "site_block.hpp"

namespace varisk::scoring {
namespace {

using genotypes::CallBlock;
using genotypes::CallCode;
using genotypes::is_missing;
using genotypes::ploidy;

/// A row that uses a site, and the frequency by which its missing calls are imputed.
struct User {
  const PlannedRows* rows = nullptr;
  std::uint32_t index = 0;  ///< of these rows in the plan
  std::uint32_t entry = 0;
  std::optional<double> f;
};

/// What an absent row adds to everybody with the same number of copies.
struct Constant {
  double value = 0;
  RowCounts counts;
};

/// What all of them add up to.
struct Constants {
  Constants(std::size_t scores, std::size_t row_sets) : sum(scores), counts(row_sets) {}
  std::vector<std::int64_t> sum;
  std::vector<RowCounts> counts;
};

/// Sites that each thread holds back; 0: none, they are added at once.
std::size_t block_capacity(std::size_t samples, std::size_t scores, int threads, std::size_t memory) {
  if (scores <= 1) return 0;
  const std::size_t calls = memory / static_cast<std::size_t>(std::max(threads, 1));
  return std::clamp(calls / std::max<std::size_t>(samples, 1), std::size_t{1}, block_sites);
}

}  // namespace

/// What a thread holds back, and the sums that it adds to.
struct ScoreSink::Pending final : genotypes::CallSink::Partial {
  Pending(SampleSums& shared, std::size_t first_stripe, std::size_t samples, std::size_t capacity, SimdLevel level)
      : sums(&shared), start(first_stripe), block(samples, capacity == 0 ? 0 : shared.scores(), capacity, level) {}
  SampleSums* sums;
  std::size_t start;
  SiteBlock block;
  std::vector<User> users;      ///< scratch
  std::vector<double> factors;  ///< scratch
};

struct ScoreSink::Impl {
  Impl(const ScorePlan& score_plan, std::size_t sample_count, ImputePolicy policy, ImputeModel impute_model,
       SimdLevel simd, int threads, ScoreSinkMemory memory)
      : plan(&score_plan),
        samples(sample_count),
        impute(policy),
        model(impute_model),
        level(simd),
        capacity(block_capacity(sample_count, score_plan.scores().size(), threads, memory.calls)),
        add_by_code(add_kernel(simd)),
        add_dosages(dosage_add_kernel(simd)),
        usual(score_plan.scores().size()),
        constants{Constants(usual.size(), score_plan.row_sets()), Constants(usual.size(), score_plan.row_sets())} {
    const std::size_t one = SampleSums::bytes(samples, usual.size(), plan->row_sets());
    most_sums = 1 + memory.further_sums / std::max<std::size_t>(one, 1);
    for (const PlannedScore& score : plan->scores()) quantum.emplace_back(score.quantum_exponent);
  }

  [[nodiscard]] std::unique_ptr<Pending> make_partial();
  [[nodiscard]] std::optional<double> frequency(const PlannedRows& rows, std::size_t entry,
                                                const CallBlock* calls) const;
  [[nodiscard]] RowWeights weights_of(std::uint32_t score, const User& user) const;
  [[nodiscard]] CodeTable code_table(std::uint32_t score, const RowWeights& weights, std::optional<double> f,
                                     const SiteCodes& codes) const;
  [[nodiscard]] bool find_factors(Pending& mine, const User& user) const;
  void take_calls(Pending& mine, const CallBlock& calls) const;
  void take_dosages(Pending& mine, const CallBlock& calls) const;
  void add_singly(SampleSums& to, std::uint32_t score, const User& user, const CallBlock& calls, std::size_t first,
                  std::size_t last) const;
  static void count_exceptions(Pending& mine, const CallBlock& calls);
  void merge(Pending& partial);
  /// \param constant  of people with so many copies
  void add_constant(std::size_t score, std::span<const Sex> sexes, genotypes::CopyRule rule,
                    const std::function<Constant(int ploidy)>& constant);

  const ScorePlan* plan;
  std::size_t samples;
  ImputePolicy impute;
  ImputeModel model;
  SimdLevel level;
  std::size_t capacity;  ///< sites that a thread holds back; 0: none
  AddByCode add_by_code;
  AddDosages add_dosages;
  std::vector<Quantum> quantum;        ///< of each score
  std::vector<std::int64_t> usual;     ///< what the usual calls add to everybody, by score
  std::array<Constants, 2> constants;  ///< for people who are not male, and who are
  std::vector<Sex> sex;                ///< empty: unknown for all
  std::size_t most_sums = 1;           ///< sets of sums
  std::mutex making;                   ///< of partials
  std::size_t partials_made = 0;
  std::size_t partials_merged = 0;
  std::vector<std::unique_ptr<SampleSums>> sums;  ///< in the end only the first
};

std::unique_ptr<ScoreSink::Pending> ScoreSink::Impl::make_partial() {
  const std::lock_guard lock(making);
  const std::size_t number = partials_made++;
  if (sums.size() < most_sums) {
    sums.push_back(std::make_unique<SampleSums>(samples, plan->scores().size(), plan->row_sets()));
  }
  constexpr std::size_t stripes_apart = 7;
  return std::make_unique<Pending>(*sums[number % sums.size()], number * stripes_apart, samples, capacity, level);
}

std::optional<double> ScoreSink::Impl::frequency(const PlannedRows& rows, std::size_t entry,
                                                 const CallBlock* calls) const {
  switch (impute) {
    case ImputePolicy::none: return std::nullopt;
    case ImputePolicy::file:
      if (rows.dropped_if_found[entry]) return std::nullopt;  // absent or not, such a row adds nothing
      return plan->effect_frequency(rows, entry);
    case ImputePolicy::file_or_cohort:
      if (rows.dropped_if_found[entry]) return std::nullopt;
      if (const auto own = plan->effect_frequency(rows, entry)) return own;
      break;
    case ImputePolicy::cohort: break;
  }
  if (calls == nullptr || calls->observed_alleles == 0) return std::nullopt;
  return calls->effect_alleles / static_cast<double>(calls->observed_alleles);
}

RowWeights ScoreSink::Impl::weights_of(std::uint32_t score, const User& user) const {
  return row_weights(*user.rows->file, user.rows->row_of(user.entry), plan->scores()[score].column->weight[user.entry]);
}

CodeTable ScoreSink::Impl::code_table(std::uint32_t score, const RowWeights& weights, std::optional<double> f,
                                      const SiteCodes& codes) const {
  const Quantum& unit = quantum[score];
  CodeTable table{};
  for (std::size_t k = 0; k < table.size(); ++k) {
    if (!codes.has(k)) continue;
    const auto code = static_cast<CallCode>(k);
    if (!is_missing(code)) {
      table[k] = unit.count(weights.value(genotypes::copies(code), ploidy(code)));
    } else if (f) {
      table[k] = unit.count(weights.expectation(*f, ploidy(code), model));
    }
  }
  return table;
}

/// The weights of neighbouring scores in quanta, if the row is additive: then a term is weight times copies.
bool ScoreSink::Impl::find_factors(Pending& mine, const User& user) const {
  const std::vector<std::uint32_t>& scores = user.rows->scores;
  const bool neighbours = scores.back() - scores.front() + 1 == scores.size();
  if (!neighbours || user.rows->row_of(user.entry).coding != Coding::additive) return false;
  mine.factors.clear();
  for (const std::uint32_t score : scores) {
    mine.factors.push_back(quantum[score].scaled(plan->scores()[score].column->weight[user.entry]));
  }
  return true;
}

void ScoreSink::Impl::take_calls(Pending& mine, const CallBlock& calls) const {
  const SiteCodes codes = codes_of(calls);
  if (capacity > 0) mine.block.begin(calls, codes);
  for (const User& user : mine.users) {
    if (capacity > 0 && find_factors(mine, user)) {
      const double f = user.f.value_or(0);
      mine.block.add_products(user.rows->scores.front(), mine.factors, {0, 1, 2, 2 * f, 0, 1, f, 0});
      continue;
    }
    for (const std::uint32_t score : user.rows->scores) {
      const CodeTable table = code_table(score, weights_of(score, user), user.f, codes);
      if (capacity > 0) {
        mine.block.add(score, table);
        continue;
      }
      mine.sums->stripes().each(mine.start, [&](std::size_t first, std::size_t last) {
        add_by_code(mine.sums->sums(first), calls.code.data() + first, last - first, table);
      });
    }
  }
  if (capacity > 0 && mine.block.full()) mine.block.add_to(*mine.sums, mine.start);
}

/// The dosages of samples [first, last) to one score.
void ScoreSink::Impl::add_singly(SampleSums& to, std::uint32_t score, const User& user, const CallBlock& calls,
                                 std::size_t first, std::size_t last) const {
  const RowWeights scaled =
      weights_of(score, user).scaled(-quantum[score].exponent());  // by a power of two: no rounding
  for (std::size_t i = first; i < last; ++i) {
    const CallCode code = calls.code[i];
    if (is_missing(code)) continue;
    to.sums(i)[score] += nearest_integer(scaled.value(calls.dosage[i], calls.two_of(i), ploidy(code)));
  }
}

void ScoreSink::Impl::take_dosages(Pending& mine, const CallBlock& calls) const {
  SampleSums& to = *mine.sums;
  for (const User& user : mine.users) {
    const std::vector<std::uint32_t>& scores = user.rows->scores;
    const bool additive = find_factors(mine, user);
    to.stripes().each(mine.start, [&](std::size_t first, std::size_t last) {
      // A missing call has no dosage, and adds nothing here.
      if (!additive) {
        for (const std::uint32_t score : scores) add_singly(to, score, user, calls, first, last);
      } else if (plan->scores().size() == 1) {
        add_dosages(to.sums(first), calls.dosage.data() + first, last - first, mine.factors.front());
      } else {
        for (std::size_t i = first; i < last; ++i) {
          add_dosages(to.sums(i) + scores.front(), mine.factors.data(), scores.size(), calls.dosage[i]);
        }
      }
    });
    if (!user.f) continue;
    to.stripes().each_of(calls.exceptions, [&](std::uint32_t sample) {
      const CallCode code = calls.code[sample];
      if (!is_missing(code)) return;
      for (const std::uint32_t score : scores) {
        const double value = weights_of(score, user).expectation(*user.f, ploidy(code), model);
        to.sums(sample)[score] += quantum[score].count(value);
      }
    });
  }
}

void ScoreSink::Impl::count_exceptions(Pending& mine, const CallBlock& calls) {
  mine.sums->stripes().each_of(calls.exceptions, [&](std::uint32_t sample) {
    const CallCode code = calls.code[sample];
    for (const User& user : mine.users) {
      RowCounts& counts = mine.sums->counts(sample, user.index);
      counts.fewer_alleles += 2 - ploidy(code);
      if (!is_missing(code)) continue;
      ++counts.unobserved;
      if (user.f) {
        ++counts.imputed;
      } else {
        counts.fewer_alleles += ploidy(code);
      }
    }
  });
}

void ScoreSink::Impl::merge(Pending& partial) {
  partial.block.add_to(*partial.sums, partial.start);
  const auto more = partial.block.usual_sums();
  for (std::size_t s = 0; s < more.size(); ++s) usual[s] += more[s];
  if (++partials_merged < partials_made) return;
  for (std::size_t i = 1; i < sums.size(); ++i) sums.front()->add(*sums[i]);
  sums.resize(1);
}

ScoreSink::ScoreSink(const ScorePlan& plan, std::size_t samples, ImputePolicy impute, ImputeModel model,
                     SimdLevel level, int threads, ScoreSinkMemory memory)
    : impl_(std::make_unique<Impl>(plan, samples, impute, model, level, threads, memory)) {}

ScoreSink::~ScoreSink() = default;

std::unique_ptr<genotypes::CallSink::Partial> ScoreSink::make_partial() const { return impl_->make_partial(); }

std::optional<double> ScoreSink::impute_frequency(std::size_t score, std::size_t entry, const CallBlock* calls) const {
  return impl_->frequency(impl_->plan->rows(impl_->plan->scores()[score].rows), entry, calls);
}

double ScoreSink::value(std::size_t score, std::int64_t quanta) const { return impl_->quantum[score].value(quanta); }

void ScoreSink::take(Partial& partial, SiteId site, const CallBlock& calls) const {
  auto& mine = static_cast<Pending&>(partial);
  mine.users.clear();
  for (const SiteUser& user : impl_->plan->users(site)) {
    const PlannedRows& rows = impl_->plan->rows(user.rows);
    mine.users.push_back({&rows, user.rows, user.entry, impl_->frequency(rows, user.entry, &calls)});
  }
  if (mine.users.empty()) return;
  if (calls.has_dosage) {
    impl_->take_dosages(mine, calls);
  } else {
    impl_->take_calls(mine, calls);
  }
  Impl::count_exceptions(mine, calls);
}

void ScoreSink::merge(Partial& partial) { impl_->merge(static_cast<Pending&>(partial)); }

void ScoreSink::Impl::add_constant(std::size_t score, std::span<const Sex> sexes, genotypes::CopyRule rule,
                                   const std::function<Constant(int ploidy)>& constant) {
  if (sex.empty()) sex.assign(sexes.begin(), sexes.end());
  const std::uint32_t rows = plan->scores()[score].rows;
  for (const Sex of : {Sex::unknown, Sex::male}) {
    Constants& to = constants[of == Sex::male ? 1 : 0];
    const Constant more = constant(genotypes::has_one_copy(rule, of) ? 1 : 2);
    to.sum[score] += quantum[score].count(more.value);
    // Counted once for all scores that have the row.
    if (plan->rows(rows).scores.front() == score) to.counts[rows] += more.counts;
  }
}

void ScoreSink::add_absent(std::size_t score, std::size_t entry, genotypes::CopyRule rule, std::span<const Sex> sex) {
  const PlannedScore& planned = impl_->plan->scores()[score];
  const RowWeights weights = row_weights(*planned.file, planned.row(entry), planned.column->weight[entry]);
  const auto f = impute_frequency(score, entry, nullptr);
  impl_->add_constant(score, sex, rule, [&](int ploidy) {
    if (!f) return Constant{0, {2, 1, 0}};
    return Constant{weights.expectation(*f, ploidy, impl_->model), {2 - ploidy, 1, 1}};
  });
}

void ScoreSink::add_assumed(std::size_t score, std::size_t entry, bool effect_is_reference, genotypes::CopyRule rule,
                            std::span<const Sex> sex) {
  const PlannedScore& planned = impl_->plan->scores()[score];
  const RowWeights weights = row_weights(*planned.file, planned.row(entry), planned.column->weight[entry]);
  impl_->add_constant(score, sex, rule, [&](int ploidy) {
    return Constant{weights.value(effect_is_reference ? ploidy : 0, ploidy), {2 - ploidy, 1, 0}};
  });
}

void ScoreSink::add_joint(std::size_t score, std::size_t entry, std::span<const std::optional<double>> values) {
  const PlannedScore& planned = impl_->plan->scores()[score];
  const double weight = planned.column->weight[entry];
  auto& sums = impl_->sums;
  if (sums.empty()) {
    sums.push_back(std::make_unique<SampleSums>(impl_->samples, impl_->usual.size(), impl_->plan->row_sets()));
  }
  // Counted once for all scores that have the row.
  const bool counts = impl_->plan->rows(planned.rows).scores.front() == score;
  for (std::size_t i = 0; i < impl_->samples; ++i) {
    if (values[i]) {
      sums.front()->sums(i)[score] += impl_->quantum[score].count(weight * *values[i]);
    } else if (counts) {
      sums.front()->counts(i, planned.rows) += {2, 1, 0};
    }
  }
}

SampleScore ScoreSink::result(std::size_t score, std::size_t sample) const {
  const std::uint32_t rows = impl_->plan->scores()[score].rows;
  const bool male = !impl_->sex.empty() && impl_->sex[sample] == Sex::male;
  const Constants& constants = impl_->constants[male ? 1 : 0];
  std::int64_t sum = constants.sum[score] + impl_->usual[score];
  RowCounts counts = constants.counts[rows];
  if (!impl_->sums.empty()) {
    sum += impl_->sums.front()->sums(sample)[score];
    counts += impl_->sums.front()->counts(sample, rows);
  }
  return {sum, counts.fewer_alleles, counts.unobserved, counts.imputed};
}

}  // namespace varisk::scoring
