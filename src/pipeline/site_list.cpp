#include "site_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/genotypes/bed_record.hpp"
#include "varisk/genotypes/record.hpp"
#include "varisk/io/text_input.hpp"
#include "varisk/sites/alleles.hpp"
#include "varisk/sites/contig.hpp"

namespace varisk::pipeline {
namespace {

constexpr std::int64_t autosomes = 22;

bool is_autosome(const std::string& canonical) {
  const auto number = parse_integer(canonical);
  return number && *number >= 1 && *number <= autosomes;
}

}  // namespace

std::vector<Region> read_regions(const std::string& path) {
  io::TextInput input(path);
  std::vector<Region> regions;
  std::string_view line;
  while (input.next(line)) {
    if (line.empty() || line.starts_with('#') || line.starts_with("track") || line.starts_with("browser")) continue;
    std::vector<std::string_view> fields;
    while (fields.size() < 3 && !line.empty()) {
      const std::size_t end = std::min(line.find('\t'), line.size());
      fields.push_back(line.substr(0, end));
      line.remove_prefix(std::min(end + 1, line.size()));
    }
    const auto start = fields.size() == 3 ? parse_integer(fields[1]) : std::nullopt;
    const auto end = fields.size() == 3 ? parse_integer(fields[2]) : std::nullopt;
    if (!start || !end || *start < 0 || *end <= *start) {
      throw UserError(
          "expected a region: contig, start and end, tab separated, the start counted from 0 and below the end",
          input.where(), "BED has no header line");
    }
    regions.push_back({sites::canonical_contig(fields[0]), *start + 1, *end});
  }
  if (regions.empty()) throw UserError("the file has no regions", path);
  return regions;
}

void SiteList::add(io::VariantSource& source) {
  contig_.clear();
  is_autosome_ = false;
  reference_known_ = reference_known_ && source.encoding() != io::Encoding::bed;
  io::RecordBatch batch;
  std::int64_t line_number = source.header_lines();
  const auto fail = [&](const genotypes::RecordFault& fault) {
    const bool is_bcf = source.encoding() == io::Encoding::bcf;
    throw UserError(fault.what,
                    fmt::format("{}: {} {}", source.records_path(), is_bcf ? "record" : "line", line_number),
                    fault.help);
  };
  genotypes::RecordFault fault;
  std::vector<std::string> alleles;
  genotypes::SiteFields site;
  std::string filter;
  for (bool more = true; more;) {
    more = source.read(batch);
    if (!more) break;
    source.inflate(batch);
    source.frame(batch);
    std::string_view bytes = batch.records();
    if (source.encoding() == io::Encoding::bcf) {
      const auto offsets = batch.offsets();
      for (std::size_t i = 0; i < offsets.size(); ++i) {
        ++line_number;
        const std::size_t stop = i + 1 < offsets.size() ? offsets[i + 1] : bytes.size();
        auto record = genotypes::BcfRecord::parse(bytes.substr(offsets[i], stop - offsets[i]), source.header(), fault);
        if (!record || !record->parse_site(site, filter, fault)) fail(fault);
        add_record(record->contig, record->position.value, site.alleles);
      }
      continue;
    }
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      std::string_view line = bytes.substr(0, end);
      bytes.remove_prefix(end + 1);
      ++line_number;
      if (source.encoding() == io::Encoding::bed) {
        const auto variant = genotypes::parse_bim_line(line, fault);
        if (!variant) fail(fault);
        static_cast<void>(genotypes::bed_alleles(*variant, alleles));
        add_record(variant->contig, variant->position.value, alleles);
        continue;
      }
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      const auto head = genotypes::parse_head(line, fault);
      if (!head || !genotypes::parse_alleles(head->ref, head->alts, alleles, fault)) fail(fault);
      add_record(head->contig, head->position.value, alleles);
    }
  }
}

void SiteList::add_record(std::string_view contig, std::int64_t position, const std::vector<std::string>& alleles) {
  ++counts_.records;
  if (contig != contig_) {
    contig_ = contig;
    canonical_ = sites::canonical_contig(contig);
    is_autosome_ = is_autosome(canonical_);
  }
  if (kinds_ == SiteKinds::all) {
    add_alts(position, alleles);
    return;
  }
  const bool substitution = position >= 1 && alleles.size() == 2 && alleles[0].size() == 1 && alleles[1].size() == 1 &&
                            sites::is_bases(alleles[0]) && sites::is_bases(alleles[1]);
  if (!is_autosome_ || !substitution) {
    ++counts_.other_kinds;
    return;
  }
  if (sites::is_palindromic(alleles[0], alleles[1])) {
    ++counts_.palindromic;
    return;
  }
  const bool is_excluded = std::any_of(excluded_.begin(), excluded_.end(), [&](const Region& region) {
    return region.contig == canonical_ && region.first <= position && position <= region.last;
  });
  if (is_excluded) {
    ++counts_.excluded;
    return;
  }
  sites_.push_back({canonical_, Position{position}, alleles[1], alleles[0]});
}

void SiteList::add_alts(std::int64_t position, const std::vector<std::string>& alleles) {
  for (std::size_t k = 1; k < alleles.size(); ++k) {
    if (position >= 1 && sites::is_bases(alleles[0]) && sites::is_bases(alleles[k])) {
      sites_.push_back({canonical_, Position{position}, alleles[k], alleles[0]});
    } else {
      ++counts_.other_kinds;
    }
  }
}

std::vector<sites::SiteRequest> SiteList::take() {
  if (kinds_ == SiteKinds::all) return std::move(sites_);
  const auto place = [](const sites::SiteRequest& site) { return std::tie(site.contig, site.position); };
  std::stable_sort(sites_.begin(), sites_.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  std::vector<sites::SiteRequest> once;
  for (std::size_t i = 0; i < sites_.size();) {
    std::size_t next = i + 1;
    while (next < sites_.size() && place(sites_[next]) == place(sites_[i])) ++next;
    if (next == i + 1) {
      once.push_back(std::move(sites_[i]));
    } else {
      ++counts_.repeated;
    }
    i = next;
  }
  sites_.clear();
  return once;
}

}  // namespace varisk::pipeline
