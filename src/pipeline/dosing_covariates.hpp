#pragma once
/// \file
/// What the covariate table says of a patient that doses depend on (columns in docs/dosing.md).

#include "varisk/cohort/covariate_table.hpp"
#include "varisk/pgx/advice.hpp"
#include "varisk/pgx/warfarin.hpp"

namespace varisk::pipeline {

struct DosingPatient {
  pgx::WarfarinPatient warfarin;
  pgx::PatientNotes notes;
};

/// Reads the columns that are there; others stay unknown.
class DosingCovariates {
 public:
  /// \param table  null: nothing is known of anybody
  /// \throws UserError for a unit that cannot be converted
  explicit DosingCovariates(const cohort::CovariateTable* table);

  /// \throws UserError that names line and column for a value out of range (a height in metres) or an unknown word
  [[nodiscard]] DosingPatient patient(const std::string& sample_id) const;
  [[nodiscard]] bool has_any() const noexcept { return any_; }
  /// Columns whose names are nearly those that are asked for.
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  struct NumberColumn {
    std::optional<std::size_t> column;
    double multiply = 1;
    double divide = 1;
  };
  [[nodiscard]] NumberColumn number_column(std::string_view name, std::string_view unit);
  [[nodiscard]] std::optional<std::size_t> column(std::string_view name);
  [[nodiscard]] std::optional<double> number(const NumberColumn& column, std::size_t row, double low, double high,
                                             std::string_view unit, std::string_view help) const;
  [[nodiscard]] std::optional<bool> flag(std::optional<std::size_t> column, std::size_t row) const;
  [[nodiscard]] std::optional<pgx::Race> race(std::size_t row) const;
  [[nodiscard]] pgx::Inhibition inhibition(std::optional<std::size_t> column, std::size_t row) const;

  const cohort::CovariateTable* table_;
  bool any_ = false;
  std::vector<std::string> warnings_;
  NumberColumn age_;
  NumberColumn height_;
  NumberColumn weight_;
  NumberColumn target_inr_;
  std::optional<std::size_t> race_;
  std::optional<std::size_t> amiodarone_;
  std::optional<std::size_t> enzyme_inducer_;
  std::optional<std::size_t> smoker_;
  std::optional<std::size_t> dvt_pe_;
  std::optional<std::size_t> cyp2d6_inhibitor_;
  std::optional<std::size_t> cyp2c19_inhibitor_;
  std::optional<std::size_t> transplant_;
  std::optional<std::size_t> transfusion_;
};

}  // namespace varisk::pipeline
