"""Metrics against pROC, rms and R's own regressions and intervals."""

import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

from evaluations import EvaluateTest, logistic, random_risks, table  # noqa: E402
from harness import have, main, skip_module  # noqa: E402

if not have("Rscript"):
    skip_module("R is not installed")


def lacks(package):
    done = subprocess.run(["Rscript", "-e", f"quit(status = !requireNamespace('{package}', quietly = TRUE))"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode != 0


for needed in ("pROC", "rms"):
    if lacks(needed):
        skip_module(f"the R package {needed} is not installed")


class AgainstR(EvaluateTest):
    def r(self, script, *arguments):
        """The lines `name value value...` that a script prints."""
        path = self.write("script.R", "options(digits = 17)\nargs <- commandArgs(TRUE)\n"
                          "say <- function(name, ...) cat(name, format(c(...), digits = 17), '\\n')\n" + script)
        done = subprocess.run(["Rscript", "--vanilla", str(path), *map(str, arguments)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, cwd=self.dir)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        lines = [line.split() for line in done.stdout.decode().splitlines()]
        return {line[0]: [float(cell) for cell in line[1:]] for line in lines if line}

    def check(self, found, expected, tolerance=1e-9, note=None):
        self.assertEqual(len(found), len(expected), note)
        for one, other in zip(found, expected):
            self.assert_close(one, other, tolerance, note)

    def test_areas_are_those_of_proc_on_its_own_data(self):
        expected = self.r("""
            library(pROC)
            data(aSAH)
            aSAH$id <- paste0('s', seq_len(nrow(aSAH)))
            aSAH$y <- as.integer(aSAH$outcome == 'Poor')
            write.csv(aSAH, 'asah.csv', row.names = FALSE, quote = FALSE)
            one <- roc(aSAH$y, aSAH$s100b, direction = '<', quiet = TRUE)
            two <- roc(aSAH$y, aSAH$wfns, levels = c(0, 1), direction = '<', quiet = TRUE)
            three <- roc(aSAH$y, aSAH$ndka, direction = '<', quiet = TRUE)
            say('s100b', ci.auc(one, method = 'delong'), sqrt(var(one)))
            say('ndka', ci.auc(three, method = 'delong'), sqrt(var(three)))
            say('wide', ci.auc(one, method = 'delong', conf.level = 0.8))
            test <- roc.test(one, three, method = 'delong', paired = TRUE)
            say('test', test$statistic, test$p.value)
        """)
        asah = self.dir / "asah.csv"
        common = ("--sample-column", "id", "--scale", "score", "--bootstrap", 0)
        result = self.evaluate(asah, "--prediction", "s100b", "--baseline", asah, "--baseline-prediction", "ndka", *common)
        low, high = result.bounds("auc")
        self.check([low, result.value("auc"), high, float(result.row("auc")["standard_error"])], expected["s100b"], 1e-12)
        low, high = result.bounds("auc_baseline")
        self.check([low, result.value("auc_baseline"), high], expected["ndka"][:3], 1e-12)
        row = result.row("auc_difference")
        self.check([float(row["value"]) / float(row["standard_error"]), float(row["p_value"])], expected["test"], 1e-9)
        result = self.evaluate(asah, "--prediction", "s100b", "--confidence", 0.8, *common)
        low, high = result.bounds("auc")
        self.check([low, result.value("auc"), high], expected["wide"], 1e-12)

    def test_calibration_is_that_of_val_prob(self):
        path = self.write_pairs([(logistic(0.3 + 1.4 * x), y) for x, y in self.skewed(400, 3)])
        expected = self.r("""
            library(rms)
            t <- read.delim(args[1])
            v <- val.prob(t$probability, t$y, pl = FALSE)
            for (name in c('R2', 'Brier', 'Intercept', 'Slope', 'S:z', 'S:p', 'U:Chi-sq', 'U:p')) say(name, v[[name]])
            l <- qlogis(t$probability)
            control <- glm.control(epsilon = 1e-15, maxit = 100)
            fit <- glm(y ~ l, binomial, t, control = control)
            say('fit', coef(fit), sqrt(diag(vcov(fit))))
            citl <- glm(y ~ 1, binomial, t, offset = l, control = control)
            say('citl', coef(citl), sqrt(vcov(citl)[1, 1]))
            sd1 <- glm(y ~ scale(l), binomial, t, control = control)
            say('odds', exp(coef(sd1)[2] + c(0, -1, 1) * qnorm(0.975) * sqrt(vcov(sd1)[2, 2])), summary(sd1)$coefficients[2, 4])
            low <- lowess(t$probability, t$y, f = 2 / 3, iter = 0, delta = 0)
            at <- round(seq(1, nrow(t), length.out = 9))
            say('x', low$x[at])
            say('smooth', low$y[at])
        """, path)
        result = self.evaluate(path, "--bootstrap", 0)
        for name, ours in (("R2", "r2_nagelkerke"), ("Brier", "brier"), ("S:z", "spiegelhalter_z"), ("U:Chi-sq", "calibration_test")):
            self.check([result.value(ours)], expected[name], 1e-9, name)
        for name, ours in (("Intercept", "calibration_intercept"), ("Slope", "calibration_slope")):
            self.check([result.value(ours)], expected[name], 1e-6, name)
        for name, ours in (("S:p", "spiegelhalter_z"), ("U:p", "calibration_test")):
            self.check([float(result.row(ours)["p_value"])], expected[name], 1e-9, name)
        rows = [result.row(name) for name in ("calibration_intercept", "calibration_slope")]
        self.check([float(row["value"]) for row in rows] + [float(row["standard_error"]) for row in rows], expected["fit"])
        row = result.row("citl")
        self.check([float(row["value"]), float(row["standard_error"])], expected["citl"])
        row = result.row("odds_ratio_per_sd")
        self.check([float(row[key]) for key in ("value", "low", "high", "p_value")], expected["odds"], 1e-8)

        smooth = result.table("calibration.tsv", kind="smooth")
        xs, ys = [float(row["predicted"]) for row in smooth], [float(row["observed"]) for row in smooth]
        for x, y in zip(expected["x"], expected["smooth"]):
            at = max(i for i in range(len(xs)) if xs[i] <= x + 1e-12)
            to = min(at + 1, len(xs) - 1)
            between = ys[at] if to == at else ys[at] + (x - xs[at]) / (xs[to] - xs[at]) * (ys[to] - ys[at])
            self.assertAlmostEqual(between, min(1, max(0, y)), delta=2e-4)

    def skewed(self, count, seed):
        source = random.Random(seed)
        pairs = []
        for _ in range(count):
            x = source.gauss(-1, 1.2)
            pairs.append((x, int(source.random() < logistic(x))))
        return pairs

    def test_intervals_of_proportions_are_those_of_prop_test_and_binom_test(self):
        path = self.write_pairs(random_risks(90, 4))
        expected = self.r("""
            t <- read.delim(args[1])
            call <- t$probability >= 0.3
            tp <- sum(call & t$y == 1)
            say('wilson', prop.test(tp, sum(t$y), correct = FALSE)$conf.int, prop.test(tp, sum(call), correct = FALSE)$conf.int)
            say('exact', binom.test(tp, sum(t$y))$conf.int, binom.test(tp, sum(call))$conf.int)
        """, path)
        for interval in ("wilson", "exact"):
            result = self.evaluate(path, "--bootstrap", 0, "--thresholds", "0.3", "--interval", interval)
            self.check([*result.bounds("sensitivity", 0.3), *result.bounds("ppv", 0.3)], expected[interval], 1e-9, interval)

    def test_numbers_are_judged_as_lm_and_cor_test_do(self):
        source = random.Random(5)
        rows = []
        for i in range(80):
            x = round(source.gauss(3, 2), 1)
            rows.append((f"s{i:03}", x, 0.5 + 0.8 * x + source.gauss(0, 1), source.gauss(0, 1) + 0.3 * x))
        path = self.write("numbers.tsv", table(("sample_id", "guess", "y", "z"), rows))
        expected = self.r("""
            t <- read.delim(args[1])
            fit <- lm(y ~ guess, t)
            say('line', coef(fit), confint(fit))
            say('pearson', cor(t$y, t$guess), cor.test(t$y, t$guess)$conf.int)
            say('spearman', cor(t$y, t$guess, method = 'spearman'))
            say('covariates', summary(lm(y ~ z, t))$r.squared, summary(lm(y ~ z + guess, t))$r.squared)
            say('bias', mean(t$guess - t$y), mean(abs(t$guess - t$y)))
        """, path)
        result = self.evaluate(path, "--prediction", "guess", "--family", "gaussian", "--bootstrap", 0, "--adjust", "z")
        a, b = result.bounds("calibration_intercept"), result.bounds("calibration_slope")
        self.check([result.value("calibration_intercept"), result.value("calibration_slope"), a[0], b[0], a[1], b[1]], expected["line"], 1e-9)
        self.check([result.value("pearson"), *result.bounds("pearson")], expected["pearson"])
        self.check([result.value("spearman")], expected["spearman"])
        self.check([result.value("r2_covariates"), result.value("r2_covariates_and_prediction")], expected["covariates"])
        self.check([result.value("bias"), result.value("mae")], expected["bias"])

    def test_improvement_over_a_baseline_is_that_of_improve_prob(self):
        pairs = random_risks(200, 8, center=-0.5)
        source = random.Random(9)
        rows = [(f"s{i:03}", p, min(0.99, max(0.01, p + source.gauss(0, 0.15))), y) for i, (p, y) in enumerate(pairs)]
        path = self.write("two.tsv", table(("sample_id", "probability", "old", "y"), rows))
        expected = self.r("""
            library(Hmisc)
            t <- read.delim(args[1])
            i <- improveProb(t$old, t$probability, t$y)
            say('idi', i$idi, i$se.idi, i$improveSens, i$improveSpec)
            groups <- function(p) findInterval(p, c(0.2, 0.4, 0.7)) / 10
            n <- improveProb(groups(t$old), groups(t$probability), t$y)
            say('nri', n$nri.ev, n$se.nri.ev, n$nri.ne, n$se.nri.ne)
        """, path)
        result = self.evaluate(path, "--baseline", path, "--baseline-prediction", "old", "--thresholds", "0.2,0.4,0.7", "--bootstrap", 0)
        idi = result.row("idi")
        # It takes the variances over n, not n - 1, of the two predictions in each stratum.
        self.check([float(idi["value"]), result.value("idi_events"), result.value("idi_nonevents")],
                   [expected["idi"][0], *expected["idi"][2:]])
        self.assertAlmostEqual(float(idi["standard_error"]) / expected["idi"][1], 1, delta=0.01)
        rows = [result.row(name) for name in ("nri_events", "nri_nonevents")]
        found = [float(row[key]) for row in rows for key in ("value", "standard_error")]
        self.check(found, expected["nri"])

    def test_adjusted_metrics_are_those_of_lm_and_glm(self):
        source = random.Random(6)
        rows = []
        for i in range(300):
            age, sex = source.gauss(50, 10), source.choice("FM")
            x = source.gauss(0, 1) + 0.05 * (age - 50) + 0.4 * (sex == "M")
            rows.append((f"s{i:03}", x, int(source.random() < logistic(x + 0.03 * (age - 50) - 1)), age, sex))
        path = self.write("adjust.tsv", table(("sample_id", "prs", "y", "age", "sex"), rows))
        expected = self.r("""
            library(pROC)
            t <- read.delim(args[1])
            left <- t$prs - predict(lm(prs ~ age + sex, t, subset = y == 0), t)
            say('adjusted', auc(roc(t$y, left, direction = '<', quiet = TRUE)))
            control <- glm.control(epsilon = 1e-14, maxit = 100)
            small <- glm(y ~ age + sex, binomial, t, control = control)
            large <- glm(y ~ age + sex + scale(prs), binomial, t, control = control)
            say('areas', auc(roc(t$y, fitted(small), direction = '<', quiet = TRUE)), auc(roc(t$y, fitted(large), direction = '<', quiet = TRUE)))
            n <- nrow(t)
            r2 <- function(f) (1 - exp((f$deviance - f$null.deviance) / n)) / (1 - exp(-f$null.deviance / n))
            say('r2', r2(small), r2(large), r2(large) - r2(small))
            say('test', pchisq(small$deviance - large$deviance, 1, lower.tail = FALSE))
            say('odds', exp(coef(large)[4] + c(0, -1, 1) * qnorm(0.975) * sqrt(vcov(large)[4, 4])))
        """, path)
        result = self.evaluate(path, "--prediction", "prs", "--scale", "score", "--bootstrap", 0, "--adjust", "age,sex")
        self.check([result.value("auc_adjusted")], expected["adjusted"])
        self.check([result.value("auc_covariates"), result.value("auc_covariates_and_prediction")], expected["areas"])
        self.check([result.value(name) for name in ("r2_nagelkerke_covariates", "r2_nagelkerke_covariates_and_prediction",
                                                    "r2_nagelkerke_incremental")], expected["r2"])
        self.check([float(result.row("r2_nagelkerke_incremental")["p_value"])], expected["test"], 1e-9)
        row = result.row("odds_ratio_per_sd_adjusted")
        self.check([float(row[key]) for key in ("value", "low", "high")], expected["odds"], 1e-8)


if __name__ == "__main__":
    main()
