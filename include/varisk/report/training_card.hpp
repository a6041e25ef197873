#pragma once
/// \file
/// The model card of a training run (`card.html`). Items: TRIPOD+AI (Collins et al., BMJ 2024;385:e078378) and PRS-RS
/// (Wand et al., Nature 2021;591:211-219).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "varisk/report/page.hpp"
#include "varisk/report/performance.hpp"

namespace varisk::report {

struct CardSource {
  std::string role;  ///< such as `genotypes`, `covariates`
  std::string path;
  std::string digest;
  std::optional<std::int64_t> bytes;
};

/// Class or part of the data with its size. Gaussian: cases stays empty.
struct CardPart {
  std::string name;  ///< such as `train`
  std::int64_t samples = 0;
  std::optional<std::int64_t> groups;      ///< subjects or families, where `--group-by` was given
  std::vector<std::int64_t> class_counts;  ///< one for each of TrainingCard::classes
  std::string use;                         ///< what it was used for
};

/// What cleaning did to one covariate.
struct CardCleaning {
  std::string covariate;
  std::string kind;         ///< such as `number, mg/dL` or `category`
  std::int64_t values = 0;  ///< samples with a value
  std::int64_t missing = 0;
  std::int64_t outside_limits = 0;
  std::optional<double> lower_limit;
  std::optional<double> upper_limit;
  std::string limits_by;     ///< the rule, such as `4 SD`, and what became of values outside
  std::string imputed_with;  ///< value and rule, such as `54 (median)`; empty: not imputed
  std::string result;        ///< what it became, such as `standardised` or `3 indicators of levels`
};

/// How many features or variants were there and how many each step left.
struct CardSelectionStep {
  std::string name;
  std::int64_t left = 0;
  std::string note;
};

struct CardFeatureGroup {
  std::string name;  ///< such as `genotypes`, `covariates`
  std::int64_t candidates = 0;
  std::int64_t selected = 0;  ///< with a coefficient other than 0
  std::optional<double> penalty_factor;
};

struct PathPoint {
  double lambda = 0;
  std::int64_t df = 0;
  std::optional<double> deviance_ratio;
};
struct PathTerm {
  std::string name;
  std::vector<double> coefficients;  ///< one for each PathPoint, on the scale that `coefficient_scale` names
};
struct CardPath {
  std::vector<PathPoint> points;  ///< λ descending
  std::vector<PathTerm> terms;    ///< the largest ones; those after the eighth are drawn in grey
  std::string coefficient_scale;  ///< such as `per SD`
  std::string note;               ///< such as how the path ended
};

struct CvPoint {
  double lambda = 0;
  Estimate deviance;  ///< mean over the folds ± 1 SE
  Estimate auc;       ///< of families that have one
};
struct CardCrossValidation {
  std::string folds;  ///< such as `10 folds, stratified by outcome, grouped by subject`
  std::string deviance_name = "Mean deviance";
  std::vector<CvPoint> points;
};

struct CardCoefficient {
  std::string term;
  std::string group;
  std::vector<double> coefficients;  ///< one for each linear predictor, on the original scale
  std::optional<double> per_sd;      ///< largest in size over the linear predictors
  std::optional<Estimate> odds_ratio_per_sd;
};

/// The author's answer to one item.
struct AuthorNote {
  std::string item;  ///< key as in `reporting_items()`
  std::string text;
};

struct TrainingCard {
  std::string model_id;
  std::string model_name;  ///< may be empty
  std::string description;
  std::string outcome;
  OutcomeKind family = OutcomeKind::binomial;
  std::vector<std::string> classes;            ///< empty for gaussian
  std::vector<std::string> linear_predictors;  ///< names where there are several; else empty

  // data
  std::vector<CardSource> sources;
  std::vector<CardPart> parts;  ///< one if nothing was split
  std::string split;            ///< how the parts were made, seed included; empty: no split
  std::vector<Fact> data;       ///< further facts: genome build, variants read, samples left out and why
  std::vector<CardCleaning> cleaning;
  std::vector<CardSelectionStep> selection;  ///< in order, first what was read
  std::vector<CardFeatureGroup> features;

  // fit
  std::vector<Fact> settings;  ///< alpha, λ path, tolerance, penalty scale, weights, seed ...
  CardPath path;
  CardCrossValidation cross_validation;
  std::optional<double> lambda_min;
  std::optional<double> lambda_1se;
  std::optional<double> lambda_chosen;
  std::vector<Fact> fit;  ///< of the chosen model: df, deviance ratio, objective, duality gap, convergence
  std::vector<CardCoefficient> coefficients;  ///< the largest ones
  std::optional<std::int64_t> coefficients_total;
  std::vector<Fact> calibration;  ///< what was stored in the model: recalibration, prevalence, bands

  // judgement; the first is the one of the headline
  std::vector<Performance> performance;

  // words
  std::vector<Notice> notices;  ///< leaks, separation, small classes ...
  std::string intended_use;     ///< empty: open
  std::string intended_population;
  std::vector<std::string> limits;  ///< what the trainer knows by itself
  std::vector<AuthorNote> author_notes;
  bool genetic = false;  ///< with genotypes or scores: PRS-RS applies

  // provenance; times belong in run.json alone
  std::vector<Fact> software;
};

[[nodiscard]] Page training_card_page(const TrainingCard& card);

}  // namespace varisk::report
