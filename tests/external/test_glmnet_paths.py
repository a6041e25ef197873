"""Paths of glmnet 4.1-6 and ordinalNet (suite glmnet_ref): the same λs, deviance ratios within 1e-6, coefficients within
1e-5 (an intercept, which is far from 0, relative to its size). λ of glmnet is that of --penalty-scale glmnet.

glmnet's grouped multinomial fits stop before the optimum: coefficients differ by up to 8.6e-5, and each deviance ratio of
ours is the larger one. So the reference's own objective is computed there, and has to be above ours, whose gap is known.
The reference's folds were fitted at glmnet's default threshold, and its deviance is cut off at probabilities of 1e-5: mean
deviances agree to 1e-4 down to a quarter of the best λ. With the threshold 1e-14 glmnet agrees to 1e-8 (differential test).
"""

import csv
import math
import os
import sys
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

from harness import main, read_tsv, skip_module  # noqa: E402
from trainings import TrainTest  # noqa: E402

SUITE = Path(os.environ.get("VARISK_EXTERNAL_CASES", "")) / "cases" / "glmnet_ref"
if not (SUITE / "small.bed").is_file():
    skip_module("VARISK_EXTERNAL_CASES does not have glmnet_ref")

COVARIATES = ["sex", "age"] + [f"PC{k}" for k in range(1, 9)]
RATIO = 1e-6
LATE = 1e-4  # where the reference is not at its optimum
NEARLY_SATURATED = 0.01  # λ below which probabilities of the folds reach 1e-5
COEFFICIENT = 1e-5
EXACT = ("--tolerance", 1e-12)


def coefficients_of(name):
    """(intercepts, {term: values along the path})."""
    with open(SUITE / name, newline="") as lines:
        _, *rows = csv.reader(lines, delimiter="\t")
    found = {row[0]: [float(cell) for cell in row[1:]] for row in rows}
    return found.pop("(Intercept)"), found


def variant_names():
    """Name in the .bim -> name of the term: A1 is counted, A2 stands in for REF."""
    names = {}
    for line in (SUITE / "small.bim").read_text().splitlines():
        contig, name, _, position, first, second = line.split()
        names[name] = f"{contig}:{position}:{second}:{first}"
    return names


