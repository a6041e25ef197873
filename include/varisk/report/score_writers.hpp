#pragma once
/// \file
/// The tables of a scoring run, row by row; columns as in docs/formats.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "varisk/core/output_folder.hpp"
#include "varisk/models/prediction.hpp"

namespace varisk::report {

/// Rows of a tab separated table. Cells must not hold tabs or line ends; if one does, they become spaces.
class TsvRows {
 public:
  TsvRows& operator<<(std::string_view cell);
  TsvRows& operator<<(double cell);  ///< `NA` if not finite
  TsvRows& operator<<(std::int64_t cell);
  TsvRows& operator<<(const std::optional<double>& cell);
  void end_row();
  /// A whole row whose cells behind the first are spelled already, line end included.
  void append_row(std::string_view first_cell, std::string_view rest) {
    *this << first_cell;
    text_ += rest;
    row_started_ = false;
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  void clear() noexcept { text_.clear(); }

 private:
  void separate();

  std::string text_;
  bool row_started_ = false;
};

/// A table with a header line.
class TsvWriter {
 public:
  TsvWriter(AtomicFile& file, std::string_view header);
  template <typename Cell>
  TsvWriter& operator<<(const Cell& cell) {
    rows_ << cell;
    return *this;
  }
  void end_row();
  /// Whole rows.
  void write(const TsvRows& rows);
  /// Hands what is buffered to the file.
  void flush();

 private:
  AtomicFile* file_;
  TsvRows rows_;
};

/// One sample and one score.
struct ScoreRow {
  std::string_view sample_id;
  std::string_view score_id;
  std::optional<double> sum;      ///< nothing: the score's match rate is below the threshold
  std::int64_t allele_count = 0;  ///< over observed and imputed rows
  std::int64_t rows_used = 0;     ///< matched rows of the score
  std::int64_t rows_total = 0;
  std::int64_t rows_imputed = 0;
  std::int64_t rows_assumed_reference = 0;
  std::int64_t rows_observed = 0;
};
inline constexpr std::string_view scores_header =
    "sample_id\tscore_id\tsum\taverage\tallele_count\trows_used\trows_total\trows_imputed\trows_assumed_reference\t"
    "observed_fraction";
void write_row(TsvRows& table, const ScoreRow& row);

inline constexpr std::string_view risk_header =
    "sample_id\tmodel_id\toutcome\tclass\tprobability\tlinear_predictor\tstandard_error\tband\tobserved_"
    "fraction\tflags";
/// One row for each class; of a binomial model only that of the second class.
void write_risk(TsvWriter& table, std::string_view sample_id, const models::Model& model,
                const models::Prediction& prediction);

/// The `most` largest contributions, and one row `(rest)` for the others, so that they add up. \param suffix  behind
/// the names: which linear predictor it is
inline constexpr std::string_view explain_header =
    "sample_id\tmodel_id\trank\tfeature\tvalue\treference_value\tcontribution";
void write_contributions(TsvWriter& table, std::string_view sample_id, const models::Model& model,
                         const std::vector<models::Contribution>& contributions, std::size_t most,
                         std::string_view suffix = {});

inline constexpr std::string_view matches_header = "consumer\tstate\trows";
inline constexpr std::string_view sites_header =
    "consumer\trow\tvariant\tstate\treason\trecord_variant\tflipped\teffect_allele_"
    "frequency\tobserved\tmissing\timputed";
inline constexpr std::string_view samples_header =
    "sample_id\tsources\tsites_wanted\tsites_observed\theterozygosity\tinferred_sex\tflags";

}  // namespace varisk::report
