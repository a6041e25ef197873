#include "varisk/cohort/sample_sheet.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "varisk/cohort/covariate_table.hpp"
#include "varisk/core/error.hpp"
#include "varisk/io/delimited.hpp"

namespace varisk::cohort {
namespace {

std::optional<Sex> parse_sex(std::string_view text) {
  if (text == "male" || text == "1") return Sex::male;
  if (text == "female" || text == "2") return Sex::female;
  if (text == "unknown" || text == "0" || is_missing_text(text)) return Sex::unknown;
  return std::nullopt;
}

/// The lines on which the values of one column were first seen.
class UniqueColumn {
 public:
  explicit UniqueColumn(std::string name) : name_(std::move(name)) {}

  void add(const std::string& value, const io::DelimitedReader& reader) {
    const auto [seen, fresh] = line_.emplace(value, reader.line_number());
    if (!fresh) {
      throw UserError(fmt::format("expected each {} once, found the one of line {} again", name_, seen->second),
                      reader.where());
    }
  }

 private:
  std::string name_;
  std::unordered_map<std::string, std::int64_t> line_;
};

/// Other columns are ignored, but `Sex` is meant to be `sex`.
void refuse_misspelled(const io::DelimitedReader& reader) {
  const auto letters = [](std::string_view name) {
    std::string out;
    for (const char c : name) {
      if (std::isalpha(static_cast<unsigned char>(c)) != 0) out += static_cast<char>(std::tolower(c));
    }
    return out;
  };
  for (const std::string_view known : {"sample_id", "source_id", "sex"}) {
    if (reader.find_column(known)) continue;
    for (const std::string& column : reader.columns()) {
      if (letters(column) != letters(known)) continue;
      throw UserError(fmt::format("expected a column '{}', found '{}'", known, column), reader.path() + ": line 1",
                      fmt::format("rename it to {}", known));
    }
  }
}

}  // namespace

SampleSheet SampleSheet::read(const std::string& path) {
  io::DelimitedReader reader(path);
  refuse_misspelled(reader);
  const std::size_t sample_column = reader.require_column("sample_id");
  const auto source_column = reader.find_column("source_id");
  const auto sex_column = reader.find_column("sex");
  SampleSheet sheet;
  UniqueColumn sample_ids("sample_id");
  UniqueColumn source_ids("source_id");
  std::vector<std::string> row;
  while (reader.next(row)) {
    SampleEntry entry;
    entry.sample_id = row[sample_column];
    if (entry.sample_id.empty()) throw UserError("expected a sample_id, found an empty cell", reader.where());
    entry.source_id = source_column && !row[*source_column].empty() ? row[*source_column] : entry.sample_id;
    if (sex_column) {
      const auto sex = parse_sex(row[*sex_column]);
      if (!sex) {
        throw UserError(
            fmt::format("expected male, female, unknown, 1, 2 or 0 in column 'sex', found '{}'", row[*sex_column]),
            reader.where());
      }
      entry.sex = *sex;
    }
    sample_ids.add(entry.sample_id, reader);
    source_ids.add(entry.source_id, reader);
    sheet.entries_.push_back(std::move(entry));
  }
  if (sheet.entries_.empty()) throw UserError("expected one line per sample, found none", path);
  return sheet;
}

}  // namespace varisk::cohort
