"""Reference blocks of gVCFs, and sites that no file has."""

import json
import random

import harness
from harness import record

BASES = "ACGT"
MALE_X = 5_000_000  # outside the pseudo-autosomal regions of both builds


def block(contig, start, end, ref, call="0/0:30:20:40", alt="<NON_REF>", keys="GT:DP:MIN_DP:GQ", info=None):
    return record(contig, start, ref, alt, call, keys=keys, info=info or f"END={end}")


class GenomeTest(harness.VariskTest):
    """A genome of one contig, bases 1 to 2000."""

    def setUp(self):
        super().setUp()
        source = random.Random(7)
        self.genome = {"1": "".join(source.choice(BASES) for _ in range(2000))}
        # what the tests rely on
        self.genome["1"] = self.put(100, "C") + self.genome["1"][100:]
        for position, base in ((150, "T"), (200, "A"), (201, "G"), (300, "G"), (301, "A"), (302, "T"), (400, "A"), (401, "C")):
            self.genome["1"] = self.put(position, base) + self.genome["1"][position:]
        self.fasta = self.write_fasta("ref.fa", self.genome)

    def put(self, position, base):
        return self.genome["1"][:position - 1] + base

    def base(self, position):
        return self.genome["1"][position - 1]

    def write_fasta(self, name, genome):
        text, index, offset = "", "", 0
        for contig, bases in genome.items():
            head = f">{contig}\n"
            lines = "".join(bases[i:i + 60] + "\n" for i in range(0, len(bases), 60))
            index += f"{contig}\t{len(bases)}\t{offset + len(head)}\t60\t61\n"
            text += head + lines
            offset += len(head) + len(lines)
        self.write(name + ".fai", index)
        return self.write(name, text)

    def run_rows(self, records, rows, *options, samples="s", reference=True, columns=harness.SCORE_COLUMNS):
        vcf = self.write_vcf("g.vcf", samples, records)
        score = self.write_score("g.txt", rows, columns)
        if reference:
            options += ("--reference", self.fasta)
        return self.score("--variants", vcf, "--model", score, "--sites", "all", "--min-match", "0", *options)

    def states(self, run):
        return [(row["state"], row["reason"]) for row in run.sites().values()]

    def row(self, run, sample="s"):
        return run.scores()[sample, "g"]


