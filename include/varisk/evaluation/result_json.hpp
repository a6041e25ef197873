#pragma once
/// \file
/// Results as JSON (docs/formats.md, `metrics.json`).

#include "varisk/evaluation/binary.hpp"
#include "varisk/evaluation/gaussian.hpp"
#include "varisk/evaluation/multiclass.hpp"
#include "varisk/io/json.hpp"

namespace varisk::evaluation {

/// An object with one member for each metric: value, low, high, standard_error, p_value, method, note.
[[nodiscard]] io::Json to_json(const Metrics& metrics);

/// Counts, metrics, thresholds and deciles; the curves are in the tables.
[[nodiscard]] io::Json to_json(const BinaryResult& result);
[[nodiscard]] io::Json to_json(const BinaryComparison& comparison);
[[nodiscard]] io::Json to_json(const MulticlassResult& result);
[[nodiscard]] io::Json to_json(const GaussianResult& result);
/// What of the settings is needed to read the results.
[[nodiscard]] io::Json to_json(const Settings& settings);

}  // namespace varisk::evaluation
