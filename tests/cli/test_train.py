"""`varisk train` on small cohorts: the model file scores as the trainer does, whatever the input and the threads."""

import math
import random
import unittest

import harness
from harness import main, needs, read_tsv
from trainings import TABLE_NAMES, TrainTest
from training_cohorts import CONTIGS, People

EXACT = 1e-12
ALL = TABLE_NAMES + ("cv.tsv",)
FAST = ("--bootstrap", 0, "--lambdas", 20, "--folds", 3)
SAMPLE_DATA = harness.REPOSITORY / "sample_data"


class CohortTest(TrainTest):
    def setUp(self):
        super().setUp()
        self.people = People()
        self.vcf = self.people.write_vcf(self, "all.vcf")
        self.table = self.write("table.tsv", self.people.table())
        self.sheet = self.people.write_sheet(self)

    def fit(self, *more, family="binomial", features=People.FEATURES, variants=None, table=None, fast=FAST, sheet=None):
        given = ("--variants", variants or self.vcf, "--samples", sheet or self.sheet) if variants is not False else ()
        return self.train(*given, "--covariates", table or self.table, "--features", features, "--outcome", People.OUTCOMES[family],
                          "--family", family, *fast, *more)

    def assert_same(self, one, other, names=ALL, but=()):
        for name in names:
            if name not in but:
                self.assertEqual((one.run.out / name).read_bytes(), (other.run.out / name).read_bytes(), name)

    def assert_round_trip(self, fit, *options, ids=None, variants=None, table=None, models=(), sheet=True):
        """The people of the part test, scored on their own, have the linear predictors of predictions.tsv."""
        ids = ids or self.people.part("test")
        variants = variants or self.people.write_vcf(self, "test.vcf", ids)
        table = table or self.write("test.tsv", self.people.table(set(ids)))
        more = ("--samples", self.people.write_sheet(self, ids)) if sheet else ()
        run = self.score("--variants", variants, "--covariates", table, "--model", fit.run.out / "model.json", *models, *more,
                         "--build-check", "off", *options)
        expected = {(row["sample_id"], row["class"]): row for row in fit.predictions(part="test")}
        self.assertEqual({name for name, _ in expected}, set(ids))
        found = {(row["sample_id"], row["class"]): row for row in run.table("risk.tsv")}
        for key, row in expected.items():
            other = found[key]
            for column in ("linear_predictor", "probability"):
                if "NA" in (row[column], other[column]):
                    if column == "linear_predictor" or row["class"] != "NA":
                        self.assertEqual(row[column], other[column], (key, column))
                    continue
                value = float(row[column])
                self.assertLessEqual(abs(float(other[column]) - value), EXACT * max(1, abs(value)), (key, column))
        return run


