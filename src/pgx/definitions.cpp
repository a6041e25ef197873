#include "varisk/pgx/definitions.hpp"

#include <algorithm>
#include <cctype>

#include "varisk/core/number.hpp"

namespace varisk::pgx {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::pair<std::string, std::string> ordered(std::string_view a, std::string_view b) {
  return a < b ? std::pair(std::string(a), std::string(b)) : std::pair(std::string(b), std::string(a));
}

/// The run of digits or of other characters at the start.
std::string_view first_run(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && is_digit(text[end]) == is_digit(text[0])) ++end;
  return text.substr(0, end);
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    std::string_view run_a = first_run(a);
    std::string_view run_b = first_run(b);
    a.remove_prefix(run_a.size());
    b.remove_prefix(run_b.size());
    const bool digits = is_digit(run_a[0]);
    if (digits != is_digit(run_b[0])) return digits;
    if (digits) {
      while (run_a.size() > 1 && run_a[0] == '0') run_a.remove_prefix(1);
      while (run_b.size() > 1 && run_b[0] == '0') run_b.remove_prefix(1);
      if (run_a.size() != run_b.size()) return run_a.size() < run_b.size();
    }
    if (run_a != run_b) return run_a < run_b;
  }
  return a.empty() && !b.empty();
}

bool ScoreInterval::contains(double score) const noexcept {
  if (low && (with_low ? score < *low : score <= *low)) return false;
  return !(high && (with_high ? score > *high : score >= *high));
}

std::optional<ScoreInterval> parse_interval(std::string_view text) {
  if (text.size() < 3) return std::nullopt;
  const char open = text.front();
  const char close = text.back();
  const std::size_t comma = text.find(',');
  if ((open != '[' && open != '(') || (close != ']' && close != ')') || comma == std::string_view::npos) {
    return std::nullopt;
  }
  ScoreInterval interval;
  interval.with_low = open == '[';
  interval.with_high = close == ']';
  const std::string_view low = text.substr(1, comma - 1);
  const std::string_view high = text.substr(comma + 1, text.size() - comma - 2);
  if (!low.empty()) {
    interval.low = parse_double(low);
    if (!interval.low) return std::nullopt;
  }
  if (!high.empty()) {
    interval.high = parse_double(high);
    if (!interval.high) return std::nullopt;
  }
  return interval;
}

void PhenotypeTable::add_functions(std::string_view first, std::string_view second, const std::string& phenotype) {
  by_functions_[ordered(first, second)] = phenotype;
}

void PhenotypeTable::add_function(std::string_view only, const std::string& phenotype) {
  by_function_[std::string(only)] = phenotype;
}

void PhenotypeTable::add_alleles(std::string_view first, std::string_view second, const std::string& phenotype) {
  by_alleles_[ordered(first, second)] = phenotype;
}

void PhenotypeTable::add_interval(const ScoreInterval& interval, const std::string& phenotype) {
  by_activity_.emplace_back(interval, phenotype);
}

std::optional<std::string> PhenotypeTable::find(const NamedAllele& first, const NamedAllele& second) const {
  const auto pair = by_alleles_.find(ordered(first.name, second.name));
  if (pair != by_alleles_.end()) return pair->second;
  if (!by_activity_.empty() && first.activity && second.activity) return find(*first.activity + *second.activity);
  const auto functions = by_functions_.find(ordered(first.function, second.function));
  return functions == by_functions_.end() ? std::nullopt : std::optional(functions->second);
}

std::optional<std::string> PhenotypeTable::find(const NamedAllele& only) const {
  const auto found = by_function_.find(only.function);
  return found == by_function_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> PhenotypeTable::find(double activity_score) const {
  for (const auto& [interval, phenotype] : by_activity_) {
    if (interval.contains(activity_score)) return phenotype;
  }
  return std::nullopt;
}

std::vector<std::string> PhenotypeTable::phenotypes() const {
  std::vector<std::string> all;
  const auto add = [&](const std::string& name) {
    if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  };
  for (const auto& [key, name] : by_functions_) add(name);
  for (const auto& [key, name] : by_function_) add(name);
  for (const auto& [key, name] : by_alleles_) add(name);
  for (const auto& [key, name] : by_activity_) add(name);
  return all;
}

const NamedAllele* Gene::find(std::string_view allele) const {
  const auto found =
      std::find_if(alleles.begin(), alleles.end(), [&](const NamedAllele& entry) { return entry.name == allele; });
  return found == alleles.end() ? nullptr : &*found;
}

}  // namespace varisk::pgx
