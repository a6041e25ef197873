#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "bench_data.hpp"
#include "varisk/scoring/add_kernel.hpp"

namespace {

using namespace varisk;
using genotypes::CallCode;

/// One site added to one score. Arguments: instruction set, samples.
void add_by_code(benchmark::State& state) {
  const SimdLevel level = bench::level_of(state.range(0));
  if (!bench::is_available(level)) return state.SkipWithError("this machine lacks the instructions");
  const auto samples = static_cast<std::size_t>(state.range(1));
  const auto copies = bench::make_calls(samples, 0.2, 2).copies;
  std::vector<CallCode> codes;
  for (std::size_t i = 0; i < samples; ++i) {
    const bool haploid = i % 97 == 0;
    const auto code = haploid ? 4 + (copies[i] < 0 ? 2 : copies[i] % 2) : (copies[i] < 0 ? 3 : copies[i]);
    codes.push_back(static_cast<CallCode>(code));
  }
  const scoring::CodeTable table = {0, -1'234'567'890'123, -2'469'135'780'246, 77, 0, 5, 6, 0};
  std::vector<std::int64_t> expected(samples, 3);
  for (std::size_t i = 0; i < samples; ++i) expected[i] += table[static_cast<std::size_t>(codes[i])];

  const scoring::AddByCode kernel = scoring::add_kernel(level);
  std::vector<std::int64_t> sums(samples, 3);
  kernel(sums.data(), codes.data(), samples, table);
  bench::require(sums == expected, "add kernel");
  std::fill(sums.begin(), sums.end(), 0);
  const scoring::CodeTable small = {0, 1, 2, 1, 0, 1, 1, 0};  // no overflow in any number of repetitions
  for (auto _ : state) {
    kernel(sums.data(), codes.data(), samples, small);
    benchmark::ClobberMemory();
  }
  state.SetLabel(bench::name_of(level));
  // codes read, sums read and written
  state.SetBytesProcessed(state.iterations() * state.range(1) * 17);
  state.SetItemsProcessed(state.iterations() * state.range(1));
}
BENCHMARK(add_by_code)->ArgsProduct({{0, 1, 2}, {bench::cohort_samples, 200'000}})->ArgNames({"set", "samples"});

/// A block of sites added to many scores, at the allele frequencies that make_cohort draws. Arguments: instruction set,
/// scores; an item is one call added to one score.
void add_sites(benchmark::State& state) {
  const SimdLevel level = bench::level_of(state.range(0));
  if (!bench::is_available(level)) return state.SkipWithError("this machine lacks the instructions");
  constexpr std::size_t samples = 128;
  const auto scores = static_cast<std::size_t>(state.range(1));
  std::vector<scoring::SampleCodes> codes(samples);
  for (std::size_t k = 0; k < scoring::block_sites; ++k) {
    const double place = (static_cast<double>(k) + 0.5) / scoring::block_sites;
    const auto copies = bench::make_calls(samples, std::max(0.002, 0.5 * std::pow(place, 2.5)), k).copies;
    for (std::size_t i = 0; i < samples; ++i) codes[i].code[k] = static_cast<CallCode>(copies[i] < 0 ? 3 : copies[i]);
  }
  const scoring::SampleCodes usual{};
  const auto table = std::make_unique<scoring::ChunkTable>();
  table->active = ~std::uint64_t{0};
  std::vector<std::int64_t> expected(samples * scores);
  for (std::size_t k = 0; k < scoring::block_sites; ++k) {
    for (std::size_t s = 0; s < scores; ++s) {
      for (std::size_t code = 0; code < 4; ++code) table->more[code][k][s] = static_cast<std::int64_t>(code * (k + s));
      for (std::size_t i = 0; i < samples; ++i) {
        expected[i * scores + s] += static_cast<std::int64_t>(static_cast<std::size_t>(codes[i].code[k]) * (k + s));
      }
    }
  }
  const scoring::AddSites kernel = scoring::add_sites_kernel(level);
  std::vector<std::int64_t> sums(samples * scores);
  kernel(sums.data(), scores, scores, codes.data(), samples, usual, *table);
  bench::require(sums == expected, "add sites kernel");
  for (auto _ : state) {
    kernel(sums.data(), scores, scores, codes.data(), samples, usual, *table);
    benchmark::ClobberMemory();
  }
  state.SetLabel(bench::name_of(level));
  state.SetItemsProcessed(state.iterations() * state.range(1) *
                          static_cast<std::int64_t>(samples * scoring::block_sites));
}
BENCHMARK(add_sites)->ArgsProduct({{0, 1, 2}, {2, 10, 64}})->ArgNames({"set", "scores"});

}  // namespace
