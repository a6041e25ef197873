#include "varisk/pgx/outside_calls.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "look_up.hpp"
#include "split.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/io/text_input.hpp"

namespace varisk::pgx {
namespace {

struct Columns {
  std::optional<std::size_t> sample;
  std::size_t gene = 0;
  std::size_t diplotype = 1;
  std::size_t phenotype = 2;
  std::size_t activity = 3;
};

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

/// \return false if the line is no header. \throws UserError for a column that is not known
bool read_header(const std::vector<std::string_view>& cells, const std::string& where, Columns& columns) {
  const auto find = [&](std::initializer_list<std::string_view> names) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (std::find(names.begin(), names.end(), lower(cells[i])) != names.end()) return i;
    }
    return std::nullopt;
  };
  const auto gene = find({"gene"});
  if (!gene) return false;
  constexpr std::size_t nowhere = 1000;
  columns.sample = find({"sample", "sample_id"});
  columns.gene = *gene;
  columns.diplotype = find({"diplotype"}).value_or(nowhere);
  columns.phenotype = find({"phenotype"}).value_or(nowhere);
  columns.activity = find({"activity_score", "activity score", "activityscore"}).value_or(nowhere);
  constexpr std::array known = {"gene",      "sample",         "sample_id",      "diplotype",
                                "phenotype", "activity_score", "activity score", "activityscore"};
  for (const std::string_view cell : cells) {
    if (cell.empty() || std::find(known.begin(), known.end(), lower(cell)) != known.end()) continue;
    throw UserError(fmt::format("the column '{}' is not known", cell), where,
                    "columns are sample, gene, diplotype, phenotype, activity_score");
  }
  return true;
}

bool is_no_call(std::string_view text) { return text.empty() || text == "." || text == "./." || text == "NA"; }

/// Of HLA a text that is not understood would pass for another allele, and so for `negative`.
void check_hla(const Gene& gene, const OutsideCall& call, const std::string& where) {
  if (!call.diplotype.empty()) {
    const auto alleles = split_diplotype(gene, call.diplotype);
    for (const std::string& allele : alleles) {
      if (parse_hla(gene.name, allele) && alleles.size() <= 2) continue;
      throw UserError(
          fmt::format("the alleles of {} are '{}', expected one or two like *57:01/*07:02", gene.name, call.diplotype),
          where, "'.' says that there is no call");
    }
  }
  if (call.phenotype.empty()) return;
  for (std::string_view phenotype : split(call.phenotype, ";")) {
    while (phenotype.starts_with(' ')) phenotype.remove_prefix(1);
    if (is_hla_phenotype(phenotype)) continue;
    throw UserError(fmt::format("the phenotype of {} is '{}', expected like '*57:01 positive'", gene.name, phenotype),
                    where, "several are separated by ';'");
  }
}

/// A phenotype that no table knows would lead nowhere.
void check_phenotype(const Gene& gene, const std::string& phenotype, const std::string& where) {
  if (phenotype.empty() || gene.lookup == LookupKind::allele || phenotype == indeterminate) return;
  auto known = gene.phenotypes.phenotypes();
  std::erase(known, std::string(indeterminate));
  if (known.empty() || std::find(known.begin(), known.end(), phenotype) != known.end()) return;
  throw UserError(fmt::format("the phenotype of {} is '{}', expected {} or {}", gene.name, phenotype,
                              fmt::join(known, ", "), indeterminate),
                  where);
}

/// Nor would a score that the guidelines of some drug have no row for.
void check_score(const PgxData& data, const Gene& gene, double score, const std::string& where) {
  if (gene.lookup != LookupKind::activity) return;
  const LookupKey key{{}, score};
  for (const Drug& drug : data.guidelines.drugs) {
    if (std::find(drug.genes.begin(), drug.genes.end(), gene.name) == drug.genes.end()) continue;
    const bool found = std::any_of(drug.rows.begin(), drug.rows.end(), [&](const Recommendation& row) {
      return std::any_of(row.when.begin(), row.when.end(),
                         [&](const KeySet& set) { return set.gene == gene.name && set.contains(key, gene.lookup); });
    });
    if (found) continue;
    throw UserError(
        fmt::format("the activity score of {} is {}, for which {} has no recommendation", gene.name, score, drug.name),
        where, "scores are sums of the activity values of two alleles");
  }
}

}  // namespace

