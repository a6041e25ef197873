#include "varisk/pgx/pgx_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "split.hpp"
#include "varisk/core/digest.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/io/delimited.hpp"
#include "varisk/io/json.hpp"
#include "varisk/sites/contig.hpp"

namespace varisk::pgx {
namespace {

constexpr std::array tables = {
    "genes.tsv",    "positions.tsv",       "alleles.tsv",  "phenotypes.tsv",           "guidelines.tsv",
    "messages.tsv", "recommendations.tsv", "cautions.tsv", "diplotype_priorities.tsv", "release.json"};

/// One table; `.` is an empty cell.
class Table {
 public:
  explicit Table(const std::string& path) : reader_(path) {}

  bool next() { return reader_.next(cells_); }
  [[nodiscard]] const std::string& text(std::string_view column) const {
    return cells_[reader_.require_column(column)];
  }
  [[nodiscard]] std::string optional_text(std::string_view column) const {
    const std::string& cell = text(column);
    return cell == "." ? std::string{} : cell;
  }
  [[nodiscard]] std::vector<std::string> list(std::string_view column, std::string_view separator) const {
    const std::string cell = optional_text(column);
    if (cell.empty()) return {};
    std::vector<std::string> parts;
    for (const std::string_view part : split(cell, separator)) parts.emplace_back(part);
    return parts;
  }
  [[nodiscard]] std::string where() const { return reader_.where(); }
  [[noreturn]] void fail(std::string_view column, std::string_view expected) const {
    throw UserError(fmt::format("{} is '{}', expected {}", column, text(column), expected), where());
  }

 private:
  io::DelimitedReader reader_;
  std::vector<std::string> cells_;
};

class Reader {
 public:
  explicit Reader(std::string folder) : folder_(std::move(folder)) {}

  PgxData read() {
    data_.folder = folder_;
    read_release();
    read_genes();
    read_positions();
    read_alleles();
    read_phenotypes();
    read_priorities();
    read_messages();
    read_guidelines();
    read_recommendations();
    for (const Gene& gene : data_.genes) check_gene(gene, folder_ + "/alleles.tsv: gene " + gene.name);
    return std::move(data_);
  }

 private:
  [[nodiscard]] std::string path(std::string_view file) const { return fmt::format("{}/{}", folder_, file); }

  void read_release() {
    const io::Json release = io::read_json(path("release.json"));
    data_.name = release.value("name", "");
    data_.date = release.value("date", "");
    if (release.value("format", "") != "varisk-pgx/1") {
      throw UserError("format is not 'varisk-pgx/1'", path("release.json"), "give a folder made for this program");
    }
    if (release.value("genome_build", "") != "GRCh38") {
      throw UserError("genome_build is not 'GRCh38'", path("release.json"), "positions of other builds are not used");
    }
    Digest digest;
    for (const char* const table : tables) {
      std::ifstream file(path(table), std::ios::binary);
      if (!file) throw IoError("cannot be read", path(table));
      std::ostringstream text;
      text << file.rdbuf();
      digest.add(text.str());
    }
    data_.digest = digest.hex();
  }

  Gene& gene(const Table& table) {
    const auto found = std::find_if(data_.genes.begin(), data_.genes.end(),
                                    [&](const Gene& entry) { return entry.name == table.text("gene"); });
    if (found == data_.genes.end()) table.fail("gene", "a gene of genes.tsv");
    return *found;
  }

  void read_genes() {
    Table table(path("genes.tsv"));
    while (table.next()) {
      if (data_.find(table.text("gene")) != nullptr) table.fail("gene", "each gene once");
      Gene& gene = data_.genes.emplace_back();
      gene.name = table.text("gene");
      gene.contig = sites::canonical_contig(table.optional_text("contig"));
      const std::string& call = table.text("call");
      if (call != "matcher" && call != "chrM" && call != "outside") table.fail("call", "matcher, chrM or outside");
      gene.route = call == "matcher" ? CallRoute::matcher
                   : call == "chrM"  ? CallRoute::chromosome_m
                                     : CallRoute::outside;
      const std::string& lookup = table.text("lookup");
      if (lookup != "phenotype" && lookup != "activity" && lookup != "allele") {
        table.fail("lookup", "phenotype, activity or allele");
      }
      gene.lookup = lookup == "phenotype"  ? LookupKind::phenotype
                    : lookup == "activity" ? LookupKind::activity
                                           : LookupKind::allele;
      gene.lowest_function = table.text("lowest_function") == "yes";
      gene.undocumented_is_reference = table.text("undocumented") == "reference";
      gene.source = table.optional_text("source");
      gene.version = table.optional_text("version");
      references_.push_back(table.optional_text("reference"));
    }
  }

