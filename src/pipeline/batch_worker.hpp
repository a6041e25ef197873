#pragma once
/// \file
/// The parallel middle of the pass: match and decode the records of one batch.

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "varisk/pipeline/variant_pass.hpp"

namespace varisk::pipeline {

/// What a site's calls were read from; in the order of preference.
enum class Evidence : std::uint8_t {
  block,         ///< a reference block that spans the site
  odd_spelling,  ///< a substitution that the record spells with further bases
  record,
};

/// One wanted site that the batch has something to say about.
struct SiteEvent {
  SiteId site{};
  SiteOutcome outcome;
  /// Set for a site that another batch may hold too: its calls go to the sinks in the order of the file.
  std::unique_ptr<genotypes::CallBlock> deferred;
  /// What is not `record` counts if no record that starts at the site does.
  Evidence evidence = Evidence::record;
};

/// What one record says of a locus.
struct LocusEvent {
  SiteId locus{};  ///< in `PassOptions::loci`
  genotypes::LocusRecord record;
};

/// Keeps the better one; of two that are equally good the first.
void merge_locus(genotypes::LocusRecord& known, genotypes::LocusRecord&& next);

struct BatchPlace {
  std::string contig;
  std::int64_t position = 0;
};

/// What the serial end of the pipeline needs to know of a batch.
struct BatchResult {
  std::vector<SiteEvent> events;
  std::vector<LocusEvent> loci;
  PassCounts counts;
  std::int64_t lines = 0;
  std::optional<std::int64_t> unsorted_line;         ///< the first that steps back
  std::optional<std::int64_t> other_reference_line;  ///< the first with another REF than a line of the same position
  BatchPlace other_reference;                        ///< where that is
  std::vector<std::string> contigs;                  ///< in the order in which they start or go on in the batch
  std::vector<std::int64_t> contig_lines;            ///< where each of them does
  std::optional<BatchPlace> first;
  std::optional<BatchPlace> last;
  bool has_blocks = false;
  std::optional<genotypes::RecordFault> fault;
  std::int64_t fault_line = 0;
};

/// Scratch memory and partial sums of one thread.
class BatchWorker {
 public:
  BatchWorker(const sites::SitePlan& plan, sites::GenomeBuild build, const PassOptions& options,
              std::span<genotypes::CallSink* const> sinks);

  /// Before the first batch of each file.
  void start_file(const io::VariantSource& source, const genotypes::SampleColumns& samples);
  [[nodiscard]] BatchResult process(const io::RecordBatch& batch);
  [[nodiscard]] std::vector<std::unique_ptr<genotypes::CallSink::Partial>>& partials() { return partials_; }

 private:
  /// A record of the current position that a wanted site may match.
  struct Record {
    std::int64_t line = 0;
    std::optional<std::int64_t> block_end;  ///< of a reference block
    genotypes::SiteFields site;
    std::string filter;
    std::optional<genotypes::TextFields> text;
    std::vector<genotypes::BcfField> format;
    std::uint32_t sample_count = 0;
    /// PLINK: the calls are beside the records.
    struct BedPlace {
      std::int64_t record = 0;
      genotypes::BedAlleles alleles;
    };
    std::optional<BedPlace> bed;
  };
  struct Candidate {
    SiteId site{};
    std::size_t record = 0;
    sites::AlleleMatch match;
    Evidence evidence = Evidence::record;
    bool passes = false;            ///< its record is not filtered
    bool has_alt = false;           ///< its record names an ALT
    std::size_t equal_records = 0;  ///< further records that match as well

    /// Which of two records of one position is taken.
    [[nodiscard]] auto rank() const {
      return std::tuple(match.kind != sites::MatchKind::none, evidence, match.kind, passes, has_alt);
    }
  };

  struct LocusCandidate {
    SiteId locus{};
    std::size_t record = 0;
    bool spanned = false;  ///< by a reference block
  };

