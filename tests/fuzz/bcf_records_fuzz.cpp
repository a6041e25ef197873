// Any bytes as BCF records of a file with three samples. The first byte chooses the options; each record is preceded by
// two 16-bit lengths, of its shared and its individual part, which become the 32-bit lengths of the file: so mutations
// mostly leave the framing whole and reach the parsers behind it.
#include <algorithm>
#include <cstring>

#include "variant_run.hpp"

namespace {

constexpr std::string_view header =
    "##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description=\"\">\n##FILTER=<ID=q10,Description=\"\">\n"
    "##contig=<ID=1,length=248956422>\n##contig=<ID=X,length=156040895>\n##contig=<ID=MT>\n"
    "##INFO=<ID=R2,Number=1,Type=Float,Description=\"\">\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
    "##FORMAT=<ID=DS,Number=A,Type=Float,Description=\"\">\n##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"\">\n"
    "##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"\">\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\tS2\tS3\n";

void append_length(std::string& out, std::size_t length) {
  const auto value = static_cast<std::uint32_t>(length);
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::size_t take_length(std::string_view& bytes) {
  const std::size_t value = static_cast<unsigned char>(bytes[0]) | static_cast<std::size_t>(bytes[1]) << 8U;
  bytes.remove_prefix(2);
  return value;
}

std::string as_bcf(std::string_view bytes) {
  std::string file("BCF\2\2", 5);
  append_length(file, header.size() + 1);
  file.append(header);
  file.push_back('\0');
  while (bytes.size() > 4) {
    std::size_t shared = take_length(bytes);
    std::size_t individual = take_length(bytes);
    shared = std::min(shared, bytes.size());
    individual = std::min(individual, bytes.size() - shared);
    append_length(file, shared);
    append_length(file, individual);
    file.append(bytes.substr(0, shared + individual));
    bytes.remove_prefix(shared + individual);
  }
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace varisk;
  if (size == 0) return 0;
  static fuzz::MemoryFile input;
  input.write(as_bcf(fuzz::as_text(data + 1, size - 1)));
  const auto options = fuzz::pass_options(data[0]);
  for (const bool sexes : {false, true}) fuzz::accepts([&] { fuzz::read_variants(input.path(), options, sexes); });
  return 0;
}
