#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <set>
#include <unordered_set>

#include "varisk/core/digest.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/io/json_node.hpp"
#include "varisk/io/text_input.hpp"
#include "varisk/scoring/panel.hpp"
#include "varisk/sites/alleles.hpp"

namespace varisk::scoring {
namespace {

using io::JsonNode;

constexpr std::string_view supported_format = "varisk-panel/1";
/// Components were written so that they read back exactly; what is left is the rounding of sums over samples.
constexpr double rounding = 1e-6;

/// A tab separated table whose content panel.json vouches for.
class Table {
 public:
  /// \param node  file, rows, xxh3
  Table(const JsonNode& node, const std::filesystem::path& folder, const std::vector<std::string>& columns)
      : input_(path_of(node, folder)),
        digest_expected_(node.at("xxh3").text()),
        rows_(node.at("rows").positive_integer()) {
    node.expect_keys({"file", "rows", "xxh3"});
    if (!next_line()) throw UserError("the file is empty", input_.path());
    if (fields_.size() != columns.size() || !std::equal(fields_.begin(), fields_.end(), columns.begin())) {
      throw UserError(fmt::format("expected the columns {}", fmt::join(columns, ", ")), input_.where());
    }
    column_count_ = columns.size();
  }

  /// \return false at the end, everything checked
  bool next() {
    if (next_line()) {
      ++read_;
      if (fields_.size() != column_count_) {
        fail(fmt::format("expected {} fields, found {}", column_count_, fields_.size()));
      }
      return true;
    }
    if (read_ != rows_) {
      throw UserError(fmt::format("expected {} rows, as panel.json says, found {}", rows_, read_), input_.path(),
                      "the table was cut or belongs to another panel");
    }
    if (digest_.hex() != digest_expected_) {
      throw UserError("the content is not the one that panel.json was written with", input_.path(),
                      "the table was changed or belongs to another panel; build the panel again");
    }
    return false;
  }

  [[noreturn]] void fail(const std::string& problem) const { throw UserError(problem, input_.where()); }
  [[nodiscard]] std::string_view field(std::size_t column) const { return fields_[column]; }
  [[nodiscard]] double number(std::size_t column) const {
    const auto value = parse_double(fields_[column]);
    if (!value) fail(fmt::format("expected a number in column {}, found '{}'", column + 1, fields_[column]));
    return *value;
  }
  [[nodiscard]] std::int64_t positive_integer(std::size_t column) const {
    const auto value = parse_integer(fields_[column]);
    if (!value || *value < 1) {
      fail(fmt::format("expected a positive integer in column {}, found '{}'", column + 1, fields_[column]));
    }
    return *value;
  }

 private:
  static std::string path_of(const JsonNode& node, const std::filesystem::path& folder) {
    const std::string name = node.at("file").label();
    if (name.find('/') != std::string::npos) node.at("file").fail("the name of a file beside panel.json");
    return (folder / name).string();
  }

  bool next_line() {
    std::string_view line;
    if (!input_.next(line)) return false;
    digest_.add(line);
    digest_.add("\n");
    fields_.clear();
    for (std::size_t tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
      fields_.push_back(line.substr(0, tab));
      line.remove_prefix(tab + 1);
    }
    fields_.push_back(line);
    return true;
  }

