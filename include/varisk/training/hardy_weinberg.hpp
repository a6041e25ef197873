#pragma once
/// \file
/// Exact test of Hardy-Weinberg equilibrium.

#include <cstdint>

namespace varisk::training {

/// Probability, given the allele counts, of a count of heterozygotes that is at most as likely as the one observed
/// (Wigginton, Cutler and Abecasis 2005, equation 2 and the text below; without mid-p correction). 1 without calls; 0
/// where it is below 1e-290. \param hom1, hom2  people with two copies of one and of the other allele
[[nodiscard]] double hardy_weinberg_p(std::uint64_t hom1, std::uint64_t het, std::uint64_t hom2);

}  // namespace varisk::training
