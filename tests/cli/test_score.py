"""`varisk score` on inputs small enough to be added up by hand."""

import json
import unittest
from fractions import Fraction

import harness
from harness import record

SAMPLES = "anna ben cleo dan"


def records():
    return [
        record("1", 100, "A", "G", "0/0 0/1 1/1 0|1", id="rs1"),
        record("1", 200, "C", "T", "0/1 0/0 0/1 1/1", id="rs2"),
        record("1", 300, "G", "A,T", "0/1 1/2 2/2 0/2", id="rs3"),
        record("2", 50, "CAT", "C", "0/0 0/1 1|1 0/0", id="rs4"),
    ]


ROWS = ["1 100 G A 0.5", "1 200 C T -0.25", "1 300 T G 2", "2 50 C CAT 1"]
# effect copies: 0 1 2 1 / 1 2 1 0 / 0 1 2 1 / 0 1 2 0
SUMS = {"anna": -0.25, "ben": 3.0, "cleo": 6.75, "dan": 2.5}


def logistic_model(**changed):
    model = {
        "format": "varisk-model/1", "id": "m1", "outcome": "disease", "classes": ["no", "yes"], "family": "binomial",
        "features": {
            "age": {"type": "covariate", "column": "age", "value": "number", "unit": "years", "range": [18, 110],
                    "out_of_range": "error", "missing": "na"},
            "sex": {"type": "covariate", "column": "sex", "value": "category", "levels": ["female", "male"],
                    "unknown_level": "error", "missing": "na"},
            "prs": {"type": "score", "score": "toy", "mean": 1.0, "sd": 2.0},
            "rs1": {"type": "variant", "contig": "1", "position": 100, "ref": "A", "alt": "G", "effect_allele": "G",
                    "coding": "dominant"},
        },
        "intercept": -1.0,
        "terms": [
            {"name": "age", "coefficient": 0.05, "reference": 50, "factors": [{"feature": "age"}]},
            {"name": "male", "coefficient": 0.3, "factors": [{"feature": "sex", "level": "male"}]},
            {"name": "score", "coefficient": 0.8, "factors": [{"feature": "prs"}]},
            {"name": "carrier", "coefficient": -0.4, "factors": [{"feature": "rs1"}]},
            {"name": "age x score", "coefficient": 0.02,
             "factors": [{"feature": "age", "center": 50, "scale": 10}, {"feature": "prs"}]},
        ],
        "bands": [{"name": "low", "below": 0.3}, {"name": "middle", "below": 0.9}, {"name": "high"}],
    }
    model.update(changed)
    return {key: value for key, value in model.items() if value is not None}


COVARIATES = "sample_id\tage\tsex\nanna\t40\tfemale\nben\t61\tmale\ncleo\t50\tfemale\ndan\t75.5\tmale\n"
AGES = {"anna": 40, "ben": 61, "cleo": 50, "dan": 75.5}
CARRIER = {"anna": 0, "ben": 1, "cleo": 1, "dan": 1}


def predictor(sample):
    prs = (SUMS[sample] - 1.0) / 2.0
    return (-1.0 + 0.05 * AGES[sample] + 0.3 * (sample in ("ben", "dan")) + 0.8 * prs - 0.4 * CARRIER[sample] +
            0.02 * (AGES[sample] - 50) / 10 * prs)


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
        import gzip
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


