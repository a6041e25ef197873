#include "varisk/io/variant_header.hpp"

#include <fmt/format.h>
#include <htslib/hts_log.h>
#include <htslib/vcf.h>

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

struct FreeHeader {
  void operator()(bcf_hdr_t* header) const noexcept { bcf_hdr_destroy(header); }
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// The `#CHROM` line, split; HTSlib takes what stands there for granted.
std::vector<std::string_view> column_names(std::string_view text, const std::string& path) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  const std::size_t start = text.rfind('\n');
  const std::string_view line = start == std::string_view::npos ? text : text.substr(start + 1);
  auto names = split(line, '\t');
  const auto line_number = std::count(text.begin(), text.end(), '\n') + 1;
  const std::string where = fmt::format("{}: line {}", path, line_number);
  static constexpr std::string_view fixed[] = {"#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"};
  for (std::size_t i = 0; i < std::size(fixed); ++i) {
    if (i < names.size() && names[i] == fixed[i]) continue;
    throw UserError(fmt::format("column {} of the header line is '{}', expected '{}'", i + 1,
                                i < names.size() ? names[i] : "", fixed[i]),
                    where, "VCF columns are separated by tabs");
  }
  if (names.size() > 8 && names[8] != "FORMAT") {
    throw UserError(fmt::format("column 9 of the header line is '{}', expected 'FORMAT'", names[8]), where);
  }
  std::unordered_map<std::string_view, std::size_t> column;
  for (std::size_t i = 9; i < names.size(); ++i) {
    if (names[i].empty()) throw UserError(fmt::format("the sample name in column {} is empty", i + 1), where);
    const auto [first, is_new] = column.try_emplace(names[i], i);
    if (is_new) continue;
    // By number: ids of samples do not belong in messages.
    throw UserError(fmt::format("columns {} and {} have the same sample name", first->second + 1, i + 1), where,
                    "give each sample its own name, for example with bcftools reheader");
  }
  return names;
}

}  // namespace

struct VariantHeader::Handle {
  std::unique_ptr<bcf_hdr_t, FreeHeader> header;
};

VariantHeader::VariantHeader(const std::string& text, const std::string& path) : handle_(std::make_unique<Handle>()) {
  const auto names = column_names(text, path);
  for (std::size_t i = 9; i < names.size(); ++i) samples_.emplace_back(names[i]);

  static std::once_flag quiet;  // what is wrong is said by our own errors
  std::call_once(quiet, [] { hts_set_log_level(HTS_LOG_OFF); });
  handle_->header.reset(bcf_hdr_init("r"));
  std::string copy = text;  // HTSlib wants a writable buffer
  bcf_hdr_t* header = handle_->header.get();
  if (header == nullptr || bcf_hdr_parse(header, copy.data()) != 0 || bcf_hdr_sync(header) != 0) {
    throw UserError("the VCF header cannot be read", path, "bcftools view -h shows where it is broken");
  }
  for (int i = 0; i < header->n[BCF_DT_CTG]; ++i) {
    const bcf_idpair_t& pair = header->id[BCF_DT_CTG][i];
    if (pair.key == nullptr) continue;
    contigs_.push_back({pair.key, pair.val == nullptr ? 0 : static_cast<std::int64_t>(pair.val->info[0])});
  }
}

VariantHeader::VariantHeader(std::vector<std::string> samples, std::vector<Sex> sex)
    : samples_(std::move(samples)), sex_(std::move(sex)) {}

VariantHeader::~VariantHeader() = default;
VariantHeader::VariantHeader(VariantHeader&&) noexcept = default;
VariantHeader& VariantHeader::operator=(VariantHeader&&) noexcept = default;

bool VariantHeader::is_per_alt(const std::string& format_key) const {
  if (!handle_) return false;
  const bcf_hdr_t* const header = handle_->header.get();
  const int number = bcf_hdr_id2int(header, BCF_DT_ID, format_key.c_str());
  return bcf_hdr_idinfo_exists(header, BCF_HL_FMT, number) && bcf_hdr_id2length(header, BCF_HL_FMT, number) == BCF_VL_A;
}

std::optional<std::string_view> VariantHeader::contig_name(std::int32_t number) const {
  if (!handle_) return {};
  const bcf_hdr_t& header = *handle_->header;
  if (number < 0 || number >= header.n[BCF_DT_CTG] || header.id[BCF_DT_CTG][number].key == nullptr) return {};
  return header.id[BCF_DT_CTG][number].key;
}

std::optional<std::string_view> VariantHeader::key_name(std::int32_t number) const {
  if (!handle_) return {};
  const bcf_hdr_t& header = *handle_->header;
  if (number < 0 || number >= header.n[BCF_DT_ID] || header.id[BCF_DT_ID][number].key == nullptr) return {};
  return header.id[BCF_DT_ID][number].key;
}

}  // namespace varisk::io
