// PharmCAT's allele definition and phenotype files, as they are.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/io/json.hpp"
#include "varisk/pgx/pgx_data.hpp"
#include "varisk/sites/contig.hpp"

namespace varisk::pgx {
namespace {

using io::Json;

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

const Json& array_of(const Json& object, const char* key, const std::string& path) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) {
    throw UserError(fmt::format("'{}' is not there, or is no list", key), path, "give a definition of PharmCAT");
  }
  return *found;
}

Gene& gene_of(PgxData& data, const std::string& name) {
  const auto found = std::find_if(data.genes.begin(), data.genes.end(), [&](const Gene& g) { return g.name == name; });
  if (found != data.genes.end()) return *found;
  data.genes.push_back({});
  data.genes.back().name = name;
  return data.genes.back();
}

/// Functions of the alleles stay those of the phenotype tables; positions and bases are replaced.
void read_definition(const Json& json, const std::string& path, PgxData& data) {
  const std::string name = text_of(json, "gene");
  if (name.empty()) throw UserError("'gene' is not there", path);
  Gene& gene = gene_of(data, name);
  const Gene old = gene;
  gene.route = CallRoute::matcher;
  gene.contig = sites::canonical_contig(text_of(json, "chromosome"));
  gene.source = "PharmCAT definition";
  gene.version = text_of(json, json.contains("version") ? "version" : "dataVersion");
  gene.positions.clear();
  gene.alleles.clear();
  gene.reference.reset();
  for (const Json& variant : array_of(json, "variants", path)) {
    GenePosition position;
    if (!variant.contains("position") || !variant["position"].is_number_integer()) {
      throw UserError("a variant has no position", path);
    }
    position.position = Position{variant["position"].get<std::int64_t>()};
    position.rsid = text_of(variant, "rsid");
    position.bases = {text_of(variant, "ref")};
    for (const Json& alt : array_of(variant, "alts", path)) position.bases.push_back(alt.get<std::string>());
    const auto same = std::find_if(old.positions.begin(), old.positions.end(),
                                   [&](const GenePosition& p) { return p.position == position.position; });
    if (same != old.positions.end()) {
      position.is_tier1 = same->is_tier1;
      position.is_required = same->is_required;
    }
    gene.positions.push_back(std::move(position));
  }
  const auto suballeles = json.find("suballelesMap");
  for (const Json& entry : array_of(json, "namedAlleles", path)) {
    NamedAllele allele;
    allele.name = text_of(entry, "name");
    const Json& bases = array_of(entry, "alleles", path);
    if (bases.size() != gene.positions.size()) {
      throw UserError(
          fmt::format("allele '{}' has {} bases for {} positions", allele.name, bases.size(), gene.positions.size()),
          path);
    }
    bool any = false;
    allele.bases.resize(bases.size());
    for (std::size_t p = 0; p < bases.size(); ++p) {
      if (bases[p].is_null()) continue;
      const auto set = parse_bases(gene.positions[p], bases[p].get<std::string>());
      if (!set) {
        throw UserError(fmt::format("allele '{}' has '{}' at {}, which is neither REF nor an ALT there", allele.name,
                                    bases[p].get<std::string>(), gene.positions[p].position.value),
                        path);
      }
      allele.bases[p] = *set;
      any = true;
    }
    if (!any) allele.bases.clear();
    if (suballeles != json.end() && suballeles->is_object()) {
      allele.suballele_of = text_of(*suballeles, allele.name.c_str());
    }
    if (const NamedAllele* const known = old.find(allele.name)) {
      allele.function = known->function;
      allele.activity = known->activity;
    }
    if (entry.value("reference", false)) {
      if (gene.reference) throw UserError("two alleles are marked as reference", path);
      gene.reference = gene.alleles.size();
    }
    gene.alleles.push_back(std::move(allele));
  }
  // Positions in ascending order, with the alleles' bases.
  std::vector<std::size_t> order(gene.positions.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return gene.positions[a].position < gene.positions[b].position;
  });
  const auto positions = gene.positions;
  for (std::size_t i = 0; i < order.size(); ++i) gene.positions[i] = positions[order[i]];
  for (NamedAllele& allele : gene.alleles) {
    const auto bases = allele.bases;
    for (std::size_t i = 0; i < bases.size(); ++i) allele.bases[i] = bases[order[i]];
  }
  check_gene(gene, path);
  // Alleles that are known from outside only.
  for (const NamedAllele& allele : old.alleles) {
    if (gene.find(allele.name) != nullptr) continue;
    gene.alleles.push_back(allele);
    gene.alleles.back().bases.clear();
  }
}