  void read_positions() {
    Table table(path("positions.tsv"));
    while (table.next()) {
      Gene& gene = this->gene(table);
      GenePosition position;
      const auto value = parse_integer(table.text("position"));
      if (!value || *value < 1) table.fail("position", "a position");
      position.position = Position{*value};
      position.rsid = table.optional_text("rsid");
      position.bases = {table.optional_text("ref")};
      for (const std::string& alt : table.list("alts", ",")) position.bases.push_back(alt);
      const auto roles = table.list("role", ",");
      const auto has = [&](const char* role) { return std::find(roles.begin(), roles.end(), role) != roles.end(); };
      position.is_tier1 = has("tier1");
      position.is_required = has("required");
      if (has("ignored")) continue;
      auto& list = has("extra") ? gene.extra : gene.positions;
      if (!list.empty() && list.back().position >= position.position) table.fail("position", "ascending positions");
      list.push_back(std::move(position));
    }
  }

  void read_alleles() {
    Table table(path("alleles.tsv"));
    while (table.next()) {
      Gene& gene = this->gene(table);
      NamedAllele allele;
      allele.name = table.text("allele");
      allele.function = table.optional_text("function");
      if (std::string activity = table.optional_text("activity_value"); !activity.empty()) {
        // Of three copies or more no more is known.
        if (activity.starts_with(">=")) activity.erase(0, 2);
        allele.activity = parse_double(activity);
        if (!allele.activity) table.fail("activity_value", "a number");
      }
      bool is_hidden = false;
      for (const std::string& flag : table.list("flags", ",")) {
        if (flag.starts_with("suballele_of:")) allele.suballele_of = flag.substr(flag.find(':') + 1);
        is_hidden = is_hidden || flag == "hidden";
      }
      // Its suballeles are matched in its place.
      const auto entries = is_hidden ? std::vector<std::string>{} : table.list("definition", " ");
      if (!entries.empty()) allele.bases.resize(gene.positions.size());
      for (const std::string& entry : entries) {
        const std::size_t equals = entry.find('=');
        const auto value = parse_integer(entry.substr(0, equals));
        const auto position = std::find_if(gene.positions.begin(), gene.positions.end(),
                                           [&](const GenePosition& p) { return value && p.position.value == *value; });
        if (equals == std::string::npos || position == gene.positions.end()) {
          table.fail("definition", "POSITION=BASES of the gene's positions");
        }
        const auto bases = parse_bases(*position, std::string_view(entry).substr(equals + 1));
        if (!bases) table.fail("definition", "bases of positions.tsv");
        allele.bases[static_cast<std::size_t>(position - gene.positions.begin())] = *bases;
      }
      if (gene.find(allele.name) != nullptr) table.fail("allele", "each allele once");
      const std::size_t number = static_cast<std::size_t>(&gene - data_.genes.data());
      if (allele.name == references_[number]) gene.reference = gene.alleles.size();
      gene.alleles.push_back(std::move(allele));
    }
  }

  void read_phenotypes() {
    Table table(path("phenotypes.tsv"));
    while (table.next()) {
      PhenotypeTable& phenotypes = gene(table).phenotypes;
      const std::string& key = table.text("key");
      const std::string& phenotype = table.text("phenotype");
      if (const auto interval = parse_interval(key)) {
        phenotypes.add_interval(*interval, phenotype);
      } else if (const auto alleles = split(key, " // "); alleles.size() == 2) {
        phenotypes.add_alleles(alleles[0], alleles[1], phenotype);
      } else if (const auto functions = split(key, " / "); functions.size() == 2) {
        phenotypes.add_functions(functions[0], functions[1], phenotype);
      } else {
        phenotypes.add_function(key, phenotype);
      }
    }
  }

  void read_priorities() {
    Table table(path("diplotype_priorities.tsv"));
    std::string last;
    while (table.next()) {
      auto& lists = gene(table).priorities;
      const std::string key = table.text("gene") + " " + table.text("rank");
      if (key != last) lists.emplace_back();
      lists.back().push_back(table.text("diplotype"));
      last = key;
    }
  }

