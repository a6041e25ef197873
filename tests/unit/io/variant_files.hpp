#pragma once
/// \file
/// VCF text as BGZF, gzip and BCF bytes, made with HTSlib and zlib.

#include <gtest/gtest.h>
#include <htslib/bgzf.h>
#include <htslib/vcf.h>
#include <zlib.h>

#include <string>
#include <string_view>
#include <vector>

#include "../temp_file.hpp"
#include "varisk/io/variant_source.hpp"

namespace varisk::test {

/// \param block  bytes of text in each block; 0: as many as HTSlib takes
inline std::string bgzipped(std::string_view text, std::size_t block = 0) {
  const TempFile file("text.bgz");
  BGZF* const bgzf = bgzf_open(file.path().c_str(), "w");
  const std::size_t step = block == 0 ? text.size() : block;
  for (std::size_t at = 0; at < text.size(); at += step) {
    const std::string_view part = text.substr(at, step);
    EXPECT_EQ(bgzf_write(bgzf, part.data(), part.size()), static_cast<ssize_t>(part.size()));
    if (block != 0) {
      EXPECT_EQ(bgzf_flush(bgzf), 0);
    }
  }
  EXPECT_EQ(bgzf_close(bgzf), 0);
  return file.read();
}

inline std::string gzipped(std::string_view text) {
  const TempFile file("text.gz");
  gzFile const gz = gzopen(file.path().c_str(), "wb1");
  EXPECT_EQ(gzwrite(gz, text.data(), static_cast<unsigned>(text.size())), static_cast<int>(text.size()));
  EXPECT_EQ(gzclose(gz), Z_OK);
  return file.read();
}

/// \param mode  as for `hts_open`: `wb` BCF, `wbu` BCF that is not compressed
inline std::string to_bcf(const std::string& vcf, const char* mode = "wb") {
  const TempFile in("in.vcf", vcf);
  const TempFile out("out.bcf");
  htsFile* const from = hts_open(in.path().c_str(), "r");
  htsFile* const to = hts_open(out.path().c_str(), mode);
  bcf_hdr_t* const header = bcf_hdr_read(from);
  EXPECT_EQ(bcf_hdr_write(to, header), 0);
  bcf1_t* const record = bcf_init();
  while (bcf_read(from, header, record) == 0) EXPECT_EQ(bcf_write(to, header, record), 0);
  bcf_destroy(record);
  bcf_hdr_destroy(header);
  hts_close(from);
  EXPECT_EQ(hts_close(to), 0);
  return out.read();
}

inline std::string vcf_header(const std::vector<std::string>& samples, const std::string& more = {}) {
  std::string text =
      "##fileformat=VCFv4.3\n##FILTER=<ID=low,Description=\"low\">\n"
      "##contig=<ID=1>\n##contig=<ID=2>\n##contig=<ID=X>\n##contig=<ID=MT>\n"
      "##INFO=<ID=R2,Number=A,Type=Float,Description=\"r2\">\n"
      "##INFO=<ID=DR2,Number=A,Type=Float,Description=\"r2\">\n"
      "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"calls\">\n"
      "##FORMAT=<ID=DS,Number=A,Type=Float,Description=\"dosage\">\n"
      "##FORMAT=<ID=GP,Number=G,Type=Float,Description=\"probabilities\">\n"
      "##FORMAT=<ID=HDS,Number=.,Type=Float,Description=\"haploid dosages\">\n"
      "##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"quality\">\n"
      "##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"depth\">\n" +
      more + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";
  if (!samples.empty()) text += "\tFORMAT";
  for (const std::string& sample : samples) text += '\t' + sample;
  return text + '\n';
}

inline std::vector<std::string> sample_names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back("s" + std::to_string(i));
  return names;
}

/// The records of all batches, each batch checked by `look` first.
template <typename Look>
std::string read_records(io::VariantSource& source, Look look) {
  std::string all;
  io::RecordBatch batch;
  while (source.read(batch)) {
    source.inflate(batch);
    source.frame(batch);
    look(batch);
    all += batch.records();
  }
  return all;
}

inline std::string read_records(const std::string& path) {
  const auto opened = io::open_variant_source(path);
  io::VariantSource& source = *opened;
  return read_records(source, [](const io::RecordBatch&) {});
}

}  // namespace varisk::test
