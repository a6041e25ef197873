"""How calls become copies of the effect allele, and what missing ones add."""

import json

import harness
from harness import record


class GenotypeTest(harness.VariskTest):
    """How a call becomes copies of the effect allele."""

    def sums(self, records, rows, *options, samples="s", columns=harness.SCORE_COLUMNS, sexes=None):
        vcf = self.write_vcf("g.vcf", samples, records)
        score = self.write_score("g.txt", rows, columns)
        if sexes:
            sheet = self.write("sheet.tsv", "sample_id\tsex\n" + "".join(f"{name}\t{sex}\n" for name, sex in sexes.items()))
            options += ("--samples", sheet)
        self.last = self.score("--variants", vcf, "--model", score, "--sites", "all", "--min-match", "0", *options)
        return self.last.sums()

    def run_record(self):
        return json.loads((self.last.out / "run.json").read_text())

    def counts(self):
        return self.run_record()["counts"]

    def assert_calls(self, run_sums, expected):
        for sample, value in expected.items():
            self.assert_near(run_sums[sample], value, note=sample)

    def test_haploid_calls(self):
        records = [record("X", 5000000, "C", "T", "0 1 0/1 1|1")]
        found = self.sums(records, ["X 5000000 T C 1"], samples="a b c d")
        self.assert_calls(found, {"a": 0, "b": 1, "c": 1, "d": 2})
        self.assertEqual([row["allele_count"] for row in self.last.scores().values()], ["1", "1", "2", "2"])
        found = self.sums(records, ["X 5000000 C T 1"], samples="a b c d")
        self.assert_calls(found, {"a": 1, "b": 0, "c": 1, "d": 0})
        found = self.sums(records, ["X 5000000 T C 1"], "--haploid", "as-diploid", samples="a b c d")
        self.assert_calls(found, {"a": 0, "b": 2, "c": 1, "d": 2})
        self.assertEqual([row["allele_count"] for row in self.last.scores().values()], ["2"] * 4)

    def test_dominant_and_recessive(self):
        records = [record("1", 10, "C", "T", "0/0 0/1 1/1 0 1"), record("1", 20, "C", "T", "0/0 0/1 1/1 0 1"),
                   record("1", 30, "C", "T", "0/0 0/1 1/1 0 1")]
        columns = harness.SCORE_COLUMNS + " is_dominant is_recessive"
        found = self.sums(records, ["1 10 T C 1 True False", "1 20 T C 10 False True", "1 30 T C 100 False False"],
                          samples="a b c d e", columns=columns)
        self.assert_calls(found, {"a": 0, "b": 101, "c": 211, "d": 0, "e": 111})
        found = self.sums(records, ["1 10 C T 1 True False", "1 20 C T 10 False True", "1 30 C T 100 False False"],
                          samples="a b c d e", columns=columns)
        self.assert_calls(found, {"a": 211, "b": 101, "c": 0, "d": 111, "e": 0})

    def test_dominant_and_recessive_of_dosages(self):
        records = [record("1", 10, "C", "T", "0.5 1.25 2", keys="DS"), record("1", 20, "C", "T", "0.5 1.25 2", keys="DS")]
        columns = harness.SCORE_COLUMNS + " is_dominant is_recessive"
        found = self.sums(records, ["1 10 T C 1 TRUE FALSE", "1 20 T C 10 FALSE TRUE"], samples="a b c", columns=columns)
        self.assert_calls(found, {"a": 0.5, "b": 1 + 2.5, "c": 11})

    def test_weights_by_copies(self):
        columns = "chr_name chr_position effect_allele other_allele dosage_0_weight dosage_1_weight dosage_2_weight"
        records = [record("1", 10, "C", "T", "0/0 0/1 1/1 1"), record("1", 20, "C", "T", "0/0:0.5 0/1:1.25 1/1:2 1:1", keys="GT:DS")]
        found = self.sums(records, ["1 10 T C -1 0.5 4", "1 20 C T 10 20 40"], samples="a b c d", columns=columns)
        # row 2 counts C: 1.5, 0.75, 0 copies, and 0 of 1
        self.assert_calls(found, {"a": -1 + 30, "b": 0.5 + 17.5, "c": 4 + 10, "d": 4 + 10})

    def test_half_calls(self):
        records = [record("1", 10, "C", "T", "./1 1/. ./0 0|1")]
        for policy, expected, counts in (("missing", {"a": 0, "b": 0, "c": 0, "d": 1}, "0 0 0 2"),
                                         ("haploid", {"a": 1, "b": 1, "c": 0, "d": 1}, "1 1 1 2"),
                                         ("reference", {"a": 1, "b": 1, "c": 0, "d": 1}, "2 2 2 2")):
            found = self.sums(records, ["1 10 T C 1"], "--half-call", policy, samples="a b c d")
            self.assert_calls(found, expected)
            self.assertEqual([row["allele_count"] for row in self.last.scores().values()], counts.split(), policy)

    def test_more_than_two_alleles_are_missing(self):
        found = self.sums([record("1", 10, "C", "T", "0/1/1 1|1|1 0/1")], ["1 10 T C 1"], samples="a b c")
        self.assert_calls(found, {"a": 0, "b": 0, "c": 1})
        self.assertEqual((self.last.sites()["g", 1]["observed"], self.last.sites()["g", 1]["missing"]), ("1", "2"))

    def test_dosages_are_preferred_call_by_call(self):
        records = [record("1", 10, "C", "T", "0/0:0.3 0/1:. 1/1:1.9 ./.:. ./.:0.7 0/1", keys="GT:DS")]
        found = self.sums(records, ["1 10 T C 1"], samples="a b c d e f")
        self.assert_calls(found, {"a": 0.3, "b": 1, "c": 1.9, "d": 0, "e": 0.7, "f": 1})
        found = self.sums(records, ["1 10 T C 1"], "--dosage", "GT", samples="a b c d e f")
        self.assert_calls(found, {"a": 0, "b": 1, "c": 2, "d": 0, "e": 0, "f": 1})
        found = self.sums(records, ["1 10 T C 1"], "--dosage", "DS", samples="a b c d e f")
        self.assert_calls(found, {"a": 0.3, "b": 0, "c": 1.9, "d": 0, "e": 0.7, "f": 0})
        self.assertEqual(self.last.sites()["g", 1]["missing"], "3")

    def test_dosage_of_ref_is_what_is_left(self):
        records = [record("1", 10, "C", "T", "0/0:0.3 1:0.9", keys="GT:DS"),
                   record("1", 20, "C", "T,A", "0/1:0.5,0.25 0:0.5,0.25", keys="GT:DS")]
        found = self.sums(records, ["1 10 C T 1", "1 20 C A 10", "1 20 A C 100"], samples="a b")
        self.assert_calls(found, {"a": 1.7 + 12.5 + 25, "b": 0.1 + 2.5 + 25})

    def test_dosages_with_exponents(self):
        records = [record("1", 10, "C", "T", "1.2e-05 1E0 0 2 1.999999", keys="DS")]
        found = self.sums(records, ["1 10 T C 1"], samples="a b c d e")
        self.assert_calls(found, {"a": 1.2e-05, "b": 1, "c": 0, "d": 2, "e": 1.999999})

    def test_the_first_field_that_is_there_is_taken_call_by_call(self):
        records = [record("1", 10, "C", "T", "0/1:0.3:0,0.5,0.5:1,1 0/1:.:0.25,0.5,0.25:1,1 0/1:.:.:0.5,0.75 0/1:.:.:. 0/1:.:0.5,.,0.5:.",
                          keys="GT:DS:GP:HDS")]
        rows, samples = ["1 10 T C 1"], "a b c d e"
        self.assert_calls(self.sums(records, rows, samples=samples), {"a": 0.3, "b": 1, "c": 1.25, "d": 1, "e": 1})
        self.assert_calls(self.sums(records, rows, "--dosage", "GP", samples=samples), {"a": 1.5, "b": 1, "c": 0, "d": 0, "e": 0})
        self.assertEqual(self.last.sites()["g", 1]["missing"], "3")
        self.assert_calls(self.sums(records, rows, "--dosage", "HDS", samples=samples), {"a": 2, "b": 2, "c": 1.25, "d": 0, "e": 0})
        self.assert_calls(self.sums(records, rows, "--dosage", "GT", samples=samples), dict.fromkeys(samples.split(), 1))

    def test_probabilities_tell_two_copies(self):
        """Of (0.2, 0.5, 0.3): 1.1 copies, two of them with 0.3; a dosage alone would say 0.1."""
        columns = harness.SCORE_COLUMNS + " is_dominant is_recessive dosage_0_weight dosage_1_weight dosage_2_weight"
        rows = ["1 10 T C 1 False False", "1 20 T C 1 True False", "1 30 T C 1 False True", "1 40 T C 1 False False 10 20 40",
                "1 50 C T 1 True False", "1 60 C T 1 False True"]
        for number, row in enumerate(rows):
            lines = [record("1", position, "C", "T", "0/1:0.2,0.5,0.3 1:0.25,0.75 .:0.5,0,0.5", keys="GT:GP") for position in range(10, 70, 10)]
            found = self.sums(lines, [row.split(" ") + [""] * (10 - len(row.split(" ")))], samples="a b c", columns=columns)
            expected = [(1.1, 0.75, 1), (0.8, 0.75, 0.5), (0.3, 0.75, 0.5), (24, 32.5, 25), (0.7, 0.25, 0.5), (0.2, 0.25, 0.5)][number]
            self.assert_calls(found, dict(zip("abc", expected)))

    def test_fields_of_multi_allelic_records(self):
        """GP: 0/0 0/1 1/1 0/2 1/2 2/2; HDS: each ALT of the first haplotype, then of the second."""
        records = [record("1", 10, "C", "T,A", "0.1,0.2,0.05,0.3,0.25,0.1:.  .:0.5,0.25,0.125,0.75 .:0.5,0.25", keys="GP:HDS")]
        self.assert_calls(self.sums(records, ["1 10 T C 1"], samples="a b c"), {"a": 0.55, "b": 0.625, "c": 0.5})
        self.assert_calls(self.sums(records, ["1 10 A C 1"], samples="a b c"), {"a": 0.75, "b": 1, "c": 0.25})
        self.assert_calls(self.sums(records, ["1 10 C T 1"], samples="a b c"), {"a": 0.7, "b": 0.375, "c": 0.25})
        self.assertEqual([row["allele_count"] for row in self.last.scores().values()], ["2", "2", "1"])
        columns = harness.SCORE_COLUMNS + " is_recessive"
        self.assert_calls(self.sums(records, ["1 10 A C 1 True"], samples="a b c", columns=columns), {"a": 0.1, "b": 0, "c": 0.25})
        self.assert_calls(self.sums(records, ["1 10 C A 1 True"], samples="a b c", columns=columns), {"a": 0.1, "b": 0, "c": 0.25})

    def test_probabilities_that_cannot_be(self):
        for keys, call, words in (("GP", "0,20,30", "phred-scaled"), ("GP", "0.5,0.6,0.1", "adds up to 1.2"), ("GP", "0.5,0.5,0.1,0", "4 number"),
                                  ("GP", "-0.1,1,0.1", "phred-scaled"), ("GP", "0,0,0", "adds up to 0"), ("GT:GP", "1:0.2,0.3,0.5", "3 number"),
                                  ("GT:GP", "0/1:0.5,0.5", "2 number"), ("HDS", "1.2,0", "0 to 1"), ("HDS", "0.1,0.2,0.3", "3 number"),
                                  ("GT:HDS", "0/1:0.5", "1 number"), ("HDS", "x", "'x'")):
            vcf = self.write_vcf("bad.vcf", "s", [record("1", 10, "C", "T", call, keys=keys)])
            run = self.try_score("--variants", vcf, "--model", self.write_score("g.txt", ["1 10 T C 1"]))
            self.assert_refused(run, 3, "sample column 1.*" + words)

    def test_a_missing_call_leaves_the_ploidy_to_its_probabilities(self):
        records = [record("X", 5000000, "C", "T", "./.:0.25,0.75 ./.:0.25,0,0.75 .:0.25,0.75", keys="GT:GP")]
        self.assert_calls(self.sums(records, ["X 5000000 T C 1"], samples="a b c"), {"a": 0.75, "b": 1.5, "c": 0.75})
        self.assertEqual([row["allele_count"] for row in self.last.scores().values()], ["1", "2", "1"])

    def test_rounded_probabilities_make_no_copies(self):
        records = [record("1", 10, "C", "T", "0.99,0.005,0 0.98,0.01,0.005 1.00,0.00,0.00", keys="GP")]
        self.assert_calls(self.sums(records, ["1 10 T C 1"], samples="a b c"), {"a": 0.005, "b": 0.02, "c": 0})
        self.assert_calls(self.sums(records, ["1 10 C T 1"], samples="a b c"), {"a": 1.995, "b": 1.98, "c": 2})

    def test_dosages_on_x_of_unknown_sex_are_flagged(self):
        records = [record("X", 5000000, "C", "T", "0.9:. .:0.5,0.5 .:0.5,0,0.5", keys="DS:GP"), record("X", 2000000, "C", "T", "1:. .:. .:.", keys="DS:GP")]
        rows = ["X 5000000 T C 1", "X 2000000 T C 10"]
        self.assert_calls(self.sums(records, rows, samples="a b c"), {"a": 10.9, "b": 0.5, "c": 1})
        self.assertEqual(self.counts()["assumed_diploid_calls"], 1)
        self.assertIn("assumed_diploid", self.run_record()["flags"])
        self.assert_calls(self.sums(records, rows, samples="a b c", sexes={"a": "male", "b": "male", "c": "male"}), {"a": 10.9, "b": 0.5, "c": 0.5})
        self.assertEqual(self.counts()["assumed_diploid_calls"], 0)
        self.assertNotIn("assumed_diploid", self.run_record()["flags"])

    def test_calls_of_no_sequence_are_not_the_effect_allele_and_counted(self):
        records = [record("1", 10, "C", "T,*,<NON_REF>", "0/2 1/3 2|3 1/1 ./2")]
        self.assert_calls(self.sums(records, ["1 10 T C 1"], samples="a b c d e"), {"a": 0, "b": 1, "c": 0, "d": 2, "e": 0})
        self.assertEqual(self.counts()["unspecific_calls"], 4)
        self.assert_calls(self.sums(records, ["1 10 C T 1"], samples="a b c d e"), {"a": 1, "b": 0, "c": 0, "d": 0, "e": 0})

    def test_the_sex_decides_about_males_on_x(self):
        records = [record("X", 2000000, "C", "T", "1/1 1/1 1/1"),  # PAR1
                   record("X", 5000000, "C", "T", "1/1 1/1 1/1"),
                   record("X", 6000000, "C", "T", "0/1 0/1 1")]
        rows = ["X 2000000 T C 1", "X 5000000 T C 10", "X 6000000 T C 100"]
        found = self.sums(records, rows, samples="m f n")
        self.assert_calls(found, {"m": 122, "f": 122, "n": 122})
        found = self.sums(records, rows, samples="m f n", sexes={"m": "male", "f": "female", "n": "1"})
        self.assert_calls(found, {"m": 2 + 10, "f": 122, "n": 2 + 10 + 100})
        self.assertEqual([row["allele_count"] for row in self.last.scores().values()], ["3", "6", "4"])
        self.assertEqual(self.last.sites()["g", 3]["missing"], "1")

    def test_a_heterozygous_male_is_missing_whatever_the_alleles(self):
        """1/2 is heterozygous for every row of the site, 0/2 too."""
        records = [record("X", 5000000, "T", "C,G", "1/2 1/2 2/2"), record("X", 6000000, "T", "C,G", "0/2 0/2 0")]
        rows = ["X 5000000 C T 1", "X 5000000 T C 10", "X 6000000 C T 100"]
        found = self.sums(records, rows, samples="m f n", sexes={"m": "male", "f": "female", "n": "male"})
        self.assert_calls(found, {"m": 0, "f": 1, "n": 0})
        self.assertEqual([row["allele_count"] for row in self.last.scores().values()], ["0", "6", "3"])
        self.assertEqual([row["missing"] for _, row in sorted(self.last.sites().items())], ["1", "1", "1"])

    def test_dosages_without_gt_take_the_ploidy_of_the_sex(self):
        records = [record("X", 5000000, "C", "T", "0.9 0.9", keys="DS")]
        found = self.sums(records, ["X 5000000 C T 1"], samples="m f", sexes={"m": "male", "f": "female"})
        self.assert_calls(found, {"m": 0.1, "f": 1.1})

    def test_mitochondria_are_haploid(self):
        records = [record("MT", 10, "C", "T", "1/1:. 1:. 0/1:. 0/1:0.3 0:.", keys="GT:AF")]
        found = self.sums(records, ["MT 10 T C 1"], samples="a b c d e")
        self.assert_calls(found, {"a": 1, "b": 1, "c": 0, "d": 0.3, "e": 0})
        self.assertEqual([row["allele_count"] for row in self.last.scores().values()], ["1", "1", "0", "1", "1"])
        self.assertEqual(self.last.sites()["g", 1]["missing"], "1")

    def test_quality_limits_make_calls_missing(self):
        records = [record("1", 10, "C", "T", "0/1:20:10 0/1:19:10 0/1:20:9 0/1:99:99", keys="GT:GQ:DP")]
        rows = ["1 10 T C 1"]
        self.assert_calls(self.sums(records, rows, samples="a b c d"), {"a": 1, "b": 1, "c": 1, "d": 1})
        self.assert_calls(self.sums(records, rows, "--min-gq", "20", samples="a b c d"), {"a": 1, "b": 0, "c": 1, "d": 1})
        self.assert_calls(self.sums(records, rows, "--min-dp", "10", samples="a b c d"), {"a": 1, "b": 1, "c": 0, "d": 1})
        self.assert_calls(self.sums(records, rows, "--min-dp", "10", "--min-gq", "20", samples="a b c d"),
                          {"a": 1, "b": 0, "c": 0, "d": 1})
        self.assertEqual((self.last.sites()["g", 1]["observed"], self.last.sites()["g", 1]["missing"]), ("2", "2"))

    def test_filtered_sites(self):
        records = [record("1", 10, "C", "T", "0/1", filter="PASS", info="R2=0.5"), record("1", 20, "C", "T", "0/1", filter="q10", info="R2=0.9"),
                   record("1", 30, "C", "T", "0/1", info="DR2=0.4"), record("1", 40, "C", "T", "0/1", info="INFO=0.6")]
        rows = [f"1 {position} T C 1" for position in (10, 20, 30, 40)]
        self.assertEqual(self.sums(records, rows), {"s": 4})
        self.assertEqual(self.sums(records, rows, "--pass-only"), {"s": 3})
        self.assertEqual(self.last.states(), {1: "matched", 2: "filtered", 3: "matched", 4: "matched"})
        self.assertEqual(self.sums(records, rows, "--min-r2", "0.5"), {"s": 3})
        self.assertEqual(self.last.states(), {1: "matched", 2: "matched", 3: "filtered", 4: "matched"})
        self.assertEqual(self.last.scores()["s", "g"]["rows_used"], "3")


