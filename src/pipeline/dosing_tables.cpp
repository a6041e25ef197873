#include "dosing_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>

#include "row_blocks.hpp"
#include "score_cohort.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::pipeline {
namespace {

constexpr std::string_view nothing = ".";
constexpr std::size_t samples_per_chunk = 4096;
constexpr std::size_t samples_per_block = 64;

std::string joined(const std::vector<std::string>& parts) {
  return parts.empty() ? std::string(nothing) : fmt::format("{}", fmt::join(parts, "; "));
}

/// What follows the sample id in diplotypes.tsv.
std::string diplotype_text(const pgx::Gene& gene, const pgx::GeneCall& call) {
  std::vector<std::string> lookups;
  std::vector<std::string> phenotypes;
  std::vector<std::string> scores;
  const auto add_once = [](std::vector<std::string>& list, const std::string& text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
  };
  for (const pgx::LookupEntry& entry : call.lookup) {
    add_once(lookups, entry.name);
    add_once(phenotypes, entry.phenotypes.empty() ? "n/a" : fmt::format("{}", fmt::join(entry.phenotypes, ", ")));
    if (entry.activity_score) add_once(scores, format_double(*entry.activity_score));
  }
  const std::string_view phased = !call.phased ? nothing : *call.phased ? "yes" : "no";
  return fmt::format("\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", gene.name, to_string(call.state),
                     joined(call.matched), joined(call.source_diplotypes), joined(call.reported), joined(lookups),
                     joined(phenotypes), joined(scores), phased, joined(call.missing), joined(call.messages),
                     call.source);
}

std::string patient_key(const pgx::PatientNotes& notes) {
  std::string key;
  key += static_cast<char>('0' + static_cast<int>(notes.cyp2d6));
  key += static_cast<char>('0' + static_cast<int>(notes.cyp2c19));
  key += notes.transplant ? '1' : '0';
  key += notes.transfusion ? '1' : '0';
  return key;
}

}  // namespace

DosingTables::DosingTables(OutputFolder* folder, const ScoreInputs& inputs, const ScoreOptions& options,
                           const DosingPlan& plan)
    : inputs_(&inputs),
      options_(&options),
      plan_(&plan),
      threads_(options.threads > 0 ? options.threads : allocated_threads()),
      covariates_(options.dosing.enabled && inputs.covariates ? &*inputs.covariates : nullptr),
      warfarin_(plan, options.dosing.absent),
      call_of_(plan.genes().size()),
      diplotype_texts_(plan.genes().size()) {
  if (folder != nullptr) {
    diplotypes_.emplace(folder->create("diplotypes.tsv"), diplotypes_header);
    dosing_.emplace(folder->create("dosing.tsv"), dosing_header);
  }
  std::vector<std::string> ids;
  for (const SampleGroup& group : inputs.groups) {
    ids.insert(ids.end(), group.sample_ids.begin(), group.sample_ids.end());
  }
  for (const std::string& path : options.dosing.outside_calls) outside_.read(path, plan.data(), ids);
  warnings_ = outside_.warnings();
  warnings_.insert(warnings_.end(), covariates_.warnings().begin(), covariates_.warnings().end());
  for (const PlannedGene& gene : plan.genes()) {
    genes_.push_back(std::make_unique<GeneCalls>(plan, gene, options.dosing));
  }
  for (const pgx::Drug* const drug : plan.drugs()) {
    DrugRows& rows = drugs_.emplace_back();
    rows.drug = drug;
    for (const std::string& gene : drug->genes) rows.genes.push_back(plan.find_gene(gene).value());
  }
}

void DosingTables::add(const GroupResult& result) {
  samples_ += result.group().sample_ids.size();
  call_genes(result);
  note(result);
  if (!dosing_) return;
  write_diplotypes(result.group().sample_ids);
  write_drugs(result);
}

void DosingTables::call_genes(const GroupResult& result) {
  const auto& ids = result.group().sample_ids;
  tbb::task_arena arena(threads_);
  arena.execute([&] {
    tbb::parallel_for(std::size_t{0}, genes_.size(),
                      [&](std::size_t g) { genes_[g]->add_group(result.pass(), ids.size(), call_of_[g]); });
  });
  if (outside_.empty()) return;
  for (std::size_t g = 0; g < genes_.size(); ++g) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto& calls = outside_.find(ids[i], genes_[g]->gene().name);
      if (!calls.empty()) call_of_[g][i] = genes_[g]->add_outside(calls);
    }
  }
}

