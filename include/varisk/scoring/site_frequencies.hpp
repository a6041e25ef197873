#pragma once
/// \file
/// `--frequencies`: effect-allele frequencies and REF of the wanted sites.

#include <functional>
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

  /// Of each site's effect allele; the strand is that of the file where the alleles tell it.
  [[nodiscard]] const std::vector<std::optional<double>>& effect() const noexcept { return effect_; }
  /// Which allele of each site is REF in the file.
  [[nodiscard]] const std::vector<sites::ReferenceMatch>& reference() const noexcept { return reference_; }

  [[nodiscard]] const genotypes::FrequencyFile& file() const noexcept { return file_; }
  /// Sites with a frequency.
  [[nodiscard]] std::size_t found() const noexcept { return found_; }
  /// Sites where the file has other alleles.
  [[nodiscard]] std::size_t other_alleles() const noexcept { return other_alleles_; }

 private:
  struct Entry {
    sites::MatchKind kind = sites::MatchKind::none;
    bool looked_at = false;
  };
  void take(SiteId id, const sites::WantedSite& site, std::optional<Position> position, Entry& entry,
            const genotypes::FrequencyEntry& found, const std::function<std::string()>& where);

  std::vector<std::optional<double>> effect_;
  std::vector<sites::ReferenceMatch> reference_;
  genotypes::FrequencyFile file_;
  std::size_t found_ = 0;
  std::size_t other_alleles_ = 0;
};

}  // namespace varisk::scoring
