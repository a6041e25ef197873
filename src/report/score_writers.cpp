#include "varisk/report/score_writers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "varisk/core/number.hpp"

namespace varisk::report {
namespace {

constexpr std::size_t buffer_size = 1 << 18;

}  // namespace

TsvWriter::TsvWriter(AtomicFile& file, std::string_view header) : file_(&file), buffer_(header) { buffer_ += '\n'; }

void TsvWriter::separate() {
  if (row_started_) buffer_ += '\t';
  row_started_ = true;
}

TsvWriter& TsvWriter::operator<<(std::string_view cell) {
  separate();
  const std::size_t start = buffer_.size();
  buffer_ += cell;
  const auto breaks = [](char c) { return c == '\t' || c == '\n' || c == '\r'; };
  std::replace_if(buffer_.begin() + static_cast<std::ptrdiff_t>(start), buffer_.end(), breaks, ' ');
  return *this;
}

TsvWriter& TsvWriter::operator<<(double cell) { return *this << std::string_view(format_double(cell)); }

TsvWriter& TsvWriter::operator<<(std::int64_t cell) { return *this << std::string_view(fmt::format_int(cell).c_str()); }

TsvWriter& TsvWriter::operator<<(const std::optional<double>& cell) {
  return cell ? *this << *cell : *this << std::string_view("NA");
}

void TsvWriter::end_row() {
  buffer_ += '\n';
  row_started_ = false;
  if (buffer_.size() >= buffer_size) flush();
}

void TsvWriter::flush() {
  file_->write(buffer_);
  buffer_.clear();
}

void write_row(TsvWriter& table, const ScoreRow& row) {
  const std::optional<double> average =
      row.sum && row.allele_count > 0 ? std::optional(*row.sum / static_cast<double>(row.allele_count)) : std::nullopt;
  table << row.sample_id << row.score_id << row.sum << average << row.allele_count << row.rows_used << row.rows_total
        << row.rows_imputed << row.rows_assumed_reference
        << static_cast<double>(row.rows_observed) / static_cast<double>(row.rows_total);
  table.end_row();
}

void write_risk(TsvWriter& table, std::string_view sample_id, const models::Model& model,
                const models::Prediction& prediction) {
  table << sample_id << std::string_view(model.id) << std::string_view(model.outcome)
        << std::string_view(model.classes[1]) << prediction.probability << prediction.linear_predictor
        << prediction.standard_error << std::string_view(prediction.band ? *prediction.band : "NA")
        << prediction.observed_fraction << std::string_view(fmt::format("{}", fmt::join(prediction.flags, ";")));
  table.end_row();
}

void write_contributions(TsvWriter& table, std::string_view sample_id, const models::Model& model,
                         const std::vector<models::Contribution>& contributions, std::size_t most) {
  const std::size_t shown = std::min(most, contributions.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const models::Contribution& entry = contributions[i];
    table << sample_id << std::string_view(model.id) << static_cast<std::int64_t>(i + 1) << std::string_view(entry.term)
          << entry.value << entry.reference << entry.contribution;
    table.end_row();
  }
  if (shown == contributions.size()) return;
  double rest = 0;
  for (std::size_t i = shown; i < contributions.size(); ++i) rest += contributions[i].contribution;
  table << sample_id << std::string_view(model.id) << static_cast<std::int64_t>(shown + 1) << std::string_view("(rest)")
        << std::string_view("NA") << std::string_view("NA") << rest;
  table.end_row();
}

}  // namespace varisk::report
