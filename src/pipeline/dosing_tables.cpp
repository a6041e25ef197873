#include "dosing_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>

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

/// Copies of the counted base in each sample; nothing where the position has no usable call.
std::vector<std::optional<int>> copies_of(const VariantPass& pass, const WarfarinSnp& snp, std::size_t samples,
                                          AbsentPolicy absent) {
  const genotypes::LocusRecord& record = pass.locus(snp.locus);
  std::vector<std::optional<int>> copies(samples);
  const bool knows_reference = record.state == genotypes::LocusState::record;
  const bool assumed =
      record.state == genotypes::LocusState::absent && absent == AbsentPolicy::reference && !pass.has_blocks();
  if (record.state < genotypes::LocusState::block && !assumed) return copies;
  // Within a reference block only REF of the definition tells the base.
  const std::string& reference = knows_reference ? record.alleles.front() : pass.locus_site(snp.locus).effect_allele;
  if (reference.empty()) return copies;
  std::fill(copies.begin(), copies.end(), reference == snp.counted ? 2 : 0);
  for (const genotypes::AlleleCall& call : record.calls.others) {
    copies[call.sample].reset();
    if (call.kind != genotypes::AlleleCallKind::two) continue;
    const auto counts = [&](std::uint16_t allele) { return record.alleles[allele] == snp.counted ? 1 : 0; };
    const bool known = record.alleles[call.first].size() == 1 && record.alleles[call.second].size() == 1;
    if (known) copies[call.sample] = counts(call.first) + counts(call.second);
  }
  return copies;
}

/// Copies of -1639A that a call of VKORC1 tells by its phenotype (`-1639 AG`).
std::optional<int> vkorc1_copies(const pgx::GeneCall& call) {
  constexpr std::string_view start = "-1639 ";
  std::optional<int> copies;
  for (const pgx::LookupEntry& entry : call.lookup) {
    if (entry.phenotypes.size() != 1 || !entry.phenotypes[0].starts_with(start)) return std::nullopt;
    const auto here =
        static_cast<int>(std::count(entry.phenotypes[0].begin() + start.size(), entry.phenotypes[0].end(), 'A'));
    if (copies && *copies != here) return std::nullopt;
    copies = here;
  }
  return copies;
}

/// Copies of the counted base that the alleles of a call tell; nothing if one is not defined, or lines disagree.
std::optional<int> copies_of_alleles(const pgx::Gene& gene, const pgx::GeneCall& call, const WarfarinSnp& snp) {
  const auto position = std::find_if(gene.positions.begin(), gene.positions.end(),
                                     [&](const pgx::GenePosition& p) { return p.rsid == snp.rsid; });
  if (position == gene.positions.end()) return std::nullopt;
  const auto counted = pgx::parse_bases(*position, snp.counted);
  std::optional<int> copies;
  for (const pgx::LookupEntry& entry : call.lookup) {
    if (entry.alleles.size() != 2) return std::nullopt;
    int here = 0;
    for (const std::string& name : entry.alleles) {
      const pgx::NamedAllele* const allele = gene.find(name);
      if (allele == nullptr || !allele->is_defined()) return std::nullopt;
      if (allele->bases[static_cast<std::size_t>(position - gene.positions.begin())] == counted) ++here;
    }
    if (copies && *copies != here) return std::nullopt;
    copies = here;
  }
  return copies;
}

