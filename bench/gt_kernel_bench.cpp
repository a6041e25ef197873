#include <benchmark/benchmark.h>

#include "bench_data.hpp"
#include "varisk/genotypes/gt_kernel.hpp"

namespace {

using namespace varisk;
using genotypes::CallCode;

bool equals(const std::vector<CallCode>& codes, const std::vector<int>& copies) {
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const CallCode expected = copies[i] < 0 ? CallCode::diploid_missing : static_cast<CallCode>(copies[i]);
    if (codes[i] != expected) return false;
  }
  return true;
}

/// Columns that are all `a|b` or `a/b`. Arguments: instruction set, samples.
void decode_gt(benchmark::State& state) {
  const SimdLevel level = bench::level_of(state.range(0));
  if (!bench::is_available(level)) return state.SkipWithError("this machine lacks the instructions");
  const auto samples = static_cast<std::size_t>(state.range(1));
  const auto calls = bench::make_calls(samples, 0.2, 1);
  const genotypes::DecodeGt kernel = genotypes::gt_kernel(level);
  std::vector<CallCode> codes(samples);
  bench::require(kernel(calls.text.data(), samples, 1, 2, false, codes.data()) && equals(codes, calls.copies),
                 "GT kernel");
  for (auto _ : state) {
    benchmark::DoNotOptimize(kernel(calls.text.data(), samples, 1, 2, false, codes.data()));
    benchmark::ClobberMemory();
  }
  state.SetLabel(bench::name_of(level));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(calls.text.size()));
  state.SetItemsProcessed(state.iterations() * state.range(1));
}
BENCHMARK(decode_gt)->ArgsProduct({{0, 1, 2}, {bench::cohort_samples, 200'000}})->ArgNames({"set", "samples"});

}  // namespace