class GvcfTest(GenomeTest):
    def test_blocks_are_calls_of_what_they_span(self):
        records = [block("1", 90, 149, self.base(90)), block("1", 150, 150, "T"), block("1", 151, 199, self.base(151))]
        rows = ["1 100 C T 1", "1 150 T G 1000", "1 150 G T 10000"]
        run = self.run_rows(records, rows)
        self.assert_near(run.sums()["s"], 2 + 2000)
        row = self.row(run)
        self.assertEqual((row["allele_count"], row["rows_used"], row["rows_assumed_reference"], row["observed_fraction"]),
                         ("6", "3", "0", "1"))
        self.assertEqual([state for state, _ in self.states(run)], ["matched"] * 3)

    def test_the_other_strand_fits_too(self):
        run = self.run_rows([block("1", 90, 149, self.base(90))], ["1 100 G A 1"])  # REF is C
        self.assert_near(run.sums()["s"], 2)
        self.assertEqual(self.states(run)[0][0], "flipped")

    def test_alleles_that_the_reference_lacks_do_not_match(self):
        run = self.run_rows([block("1", 140, 160, self.base(140))], ["1 150 G C 1"])  # REF is T
        self.assertEqual(self.states(run), [("allele_mismatch", "the reference has neither allele")])

    def test_without_a_reference_only_the_first_base_of_a_block_is_known(self):
        run = self.run_rows([block("1", 100, 149, "C")], ["1 100 C T 1", "1 120 C T 10"], reference=False)
        self.assert_near(run.sums()["s"], 2)
        self.assertEqual([state for state, _ in self.states(run)], ["matched", "ambiguous"])
        self.assertIn("--reference", run.stderr)

    def test_blocks_without_evidence_are_missing(self):
        calls = {"0/0:30:20:0": "0", "0/0:30:20:1": "2", "0/0:30:0:40": "0", "0/0:.:.:.": "2", "./.:30:20:40": "0"}
        for call, alleles in calls.items():
            run = self.run_rows([block("1", 90, 149, self.base(90), call)], ["1 100 C T 1"])
            self.assertEqual(self.row(run)["allele_count"], alleles, call)
        run = self.run_rows([block("1", 90, 149, self.base(90), "0/0:0:7", keys="GT:DP:GQ")], ["1 100 C T 1"])
        self.assertEqual(self.row(run)["allele_count"], "0")
        low = [block("1", 90, 149, self.base(90), "0/0:30:20:19")]
        self.assertEqual(self.row(self.run_rows(low, ["1 100 C T 1"], "--min-block-gq", "20"))["allele_count"], "0")
        self.assertEqual(self.row(self.run_rows(low, ["1 100 C T 1"], "--min-block-gq", "19"))["allele_count"], "2")
        none = [block("1", 90, 149, self.base(90), "0/0:30:20:0")]
        self.assertEqual(self.row(self.run_rows(none, ["1 100 C T 1"], "--min-block-gq", "0"))["allele_count"], "2")

    def test_all_kinds_of_blocks(self):
        kinds = [("<NON_REF>", "END=149"), ("<*>", "END=149"), (".", "END=149"), (".", "DP=3;END=149;X=1")]
        for alt, info in kinds:
            run = self.run_rows([block("1", 90, 149, self.base(90), alt=alt, info=info)], ["1 100 C T 1"])
            self.assert_near(run.sums()["s"], 2, note=alt)
        for alt in ("<NON_REF>", "<*>"):
            run = self.run_rows([block("1", 100, 100, "C", alt=alt, info="DP=2")], ["1 100 C T 1"])
            self.assert_near(run.sums()["s"], 2, note=alt)
        run = self.run_rows([block("1", 99, 99, self.base(99), alt=".", info="DP=2")], ["1 100 C T 1"])
        self.assertEqual(self.states(run)[0][0], "absent")

    @harness.needs("bcftools")
    def test_bcf_is_the_same(self):
        records = [block("1", 90, 149, self.base(90), "0/0:30:20:40"), block("1", 150, 150, "T", "0/0:30:20:0"),
                   block("1", 151, 199, self.base(151), alt="<*>"), record("1", 200, "A", "G,<NON_REF>", "0/1:30:20:40", keys="GT:DP:MIN_DP:GQ"),
                   block("1", 201, 290, "G", alt=".")]
        rows = ["1 100 C T 1", "1 150 T G 10", "1 200 G A 100", "1 201 G T 1000"]
        extra = ('##INFO=<ID=END,Number=1,Type=Integer,Description="last position">',
                 '##FORMAT=<ID=MIN_DP,Number=1,Type=Integer,Description="least depth">')
        text = harness.vcf_text("s", records, extra=extra)
        vcf = self.write("b.vcf", text)
        bcf = self.to_bcf(vcf, "b.bcf")
        score = self.write_score("g.txt", rows)
        tables = []
        for path in (vcf, bcf):
            run = self.score("--variants", path, "--model", score, "--sites", "all", "--min-match", "0", "--reference", self.fasta)
            tables.append((self.row(run)["sum"], run.sites()))
            self.assert_near(run.sums()["s"], 2 + 100 + 2000)
        self.assertEqual(*tables)

    def test_records_win_over_blocks(self):
        # A caller that goes on with the block before a variant; the variant says more, wherever it stands.
        early = [block("1", 90, 149, self.base(90)), record("1", 100, "C", "T,<NON_REF>", "0/1:9:9:9", keys="GT:DP:MIN_DP:GQ")]
        run = self.run_rows(early, ["1 100 T C 1"])
        self.assert_near(run.sums()["s"], 1)
        same = [block("1", 100, 149, "C"), record("1", 100, "C", "T,<NON_REF>", "0/1:9:9:9", keys="GT:DP:MIN_DP:GQ")]
        self.assert_near(self.run_rows(same, ["1 100 T C 1"]).sums()["s"], 1)

    def test_another_alt_at_the_site_is_no_copy(self):
        records = [record("1", 100, "C", "G,<NON_REF>", "0/1 0/2 1/1 0/0".split())]
        run = self.run_rows(records, ["1 100 T C 1", "1 100 C T 10"], samples="a b c d")
        self.assertEqual({sample: float(value) for sample, value in run.sums().items()}, {"a": 10, "b": 10, "c": 0, "d": 20})

    def test_indels_need_every_base_of_ref(self):
        # G A T at 300: REF of the substitution of three bases needs 300 to 302, that of the insertion only 300.
        rows = ["1 300 GAT GCC 10", "1 300 GCC GAT 1", "1 300 GC G 100", "1 300 G GC 1000"]
        run = self.run_rows([block("1", 250, 302, self.base(250))], rows)
        self.assert_near(run.sums()["s"], 20 + 2000)
        run = self.run_rows([block("1", 250, 301, self.base(250)), block("1", 302, 350, "T")], rows)
        self.assert_near(run.sums()["s"], 2000)
        self.assertEqual([state for state, _ in self.states(run)], ["absent", "absent", "matched", "matched"])

    def test_an_insertion_of_what_follows_may_be_a_deletion(self):
        # The reference has GAT: GAT > G and G > GAT are both possible, and REF is not told by two alleles.
        run = self.run_rows([block("1", 250, 310, self.base(250))], ["1 300 GAT G 1"])
        self.assertEqual([state for state, _ in self.states(run)], ["ambiguous"])

    def test_outside_all_blocks_nothing_is_assumed(self):
        for absent in ("missing", "reference"):
            run = self.run_rows([block("1", 90, 149, self.base(90))], ["1 100 C T 1", "1 150 T A 10"], "--palindromic", "keep", "--absent", absent)
            self.assert_near(run.sums()["s"], 2)
            self.assertEqual(self.states(run)[1], ("absent", "not within one reference block"))
            self.assertEqual(self.row(run)["rows_assumed_reference"], "0")

    def test_a_block_across_batches(self):
        # More than a mebibyte between the block's start and its end.
        filler = [record("1", position, self.base(position), "<NON_REF>", "0/0:30:20:40" , keys="GT:DP:MIN_DP:GQ",
                         info=f"END={position};X=" + "x" * 20000) for position in range(500, 640)]
        records = [block("1", 490, 700, self.base(490))] + filler
        rows = [f"1 {position} {self.base(position)} {'A' if self.base(position) != 'A' else 'C'} 1" for position in (495, 560, 650, 700)]
        for threads in ("1", "2"):
            run = self.run_rows(records, rows, "--threads", threads, "--palindromic", "keep")
            self.assert_near(run.sums()["s"], 8)

    def test_a_damaged_end_is_an_error(self):
        vcf = self.write_vcf("bad.vcf", "s", [block("1", 90, 80, self.base(90))])
        score = self.write_score("bad.txt", ["1 100 C T 1"])
        self.refuse(3, ["END", "80", "bad.vcf: line"], "--variants", vcf, "--model", score)


