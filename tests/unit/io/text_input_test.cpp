#include "varisk/io/text_input.hpp"

#include <gmock/gmock.h>
#include <htslib/bgzf.h>
#include <sys/stat.h>
#include <zlib.h>

#include <string>
#include <thread>
#include <vector>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using varisk::test::message_of;
using varisk::test::TempFile;

std::vector<std::string> lines_of(const std::string& path) {
  TextInput input(path);
  std::vector<std::string> lines;
  std::string_view line;
  while (input.next(line)) lines.emplace_back(line);
  return lines;
}

std::string gzipped(const std::string& text) {
  const TempFile file("text.gz");
  gzFile gz = gzopen(file.path().c_str(), "wb");
  gzwrite(gz, text.data(), static_cast<unsigned>(text.size()));
  gzclose(gz);
  return file.read();
}

std::string bgzipped(const std::string& text) {
  const TempFile file("text.bgz");
  BGZF* bgzf = bgzf_open(file.path().c_str(), "w");
  EXPECT_EQ(bgzf_write(bgzf, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  EXPECT_EQ(bgzf_close(bgzf), 0);
  return file.read();
}

std::string many_lines() {
  std::string text;
  for (int i = 0; i < 50000; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

TEST(TextInput, LineEndsAreTakenOffAndLinesAreCounted) {
  const TempFile file("a.txt", "one\r\n\ntwo\nthree");
  EXPECT_THAT(lines_of(file.path()), ElementsAre("one", "", "two", "three"));
  TextInput input(file.path());
  std::string_view line;
  input.next(line);
  input.next(line);
  EXPECT_EQ(input.where(), file.path() + ": line 2");
}

TEST(TextInput, AnEmptyFileHasNoLines) {
  const TempFile file("a.txt", "");
  EXPECT_TRUE(lines_of(file.path()).empty());
}

TEST(TextInput, LinesMayBeLongerThanAnyBuffer) {
  const std::string longest(3 << 20, 'x');
  const TempFile file("a.txt", "short\n" + longest + "\nend\n");
  EXPECT_THAT(lines_of(file.path()), ElementsAre("short", longest, "end"));
}

TEST(TextInput, GzipAndBgzfHoldTheSameLinesAsPlainText) {
  const std::string text = many_lines();
  const TempFile plain("a.txt", text);
  const TempFile gzip("a.txt.gz", gzipped(text));
  const TempFile members("b.txt.gz", gzipped(text.substr(0, 1000)) + gzipped(text.substr(1000)));
  const TempFile bgzf("c.txt.gz", bgzipped(text));
  const auto expected = lines_of(plain.path());
  ASSERT_EQ(expected.size(), 50000U);
  EXPECT_EQ(lines_of(gzip.path()), expected);
  EXPECT_EQ(lines_of(members.path()), expected);
  EXPECT_EQ(lines_of(bgzf.path()), expected);
}

TEST(TextInput, AGzipStreamThatIsCutAnywhereIsAnError) {
  const std::string whole = gzipped("a\nb\nc\n");
  for (std::size_t size = 2; size < whole.size(); ++size) {
    const TempFile file("a.gz", whole.substr(0, size));
    EXPECT_THROW(lines_of(file.path()), UserError) << size;
  }
}

TEST(TextInput, AGzipFileThatIsCutInALaterMemberIsAnError) {
  const std::string first = gzipped("a\n");
  const std::string second = gzipped("b\n");
  for (std::size_t size = 1; size < second.size(); ++size) {
    const TempFile file("a.gz", first + second.substr(0, size));
    EXPECT_THROW(lines_of(file.path()), UserError) << size;
  }
}

TEST(TextInput, ABgzfFileThatIsCutAnywhereIsAnErrorBlockBoundariesIncluded) {
  const std::string whole = bgzipped(many_lines());
  constexpr std::size_t end_block = 28;
  const TempFile file("a.gz", whole.substr(0, whole.size() - end_block));
  EXPECT_THAT(message_of<UserError>([&] { lines_of(file.path()); }), HasSubstr("end-of-file block is missing"));
  for (std::size_t cut = 1; cut < end_block; ++cut) {
    file.write(whole.substr(0, whole.size() - cut));
    EXPECT_THROW(lines_of(file.path()), UserError) << cut;
  }
}

TEST(TextInput, DamagedAndForeignBytesInAGzipFileAreErrors) {
  std::string damaged = gzipped("some text that is long enough\n");
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);  // in the checksum
  const TempFile checksum("a.gz", damaged);
  EXPECT_THAT(message_of<UserError>([&] { lines_of(checksum.path()); }), HasSubstr("damaged"));
  const TempFile garbage("b.gz", gzipped("a\n") + "plain text");
  EXPECT_THAT(message_of<UserError>([&] { lines_of(garbage.path()); }), HasSubstr("damaged"));
}

TEST(TextInput, ANulByteIsAnErrorThatNamesTheLine) {
  const TempFile file("a.txt", std::string("one\ntw\0o\n", 9));
  EXPECT_THAT(message_of<UserError>([&] { lines_of(file.path()); }), HasSubstr(file.path() + ": line 2: "));
}

TEST(TextInput, UrlsFoldersAndFilesThatAreNotThereAreErrors) {
  EXPECT_THAT(message_of<UserError>([] { TextInput("https://example.org/a.txt"); }), HasSubstr("https://example.org"));
  EXPECT_THROW(TextInput("s3://bucket/a"), UserError);
  EXPECT_THAT(message_of<IoError>([] { TextInput(testing::TempDir()); }), HasSubstr("folder"));
  EXPECT_THAT(message_of<IoError>([] { TextInput("/nonexistent/a.txt"); }), HasSubstr("/nonexistent/a.txt"));
}

TEST(TextInput, APipeIsReadLikeAFileAndItsEndIsChecked) {
  const std::string whole = bgzipped(many_lines());
  for (const bool cut : {false, true}) {
    const TempFile folder("unused");
    const std::string path = folder.path() + ".pipe";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    std::thread writer(
        [&] { std::ofstream(path, std::ios::binary) << whole.substr(0, whole.size() - (cut ? 28 : 0)); });
    if (cut) {
      EXPECT_THROW(lines_of(path), UserError);
    } else {
      EXPECT_EQ(lines_of(path).size(), 50000U);
    }
    writer.join();
  }
}

}  // namespace
}  // namespace varisk::io
