#include "prediction_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>
#include <utility>

#include "varisk/cohort/covariate_table.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/io/delimited.hpp"

namespace varisk::pipeline {
namespace {

constexpr std::size_t most_classes = 1000;
/// Probabilities of one sample, written with few digits, may miss 1 by so much.
constexpr double sum_tolerance = 0.01;

/// What was read for one class, by the index of the sample.
struct ClassColumn {
  std::string name;
  std::vector<std::optional<double>> value;
  std::vector<bool> seen;
};

struct ValueColumn {
  std::string class_name;
  std::size_t index = 0;
};

class PredictionReader {
 public:
  PredictionReader(const PredictionChoice& choice, const PredictionRules& rules);
  PredictionTable read();

 private:
  void find_values();
  bool take_model(const std::vector<std::string>& cells);
  void take_row(const std::vector<std::string>& cells);
  std::size_t sample_of(const std::string& id, bool several_rows);
  ClassColumn& class_of(const std::string& name);
  void put(std::size_t sample, ClassColumn& column, const std::string& text, std::size_t cell);
  void check_models() const;
  void choose_class();
  void assemble();
  void check_sum(std::size_t sample) const;

  const PredictionChoice* choice_;
  const PredictionRules* rules_;
  io::DelimitedReader reader_;
  std::size_t sample_column_ = 0;
  std::optional<std::size_t> model_column_;
  std::optional<std::size_t> class_column_;
  std::vector<ValueColumn> value_columns_;
  bool named_ = false;  ///< classes have names
  std::set<std::string> models_;
  std::unordered_map<std::string, std::size_t> sample_index_;
  std::vector<ClassColumn> classes_;
  PredictionTable table_;
};

PredictionReader::PredictionReader(const PredictionChoice& choice, const PredictionRules& rules)
    : choice_(&choice), rules_(&rules), reader_(choice.path) {
  table_.path = choice.path;
  const auto named = reader_.find_column(rules.sample_column);
  const auto usual = named ? named : reader_.find_column("sample_id");
  if (!usual) {
    throw UserError(fmt::format("expected a column '{}' with the sample ids, found {}", rules.sample_column,
                                fmt::join(reader_.columns(), ", ")),
                    choice.path + ": line 1", "name it with --sample-column");
  }
  sample_column_ = *usual;
  model_column_ = reader_.find_column("model_id");
  if (choice.model_id && !model_column_)
    throw UserError("a model id is asked for, but there is no column 'model_id'", choice.path + ": line 1");
  find_values();
}

void PredictionReader::find_values() {
  for (const std::string& text : choice_->columns) {
    const std::size_t equals = text.find('=');
    auto index = reader_.find_column(text);
    const bool has_class = !index && equals != std::string::npos;
    if (has_class) index = reader_.find_column(text.substr(equals + 1));
    if (!index) {
      throw UserError(
          fmt::format("expected a column '{}' with predictions, found {}", text, fmt::join(reader_.columns(), ", ")),
          choice_->path + ": line 1", "name it with --prediction, of a baseline with --baseline-prediction");
    }
    value_columns_.push_back({has_class ? text.substr(0, equals) : text, *index});
    named_ = named_ || has_class || choice_->columns.size() > 1;
  }
  if (value_columns_.size() == 1 && !named_ && rules_->classes) class_column_ = reader_.find_column("class");
  named_ = named_ || class_column_;
}

/// \return whether the row is to be read
bool PredictionReader::take_model(const std::vector<std::string>& cells) {
  if (!model_column_) return true;
  const std::string& id = cells[*model_column_];
  models_.insert(id);
  return choice_->model_id ? id == *choice_->model_id : models_.size() == 1;
}

ClassColumn& PredictionReader::class_of(const std::string& name) {
  const auto found = std::find_if(classes_.begin(), classes_.end(), [&](const auto& one) { return one.name == name; });
  if (found != classes_.end()) return *found;
  if (classes_.size() == most_classes)
    throw UserError(fmt::format("expected at most {} classes, found more", most_classes), reader_.where());
  classes_.push_back({name, {}, {}});
  return classes_.back();
}

std::size_t PredictionReader::sample_of(const std::string& id, bool several_rows) {
  if (cohort::is_missing_text(id)) {
    throw UserError(
        fmt::format("expected a sample id in column '{}', found '{}'", reader_.columns()[sample_column_], id),
        reader_.where());
  }
  const auto [entry, fresh] = sample_index_.emplace(id, table_.sample_ids.size());
  if (fresh) {
    table_.sample_ids.push_back(id);
    table_.lines.push_back(reader_.line_number());
  } else if (!several_rows) {
    throw UserError(
        fmt::format("expected one row per sample, found the sample of line {} again", table_.lines[entry->second]),
        reader_.where(), "remove one");
  }
  return entry->second;
}

void PredictionReader::put(std::size_t sample, ClassColumn& column, const std::string& text, std::size_t cell) {
  if (column.value.size() <= sample) {
    column.value.resize(table_.sample_ids.size());
    column.seen.resize(table_.sample_ids.size());
  }
  if (column.seen[sample]) {
    throw UserError(
        fmt::format("expected one row per sample and class, found class '{}' of the sample of line {} again",
                    column.name, table_.lines[sample]),
        reader_.where(), "remove one");
  }
  column.seen[sample] = true;
  if (cohort::is_missing_text(text)) return;
  const auto value = parse_double(text);
  if (!value || (rules_->probabilities && (*value < 0 || *value > 1))) {
    throw UserError(
        fmt::format("expected {}, found '{}'", rules_->probabilities ? "a probability from 0 to 1" : "a number", text),
        fmt::format("{}, column '{}'", reader_.where(), reader_.columns()[cell]),
        value ? "if it is none, name its scale with --scale" : "a missing value is NA or empty");
  }
  column.value[sample] = *value;
}

void PredictionReader::take_row(const std::vector<std::string>& cells) {
  if (!take_model(cells)) return;
  const std::string& id = cells[sample_column_];
  if (class_column_) {
    const std::string& name = cells[*class_column_];
    if (cohort::is_missing_text(name)) {
      throw UserError(fmt::format("expected a class, found '{}'", name),
                      fmt::format("{}, column 'class'", reader_.where()));
    }
    put(sample_of(id, true), class_of(name), cells[value_columns_.front().index], value_columns_.front().index);
    return;
  }
  const std::size_t sample = sample_of(id, false);
  for (const ValueColumn& column : value_columns_)
    put(sample, class_of(column.class_name), cells[column.index], column.index);
}

void PredictionReader::check_models() const {
  if (choice_->model_id && !models_.contains(*choice_->model_id)) {
    throw UserError(fmt::format("expected the model '{}', found {}", *choice_->model_id, fmt::join(models_, ", ")),
                    choice_->path);
  }
  if (!choice_->model_id && models_.size() > 1) {
    throw UserError(fmt::format("expected predictions of one model, found {}", fmt::join(models_, ", ")), choice_->path,
                    "choose one with --model-id, of a baseline with --baseline-model-id");
  }
}

/// Of several classes the one that is asked for.
void PredictionReader::choose_class() {
  if (!rules_->class_name || classes_.size() < 2) return;
  std::vector<std::string> names;
  for (const ClassColumn& column : classes_) names.push_back(column.name);
  std::erase_if(classes_, [&](const ClassColumn& column) { return column.name != *rules_->class_name; });
  if (classes_.empty()) {
    throw UserError(fmt::format("expected the class '{}', found {}", *rules_->class_name, fmt::join(names, ", ")),
                    choice_->path);
  }
}

void PredictionReader::check_sum(std::size_t sample) const {
  if (!rules_->probabilities || table_.classes.size() < 2 || table_.missing[sample]) return;
  double sum = 0;
  for (std::size_t k = 0; k < table_.columns(); ++k) sum += table_.values[sample * table_.columns() + k];
  if (std::abs(sum - 1) <= sum_tolerance) return;
  throw UserError(fmt::format("expected probabilities that add up to 1, found {}", sum),
                  fmt::format("{}: line {}", choice_->path, table_.lines[sample]),
                  "all classes are needed; to judge one alone name it with --class");
}

void PredictionReader::assemble() {
  if (named_) {
    for (const ClassColumn& column : classes_) table_.classes.push_back(column.name);
  }
  const std::size_t samples = table_.sample_ids.size();
  table_.missing.assign(samples, false);
  for (std::size_t i = 0; i < samples; ++i) {
    for (const ClassColumn& column : classes_) {
      if (i >= column.seen.size() || !column.seen[i]) {
        throw UserError(
            fmt::format("expected a row of each class of every sample, found none of class '{}'", column.name),
            fmt::format("{}: the sample of line {}", choice_->path, table_.lines[i]));
      }
      table_.values.push_back(column.value[i].value_or(0));
      if (!column.value[i]) table_.missing[i] = true;
    }
    check_sum(i);
  }
}

PredictionTable PredictionReader::read() {
  std::vector<std::string> cells;
  while (reader_.next(cells)) take_row(cells);
  check_models();
  if (table_.sample_ids.empty()) throw UserError("expected predictions, found a header line only", choice_->path);
  if (named_) {
    for (const ClassColumn& column : classes_) table_.all_classes.push_back(column.name);
  }
  choose_class();
  assemble();
  if (choice_->model_id) {
    table_.model_id = choice_->model_id;
  } else if (!models_.empty()) {
    table_.model_id = *models_.begin();
  }
  return std::move(table_);
}

}  // namespace

PredictionTable read_predictions(const PredictionChoice& choice, const PredictionRules& rules) {
  return PredictionReader(choice, rules).read();
}

}  // namespace varisk::pipeline
