#include "varisk/pipeline/variant_pass.hpp"

#include <fmt/format.h>
#include <tbb/concurrent_queue.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <tuple>
#include <unordered_set>

#include "batch_worker.hpp"
#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

constexpr std::string_view mitochondrion = "MT";

/// A batch and what was found in it, on its way through the stages.
struct Token {
  io::RecordBatch batch;
  BatchResult result;
  std::exception_ptr failure;  ///< of reading or framing; thrown in the order of the file, after what came before it
};

/// The serial end: keeps the order, counts lines, and finds what only the whole file shows.
class OrderCheck {
 public:
  /// \param jumps  lines are left out, so they cannot be counted
  OrderCheck(const io::VariantSource& source, bool jumps)
      : source_(&source), lines_(source.header_lines()), jumps_(jumps) {}

  void check(const BatchResult& result) {
    const bool same_contig = last_ && result.first && last_->contig == result.first->contig;
    if (same_contig && result.first->position < last_->position) note_unsorted(1);
    for (std::size_t i = 0; i < result.contigs.size(); ++i) {
      if (i == 0 && same_contig) continue;
      // PLINK keeps the pseudo-autosomal regions of X behind Y.
      const std::string& name = result.contigs[i];
      const std::string key = sites::is_pseudo_autosomal_name(name) ? name : sites::canonical_contig(name);
      if (!seen_.insert(key).second) note_unsorted(result.contig_lines[i]);
    }
    if (result.unsorted_line) note_unsorted(*result.unsorted_line);
    if (result.other_reference_line && !other_reference_) {
      other_reference_ = jumps_ ? where(result.other_reference) : where(lines_ + *result.other_reference_line);
    }
    if (result.fault) throw UserError(result.fault->what, where_fault(result), result.fault->help);
    lines_ += result.lines;
    if (result.last) last_ = result.last;
  }

  /// Where the file steps back first.
  [[nodiscard]] const std::optional<std::string>& unsorted() const { return unsorted_; }
  /// The first wanted position whose lines have different REF bases.
  [[nodiscard]] const std::optional<std::string>& other_reference() const { return other_reference_; }

 private:
  [[nodiscard]] std::string where_fault(const BatchResult& result) const {
    if (!jumps_ || !result.last) return where(lines_ + result.fault_line);
    return where(*result.last);
  }

  [[nodiscard]] std::string where(const BatchPlace& place) const {
    return fmt::format("{}: {}:{}", source_->path(), place.contig, place.position);
  }

  [[nodiscard]] std::string where(std::int64_t line) const {
    return fmt::format("{}: {} {}", source_->records_path(),
                       source_->encoding() == io::Encoding::bcf ? "record" : "line", line);
  }

  void note_unsorted(std::int64_t line_of_batch) {
    if (!unsorted_) unsorted_ = where(lines_ + line_of_batch);
  }

  const io::VariantSource* source_;
  std::int64_t lines_;
  bool jumps_;
  std::optional<std::string> unsorted_;
  std::optional<std::string> other_reference_;
  std::unordered_set<std::string> seen_;
  std::optional<BatchPlace> last_;
};

/// The stages as a pipeline with a bounded number of batches in flight.
void run_in_parallel(tbb::task_arena& arena, std::size_t tokens, const auto& read, const auto& inflate,
                     const auto& frame, const auto& process, const auto& settle) {
  std::vector<std::unique_ptr<Token>> owned(tokens);
  tbb::concurrent_bounded_queue<Token*> idle;
  for (auto& token : owned) {
    token = std::make_unique<Token>();
    idle.push(token.get());
  }
  const auto first = [&](tbb::flow_control& control) -> Token* {
    Token* token = nullptr;
    idle.pop(token);
    if (read(*token)) return token;
    idle.push(token);
    control.stop();
    return nullptr;
  };
  const auto middle = [](const auto& stage) {
    return [&stage](Token* token) {
      stage(*token);
      return token;
    };
  };
  const auto last = [&](Token* token) {
    settle(*token);
    idle.push(token);
  };
  constexpr auto in_order = tbb::filter_mode::serial_in_order;
  constexpr auto parallel = tbb::filter_mode::parallel;
  arena.execute([&] {
    tbb::parallel_pipeline(tokens, tbb::make_filter<void, Token*>(in_order, first) &
                                       tbb::make_filter<Token*, Token*>(parallel, middle(inflate)) &
                                       tbb::make_filter<Token*, Token*>(in_order, middle(frame)) &
                                       tbb::make_filter<Token*, Token*>(parallel, middle(process)) &
                                       tbb::make_filter<Token*, void>(in_order, last));
  });
}

}  // namespace

