#include "varisk/io/variant_source.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "variant_files.hpp"
#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

using testing::HasSubstr;
using varisk::test::bgzipped;
using varisk::test::gzipped;
using varisk::test::message_of;
using varisk::test::read_records;
using varisk::test::sample_names;
using varisk::test::TempFile;
using varisk::test::to_bcf;
using varisk::test::vcf_header;

std::string fault_of(const std::string& bytes) {
  const TempFile file("a.vcf", bytes);
  return message_of<UserError>([&] { static_cast<void>(read_records(file.path())); });
}

/// Lines in runs of one position, some of them long.
std::string random_body(std::mt19937& random, std::size_t size, std::size_t longest_run, std::size_t longest_line) {
  std::string body;
  std::int64_t position = 1;
  int contig = 1;
  while (body.size() < size) {
    for (std::size_t lines = 1 + random() % longest_run; lines > 0; --lines) {
      body += std::to_string(contig) + '\t' + std::to_string(position) + "\t.\tA\tG\t.\tPASS\tX=";
      body.append(random() % longest_line, static_cast<char>('a' + random() % 26));
      body += "\tGT\t0/1\n";
    }
    position += 1 + static_cast<std::int64_t>(random() % 3);
    if (contig == 1 && body.size() > size / 2) {
      contig = 2;
      position = 1;
    }
  }
  return body;
}

std::string place_of(std::string_view line) {
  return std::string(line.substr(0, line.find('\t', line.find('\t') + 1)));
}

/// Whole lines in each batch, no position in two batches, and all together the body of the file.
void expect_whole_batches(const std::string& bytes, const std::string& body) {
  const TempFile file("a.vcf", bytes);
  const auto opened = open_variant_source(file.path());
  VariantSource& source = *opened;
  std::string last_place;
  std::size_t batches = 0;
  const std::string all = read_records(source, [&](const RecordBatch& batch) {
    std::string_view records = batch.records();
    if (records.empty()) return;
    ++batches;
    ASSERT_EQ(records.back(), '\n');
    ASSERT_NE(place_of(records), last_place) << "the records of one position are in two batches";
    records.remove_suffix(1);
    last_place = place_of(records.substr(records.rfind('\n') + 1));
  });
  ASSERT_EQ(all.size(), body.size());
  EXPECT_TRUE(all == body);
  EXPECT_GT(batches, 0U);
  EXPECT_FALSE(source.unterminated());
  RecordBatch batch;
  EXPECT_FALSE(source.read(batch));
}

void expect_whole_batches_however_packed(const std::string& header, const std::string& body) {
  expect_whole_batches(header + body, body);
  expect_whole_batches(bgzipped(header + body), body);
  expect_whole_batches(gzipped(header + body), body);
}

TEST(VariantSource, TinyFilesAreReadHoweverTheyArePacked) {
  const std::string header = vcf_header(sample_names(2));
  const std::string body = "1\t5\t.\tA\tG\t.\t.\t.\tGT\t0/1\t1/1\n1\t6\t.\tA\tG\t.\t.\t.\tGT\t0/1\t1/1\n";
  expect_whole_batches_however_packed(header, body);
  for (const std::string& bytes : {header + body, bgzipped(header + body), gzipped(header + body)}) {
    const TempFile file("a.vcf", bytes);
    const auto opened = open_variant_source(file.path());
    const VariantSource& source = *opened;
    EXPECT_EQ(source.path(), file.path());
    EXPECT_EQ(source.encoding(), Encoding::text);
    EXPECT_EQ(source.header_lines(), std::count(header.begin(), header.end(), '\n'));
    EXPECT_THAT(source.header().samples(), testing::ElementsAre("s0", "s1"));
  }
}

TEST(VariantSource, AFileWithoutRecordsHasNone) {
  const std::string header = vcf_header(sample_names(1));
  for (const std::string& bytes : {header, bgzipped(header), gzipped(header), to_bcf(header), to_bcf(header, "wbu")}) {
    const TempFile file("a.vcf", bytes);
    EXPECT_EQ(read_records(file.path()), "");
  }
}

TEST(VariantSource, ManyBatchesHoldTheFileAndEachPositionIsInOne) {
  std::mt19937 random(81);
  const std::string header = vcf_header(sample_names(1));
  expect_whole_batches_however_packed(header, random_body(random, 3 << 20, 1, 200));
  expect_whole_batches_however_packed(header, random_body(random, 3 << 20, 400, 300));
}

TEST(VariantSource, OnePositionMayBeLongerThanSeveralBatches) {
  std::mt19937 random(82);
  expect_whole_batches_however_packed(vcf_header(sample_names(1)), random_body(random, 5 << 20, 60000, 120));
}

TEST(VariantSource, LinesMayBeLongerThanABatch) {
  std::mt19937 random(83);
  expect_whole_batches_however_packed(vcf_header(sample_names(1)), random_body(random, 12 << 20, 2, 5 << 20));
}

