#include "varisk/training/selection.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "marginal_test.hpp"
#include "parallel.hpp"
#include "prune_columns.hpp"
#include "selection_rows.hpp"
#include "varisk/core/error.hpp"
#include "varisk/training/hardy_weinberg.hpp"

namespace varisk::training {
namespace {

constexpr std::size_t columns_of_task = 256;

/// What a step found for a column.
enum class Verdict : std::uint8_t { stays, goes, untested_stays, untested_goes };

/// Columns that are left, step by step.
class Selector {
 public:
  Selector(const SelectionInput& input, const SelectionRules& rules, int threads)
      : input_(&input), rules_(&rules), threads_(threads), rows_(*input.design, input.weights, input.males) {
    if (rows_.rows().empty()) throw InternalError("columns are to be selected for a fit without rows");
    if (!input.places.empty() && input.places.size() != input.design->columns()) {
      throw InternalError("the design has " + std::to_string(input.design->columns()) + " columns, but there are " +
                          std::to_string(input.places.size()) + " places");
    }
    for (std::size_t j = 0; j < input.design->columns(); ++j) {
      if (input.design->place(j).kind != ColumnKind::dense) left_.push_back(static_cast<std::uint32_t>(j));
    }
    selection_.candidates = left_.size();
  }

  Selection select() {
    select_by_counts();
    if (rules_->min_hwe_p) select_by_hardy_weinberg();
    if (rules_->max_marginal_p || rules_->best_marginal) select_by_association();
    if (rules_->prune_r2) prune();
    std::sort(selection_.excluded.begin(), selection_.excluded.end());
    return std::move(selection_);
  }

 private:
  [[nodiscard]] const std::optional<VariantPlace>& place(std::uint32_t column) const {
    static const std::optional<VariantPlace> none;
    return input_->places.empty() ? none : input_->places[column];
  }
  [[nodiscard]] bool autosomal(std::uint32_t column) const { return !place(column) || place(column)->autosomal; }

  /// Calls `action(i)` for each column that is left, in parallel.
  template <typename Action>
  void each_left(const Action& action) const {
    threads_.pieces(left_.size(), columns_of_task, [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) action(i);
    });
  }

  void apply(SelectionStep step, std::span<const Verdict> verdicts);
  void select_by_counts();
  void select_by_hardy_weinberg();
  void select_by_association();
  void prune();