  void read_messages() {
    Table table(path("messages.tsv"));
    while (table.next()) {
      MessageRule& rule = data_.messages.emplace_back();
      rule.code = table.text("code");
      if (!table.optional_text("gene").empty()) rule.gene = gene(table).name;
      rule.diplotypes = table.list("diplotypes", "|");
      rule.alleles_called = table.list("alleles_called", "|");
      rule.rsids_missing = table.list("positions_missing", ",");
      rule.rsids_called = table.list("positions_called", ",");
      rule.drugs = table.list("drugs", ",");
      rule.kind = table.text("kind");
      rule.text = table.text("text");
    }
  }

  void read_guidelines() {
    Table table(path("guidelines.tsv"));
    while (table.next()) {
      data_.guidelines.guidelines.push_back({table.text("guideline"), table.text("source"), table.optional_text("pmid"),
                                             table.optional_text("year"), table.optional_text("version")});
    }
    Table cautions(path("cautions.tsv"));
    while (cautions.next()) data_.guidelines.cautions[cautions.text("code")] = cautions.text("text");
  }

  void read_recommendations() {
    Table table(path("recommendations.tsv"));
    auto& guidelines = data_.guidelines;
    while (table.next()) {
      Recommendation row;
      const auto guideline = std::find_if(guidelines.guidelines.begin(), guidelines.guidelines.end(),
                                          [&](const Guideline& entry) { return entry.id == table.text("guideline"); });
      if (guideline == guidelines.guidelines.end()) table.fail("guideline", "a guideline of guidelines.tsv");
      row.guideline = static_cast<std::size_t>(guideline - guidelines.guidelines.begin());
      row.when = parse_when(table.text("when"), table.where());
      row.population = table.text("population");
      row.primary_action = table.text("primary_action");
      row.fallback_action = table.text("fallback_action");
      row.condition = table.text("condition");
      row.dose_value = table.text("dose_value");
      row.dose_unit = table.text("dose_unit");
      row.dose_low = table.text("dose_low");
      row.dose_high = table.text("dose_high");
      row.strength = table.text("strength");
      row.text = table.text("text");
      row.cautions = table.text("cautions");
      check_row(row, table);
      for (const std::string& name : table.list("drugs", ",")) add_row(name, row, table);
    }
    std::sort(guidelines.drugs.begin(), guidelines.drugs.end(),
              [](const Drug& a, const Drug& b) { return a.name < b.name; });
  }

  /// A word that nobody knows would be passed on to people.
  void check_row(const Recommendation& row, const Table& table) const {
    constexpr std::array actions = {"standard", "increase",        "decrease",         "max_dose",
                                    "titrate",  "avoid",           "alternative",      "test",
                                    "monitor",  "contraindicated", "no_recommendation"};
    constexpr std::array strengths = {"Strong", "Moderate", "Optional", "No recommendation", "N/A"};
    const auto is_action = [&](const std::string& text) {
      return std::find(actions.begin(), actions.end(), text) != actions.end();
    };
    if (!is_action(row.primary_action)) table.fail("primary_action", "an action");
    if (row.fallback_action != "." && !is_action(row.fallback_action))
      table.fail("fallback_action", "an action or '.'");
    if (std::find(strengths.begin(), strengths.end(), row.strength) == strengths.end()) {
      table.fail("strength", "Strong, Moderate, Optional, No recommendation or N/A");
    }
    for (const char* const column : {"dose_value", "dose_low", "dose_high"}) {
      const std::string text = table.optional_text(column);
      const auto value = parse_double(text);
      if (!text.empty() && !(value && *value >= 0)) table.fail(column, "a dose, 0 or more, or '.'");
    }
    for (const KeySet& set : row.when) {
      const Gene* const gene = data_.find(set.gene);
      if (gene == nullptr) table.fail("when", "genes of genes.tsv");
      const auto known = gene->phenotypes.phenotypes();
      for (const std::string& name : set.phenotypes) {
        const bool is_known = name == no_result || name == indeterminate || gene->lookup == LookupKind::allele ||
                              std::find(known.begin(), known.end(), name) != known.end();
        if (!is_known)
          table.fail("when", fmt::format("phenotypes of {} in phenotypes.tsv, which '{}' is not", gene->name, name));
      }
    }
  }

