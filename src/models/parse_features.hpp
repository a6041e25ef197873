#pragma once
/// \file
/// The `features` of a model file.

#include <vector>

#include "varisk/io/json_node.hpp"
#include "varisk/models/features.hpp"

namespace varisk::models {

/// \param node  the object under `features` \throws UserError
[[nodiscard]] std::vector<Feature> parse_features(const io::JsonNode& node);

}  // namespace varisk::models
