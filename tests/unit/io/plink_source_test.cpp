#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"
#include "varisk/io/variant_source.hpp"

namespace varisk::io {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using varisk::test::message_of;
using varisk::test::TempFile;

constexpr std::string_view magic("\x6c\x1b\x01", 3);

/// A file set in a folder of its own.
class FileSet {
 public:
  FileSet(std::string_view bed, std::string_view bim, std::string_view fam) : bed_("x.bed", bed) {
    write("bim", bim);
    write("fam", fam);
  }
  void write(const std::string& extension, std::string_view content) const {
    std::ofstream(path(extension), std::ios::binary)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
  }
  [[nodiscard]] std::string path(const std::string& extension = "bed") const {
    return std::filesystem::path(bed_.path()).replace_extension(extension).string();
  }

 private:
  TempFile bed_;
};

std::string fam(std::size_t samples) {
  std::string text;
  for (std::size_t i = 0; i < samples; ++i)
    text += "f s" + std::to_string(i) + " 0 0 " + std::to_string(i % 3) + " -9\n";
  return text;
}

std::string bim(std::size_t variants) {
  std::string text;
  for (std::size_t i = 0; i < variants; ++i)
    text += "1\trs" + std::to_string(i) + "\t0\t" + std::to_string(10 + i) + "\tA\tG\n";
  return text;
}

/// Calls that tell their variant.
std::string bed(std::size_t variants, std::size_t bytes_per_variant) {
  std::string text(magic);
  for (std::size_t i = 0; i < variants; ++i) {
    for (std::size_t k = 0; k < bytes_per_variant; ++k) text += static_cast<char>((7 * i + k) & 0xFFU);
  }
  return text;
}

std::vector<std::string> batches_of(VariantSource& source) {
  std::vector<std::string> lines;
  RecordBatch batch;
  std::int64_t next = 0;
  while (source.read(batch)) {
    source.inflate(batch);
    source.frame(batch);
    lines.emplace_back(batch.records());
    EXPECT_EQ(batch.first_record(), next);
    next = batch.stop_record();
    EXPECT_EQ(next - batch.first_record(), std::count(lines.back().begin(), lines.back().end(), '\n'));
  }
  return lines;
}

std::string error_of(const FileSet& files) {
  return message_of<UserError>([&] { static_cast<void>(open_variant_source(files.path())); });
}

TEST(PlinkSource, GivesSamplesSexesAndRecords) {
  const FileSet files(bed(3, 2), bim(3), fam(5));
  const auto source = open_variant_source(files.path());
  EXPECT_EQ(source->encoding(), Encoding::bed);
  EXPECT_THAT(source->header().samples(), ElementsAre("s0", "s1", "s2", "s3", "s4"));
  EXPECT_THAT(source->header().sex(), ElementsAre(Sex::unknown, Sex::male, Sex::female, Sex::unknown, Sex::male));
  EXPECT_TRUE(source->header().contigs().empty());
  EXPECT_FALSE(source->header().contig_name(0));
  EXPECT_THAT(source->files(), ElementsAre(files.path("bed"), files.path("bim"), files.path("fam")));
  EXPECT_EQ(source->records_path(), files.path("bim"));
  EXPECT_THAT(batches_of(*source), ElementsAre(bim(3)));
  EXPECT_FALSE(source->unterminated());
}

TEST(PlinkSource, KnowsNoSexesWhereTheFamSaysNone) {
  const FileSet files(bed(1, 1), bim(1), "f a 0 0 0 1\nf b 0 0 -9 2\n");
  EXPECT_TRUE(open_variant_source(files.path())->header().sex().empty());
}

TEST(PlinkSource, IsFoundByAnyOfItsNames) {
  const FileSet files(bed(1, 1), bim(1), fam(1));
  const std::string prefix = files.path().substr(0, files.path().size() - 4);
  for (const std::string& name : {files.path("bed"), files.path("bim"), files.path("fam"), prefix}) {
    EXPECT_EQ(variant_path(name), files.path());
    EXPECT_EQ(open_variant_source(name)->path(), files.path());
  }
  EXPECT_EQ(variant_path("-"), "-");
  EXPECT_EQ(variant_path("nowhere"), "nowhere");
  const TempFile vcf("x", "##fileformat=VCFv4.3\n");
  std::ofstream(vcf.path() + ".bed") << "a";
  EXPECT_EQ(variant_path(vcf.path()), vcf.path()) << "a file of this very name comes first";
}

TEST(PlinkSource, CallsAreThoseOfTheirRecordInAnyOrder) {
  const std::size_t variants = 20000;
  const FileSet files(bed(variants, 2), bim(variants), fam(7));
  const auto source = open_variant_source(files.path());
  CallWindow window;
  const auto expect_calls = [&](std::size_t record) {
    const auto calls = source->calls(static_cast<std::int64_t>(record), static_cast<std::int64_t>(variants), window);
    ASSERT_EQ(calls.size(), 2U);
    ASSERT_EQ(calls[0], static_cast<char>((7 * record) & 0xFFU)) << record;
    ASSERT_EQ(calls[1], static_cast<char>((7 * record + 1) & 0xFFU)) << record;
  };
  for (std::size_t record = 0; record < variants; ++record) expect_calls(record);
  for (std::size_t record = 0; record < variants; record += 997) expect_calls(variants - 1 - record);
  const auto calls = source->calls(5, 6, window);
  EXPECT_EQ(calls.size(), 2U);
  EXPECT_EQ(window.stop_record, 6) << "not beyond what was asked for";
}

TEST(PlinkSource, CutsBatchesBetweenPositions) {
  // With 400,000 samples ten variants make a batch; 25 lie at one position.
  constexpr std::size_t samples = 400000;
  std::string lines;
  std::size_t variants = 0;
  const auto add = [&](const std::string& place, int count) {
    for (int i = 0; i < count; ++i) lines += place + "\tA\tG\n";
    variants += static_cast<std::size_t>(count);
  };
  add("1 a 0 5", 4);
  add("1 a 0 7", 25);
  add("2 a 0 7", 3);
  add("0 a 0 0", 40);  // without a place
  FileSet files(magic, lines, fam(samples));
  std::filesystem::resize_file(files.path(), 3 + variants * samples / 4);
  const auto source = open_variant_source(files.path());
  const auto found = batches_of(*source);
  std::string all;
  for (const std::string& batch : found) all += batch;
  EXPECT_EQ(all, lines);
  const auto lines_in = [&](std::size_t batch) { return std::count(found[batch].begin(), found[batch].end(), '\n'); };
  ASSERT_EQ(found.size(), 6U);
  EXPECT_EQ(lines_in(0), 29) << "a whole position";
  EXPECT_EQ(lines_in(1), 10);
}

TEST(PlinkSource, ManyVariantsComeInSeveralBatches) {
  constexpr std::size_t variants = 100000;
  const FileSet files(bed(variants, 1), bim(variants), fam(1));
  const auto source = open_variant_source(files.path());
  const auto found = batches_of(*source);
  EXPECT_GT(found.size(), 2U);
  std::string all;
  for (const std::string& batch : found) all += batch;
  EXPECT_TRUE(all == bim(variants));
}

TEST(PlinkSource, BlankLinesAtTheEndDoNoHarmAndAMissingLineEndIsNoted) {
  const FileSet files(bed(2, 1), bim(2) + "\n \n", fam(3) + "\n\n");
  const auto source = open_variant_source(files.path());
  EXPECT_EQ(source->header().samples().size(), 3U);
  EXPECT_THAT(batches_of(*source), ElementsAre(bim(2)));
  EXPECT_FALSE(source->unterminated());
  const std::string cut = bim(2).substr(0, bim(2).size() - 1);
  files.write("bim", cut);
  const auto unended = open_variant_source(files.path());
  EXPECT_THAT(batches_of(*unended), ElementsAre(bim(2)));
  EXPECT_TRUE(unended->unterminated());
}

TEST(PlinkSource, ASizeThatDoesNotFitIsRefusedWithBothNumbers) {
  const FileSet files(bed(3, 2), bim(3), fam(5));
  files.write("bed", bed(3, 2).substr(0, 8));
  EXPECT_THAT(error_of(files), AllOf(HasSubstr("x.bed"), HasSubstr("9 bytes"), HasSubstr("found 8"),
                                     HasSubstr("cut off"), HasSubstr("3 variant"), HasSubstr("5 sample")));
  files.write("bed", bed(3, 2) + 'x');
  EXPECT_THAT(error_of(files), AllOf(HasSubstr("9 bytes"), HasSubstr("found 10")));
  files.write("bed", bed(3, 2));
  files.write("bim", bim(2));
  EXPECT_THAT(error_of(files), AllOf(HasSubstr("7 bytes"), HasSubstr("found 9")));
  files.write("bim", bim(3));
  files.write("fam", fam(9));
  EXPECT_THAT(error_of(files), AllOf(HasSubstr("12 bytes"), HasSubstr("9 sample"), HasSubstr("found 9")));
}

TEST(PlinkSource, OtherFilesAreRefused) {
  const FileSet files(bed(1, 1), bim(1), fam(1));
  for (const std::string& bytes : {std::string(), std::string("l"), std::string("chr1\t5\t9\n"),
                                   std::string("\x6c\x1b\x02\x00", 4), std::string("\x6c\x1c\x01\x00", 4)}) {
    files.write("bed", bytes);
    EXPECT_THAT(error_of(files), AllOf(HasSubstr("x.bed"), HasSubstr("6c 1b 01")));
  }
  files.write("bed", std::string("\x6c\x1b\x00\x00", 4));
  EXPECT_THAT(error_of(files), HasSubstr("--make-bed"));
  files.write("bed", bed(1, 1));
  files.write("bim", "");
  EXPECT_THAT(error_of(files), AllOf(HasSubstr("x.bim"), HasSubstr("empty")));
  files.write("bim", "\n\n");
  EXPECT_THAT(error_of(files), AllOf(HasSubstr("x.bim"), HasSubstr("empty")));
  files.write("bim", bim(1));
  files.write("fam", "");
  EXPECT_THAT(error_of(files), AllOf(HasSubstr("x.fam"), HasSubstr("empty")));
}

TEST(PlinkSource, AFamWithWrongColumnsOrRepeatedIdsIsRefused) {
  const FileSet files(bed(1, 1), bim(1), "f a 0 0 1 1\nf b 0 0 1\n");
  EXPECT_THAT(error_of(files), AllOf(HasSubstr("x.fam: line 2"), HasSubstr("6 columns")));
  files.write("fam", "f a 0 0 1 1\n\nf b 0 0 1 1\n");
  EXPECT_THAT(error_of(files), HasSubstr("x.fam: line 2"));
  files.write("fam", "f aaa 0 0 1 1\nf b 0 0 1 1\ng aaa 0 0 1 1\n");
  const std::string error = error_of(files);
  EXPECT_THAT(error, AllOf(HasSubstr("x.fam: line 3"), HasSubstr("line 1")));
  EXPECT_THAT(error, testing::Not(HasSubstr("aaa"))) << "ids do not belong in messages";
}

TEST(PlinkSource, AMissingPartIsAnIoError) {
  for (const char* const part : {"bed", "bim", "fam"}) {
    const FileSet files(bed(1, 1), bim(1), fam(1));
    std::filesystem::remove(files.path(part));
    EXPECT_THAT(message_of<IoError>([&] { static_cast<void>(open_variant_source(files.path())); }),
                HasSubstr(std::string("x.") + part));
  }
}

TEST(PlinkSource, OtherFormatsOfPlinkAreNamed) {
  for (const char* const name : {"x.pgen", "x.bgen"}) {
    const TempFile file(name, "..");
    EXPECT_THAT(message_of<UserError>([&] { static_cast<void>(open_variant_source(file.path())); }),
                HasSubstr("--make-bed"));
  }
}

TEST(PlinkSource, AFileThatShrinksIsNoShorterCohort) {
  const FileSet files(bed(4, 1), bim(4), fam(4));
  const auto source = open_variant_source(files.path());
  files.write("bed", bed(2, 1));
  CallWindow window;
  EXPECT_THAT(message_of<UserError>([&] { static_cast<void>(source->calls(0, 4, window)); }), HasSubstr("shorter"));
  EXPECT_EQ(source->calls(1, 2, window).size(), 1U);
}

}  // namespace
}  // namespace varisk::io
