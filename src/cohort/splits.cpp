#include "varisk/cohort/splits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::cohort {
namespace {

constexpr std::uint64_t golden = 0x9E3779B97F4A7C15U;

/// Finaliser of SplitMix64 (Steele, Lea, Flood 2014, OOPSLA, 453).
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

/// FNV-1a over the bytes, with the seed mixed in.
std::uint64_t keyed_hash(std::uint64_t seed, std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return mixed(hash ^ mixed(seed + golden));
}

/// What is dealt: single samples, or groups of them.
struct Unit {
  std::uint64_t key = 0;
  std::string_view name;
  std::vector<std::size_t> samples;
};

struct Task {
  std::span<const std::string> ids;
  const Strata& strata;
  const Groups& groups;
  std::uint64_t seed;

  [[nodiscard]] std::size_t stratum(std::size_t sample) const { return strata.of.empty() ? 0 : strata.of[sample]; }
  [[nodiscard]] std::size_t stratum_count() const { return strata.of.empty() ? 1 : strata.count; }
};

void check(const Task& task) {
  const std::size_t n = task.ids.size();
  const bool fits =
      (task.strata.of.empty() || task.strata.of.size() == n) && (task.groups.of.empty() || task.groups.of.size() == n);
  if (!fits) {
    throw InternalError(
        fmt::format("{} samples, {} strata, {} groups", n, task.strata.of.size(), task.groups.of.size()));
  }
}

bool comes_first(const Unit& a, const Unit& b) { return a.key != b.key ? a.key < b.key : a.name < b.name; }

/// The samples of each stratum, in an order that the seed decides.
std::vector<std::vector<std::size_t>> shuffled_strata(const Task& task) {
  std::vector<std::vector<Unit>> units(task.stratum_count());
  for (std::size_t i = 0; i < task.ids.size(); ++i) {
    units[task.stratum(i)].push_back({keyed_hash(task.seed, task.ids[i]), task.ids[i], {i}});
  }
  std::vector<std::vector<std::size_t>> order(units.size());
  for (std::size_t s = 0; s < units.size(); ++s) {
    std::sort(units[s].begin(), units[s].end(), comes_first);
    for (const Unit& unit : units[s]) order[s].push_back(unit.samples.front());
  }
  return order;
}

/// The largest groups first, those of one size in an order that the seed decides.
std::vector<Unit> sorted_groups(const Task& task) {
  std::vector<Unit> units(task.groups.names.size());
  for (std::size_t g = 0; g < units.size(); ++g) {
    units[g].name = task.groups.names[g];
    units[g].key = keyed_hash(task.seed, units[g].name);
  }
  for (std::size_t i = 0; i < task.ids.size(); ++i) units[task.groups.of[i]].samples.push_back(i);
  std::erase_if(units, [](const Unit& unit) { return unit.samples.empty(); });
  std::sort(units.begin(), units.end(), [](const Unit& a, const Unit& b) {
    return a.samples.size() != b.samples.size() ? a.samples.size() > b.samples.size() : comes_first(a, b);
  });
  return units;
}

/// Gives each group to the part where Σ (count − target)² / target, over the strata and the whole, grows least.
class GroupDealer {
 public:
  GroupDealer(const Task& task, const std::vector<double>& shares)
      : task_(task), strata_(task.stratum_count()), shares_(shares), count_(shares.size() * (strata_ + 1)) {
    const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
    for (double& share : shares_) share /= total;
    sizes_.resize(strata_ + 1);
    for (std::size_t i = 0; i < task.ids.size(); ++i) ++sizes_[task.stratum(i)];
    sizes_[strata_] = static_cast<double>(task.ids.size());
  }

  std::vector<std::uint32_t> deal() {
    std::vector<std::uint32_t> part_of(task_.ids.size());
    for (const Unit& group : sorted_groups(task_)) {
      std::vector<double> add(strata_ + 1);
      for (const std::size_t i : group.samples) ++add[task_.stratum(i)];
      add[strata_] = static_cast<double>(group.samples.size());
      const std::size_t part = best_part(add);
      for (std::size_t s = 0; s <= strata_; ++s) count_[part * (strata_ + 1) + s] += add[s];
      for (const std::size_t i : group.samples) part_of[i] = static_cast<std::uint32_t>(part);
    }
    return part_of;
  }

 private:
  [[nodiscard]] double cost(std::size_t part, const std::vector<double>& add) const {
    double sum = 0;
    for (std::size_t s = 0; s <= strata_; ++s) {
      if (add[s] == 0) continue;
      const double target = sizes_[s] * shares_[part];
      sum += add[s] * (add[s] + 2 * (count_[part * (strata_ + 1) + s] - target)) / target;
    }
    return sum;
  }

