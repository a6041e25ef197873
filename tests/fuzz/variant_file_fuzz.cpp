// Any bytes as a whole genotype file: text, gzip, BGZF or BCF, header included.
#include "variant_run.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace varisk;
  static fuzz::MemoryFile input;
  input.write(fuzz::as_text(data, size));
  fuzz::accepts([&] { fuzz::read_variants(input.path(), {}, false); });
  return 0;
}
