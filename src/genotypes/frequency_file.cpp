#include "varisk/genotypes/frequency_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/genotypes/record.hpp"
#include "varisk/io/delimited.hpp"
#include "varisk/io/text_input.hpp"
#include "varisk/io/variant_source.hpp"

namespace varisk::genotypes {
namespace {

constexpr double most_together = 1.0001;  // frequencies are rounded where they are printed

using Wanted = std::function<bool(const FrequencyPlace&)>;
using Take = std::function<void(const FrequencyEntry&, const std::function<std::string()>&)>;

/// One value for each ALT, each from 0 to 1, and together no more than 1.
void check(std::span<const double> values, std::size_t alleles, std::string_view column, const std::string& where) {
  if (values.size() + 1 != alleles) {
    throw UserError(fmt::format("{} has {} value(s), the record has {} ALT(s)", column, values.size(), alleles - 1),
                    where);
  }
  for (const double value : values) {
    if (value < 0 || value > 1) {
      throw UserError(fmt::format("{} is {}, expected a frequency from 0 to 1", column, format_double(value)), where);
    }
  }
  if (std::accumulate(values.begin(), values.end(), 0.0) > most_together) {
    throw UserError(fmt::format("the values of {} add up to more than 1", column), where);
  }
}

bool is_missing_frequency(std::string_view text) {
  return text.empty() || text == "." || text == "nan" || text == "NA";
}

/// plink2: `1:1000:A:G` (or with `_`) is an id that holds the position.
std::optional<Position> position_of_id(std::string_view contig, std::string_view id) {
  const std::size_t first = id.find_first_of(":_");
  if (first == std::string_view::npos) return std::nullopt;
  if (sites::canonical_contig(id.substr(0, first)) != sites::canonical_contig(contig)) return std::nullopt;
  id.remove_prefix(first + 1);
  const auto value = parse_integer(id.substr(0, id.find_first_of(":_")));
  return value && *value > 0 ? std::optional(Position{*value}) : std::nullopt;
}

FrequencyFile read_afreq(const std::string& path, const Wanted& wanted, const Take& take) {
  io::DelimitedReader reader(path);
  const std::size_t contig = reader.require_column("#CHROM");
  const std::size_t id = reader.require_column("ID");
  const std::size_t ref = reader.require_column("REF");
  const std::size_t alt = reader.require_column("ALT");
  const std::size_t frequency = reader.require_column("ALT_FREQS");
  const auto position = reader.find_column("POS");
  const auto where = [&] { return reader.where(); };
  FrequencyFile file;
  std::vector<std::string> row;
  std::vector<std::string> alleles;
  std::vector<double> values;
  while (reader.next(row)) {
    ++file.lines;
    FrequencyPlace place{row[contig], std::nullopt, row[id], static_cast<std::int64_t>(row[ref].size())};
    if (position) {
      const auto value = parse_integer(row[*position]);
      if (!value || *value < 0) throw UserError(fmt::format("POS is '{}', expected a number", row[*position]), where());
      place.position = Position{*value};
    } else {
      place.position = position_of_id(place.contig, place.id);
    }
    file.has_positions = file.has_positions || place.position;
    if (!wanted(place) || row[alt] == ".") continue;
    values.clear();
    bool missing = false;
    for (std::string_view rest = row[frequency]; !missing;) {
      const std::size_t end = rest.find(',');
      const std::string_view text = rest.substr(0, end);
      const auto value = parse_double(text);
      missing = is_missing_frequency(text);
      if (!missing && !value) throw UserError(fmt::format("ALT_FREQS holds '{}', expected a number", text), where());
      if (value) values.push_back(*value);
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
    if (missing) continue;
    RecordFault fault;
    if (!parse_alleles(row[ref], row[alt], alleles, fault)) throw UserError(fault.what, where(), fault.help);
    check(values, alleles.size(), "ALT_FREQS", where());
    take({place, alleles, values}, where);
  }
  return file;
}

/// A VCF or BCF file, read on one thread.
class VariantFrequencies {
 public:
  VariantFrequencies(const std::string& path, const Wanted& wanted, const Take& take)
      : source_(io::open_variant_source(path)), wanted_(&wanted), take_(&take) {}

  FrequencyFile read() {
    std::vector<sites::ContigLength> lengths;
    for (const io::HeaderContig& contig : source_->header().contigs()) lengths.push_back({contig.name, contig.length});
    file_.build = sites::build_from_lengths(lengths);
    file_.has_positions = true;
    io::RecordBatch batch;
    while (source_->read(batch)) {
      source_->inflate(batch);
      source_->frame(batch);
      if (source_->encoding() == io::Encoding::bcf) {
        read_bcf(batch);
      } else {
        read_text(batch.records());
      }
    }
    if (file_.lines > 0 && !any_) {
      throw UserError("no record that was looked at has INFO/AF", source_->path(),
                      "bcftools +fill-tags adds it, or give a .afreq of plink2");
    }
    return file_;
  }

 private:
  [[nodiscard]] std::string where() const {
    if (source_->encoding() == io::Encoding::bcf) return fmt::format("{}: record {}", source_->path(), file_.lines);
    return fmt::format("{}: line {}", source_->path(), source_->header_lines() + file_.lines);
  }
  [[noreturn]] void fail(const RecordFault& fault) const { throw UserError(fault.what, where(), fault.help); }

  void read_text(std::string_view lines) {
    while (!lines.empty()) {
      const std::size_t end = lines.find('\n');
      std::string_view line = lines.substr(0, end);
      lines.remove_prefix(end + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      ++file_.lines;
      RecordFault fault;
      const auto head = parse_head(line, fault);
      if (!head) fail(fault);
      const FrequencyPlace place{head->contig, head->position, head->id, static_cast<std::int64_t>(head->ref.size())};
      if (!is_wanted(place)) continue;
      const auto fields = parse_fields(*head, fault);
      if (!fields || !parse_alleles(head->ref, head->alts, site_.alleles, fault)) fail(fault);
      site_.frequencies = allele_frequencies(fields->info);
      take(place);
    }
  }

  void read_bcf(const io::RecordBatch& batch) {
    const std::string_view bytes = batch.records();
    const auto offsets = batch.offsets();
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      const std::size_t stop = i + 1 < offsets.size() ? offsets[i + 1] : bytes.size();
      ++file_.lines;
      RecordFault fault;
      auto record = BcfRecord::parse(bytes.substr(offsets[i], stop - offsets[i]), source_->header(), fault);
      if (!record) fail(fault);
      const auto id = record->id();
      if (!id) fail({"the BCF record is damaged", "make the file again"});
      const FrequencyPlace place{record->contig, record->position, *id, record->span()};
      if (!is_wanted(place)) continue;
      if (!record->parse_site(site_, filter_, fault)) fail(fault);
      take(place);
    }
  }

  /// Some lines are looked at even if none is wanted, so that a file without AF is noticed.
  bool is_wanted(const FrequencyPlace& place) {
    constexpr std::int64_t first_lines = 100;
    wanted_now_ = (*wanted_)(place);
    return wanted_now_ || file_.lines <= first_lines;
  }

  void take(const FrequencyPlace& place) {
    any_ = any_ || !site_.frequencies.empty() || site_.alleles.size() == 1;
    if (!wanted_now_ || site_.frequencies.empty() || site_.alleles.size() == 1) return;
    check(site_.frequencies, site_.alleles.size(), "INFO/AF", where());
    (*take_)({place, site_.alleles, site_.frequencies}, [this] { return where(); });
  }

  std::unique_ptr<io::VariantSource> source_;
  const Wanted* wanted_;
  const Take* take_;
  FrequencyFile file_;
  SiteFields site_;
  std::string filter_;
  bool wanted_now_ = false;
  bool any_ = false;
};

/// The table of plink2 begins like a VCF without its first lines.
bool is_afreq(const std::string& path) {
  constexpr std::string_view start = "#CHROM\t";
  return io::first_bytes(path, start.size()) == start;
}

}  // namespace

FrequencyFile read_frequencies(const std::string& path, const Wanted& wanted, const Take& take) {
  if (is_afreq(path)) return read_afreq(path, wanted, take);
  return VariantFrequencies(path, wanted, take).read();
}

}  // namespace varisk::genotypes