class RoundTrip(CohortTest):
    def test_every_family(self):
        for family in People.OUTCOMES:
            with self.subTest(family):
                fit = self.fit("--split-column", "part", family=family)
                self.assertTrue(fit.model["terms"], family)
                self.assert_round_trip(fit)

    def test_grouped_and_dense_penalties(self):
        self.assert_round_trip(self.fit("--split-column", "part", "--grouped", "--alpha", 0.5, family="multinomial"))
        self.assert_round_trip(self.fit("--split-column", "part", "--alpha", 0, "--standardize", "off"))

    def test_dosages_of_three_decimals(self):
        source = random.Random(7)
        for line in self.people.records:
            if line[0] == "X":
                continue
            line[8] = "DS"
            line[9:] = ["." if "." in call else f"{min(2, max(0, call.count('1') + source.uniform(-0.3, 0.3))):.3f}" for call in line[9:]]
        self.vcf = self.people.write_vcf(self, "dosages.vcf")
        fit = self.fit("--split-column", "part")
        self.assertFalse([line for line in fit.record["warnings"] if "rounded" in line], fit.record["warnings"])
        self.assert_round_trip(fit)

    def test_dosages_in_8_bits_are_rounded_and_said_to_be(self):
        for line in self.people.records[:5]:
            line[8] = "DS"
            line[9:] = ["." if "." in call else f"{min(2, call.count('1') + 0.123):.3f}" for call in line[9:]]
        self.vcf = self.people.write_vcf(self, "dosages.vcf")
        fit = self.fit("--split-column", "part", "--dosage-bits", "8")
        self.assertTrue([line for line in fit.record["warnings"] if "rounded" in line], fit.record["warnings"])

    def test_a_site_of_two_alts(self):
        line = self.people.records[3]
        line[4] = ",".join(base for base in "ACGT" if base != line[3])[:3]
        line[9:] = [call.replace("1", "2", 1) if place % 4 == 0 else call for place, call in enumerate(line[9:])]
        self.vcf = self.people.write_vcf(self, "alts.vcf")
        fit = self.fit("--split-column", "part", fast=("--bootstrap", 0, "--folds", 0, "--lambda", 0.002))
        names = {name for name in fit.coefficients if name.startswith(f"1:{line[1]}:")}
        self.assertEqual(names, {f"1:{line[1]}:{line[3]}:{alt}" for alt in line[4].split(",")})
        self.assert_round_trip(fit)

    def test_covariates_that_need_cleaning(self):
        rows = self.people.rows
        for i in range(0, len(rows), 7):
            rows[i]["bmi"] = "NA"
        for i in range(3, len(rows), 11):
            rows[i]["smoker"] = ""
        rows[1]["bmi"], rows[5]["bmi"] = "90", "3"
        rows[3]["bmi"] = "120"  # of the part test, whose values no limit may know
        rows[7]["smoker"] = "pipe"  # a level that the part train does not have
        self.assertEqual([rows[3]["part"], rows[7]["part"]], ["test", "test"])
        self.table = self.write("gaps.tsv", self.people.table())
        rules = self.write("rules.json", '{"format": "varisk-cleaning/1", "columns": {"smoker": {"unknown_level": "missing"}}}')
        fit = self.fit("--split-column", "part", "--cleaning", rules, "--outliers", "iqr=3:winsorise", "--indicators", "--fill", "mean",
                       "--lambda", 0.01)
        self.assertIn("bmi (missing)", " ".join(fit.coefficients))
        self.assert_round_trip(fit)
        # What the part test has does not move the model.
        rows[3]["bmi"] = "20"
        other = self.fit("--split-column", "part", "--cleaning", rules, "--outliers", "iqr=3:winsorise", "--indicators", "--fill", "mean",
                         "--lambda", 0.01, table=self.write("other.tsv", self.people.table()))
        self.assert_same(fit, other, ("path.tsv", "coefficients.tsv", "cv.tsv"))
        for key in ("features", "terms", "intercepts"):
            self.assertEqual(fit.model.get(key), other.model.get(key), key)

    def test_the_test_part_moves_nothing(self):
        """Genotypes, covariates and outcomes of the part test are not in the model."""
        one = self.fit("--split-column", "part")
        for row in self.people.rows:
            if row["part"] == "test":
                row["y"], row["age"], row["smoker"] = str(1 - int(row["y"])), "99", "never"
        places = [9 + i for i, row in enumerate(self.people.rows) if row["part"] == "test"]
        for line in self.people.records:
            for place in places:
                line[place] = "0" if len(line[place]) == 1 else "0/0"
        other = self.fit("--split-column", "part", variants=self.people.write_vcf(self, "moved.vcf"),
                         table=self.write("moved.tsv", self.people.table()))
        self.assert_same(one, other, ("path.tsv", "coefficients.tsv", "cv.tsv"))

    def test_products(self):
        line = self.people.records[0]
        name = f"1:{line[1]}:{line[3]}:{line[4]}"
        second = self.people.records[3]
        fit = self.fit("--split-column", "part", "--products", f"age*bmi,smoker*{name},{name}*1:{second[1]}:{second[3]}:{second[4]}",
                       fast=("--bootstrap", 0, "--folds", 0, "--lambda", 1e-3))
        self.assertIn("age*bmi", fit.coefficients)
        self.assert_round_trip(fit)

    def test_scores_as_features(self):
        rows = [(line[0], line[1], line[4], line[3], weight, frequency) for line, weight, frequency in
                zip(self.people.records[:8], (0.4, -0.1, 0.2, -0.5, 0.3, 0.1, 0.2, 0.05), [0.3] * 8)]
        score = self.write_score("toy.txt", rows, columns=harness.SCORE_COLUMNS + " allelefrequency_effect", pgs_id="toy",
                                 genome_build="GRCh38")
        for genotypes in ("none", "all"):
            fit = self.fit("--split-column", "part", "--scores", score, "--genotypes", genotypes, "--palindromic", "keep")
            self.assertIn("toy", fit.coefficients)
            self.assert_round_trip(fit, "--palindromic", "keep", models=(score,))

    def test_covariates_alone(self):
        fit = self.fit("--split-column", "part", variants=False)
        self.assertEqual({term for term in fit.coefficients if ":" in term}, set())

    def test_genotypes_alone(self):
        fit = self.fit("--split-column", "part", features="none")
        self.assertTrue(all(":" in term or term.startswith("(") for term in fit.coefficients), fit.coefficients)
        self.assert_round_trip(fit)

    def test_calibrated_and_corrected_models(self):
        self.assert_round_trip(self.fit("--split-column", "part", "--calibrate", "folds"))
        self.assert_round_trip(self.fit("--split-column", "part", "--class-weights", "balanced", "--prevalence", 0.1))
        self.assert_round_trip(self.fit("--split-column", "part", "--class-weights", "balanced", family="multinomial"))
        self.assert_round_trip(self.fit("--split-column", "part", "--calibrate", "folds", family="gaussian"))


