"""One test for each fault that was found by use."""

import fcntl
import os
import unittest

import harness
from harness import record

SAMPLES = ["a", "b"]


class RegressionTest(harness.VariskTest):
    def score_of(self, records, rows, *options, samples=SAMPLES, code=0):
        vcf = self.write_vcf("r.vcf", samples, records)
        return self.score("--variants", vcf, "--model", self.write_score("r.txt", rows), "--sites", "all", "--min-match", "0",
                          *options, code=code)

    def test_two_alts_do_not_tell_the_strand(self):
        run = self.score_of([record("1", 100, "A", "T,C", "0/0 0/1")], ["1 100 A G 1"])
        self.assertEqual([row["state"] for row in run.sites().values()], ["allele_mismatch"])

    def test_a_record_that_passes_is_preferred(self):
        low = record("1", 100, "A", "G", "0/0 0/0", filter="low")
        run = self.score_of([low, record("1", 100, "A", "G", "0/1 1/1")], ["1 100 G A 1"], "--pass-only")
        self.assertEqual([row["state"] for row in run.sites().values()], ["matched"])

    def test_a_record_with_alt_is_preferred_to_one_without(self):
        run = self.score_of([record("1", 100, "C", ".", "./. ./."), record("1", 100, "C", "T", "1/1 0/1")], ["1 100 T C 1"])
        self.assertEqual([row["observed"] for row in run.sites().values()], ["2"])

    def test_an_effect_allele_alone_in_two_lines_is_ambiguous(self):
        run = self.score_of([record("1", 100, "A", "G", "0/1 0/0"), record("1", 100, "A", "T", "0/0 1/1")], [["1", "100", "A", "", "1"]])
        self.assertEqual([row["state"] for row in run.sites().values()], ["matched"])  # copies of REF are the site's
        self.assertEqual(list(run.sums().values()), [1, 0])
        run = self.score_of([record("1", 100, "A", "G", "0/1 0/0"), record("1", 100, "A", "G,T", "0/0 1/1")], [["1", "100", "G", "", "1"]])
        self.assertEqual([row["state"] for row in run.sites().values()], ["ambiguous"])

    def test_a_call_is_reported_with_its_own_line(self):
        text = harness.vcf_text(SAMPLES, [record("1", 100, "A", "G", "0/1 1/x"), record("1", 200, "C", "T", "0/1 1/1"),
                                          record("1", 300, "C", "T", "0/1 1/1")])
        line = next(i for i, row in enumerate(text.splitlines(), 1) if "1/x" in row)
        vcf = self.write("bad.vcf", text)
        run = self.run_varisk("score", "--variants", vcf, "--model", self.write_score("r.txt", ["1 100 G A 1"]), "--out", self.dir / "o")
        self.assertEqual(run.code, 3)
        self.assertIn(f"line {line}:", run.stderr)

    def test_bytes_that_are_no_utf8_do_not_stop_a_run(self):
        path = self.dir / "latin.txt"
        path.write_bytes(b"#pgs_id=\xe9\n#genome_build=GRCh\xff\nchr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\n"
                         b"1\t100\tG\tA\t1\n")
        vcf = self.write_vcf("r.vcf", SAMPLES, [record("1", 100, "A", "G", "0/1 1/1")])
        run = self.run_varisk("score", "--variants", vcf, "--model", path, "--out", self.dir / "o")
        self.assertEqual(run.code, 0, run.stderr)

    def test_inputs_are_never_overwritten(self):
        vcf = self.write_vcf("r.vcf", SAMPLES, [record("1", 100, "A", "G", "0/1 1/1")])
        score = self.write_score("r.txt", ["1 100 G A 1"])
        sheet = self.write("samples.tsv", "sample_id\na\n")
        run = self.run_varisk("score", "--variants", vcf, "--model", score, "--samples", sheet, "--out", self.dir, "--overwrite")
        self.assertEqual(run.code, 2, run.stderr)
        self.assertEqual(sheet.read_text(), "sample_id\na\n")

    def test_two_runs_into_one_folder_exclude_each_other(self):
        vcf = self.write_vcf("r.vcf", SAMPLES, [record("1", 100, "A", "G", "0/1 1/1")])
        score = self.write_score("r.txt", ["1 100 G A 1"])
        out = self.dir / "shared"
        out.mkdir()
        (out / ".scores.tsv.part123").write_text("left by a killed run")
        handle = os.open(out, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        run = self.run_varisk("score", "--variants", vcf, "--model", score, "--out", out)
        self.assertEqual(run.code, 2, run.stderr)
        os.close(handle)
        run = self.run_varisk("score", "--variants", vcf, "--model", score, "--out", out)
        self.assertEqual(run.code, 0, run.stderr)
        self.assertEqual([path.name for path in out.iterdir() if path.name.startswith(".")], [])

    def test_a_cut_table_is_noticed(self):
        vcf = self.write_vcf("r.vcf", SAMPLES, [record("1", 100, "A", "G", "0/1 1/1")])
        head = "chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\n1\t100\tG\tA\t3.7"
        for name, text in (("end.txt", head), ("rows.txt", "#variants_number=2\n" + head + "\n")):
            inputs = ("--variants", vcf, "--model", self.write(name, text))
            run = self.run_varisk("score", *inputs, "--out", self.dir / ("o" + name))
            self.assertEqual(run.code, 0, run.stderr)
            self.assertIn("cut off", run.stderr)
            self.assertEqual(self.run_varisk("score", *inputs, "--strict", "--out", self.dir / ("s" + name)).code, 3)

    def test_a_score_without_any_call_is_said(self):
        run = self.score_of([record("1", 100, "A", "G", "0/1 1/1")], ["1 100 G A 1"], "--dosage", "DS")
        self.assertIn("observed call", run.stderr)

    def test_the_sex_is_inferred_from_what_was_called(self):
        vcf = self.write_vcf("x.vcf", SAMPLES, [record("X", 6000000 + i, "A", "G", "0/1 1") for i in range(3)])
        sheet = self.write("sheet.tsv", "sample_id\tsex\na\tmale\nb\tmale\n")
        rows = [f"X {6000000 + i} G A 1" for i in range(3)]
        run = self.score("--variants", vcf, "--model", self.write_score("r.txt", rows), "--samples", sheet)
        table = {row["sample_id"]: row for row in harness.read_tsv(run.out / "samples.tsv")}
        self.assertEqual([table[name]["inferred_sex"] for name in "ab"], ["female", "male"])
        self.assertEqual([table[name]["flags"] for name in "ab"], ["sex_differs", ""])

    def test_absent_is_missing_for_doubled_haploid_calls_too(self):
        columns = "chr_name chr_position effect_allele other_allele effect_weight allelefrequency_effect"
        score = self.write("f.txt", harness.score_text(["X 6000000 G A 1 0.5", "X 6000001 G A 1 0.5"], columns))
        sheet = self.write("sheet.tsv", "sample_id\tsex\na\tmale\nb\tfemale\n")
        sums = []
        for records in ([record("X", 6000000, "A", "G", "1 0/1"), record("X", 6000001, "A", "G", ". ./.")],
                        [record("X", 6000000, "A", "G", "1 0/1")]):
            run = self.score("--variants", self.write_vcf("x.vcf", SAMPLES, records), "--model", score, "--samples", sheet,
                             "--haploid", "as-diploid", "--min-match", "0")
            sums.append({key: (row["sum"], row["allele_count"]) for key, row in run.scores().items()})
        self.assertEqual(sums[0], sums[1])

    def test_weights_that_are_ratios_need_the_option_and_others_refuse_it(self):
        vcf = self.write_vcf("r.vcf", SAMPLES, [record("1", 100, "A", "G", "0/1 1/1")])
        for weight_type, plain, logged in (("OR", 3, 0), ("beta", 0, 3), ("log(OR)", 0, 3), ("NR", 0, 0)):
            score = self.write("w.txt", f"#weight_type={weight_type}\nchr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\n"
                                        "1\t100\tG\tA\t1.5\n")
            inputs = ("score", "--variants", vcf, "--model", score, "--overwrite", "--out", self.dir / "w")
            self.assertEqual(self.run_varisk(*inputs).code, plain, weight_type)
            self.assertEqual(self.run_varisk(*inputs, "--weights", "log").code, logged, weight_type)

    def test_the_allele_fraction_stands_for_a_heteroplasmic_genotype_only(self):
        records = [record("MT", 100, "A", "G", ["0/1:0.3", "./1:0.7"], keys="GT:AF")]
        for option, expected in (((), {"a": 0.3, "b": 0.0}), (("--half-call", "reference"), {"a": 0.3, "b": 0.7}),
                                 (("--dosage", "DS"), {"a": 0.0, "b": 0.0})):
            run = self.score_of(records, ["MT 100 G A 1"], *option)
            self.assert_sums(run, expected)
            if harness.have("bcftools"):
                bcf = self.to_bcf(self.dir / "r.vcf", "r.bcf")
                self.assert_sums(self.score("--variants", bcf, "--model", self.dir / "r.txt", *option), expected)


if __name__ == "__main__":
    unittest.main()
