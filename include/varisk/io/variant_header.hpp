#pragma once
/// \file
/// The header of a VCF or BCF file.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varisk::io {

struct HeaderContig {
  std::string name;
  std::int64_t length = 0;  ///< 0: not stated
};

/// Parsed by HTSlib, plus the checks that HTSlib leaves out.
class VariantHeader {
 public:
  /// \param text  from `##fileformat` to the end of the `#CHROM` line
  /// \param path  for error messages
  /// \throws UserError if it is not a VCF header, or a sample is named twice
  VariantHeader(const std::string& text, const std::string& path);
  ~VariantHeader();
  VariantHeader(VariantHeader&&) noexcept;
  VariantHeader& operator=(VariantHeader&&) noexcept;
  VariantHeader(const VariantHeader&) = delete;
  VariantHeader& operator=(const VariantHeader&) = delete;

  [[nodiscard]] const std::vector<std::string>& samples() const noexcept { return samples_; }
  [[nodiscard]] const std::vector<HeaderContig>& contigs() const noexcept { return contigs_; }

  /// True if the FORMAT key is declared with one value for each ALT (Number=A).
  [[nodiscard]] bool is_per_alt(const std::string& format_key) const;

  /// BCF: the name behind a contig number, or nothing.
  [[nodiscard]] std::optional<std::string_view> contig_name(std::int32_t number) const;
  /// BCF: the name behind a FILTER, INFO or FORMAT number, or nothing.
  [[nodiscard]] std::optional<std::string_view> key_name(std::int32_t number) const;

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
  std::vector<std::string> samples_;
  std::vector<HeaderContig> contigs_;
};

}  // namespace varisk::io