class MissingTest(harness.VariskTest):
    """What a missing genotype and an absent site add."""

    COLUMNS = harness.SCORE_COLUMNS + " is_dominant is_recessive allelefrequency_effect"

    def setUp(self):
        super().setUp()
        calls = "0/0 0/1 1/1 ./."
        self.vcf = self.write_vcf("c.vcf", "a b c d", [record("1", n, "A", "G", calls) for n in (10, 20, 30)])
        self.rows = ["1 10 G A 1 False False {0}", "1 20 G A 10 True False {0}", "1 30 G A 100 False True {0}"]

    def run_rows(self, frequency, *options):
        rows = [row.format(frequency).split() for row in self.rows]
        score = self.write_score("s.txt", [row + [""] * (8 - len(row)) for row in rows], self.COLUMNS)
        return self.score("--variants", self.vcf, "--model", score, "--sites", "all", *options)

    def test_imputation_by_the_frequency_of_the_row(self):
        run = self.run_rows("0.3")
        self.assert_near(run.sums()["d"], 0.6 + 10 * (1 - 0.49) + 100 * 0.09)
        row = run.scores()["d", "s"]
        self.assertEqual((row["rows_imputed"], row["allele_count"], float(row["observed_fraction"])), ("3", "6", 0.0))
        self.assertEqual([site["imputed"] for site in run.sites().values()], ["1", "1", "1"])

    def test_a_row_without_frequency_adds_nothing(self):
        run = self.run_rows("")
        self.assertEqual(run.sums()["d"], 0)
        row = run.scores()["d", "s"]
        self.assertEqual((row["rows_imputed"], row["allele_count"], row["average"]), ("0", "0", "NA"))

    def test_imputation_by_the_cohort(self):
        run = self.run_rows("0.3", "--impute", "cohort")
        self.assert_near(run.sums()["d"], 1 + 10 * 0.75 + 100 * 0.25)
        run = self.run_rows("0.3", "--impute", "cohort", "--impute-model", "plink2")
        self.assert_near(run.sums()["d"], 1 + 10 * 0.5 + 100 * 0.5)

    def test_no_imputation(self):
        run = self.run_rows("0.3", "--impute", "none")
        self.assertEqual(run.sums()["d"], 0)
        self.assertEqual(run.scores()["d", "s"]["allele_count"], "0")
        for sample, expected in (("a", 0), ("b", 11), ("c", 112)):
            self.assert_near(run.sums()[sample], expected)

    def test_a_site_nobody_was_called_at_has_no_cohort_frequency(self):
        vcf = self.write_vcf("n.vcf", "a b", [record("1", 10, "A", "G", "./. ./."), record("1", 20, "A", "G", "0/1 1/1")])
        run = self.score("--variants", vcf, "--model", self.write_score("s.txt", ["1 10 G A 1", "1 20 G A 10"]), "--impute", "cohort")
        self.assert_sums(run, {"a": 10, "b": 20})
        self.assertEqual(run.scores()["a", "s"]["allele_count"], "2")

    @harness.needs_option("--frequencies")
    def test_frequencies_of_a_vcf_and_of_plink2(self):
        rows = self.write_score("s.txt", ["1 10 G A 1", "1 20 A G 10", "1 30 C T 100"])
        vcf = self.write_vcf("f.vcf", "a b", [record("1", 10, "A", "G", "./. 0/1"), record("1", 20, "A", "G", "./. 0/1"),
                                             record("1", 30, "A", "G", "./. 0/1")])
        sites = self.write_vcf("af.vcf", "", [record("1", n, "A", "G", "", info=f"AF={af}")[:8] for n, af in ((10, 0.1), (20, 0.2), (30, 0.3))])
        expected = {"a": 0.2 + 10 * 1.6 + 100 * 0.6, "b": 1 + 10 + 100}
        self.assert_sums(self.score("--variants", vcf, "--model", rows, "--frequencies", sites), expected, scale=200)
        afreq = self.write("ref.afreq", "#CHROM\tID\tREF\tALT\tALT_FREQS\tOBS_CT\n1\t1:10:A:G\tA\tG\t0.1\t1000\n"
                                        "1\t1:20:A:G\tA\tG\t0.2\t1000\n1\t1:30:A:G\tA\tG\t0.3\t1000\n")
        self.assert_sums(self.score("--variants", vcf, "--model", rows, "--frequencies", afreq), expected, scale=200)

    def test_an_absent_site_is_like_a_missing_call(self):
        rows = ["1 10 G A 1 0.25", "1 999 G A 10 0.25", "1 20 G A 1 ", "1 30 G A 1 "]
        score = self.write_score("s.txt", [row.split(" ") for row in rows], harness.SCORE_COLUMNS + " allelefrequency_effect")
        run = self.score("--variants", self.vcf, "--model", score, "--sites", "all")
        self.assertEqual(run.states(), {1: "matched", 2: "absent", 3: "matched", 4: "matched"})
        self.assert_sums(run, {"a": 5, "b": 3 + 5, "c": 6 + 5, "d": 0.5 + 5})
        self.assertEqual(run.scores()["a", "s"]["rows_imputed"], "1")
        self.assertEqual(run.scores()["a", "s"]["rows_used"], "3")

    def test_haploid_calls_are_imputed_with_one_copy(self):
        vcf = self.write_vcf("x.vcf", "m f", [record("X", 5000000, "A", "G", "./. ./."), record("MT", 5, "A", "G", ". .")])
        score = self.write_score("s.txt", ["X 5000000 G A 1 0.3", "MT 5 G A 10 0.3"], harness.SCORE_COLUMNS + " allelefrequency_effect")
        sheet = self.write("s.tsv", "sample_id\tsex\nm\tmale\nf\tfemale\n")
        run = self.score("--variants", vcf, "--model", score, "--samples", sheet)
        self.assert_sums(run, {"m": 0.3 + 3, "f": 0.6 + 3})

    def test_nobody_depends_on_who_else_is_there(self):
        one = self.run_rows("0.3")
        self.vcf = self.write_vcf("few.vcf", "d", [record("1", n, "A", "G", "./.") for n in (10, 20, 30)])
        few = self.run_rows("0.3")
        self.assertEqual(one.scores()["d", "s"], few.scores()["d", "s"])


if __name__ == "__main__":
    harness.main()
