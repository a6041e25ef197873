#include "varisk/core/output_folder.hpp"

#include <gmock/gmock.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "../temp_file.hpp"
#include "varisk/core/error.hpp"

namespace varisk {
namespace {

namespace fs = std::filesystem;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using varisk::test::message_of;
using varisk::test::TempFile;

/// A folder for one test, empty at first.
class Place {
 public:
  Place() : file_("unused"), path_(fs::path(file_.path()).parent_path() / "place") { fs::create_directory(path_); }
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] std::vector<std::string> names(const fs::path& below = {}) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_ / below)) names.push_back(entry.path().filename().string());
    return names;
  }
  [[nodiscard]] std::string content(const fs::path& name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void put(const fs::path& name, const std::string& text) const { std::ofstream(path_ / name) << text; }

 private:
  TempFile file_;
  fs::path path_;
};

TEST(AtomicFile, TheFileHasItsNameOnlyAfterCommit) {
  const Place place;
  {
    AtomicFile file(place.path() / "a.tsv");
    file.write("one\n");
    file.write("two\n");
    EXPECT_FALSE(fs::exists(place.path() / "a.tsv"));
    file.close();
    EXPECT_FALSE(fs::exists(place.path() / "a.tsv"));
    file.publish();
    EXPECT_EQ(place.content("a.tsv"), "one\ntwo\n");
  }
  EXPECT_THAT(place.names(), ElementsAre("a.tsv"));
}

TEST(AtomicFile, WithoutCommitNothingIsLeftAndTheFileBeforeStays) {
  const Place place;
  place.put("a.tsv", "before");
  for (const bool closed : {false, true}) {
    try {
      AtomicFile file(place.path() / "a.tsv");
      file.write("after");
      if (closed) file.close();
      throw std::runtime_error("something else went wrong");
    } catch (const std::runtime_error&) {
      EXPECT_THAT(place.names(), ElementsAre("a.tsv"));
      EXPECT_EQ(place.content("a.tsv"), "before");
    }
  }
}

TEST(AtomicFile, AMovedFileIsCommittedOnce) {
  const Place place;
  {
    AtomicFile first(place.path() / "a.tsv");
    first.write("text");
    AtomicFile second(std::move(first));
    second.commit();
  }
  EXPECT_EQ(place.content("a.tsv"), "text");
  EXPECT_THAT(place.names(), ElementsAre("a.tsv"));
}

TEST(AtomicFile, AFolderThatIsNotThereIsNamed) {
  const Place place;
  EXPECT_THAT(message_of<IoError>([&] { AtomicFile file(place.path() / "none" / "a.tsv"); }), HasSubstr("none"));
}

TEST(AtomicFile, ATargetThatIsAFolderIsAnErrorAndLeavesNothing) {
  const Place place;
  fs::create_directories(place.path() / "a.tsv" / "inside");
  EXPECT_THROW(
      {
        AtomicFile file(place.path() / "a.tsv");
        file.write("text");
        file.commit();
      },
      IoError);
  EXPECT_THAT(place.names(), ElementsAre("a.tsv"));
}

TEST(OutputFolder, TheResultAppearsAsAWhole) {
  const Place place;
  const fs::path path = place.path() / "run";
  {
    OutputFolder folder(path, false);
    folder.create("scores.tsv").write("scores");
    folder.create("risk.tsv").write("risks");
    EXPECT_FALSE(fs::exists(path / "scores.tsv"));
    EXPECT_FALSE(fs::exists(path / "run.json"));
    folder.commit("{}");
  }
  EXPECT_THAT(place.names("run"), UnorderedElementsAre("scores.tsv", "risk.tsv", "run.json"));
  EXPECT_EQ(place.content("run/scores.tsv"), "scores");
  EXPECT_EQ(place.content("run/risk.tsv"), "risks");
  EXPECT_EQ(place.content("run/run.json"), "{}");
}

