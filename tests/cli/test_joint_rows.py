"""Rows about several sites: interactions and haplotypes."""

import itertools

import harness
from harness import record

INTERACTION = harness.SCORE_COLUMNS + " is_interaction"
HAPLOTYPE = harness.SCORE_COLUMNS + " is_haplotype"


class JointRowsTest(harness.VariskTest):
    def run_rows(self, records, rows, columns, *options, samples="s"):
        vcf = self.write_vcf("m.vcf", samples, records)
        model = self.write_score("m.txt", rows, columns)
        return self.score("--variants", vcf, "--model", model, "--sites", "all", "--min-match", "0", *options)

    def states(self, run):
        return [state for _, state in sorted(run.states().items())]

    def test_interactions_are_products_of_copies(self):
        names = [f"s{a}{b}" for a in range(4) for b in range(4)]
        calls = ["0/0", "0/1", "1|1", "./."]
        records = [record("1", 10, "A", "G", [calls[a] for a in range(4) for _ in range(4)]),
                   record("2", 20, "C", "T", [calls[b] for _ in range(4) for b in range(4)])]
        rows = [["1_x_2", "10_x_20", "G_x_C", "A_x_T", "0.5", "True"], ["1", "10", "G", "A", "10", "False"]]
        run = self.run_rows(records, rows, INTERACTION, samples=names)
        self.assertEqual(self.states(run), ["matched", "matched"])
        expected = {f"s{a}{b}": (0.5 * a * (2 - b) if a < 3 and b < 3 else 0) + (10 * a if a < 3 else 0) for a in range(4) for b in range(4)}
        self.assert_sums(run, expected)
        self.assertEqual(run.sites()["m", 1]["variant"], "1:10:G:A_x_2:20:C:T")
        self.assertEqual((run.sites()["m", 1]["observed"], run.sites()["m", 1]["missing"]), ("9", "7"))
        row = run.scores()["s03", "m"]
        self.assertEqual((row["rows_used"], row["allele_count"], row["rows_imputed"], row["observed_fraction"]), ("2", "2", "0", "0.5"))

    def test_dosages_and_three_sites_on_one_contig(self):
        records = [record("7", 10, "A", "G", "0.5 1", keys="DS"), record("7", 20, "A", "G", "1.5 2", keys="DS"), record("7", 30, "A", "G", "2 2", keys="DS")]
        run = self.run_rows(records, [["7", "10_x_20_x_30", "G_x_G_x_G", "A_x_A_x_A", "8", "True"]], INTERACTION, samples="a b")
        self.assert_sums(run, {"a": 8 * 0.5 * 1.5 * 2, "b": 8 * 4})

    def test_the_state_is_that_of_the_worst_site(self):
        records = [record("1", 10, "A", "G", "0/1"), record("1", 20, "A", "G", "0/1"), record("1", 30, "A", "T", "0/1"), record("1", 40, "C", "A", "0/1")]
        pairs = [("10_x_20", "G_x_G", "A_x_A"), ("10_x_20", "C_x_G", "T_x_A"), ("10_x_99", "G_x_G", "A_x_A"), ("10_x_40", "G_x_T", "A_x_C"),
                 ("10_x_30", "G_x_T", "A_x_A")]
        rows = [["1", position, effect, other, str(10 ** n), "True"] for n, (position, effect, other) in enumerate(pairs)]
        run = self.run_rows(records, rows, INTERACTION)
        self.assertEqual(self.states(run), ["matched", "flipped", "absent", "allele_mismatch", "ambiguous"])
        self.assert_sums(run, {"s": 11})
        self.assertRegex(run.sites()["m", 4]["reason"], "^1:40: ")
        self.assertEqual(self.states(self.run_rows(records, rows, INTERACTION, "--palindromic", "keep"))[4], "matched")

    def test_interactions_by_id(self):
        records = [record("1", 10, "A", "G", "0/1", id="rs1"), record("2", 20, "C", "T", "1/1", id="rs2")]
        run = self.run_rows(records, [["rs1_x_rs2", "G_x_T", "A_x_C", "3", "True"]], "rsID effect_allele other_allele effect_weight is_interaction",
                            "--match-by", "id")
        self.assert_sums(run, {"s": 6})
        self.assertEqual(run.sites()["m", 1]["variant"], "rs1:G:A_x_rs2:T:C")

    def test_haplotypes_of_every_pair_of_calls(self):
        """Where two sites are heterozygous the phase decides, and is not read: no value."""
        calls = ("0/0", "0/1", "1/1")
        pairs = list(itertools.product(range(3), repeat=2))
        records = [record("19", 10, "T", "C", [calls[a] for a, _ in pairs]), record("19", 20, "C", "T", [calls[b] for _, b in pairs])]
        names = [f"s{a}{b}" for a, b in pairs]
        run = self.run_rows(records, [["19", "10;20", "C;T", "T;C", "1", "True"]], HAPLOTYPE, samples=names)
        self.assertEqual(self.states(run), ["matched"])
        known = {(a, b): min(a, b) for a, b in pairs if (a, b) != (1, 1)}
        self.assert_sums(run, {f"s{a}{b}": known.get((a, b), 0) for a, b in pairs})
        self.assertEqual(run.scores()["s11", "m"]["observed_fraction"], "0")
        self.assertEqual(run.scores()["s01", "m"]["observed_fraction"], "1")

    def test_rows_that_name_no_sites_say_what_they_say(self):
        records = [record("1", 10, "A", "G", "0/1")]
        rows = [["1", "10", "G", "A", "1", "False", "False"], ["6", "5", "HLA-A*24", "", "1", "True", "False"], ["1", "10_x_20", "G_x_N", "A_x_C", "1", "False", "True"],
                ["1", "10_x_20", "G", "A", "1", "False", "True"], ["1", "10;20", "G;G", "A;A", "1", "True", "True"]]
        run = self.run_rows(records, rows, harness.SCORE_COLUMNS + " is_haplotype is_interaction")
        self.assertEqual(self.states(run), ["matched"] + ["unsupported"] * 4)
        self.assertRegex(run.sites()["m", 2]["reason"], r"haplotype that does not name its sites.*HLA-A\*24")
        self.assertRegex(run.sites()["m", 3]["reason"], "interaction that does not name its sites.*G_x_N")
        self.assertEqual(run.scores()["s", "m"]["rows_total"], "5")

    def test_threads_and_files_do_not_matter(self):
        names = [f"s{n}" for n in range(30)]
        records = [record(contig, 10 * n, "A", "G", [("0/0", "0/1", "1/1", "./.")[(n * k) % 4] for k in range(30)]) for contig in "12" for n in range(1, 200)]
        rows = [["1_x_2", f"{10 * n}_x_{10 * (200 - n)}", "G_x_A", "A_x_G", f"0.{n}", "True"] for n in range(1, 200)]
        vcf = self.write_vcf("m.vcf", names, records)
        model = self.write_score("m.txt", rows, INTERACTION)
        one = self.score("--variants", vcf, "--model", model, "--threads", "1")
        packed = self.write_bgzf("m.vcf.gz", harness.vcf_text(names, records), 900)
        self.assert_same_tables(one, self.score("--variants", packed, "--model", model, "--threads", "2"), but=("samples.tsv",))
        parts = [self.write_vcf(f"{contig}.vcf", names, [line for line in records if line[0] == contig]) for contig in "21"]
        self.assert_same_tables(one, self.score("--variants", *parts, "--model", model), but=("samples.tsv",))


if __name__ == "__main__":
    harness.main()
