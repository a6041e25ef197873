#include "metric_words.hpp"

#include <algorithm>
#include <array>

namespace varisk::report {
namespace {

constexpr NumberFormat two = {NumberStyle::fixed, 2};
constexpr NumberFormat three = {NumberStyle::fixed, 3};
constexpr NumberFormat four = {NumberStyle::fixed, 4};
constexpr NumberFormat general = {NumberStyle::general, 4};

struct KnownMetric {
  std::string_view name;
  std::string_view title;
  NumberFormat format;
};

constexpr std::array known = {
    KnownMetric{"accuracy", "Accuracy", three},
    KnownMetric{"accuracy_difference", "Accuracy, difference", three},
    KnownMetric{"auc", "AUC", three},
    KnownMetric{"auc_adjusted", "AUC, covariate-adjusted", three},
    KnownMetric{"auc_baseline", "AUC of the baseline", three},
    KnownMetric{"auc_covariates", "AUC of the covariates", three},
    KnownMetric{"auc_covariates_and_prediction", "AUC of covariates and prediction", three},
    KnownMetric{"auc_difference", "AUC, difference", three},
    KnownMetric{"auc_gain", "AUC gained by the prediction", three},
    KnownMetric{"auc_hand_till", "AUC (Hand and Till)", three},
    KnownMetric{"auc_macro", "AUC, macro", three},
    KnownMetric{"auc_macro_difference", "AUC, macro, difference", three},
    KnownMetric{"auc_model", "AUC of the model", three},
    KnownMetric{"average_precision", "Average precision", three},
    KnownMetric{"balanced_accuracy", "Balanced accuracy", three},
    KnownMetric{"bias", "Bias (predicted minus observed)", general},
    KnownMetric{"brier", "Brier score", four},
    KnownMetric{"brier_difference", "Brier score, difference", four},
    KnownMetric{"brier_scaled", "Brier score, scaled", three},
    KnownMetric{"calibration_intercept", "Calibration intercept", three},
    KnownMetric{"calibration_slope", "Calibration slope", three},
    KnownMetric{"calibration_test", "Test of calibration", two},
    KnownMetric{"citl", "Calibration in the large", three},
    KnownMetric{"discrimination_slope", "Discrimination slope", three},
    KnownMetric{"ece", "Expected calibration error", four},
    KnownMetric{"f1", "F1", three},
    KnownMetric{"f1_macro", "F1, macro", three},
    KnownMetric{"ici", "Integrated calibration index", four},
    KnownMetric{"idi", "IDI", four},
    KnownMetric{"idi_events", "IDI, events", four},
    KnownMetric{"idi_nonevents", "IDI, non-events", four},
    KnownMetric{"kappa", "\u03ba", three},
    KnownMetric{"kappa_quadratic", "\u03ba, quadratic weights", three},
    KnownMetric{"log_loss", "Log loss", four},
    KnownMetric{"log_loss_difference", "Log loss, difference", four},
    KnownMetric{"mae", "Mean absolute error", general},
    KnownMetric{"mse_difference", "Mean squared error, difference", general},
    KnownMetric{"net_benefit", "Net benefit", four},
    KnownMetric{"npv", "NPV", three},
    KnownMetric{"nri_events", "NRI, events", three},
    KnownMetric{"nri_nonevents", "NRI, non-events", three},
    KnownMetric{"observed_expected_ratio", "Observed / expected", three},
    KnownMetric{"odds_ratio_per_sd", "Odds ratio per SD", two},
    KnownMetric{"odds_ratio_per_sd_adjusted", "Odds ratio per SD, adjusted", two},
    KnownMetric{"pearson", "Correlation (Pearson)", three},
    KnownMetric{"ppv", "PPV", three},
    KnownMetric{"pr_auc", "PR-AUC", three},
    KnownMetric{"r2", "R\u00b2", three},
    KnownMetric{"r2_covariates", "R\u00b2 of the covariates", three},
    KnownMetric{"r2_covariates_and_prediction", "R\u00b2 of covariates and prediction", three},
    KnownMetric{"r2_difference", "R\u00b2, difference", three},
    KnownMetric{"r2_incremental", "R\u00b2 gained by the prediction", three},
    KnownMetric{"r2_liability", "R\u00b2 (liability scale)", three},
    KnownMetric{"r2_nagelkerke", "R\u00b2 (Nagelkerke)", three},
    KnownMetric{"r2_nagelkerke_covariates", "R\u00b2 (Nagelkerke) of the covariates", three},
    KnownMetric{"r2_nagelkerke_covariates_and_prediction", "R\u00b2 (Nagelkerke) of covariates and prediction", three},
    KnownMetric{"r2_nagelkerke_incremental", "R\u00b2 (Nagelkerke) gained by the prediction", three},
    KnownMetric{"r2_nagelkerke_refitted", "R\u00b2 (Nagelkerke), refitted", three},
    KnownMetric{"rmse", "Root mean squared error", general},
    KnownMetric{"sensitivity", "Sensitivity", three},
    KnownMetric{"spearman", "Correlation (Spearman)", three},
    KnownMetric{"specificity", "Specificity", three},
    KnownMetric{"spiegelhalter_z", "Spiegelhalter's z", two},
};

}  // namespace

std::string in_words(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

MetricWords metric_words(std::string_view name) {
  const auto* const found =
      std::find_if(known.begin(), known.end(), [name](const KnownMetric& one) { return one.name == name; });
  if (found == known.end()) return {in_words(name), general};
  return {std::string(found->title), found->format};
}

}  // namespace varisk::report