  [[nodiscard]] std::size_t best_part(const std::vector<double>& add) const {
    std::optional<std::pair<double, std::size_t>> best;
    for (std::size_t part = 0; part < shares_.size(); ++part) {
      if (shares_[part] == 0) continue;
      const std::pair<double, std::size_t> mine(cost(part, add), part);
      if (!best || mine < *best) best = mine;
    }
    return best->second;
  }

  const Task& task_;
  std::size_t strata_;
  std::vector<double> shares_;
  std::vector<double> count_;  ///< part by part: of each stratum, and of all
  std::vector<double> sizes_;
};

/// How many of a stratum each part gets: its share rounded down or up, so that the parts come near their shares of all
/// strata together.
class ShareDealer {
 public:
  explicit ShareDealer(const SplitShares& shares)
      : shares_(shares.share), total_(std::accumulate(shares_.begin(), shares_.end(), 0.0)) {}

  std::array<std::size_t, 3> counts(std::size_t members) {
    std::array<std::size_t, 3> count{};
    std::array<double, 3> rest{};
    std::size_t left = members;
    for (std::size_t p = 0; p < count.size(); ++p) {
      const double quota = static_cast<double>(members) * shares_[p] / total_;
      count[p] = std::min(static_cast<std::size_t>(quota), left);
      left -= count[p];
      rest[p] = quota - static_cast<double>(count[p]);
      behind_[p] += rest[p];
    }
    std::array<bool, 3> rounded_up{};
    for (; left > 0; --left) {
      const std::size_t p = furthest_behind(rest, rounded_up);
      rounded_up[p] = true;
      ++count[p];
      behind_[p] -= 1;
    }
    return count;
  }

 private:
  [[nodiscard]] std::size_t furthest_behind(const std::array<double, 3>& rest,
                                            const std::array<bool, 3>& rounded_up) const {
    std::size_t best = 0;
    bool found = false;
    for (std::size_t p = 0; p < rest.size(); ++p) {
      if (rest[p] <= 0 || rounded_up[p]) continue;
      if (!found || behind_[p] > behind_[best]) best = p;
      found = true;
    }
    return best;
  }

  std::array<double, 3> shares_;
  double total_;
  std::array<double, 3> behind_{};  ///< of each part: share of the strata so far minus what it got
};

/// Members of each stratum in each part.
std::vector<std::vector<std::size_t>> table_of(const Task& task, std::span<const std::uint32_t> part_of,
                                               std::size_t parts) {
  std::vector<std::vector<std::size_t>> table(task.stratum_count(), std::vector<std::size_t>(parts));
  for (std::size_t i = 0; i < part_of.size(); ++i) ++table[task.stratum(i)][part_of[i]];
  return table;
}

void check_fold_strata(const Task& task, Folds& folds) {
  const auto table = table_of(task, folds.of, folds.count);
  for (std::size_t s = 0; s < task.strata.names.size(); ++s) {
    const std::size_t members = std::accumulate(table[s].begin(), table[s].end(), std::size_t{0});
    const std::string& name = task.strata.names[s];
    if (members > 0 && *std::max_element(table[s].begin(), table[s].end()) == members) {
      throw UserError(fmt::format("expected each class in two folds at least, so that each fold has somebody of it to "
                                  "train on; found all {} sample(s) of class '{}' in one",
                                  members, name),
                      {}, "choose fewer folds (--folds), or leave out the class");
    }
    const auto without = std::count(table[s].begin(), table[s].end(), std::size_t{0});
    if (without == 0) continue;
    folds.warnings.push_back(fmt::format("class '{}' has {} sample(s) and is missing from {} of the {} folds", name,
                                         members, without, folds.count));
  }
}

void check_split_strata(const Task& task, std::span<const std::uint32_t> part_of, const SplitShares& shares,
                        std::vector<std::string>& warnings) {
  const auto table = table_of(task, part_of, shares.share.size());
  for (std::size_t p = 0; p < shares.share.size(); ++p) {
    const bool empty = std::all_of(table.begin(), table.end(), [&](const auto& row) { return row[p] == 0; });
    if (!empty || shares.share[p] == 0) continue;
    throw UserError(fmt::format("expected samples in each part, found none for {} ({} samples{})",
                                to_string(static_cast<Part>(p)), task.ids.size(),
                                task.groups.of.empty() ? "" : fmt::format(" in {} groups", task.groups.names.size())),
                    {}, "choose other shares (--split)");
  }
  for (std::size_t s = 0; s < task.strata.names.size(); ++s) {
    const std::string& name = task.strata.names[s];
    for (std::size_t p = 0; p < shares.share.size(); ++p) {
      if (table[s][p] > 0 || shares.share[p] == 0) continue;
      if (static_cast<Part>(p) == Part::train) {
        throw UserError(fmt::format("expected samples of each class in train, found none of class '{}'", name), {},
                        "choose other shares (--split), or leave out the class");
      }
      warnings.push_back(fmt::format("class '{}' has nobody in {}", name, to_string(static_cast<Part>(p))));
    }
  }
}

template <typename Index>
void check_whole(std::span<const Index> part_of, const Groups& groups, std::string_view what,
                 const std::string& where) {
  std::vector<std::optional<std::size_t>> first(groups.names.size());
  for (std::size_t i = 0; i < groups.of.size(); ++i) {
    auto& sample = first[groups.of[i]];
    if (!sample) sample = i;
    if (part_of[*sample] == part_of[i]) continue;
    // By number: ids of people and families do not belong in messages.
    throw UserError(
        fmt::format("expected all samples of a group in one {}, found samples {} and {} of one group in two", what,
                    *sample + 1, i + 1),
        where, "correct the column, or leave out --group-by");
  }
}

}  // namespace

