#pragma once
#include "input_bytes.hpp"
#include "varisk/core/error.hpp"
#include "varisk/io/variant_source.hpp"

namespace varisk::io {

/// PLINK 1 binary files: .bed with .bim and .fam beside it. A batch has lines of the .bim; their calls are read where
/// they are wanted, so that a few sites of a large file cost little.
class PlinkSource final : public VariantSource {
 public:
  explicit PlinkSource(const std::string& bed_path);

  [[nodiscard]] const std::string& path() const noexcept override { return bed_path_; }
  [[nodiscard]] std::vector<std::string> files() const override { return {bed_path_, bim_path_, fam_path_}; }
  [[nodiscard]] const std::string& records_path() const noexcept override { return bim_path_; }
  [[nodiscard]] const VariantHeader& header() const noexcept override { return header_; }
  [[nodiscard]] Encoding encoding() const noexcept override { return Encoding::bed; }
  [[nodiscard]] std::int64_t header_lines() const noexcept override { return 0; }
  [[nodiscard]] bool read(RecordBatch& batch) override;
  void inflate(RecordBatch& /*batch*/) const override {}
  void frame(RecordBatch& /*batch*/) override {}
  [[nodiscard]] std::string_view calls(std::int64_t record, std::int64_t stop_record,
                                       CallWindow& window) const override;
  [[nodiscard]] bool unterminated() const noexcept override { return unterminated_; }

 private:
  void count_variants();
  void check_bed() const;
  [[nodiscard]] std::size_t next_lines(std::size_t& bytes);
  [[nodiscard]] UserError changed() const;

  std::string bed_path_;
  std::string bim_path_;
  std::string fam_path_;
  VariantHeader header_;
  std::int64_t bytes_per_variant_ = 0;
  std::int64_t variants_ = 0;
  bool unterminated_ = false;
  Descriptor bed_;
  InputBytes bim_;
  std::int64_t next_record_ = 0;
};

}  // namespace varisk::io
