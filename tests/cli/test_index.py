"""Reading by index gives what streaming gives; an index that does not fit is never believed."""

import os
import random
import shutil
import subprocess
import unittest

import harness
from harness import VariskTest, bgzf_blocks, needs, record, vcf_text

BASES = "ACGT"
SAMPLES = "a b c d"
GVCF_LINES = ('##ALT=<ID=NON_REF,Description="any other allele">',
              '##INFO=<ID=END,Number=1,Type=Integer,Description="end">')
STREAMED = "1 file(s) streamed"
JUMPED = "1 of 1 file(s) by index jumps"


def sequence(source, length):
    return "".join(source.choice(BASES) for _ in range(length))


def calls(source, alleles):
    return [source.choice("/|").join(source.choice("." if source.random() < 0.05 else "0123"[:alleles]) for _ in range(2))
            for _ in SAMPLES.split()]


def make_records(source, count, blocks):
    """Substitutions, indels, several lines at one position, deletions across windows of the index, reference blocks."""
    records = []
    for contig in ("1", "2", "X"):
        position = source.randrange(1, 40000)
        for _ in range(count):
            kind = source.random()
            ref = source.choice(BASES)
            info = "."
            if records and records[-1][:2] == [contig, str(position)]:  # lines of one position are of one reference
                kind, ref = 0.79, records[-1][3][0]
            if kind < blocks:
                alt = "<NON_REF>"
                info = f"END={position + source.choice((0, 30, 3000, 50000))}"
            elif kind < 0.8:
                alt = ",".join(source.sample([base for base in BASES if base != ref], source.choice((1, 1, 2))))
            elif kind < 0.88:
                alt = ref + sequence(source, source.randrange(1, 5))
            elif kind < 0.98:
                alt, ref = ref, ref + sequence(source, source.randrange(1, 30))
            else:
                alt, ref = ref, ref + sequence(source, source.choice((400, 5000, 40000)))
            records.append(record(contig, position, ref, alt, calls(source, 1 + len(alt.split(","))), info=info))
            position += source.choice((0, 1, 20, 500, 4000, 9000))
    return records


def make_rows(source, records, count):
    """Sites of records, sites within the span of records, and sites that are nowhere."""
    rows = set()
    # A record that is wanted itself and spans a site of a later piece must still be read once.
    for contig, position, _, ref, alt in [line[:5] for line in records if len(line[3]) > 20000][:2]:
        rows.add((contig, int(position), alt, ref))
        rows.add((contig, int(position) + 18000 + source.randrange(20000), "A", "C"))
    for _ in range(count):
        contig, position, _, ref, alts = source.choice(records)[:5]
        alt = alts.split(",")[0]
        kind = source.random()
        if kind < 0.6 and "<" not in alt:
            rows.add((contig, int(position), *source.sample((ref, alt), 2)))
        else:
            place = int(position) + source.choice((0, 1, 7, 100, 3000, 20000))
            rows.add((contig, place, *source.sample(BASES, 2)))
    return [f"{' '.join(map(str, row))} {source.randrange(-999, 999) / 1000}" for row in sorted(rows)]


