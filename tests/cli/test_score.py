"""`varisk score`: sums, tables and options, on inputs small enough to be added up by hand."""

import gzip
import json
from fractions import Fraction

import harness
from harness import record
from toy import ROWS, SAMPLES, SUMS, records


class SumsTest(harness.VariskTest):
    def setUp(self):
        super().setUp()
        self.vcf = self.write_vcf("cohort.vcf", SAMPLES, records())
        self.toy = self.write_score("toy.txt", ROWS, pgs_id="toy")

    def test_sums_averages_and_counts(self):
        run = self.score("--variants", self.vcf, "--model", self.toy)
        self.assert_sums(run, SUMS)
        for (sample, score_id), row in run.scores().items():
            self.assertEqual(score_id, "toy")
            self.assertEqual([row[key] for key in ("allele_count", "rows_used", "rows_total", "rows_imputed", "rows_assumed_reference")],
                             ["8", "4", "4", "0", "0"])
            self.assert_near(float(row["average"]), SUMS[sample] / 8)
            self.assertEqual(float(row["observed_fraction"]), 1.0)
        self.assertEqual(run.stdout, "")

    def test_every_default_table_is_written(self):
        run = self.score("--variants", self.vcf, "--model", self.toy)
        for name in ("scores.tsv", "matches.tsv", "sites.tsv", "samples.tsv", "run.json"):
            self.assertTrue(run.has(name), name)
        self.assertEqual(run.matches(), {"matched": 4})
        self.assertEqual([row["sample_id"] for row in run.table("samples.tsv")], SAMPLES.split())
        for row in run.table("samples.tsv"):
            self.assertEqual((row["sites_wanted"], row["sites_observed"]), ("4", "4"))

    def test_sites_tell_the_matched_record(self):
        run = self.score("--variants", self.vcf, "--model", self.toy, "--sites", "all")
        sites = run.sites()
        self.assertEqual(sorted(sites), [("toy", row) for row in (1, 2, 3, 4)])
        self.assertEqual([sites["toy", row]["variant"] for row in (1, 2, 3, 4)],
                         ["1:100:G:A", "1:200:C:T", "1:300:T:G", "2:50:C:CAT"])
        self.assertEqual([sites["toy", row]["record_variant"] for row in (1, 2, 3, 4)],
                         ["1:100:A:G", "1:200:C:T", "1:300:G:A,T", "2:50:CAT:C"])
        for row, frequency in ((1, 4 / 8), (2, 4 / 8), (3, 4 / 8), (4, 3 / 8)):
            self.assert_near(float(sites["toy", row]["effect_allele_frequency"]), frequency)
            self.assertEqual([sites["toy", row][key] for key in ("state", "observed", "missing", "imputed")],
                             ["matched", "4", "0", "0"])

    def test_sites_option(self):
        self.toy = self.write_score("toy.txt", ROWS + ["1 400 A G 1", "1 100 T C 1"], pgs_id="toy")
        every = self.score("--variants", self.vcf, "--model", self.toy, "--sites", "all", "--min-match", "0")
        self.assertEqual(every.states(), {1: "matched", 2: "matched", 3: "matched", 4: "matched", 5: "absent", 6: "flipped"})
        problems = self.score("--variants", self.vcf, "--model", self.toy, "--min-match", "0")
        shown = problems.states()
        self.assertIn(5, shown)
        for row in (1, 2, 3, 4):
            self.assertNotIn(row, shown, "a row that matched and was observed in everybody is no problem")
        for key, row in problems.sites().items():
            self.assertEqual(row, every.sites()[key])
        none = self.score("--variants", self.vcf, "--model", self.toy, "--sites", "none", "--min-match", "0")
        self.assertTrue(not none.has("sites.tsv") or none.table("sites.tsv") == [])
        self.assert_same_tables(every, none, but=("sites.tsv",))

    def test_several_scores_in_one_pass(self):
        other = self.write_score("second.txt", ["1 100 A G 1"])
        wide = self.write("wide.txt", "chr_name\tchr_position\teffect_allele\tother_allele\tw1\tw2\n"
                                      "1\t100\tG\tA\t1\t\n1\t200\tT\tC\t3\t-1\n")
        run = self.score("--variants", self.vcf, "--model", self.toy, other, wide, "--sites", "all")
        self.assertEqual({score for _, score in run.scores()}, {"toy", "second", "w1", "w2"})
        self.assert_sums(run, SUMS, "toy")
        self.assert_sums(run, {"anna": 2, "ben": 1, "cleo": 0, "dan": 1}, "second")
        self.assert_sums(run, {"anna": 3, "ben": 1, "cleo": 5, "dan": 7}, "w1")
        self.assert_sums(run, {"anna": -1, "ben": 0, "cleo": -1, "dan": -2}, "w2")
        self.assertEqual(run.scores()["anna", "w2"]["rows_total"], "1")
        self.assertEqual(run.states("w2"), {2: "matched"})

    def test_compressed_scoring_files_read_alike(self):
        plain = self.score("--variants", self.vcf, "--model", self.toy)
        text = self.toy.read_bytes()
        packed = self.write("toy.txt.gz", gzip.compress(text))
        bgzf = self.write_bgzf("toy.bgz.txt.gz", text, 40)
        windows = self.write("crlf.txt", text.replace(b"\n", b"\r\n"))
        unended = self.write("unended.txt", text.rstrip(b"\n"))
        for path in (packed, bgzf, windows, unended):
            self.assert_same_tables(plain, self.score("--variants", self.vcf, "--model", path))

    def test_a_list_file_names_the_inputs(self):
        plain = self.score("--variants", self.vcf, "--model", self.toy)
        listed = self.write("list.txt", f"{self.vcf}\n")
        self.assert_same_tables(plain, self.score("--variants", f"@{listed}", "--model", self.toy), but=("samples.tsv",))

    def test_config_gives_options_and_the_command_line_wins(self):
        plain = self.score("--variants", self.vcf, "--model", self.toy, "--sites", "all")
        for section in ("", "[score]\n"):
            config = self.write("run.toml", f'{section}variants = ["{self.vcf}"]\nmodel = ["{self.toy}"]\nsites = "none"\n')
            self.assert_same_tables(plain, self.score("--config", config, "--sites", "all"))
        self.refuse(2, "sitez", "--config", self.write("bad.toml", f'[score]\nvariants = ["{self.vcf}"]\nsitez = "none"\n'),
                    "--model", self.toy)

    def test_overwrite_replaces_a_result(self):
        out = self.dir / "out"
        self.score("--variants", self.vcf, "--model", self.toy, out=out)
        second = self.write_score("second.txt", ["1 100 A G 1"])
        run = self.score("--variants", self.vcf, "--model", second, "--overwrite", out=out)
        self.assertEqual({score for _, score in run.scores()}, {"second"})

    def test_contig_names_are_compared_without_chr(self):
        for x, mt in (("X", "MT"), ("chrX", "chrM"), ("23", "26"), ("X", "M")):
            for chr1 in ("1", "chr1"):
                vcf = self.write_vcf("names.vcf", "a b", [record(chr1, 100, "A", "G", "0/1 1/1"),
                                                          record(x, 5000000, "C", "T", "0/1 1/1"),
                                                          record(mt, 10, "C", "T", "1 1")])
                for score_x, score_mt, score_1 in (("X", "MT", "chr1"), ("23", "M", "1"), ("chrX", "chrM", "chr1")):
                    score = self.write_score("s.txt", [f"{score_1} 100 G A 1", f"{score_x} 5000000 T C 1", f"{score_mt} 10 T C 1"])
                    run = self.score("--variants", vcf, "--model", score)
                    self.assert_sums(run, {"a": 3.0, "b": 5.0})

    def test_rows_round_trip(self):
        """The printed sum is the double nearest to the exact sum, for weights of very different size."""
        rows = ["1 100 G A 1e-9", "1 200 T C 0.1", "1 300 T G 12345.678901234567"]
        run = self.score("--variants", self.vcf, "--model", self.write_score("s.txt", rows))
        copies = {"anna": (0, 1, 0), "ben": (1, 0, 1), "cleo": (2, 1, 2), "dan": (1, 2, 1)}
        for sample, counts in copies.items():
            exact = sum(Fraction(row.split()[4]) * count for row, count in zip(rows, counts))
            self.assertLessEqual(abs(run.sums()[sample] - float(exact)), 1e-11)


