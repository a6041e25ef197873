#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sample_results.hpp"

namespace varisk::report::sample {
namespace {

constexpr NumberFormat general = {NumberStyle::general, 4};

CardPath path(std::size_t terms, bool nasty_names) {
  static const std::vector<std::string> names = {"age",
                                                 "prs PGS000014",
                                                 "fasting_glucose",
                                                 "bmi",
                                                 "10:112998590:C:T",
                                                 "sex=male",
                                                 "family_history=yes",
                                                 "hdl",
                                                 "triglycerides",
                                                 "3:12351626:C:G",
                                                 "smoking=current",
                                                 "9:22134095:T:C"};
  CardPath result;
  result.coefficient_scale = "per SD";
  for (int i = 0; i < 100; ++i) {
    const double lambda = 0.21 * std::pow(10, -4 * i / 99.0);
    result.points.push_back(
        {lambda, static_cast<std::int64_t>(0.6 * i * std::sqrt(i) / 4), 0.28 * (1 - std::exp(-i / 30.0))});
  }
  for (std::size_t t = 0; t < terms; ++t) {
    const double final_value = (t % 3 == 2 ? -1 : 1) * 0.8 / (1 + 0.35 * static_cast<double>(t));
    const auto entry = static_cast<int>(3 + 5 * t);
    PathTerm term{t < names.size() ? names[t] : fmt::format("variant {}", t), {}};
    if (nasty_names && t == 3) term.name = nasty;
    for (int i = 0; i < 100; ++i)
      term.coefficients.push_back(i < entry ? 0 : final_value * (1 - std::exp((entry - i) / 18.0)));
    result.terms.push_back(std::move(term));
  }
  return result;
}

CardCrossValidation cross_validation(const CardPath& path, bool auc) {
  CardCrossValidation cv;
  cv.folds = "10 folds, stratified by outcome, grouped by family";
  for (std::size_t i = 0; i < path.points.size(); ++i) {
    const auto step = static_cast<double>(i);
    const double deviance = 0.742 - 0.11 * (1 - std::exp(-step / 14)) + 0.0000052 * step * step * step / 40;
    const double area = 0.5 + 0.31 * (1 - std::exp(-step / 9)) - 0.00000017 * step * step * step;
    cv.points.push_back({path.points[i].lambda, {deviance, deviance - 0.011, deviance + 0.011}, {}});
    if (auc) cv.points.back().auc = {area, area - 0.012, area + 0.012};
  }
  return cv;
}

std::vector<CardCleaning> cleaning() {
  return {{"age", "number, years", 11980, 20, 3, 18.0, 110.0, "given, to missing", "54.2 (median)", "standardised"},
          {"fasting_glucose", "number, mg/dL", 11204, 796, 41, 41.3, 312.5, "4 SD, winsorised", "97.1 (mean)",
           "standardised"},
          {"bmi", "number, kg/m2", 11873, 127, 12, 12.1, 58.4, "IQR \u00d7 3, to missing", "26.4 (median)",
           "standardised, indicator of missing"},
          {"sex", "category", 12000, 0, 0, {}, {}, "", "", "1 indicator of levels"},
          {"smoking", "category", 11420, 580, 0, {}, {}, "", "never (mode)", "2 indicators of levels"},
          {nasty, "category", 10, 11990, 0, {}, {}, nasty, nasty, "refused"}};
}

std::vector<CardCoefficient> coefficients(const CardPath& path) {
  std::vector<CardCoefficient> result;
  for (const PathTerm& term : path.terms) {
    const double per_sd = term.coefficients[70];
    CardCoefficient one{
        term.name, term.name.find(':') != std::string::npos ? "genotypes" : "covariates", {per_sd / 7.3}, per_sd, {}};
    if (per_sd != 0) one.odds_ratio_per_sd = Estimate{std::exp(per_sd), {}, {}};
    result.push_back(std::move(one));
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const auto& a, const auto& b) { return std::abs(*a.per_sd) > std::abs(*b.per_sd); });
  return result;
}

std::vector<Fact> software() {
  return {{"varisk", "0.1.0", general, "", false},
          {"Command",
           "varisk train --variants cohort.vcf.gz --covariates people.tsv --outcome t2d --folds 10 --out t2d_model",
           general, "", false},
          {"Seed", std::int64_t{1}, {NumberStyle::integer, 0}, "", false}};
}

}  // namespace

