#include "prune_columns.hpp"

#include <algorithm>
#include <deque>
#include <tuple>
#include <utility>

#include "ld_columns.hpp"

namespace varisk::training {
namespace {

/// r² this close to the limit is equal to it but for rounding.
constexpr double rounding = 1 + 1e-11;

/// Prunes columns of one contig, in the order of positions.
class SegmentPruner {
 public:
  SegmentPruner(const SelectionRows& rows, std::span<const PruneColumn> columns, double max_r2, std::int64_t window)
      : rows_(&rows),
        columns_(columns),
        limit_(max_r2 * rounding),
        window_(window),
        as_codes_(std::any_of(columns.begin(), columns.end(), [&](const PruneColumn& column) {
          return rows.design().place(column.column).kind == ColumnKind::dosage;
        })) {}

  Pruned prune() {
    std::size_t end = 0;
    while (start_ < columns_.size()) {
      const std::size_t before = end;
      while (end < columns_.size() && columns_[end].position - columns_[start_].position <= window_) enter(end++);
      if (end > before) {
        while (compare(end)) drop_removed();
      }
      leave_first();
    }
    return std::move(pruned_);
  }

 private:
  struct State {
    LdColumn values;
    std::size_t unchecked = 0;  ///< columns before it have been compared
    bool removed = false;
  };

  void enter(std::size_t at) {
    State& state = states_.emplace_back(State{LdColumn(*rows_, columns_[at].column, as_codes_), at + 1});
    if (state.values.has_variance()) {
      alive_.push_back(at);
    } else {
      ++pruned_.untested;
      state.values = {};
    }
  }

  void leave_first() {
    if (!alive_.empty() && alive_.front() == start_) alive_.erase(alive_.begin());
    states_.pop_front();
    ++start_;
  }

  State& state(std::size_t at) { return states_[at - start_]; }

  /// Each column in turn meets those after it until one of the two goes; false if none went.
  bool compare(std::size_t end) {
    bool any = false;
    for (std::size_t a = 0; a < alive_.size(); ++a) {
      State& first = state(alive_[a]);
      if (first.removed || first.unchecked >= end) continue;
      any = compare_one(a, end) || any;
    }
    return any;
  }

  bool compare_one(std::size_t a, std::size_t end) {
    State& first = state(alive_[a]);
    const auto from =
        std::lower_bound(alive_.begin() + static_cast<std::ptrdiff_t>(a) + 1, alive_.end(), first.unchecked);
    for (auto b = from; b != alive_.end(); ++b) {
      State& second = state(*b);
      if (second.removed || !(LdColumn::r2(first.values, second.values, *rows_) > limit_)) continue;
      const bool first_goes = columns_[alive_[a]].minor_frequency < columns_[*b].minor_frequency;
      first.unchecked = *b + 1;
      remove(first_goes ? alive_[a] : *b);
      return true;
    }
    first.unchecked = end;
    return false;
  }

  void remove(std::size_t at) {
    state(at).removed = true;
    pruned_.columns.push_back(columns_[at].column);
  }

  void drop_removed() {
    alive_.erase(std::remove_if(alive_.begin(), alive_.end(),
                                [&](std::size_t at) {
                                  if (!state(at).removed) return false;
                                  state(at).values = {};
                                  return true;
                                }),
                 alive_.end());
  }

  const SelectionRows* rows_;
  std::span<const PruneColumn> columns_;
  double limit_;
  std::int64_t window_;
  bool as_codes_;
  std::size_t start_ = 0;           ///< first column of the window
  std::deque<State> states_;        ///< of the columns of the window
  std::vector<std::size_t> alive_;  ///< columns of the window that are left, ascending
  Pruned pruned_;
};

/// Ends of stretches whose columns are never compared with those behind.
std::vector<std::size_t> segment_ends(std::span<const PruneColumn> columns, std::int64_t window) {
  std::vector<std::size_t> ends;
  for (std::size_t i = 1; i <= columns.size(); ++i) {
    if (i == columns.size() || columns[i].contig != columns[i - 1].contig ||
        columns[i].position - columns[i - 1].position > window) {
      ends.push_back(i);
    }
  }
  return ends;
}

}  // namespace

Pruned prune_columns(const SelectionRows& rows, std::vector<PruneColumn> columns, double max_r2, std::int64_t window,
                     const Threads& threads) {
  std::sort(columns.begin(), columns.end(), [](const PruneColumn& one, const PruneColumn& other) {
    return std::tie(one.contig, one.position, one.column) < std::tie(other.contig, other.position, other.column);
  });
  const std::vector<std::size_t> ends = segment_ends(columns, window);
  std::vector<Pruned> parts(ends.size());
  threads.each(ends.size(), [&](std::size_t part) {
    const std::size_t first = part == 0 ? 0 : ends[part - 1];
    const std::span<const PruneColumn> segment(columns.data() + first, ends[part] - first);
    parts[part] = SegmentPruner(rows, segment, max_r2, window).prune();
  });
  Pruned pruned;
  for (const Pruned& part : parts) {
    pruned.columns.insert(pruned.columns.end(), part.columns.begin(), part.columns.end());
    pruned.untested += part.untested;
  }
  std::sort(pruned.columns.begin(), pruned.columns.end());
  return pruned;
}

}  // namespace varisk::training
