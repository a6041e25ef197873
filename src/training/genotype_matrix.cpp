#include "varisk/training/genotype_matrix.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "varisk/core/error.hpp"

namespace varisk::training {

GenotypeMatrix::GenotypeMatrix(std::size_t rows, MatrixStorage storage)
    : rows_(rows), store_((rows + 3) / 4, std::move(storage)) {}

void GenotypeMatrix::set(std::size_t column, std::span<const std::uint8_t> copies) {
  if (copies.size() != rows_ || column >= columns()) {
    throw InternalError("column " + std::to_string(column) + " of " + std::to_string(columns()) + " with " +
                        std::to_string(copies.size()) + " calls for " + std::to_string(rows_) + " samples");
  }
  if (std::any_of(copies.begin(), copies.end(), [](std::uint8_t code) { return code > missing_call; })) {
    throw InternalError("a call that is neither 0, 1, 2 copies nor missing");
  }
  std::byte* const bytes = store_.column(column);
  std::size_t i = 0;
  for (; i + 4 <= copies.size(); i += 4) {
    bytes[i / 4] =
        static_cast<std::byte>(copies[i] | (copies[i + 1] << 2U) | (copies[i + 2] << 4U) | (copies[i + 3] << 6U));
  }
  if (i == copies.size()) return;
  unsigned last = 0;
  for (std::size_t k = 0; i + k < copies.size(); ++k) last |= static_cast<unsigned>(copies[i + k]) << (2 * k);
  bytes[i / 4] = static_cast<std::byte>(last);
}

}  // namespace varisk::training
