#include "panel_labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "varisk/core/error.hpp"
#include "varisk/io/delimited.hpp"
#include "varisk/scoring/panel.hpp"

namespace varisk::pipeline {
namespace {

struct Label {
  std::string population;
  bool unrelated = true;
};

bool parse_related(const std::string& text, const io::DelimitedReader& table) {
  if (text.empty() || text == "0" || text == "no" || text == "false") return false;
  if (text == "1" || text == "yes" || text == "true") return true;
  throw UserError(fmt::format("related is '{}', expected 0 or 1", text), table.where());
}

bool is_label(const std::string& text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

PanelLabels read_labels(const std::string& path, const std::vector<std::string>& sample_ids) {
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < sample_ids.size(); ++i) index.emplace(sample_ids[i], i);
  io::DelimitedReader table(path);
  const std::size_t id_column = table.require_column("sample_id");
  const std::size_t population_column = table.require_column("population");
  const auto related_column = table.find_column("related");
  std::vector<std::optional<Label>> labels(sample_ids.size());
  std::vector<std::string> fields;
  while (table.next(fields)) {
    const auto found = index.find(fields[id_column]);
    if (found == index.end()) {
      throw UserError("the sample has no genotypes", table.where(), "sample_id is the name in the genotype file");
    }
    auto& label = labels[found->second];
    if (label) throw UserError("the sample has a row already", table.where());
    if (!is_label(fields[population_column])) throw UserError("the population is empty", table.where());
    label = Label{fields[population_column], !(related_column && parse_related(fields[*related_column], table))};
  }
  PanelLabels result;
  std::size_t without = 0;
  for (const auto& label : labels) {
    if (label) {
      result.populations.push_back(label->population);
    } else {
      ++without;
    }
  }
  if (without > 0) {
    throw UserError(fmt::format("{} of the {} genotyped samples have no row", without, sample_ids.size()), path,
                    "complete the labels, or choose samples with --samples");
  }
  std::sort(result.populations.begin(), result.populations.end());
  result.populations.erase(std::unique(result.populations.begin(), result.populations.end()), result.populations.end());
  std::vector<std::size_t> unrelated(result.populations.size());
  for (const auto& label : labels) {
    const auto place = std::lower_bound(result.populations.begin(), result.populations.end(), label->population);
    const auto number = static_cast<std::size_t>(place - result.populations.begin());
    result.population.push_back(static_cast<std::uint32_t>(number));
    result.unrelated.push_back(label->unrelated);
    if (label->unrelated) ++unrelated[number];
  }
  for (std::size_t p = 0; p < unrelated.size(); ++p) {
    if (unrelated[p] >= scoring::least_samples_of_population) continue;
    throw UserError(fmt::format("population {} has {} unrelated sample(s), at least {} are needed to know its spread",
                                result.populations[p], unrelated[p], scoring::least_samples_of_population),
                    path, "join it with another population, or leave its samples out with --samples");
  }
  return result;
}

}  // namespace varisk::pipeline
