#include "varisk/training/dosage_matrix.hpp"

#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::training {
namespace {

constexpr std::size_t bytes_of(DosageBits bits) { return bits == DosageBits::eight ? 1 : 2; }

}  // namespace

DosageMatrix::DosageMatrix(std::size_t rows, DosageBits bits, double step, MatrixStorage storage)
    : rows_(rows), bits_(bits), step_(step), store_(rows * bytes_of(bits), std::move(storage)) {
  if (!(step > 0) || !std::isfinite(step)) throw InternalError("the step of dosages is not above 0");
}

std::uint32_t DosageMatrix::code(std::size_t column, std::size_t row) const noexcept {
  const std::byte* const bytes = store_.column(column);
  if (bits_ == DosageBits::eight) return static_cast<std::uint32_t>(bytes[row]);
  std::uint16_t value = 0;
  std::memcpy(&value, bytes + 2 * row, sizeof value);
  return value;
}

void DosageMatrix::set(std::size_t column, std::span<const double> dosages, std::span<const std::uint8_t> missing) {
  if (dosages.size() != rows_ || column >= columns() || (!missing.empty() && missing.size() != rows_)) {
    throw InternalError("column " + std::to_string(column) + " of " + std::to_string(columns()) + " with " +
                        std::to_string(dosages.size()) + " dosages for " + std::to_string(rows_) + " samples");
  }
  std::byte* const bytes = store_.column(column);
  for (std::size_t i = 0; i < rows_; ++i) {
    std::uint32_t code = missing_code();
    if (missing.empty() || missing[i] == 0) {
      const double steps = std::nearbyint(dosages[i] / step_);
      if (!(steps >= 0 && steps < missing_code())) {
        throw UserError("a dosage of " + format_double(dosages[i]) + "; 0 to " +
                            format_double((missing_code() - 1) * step_) + " can be kept",
                        {}, "correct the dosages");
      }
      code = static_cast<std::uint32_t>(steps);
    }
    if (bits_ == DosageBits::eight) {
      bytes[i] = static_cast<std::byte>(code);
    } else {
      const auto value = static_cast<std::uint16_t>(code);
      std::memcpy(bytes + 2 * i, &value, sizeof value);
    }
  }
}

}  // namespace varisk::training
