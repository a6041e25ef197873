#include "sample_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
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
std::vector<std::vector<std::size_t>> files_by_samples(const std::vector<std::unique_ptr<io::VariantSource>>& sources) {
  std::map<Names, std::size_t> known;
  std::vector<std::vector<std::size_t>> groups;
  std::unordered_map<std::string, std::size_t> group_of;
  for (std::size_t file = 0; file < sources.size(); ++file) {
    const Names& names = sources[file]->header().samples();
    if (names.empty()) {
      throw UserError("the file has no samples, there is nothing to score", sources[file]->path(),
                      "varisk check --sites-only reads such files");
    }
    const auto [entry, is_new] = known.try_emplace(sorted(names), groups.size());
    if (is_new) groups.emplace_back();
    groups[entry->second].push_back(file);
    for (const std::string& name : names) {
      const auto [owner, first] = group_of.try_emplace(name, entry->second);
      if (first || owner->second == entry->second) continue;
      throw UserError(
          fmt::format("some samples are also in {}, others are not", sources[groups[owner->second].front()]->path()),
          sources[file]->path(), "files of one cohort have the same samples (one file per contig) or none in common");
    }
  }
  return groups;
}

/// All samples, in the files' order if they agree on one, else by name: the order of the files does not matter.
Names samples_in_order(const std::vector<std::unique_ptr<io::VariantSource>>& sources,
                       const std::vector<std::size_t>& files) {
  const Names& first = sources[files.front()]->header().samples();
  const bool agree = std::all_of(files.begin(), files.end(),
                                 [&](std::size_t file) { return sources[file]->header().samples() == first; });
  return agree ? first : sorted(first);
}

genotypes::SampleColumns columns_in(const io::VariantSource& source, const Names& source_ids,
                                    const std::vector<Sex>& sex) {
  const Names& names = source.header().samples();
  std::unordered_map<std::string_view, std::uint32_t> column;
  for (std::uint32_t i = 0; i < names.size(); ++i) column.emplace(names[i], i);
  genotypes::SampleColumns columns;
  columns.file_samples = names.size();
  columns.sex = sex;
  for (const std::string& id : source_ids) columns.column.push_back(column.at(id));
  columns.identity = names == source_ids;
  return columns;
}

}  // namespace

std::vector<SampleGroup> group_samples(const std::vector<std::unique_ptr<io::VariantSource>>& sources,
                                       const std::optional<cohort::SampleSheet>& sheet, const std::string& sheet_path) {
  std::vector<SampleGroup> groups;
  std::size_t found = 0;
  for (const auto& files : files_by_samples(sources)) {
    SampleGroup group;
    group.files = files;
    Names source_ids = samples_in_order(sources, files);
    if (sheet) {
      const Names have = sorted(source_ids);
      source_ids.clear();
      for (const cohort::SampleEntry& entry : sheet->entries()) {
        if (!std::binary_search(have.begin(), have.end(), entry.source_id)) continue;
        source_ids.push_back(entry.source_id);
        group.sample_ids.push_back(entry.sample_id);
        group.sex.push_back(entry.sex);
      }
    } else {
      group.sample_ids = source_ids;
    }
    found += source_ids.size();
    if (source_ids.empty()) continue;
    for (const std::size_t file : files) group.columns.push_back(columns_in(*sources[file], source_ids, group.sex));
    groups.push_back(std::move(group));
  }
  if (sheet && found != sheet->entries().size()) {
    std::size_t number = 0;
    for (const cohort::SampleEntry& entry : sheet->entries()) {
      ++number;
      const bool present = std::any_of(sources.begin(), sources.end(), [&](const auto& source) {
        const Names& names = source->header().samples();
        return std::find(names.begin(), names.end(), entry.source_id) != names.end();
      });
      if (!present)
        throw UserError(fmt::format("the sample of row {} is in no genotype file", number), sheet_path,
                        "source_id is the name in the file's header");
    }
  }
  // By the name of the first sample, so that the order of the files does not matter.
  std::sort(groups.begin(), groups.end(),
            [](const SampleGroup& a, const SampleGroup& b) { return a.sample_ids.front() < b.sample_ids.front(); });
  return groups;
}

}  // namespace varisk::pipeline