class AbsentTest(GenomeTest):
    def test_absent_sites_are_reference_where_that_is_asked_for(self):
        records = [record("1", 50, self.base(50), "ACGT"[("ACGT".index(self.base(50)) + 1) % 4], "0/1")]
        rows = ["1 100 C T 1", "1 100 T C 10", "1 200 A C 100"]
        run = self.run_rows(records, rows, "--absent", "reference")
        row = self.row(run)
        self.assert_near(run.sums()["s"], 2 + 200)
        self.assertEqual((row["rows_used"], row["rows_assumed_reference"], row["allele_count"], row["observed_fraction"], row["rows_imputed"]),
                         ("3", "3", "6", "0", "0"))
        self.assertIn("assumed_reference", json.loads((run.out / "run.json").read_text())["flags"])
        self.assertEqual({state for state, _ in self.states(run)}, {"absent"})
        run = self.run_rows(records, rows, "--absent", "missing")
        self.assertEqual(self.row(run)["allele_count"], "0")

    def test_without_ref_absent_sites_are_missing_and_that_is_said(self):
        run = self.run_rows([record("1", 50, "A", "C", "0/1")], ["1 100 C T 1"], "--absent", "reference", reference=False)
        self.assertEqual(self.row(run)["allele_count"], "0")
        self.assertEqual(self.row(run)["rows_assumed_reference"], "0")
        self.assertIn("--reference", run.stderr)

    def test_males_have_one_copy_there(self):
        vcf = self.write_vcf("x.vcf", "m f", [record("X", MALE_X, "C", "T", "0 0/0")], contigs={"X": 156040895})
        big = "A" * (MALE_X + 10)
        fasta = self.write_fasta("x.fa", {"X": big})
        score = self.write_score("x.txt", [f"X {MALE_X + 1} A C 1"])
        sheet = self.write("sheet.tsv", "sample_id\tsex\nm\tmale\nf\tfemale\n")
        run = self.score("--variants", vcf, "--model", score, "--min-match", "0", "--reference", fasta, "--absent", "reference",
                         "--samples", sheet, "--build-check", "off")
        self.assertEqual({sample: float(value) for sample, value in run.sums().items()}, {"m": 1, "f": 2})
        self.assertEqual([row["allele_count"] for row in run.scores().values()], ["1", "2"])

    def test_a_reference_without_index_or_of_another_build_is_an_error(self):
        vcf = self.write_vcf("a.vcf", "s", [record("1", 50, "A", "C", "0/1")], contigs={"1": 248956422})
        score = self.write_score("a.txt", ["1 50 A C 1"])
        bare = self.write("bare.fa", ">1\nACGT\n")
        self.refuse(3, ["bare.fa", "samtools faidx"], "--variants", vcf, "--model", score, "--reference", bare)
        other = self.write("other.fa", ">1\nACGT\n")
        self.write("other.fa.fai", "1\t249250621\t3\t60\t61\n")
        self.refuse(3, ["GRCh37", "GRCh38"], "--variants", vcf, "--model", score, "--reference", other)