PassCounts& PassCounts::operator+=(const PassCounts& other) {
  records += other.records;
  polyploid_calls += other.polyploid_calls;
  heteroplasmic_calls += other.heteroplasmic_calls;
  male_heterozygous_calls += other.male_heterozygous_calls;
  assumed_diploid_calls += other.assumed_diploid_calls;
  unspecific_calls += other.unspecific_calls;
  split_dosage_sites += other.split_dosage_sites;
  unused_records += other.unused_records;
  reference_checks += other.reference_checks;
  reference_mismatches += other.reference_mismatches;
  duplicate_records += other.duplicate_records;
  return *this;
}

genotypes::CopyRule copy_rule(sites::GenomeBuild build, std::string_view canonical_contig, Position position) {
  const auto kind = sites::contig_kind(canonical_contig);
  if (kind == sites::ContigKind::mitochondrial) return genotypes::CopyRule::haploid;
  return sites::is_hemizygous_in_males(build, kind, position) ? genotypes::CopyRule::hemizygous
                                                              : genotypes::CopyRule::diploid;
}

struct VariantPass::Workers {
  explicit Workers(int threads) : arena(threads) {}
  tbb::task_arena arena;
  tbb::enumerable_thread_specific<std::unique_ptr<BatchWorker>> local;
  std::unique_ptr<BatchWorker> serial;  ///< partial sums of the serial end
};

VariantPass::VariantPass(const sites::SitePlan& plan, sites::GenomeBuild build, const PassOptions& options,
                         std::span<genotypes::CallSink* const> sinks)
    : plan_(&plan),
      build_(build),
      options_(options),
      sinks_(sinks.begin(), sinks.end()),
      outcomes_(plan.size()),
      matched_in_(plan.size()),
      loci_(options.loci == nullptr ? 0 : options.loci->size()),
      workers_(std::make_unique<Workers>(options.threads)) {}

VariantPass::~VariantPass() = default;

namespace {

std::span<const std::int64_t> positions_on(const sites::SitePlan& plan, ContigId contig) {
  const sites::SiteRange range = plan.range(contig);
  return plan.positions().subspan(range.first, range.last - range.first);
}

}  // namespace

/// Where repeats or loci make more positions wanted than those of the plan.
void VariantPass::plan_positions() {
  if (options_.repeats == nullptr && options_.loci == nullptr) return;
  for (std::uint32_t c = 0; c < plan_->contigs().size(); ++c) {
    const ContigId contig{c};
    const auto here = positions_on(*plan_, contig);
    wider_positions_[plan_->contig(contig)] = options_.repeats != nullptr
                                                  ? options_.repeats->positions(*plan_, contig)
                                                  : std::vector<std::int64_t>(here.begin(), here.end());
  }
  if (options_.loci == nullptr) return;
  for (std::uint32_t c = 0; c < options_.loci->contigs().size(); ++c) {
    auto& all = wider_positions_[options_.loci->contig(ContigId{c})];
    const auto here = positions_on(*options_.loci, ContigId{c});
    std::vector<std::int64_t> both;
    std::set_union(all.begin(), all.end(), here.begin(), here.end(), std::back_inserter(both));
    all = std::move(both);
  }
}

std::span<const std::int64_t> VariantPass::wanted_positions(std::string_view contig) const {
  const std::string name = sites::canonical_contig(contig);
  if (!wider_positions_.empty()) {
    const auto found = wider_positions_.find(name);
    return found == wider_positions_.end() ? std::span<const std::int64_t>{} : found->second;
  }
  const auto id = plan_->find_contig(name);
  return id ? positions_on(*plan_, *id) : std::span<const std::int64_t>{};
}