class SameResult(CohortTest):
    def test_threads(self):
        for family in People.OUTCOMES:
            runs = [self.fit("--threads", threads, "--select", "maf=0.05,prune=0.8", family=family, fast=("--bootstrap", 100, "--lambdas", 20, "--folds", 3))
                    for threads in (1, 2, 3)]
            for other in runs[1:]:
                self.assert_same(runs[0], other, ALL + ("selection.tsv",))

    def test_memory(self):
        self.assert_same(self.fit(), self.fit("--memory", 0))

    def assert_same_fit(self, one, other):
        self.assert_same(one, other, ("path.tsv", "coefficients.tsv", "cv.tsv", "predictions.tsv"))

    def test_files_of_plink(self):
        vcf = self.fit()
        self.assert_same_fit(vcf, self.fit(variants=self.people.write_bed(self, "all")))

    @needs("bcftools")
    def test_bcf(self):
        self.assert_same_fit(self.fit(), self.fit(variants=self.to_bcf(self.vcf, "all.bcf")))

    def test_order_of_the_table(self):
        rows = sorted(self.people.rows, key=lambda row: row["age"] + row["sample_id"])
        other = self.fit(table=self.write("sorted.tsv", self.people.table(rows=rows)))
        self.assert_same_fit(self.fit(), other)

    def test_rows_of_others_do_not_matter(self):
        rows = self.people.rows + [{**self.people.rows[0], "sample_id": "Z1", "age": "5"}]
        self.assert_same_fit(self.fit(), self.fit(table=self.write("more.tsv", self.people.table(rows=rows))))

    def test_seed(self):
        one, again, other = self.fit("--seed", 5), self.fit("--seed", 5), self.fit("--seed", 6)
        self.assert_same(one, again)
        folds = [{row["sample_id"]: row["fold"] for row in run.predictions()} for run in (one, other)]
        self.assertNotEqual(*folds)