  void add_row(const std::string& name, Recommendation row, const Table& table) {
    auto& drugs = data_.guidelines.drugs;
    auto drug = std::find_if(drugs.begin(), drugs.end(), [&](const Drug& entry) { return entry.name == name; });
    if (drug == drugs.end()) {
      drug = drugs.insert(drugs.end(), Drug{name, {}, {}, {}});
      for (const KeySet& set : row.when) {
        if (data_.find(set.gene) == nullptr) table.fail("when", "genes of genes.tsv");
        drug->genes.push_back(set.gene);
      }
    }
    std::vector<KeySet> ordered;
    for (const std::string& gene : drug->genes) {
      const auto set = std::find_if(row.when.begin(), row.when.end(), [&](const KeySet& s) { return s.gene == gene; });
      if (set == row.when.end()) table.fail("when", "every gene of the drug's other rows");
      ordered.push_back(*set);
    }
    if (ordered.size() != row.when.size()) table.fail("when", "the genes of the drug's other rows");
    row.when = std::move(ordered);
    if (std::find(drug->populations.begin(), drug->populations.end(), row.population) == drug->populations.end()) {
      drug->populations.push_back(row.population);
    }
    drug->rows.push_back(std::move(row));
  }

  std::string folder_;
  PgxData data_;
  std::vector<std::string> references_;  ///< of each gene
};

std::string_view iupac_bases(char code) {
  switch (code) {
    case 'R': return "AG";
    case 'Y': return "CT";
    case 'S': return "CG";
    case 'W': return "AT";
    case 'K': return "GT";
    case 'M': return "AC";
    case 'B': return "CGT";
    case 'D': return "AGT";
    case 'H': return "ACT";
    case 'V': return "ACG";
    case 'N': return "ACGT";
    default: return {};
  }
}

}  // namespace

const Gene* PgxData::find(std::string_view gene) const {
  const auto found = std::find_if(genes.begin(), genes.end(), [&](const Gene& entry) { return entry.name == gene; });
  return found == genes.end() ? nullptr : &*found;
}

std::optional<BaseSet> parse_bases(const GenePosition& position, std::string_view text) {
  for (std::size_t i = 0; i < position.bases.size(); ++i) {
    if (position.bases[i] == text) return bit(static_cast<BaseIndex>(i));
  }
  BaseSet set = 0;
  if (text.size() != 1) return std::nullopt;
  for (const char base : iupac_bases(text.front())) {
    for (std::size_t i = 0; i < position.bases.size(); ++i) {
      if (position.bases[i] == std::string_view(&base, 1)) set |= bit(static_cast<BaseIndex>(i));
    }
  }
  return set == 0 ? std::nullopt : std::optional(set);
}

void check_gene(const Gene& gene, const std::string& where) {
  if (gene.positions.empty() && gene.route == CallRoute::outside) return;
  if (!gene.reference) throw UserError("no allele is the reference", where, "one allele must be marked as reference");
  constexpr std::size_t most_bases = 29;
  const NamedAllele& reference = gene.alleles[*gene.reference];
  for (std::size_t p = 0; p < gene.positions.size(); ++p) {
    const GenePosition& position = gene.positions[p];
    if (!reference.is_defined() || reference.bases[p] == 0) {
      throw UserError(
          fmt::format("the reference allele '{}' says nothing at {}", reference.name, position.position.value), where,
          "it must have a base at each position");
    }
    if (position.bases.size() > most_bases) {
      throw UserError(fmt::format("position {} has more than {} ALTs", position.position.value, most_bases), where);
    }
  }
  for (std::size_t i = 0; i < gene.alleles.size(); ++i) {
    for (std::size_t j = i + 1; j < gene.alleles.size(); ++j) {
      if (gene.alleles[i].name == gene.alleles[j].name) {
        throw UserError(fmt::format("the allele '{}' is defined twice", gene.alleles[i].name), where);
      }
    }
  }
}

bool is_pgx_release(const std::string& path) { return std::filesystem::exists(path + "/release.json"); }

PgxData read_pgx_data(const std::string& folder) { return Reader(folder).read(); }

std::string built_in_folder() {
  std::error_code code;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", code);
  const auto folder = program.parent_path().parent_path() / "share" / "varisk" / "pgx";
  if (code || !std::filesystem::exists(folder / "release.json")) {
    throw IoError("the pharmacogenetic tables are not there", folder.string(),
                  "install the program with cmake --install, or give the tables with --pgx-data");
  }
  return folder.string();
}

}  // namespace varisk::pgx
