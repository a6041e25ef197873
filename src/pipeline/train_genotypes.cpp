#include "train_genotypes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "run_notes.hpp"
#include "score_cohort.hpp"
#include "site_list.hpp"
#include "training_sink.hpp"
#include "varisk/core/error.hpp"
#include "varisk/scoring/scoring_file.hpp"

namespace varisk::pipeline {
namespace {

using training::DosageBits;

/// Two decimals with 8 bits, four with 16.
constexpr double step_of(DosageBits bits) { return bits == DosageBits::eight ? 0.01 : 0.0001; }

bool is_variant_file(const std::string& path) {
  const auto ends = [&](std::string_view suffix) { return path.ends_with(suffix); };
  return ends(".vcf") || ends(".vcf.gz") || ends(".vcf.bgz") || ends(".bcf") || ends(".bed");
}

/// Rows of a scoring file: their alleles, the other one being REF.
std::vector<sites::SiteRequest> sites_of_scoring_file(const std::string& path, const TrainOptions& options,
                                                      TrainGenotypes& out) {
  const auto file = scoring::read_scoring_file(path, options.inputs.weights);
  std::vector<sites::SiteRequest> requests;
  for (std::size_t i = 0; i < file.rows.size(); ++i) {
    const scoring::ScoringRow& row = file.rows[i];
    if (row.problem != scoring::RowProblem::none || row.joint || !row.other_allele) {
      ++out.symbolic;
      continue;
    }
    requests.push_back({row.contig, row.position, row.effect_allele, row.other_allele});
  }
  out.records = static_cast<std::int64_t>(file.rows.size());
  return requests;
}

std::vector<sites::SiteRequest> list_sites(const TrainOptions& options, const ScoreInputs& inputs,
                                           TrainGenotypes& out) {
  if (options.no_genotypes) return {};
  if (options.sites && !is_variant_file(*options.sites)) {
    auto requests = sites_of_scoring_file(*options.sites, options, out);
    if (requests.empty()) throw UserError("no row names a position and two alleles", *options.sites);
    return requests;
  }
  SiteList list({}, SiteKinds::all);
  std::vector<std::string> paths;
  if (options.sites) {
    paths.push_back(*options.sites);
  } else {
    for (const std::size_t file : inputs.groups.front().files) paths.push_back(inputs.files[file].path());
  }
  for (const std::string& path : paths) {
    if (path == "-") throw UsageError("--variants - is read once, training lists the sites first", "give a file");
    list.add(*io::open_variant_source(path));
  }
  out.records = list.counts().records;
  out.symbolic = list.counts().other_kinds;
  auto requests = list.take();
  if (requests.empty()) throw UserError("the file has no variant whose alleles are bases", paths.front());
  return requests;
}

/// Only these samples are decoded.
void keep_samples(SampleGroup& group, std::span<const std::uint32_t> keep) {
  const auto some = [&](auto& values) {
    if (values.empty()) return;
    for (std::size_t i = 0; i < keep.size(); ++i) values[i] = values[keep[i]];
    values.resize(keep.size());
  };
  if (keep.size() == group.sample_ids.size()) return;
  for (genotypes::SampleColumns& columns : group.columns) {
    some(columns.column);
    some(columns.sex);
    columns.identity = false;
  }
  some(group.sample_ids);
  some(group.sex);
}

void take_scores(const GroupResult& result, const ScoreInputs& inputs, TrainGenotypes& out) {
  out.score_ids = inputs.score_ids;
  for (std::size_t s = 0; s < inputs.score_ids.size(); ++s) {
    if (!result.passes(s)) {
      throw UserError(fmt::format("score {}: {} of its rows have a record, that is too few", inputs.score_ids[s],
                                  result.rows_used(s)),
                      "--scores", "give another score or other genotypes, or a lower --min-match");
    }
    std::vector<double>& sums = out.scores.emplace_back();
    for (std::size_t i = 0; i < result.group().sample_ids.size(); ++i) {
      sums.push_back(result.scores().value(s, result.scores().result(s, i).sum));
    }
  }
}

/// Variants in the order of the plan, those without calls left out.
void take_variants(const ScorePlans& plans, const TrainingSink& sink, const std::vector<SiteId>& site_of,
                   TrainGenotypes& out) {
  for (std::uint32_t column = 0; column < site_of.size(); ++column) {
    const TrainingSink::Filled filled = sink.filled()[column];
    if (filled == TrainingSink::Filled::no) {
      ++out.without_calls;
      continue;
    }
    const sites::WantedSite& site = plans.sites.site(site_of[column]);
    const std::string& contig = plans.sites.contig(site.contig);
    out.variants.push_back({contig, site.position, site.other_allele.value_or(""), site.effect_allele,
                            filled == TrainingSink::Filled::dosages, column, to_number(site.contig),
                            copy_rule(out.build, contig, site.position)});
  }
  out.largest_rounding = sink.largest_rounding();
  if (out.symbolic > 0) {
    out.warnings.push_back(
        fmt::format("{} ALT allele(s) are not bases, or have no position, and are left out", out.symbolic));
  }
  if (out.without_calls > 0) {
    out.warnings.push_back(fmt::format("{} site(s) were asked for and have no usable record", out.without_calls));
  }
  if (out.largest_rounding > 1e-12) {
    out.warnings.push_back(
        fmt::format("dosages were rounded by up to {:.2g} to be kept in few bits", out.largest_rounding));
  }
}

}  // namespace

std::vector<std::string> genotyped_samples(const ScoreInputs& inputs) {
  if (inputs.groups.size() != 1) {
    throw UserError(
        fmt::format("the files hold {} different sets of samples, training needs one", inputs.groups.size()),
        "--variants", "merge them first, with bcftools merge");
  }
  return inputs.groups.front().sample_ids;
}

TrainGenotypes read_genotypes(const TrainOptions& options, ScoreInputs& inputs, std::span<const std::uint32_t> keep,
                              const Log& log) {
  TrainGenotypes out;
  out.build = inputs.build;
  const int threads = options.inputs.threads > 0 ? options.inputs.threads : allocated_threads();
  keep_samples(inputs.groups.front(), keep);
  const auto requests = list_sites(options, inputs, out);
  ScorePlans plans(inputs, options.inputs, requests);
  out.warnings = plans.warnings;

  std::vector<SiteId> site_of = plans.further_sites;
  std::sort(site_of.begin(), site_of.end());
  site_of.erase(std::unique(site_of.begin(), site_of.end()), site_of.end());
  std::vector<std::optional<std::uint32_t>> column_of(plans.sites.size());
  for (std::uint32_t column = 0; column < site_of.size(); ++column) column_of[to_number(site_of[column])] = column;

  const training::MatrixStorage storage{options.memory, options.inputs.out};
  out.calls = std::make_unique<training::GenotypeMatrix>(keep.size(), storage);
  out.calls->add_columns(site_of.size());
  // Which of the two holds a variant is known once its calls are decoded; columns that stay empty take no memory.
  out.dosages =
      std::make_unique<training::DosageMatrix>(keep.size(), options.dosage_bits, step_of(options.dosage_bits), storage);
  out.dosages->add_columns(site_of.size());
  TrainingSink sink(std::move(column_of), site_of.size(), *out.calls, *out.dosages);
  log.info(fmt::format("{} variant(s) and {} score(s) of {} sample(s)", site_of.size(), inputs.score_ids.size(),
                       keep.size()));
  GroupResult result(inputs, options.inputs, plans, inputs.groups.front(), threads, &sink);
  result.read_genotypes();
  for (const Sex sex : inputs.groups.front().sex) out.males.push_back(sex == Sex::male ? 1 : 0);
  take_scores(result, inputs, out);
  take_variants(plans, sink, site_of, out);
  RunNotes notes(inputs, options.inputs);
  notes.add(result, options.inputs.strict);
  notes.finish(inputs, log);
  if (out.variants.empty() && !options.no_genotypes) {
    throw UserError("none of the sites has a usable record", inputs.files.front().path());
  }
  return out;
}

}  // namespace varisk::pipeline
