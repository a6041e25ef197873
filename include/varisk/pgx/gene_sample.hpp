#pragma once
/// \file
/// One person's calls at the positions of one gene.

#include <cstdint>
#include <string>
#include <vector>

#include "varisk/genotypes/allele_calls.hpp"
#include "varisk/pgx/definitions.hpp"

namespace varisk::pgx {

/// Of half a call, where the other base is not known; no allele has its bit.
inline constexpr BaseIndex unknown_base = 30;

struct PositionCall {
  genotypes::AlleleCallKind kind = genotypes::AlleleCallKind::missing;  ///< missing, one or two
  bool phased = false;
  BaseIndex first = 0;
  BaseIndex second = 0;
  std::int32_t phase_set = 0;
  std::string undocumented;  ///< the ALT that no definition knows, if there is one

  [[nodiscard]] bool is_missing() const noexcept { return kind == genotypes::AlleleCallKind::missing; }
  [[nodiscard]] bool has_two() const noexcept { return kind == genotypes::AlleleCallKind::two; }
  [[nodiscard]] bool is_heterozygous() const noexcept { return has_two() && first != second; }
  bool operator==(const PositionCall&) const = default;
};

/// In the order of `Gene::positions`.
struct GeneSample {
  std::vector<PositionCall> at;
  bool operator==(const GeneSample&) const = default;
};

/// Heterozygous positions whose phase is known among each other; `positions` are indexes into `GeneSample::at`.
struct PhaseBlock {
  bool phased = false;
  std::int32_t phase_set = 0;
  std::vector<std::size_t> positions;
};

/// All `|` without a phase set are one block, each phase set is one, each `/` is one of its own.
[[nodiscard]] std::vector<PhaseBlock> phase_blocks(const GeneSample& sample);

}  // namespace varisk::pgx
