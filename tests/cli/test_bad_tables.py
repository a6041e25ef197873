"""Bad covariate tables and scoring files, and builds that differ: each is refused with its exit code, one error line that says where and what, and nothing is left behind."""

import harness
from bad_input import BadInputTest
from toy import COVARIATES, ROWS, SAMPLES, logistic_model, records


class SampleMismatchTest(BadInputTest):
    """Sample ids are not logged: an error names the line."""

    def setUp(self):
        super().setUp()
        self.model = self.write_model("m.json", logistic_model())

    def inputs(self, covariates, *options):
        return ("--variants", self.vcf, "--model", self.toy, self.model, "--covariates", self.write("cov.tsv", covariates), *options)

    def test_a_sample_of_the_table_without_genotypes(self):
        table = COVARIATES + "eve\t33\tfemale\n"
        self.refuse(3, ["cov.tsv", "line 6"], *self.inputs(table))  # ids are not logged: the line
        plain = self.score(*self.inputs(COVARIATES))
        for policy in ("superset", "any"):
            self.assert_same_tables(plain, self.score(*self.inputs(table, "--covariate-samples", policy)))
        self.refuse(3, ["cov.tsv", "line 6"], *self.inputs(table, "--covariate-samples", "exact"))

    def test_a_sample_of_the_genotypes_that_the_table_has_not(self):
        table = COVARIATES.replace("ben\t61\tmale\n", "")
        self.refuse(3, ["cov.tsv", r"\b2\b"], *self.inputs(table))
        self.refuse(3, ["cov.tsv", r"\b2\b"], *self.inputs(table, "--covariate-samples", "superset"))
        run = self.score(*self.inputs(table, "--covariate-samples", "any"))
        self.assertEqual(run.risks()["ben", "m1", "yes"]["probability"], "NA")
        self.assertNotEqual(run.risks()["anna", "m1", "yes"]["probability"], "NA")

    def test_duplicate_samples_of_the_table(self):
        table = COVARIATES + "ben\t62\tmale\n"
        self.refuse(3, ["cov.tsv", "line 6", "line 3"], *self.inputs(table))
        first = self.score(*self.inputs(table, "--duplicate-samples", "first"))
        self.assert_same_tables(first, self.score(*self.inputs(COVARIATES)))
        last = self.score(*self.inputs(table, "--duplicate-samples", "last"))
        self.assert_same_tables(last, self.score(*self.inputs(COVARIATES.replace("61", "62"))))
        self.refuse(3, ["cov.tsv", "line 6", "line 3"], *self.inputs(table, "--duplicate-samples", "identical"))
        self.score(*self.inputs(COVARIATES + "ben\t61\tmale\n", "--duplicate-samples", "identical"))

    def test_no_sample_column(self):
        self.refuse(3, ["cov.tsv", "sample_id"], *self.inputs(COVARIATES.replace("sample_id", "person")))
        self.refuse(3, ["cov.tsv", "person"], *self.inputs(COVARIATES, "--sample-column", "person"))

    def test_no_column_of_the_model(self):
        self.refuse(3, ["cov.tsv", "age"], *self.inputs(COVARIATES.replace("\tage\t", "\tyears\t")))

    def test_a_column_twice(self):
        self.refuse(3, ["cov.tsv", "age"], *self.inputs("sample_id\tage\tage\tsex\nanna\t1\t1\tmale\n"))

    def test_text_where_a_number_is_due(self):
        for text in ("old", "40y", "4,0", "1e", "--1", "0x10", "inf", "1e999"):
            self.refuse(3, ["cov.tsv", r"\b3\b", "age", "number|finite"], *self.inputs(COVARIATES.replace("61", text)))

    def test_a_ragged_table(self):
        self.refuse(3, ["cov.tsv", r"\b3\b"], *self.inputs(COVARIATES.replace("ben\t61\tmale", "ben\t61")))
        self.refuse(3, ["cov.tsv", r"\b3\b"], *self.inputs(COVARIATES.replace("ben\t61\tmale", "ben\t61\tmale\tx")))

    def test_an_open_quote(self):
        self.refuse(3, "cov.csv", "--variants", self.vcf, "--model", self.toy, self.model, "--covariates",
                    self.write("cov.csv", 'sample_id,age,sex\nanna,"40,female\nben,61,male\n'))

    def test_an_empty_table(self):
        self.refuse(3, "cov.tsv", *self.inputs(""))
        self.refuse(3, "cov.tsv", *self.inputs("sample_id\tage\tsex\n"))

    def test_a_model_with_covariates_and_no_table(self):
        run = self.try_score("--variants", self.vcf, "--model", self.toy, self.model)
        self.assertIn(run.code, (2, 3), run)
        self.assertRegex("\n".join(run.error_lines()), "covariates")
        self.assert_no_result(run.out)


