#pragma once
/// \file
/// JSON documents with errors that name the file and the place.

#include <nlohmann/json.hpp>
#include <string>

namespace varisk::io {

using Json = nlohmann::ordered_json;

/// The document in `path`. Duplicate keys, comments and anything after the document are errors.
/// \throws IoError if the file cannot be read, UserError (with line and column) if it is not JSON
[[nodiscard]] Json read_json(const std::string& path);

}  // namespace varisk::io
