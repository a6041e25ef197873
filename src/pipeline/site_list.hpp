#pragma once
/// \file
/// The sites of genotype files.

#include <cstdint>
#include <string>
#include <vector>

#include "varisk/io/variant_source.hpp"
#include "varisk/sites/site_plan.hpp"

namespace varisk::pipeline {

/// Closed, 1-based.
struct Region {
  std::string contig;  ///< canonical
  std::int64_t first = 1;
  std::int64_t last = 1;
};

/// BED: contig, start (0-based), end; further columns are ignored.
/// \throws UserError, IoError
[[nodiscard]] std::vector<Region> read_regions(const std::string& path);

enum class SiteKinds : std::uint8_t {
  autosomal_substitutions,  ///< biallelic, and not palindromic: what can tell populations apart
  all,                      ///< each ALT that is bases
};

/// Lists the sites of files, one after the other, without their calls.
class SiteList {
 public:
  struct Counts {
    std::int64_t records = 0;
    std::int64_t other_kinds = 0;  ///< not a biallelic substitution on an autosome; of all kinds: ALTs without bases
    std::int64_t palindromic = 0;  ///< A/T and C/G: in other files their strand cannot be told
    std::int64_t excluded = 0;     ///< in one of the regions
    std::int64_t repeated = 0;     ///< positions with several such records
  };

  explicit SiteList(std::vector<Region> excluded, SiteKinds kinds = SiteKinds::autosomal_substitutions)
      : excluded_(std::move(excluded)), kinds_(kinds) {}

  /// Reads the file to its end. \throws UserError, IoError
  void add(io::VariantSource& source);
  /// After the last file: each position once (of all kinds: as the files have them); the effect allele is ALT.
  [[nodiscard]] std::vector<sites::SiteRequest> take();
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  /// The other alleles are REF; PLINK files do not say which of two alleles is.
  [[nodiscard]] bool reference_known() const noexcept { return reference_known_; }

 private:
  void add_record(std::string_view contig, std::int64_t position, const std::vector<std::string>& alleles);
  void add_alts(std::int64_t position, const std::vector<std::string>& alleles);

  std::vector<Region> excluded_;
  SiteKinds kinds_;
  std::vector<sites::SiteRequest> sites_;
  Counts counts_;
  std::string contig_;  ///< of the last record, as the file writes it
  std::string canonical_;
  bool is_autosome_ = false;
  bool reference_known_ = true;
};

}  // namespace varisk::pipeline
