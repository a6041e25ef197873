#pragma once
/// \file
/// Which genotype and dosage columns one fit may use, by what the rows of this fit alone say.
///
/// The steps, in this order; each sees only the columns that the steps before have left:
/// missing      share of rows without call (or dosage) above the limit.
/// frequency    minor allele frequency of the observed calls (or dosages) below the limit; 0 if there are none.
/// hwe          p of `hardy_weinberg_p` below the limit. Of all rows of the fit, also for case-control outcomes.
///              Dosages count as the nearest whole number if they are within 0.1 of it, else as no call, as plink2
///              has it by default. Only on autosomes.
/// marginal     p of a score test above the limit (see below).
/// best         not among the given number of columns with the largest score statistics; of equal ones the first stay.
/// pruning      r² above the limit with a column within the window.
///
/// Weights say which rows count; how much only in the score test. There they are scaled to a mean of 1.
///
/// Score test (Rao 1948): of the coefficient of one column beside an intercept and the columns `adjust`, with the
/// expected information at the fit without the column; a missing value is the weighted mean. χ² with 1 degree of
/// freedom; multinomial: classes − 1, for a coefficient in each class; ordinal: of the proportional odds model, 1.
/// Gaussian: the variance of the residuals has rows − parameters as its denominator.
///
/// Pruning is that of plink2 `--indep-pairwise WINDOWkb r²`: windows start at each column in turn, in the order of
/// positions; within one, the first remaining column is compared with those after it, and at the first r² above the
/// limit the one with the lower minor allele frequency goes, the later one if they are equal; then the next column has
/// its turn, until no pair is left. r² is of copies of all rows of the fit, where a missing one is the mean, as the fit
/// will have it; plink2 leaves out rows with a missing call, so the results are the same for complete columns only.
/// Columns without variance and those without a place stay.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "varisk/training/design.hpp"
#include "varisk/training/families.hpp"

namespace varisk::training {

inline constexpr std::int64_t default_prune_window = 500'000;

/// What a column needs to be used; none: no such rule.
struct SelectionRules {
  std::optional<double> min_maf = std::nullopt;             ///< 0 to 0.5
  std::optional<double> max_missing = std::nullopt;         ///< 0 to 1
  std::optional<double> min_hwe_p = std::nullopt;           ///< 0 to 1
  std::optional<double> prune_r2 = std::nullopt;            ///< above 0, up to 1
  std::int64_t prune_window = default_prune_window;         ///< bases between two columns that are compared, at most
  std::optional<double> max_marginal_p = std::nullopt;      ///< above 0, up to 1
  std::optional<std::size_t> best_marginal = std::nullopt;  ///< at least 1

  [[nodiscard]] bool any() const noexcept {
    return min_maf || max_missing || min_hwe_p || prune_r2 || max_marginal_p || best_marginal;
  }
};

/// Reads `maf=0.01,missing=0.05,hwe=1e-6,marginal=1e-3,top=1000,prune=0.5,window=500000`: any of these, each once,
/// `window` only with `prune`. Throws `UsageError`.
[[nodiscard]] SelectionRules parse_selection(std::string_view text);

/// How many alleles a call has: in everybody, in males, in nobody two.
enum class CallAlleles : std::uint8_t { two, one_in_males, one };

/// Where the variant of a column lies.
struct VariantPlace {
  std::uint32_t contig = 0;  ///< any number; equal for variants of one contig
  std::int64_t position = 0;
  bool autosomal = true;  ///< Hardy-Weinberg is tested only there
  CallAlleles alleles = CallAlleles::two;
};

struct SelectionInput {
  const Design* design = nullptr;
  const Outcome* outcome = nullptr;
  std::span<const double> weights = {};  ///< of each row, with those of its class; 0: not in this fit
  std::span<const double> offset = {};   ///< rows × predictors, one predictor after the other; empty: 0
  /// Of each column of the design; empty: no column has one. Columns without are of autosomes and are not pruned.
  std::span<const std::optional<VariantPlace>> places = {};
  std::span<const std::uint8_t> males = {};  ///< of each row, not 0 for a male; empty: none is
  std::span<const std::uint32_t> adjust =
      {};  ///< dense columns of the design that the score test has beside the intercept
};

enum class SelectionStep : std::uint8_t { missing, frequency, hardy_weinberg, marginal, best, pruning };

/// The word of a step in tables: missing, maf, hwe, marginal, top, prune; the same as in `parse_selection`.
[[nodiscard]] std::string_view selection_word(SelectionStep step) noexcept;

/// What a step did.
struct SelectionCount {
  SelectionStep step = SelectionStep::missing;
  std::size_t out = 0;   ///< columns that it excluded
  std::size_t left = 0;  ///< columns after it
  /// Columns that it could not judge. Hardy-Weinberg: not on an autosome. Score tests: without variance beside
  /// `adjust`; these are excluded as if p were 1. Pruning: without variance or place.
  std::size_t untested = 0;
};

struct Selection {
  std::vector<std::uint32_t> excluded;  ///< columns of the design, ascending; never a dense one
  std::size_t candidates = 0;           ///< genotype and dosage columns of the design
  std::vector<SelectionCount> steps;    ///< those that the rules ask for, in their order
};

/// For the rows of one fit. The same for any number of threads, and the same as for a design that has these rows only.
/// Throws `UserError` where score tests are asked for and the fit without genotypes cannot be made: too few rows, a
/// class without rows, classes that the columns `adjust` tell apart perfectly.
[[nodiscard]] Selection select_columns(const SelectionInput& input, const SelectionRules& rules, int threads);

}  // namespace varisk::training
