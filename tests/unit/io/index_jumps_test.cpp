#include <gmock/gmock.h>
#include <htslib/tbx.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "variant_files.hpp"
#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

using testing::HasSubstr;
using varisk::test::bgzipped;
using varisk::test::message_of;
using varisk::test::read_records;
using varisk::test::TempFile;
using varisk::test::to_bcf;
using varisk::test::vcf_header;

using Positions = std::vector<std::int64_t>;

struct Line {
  std::string text;
  std::string contig;
  std::int64_t first;
  std::int64_t last;
};

const std::string end_line = "##INFO=<ID=END,Number=1,Type=Integer,Description=\"end\">\n";

std::int64_t below(std::int64_t limit, std::mt19937& random) {
  return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit));
}

/// Several records at one position, long deletions, records that INFO END makes long.
std::vector<Line> random_lines(std::mt19937& random, std::size_t count) {
  std::vector<Line> lines;
  std::int64_t position = 1;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string contig = i < count / 2 ? "1" : "2";
    if (i == count / 2) position = 5;
    Line line{{}, contig, position, position};
    std::string ref = "A";
    std::string info = "R2=0.5";
    if (random() % 50 == 0) {
      ref.append(static_cast<std::size_t>(below(40'000, random)), 'C');
      line.last = position + static_cast<std::int64_t>(ref.size()) - 1;
    } else if (random() % 20 == 0) {
      line.last = position + below(100'000, random);
      info += ";END=" + std::to_string(line.last);
    }
    line.text = contig + '\t' + std::to_string(position) + "\tr" + std::to_string(i) + '\t' + ref + "\tG\t.\tPASS\t" +
                info + "\tGT\t0/1\n";
    lines.push_back(line);
    position += random() % 4 == 0 ? 0 : below(3000, random);
  }
  return lines;
}

Positions random_positions(std::mt19937& random, std::size_t count) {
  Positions positions;
  for (std::size_t i = 0; i < count; ++i) positions.push_back(1 + below(6'000'000, random));
  std::sort(positions.begin(), positions.end());
  return positions;
}

bool is_wanted(const Line& line, const Positions& positions) {
  const auto next = std::lower_bound(positions.begin(), positions.end(), line.first);
  return next != positions.end() && *next <= line.last;
}

std::string id_of(std::string_view line) {
  const std::size_t start = line.find('\t', line.find('\t') + 1) + 1;
  return std::string(line.substr(start, line.find('\t', start) - start));
}

TEST(IndexJumps, GiveEachRecordThatOverlapsAWantedPositionOnceAndInOrder) {
  std::mt19937 random(5);
  for (int round = 0; round < 30; ++round) {
    const auto lines = random_lines(random, 4000);
    std::string text = vcf_header({"s"}, end_line);
    for (const Line& line : lines) text += line.text;
    const TempFile file("a.vcf.gz", bgzipped(text, 200 + random() % 3000));
    const bool csi = round % 3 == 0;
    ASSERT_EQ(tbx_index_build(file.path().c_str(), csi ? 14 : 0, &tbx_conf_vcf), 0);
    const Positions first = random_positions(random, 1 + random() % 20);
    const Positions second = random_positions(random, random() % 20);
    const auto source = open_variant_source(file.path());
    const Access access = source->choose_access([&](std::string_view contig) -> std::span<const std::int64_t> {
      return contig == "1" ? std::span(first) : contig == "2" ? std::span(second) : std::span<const std::int64_t>{};
    });
    ASSERT_TRUE(access.jumps) << access.doubt << access.bytes << " of " << access.file_bytes;
    EXPECT_THAT(access.contigs, testing::ElementsAre("1", "2"));
    const std::string got = read_records(*source, [](const RecordBatch&) {});
    std::size_t next = 0;  // line of the file
    std::string_view rest = got;
    const auto skip_to = [&](std::string_view id) {
      while (next < lines.size() && "r" + std::to_string(next) != id) {
        const Line& line = lines[next];
        ASSERT_FALSE(is_wanted(line, line.contig == "1" ? first : second)) << "left out: " << next;
        ++next;
      }
    };
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n') + 1);
      ASSERT_NO_FATAL_FAILURE(skip_to(id_of(line)));
      ASSERT_LT(next, lines.size()) << "twice, or not in order: " << id_of(line);
      ASSERT_TRUE(line == lines[next].text);
      ++next;
      rest.remove_prefix(line.size());
    }
    ASSERT_NO_FATAL_FAILURE(skip_to("end"));
  }
}

TEST(IndexJumps, AreOfBcfToo) {
  std::mt19937 random(6);
  const auto lines = random_lines(random, 30'000);
  std::string text = vcf_header({"s"}, end_line);
  for (const Line& line : lines) text += line.text;
  const TempFile file("a.bcf", to_bcf(text));
  ASSERT_EQ(bcf_index_build(file.path().c_str(), 14), 0);
  const Positions wanted = {lines[7000].first, lines[7001].first};
  const auto source = open_variant_source(file.path());
  const Access access = source->choose_access([&](std::string_view contig) {
    return contig == "1" ? std::span<const std::int64_t>(wanted) : std::span<const std::int64_t>{};
  });
  ASSERT_TRUE(access.jumps) << access.doubt << access.bytes << " of " << access.file_bytes;
  std::size_t records = 0;
  const std::string got = read_records(*source, [&](const RecordBatch& batch) { records += batch.offsets().size(); });
  const auto expected = std::count_if(lines.begin(), lines.end(),
                                      [&](const Line& line) { return line.contig == "1" && is_wanted(line, wanted); });
  EXPECT_GE(records, static_cast<std::size_t>(expected));
  EXPECT_LT(records, 200U);
}

TEST(IndexJumps, RefuseAnIndexThatDoesNotFit) {
  std::mt19937 random(7);
  auto lines = random_lines(random, 4000);
  const auto make = [&](std::size_t block) {
    std::string text = vcf_header({"s"}, end_line);
    for (const Line& line : lines) text += line.text;
    return bgzipped(text, block);
  };
  const TempFile file("a.vcf.gz", make(1000));
  const Positions wanted = {lines[1500].first};
  lines.erase(lines.begin() + 100);  // the index is that of a file with a record less
  const TempFile other("a.vcf.gz", make(1000));
  ASSERT_EQ(tbx_index_build(other.path().c_str(), 0, &tbx_conf_vcf), 0);
  std::filesystem::copy_file(other.path() + ".tbi", file.path() + ".tbi");
  const auto source = open_variant_source(file.path());
  const Access access = source->choose_access([&](std::string_view contig) {
    return contig == "1" ? std::span<const std::int64_t>(wanted) : std::span<const std::int64_t>{};
  });
  if (access.jumps) {
    EXPECT_THAT(message_of<UserError>([&] { static_cast<void>(read_records(*source, [](const RecordBatch&) {})); }),
                HasSubstr("its index does not fit"));
  } else {
    EXPECT_THAT(access.doubt, HasSubstr("does not reach its end"));
  }
}

}  // namespace
}  // namespace varisk::io
