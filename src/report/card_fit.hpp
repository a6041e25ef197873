#pragma once
/// \file
/// The sections of a card about the fit.

#include "varisk/report/training_card.hpp"

namespace varisk::report {

/// Without blocks if the card says nothing about it.
[[nodiscard]] Section fit_section(const TrainingCard& card);
[[nodiscard]] Section coefficients_section(const TrainingCard& card);

}  // namespace varisk::report
