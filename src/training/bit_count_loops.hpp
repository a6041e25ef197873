#pragma once
/// Sums of pairs of columns with vectors: bits are counted by table, half a byte at a time, and the counts kept in
/// bytes for as long as they fit.
#include "selection_loops.hpp"

namespace varisk::training {

/// A count of 8 bits grows by at most 8 at each step.
inline constexpr std::size_t steps_at_once = 31;

/// \tparam Lanes  the vectors of an instruction set, a type of an unnamed namespace: `words` in one, `load(words,
/// left)`, `both`, `either`, `count` (bits of each byte), `add` (bytes), `sum` (of all bytes)
template <typename Lanes>
std::int64_t vector_product(const CallBits& first, const CallBits& second, std::size_t words) {
  using Vector = typename Lanes::Vector;
  std::int64_t equal = 0;
  std::int64_t opposite = 0;
  for (std::size_t w = 0; w < words;) {
    Vector equal_bytes = Lanes::zero();
    Vector opposite_bytes = Lanes::zero();
    for (std::size_t step = 0; step < steps_at_once && w < words; ++step, w += Lanes::words) {
      const auto load = [&](const std::uint64_t* bits) { return Lanes::load(bits + w, words - w); };
      const Vector same = Lanes::both(load(first.same), load(second.same));
      const Vector differ = Lanes::both(same, Lanes::either(load(first.two), load(second.two)));
      equal_bytes = Lanes::add(equal_bytes, Lanes::count(same));
      opposite_bytes = Lanes::add(opposite_bytes, Lanes::count(differ));
    }
    equal += Lanes::sum(equal_bytes);
    opposite += Lanes::sum(opposite_bytes);
  }
  return equal - 2 * opposite;
}

template <typename Lanes>
PairSums vector_pair(const CallBits& first, const CallBits& second, std::size_t words) {
  using Vector = typename Lanes::Vector;
  PairSums sums;
  sums.product = vector_product<Lanes>(first, second, words);
  for (std::size_t w = 0; w < words;) {
    Vector both_missing = Lanes::zero();
    Vector first_two = Lanes::zero();
    Vector first_same = Lanes::zero();
    Vector second_two = Lanes::zero();
    Vector second_same = Lanes::zero();
    for (std::size_t step = 0; step < steps_at_once && w < words; ++step, w += Lanes::words) {
      const auto load = [&](const std::uint64_t* bits) { return Lanes::load(bits + w, words - w); };
      const auto count = [](Vector& bytes, Vector bits) { bytes = Lanes::add(bytes, Lanes::count(bits)); };
      const Vector first_missing = load(first.missing);
      const Vector second_missing = load(second.missing);
      count(both_missing, Lanes::both(first_missing, second_missing));
      count(first_two, Lanes::both(load(first.two), second_missing));
      count(first_same, Lanes::both(load(first.same), second_missing));
      count(second_two, Lanes::both(load(second.two), first_missing));
      count(second_same, Lanes::both(load(second.same), first_missing));
    }
    sums.both_missing += Lanes::sum(both_missing);
    sums.first_without_second += 2 * Lanes::sum(first_two) - Lanes::sum(first_same);
    sums.second_without_first += 2 * Lanes::sum(second_two) - Lanes::sum(second_same);
  }
  return sums;
}

/// The loops of one instruction set, with vectors.
template <typename Lanes>
constexpr SelectionKernels with_vectors() {
  SelectionKernels kernels = SelectionLoops<Lanes>::kernels();
  kernels.product = vector_product<Lanes>;
  kernels.pair = vector_pair<Lanes>;
  return kernels;
}

}  // namespace varisk::training