/// \return true if an index leads to the wanted records
bool VariantPass::choose_access(io::VariantSource& source) {
  ++access_.files;
  // Where an id stands no index tells.
  if (!options_.use_index || options_.parse_all || plan_->has_ids()) return false;
  if (wider_positions_.empty()) plan_positions();
  io::Access access = source.choose_access([&](std::string_view name) { return wanted_positions(name); });
  if (!access.doubt.empty()) access_.doubts.push_back(fmt::format("{}: {}", source.path(), access.doubt));
  if (!access.jumps) return false;
  ++access_.jumped;
  access_.bytes += access.bytes;
  access_.of_bytes += access.file_bytes;
  for (const std::string& contig : access.contigs) contigs_.insert(sites::canonical_contig(contig));
  return true;
}

/// The mitochondrion of hg19 (NC_001807, 16,571 bases) has other positions than the rCRS of GRCh37 and GRCh38.
std::string VariantPass::describe_mitochondrion(const io::VariantHeader& header) {
  constexpr std::int64_t rcrs_length = 16569;
  for (const io::HeaderContig& contig : header.contigs()) {
    if (sites::canonical_contig(contig.name) != mitochondrion || contig.length == 0 || contig.length == rcrs_length) {
      continue;
    }
    return fmt::format("{} has {} bases, the definitions are on the rCRS ({})", contig.name, contig.length,
                       rcrs_length);
  }
  return {};
}

void VariantPass::run(io::VariantSource& source, const genotypes::SampleColumns& samples) {
  other_mitochondrion_ = describe_mitochondrion(source.header());
  const auto file = static_cast<std::uint32_t>(files_.size());
  files_.push_back(source.path());
  for (auto& worker : workers_->local) worker->start_file(source, samples);
  const auto worker = [&]() -> BatchWorker& {
    auto& mine = workers_->local.local();
    if (!mine) {
      mine = std::make_unique<BatchWorker>(*plan_, build_, options_, sinks_);
      mine->start_file(source, samples);
    }
    return *mine;
  };
  OrderCheck order(source, choose_access(source));
  std::atomic<bool> failed = false;  // of the serial stages that read and frame: nothing is read behind a fault
  const auto guarded = [&](Token& token, const auto& action) {
    if (token.failure) return;
    try {
      action();
    } catch (const Error&) {
      token.failure = std::current_exception();
      failed = true;
    }
  };
  const auto read = [&](Token& token) {
    bool more = false;
    token.failure = nullptr;
    if (!failed) guarded(token, [&] { more = source.read(token.batch); });
    return more || token.failure;
  };
  const auto inflate = [&](Token& token) {
    if (!token.failure) source.inflate(token.batch);
  };
  const auto frame = [&](Token& token) { guarded(token, [&] { source.frame(token.batch); }); };
  const auto process = [&](Token& token) { guarded(token, [&] { token.result = worker().process(token.batch); }); };
  const auto settle = [&](Token& token) {
    if (token.failure) std::rethrow_exception(token.failure);
    order.check(token.result);
    take(token.result, file);
  };
  if (options_.threads == 1) {
    Token token;
    while (read(token)) {
      inflate(token);
      frame(token);
      process(token);
      settle(token);
    }
  } else {
    run_in_parallel(workers_->arena, 2 * static_cast<std::size_t>(options_.threads) + 2, read, inflate, frame, process,
                    settle);
  }
  release(nullptr, file);
  if (source.unterminated()) unterminated_.push_back(source.records_path());
  if (order.unsorted()) unsorted_.push_back(*order.unsorted());
  if (order.other_reference()) other_references_.push_back(*order.other_reference());
}

/// What one batch found.
void VariantPass::take(BatchResult& result, std::uint32_t file) {
  counts_ += result.counts;
  for (const std::string& contig : result.contigs) contigs_.insert(sites::canonical_contig(contig));
  for (SiteEvent& event : result.events) {
    if (event.evidence == Evidence::record) {
      accept(event, file);
    } else {
      hold(std::move(event));
    }
  }
  for (LocusEvent& event : result.loci) accept(event, file);
  if (result.last) release(&*result.last, file);
  has_blocks_ = has_blocks_ || result.has_blocks;
}

