#pragma once
/// \file
/// Samples dealt into folds and into train, validation and test.
///
/// Chance comes from a hash of the seed and of the sample's (or group's) id, not from a stream of random numbers: the
/// same ids, labels and seed give the same parts for any order of the samples. The hash is FNV-1a over the bytes of the
/// id, exclusive-or the mixed seed, mixed by the finaliser of SplitMix64; names decide between equal hashes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varisk::cohort {

enum class Part : std::uint8_t { train, validation, test };
[[nodiscard]] std::string_view to_string(Part part) noexcept;

/// Shares of train, validation and test; they need not add up to 1. Train and test are above 0.
struct SplitShares {
  std::array<double, 3> share = {1, 0, 0};
};

/// `70:15:15`, or `80:20` for train and test. \throws UsageError for any other text
[[nodiscard]] SplitShares parse_split(std::string_view text);

/// What is to be spread evenly: the classes of the outcome, or bands of its value. Of no entries: nothing is.
struct Strata {
  std::vector<std::uint32_t> of;  ///< of each sample, below `count`
  std::size_t count = 0;
  std::vector<std::string> names;  ///< of classes; empty for bands, which may be missing from a fold
};

/// Bands of about the same number of samples, equal values together. \param values  finite, one of each sample
[[nodiscard]] Strata quantile_strata(std::span<const double> values, std::size_t bands = 10);

/// Samples that stay together: all of one person, or of one family. Of no entries: each sample is a group.
struct Groups {
  std::vector<std::uint32_t> of;   ///< of each sample, an index into `names`
  std::vector<std::string> names;  ///< in the order of their first sample
};

/// Of each sample the index of its fold (or part), and what the user should know.
struct Folds {
  std::size_t count = 0;
  std::vector<std::uint32_t> of;  ///< below `count`
  std::vector<std::string> warnings;
};
struct Split {
  std::vector<Part> of;
  std::vector<std::string> warnings;
};

/// Without groups the samples of each stratum are dealt in turn, so that the numbers of a stratum's samples in two
/// folds differ by at most 1, and so do the sizes of the folds. With groups the largest group comes first, each goes
/// where it brings the strata nearest to equal shares.
/// \param ids  unique, one of each sample; `strata` and `groups` are as long or empty
/// \param folds  2 or more
/// \throws UserError for fewer samples or groups than folds, and for a named stratum that some fold would leave nobody
///         of to train on; fewer members than folds are a warning
[[nodiscard]] Folds deal_folds(std::span<const std::string> ids, std::size_t folds, const Strata& strata,
                               const Groups& groups, std::uint64_t seed);

/// Without groups each part gets its share of each stratum, within 1.
/// \throws UserError if a part with a share stays empty, or a named stratum has nobody in train
[[nodiscard]] Split deal_split(std::span<const std::string> ids, const SplitShares& shares, const Strata& strata,
                               const Groups& groups, std::uint64_t seed);

/// Folds or parts that the user gave: none may cut through a group.
/// \param where  of the column, for the message
/// \throws UserError with the numbers of two samples
void require_whole_groups(std::span<const std::uint32_t> part_of, const Groups& groups, const std::string& where);
void require_whole_groups(std::span<const Part> part_of, const Groups& groups, const std::string& where);

}  // namespace varisk::cohort