std::string_view to_string(Part part) noexcept {
  switch (part) {
    case Part::train: return "train";
    case Part::validation: return "validation";
    case Part::test: return "test";
  }
  return "";
}

SplitShares parse_split(std::string_view text) {
  const auto fail = [&]() {
    throw UsageError(fmt::format("expected shares of train, validation and test such as 70:15:15, found '{}'", text),
                     "two numbers are train and test; train and test are above 0");
  };
  std::vector<double> shares;
  for (std::string_view rest = text;;) {
    const std::size_t end = rest.find(':');
    const auto share = parse_double(rest.substr(0, end));
    if (!share || *share < 0) fail();
    shares.push_back(*share);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (shares.size() == 2) shares.insert(shares.begin() + 1, 0);
  if (shares.size() != 3 || shares[0] <= 0 || shares[2] <= 0) fail();
  return {{shares[0], shares[1], shares[2]}};
}

Strata quantile_strata(std::span<const double> values, std::size_t bands) {
  Strata strata;
  strata.of.resize(values.size());
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::size_t band = 0;
  std::size_t last = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    // Equal values have the rank of the first of them.
    if (rank == 0 || values[order[rank]] != values[order[rank - 1]]) band = rank * bands / order.size();
    if (rank > 0 && band != last) ++strata.count;  // bands without values get no number
    last = band;
    strata.of[order[rank]] = static_cast<std::uint32_t>(strata.count);
  }
  if (!values.empty()) ++strata.count;
  return strata;
}

Folds deal_folds(std::span<const std::string> ids, std::size_t folds, const Strata& strata, const Groups& groups,
                 std::uint64_t seed) {
  const Task task{ids, strata, groups, seed};
  check(task);
  if (folds < 2) throw InternalError("fewer than 2 folds");
  const std::size_t units = groups.of.empty() ? ids.size() : sorted_groups(task).size();
  if (units < folds) {
    throw UserError(fmt::format("expected as many {} as folds ({}) at least, found {}",
                                groups.of.empty() ? "samples" : "groups", folds, units),
                    {}, "choose fewer folds (--folds)");
  }
  Folds out;
  out.count = folds;
  if (groups.of.empty()) {
    out.of.resize(ids.size());
    std::size_t position = 0;
    for (const auto& members : shuffled_strata(task)) {
      for (const std::size_t i : members) out.of[i] = static_cast<std::uint32_t>(position++ % folds);
    }
  } else {
    out.of = GroupDealer(task, std::vector<double>(folds, 1.0)).deal();
  }
  check_fold_strata(task, out);
  return out;
}

Split deal_split(std::span<const std::string> ids, const SplitShares& shares, const Strata& strata,
                 const Groups& groups, std::uint64_t seed) {
  // Another order than that of the folds, which are often dealt with the same seed.
  const Task task{ids, strata, groups, mixed(seed ^ golden)};
  check(task);
  std::vector<std::uint32_t> part_of(ids.size());
  if (groups.of.empty()) {
    ShareDealer dealer(shares);
    for (const auto& members : shuffled_strata(task)) {
      const auto counts = dealer.counts(members.size());
      std::size_t next = 0;
      for (std::size_t p = 0; p < counts.size(); ++p) {
        for (std::size_t k = 0; k < counts[p]; ++k) part_of[members[next++]] = static_cast<std::uint32_t>(p);
      }
    }
  } else {
    part_of = GroupDealer(task, {shares.share.begin(), shares.share.end()}).deal();
  }
  Split out;
  check_split_strata(task, part_of, shares, out.warnings);
  for (const std::uint32_t part : part_of) out.of.push_back(static_cast<Part>(part));
  return out;
}

void require_whole_groups(std::span<const std::uint32_t> part_of, const Groups& groups, const std::string& where) {
  check_whole(part_of, groups, "fold", where);
}

void require_whole_groups(std::span<const Part> part_of, const Groups& groups, const std::string& where) {
  check_whole(part_of, groups, "part", where);
}

}  // namespace varisk::cohort