/// What CYP2C9's call is to the formulas; nothing if it was not genotyped, or *2 or *3 were not looked for.
void set_cyp2c9(const pgx::Gene& gene, const pgx::GeneCall& call, pgx::WarfarinGenotype& genotype) {
  const auto open = [&](const char* allele) {
    return std::find(call.not_excluded.begin(), call.not_excluded.end(), allele) != call.not_excluded.end();
  };
  if (call.lookup.empty() || call.is_research || open("*2") || open("*3")) return;
  const auto role = [&](const std::string& name) {
    if (name == "*2") return pgx::Cyp2c9Allele::star2;
    if (name == "*3") return pgx::Cyp2c9Allele::star3;
    if (name == "*5" || name == "*6" || name == "*8" || name == "*11") return pgx::Cyp2c9Allele::rare_reduced;
    const pgx::NamedAllele* const allele = gene.find(name);
    const bool normal = allele != nullptr && allele->function == "Normal function";
    return normal ? pgx::Cyp2c9Allele::normal : pgx::Cyp2c9Allele::other;
  };
  std::optional<std::array<pgx::Cyp2c9Allele, 2>> pair;
  for (const pgx::LookupEntry& entry : call.lookup) {
    std::array here = {pgx::Cyp2c9Allele::other, pgx::Cyp2c9Allele::other};
    if (entry.alleles.size() == 2) here = {role(entry.alleles[0]), role(entry.alleles[1])};
    std::sort(here.begin(), here.end());
    // Different answers: no formula can be used.
    if (pair && *pair != here) here = {pgx::Cyp2c9Allele::other, pgx::Cyp2c9Allele::other};
    pair = here;
  }
  genotype.cyp2c9 = pair;
  genotype.cyp2c9_rare_tested = !open("*5") && !open("*6") && !open("*8") && !open("*11");
  genotype.cyp2c9_poor = std::all_of(call.lookup.begin(), call.lookup.end(), [](const pgx::LookupEntry& entry) {
    return entry.phenotypes == std::vector<std::string>{"Poor Metabolizer"};
  });
}

std::string_view recall_of(pgx::WarfarinClass dose_class) {
  switch (dose_class) {
    case pgx::WarfarinClass::low: return "class_recall:55%";
    case pgx::WarfarinClass::intermediate: return "class_recall:86%";
    case pgx::WarfarinClass::high: return "class_recall:29%";
  }
  return "";
}

std::string tenths(double value) { return format_double(std::round(value * 10) / 10); }

}  // namespace

DosingTables::DosingTables(OutputFolder* folder, const ScoreInputs& inputs, const ScoreOptions& options,
                           const DosingPlan& plan)
    : inputs_(&inputs),
      options_(&options),
      plan_(&plan),
      threads_(options.threads > 0 ? options.threads : allocated_threads()),
      covariates_(options.dosing.enabled && inputs.covariates ? &*inputs.covariates : nullptr),
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
  for (const PlannedGene& gene : plan.genes()) {
    genes_.push_back(std::make_unique<GeneCalls>(plan, gene, options.dosing));
  }
  for (const pgx::Drug* const drug : plan.drugs()) {
    DrugRows& rows = drugs_.emplace_back();
    rows.drug = drug;
    for (const std::string& gene : drug->genes) rows.genes.push_back(plan.find_gene(gene).value_or(genes_.size()));
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
      const std::uint32_t number = g < genes_.size() ? to_number(call_of_[g][i]) : 0;
      key.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    if (notes != pgx::PatientNotes{}) key += patient_key(notes);
    const auto [entry, is_new] = drug.known.try_emplace(key, static_cast<std::uint32_t>(drug.texts.size()));
    if (is_new) {
      results.clear();
      for (std::size_t k = 0; k < drug.genes.size(); ++k) {
        const std::size_t g = drug.genes[k];
        if (g < genes_.size()) {
          results.push_back({&genes_[g]->gene(), &genes_[g]->call(call_of_[g][i])});
        } else {
          results.push_back({plan_->data().find(drug.drug->genes[k]), &not_chosen_});
        }
      }
      drug.texts.push_back(advice_texts(*drug.drug, results, notes));
    }
    drug.text_of[i - first] = entry->second;
  }
}

void DosingTables::write_drugs(const GroupResult& result) {
  const auto& ids = result.group().sample_ids;
  if (plan_->wants_warfarin()) read_warfarin_snps(result);
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
                   if (plan_->wants_warfarin()) warfarin_rows(result, first + i, patients[i], rows);
                 }
               });
  }
}

void DosingTables::read_warfarin_snps(const GroupResult& result) {
  snp_copies_.clear();
  for (const WarfarinSnp& snp : plan_->warfarin_snps()) {
    snp_copies_.push_back(copies_of(result.pass(), snp, result.group().sample_ids.size(), options_->dosing.absent));
  }
}

