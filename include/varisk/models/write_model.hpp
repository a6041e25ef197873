#pragma once
/// \file
/// Model files from models.

#include <string>

#include "varisk/io/json.hpp"
#include "varisk/models/model.hpp"

namespace varisk::models {

/// `parse_model(write_model(model), path) == model`, to the last bit of each number, if the model is one that
/// `parse_model` could have made. Keys with their default value are left out. A file of a score stays the path it is,
/// so it is relative to the folder of the model file only if it is absolute or that folder is the current one.
/// \throws InternalError for numbers that are not finite, and for what no model file can say
[[nodiscard]] io::Json write_model(const Model& model);

/// The text of a model file: one line for each feature and each term.
[[nodiscard]] std::string model_text(const Model& model);

}  // namespace varisk::models
