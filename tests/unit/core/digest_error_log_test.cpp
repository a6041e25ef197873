#include <gmock/gmock.h>

#include <string>

#include "../temp_file.hpp"
#include "varisk/core/digest.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/log.hpp"

namespace varisk {
namespace {

using testing::HasSubstr;
using testing::Not;
using varisk::test::message_of;
using varisk::test::TempFile;

std::string digest_of(std::string_view text) {
  Digest digest;
  digest.add(text);
  return digest.hex();
}

TEST(Digest, IsTheXxh3OfTheBytes) {
  // XXH3_128bits of nothing with seed 0, as xxhsum -H2 prints it
  EXPECT_EQ(Digest().hex(), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(digest_of("").size(), 32U);
  EXPECT_NE(digest_of("a"), digest_of("b"));
}

TEST(Digest, DoesNotDependOnThePieces) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += static_cast<char>(i * 7 + i / 256);
  for (const std::size_t piece : {1U, 3U, 64U, 255U, 1024U, 4999U}) {
    Digest digest;
    for (std::size_t at = 0; at < text.size(); at += piece) digest.add(std::string_view(text).substr(at, piece));
    EXPECT_EQ(digest.hex(), digest_of(text)) << piece;
  }
}

TEST(IdentifyFile, SmallFilesAreDigestedWhole) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65535}, std::size_t{65536}}) {
    const std::string text(size, 'x');
    const TempFile file("a", text);
    const FileIdentity identity = identify_file(file.path());
    EXPECT_EQ(identity.path, file.path());
    EXPECT_EQ(identity.size, size);
    EXPECT_GT(identity.modified_ns, 0);
    EXPECT_EQ(identity.digest, digest_of(text)) << size;
  }
}

TEST(IdentifyFile, OfLargeFilesTheFirstAndTheLast64KiBCount) {
  constexpr std::size_t part = 65536;
  for (const std::size_t size : {part + 1, 2 * part - 1, 2 * part, 2 * part + 1, 5 * part}) {
    std::string text(size, 'x');
    const TempFile file("a", text);
    const std::string before = identify_file(file.path()).digest;
    text.back() = 'y';
    file.write(text);
    const std::string last_changed = identify_file(file.path()).digest;
    text.front() = 'y';
    file.write(text);
    EXPECT_NE(last_changed, before) << size;
    EXPECT_NE(identify_file(file.path()).digest, last_changed) << size;
  }
}

TEST(IdentifyFile, AFileThatIsNotThereIsAnError) {
  EXPECT_THAT(message_of<IoError>([] { static_cast<void>(identify_file("/nonexistent/a")); }),
              HasSubstr("/nonexistent/a"));
}

TEST(Error, IsOneLineOfWhereWhatAndHelp) {
  EXPECT_STREQ(UserError("two columns, expected three", "a.tsv: line 4", "add one").what(),
               "a.tsv: line 4: two columns, expected three; add one");
  EXPECT_STREQ(UserError("two columns", "a.tsv").what(), "a.tsv: two columns");
  EXPECT_STREQ(IoError("cannot be read", "a.tsv").what(), "a.tsv: cannot be read");
  EXPECT_STREQ(UsageError("--out is missing", "give a folder").what(), "--out is missing; give a folder");
  EXPECT_STREQ(UsageError("--out is missing").what(), "--out is missing");
  EXPECT_THAT(InternalError("no state").what(), HasSubstr("no state; please report"));
  EXPECT_EQ(UserError("what", "a.tsv: line 4").where(), "a.tsv: line 4");
  EXPECT_EQ(UsageError("what").where(), "");
}

std::string logged(LogFormat format, LogLevel threshold, const std::string& message) {
  testing::internal::CaptureStderr();
  {
    const Log log(format, threshold);
    log.debug(message);
    log.info(message);
    log.warning(message);
    log.error(message);
  }
  return testing::internal::GetCapturedStderr();
}

TEST(Log, WritesFromItsThresholdOnToStderrOnly) {
  testing::internal::CaptureStdout();
  const std::string text = logged(LogFormat::text, LogLevel::warning, "a message");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_THAT(text, HasSubstr("warning: a message\n"));
  EXPECT_THAT(text, HasSubstr("error: a message\n"));
  EXPECT_THAT(text, Not(HasSubstr("info")));
  EXPECT_THAT(text, Not(HasSubstr("debug")));
}

TEST(Log, JsonLinesStayOneLineEachWithQuotesAndControlsEscaped) {
  const std::string text = logged(LogFormat::json, LogLevel::error, "a \"b\" \\ c\nd\te");
  EXPECT_THAT(text, HasSubstr(R"("level":"error","message":"a \"b\" \\ c\u000ad\u0009e"})"));
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

TEST(Log, TakesAnyTextAsItIs) {
  for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
    EXPECT_THAT(logged(format, LogLevel::debug, "%v %s {} {0} { }"), HasSubstr("%v %s {} {0} { }"));
    EXPECT_NO_THROW(logged(format, LogLevel::debug, ""));
    EXPECT_NO_THROW(logged(format, LogLevel::debug, "\xFF\xFE"));
    EXPECT_NO_THROW(logged(format, LogLevel::debug, std::string(100000, 'x')));
  }
}

}  // namespace
}  // namespace varisk