/// Null if the gene's call is from genotypes.
const pgx::GeneCall* DosingTables::outside_call(std::string_view gene, std::size_t sample) const {
  const auto found = plan_->find_gene(gene);
  if (!found) return nullptr;
  const pgx::GeneCall& call = genes_[*found]->call(call_of_[*found][sample]);
  return call.source == "outside" ? &call : nullptr;
}

void DosingTables::warfarin_rows(const GroupResult& result, std::size_t sample, const DosingPatient& patient,
                                 report::TsvRows& rows) const {
  const auto copies = [&](std::string_view rsid) -> std::optional<int> {
    for (std::size_t s = 0; s < snp_copies_.size(); ++s) {
      if (plan_->warfarin_snps()[s].rsid == rsid) return snp_copies_[s][sample];
    }
    return std::nullopt;
  };
  pgx::WarfarinGenotype genotype;
  const auto cyp2c9 = plan_->find_gene("CYP2C9");
  const pgx::GeneCall* const call = cyp2c9 ? &genes_[*cyp2c9]->call(call_of_[*cyp2c9][sample]) : nullptr;
  if (call != nullptr) set_cyp2c9(genes_[*cyp2c9]->gene(), *call, genotype);
  if (const pgx::GeneCall* const outside = outside_call("VKORC1", sample)) {
    genotype.vkorc1_a = vkorc1_copies(*outside);
  } else {
    const auto vkorc1 = pgx::impute_vkorc1(
        {copies("rs9923231"), copies("rs2359612"), copies("rs9934438"), copies("rs8050894")}, patient.warfarin.race);
    genotype.vkorc1_a = vkorc1.a;
    genotype.vkorc1_source = vkorc1.source;
  }
  genotype.cyp4f2_t = copies("rs2108622");
  if (const pgx::GeneCall* const outside = outside_call("CYP4F2", sample)) {
    const auto snp = std::find_if(plan_->warfarin_snps().begin(), plan_->warfarin_snps().end(),
                                  [](const WarfarinSnp& one) { return one.rsid == "rs2108622"; });
    genotype.cyp4f2_t = copies_of_alleles(*plan_->data().find("CYP4F2"), *outside, *snp);
  }
  genotype.rs12777823_a = copies("rs12777823");
  const pgx::WarfarinAdvice advice = pgx::advise_warfarin(patient.warfarin, genotype);

  const auto allele_text = [](std::optional<int> count, const char* none, const char* one, const char* two) {
    return !count ? "not known" : *count == 0 ? none : *count == 1 ? one : two;
  };
  const std::string diplotypes =
      fmt::format("{}; {}; {}",
                  call != nullptr && !call->reported.empty() ? fmt::format("{}", fmt::join(call->reported, " or "))
                                                             : std::string(pgx::no_result),
                  allele_text(genotype.vkorc1_a, "-1639 GG", "-1639 AG", "-1639 AA"),
                  allele_text(genotype.cyp4f2_t, "rs2108622 CC", "rs2108622 CT", "rs2108622 TT"));
  std::vector<std::string> cautions;
  if (patient.notes.transplant) cautions.emplace_back("transplant_germline_calls");
  if (patient.notes.transfusion) cautions.emplace_back("transfusion_germline_calls");
  const auto write = [&](std::string_view action, std::string_view fallback, std::string_view condition,
                         const pgx::WarfarinDose* dose, std::string_view strength, const std::string& text,
                         std::vector<std::string> codes) {
    codes.insert(codes.end(), cautions.begin(), cautions.end());
    const auto bound = [&](std::optional<double> value) { return value ? tenths(*value) : std::string(nothing); };
    rows << std::string_view(result.group().sample_ids[sample]) << std::string_view("warfarin")
         << std::string_view("CYP2C9; VKORC1; CYP4F2") << std::string_view(diplotypes)
         << std::string_view(genotype.cyp2c9_poor ? "CYP2C9 Poor Metabolizer" : nothing) << nothing << action
         << fallback << condition;
    rows << std::string_view(dose == nullptr ? std::string(nothing) : tenths(dose->mg_per_week()))
         << (dose == nullptr ? nothing : std::string_view("mg/week"))
         << std::string_view(dose == nullptr ? std::string(nothing) : bound(dose->low_mg))
         << std::string_view(dose == nullptr ? std::string(nothing) : bound(dose->high_mg));
    rows << std::string_view("adults") << strength << std::string_view("CPIC") << std::string_view("cpic-warfarin")
         << std::string_view("28198005") << std::string_view(plan_->data().date) << std::string_view(text)
         << std::string_view(codes.empty() ? std::string(nothing) : fmt::format("{}", fmt::join(codes, ",")));
    rows.end_row();
  };
  const auto write_dose = [&](const pgx::WarfarinDose& dose, bool first) {
    const double mg = dose.mg_per_week();
    const pgx::WarfarinClass dose_class = pgx::warfarin_class(mg);
    std::vector<std::string> codes = dose.why;
    codes.push_back(fmt::format("dose_class:{}", to_string(dose_class)));
    if (dose.formula == pgx::WarfarinFormula::iwpc_pharmacogenetic) codes.emplace_back(recall_of(dose_class));
    if (dose.low_mg) codes.emplace_back("interval_from_iwpc_table");
    std::string text = fmt::format("The {} formula gives {} mg a week as the maintenance dose",
                                   dose.formula == pgx::WarfarinFormula::iwpc_pharmacogenetic ? "IWPC pharmacogenetic"
                                   : dose.formula == pgx::WarfarinFormula::iwpc_clinical      ? "IWPC clinical"
                                                                                              : "Gage pharmacogenetic",
                                   tenths(dose.formula_mg));
    if (dose.low_factor != dose.high_factor) {
      text += fmt::format(", and CPIC's further adjustments make it {} to {}",
                          tenths(dose.formula_mg * dose.low_factor), tenths(dose.formula_mg * dose.high_factor));
    }
    text += "; start near it and let the INR decide.";
    std::string_view action = dose_class == pgx::WarfarinClass::low    ? "decrease"
                              : dose_class == pgx::WarfarinClass::high ? "increase"
                                                                       : "standard";
    std::string_view fallback = nothing;
    if (dose.consider_alternative) {
      fallback = action;
      action = "alternative";
      text = "CYP2C9 is that of a poor metabolizer: consider another anticoagulant. " + text;
    }
    // CPIC: strong for the algorithm, moderate for people of African ancestry; clinical dosing is no genotype's advice.
    std::string_view strength = "N/A";
    if (first && dose.formula == pgx::WarfarinFormula::iwpc_pharmacogenetic) strength = "Strong";
    if (first && dose.formula != pgx::WarfarinFormula::gage_pharmacogenetic &&
        patient.warfarin.race == pgx::Race::black) {
      strength = "Moderate";
    }
    write(action, fallback, to_string(dose.formula), &dose, strength, text, std::move(codes));
  };
  if (advice.dose) {
    write_dose(*advice.dose, true);
  } else {
    write("no_recommendation", nothing, nothing, nullptr, "N/A",
          fmt::format("No dose can be computed: {}.", fmt::join(advice.none.why, ", ")), advice.none.why);
  }
  if (advice.gage) write_dose(*advice.gage, false);
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
    entry["genes"][gene->gene().name] = {{"version", gene->gene().version},
                                         {"positions_absent", states[0]},
                                         {"positions_reference_mismatch", states[1]},
                                         {"positions_filtered", states[2]},
                                         {"positions_in_blocks", states[3]},
                                         {"positions_recorded", states[4]},
                                         {"distinct_calls", gene->size()}};
  }
  entry["drugs"] = drugs_.size() + (plan_->wants_warfarin() ? 1U : 0U);
  entry["samples"] = samples_;
  entry["outside_calls"] = options_->dosing.outside_calls;
  return entry;
}

}  // namespace varisk::pipeline