class ScoringFileTest(BadInputTest):
    def refuse_score(self, text, *needles, name="bad.txt"):
        return self.refuse(3, [name] + list(needles), "--variants", self.vcf, "--model", self.write(name, text))

    def test_a_missing_column(self):
        columns = harness.SCORE_COLUMNS.split()
        for column in ("chr_name", "chr_position", "effect_allele"):
            kept = [name for name in columns if name != column]
            text = harness.score_text(["1 100 G A 0.5".split()[:len(kept)]], kept)
            self.refuse_score(text, column)

    def test_only_columns_of_the_catalogue_and_no_weight(self):
        self.refuse_score("chr_name\tchr_position\teffect_allele\tother_allele\n1\t100\tG\tA\n", "weight")

    def test_a_column_twice(self):
        self.refuse_score("chr_name\tchr_position\teffect_allele\teffect_weight\teffect_weight\n1\t100\tG\t1\t2\n", "effect_weight")

    def test_weights_that_are_no_numbers(self):
        for weight in ("abc", "0.1x", "nan", "NaN", "inf", "-Inf", "", "1,5", "1e999", "0x1p3", "NA"):
            rows = [row.split() for row in ROWS]
            rows[2][4] = weight
            text = harness.score_text(rows, pgs_id="bad")
            self.refuse_score(text, r"\b5\b", "effect_weight|weight")

    def test_weights_that_are_numbers(self):
        for weight in ("+0.5", "5e-1", ".5", "0.50", "5E-01"):
            run = self.score("--variants", self.vcf, "--model", self.write_score("w.txt", [f"1 100 G A {weight}"]))
            self.assertEqual(run.sums()["cleo"], 1.0, weight)

    def test_bad_positions(self):
        for position in ("abc", "-1", "0", "1.5", "1e2", "99999999999999999999"):
            rows = [row.split() for row in ROWS]
            rows[1][1] = position
            self.refuse_score(harness.score_text(rows), r"\b3\b", "position")

    def test_a_ragged_row(self):
        self.refuse_score(harness.score_text(ROWS) + "1\t500\tA\n", r"\b6\b")
        self.refuse_score(harness.score_text(ROWS) + "1\t500\tA\tG\t1\t2\n", r"\b6\b")

    def test_no_rows(self):
        self.refuse_score(harness.score_text([]))
        self.refuse_score("")
        self.refuse_score("#pgs_id=x\n")

    def test_dominant_and_recessive_at_once(self):
        text = harness.score_text(["1 100 G A 1 True True"], harness.SCORE_COLUMNS + " is_dominant is_recessive")
        self.refuse_score(text, r"\b2\b", "dominant")

    def test_a_flag_that_is_neither_true_nor_false(self):
        self.refuse_score(harness.score_text(["1 100 G A 1 maybe"], harness.SCORE_COLUMNS + " is_dominant"), r"\b2\b", "maybe")

    def test_a_frequency_out_of_range(self):
        for value in ("1.5", "-0.1", "x", "nan"):
            self.refuse_score(harness.score_text(["1 100 G A 1 " + value], harness.SCORE_COLUMNS + " allelefrequency_effect"), r"\b2\b",
                              "frequency")

    def test_odds_ratios_are_not_weights(self):
        for kind in ("OR", "HR"):
            self.refuse_score(harness.score_text(ROWS, weight_type=kind), kind, "log")
            run = self.score("--variants", self.vcf, "--model", self.write("ok.txt", harness.score_text(ROWS, weight_type=f"log({kind})")))
            self.assertEqual(run.code, 0)

    def test_two_scores_of_one_id(self):
        self.write_score("a.txt", ROWS, pgs_id="same")
        self.write_score("b.txt", ROWS[:2], pgs_id="same")
        run = self.try_score("--variants", self.vcf, "--model", self.dir / "a.txt", self.dir / "b.txt")
        self.assert_refused(run, 3, "same")

    def test_not_a_scoring_file(self):
        self.refuse(3, "cohort.vcf", "--variants", self.vcf, "--model", self.vcf)
        self.refuse_score("\x00\x01\x02\x03\x04" * 99)
        self.refuse_score("just some text\n")

    def test_a_missing_file(self):
        self.refuse(4, "nowhere.txt", "--variants", self.vcf, "--model", self.dir / "nowhere.txt")


