#include <fmt/format.h>

#include <array>
#include <charconv>

#include "bcf_values.hpp"
#include "call_text.hpp"
#include "varisk/core/number.hpp"
#include "varisk/genotypes/record.hpp"

namespace varisk::genotypes {

using namespace bcf;

namespace {

std::size_t width_of(int type) noexcept {
  switch (type) {
    case type_int8:
    case type_char: return 1;
    case type_int16: return 2;
    case type_int32:
    case type_float: return 4;
    default: return 0;
  }
}

/// Reads typed values and never past the end.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  struct Descriptor {
    int type = 0;
    std::uint32_t count = 0;
  };

  std::optional<Descriptor> descriptor() {
    if (bytes_.empty()) return std::nullopt;
    const auto first = static_cast<unsigned char>(bytes_[0]);
    bytes_.remove_prefix(1);
    Descriptor result{first & 0xF, static_cast<std::uint32_t>(first >> 4U)};
    if (result.count == 15) {
      const auto count = integer();
      if (!count || *count < 0) return std::nullopt;
      result.count = static_cast<std::uint32_t>(*count);
    }
    return result;
  }

  /// One typed integer.
  std::optional<std::int32_t> integer() {
    if (bytes_.empty()) return std::nullopt;
    const int type = static_cast<unsigned char>(bytes_[0]) & 0xF;
    const unsigned count = static_cast<unsigned char>(bytes_[0]) >> 4U;
    const std::size_t width = width_of(type);
    if (count != 1 || width == 0 || type > type_int32 || bytes_.size() < 1 + width) return std::nullopt;
    const char* at = bytes_.data() + 1;
    bytes_.remove_prefix(1 + width);
    if (type == type_int8) return load<std::int8_t>(at);
    if (type == type_int16) return load<std::int16_t>(at);
    return load<std::int32_t>(at);
  }

  std::optional<std::string_view> take(std::size_t size) {
    if (bytes_.size() < size) return std::nullopt;
    const std::string_view part = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return part;
  }

  std::optional<std::string_view> text() {
    const auto header = descriptor();
    if (!header || (header->type != type_char && header->count != 0)) return std::nullopt;
    return take(header->count);
  }

 private:
  std::string_view bytes_;
};

RecordFault damaged() { return {"the BCF record is damaged", "make the file again"}; }

constexpr std::size_t lengths = 8;
constexpr std::size_t fixed = 24;

/// Empty if a value is missing.
std::vector<double> numbers(const Reader::Descriptor& header, std::string_view data) {
  std::vector<double> values;
  for (std::uint32_t i = 0; i < header.count && header.type == type_float; ++i) {
    const char* const at = data.data() + i * sizeof(float);
    if (load<std::uint32_t>(at) == float_end) break;
    if (load<std::uint32_t>(at) == float_missing) return {};
    values.push_back(exact_dosage(load<float>(at)));
  }
  if (header.count == 1 && header.type == type_int8) values.push_back(load<std::int8_t>(data.data()));
  return values;
}

/// The decimal of fewest digits behind a stored number: what the text of a VCF most likely says.
double shortest_decimal(float stored) {
  std::array<char, 32> text{};
  const auto [end, code] = std::to_chars(text.data(), text.data() + text.size(), stored);
  const auto value = parse_double({text.data(), end});
  return code == std::errc{} && value ? *value : static_cast<double>(stored);
}

/// Single precision numbers; empty if a value is missing.
std::vector<double> frequencies(const Reader::Descriptor& header, std::string_view data) {
  std::vector<double> values;
  for (std::uint32_t i = 0; i < header.count && header.type == type_float; ++i) {
    const char* const at = data.data() + i * sizeof(float);
    if (load<std::uint32_t>(at) == float_end) break;
    if (load<std::uint32_t>(at) == float_missing) return {};
    values.push_back(shortest_decimal(load<float>(at)));
  }
  return values;
}

}  // namespace

