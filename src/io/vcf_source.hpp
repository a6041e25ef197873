#pragma once
#include "varisk/io/variant_source.hpp"

namespace varisk::io {

/// VCF (plain, gzip, BGZF) or BCF.
class VcfSource final : public VariantSource {
 public:
  explicit VcfSource(const std::string& path);
  ~VcfSource() override;
  VcfSource(const VcfSource&) = delete;
  VcfSource& operator=(const VcfSource&) = delete;

  [[nodiscard]] const std::string& path() const noexcept override { return path_; }
  [[nodiscard]] const VariantHeader& header() const noexcept override { return *header_; }
  [[nodiscard]] Encoding encoding() const noexcept override { return encoding_; }
  [[nodiscard]] std::int64_t header_lines() const noexcept override { return header_lines_; }
  [[nodiscard]] Access choose_access(const WantedPositions& wanted) override;
  [[nodiscard]] bool read(RecordBatch& batch) override;
  void inflate(RecordBatch& batch) const override;
  void frame(RecordBatch& batch) override;
  [[nodiscard]] bool unterminated() const noexcept override { return unterminated_; }

 private:
  class Bytes;
  struct Jumps;
  void read_blocks(RecordBatch& batch);
  void read_header();
  void check_end_of_file() const;
  bool next_pieces(RecordBatch& batch);
  void read_pieces(RecordBatch& batch) const;
  std::size_t cut_text(const RecordBatch& batch, std::size_t carried) const;
  void check_last_line(std::size_t start, std::string_view records) const;
  void check_bcf_record(std::string_view bytes, std::size_t size) const;
  std::size_t cut_bcf(RecordBatch& batch) const;

  std::string path_;
  std::unique_ptr<Bytes> bytes_;
  std::unique_ptr<Jumps> jumps_;  ///< if an index leads the way
  std::unique_ptr<VariantHeader> header_;
  Encoding encoding_ = Encoding::text;
  std::int64_t header_lines_ = 0;
  std::string carry_;
  bool finished_ = false;
  bool unterminated_ = false;
};

}  // namespace varisk::io
