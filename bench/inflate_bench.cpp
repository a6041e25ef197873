#include <benchmark/benchmark.h>
#include <zlib.h>

#include "bench_data.hpp"
#include "block_inflater.hpp"

namespace {

using namespace varisk;

constexpr std::size_t block_size = 65'280;
constexpr std::size_t blocks = 16;
constexpr std::size_t batches = 24;  ///< few enough would be learnt by heart by the branch predictor

std::string deflated(const std::string& text) {
  std::string out(compressBound(text.size()), '\0');
  z_stream stream{};
  bench::require(deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());  // NOLINT
  stream.avail_out = static_cast<uInt>(out.size());
  bench::require(deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// One batch of BGZF blocks of calls. Argument: instruction set; AVX-512 has no kernel of its own.
void inflate(benchmark::State& state) {
  const SimdLevel level = bench::level_of(state.range(0));
  if (!bench::is_available(level)) return state.SkipWithError("this machine lacks the instructions");
  constexpr std::size_t size = batches * blocks * block_size;
  const std::string text = bench::make_calls(size / 4, 0.1, 10).text.substr(0, size);
  std::string in;
  std::vector<std::size_t> sizes;
  for (std::size_t at = 0; at < size; at += block_size) {
    const std::string data = deflated(text.substr(at, block_size));
    sizes.push_back(data.size());
    in += data;
  }
  in.append(io::inflate_readable_behind, '\0');
  std::string out(blocks * block_size, '\0');
  std::vector<io::DeflateBlock> parts;
  const char* from = in.data();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto* const bytes = reinterpret_cast<const Bytef*>(text.data() + i * block_size);  // NOLINT
    parts.push_back({from, sizes[i], out.data() + i % blocks * block_size, block_size,
                     static_cast<std::uint32_t>(::crc32(0, bytes, block_size))});
    from += sizes[i];
  }
  io::BlockInflater inflater(level);
  const auto batch = [&](std::size_t i) { return std::span(parts).subspan(i % batches * blocks, blocks); };
  for (std::size_t i = 0; i < batches; ++i) {
    bench::require(!inflater.inflate(batch(i)) && out == text.substr(i * out.size(), out.size()), "inflated blocks");
  }
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(inflater.inflate(batch(next++)));
  state.SetLabel(level == SimdLevel::scalar ? "libdeflate" : bench::name_of(level));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
}
BENCHMARK(inflate)->DenseRange(0, 1)->ArgName("set");

}  // namespace
