#include "varisk/report/reporting_items.hpp"

#include <array>

#include "varisk/core/error.hpp"

namespace varisk::report {
namespace {

using enum AnsweredBy;

constexpr ReportingItem tripod(std::string_view key, std::string_view topic, AnsweredBy answered_by = author,
                               std::string_view section = {}) {
  return {Guideline::tripod_ai, key, key.substr(std::string_view("tripod-ai-").size()), topic, answered_by, section};
}
constexpr ReportingItem prs(std::string_view key, std::string_view topic, AnsweredBy answered_by = author,
                            std::string_view section = {}) {
  return {Guideline::prs_rs, key, {}, topic, answered_by, section};
}

constexpr std::array items = {
    tripod("tripod-ai-1", "Title: a prediction model, its population and outcome", both, "summary"),
    tripod("tripod-ai-2", "Abstract"),
    tripod("tripod-ai-3a", "Health care context and models that exist"),
    tripod("tripod-ai-3b", "Intended population, purpose and users", both, "use"),
    tripod("tripod-ai-3c", "Known inequalities between groups of people"),
    tripod("tripod-ai-4", "Objectives of the study"),
    tripod("tripod-ai-5a", "Sources of the data", both, "data"),
    tripod("tripod-ai-5b", "Dates of the data"),
    tripod("tripod-ai-6a", "Setting, centres and places"),
    tripod("tripod-ai-6b", "Who was eligible"),
    tripod("tripod-ai-6c", "Treatments received"),
    tripod("tripod-ai-7", "Preparation and quality checks of the data", card, "cleaning"),
    tripod("tripod-ai-8a", "Outcome: definition, time horizon, assessment", both, "summary"),
    tripod("tripod-ai-8b", "Who judged the outcome, where that needs judgement"),
    tripod("tripod-ai-8c", "Blinding of those who assessed the outcome"),
    tripod("tripod-ai-9a", "Choice of the candidate predictors", both, "features"),
    tripod("tripod-ai-9b", "Definition and measurement of the predictors", both, "features"),
    tripod("tripod-ai-9c", "Who judged predictors, where that needs judgement"),
    tripod("tripod-ai-10", "Size of the study and why it is enough", both, "data"),
    tripod("tripod-ai-11", "Missing data", card, "cleaning"),
    tripod("tripod-ai-12a", "How the data were divided", card, "data"),
    tripod("tripod-ai-12b", "How predictors entered the analysis", card, "cleaning"),
    tripod("tripod-ai-12c", "Type of model, its building and internal validation", card, "fit"),
    tripod("tripod-ai-12d", "Differences between clusters such as hospitals"),
    tripod("tripod-ai-12e", "Measures of performance and their choice", card, "performance"),
    tripod("tripod-ai-12f", "Updating, such as recalibration", card, "fit"),
    tripod("tripod-ai-12g", "How predictions are computed", card, "coefficients"),
    tripod("tripod-ai-13", "Class imbalance", both, "fit"),
    tripod("tripod-ai-14", "Fairness between groups of people", both, "subgroups"),
    tripod("tripod-ai-15", "What the model puts out", card, "summary"),
    tripod("tripod-ai-16", "Differences between data of training and of evaluation", both, "data"),
    tripod("tripod-ai-17", "Ethical approval and consent"),
    tripod("tripod-ai-18a", "Funding"),
    tripod("tripod-ai-18b", "Conflicts of interest"),
    tripod("tripod-ai-18c", "Study protocol"),
    tripod("tripod-ai-18d", "Registration of the study"),
    tripod("tripod-ai-18e", "Availability of the data"),
    tripod("tripod-ai-18f", "Availability of the code", both, "software"),
    tripod("tripod-ai-19", "Involvement of patients and the public"),
    tripod("tripod-ai-20a", "Flow of participants", both, "data"),
    tripod("tripod-ai-20b", "Characteristics of the participants", both, "data"),
    tripod("tripod-ai-20c", "Predictors and outcome in training and evaluation compared", both, "data"),
    tripod("tripod-ai-21", "Numbers of participants and events in each analysis", card, "data"),
    tripod("tripod-ai-22", "The whole model, so that it can be used", card, "coefficients"),
    tripod("tripod-ai-23a", "Performance with intervals, also in subgroups", card, "performance"),
    tripod("tripod-ai-23b", "Differences in performance between clusters"),
    tripod("tripod-ai-24", "Result of updating the model", both, "fit"),
    tripod("tripod-ai-25", "Interpretation of the results, fairness included"),
    tripod("tripod-ai-26", "Limits of the study", both, "use"),
    tripod("tripod-ai-27a", "What to do about poor or missing input", both, "cleaning"),
    tripod("tripod-ai-27b", "Expertise that users need"),
    tripod("tripod-ai-27c", "Next steps of research"),
    prs("prs-rs-study-type", "Study type", both, "summary"),
    prs("prs-rs-purpose", "Purpose of the risk model and predicted outcome", both, "summary"),
    prs("prs-rs-recruitment", "Study design and recruitment"),
    prs("prs-rs-participants", "Demographic and clinical characteristics of the participants", both, "data"),
    prs("prs-rs-ancestry", "Ancestry of the participants", both, "subgroups"),
    prs("prs-rs-genetic-data", "Genetic data", both, "features"),
    prs("prs-rs-other-variables", "Non-genetic variables", card, "cleaning"),
    prs("prs-rs-outcome", "Definition of the outcome", both, "summary"),
    prs("prs-rs-missing-data", "Missing data", card, "cleaning"),
    prs("prs-rs-construction", "Construction and estimation of the score", card, "features"),
    prs("prs-rs-model-type", "Type of risk model", card, "fit"),
    prs("prs-rs-integrated-model", "Description and fitting of the integrated model", card, "fit"),
    prs("prs-rs-distribution", "Distribution of the score", card, "calibration"),
    prs("prs-rs-predictive-ability", "Predictive ability", card, "performance"),
    prs("prs-rs-discrimination", "Discrimination", card, "discrimination"),
    prs("prs-rs-calibration", "Calibration", card, "calibration"),
    prs("prs-rs-subgroups", "Subgroup analyses", card, "subgroups"),
    prs("prs-rs-interpretation", "Interpretation of the risk model"),
    prs("prs-rs-limitations", "Limitations", both, "use"),
    prs("prs-rs-generalizability", "Generalizability"),
    prs("prs-rs-intended-uses", "Intended uses of the risk model", both, "use"),
    prs("prs-rs-availability", "Availability of score and model", both, "software"),
};

}  // namespace

std::string_view to_string(Guideline guideline) noexcept {
  return guideline == Guideline::tripod_ai ? "TRIPOD+AI" : "PRS-RS";
}

std::span<const ReportingItem> reporting_items() noexcept { return items; }

}  // namespace varisk::report
