#pragma once
/// \file
/// Strong types that all modules share.

#include <compare>
#include <cstdint>

namespace varisk {

/// A 1-based position on a contig.
struct Position {
  std::int64_t value = 1;
  auto operator<=>(const Position&) const = default;
};

/// Index of a contig in the table of one `SitePlan`.
enum class ContigId : std::uint32_t {};

/// Index of a wanted site in one `SitePlan`.
enum class SiteId : std::uint32_t {};

/// Index of an allele in a record: 0 is REF, k the k-th ALT.
struct AlleleIndex {
  std::uint16_t value = 0;
  auto operator<=>(const AlleleIndex&) const = default;
  [[nodiscard]] bool is_ref() const noexcept { return value == 0; }
};

/// As the sample sheet says it, never guessed.
enum class Sex : std::uint8_t { unknown, male, female };

/// The plain number of an index type.
template <typename Index>
[[nodiscard]] constexpr std::uint32_t to_number(Index index) noexcept {
  return static_cast<std::uint32_t>(index);
}

}  // namespace varisk
