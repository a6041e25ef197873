#include "varisk/io/fasta.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

/// Two sequences, ten bases on a line, with the index that samtools faidx makes.
struct TwoContigs {
  test::TempFile fasta{"two.fa", ">chr1 first\nACGTACGTAC\nnnacgt\n>chr2\nTTTTT\n"};
  explicit TwoContigs(std::string_view index = "chr1\t16\t12\t10\t11\nchr2\t5\t36\t5\t6\n") {
    std::ofstream(fasta.path() + ".fai") << index;
  }
};

std::string message_of(const std::string& path) {
  try {
    const Fasta fasta(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(FastaFile, GivesBasesInUpperCase) {
  const TwoContigs files;
  const Fasta fasta(files.fasta.path());
  ASSERT_EQ(fasta.contigs().size(), 2U);
  EXPECT_EQ(fasta.contigs()[0].name, "chr1");
  EXPECT_EQ(fasta.contigs()[0].length, 16);
  EXPECT_EQ(fasta.bases("chr1", 1, 4), "ACGT");
  EXPECT_EQ(fasta.bases("chr1", 9, 5), "ACNNA");
  EXPECT_EQ(fasta.bases("chr2", 5, 1), "T");
}

TEST(FastaFile, WhatIsReadAheadIsTheSame) {
  std::string sequence;
  for (std::size_t i = 0; i < 200000; ++i) sequence += "ACGT"[(i * i / 7 + i) % 4];
  const test::TempFile file("one.fa", ">1\n" + sequence + "\n");
  std::ofstream(file.path() + ".fai") << "1\t200000\t3\t200000\t200001\n";
  const Fasta fasta(file.path());
  for (const std::int64_t first : {1, 3, 65530, 65536, 65537, 131000, 5, 199990}) {
    for (const std::int64_t count : {1, 10, 70000}) {
      EXPECT_EQ(fasta.bases("1", first, count),
                sequence.substr(static_cast<std::size_t>(first - 1), static_cast<std::size_t>(count)))
          << first << ' ' << count;
    }
  }
}

TEST(FastaFile, EndsWhereTheContigEnds) {
  const TwoContigs files;
  const Fasta fasta(files.fasta.path());
  EXPECT_EQ(fasta.bases("chr1", 15, 10), "GT");
  EXPECT_EQ(fasta.bases("chr1", 17, 1), "");
  EXPECT_EQ(fasta.bases("chr1", -1, 4), "AC");
  EXPECT_EQ(fasta.bases("chr1", 3, 0), "");
  EXPECT_THROW(static_cast<void>(fasta.bases("chr3", 1, 1)), UserError);
}

TEST(FastaFile, NeverMakesAnIndex) {
  const test::TempFile fasta("bare.fa", ">1\nACGT\n");
  EXPECT_NE(message_of(fasta.path()).find("samtools faidx"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(fasta.path() + ".fai"));
}

TEST(FastaFile, RefusesWhatIsNoFasta) {
  EXPECT_NE(message_of("https://example.org/x.fa").find("URL"), std::string::npos);
  EXPECT_NE(message_of(test::TempFile("x.vcf", "##fileformat=VCFv4.3\n").path()).find("no FASTA"), std::string::npos);
  EXPECT_NE(message_of(test::TempFile("x.fa.gz", "\x1f\x8b\x08 gzip").path()).find("plain gzip"), std::string::npos);
}

TEST(FastaFile, AnIndexOfAnotherFileIsNoticed) {
  const TwoContigs files("chr1\t160\t12\t10\t11\n");
  const Fasta fasta(files.fasta.path());
  EXPECT_THROW(static_cast<void>(fasta.bases("chr1", 12, 8)), UserError);
}

}  // namespace
}  // namespace varisk::io
