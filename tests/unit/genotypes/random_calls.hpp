#pragma once
/// \file
/// Random sample columns, and what they mean by the rules of the documentation, worked out call by call.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "varisk/genotypes/call_decoder.hpp"

namespace varisk::genotypes::test {

constexpr int missing_allele = -1;

/// One column; what is empty is missing.
struct Call {
  std::vector<int> gt;
  std::vector<char> separators;
  std::vector<std::string> ds;   ///< of each ALT; `.` is missing
  std::vector<std::string> gp;   ///< of each genotype
  std::vector<std::string> hds;  ///< of each ALT of each haplotype
  std::optional<int> gq;
  std::optional<int> dp;
};

struct Line {
  std::string format;
  std::size_t alleles = 2;
  std::vector<Call> calls;

  [[nodiscard]] bool has(const std::string& key) const {
    return (":" + format + ":").find(":" + key + ":") != std::string::npos;
  }
};

inline std::string gt_text(const Call& call) {
  std::string text;
  for (std::size_t i = 0; i < call.gt.size(); ++i) {
    if (i > 0) text += call.separators[i - 1];
    text += call.gt[i] == missing_allele ? std::string(".") : std::to_string(call.gt[i]);
  }
  return text;
}

/// The columns with a tab before each.
inline std::string calls_text(const Line& line) {
  std::string text;
  for (const Call& call : line.calls) {
    std::string column;
    std::string format = line.format + ':';
    while (!format.empty()) {
      const std::string key = format.substr(0, format.find(':'));
      format.erase(0, key.size() + 1);
      std::string value = ".";
      if (key == "GT") value = gt_text(call);
      if (key == "DS" && !call.ds.empty()) value = fmt::format("{}", fmt::join(call.ds, ","));
      if (key == "GP" && !call.gp.empty()) value = fmt::format("{}", fmt::join(call.gp, ","));
      if (key == "HDS" && !call.hds.empty()) value = fmt::format("{}", fmt::join(call.hds, ","));
      if (key == "GQ" && call.gq) value = std::to_string(*call.gq);
      if (key == "DP" && call.dp) value = std::to_string(*call.dp);
      column += (column.empty() ? "" : ":") + value;
    }
    // Fields at the end may be left out if they are missing.
    while (column.ends_with(":.")) column.resize(column.size() - 2);
    text += '\t' + column;
  }
  return text;
}

struct Choices {
  bool dosages = true;
  bool irregular = true;  ///< haploid, half and polyploid calls
};

/// Thousandths that add up to about one, as text.
inline std::vector<std::string> random_parts(std::mt19937& random, std::size_t count, bool all_of_one) {
  std::vector<std::string> parts(count);
  unsigned left = 1000;
  for (std::size_t i = 0; i < count; ++i) {
    const bool last = i + 1 == count && all_of_one;
    const auto part = last || random() % 4 == 0 ? left : static_cast<unsigned>(random() % (left + 1));
    left -= part;
    parts[i] = fmt::format("{:.3f}", static_cast<double>(part) / 1000);
  }
  return parts;
}

inline Call random_call(std::mt19937& random, const Line& line, const Choices& choices, bool one_copy_without_gt) {
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  const auto allele = [&](unsigned missing_one_in) {
    return one_in(missing_one_in) ? missing_allele : static_cast<int>(random() % line.alleles);
  };
  Call call;
  std::size_t ploidy = 2;
  if (choices.irregular) ploidy = one_in(6) ? 1 : one_in(20) ? 3 : 2;
  if (one_in(12)) {
    call.gt.assign(ploidy, missing_allele);
  } else {
    for (std::size_t i = 0; i < ploidy; ++i) call.gt.push_back(allele(choices.irregular ? 12 : 1000000));
  }
  for (std::size_t i = 1; i < ploidy; ++i) call.separators.push_back(one_in(2) ? '|' : '/');
  const auto dots = std::count(call.gt.begin(), call.gt.end(), missing_allele);
  const bool is_half = ploidy == 2 && dots == 1;  // its ploidy depends on the policy
  if (line.has("DS") && choices.dosages && !one_in(4) && ploidy < 3 && !is_half) {
    double room = line.has("GT") ? (ploidy == 1 ? 1 : 2) : (one_copy_without_gt ? 1 : 2);
    for (std::size_t alt = 1; alt < line.alleles; ++alt) {
      const double value = room * static_cast<double>(random() % 1001) / 1000;
      call.ds.push_back(fmt::format("{:.{}f}", value, 3 + random() % 3));
      room = std::max(0.0, room - std::stod(call.ds.back()));
    }
    if (one_in(15)) call.ds[random() % call.ds.size()] = ".";
  }
  if (choices.dosages && ploidy < 3 && !is_half) {
    const bool told = line.has("GT") && (ploidy == 2 || dots == 0);
    const std::size_t copies = told ? ploidy : 1 + random() % 2;
    const std::size_t k = line.alleles;
    if (line.has("GP") && !one_in(3)) call.gp = random_parts(random, copies == 2 ? k * (k + 1) / 2 : k, true);
    for (std::size_t i = 0; line.has("HDS") && i < copies; ++i) {
      const auto haplotype = random_parts(random, k - 1, false);
      call.hds.insert(call.hds.end(), haplotype.begin(), haplotype.end());
    }
    if (one_in(3)) call.hds.clear();
    if (!call.gp.empty() && one_in(15)) call.gp[random() % call.gp.size()] = ".";
    if (!call.hds.empty() && one_in(15)) call.hds[random() % call.hds.size()] = ".";
  }
  if (!one_in(8)) call.gq = static_cast<int>(random() % 60);
  if (!one_in(8)) call.dp = static_cast<int>(random() % 40);
  return call;
}

/// What one call is worth.
struct Meaning {
  bool missing = false;
  int ploidy = 2;
  double copies = 0;
  bool polyploid = false;
  bool heterozygous_in_one_copy = false;
  bool assumed_diploid = false;
  std::optional<double> two;  ///< probability of two copies, where it is told
};

/// The numbers of a field; nothing if it is not there or one is missing.
inline std::optional<std::vector<double>> numbers(const std::vector<std::string>& texts) {
  std::vector<double> values;
  for (const std::string& text : texts) {
    if (text == ".") return std::nullopt;
    values.push_back(std::stod(text));
  }
  return values.empty() ? std::nullopt : std::optional(values);
}

/// Copies by GP, genotype by genotype; that of REF alone has what the others leave.
inline void mean_probabilities(std::vector<double> values, std::size_t alleles, int effect, Meaning& result) {
  values[0] = 1;
  for (std::size_t i = 1; i < values.size(); ++i) values[0] -= values[i];
  result.ploidy = values.size() == alleles ? 1 : 2;
  result.copies = 0;
  if (result.ploidy == 1) {
    result.copies = values[static_cast<std::size_t>(effect)];
    return;
  }
  const auto effect_allele = static_cast<std::size_t>(effect);
  std::size_t index = 0;
  for (std::size_t b = 0; b < alleles; ++b) {
    for (std::size_t a = 0; a <= b; ++a, ++index) {
      const int copies = (a == effect_allele ? 1 : 0) + (b == effect_allele ? 1 : 0);
      result.copies += copies * values[index];
      if (copies == 2) result.two = values[index];
    }
  }
}

inline Meaning meaning_of(const Line& line, const Call& call, int effect, const DecodeOptions& options, CopyRule rule,
                          Sex sex) {
  const bool one_copy = has_one_copy(rule, sex);
  Meaning result;
  bool known = false;
  bool hard = true;
  bool alleles_differ = false;
  if (!line.has("GT")) {
    result.ploidy = one_copy ? 1 : 2;
  } else if (call.gt.size() == 1) {
    result.ploidy = 1;
    known = call.gt[0] != missing_allele;
    result.copies = call.gt[0] == effect ? 1 : 0;
    // A lone dot says nothing about the ploidy where everybody has two copies.
    if (!known && (rule == CopyRule::diploid || (rule == CopyRule::hemizygous && sex == Sex::female))) {
      result.ploidy = 2;
    }
  } else if (call.gt.size() > 2) {
    result.polyploid = true;
  } else {
    const int dots = (call.gt[0] == missing_allele ? 1 : 0) + (call.gt[1] == missing_allele ? 1 : 0);
    for (const int allele : call.gt) result.copies += allele == effect ? 1 : 0;
    known = dots == 0;
    alleles_differ = known && call.gt[0] != call.gt[1];
    if (dots == 1 && options.half_call == HalfCallPolicy::haploid) {
      known = true;
      result.ploidy = 1;
    }
    if (dots == 1 && options.half_call == HalfCallPolicy::reference) {
      known = true;
      result.copies += effect == 0 ? 1 : 0;
      alleles_differ = std::max(call.gt[0], call.gt[1]) > 0;
    }
  }
  const auto wanted = [&](const char* key, DosageSource source) {
    return line.has(key) && (options.dosage == source || options.dosage == DosageSource::automatic);
  };
  const auto ds = wanted("DS", DosageSource::ds) ? numbers(call.ds) : std::nullopt;
  const auto gp = wanted("GP", DosageSource::gp) ? numbers(call.gp) : std::nullopt;
  const auto hds = wanted("HDS", DosageSource::hds) ? numbers(call.hds) : std::nullopt;
  if (ds) {
    double alts = 0;
    for (const double value : *ds) alts += value;
    // A lone dot does not say on which scale the dosage is; the contig does.
    const bool told = line.has("GT") && (call.gt.size() > 1 || known);
    if (!told) result.ploidy = one_copy ? 1 : 2;
    result.assumed_diploid = !told && rule == CopyRule::hemizygous && sex == Sex::unknown;
    result.copies = effect == 0 ? std::max(0.0, result.ploidy - alts)  // rounded dosages may add up to more
                                : (*ds)[static_cast<std::size_t>(effect) - 1];
  } else if (gp) {
    mean_probabilities(*gp, line.alleles, effect, result);
  } else if (hds) {
    const std::size_t alts = line.alleles - 1;
    result.ploidy = static_cast<int>(hds->size() / alts);
    result.copies = effect == 0 ? result.ploidy : 0;
    for (std::size_t i = 0; i < hds->size(); ++i) {
      if (effect == 0) result.copies -= (*hds)[i];
      if (i % alts + 1 == static_cast<std::size_t>(effect)) result.copies += (*hds)[i];
    }
  }
  if (ds || gp || hds) {
    known = true;
    hard = false;
  } else if (options.dosage != DosageSource::gt && options.dosage != DosageSource::automatic) {
    known = false;
  }
  if (options.min_gq && !(line.has("GQ") && call.gq && *call.gq >= *options.min_gq)) known = false;
  if (options.min_dp && !(line.has("DP") && call.dp && *call.dp >= *options.min_dp)) known = false;

  if (one_copy && result.ploidy == 2) {
    result.ploidy = 1;
    if (known && hard && alleles_differ) {
      known = false;
      result.heterozygous_in_one_copy = true;
    }
    result.copies /= 2;
    result.two.reset();
  }
  if (options.haploid == HaploidPolicy::as_diploid && result.ploidy == 1) {
    result.ploidy = 2;
    result.copies *= 2;
  }
  result.missing = !known;
  if (!known) result.copies = 0;
  if (!known) result.assumed_diploid = false;
  return result;
}

}  // namespace varisk::genotypes::test
