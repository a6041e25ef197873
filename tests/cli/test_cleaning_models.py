"""Models as training writes them: numbers as outcome, outliers, missing indicators, ordered levels, many variants."""

import json
import math
import time

import harness
from harness import record

TABLE = ("sample_id\tage\tbmi [kg/m2]\tstage\n"
         "anna\t40\t22.5\tI\n"
         "ben\t61\tNA\tIII\n"
         "cleo\t50\t80\tII\n"
         "dan\t75.5\t12\tNA\n")
SAMPLES = "anna ben cleo dan"


def model(**changed):
    """5 + 0.1 (age − 50) / 10 + 2 bmi − 30 [bmi missing] + 7 (stage − 1) / 2 + 100 [stage missing]"""
    content = {
        "format": "varisk-model/1", "id": "sugar", "outcome": "glucose", "outcome_unit": "mg/dL", "residual_sd": 12.5,
        "family": "gaussian",
        "features": {
            "age": {"type": "covariate", "column": "age", "value": "number"},
            "bmi": {"type": "covariate", "column": "bmi", "value": "number", "unit": "kg/m2", "range": [5, 100],
                    "outliers": {"low": 15, "high": 50, "action": "winsorise"}, "missing": {"value": 26}},
            "stage": {"type": "covariate", "column": "stage", "value": "category", "levels": ["I", "II", "III"],
                      "missing": {"value": "II"}},
        },
        "intercept": 5,
        "terms": [
            {"name": "age", "coefficient": 0.1, "factors": [{"feature": "age", "center": 50, "scale": 10}]},
            {"name": "bmi", "coefficient": 2, "reference": 26, "factors": [{"feature": "bmi"}]},
            {"name": "bmi (missing)", "coefficient": -30, "factors": [{"feature": "bmi", "missing": True}]},
            {"name": "stage", "coefficient": 7, "factors": [{"feature": "stage", "ordinal": True, "center": 1, "scale": 2}]},
            {"name": "stage (missing)", "coefficient": 100, "factors": [{"feature": "stage", "missing": True}]},
        ],
    }
    content.update(changed)
    return {key: value for key, value in content.items() if value is not None}


BY_HAND = {
    "anna": 5 + 0.1 * -1 + 2 * 22.5 + 7 * -0.5,
    "ben": 5 + 0.1 * 1.1 + 2 * 26 - 30 + 7 * 0.5,
    "cleo": 5 + 2 * 50,
    "dan": 5 + 0.1 * 2.55 + 2 * 15 + 100,
}


def run_record(run):
    return json.loads((run.out / "run.json").read_text())


