"""Which record a row of a scoring file matches, in which state it ends, and which allele is counted."""

import harness
from harness import record


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


if __name__ == "__main__":
    harness.main()
