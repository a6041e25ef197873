#include "dosing_covariates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "varisk/cohort/units.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::pipeline {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

bool is_one_of(const std::string& text, std::initializer_list<const char*> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace

DosingCovariates::DosingCovariates(const cohort::CovariateTable* table) : table_(table) {
  if (table == nullptr) return;
  age_ = number_column("age", "years");
  height_ = number_column("height_cm", "cm");
  weight_ = number_column("weight_kg", "kg");
  target_inr_ = number_column("target_inr", "");
  race_ = column("race");
  amiodarone_ = column("amiodarone");
  enzyme_inducer_ = column("enzyme_inducer");
  smoker_ = column("smoker");
  dvt_pe_ = column("dvt_pe");
  cyp2d6_inhibitor_ = column("cyp2d6_inhibitor");
  cyp2c19_inhibitor_ = column("cyp2c19_inhibitor");
  transplant_ = column("transplant");
  transfusion_ = column("transfusion");
}

std::optional<std::size_t> DosingCovariates::column(std::string_view name) {
  const auto found = table_->find_column(name);
  const auto bare = [](std::string_view text) {
    std::string letters = lower(text);
    std::erase_if(letters, [](char c) { return c == '_' || c == ' ' || c == '-' || c == '.'; });
    return letters;
  };
  for (const cohort::CovariateColumn& other : table_->columns()) {
    const bool is_near = !found && (bare(other.name) == bare(name) || bare(other.name) + "cm" == bare(name) ||
                                    bare(other.name) + "kg" == bare(name));
    if (is_near) {
      warnings_.push_back(fmt::format("{}: the column '{}' is not used for doses, they ask for '{}'", table_->path(),
                                      other.name, name));
    }
  }
  any_ = any_ || found;
  return found;
}

DosingCovariates::NumberColumn DosingCovariates::number_column(std::string_view name, std::string_view unit) {
  NumberColumn result;
  result.column = column(name);
  if (!result.column) return result;
  const auto& declared = table_->columns()[*result.column].unit;
  if (!declared) return result;
  const auto conversion = cohort::unit_conversion(*declared, unit, std::nullopt);
  if (!conversion) {
    throw UserError(unit.empty() ? fmt::format("expected no unit, found '{}'", *declared)
                                 : fmt::format("expected a unit that converts to {}, found '{}'", unit, *declared),
                    fmt::format("{}: line 1, column '{}'", table_->path(), name),
                    "convert the column, or correct its unit");
  }
  result.multiply = conversion->multiply;
  result.divide = conversion->divide;
  return result;
}

std::optional<double> DosingCovariates::number(const NumberColumn& column, std::size_t row, double low, double high,
                                               std::string_view unit, std::string_view help) const {
  if (!column.column || table_->is_missing(row, *column.column)) return std::nullopt;
  const std::string_view text = table_->text(row, *column.column);
  const auto parsed = parse_double(text);
  if (!parsed) {
    throw UserError(fmt::format("expected a number, found '{}'", text), table_->where(row, *column.column));
  }
  const double value = *parsed * column.multiply / column.divide;
  if (value >= low && value <= high) return value;
  throw UserError(
      fmt::format("expected {} to {}{}, found {}", format_double(low), format_double(high), unit, format_double(value)),
      table_->where(row, *column.column), std::string(help));
}

std::optional<bool> DosingCovariates::flag(std::optional<std::size_t> column, std::size_t row) const {
  if (!column || table_->is_missing(row, *column)) return std::nullopt;
  const std::string text = lower(table_->text(row, *column));
  if (is_one_of(text, {"1", "yes", "true", "y"})) return true;
  if (is_one_of(text, {"0", "no", "false", "n"})) return false;
  throw UserError(fmt::format("expected yes or no (1 or 0), found '{}'", text), table_->where(row, *column));
}

std::optional<pgx::Race> DosingCovariates::race(std::size_t row) const {
  if (!race_ || table_->is_missing(row, *race_)) return std::nullopt;
  const std::string text = lower(table_->text(row, *race_));
  if (is_one_of(text, {"white", "caucasian", "european"})) return pgx::Race::white;
  if (is_one_of(text, {"asian"})) return pgx::Race::asian;
  if (is_one_of(text, {"black", "african", "african american", "black or african american"})) return pgx::Race::black;
  if (is_one_of(text, {"mixed", "other"})) return pgx::Race::mixed;
  if (is_one_of(text, {"unknown"})) return std::nullopt;
  throw UserError(fmt::format("expected white, asian, black, mixed or unknown, found '{}'", text),
                  table_->where(row, *race_), "it is what people say of themselves");
}

pgx::Inhibition DosingCovariates::inhibition(std::optional<std::size_t> column, std::size_t row) const {
  if (!column || table_->is_missing(row, *column)) return pgx::Inhibition::none;
  const std::string text = lower(table_->text(row, *column));
  if (is_one_of(text, {"none", "no", "0"})) return pgx::Inhibition::none;
  if (text == "weak") return pgx::Inhibition::weak;
  if (text == "moderate") return pgx::Inhibition::moderate;
  if (text == "strong") return pgx::Inhibition::strong;
  throw UserError(fmt::format("expected none, weak, moderate or strong, found '{}'", text), table_->where(row, *column),
                  "FDA's table of inhibitors has the classes");
}

DosingPatient DosingCovariates::patient(const std::string& sample_id) const {
  DosingPatient patient;
  const auto row = table_ == nullptr ? std::nullopt : table_->find_row(sample_id);
  if (!row) return patient;
  constexpr double adult = 18;
  pgx::WarfarinPatient& warfarin = patient.warfarin;
  warfarin.age = number(age_, *row, 0, 120, " years", "");
  const bool is_adult = !warfarin.age || *warfarin.age >= adult;
  warfarin.height_cm = number(height_, *row, is_adult ? 100 : 30, 250, " cm",
                              "heights in metres or inches: name the column 'height_cm [m]' or 'height_cm [in]'");
  warfarin.weight_kg =
      number(weight_, *row, is_adult ? 25 : 1, 350, " kg", "weights in pounds: name the column 'weight_kg [lb]'");
  warfarin.target_inr = number(target_inr_, *row, 1, 5, "", "the target of the treatment, such as 2.5");
  warfarin.race = race(*row);
  warfarin.amiodarone = flag(amiodarone_, *row);
  warfarin.enzyme_inducer = flag(enzyme_inducer_, *row);
  warfarin.smoker = flag(smoker_, *row);
  warfarin.dvt_pe = flag(dvt_pe_, *row);
  patient.notes.cyp2d6 = inhibition(cyp2d6_inhibitor_, *row);
  patient.notes.cyp2c19 = inhibition(cyp2c19_inhibitor_, *row);
  patient.notes.transplant = flag(transplant_, *row).value_or(false);
  patient.notes.transfusion = flag(transfusion_, *row).value_or(false);
  return patient;
}

}  // namespace varisk::pipeline