TrainingCard binomial_card() {
  TrainingCard card;
  card.model_id = "t2d_2026";
  card.model_name = "Type 2 diabetes within 8 years";
  card.description =
      "Predicts whether somebody without diabetes develops it within eight years, from clinical "
      "measurements, a polygenic score and single variants. " +
      nasty;
  card.outcome = "type 2 diabetes within 8 years";
  card.classes = {"no", "yes"};
  card.genetic = true;
  card.sources = {
      {"genotypes", "cohort.vcf.gz", "xxh3:7fa3c1de90b2446aa81c20b7f54e91d3", 48123456789},
      {"covariates", "people.tsv", "xxh3:91d3c1de90b2446aa81c20b7f54e7fa3", 1204553},
      {"scoring file", "/a/very/long/path/to/somewhere/where/nobody/would/look/PGS000014_hmPOS_GRCh38.txt.gz",
       "xxh3:c1de90b2446aa81c20b7f54e91d37fa3", 94112}};
  card.parts = {{"train", 8400, 7961, {7321, 1079}, "fit, choice of \u03bb by cross-validation"},
                {"validation", 1800, 1702, {1569, 231}, "recalibration, thresholds"},
                {"test", 1800, 1711, {1568, 232}, "judged once, at the end"}};
  card.split = "70:15:15, seed 1, stratified by outcome, families kept together.";
  card.data = {{"Genome build", "GRCh38", general, "", false},
               {"Variants read", std::int64_t{50000}, {NumberStyle::integer, 0}, "", false},
               {"Samples left out", std::int64_t{131}, {NumberStyle::integer, 0}, "outcome missing", false}};
  card.cleaning = cleaning();
  card.selection = {{"variants read", 50000, ""},
                    {"minor allele frequency \u2265 0.01", 41233, "within each fold"},
                    {"missing \u2264 5 %", 40871, ""},
                    {"Hardy-Weinberg p \u2265 1e-6", 40790, ""},
                    {"LD pruning r\u00b2 < 0.5", 18221, "windows of 1 Mb"}};
  card.features = {{"genotypes", 18221, 143, 1.0}, {"score PGS000014", 1, 1, 0.0}, {"covariates", 9, 9, 0.0}};
  card.settings = {{"Elastic net \u03b1", 1.0, general, "lasso", false},
                   {"\u03bb path", "100 values, automatic", general, "", false},
                   {"Tolerance", 1e-9, general, "", false},
                   {"Class weights", "none", general, "", false}};
  card.path = path(14, true);
  card.cross_validation = cross_validation(card.path, true);
  card.lambda_min = card.path.points[58].lambda;
  card.lambda_1se = card.path.points[47].lambda;
  card.lambda_chosen = card.lambda_min;
  card.fit = {{"Coefficients other than 0", std::int64_t{153}, {NumberStyle::integer, 0}, "", false},
              {"Deviance ratio", 0.2431, general, "", false},
              {"Duality gap", 3.1e-11, general, "", false}};
  card.coefficients = coefficients(card.path);
  card.coefficients_total = 153;
  card.calibration = {{"Recalibration", "intercept 0.041, slope 1.083", general, "on the validation part", false},
                      {"Prevalence", "12.8 % in training, 8.0 % in the population", general, "", false}};
  card.performance.push_back(binomial_performance(4000, 1.25, 7));
  card.performance.push_back(binomial_performance(1800, 1.2, 9));
  card.performance.back().data = "test part";
  card.performance.back().subgroups = {};
  card.performance.back().quantiles.clear();
  card.notices = {{Severity::warning, "Few samples of some ancestries",
                   "47 samples of East Asian ancestry with 4 cases: performance there is unknown."},
                  {Severity::info, "", "Penalised coefficients have no standard errors."},
                  {Severity::error, nasty, nasty}};
  card.limits = {"Not validated in other data than those named here.", "Associations, not effects of an intervention."};
  card.author_notes = {{"tripod-ai-17", "Approved by the ethics committee of " + nasty}};
  card.software = software();
  return card;
}