  io::TextInput input_;
  std::string digest_expected_;
  std::int64_t rows_;
  std::int64_t read_ = 0;
  std::size_t column_count_ = 0;
  Digest digest_;
  std::vector<std::string_view> fields_;
};

void read_decomposition(const JsonNode& root, Panel& panel) {
  const JsonNode values = root.at("singular_values");
  values.expect_array();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values.element(i).number();
    if (value <= 0 || (i > 0 && value > panel.singular_values.back())) {
      values.element(i).fail("a number above 0, and not above the one before");
    }
    panel.singular_values.push_back(value);
  }
  const JsonNode components = root.at("components");
  panel.components = static_cast<std::size_t>(components.positive_integer());
  if (panel.components > panel.singular_values.size()) {
    components.fail(fmt::format("at most {}, one for each singular value", panel.singular_values.size()));
  }
  panel.total_variance = root.at("total_variance").number();
}

void read_populations(const JsonNode& node, Panel& panel) {
  node.expect_array();
  if (node.size() == 0) node.fail("at least one population");
  for (std::size_t i = 0; i < node.size(); ++i) {
    const std::string name = node.element(i).label();
    if (std::find(panel.populations.begin(), panel.populations.end(), name) != panel.populations.end()) {
      node.element(i).fail("each population once");
    }
    panel.populations.push_back(name);
  }
}

void read_samples(const JsonNode& node, Panel& panel) {
  node.expect_array();
  std::unordered_set<std::string> ids;
  std::vector<std::size_t> unrelated(panel.populations.size());
  for (std::size_t i = 0; i < node.size(); ++i) {
    const JsonNode item = node.element(i);
    item.expect_keys({"id", "population", "unrelated", "pcs"});
    PanelSample sample;
    sample.id = item.at("id").label();
    if (!ids.insert(sample.id).second) item.at("id").fail_because("expected each sample once, this id comes again");
    const std::string population = item.at("population").label();
    const auto found = std::find(panel.populations.begin(), panel.populations.end(), population);
    if (found == panel.populations.end()) item.at("population").fail("one of the populations");
    sample.population = static_cast<std::uint32_t>(found - panel.populations.begin());
    sample.unrelated = item.at("unrelated").boolean();
    if (sample.unrelated) ++unrelated[sample.population];
    const JsonNode pcs = item.at("pcs");
    pcs.expect_array();
    if (pcs.size() != panel.components) {
      pcs.fail_because(
          fmt::format("expected {} numbers, one for each component, found {}", panel.components, pcs.size()));
    }
    for (std::size_t c = 0; c < pcs.size(); ++c) sample.pcs.push_back(pcs.element(c).number());
    panel.samples.push_back(std::move(sample));
  }
  for (std::size_t p = 0; p < unrelated.size(); ++p) {
    if (unrelated[p] >= least_samples_of_population) continue;
    node.fail_because(fmt::format("expected at least {} unrelated samples of each population, {} has {}",
                                  least_samples_of_population, panel.populations[p], unrelated[p]));
  }
}

/// The unrelated samples' components are those of the decomposition: centred, and as long as the singular values.
void check_components(const JsonNode& node, const Panel& panel) {
  for (std::size_t c = 0; c < panel.components; ++c) {
    double sum = 0;
    double squares = 0;
    for (const PanelSample& sample : panel.samples) {
      if (!sample.unrelated) continue;
      sum += sample.pcs[c];
      squares += sample.pcs[c] * sample.pcs[c];
    }
    const double s = panel.singular_values[c];
    if (std::abs(sum) > rounding * s * static_cast<double>(panel.samples.size()) ||
        std::abs(squares - s * s) > rounding * s * s) {
      node.fail_because(fmt::format("component {} does not fit its singular value; the file was changed", c + 1));
    }
  }
}

bool is_base(std::string_view allele) {
  return allele.size() == 1 && std::string_view("ACGT").find(allele[0]) != std::string_view::npos;
}

void read_sites(const JsonNode& node, const std::filesystem::path& folder, Panel& panel) {
  std::vector<std::string> columns = {"contig", "position", "effect_allele", "other_allele", "frequency"};
  const std::size_t fixed = columns.size();
  for (std::size_t c = 1; c <= panel.loaded_components(); ++c) columns.push_back(fmt::format("PC{}", c));
  Table table(node, folder, columns);
  std::unordered_set<std::string> places;
  while (table.next()) {
    PanelSite site;
    site.contig = table.field(0);
    const auto number = parse_integer(site.contig);
    if (!number || *number < 1 || *number > 22 || site.contig != std::to_string(*number)) {
      table.fail(fmt::format("expected an autosome, 1 to 22, found '{}'", site.contig));
    }
    site.position = Position{table.positive_integer(1)};
    site.effect_allele = table.field(2);
    site.other_allele = table.field(3);
    if (!is_base(site.effect_allele) || !is_base(site.other_allele) || site.effect_allele == site.other_allele ||
        sites::is_palindromic(site.effect_allele, site.other_allele)) {
      table.fail(fmt::format("expected two bases that are not each other's complement, found '{}' and '{}'",
                             site.effect_allele, site.other_allele));
    }
    if (!places.insert(fmt::format("{}:{}", site.contig, site.position.value)).second) {
      table.fail(fmt::format("{}:{} comes again, each position stands for one site", site.contig, site.position.value));
    }
    site.frequency = table.number(4);
    if (site.frequency <= 0 || site.frequency >= 1) table.fail("expected a frequency above 0 and below 1");
    for (std::size_t c = fixed; c < columns.size(); ++c) panel.loadings.push_back(static_cast<float>(table.number(c)));
    panel.sites.push_back(std::move(site));
  }
}

void read_scores(const JsonNode& node, Panel& panel, std::vector<std::int64_t>& rows) {
  node.expect_array();
  for (std::size_t i = 0; i < node.size(); ++i) {
    const JsonNode item = node.element(i);
    item.expect_keys({"id", "digest", "rows", "sums"});
    PanelScore score;
    score.id = item.at("id").label();
    if (panel.find_score(score.id) != nullptr) item.at("id").fail("each score once");
    score.digest = item.at("digest").text();
    rows.push_back(item.at("rows").positive_integer());
    const JsonNode sums = item.at("sums");
    sums.expect_array();
    if (sums.size() != panel.samples.size()) {
      sums.fail_because(
          fmt::format("expected {} numbers, one for each sample, found {}", panel.samples.size(), sums.size()));
    }
    for (std::size_t s = 0; s < sums.size(); ++s) score.sums.push_back(sums.element(s).number());
    panel.scores.push_back(std::move(score));
  }
}

void read_score_rows(const JsonNode& node, const std::filesystem::path& folder, Panel& panel,
                     const std::vector<std::int64_t>& rows) {
  Table table(node, folder, {"score_id", "row", "use", "effect_allele_frequency"});
  for (std::size_t s = 0; s < panel.scores.size(); ++s) {
    for (std::int64_t row = 1; row <= rows[s]; ++row) {
      if (!table.next() || table.field(0) != panel.scores[s].id || table.positive_integer(1) != row) {
        table.fail(fmt::format("expected row {} of score {}", row, panel.scores[s].id));
      }
      PanelRow entry;
      const std::array uses = {RowUse::called, RowUse::expected, RowUse::none};
      const auto* const use =
          std::find_if(uses.begin(), uses.end(), [&](RowUse other) { return to_string(other) == table.field(2); });
      if (use == uses.end()) table.fail(fmt::format("expected called, expected or none, found '{}'", table.field(2)));
      entry.use = *use;
      if (entry.use == RowUse::called && table.field(3) != "NA") {
        entry.frequency = table.number(3);
        if (*entry.frequency < 0 || *entry.frequency > 1) table.fail("expected a frequency from 0 to 1");
      }
      panel.scores[s].rows.push_back(entry);
    }
  }
  if (table.next()) table.fail("expected no more rows than panel.json says");
}

}  // namespace