@needs("tabix", "bcftools")
class IndexTest(VariskTest):
    def setUp(self):
        super().setUp()
        self.source = random.Random(1)

    def index(self, path, *options):
        tool = ["bcftools", "index"] if path.suffix == ".bcf" else ["tabix", "-p", "vcf"]
        subprocess.run([*tool, *options, "-f", str(path)], check=True, stderr=subprocess.PIPE)
        return next(path.with_name(path.name + suffix) for suffix in (".tbi", ".csi")
                    if path.with_name(path.name + suffix).exists())

    def make_vcf(self, name, records, size=1024):
        return self.write_bgzf(name, vcf_text(SAMPLES, records, extra=GVCF_LINES), size)

    def make_bcf(self, name, records, size=1024):
        whole = self.to_bcf(self.write_vcf("whole.vcf", SAMPLES, records, extra=GVCF_LINES), "whole.bcf")
        plain = subprocess.run(["bgzip", "-dc", str(whole)], check=True, stdout=subprocess.PIPE).stdout
        return self.write(name, b"".join(bgzf_blocks(plain, size)))

    def compare(self, genotypes, rows, index_options=(), arguments=()):
        """Streams, then reads by index; \\return the log of the second run."""
        score = self.write_score("score.txt", rows)
        arguments = ("--variants", genotypes, "--model", score, "--sites", "all", "--build-check", "off", *arguments)
        streamed = self.score(*arguments, "--threads", "1")
        self.assertIn(STREAMED, streamed.stderr)
        self.index(genotypes, *index_options)
        for threads in (1, 2):
            jumped = self.score(*arguments, "--threads", threads)
            for table in harness.TABLES:
                if streamed.has(table):
                    self.assertEqual((streamed.out / table).read_bytes(), (jumped.out / table).read_bytes(), table)
        return jumped.stderr

    def test_random_files_give_the_same_by_index(self):
        for seed in range(12):
            source = random.Random(seed)
            records = make_records(source, 1500, blocks=0.3 if seed % 2 else 0)
            rows = make_rows(source, records, source.choice((1, 5, 20)))
            size = source.choice((512, 1024, 5000))
            with self.subTest(seed=seed, format="vcf"):
                log = self.compare(self.make_vcf(f"{seed}.vcf.gz", records, size), rows, ("-C",) if seed % 3 == 0 else ())
                self.assertIn(JUMPED, log)
            with self.subTest(seed=seed, format="bcf"):
                log = self.compare(self.make_bcf(f"{seed}.bcf", records, size), rows)
                self.assertIn(JUMPED, log)

    def small_case(self, name="a.vcf.gz"):
        records = make_records(random.Random(77), 1500, blocks=0)
        rows = make_rows(random.Random(78), records, 6)
        return self.make_vcf(name, records), rows, records

    def test_many_wanted_sites_are_streamed(self):
        genotypes, _, records = self.small_case()
        self.assertIn(STREAMED, self.compare(genotypes, make_rows(self.source, records, 4000)))

    def test_strict_streams(self):
        genotypes, rows, _ = self.small_case()
        self.assertIn(STREAMED, self.compare(genotypes, rows, arguments=("--strict",)))

    def test_an_index_older_than_the_file_is_not_used(self):
        genotypes, rows, _ = self.small_case()
        index = self.index(genotypes)
        os.utime(index, (1_000_000_000, 1_000_000_000))
        run = self.score("--variants", genotypes, "--model", self.write_score("score.txt", rows), "--build-check", "off")
        self.assertIn(STREAMED, run.stderr)
        self.assertTrue(any("older than the file" in line for line in run.warning_lines()), run)

    def test_an_index_that_is_no_index_is_not_used(self):
        genotypes, rows, _ = self.small_case()
        self.write("a.vcf.gz.tbi", b"this is no index")
        run = self.score("--variants", genotypes, "--model", self.write_score("score.txt", rows), "--build-check", "off")
        self.assertIn(STREAMED, run.stderr)
        self.assertTrue(any("cannot be read" in line for line in run.warning_lines()), run)

    def test_the_index_of_another_file_never_gives_other_results(self):
        genotypes, rows, records = self.small_case()
        score = self.write_score("score.txt", rows)
        arguments = ("--variants", genotypes, "--model", score, "--sites", "all", "--build-check", "off")
        right = self.score(*arguments)
        others = {
            "fewer records": self.make_vcf("fewer.vcf.gz", records[:-1]),
            "fewer records, cut long before": self.make_vcf("cut.vcf.gz", records[:3000]),
            "more records": self.make_vcf("more.vcf.gz", records + [record("X", 90000000, "A", "C", calls(self.source, 2))]),
            "a record less": self.make_vcf("less.vcf.gz", records[:1000] + records[1001:]),
            "other blocks": self.make_vcf("blocks.vcf.gz", records, size=1500),
            "other contigs": self.make_vcf("contigs.vcf.gz", [["chr" + line[0], *line[1:]] for line in records]),
            "other records": self.make_vcf("records.vcf.gz", make_records(random.Random(79), 1500, blocks=0)),
        }
        for name, other in others.items():
            with self.subTest(name):
                shutil.copy(self.index(other), genotypes.with_name("a.vcf.gz.tbi"))
                run = self.try_score(*arguments)
                if run.code == 3:
                    self.assertIn("its index does not fit", run.stderr)
                    continue
                self.assertEqual(run.code, 0, run)
                self.assertIn(STREAMED, run.stderr)
                for table in ("scores.tsv", "sites.tsv"):
                    self.assertEqual((right.out / table).read_bytes(), (run.out / table).read_bytes())

    def test_a_file_without_its_end_is_refused_with_an_index_too(self):
        genotypes, rows, _ = self.small_case()
        self.index(genotypes)
        genotypes.write_bytes(genotypes.read_bytes()[:-len(harness.BGZF_END)])
        os.utime(genotypes, (1_000_000_000, 1_000_000_000))
        run = self.try_score("--variants", genotypes, "--model", self.write_score("score.txt", rows), "--build-check", "off")
        self.assertEqual(run.code, 3, run)
        self.assertIn("end-of-file block is missing", run.stderr)

    def test_a_damaged_block_is_refused(self):
        genotypes, _, records = self.small_case()
        contig, position, _, ref, alts = records[2000][:5]
        score = self.write_score("score.txt", [f"{contig} {position} {alts.split(',')[0]} {ref} 1"])
        self.index(genotypes)
        arguments = ("--variants", genotypes, "--model", score, "--build-check", "off")
        self.assertIn(JUMPED, self.score(*arguments).stderr)
        whole = genotypes.read_bytes()
        refused = 0
        for place in range(2000, len(whole) - 2000, 4096):
            genotypes.write_bytes(whole[:place] + bytes(byte ^ 0x55 for byte in whole[place:place + 4096]) + whole[place + 4096:])
            os.utime(genotypes, (1_000_000_000, 1_000_000_000))
            refused += self.try_score(*arguments).code == 3
        self.assertGreater(refused, 0)

    def test_a_bad_call_is_named_by_its_place(self):
        _, _, records = self.small_case()
        contig, position, _, ref, alts = records[2000][:5]
        records[2000][9] = "0/x"
        genotypes = self.make_vcf("bad.vcf.gz", records)
        self.index(genotypes)
        score = self.write_score("score.txt", [f"{contig} {position} {alts.split(',')[0]} {ref} 1"])
        run = self.try_score("--variants", genotypes, "--model", score, "--build-check", "off")
        self.assertEqual(run.code, 3, run)
        self.assertIn(f"bad.vcf.gz: {contig}:{position}", run.stderr)


if __name__ == "__main__":
    unittest.main()