class MatchRateTest(harness.VariskTest):
    def setUp(self):
        super().setUp()
        self.vcf = self.write_vcf("c.vcf", "a b", [record("1", 10 * n, "A", "G", "0/1 1/1") for n in range(1, 8)])

    def rows(self, used, total):
        return self.write_score("s.txt", [f"1 {10 * n if n <= used else 1000 + n} G A 1" for n in range(1, total + 1)], pgs_id="s")

    def test_three_of_four_is_enough(self):
        run = self.score("--variants", self.vcf, "--model", self.rows(3, 4))
        self.assert_sums(run, {"a": 3, "b": 6})

    def test_below_the_default_limit_scores_are_na_and_the_run_is_done(self):
        run = self.score("--variants", self.vcf, "--model", self.rows(2, 4), code=0)
        for row in run.scores().values():
            self.assertEqual((row["sum"], row["average"]), ("NA", "NA"))
            self.assertEqual((row["rows_used"], row["rows_total"]), ("2", "4"))

    def test_below_a_limit_that_was_given_the_code_is_5(self):
        run = self.score("--variants", self.vcf, "--model", self.rows(2, 4), "--min-match", "0.75", code=5)
        self.assertEqual(run.scores()["a", "s"]["sum"], "NA")
        run = self.score("--variants", self.vcf, "--model", self.rows(2, 4), "--min-match", "0.5")
        self.assert_sums(run, {"a": 2, "b": 4})
        run = self.score("--variants", self.vcf, "--model", self.rows(3, 4), "--min-match", "1", code=5)
        self.assertEqual(run.scores()["a", "s"]["sum"], "NA")
        self.score("--variants", self.vcf, "--model", self.rows(4, 4), "--min-match", "1")

    def test_no_row_matches(self):
        run = self.score("--variants", self.vcf, "--model", self.rows(0, 4))
        self.assertEqual(run.scores()["a", "s"]["sum"], "NA")
        run = self.score("--variants", self.vcf, "--model", self.rows(0, 4), "--min-match", "0")
        self.assertEqual(float(run.scores()["a", "s"]["sum"]), 0.0)
        self.assertEqual(run.scores()["a", "s"]["average"], "NA")

    def test_one_failing_score_leaves_the_others(self):
        other = self.write_score("other.txt", ["1 10 G A 1"])
        run = self.score("--variants", self.vcf, "--model", self.rows(2, 4), other, "--min-match", "0.75", code=5)
        self.assertEqual(run.scores()["a", "s"]["sum"], "NA")
        self.assertEqual(float(run.scores()["a", "other"]["sum"]), 1.0)

    def test_a_risk_built_on_a_failing_score_is_na(self):
        model = self.write_model("m.json", {
            "format": "varisk-model/1", "id": "m", "outcome": "x", "classes": ["no", "yes"], "family": "binomial",
            "features": {"prs": {"type": "score", "score": "s"}}, "intercept": 0.0,
            "terms": [{"name": "prs", "coefficient": 1.0, "factors": [{"feature": "prs"}]}]})
        run = self.score("--variants", self.vcf, "--model", self.rows(2, 4), model)
        row = run.risks()["a", "m", "yes"]
        self.assertEqual((row["probability"], row["linear_predictor"]), ("NA", "NA"))
        self.assertNotIn(row["flags"], ("", "NA"))