Panel read_panel(const std::string& path) {
  std::error_code code;
  std::filesystem::path file = path;
  if (std::filesystem::is_directory(file, code)) file /= panel_file;
  Panel panel;
  panel.path = file.string();
  const io::Json json = io::read_json(panel.path);
  const JsonNode root(json, panel.path);
  root.expect_object();
  const JsonNode format = root.at("format");
  if (format.json() != supported_format)
    format.fail(fmt::format("\"{}\", the only version supported", supported_format));
  root.expect_keys({"format", "version", "genome_build", "components", "singular_values", "total_variance",
                    "populations", "rules", "made_with", "other_allele_is_ref", "sites", "samples", "scores",
                    "score_rows"});
  const JsonNode build = root.at("genome_build");
  panel.build = sites::build_from_name(build.text());
  if (panel.build == sites::GenomeBuild::unknown && build.text() != "unknown") build.fail("GRCh37, GRCh38 or unknown");
  panel.other_is_ref = root.at("other_allele_is_ref").boolean();
  const JsonNode rules = root.at("rules");
  rules.expect_keys({"haploid", "impute_model"});
  panel.haploid = rules.at("haploid").text();
  panel.impute_model = rules.at("impute_model").text();
  read_decomposition(root, panel);
  read_populations(root.at("populations"), panel);
  read_samples(root.at("samples"), panel);
  check_components(root.at("samples"), panel);
  read_sites(root.at("sites"), file.parent_path(), panel);
  std::vector<std::int64_t> rows;
  read_scores(root.at("scores"), panel, rows);
  if (!panel.scores.empty()) read_score_rows(root.at("score_rows"), file.parent_path(), panel, rows);
  return panel;
}

}  // namespace varisk::scoring
