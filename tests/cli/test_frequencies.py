"""--frequencies: from a file to the expectation of missing calls and to the strand of palindromic rows."""

import random
import shutil
import subprocess
import unittest

import cohorts
import harness
import oracle
from harness import record

AFREQ = "#CHROM\tID\tREF\tALT\tALT_FREQS\tOBS_CT\n"
WITH_FREQUENCY = harness.SCORE_COLUMNS + " allelefrequency_effect"


class FrequenciesTest(harness.VariskTest):
    def setUp(self):
        super().setUp()
        self.vcf = self.write_vcf("m.vcf", "a b", [record("1", 10, "A", "G", "./. 0/1"), record("1", 20, "A", "G,C", "./. 1/2")])

    def afreq(self, *lines):
        return self.write("f.afreq", AFREQ + "".join("\t".join(line.split()) + "\n" for line in lines))

    def model(self, rows, columns=WITH_FREQUENCY):
        return self.write_score("m.txt", rows, columns)

    def test_the_frequency_of_the_row_comes_first(self):
        model = self.model([["1", "10", "G", "A", "1", "0.5"], ["1", "20", "C", "A", "10", ""], ["1", "20", "A", "G", "100", ""]])
        run = self.score("--variants", self.vcf, "--model", model, "--frequencies", self.afreq("1 1:10:A:G A G 0.1 9", "1 1:20:A:G,C A G,C 0.2,0.3 9"))
        self.assert_sums(run, {"a": 1.0 + 10 * 0.6 + 100 * 1.0, "b": 1 + 10}, scale=200)

    def test_rows_by_their_rsid(self):
        rows = [["rs1", "1", "10", "G", "A", "1"], ["rs2", "1", "20", "G", "A", "10"]]
        model = self.model(rows, "rsID " + harness.SCORE_COLUMNS)
        run = self.score("--variants", self.vcf, "--model", model, "--frequencies", self.afreq("1 rs1 A G 0.1 9", "1 rs2 A G,C 0.2,0.3 9"))
        self.assert_sums(run, {"a": 0.2 + 4, "b": 1 + 10}, scale=20)

    def test_an_absent_site_takes_the_frequency_too(self):
        model = self.model([["1", "10", "G", "A", "1", ""], ["1", "15", "C", "T", "10", ""]])
        run = self.score("--variants", self.vcf, "--model", model, "--frequencies", self.afreq("1 1:10:A:G A G 0.1 9", "1 1:15:C:T C T 0.25 9"),
                         "--min-match", "0.5")
        self.assert_sums(run, {"a": 0.2 + 15, "b": 1 + 15}, scale=20)
        self.assertEqual(run.scores()["b", "m"]["rows_imputed"], "1")

    def test_other_policies_do_not_use_it(self):
        model = self.model([["1", "10", "G", "A", "1", ""]])
        run = self.score("--variants", self.vcf, "--model", model, "--frequencies", self.afreq("1 1:10:A:G A G 0.1 9"), "--impute", "cohort")
        self.assert_sums(run, {"a": 1, "b": 1})
        run = self.score("--variants", self.vcf, "--model", model, "--frequencies", self.afreq("1 1:10:A:G A G 0.1 9"), "--impute", "none")
        self.assert_sums(run, {"a": 0, "b": 1})

    def test_what_was_found_is_in_run_json(self):
        model = self.model([["1", "10", "G", "A", "1", ""], ["1", "20", "G", "A", "1", ""]])
        run = self.score("--variants", self.vcf, "--model", model, "--frequencies", self.afreq("1 1:10:A:G A G 0.1 9", "1 1:20:A:C A C 0.1 9"))
        found = harness.json.loads((run.out / "run.json").read_text())["frequencies"]
        self.assertEqual((found["sites_found"], found["sites_with_other_alleles"]), (1, 1))
        self.assertRegex("\n".join(run.warning_lines()), "1 wanted site.s. have a frequency there, 1 have other alleles")

    def test_what_is_refused(self):
        model = self.model([["1", "10", "G", "A", "1", ""]])

        def refuse(needle, file, *options):
            self.refuse(3, [file.name, needle], "--variants", self.vcf, "--model", model, "--frequencies", file, *options)

        refuse("line 2: .*1.5, expected a frequency|ALT_FREQS is 1.5", self.afreq("1 1:10:A:G A G 1.5 9"))
        refuse("line 3: .*0.2, an earlier line says 0.1|the frequency of allele G is 0.2", self.afreq("1 1:10:A:G A G 0.1 9", "1 1:10:A:G A G 0.2 9"))
        refuse("none of the 1 wanted", self.afreq("1 1:11:A:G A G 0.1 9"))
        refuse("INFO/AF", self.write_vcf("s.vcf", "", [record("1", 10, "A", "G", "", info="DP=3")[:8]]))
        refuse("no VCF or BCF", self.write("x.txt", "frequency\n0.1\n"))
        self.refuse(4, "nowhere", "--variants", self.vcf, "--model", model, "--frequencies", self.dir / "nowhere.afreq")
        self.refuse(3, "regular file", "--variants", self.vcf, "--model", model, "--frequencies", "-")

    def test_a_file_of_another_build(self):
        vcf = self.write_vcf("b38.vcf", "a", [record("1", 10, "A", "G", "0/1")], contigs={"1": 248956422})
        model = self.write_score("m.txt", ["1 10 G A 1"], genome_build="GRCh38")
        sites = self.write_vcf("b37.vcf", "", [record("1", 10, "A", "G", "", info="AF=0.1")[:8]], contigs={"1": 249250621})
        self.refuse(3, ["b37.vcf", "GRCh37.*GRCh38"], "--variants", vcf, "--model", model, "--frequencies", sites)
        self.score("--variants", vcf, "--model", model, "--frequencies", sites, "--build-check", "off")
        # without contig lengths the alleles tell
        records = [record("1", 10 * n, "A", "G", "0/1") for n in range(1, 31)]
        vcf = self.write_vcf("n.vcf", "a", records)
        model = self.write_score("m.txt", [f"1 {10 * n} G A 1" for n in range(1, 31)])
        lines = [f"1 1:{10 * n}:A:{'G' if n < 5 else 'T'} A {'G' if n < 5 else 'T'} 0.1 9" for n in range(1, 31)]
        self.refuse(3, "4 wanted.*26 have other alleles.*another build", "--variants", vcf, "--model", model, "--frequencies", self.afreq(*lines))
        self.score("--variants", vcf, "--model", model, "--frequencies", self.afreq(*lines), "--build-check", "off")

    def test_palindromic_rows_without_other_allele(self):
        vcf = self.write_vcf("p.vcf", "s", [record("1", 10 * n, "A", alt, "0/1 1/1".split()[n % 2:][:1], info="AF=0.2")
                                            for n, alt in enumerate(("T", "T", "G", "T"), 1)])
        rows = [["1", "10", "T", "", "1", "0.1"], ["1", "20", "T", "", "10", "0.9"], ["1", "30", "G", "", "100", "0.9"], ["1", "40", "T", "", "1000", ""]]
        run = self.score("--variants", vcf, "--model", self.model(rows), "--palindromic", "frequency", "--sites", "all", "--min-match", "0")
        self.assertEqual([state for _, state in sorted(run.states().items())], ["matched", "flipped", "matched", "ambiguous"])
        self.assert_sums(run, {"s": 2 + 10 + 200})

    def test_the_file_comes_before_the_records_and_absent_rows_are_kept(self):
        vcf = self.write_vcf("p.vcf", "s", [record("1", 10, "A", "T", "1/1", info="AF=0.1")])
        rows = [["1", "10", "T", "A", "1", "0.1"], ["1", "20", "T", "A", "10", "0.1"], ["1", "30", "T", "A", "100", "0.1"]]
        frequencies = self.afreq("1 1:10:A:T A T 0.9 9", "1 1:20:A:T A T 0.9 9", "1 1:30:A:T A T 0.5 9")
        run = self.score("--variants", vcf, "--model", self.model(rows), "--palindromic", "frequency", "--frequencies", frequencies, "--sites",
                         "all", "--min-match", "0")
        self.assertEqual([state for _, state in sorted(run.states().items())], ["flipped", "absent", "absent"])
        # row 1: flipped, no copy of A; row 2: absent, expectation 2 x 0.1 of whatever allele it is; row 3: cannot be told, adds nothing
        self.assert_sums(run, {"s": 0 + 10 * 0.2})

    def test_absent_sites_taken_for_reference_need_the_strand(self):
        vcf = self.write_vcf("p.vcf", "s", [record("1", 5, "A", "G", "0/0")])
        rows = [["1", "10", "T", "A", "1", "0.9"], ["1", "20", "T", "A", "10", "0.1"], ["1", "30", "A", "T", "100", "0.9"],
                ["1", "40", "A", "G", "1000", ""], ["1", "50", "G", "A", "10000", ""], ["1", "60", "A", "T", "100000", "0.9"]]
        frequencies = self.afreq(*[f"1 1:{n}:A:T A T 0.1 9" for n in (10, 20, 30)], *[f"1 1:{n}:A:G A G 0.1 9" for n in (40, 50)])
        run = self.score("--variants", vcf, "--model", self.model(rows), "--palindromic", "frequency", "--frequencies", frequencies,
                         "--absent", "reference", "--impute", "none", "--min-match", "0")
        # row 1: T is the commoner allele, so the A of the reference; row 6: no frequency tells its strand
        self.assert_sums(run, {"s": 2 * (1 + 100 + 1000)})
        self.assertEqual(run.scores()["s", "m"]["rows_assumed_reference"], "5")

    def test_random_cohorts_against_the_oracle(self):
        for seed in (1, 2):
            source = random.Random(seed)
            names, records = cohorts.cohort(seed, 30, 200)
            rows = [row[:7] + (row[7:] if source.random() < 0.5 else [""]) for row in cohorts.scoring_rows(seed + 10, records, 150)]
            frequencies, lines = {}, []
            for columns in records:
                alts = columns[4].split(",")
                cuts = sorted(source.sample(range(1, 1000), len(alts)))
                values = [(after - before) / 1000 for before, after in zip([0] + cuts, cuts)]
                if source.random() < 0.2 or any(set(allele) - set("ACGT") for allele in [columns[3]] + alts):
                    continue
                lines.append(f"{columns[0]} {columns[0]}:{columns[1]}:{columns[3]}:x {columns[3]} {columns[4]} {','.join(map(str, values))} 9")
                for allele, value in zip(alts, values):
                    frequencies[oracle.contig_name(columns[0]), int(columns[1]), allele] = oracle.Fraction(str(value))
                exact = [oracle.Fraction(str(value)) for value in values]
                frequencies[oracle.contig_name(columns[0]), int(columns[1]), columns[3]] = 1 - sum(exact)
            vcf = self.write_vcf("r.vcf", names, records)
            columns = "chr_name chr_position effect_allele other_allele effect_weight is_dominant is_recessive allelefrequency_effect"
            model = self.write_score("r.txt", rows, columns)
            run = self.score("--variants", vcf, "--model", model, "--frequencies", self.afreq(*lines), "--min-match", "0", "--absent", "missing",
                             "--build-check", "off")
            parsed = oracle.read_scores(harness.read_text(model), "r.txt")["r"]
            # rows on the other strand ask for the frequency of their own allele
            lookup = dict(frequencies)
            for row in parsed:
                if not row.supported:
                    continue
                flipped = (row.contig, row.position, oracle.reverse_complement(row.effect))
                if (row.contig, row.position, row.effect) not in lookup and flipped in frequencies:
                    lookup[row.contig, row.position, row.effect] = frequencies[flipped]
            expected = oracle.score(oracle.Vcf(harness.read_text(vcf)), parsed, frequencies=lookup)
            self.assertGreater(sum(expected.rows_imputed.values()), 100)
            for sample in names:
                self.assert_near(run.sums()[sample], expected.sum[sample], expected.scale, f"seed {seed} {sample}")
                self.assertEqual(int(run.scores()[sample, "r"]["rows_imputed"]), expected.rows_imputed[sample])

    @unittest.skipUnless(shutil.which("plink2"), "plink2 is not installed")
    def test_the_tables_that_plink2_writes(self):
        names, records = cohorts.cohort(5, 30, 100, keys="GT", contigs=("1",))
        records = [columns[:2] + [f"v{n}"] + columns[3:] for n, columns in enumerate(records)]
        vcf = self.write_vcf("p.vcf", names, records)
        for modifier in ([], ["cols=+pos"]):
            subprocess.run(["plink2", "--vcf", str(vcf), "--vcf-half-call", "missing", "--freq"] + modifier + ["--out", str(self.dir / "p")], check=True, stdout=subprocess.DEVNULL)
            rows = [["v" + str(n), "1", columns[1], columns[4].split(",")[0], columns[3], "1"] for n, columns in enumerate(records)
                    if set(columns[3] + columns[4]) <= set("ACGT,")]
            model = self.write_score("p.txt", rows, "rsID " + harness.SCORE_COLUMNS)
            run = self.score("--variants", vcf, "--model", model, "--frequencies", self.dir / "p.afreq", "--palindromic", "keep", "--min-match",
                             "0.5", "--duplicate-rows", "sum")
            found = harness.json.loads((run.out / "run.json").read_text())["frequencies"]
            self.assertGreater(found["sites_found"], 0.9 * len(rows))


if __name__ == "__main__":
    harness.main()