std::optional<BcfRecord> BcfRecord::parse(std::string_view bytes, const io::VariantHeader& header, RecordFault& fault) {
  BcfRecord record;
  const std::uint64_t shared = bytes.size() < lengths ? 0 : load<std::uint32_t>(bytes.data());
  const std::uint64_t individual =
      bytes.size() < lengths ? 0 : load<std::uint32_t>(bytes.data() + sizeof(std::uint32_t));
  if (bytes.size() < lengths || bytes.size() != lengths + shared + individual) {
    fault = damaged();
    return std::nullopt;
  }
  record.header_ = &header;
  record.shared_ = bytes.substr(lengths, shared);
  record.individual_ = bytes.substr(lengths + shared);
  if (record.shared_.size() < fixed) {
    fault = damaged();
    return std::nullopt;
  }
  const char* const at = record.shared_.data();
  const auto contig = header.contig_name(load<std::int32_t>(at));
  if (!contig) {
    fault = {"the record's contig is not in the header", "make the file again"};
    return std::nullopt;
  }
  record.contig = *contig;
  record.position = Position{static_cast<std::int64_t>(load<std::int32_t>(at + 4)) + 1};
  record.span_ = load<std::int32_t>(at + 8);
  record.info_count_ = load<std::uint16_t>(at + 16);
  record.allele_count_ = load<std::uint16_t>(at + 18);
  const auto samples = load<std::uint32_t>(at + 20);
  record.sample_count = samples & 0xFFFFFFU;
  record.format_count_ = static_cast<std::uint8_t>(samples >> 24U);
  return record;
}

std::optional<std::string_view> BcfRecord::id() const {
  const auto text = Reader(shared_.substr(fixed)).text();
  return text && text->empty() ? std::string_view(".") : text;
}

bool BcfRecord::parse_site(SiteFields& fields, std::string& filter_text, RecordFault& fault) {
  Reader reader(shared_.substr(fixed));
  fields.alleles.clear();
  fields.imputation_r2.clear();
  fields.frequencies.clear();
  filter_text.clear();
  fault = damaged();
  const auto id = reader.text();
  if (!id || allele_count_ == 0) return false;
  std::string alts;
  std::string_view ref;
  for (std::uint16_t i = 0; i < allele_count_; ++i) {
    const auto allele = reader.text();
    if (!allele) return false;
    if (i == 0) ref = *allele;
    if (i > 0) alts += (i > 1 ? "," : "") + std::string(*allele);
  }
  if (!parse_alleles(ref, alts.empty() ? "." : alts, fields.alleles, fault)) return false;

  fault = damaged();
  const auto filters = reader.descriptor();
  if (!filters) return false;
  const std::size_t width = width_of(filters->type);
  const bool integers = filters->count == 0 || (filters->type >= type_int8 && filters->type <= type_int32);
  const auto values = reader.take(width * filters->count);
  if (!values || !integers) return false;
  for (std::uint32_t i = 0; i < filters->count; ++i) {
    const char* const at = values->data() + i * width;
    const std::int32_t number = width == 1   ? load<std::int8_t>(at)
                                : width == 2 ? load<std::int16_t>(at)
                                             : load<std::int32_t>(at);
    const auto name = header_->key_name(number);
    if (!name) return false;
    filter_text += (filter_text.empty() ? "" : ";") + std::string(*name);
  }
  if (filter_text.empty()) filter_text = ".";
  fields.filter = filter_text;

  std::vector<double> r2;
  std::vector<double> dr2;
  std::vector<double> info;
  for (std::uint16_t i = 0; i < info_count_; ++i) {
    const auto key = reader.integer();
    const auto header = key ? reader.descriptor() : std::nullopt;
    const auto data = header ? reader.take(width_of(header->type) * header->count) : std::nullopt;
    const auto name = data ? header_->key_name(*key) : std::nullopt;
    if (!name) return false;
    if (*name == "R2") r2 = numbers(*header, *data);
    if (*name == "DR2") dr2 = numbers(*header, *data);
    if (*name == "INFO") info = numbers(*header, *data);
    if (*name == "AF") fields.frequencies = frequencies(*header, *data);
  }
  fields.imputation_r2 = !r2.empty() ? r2 : !dr2.empty() ? dr2 : info;
  return true;
}

bool BcfRecord::parse_format(std::vector<BcfField>& fields, RecordFault& fault) const {
  Reader reader(individual_);
  fields.clear();
  fault = damaged();
  for (std::uint8_t i = 0; i < format_count_; ++i) {
    const auto key = reader.integer();
    const auto header = key ? reader.descriptor() : std::nullopt;
    if (!header || (width_of(header->type) == 0 && header->count != 0)) return false;
    const auto data = reader.take(std::size_t{sample_count} * header->count * width_of(header->type));
    const auto name = data ? header_->key_name(*key) : std::nullopt;
    if (!name) return false;
    fields.push_back({*name, header->type, header->count, data->data()});
  }
  return true;
}

}  // namespace varisk::genotypes