/// A record that starts at the site may still come.
void VariantPass::hold(SiteEvent event) {
  const auto rank = [](const SiteEvent& of) {
    return std::tuple(of.outcome.state >= SiteState::flipped, of.evidence, of.outcome.state);
  };
  auto& held = held_[event.site];
  if (held && rank(*held) >= rank(event)) {
    if (event.outcome.state >= SiteState::flipped) {
      ++counts_.duplicate_records;
      held->outcome.reason = "further record(s) with these alleles; the first was used";
    }
    return;
  }
  held = std::make_unique<SiteEvent>(std::move(event));
}

/// Settles what is held of sites that the file has passed. \param last  where the file is; null: at its end
void VariantPass::release(const BatchPlace* last, std::uint32_t file) {
  const auto contig = last == nullptr ? std::nullopt : plan_->find_contig(sites::canonical_contig(last->contig));
  std::erase_if(held_, [&](auto& entry) {
    const sites::WantedSite& site = plan_->site(entry.first);
    if (last != nullptr && contig == site.contig && site.position.value >= last->position) return false;
    SiteEvent& event = *entry.second;
    const bool record_decides = event.evidence == Evidence::block &&
                                outcomes_[to_number(event.site)].state > SiteState::allele_mismatch &&
                                matched_in_[to_number(event.site)] == file;
    if (!record_decides) accept(event, file);
    return true;
  });
}

/// Keeps the best outcome of a site, and hands deferred calls to the sinks in the order of the file.
void VariantPass::accept(SiteEvent& event, std::uint32_t file) {
  const std::uint32_t number = to_number(event.site);
  const sites::WantedSite& site = plan_->site(event.site);
  SiteOutcome& known = outcomes_[number];
  if (known.state >= SiteState::flipped && event.outcome.state >= SiteState::flipped) {
    if (!plan_->id(event.site).empty()) {
      repeated_ids_.insert(event.site);
      return;
    }
    if (matched_in_[number] != file) {
      throw UserError(fmt::format("{}:{} is also in {}", plan_->contig(site.contig), site.position.value,
                                  files_[matched_in_[number]]),
                      files_[file], "files of one cohort must not overlap");
    }
    if (!event.deferred) {
      throw UserError(fmt::format("records of {}:{} stand apart", plan_->contig(site.contig), site.position.value),
                      files_[file], "the file is not sorted: sort it with bcftools sort");
    }
    ++counts_.duplicate_records;
    known.reason = "further record(s) with these alleles; the first was used";
    return;
  }
  if (event.deferred) {
    if (!workers_->serial) workers_->serial = std::make_unique<BatchWorker>(*plan_, build_, options_, sinks_);
    for (std::size_t i = 0; i < sinks_.size(); ++i) {
      sinks_[i]->take(*workers_->serial->partials()[i], event.site, *event.deferred);
    }
  }
  if (event.outcome.state > known.state) {
    known = std::move(event.outcome);
    matched_in_[number] = file;
  }
}

/// Keeps the first valid record of a locus.
void VariantPass::accept(LocusEvent& event, std::uint32_t file) {
  Locus& known = loci_[to_number(event.locus)];
  if (!other_mitochondrion_.empty() &&
      options_.loci->contig(options_.loci->site(event.locus).contig) == mitochondrion) {
    event.record = {};
    event.record.state = genotypes::LocusState::reference_mismatch;
    event.record.reason = other_mitochondrion_;
  }
  const bool both_valid =
      known.record.state >= genotypes::LocusState::block && event.record.state >= genotypes::LocusState::block;
  if (both_valid && known.file != file) {
    const sites::WantedSite& site = options_.loci->site(event.locus);
    throw UserError(
        fmt::format("{}:{} is also in {}", options_.loci->contig(site.contig), site.position.value, files_[known.file]),
        files_[file], "files of one cohort must not overlap");
  }
  if (event.record.state > known.record.state) known.file = file;
  merge_locus(known.record, std::move(event.record));
}

void VariantPass::finish() {
  const auto merge = [&](BatchWorker& worker) {
    for (std::size_t i = 0; i < sinks_.size(); ++i) sinks_[i]->merge(*worker.partials()[i]);
  };
  for (auto& worker : workers_->local) merge(*worker);
  if (workers_->serial) merge(*workers_->serial);
  workers_->local.clear();
  workers_->serial.reset();
}

}  // namespace varisk::pipeline