def training_rows():
    """(covariates and variants as the terms of the reference name them, outcome y3) of the training rows."""
    people = [row for row in read_tsv(SUITE / "small.pheno.tsv")]
    columns = {name: [float(row[name]) for row in people] for name in COVARIATES}
    size = (len(people) + 3) // 4
    packed = (SUITE / "small.bed").read_bytes()[3:]
    copies = {0: 2.0, 2: 1.0, 3: 0.0}
    for i, line in enumerate((SUITE / "small.bim").read_text().splitlines()):
        column = packed[i * size:(i + 1) * size]
        columns[line.split()[1]] = [copies[column[k // 4] >> 2 * (k % 4) & 3] for k in range(len(people))]
    kept = [k for k, row in enumerate(people) if row["split"] == "train"]
    return {name: [values[k] for k in kept] for name, values in columns.items()}, [int(people[k]["y3"]) for k in kept]


def grouped_objective(columns, outcome, intercepts, coefficients, penalty, alpha):
    """Mean negative log-likelihood and the elastic net of the groups; coefficients: of each class {term: value}."""
    n = len(outcome)
    loss = 0.0
    for i in range(n):
        eta = [intercepts[k] + sum(value * columns[name][i] for name, value in coefficients[k].items() if value) for k in range(3)]
        top = max(eta)
        loss += top + math.log(sum(math.exp(value - top) for value in eta)) - eta[outcome[i]]
    total = loss / n
    for name in columns:
        if name in COVARIATES:
            continue
        mean = sum(columns[name]) / n
        sd = math.sqrt(sum((value - mean) ** 2 for value in columns[name]) / n)
        norm = sd * math.sqrt(sum(coefficients[k].get(name, 0.0) ** 2 for k in range(3)))
        total += penalty * (alpha * norm + (1 - alpha) * norm * norm / 2)
    return total


class Paths(TrainTest):
    def setUp(self):
        super().setUp()
        self.terms = {**{name: name for name in COVARIATES}, **variant_names()}

    def fit(self, lambdas, *more):
        file = self.write("lambdas.txt", "".join(f"{value!r}\n" for value in lambdas))
        return self.train("--variants", SUITE / "small.bed", "--covariates", SUITE / "small.pheno.tsv", "--sample-column", "sample",
                          "--split-column", "split", "--features", ",".join(COVARIATES), "--lambdas", file, *EXACT, *more)

    def compare(self, fit, expected, of_class="", limit=COEFFICIENT):
        """Every term of the reference, and none besides; what is not in our table has no coefficient on the path."""
        ours = {name.removesuffix(of_class): values for name, values in fit.coefficients.items()
                if name.endswith(of_class) and not name.startswith("(")}
        self.assertLessEqual(set(ours), {self.terms[name] for name in expected})
        worst = 0.0
        for name, values in expected.items():
            found = ours.get(self.terms[name], [0.0] * len(values))
            self.assertEqual(len(found), len(values), name)
            worst = max(worst, max(abs(a - b) for a, b in zip(found, values)))
        self.assertLessEqual(worst, limit)

    def compare_intercepts(self, found, expected):
        for ours, value in zip(found, expected, strict=True):
            self.assertLessEqual(abs(ours - value), COEFFICIENT * max(1, abs(value)))

    def compare_ratios(self, fit, expected, limit=RATIO):
        self.assertEqual(len(fit.path), len(expected))
        self.assertLessEqual(max(abs(point["deviance_ratio"] - ratio) for point, ratio in zip(fit.path, expected)), limit)

    def binomial(self, name, alpha):
        rows = read_tsv(SUITE / f"{name}.path.tsv")
        fit = self.fit([float(row["lambda"]) for row in rows], "--outcome", "y", "--alpha", alpha, "--penalty-scale", "glmnet",
                       "--folds", 0)
        self.compare_ratios(fit, [float(row["dev_ratio"]) for row in rows])
        self.assertEqual([int(point["df"]) for point in fit.path], [int(row["df"]) for row in rows])
        intercepts, expected = coefficients_of(f"{name}.coef.tsv")
        self.compare(fit, expected)
        self.compare_intercepts(fit.coefficients["(intercept)"], intercepts)

    def test_lasso(self):
        self.binomial("binom_a1", 1)

    def test_elastic_net(self):
        self.binomial("binom_a0.5", 0.5)

    def test_grouped_multinomial(self):
        rows = read_tsv(SUITE / "multinom_grouped.path.tsv")
        fit = self.fit([float(row["lambda"]) for row in rows], "--outcome", "y3", "--family", "multinomial", "--grouped", "--alpha", 0.5,
                       "--penalty-scale", "glmnet", "--folds", 0)
        ratios = [float(row["dev_ratio"]) for row in rows]
        self.compare_ratios(fit, ratios, LATE)
        references = [coefficients_of(f"multinom_grouped_class{k}.coef.tsv") for k in range(3)]
        for k, (intercepts, expected) in enumerate(references):
            self.compare(fit, expected, f":{k}", 1e-4)
            self.compare_intercepts(fit.coefficients[f"(intercept):{k}"], intercepts)
        columns, outcome = training_rows()
        scale = 200 / 210  # what glmnet makes of the penalty factors 0 and 1, the other way round
        for p in (0, 24, 49):
            point = fit.path[p]
            self.assertLessEqual(point["gap"], 1e-11)
            theirs = grouped_objective(columns, outcome, [intercepts[p] for intercepts, _ in references],
                                       [{name: values[p] for name, values in expected.items()} for _, expected in references],
                                       point["lambda"] / scale, 0.5)
            self.assertGreater(theirs, point["objective"] - 1e-11)

    def test_ordinal(self):
        """ordinalNet has θ + xβ where ours is θ − xβ, and penalty factors as they are."""
        names = [row["col"] for row in read_tsv(SUITE / "ordinal_cumlogit.columns.tsv")]
        with open(SUITE / "ordinal_cumlogit.tsv", newline="") as lines:
            _, *rows = csv.reader(lines, delimiter="\t")
        fit = self.fit([float(row[0]) for row in rows], "--outcome", "y3", "--family", "ordinal", "--alpha", 0.5, "--folds", 0)
        values = {name: [float(row[1 + i]) for row in rows] for i, name in enumerate(names)}
        for k, threshold in enumerate(("(threshold):0|1", "(threshold):1|2"), 1):
            self.compare_intercepts(fit.coefficients[threshold], values.pop(f"(Intercept):{k}"))
        self.compare(fit, {name: [-value for value in column] for name, column in values.items()})

    def test_folds(self):
        """Fold of the training row i is i mod 10."""
        rows = read_tsv(SUITE / "cv10_deviance_foldid_i_mod_10.tsv")
        people = read_tsv(SUITE / "small.pheno.tsv")
        number = 0
        for person in people:
            person["fold"] = 1 + number % 10
            number += person["split"] == "train"
        table = self.write("folds.tsv", "\t".join(people[0]) + "\n" +
                           "".join("\t".join(str(cell) for cell in person.values()) + "\n" for person in people))
        file = self.write("lambdas.txt", "".join(f"{row['lambda']}\n" for row in rows))
        fit = self.train("--variants", SUITE / "small.bed", "--covariates", table, "--sample-column", "sample", "--split-column",
                         "split", "--features", ",".join(COVARIATES), "--lambdas", file, "--outcome", "y", "--penalty-scale", "glmnet",
                         "--fold-column", "fold", *EXACT)
        found = read_tsv(fit.run.out / "cv.tsv")
        self.assertEqual(len(found), len(rows))
        for ours, reference in zip(found, rows):
            if float(ours["lambda"]) > NEARLY_SATURATED:
                self.assertLessEqual(abs(float(ours["mean_deviance"]) - float(reference["cvm"])), LATE)
                self.assertLessEqual(abs(float(ours["se"]) - float(reference["cvsd"])), LATE)
            self.assertEqual(int(ours["df"]), int(reference["nzero"]))
            self.assertEqual("min" in ours["choice"].split(","), reference["is_min"] == "TRUE")
            self.assertEqual("1se" in ours["choice"].split(","), reference["is_1se"] == "TRUE")

    def test_predictions_of_the_holdout(self):
        """At λ.min of the folds, on the rows that the fit did not have."""
        chosen, = [row["lambda"] for row in read_tsv(SUITE / "cv10_deviance_foldid_i_mod_10.tsv") if row["is_min"] == "TRUE"]
        rows = read_tsv(SUITE / "binom_a1.path.tsv")
        fit = self.fit([float(row["lambda"]) for row in rows if float(row["lambda"]) >= 0.999999 * float(chosen)], "--outcome", "y",
                       "--penalty-scale", "glmnet", "--folds", 0)
        expected = {row["sample"]: float(row["p_min"]) for row in read_tsv(SUITE / "metrics_predictions.tsv")}
        found = {row["sample_id"]: float(row["probability"]) for row in fit.predictions(part="test")}
        self.assertEqual(set(found), set(expected))
        for sample, probability in expected.items():
            self.assertLessEqual(abs(found[sample] - probability), COEFFICIENT)


if __name__ == "__main__":
    main()
