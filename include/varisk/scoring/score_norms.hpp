#pragma once
/// \file
/// What a score means beside those of a reference: within the most similar population, and given the components.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace varisk::scoring {

/// One sample's sum among those of the reference. Nothing where the reference has no variance or a fit failed.
struct NormalizedScore {
  std::optional<double> z_most_similar;  ///< (sum − mean) / SD of the population, SD divided by n
  std::optional<double> percentile;      ///< rank among the population's sums, 0 to 100; ties at their mean rank
  std::optional<double> z_norm1;         ///< residual of the linear regression on the components / its SD
  std::optional<double> z_norm2;         ///< the same, with a variance that depends on the components too
};

/// sum ~ N(b0 + b·x, exp(g0 + g·x)), x being components with mean 0 and SD 1.
struct MeanAndVariance {
  std::vector<double> mean;      ///< b0, b
  std::vector<double> variance;  ///< g0, g
};

/// Maximises the joint likelihood by Fisher scoring with step halving, started from least squares and a gamma
/// regression (logarithmic link) of the squared residuals (Khan et al. 2022, Nature Medicine 28, 1412).
/// \param x  sample by sample; the leading 1 is not part of it
/// \return nothing if it does not converge
[[nodiscard]] std::optional<MeanAndVariance> fit_mean_and_variance(std::span<const double> x, std::size_t dimensions,
                                                                   std::span<const double> y);

/// The norms of one score, from the unrelated samples of the reference.
class ScoreNorms {
 public:
  /// \param pcs         sample by sample, `dimensions` of each `stride` values are used
  /// \param population  of each sample, below `populations`; each has at least one
  ScoreNorms(std::span<const double> sums, std::span<const double> pcs, std::size_t stride, std::size_t dimensions,
             std::span<const std::uint32_t> population, std::size_t populations);

  [[nodiscard]] NormalizedScore normalize(double sum, std::span<const double> pcs, std::uint32_t population) const;
  /// The reference's sums differ.
  [[nodiscard]] bool has_variance() const noexcept { return sd_ > 0; }
  /// The fit behind `z_norm2` was found.
  [[nodiscard]] bool converged() const noexcept { return full_.has_value(); }

 private:
  struct Population {
    double mean = 0;
    double sd = 0;
    std::vector<double> sorted;
  };
  void fit(std::span<const double> sums, std::span<const double> pcs, std::size_t stride);

  std::vector<Population> populations_;
  double mean_ = 0;
  double sd_ = 0;
  std::vector<double> pc_mean_;
  std::vector<double> pc_sd_;
  // Of the sum in units of `sd_`, centred, on standardised components.
  std::vector<double> linear_;
  double residual_sd_ = 0;
  std::optional<MeanAndVariance> full_;
};

}  // namespace varisk::scoring
