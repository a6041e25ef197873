#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>

#include "parallel.hpp"
#include "varisk/training/design.hpp"

namespace varisk::training {
namespace {

constexpr std::size_t columns_of_task = 256;

/// Compares columns in the rows of a fit.
class ColumnContent {
 public:
  ColumnContent(const Design& design, std::span<const double> weights)
      : design_(&design), mask_((design.rows() + 3) / 4, 0) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (!(weights[i] > 0)) continue;
      rows_.push_back(static_cast<std::uint32_t>(i));
      mask_[i / 4] = static_cast<char>(static_cast<unsigned char>(mask_[i / 4]) | (3U << (2 * (i % 4))));
    }
  }

  /// The bytes that are equal if and only if the values are, for columns of one kind and source.
  void bytes(std::size_t column, std::string& to) const {
    to.clear();
    const ColumnPlace& place = design_->place(column);
    if (place.kind == ColumnKind::genotype) {
      const std::uint8_t* const packed = design_->packed(column);
      to.resize(mask_.size());
      for (std::size_t i = 0; i < to.size(); ++i) {
        to[i] = static_cast<char>(packed[i] & static_cast<unsigned char>(mask_[i]));
      }
      return;
    }
    to.resize(rows_.size() * sizeof(double));
    for (std::size_t k = 0; k < rows_.size(); ++k) {
      const double value = place.kind == ColumnKind::dense ? design_->dense(place.index)[rows_[k]] + 0.0
                                                           : design_->dosages(place.source).code(place.index, rows_[k]);
      std::memcpy(to.data() + k * sizeof value, &value, sizeof value);
    }
  }

 private:
  const Design* design_;
  std::string mask_;
  std::vector<std::uint32_t> rows_;
};

/// Dosages of different matrices may have different steps.
std::uint64_t group_of(const ColumnPlace& place) {
  const std::uint64_t source = place.kind == ColumnKind::dosage ? place.source : 0;
  return source * 4 + static_cast<std::uint64_t>(place.kind);
}

}  // namespace

DesignFindings examine_design(const Design& design, std::span<const double> weights,
                              std::span<const ColumnStatistics> statistics, int threads) {
  DesignFindings findings;
  const auto rows =
      static_cast<std::size_t>(std::count_if(weights.begin(), weights.end(), [](double w) { return w > 0; }));
  for (std::size_t j = 0; j < statistics.size(); ++j) {
    if (statistics[j].missing == rows) {
      findings.all_missing.push_back(static_cast<std::uint32_t>(j));
    } else if (!(statistics[j].sd > 0)) {
      findings.constant.push_back(static_cast<std::uint32_t>(j));
    }
  }
  const ColumnContent content(design, weights);
  std::vector<std::uint64_t> hashes(design.columns());
  Threads(threads).pieces(design.columns(), columns_of_task, [&](std::size_t first, std::size_t last) {
    std::string bytes;
    for (std::size_t j = first; j < last; ++j) {
      content.bytes(j, bytes);
      hashes[j] = std::hash<std::string_view>{}(bytes) ^ (group_of(design.place(j)) * 0x9E3779B97F4A7C15U);
    }
  });
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> seen;
  std::string here;
  std::string there;
  for (std::size_t j = 0; j < design.columns(); ++j) {
    if (!(statistics[j].sd > 0)) continue;
    auto& candidates = seen[hashes[j]];
    if (!candidates.empty()) content.bytes(j, here);
    const auto same = std::find_if(candidates.begin(), candidates.end(), [&](std::uint32_t other) {
      if (group_of(design.place(j)) != group_of(design.place(other))) return false;
      content.bytes(other, there);
      return here == there;
    });
    if (same != candidates.end()) {
      findings.duplicates.push_back({static_cast<std::uint32_t>(j), *same});
    } else {
      candidates.push_back(static_cast<std::uint32_t>(j));
    }
  }
  return findings;
}

}  // namespace varisk::training