  bool process_text(std::string_view lines, BatchResult& result);
  bool process_bcf(const io::RecordBatch& batch, BatchResult& result);
  bool process_bed(const io::RecordBatch& batch, BatchResult& result);
  bool start_record(std::string_view contig, std::int64_t position, BatchResult& result);
  void add_record(sites::SiteRange range);
  void add_candidate(const Candidate& candidate);
  /// Sites before the record that it may spell, and those of its ids, into `further_sites_`.
  void find_further(std::string_view ids, bool may_be_indel);
  [[nodiscard]] sites::AlleleMatch match_record(const Record& record, SiteId site);
  [[nodiscard]] sites::AlleleMatch match_block(const Record& record, SiteId site) const;
  [[nodiscard]] bool spans_reference(const Record& record, SiteId site) const;
  /// Loci within [first, last] of the current contig.
  [[nodiscard]] sites::SiteRange find_loci(std::int64_t first, std::int64_t last) {
    return locus_cursor_ ? locus_cursor_->find(first, last) : sites::SiteRange{};
  }
  void add_locus_record(sites::SiteRange range);
  bool settle_loci(BatchResult& result);
  bool read_locus(const LocusCandidate& candidate, genotypes::LocusRecord& out, BatchResult& result);
  bool flush(BatchResult& result);
  void check_reference(BatchResult& result) const;
  bool settle(Candidate& candidate, BatchResult& result);
  /// Calls of the candidate into `block_`.
  bool decode(const Candidate& candidate, BatchResult& result, genotypes::RecordFault& fault);
  bool decode_record(const Record& record, AlleleIndex effect, genotypes::CopyRule rule, genotypes::CallBlock& block,
                     genotypes::RecordFault& fault);
  struct OtherLine {
    const Record* record;
    AlleleIndex effect;  ///< where the effect allele stands in it
  };
  [[nodiscard]] std::vector<OtherLine> other_lines(const Record& record, AlleleIndex effect) const;
  [[nodiscard]] std::vector<OtherLine> other_bed_lines(const Record& record, AlleleIndex effect) const;
  /// Why the record is not to be used; empty if it is.
  [[nodiscard]] std::string filter_reason(const Record& record, const sites::AlleleMatch& match) const;
  [[nodiscard]] bool has_reference_bases(const Record& record) const;
  [[nodiscard]] bool fits_both(const Candidate& candidate) const;
  [[nodiscard]] std::string spell(const Record& record) const;
  Record& new_record(std::int64_t line);
  [[nodiscard]] bool has_all_columns(const genotypes::TextFields& fields, genotypes::RecordFault& fault) const;

  const sites::SitePlan* plan_;
  sites::GenomeBuild build_;
  PassOptions options_;
  std::vector<genotypes::CallSink*> sinks_;
  std::vector<std::unique_ptr<genotypes::CallSink::Partial>> partials_;
  sites::SiteCursor cursor_;
  std::optional<sites::SiteCursor> locus_cursor_;
  const io::VariantSource* source_ = nullptr;
  const genotypes::SampleColumns* samples_ = nullptr;
  std::optional<genotypes::CallDecoder> decoder_;
  std::optional<genotypes::CallDecoder> block_decoder_;  ///< wants evidence of each call

  std::optional<genotypes::AlleleDecoder> allele_decoder_;
  std::optional<genotypes::AlleleDecoder> block_allele_decoder_;

  std::string contig_;  ///< as the file writes it
  std::string canonical_contig_;
  std::optional<ContigId> contig_id_;
  std::int64_t position_ = 0;
  std::vector<Record> records_;  ///< of the current position; the first `record_count_` are in use
  std::size_t record_count_ = 0;
  std::vector<Candidate> candidates_;
  std::vector<LocusCandidate> locus_candidates_;
  std::vector<std::string_view> alleles_;
  std::vector<sites::SiteRange> further_sites_;
  std::vector<SiteId> repeat_sites_;
  genotypes::CallBlock block_;
  io::CallWindow window_;
  std::int64_t stop_record_ = 0;  ///< of the batch, where calls are beside the records
};

}  // namespace varisk::pipeline
