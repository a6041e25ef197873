"""Paths against glmnet with its threshold at 1e-14 and without its early stop, on a cohort that is made here.

Deviance ratios agree to 1e-6 and coefficients to 1e-5. Where glmnet ends before its optimum the two are compared by the
objective, which has to be below glmnet's, up to the gap that is written to path.tsv.
"""

import math
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

from harness import have, main, number, read_tsv, skip_module  # noqa: E402
from plink_files import copies_of_alt  # noqa: E402
from trainings import TrainTest  # noqa: E402
from training_cohorts import People  # noqa: E402

if not have("Rscript"):
    skip_module("R is not installed")
if subprocess.run(["Rscript", "-e", "quit(status = !requireNamespace('glmnet', quietly = TRUE))"], stdout=subprocess.DEVNULL,
                  stderr=subprocess.DEVNULL).returncode:
    skip_module("the R package glmnet is not installed")

SCRIPT = Path(__file__).resolve().with_name("glmnet_paths.R")
RATIO, COEFFICIENT, OBJECTIVE, FOLDS = 1e-6, 1e-5, 1e-9, 1e-6
COVARIATES = ("age", "bmi")


class AgainstGlmnet(TrainTest):
    def setUp(self):
        super().setUp()
        self.people = People(seed=11, count=200, sites=28, missing=0)
        self.people.records = [line for line in self.people.records if line[0] != "X"]
        heights = [float(row["height"]) for row in self.people.rows]
        mean = sum(heights) / len(heights)
        sd = math.sqrt(sum((value - mean) ** 2 for value in heights) / len(heights))
        for i, row in enumerate(self.people.rows):
            row["height"] = repr((float(row["height"]) - mean) / sd)  # glmnet does it by itself, with its ridge term on that scale
            row["fold"] = str(1 + i % 5)
        self.table = self.write("table.tsv", self.people.table())
        self.vcf = self.people.write_vcf(self, "all.vcf")
        self.columns = {name: [float(row[name]) for row in self.people.rows] for name in COVARIATES}
        for line in self.people.records:
            self.columns[f"{line[0]}:{line[1]}:{line[3]}:{line[4]}"] = [copies_of_alt(call) for call in line[9:]]

    def reference(self, family, alpha, standardize, grouped, weighted, folds, ratio, free):
        outcome = People.OUTCOMES[family]
        self.write("x.tsv", "\t".join(self.columns) + "\n" + "".join("\t".join(map(repr, row)) + "\n" for row in zip(*self.columns.values())))
        self.write("y.tsv", "outcome\tweight\toffset\tfold\n" +
                   "".join(f"{row[outcome]}\t{row['weight']}\t{row['shift']}\t{row['fold']}\n" for row in self.people.rows))
        settings = {"family": family, "alpha": alpha, "standardize": int(standardize), "grouped": int(grouped), "weighted": int(weighted),
                    "folds": int(folds), "ratio": ratio, "free": free}
        self.write("settings.tsv", "name\tvalue\n" + "".join(f"{name}\t{value}\n" for name, value in settings.items()))
        done = subprocess.run(["Rscript", "--vanilla", str(SCRIPT), str(self.dir)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        path = read_tsv(self.dir / "path.tsv")
        coefficients = {}
        for row in read_tsv(self.dir / "coefficients.tsv"):
            of_class, term = row.pop("class"), row.pop("term")
            coefficients.setdefault(of_class, {})[term] = [float(cell) for cell in row.values()]
        return path, coefficients

    def objective(self, family, alpha, standardize, grouped, weighted, free, penalty, of_class, p):
        """Of coefficients at the point p of a path; penalty is λ on the scale of glmnet's factors."""
        outcome = People.OUTCOMES[family]
        rows = self.people.rows
        weights = [float(row["weight"]) if weighted else 1.0 for row in rows]
        total = sum(weights)
        classes = sorted(of_class)
        eta = {k: [of_class[k]["(intercept)"][p] + (float(row["shift"]) if weighted else 0.0) for row in rows] for k in classes}
        scale = len(self.columns) / (len(self.columns) - free)
        value = 0.0
        for j, (name, column) in enumerate(self.columns.items()):
            betas = [of_class[k].get(name, [0.0] * (p + 1))[p] for k in classes]
            for k, beta in zip(classes, betas):
                if beta:
                    eta[k] = [e + beta * x for e, x in zip(eta[k], column)]
            if j < free:
                continue
            mean = sum(w * x for w, x in zip(weights, column)) / total
            sd = math.sqrt(sum(w * (x - mean) ** 2 for w, x in zip(weights, column)) / total) if standardize else 1.0
            scaled = [sd * beta for beta in betas]
            norm = math.sqrt(sum(b * b for b in scaled))
            size = norm if grouped else sum(abs(b) for b in scaled)
            value += scale * penalty * (alpha * size + (1 - alpha) / 2 * norm * norm)
        loss = 0.0
        for i, row in enumerate(rows):
            if family == "gaussian":
                loss += weights[i] * (float(row[outcome]) - eta["all"][i]) ** 2 / 2
            elif family == "binomial":
                e = eta["all"][i]
                loss += weights[i] * (max(e, 0) + math.log1p(math.exp(-abs(e))) - e * int(row[outcome]))
            else:
                top = max(eta[k][i] for k in classes)
                loss += weights[i] * (top + math.log(sum(math.exp(eta[k][i] - top) for k in classes)) - eta[row[outcome]][i])
        return loss / total + value

    def check(self, family="binomial", alpha=1.0, standardize=True, grouped=False, weighted=False, folds=False, ratio=0.02, free=2,
              exact=True):
        path, reference = self.reference(family, alpha, standardize, grouped, weighted, folds, ratio, free)
        lambdas = self.write("lambdas.txt", "".join(row["lambda"] + "\n" for row in path))
        more = ["--weights", "weight", "--offset", "shift"] if weighted else []
        more += ["--grouped"] if grouped else []
        more += ["--fold-column", "fold"] if folds else ["--folds", 0]
        fit = self.train("--variants", self.vcf, "--covariates", self.table, "--features", ",".join(COVARIATES), "--outcome",
                         People.OUTCOMES[family], "--family", family, "--alpha", alpha, "--standardize", "on" if standardize else "off",
                         "--penalty-factors", f"covariates={0 if free else 1}", "--penalty-scale", "glmnet", "--lambdas", lambdas,
                         "--tolerance", 1e-10 if (family, alpha) == ("multinomial", 0) else 1e-12, "--bootstrap", 0, *more)
        self.assertEqual(len(fit.path), len(path), fit.record["warnings"])
        ours = {}
        for of_class in reference:
            suffix = "" if of_class == "all" else ":" + of_class
            ours[of_class] = {name: fit.coefficients.get(name + suffix, [0.0] * len(path)) for name in ["(intercept)", *self.columns]}
        for p, row in enumerate(path):
            at = (family, alpha, p, row["lambda"])
            if not weighted or family != "gaussian":
                self.assertLessEqual(abs(fit.path[p]["deviance_ratio"] - float(row["ratio"])), RATIO, at)
            known = (family, alpha, standardize, grouped, weighted, free, float(row["lambda"]))
            mine = self.objective(*known, ours, p)
            self.assertLessEqual(abs(mine - fit.path[p]["objective"]), OBJECTIVE, at)
            self.assertLessEqual(mine, self.objective(*known, reference, p) + 1e-12, at)
            if exact:
                for of_class, terms in reference.items():
                    for name, values in terms.items():
                        limit = COEFFICIENT * max(1, abs(values[p]))
                        self.assertLessEqual(abs(ours[of_class][name][p] - values[p]), limit, (*at, of_class, name))
        if folds:
            self.compare_folds(fit)
        return fit

    def compare_folds(self, fit):
        for found, expected in zip(read_tsv(fit.run.out / "cv.tsv"), read_tsv(self.dir / "cv.tsv"), strict=True):
            self.assertLessEqual(abs(number(found["mean_deviance"]) - float(expected["mean"])), FOLDS, expected)
            self.assertLessEqual(abs(number(found["se"]) - float(expected["se"])), FOLDS, expected)
            choice = found["choice"].split(",")
            self.assertEqual(("min" in choice, "1se" in choice), (expected["min"] == "TRUE", expected["one_se"] == "TRUE"), expected)

    def test_lasso_elastic_net_and_ridge(self):
        for alpha in (0, 0.3, 1):
            self.check(alpha=alpha)

    def test_without_free_covariates(self):
        self.check(free=0)

    def test_not_standardised(self):
        self.check(standardize=False, alpha=0.3)

    def test_weights_and_offset(self):
        for alpha in (0, 1):
            self.check(weighted=True, alpha=alpha)

    def test_multinomial(self):
        for alpha in (0, 0.3, 1):
            self.check("multinomial", alpha=alpha, free=0)

    def test_grouped_multinomial(self):
        """glmnet's loop over groups ends early: the objective decides."""
        for alpha in (0.3, 1):
            self.check("multinomial", alpha=alpha, grouped=True, free=0, exact=False)

    def test_gaussian(self):
        for alpha in (0, 0.3, 1):
            self.check("gaussian", alpha=alpha)

    def test_given_folds(self):
        for family in ("binomial", "gaussian"):
            self.check(family, folds=True)


if __name__ == "__main__":
    main()
