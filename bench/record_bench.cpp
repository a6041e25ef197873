#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench_data.hpp"
#include "varisk/genotypes/record.hpp"

namespace {

using namespace varisk;

constexpr std::size_t lines_per_batch = 100;

struct Line {
  std::string text;
  std::int64_t position;
};

std::vector<Line> make_lines() {
  std::vector<Line> lines;
  const auto calls = bench::make_calls(static_cast<std::size_t>(bench::cohort_samples), 0.2, 6);
  for (std::size_t i = 0; i < lines_per_batch; ++i) {
    const auto position = static_cast<std::int64_t>(10'000 + 2490 * i);
    lines.push_back(
        {fmt::format("chr1\t{}\trs{}\tA\tC\t.\tPASS\tAF=0.2;R2=0.9\tGT{}", position, i, calls.text), position});
  }
  return lines;
}

/// Bytes are those up to the `columns`-th tab of each line: what comes after is not touched.
void finish(benchmark::State& state, const std::vector<Line>& lines, int columns) {
  std::size_t bytes = 0;
  for (const Line& line : lines) {
    std::size_t end = 0;
    for (int i = 0; i < columns; ++i) end = line.text.find('\t', end) + 1;
    bytes += end;
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(lines.size()));
}

/// CHROM to ALT, which is done for every line; the rest of the line is not touched.
void parse_head(benchmark::State& state) {
  const auto lines = make_lines();
  genotypes::RecordFault fault;
  for (const Line& line : lines) {
    const auto head = genotypes::parse_head(line.text, fault);
    bench::require(head && head->contig == "chr1" && head->position.value == line.position && head->ref == "A" &&
                       head->alts == "C" && head->rest.starts_with(".\tPASS"),
                   "head of a line");
  }
  for (auto _ : state) {
    for (const Line& line : lines) benchmark::DoNotOptimize(genotypes::parse_head(line.text, fault));
  }
  finish(state, lines, 5);
}
BENCHMARK(parse_head);

/// Head, fields and alleles: what is done for a line that a wanted site may match.
void parse_record(benchmark::State& state) {
  const auto lines = make_lines();
  genotypes::RecordFault fault;
  std::vector<std::string> alleles;
  const auto parse = [&](const Line& line) {
    const auto head = genotypes::parse_head(line.text, fault);
    const auto fields = genotypes::parse_fields(*head, fault);
    static_cast<void>(genotypes::parse_alleles(head->ref, head->alts, alleles, fault));
    return fields;
  };
  for (const Line& line : lines) {
    const auto fields = parse(line);
    bench::require(fields && fields->filter == "PASS" && fields->info == "AF=0.2;R2=0.9" && fields->format == "GT" &&
                       fields->calls.size() + 1 == static_cast<std::size_t>(4 * bench::cohort_samples) &&
                       alleles == std::vector<std::string>{"A", "C"},
                   "fields of a line");
  }
  for (auto _ : state) {
    for (const Line& line : lines) benchmark::DoNotOptimize(parse(line));
  }
  finish(state, lines, 9);
}
BENCHMARK(parse_record);

}  // namespace
