#include "block_inflater.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>
#include <vector>

namespace {

using namespace varisk;
using io::BlockInflater;
using io::DeflateBlock;

constexpr std::size_t behind = io::inflate_readable_behind;

using Random = std::mt19937;

unsigned below(unsigned limit, Random& random) { return static_cast<unsigned>(random() % limit); }

std::vector<SimdLevel> levels() {
  std::vector<SimdLevel> found = {SimdLevel::scalar};
  if (best_simd_level() >= SimdLevel::avx2) found.push_back(SimdLevel::avx2);
  return found;
}

std::string deflated(const std::string& text, int level, int strategy, int window_bits = 15, int memory = 8) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, -window_bits, memory, strategy), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());  // NOLINT
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::uint32_t checksum(const std::string& text) {
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));  // NOLINT
}

/// Texts of all kinds: calls, noise, few symbols, and repeats at each distance that the copying treats apart.
std::string make_text(Random& random, std::size_t size) {
  std::string text;
  const unsigned kind = below(5, random);
  const unsigned distance = 1 + below(70, random);
  while (text.size() < size) {
    switch (kind) {
      case 0: text += below(5, random) == 0 ? "0|1\t" : "0|0\t"; break;
      case 1: text += static_cast<char>(random()); break;
      case 2: text += static_cast<char>('a' + below(2, random)); break;
      case 3:
        if (text.size() < distance || below(100, random) == 0) {
          text += static_cast<char>('A' + below(50, random));
        } else {
          text += text[text.size() - distance];
        }
        break;
      default:  // skewed, so that some codes are long
        text += static_cast<char>(__builtin_ctz(static_cast<unsigned>(random()) | 1U << 20U) * 8 +
                                  static_cast<int>(below(7, random)));
    }
  }
  text.resize(size);
  return text;
}

struct Blocks {
  std::vector<std::string> texts;
  std::vector<std::string> data;
};

Blocks make_blocks(Random& random, std::size_t count) {
  static constexpr int strategies[] = {
      Z_DEFAULT_STRATEGY, Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};
  Blocks blocks;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t size = below(4, random) == 0 ? below(700, random) : below(65'281, random);
    blocks.texts.push_back(make_text(random, size));
    // a small memory level makes many DEFLATE blocks of one
    blocks.data.push_back(deflated(blocks.texts.back(), static_cast<int>(below(10, random)),
                                   strategies[below(6, random)], 9 + static_cast<int>(below(7, random)),
                                   1 + static_cast<int>(below(9, random))));
  }
  return blocks;
}

struct Result {
  std::string out;
  std::optional<std::size_t> corrupt;
};

/// Input and output have exactly the room that they are promised, so that a sanitizer sees each step too far.
Result inflate(SimdLevel level, const Blocks& blocks) {
  std::string in;
  std::size_t total = 0;
  for (std::size_t i = 0; i < blocks.data.size(); ++i) {
    in += blocks.data[i];
    total += blocks.texts[i].size();
  }
  const std::size_t in_size = in.size();
  const auto exact_in = std::make_unique<char[]>(in_size + behind);
  std::copy(in.begin(), in.end(), exact_in.get());
  const auto exact_out = std::make_unique<char[]>(total);
  std::vector<DeflateBlock> parts;
  const char* from = exact_in.get();
  char* to = exact_out.get();
  for (std::size_t i = 0; i < blocks.data.size(); ++i) {
    parts.push_back({from, blocks.data[i].size(), to, blocks.texts[i].size(), checksum(blocks.texts[i])});
    from += blocks.data[i].size();
    to += blocks.texts[i].size();
  }
  BlockInflater inflater(level);
  const auto corrupt = inflater.inflate(parts);
  return {std::string(exact_out.get(), total), corrupt};
}

TEST(BlockInflater, InflatesWhatZlibDeflated) {
  Random random(11);
  for (int round = 0; round < 60; ++round) {
    const Blocks blocks = make_blocks(random, below(8, random));
    std::string whole;
    for (const std::string& text : blocks.texts) whole += text;
    for (const SimdLevel level : levels()) {
      const Result result = inflate(level, blocks);
      EXPECT_EQ(result.corrupt, std::nullopt);
      ASSERT_TRUE(result.out == whole) << "level " << static_cast<int>(level) << ", round " << round;
    }
  }
}

TEST(BlockInflater, TellsTheFirstCorruptBlock) {
  Random random(12);
  for (int round = 0; round < 300; ++round) {
    Blocks blocks = make_blocks(random, 1 + below(5, random));
    std::string& data = blocks.data[below(static_cast<unsigned>(blocks.data.size()), random)];
    if (below(3, random) == 0) {
      data.resize(below(static_cast<unsigned>(data.size()), random));
    } else {
      for (unsigned flips = 1 + below(3, random); flips > 0; --flips) {
        char& byte = data[below(static_cast<unsigned>(data.size()), random)];
        byte = static_cast<char>(byte ^ 1 << below(8, random));
      }
    }
    const Result expected = inflate(SimdLevel::scalar, blocks);
    for (const SimdLevel level : levels()) EXPECT_EQ(inflate(level, blocks).corrupt, expected.corrupt);
  }
}

TEST(BlockInflater, HoldsTheSizeAndTheChecksum) {
  Random random(13);
  const std::string text = make_text(random, 5000);
  for (const SimdLevel level : levels()) {
    Blocks blocks{{text, text}, {deflated(text, 6, Z_DEFAULT_STRATEGY), deflated(text, 6, Z_DEFAULT_STRATEGY)}};
    EXPECT_EQ(inflate(level, blocks).corrupt, std::nullopt);
    blocks.texts[1].pop_back();
    EXPECT_EQ(inflate(level, blocks).corrupt, 1U);
    blocks.texts[1] = text + "x";
    EXPECT_EQ(inflate(level, blocks).corrupt, 1U);
    blocks.texts[1] = text;
    blocks.texts[1][0] = static_cast<char>(blocks.texts[1][0] ^ 1);
    EXPECT_EQ(inflate(level, blocks).corrupt, 1U);
  }
}

#if defined(__x86_64__)
TEST(BlockInflater, TheFastKernelDoesNotLeaveCallsToLibdeflate) {
  if (best_simd_level() < SimdLevel::avx2) GTEST_SKIP() << "this machine lacks AVX2";
  std::string text;
  Random random(14);
  while (text.size() < 65'280) text += below(5, random) == 0 ? "0|1\t" : "0|0\t";
  std::string data = deflated(text, 6, Z_DEFAULT_STRATEGY);
  const std::size_t size = data.size();
  data.append(behind, '\0');
  std::string out(text.size(), '\0');
  const DeflateBlock block{data.data(), size, out.data(), out.size(), checksum(text)};
  const auto tables = std::make_unique<std::array<io::deflate::Tables, 2>>();
  bool is_done = false;
  io::inflate_blocks_avx2({&block, 1}, *tables, io::crc32_kernel(CarrylessMultiply::none), &is_done);
  EXPECT_TRUE(is_done);
  EXPECT_EQ(out, text);
}
#endif

}  // namespace
