"""A multi-allelic site on one line and on several gives the same sums."""

import random

import harness
from harness import record

ROWS = ["1 100 A C 1", "1 100 C A 10", "1 100 A T 0.125", "1 100 T A 1000"]


def split(line, joiner):
    """The lines of `bcftools norm -m-`: other ALTs become REF, slots stay."""
    contig, position, id, ref, alts, quality, filter, info, keys, *calls = line
    lines = []
    for index, alt in enumerate(alts.split(","), 1):
        def one(call):
            gt, *rest = call.split(":")
            for separator in "/|":
                if separator in gt:
                    gt = separator.join(slot if slot == "." else "1" if slot == str(index) else "0" for slot in gt.split(separator))
                    break
            else:
                gt = gt if gt == "." else "1" if gt == str(index) else "0"
            return ":".join([gt] + [value.split(",")[index - 1] for value in rest])

        lines.append([contig, position, id, ref, alt, quality, filter, info, keys] + [one(call) for call in calls])
    return lines


class SplitSiteTest(harness.VariskTest):
    def sums_of(self, records, samples, *options, rows=ROWS, sheet=None, extra=None):
        vcf = self.write_vcf("s.vcf", samples, records)
        score = self.write_score("s.txt", rows)
        if sheet:
            options += ("--samples", self.write("sheet.tsv", "sample_id\tsex\n" + "".join(f"{name}\t{sex}\n" for name, sex in sheet.items())))
        run = self.score("--variants", vcf, "--model", score, "--min-match", "0", "--palindromic", "keep", "--sites", "all", *options)
        return run

    def assert_same(self, joined, samples, *options, rows=ROWS, sheet=None):
        one = self.sums_of(joined, samples, *options, rows=rows, sheet=sheet)
        lines = [line for entry in joined for line in split(entry, "/")]
        several = self.sums_of(lines, samples, *options, rows=rows, sheet=sheet)
        for sample, value in one.sums().items():
            self.assert_near(several.sums()[sample], value, note=f"{sample} {options}")
        self.assertEqual([row["allele_count"] for row in one.scores().values()], [row["allele_count"] for row in several.scores().values()])
        shuffled = self.sums_of(lines[::-1], samples, *options, rows=rows, sheet=sheet)
        self.assert_same_tables(several, shuffled, but=("samples.tsv", "sites.tsv", "risk.tsv"))

    def test_hard_calls(self):
        samples = " ".join(f"s{i}" for i in range(18))
        calls = "0/0 0/1 0/2 1/1 1/2 2/2 2/1 ./. 0|0 0|1 1|0 2|0 0|2 1|2 2|1 2|2 .|. 1|1"
        self.assert_same([record("1", 100, "A", "C,T", calls)], samples)

    def test_dosages_of_each_alt(self):
        calls = ["0/0:0.1,0.2", "0/1:0.9,0.05", "1/2:1,1", "2/2:0,1.75", "0/2:0.25,.5", "./.:.,."]
        self.assert_same([record("1", 100, "A", "C,T", calls, keys="GT:DS")], "a b c d e f")

    def test_one_copy(self):
        position = 5000000
        rows = [row.replace("1 100", f"X {position}") for row in ROWS]
        self.assert_same([record("X", position, "A", "C,T", "0 1 2 . 0/0 1/1 2/2 0/2 0|1")], "a b c d e f g h i", rows=rows,
                         sheet={name: "male" if name in "abcdefg" else "female" for name in "abcdefghi"})

    def test_random_sites(self):
        source = random.Random(11)
        records, rows = [], []
        for number in range(60):
            alts = source.sample("CGT", 3)[:source.choice((2, 3))]
            calls = []
            for _ in range(12):
                slots = [str(min(int(source.expovariate(0.8)), len(alts))) for _ in range(2)]
                calls.append(source.choice("/|").join(slots) if source.random() < 0.9 else "./.")
            position = 100 + 10 * number
            records.append(record("1", position, "A", ",".join(alts), calls))
            rows += [f"1 {position} A {alt} {source.randrange(1, 100)}" for alt in alts[:1]] + [f"1 {position} {alts[-1]} A {source.randrange(1, 100)}"]
        self.assert_same(records, " ".join(f"s{i}" for i in range(12)), rows=rows)
        self.assert_same(records, " ".join(f"s{i}" for i in range(12)), "--threads", "2", rows=rows)

    def test_lines_of_other_tools_that_name_the_second_chromosome_each(self):
        lines = [record("1", 100, "A", "C", "0/1 0|1 1/1"), record("1", 100, "A", "T", "0/1 0|1 0/1")]
        run = self.sums_of(lines, "a b c", rows=["1 100 A C 1"])
        # a: C and T; b says that one chromosome is both C and T: it is not A; c has three ALTs
        self.assertEqual([run.scores()[name, "s"]["sum"] for name in "abc"], ["0", "1", "0"])
        self.assertEqual([run.scores()[name, "s"]["allele_count"] for name in "abc"], ["2", "2", "0"])

    def test_a_dosage_of_one_alt_against_the_rest_is_that_of_its_line(self):
        extra = harness.vcf_text("a", [record("1", 100, "A", "C", ["0/0:0.5"], keys="GT:DS"), record("1", 100, "A", "T", ["0/0:0.25"], keys="GT:DS")])
        vcf = self.write("d.vcf", extra.replace("ID=DS,Number=A", "ID=DS,Number=1"))
        score = self.write_score("d.txt", ["1 100 A C 1"])
        run = self.score("--variants", vcf, "--model", score, "--min-match", "0")
        self.assert_near(run.sums()["a"], 1.5)
        self.assertIn("Number=A", run.stderr)
        vcf = self.write("d.vcf", extra)
        run = self.score("--variants", vcf, "--model", score, "--min-match", "0")
        self.assert_near(run.sums()["a"], 1.25)

    @harness.needs("bcftools")
    def test_bcftools_norm(self):
        calls = "0/0 0/1 0/2 1/2 2/1 2/2 1|2 2|1 0|2 ./."
        joined = self.write_vcf("j.vcf", " ".join("abcdefghij"), [record("1", 100, "A", "C,T", calls), record("1", 200, "G", "T", calls.replace("2", "1"))])
        parts = self.dir / "n.vcf"
        harness.subprocess.run(["bcftools", "norm", "-m-", "-o", str(parts), str(joined)], check=True, stderr=harness.subprocess.DEVNULL)
        score = self.write_score("n.txt", ROWS + ["1 200 G T 7"])
        options = ("--model", score, "--min-match", "0", "--palindromic", "keep")
        one = self.score("--variants", joined, *options)
        for path in (parts, self.to_bcf(parts, "n.bcf")):
            several = self.score("--variants", path, *options)
            self.assertEqual(one.sums(), several.sums())


if __name__ == "__main__":
    harness.main()
