#include "sample_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include "varisk/core/error.hpp"

namespace varisk::pipeline {
namespace {

using Names = std::vector<std::string>;

Names sorted(Names names) {
  std::sort(names.begin(), names.end());
  return names;
}

/// Files with equal sets of samples, in the order of their first file.
std::vector<std::vector<std::size_t>> files_by_samples(const std::vector<GenotypeFile>& genotype_files) {
  std::map<Names, std::size_t> known;
  std::vector<std::vector<std::size_t>> groups;
  std::unordered_map<std::string, std::size_t> group_of;
  for (std::size_t file = 0; file < genotype_files.size(); ++file) {
    const Names& names = genotype_files[file].samples();
    if (names.empty()) {
      throw UserError("the file has no samples, there is nothing to score", genotype_files[file].path(),
                      "varisk check --sites-only reads such files");
    }
    if (genotype_files.size() == 1) return {{file}};
    const auto [entry, is_new] = known.try_emplace(sorted(names), groups.size());
    if (is_new) groups.emplace_back();
    groups[entry->second].push_back(file);
    for (const std::string& name : names) {
      const auto [owner, first] = group_of.try_emplace(name, entry->second);
      if (first || owner->second == entry->second) continue;
      throw UserError(fmt::format("some samples are also in {}, others are not",
                                  genotype_files[groups[owner->second].front()].path()),
                      genotype_files[file].path(),
                      "files of one cohort have the same samples (one file per contig) or none in common");
    }
  }
  return groups;
}

/// All samples, in the files' order if they agree on one, else by name: the order of the files does not matter.
Names samples_in_order(const std::vector<GenotypeFile>& genotype_files, const std::vector<std::size_t>& files) {
  const Names& first = genotype_files[files.front()].samples();
  const bool agree = std::all_of(files.begin(), files.end(),
                                 [&](std::size_t file) { return genotype_files[file].samples() == first; });
  return agree ? first : sorted(first);
}

genotypes::SampleColumns columns_in(const GenotypeFile& source, const Names& source_ids) {
  const Names& names = source.samples();
  genotypes::SampleColumns columns;
  columns.file_samples = names.size();
  columns.identity = names == source_ids;
  columns.column.resize(source_ids.size());
  if (columns.identity) {
    std::iota(columns.column.begin(), columns.column.end(), 0U);
    return columns;
  }
  std::unordered_map<std::string_view, std::uint32_t> column;
  for (std::uint32_t i = 0; i < names.size(); ++i) column.emplace(names[i], i);
  for (std::size_t i = 0; i < source_ids.size(); ++i) columns.column[i] = column.at(source_ids[i]);
  return columns;
}

/// Completes the sexes of the sample sheet by those of the files; the sheet wins.
void add_sex_of_files(const std::vector<GenotypeFile>& genotype_files, SampleGroup& group,
                      std::vector<std::string>& warnings) {
  const std::size_t n = group.sample_ids.size();
  std::vector<Sex> sex = group.sex;
  sex.resize(n, Sex::unknown);
  const std::vector<Sex> of_sheet = sex;
  std::vector<std::size_t> said_in(n);
  for (std::size_t i = 0; i < group.files.size(); ++i) {
    const GenotypeFile& file = genotype_files[group.files[i]];
    if (file.sex().empty()) continue;
    std::size_t differing = 0;
    for (std::size_t sample = 0; sample < n; ++sample) {
      const std::uint32_t column = group.columns[i].column[sample];
      const Sex said = file.sex()[column];
      if (said == Sex::unknown || said == sex[sample]) continue;
      if (of_sheet[sample] != Sex::unknown) {
        ++differing;
      } else if (sex[sample] == Sex::unknown) {
        sex[sample] = said;
        said_in[sample] = group.files[i];
      } else {
        throw UserError(fmt::format("the sex of sample {} is not that in {}", column + 1,
                                    genotype_files[said_in[sample]].files().back()),
                        file.files().back(), "say it with --samples");
      }
    }
    if (differing > 0) {
      warnings.push_back(fmt::format("{}: the sex of {} sample(s) is not that in --samples, which is used",
                                     file.files().back(), differing));
    }
  }
  const bool known = std::any_of(sex.begin(), sex.end(), [](Sex one) { return one != Sex::unknown; });
  if (known) group.sex = std::move(sex);
}

}  // namespace

std::vector<SampleGroup> group_samples(const std::vector<GenotypeFile>& genotype_files,
                                       const std::optional<cohort::SampleSheet>& sheet, const std::string& sheet_path,
                                       std::vector<std::string>& warnings) {
  std::unordered_map<std::string_view, std::size_t> row_of;  // of the sheet
  if (sheet) {
    for (std::size_t row = 0; row < sheet->entries().size(); ++row) row_of[sheet->entries()[row].source_id] = row;
  }
  std::vector<bool> found(row_of.size());
  std::vector<SampleGroup> groups;
  for (const auto& files : files_by_samples(genotype_files)) {
    SampleGroup group;
    group.files = files;
    Names source_ids = samples_in_order(genotype_files, files);
    if (sheet) {
      std::vector<std::size_t> rows;
      for (const std::string& id : source_ids) {
        if (const auto row = row_of.find(id); row != row_of.end()) rows.push_back(row->second);
      }
      std::sort(rows.begin(), rows.end());
      source_ids.clear();
      for (const std::size_t row : rows) {
        const cohort::SampleEntry& entry = sheet->entries()[row];
        source_ids.push_back(entry.source_id);
        group.sample_ids.push_back(entry.sample_id);
        group.sex.push_back(entry.sex);
        found[row] = true;
      }
    } else {
      group.sample_ids = source_ids;
    }
    if (source_ids.empty()) continue;
    for (const std::size_t file : files) group.columns.push_back(columns_in(genotype_files[file], source_ids));
    add_sex_of_files(genotype_files, group, warnings);
    for (genotypes::SampleColumns& columns : group.columns) columns.sex = group.sex;
    groups.push_back(std::move(group));
  }
  if (const auto absent = std::find(found.begin(), found.end(), false); absent != found.end()) {
    throw UserError(fmt::format("the sample of row {} is in no genotype file", absent - found.begin() + 1), sheet_path,
                    "source_id is the name in the file's header");
  }
  // By the name of the first sample, so that the order of the files does not matter.
  std::sort(groups.begin(), groups.end(),
            [](const SampleGroup& a, const SampleGroup& b) { return a.sample_ids.front() < b.sample_ids.front(); });
  return groups;
}

}  // namespace varisk::pipeline
