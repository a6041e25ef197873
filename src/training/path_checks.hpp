#pragma once
#include "varisk/training/penalised_path.hpp"

namespace varisk::training {

/// Throws `UserError` or `InternalError` for what allows no fit.
void check_problem(const TrainingProblem& problem);
/// \param what  which fit, for messages
void check_fit(const TrainingProblem& problem, const FitRows& fit, const std::string& what);

}  // namespace varisk::training
