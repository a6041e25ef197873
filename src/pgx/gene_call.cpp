#include "varisk/pgx/gene_call.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "lists.hpp"
#include "look_up.hpp"
#include "varisk/core/number.hpp"

namespace varisk::pgx {
namespace {

constexpr std::string_view slco1b1_deciding_rsid = "rs4149056";

std::string name_of(const GenePosition& position) {
  return position.rsid.empty() ? std::to_string(position.position.value) : position.rsid;
}

/// How bad an allele of a lowest-function gene is: the smallest is the worst.
double badness(const Gene& gene, const std::string& name) {
  constexpr double unknown = 2;
  const NamedAllele* const allele = gene.find(name);
  if (allele == nullptr) return unknown;
  if (gene.lookup == LookupKind::activity) return allele->activity.value_or(unknown);
  return allele->function.find("Malignant") != std::string::npos ? 0 : 1;
}

bool is_worse(const Gene& gene, const std::string& a, const std::string& b) {
  const double bad_a = badness(gene, a);
  const double bad_b = badness(gene, b);
  return bad_a != bad_b ? bad_a < bad_b : natural_less(a, b);
}

std::string worst_of(const Gene& gene, const std::vector<std::string>& names) {
  return *std::min_element(names.begin(), names.end(),
                           [&](const std::string& a, const std::string& b) { return is_worse(gene, a, b); });
}

/// The two variants by which DPYD and RYR1 are looked up.
std::vector<std::string> lowest_pair(const Gene& gene, const GeneMatch& match) {
  if (match.diplotypes.empty()) {
    std::vector<std::string> all = match.variants;
    std::sort(all.begin(), all.end(), [&](const std::string& a, const std::string& b) { return is_worse(gene, a, b); });
    all.resize(std::min<std::size_t>(all.size(), 2));
    return all;
  }
  std::vector<std::string> best;
  double best_sum = std::numeric_limits<double>::infinity();
  for (const Diplotype& diplotype : match.diplotypes) {
    std::vector<std::string> pair;
    double sum = 0;
    for (const Strand& strand : diplotype.strands) {
      pair.push_back(worst_of(gene, strand.parts));
      sum += badness(gene, pair.back());
    }
    const bool first = sum == best_sum &&
                       std::lexicographical_compare(pair.begin(), pair.end(), best.begin(), best.end(), natural_less);
    if (best.empty() || sum < best_sum || first) {
      best = std::move(pair);
      best_sum = sum;
    }
  }
  return best;
}

std::vector<std::string> counted(const std::vector<std::string>& variants) {
  std::vector<std::string> names;
  for (const std::string& variant : variants) {
    const bool twice = std::count(variants.begin(), variants.end(), variant) > 1;
    add_once(names, twice ? variant + " (homozygous)" : variant);
  }
  return names;
}

/// As people read it: the long name of CFTR's reference is shortened, one variant beside `Reference` is heterozygous.
std::string reported_name(const Gene& gene, const Diplotype& diplotype) {
  const std::string& reference = reference_of(gene).name;
  Diplotype shown = diplotype;
  if (reference == short_reference && shown.strands.size() == 2 && shown.strands[0].parts[0] == reference &&
      shown.strands[1].parts[0] != reference) {
    return shown.strands[1].name() + " (heterozygous)";
  }
  for (Strand& strand : shown.strands) {
    for (std::string& part : strand.parts) {
      if (gene.name == "CFTR" && part == reference) part = short_reference;
    }
  }
  return shown.name();
}

/// Which alleles need a position: all whose base there is not REF.
std::vector<std::string> alleles_at(const Gene& gene, std::size_t position) {
  std::vector<std::string> names;
  for (const NamedAllele& allele : gene.alleles) {
    if (allele.is_defined() && allele.bases[position] != 0 && (allele.bases[position] & bit(0)) == 0) {
      add_once(names, allele.suballele_of.empty() ? allele.name : allele.suballele_of);
    }
  }
  return names;
}

void describe_missing(const Gene& gene, const GeneMatch& match, GeneCall& call) {
  constexpr std::size_t most_named = 6;
  call.untested = match.missing.size();
  if (!match.missing.empty() && match.missing.size() == gene.positions.size()) {
    call.missing.push_back(fmt::format("all {}", gene.positions.size()));
    return;
  }
  for (const std::size_t p : match.missing) {
    std::vector<std::string> alleles = alleles_at(gene, p);
    if (gene.positions[p].is_tier1) {
      for (const std::string& allele : alleles) add_once(call.not_excluded, allele);
    }
    const std::size_t count = alleles.size();
    if (count > most_named) alleles.resize(most_named);
    call.missing.push_back(count == 0 ? name_of(gene.positions[p])
                                      : fmt::format("{} ({}{})", name_of(gene.positions[p]), fmt::join(alleles, ", "),
                                                    count > most_named ? ", ..." : ""));
  }
}

bool applies(const MessageRule& rule, const Gene& gene, const GeneSample& sample, const GeneMatch& match,
             const GeneCall& call) {
  if (rule.gene != gene.name || !rule.drugs.empty()) return false;
  // Rules without a condition are raised by name.
  if (rule.diplotypes.empty() && rule.alleles_called.empty() && rule.rsids_missing.empty()) return false;
  const bool about_phase = rule.kind == "ambiguity" && !rule.diplotypes.empty();
  if (about_phase && match.effectively_phased) return false;
  const auto called = [&](const std::string& name) { return holds(call.source_diplotypes, name); };
  if (!rule.diplotypes.empty() && std::none_of(rule.diplotypes.begin(), rule.diplotypes.end(), called)) return false;
  const auto has_allele = [&](const std::string& name) {
    const auto in_diplotype = [&](const Diplotype& diplotype) {
      return std::any_of(diplotype.strands.begin(), diplotype.strands.end(),
                         [&](const Strand& strand) { return holds(strand.parts, name); });
    };
    return std::any_of(match.diplotypes.begin(), match.diplotypes.end(), in_diplotype) || holds(match.variants, name);
  };
  if (!rule.alleles_called.empty() &&
      std::none_of(rule.alleles_called.begin(), rule.alleles_called.end(), has_allele)) {
    return false;
  }
  const auto position_of = [&](const std::string& rsid) {
    return std::find_if(gene.positions.begin(), gene.positions.end(),
                        [&](const GenePosition& position) { return position.rsid == rsid; }) -
           gene.positions.begin();
  };
  const auto is_missing = [&](const std::string& rsid) {
    const auto p = static_cast<std::size_t>(position_of(rsid));
    return p < sample.at.size() && sample.at[p].is_missing();
  };
  const auto is_there = [&](const std::string& rsid) {
    const auto p = static_cast<std::size_t>(position_of(rsid));
    return p < sample.at.size() && !sample.at[p].is_missing() && (!about_phase || sample.at[p].is_heterozygous());
  };
  return std::all_of(rule.rsids_missing.begin(), rule.rsids_missing.end(), is_missing) &&
         std::all_of(rule.rsids_called.begin(), rule.rsids_called.end(), is_there);
}

void add_messages(const Gene& gene, const GeneSample& sample, const GeneMatch& match,
                  std::span<const MessageRule> rules, GeneCall& call) {
  for (const MessageRule& rule : rules) {
    if (match.is_called() && applies(rule, gene, sample, match, call)) add_once(call.messages, rule.code);
  }
  const auto raise = [&](bool is_so, const char* code) {
    if (is_so) add_once(call.messages, std::string(code));
  };
  raise(match.hapb3_exonic_only, "dpyd_hapb3_exonic_only");
  raise(match.hapb3_mismatch, "dpyd_hapb3_conflict");
  raise(gene.lowest_function && match.is_called() && !match.effectively_phased, "dpyd_lowest_activity");
  raise(match.reason == NoMatch::required_position, "required_position_missing");
  raise(match.reason == NoMatch::mixed_ploidy, "mixed_ploidy");
  raise(match.reason == NoMatch::no_allele && match.undocumented.empty(), "no_allele_pair");
  raise(!match.undocumented.empty(),
        gene.undocumented_is_reference ? "undocumented_as_reference" : "undocumented_no_call");
  const bool half = std::any_of(sample.at.begin(), sample.at.end(), [](const PositionCall& at) {
    return !at.is_missing() && (at.first == unknown_base || (at.has_two() && at.second == unknown_base));
  });
  raise(half, "half_call");
}

/// CPIC's fall-back for statins: one SNP decides where no star allele could be told.
std::optional<LookupEntry> slco1b1_by_snp(const Gene& gene, const GeneSample& sample) {
  if (gene.name != "SLCO1B1") return std::nullopt;
  for (std::size_t p = 0; p < gene.positions.size(); ++p) {
    if (gene.positions[p].rsid != slco1b1_deciding_rsid || !sample.at[p].has_two()) continue;
    const auto star = [&](BaseIndex base) -> std::string { return base == 0 ? "*1" : base == 1 ? "*5" : ""; };
    std::vector<std::string> pair = {star(sample.at[p].first), star(sample.at[p].second)};
    if (pair[0].empty() || pair[1].empty()) return std::nullopt;
    std::sort(pair.begin(), pair.end());
    return look_up(gene, std::move(pair));
  }
  return std::nullopt;
}

/// The mitochondrial variants, each by itself; the one with the highest risk decides.
GeneCall call_mitochondrial(const Gene& gene, const GeneSample& sample) {
  GeneCall call;
  call.phased = true;
  GeneMatch match;
  bool heteroplasmic = false;
  std::vector<std::string> variants;
  bool any = false;
  for (std::size_t p = 0; p < sample.at.size(); ++p) {
    const PositionCall& at = sample.at[p];
    if (at.is_missing()) {
      match.missing.push_back(p);
      continue;
    }
    any = true;
    heteroplasmic = heteroplasmic || at.is_heterozygous();
    if (at.first == undocumented_base) add_once(call.messages, std::string("undocumented_as_reference"));
    if (at.is_heterozygous()) continue;
    for (const NamedAllele& allele : gene.alleles) {
      const bool is_reference = &allele == &reference_of(gene);
      if (!is_reference && allele.is_defined() && (allele.bases[p] & bit(at.first)) != 0) {
        variants.push_back(allele.name);
      }
    }
  }
  describe_missing(gene, match, call);
  if (!any) return call;
  if (variants.empty() && !heteroplasmic) variants.push_back(reference_of(gene).name);
  call.matched = call.source_diplotypes = call.reported = variants;
  const auto risk = [](const LookupEntry& entry) {
    if (entry.phenotypes.empty()) return 1;
    const std::string& text = entry.phenotypes.front();
    return text.starts_with("increased") ? 2 : text.starts_with("normal") ? 0 : 1;
  };
  for (const std::string& variant : variants) {
    const LookupEntry entry = look_up(gene, {variant});
    if (call.lookup.empty() || risk(entry) > risk(call.lookup.front())) call.lookup = {entry};
  }
  if (variants.size() > 1) call.messages.emplace_back("mt_rnr1_highest_risk");
  if (heteroplasmic) {
    call.messages.emplace_back("mt_rnr1_heteroplasmy");
    if (call.lookup.empty() || risk(call.lookup.front()) < 2) call.lookup.clear();
  }
  call.state = call.lookup.empty() ? CallState::no_call : CallState::called;
  if (call.state == CallState::called && !call.not_excluded.empty()) call.state = CallState::incomplete;
  return call;
}

bool agree(const std::vector<LookupEntry>& entries) {
  return std::all_of(entries.begin(), entries.end(), [&](const LookupEntry& entry) {
    return entry.phenotypes == entries.front().phenotypes && entry.activity_score == entries.front().activity_score;
  });
}

}  // namespace

std::string_view to_string(CallState state) {
  switch (state) {
    case CallState::called: return "called";
    case CallState::ambiguous: return "ambiguous";
    case CallState::incomplete: return "incomplete";
    case CallState::no_call: return "no_call";
    case CallState::outside: return "outside";
  }
  return "";
}

LookupKey key_of(const LookupEntry& entry, const Gene& gene) {
  LookupKey key{entry.phenotypes, entry.activity_score};
  if (key.is_no_result()) key.phenotypes = {std::string(indeterminate)};
  if (gene.lookup != LookupKind::activity) key.activity_score.reset();
  return key;
}

std::vector<LookupKey> GeneCall::keys(const Gene& gene) const {
  std::vector<LookupKey> keys;
  for (const LookupEntry& entry : lookup) {
    if (is_research) break;
    add_once(keys, key_of(entry, gene));
  }
  if (keys.empty()) keys.emplace_back();
  return keys;
}

GeneCall call_gene(const Gene& gene, const GeneSample& sample, const MatchOptions& options,
                   std::span<const MessageRule> rules) {
  return call_gene(GeneMatcher(gene), sample, options, rules);
}

GeneCall call_gene(const GeneMatcher& matcher, const GeneSample& sample, const MatchOptions& options,
                   std::span<const MessageRule> rules) {
  const Gene& gene = matcher.gene();
  if (gene.route == CallRoute::chromosome_m) return call_mitochondrial(gene, sample);
  const GeneMatch match = matcher.match(sample, options);
  GeneCall call;
  describe_missing(gene, match, call);
  if (match.is_called()) {
    call.phased = match.effectively_phased;
    for (const Diplotype& diplotype : match.diplotypes) {
      call.matched.push_back(diplotype.name());
      call.reported.push_back(reported_name(gene, diplotype));
    }
    call.source_diplotypes = call.matched;
    if (gene.lowest_function) {
      if (match.diplotypes.empty()) {
        call.source_diplotypes = call.reported = counted(match.variants);
        call.carried = match.variants;
      } else {
        for (const Strand& strand : match.diplotypes.front().strands) {
          call.carried.insert(call.carried.end(), strand.parts.begin(), strand.parts.end());
        }
      }
      call.lookup.push_back(look_up(gene, lowest_pair(gene, match)));
    } else {
      for (const Diplotype& diplotype : match.diplotypes) {
        std::vector<std::string> alleles;
        for (const Strand& strand : diplotype.strands) alleles.push_back(strand.name());
        call.lookup.push_back(look_up(gene, std::move(alleles)));
      }
    }
    call.state = CallState::called;
    if (!call.not_excluded.empty()) call.state = CallState::incomplete;
    if (!agree(call.lookup)) call.state = CallState::ambiguous;
  }
  call.is_research = match.is_research || gene.route == CallRoute::outside;
  if (match.is_research) call.messages.emplace_back("research_combination_names");
  if (match.is_research && !match.effectively_phased) call.messages.emplace_back("research_combination_unphased");
  if (gene.route == CallRoute::outside && match.is_called()) call.messages.emplace_back("cyp2d6_research");
  add_messages(gene, sample, match, rules, call);
  if (!match.is_called() || call.lookup.front().phenotypes.empty()) {
    if (const auto entry = slco1b1_by_snp(gene, sample); entry && !match.is_called()) {
      call.lookup = {*entry};
      call.messages.emplace_back("slco1b1_rs4149056_fallback");
    }
  }
  if (call.lookup.size() > 1 && agree(call.lookup)) call.messages.emplace_back("several_diplotypes_same_advice");
  return call;
}

std::vector<std::string> tested_alleles(const GuidelineTable& table, const std::string& gene) {
  constexpr std::string_view suffix = " positive";
  std::vector<std::string> alleles;
  for (const Drug& drug : table.drugs) {
    for (const Recommendation& row : drug.rows) {
      for (const KeySet& set : row.when) {
        if (set.gene != gene) continue;
        for (const std::string& key : set.phenotypes) {
          if (key.ends_with(suffix)) add_once(alleles, key.substr(0, key.size() - suffix.size()));
        }
      }
    }
  }
  std::sort(alleles.begin(), alleles.end());
  return alleles;
}

}  // namespace varisk::pgx