class Validation(CohortTest):
    def test_groups_stay_together(self):
        family = {row["sample_id"]: row["family"] for row in self.people.rows}
        fit = self.fit("--group-by", "family", "--split", "60:20:20")
        parts, folds = {}, {}
        for row in fit.predictions():
            parts.setdefault(family[row["sample_id"]], set()).add(row["part"])
            folds.setdefault(family[row["sample_id"]], set()).add(row["fold"])
        self.assertEqual({part for some in parts.values() for part in some}, {"cross_validation", "validation", "test"})
        self.assertTrue(all(len(some) == 1 for some in parts.values()), parts)
        self.assertTrue(all(len(some) == 1 for some in folds.values()), folds)

    def test_everybody_is_held_out_once(self):
        fit = self.fit()
        rows = fit.predictions(part="cross_validation")
        self.assertEqual(sorted(row["sample_id"] for row in rows), sorted(self.people.ids))
        self.assertEqual({row["fold"] for row in rows}, {"1", "2", "3"})

    def test_given_lambda_without_folds(self):
        fit = self.fit("--lambda", 0.02, fast=("--bootstrap", 0, "--folds", 0, "--split-column", "part"))
        self.assertFalse(fit.run.has("cv.tsv"))
        self.assertEqual(fit.lambdas[-1], 0.02)
        self.assertEqual(fit.record["lambda"]["model"], 0.02)

    def test_one_standard_error(self):
        fit = self.fit("--choose", "1se")
        rows = read_tsv(fit.run.out / "cv.tsv")
        best = min(rows, key=lambda row: float(row["mean_deviance"]))
        self.assertIn("min", best["choice"].split(","))
        limit = float(best["mean_deviance"]) + float(best["se"])
        first = next(row for row in rows if float(row["mean_deviance"]) <= limit)
        self.assertEqual(set(first["choice"].split(",")) - {"min"}, {"1se", "model"})
        self.assertEqual(fit.record["lambda"]["model"], float(first["lambda"]))

    def test_nested_folds(self):
        fit = self.fit("--nested-folds", 3)
        self.assertEqual(len(fit.record["lambda"]["nested"]), 3)
        rows = fit.predictions(part="nested")
        self.assertEqual(sorted(row["sample_id"] for row in rows), sorted(self.people.ids))
        self.assertEqual(fit.predictions(part="cross_validation"), [])
        self.assertIn("nested", fit.metrics)

    def test_a_path_begins_with_the_intercept(self):
        fit = self.fit("--lambdas", 5, features="none", fast=("--bootstrap", 0, "--folds", 0, "--lambda", 10))
        self.assertEqual([point["df"] for point in fit.path], [0])
        cases = sum(int(row["y"]) for row in self.people.rows) / len(self.people.rows)
        self.assertAlmostEqual(fit.coefficients["(intercept)"][0], math.log(cases / (1 - cases)), 10)
        self.assertEqual(fit.model["terms"], [])

    def test_gaps_are_within_the_tolerance(self):
        for family in People.OUTCOMES:
            fit = self.fit(family=family)
            for point in fit.path:
                self.assertLessEqual(point["gap"], 1e-9 * max(1, abs(point["objective"])), (family, point))
            ratios = [point["deviance_ratio"] for point in fit.path]
            self.assertTrue(all(b >= a - 1e-8 for a, b in zip(ratios, ratios[1:])), (family, ratios))


class Calibration(CohortTest):
    def test_on_folds(self):
        fit = self.fit("--calibrate", "folds", "--choose", "1se")
        self.assertIn("calibration", fit.model)
        self.assertIn("cross_validation_uncalibrated", fit.metrics)
        self.assertLess(abs(fit.metric("cross_validation", "calibration_slope") - 1),
                        abs(fit.metric("cross_validation_uncalibrated", "calibration_slope") - 1))

    def test_on_the_validation_part(self):
        for row, part in zip(self.people.rows, ["train", "validation", "train", "test"] * 100):
            row["part"] = part
        table = self.write("parts.tsv", self.people.table())
        fit = self.fit("--split-column", "part", "--calibrate", "validation", table=table)
        self.assertIn("calibration", fit.model)
        self.assertAlmostEqual(fit.metric("validation", "calibration_slope"), 1, 6)
        self.assertAlmostEqual(fit.metric("validation", "citl"), 0, 6)
        self.assert_round_trip(fit)

    def test_prevalence_moves_the_intercept(self):
        """β₀ += logit(π) − logit(π of the sample), and nothing else."""
        plain, moved = self.fit(), self.fit("--prevalence", 0.05)
        self.assert_same(plain, moved, ("path.tsv", "coefficients.tsv", "cv.tsv"))
        share = sum(int(row["y"]) for row in self.people.rows) / len(self.people.rows)
        shift = math.log(0.05 / 0.95) - math.log(share / (1 - share))
        before = {row["sample_id"]: float(row["linear_predictor"]) for row in plain.predictions()}
        for row in moved.predictions():
            self.assertAlmostEqual(float(row["linear_predictor"]) - before[row["sample_id"]], shift, 11)

    def test_balanced_classes_are_corrected(self):
        """Expected and observed cases agree in the training part: the correction undoes what the weights did."""
        for row in self.people.rows[::2]:
            row["y"] = "0"
        table = self.write("rare.tsv", self.people.table())
        fit = self.fit("--class-weights", "balanced", table=table)
        self.assertLess(abs(fit.metric("cross_validation", "citl")), 0.35)
        share = sum(int(row["y"]) for row in self.people.rows) / len(self.people.rows)
        self.assertAlmostEqual(fit.model["prevalence"]["training"], 0.5, 10)
        self.assertAlmostEqual(fit.model["prevalence"]["population"], share, 10)


