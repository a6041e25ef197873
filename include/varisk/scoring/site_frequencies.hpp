#pragma once
/// \file
/// `--frequencies`: effect-allele frequencies and REF of the wanted sites.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "varisk/genotypes/frequency_file.hpp"
#include "varisk/sites/reference.hpp"
#include "varisk/sites/site_plan.hpp"

namespace varisk::scoring {

/// The sites whose rows have this id, for lines without a position.
using SitesOfId = std::unordered_multimap<std::string_view, SiteId>;

class SiteFrequencies {
 public:
  SiteFrequencies() = default;
  /// Reads the file; only wanted sites stay in memory.
  /// \throws UserError if lines contradict each other, and what `genotypes::read_frequencies` throws
  SiteFrequencies(const std::string& path, const sites::SitePlan& plan, const SitesOfId& sites_of_id);

  /// Of the effect allele; the strand is that of the file where the alleles tell it.
  [[nodiscard]] std::optional<double> effect(SiteId site) const;
  /// Which allele is REF in the file.
  [[nodiscard]] sites::ReferenceMatch reference(SiteId site) const;

  [[nodiscard]] const genotypes::FrequencyFile& file() const noexcept { return file_; }
  /// Sites with a frequency.
  [[nodiscard]] std::size_t found() const noexcept { return found_; }
  /// Sites where the file has other alleles.
  [[nodiscard]] std::size_t other_alleles() const noexcept { return other_alleles_; }

 private:
  struct Entry {
    sites::MatchKind kind = sites::MatchKind::none;
    std::optional<double> effect;
    sites::ReferenceMatch reference;
    bool looked_at = false;
  };
  void take(const sites::WantedSite& site, Entry& entry, const genotypes::FrequencyEntry& found, Position position,
            const std::string& where);

  std::vector<Entry> entries_;
  genotypes::FrequencyFile file_;
  std::size_t found_ = 0;
  std::size_t other_alleles_ = 0;
};

}  // namespace varisk::scoring