class SampleSheetTest(harness.VariskTest):
    def setUp(self):
        super().setUp()
        self.vcf = self.write_vcf("c.vcf", "a b c", [record("1", 10, "A", "G", "0/0 0/1 1/1")])
        self.rows = self.write_score("s.txt", ["1 10 G A 1"])

    def test_a_sheet_selects_orders_and_renames(self):
        sheet = self.write("sheet.tsv", "sample_id\tsource_id\nzoe\tc\nadam\ta\n")
        run = self.score("--variants", self.vcf, "--model", self.rows, "--samples", sheet)
        self.assert_sums(run, {"zoe": 2, "adam": 0})
        self.assertEqual([row["sample_id"] for row in run.table("samples.tsv")], ["zoe", "adam"])

    def test_a_sheet_may_be_comma_separated(self):
        sheet = self.write("sheet.csv", "sample_id,sex\nb,female\n")
        self.assert_sums(self.score("--variants", self.vcf, "--model", self.rows, "--samples", sheet), {"b": 1})

    def test_a_sample_that_no_file_has_is_refused(self):
        sheet = self.write("sheet.tsv", "sample_id\nb\nnobody\n")
        self.refuse(3, ["sheet.tsv", "row 2|line 3"], "--variants", self.vcf, "--model", self.rows, "--samples", sheet)

    def test_an_unknown_sex_is_refused(self):
        sheet = self.write("sheet.tsv", "sample_id\tsex\nb\tx\n")
        self.refuse(3, ["sheet.tsv", "2", "x"], "--variants", self.vcf, "--model", self.rows, "--samples", sheet)

    def test_two_lines_for_one_sample_are_refused(self):
        sheet = self.write("sheet.tsv", "sample_id\tsource_id\nb\tb\nb\tc\n")
        self.refuse(3, ["sheet.tsv", r"line 3\b"], "--variants", self.vcf, "--model", self.rows, "--samples", sheet)

    def test_covariates_follow_the_names_of_the_sheet(self):
        sheet = self.write("sheet.tsv", "sample_id\tsource_id\nzoe\tc\nadam\ta\n")
        covariates = self.write("cov.tsv", "person\tage\nadam\t30\nzoe\t70\n")
        model = self.write_model("m.json", {
            "format": "varisk-model/1", "id": "m", "outcome": "x", "classes": ["no", "yes"], "family": "binomial",
            "features": {"age": {"type": "covariate", "column": "age", "value": "number", "unit": "years"}}, "intercept": 0.0,
            "terms": [{"name": "age", "coefficient": 0.1, "factors": [{"feature": "age"}]}]})
        run = self.score("--variants", self.vcf, "--model", self.rows, model, "--samples", sheet, "--covariates", covariates,
                         "--sample-column", "person")
        self.assert_near(float(run.risks()["zoe", "m", "yes"]["linear_predictor"]), 7.0)
        self.assert_near(float(run.risks()["adam", "m", "yes"]["linear_predictor"]), 3.0)


