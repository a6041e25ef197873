#pragma once
/// A small problem at random, for the solver and, dense, for the slow one.
#include <algorithm>
#include <random>

#include "slow_solver.hpp"
#include "varisk/training/fold_paths.hpp"

namespace varisk::test {

struct SmallProblem {
  struct Choice {
    Family family = Family::binomial;
    std::size_t rows = 90;
    std::size_t outside = 13;  ///< rows that are not in the fit
    std::size_t variants = 30;
    std::size_t covariates = 2;  ///< unpenalised
    std::size_t scores = 2;      ///< dense, penalised
    std::size_t dosages = 3;
    double missing = 0;
    bool weights = false;
    bool offset = false;
    std::uint64_t seed = 1;
  };

  explicit SmallProblem(const Choice& choice)
      : genotypes(choice.rows),
        dosages(choice.rows, training::DosageBits::sixteen, 0.001),
        design(choice.rows),
        random_(choice.seed) {
    const std::size_t n = choice.rows;
    VectorXd eta = VectorXd::Zero(static_cast<Index>(n));
    for (std::size_t j = 0; j < choice.covariates + choice.scores; ++j) {
      std::vector<double> values(n);
      for (double& value : values) value = 3 + 2 * normal_(random_);
      add_column(values, {}, eta, 0.1);
      design.add_dense(std::move(values));
      factors.push_back(j < choice.covariates ? 0 : 1);
    }
    add_variants(choice, eta);
    add_dosages(choice, eta);
    weights.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      weights[i] = i % (n / std::max<std::size_t>(choice.outside, 1)) == 3 && choice.outside > 0 ? 0
                   : choice.weights ? 0.2 + uniform_(random_)
                                    : 1;
    }
    set_outcome(choice, eta);
    problem.design = &design;
    problem.outcome = &outcome;
    problem.penalty.factors = factors;
    if (choice.offset) {
      problem.offset.resize(n * outcome.predictors());
      for (double& value : problem.offset) value = 0.5 * normal_(random_);
    }
  }
  SmallProblem(const SmallProblem&) = delete;
  SmallProblem& operator=(const SmallProblem&) = delete;

  [[nodiscard]] training::FitRows rows() const { return {weights, {}}; }

