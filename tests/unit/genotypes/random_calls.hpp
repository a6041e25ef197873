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
  std::vector<std::string> ds;  ///< of each ALT; `.` is missing
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
};

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
  if (line.has("DS") && options.dosage != DosageSource::gt) {
    bool whole = !call.ds.empty();
    for (const std::string& value : call.ds) whole = whole && value != ".";
    if (whole) {
      double alts = 0;
      for (const std::string& value : call.ds) alts += std::stod(value);
      // A lone dot does not say on which scale the dosage is; the contig does.
      if (call.gt.size() == 1 && !known) result.ploidy = one_copy ? 1 : 2;
      known = true;
      hard = false;
      result.copies = effect == 0 ? std::max(0.0, result.ploidy - alts)  // rounded dosages may add up to more
                                  : std::stod(call.ds[static_cast<std::size_t>(effect) - 1]);
    } else if (options.dosage == DosageSource::ds) {
      known = false;
    }
  } else if (options.dosage == DosageSource::ds) {
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
  }
  if (options.haploid == HaploidPolicy::as_diploid && result.ploidy == 1) {
    result.ploidy = 2;
    result.copies *= 2;
  }
  result.missing = !known;
  if (!known) result.copies = 0;
  return result;
}

}  // namespace varisk::genotypes::test