void DosingTables::write_diplotypes(const std::vector<std::string>& ids) {
  for (std::size_t g = 0; g < genes_.size(); ++g) {
    for (std::size_t c = diplotype_texts_[g].size(); c < genes_[g]->size(); ++c) {
      const CallNumber number{static_cast<std::uint32_t>(c)};
      diplotype_texts_[g].push_back(diplotype_text(genes_[g]->gene(), genes_[g]->call(number)));
    }
  }
  write_rows(*diplotypes_, ids.size(), samples_per_block, threads_,
             [&](std::size_t first, std::size_t last, report::TsvRows& rows) {
               for (std::size_t i = first; i < last; ++i) {
                 for (std::size_t g = 0; g < genes_.size(); ++g) {
                   rows.append_row(ids[i], diplotype_texts_[g][to_number(call_of_[g][i])]);
                 }
               }
             });
}

std::vector<std::string> DosingTables::advice_texts(const pgx::Drug& drug, const std::vector<pgx::GeneResult>& genes,
                                                    const pgx::PatientNotes& notes) const {
  std::vector<std::string> texts;
  for (const pgx::AdviceRow& row : pgx::advise(plan_->data(), drug, genes, notes)) {
    const pgx::Recommendation& advice = row.recommendation;
    texts.push_back(
        fmt::format("\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", drug.name,
                    row.genes, row.diplotypes, row.phenotypes, row.activity_scores, advice.primary_action,
                    advice.fallback_action, advice.condition, advice.dose_value, advice.dose_unit, advice.dose_low,
                    advice.dose_high, advice.population, advice.strength, row.source, row.guideline,
                    row.pmid.empty() ? std::string(nothing) : row.pmid, plan_->data().date, advice.text,
                    row.cautions.empty() ? std::string(nothing) : fmt::format("{}", fmt::join(row.cautions, ","))));
  }
  return texts;
}

