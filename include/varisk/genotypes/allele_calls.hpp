#pragma once
/// \file
/// Which alleles people have at a record, with their phase: what haplotypes are told by.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "varisk/genotypes/call_decoder.hpp"

namespace varisk::genotypes {

enum class AlleleCallKind : std::uint8_t {
  missing,      ///< no call, one that the filters refuse, or REF and nothing else of two (`0/.`)
  one,          ///< one copy: X and Y of males, MT
  two,          ///< also on MT where they differ: heteroplasmy
  first_only,   ///< an ALT, and the other is not known (`1|.`)
  second_only,  ///< `.|1`
  conflict,     ///< two different alleles where males have one copy
};

/// The call of one sample.
struct AlleleCall {
  std::uint32_t sample = 0;  ///< of the run
  AlleleCallKind kind = AlleleCallKind::missing;
  bool phased = false;  ///< `|`: the first allele is on the first chromosome of its phase set
  std::uint16_t first = 0;
  std::uint16_t second = 0;    ///< of two, or the only known one
  std::int32_t phase_set = 0;  ///< PS; 0 without one: the whole contig is one phase set
  bool operator==(const AlleleCall&) const = default;
};

/// All samples at one record. Most people have two copies of REF: these are left out.
struct AlleleCalls {
  std::vector<AlleleCall> others;      ///< in the order of the samples
  std::int64_t polyploid = 0;          ///< calls of more than two alleles; they are missing
  std::int64_t male_heterozygous = 0;  ///< heterozygous calls where males have one copy
  std::int64_t heteroplasmic = 0;      ///< calls on MT with two different alleles
};

/// Decodes one record after the other; one for each thread.
class AlleleDecoder {
 public:
  /// Of `options` the filters count.
  AlleleDecoder(const DecodeOptions& options, const SampleColumns& samples);

  /// \param alleles  number of alleles of the record, REF included
  /// \return false and a fault if a call cannot be understood
  [[nodiscard]] bool decode(const TextFields& fields, std::size_t alleles, CopyRule rule, AlleleCalls& calls,
                            RecordFault& fault);
  [[nodiscard]] bool decode(std::span<const BcfField> fields, std::uint32_t sample_count, std::size_t alleles,
                            CopyRule rule, AlleleCalls& calls, RecordFault& fault);
  [[nodiscard]] bool decode(const BedCalls& packed, CopyRule rule, AlleleCalls& calls, RecordFault& fault);

 private:
  /// A call before the rule of the contig is applied.
  struct RawCall;
  struct TextKeys;

  [[nodiscard]] bool decode_column(const TextKeys& keys, std::string_view text, std::size_t column, AlleleCalls& calls,
                                   RecordFault& fault);
  void store(std::size_t column, const RawCall& raw, AlleleCalls& calls) const;
  void sort(AlleleCalls& calls) const;

  DecodeOptions options_;
  const SampleColumns* samples_;
  std::vector<std::optional<std::uint32_t>> sample_of_column_;  ///< empty: the same
  bool ascending_ = true;                                       ///< samples follow each other as columns do
  std::size_t alleles_ = 2;
  CopyRule rule_ = CopyRule::diploid;
  std::vector<std::string_view> fields_;
  std::vector<CallCode> codes_;
  UnpackBed unpack_bed_;
};

}  // namespace varisk::genotypes