void OutsideCalls::read(const std::string& path, const PgxData& data, const std::vector<std::string>& samples) {
  io::TextInput input(path);
  const std::unordered_set<std::string_view> known(samples.begin(), samples.end());
  Columns columns;
  std::size_t lines = 0;
  std::size_t unused = 0;
  std::int64_t first_unused = 0;
  std::string_view line;
  while (input.next(line)) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (input.line_number() == 1 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
    if (line.empty() || line.starts_with('#')) continue;
    const auto cells = split(line, "\t");
    if (lines++ == 0) {
      if (read_header(cells, input.where(), columns)) continue;
      if (data.find(cells.front()) == nullptr) columns = Columns{0, 1, 2, 3, 4};
    }
    const auto cell = [&](std::size_t i) { return i < cells.size() ? cells[i] : std::string_view{}; };
    const std::string gene(cell(columns.gene));
    if (data.find(gene) == nullptr) {
      throw UserError(fmt::format("the gene '{}' is not known", gene), input.where(),
                      "columns are sample, gene, diplotype, phenotype, activity score, tab separated");
    }
    std::string sample;
    if (columns.sample) {
      sample = cell(*columns.sample);
      if (sample.empty() || sample.front() == ' ' || sample.back() == ' ') {
        throw UserError(fmt::format("the sample is '{}', expected an id without blanks around it", sample),
                        input.where());
      }
      if (!known.contains(sample)) {
        if (unused++ == 0) first_unused = input.line_number();
        continue;
      }
    } else if (samples.size() == 1) {
      sample = samples.front();
    } else {
      throw UserError("the calls name no sample, and the run has several", input.where(),
                      "put a column sample before the gene");
    }
    OutsideCall call;
    call.where = input.where();
    if (cell(columns.diplotype).empty() && cell(columns.phenotype).empty() && cell(columns.activity).empty()) {
      throw UserError(fmt::format("there is neither diplotype nor phenotype nor activity score of {}", gene),
                      input.where(), "'.' as diplotype says that there is no call");
    }
    if (!is_no_call(cell(columns.diplotype))) call.diplotype = cell(columns.diplotype);
    if (!is_no_call(cell(columns.phenotype))) call.phenotype = cell(columns.phenotype);
    const std::string_view score = cell(columns.activity);
    if (!is_no_call(score)) {
      call.activity_score = parse_double(score);
      // Files of other programs have further numbers behind; only a plain score counts.
      if (!call.activity_score || *call.activity_score < 0) {
        throw UserError(fmt::format("the activity score is '{}', expected a number, 0 or more", score), input.where());
      }
    }
    check_phenotype(*data.find(gene), call.phenotype, input.where());
    if (data.find(gene)->lookup == LookupKind::allele) check_hla(*data.find(gene), call, input.where());
    if (call.activity_score) check_score(data, *data.find(gene), *call.activity_score, input.where());
    auto& calls = calls_[{sample, gene}];
    const bool repeated = std::any_of(calls.begin(), calls.end(), [&](const OutsideCall& other) {
      return other.diplotype == call.diplotype && other.phenotype == call.phenotype &&
             other.activity_score == call.activity_score;
    });
    if (repeated) continue;
    const bool is_call = !call.diplotype.empty() || !call.phenotype.empty() || call.activity_score;
    if (!calls.empty() && is_call) {
      warnings_.push_back(fmt::format("{}: another call of {} for the same sample stands in {}; both are kept",
                                      call.where, gene, calls.front().where));
    }
    calls.push_back(std::move(call));
  }
  if (lines == 0) throw UserError("there is no call in the file", path);
  if (unused > 0)
    warnings_.push_back(fmt::format("{}: {} line(s) of samples that are not in this run, the first is line {}", path,
                                    unused, first_unused));
}

const std::vector<OutsideCall>& OutsideCalls::find(const std::string& sample, const std::string& gene) const {
  static const std::vector<OutsideCall> none;
  const auto found = calls_.find({sample, gene});
  return found == calls_.end() ? none : found->second;
}

}  // namespace varisk::pgx