class BuildTest(BadInputTest):
    def cohort(self, build, prefix=""):
        contigs = {prefix + name: length for name, length in harness.LENGTHS[build].items()} if build else {"1": None, "2": None}
        contigs.setdefault(prefix + "2", None)
        return self.write_vcf("build.vcf", SAMPLES, [[prefix + line[0]] + line[1:] for line in records()], contigs=contigs)

    def scores(self, **header):
        return self.write_score("pgs.txt", ROWS, pgs_id="pgs", **header)

    def test_builds_that_differ(self):
        for mine, theirs, prefix in (("GRCh37", "GRCh38", ""), ("GRCh38", "GRCh37", "chr")):
            for header in ({"genome_build": theirs}, {"genome_build": {"GRCh37": "hg19", "GRCh38": "hg38"}[theirs]}):
                self.refuse(3, [mine, theirs, "pgs.txt|build.vcf"], "--variants", self.cohort(mine, prefix), "--model", self.scores(**header))
                run = self.score("--variants", self.cohort(mine, prefix), "--model", self.scores(**header), "--build-check", "off")
                self.assertEqual(run.matches(), {"matched": 4})
                self.refuse(3, [mine, theirs], "--variants", self.cohort(mine, prefix), "--model", self.scores(**header), "--build-check", "strict")

    def test_builds_that_agree(self):
        for build in ("GRCh37", "GRCh38"):
            for policy in ("on", "strict", "off"):
                run = self.score("--variants", self.cohort(build), "--model", self.scores(genome_build=build), "--build-check", policy)
                self.assertEqual(run.warning_lines(), [], run)

    def test_the_build_of_the_harmonised_positions_counts(self):
        columns = "chr_name chr_position effect_allele other_allele effect_weight hm_chr hm_pos"
        rows = [row + " " + " ".join(row.split()[:2]) for row in ROWS]
        path = self.write("pgs.txt", harness.score_text(rows, columns, pgs_id="pgs", genome_build="GRCh37", HmPOS_build="GRCh38"))
        self.score("--variants", self.cohort("GRCh38"), "--model", path, "--build-check", "strict")
        self.refuse(3, ["GRCh37", "GRCh38"], "--variants", self.cohort("GRCh37"), "--model", path)

    def test_an_unknown_build_is_a_warning(self):
        for build, header in ((None, {"genome_build": "GRCh38"}), ("GRCh38", {"genome_build": "NR"}), ("GRCh38", {}), (None, {})):
            run = self.score("--variants", self.cohort(build), "--model", self.scores(**header))
            self.assertTrue([line for line in run.warning_lines() if "build" in line], run)
            self.refuse(3, "build", "--variants", self.cohort(build), "--model", self.scores(**header), "--build-check", "strict")
            run = self.score("--variants", self.cohort(build), "--model", self.scores(**header), "--build-check", "off")
            self.assertEqual(run.matches(), {"matched": 4})

    def test_the_build_of_a_model(self):
        model = logistic_model(genome_build="GRCh37")
        path = self.write_model("m.json", model)
        covariates = self.write("cov.tsv", COVARIATES)
        inputs = ("--variants", self.cohort("GRCh38"), "--model", self.scores(genome_build="GRCh38"), path, "--covariates", covariates)
        model["features"]["prs"]["score"] = "pgs"
        self.write_model("m.json", model)
        self.refuse(3, ["GRCh37", "GRCh38", "m.json|m1|build.vcf"], *inputs)
        self.score(*inputs, "--build-check", "off")


if __name__ == "__main__":
    harness.main()
