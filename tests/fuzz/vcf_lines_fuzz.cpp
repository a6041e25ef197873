// Any bytes as the record lines of a VCF file with four samples; the first byte chooses the options.
#include "variant_run.hpp"

namespace {

constexpr std::string_view header =
    "##fileformat=VCFv4.2\n##contig=<ID=1,length=248956422>\n##contig=<ID=X,length=156040895>\n##contig=<ID=MT>\n"
    "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n##FORMAT=<ID=DS,Number=A,Type=Float,Description=\"\">\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\tS2\tS3\tS4\n";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace varisk;
  if (size == 0) return 0;
  static fuzz::MemoryFile input;
  input.write(std::string(header) + std::string(fuzz::as_text(data + 1, size - 1)));
  const auto options = fuzz::pass_options(data[0]);
  for (const bool sexes : {false, true}) fuzz::accepts([&] { fuzz::read_variants(input.path(), options, sexes); });
  return 0;
}
