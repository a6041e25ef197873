#include "score_parser.hpp"

#include "choice.hpp"

namespace varisk::cli {

CLI::Validator file_argument() {
  return CLI::Validator(
      [](const std::string& text) { return text.starts_with("--") ? "expected a file, found " + text : std::string{}; },
      "");
}

void add_matching_options(CLI::App& command, pipeline::ScoreOptions& options) {
  using pipeline::BuildCheck;
  const std::string group = "Matching";
  add_choice<scoring::MatchBy>(
      command, "--match-by", options.match_by, {{"position", scoring::MatchBy::position}, {"id", scoring::MatchBy::id}},
      "rows of scoring files and records: by position, or by id (rsID), whatever the build [position]")
      ->group(group);
  add_choice<scoring::PalindromicPolicy>(command, "--palindromic", options.palindromic,
                                         {{"drop", scoring::PalindromicPolicy::drop},
                                          {"keep", scoring::PalindromicPolicy::keep},
                                          {"frequency", scoring::PalindromicPolicy::frequency}},
                                         "A/T and C/G rows: drop, keep or frequency (the strand is told by it) [drop]")
      ->group(group);
  command
      .add_option(
          "--frequencies", options.frequencies,
          "allele frequencies: .afreq of plink2, or VCF or BCF with INFO/AF; for --impute file and --palindromic "
          "frequency")
      ->type_name("FILE")
      ->group(group)
      ->check(file_argument());
  add_choice<scoring::DuplicateRows>(command, "--duplicate-rows", options.duplicate_rows,
                                     {{"drop", scoring::DuplicateRows::drop},
                                      {"first", scoring::DuplicateRows::first},
                                      {"sum", scoring::DuplicateRows::sum}},
                                     "rows for one effect allele of one site: drop, first or sum [drop]")
      ->group(group);
  command
      .add_option("--min-match", options.min_match,
                  "least fraction of a score's rows that must match, 0 to 1 [0.75]; if given, falling below it ends "
                  "with exit code 5")
      ->group(group);
  add_choice<BuildCheck>(command, "--build-check", options.build_check,
                         {{"on", BuildCheck::on}, {"off", BuildCheck::off}, {"strict", BuildCheck::strict}},
                         "compare genome builds: on, off or strict [on]")
      ->group(group);
  add_choice<pipeline::AbsentPolicy>(
      command, "--absent", options.absent,
      {{"missing", pipeline::AbsentPolicy::missing}, {"reference", pipeline::AbsentPolicy::reference}},
      "sites that no file has: missing (as ./.) or reference (homozygous, where --reference tells REF; never outside "
      "the blocks of a gVCF); given, it also allows contigs without a file [missing]")
      ->group(group);
  command.add_option("--min-block-gq", options.min_block_gq, "reference blocks with a lower GQ are missing [1]")
      ->group(group);
  command.add_option("--reference", options.reference, "FASTA of the genotypes' build, with its .fai: tells REF")
      ->type_name("FASTA")
      ->group(group)
      ->check(file_argument());
  add_choice<scoring::WeightPolicy>(command, "--weights", options.weights, {{"log", scoring::WeightPolicy::log}},
                                    "log: the weights of the scoring files are OR or HR, take their logarithm")
      ->group(group);
}

void add_genotype_options(CLI::App& command, pipeline::ScoreOptions& options) {
  using genotypes::DosageSource;
  using genotypes::HalfCallPolicy;
  using genotypes::HaploidPolicy;
  const std::string group = "Genotypes";
  add_choice<DosageSource>(
      command, "--dosage", options.decode.dosage,
      {{"auto", DosageSource::automatic},
       {"GT", DosageSource::gt},
       {"DS", DosageSource::ds},
       {"GP", DosageSource::gp},
       {"HDS", DosageSource::hds}},
      "FORMAT field: auto (call by call the first of DS, GP, HDS, GT that is there), GT, DS, GP or HDS "
      "[auto]")
      ->group(group);
  add_choice<HaploidPolicy>(command, "--haploid", options.decode.haploid,
                            {{"as-called", HaploidPolicy::as_called}, {"as-diploid", HaploidPolicy::as_diploid}},
                            "haploid calls: as-called (0 or 1 copies) or as-diploid (doubled) [as-called]")
      ->group(group);
  add_choice<HalfCallPolicy>(command, "--half-call", options.decode.half_call,
                             {{"missing", HalfCallPolicy::missing},
                              {"haploid", HalfCallPolicy::haploid},
                              {"reference", HalfCallPolicy::reference}},
                             "calls such as ./1: missing, haploid or reference [missing]")
      ->group(group);
  command.add_option("--min-gq", options.decode.min_gq, "calls with a lower GQ, or without one, are missing")
      ->group(group);
  command.add_option("--min-dp", options.decode.min_dp, "calls with a lower DP, or without one, are missing")
      ->group(group);
  command.add_flag("--pass-only", options.pass_only, "records whose FILTER is not PASS (or .) are filtered")
      ->group(group);
  command
      .add_option("--min-r2", options.min_r2, "records with a lower INFO R2, DR2 or INFO, or without one, are filtered")
      ->group(group);
  add_choice<scoring::ImputePolicy>(
      command, "--impute", options.impute,
      {{"file", scoring::ImputePolicy::file},
       {"cohort", scoring::ImputePolicy::cohort},
       {"none", scoring::ImputePolicy::none}},
      "frequency that a missing call is imputed at: file (the scoring file's), cohort or none [file]")
      ->group(group);
  add_choice<scoring::ImputeModel>(
      command, "--impute-model", options.impute_model,
      {{"hwe", scoring::ImputeModel::hwe}, {"plink2", scoring::ImputeModel::plink2}},
      "expectation of dominant and recessive rows: hwe, or plink2 for comparison runs [hwe]")
      ->group(group);
}

namespace {

void add_cohort_options(CLI::App& command, pipeline::ScoreOptions& options) {
  using cohort::DuplicatePolicy;
  using pipeline::CovariateSamples;
  const std::string group = "Samples and covariates";
  command
      .add_option("--samples", options.samples,
                  "sample sheet: sample_id, source_id, sex; selects, renames, gives the sex")
      ->group(group)
      ->check(file_argument());
  command.add_option("--covariates", options.covariates, "covariate table, TSV or CSV, plain or .gz")
      ->group(group)
      ->check(file_argument());
  command.add_option("--sample-column", options.sample_column, "its column of sample ids [sample_id]")->group(group);
  add_choice<DuplicatePolicy>(command, "--duplicate-samples", options.duplicate_samples,
                              {{"error", DuplicatePolicy::error},
                               {"first", DuplicatePolicy::first},
                               {"last", DuplicatePolicy::last},
                               {"identical", DuplicatePolicy::identical}},
                              "several rows of one sample: error, first, last or identical [error]")
      ->group(group);
  add_choice<CovariateSamples>(
      command, "--covariate-samples", options.covariate_samples,
      {{"exact", CovariateSamples::exact}, {"superset", CovariateSamples::superset}, {"any", CovariateSamples::any}},
      "samples of the table: exact (those of the genotypes), superset (more are allowed) or any [exact]")
      ->group(group);
}

void add_dosing_options(CLI::App& command, pipeline::DosingOptions& options) {
  const std::string group = "Dosing";
  command.add_flag("--dosing", options.enabled, "drug recommendations and doses: diplotypes.tsv, dosing.tsv")
      ->group(group);
  command.add_option("--drugs", options.drugs, "only these drugs [all]")
      ->delimiter(',')
      ->type_name("LIST")
      ->group(group);
  command.add_option("--genes", options.genes, "only these genes [all]")
      ->delimiter(',')
      ->type_name("LIST")
      ->group(group);
  command
      .add_option("--outside-calls", options.outside_calls,
                  "calls from elsewhere (CYP2D6, HLA): sample, gene, diplotype, phenotype, activity score; may repeat")
      ->type_name("FILE...")
      ->group(group)
      ->check(file_argument());
  command
      .add_option("--pgx-data", options.data,
                  "folder of tables in the place of those that come along, or allele definitions of PharmCAT")
      ->type_name("PATH")
      ->group(group)
      ->check(file_argument());
  add_choice<pipeline::AbsentPolicy>(
      command, "--pgx-absent", options.absent,
      {{"missing", pipeline::AbsentPolicy::missing}, {"reference", pipeline::AbsentPolicy::reference}},
      "positions of genes that no file has: missing or reference; never outside the blocks of a gVCF [missing]")
      ->group(group);
  command.add_flag("--pgx-all-matches", options.all_matches, "all diplotypes that fit, not only the best")
      ->group(group);
  add_choice<bool>(command, "--pgx-exemptions", options.exemptions, {{"on", true}, {"off", false}},
                   "rules of single genes: required positions and preferred diplotypes, on or off [on]")
      ->group(group);
  command
      .add_option_function<std::vector<std::string>>(
          "--pgx-research",
          [&options](const std::vector<std::string>& modes) {
            for (const std::string& mode : modes) {
              options.research_combinations = options.research_combinations || mode == "combinations";
              options.research_cyp2d6 = options.research_cyp2d6 || mode == "cyp2d6";
            }
          },
          "combinations (partial and combined alleles), cyp2d6 (from small variants); never used for doses [none]")
      ->delimiter(',')
      ->type_name("LIST")
      ->group(group)
      ->check(CLI::IsMember({"none", "combinations", "cyp2d6"}).description(""));
}

}  // namespace

void add_input_options(CLI::App& command, pipeline::ScoreOptions& options) {
  command
      .add_option("--variants", options.variants,
                  "VCF, VCF.gz, BCF or PLINK .bed files, @FILE for a list, - for standard input")
      ->type_name("FILE...")
      ->check(file_argument());
  command.add_option("--model", options.models, "scoring files and varisk-model JSON files, told apart by content")
      ->type_name("FILE...")
      ->check(file_argument());
  command
      .add_option("--reference-panel", options.reference_panel,
                  "folder or panel.json made by varisk panel: ancestry and normalised scores")
      ->type_name("PANEL")
      ->check(file_argument());
  command.add_option("--threads", options.threads, "threads [what the job's allocation has]")
      ->check(CLI::Range(1, 1024));
  command.add_flag("--strict", options.strict, "warnings about damaged input are errors");
  add_matching_options(command, options);
  add_genotype_options(command, options);
  add_cohort_options(command, options);
  add_dosing_options(command, options.dosing);
}

void add_output_options(CLI::App& command, pipeline::ScoreOptions& options) {
  using pipeline::SiteRows;
  const std::string group = "Results";
  command.add_option("--out", options.out, "folder for the results")
      ->type_name("FOLDER")
      ->group(group)
      ->check(file_argument());
  command.add_flag("--overwrite", options.overwrite, "replace the result of an earlier run")->group(group);
  add_choice<SiteRows>(command, "--sites", options.sites,
                       {{"problems", SiteRows::problems}, {"all", SiteRows::all}, {"none", SiteRows::none}},
                       "rows of sites.tsv: problems, all or none [problems]")
      ->group(group);
  command.add_option("--explain", options.explain, "the K largest contributions to each risk, in explain.tsv [0]")
      ->type_name("K")
      ->group(group);
}

}  // namespace varisk::cli
