#pragma once
/// \file
/// One pass over the genotype files: source → match → decode → sinks.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "varisk/core/log.hpp"
#include "varisk/genotypes/call_decoder.hpp"
#include "varisk/genotypes/call_sink.hpp"
#include "varisk/genotypes/locus_record.hpp"
#include "varisk/io/variant_source.hpp"
#include "varisk/sites/contig.hpp"
#include "varisk/sites/indel.hpp"
#include "varisk/sites/reference.hpp"
#include "varisk/sites/site_plan.hpp"

namespace varisk::pipeline {

/// What became of one wanted site; in the order of preference.
enum class SiteState : std::uint8_t { absent, allele_mismatch, ambiguous, filtered, flipped, matched };

struct SiteOutcome {
  SiteState state = SiteState::absent;
  std::string record;  ///< CHROM:POS:REF:ALT as in the file; kept where it is of interest
  std::string reason;
  std::int64_t observed = 0;  ///< calls
  std::int64_t missing = 0;   ///< calls
  std::int64_t observed_alleles = 0;
  double effect_alleles = 0;
};

struct PassOptions {
  genotypes::DecodeOptions decode;
  bool keep_palindromic = false;     ///< rows without other allele
  bool strand_by_frequency = false;  ///< A/T and C/G sites whose side is known
  /// Of each site's effect allele, before INFO/AF; empty: none.
  std::span<const std::optional<double>> frequencies;
  std::unordered_set<SiteId> repeated_ids;  ///< sites whose id stands at several positions: ambiguous
  bool pass_only = false;
  std::optional<double> min_r2;
  std::span<const sites::ReferenceMatch> reference;  ///< of each site; empty: unknown for all
  const sites::ReferenceBases* genome = nullptr;     ///< null: REF of insertions and deletions is not looked at
  const sites::RepeatSites* repeats = nullptr;       ///< null: no other spellings are looked for
  double min_block_gq = 1;                           ///< of reference blocks, where they have a GQ
  /// Positions where alleles and phase are wanted; `effect_allele` is REF. Null: none.
  const sites::SitePlan* loci = nullptr;
  bool parse_all = false;             ///< columns and alleles of every record, also where no site is wanted
  std::vector<bool> keep_records_of;  ///< the same for some sites; empty: none
  bool keep_all_records = false;      ///< `SiteOutcome::record` also for sites that are simply matched
  bool use_index = false;             ///< read only where sites are wanted, if a file's index makes that cheaper
  int threads = 1;
};

/// What the pass noticed beside the sites.
struct PassCounts {
  std::int64_t records = 0;
  std::int64_t polyploid_calls = 0;
  std::int64_t heteroplasmic_calls = 0;
  std::int64_t male_heterozygous_calls = 0;
  std::int64_t assumed_diploid_calls = 0;
  std::int64_t unspecific_calls = 0;      ///< name `*`, `<*>` or `<NON_REF>`
  std::int64_t split_dosage_sites = 0;    ///< REF at split sites by the dosages of one line
  std::int64_t reference_checks = 0;      ///< sites whose record or block was compared with --reference
  std::int64_t reference_mismatches = 0;  ///< of these, REF is not what the reference has
  std::int64_t unused_records = 0;        ///< with a negative position: PLINK's way to leave a variant out
  std::int64_t duplicate_records = 0;     ///< further records that hold a site which was already matched
  PassCounts& operator+=(const PassCounts& other);
};

/// How the files were read.
struct FileAccess {
  std::size_t files = 0;
  std::size_t jumped = 0;  ///< files of which an index led to what was wanted
  std::int64_t bytes = 0;  ///< compressed, read of these, about
  std::int64_t of_bytes = 0;
  std::vector<std::string> doubts;  ///< about indexes that were not used
};

struct BatchPlace;
struct BatchResult;
struct SiteEvent;
struct LocusEvent;

/// Runs files of one set of samples through the sinks. Results do not depend on the number of threads.
class VariantPass {
 public:
  /// References must outlive the pass.
  VariantPass(const sites::SitePlan& plan, sites::GenomeBuild build, const PassOptions& options,
              std::span<genotypes::CallSink* const> sinks);
  ~VariantPass();
  VariantPass(const VariantPass&) = delete;
  VariantPass& operator=(const VariantPass&) = delete;

