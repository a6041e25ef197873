"""regenie_example: counts and frequencies of PLINK .bed files, whose alleles (1, 2, D, d) are renamed here to letters that a score may have."""

import unittest

import suite

SUITE = suite.Suite("regenie_example")
harness = suite.harness
LETTERS = {"1": "A", "2": "C", "D": "A", "d": "C"}


def reads_bed():
    return harness.BINARY and not harness.run_binary(["check", "--sites-only", "--variants", SUITE.path("example.bed")]).code


@unittest.skipUnless(reads_bed(), "not offered: --variants FILE.bed")
class RegenieExampleTest(suite.SuiteTest):
    SUITE = SUITE

    def bed(self, name):
        """(path, rows of the .bim) of a file set with renamed alleles."""
        rows = [line.split() for line in SUITE.path(name + ".bim").read_text().splitlines()]
        self.write(name + ".bim", "".join("\t".join(row[:4] + [LETTERS[row[4]], LETTERS[row[5]]]) + "\n" for row in rows))
        for ending in (".bed", ".fam"):
            self.write(name + ending, SUITE.path(name + ending).read_bytes())
        return self.dir / (name + ".bed"), rows

    def run_on(self, name, weights=("0", "1", "2"), options=()):
        """A run with one row for each variant of the .bim, effect allele A1; and the rows of the .bim."""
        path, variants = self.bed(name)
        columns = harness.SCORE_COLUMNS.replace("effect_weight", "dosage_0_weight dosage_1_weight dosage_2_weight")
        rows = [[row[0], row[3], LETTERS[row[4]], LETTERS[row[5]], *weights] for row in variants]
        score = self.write_score("all.txt", rows, columns)
        return self.score("--variants", path, "--model", score, "--sites", "all", "--impute", "none", *options), variants

    def frequencies(self, run, variants):
        """Frequency of A1 by the id of the variant."""
        return {row[1]: float(found["effect_allele_frequency"]) for row, found in zip(variants, run.sites().values())}

    def kept(self):
        """A sample sheet without the samples that the tables leave out."""
        removed = set(SUITE.path("fid_iid_to_remove.txt").read_text().split("\n"))
        kept = [words[1] for words in (line.split() for line in SUITE.path("example.fam").read_text().splitlines())
                if " ".join(words[:2]) not in removed]
        return self.write("kept.tsv", "sample_id\n" + "".join(name + "\n" for name in kept))

    def test_samples_and_variants(self):
        for name in ("example", "example_3chr", "example_3chr_masks"):
            run, variants = self.run_on(name)
            for fact in self.take(case="file", inputs=name + ".fam", quantity="samples", count=1):
                self.check(fact, len(run.scores()))
            for fact in self.take(case="file", inputs=name + ".bim", quantity="variants", count=1):
                self.check(fact, int(next(iter(run.scores().values()))["rows_used"]))
            for fact in self.take(case="file", inputs=name + ".bim", quantity="variants_by_contig") if "masks" not in name else ():
                contigs = [row["record_variant"].split(":")[0] for row in run.sites().values()]
                self.check(fact, " ".join(f"{contig}={contigs.count(contig)}" for contig in dict.fromkeys(contigs)))

    def test_copies(self):
        run, _ = self.run_on("example")
        fact, = self.take(case="genotypes", quantity="missing_gt")
        self.check(fact, sum(int(row["missing"]) for row in run.sites().values()))
        for copies in range(3):
            fact, = self.take(case="genotypes", quantity=f"calls_with_{copies}_copies_of_A1")
            run, _ = self.run_on("example", [str(int(copies == step)) for step in range(3)])
            self.check(fact, int(sum(run.sums().values())))

    def test_frequencies(self):
        frequencies = self.frequencies(*self.run_on("example"))
        for fact in self.take(case="genotypes", quantity="allele_frequency", count=8):
            self.check(fact, frequencies[fact.subject.split()[1]])

    def test_frequencies_of_the_tables(self):
        run, variants = self.run_on("example", options=("--samples", self.kept()))
        frequencies = self.frequencies(run, variants)
        fact, = self.take(case="file", inputs="fid_iid_to_remove.txt")
        self.check(fact, 500 - len(run.scores()))
        for name in ("example.test_bin_out_firth_Y1.regenie", "test_bin_out_firth_Y1.regenie"):
            table = [line.split() for line in SUITE.path(name).read_text().splitlines()][1:]
            for fact in self.take(case="table", inputs=name, quantity="N", count=1):
                self.check(fact, len(run.scores()))
            for fact in self.take(case="table", inputs=name, quantity="row_count", count=1):
                self.check(fact, len(frequencies))
            for fact in self.take(case="table", inputs=name, quantity="allele_frequencies_equal_those_of_example.bed", count=1):
                near = all(abs(float(row[5]) - frequencies[row[2]]) < 2e-6 for row in table)
                self.check(fact, "true" if near and len(table) == len(frequencies) else "false")
            for fact in self.take(case="table", inputs=name, quantity="A1FREQ", count=6):
                self.check(fact, f"{frequencies[fact.subject.split()[1]]:.6g}")


def tearDownModule():
    suite.account(SUITE)


if __name__ == "__main__":
    harness.main()
