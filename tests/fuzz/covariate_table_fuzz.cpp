// Any bytes as a covariate table, under every policy for duplicates; each column as a number and as a category.
#include <cmath>
#include <string>
#include <vector>

#include "fuzz_input.hpp"
#include "varisk/cohort/covariate_table.hpp"
#include "varisk/models/feature_column.hpp"

namespace {

using namespace varisk;
using fuzz::require;

std::vector<models::CovariateFeature> uses_of(const std::string& column) {
  models::NumberCovariate number;
  number.unit = "mmol/L";
  number.analyte = cohort::Analyte::glucose;
  number.range = models::Range{-100, 1000};
  number.out_of_range = models::OnBadValue::missing;
  models::NumberCovariate years;
  years.unit = "years";
  models::Category category{{"female", "male"}, models::OnBadValue::missing};
  return {{column, number, models::ImputeMissing{5}},
          {column, years, models::KeepMissing{}},
          {column, models::NumberCovariate{}, models::RefuseMissing{}},
          {column, category, models::ImputeMissing{1}}};
}

void check(const cohort::CovariateTable& table) {
  std::vector<std::string> ids(table.sample_ids().begin(), table.sample_ids().end());
  ids.emplace_back("a sample that the table lacks");
  for (const auto& column : table.columns()) {
    for (const auto& use : uses_of(column.name)) {
      fuzz::accepts([&] {
        models::CleaningCounts counts;
        const auto values = models::covariate_column(use, table, ids, counts);
        require(values.value.size() == ids.size() && values.state.size() == ids.size(), "one value for each sample");
        for (std::size_t i = 0; i < ids.size(); ++i) {
          const bool missing = values.state[i] == models::ValueState::missing;
          require(missing || std::isfinite(values.value[i]), "values are finite");
        }
      });
    }
  }
  for (std::size_t row = 0; row + 1 < ids.size(); ++row) {
    require(table.find_row(ids[row]) == row, "samples are found by their id");
    for (std::size_t column = 0; column < table.columns().size(); ++column) static_cast<void>(table.where(row, column));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cohort::DuplicatePolicy;
  static fuzz::MemoryFile input;
  input.write(fuzz::as_text(data, size));
  for (const auto policy :
       {DuplicatePolicy::error, DuplicatePolicy::first, DuplicatePolicy::last, DuplicatePolicy::identical}) {
    fuzz::accepts([&] { check(cohort::CovariateTable::read(input.path(), "sample_id", policy)); });
  }
  return 0;
}
