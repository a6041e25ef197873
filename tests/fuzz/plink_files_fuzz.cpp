// Any bytes as a PLINK 1 file set. The first byte chooses the options, the second the number of samples and whether the
// .bed gets the size that the other two ask for; the rest is the text of the .bim up to a NUL, then the .bed.
#include <algorithm>
#include <filesystem>
#include <string>

#include "variant_run.hpp"

namespace {

using namespace varisk;

/// Three files in memory under the names of one file set.
class FileSet {
 public:
  FileSet() : folder_("/tmp/varisk_fuzz_XXXXXX") {
    fuzz::require(::mkdtemp(folder_.data()) != nullptr, "a folder can be made");
    std::filesystem::create_symlink(bed_.path(), path("bed"));
    std::filesystem::create_symlink(bim_.path(), path("bim"));
    std::filesystem::create_symlink(fam_.path(), path("fam"));
  }
  ~FileSet() { std::filesystem::remove_all(folder_); }
  FileSet(const FileSet&) = delete;
  FileSet& operator=(const FileSet&) = delete;

  [[nodiscard]] std::string path(const std::string& extension) const { return folder_ + "/x." + extension; }
  void write(std::string_view bed, std::string_view bim, std::string_view fam) {
    bed_.write(bed);
    bim_.write(bim);
    fam_.write(fam);
  }

 private:
  fuzz::MemoryFile bed_;
  fuzz::MemoryFile bim_;
  fuzz::MemoryFile fam_;
  std::string folder_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static FileSet files;
  std::string fam;
  const std::size_t samples = 1 + data[1] % 9U;
  for (std::size_t i = 0; i < samples; ++i) {
    fam += "f s" + std::to_string(i) + " 0 0 " + std::to_string(i % 3) + " -9\n";
  }
  const std::string_view rest = fuzz::as_text(data + 2, size - 2);
  const std::string_view bim = rest.substr(0, rest.find('\0'));
  std::string bed("\x6c\x1b\x01");
  bed += rest.substr(std::min(bim.size() + 1, rest.size()));
  const auto lines = static_cast<std::size_t>(std::count(bim.begin(), bim.end(), '\n'));
  if (data[1] < 200) bed.resize(3 + lines * ((samples + 3) / 4));
  files.write(bed, bim, fam);
  auto options = fuzz::pass_options(data[0]);
  options.parse_all = data[1] % 2 == 0;
  for (const bool sexes : {false, true}) fuzz::accepts([&] { fuzz::read_variants(files.path("bed"), options, sexes); });
  return 0;
}
