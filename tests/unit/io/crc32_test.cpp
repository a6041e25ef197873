#include "crc32.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>
#include <vector>

namespace {

using namespace varisk;
using io::crc32_kernel;

std::vector<CarrylessMultiply> levels() {
  std::vector<CarrylessMultiply> levels = {CarrylessMultiply::none};
  for (const auto level : {CarrylessMultiply::sse, CarrylessMultiply::avx512}) {
    if (best_carryless_multiply() >= level) levels.push_back(level);
  }
  return levels;
}

std::uint32_t by_zlib(std::string_view bytes) {
  const auto* const start = reinterpret_cast<const Bytef*>(bytes.data());  // NOLINT
  return static_cast<std::uint32_t>(::crc32(0, start, static_cast<uInt>(bytes.size())));
}

std::string random_bytes(std::size_t size) {
  std::mt19937 random(20240915);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() & 0xFFU);
  return bytes;
}

TEST(Crc32, HasTheCheckValueOfItsPolynomial) {
  for (const auto level : levels()) EXPECT_EQ(crc32_kernel(level)("123456789"), 0xCBF43926) << static_cast<int>(level);
}

TEST(Crc32, IsZlibsForEachShortLengthAndAlignment) {
  const std::string bytes = random_bytes(1200);
  for (const auto level : levels()) {
    const io::Crc32 crc32 = crc32_kernel(level);
    for (std::size_t start = 0; start < 64; ++start) {
      for (std::size_t size = 0; size <= 1100; size += size < 600 || start == 0 ? 1 : 17) {
        const auto part = std::string_view(bytes).substr(start, size);
        ASSERT_EQ(crc32(part), by_zlib(part)) << static_cast<int>(level) << ", " << size << " bytes from " << start;
      }
    }
  }
}

TEST(Crc32, IsZlibsForRandomLengths) {
  const std::string bytes = random_bytes(70'100);
  std::mt19937 random(7);
  for (int i = 0; i < 500; ++i) {
    const auto part = std::string_view(bytes).substr(random() % 64, random() % 70'001);
    const std::uint32_t expected = by_zlib(part);
    for (const auto level : levels()) ASSERT_EQ(crc32_kernel(level)(part), expected) << part.size();
  }
}

TEST(Crc32, SeesEachFlippedBitOfALargeBlock) {
  std::string bytes = random_bytes(65'280);
  for (const auto level : levels()) {
    const io::Crc32 crc32 = crc32_kernel(level);
    const std::uint32_t whole = crc32(bytes);
    for (std::size_t bit = 0; bit < 8 * bytes.size(); bit += 7919) {
      char& byte = bytes[bit / 8];
      const char before = byte;
      byte = static_cast<char>(byte ^ (1 << (bit % 8)));
      EXPECT_NE(crc32(bytes), whole) << bit;
      byte = before;
    }
  }
}

}  // namespace