TEST(VariantSource, BlocksMayEndAnywhere) {
  std::mt19937 random(84);
  const std::string header = vcf_header(sample_names(1));
  const std::string body = random_body(random, 3000, 3, 60);
  for (const std::size_t block : {1U, 2U, 7U, 64U, 255U}) expect_whole_batches(bgzipped(header + body, block), body);
}

TEST(VariantSource, BgzfMayHaveEmptyBlocksWithinAndSeveralPartsInARow) {
  const std::string header = vcf_header(sample_names(1));
  const std::string body = "1\t5\t.\tA\tG\t.\t.\t.\tGT\t0/1\n";
  const std::string more = "1\t6\t.\tA\tG\t.\t.\t.\tGT\t0/1\n";
  expect_whole_batches(bgzipped(header + body) + bgzipped(more), body + more);
  expect_whole_batches(gzipped(header + body) + gzipped(more), body + more);
}

TEST(VariantSource, ARecordAtTheEndOfABatchIsNotLost) {
  const std::string header = vcf_header(sample_names(1));
  constexpr std::size_t batch = 1 << 20;
  for (const std::size_t beside : {0U, 1U, 2U}) {
    const std::string start = "1\t1\t.\tA\tG\t.\t.\t";
    const std::string end = "\tGT\t0/1\n";
    std::string body = start;
    body.append(batch - header.size() - start.size() - end.size() + beside - 1, 'x');
    body += end;
    const std::string last = "1\t2\t.\tA\tG\t.\t.\t.\tGT\t0/1\n";
    expect_whole_batches_however_packed(header, body);
    expect_whole_batches_however_packed(header, body + last);
  }
}

TEST(VariantSource, BcfRecordsAreWholeAndEachPositionIsInOneBatch) {
  std::mt19937 random(85);
  for (const std::size_t run : {1U, 300U, 30000U}) {
    const std::string header = vcf_header(sample_names(1), "##INFO=<ID=X,Number=1,Type=String,Description=\"x\">\n");
    const std::string body = random_body(random, 2 << 20, run, 150);
    for (const char* mode : {"wb", "wbu"}) {
      const TempFile file("a.bcf", to_bcf(header + body, mode));
      const auto opened = open_variant_source(file.path());
      VariantSource& source = *opened;
      EXPECT_EQ(source.encoding(), Encoding::bcf);
      std::set<std::string> places;
      std::size_t records = 0;
      read_records(source, [&](const RecordBatch& batch) {
        std::set<std::string> here;
        const auto offsets = batch.offsets();
        for (std::size_t i = 0; i < offsets.size(); ++i) {
          const std::size_t stop = i + 1 < offsets.size() ? offsets[i + 1] : batch.records().size();
          ASSERT_GE(stop, offsets[i] + 32);
          here.emplace(batch.records().substr(offsets[i] + 8, 8));
        }
        records += offsets.size();
        for (const std::string& place : here) ASSERT_TRUE(places.insert(place).second);
      });
      EXPECT_EQ(records, static_cast<std::size_t>(std::count(body.begin(), body.end(), '\n')));
    }
  }
}

TEST(VariantSource, ABgzfFileThatIsCutAnywhereIsAnErrorBlockBordersIncluded) {
  const std::string text =
      vcf_header(sample_names(1)) + "1\t5\t.\tA\tG\t.\t.\t.\tGT\t0/1\n1\t6\t.\tA\tG\t.\t.\t.\tGT\t0/1\n";
  for (const std::string& whole : {bgzipped(text, 300), to_bcf(text)}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const TempFile file("a", whole.substr(0, size));
      ASSERT_THROW(read_records(file.path()), UserError) << size;
    }
  }
}

TEST(VariantSource, AGzipFileThatIsCutAnywhereIsAnError) {
  const std::string text = vcf_header(sample_names(1)) + "1\t5\t.\tA\tG\t.\t.\t.\tGT\t0/1\n";
  const std::string whole = gzipped(text);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const TempFile file("a", whole.substr(0, size));
    ASSERT_THROW(read_records(file.path()), UserError) << size;
  }
}

TEST(VariantSource, ABcfThatIsNotCompressedAndCutWithinARecordIsAnError) {
  const std::string text = vcf_header(sample_names(1)) + "1\t5\t.\tA\tG\t.\t.\t.\tGT\t0/1\n";
  const std::string whole = to_bcf(text, "wbu");
  const std::size_t header = to_bcf(vcf_header(sample_names(1)), "wbu").size();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    if (size == header) continue;  // cut between records: cannot be told
    const TempFile file("a", whole.substr(0, size));
    ASSERT_THROW(read_records(file.path()), UserError) << size;
  }
}

