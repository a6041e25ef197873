#include <benchmark/benchmark.h>
#include <zlib.h>

#include "bench_data.hpp"
#include "crc32.hpp"

namespace {

using namespace varisk;

/// One BGZF block of calls. Argument: instruction set.
void crc32(benchmark::State& state) {
  const auto level = static_cast<CarrylessMultiply>(state.range(0));
  if (level > best_carryless_multiply()) return state.SkipWithError("this machine lacks the instructions");
  constexpr std::size_t block = 65'280;
  const std::string text = bench::make_calls(block / 4, 0.2, 9).text.substr(0, block);
  const io::Crc32 kernel = io::crc32_kernel(level);
  const auto* const bytes = reinterpret_cast<const Bytef*>(text.data());  // NOLINT
  bench::require(kernel(text) == ::crc32(0, bytes, static_cast<uInt>(text.size())), "CRC-32");
  for (auto _ : state) benchmark::DoNotOptimize(kernel(text));
  static constexpr const char* names[] = {"libdeflate", "PCLMULQDQ", "VPCLMULQDQ, AVX-512"};
  state.SetLabel(names[state.range(0)]);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(crc32)->DenseRange(0, 2)->ArgName("set");

}  // namespace