class WeightsAndOffsets(CohortTest):
    def test_whole_weights_are_repeated_rows(self):
        rows = []
        for row in self.people.rows:
            rows += [{**row, "sample_id": f"{row['sample_id']}x{k}"} for k in range(int(row["weight"]))]
        lambdas = self.write("l.txt", "0.1\n0.03\n0.01\n")
        fast = ("--bootstrap", 0, "--folds", 0, "--lambdas", lambdas, "--tolerance", 1e-13)
        for family in ("binomial", "gaussian", "multinomial", "ordinal"):
            one = self.fit("--weights", "weight", variants=False, fast=fast, family=family)
            other = self.fit(variants=False, fast=fast, family=family, table=self.write("repeated.tsv", self.people.table(rows=rows)))
            # Filling and levels are alike: nothing is missing.
            self.assertEqual(set(one.coefficients), set(other.coefficients))
            for name, values in one.coefficients.items():
                for a, b in zip(values, other.coefficients[name]):
                    self.assertLessEqual(abs(a - b), 1e-6 * max(1, abs(b)), (family, name))

    def test_a_constant_offset_moves_the_intercept(self):
        for row in self.people.rows:
            row["shift"] = "0.5"
        table = self.write("o.tsv", self.people.table())
        fast = ("--bootstrap", 0, "--folds", 0, "--lambda", 0.02, "--tolerance", 1e-12)
        plain, moved = self.fit(table=table, fast=fast), self.fit("--offset", "shift", table=table, fast=fast)
        self.assertAlmostEqual(moved.coefficients["(intercept)"][-1], plain.coefficients["(intercept)"][-1] - 0.5, 6)
        for name, values in plain.coefficients.items():
            if name != "(intercept)":
                self.assertAlmostEqual(moved.coefficients[name][-1], values[-1], 6)