  /// Reads one file to its end. \throws UserError, IoError
  void run(io::VariantSource& source, const genotypes::SampleColumns& samples);
  /// Merges what the threads have added up into the sinks; once, after the last file.
  void finish();

  [[nodiscard]] const SiteOutcome& outcome(SiteId site) const { return outcomes_[to_number(site)]; }
  /// What was found at a position of `PassOptions::loci`.
  [[nodiscard]] const genotypes::LocusRecord& locus(SiteId locus) const { return loci_[to_number(locus)].record; }
  /// The position itself; `effect_allele` is REF.
  [[nodiscard]] const sites::WantedSite& locus_site(SiteId locus) const { return options_.loci->site(locus); }
  [[nodiscard]] const PassCounts& counts() const noexcept { return counts_; }
  /// Place in each file that is not sorted where that shows first.
  [[nodiscard]] const std::vector<std::string>& unsorted() const noexcept { return unsorted_; }
  /// Where the lines of a wanted position have different REF bases: the first place of each such file.
  [[nodiscard]] const std::vector<std::string>& other_references() const noexcept { return other_references_; }
  /// Files whose last line has no line end.
  [[nodiscard]] const std::vector<std::string>& unterminated() const noexcept { return unterminated_; }
  [[nodiscard]] const FileAccess& access() const noexcept { return access_; }
  /// Sites found by an id that records at several positions have, with matching alleles: what was counted of them is
  /// of no use, and another pass without them is needed.
  [[nodiscard]] const std::unordered_set<SiteId>& repeated_ids() const noexcept { return repeated_ids_; }
  /// True if a file has reference blocks, in what was read of it: what they do not cover is not known, whatever is said
  /// about absent sites.
  [[nodiscard]] bool has_blocks() const noexcept { return has_blocks_; }
  /// True if a record of any file was on this contig.
  [[nodiscard]] bool has_contig(const std::string& canonical_name) const { return contigs_.contains(canonical_name); }

 private:
  struct Workers;

  void take(BatchResult& result, std::uint32_t file);
  void accept(SiteEvent& event, std::uint32_t file);
  bool choose_access(io::VariantSource& source);
  void hold(SiteEvent event);
  void release(const BatchPlace* last, std::uint32_t file);
  void accept(LocusEvent& event, std::uint32_t file);
  void plan_positions();
  [[nodiscard]] static std::string describe_mitochondrion(const io::VariantHeader& header);
  [[nodiscard]] std::span<const std::int64_t> wanted_positions(std::string_view contig) const;

  struct Locus {
    genotypes::LocusRecord record;
    std::uint32_t file = 0;
  };

  const sites::SitePlan* plan_;
  sites::GenomeBuild build_;
  PassOptions options_;
  std::vector<genotypes::CallSink*> sinks_;
  std::vector<SiteOutcome> outcomes_;
  std::vector<std::uint32_t> matched_in_;  ///< number of the file, for sites that are matched
  std::vector<std::string> files_;
  std::map<SiteId, std::unique_ptr<SiteEvent>> held_;
  std::unordered_set<SiteId> repeated_ids_;
  /// Of each contig, where more is wanted than the plan's positions.
  std::unordered_map<std::string, std::vector<std::int64_t>> wider_positions_;
  std::vector<Locus> loci_;
  std::string other_mitochondrion_;  ///< why the file's chrM is not that of the loci; empty: it may be
  bool has_blocks_ = false;
  PassCounts counts_;
  FileAccess access_;
  std::vector<std::string> unsorted_;
  std::vector<std::string> other_references_;
  std::vector<std::string> unterminated_;
  std::unordered_set<std::string> contigs_;  ///< canonical names
  std::unique_ptr<Workers> workers_;
};

/// The rule for the number of copies at a site.
[[nodiscard]] genotypes::CopyRule copy_rule(sites::GenomeBuild build, std::string_view canonical_contig,
                                            Position position);

}  // namespace varisk::pipeline