TEST(VariantSource, ChangedBytesOfACompressedFileAreErrorsOrLeaveItsContentAlone) {
  const std::string text =
      vcf_header(sample_names(1)) + "1\t5\t.\tA\tG\t.\t.\t.\tGT\t0/1\n1\t6\t.\tA\tG\t.\t.\t.\tGT\t0/1\n";
  for (const std::string& whole : {bgzipped(text, 400), gzipped(text), to_bcf(text)}) {
    const TempFile intact("a", whole);
    const std::string records = read_records(intact.path());
    for (std::size_t at = 0; at < whole.size(); ++at) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
      const TempFile file("a", bytes);
      try {
        EXPECT_EQ(read_records(file.path()), records) << at;
      } catch (const UserError&) {
      }
    }
  }
}

TEST(VariantSource, ABlockWithWrongChecksumIsNamedByItsByte) {
  const std::string header = vcf_header(sample_names(1));
  const std::string first = bgzipped(header);
  std::string bytes = first.substr(0, first.size() - 28) + bgzipped("1\t5\t.\tA\tG\t.\t.\t.\tGT\t0/1\n");
  bytes[bytes.size() - 28 - 8] = static_cast<char>(bytes[bytes.size() - 28 - 8] ^ 1);
  EXPECT_THAT(fault_of(bytes), HasSubstr("BGZF block at byte " + std::to_string(first.size() - 28) + " is corrupt"));
}

TEST(VariantSource, ALastLineWithoutLineEndIsWholeButNoted) {
  const std::string header = vcf_header(sample_names(1));
  const std::string line = "1\t5\t.\tA\tG\t.\t.\t.\tGT\t0/1";
  for (const std::string& bytes : {header + line, bgzipped(header + line), gzipped(header + line)}) {
    const TempFile file("a.vcf", bytes);
    const auto opened = open_variant_source(file.path());
    VariantSource& source = *opened;
    EXPECT_EQ(read_records(source, [](const RecordBatch&) {}), line + "\n");
    EXPECT_TRUE(source.unterminated());
  }
  EXPECT_THAT(fault_of(header + line.substr(0, line.size() - 4)), HasSubstr("cut off"));
}

TEST(VariantSource, AHeaderWithCrLfHasTheSameSamplesAndContigs) {
  std::string header;
  for (const char c : vcf_header(sample_names(2))) header += c == '\n' ? "\r\n" : std::string(1, c);
  const std::string line = "1\t5\t.\tA\tG\t.\t.\t.\tGT\t0/1\t1/1\r\n";
  const TempFile file("a.vcf", header + line);
  const auto opened = open_variant_source(file.path());
  VariantSource& source = *opened;
  EXPECT_THAT(source.header().samples(), testing::ElementsAre("s0", "s1"));
  EXPECT_EQ(source.header().contigs().size(), 4U);
  EXPECT_EQ(source.header().contigs()[0].name, "1");
  EXPECT_EQ(read_records(source, [](const RecordBatch&) {}), line);
}

TEST(VariantSource, FilesThatAreNoVcfAreErrors) {
  EXPECT_THAT(fault_of(""), HasSubstr("empty"));
  EXPECT_THAT(fault_of("chr_name\tchr_position\n"), HasSubstr("no VCF or BCF"));
  EXPECT_THAT(fault_of("#CHROM\tPOS\n"), HasSubstr("no VCF or BCF"));
  EXPECT_THAT(fault_of("x"), HasSubstr("no VCF or BCF"));
  EXPECT_THAT(fault_of(bgzipped("BAM\1more")), HasSubstr("--reads"));
  EXPECT_THAT(fault_of(bgzipped("")), HasSubstr("no VCF or BCF"));
  EXPECT_THAT(fault_of("##fileformat=VCFv4.3\n"), HasSubstr("no #CHROM line"));
  EXPECT_THAT(fault_of("##fileformat=VCFv4.3\n1\t5\t.\tA\tG\t.\t.\t.\n"), HasSubstr("line 2"));
  EXPECT_THAT(fault_of("##fileformat=VCFv4.3\n\n"), HasSubstr("line 2"));
  const std::string header = vcf_header(sample_names(1));
  EXPECT_THAT(fault_of(header.substr(0, header.size() - 1)), HasSubstr("no #CHROM line"));
}

TEST(VariantSource, UrlsFoldersAndFilesThatAreNotThereAreErrors) {
  for (const std::string path : {"https://example.org/a.vcf.gz", "s3://bucket/a.bcf", "file:///tmp/a.vcf"}) {
    EXPECT_THAT(message_of<UserError>([&] { static_cast<void>(open_variant_source(path)); }),
                HasSubstr(path + ": is a URL"));
  }
  EXPECT_THAT(message_of<IoError>([] { static_cast<void>(open_variant_source(testing::TempDir())); }),
              HasSubstr("folder"));
  EXPECT_THAT(message_of<IoError>([] { static_cast<void>(open_variant_source("/nonexistent/a.vcf")); }),
              HasSubstr("/nonexistent/a.vcf"));
}

}  // namespace
}  // namespace varisk::io
