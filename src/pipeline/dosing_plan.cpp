#include "dosing_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

constexpr std::string_view warfarin = "warfarin";

struct SnpOfWarfarin {
  const char* rsid;
  const char* contig;
  std::int64_t position;  // GRCh38
  const char* ref;        // empty where nothing hangs on it
  const char* counted;    // the base that goes with rs9923231 T, or the one that the formula counts
  const char* other;
};
/// IWPC's stand-ins for rs9923231 (N Engl J Med 2009, supplement), and rs12777823 (CPIC 2017). VKORC1 is on the minus
/// strand: IWPC's T of rs9934438 and rs2359612 is A here, its C of rs8050894 is G.
constexpr SnpOfWarfarin snps_of_warfarin[] = {
    {"rs9923231", "16", 31096368, "C", "T", "C"},  {"rs2359612", "16", 31092475, "", "A", "G"},
    {"rs9934438", "16", 31093557, "G", "A", "G"},  {"rs8050894", "16", 31093188, "C", "G", "C"},
    {"rs12777823", "10", 94645745, "G", "A", "G"}, {"rs2108622", "19", 15879621, "C", "T", "C"},
};

[[noreturn]] void refuse(const char* option, const std::string& name, const std::vector<std::string>& known) {
  const auto nearest = pgx::nearest_names(name, known);
  throw UsageError(fmt::format("{}: '{}' is not known", option, name),
                   nearest.empty() ? fmt::format("known are: {}", fmt::join(known, ", "))
                                   : fmt::format("did you mean {}?", fmt::join(nearest, " or ")));
}

pgx::PgxData read_data(const DosingOptions& options) {
  if (options.data && pgx::is_pgx_release(*options.data)) return pgx::read_pgx_data(*options.data);
  pgx::PgxData data = pgx::read_pgx_data(pgx::built_in_folder());
  if (options.data) pgx::read_pharmcat_data(*options.data, data);
  return data;
}

}  // namespace

DosingPlan::DosingPlan(const DosingOptions& options, const std::vector<std::string>& needed)
    : data_(read_data(options)) {
  choose_genes(options, needed);
  if (options.enabled) choose_drugs(options);
  plan_loci(options);
}

std::optional<std::size_t> DosingPlan::find_gene(std::string_view name) const {
  const auto found =
      std::find_if(genes_.begin(), genes_.end(), [&](const PlannedGene& entry) { return entry.gene->name == name; });
  return found == genes_.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - genes_.begin()));
}

void DosingPlan::choose_genes(const DosingOptions& options, const std::vector<std::string>& needed) {
  std::vector<std::string> known;
  for (const pgx::Gene& gene : data_.genes) known.push_back(gene.name);
  for (const std::string& name : options.genes) {
    if (data_.find(name) == nullptr) refuse("--genes", name, known);
  }
  const bool is_all = options.enabled && options.genes.empty();
  const std::vector<std::string>& chosen = options.genes.empty() ? needed : options.genes;
  for (const pgx::Gene& gene : data_.genes) {
    const bool is_chosen = is_all || std::find(chosen.begin(), chosen.end(), gene.name) != chosen.end();
    if (is_chosen) genes_.push_back({&gene, {}, {}});
  }
}

void DosingPlan::choose_drugs(const DosingOptions& options) {
  std::vector<std::string> known = {std::string(warfarin)};
  for (const pgx::Drug& drug : data_.guidelines.drugs) known.push_back(drug.name);
  std::sort(known.begin(), known.end());
  for (const std::string& name : options.drugs) {
    if (std::find(known.begin(), known.end(), name) == known.end()) refuse("--drugs", name, known);
  }
  const auto is_asked = [&](std::string_view name) {
    return options.drugs.empty() || std::find(options.drugs.begin(), options.drugs.end(), name) != options.drugs.end();
  };
  // One gene may forbid what another one allows: a drug is spoken of if all of its genes are.
  const auto has_genes = [&](std::string_view drug, const std::vector<std::string>& genes) {
    const auto lacking =
        std::find_if(genes.begin(), genes.end(), [&](const std::string& name) { return !find_gene(name).has_value(); });
    if (lacking != genes.end() && !options.drugs.empty() && !genes_.empty()) {
      throw UsageError(fmt::format("--drugs {} needs the gene {}, which --genes leaves out", drug, *lacking),
                       "give all of its genes, or none with --genes");
    }
    return lacking == genes.end();
  };
  for (const pgx::Drug& drug : data_.guidelines.drugs) {
    if (is_asked(drug.name) && has_genes(drug.name, drug.genes)) drugs_.push_back(&drug);
  }
  wants_warfarin_ = is_asked(warfarin) && has_genes(warfarin, {"CYP2C9", "VKORC1", "CYP4F2"});
}

void DosingPlan::plan_loci(const DosingOptions& options) {
  std::vector<sites::SiteRequest> requests;
  for (const PlannedGene& entry : genes_) {
    const pgx::Gene& gene = *entry.gene;
    if (gene.route == pgx::CallRoute::outside && !(gene.name == "CYP2D6" && options.research_cyp2d6)) continue;
    for (const auto* const list : {&gene.positions, &gene.extra}) {
      for (const pgx::GenePosition& position : *list) {
        requests.push_back({gene.contig, position.position, position.bases.front(), std::nullopt});
      }
    }
  }
  const std::size_t of_genes = requests.size();
  if (wants_warfarin_) {
    for (const SnpOfWarfarin& snp : snps_of_warfarin) {
      requests.push_back({snp.contig, Position{snp.position}, snp.ref, std::nullopt});
    }
  }
  std::vector<SiteId> ids;
  loci_ = sites::SitePlan(requests, ids);
  std::size_t next = 0;
  for (PlannedGene& entry : genes_) {
    const pgx::Gene& gene = *entry.gene;
    if (gene.route == pgx::CallRoute::outside && !(gene.name == "CYP2D6" && options.research_cyp2d6)) continue;
    for (std::size_t i = 0; i < gene.positions.size(); ++i) entry.loci.push_back(ids[next++]);
    for (std::size_t i = 0; i < gene.extra.size(); ++i) entry.extra.push_back(ids[next++]);
  }
  for (std::size_t i = of_genes; i < ids.size(); ++i) {
    const SnpOfWarfarin& snp = snps_of_warfarin[i - of_genes];
    warfarin_snps_.push_back({snp.rsid, ids[i], snp.counted, snp.other});
  }
}

}  // namespace varisk::pipeline
