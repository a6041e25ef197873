// Any bytes as a model file; what is accepted predicts for samples with small, large and missing values, and writes
// itself so that it reads back.
#include <cmath>
#include <limits>
#include <vector>

#include "fuzz_input.hpp"
#include "varisk/models/model.hpp"
#include "varisk/models/prediction.hpp"
#include "varisk/models/write_model.hpp"

namespace {

using namespace varisk;
using fuzz::require;

std::vector<models::FeatureColumn> columns_for(const models::Model& model) {
  static const std::vector<double> numbers = {0, 1, -1, 55.5, std::numeric_limits<double>::max(), 0};
  std::vector<models::FeatureColumn> columns;
  for (const models::Feature& feature : model.features) {
    const auto* const category = models::category_of(feature);
    models::FeatureColumn& column = columns.emplace_back();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const bool missing = i + 1 == numbers.size();
      column.value.push_back(category == nullptr ? numbers[i] : static_cast<double>(i % category->levels.size()));
      column.state.push_back(missing ? models::ValueState::missing : models::ValueState::observed);
    }
  }
  return columns;
}

void check(const models::Model& model) {
  const auto columns = columns_for(model);
  static_cast<void>(models::baseline(model));
  require(models::parse_model(io::Json::parse(models::model_text(model)), "m.json") == model, "reads back as it was");
  for (std::size_t sample = 0; sample < 6; ++sample) {
    const auto prediction = models::predict(model, columns, sample);
    const auto contributions = models::explain(model, columns, sample);
    const bool has_classes = model.family != models::Family::gaussian;
    require(!has_classes || prediction.linear_predictors.empty() == prediction.probabilities.empty(), "both or none");
    if (prediction.linear_predictors.empty()) {
      require(contributions.empty(), "nothing to explain without a result");
      require(!prediction.flags.empty(), "a flag says why there is no result");
      continue;
    }
    require(prediction.probabilities.size() == model.classes.size(), "a probability for each class");
    double sum = 0;
    for (const double value : prediction.linear_predictors) {
      require(std::isfinite(value), "the linear predictors are finite");
    }
    for (const double probability : prediction.probabilities) {
      require(probability >= 0 && probability <= 1, "a probability is in [0, 1]");
      sum += probability;
    }
    require(!has_classes || std::abs(sum - 1) < 1e-9, "probabilities add up to 1");
    require(!prediction.standard_error || *prediction.standard_error >= 0, "a standard error is not negative");
    require(prediction.band.has_value() != model.bands.empty(), "a model with bands gives one");
    require(contributions.size() == model.terms.size(), "one contribution for each term");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::MemoryFile input;
  input.write(fuzz::as_text(data, size));
  fuzz::accepts([&] { check(models::read_model(input.path())); });
  return 0;
}
