#pragma once
/// \file
/// A feature after the transformation of one factor.

#include <cstddef>
#include <optional>

#include "varisk/models/feature_column.hpp"
#include "varisk/models/model.hpp"

namespace varisk::models {

/// \param column  of the factor's feature, whose value of this sample is not missing
/// \return nothing if a logarithm is not defined
[[nodiscard]] std::optional<double> factor_value(const Factor& factor, const FeatureColumn& column, std::size_t sample);

}  // namespace varisk::models
