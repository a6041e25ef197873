#pragma once
/// \file
/// Made-up results that look like real ones, for looking at pages.

#include <cstdint>
#include <string>
#include <vector>

#include "varisk/report/evaluation_report.hpp"
#include "varisk/report/training_card.hpp"

namespace varisk::report::sample {

/// Texts as a user, or somebody who means harm, could give them.
inline const std::string nasty = "</script><script>window.harmed=1</script><img src=x onerror=window.harmed=2>";

/// Judged on `samples` made-up people; a larger `strength` tells cases apart better.
[[nodiscard]] Performance binomial_performance(std::size_t samples, double strength, std::uint64_t seed);
[[nodiscard]] Performance multinomial_performance();
[[nodiscard]] Performance gaussian_performance();

[[nodiscard]] TrainingCard binomial_card();
[[nodiscard]] TrainingCard multinomial_card();
[[nodiscard]] TrainingCard gaussian_card();
[[nodiscard]] EvaluationReport evaluation_report();

}  // namespace varisk::report::sample
