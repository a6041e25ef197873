#include "varisk/pgx/gene_call.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "split.hpp"
#include "varisk/core/number.hpp"

namespace varisk::pgx {
namespace {

using genotypes::AlleleCallKind;

constexpr std::string_view short_reference = "Reference";
constexpr std::string_view slco1b1_deciding_rsid = "rs4149056";

template <typename T>
void add_once(std::vector<T>& list, const T& value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

bool holds(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::string name_of(const GenePosition& position) {
  return position.rsid.empty() ? std::to_string(position.position.value) : position.rsid;
}

const NamedAllele& reference_of(const Gene& gene) { return gene.alleles[*gene.reference]; }

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

/// `*1x3`: the allele and how many copies; `*1x≥3` counts as three.
std::pair<std::string, int> without_copies(std::string_view name) {
  const std::size_t x = name.rfind('x');
  if (x == std::string_view::npos || x == 0) return {std::string(name), 1};
  std::string_view digits = name.substr(x + 1);
  constexpr std::string_view at_least = "≥";
  if (digits.starts_with(at_least)) digits.remove_prefix(at_least.size());
  const auto count = parse_integer(digits);
  if (!count || *count < 1 || *count > 99) return {std::string(name), 1};
  return {std::string(name.substr(0, x)), static_cast<int>(*count)};
}

/// An allele by its name, else the one that it is a suballele of.
const NamedAllele* find_allele(const Gene& gene, std::string_view name) {
  if (const NamedAllele* const allele = gene.find(name)) return allele;
  const std::size_t point = name.find('.');
  return point == std::string_view::npos ? nullptr : gene.find(name.substr(0, point));
}

/// Activity of an allele with copies and of tandems (`*36+*10`).
std::optional<double> activity_of(const Gene& gene, std::string_view name) {
  double sum = 0;
  for (const std::string_view part : split(name, "+")) {
    if (const NamedAllele* const whole = gene.find(name); whole != nullptr && whole->activity) return whole->activity;
    const auto [allele_name, copies] = without_copies(part);
    const NamedAllele* const allele = find_allele(gene, allele_name);
    if (allele == nullptr || !allele->activity) return std::nullopt;
    sum += *allele->activity * copies;
  }
  return sum;
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

LookupEntry look_up(const Gene& gene, std::vector<std::string> alleles) {
  LookupEntry entry;
  entry.name = fmt::format("{}", fmt::join(alleles, "/"));
  entry.alleles = std::move(alleles);
  if (entry.alleles.empty() || entry.alleles.size() > 2) return entry;
  const bool is_pair = entry.alleles.size() == 2;
  if (gene.lookup == LookupKind::activity && is_pair) {
    double sum = 0;
    bool known = true;
    for (const std::string& name : entry.alleles) {
      const auto activity = activity_of(gene, name);
      known = known && activity;
      sum += activity.value_or(0);
    }
    if (known) entry.activity_score = sum;
  }
  std::optional<std::string> phenotype;
  const NamedAllele* const first = find_allele(gene, entry.alleles.front());
  const NamedAllele* const second = find_allele(gene, entry.alleles.back());
  if (first != nullptr && second != nullptr) {
    phenotype = is_pair ? gene.phenotypes.find(*first, *second) : gene.phenotypes.find(*first);
  }
  if (!phenotype && entry.activity_score) phenotype = gene.phenotypes.find(*entry.activity_score);
  if (phenotype) entry.phenotypes = {*phenotype};
  return entry;
}

std::vector<LookupKey> GeneCall::keys(const Gene& gene) const {
  std::vector<LookupKey> keys;
  for (const LookupEntry& entry : lookup) {
    if (is_research) break;
    LookupKey key{entry.phenotypes, entry.activity_score};
    // What was called but is in no table.
    if (key.is_no_result()) key.phenotypes = {std::string(indeterminate)};
    if (gene.lookup != LookupKind::activity) key.activity_score.reset();
    add_once(keys, key);
  }
  if (keys.empty()) keys.emplace_back();
  return keys;
}

GeneCall call_gene(const Gene& gene, const GeneSample& sample, const MatchOptions& options,
                   std::span<const MessageRule> rules) {
  if (gene.route == CallRoute::chromosome_m) return call_mitochondrial(gene, sample);
  const GeneMatch match = match_gene(gene, sample, options);
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
      if (match.diplotypes.empty()) call.source_diplotypes = call.reported = counted(match.variants);
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

namespace {

/// `HLA-B*57:01:01` is `*57:01`.
std::string two_fields(std::string_view allele) {
  const std::size_t star = allele.find('*');
  if (star != std::string_view::npos) allele.remove_prefix(star);
  const std::size_t first = allele.find(':');
  const std::size_t second = first == std::string_view::npos ? first : allele.find(':', first + 1);
  return std::string(allele.substr(0, second));
}

std::vector<std::string> split_diplotype(const Gene& gene, const std::string& text) {
  std::vector<std::string> alleles;
  for (const std::string_view part : split(text, "/")) {
    std::string_view name = part;
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (name.starts_with(gene.name)) name.remove_prefix(gene.name.size());
    alleles.emplace_back(name);
  }
  return alleles;
}

bool differs(const std::vector<std::string>& given, const std::vector<std::string>& found) {
  return !given.empty() && !found.empty() && given != found;
}

/// What two alleles can add up to.
std::set<double> possible_scores(const Gene& gene) {
  std::set<double> scores;
  for (const NamedAllele& first : gene.alleles) {
    for (const NamedAllele& second : gene.alleles) {
      if (first.activity && second.activity) scores.insert(*first.activity + *second.activity);
    }
  }
  return scores;
}

/// What one line says: activity score before phenotype before diplotype, or phenotype before diplotype.
std::vector<LookupEntry> entries_of(const Gene& gene, const OutsideCall& line, std::span<const std::string> tested,
                                    GeneCall& call) {
  LookupEntry entry;
  std::vector<std::string> alleles;
  if (!line.diplotype.empty()) alleles = split_diplotype(gene, line.diplotype);
  if (gene.lookup == LookupKind::allele) {
    for (std::string& allele : alleles) allele = two_fields(allele);
    entry.alleles = alleles;
    entry.name = fmt::format("{}", fmt::join(alleles, "/"));
    for (const std::string& allele : tested) {
      if (alleles.empty()) break;
      const bool is_there = holds(alleles, allele);
      // `*57` alone may be `*57:01` or not.
      if (!is_there && holds(alleles, allele.substr(0, allele.find(':')))) continue;
      entry.phenotypes.push_back(allele + (is_there ? " positive" : " negative"));
    }
    if (!line.phenotype.empty()) {
      std::vector<std::string> given;
      for (const std::string_view part : split(line.phenotype, ";")) {
        std::string_view text = part;
        while (text.starts_with(' ')) text.remove_prefix(1);
        given.emplace_back(text);
      }
      const bool all =
          std::all_of(given.begin(), given.end(), [&](const std::string& one) { return holds(entry.phenotypes, one); });
      if (!entry.phenotypes.empty() && !all) add_once(call.messages, std::string("outside_phenotype_differs"));
      entry.phenotypes = given;
    }
    return {entry};
  }
  std::sort(alleles.begin(), alleles.end(), natural_less);
  if (!alleles.empty()) {
    entry = look_up(gene, alleles);
    const bool unknown = std::any_of(alleles.begin(), alleles.end(), [&](const std::string& name) {
      return find_allele(gene, without_copies(name).first) == nullptr && !activity_of(gene, name);
    });
    if (unknown) {
      add_once(call.messages, std::string("outside_allele_unknown"));
      entry.phenotypes = {std::string(indeterminate)};
    }
  }
  const std::vector<std::string> given =
      line.phenotype.empty() ? std::vector<std::string>{} : std::vector{line.phenotype};
  if (differs(given, entry.phenotypes)) add_once(call.messages, std::string("outside_phenotype_differs"));
  if (gene.lookup != LookupKind::activity) {
    if (!given.empty()) entry.phenotypes = given;
    return {entry};
  }
  if (line.activity_score) {
    if (entry.activity_score && *entry.activity_score != *line.activity_score) {
      add_once(call.messages, std::string("outside_score_differs"));
    }
    entry.activity_score = line.activity_score;
    const auto phenotype = gene.phenotypes.find(*line.activity_score);
    if (phenotype && differs(given, {*phenotype})) {
      add_once(call.messages, std::string("outside_phenotype_differs"));
    }
    if (phenotype) entry.phenotypes = {*phenotype};
    return {entry};
  }
  if (given.empty()) return {entry};
  if (entry.phenotypes == given && entry.activity_score) return {entry};
  // A phenotype alone covers several scores.
  std::vector<LookupEntry> entries;
  for (const double score : possible_scores(gene)) {
    if (gene.phenotypes.find(score) != line.phenotype) continue;
    entries.push_back(entry);
    entries.back().phenotypes = given;
    entries.back().activity_score = score;
  }
  if (entries.size() > 1) add_once(call.messages, std::string("several_activity_scores"));
  if (!entries.empty()) return entries;
  entry.phenotypes = given;
  entry.activity_score.reset();
  return {entry};
}

}  // namespace

GeneCall call_from_outside(const Gene& gene, std::span<const OutsideCall> calls, std::span<const std::string> tested) {
  GeneCall call;
  call.state = CallState::outside;
  call.source = "outside";
  struct Shown {
    std::vector<std::string> key;  ///< alleles in the order of the file
    std::string name;
  };
  std::vector<Shown> shown;
  call.messages.emplace_back("outside_call");
  const auto says_nothing = [](const OutsideCall& line) {
    return line.diplotype.empty() && line.phenotype.empty() && !line.activity_score;
  };
  if (std::all_of(calls.begin(), calls.end(), says_nothing)) {
    call.state = CallState::no_call;
    return call;
  }
  for (const OutsideCall& line : calls) {
    if (says_nothing(line)) continue;
    const auto alleles = line.diplotype.empty() ? std::vector<std::string>{} : split_diplotype(gene, line.diplotype);
    std::vector<std::string> sorted = alleles;
    std::sort(sorted.begin(), sorted.end(), natural_less);
    for (std::string& allele : sorted) {
      if (gene.name == "CFTR" && gene.reference && allele == reference_of(gene).name) allele = short_reference;
    }
    shown.push_back({alleles, alleles.empty() ? line.phenotype : fmt::format("{}", fmt::join(sorted, "/"))});
    for (LookupEntry& entry : entries_of(gene, line, tested, call)) {
      if (std::find(call.lookup.begin(), call.lookup.end(), entry) == call.lookup.end()) {
        call.lookup.push_back(std::move(entry));
      }
    }
  }
  std::stable_sort(shown.begin(), shown.end(), [](const Shown& a, const Shown& b) {
    return std::lexicographical_compare(a.key.begin(), a.key.end(), b.key.begin(), b.key.end(), natural_less);
  });
  for (Shown& one : shown) add_once(call.reported, one.name);
  call.source_diplotypes = call.reported;
  if (calls.size() > 1) call.messages.emplace_back("outside_several_calls");
  return call;
}

}  // namespace varisk::pgx
