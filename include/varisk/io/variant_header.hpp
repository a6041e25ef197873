#pragma once
/// \file
/// What a genotype file says before its first record: samples, contigs, and the dictionaries of BCF.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "varisk/core/types.hpp"

namespace varisk::io {

struct HeaderContig {
  std::string name;
  std::int64_t length = 0;  ///< 0: not stated
};

/// VCF and BCF: parsed by HTSlib, plus the checks that HTSlib leaves out.
class VariantHeader {
 public:
  /// \param text  from `##fileformat` to the end of the `#CHROM` line
  /// \param path  for error messages
  /// \throws UserError if it is not a VCF header, or a sample is named twice
  VariantHeader(const std::string& text, const std::string& path);
  /// Of a file without contigs and dictionaries. \param sex  of each sample; empty: unknown for all
  VariantHeader(std::vector<std::string> samples, std::vector<Sex> sex);
  ~VariantHeader();
  VariantHeader(VariantHeader&&) noexcept;
  VariantHeader& operator=(VariantHeader&&) noexcept;
  VariantHeader(const VariantHeader&) = delete;
  VariantHeader& operator=(const VariantHeader&) = delete;

  [[nodiscard]] const std::vector<std::string>& samples() const noexcept { return samples_; }
  [[nodiscard]] const std::vector<HeaderContig>& contigs() const noexcept { return contigs_; }
  /// Of each sample; empty if the file says it of nobody.
  [[nodiscard]] const std::vector<Sex>& sex() const noexcept { return sex_; }

  /// True if the FORMAT key is declared with one value for each ALT (Number=A).
  [[nodiscard]] bool is_per_alt(const std::string& format_key) const;

  /// BCF: the name behind a contig number, or nothing.
  [[nodiscard]] std::optional<std::string_view> contig_name(std::int32_t number) const;
  /// BCF: the name behind a FILTER, INFO or FORMAT number, or nothing.
  [[nodiscard]] std::optional<std::string_view> key_name(std::int32_t number) const;

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;  ///< none without dictionaries
  std::vector<std::string> samples_;
  std::vector<HeaderContig> contigs_;
  std::vector<Sex> sex_;
};

}  // namespace varisk::io
