#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "bench_data.hpp"
#include "varisk/genotypes/call_decoder.hpp"

namespace {

using namespace varisk;
using genotypes::CallBlock;
using genotypes::CallCode;

genotypes::SampleColumns all_samples(std::size_t samples) {
  genotypes::SampleColumns columns;
  columns.file_samples = samples;
  columns.column.resize(samples);
  std::iota(columns.column.begin(), columns.column.end(), 0U);
  columns.identity = true;
  return columns;
}

void time_decoder(benchmark::State& state, const std::string& format, const std::string& calls,
                  const std::vector<double>& expected) {
  const auto samples = all_samples(expected.size());
  genotypes::CallDecoder decoder({}, samples);
  genotypes::TextFields fields;
  fields.format = format;
  fields.calls = std::string_view(calls).substr(1);
  CallBlock block;
  genotypes::RecordFault fault;
  const auto decode = [&] {
    return decoder.decode(fields, AlleleIndex{1}, 2, genotypes::CopyRule::diploid, block, fault);
  };
  bench::require(decode() && block.code.size() == expected.size(), "decoder");
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const CallCode code = block.code[i];
    bench::require(is_missing(code) == (expected[i] < 0), "missing calls");
    if (is_missing(code)) continue;
    const double found = block.has_dosage ? block.dosage[i] : genotypes::copies(code);
    bench::require(std::abs(found - expected[i]) < 1e-9, "copies");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(decode());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(calls.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(expected.size()));
}

/// The whole decoder on a line that the kernel takes.
void decode_gt_line(benchmark::State& state) {
  const auto calls = bench::make_calls(static_cast<std::size_t>(state.range(0)), 0.2, 3);
  time_decoder(state, "GT", calls.text, {calls.copies.begin(), calls.copies.end()});
}
BENCHMARK(decode_gt_line)->Arg(bench::cohort_samples);

/// GT and a read depth: the general path, no dosages.
void decode_gt_dp_line(benchmark::State& state) {
  const auto calls = bench::make_calls(static_cast<std::size_t>(state.range(0)), 0.2, 4);
  std::string text;
  for (std::size_t i = 0; i < calls.copies.size(); ++i) {
    text.append(calls.text, 4 * i, 4);
    text += fmt::format(":{}", 20 + i % 30);
  }
  time_decoder(state, "GT:DP", text, {calls.copies.begin(), calls.copies.end()});
}
BENCHMARK(decode_gt_dp_line)->Arg(bench::cohort_samples);

/// GT and dosages, most of them whole numbers, as imputation servers write them.
void decode_gt_ds_line(benchmark::State& state) {
  const auto calls = bench::make_calls(static_cast<std::size_t>(state.range(0)), 0.2, 5);
  std::string text;
  std::vector<double> expected;
  for (std::size_t i = 0; i < calls.copies.size(); ++i) {
    text.append(calls.text, 4 * i, 4);
    const int copies = calls.copies[i];
    if (copies < 0) {
      text += ":.";
      expected.push_back(-1);
    } else if (i % 3 == 0) {
      const auto off = static_cast<double>(i % 7) / 1000;
      expected.push_back(copies == 0 ? off : copies - off);
      text += fmt::format(":{:.3f}", expected.back());
    } else {
      expected.push_back(copies);
      text += fmt::format(":{}", copies);
    }
  }
  time_decoder(state, "GT:DS", text, expected);
}
BENCHMARK(decode_gt_ds_line)->Arg(bench::cohort_samples);

}  // namespace