void read_phenotypes(const Json& json, const std::string& path, PgxData& data) {
  const std::string name = text_of(json, "gene");
  if (name.empty()) throw UserError("'gene' is not there", path);
  Gene& gene = gene_of(data, name);
  for (const Json& entry : array_of(json, "namedAlleles", path)) {
    const std::string allele_name = text_of(entry, "name");
    auto allele = std::find_if(gene.alleles.begin(), gene.alleles.end(),
                               [&](const NamedAllele& a) { return a.name == allele_name; });
    if (allele == gene.alleles.end()) {
      allele = gene.alleles.insert(gene.alleles.end(), NamedAllele{});
      allele->name = allele_name;
    }
    allele->function = text_of(entry, "functionValue");
    allele->activity = parse_double(text_of(entry, "activityValue"));
  }
  PhenotypeTable table;
  for (const Json& entry : array_of(json, "diplotypes", path)) {
    const auto key = entry.find("diplotypekey");
    if (key == entry.end() || !key->is_object()) throw UserError("a diplotype has no 'diplotypekey'", path);
    std::vector<std::string> alleles;
    for (const auto& [allele, count] : key->items()) {
      for (int i = 0; i < count.get<int>(); ++i) alleles.push_back(allele);
    }
    const std::string phenotype = text_of(entry, "generesult");
    if (alleles.size() == 2) table.add_alleles(alleles[0], alleles[1], phenotype);
    if (alleles.size() == 1) {
      const NamedAllele* const allele = gene.find(alleles[0]);
      if (allele != nullptr) table.add_function(allele->function, phenotype);
    }
    if (const auto score = parse_double(text_of(entry, "activityScore"))) {
      if (!table.find(*score)) table.add_interval({*score, *score, true, true}, phenotype);
    }
  }
  gene.phenotypes = std::move(table);
}

void read_gene_exemptions(const Json& entry, Gene& gene) {
  const auto mark = [&](const char* key, bool GenePosition::*flag) {
    const auto list = entry.find(key);
    if (list == entry.end() || !list->is_array()) return;
    for (GenePosition& position : gene.positions) {
      position.*flag = std::find(list->begin(), list->end(), Json(position.position.value)) != list->end();
    }
  };
  mark("requiredPositions", &GenePosition::is_required);
  mark("amp1Positions", &GenePosition::is_tier1);
  const auto lists = entry.find("unphasedDiplotypePriorities");
  if (lists == entry.end() || !lists->is_array() || lists->empty()) return;
  gene.priorities.clear();
  for (const Json& list : *lists) {
    auto& names = gene.priorities.emplace_back();
    names.push_back(text_of(list, "pick"));
    for (const Json& other : list.at("list")) {
      if (other != list.at("pick")) names.push_back(other.get<std::string>());
    }
  }
}

/// Positions that are required, and lists of diplotypes.
void read_exemptions(const Json& json, PgxData& data) {
  for (Gene& gene : data.genes) {
    const auto entry = json.find(gene.name);
    if (entry != json.end() && entry->is_object()) read_gene_exemptions(*entry, gene);
  }
}

}  // namespace

void read_pharmcat_data(const std::string& path, PgxData& data) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  if (fs::is_directory(path)) {
    constexpr int deepest = 2;
    std::error_code code;
    for (auto entries = fs::recursive_directory_iterator(path, code); !code && entries != fs::end(entries);
         entries.increment(code)) {
      const auto& entry = *entries;
      if (entries.depth() >= deepest) entries.disable_recursion_pending();
      if (entry.is_regular_file(code) && entry.path().extension() == ".json") files.push_back(entry.path().string());
    }
    if (code) throw IoError("cannot be searched: " + code.message(), path);
    std::sort(files.begin(), files.end());
  } else {
    files.push_back(path);
  }
  std::vector<std::pair<std::string, Json>> documents;
  documents.reserve(files.size());
  for (const std::string& file : files) documents.emplace_back(file, io::read_json(file));
  std::size_t used = 0;
  const auto for_each_with = [&](const char* key, const auto& action) {
    for (const auto& [file, json] : documents) {
      if (!json.is_object() || !json.contains("gene") || !json.contains(key)) continue;
      try {
        action(json, file);
      } catch (const Json::exception& error) {
        throw UserError(error.what(), file, "give files of PharmCAT as they are");
      }
      ++used;
    }
  };
  for_each_with("variants", [&](const Json& json, const std::string& file) { read_definition(json, file, data); });
  for_each_with("diplotypes", [&](const Json& json, const std::string& file) { read_phenotypes(json, file, data); });
  for (const auto& [file, json] : documents) {
    if (fs::path(file).filename() == "exemptions.json") read_exemptions(json, data);
  }
  if (used == 0) {
    throw UserError("there is neither release.json nor an allele definition or phenotype file of PharmCAT", path,
                    "--pgx-data takes a folder of our tables, or PharmCAT's files");
  }
  std::sort(data.genes.begin(), data.genes.end(), [](const Gene& a, const Gene& b) { return a.name < b.name; });
}

}  // namespace varisk::pgx
