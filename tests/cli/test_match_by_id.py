"""--match-by id: rows and records joined by their ids, positions and builds left aside."""

import random
import shutil
import subprocess
import unittest

import cohorts
import harness
from harness import record

COLUMNS = "rsID effect_allele other_allele effect_weight"


class MatchByIdTest(harness.VariskTest):
    def run_ids(self, records, rows, *options, columns=COLUMNS, samples="s", **header):
        vcf = self.write_vcf("m.vcf", samples, records)
        model = self.write_score("m.txt", rows, columns, **header)
        return self.score("--variants", vcf, "--model", model, "--match-by", "id", "--sites", "all", "--min-match", "0", *options)

    def states_of(self, *arguments, **named):
        self.last = self.run_ids(*arguments, **named)
        return [state for _, state in sorted(self.last.states().items())]

    def test_alleles_are_compared_as_by_position(self):
        records = [record("1", 10, "A", "G", "0/1", id="rs1"), record("1", 20, "A", "G", "0/1", id="rs2"), record("1", 30, "A", "G,C", "0/2", id="rs3"),
                   record("2", 5, "A", "G", "1/1", id="rs4"), record("2", 7, "CAG", "CA", "0/1", id="rs5"), record("2", 9, "A", "T", "0/1", id="rs6")]
        rows = [["rs1", "G", "A", "1"], ["rs2", "C", "T", "10"], ["rs3", "A", "", "100"], ["rs4", "T", "G", "1000"], ["rs5", "A", "AG", "10000"],
                ["rs6", "T", "A", "1"], ["rs7", "G", "A", "1"]]
        self.assertEqual(self.states_of(records, rows), ["matched", "flipped", "matched", "allele_mismatch", "matched", "ambiguous", "absent"])
        self.assert_sums(self.last, {"s": 1 + 10 + 100 + 10000})
        self.assertEqual(self.last.sites()["m", 1]["variant"], "rs1:G:A")
        self.assertEqual(self.last.sites()["m", 3]["record_variant"], "1:30:A:G,C")

    def test_a_record_may_have_several_ids_and_a_site_several_lines(self):
        records = [record("1", 10, "A", "G", "0/1", id="rs1;rs2"), record("1", 20, "A", "G", "0/1", id="rs3"), record("1", 20, "A", "C", "1/1", id="rs3")]
        rows = [["rs2", "G", "A", "1"], ["rs1", "A", "G", "10"], ["rs3", "C", "A", "100"], ["rs3", "G", "A", "1000"]]
        self.assertEqual(self.states_of(records, rows), ["matched"] * 4)
        self.assert_sums(self.last, {"s": 1 + 10 + 200 + 1000})

    def test_ids_of_any_kind(self):
        records = [record("chr1", 10, "A", "G", "0/1", id="1:10:A:G"), record("chr1", 20, "A", "G", "1/1", id="exm12")]
        for column in ("ID", "variant_id", "rsid"):
            self.assertEqual(self.states_of(records, [["1:10:A:G", "G", "A", "1"], ["exm12", "G", "A", "10"]],
                                            columns=COLUMNS.replace("rsID", column)), ["matched"] * 2)
            self.assert_sums(self.last, {"s": 21})

    def test_the_harmonised_id_comes_first(self):
        records = [record("1", 10, "A", "G", "0/1", id="rs1"), record("1", 20, "A", "G", "1/1", id="rs2")]
        rows = [["rs9", "G", "A", "1", "rs1", "", ""], ["rs2", "G", "A", "10", "", "1", "999"]]
        self.assertEqual(self.states_of(records, rows, columns=COLUMNS + " hm_rsID hm_chr hm_pos"), ["matched"] * 2)
        self.assert_sums(self.last, {"s": 21})

    def test_rows_without_id_are_unsupported(self):
        records = [record("1", 10, "A", "G", "0/1", id="rs1"), record("1", 20, "A", "G", "0/1")]
        rows = [["rs1", "G", "A", "1"], ["", "G", "A", "10"], [".", "G", "A", "100"], ["NA", "G", "A", "1000"]]
        self.assertEqual(self.states_of(records, rows), ["matched"] + ["unsupported"] * 3)
        self.assertEqual(self.last.sites()["m", 2]["reason"], "no id")

    def test_an_id_at_several_positions_is_ambiguous(self):
        records = [record("1", 10, "A", "G", "0/1 1/1", id="rs1"), record("1", 20, "A", "G", "0/1 ./.", id="rs2"),
                   record("2", 10, "A", "G", "1/1 1/1", id="rs1"), record("2", 20, "C", "T", "1/1 1/1", id="rs2"), record("2", 30, "C", "A", "1/1 0/1", id="rs4")]
        rows = [["rs1", "G", "A", "1"], ["rs2", "G", "C", "10"], ["rs4", "C", "A", "100"]]
        self.assertEqual(self.states_of(records, rows + [["rs2", "A", "G", "1000"]], "--threads", "2", samples="s t"),
                         ["ambiguous", "allele_mismatch", "matched", "ambiguous"])
        self.assertRegex(self.last.sites()["m", 1]["reason"], "several positions")
        self.assert_sums(self.last, {"s": 0, "t": 100})
        one = self.run_ids(records, rows, samples="s t")
        packed = self.write_bgzf("p.vcf.gz", harness.vcf_text("s t", records), 200)
        two = self.score("--variants", packed, "--model", self.dir / "m.txt", "--match-by", "id", "--sites", "all", "--min-match", "0", "--threads", "2")
        self.assert_same_tables(one, two, but=("samples.tsv",))
        text = harness.vcf_text("s t", records).encode()
        self.refuse(3, "standard input cannot be read again", "--variants", "-", "--model", self.dir / "m.txt", "--match-by", "id", "--min-match", "0",
                    stdin=text)

    def test_the_build_is_not_checked(self):
        vcf = self.write_vcf("m.vcf", "s", [record("1", 10, "A", "G", "0/1", id="rs1")], contigs={"1": 249250621})
        model = self.write_score("m.txt", [["rs1", "1", "99", "G", "A", "1"]], "rsID " + harness.SCORE_COLUMNS, genome_build="GRCh38")
        self.refuse(3, "GRCh3[78].*GRCh3[78]", "--variants", vcf, "--model", model)
        run = self.score("--variants", vcf, "--model", model, "--match-by", "id", "--build-check", "strict")
        self.assert_sums(run, {"s": 1})
        self.assertRegex(run.stderr, "build is not checked")
        self.assertEqual(harness.json.loads((run.out / "run.json").read_text())["match_by"], "id")

    def test_files_by_contig_and_duplicate_rows(self):
        one = self.write_vcf("1.vcf", "s", [record("1", 10, "A", "G", "0/1", id="rs1")])
        two = self.write_vcf("2.vcf", "s", [record("2", 10, "A", "G", "1/1", id="rs2")])
        model = self.write_score("m.txt", [["rs1", "G", "A", "1"], ["rs2", "G", "A", "10"], ["rs2", "C", "T", "100"]], COLUMNS)
        run = self.score("--variants", one, two, "--model", model, "--match-by", "id", "--min-match", "0", "--sites", "all")
        self.assertEqual([state for _, state in sorted(run.states().items())], ["matched", "duplicate", "duplicate"])
        self.assert_sums(run, {"s": 1})

    def test_frequencies_by_id(self):
        vcf = self.write_vcf("m.vcf", "s t", [record("1", 10, "A", "G", "./. 0/1", id="rs1"), record("1", 20, "A", "T", "1/1 0/1", id="rs2")])
        model = self.write_score("m.txt", [["rs1", "C", "T", "1", ""], ["rs2", "T", "A", "10", "0.1"]], COLUMNS + " allelefrequency_effect")
        afreq = self.write("f.afreq", "#CHROM\tID\tREF\tALT\tALT_FREQS\tOBS_CT\n1\trs1\tA\tG\t0.25\t9\n7\trs2\tA\tT\t0.9\t9\n")
        sites = self.write_vcf("f.vcf", "", [record("1", 777, "A", "G", "", info="AF=0.25", id="rs1")[:8], record("2", 1, "A", "T", "", info="AF=0.9", id="rs2")[:8]])
        for file in (afreq, sites):
            run = self.score("--variants", vcf, "--model", model, "--match-by", "id", "--frequencies", file, "--palindromic", "frequency")
            self.assert_sums(run, {"s": 0.5, "t": 1 + 10})

    @unittest.skipUnless(shutil.which("tabix") and shutil.which("plink2"), "tabix or plink2 is not installed")
    def test_indexed_and_plink_files(self):
        records = [record("1", 10 * n, "A", "G", "0/1 1/1", id=f"rs{n}") for n in range(1, 4000)]
        text = harness.vcf_text("s t", records, contigs={"1": None})
        vcf = self.write_bgzf("m.vcf.gz", text, 4096)
        subprocess.run(["tabix", "-p", "vcf", str(vcf)], check=True)
        model = self.write_score("m.txt", [["rs77", "G", "A", "1"], ["rs3999", "G", "A", "10"]], COLUMNS)
        options = ("--model", model, "--match-by", "id", "--sites", "all")
        run = self.score("--variants", vcf, *options)
        self.assert_sums(run, {"s": 11, "t": 22})
        subprocess.run(["plink2", "--vcf", str(vcf), "--make-bed", "--out", str(self.dir / "p")], check=True, stdout=subprocess.DEVNULL)
        self.assert_sums(self.score("--variants", self.dir / "p.bed", *options), {"s": 11, "t": 22})

    def test_what_is_refused(self):
        vcf = self.write_vcf("m.vcf", "s", [record("1", 10, "A", "G", "0/1", id="rs1")])
        self.refuse(3, ["m.txt: line 1", "lacks rsID"], "--variants", vcf, "--model", self.write_score("m.txt", ["1 10 G A 1"]), "--match-by", "id")
        self.refuse(3, ["n.txt: line 1", "chr_position", "--match-by id"], "--variants", vcf, "--model", self.write_score("n.txt", [["rs1", "G", "A", "1"]], COLUMNS))

    def test_bcf_and_both_ways_of_matching_agree(self):
        names, records = cohorts.cohort(7, 20, 300)
        source = random.Random(8)
        rows = cohorts.scoring_rows(9, records, 200)
        at = {(columns[0], columns[1]): columns[2] for columns in records}
        columns = "chr_name chr_position effect_allele other_allele effect_weight is_dominant is_recessive allelefrequency_effect"
        vcf = self.write_vcf("c.vcf", names, records)
        by_position = self.score("--variants", vcf, "--model", self.write_score("s.txt", rows, columns), "--sites", "all", "--min-match", "0")
        shuffled = source.sample(range(len(rows)), len(rows))
        with_ids = [[at.get((rows[n][0], rows[n][1]), f"none{n}")] + rows[n] for n in shuffled]
        model = self.write_score("s.txt", with_ids, "rsID " + columns)
        by_id = self.score("--variants", vcf, "--model", model, "--sites", "all", "--min-match", "0", "--match-by", "id", "--threads", "2")
        self.assertEqual((by_id.out / "scores.tsv").read_text(), (by_position.out / "scores.tsv").read_text())
        self.assertEqual([by_id.states()[n + 1] for n in range(len(rows))], [by_position.states()[n + 1] for n in shuffled])
        bcf = self.score("--variants", self.to_bcf(vcf, "c.bcf"), "--model", model, "--sites", "all", "--min-match", "0", "--match-by", "id")
        self.assert_same_tables(by_id, bcf, but=("samples.tsv",))


if __name__ == "__main__":
    harness.main()