class Features(CohortTest):
    def test_selection_counts(self):
        first = self.people.records[1]
        first[9:] = ["./." if i % 2 else call for i, call in enumerate(first[9:])]
        rare = self.people.records[2]
        rare[9:] = ["0/1" if i == 0 else "0/0" for i in range(len(self.people.ids))]
        twin = list(self.people.records[4])
        twin[1], twin[2] = str(int(twin[1]) + 1), "twin"
        self.people.records.insert(5, twin)
        fit = self.fit("--select", "missing=0.2,maf=0.02,prune=0.9", variants=self.people.write_vcf(self, "select.vcf"))
        steps = {row["step"]: row for row in read_tsv(fit.run.out / "selection.tsv")}
        self.assertEqual([(steps[step]["out"], steps[step]["left"]) for step in ("missing", "maf", "prune")],
                         [("1", "24"), ("1", "23"), ("1", "22")])
        for line in (first, rare):
            self.assertNotIn(f"1:{line[1]}:{line[3]}:{line[4]}", fit.coefficients)

    def test_top(self):
        fit = self.fit("--select", "top=4")
        self.assertLessEqual(len([name for name in fit.coefficients if name[0].isdigit() or name.startswith("X:")]), 4)

    def test_sites_of_a_file(self):
        sites = self.write_vcf("sites.vcf", "", [line[:8] for line in self.people.records[:6]], contigs={"1": CONTIGS["1"]})
        fit = self.fit("--genotypes", sites, "--lambda", 1e-4)
        names = {name for name in fit.coefficients if name.startswith(("1:", "20:", "X:"))}
        self.assertEqual(names, {f"1:{line[1]}:{line[3]}:{line[4]}" for line in self.people.records[:6]})

    def test_columns_that_cannot_be_used_are_said(self):
        for row in self.people.rows:
            row["again"], row["same"] = row["bmi"], "7"
        self.people.records[1][9:] = ["0/0"] * len(self.people.ids)
        self.people.records[2][9:] = ["./."] * len(self.people.ids)
        fit = self.fit(variants=self.people.write_vcf(self, "c.vcf"), table=self.write("c.tsv", self.people.table()),
                       features="age,bmi,again,same")
        text = "\n".join(fit.record["warnings"])
        for needle in ("again", "same", f"1:{self.people.records[1][1]}:", f"1:{self.people.records[2][1]}:"):
            self.assertIn(needle, text)

    def test_unpenalised_by_default_beside_genotypes(self):
        fit = self.fit("--lambda", 5, fast=("--bootstrap", 0, "--folds", 0))
        self.assertEqual(set(fit.coefficients) - {"(intercept)", "age", "bmi"} - {name for name in fit.coefficients if name.startswith("smoker=")}, set())
        self.assertNotEqual(fit.coefficients["age"][0], 0)
        alone = self.fit("--penalty-factors", "covariates=1", "--lambda", 5, fast=("--bootstrap", 0, "--folds", 0))
        self.assertEqual(set(alone.coefficients), {"(intercept)"})


@unittest.skipIf(not (SAMPLE_DATA / "covariates.tsv").exists(), "no sample data")
class SampleData(TrainTest):
    def test_train_score_evaluate(self):
        rows = read_tsv(SAMPLE_DATA / "covariates.tsv")
        self.assertGreaterEqual(len(rows), 100)
        genotyped = {f"VS{n:03d}" for n in range(1, 101)}
        rows = list({row["sample_id"]: row for row in rows if row["sample_id"] in genotyped}.values())  # one stands twice
        held = {row["sample_id"] for row in rows[::4]}
        for row in rows:
            row["part"] = "test" if row["sample_id"] in held else "train"
            row["heavy"] = str(int(float(row["bmi"]) > 26)) if row["bmi"] not in ("", "NA") else "NA"

        def write(name, some):
            return self.write(name, "\t".join(rows[0]) + "\n" + "".join("\t".join(row.values()) + "\n" for row in some))

        table = write("parts.tsv", rows)
        variants = [SAMPLE_DATA / "cohort.autosomes.vcf.gz", SAMPLE_DATA / "cohort.chrX.vcf.gz"]
        fit = self.train("--variants", *variants, "--covariates", table, "--features", "age,systolic,smoker", "--outcome", "heavy",
                         "--split-column", "part", "--bootstrap", 0, "--folds", 4)
        scored = self.score("--variants", *variants, "--covariates", table, "--model", fit.run.out / "model.json")
        found = {row["sample_id"]: float(row["linear_predictor"]) for row in scored.table("risk.tsv") if row["linear_predictor"] != "NA"}
        expected = {row["sample_id"]: float(row["linear_predictor"]) for row in fit.predictions(part="test")}
        self.assertGreater(len(expected), 15)
        for sample, value in expected.items():
            self.assertLessEqual(abs(found[sample] - value), EXACT * max(1, abs(value)), sample)
        out = self.fresh_out()
        outcomes = write("held.tsv", [row for row in rows if row["sample_id"] in held])
        judged = self.run_varisk("evaluate", "--predictions", scored.out / "risk.tsv", "--outcomes", outcomes, "--outcome", "heavy",
                                 "--bootstrap", 0, "--out", out, out=out)
        self.assertEqual(judged.code, 0, judged)
        auc = next(row for row in read_tsv(out / "metrics.tsv") if row["metric"] == "auc")
        self.assertAlmostEqual(float(auc["value"]), fit.metric("test", "auc"), 10)


if __name__ == "__main__":
    main()