TrainingCard multinomial_card() {
  TrainingCard card;
  card.model_id = "glycaemia";
  card.outcome = "state of glucose metabolism";
  card.family = OutcomeKind::multinomial;
  card.classes = {"healthy", "prediabetes", "type 2 diabetes"};
  card.linear_predictors = card.classes;
  card.parts = {{"all", 1240, {}, {710, 331, 199}, "fit and cross-validation"}};
  card.path = path(6, false);
  card.cross_validation = cross_validation(card.path, false);
  card.lambda_chosen = card.lambda_1se = card.path.points[40].lambda;
  card.coefficients = coefficients(card.path);
  for (CardCoefficient& one : card.coefficients) {
    one.coefficients = {one.coefficients[0], 0, -one.coefficients[0]};
    one.odds_ratio_per_sd.reset();
  }
  card.performance.push_back(multinomial_performance());
  card.software = software();
  return card;
}

TrainingCard gaussian_card() {
  TrainingCard card;
  card.model_id = "progression";
  card.outcome = "disease progression after one year";
  card.family = OutcomeKind::gaussian;
  card.parts = {{"all", 442, {}, {}, "fit and cross-validation"}};
  card.path = path(9, false);
  card.cross_validation = cross_validation(card.path, false);
  card.cross_validation.deviance_name = "Mean squared error";
  card.lambda_chosen = card.lambda_min = card.path.points[60].lambda;
  card.performance.push_back(gaussian_performance());
  return card;
}

EvaluationReport evaluation_report() {
  EvaluationReport report;
  report.title = "t2d_2026 in the biobank";
  report.subtitle = "Predictions of risk.tsv against outcomes.tsv";
  report.outcome = "type 2 diabetes within 8 years";
  report.classes = {"no", "yes"};
  report.data = {{"Predictions", "results/risk.tsv", general, "", false},
                 {"Left out", std::int64_t{12}, {NumberStyle::integer, 0}, "risk is NA", false}};
  report.performance = binomial_performance(4000, 1.25, 7);
  report.performance.data = "all samples with a prediction and an outcome";
  const Performance base = binomial_performance(4000, 0.9, 21);
  report.performance.roc.push_back(base.roc.front());
  report.performance.roc.back().name = "Clinical model";
  for (RocPoint& point : report.performance.roc.back().points) point.low = point.high = std::nullopt;
  report.performance.decision.models.push_back(base.decision.models.front());
  report.performance.decision.models.back().name = "Clinical model";
  for (DecisionPoint& point : report.performance.decision.models.back().points)
    point.net_benefit.low = point.net_benefit.high = {};
  BaselineComparison comparison;
  comparison.baseline = "clinical model";
  comparison.model = report.performance.headline;
  comparison.base = base.headline;
  comparison.differences = {
      {"AUC, difference", "", {0.061, 0.042, 0.080}, {NumberStyle::fixed, 3}, "paired DeLong", ""},
      {"p value of the AUC difference", "", {0.0000004, {}, {}}, {NumberStyle::p_value, 2}, "paired DeLong", ""},
      {"NRI, events", "", {0.112, 0.071, 0.153}, {NumberStyle::fixed, 3}, "bootstrap, 2000", "thresholds 0.1, 0.2"},
      {"NRI, non-events",
       "",
       {-0.021, -0.034, -0.008},
       {NumberStyle::fixed, 3},
       "bootstrap, 2000",
       "thresholds 0.1, 0.2"}};
  report.comparisons.push_back(std::move(comparison));
  report.notices = {{Severity::warning, "No prevalence was given",
                     "PPV, NPV and the decision curve stand for the share of cases in these samples."}};
  report.software = software();
  return report;
}

}  // namespace varisk::report::sample