  const SelectionInput* input_;
  const SelectionRules* rules_;
  Threads threads_;
  SelectionRows rows_;
  std::vector<std::uint32_t> left_;
  std::vector<double> minor_frequencies_;  ///< of those that are left
  Selection selection_;
};

void Selector::apply(SelectionStep step, std::span<const Verdict> verdicts) {
  SelectionCount count{step};
  std::size_t kept = 0;
  for (std::size_t i = 0; i < left_.size(); ++i) {
    const Verdict verdict = verdicts[i];
    if (verdict == Verdict::untested_stays || verdict == Verdict::untested_goes) ++count.untested;
    if (verdict == Verdict::goes || verdict == Verdict::untested_goes) {
      selection_.excluded.push_back(left_[i]);
      continue;
    }
    left_[kept] = left_[i];
    minor_frequencies_[kept++] = minor_frequencies_[i];
  }
  count.out = left_.size() - kept;
  count.left = kept;
  left_.resize(kept);
  minor_frequencies_.resize(kept);
  selection_.steps.push_back(count);
}

void Selector::select_by_counts() {
  minor_frequencies_.resize(left_.size());
  std::vector<Verdict> too_many(left_.size(), Verdict::stays);
  const auto rows = static_cast<double>(rows_.rows().size());
  each_left([&](std::size_t i) {
    const auto& where = place(left_[i]);
    const ColumnCounts counts = rows_.counts(left_[i], where ? where->alleles : CallAlleles::two);
    minor_frequencies_[i] = counts.minor_frequency;
    const bool goes = rules_->max_missing && static_cast<double>(counts.missing) / rows > *rules_->max_missing;
    if (goes) too_many[i] = Verdict::goes;
  });
  if (rules_->max_missing) apply(SelectionStep::missing, too_many);
  if (!rules_->min_maf) return;
  std::vector<Verdict> rare(left_.size());
  std::transform(minor_frequencies_.begin(), minor_frequencies_.end(), rare.begin(),
                 [&](double frequency) { return frequency < *rules_->min_maf ? Verdict::goes : Verdict::stays; });
  apply(SelectionStep::frequency, rare);
}

void Selector::select_by_hardy_weinberg() {
  std::vector<Verdict> verdicts(left_.size(), Verdict::untested_stays);
  each_left([&](std::size_t i) {
    if (!autosomal(left_[i])) return;
    const HardCalls calls = rows_.hard_calls(left_[i]);
    const bool goes = hardy_weinberg_p(calls.none, calls.one, calls.two) < *rules_->min_hwe_p;
    verdicts[i] = goes ? Verdict::goes : Verdict::stays;
  });
  apply(SelectionStep::hardy_weinberg, verdicts);
}

void Selector::select_by_association() {
  const NullModel null = fit_null_model(*input_, rows_.rows());
  auto statistics = score_statistics(*input_->design, null, rows_.rows(), left_, threads_);
  if (rules_->max_marginal_p) {
    std::vector<Verdict> verdicts(left_.size(), Verdict::untested_goes);
    std::vector<std::optional<double>> kept;
    for (std::size_t i = 0; i < left_.size(); ++i) {
      if (statistics[i]) {
        const bool goes = chi_squared_tail(*statistics[i], null.dims) > *rules_->max_marginal_p;
        verdicts[i] = goes ? Verdict::goes : Verdict::stays;
      } else if (*rules_->max_marginal_p >= 1) {
        verdicts[i] = Verdict::untested_stays;
      }
      if (verdicts[i] == Verdict::stays || verdicts[i] == Verdict::untested_stays) kept.push_back(statistics[i]);
    }
    statistics = std::move(kept);
    apply(SelectionStep::marginal, verdicts);
  }
  if (!rules_->best_marginal) return;
  std::vector<std::size_t> order(left_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
    return statistics[one].value_or(0) > statistics[other].value_or(0);
  });
  std::vector<Verdict> verdicts(left_.size(), Verdict::stays);
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const bool tested = statistics[order[rank]].has_value();
    if (rank >= *rules_->best_marginal) {
      verdicts[order[rank]] = tested ? Verdict::goes : Verdict::untested_goes;
    } else if (!tested) {
      verdicts[order[rank]] = Verdict::untested_stays;
    }
  }
  apply(SelectionStep::best, verdicts);
}

void Selector::prune() {
  std::vector<PruneColumn> columns;
  std::size_t unplaced = 0;
  for (std::size_t i = 0; i < left_.size(); ++i) {
    const auto& where = place(left_[i]);
    if (where) {
      columns.push_back({left_[i], where->contig, where->position, minor_frequencies_[i]});
    } else {
      ++unplaced;
    }
  }
  const Pruned pruned = prune_columns(rows_, std::move(columns), *rules_->prune_r2, rules_->prune_window, threads_);
  std::vector<Verdict> verdicts(left_.size(), Verdict::stays);
  for (const std::uint32_t column : pruned.columns) {
    const auto at = std::lower_bound(left_.begin(), left_.end(), column) - left_.begin();
    verdicts[static_cast<std::size_t>(at)] = Verdict::goes;
  }
  apply(SelectionStep::pruning, verdicts);
  selection_.steps.back().untested = unplaced + pruned.untested;
}

}  // namespace

Selection select_columns(const SelectionInput& input, const SelectionRules& rules, int threads) {
  return Selector(input, rules, threads).select();
}

}  // namespace varisk::training
