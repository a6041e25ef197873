#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "null_model.hpp"
#include "parallel.hpp"

namespace varisk::training {

/// Score statistics of genotype and dosage columns, χ² with `null.dims` degrees of freedom; nothing for columns without
/// variance beside the null model's. \param rows  of the fit
[[nodiscard]] std::vector<std::optional<double>> score_statistics(const Design& design, const NullModel& null,
                                                                  std::span<const std::uint32_t> rows,
                                                                  std::span<const std::uint32_t> columns,
                                                                  const Threads& threads);

/// Upper tail of χ².
[[nodiscard]] double chi_squared_tail(double statistic, std::size_t degrees_of_freedom);

}  // namespace varisk::training