class CleaningModelTest(harness.VariskTest):
    def setUp(self):
        super().setUp()
        self.vcf = self.write_vcf("cohort.vcf", SAMPLES, [record("1", 100, "A", "G", "0/0 0/1 1/1 0|1")])
        self.covariates = self.write("cov.tsv", TABLE)

    def risk(self, content, *options):
        path = self.write_model("m.json", content)
        return self.score("--variants", self.vcf, "--model", path, "--covariates", self.covariates, *options)

    def values(self, run, class_name="NA"):
        return {sample: float(run.risks()[sample, "sugar", class_name]["linear_predictor"]) for sample in SAMPLES.split()}

    def test_a_number_as_outcome(self):
        run = self.risk(model())
        rows = run.risks()
        self.assertEqual(len(rows), 4)
        for sample in SAMPLES.split():
            row = rows[sample, "sugar", "NA"]
            self.assert_near(float(row["linear_predictor"]), BY_HAND[sample])
            self.assertEqual((row["probability"], row["standard_error"], row["band"]), ("NA", "NA", "NA"))
            self.assertEqual(row["outcome"], "glucose")
        entry = run_record(run)["models"][0]
        self.assertEqual((entry["family"], entry["outcome_unit"], entry["residual_sd"]), ("gaussian", "mg/dL", 12.5))

    def test_flags_and_counts_say_what_was_done(self):
        run = self.risk(model())
        rows = run.risks()
        flags = {sample: rows[sample, "sugar", "NA"]["flags"] for sample in SAMPLES.split()}
        self.assertEqual(flags, {"anna": "", "ben": "imputed:bmi", "cleo": "winsorised:bmi",
                                 "dan": "imputed:stage;winsorised:bmi"})
        fractions = [float(rows[sample, "sugar", "NA"]["observed_fraction"]) for sample in SAMPLES.split()]
        for fraction, observed in zip(fractions, (3, 2, 3, 2)):
            self.assert_near(fraction, observed / 3)
        counts = run_record(run)["cleaning"]["sugar: bmi"]
        self.assertEqual((counts["missing"], counts["imputed"], counts["winsorised"], counts["outliers"], counts["out_of_range"]),
                         (1, 1, 2, 0, 0))

    def test_outliers_may_become_missing_or_end_the_run(self):
        content = model()
        content["features"]["bmi"]["outliers"]["action"] = "missing"
        run = self.risk(content)
        expected = dict(BY_HAND, cleo=5 + 2 * 26 - 30, dan=5 + 0.1 * 2.55 + 2 * 26 - 30 + 100)
        for sample, value in self.values(run).items():
            self.assert_near(value, expected[sample])
        counts = run_record(run)["cleaning"]["sugar: bmi"]
        self.assertEqual((counts["missing"], counts["outliers"], counts["winsorised"], counts["imputed"]), (1, 2, 0, 3))
        self.assertRegex(run.stderr, r"info: sugar: bmi: 1 missing, 0 out of range, 2 outlier\(s\) taken for missing, 0 winsorised")
        check = self.run_varisk("check", "--variants", self.vcf, "--model", self.dir / "m.json", "--covariates", self.covariates)
        self.assertRegex(check.stderr, r"sugar: bmi: 1 missing, 0 out of range, 2 outlier\(s\) taken for missing, 0 winsorised")
        content["features"]["bmi"]["outliers"]["action"] = "error"
        path = self.write_model("m.json", content)
        self.refuse(3, ["cov.tsv: line 4, column 'bmi': expected no outlier, that is a value not above 50 kg/m2, found 80"],
                    "--variants", self.vcf, "--model", path, "--covariates", self.covariates)

    def test_covariance_and_calibration_of_a_number(self):
        covariance = [[0.0] * 6 for _ in range(6)]
        covariance[0][0], covariance[1][1] = 0.09, 0.04
        run = self.risk(model(covariance=covariance, calibration={"intercept": -1, "slope": 2}))
        row = run.risks()["anna", "sugar", "NA"]
        self.assert_near(float(row["linear_predictor"]), -1 + 2 * BY_HAND["anna"])
        self.assert_near(float(row["standard_error"]), 2 * math.sqrt(0.09 + 0.04))

    def test_explanations_of_a_number_add_up(self):
        run = self.risk(model(), "--explain", "5")
        baseline = run_record(run)["models"][0]["baseline"]
        self.assert_near(baseline, 5 + 52)
        for sample in SAMPLES.split():
            total = sum(float(row["contribution"]) for row in run.table("explain.tsv") if row["sample_id"] == sample)
            self.assert_near(total, BY_HAND[sample] - baseline)

    def test_the_same_features_in_a_logistic_model(self):
        content = model(family="binomial", outcome_unit=None, residual_sd=None, intercept=-40)
        run = self.risk(content)
        for sample in SAMPLES.split():
            row = run.risks()[sample, "sugar", "yes"]
            eta = BY_HAND[sample] - 45
            self.assert_near(float(row["linear_predictor"]), eta)
            self.assert_near(float(row["probability"]), 1 / (1 + math.exp(-eta)))

    def test_calibration_of_classes(self):
        classes = {"classes": ["a", "b", "c"], "outcome_unit": None, "residual_sd": None, "intercept": None}
        ordered = model(family="ordinal", thresholds=[0, 40], calibration={"intercept": 3, "slope": 0.1}, **classes)
        run = self.risk(ordered)
        eta = 3 + 0.1 * (BY_HAND["anna"] - 5)
        self.assert_near(float(run.risks()["anna", "sugar", "a"]["probability"]), 1 / (1 + math.exp(eta)))
        nominal = model(family="multinomial", intercepts=[0, 1, 2],
                        calibration={"intercepts": [0.5, 0, -0.5], "slope": 0.01}, **classes)
        for term in nominal["terms"]:
            term["coefficients"] = [term.pop("coefficient"), 0, 0]
        run = self.risk(nominal)
        predictors = [0.5 + 0.01 * (BY_HAND["anna"] - 5), 0.01, -0.5 + 0.02]
        total = sum(math.exp(x) for x in predictors)
        for name, x in zip("abc", predictors):
            self.assert_near(float(run.risks()["anna", "sugar", name]["linear_predictor"]), x)
            self.assert_near(float(run.risks()["anna", "sugar", name]["probability"]), math.exp(x) / total)

    def test_what_a_gaussian_model_may_not_have(self):
        for key, value in (("classes", ["no", "yes"]), ("prevalence", {"training": 0.5, "population": 0.1}),
                           ("bands", [{"name": "all"}])):
            path = self.write_model("m.json", model(**{key: value}))
            self.refuse(3, [f"{key}: expected no {key}, because the family is gaussian"], "--variants", self.vcf,
                        "--model", path, "--covariates", self.covariates)


class ManyVariantsTest(harness.VariskTest):
    def test_fifty_thousand_variants(self):
        """Parses, matches and scores in time that grows in proportion; many flags of one kind are counted."""
        count = 50_000
        positions = [1000 + 3 * j for j in range(count)]
        rows = [record("1", position, "A", "G", "0/1 1/1 ./.") for position in positions]
        vcf = self.write_vcf("cohort.vcf", "a b c", rows)
        content = {"format": "varisk-model/1", "id": "big", "outcome": "o", "family": "gaussian", "intercept": 0,
                   "features": {}, "terms": []}
        for position in positions:
            name = f"1:{position}:A:G"
            content["features"][name] = {"type": "variant", "contig": "1", "position": position, "ref": "A", "alt": "G",
                                         "effect_allele": "G", "mean": 0.5}
            content["terms"].append({"name": name, "coefficient": 2**-10, "reference": 0.5, "factors": [{"feature": name}]})
        path = self.write("big.json", json.dumps(content))
        start = time.monotonic()
        run = self.score("--variants", vcf, "--model", path)
        self.assertLess(time.monotonic() - start, 60)
        rows = run.risks()
        for sample, copies in (("a", 1), ("b", 2), ("c", 0.5)):
            self.assert_near(float(rows[sample, "big", "NA"]["linear_predictor"]), copies * count / 1024)
        self.assertEqual(rows["c", "big", "NA"]["flags"], "imputed:(50000 features)")
        empty = self.write_vcf("empty.vcf", "a b c", [record("1", 10, "A", "G", "0/1 1/1 ./.")])
        run = self.score("--variants", empty, "--model", path)
        self.assertIn("model big: the variants of 50000 features are absent, everybody's are missing", run.stderr)


if __name__ == "__main__":
    harness.main()
