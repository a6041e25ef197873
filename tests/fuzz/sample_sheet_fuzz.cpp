// Any bytes as a sample sheet.
#include <set>
#include <string>

#include "fuzz_input.hpp"
#include "varisk/cohort/sample_sheet.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace varisk;
  static fuzz::MemoryFile input;
  input.write(fuzz::as_text(data, size));
  fuzz::accepts([&] {
    const auto sheet = cohort::SampleSheet::read(input.path());
    std::set<std::string> samples;
    std::set<std::string> sources;
    fuzz::require(!sheet.entries().empty(), "a sheet names a sample");
    for (const cohort::SampleEntry& entry : sheet.entries()) {
      fuzz::require(!entry.sample_id.empty() && !entry.source_id.empty(), "samples have names");
      fuzz::require(samples.insert(entry.sample_id).second, "sample ids are unique");
      fuzz::require(sources.insert(entry.source_id).second, "source ids are unique");
    }
  });
  return 0;
}
