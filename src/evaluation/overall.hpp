#pragma once
/// \file
/// How close predictions are to outcomes, over all samples.

#include <optional>

#include "prepared.hpp"

namespace varisk::evaluation {

/// Mean of (p − y)².
[[nodiscard]] double brier_score(const Prepared& data, const GroupCounts& counts);
/// 1 − Brier score / π(1 − π).
[[nodiscard]] double scaled_brier_score(const Prepared& data, const GroupCounts& counts);
/// From mean log-likelihoods of a model and of the prevalence alone.
[[nodiscard]] double nagelkerke(double mean_log_likelihood, double mean_null);
/// Squared correlation of outcome and eta on the liability scale (Lee, Goddard, Wray and Visscher 2012); nothing if eta
/// does not vary. \param prevalence  of the population
[[nodiscard]] std::optional<double> liability_r2(const Prepared& data, const GroupCounts& counts, double prevalence);

/// Mean over the population of a value that each sample has, with its standard error; strata apart under a prevalence.
struct Mean {
  double value = 0;
  std::optional<double> standard_error;  ///< nothing if a stratum has one sample
};
/// \param event, nonevent  the value of an event and of a non-event in each group
[[nodiscard]] Mean mean_of_groups(const Prepared& data, std::span<const double> event,
                                  std::span<const double> nonevent);

[[nodiscard]] Metric mean_metric(std::string name, const Mean& mean, const Settings& settings);

/// Nagelkerke's R² (1991) of the probabilities as they are, and after a logistic regression on eta. The interval is
/// that of a smooth function of the mean log-likelihoods; to first order the fitted coefficients do not matter, as they
/// are at the optimum.
[[nodiscard]] Metric nagelkerke_as_given(const Prepared& data, const Settings& settings);
[[nodiscard]] Metric nagelkerke_refitted(const Prepared& data, const Settings& settings);

[[nodiscard]] Metric brier_metric(const Prepared& data, const Settings& settings);
[[nodiscard]] Metric log_loss_metric(const Prepared& data, const Settings& settings);
[[nodiscard]] Metric discrimination_slope(const Prepared& data, const Settings& settings);

}  // namespace varisk::evaluation
