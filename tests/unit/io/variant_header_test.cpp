#include "varisk/io/variant_header.hpp"

#include <gmock/gmock.h>

#include <string>

#include "input_bytes.hpp"
#include "variant_files.hpp"
#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using varisk::test::message_of;
using varisk::test::TempFile;

const std::string first_line = "##fileformat=VCFv4.3\n";
const std::string columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";

std::string fault(const std::string& text) {
  return message_of<UserError>([&] { const VariantHeader header(text, "a.vcf"); });
}

TEST(VariantHeader, NamesSamplesContigsAndKeys) {
  const VariantHeader header(first_line +
                                 "##contig=<ID=chr1,length=248956422,assembly=GRCh38>\n##contig=<ID=chrX>\n"
                                 "##INFO=<ID=R2,Number=1,Type=Float,Description=\"r2\">\n"
                                 "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"calls\">\n" +
                                 columns + "\tFORMAT\tmother\tfather\n",
                             "a.vcf");
  EXPECT_THAT(header.samples(), ElementsAre("mother", "father"));
  ASSERT_EQ(header.contigs().size(), 2U);
  EXPECT_EQ(header.contigs()[0].name, "chr1");
  EXPECT_EQ(header.contigs()[0].length, 248956422);
  EXPECT_EQ(header.contigs()[1].name, "chrX");
  EXPECT_EQ(header.contigs()[1].length, 0);
  EXPECT_EQ(header.contig_name(0), "chr1");
  EXPECT_EQ(header.contig_name(1), "chrX");
  EXPECT_EQ(header.contig_name(2), std::nullopt);
  EXPECT_EQ(header.contig_name(-1), std::nullopt);
  EXPECT_EQ(header.key_name(0), "PASS");
  EXPECT_EQ(header.key_name(1), "R2");
  EXPECT_EQ(header.key_name(2), "GT");
  EXPECT_EQ(header.key_name(3), std::nullopt);
  EXPECT_EQ(header.key_name(-2147483647), std::nullopt);
}

TEST(VariantHeader, SitesWithoutSamplesHaveNone) {
  EXPECT_TRUE(VariantHeader(first_line + columns + "\n", "a.vcf").samples().empty());
}

TEST(VariantHeader, TwoColumnsOfOneNameAreAnErrorThatNamesNoSample) {
  EXPECT_THAT(fault(first_line + columns + "\tFORMAT\tann\tbob\tann\n"),
              AllOf(HasSubstr("a.vcf: line 2"), HasSubstr("columns 10 and 12"), Not(HasSubstr("ann"))));
}

TEST(VariantHeader, ColumnsThatAreNotThoseOfAVcfAreErrors) {
  EXPECT_THAT(fault(first_line + "#CHROM\tPOS\tID\tREF\tALT\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("column 6"), HasSubstr("'QUAL'")));
  EXPECT_THAT(fault(first_line + "#CHROM POS ID REF ALT QUAL FILTER INFO\n"), HasSubstr("tabs"));
  EXPECT_THAT(fault(first_line + columns + "\tann\n"), HasSubstr("expected 'FORMAT'"));
  EXPECT_THAT(fault(first_line + columns + "\tFORMAT\tann\t\tbob\n"), HasSubstr("column 11 is empty"));
  EXPECT_THAT(fault(first_line), HasSubstr("expected '#CHROM'"));
  EXPECT_THAT(fault(first_line + columns + "\tFORMAT\n"), HasSubstr("cannot be read")) << "HTSlib refuses it";
}

TEST(VariantHeader, MayBeMoved) {
  VariantHeader first(first_line + "##contig=<ID=1>\n" + columns + "\tFORMAT\tann\n", "a.vcf");
  const VariantHeader second = std::move(first);
  EXPECT_THAT(second.samples(), ElementsAre("ann"));
  EXPECT_EQ(second.contig_name(0), "1");
}

TEST(InputBytes, GivesAllBytesInAnyPortions) {
  std::string text;
  for (int i = 0; i < 3000000; ++i) text += static_cast<char>(i * 31 + i / 1000);
  const TempFile file("a", text);
  for (const std::size_t step : {std::size_t{977}, std::size_t{65536}, std::size_t{1} << 20U, std::size_t{5} << 20U}) {
    InputBytes input(file.path());
    std::string all;
    while (true) {
      const std::string_view bytes = input.peek(step);
      if (bytes.empty()) break;
      const std::size_t take = std::min(bytes.size(), step);
      all += bytes.substr(0, take);
      input.consume(take);
      ASSERT_EQ(input.offset(), static_cast<std::int64_t>(all.size()));
    }
    EXPECT_TRUE(all == text) << step;
  }
}

TEST(InputBytes, PeekingDoesNotTake) {
  const TempFile file("a", "abc");
  InputBytes input(file.path());
  EXPECT_EQ(input.peek(1), "abc");
  EXPECT_EQ(input.peek(100), "abc");
  input.consume(2);
  EXPECT_EQ(input.peek(1), "c");
  input.consume(1);
  EXPECT_EQ(input.peek(1), "");
}

TEST(BgzfBlockSize, IsReadFromAWholeHeaderOnly) {
  const std::string block = varisk::test::bgzipped("some text");
  const std::string end = block.substr(block.size() - 28);
  EXPECT_EQ(bgzf_block_size(block), block.size() - 28);
  EXPECT_EQ(bgzf_block_size(end), 28U);
  for (std::size_t size = 0; size < 18; ++size) EXPECT_EQ(bgzf_block_size(end.substr(0, size)), std::nullopt);
  EXPECT_EQ(bgzf_block_size(varisk::test::gzipped("some text that is long enough")), std::nullopt);
  EXPECT_EQ(little_endian_32("\x01\x02\x03\x80"), 0x80030201U);
}

TEST(RefuseScheme, ToldByTheTwoSlashes) {
  for (const std::string path : {"http://a", "ftp://a/b", "x://"}) EXPECT_THROW(refuse_scheme(path), UserError) << path;
  for (const std::string path : {"a", "/a/b", "C:/a", "a:b", "./a://b", "/data/x://y"}) {
    EXPECT_NO_THROW(refuse_scheme(path)) << path;
  }
}

}  // namespace
}  // namespace varisk::io
