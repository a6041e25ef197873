#pragma once
/// \file
/// Areas under the ROC curves of several classes at once, from orders that are made once.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace varisk::evaluation {

class ClassAreas {
 public:
  /// \param probability  sample by sample, one of each class
  ClassAreas(std::span<const std::uint32_t> outcome, std::span<const double> probability, std::size_t classes);

  struct Areas {
    std::optional<double> macro;      ///< mean of the one-vs-rest areas of the classes that are there
    std::optional<double> hand_till;  ///< mean over pairs of classes (Hand and Till 2001)
  };
  /// \param times  how often each sample counts
  [[nodiscard]] Areas compute(std::span<const std::uint32_t> times) const;

 private:
  [[nodiscard]] std::vector<double> pairs_in_order(std::size_t column, std::span<const std::uint32_t> times) const;

  std::span<const std::uint32_t> outcome_;
  std::size_t classes_;
  std::vector<std::vector<std::uint32_t>> order_;  ///< of each class: samples by its probability
  std::vector<std::vector<bool>> starts_group_;    ///< whether the probability is larger than that of the one before
};

}  // namespace varisk::evaluation
