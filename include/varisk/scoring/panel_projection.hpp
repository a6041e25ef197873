#pragma once
/// \file
/// From a sample's products with the loadings to its components, also where sites of the panel are missing.

#include <memory>
#include <optional>
#include <vector>

#include "varisk/scoring/augmented_projection.hpp"
#include "varisk/scoring/panel.hpp"
#include "varisk/scoring/projection_sink.hpp"

namespace varisk::scoring {

/// XᵀX of the loadings over all sites; the same for every file.
class LoadingsGram {
 public:
  explicit LoadingsGram(const Panel& panel);
  ~LoadingsGram();
  LoadingsGram(const LoadingsGram&) = delete;
  LoadingsGram& operator=(const LoadingsGram&) = delete;

 private:
  friend class PanelProjection;
  struct Matrix;
  std::unique_ptr<Matrix> matrix_;
};

/// Sites that a file does not have draw a plain projection towards zero. Over the sites that it has, the coordinates
/// are solved by least squares; calls that a sample lacks beyond these are taken to lack at random.
class PanelProjection {
 public:
  /// \param present  of each site of the panel: the genotypes have it
  PanelProjection(const Panel& panel, const LoadingsGram& gram, const std::vector<bool>& present);
  ~PanelProjection();
  PanelProjection(const PanelProjection&) = delete;
  PanelProjection& operator=(const PanelProjection&) = delete;

  [[nodiscard]] std::size_t present_sites() const noexcept { return present_; }
  [[nodiscard]] std::size_t sites_used(const SampleProducts& sample) const { return present_ - sample.unobserved; }
  /// \return the reported components; nothing with fewer sites than ten for each component of the loadings
  [[nodiscard]] std::optional<std::vector<double>> project(const SampleProducts& sample) const;

 private:
  struct Solver;
  std::size_t sites_;
  std::size_t present_ = 0;
  std::size_t least_;
  AugmentedProjection augmented_;
  std::unique_ptr<Solver> solver_;
};

}  // namespace varisk::scoring
