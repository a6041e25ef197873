#pragma once
/// \file
/// Which population of the reference a sample is most similar to.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace varisk::scoring {

/// P(X > x) of a chi-squared distribution (Abramowitz and Stegun, 26.4.4 and 26.4.5).
[[nodiscard]] double chi_squared_survival(double x, int degrees_of_freedom);

struct NearestPopulation {
  std::uint32_t population = 0;
  double distance = 0;  ///< Mahalanobis, not squared
  double p_value = 0;   ///< of the squared distance, chi-squared with as many degrees of freedom as components
};

/// Means and covariances (divided by n) of the components of each population, and the range of all samples.
class PopulationModel {
 public:
  /// \param pcs          sample by sample, `dimensions` of each `stride` values are used
  /// \param population   of each sample, below `populations`
  PopulationModel(std::span<const double> pcs, std::size_t stride, std::span<const std::uint32_t> population,
                  std::size_t populations, std::size_t dimensions);
  ~PopulationModel();
  PopulationModel(const PopulationModel&) = delete;
  PopulationModel& operator=(const PopulationModel&) = delete;

  [[nodiscard]] NearestPopulation nearest(std::span<const double> pcs) const;
  /// A component lies beyond the reference's smallest or largest value by more than a tenth of what is between them.
  [[nodiscard]] bool is_outside(std::span<const double> pcs) const;
  /// A population whose components have no spread in some direction; nothing can be nearest then.
  [[nodiscard]] std::optional<std::uint32_t> singular() const noexcept { return singular_; }

 private:
  struct Shapes;
  std::size_t dimensions_;
  std::unique_ptr<Shapes> shapes_;
  std::vector<double> low_;
  std::vector<double> high_;
  std::optional<std::uint32_t> singular_;
};

}  // namespace varisk::scoring
