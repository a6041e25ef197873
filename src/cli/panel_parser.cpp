#include "panel_parser.hpp"

#include "score_parser.hpp"

namespace varisk::cli {
namespace {

void add_site_options(CLI::App& command, pipeline::PanelOptions& options) {
  const std::string group = "Sites of the components";
  command.add_option("--components", options.components, "principal components that are reported [10]")->group(group);
  command
      .add_option("--maf", options.min_frequency, "least frequency of the rarer allele among unrelated samples [0.05]")
      ->group(group);
  command.add_option("--missing", options.max_missing, "most missing calls of a site, as a fraction [0.05]")
      ->group(group);
  command
      .add_option("--prune-r2", options.prune_r2,
                  "leave out sites that correlate more (r2) with a kept one nearby; 0.1 to 0.2 is usual [off]")
      ->group(group);
  command.add_option("--prune-window", options.prune_window, "what nearby means, in bases [500000]")->group(group);
  command
      .add_option("--exclude-regions", options.exclude_regions,
                  "BED file of regions to leave out, such as those of long-range LD")
      ->group(group)
      ->check(file_argument());
  command.add_option("--seed", options.seed, "of the randomised decomposition [1]")->group(group);
}

}  // namespace

CLI::App& add_panel(CLI::App& app, pipeline::PanelOptions& options) {
  CLI::App& command = *app.add_subcommand("panel", "builds a reference panel for score --reference-panel");
  command
      .add_option("--variants", options.score.variants, "VCF, VCF.gz, BCF or PLINK .bed files of the reference samples")
      ->type_name("FILE...")
      ->check(file_argument());
  command.add_option("--labels", options.labels, "table with sample_id, population and, if known, related (0 or 1)")
      ->type_name("FILE")
      ->check(file_argument());
  command.add_option("--model", options.score.models, "scoring files whose sums the panel is to hold")
      ->type_name("FILE...")
      ->check(file_argument());
  command.add_option("--samples", options.score.samples, "sample sheet: selects, renames, gives the sex")
      ->check(file_argument());
  command.add_option("--out", options.score.out, "folder for the panel")->type_name("FOLDER")->check(file_argument());
  command.add_flag("--overwrite", options.score.overwrite, "replace an earlier result");
  command.add_option("--threads", options.score.threads, "threads [what the job's allocation has]")
      ->check(CLI::Range(1, 1024));
  command.add_flag("--strict", options.score.strict, "warnings about damaged input are errors");
  add_site_options(command, options);
  add_matching_options(command, options.score);
  add_genotype_options(command, options.score);
  // A panel imputes in one way only.
  command.remove_option(command.get_option("--impute"));
  command.footer(
      "Example:\n"
      "  varisk panel --variants reference.vcf.gz --labels populations.tsv --model PGS000001.txt.gz --prune-r2 0.2 "
      "--out panel\n"
      "  varisk score --variants cohort.vcf.gz --model PGS000001.txt.gz --reference-panel panel --out results\n"
      "Results: panel.json loadings.tsv score_rows.tsv run.json (docs/formats.md).");
  return command;
}

}  // namespace varisk::cli