class MatchingTest(harness.VariskTest):
    """Which state a row ends in, and which allele is counted."""

    def states_of(self, records, rows, *options, columns=harness.SCORE_COLUMNS, samples="s"):
        vcf = self.write_vcf("m.vcf", samples, records)
        score = self.write_score("m.txt", rows, columns)
        self.last = self.score("--variants", vcf, "--model", score, "--sites", "all", "--min-match", "0", *options)
        return [state for _, state in sorted(self.last.states().items())]

    def test_every_allele_can_be_the_effect_allele(self):
        records = [record("1", 10, "A", "C,G", "0/1"), record("1", 20, "A", "C,G", "1/2"), record("1", 30, "T", "C,G", "2/2")]
        rows = ["1 10 A C 1", "1 20 C A 10", "1 20 G A 100", "1 30 G C 1000", "1 30 C T 10000"]
        self.assertEqual(self.states_of(records, rows, "--palindromic", "keep"), ["matched"] * 5)
        self.assert_sums(self.last, {"s": 1 + 10 + 100 + 2000})

    def test_strand_flips_are_found_after_the_alleles_as_given(self):
        records = [record("1", 10, "A", "C", "0/1"), record("1", 20, "GCAT", "G", "0/1"), record("1", 30, "AC", "A", "0/0"),
                   record("1", 40, "A", "C", "0/0"), record("1", 40, "T", "G", "1/1")]
        rows = ["1 10 G T 1",        # C/A
                "1 20 ATGC C 10",    # GCAT/G
                "1 30 T GT 100",     # A/AC: one copy of the effect allele A for each AC deletion
                "1 40 G T 1000"]     # both records fit; T>G as given wins over A>C flipped
        self.assertEqual(self.states_of(records, rows), ["flipped", "flipped", "flipped", "matched"])
        self.assert_sums(self.last, {"s": 1 + 10 + 0 + 2000})
        self.assertEqual([row["flipped"] in ("true", "1", "yes", "True") for _, row in sorted(self.last.sites().items())],
                         [True, True, True, False])

    def test_complement_without_reversal_is_no_match(self):
        self.assertEqual(self.states_of([record("1", 20, "TACG", "T", "0/1")], ["1 20 ATGC A 1"]), ["allele_mismatch"])

    def test_unknown_other_allele(self):
        records = [record("1", 10, "A", "C", "0/1"), record("1", 20, "G", "A,C", "1/1"), record("1", 30, "A", "AT", "1/1"),
                   record("1", 40, "A", "C", "0/0")]
        rows = [["1", "10", "C", "", "1"], ["1", "20", "A", "", "10"], ["1", "30", "AT", "", "100"], ["1", "40", "A", "C/G", "1000"]]
        self.assertEqual(self.states_of(records, rows), ["matched", "matched", "ambiguous", "matched"])
        self.assert_sums(self.last, {"s": 1 + 20 + 2000})
        self.assertEqual(self.last.sites()["m", 1]["variant"], "1:10:C:?")

    def test_columns_that_name_the_other_allele(self):
        records = [record("1", 10, "A", "C", "0/1"), record("1", 20, "G", "A", "1/1")]
        self.assertEqual(self.states_of(records, ["1 10 C A 1", "1 20 G A 10"],
                                        columns="chr_name chr_position effect_allele reference_allele effect_weight"),
                         ["matched", "matched"])
        self.assert_sums(self.last, {"s": 1})
        rows = [["1", "10", "C", "1", "1", "10", "A"], ["1", "20", "G", "10", "1", "20", "A/T"]]
        self.assertEqual(self.states_of(records, rows, columns="chr_name chr_position effect_allele effect_weight hm_chr hm_pos "
                                                               "hm_inferOtherAllele"), ["matched", "matched"])
        self.assertEqual([row["variant"] for _, row in sorted(self.last.sites().items())], ["1:10:C:A", "1:20:G:?"])

    def test_palindromic_rows(self):
        records = [record("1", 10, "A", "T", "0/1"), record("1", 20, "C", "G", "0/1"), record("1", 30, "AT", "A", "0/1"),
                   record("1", 40, "A", "G", "0/1")]
        rows = ["1 10 T A 1", "1 20 G C 10", "1 30 A AT 100", "1 40 G A 1000"]
        self.assertEqual(self.states_of(records, rows), ["ambiguous", "ambiguous", "matched", "matched"])
        self.assert_sums(self.last, {"s": 1100})
        self.assertEqual(self.states_of(records, rows, "--palindromic", "keep"), ["matched"] * 4)
        self.assert_sums(self.last, {"s": 1111})

    @harness.needs_option("--palindromic", "frequency")
    def test_palindromic_by_frequency(self):
        calls = "0/1 1/1"
        records = [record("1", 10 * n, "A", "T", calls, info=info) for n, info in enumerate(
            ("AF=0.2", "AF=0.8", "AF=0.5", "AF=0.2", ".", "AF=0.7"), 1)]
        rows = ["1 10 T A 1 0.25", "1 20 T A 10 0.1", "1 30 T A 100 0.1", "1 40 T A 1000 0.45", "1 50 T A 10000 0.1",
                "1 60 A T 100000 0.35"]
        columns = harness.SCORE_COLUMNS + " allelefrequency_effect"
        found = self.states_of(records, rows, "--palindromic", "frequency", columns=columns, samples="p q")
        self.assertEqual(found, ["matched", "flipped", "ambiguous", "ambiguous", "ambiguous", "matched"])
        # row 2: the effect allele T of the other strand is A here
        self.assert_sums(self.last, {"p": 1 + 10 + 100000, "q": 2})

    @harness.needs_option("--frequencies")
    def test_palindromic_by_the_frequencies_of_a_file(self):
        records = [record("1", 10, "A", "T", "0/1", id="v1"), record("1", 20, "A", "T", "1/1", id="v2")]
        rows = ["1 10 T A 1 0.2", "1 20 T A 10 0.2"]
        columns = harness.SCORE_COLUMNS + " allelefrequency_effect"
        sites = self.write_vcf("af.vcf", "", [record("1", 10, "A", "T", "", info="AF=0.3")[:8],
                                             record("1", 20, "A", "T", "", info="AF=0.9")[:8]])
        found = self.states_of(records, rows, "--palindromic", "frequency", "--frequencies", sites, columns=columns)
        self.assertEqual(found, ["matched", "flipped"])
        self.assert_sums(self.last, {"s": 1})

    def test_duplicate_rows(self):
        records = [record("1", 10, "A", "G", "0/1"), record("1", 20, "C", "T", "1/1"), record("1", 30, "C", "A", "1/1")]
        rows = ["1 10 G A 1", "1 20 T C 10", "1 10 G A 100", "1 10 A G 1000", "1 30 A C 10000"]
        self.assertEqual(self.states_of(records, rows), ["duplicate", "matched", "duplicate", "matched", "matched"])
        self.assert_sums(self.last, {"s": 1000 + 20 + 20000})
        self.assertEqual(self.states_of(records, rows, "--duplicate-rows", "first"),
                         ["matched", "matched", "duplicate", "matched", "matched"])
        self.assert_sums(self.last, {"s": 1 + 1000 + 20 + 20000})
        self.assertEqual(self.states_of(records, rows, "--duplicate-rows", "sum"), ["matched"] * 5)
        self.assert_sums(self.last, {"s": 101 + 1000 + 20 + 20000})

    def test_a_row_and_its_other_strand_are_duplicates(self):
        records = [record("1", 10, "A", "G", "0/1")]
        self.assertEqual(self.states_of(records, ["1 10 G A 1", "1 10 C T 10"]), ["duplicate", "duplicate"])
        self.assertEqual(self.states_of(records, ["1 10 G A 1", "1 10 C T 10"], "--duplicate-rows", "sum"), ["matched", "flipped"])
        self.assert_sums(self.last, {"s": 11})

    def test_rows_that_cannot_be_used_are_counted(self):
        records = [record("1", 10, "A", "G", "0/1"), record("1", 20, "A", "G", "0/1")]
        rows = ["1 10 G A 1", "1 20 C T 1", "1 20 T G 1", "1 20 N A 1", "1 30 G A 1", "6 40 HLA-A*24 A 1"]
        self.assertEqual(self.states_of(records, rows, "--absent", "missing"),
                         ["matched", "flipped", "allele_mismatch", "unsupported", "absent", "unsupported"])
        self.assertEqual(self.last.matches(), {"matched": 1, "flipped": 1, "allele_mismatch": 1, "unsupported": 2, "absent": 1})
        self.assertEqual((self.last.scores()["s", "m"]["rows_used"], self.last.scores()["s", "m"]["rows_total"]), ("2", "6"))

    def test_haplotypes_and_interactions_are_unsupported(self):
        for column in ("is_haplotype", "is_diplotype", "is_interaction"):
            found = self.states_of([record("1", 10, "A", "G", "0/1"), record("1", 20, "A", "G", "0/1")],
                                   ["1 10 G A 1 True", "1 20 G A 1 False"], columns=harness.SCORE_COLUMNS + " " + column)
            self.assertEqual(found, ["unsupported", "matched"], column)

    def test_harmonised_positions_are_the_only_ones(self):
        columns = "chr_name chr_position effect_allele other_allele effect_weight hm_chr hm_pos"
        rows = [["1", "999", "G", "A", "1", "1", "10"], ["1", "10", "G", "A", "10", "", ""], ["1", "10", "G", "A", "100", "1", ""]]
        self.assertEqual(self.states_of([record("1", 10, "A", "G", "0/1")], rows, columns=columns),
                         ["matched", "not_harmonised", "not_harmonised"])
        self.assert_sums(self.last, {"s": 1})

    def test_indels_are_compared_trimmed(self):
        records = [record("1", 10, "CAT", "C", "0/1"), record("1", 50, "GTCA", "GA", "0/1")]
        rows = ["1 10 CG CATG 1",  # one base more behind
                "1 9 GC GCAT 10",  # one before
                "1 50 G GTC 100"]  # one less behind
        self.assertEqual(self.states_of(records, rows, "--duplicate-rows", "sum"), ["matched"] * 3)
        self.assert_sums(self.last, {"s": 111})

    def test_repeats_with_one_unit_more_and_one_less(self):
        """GT>G and GT>GTT of one record, each as a row with REF; trimmed, G and GTT are each other's mirror image."""
        records = [record("1", 10, "GT", "G,GTT", "1/2 0/1 2/2"), record("1", 30, "GTA", "GA,GTTA", "1/2 0/1 2/2")]
        rows = ["1 10 G GT 1", "1 10 GTT GT 10", "1 10 GT G 100", "1 30 GA GTA 1000", "1 30 GTTA GTA 10000", "1 30 GTA GTTA 100000"]
        self.assertEqual(self.states_of(records, rows, samples="a b c"), ["matched"] * 6)
        self.assert_sums(self.last, {"a": 1 + 10 + 1000 + 10000, "b": 1 + 100 + 1000 + 100000, "c": 20 + 20000})

    def test_a_site_on_several_lines_is_one_site(self):
        records = [record("1", 10, "A", "C", "0/1 0/0"), record("1", 10, "A", "G", "0/0 1/1"), record("1", 10, "AT", "A", "0/0 0/1")]
        rows = ["1 10 C A 1", "1 10 G A 10", "1 10 A AT 100"]
        self.assertEqual(self.states_of(records, rows, samples="s t"), ["matched"] * 3)
        self.assert_sums(self.last, {"s": 1, "t": 120})
        self.assertEqual([row["record_variant"] for _, row in sorted(self.last.sites().items())],
                         ["1:10:A:C", "1:10:A:G", "1:10:AT:A"])

    def test_star_and_symbolic_alleles_are_no_copies(self):
        records = [record("1", 10, "A", "G,*", "1/2"), record("1", 20, "A", "*,G", "0/2"), record("1", 30, "A", "G,<DEL>", "0/1")]
        self.assertEqual(self.states_of(records, ["1 10 G A 1", "1 20 A G 10", "1 30 G A 100"]), ["matched"] * 3)
        self.assert_sums(self.last, {"s": 111})

    def test_lower_case_alleles_are_the_same_alleles(self):
        self.assertEqual(self.states_of([record("1", 10, "a", "G", "0/1")], ["1 10 g A 1"]), ["matched"])
        self.assert_sums(self.last, {"s": 1})


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
        import math
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
        import math
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
        import math
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
        import gzip
        plain = self.risk(logistic_model())
        quoted = self.write("cov.csv", 'note,sample_id,"age",sex\n"x, ""y""",anna,40,female\n,ben,"61",male\n,cleo,50,female\n,dan,75.5,male\n')
        packed = self.write("cov.csv.gz", gzip.compress(quoted.read_bytes()))
        crlf = self.write("crlf.tsv", COVARIATES.replace("\n", "\r\n"))
        mixed = self.write("order.tsv", "\n".join([COVARIATES.split("\n")[i] for i in (0, 4, 2, 1, 3)]) + "\n")
        for table in (quoted, packed, crlf, mixed):
            self.assert_same_tables(plain, self.risk(logistic_model(), covariates=table))

    def test_transformations(self):
        import math
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
