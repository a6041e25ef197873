// A whole path on a generated problem (training_cohort.hpp): checks each λ by its duality gap, then prints the time.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <string>

#include "training_cohort.hpp"
#include "varisk/training/fold_paths.hpp"

namespace {

using varisk::training::Family;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

struct Options {
  std::string prefix;
  std::string lambdas;
  std::string out;
  std::string family = "binomial";
  double alpha = 1;
  double tolerance = 0;
  int threads = 1;
  std::size_t folds = 0;
  bool grouped = false;
  int repeats = 1;
  std::string simd;
};

Options parse(int argc, char** argv) {
  Options options;
  CLI::App app("Trains a path on PREFIX.bed, .bim, .pheno.tsv");
  app.add_option("PREFIX", options.prefix)->required();
  app.add_option("--lambdas", options.lambdas, "file with one lambda per line, on glmnet's scale");
  app.add_option("--out", options.out, "table of the path");
  app.add_option("--family", options.family);
  app.add_option("--alpha", options.alpha);
  app.add_option("--tolerance", options.tolerance);
  app.add_option("--threads", options.threads);
  app.add_option("--folds", options.folds);
  app.add_option("--repeats", options.repeats);
  app.add_option("--simd", options.simd);
  app.add_flag("--grouped", options.grouped);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return options;
}

void write(const varisk::training::PenalisedPath& path, const std::string& name) {
  std::ofstream out(name);
  out << "lambda\tdf\tdev_ratio\tobjective\tgap\tkkt\tpasses\n";
  for (const auto& point : path.points) {
    out << fmt::format("{:.17g}\t{}\t{:.17g}\t{:.17g}\t{:.3g}\t{:.3g}\t{}\n", point.lambda, point.df,
                       point.deviance_ratio, point.objective, point.gap, point.kkt, point.passes);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  const auto cohort = varisk::test::read_cohort(options.prefix);
  const auto matrix = varisk::test::read_bed(options.prefix, cohort.y.size());
  varisk::training::Design design(cohort.y.size());
  for (const auto& values : cohort.covariates) design.add_dense(values);
  design.add_genotypes(matrix);

  varisk::training::Outcome outcome;
  outcome.family = options.family == "gaussian"      ? Family::gaussian
                   : options.family == "multinomial" ? Family::multinomial
                   : options.family == "ordinal"     ? Family::ordinal
                                                     : Family::binomial;
  if (outcome.family == Family::gaussian) {
    outcome.values.assign(cohort.y.begin(), cohort.y.end());
  } else {
    outcome.classes = outcome.family == Family::binomial ? cohort.y : cohort.y3;
    outcome.class_count = outcome.family == Family::binomial ? 2 : 3;
  }
  varisk::training::TrainingProblem problem;
  problem.design = &design;
  problem.outcome = &outcome;
  problem.penalty.alpha = options.alpha;
  problem.penalty.scale = varisk::training::PenaltyScale::glmnet;
  problem.penalty.grouped = options.grouped;
  problem.penalty.factors.assign(design.columns(), 1.0);
  for (std::size_t j = 0; j < cohort.covariates.size(); ++j) problem.penalty.factors[j] = 0;
  problem.solver.threads = options.threads;
  if (options.tolerance > 0) problem.solver.tolerance = options.tolerance;
  if (options.simd == "avx2") problem.solver.simd = varisk::SimdLevel::avx2;
  if (options.simd == "scalar") problem.solver.simd = varisk::SimdLevel::scalar;
  if (!options.lambdas.empty()) {
    std::ifstream file(options.lambdas);
    for (double lambda = 0; file >> lambda;) problem.lambda.values.push_back(lambda);
  }
  varisk::training::FoldRequest request;
  request.full.weights.assign(cohort.training.begin(), cohort.training.end());
  request.folds = options.folds;
  std::uint32_t next = 0;
  for (const std::uint8_t training : cohort.training) {
    request.fold.push_back(options.folds > 0 && training != 0 ? next++ % static_cast<std::uint32_t>(options.folds) : 0);
  }
  for (int repeat = 0; repeat < options.repeats; ++repeat) {
    auto last = Clock::now();
    const auto start = last;
    const bool verbose = std::getenv("VERBOSE") != nullptr;
    const auto progress = [&](const varisk::training::PathProgress& state) {
      if (verbose)
        fmt::print(stderr, "{} lambda {:.6g} df {} {:.4f} s\n", state.step, state.lambda, state.df,
                   seconds_since(last));
      last = Clock::now();
      return true;
    };
    varisk::training::FoldPaths paths;
    if (options.folds > 0) {
      paths = varisk::training::fit_folds(problem, request, progress);
    } else {
      paths.full = varisk::training::penalised_path(problem, request.full, progress);
    }
    const double seconds = seconds_since(start);
    double worst = 0;
    for (const auto& point : paths.full.points) worst = std::max(worst, point.gap / point.objective);
    fmt::print("{} lambdas, {} of them without convergence, largest gap / objective {:.3g}, {:.3f} s\n",
               paths.full.points.size(), static_cast<int>(paths.full.outcome.end), worst, seconds);
    if (!options.out.empty()) write(paths.full, options.out);
  }
  return 0;
}
