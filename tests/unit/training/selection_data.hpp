#pragma once
/// \file
/// Matrices and designs that the tests of the selection share.

#include <cstdint>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

#include "selection_reference.hpp"
#include "varisk/training/selection.hpp"

namespace varisk::training::test {

using Copies = std::vector<std::vector<std::uint8_t>>;  ///< of each variant in everybody; 3 is missing

template <typename Texts>
Copies copies_of(const Texts& texts) {
  Copies copies;
  for (const std::string_view text : texts) {
    auto& column = copies.emplace_back();
    for (const char digit : text) column.push_back(static_cast<std::uint8_t>(digit - '0'));
  }
  return copies;
}

inline GenotypeMatrix genotypes(const Copies& copies) {
  GenotypeMatrix matrix(copies.front().size());
  matrix.add_columns(copies.size());
  for (std::size_t j = 0; j < copies.size(); ++j) matrix.set(j, copies[j]);
  return matrix;
}

/// The same as dosages. \param scale  of a copy
inline DosageMatrix dosages(const Copies& copies, DosageBits bits, double step, double scale = 1) {
  DosageMatrix matrix(copies.front().size(), bits, step);
  matrix.add_columns(copies.size());
  for (std::size_t j = 0; j < copies.size(); ++j) {
    std::vector<double> values;
    std::vector<std::uint8_t> missing;
    for (const std::uint8_t code : copies[j]) {
      missing.push_back(code == 3 ? 1 : 0);
      values.push_back(code == 3 ? 0 : scale * code);
    }
    matrix.set(j, values, missing);
  }
  return matrix;
}

/// Of the variants of the reference.
inline std::vector<std::optional<VariantPlace>> reference_places() {
  std::vector<std::optional<VariantPlace>> places;
  for (std::size_t j = 0; j < reference::positions.size(); ++j) {
    places.push_back(VariantPlace{j < reference::positions.size() / 2 ? 1U : 2U, reference::positions[j]});
  }
  return places;
}

/// Variants with some linkage and missing calls.
inline Copies random_copies(std::size_t variants, std::size_t people, double missing, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
  Copies copies(variants, std::vector<std::uint8_t>(people));
  for (std::size_t j = 0; j < variants; ++j) {
    const double frequency = 0.02 + 0.9 * uniform();
    const double kept = j > 0 && uniform() < 0.7 ? 0.9 : 0;
    for (std::size_t i = 0; i < people; ++i) {
      const auto fresh = static_cast<std::uint8_t>((uniform() < frequency ? 1 : 0) + (uniform() < frequency ? 1 : 0));
      const bool copy = uniform() < kept && copies[j - 1][i] != 3;
      copies[j][i] = uniform() < missing ? std::uint8_t{3} : copy ? copies[j - 1][i] : fresh;
    }
  }
  return copies;
}

}  // namespace varisk::training::test