class SeveralFilesTest(harness.VariskTest):
    def test_files_by_contig(self):
        one = self.write_vcf("one.vcf", "a b", [record("1", 10, "A", "G", "0/1 1/1")])
        two = self.write_vcf("two.vcf", "b a", [record("2", 10, "A", "G", "0/0 0/1")])
        rows = self.write_score("s.txt", ["1 10 G A 1", "2 10 G A 10"])
        run = self.score("--variants", one, two, "--model", rows)
        self.assert_sums(run, {"a": 11, "b": 2})

    def test_files_by_sample(self):
        records = [record("1", 10, "A", "G", "0/1"), record("1", 20, "A", "G", "0/1")]
        one = self.write_vcf("one.vcf", "a", records)
        two = self.write_vcf("two.vcf", "b", [record("1", 10, "A", "G", "1/1"), record("1", 20, "A", "C,G", "2/2")])
        rows = self.write_score("s.txt", ["1 10 G A 1", "1 20 G A 10"])
        run = self.score("--variants", one, two, "--model", rows)
        self.assertEqual({sample: total for sample, total in run.sums().items()}, {"a": 11, "b": 22})
        self.assertEqual(run.matches(), {"matched": 4})

    def test_overlapping_sample_sets_are_refused(self):
        one = self.write_vcf("one.vcf", "a b", [record("1", 10, "A", "G", "0/1 1/1")])
        two = self.write_vcf("two.vcf", "b c", [record("2", 10, "A", "G", "0/0 0/1")])
        rows = self.write_score("s.txt", ["1 10 G A 1"])
        self.refuse(3, ["one.vcf", "two.vcf"], "--variants", one, two, "--model", rows)

    def test_a_contig_that_no_file_has_is_named(self):
        one = self.write_vcf("one.vcf", "a b", [record("1", 10, "A", "G", "0/1 1/1")])
        two = self.write_vcf("two.vcf", "a b", [record("2", 10, "A", "G", "0/0 0/1")])
        rows = self.write_score("s.txt", ["1 10 G A 1", "2 10 G A 1", "7 10 G A 1"])
        self.refuse(3, r"\b7\b", "--variants", one, two, "--model", rows)
        run = self.score("--variants", one, two, "--model", rows, "--absent", "missing", "--min-match", "0")
        self.assert_sums(run, {"a": 1, "b": 3})

    def test_the_same_file_twice_is_refused(self):
        one = self.write_vcf("one.vcf", "a b", [record("1", 10, "A", "G", "0/1 1/1")])
        rows = self.write_score("s.txt", ["1 10 G A 1"])
        run = self.try_score("--variants", one, one, "--model", rows)
        self.assertIn(run.code, (2, 3), "the same file twice is no cohort")
        self.assert_no_result(run.out)


class RunJsonTest(harness.VariskTest):
    def test_run_json_says_what_was_run(self):
        vcf = self.write_vcf("c.vcf", "a", [record("1", 10, "A", "G", "0/1")])
        rows = self.write_score("s.txt", ["1 10 G A 1"], pgs_id="PGS42")
        run = self.score("--variants", vcf, "--model", rows)
        text = (run.out / "run.json").read_text()
        found = json.loads(text)
        self.assertIn("version", found)
        self.assertIn("c.vcf", text)
        self.assertIn("PGS42", text)


if __name__ == "__main__":
    harness.main()
