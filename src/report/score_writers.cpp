#include "varisk/report/score_writers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "varisk/core/number.hpp"

namespace varisk::report {
namespace {

constexpr std::size_t buffer_size = 1 << 18;

}  // namespace

void TsvRows::separate() {
  if (row_started_) text_ += '\t';
  row_started_ = true;
}

TsvRows& TsvRows::operator<<(std::string_view cell) {
  separate();
  const std::size_t start = text_.size();
  text_ += cell;
  const auto breaks = [](char c) { return c == '\t' || c == '\n' || c == '\r'; };
  std::replace_if(text_.begin() + static_cast<std::ptrdiff_t>(start), text_.end(), breaks, ' ');
  return *this;
}

TsvRows& TsvRows::operator<<(double cell) {
  separate();
  append_double(text_, cell);
  return *this;
}

TsvRows& TsvRows::operator<<(std::int64_t cell) {
  separate();
  const fmt::format_int digits(cell);
  text_.append(digits.data(), digits.size());
  return *this;
}

TsvRows& TsvRows::operator<<(const std::optional<double>& cell) {
  return cell ? *this << *cell : *this << std::string_view("NA");
}

void TsvRows::end_row() {
  text_ += '\n';
  row_started_ = false;
}

TsvWriter::TsvWriter(AtomicFile& file, std::string_view header) : file_(&file) {
  file_->write(header);
  file_->write("\n");
}

void TsvWriter::end_row() {
  rows_.end_row();
  if (rows_.text().size() >= buffer_size) flush();
}

void TsvWriter::write(const TsvRows& rows) {
  flush();
  file_->write(rows.text());
}

void TsvWriter::flush() {
  file_->write(rows_.text());
  rows_.clear();
}

void write_row(TsvRows& table, const ScoreRow& row) {
  table << row.sample_id << row.score_id << row.sum;
  if (row.sum && row.allele_count > 0) {
    table << *row.sum / static_cast<double>(row.allele_count);
  } else {
    table << std::string_view("NA");
  }
  table << row.allele_count << row.rows_used << row.rows_total << row.rows_imputed << row.rows_assumed_reference
        << static_cast<double>(row.rows_observed) / static_cast<double>(row.rows_total);
  table.end_row();
}

void write_risk(TsvWriter& table, std::string_view sample_id, const models::Model& model,
                const models::Prediction& prediction) {
  const std::string flags = fmt::format("{}", fmt::join(prediction.flags, ";"));
  const auto cell = [](const std::vector<double>& values, std::size_t i) {
    return values.empty() ? std::nullopt : std::optional(values[i]);
  };
  if (model.family == models::Family::gaussian) {
    const auto none = std::string_view("NA");
    table << sample_id << std::string_view(model.id) << std::string_view(model.outcome) << none << none
          << cell(prediction.linear_predictors, 0) << prediction.standard_error << none << prediction.observed_fraction
          << std::string_view(flags);
    table.end_row();
    return;
  }
  // The first class of two is the rest to 1.
  for (std::size_t k = model.family == models::Family::binomial ? 1 : 0; k < model.classes.size(); ++k) {
    table << sample_id << std::string_view(model.id) << std::string_view(model.outcome)
          << std::string_view(model.classes[k]) << cell(prediction.probabilities, k)
          << cell(prediction.linear_predictors, model.family == models::Family::multinomial ? k : 0)
          << prediction.standard_error << std::string_view(prediction.band ? *prediction.band : "NA")
          << prediction.observed_fraction << std::string_view(flags);
    table.end_row();
  }
}

void write_contributions(TsvWriter& table, std::string_view sample_id, const models::Model& model,
                         const std::vector<models::Contribution>& contributions, std::size_t most,
                         std::string_view suffix) {
  const std::size_t shown = std::min(most, contributions.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const models::Contribution& entry = contributions[i];
    table << sample_id << std::string_view(model.id) << static_cast<std::int64_t>(i + 1)
          << std::string_view(fmt::format("{}{}", entry.term, suffix)) << entry.value << entry.reference
          << entry.contribution;
    table.end_row();
  }
  if (shown == contributions.size()) return;
  double rest = 0;
  for (std::size_t i = shown; i < contributions.size(); ++i) rest += contributions[i].contribution;
  table << sample_id << std::string_view(model.id) << static_cast<std::int64_t>(shown + 1)
        << std::string_view(fmt::format("(rest){}", suffix)) << std::string_view("NA") << std::string_view("NA")
        << rest;
  table.end_row();
}

}  // namespace varisk::report
