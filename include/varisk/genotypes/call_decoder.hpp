#pragma once
/// \file
/// From the sample columns of a record to a `CallBlock`.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "varisk/core/simd.hpp"
#include "varisk/core/types.hpp"
#include "varisk/genotypes/bed_kernel.hpp"
#include "varisk/genotypes/bed_record.hpp"
#include "varisk/genotypes/call_block.hpp"
#include "varisk/genotypes/dosage_kernel.hpp"
#include "varisk/genotypes/gt_kernel.hpp"
#include "varisk/genotypes/pair_kernel.hpp"
#include "varisk/genotypes/record.hpp"
#include "varisk/genotypes/tab_kernel.hpp"

namespace varisk::genotypes {

struct Genotype;

/// The FORMAT field that is read. `automatic`: call by call the first that is there and not missing of DS, GP, HDS, GT.
enum class DosageSource : std::uint8_t { automatic, gt, ds, gp, hds };
enum class HaploidPolicy : std::uint8_t { as_called, as_diploid };
enum class HalfCallPolicy : std::uint8_t { missing, haploid, reference };

struct DecodeOptions {
  DosageSource dosage = DosageSource::automatic;
  HaploidPolicy haploid = HaploidPolicy::as_called;
  HalfCallPolicy half_call = HalfCallPolicy::missing;
  std::optional<double> min_gq;  ///< a call with less, or without a value, is missing
  std::optional<double> min_dp;
  /// For reference blocks: a call is missing if its GQ is lower, or its MIN_DP (else DP) is 0; where they are present.
  std::optional<double> min_block_gq;
};

/// How many copies people have at a site.
enum class CopyRule : std::uint8_t {
  diploid,     ///< the call says it
  hemizygous,  ///< one copy in males: X and Y outside the pseudo-autosomal regions
  haploid,     ///< one copy in everybody: MT
};

[[nodiscard]] constexpr bool has_one_copy(CopyRule rule, Sex sex) noexcept {
  return rule == CopyRule::haploid || (rule == CopyRule::hemizygous && sex == Sex::male);
}

/// Where each sample of the run stands in one file.
struct SampleColumns {
  std::vector<std::uint32_t> column;  ///< of each sample of the run
  std::size_t file_samples = 0;
  bool identity = false;  ///< all of the file's samples, in its order
  std::vector<Sex> sex;   ///< of each sample of the run; empty: unknown for all
};

/// Decodes one record after the other; keeps scratch memory, so one for each thread.
class CallDecoder {
 public:
  CallDecoder(const DecodeOptions& options, const SampleColumns& samples, SimdLevel level = best_simd_level());

  /// Copies of `effect` in a VCF line's calls.
  /// \param alleles     number of alleles of the record, REF included
  /// \param unspecific  its alleles that stand for no sequence (`*`, `<*>`, `<NON_REF>`); calls that name one are
  /// counted \return false and a fault if a call cannot be understood
  [[nodiscard]] bool decode(const TextFields& fields, AlleleIndex effect, std::size_t alleles, CopyRule rule,
                            CallBlock& block, RecordFault& fault, std::span<const AlleleIndex> unspecific = {});
  [[nodiscard]] bool decode(std::span<const BcfField> fields, std::uint32_t sample_count, AlleleIndex effect,
                            std::size_t alleles, CopyRule rule, CallBlock& block, RecordFault& fault,
                            std::span<const AlleleIndex> unspecific = {});
  [[nodiscard]] bool decode(const BedCalls& calls, AlleleIndex effect, CopyRule rule, CallBlock& block,
                            RecordFault& fault);

 private:
  /// A call before the rules of the contig are applied.
  struct RawCall;
  /// The probability of two copies that a GP tells.
  struct TwoCopies {
    std::size_t column = 0;
    double probability = 0;
  };
  struct TextKeys;
  struct BcfKeys;
  struct Noted {
    std::int64_t polyploid = 0;
    std::int64_t heteroplasmic = 0;
    std::int64_t male_heterozygous = 0;
    std::int64_t assumed_diploid = 0;
  };

  [[nodiscard]] bool has_filters() const noexcept;
  /// Whether the copies of a diploid call show all that the copy rule asks.
  [[nodiscard]] bool copies_tell_heterozygous() const noexcept;
  void start(AlleleIndex effect, std::size_t alleles, CopyRule rule);
  [[nodiscard]] bool decode_text(const TextFields& fields, RecordFault& fault);
  /// Decodes columns of the usual form fast, and the others one by one, until the end or a very long column.
  [[nodiscard]] bool decode_usual_columns(const TextKeys& keys, std::string_view& text, std::size_t& column,
                                          RecordFault& fault);
  [[nodiscard]] bool decode_column(const TextKeys& keys, std::string_view text, std::size_t column, RecordFault& fault);
  [[nodiscard]] bool decode_column(const BcfKeys& keys, std::size_t column, RecordFault& fault);
  /// Takes `values_` for the dosage of the call.
  [[nodiscard]] bool take_dosage(DosageSource field, std::size_t column, RawCall& call, RecordFault& fault) const;
  [[nodiscard]] bool store(std::size_t column, const RawCall& call, RecordFault& fault);
  [[nodiscard]] bool store_dosage(std::size_t column, const RawCall& call, RecordFault& fault);
  /// What calls mean that a kernel has read as those of people with two copies.
  void apply_copy_rule(std::size_t first, std::size_t last);
  [[nodiscard]] CallCode code_of(const RawCall& call, std::size_t column);
  /// On which scale the dosage of a call is.
  [[nodiscard]] int dosage_ploidy(const RawCall& call, std::size_t column) const;
  [[nodiscard]] std::int64_t count_unspecific(const TextFields& fields, std::span<const AlleleIndex> alleles) const;
  [[nodiscard]] std::int64_t count_unspecific(const BcfField& gt, std::span<const AlleleIndex> alleles) const;
  [[nodiscard]] bool is_heterozygous(const Genotype& genotype) const;
  /// What a hard call means for somebody with one copy.
  [[nodiscard]] CallCode with_one_copy(CallCode code, bool heterozygous, std::size_t column);
  [[nodiscard]] Sex sex_of(std::size_t column) const;
  void gather(CallBlock& block);
  void finish(CallBlock& block);

  DecodeOptions options_;
  const SampleColumns* samples_;
  DecodeGt decode_gt_;
  UnpackBed unpack_bed_;
  DecodePairs decode_pairs_;
  FindTabs find_tabs_;
  DosageKernels dosage_kernels_;
  std::vector<Sex> sex_of_column_;  ///< empty: unknown for all
  std::vector<bool> is_selected_;   ///< of each column: a sample of the run

  // Scratch, in the file's order.
  AlleleIndex effect_;
  std::size_t alleles_ = 2;
  CopyRule rule_ = CopyRule::diploid;
  std::vector<CallCode> code_;
  std::vector<double> dosage_;  ///< 0 where the call is missing
  std::vector<TwoCopies> known_two_;
  std::vector<double> two_;
  std::vector<XCall> x_call_;
  bool any_dosage_ = false;
  bool any_hard_copies_ = false;  ///< a hard call of more than no copies was stored one by one
  Noted noted_;
  std::vector<std::uint32_t> tabs_;       ///< offsets in a part of a line
  std::vector<std::uint32_t> irregular_;  ///< columns of that part
  std::vector<std::string_view> fields_;  ///< of one column
  std::vector<double> values_;            ///< of one FORMAT field of one call
};

}  // namespace varisk::genotypes
