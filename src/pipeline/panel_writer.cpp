#include "panel_writer.hpp"

#include <fmt/format.h>

#include "varisk/core/digest.hpp"
#include "varisk/core/number.hpp"
#include "varisk/core/version.hpp"

namespace varisk::pipeline {
namespace {

/// A table whose content panel.json vouches for.
class VouchedTable {
 public:
  VouchedTable(OutputFolder& folder, std::string_view name, const std::string& header)
      : name_(name), file_(&folder.create(name_)) {
    write(header);
  }
  void row(const std::string& line) {
    ++rows_;
    write(line);
  }
  [[nodiscard]] io::Json reference() const { return {{"file", name_}, {"rows", rows_}, {"xxh3", digest_.hex()}}; }

 private:
  void write(const std::string& line) {
    const std::string text = line + '\n';
    digest_.add(text);
    file_->write(text);
  }
  std::string name_;
  AtomicFile* file_;
  std::int64_t rows_ = 0;
  Digest digest_;
};

io::Json write_sites(OutputFolder& folder, const scoring::Panel& panel) {
  std::string header = "contig\tposition\teffect_allele\tother_allele\tfrequency";
  for (std::size_t c = 1; c <= panel.loaded_components(); ++c) header += fmt::format("\tPC{}", c);
  VouchedTable table(folder, scoring::loadings_file, header);
  for (std::size_t i = 0; i < panel.sites.size(); ++i) {
    const scoring::PanelSite& site = panel.sites[i];
    std::string line = fmt::format("{}\t{}\t{}\t{}\t{}", site.contig, site.position.value, site.effect_allele,
                                   site.other_allele, format_double(site.frequency));
    // The shortest decimal that reads back as the same single precision number.
    for (const float loading : panel.loadings_of(i)) fmt::format_to(std::back_inserter(line), "\t{}", loading);
    table.row(line);
  }
  return table.reference();
}

io::Json write_score_rows(OutputFolder& folder, const scoring::Panel& panel) {
  VouchedTable table(folder, scoring::score_rows_file, "score_id\trow\tuse\teffect_allele_frequency");
  for (const scoring::PanelScore& score : panel.scores) {
    for (std::size_t i = 0; i < score.rows.size(); ++i) {
      const scoring::PanelRow& row = score.rows[i];
      table.row(fmt::format("{}\t{}\t{}\t{}", score.id, i + 1, to_string(row.use),
                            row.frequency ? format_double(*row.frequency) : "NA"));
    }
  }
  return table.reference();
}

}  // namespace

void write_panel(OutputFolder& folder, const scoring::Panel& panel, io::Json made_with) {
  io::Json json;
  json["format"] = "varisk-panel/1";
  json["version"] = std::string(version());
  json["genome_build"] = std::string(sites::to_string(panel.build));
  json["components"] = panel.components;
  json["singular_values"] = panel.singular_values;
  json["total_variance"] = panel.total_variance;
  json["populations"] = panel.populations;
  json["rules"] = {{"haploid", panel.haploid}, {"impute_model", panel.impute_model}};
  json["other_allele_is_ref"] = panel.other_is_ref;
  json["made_with"] = std::move(made_with);
  json["sites"] = write_sites(folder, panel);
  json["samples"] = io::Json::array();
  for (const scoring::PanelSample& sample : panel.samples) {
    json["samples"].push_back({{"id", sample.id},
                               {"population", panel.populations[sample.population]},
                               {"unrelated", sample.unrelated},
                               {"pcs", sample.pcs}});
  }
  json["scores"] = io::Json::array();
  for (const scoring::PanelScore& score : panel.scores) {
    json["scores"].push_back(
        {{"id", score.id}, {"digest", score.digest}, {"rows", score.rows.size()}, {"sums", score.sums}});
  }
  if (!panel.scores.empty()) json["score_rows"] = write_score_rows(folder, panel);
  folder.create(std::string(scoring::panel_file))
      .write(json.dump(1, ' ', false, io::Json::error_handler_t::replace) + "\n");
}

}  // namespace varisk::pipeline