/// Which rows each sample of the chunk gets; those of new combinations are made.
void DosingTables::choose_rows(DrugRows& drug, std::size_t first, std::size_t last,
                               const std::vector<DosingPatient>& patients) const {
  drug.text_of.resize(last - first);
  std::string key;
  std::vector<pgx::GeneResult> results;
  for (std::size_t i = first; i < last; ++i) {
    const pgx::PatientNotes& notes = patients[i - first].notes;
    key.clear();
    for (const std::size_t g : drug.genes) {
      const std::uint32_t number = to_number(call_of_[g][i]);
      key.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    if (notes != pgx::PatientNotes{}) key += patient_key(notes);
    const auto [entry, is_new] = drug.known.try_emplace(key, static_cast<std::uint32_t>(drug.texts.size()));
    if (is_new) {
      results.clear();
      for (const std::size_t g : drug.genes) {
        results.push_back({&genes_[g]->gene(), &genes_[g]->call(call_of_[g][i])});
      }
      drug.texts.push_back(advice_texts(*drug.drug, results, notes));
    }
    drug.text_of[i - first] = entry->second;
  }
}

void DosingTables::write_drugs(const GroupResult& result) {
  const auto& ids = result.group().sample_ids;
  if (plan_->wants_warfarin()) warfarin_.read_group(result.pass(), ids.size());
  tbb::task_arena arena(threads_);
  std::vector<DosingPatient> patients;
  for (std::size_t first = 0; first < ids.size(); first += samples_per_chunk) {
    const std::size_t last = std::min(first + samples_per_chunk, ids.size());
    patients.clear();
    for (std::size_t i = first; i < last; ++i) patients.push_back(covariates_.patient(ids[i]));
    arena.execute([&] {
      tbb::parallel_for(std::size_t{0}, drugs_.size(),
                        [&](std::size_t d) { choose_rows(drugs_[d], first, last, patients); });
    });
    write_rows(*dosing_, last - first, samples_per_block, threads_,
               [&](std::size_t from, std::size_t to, report::TsvRows& rows) {
                 for (std::size_t i = from; i < to; ++i) {
                   for (const DrugRows& drug : drugs_) {
                     for (const std::string& text : drug.texts[drug.text_of[i]]) rows.append_row(ids[first + i], text);
                   }
                   if (!plan_->wants_warfarin()) continue;
                   const std::size_t sample = first + i;
                   const WarfarinCalls calls = {call_of("CYP2C9", sample), call_of("VKORC1", sample),
                                                call_of("CYP4F2", sample)};
                   warfarin_.write(ids[sample], sample, patients[i], calls, rows);
                 }
               });
  }
}

/// Null if the run does not have the gene.
const pgx::GeneCall* DosingTables::call_of(std::string_view gene, std::size_t sample) const {
  const auto found = plan_->find_gene(gene);
  return found ? &genes_[*found]->call(call_of_[*found][sample]) : nullptr;
}

/// A file of another build shows in REF alleles that are not those of the definitions.
void DosingTables::note(const GroupResult& result) {
  constexpr std::size_t enough_to_tell = 3;
  std::size_t mismatched = 0;
  std::size_t found = 0;
  for (std::uint32_t i = 0; i < plan_->loci().size(); ++i) {
    const auto state = result.pass().locus(SiteId{i}).state;
    if (state == genotypes::LocusState::reference_mismatch) ++mismatched;
    if (state != genotypes::LocusState::absent) ++found;
  }
  mismatched_ += mismatched;
  found_ += found;
  if (mismatched >= enough_to_tell && 4 * mismatched > found) {
    throw UserError(
        fmt::format("REF of {} of {} records at positions of pharmacogenes is not that of GRCh38", mismatched, found),
        options_->variants.front(), "the definitions are on GRCh38: lift the genotypes over first");
  }
}

void DosingTables::finish() {
  for (const auto& gene : genes_) {
    warnings_.insert(warnings_.end(), gene->doubts().begin(), gene->doubts().end());
    if (gene->polyploid() > 0) {
      warnings_.push_back(
          fmt::format("{}: {} call(s) of more than two alleles are missing", gene->gene().name, gene->polyploid()));
    }
  }
  if (found_ == mismatched_ && !plan_->loci().contigs().empty() && options_->dosing.absent == AbsentPolicy::reference) {
    throw UserError("no position of a pharmacogene is in the files, so --pgx-absent reference has nothing to rest on",
                    options_->variants.front(), "are these genotypes of GRCh38, and of whole genomes?");
  }
  if (found_ == 0 && !plan_->loci().contigs().empty()) {
    warnings_.emplace_back(
        "no position of a pharmacogene was found: nothing is known of any gene without outside calls");
  }
  if (plan_->wants_warfarin() && !covariates_.has_any()) {
    warnings_.emplace_back(
        "warfarin needs --covariates with age, height_cm, weight_kg, race, amiodarone and "
        "enzyme_inducer: there are no doses without");
  }
  if (dosing_) {
    diplotypes_->flush();
    dosing_->flush();
  }
}

io::Json DosingTables::record() const {
  io::Json entry;
  const pgx::PgxData& data = plan_->data();
  entry["release"] = {{"name", data.name}, {"date", data.date}, {"xxh3", data.digest}};
  if (options_->dosing.data) entry["pgx_data"] = *options_->dosing.data;
  entry["genes"] = io::Json::object();
  for (const auto& gene : genes_) {
    const auto& states = gene->states();
    const auto count = [&](genotypes::LocusState state) { return states[static_cast<std::size_t>(state)]; };
    entry["genes"][gene->gene().name] = {
        {"version", gene->gene().version},
        {"positions_absent", count(genotypes::LocusState::absent) + count(genotypes::LocusState::spanned)},
        {"positions_reference_mismatch", count(genotypes::LocusState::reference_mismatch)},
        {"positions_filtered", count(genotypes::LocusState::filtered)},
        {"positions_in_blocks", count(genotypes::LocusState::block)},
        {"positions_recorded", count(genotypes::LocusState::record)},
        {"distinct_calls", gene->size()}};
  }
  entry["drugs"] = drugs_.size() + (plan_->wants_warfarin() ? 1U : 0U);
  entry["samples"] = samples_;
  entry["outside_calls"] = options_->dosing.outside_calls;
  return entry;
}

}  // namespace varisk::pipeline