class WrongReferenceTest(GenomeTest):
    def test_a_fasta_of_other_sequences_is_an_error(self):
        source = random.Random(9)
        other = self.write_fasta("other.fa", {"1": "".join(source.choice(BASES) for _ in range(2000))})
        positions = [100 + 20 * i for i in range(12)]
        records = [block("1", position, position + 15, self.base(position)) for position in positions]
        vcf = self.write_vcf("g.vcf", "s", records)
        score = self.write_score("g.txt", [f"1 {position + 5} A C 1" for position in positions])
        self.refuse(3, [r"other\.fa", "REF of"], "--variants", vcf, "--model", score, "--reference", other)

    def test_a_fasta_with_contigs_of_other_lengths_is_said(self):
        vcf = self.write_vcf("g.vcf", "s", [block("1", 90, 149, self.base(90))], contigs={"1": 2500})
        score = self.write_score("g.txt", ["1 100 C T 1"])
        run = self.score("--variants", vcf, "--model", score, "--reference", self.fasta)
        self.assertRegex(run.stderr, r"ref\.fa: 1 has 2000 bases, .* 2500")

    def test_damaged_indexes_of_a_fasta_are_errors(self):
        vcf = self.write_vcf("g.vcf", "s", [block("1", 90, 149, self.base(90))])
        score = self.write_score("g.txt", ["1 100 C T 1"])
        for line in ("1\t2000\t3\t0\t0", "1\t2000\t3\t0\t61", "1\t2000\t-5\t60\t61", "1\t2000\t3\t60", "1\tx\t3\t60\t61", "1"):
            self.write("ref.fa.fai", line + "\n")
            self.refuse(3, [r"ref\.fa\.fai: line 1", "samtools faidx"], "--variants", vcf, "--model", score, "--reference", self.fasta)

    def test_a_fasta_without_the_contig_is_said(self):
        fasta = self.write_fasta("seven.fa", {"7": "ACGT" * 500})
        run = self.score("--variants", self.write_vcf("g.vcf", "s", [block("1", 90, 149, self.base(90))]), "--model",
                         self.write_score("g.txt", ["1 100 C T 1"]), "--min-match", "0", "--reference", fasta)
        self.assertIn("no sequence 1", run.stderr)


class ManyFilesTest(GenomeTest):
    def test_many_single_sample_files_in_any_order_and_number_of_threads(self):
        source = random.Random(3)
        paths = []
        for number in range(37):
            calls = [source.choice(("0/0", "0/1", "1/1", "./.")) for _ in range(3)]
            records = [block("1", 90, 99, self.base(90)), record("1", 100, "C", "T,<NON_REF>", calls[0]),
                       block("1", 101, 149, self.base(101)), record("1", 150, "T", "G,<NON_REF>", calls[1]),
                       record("1", 200, "A", "C,<NON_REF>", calls[2])]
            paths.append(self.write_vcf(f"f{number}.vcf", f"s{number:02d}", records))
        score = self.write_score("m.txt", ["1 100 T C 1", "1 120 {} {} 10".format(self.base(120), "A" if self.base(120) != "A" else "G"),
                                           "1 150 G T 100", "1 200 A C 1000", "1 300 G T 10000"])
        reference = None
        for threads in ("1", "2", "3"):
            source.shuffle(paths)
            listing = self.write("list.txt", "".join(path + "\n" for path in map(str, paths)))
            run = self.score("--variants", f"@{listing}", "--model", score, "--sites", "all", "--min-match", "0", "--palindromic", "keep",
                             "--reference", self.fasta, "--threads", threads)
            tables = {name: (run.out / name).read_text() for name in ("scores.tsv", "sites.tsv", "matches.tsv", "samples.tsv")}
            reference = reference or tables
            self.assertEqual(tables, reference, threads)
        self.assertEqual(len(run.scores()), 37)

    def test_the_first_bad_file_is_the_error_whatever_the_threads(self):
        paths = [self.write_vcf(f"f{number}.vcf", f"s{number:02d}", [record("1", 100, "C", "T", "0/1")]) for number in range(20)]
        for number in (5, 11):
            self.write_vcf(f"f{number}.vcf", f"s{number:02d}", [record("1", 100, "C", "T", "0/x")])
        score = self.write_score("m.txt", ["1 100 T C 1"])
        for threads in ("1", "2"):
            self.refuse(3, [r"f5\.vcf"], "--variants", *map(str, paths), "--model", score, "--threads", threads)


if __name__ == "__main__":
    harness.main()
