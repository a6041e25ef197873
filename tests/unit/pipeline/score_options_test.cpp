#include "varisk/pipeline/score_options.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"
#include "varisk/pipeline/score_inputs.hpp"

namespace varisk::pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using varisk::test::message_of;
using varisk::test::TempFile;

ScoreOptions valid() {
  ScoreOptions options;
  options.variants = {"a.vcf"};
  options.models = {"score.txt"};
  return options;
}

void accepts(const std::function<void(ScoreOptions&)>& change) {
  ScoreOptions options = valid();
  change(options);
  EXPECT_NO_THROW(options.validate());
}

void refuses(const std::string& name, const std::function<void(ScoreOptions&)>& change) {
  ScoreOptions options = valid();
  change(options);
  EXPECT_THAT(message_of<UsageError>([&] { options.validate(); }), HasSubstr(name));
}

TEST(ScoreOptions, DefaultsWithFilesAreValid) {
  EXPECT_NO_THROW(valid().validate());
  refuses("--variants", [](ScoreOptions& options) { options.variants.clear(); });
  refuses("--model", [](ScoreOptions& options) { options.models.clear(); });
}

TEST(ScoreOptions, RangesAreCheckedOnBothSides) {
  const double below = std::nextafter(0.0, -1.0);
  const double above = std::nextafter(1.0, 2.0);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double value : {0.0, 0.5, 1.0}) {
    accepts([&](ScoreOptions& options) { options.min_match = value; });
    accepts([&](ScoreOptions& options) { options.min_r2 = value; });
  }
  for (const double value : {below, above, nan, -1.0, 2.0}) {
    refuses("--min-match", [&](ScoreOptions& options) { options.min_match = value; });
    refuses("--min-r2", [&](ScoreOptions& options) { options.min_r2 = value; });
  }
  for (const double value : {0.0, 1.0, 99.0}) {
    accepts([&](ScoreOptions& options) { options.decode.min_gq = value; });
    accepts([&](ScoreOptions& options) { options.decode.min_dp = value; });
  }
  for (const double value : {below, -1.0, nan}) {
    refuses("--min-gq", [&](ScoreOptions& options) { options.decode.min_gq = value; });
    refuses("--min-dp", [&](ScoreOptions& options) { options.decode.min_dp = value; });
  }
}

TEST(ScoreOptions, NumbersOfThreadsAndContributionsAreChecked) {
  for (const int threads : {0, 1, 1024}) accepts([&](ScoreOptions& options) { options.threads = threads; });
  for (const int threads : {-1, 1025, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()}) {
    refuses("--threads", [&](ScoreOptions& options) { options.threads = threads; });
  }
  for (const int explain : {0, 1, 1000000}) accepts([&](ScoreOptions& options) { options.explain = explain; });
  refuses("--explain", [](ScoreOptions& options) { options.explain = -1; });
}

/// Sets SLURM_CPUS_PER_TASK for one scope.
class SlurmCpus {
 public:
  explicit SlurmCpus(const char* value) { set(value); }
  ~SlurmCpus() { set(before_ ? before_->c_str() : nullptr); }
  SlurmCpus(const SlurmCpus&) = delete;
  SlurmCpus& operator=(const SlurmCpus&) = delete;

 private:
  static constexpr const char* name = "SLURM_CPUS_PER_TASK";
  static void set(const char* value) {
    if (value == nullptr) {
      ::unsetenv(name);
    } else {
      ::setenv(name, value, 1);
    }
  }
  std::optional<std::string> before_ =
      ::getenv(name) == nullptr ? std::nullopt : std::optional<std::string>(::getenv(name));
};

TEST(AllocatedThreads, IsAtLeastOneAndNoMoreThanTheSchedulerGave) {
  int all = 0;
  {
    const SlurmCpus none(nullptr);
    all = allocated_threads();
    EXPECT_GE(all, 1);
  }
  {
    const SlurmCpus one("1");
    EXPECT_EQ(allocated_threads(), 1);
  }
  {
    const SlurmCpus many("1000000");
    EXPECT_EQ(allocated_threads(), all);
  }
  for (const char* text : {"", "0", "-3", "x", "2(x3)", "99999999999999999999"}) {
    const SlurmCpus odd(text);
    EXPECT_EQ(allocated_threads(), all) << text;
  }
}

TEST(ExpandFileLists, ListsStandForTheirLines) {
  const TempFile list("list.txt", "one.vcf\r\n\ntwo words.vcf\n@three.vcf");
  EXPECT_THAT(expand_file_lists({"first.vcf", "@" + list.path(), "last.vcf"}),
              ElementsAre("first.vcf", "one.vcf", "two words.vcf", "@three.vcf", "last.vcf"));
  EXPECT_TRUE(expand_file_lists({}).empty());
  EXPECT_THAT(expand_file_lists({"-"}), ElementsAre("-"));
}

TEST(ExpandFileLists, ListsThatAreEmptyOrNotThereAreErrors) {
  const TempFile list("list.txt", "\n\n");
  EXPECT_THAT(message_of<UserError>([&] { static_cast<void>(expand_file_lists({"@" + list.path()})); }),
              HasSubstr(list.path()));
  EXPECT_THROW(static_cast<void>(expand_file_lists({"@/nonexistent/list"})), IoError);
  EXPECT_THROW(static_cast<void>(expand_file_lists({"@"})), IoError);
}

}  // namespace
}  // namespace varisk::pipeline