  /// The rows of the fit, dense, missing values replaced by the mean of the others.
  [[nodiscard]] SlowProblem slow(double lambda) const {
    SlowProblem slow;
    slow.family = outcome.family;
    std::vector<std::size_t> in;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (weights[i] > 0) in.push_back(i);
    }
    const auto n = static_cast<Index>(in.size());
    slow.x.resize(n, static_cast<Index>(columns_.size()));
    slow.weights.resize(n);
    slow.y.resize(n);
    slow.classes = static_cast<Index>(outcome.class_count);
    const auto count = static_cast<Index>(outcome.predictors());
    if (!problem.offset.empty()) slow.offset.resize(n, count);
    for (Index r = 0; r < n; ++r) {
      const std::size_t i = in[static_cast<std::size_t>(r)];
      slow.weights[r] = weights[i];
      if (!problem.class_weights.empty()) slow.weights[r] *= problem.class_weights[outcome.classes[i]];
      slow.y[r] = outcome.family == Family::gaussian ? outcome.values[i] : outcome.classes[i];
      for (Index c = 0; c < count && !problem.offset.empty(); ++c) {
        slow.offset(r, c) = problem.offset[static_cast<std::size_t>(c) * weights.size() + i];
      }
    }
    for (std::size_t j = 0; j < columns_.size(); ++j) fill(slow, in, j);
    slow.factors.resize(static_cast<Index>(factors.size()));
    double sum = 0;
    for (const double factor : problem.penalty.factors) sum += factor;
    for (std::size_t j = 0; j < factors.size(); ++j) {
      slow.factors[static_cast<Index>(j)] = problem.penalty.factors[j];
      if (problem.penalty.scale == training::PenaltyScale::glmnet) {
        slow.factors[static_cast<Index>(j)] *= static_cast<double>(factors.size()) / sum;
      }
    }
    slow.alpha = problem.penalty.alpha;
    slow.lambda = lambda;
    slow.standardise = problem.penalty.standardise;
    slow.grouped = problem.penalty.grouped;
    return slow;
  }

  training::GenotypeMatrix genotypes;
  training::DosageMatrix dosages;
  training::Design design;
  training::Outcome outcome;
  std::vector<double> weights;
  std::vector<double> factors;
  training::TrainingProblem problem;

 private:
  struct Column {
    std::vector<double> values;
    std::vector<std::uint8_t> missing;
  };

  void fill(SlowProblem& slow, const std::vector<std::size_t>& in, std::size_t j) const {
    const auto column = static_cast<Index>(j);
    double sum = 0;
    double present = 0;
    const auto absent = [&](std::size_t i) { return !columns_[j].missing.empty() && columns_[j].missing[i] != 0; };
    for (std::size_t r = 0; r < in.size(); ++r) {
      if (absent(in[r])) continue;
      sum += slow.weights[static_cast<Index>(r)] * columns_[j].values[in[r]];
      present += slow.weights[static_cast<Index>(r)];
    }
    for (std::size_t r = 0; r < in.size(); ++r) {
      slow.x(static_cast<Index>(r), column) = absent(in[r]) ? sum / present : columns_[j].values[in[r]];
    }
  }

  void add_column(const std::vector<double>& values, const std::vector<std::uint8_t>& missing, VectorXd& eta,
                  double effect) {
    columns_.push_back({values, missing});
    for (std::size_t i = 0; i < values.size(); ++i) eta[static_cast<Index>(i)] += effect * values[i];
  }

  void add_variants(const Choice& choice, VectorXd& eta) {
    genotypes.add_columns(choice.variants);
    std::vector<std::uint8_t> copies(choice.rows);
    for (std::size_t j = 0; j < choice.variants; ++j) {
      const double frequency = 0.1 + 0.4 * uniform_(random_);
      std::vector<double> values(choice.rows);
      std::vector<std::uint8_t> missing(choice.rows, 0);
      for (std::size_t i = 0; i < choice.rows; ++i) {
        // every third one goes with its neighbour
        copies[i] = j % 3 == 1 && uniform_(random_) < 0.7 && copies[i] != training::missing_call
                        ? copies[i]
                        : static_cast<std::uint8_t>((uniform_(random_) < frequency) + (uniform_(random_) < frequency));
        values[i] = copies[i];
        if (uniform_(random_) < choice.missing) {
          missing[i] = 1;
          copies[i] = training::missing_call;
        }
      }
      add_column(values, missing, eta, j % 5 == 0 ? 0.8 : 0);
      genotypes.set(j, copies);
      factors.push_back(1);
    }
    design.add_genotypes(genotypes);
  }

  void add_dosages(const Choice& choice, VectorXd& eta) {
    dosages.add_columns(choice.dosages);
    for (std::size_t j = 0; j < choice.dosages; ++j) {
      std::vector<double> values(choice.rows);
      std::vector<std::uint8_t> missing(choice.rows, 0);
      for (std::size_t i = 0; i < choice.rows; ++i) {
        values[i] = std::round(2000 * uniform_(random_)) / 1000;
        missing[i] = uniform_(random_) < choice.missing ? 1 : 0;
      }
      add_column(values, missing, eta, 0.3);
      dosages.set(j, values, missing);
      factors.push_back(1 + 0.5 * static_cast<double>(j));
    }
    design.add_dosages(dosages);
  }

  void set_outcome(const Choice& choice, const VectorXd& eta) {
    outcome.family = choice.family;
    const double mean = eta.mean();
    for (std::size_t i = 0; i < choice.rows; ++i) {
      const double u = uniform_(random_);
      const double liability = eta[static_cast<Index>(i)] - mean + std::log(u / (1 - u));
      if (choice.family == Family::gaussian) {
        outcome.values.push_back(10 + 3 * liability);
      } else if (choice.family == Family::binomial) {
        outcome.classes.push_back(liability > 0.3 ? 1 : 0);
      } else {
        outcome.classes.push_back(liability > 1.2 ? 2 : liability > -0.5 ? 1 : 0);
      }
    }
    outcome.class_count = choice.family == Family::gaussian ? 0 : choice.family == Family::binomial ? 2 : 3;
  }

  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  std::uniform_real_distribution<double> uniform_{1e-9, 1};
  std::vector<Column> columns_;
};

}  // namespace varisk::test