TEST(OutputFolder, AnExceptionBeforeCommitLeavesNothing) {
  const Place place;
  try {
    OutputFolder folder(place.path() / "run", false);
    folder.create("scores.tsv").write("scores");
    throw std::runtime_error("something went wrong");
  } catch (const std::runtime_error&) {
    EXPECT_THAT(place.names(), IsEmpty());
  }
}

TEST(OutputFolder, AFolderThatWasThereBeforeStaysWithItsForeignFiles) {
  const Place place;
  place.put("notes.txt", "mine");
  { OutputFolder abandoned(place.path(), false); }
  EXPECT_THAT(place.names(), ElementsAre("notes.txt"));
  for (const bool overwrite : {false, true}) {
    OutputFolder folder(place.path(), overwrite);
    folder.create("scores.tsv").write("scores");
    folder.commit("{}");
    EXPECT_EQ(place.content("notes.txt"), "mine");
  }
  EXPECT_THAT(place.names(), UnorderedElementsAre("notes.txt", "scores.tsv", "run.json"));
}

TEST(OutputFolder, AnotherResultIsRefusedUnlessItMayBeOverwritten) {
  for (const std::string name : {"run.json", "scores.tsv", "risk.tsv", "sites.tsv", "matches.tsv", "samples.tsv"}) {
    const Place place;
    place.put(name, "before");
    EXPECT_THAT(message_of<UsageError>([&] { OutputFolder folder(place.path(), false); }),
                testing::AllOf(HasSubstr(place.path().string()), HasSubstr("--overwrite")));
    EXPECT_EQ(place.content(name), "before");
    EXPECT_THAT(place.names(), ElementsAre(name));
  }
}

TEST(OutputFolder, ARunThatFailsLeavesTheResultBeforeWhole) {
  const Place place;
  place.put("run.json", "before");
  place.put("scores.tsv", "scores before");
  try {
    OutputFolder folder(place.path(), true);
    folder.create("scores.tsv").write("scores after");
    throw std::runtime_error("something went wrong");
  } catch (const std::runtime_error&) {
    EXPECT_THAT(place.names(), UnorderedElementsAre("run.json", "scores.tsv"));
    EXPECT_EQ(place.content("run.json"), "before");
    EXPECT_EQ(place.content("scores.tsv"), "scores before");
  }
}

TEST(OutputFolder, OverwritingTakesAwayFilesOfTheRunBeforeThatThisOneLacks) {
  const Place place;
  place.put("run.json", "before");
  place.put("scores.tsv", "before");
  place.put("explain.tsv", "before");
  place.put("notes.txt", "mine");
  OutputFolder folder(place.path(), true);
  folder.create("scores.tsv").write("after");
  folder.commit("{}");
  EXPECT_THAT(place.names(), UnorderedElementsAre("run.json", "scores.tsv", "notes.txt"));
  EXPECT_EQ(place.content("scores.tsv"), "after");
  EXPECT_EQ(place.content("run.json"), "{}");
}

TEST(OutputFolder, RunJsonIsAbsentIfAnotherFileCannotGetItsName) {
  const Place place;
  place.put("run.json", "before");
  fs::create_directories(place.path() / "samples.tsv" / "inside");  // no file can be renamed to this
  {
    OutputFolder folder(place.path(), true);
    folder.create("scores.tsv").write("after");
    folder.create("samples.tsv").write("after");
    EXPECT_THROW(folder.commit("{}"), IoError);
  }
  EXPECT_FALSE(fs::exists(place.path() / "run.json"));
}

TEST(OutputFolder, AFileInPlaceOfTheFolderIsAnError) {
  const TempFile file("out", "text");
  EXPECT_THAT(message_of<IoError>([&] { OutputFolder folder(file.path(), true); }),
              testing::AllOf(HasSubstr(file.path()), HasSubstr("a folder was expected")));
  EXPECT_THROW(OutputFolder(fs::path(file.path()) / "below", false), IoError);
  EXPECT_EQ(file.read(), "text");
}

}  // namespace
}  // namespace varisk
