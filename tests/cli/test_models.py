"""Risks of logistic models with scores, variants and covariates."""

import gzip
import math

import harness
from harness import record
from toy import AGES, CARRIER, COVARIATES, ROWS, SAMPLES, SUMS, logistic_model, predictor, records


class ModelTest(harness.VariskTest):
    """Risks of logistic models with scores, variants and covariates."""

    def setUp(self):
        super().setUp()
        self.vcf = self.write_vcf("cohort.vcf", SAMPLES, records())
        self.toy = self.write_score("toy.txt", ROWS, pgs_id="toy")
        self.covariates = self.write("cov.tsv", COVARIATES)

    def risk(self, model, *options, covariates=None, code=0):
        path = self.write_model("m1.json", model)
        return self.score("--variants", self.vcf, "--model", self.toy, path, "--covariates", covariates or self.covariates,
                          *options, code=code)

    def test_probabilities(self):
        run = self.risk(logistic_model())
        rows = run.risks()
        self.assertEqual([key[0] for key in rows if key[2] == "yes"], SAMPLES.split())
        for sample in SAMPLES.split():
            row = rows[sample, "m1", "yes"]
            probability = 1 / (1 + math.exp(-predictor(sample)))
            self.assert_near(float(row["linear_predictor"]), predictor(sample))
            self.assert_near(float(row["probability"]), probability)
            self.assertEqual(row["band"], "low" if probability < 0.3 else "middle" if probability < 0.9 else "high")
            self.assertEqual(row["outcome"], "disease")
            self.assertEqual(row["standard_error"], "NA")

    def test_explanations_add_up(self):
        run = self.risk(logistic_model(), "--explain", "5")
        rows = run.table("explain.tsv")
        baseline = -1.0 + 0.05 * 50
        for sample in SAMPLES.split():
            mine = [row for row in rows if row["sample_id"] == sample]
            self.assertEqual([row["rank"] for row in mine], ["1", "2", "3", "4", "5"])
            sizes = [abs(float(row["contribution"])) for row in mine]
            self.assertEqual(sizes, sorted(sizes, reverse=True))
            self.assert_near(sum(float(row["contribution"]) for row in mine), predictor(sample) - baseline)

    def test_fewer_explanations_add_up_too(self):
        """What the K largest leave over is a row of its own, so that the sum stays exact."""
        every = self.risk(logistic_model(), "--explain", "5").table("explain.tsv")
        few = self.risk(logistic_model(), "--explain", "2").table("explain.tsv")
        largest = [row for row in every if int(row["rank"]) <= 2]
        self.assertEqual([row for row in few if int(row["rank"]) <= 2], largest)
        for sample in SAMPLES.split():
            self.assert_near(sum(float(row["contribution"]) for row in few if row["sample_id"] == sample), predictor(sample) - (-1.0 + 0.05 * 50))

    def test_standard_errors_from_the_covariance(self):
        covariance = [[0.0] * 6 for _ in range(6)]
        for index in range(6):
            covariance[index][index] = 0.01 * (index + 1)
        covariance[0][1] = covariance[1][0] = -0.001
        run = self.risk(logistic_model(covariance=covariance))
        for sample in SAMPLES.split():
            prs = (SUMS[sample] - 1) / 2
            x = [1, AGES[sample], float(sample in ("ben", "dan")), prs, CARRIER[sample], (AGES[sample] - 50) / 10 * prs]
            variance = sum(x[i] * covariance[i][j] * x[j] for i in range(6) for j in range(6))
            self.assert_near(float(run.risks()[sample, "m1", "yes"]["standard_error"]), math.sqrt(variance))

    def test_prevalence_and_calibration(self):
        run = self.risk(logistic_model(prevalence={"training": 0.5, "population": 0.08}, calibration={"intercept": 0.2, "slope": 0.9}))
        shift = math.log(0.08 / 0.92) - math.log(0.5 / 0.5)
        for sample in SAMPLES.split():
            expected = 0.2 + 0.9 * (predictor(sample) + shift)
            row = run.risks()[sample, "m1", "yes"]
            self.assert_near(float(row["linear_predictor"]), expected)
            self.assert_near(float(row["probability"]), 1 / (1 + math.exp(-expected)))

    def test_missing_covariates(self):
        for empty in ("", "NA", "N/A", "NaN", "."):
            table = self.write("missing.tsv", COVARIATES.replace("61", empty))
            row = self.risk(logistic_model(), covariates=table).risks()["ben", "m1", "yes"]
            self.assertEqual((row["probability"], row["linear_predictor"], row["band"]), ("NA", "NA", "NA"), empty)
        model = logistic_model()
        model["features"]["age"]["missing"] = {"value": 54}
        row = self.risk(model, covariates=table).risks()["ben", "m1", "yes"]
        prs = (SUMS["ben"] - 1) / 2
        self.assert_near(float(row["linear_predictor"]), predictor("ben") + 0.05 * (54 - 61) + 0.02 * (54 - 61) / 10 * prs)
        model["features"]["age"]["missing"] = "error"
        path = self.write_model("strict.json", model)
        self.refuse(3, ["missing.tsv", "age"], "--variants", self.vcf, "--model", self.toy, path, "--covariates", table)

    def test_values_out_of_range(self):
        table = self.write("range.tsv", COVARIATES.replace("61", "161"))
        path = self.write_model("m.json", logistic_model())
        self.refuse(3, ["range.tsv", r"\b3\b", "age"], "--variants", self.vcf, "--model", self.toy, path, "--covariates", table)
        model = logistic_model()
        model["features"]["age"]["out_of_range"] = "missing"
        self.assertEqual(self.risk(model, covariates=table).risks()["ben", "m1", "yes"]["probability"], "NA")
        edges = self.write("edges.tsv", COVARIATES.replace("61", "110").replace("40", "18"))
        self.assertNotEqual(self.risk(logistic_model(), covariates=edges).risks()["ben", "m1", "yes"]["probability"], "NA")

    def test_unknown_levels(self):
        table = self.write("level.tsv", COVARIATES.replace("61\tmale", "61\tM"))
        path = self.write_model("m.json", logistic_model())
        self.refuse(3, ["level.tsv", r"\b3\b", "sex"], "--variants", self.vcf, "--model", self.toy, path, "--covariates", table)
        model = logistic_model()
        model["features"]["sex"]["unknown_level"] = "missing"
        self.assertEqual(self.risk(model, covariates=table).risks()["ben", "m1", "yes"]["probability"], "NA")

    def test_units_are_converted_or_refused(self):
        months = self.write("months.tsv", "sample_id\tage [months]\tsex\nanna\t480\tfemale\nben\t732\tmale\ncleo\t600\tfemale\ndan\t906\tmale\n")
        run = self.risk(logistic_model(), covariates=months)
        for sample in SAMPLES.split():
            self.assert_near(float(run.risks()[sample, "m1", "yes"]["linear_predictor"]), predictor(sample))
        wrong = self.write("wrong.tsv", COVARIATES.replace("age", "age [kg]"))
        path = self.write_model("m.json", logistic_model())
        self.refuse(3, ["wrong.tsv", "age", "kg"], "--variants", self.vcf, "--model", self.toy, path, "--covariates", wrong)

    def test_units_of_analytes(self):
        model = logistic_model()
        model["features"] = {"g": {"type": "covariate", "column": "glucose", "value": "number", "unit": "mg/dL", "analyte": "glucose"}}
        model["terms"] = [{"name": "g", "coefficient": 0.01, "factors": [{"feature": "g"}]}]
        table = self.write("g.csv", "sample_id,glucose [mmol/L]\nanna,5\nben,6\ncleo,7\ndan,8\n")
        run = self.risk(model, covariates=table)
        value = (float(run.risks()["anna", "m1", "yes"]["linear_predictor"]) + 1) / 0.01
        self.assertAlmostEqual(value, 5 * 18.0156, delta=0.05)

    def test_covariates_comma_separated_quoted_and_packed(self):
        plain = self.risk(logistic_model())
        quoted = self.write("cov.csv", 'note,sample_id,"age",sex\n"x, ""y""",anna,40,female\n,ben,"61",male\n,cleo,50,female\n,dan,75.5,male\n')
        packed = self.write("cov.csv.gz", gzip.compress(quoted.read_bytes()))
        crlf = self.write("crlf.tsv", COVARIATES.replace("\n", "\r\n"))
        mixed = self.write("order.tsv", "\n".join([COVARIATES.split("\n")[i] for i in (0, 4, 2, 1, 3)]) + "\n")
        for table in (quoted, packed, crlf, mixed):
            self.assert_same_tables(plain, self.risk(logistic_model(), covariates=table))

    def test_transformations(self):
        model = logistic_model()
        model["features"] = {"age": model["features"]["age"]}
        model["terms"] = [
            {"name": "50-64", "coefficient": 1.0, "factors": [{"feature": "age", "at_least": 50, "below": 65}]},
            {"name": "65+", "coefficient": 10.0, "factors": [{"feature": "age", "at_least": 65}]},
            {"name": "log", "coefficient": 100.0, "factors": [{"feature": "age", "log": True, "center": 4, "scale": 2}]},
        ]
        run = self.risk(model)
        for sample, step in (("anna", 0), ("ben", 1), ("cleo", 1), ("dan", 10)):
            expected = -1 + step + 100 * (math.log(AGES[sample]) - 4) / 2
            self.assert_near(float(run.risks()[sample, "m1", "yes"]["linear_predictor"]), expected, 100)

    def test_variant_features(self):
        model = logistic_model()
        model["features"] = {
            "a": {"type": "variant", "contig": "chr1", "position": 300, "ref": "G", "alt": "T", "effect_allele": "T"},
            "r": {"type": "variant", "contig": "1", "position": 200, "ref": "C", "alt": "T", "effect_allele": "C", "coding": "recessive"},
        }
        model["terms"] = [{"name": name, "coefficient": c, "factors": [{"feature": name}]} for name, c in (("a", 1.0), ("r", 10.0))]
        path = self.write_model("m1.json", model)
        run = self.score("--variants", self.vcf, "--model", path)
        for sample, expected in (("anna", -1), ("ben", 10), ("cleo", 1), ("dan", 0)):
            self.assert_near(float(run.risks()[sample, "m1", "yes"]["linear_predictor"]), expected)

    def test_a_missing_genotype_of_a_feature(self):
        vcf = self.write_vcf("m.vcf", "a b", [record("1", 100, "A", "G", "./. 0/1")])
        model = logistic_model()
        model["features"] = {"v": {"type": "variant", "contig": "1", "position": 100, "ref": "A", "alt": "G", "effect_allele": "G"}}
        model["terms"] = [{"name": "v", "coefficient": 2.0, "factors": [{"feature": "v"}]}]
        run = self.score("--variants", vcf, "--model", self.write_model("m1.json", model))
        self.assertEqual(run.risks()["a", "m1", "yes"]["probability"], "NA")
        self.assert_near(float(run.risks()["b", "m1", "yes"]["linear_predictor"]), 1.0)
        model["features"]["v"]["mean"] = 0.56
        run = self.score("--variants", vcf, "--model", self.write_model("m1.json", model))
        self.assert_near(float(run.risks()["a", "m1", "yes"]["linear_predictor"]), -1 + 1.12)

    def test_a_score_feature_by_file(self):
        model = logistic_model()
        model["features"]["prs"] = {"type": "score", "file": "sub/toy.txt", "mean": 1.0, "sd": 2.0}
        self.write("sub/toy.txt", self.toy.read_bytes())
        path = self.write_model("m1.json", model)
        run = self.score("--variants", self.vcf, "--model", path, "--covariates", self.covariates)
        for sample in SAMPLES.split():
            self.assert_near(float(run.risks()[sample, "m1", "yes"]["linear_predictor"]), predictor(sample))

    def test_extra_covariate_columns_are_ignored(self):
        table = self.write("extra.tsv", "".join(line + "\t" + word + "\n" for line, word in
                                               zip(COVARIATES.splitlines(), ("note", "text", "", "NA", "more"))))
        self.assert_same_tables(self.risk(logistic_model()), self.risk(logistic_model(), covariates=table))

    def test_a_model_without_scores_needs_no_scoring_file(self):
        model = logistic_model()
        model["features"] = {"age": model["features"]["age"]}
        model["terms"] = model["terms"][:1]
        run = self.score("--variants", self.vcf, "--model", self.write_model("m1.json", model), "--covariates", self.covariates)
        self.assert_near(float(run.risks()["ben", "m1", "yes"]["linear_predictor"]), -1 + 0.05 * 61)


if __name__ == "__main__":
    harness.main()
