#pragma once
/// \file
/// One record of a VCF or BCF file: a cheap look at its place and alleles first, the rest only where it is wanted.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "varisk/core/types.hpp"
#include "varisk/io/variant_header.hpp"

namespace varisk::genotypes {

/// What is wrong with a record; becomes a UserError once its line number is known.
struct RecordFault {
  std::string what;
  std::string help;
};

/// Contig, position and alleles; views into the batch.
struct RecordHead {
  std::string_view contig;
  Position position;
  std::string_view id;  ///< as in the file: `.`, or ids separated by `;`
  std::string_view ref;
  std::string_view alts;  ///< text: as in the file, comma separated
  std::string_view rest;  ///< text: from QUAL on
  std::string_view info;  ///< text: INFO, where it was found on the way; else empty
};

/// Parses CHROM to ALT of a VCF line (without line end).
[[nodiscard]] std::optional<RecordHead> parse_head(std::string_view line, RecordFault& fault);

/// A symbolic allele that stands for whatever was not called: `<NON_REF>` (GATK), `<*>` (bcftools).
[[nodiscard]] bool is_unspecified_allele(std::string_view allele);

/// Last position of a gVCF reference block: the only ALT is unspecified, or there is none and INFO has an END.
/// Nothing for any other record, and for a damaged END, which is also a fault.
[[nodiscard]] std::optional<std::int64_t> block_end(const RecordHead& head, RecordFault& fault);

/// The site-level part of a record, whatever the encoding. Alleles are upper case and owned, as they may be changed.
struct SiteFields {
  std::vector<std::string> alleles;   ///< REF, then the ALTs
  std::string_view filter;            ///< text, `PASS` and `.` included
  std::vector<double> imputation_r2;  ///< INFO R2, DR2 or INFO: one value, or one for each ALT; empty: none
  std::vector<double> frequencies;    ///< INFO AF: one for each ALT; empty: none, or one is missing
};

/// One FORMAT field of a BCF record.
struct BcfField {
  std::string_view key;
  int type = 0;             ///< BCF type number: 1, 2, 3 integers, 5 float, 7 characters
  std::uint32_t width = 0;  ///< values per sample
  const char* data = nullptr;
};

/// A BCF record, bounds checked.
class BcfRecord {
 public:
  /// CHROM, POS only. \param bytes  one whole record, length fields included
  static std::optional<BcfRecord> parse(std::string_view bytes, const io::VariantHeader& header, RecordFault& fault);

  std::string_view contig;
  Position position;
  std::uint32_t sample_count = 0;

  /// ID as in the file, `.` if it has none; nothing if the record is damaged.
  [[nodiscard]] std::optional<std::string_view> id() const;
  /// Alleles and site fields. \return false and a fault if the record is damaged
  bool parse_site(SiteFields& fields, std::string& filter_text, RecordFault& fault);
  /// The FORMAT fields. \return false and a fault if the record is damaged
  bool parse_format(std::vector<BcfField>& fields, RecordFault& fault) const;
  /// Bases on the contig, at least those of REF: more if INFO has an END.
  [[nodiscard]] std::int64_t span() const noexcept { return span_; }
  [[nodiscard]] std::uint16_t allele_count() const noexcept { return allele_count_; }

 private:
  const io::VariantHeader* header_ = nullptr;
  std::string_view shared_;
  std::string_view individual_;
  std::int64_t span_ = 0;
  std::uint16_t allele_count_ = 0;
  std::uint16_t info_count_ = 0;
  std::uint8_t format_count_ = 0;
};

/// The columns of a VCF line behind ALT; views into the batch.
struct TextFields {
  std::string_view filter;
  std::string_view info;
  std::string_view format;
  std::string_view calls;  ///< the sample columns, tab separated
};
[[nodiscard]] std::optional<TextFields> parse_fields(const RecordHead& head, RecordFault& fault);

/// Splits ALT and makes upper case; refuses empty alleles and characters that no allele has.
[[nodiscard]] bool parse_alleles(std::string_view ref, std::string_view alts, std::vector<std::string>& alleles,
                                 RecordFault& fault);

/// The alleles that stand for no sequence: `*` (the site is deleted on this haplotype), `<*>` and `<NON_REF>` (any
/// other allele).
[[nodiscard]] std::vector<AlleleIndex> unspecific_alleles(std::span<const std::string> alleles);

/// INFO R2, else DR2, else INFO: the imputation quality, as minimac, Beagle and IMPUTE write it.
/// One value, or one for each ALT; empty if there is none or it is missing.
[[nodiscard]] std::vector<double> imputation_r2(std::string_view info);

/// INFO AF, one value for each ALT; empty if there is none, or one is missing or no number.
[[nodiscard]] std::vector<double> allele_frequencies(std::string_view info);

}  // namespace varisk::genotypes
