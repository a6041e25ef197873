#pragma once
/// \file
/// Folding constants of the CRC-32 of gzip.
///
/// Bytes are taken for a polynomial over GF(2) whose first bit, the lowest of the first byte, has the highest degree.
/// Its CRC is the remainder of that polynomial × x^32 by P. A register X that stands D bits before another may be added
/// to it as X·x^D, and for the remainder as any polynomial congruent to X·x^D modulo P. With X = H·x^64 + L, that is
/// H·(x^(D+64) mod P) + L·(x^D mod P), two carry-less products of 64 bits. Method: V. Gopal et al., "Fast CRC
/// Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel white paper, 2009.
///
/// In this bit order the product of two words, each with its highest degree in bit 0, has 127 bits from bit 0 on, so as
/// a register of 128 bits it reads as the product × x. The constants are therefore taken with one power less.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace varisk::io::crc32_fold {

/// x^32 + x^26 + x^23 + x^22 + x^16 + x^12 + x^11 + x^10 + x^8 + x^7 + x^5 + x^4 + x^2 + x + 1 without x^32, x^31 in
/// bit 0.
inline constexpr std::uint32_t polynomial = 0xEDB88320;

/// x^power mod P, x^31 in bit 0. Never emitted as code, so that no instruction set can leak from one kernel to another.
consteval std::uint32_t power_of_x(unsigned power) {
  std::uint32_t remainder = std::uint32_t{1} << 31U;  // x^0
  for (unsigned i = 0; i < power; ++i) {
    const bool carry = (remainder & 1U) != 0;  // x^31, about to become x^32
    remainder = (remainder >> 1U) ^ (carry ? polynomial : 0U);
  }
  return remainder;
}

struct Constants {
  std::uint64_t high;  ///< for the first 8 bytes of a register
  std::uint64_t low;   ///< for the last 8
};

/// To move a register of 128 bits over `distance` bits. A remainder stands in the upper half of its word, x^0 in
/// bit 63.
consteval Constants fold_over(unsigned distance) {
  return {std::uint64_t{power_of_x(distance + 64 - 1)} << 32U, std::uint64_t{power_of_x(distance - 1)} << 32U};
}

/// The CRC of what was folded into 16 bytes, and of the `rest` that follows them.
std::uint32_t finish(const unsigned char (&folded)[16], const char* rest, std::size_t rest_size);

/// The kernels take at least one of their registers, a shorter text goes to `crc32_plain`.
std::uint32_t crc32_plain(std::string_view bytes);
std::uint32_t crc32_pclmul(std::string_view bytes);
std::uint32_t crc32_avx512(std::string_view bytes);

}  // namespace varisk::io::crc32_fold
