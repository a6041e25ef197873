"""`varisk check`: says what would go wrong, and writes nothing."""

import harness
from toy import COVARIATES, ROWS, SAMPLES, logistic_model, records


class CheckTest(harness.VariskTest):
    def setUp(self):
        super().setUp()
        self.vcf = self.write_vcf("cohort.vcf", SAMPLES, records())
        self.toy = self.write_score("toy.txt", ROWS, pgs_id="toy")

    def check(self, *arguments, code=0, says=(), out=False):
        """`varisk check`; says are regular expressions that stdout and stderr together must match."""
        where = self.fresh_out()
        before = sorted(self.dir.rglob("*"))
        run = self.run_varisk("check", *arguments, *(("--out", where) if out else ()))
        self.assertEqual(run.code, code, run)
        self.assertEqual(sorted(self.dir.rglob("*")), before, "check wrote a file")
        for needle in says:
            self.assertRegex(run.stdout + run.stderr, needle, run)
        return run

    def test_good_inputs_have_no_problem(self):
        self.check("--variants", self.vcf, "--model", self.toy)
        self.check("--variants", self.vcf, "--model", self.toy, out=True)

    def test_the_options_of_score_are_taken(self):
        model = self.write_model("m.json", logistic_model())
        covariates = self.write("cov.tsv", COVARIATES)
        self.check("--variants", self.vcf, "--model", self.toy, model, "--covariates", covariates, "--palindromic", "keep", "--impute",
                   "cohort", "--threads", "2", "--min-match", "0.5", "--sites", "all", "--explain", "2")
        self.check("--variants", self.vcf, "--model", self.toy, "--no-such-option", code=2)

    def test_bad_scoring_files(self):
        bad = self.write("bad.txt", harness.score_text(ROWS).replace("0.5", "abc"))
        self.check("--variants", self.vcf, "--model", bad, code=3, says=["bad.txt", r"\b2\b"])

    def test_bad_models_and_covariates(self):
        covariates = self.write("cov.tsv", COVARIATES)
        model = self.write_model("m.json", logistic_model(colour="red"))
        self.check("--variants", self.vcf, "--model", self.toy, model, "--covariates", covariates, code=3, says=["m.json", "colour"])
        model = self.write_model("m.json", logistic_model())
        text = self.write("text.tsv", COVARIATES.replace("61", "old"))
        self.check("--variants", self.vcf, "--model", self.toy, model, "--covariates", text, code=3, says=["text.tsv", "age"])
        more = self.write("more.tsv", COVARIATES + "eve\t33\tfemale\n")
        self.check("--variants", self.vcf, "--model", self.toy, model, "--covariates", more, code=3, says=["more.tsv", "line 6"])

    def test_missing_files(self):
        self.check("--variants", self.dir / "nowhere.vcf", "--model", self.toy, code=4, says=["nowhere.vcf"])

    def test_builds_that_differ(self):
        vcf = self.write_vcf("b.vcf", SAMPLES, records(), contigs={**harness.LENGTHS["GRCh38"], "2": None})
        score = self.write_score("b.txt", ROWS, genome_build="GRCh37")
        self.check("--variants", vcf, "--model", score, code=3, says=["GRCh37", "GRCh38"])

    def test_cut_files(self):
        data = b"".join(harness.bgzf_blocks(self.vcf.read_bytes(), 500)[:-1])
        self.check("--variants", self.write("cut.vcf.gz", data), "--model", self.toy, code=3, says=["cut.vcf.gz"])

    def test_a_header_without_samples(self):
        sites = self.write_vcf("sites.vcf", "", [line[:8] for line in records()])
        self.check("--variants", sites, "--model", self.toy, code=3, says=["sites.vcf", "(?i)sample"])
        self.check("--sites-only", "--variants", sites, "--model", self.toy)

    def test_sites_only_reads_the_sites(self):
        lines = [line[:8] for line in records()]
        lines[1], lines[2] = lines[2], lines[1]
        unsorted = self.write_vcf("unsorted.vcf", "", lines, contigs=["1", "2"])
        self.check("--sites-only", "--variants", unsorted, "--model", self.toy, "--strict", code=3, says=["unsorted.vcf"])
        self.check("--sites-only", "--variants", unsorted, "--model", self.toy, says=["unsorted.vcf"])
        ragged = self.write("ragged.vcf", unsorted.read_text().replace("\tPASS\t.\n", "\tPASS\n", 1))
        self.check("--sites-only", "--variants", ragged, "--model", self.toy, code=3, says=["ragged.vcf"])

    def test_it_agrees_with_score_about_a_good_run(self):
        """What check lets pass, score can do."""
        inputs = ("--variants", self.vcf, "--model", self.toy)
        self.check(*inputs)
        self.score(*inputs)

    def test_two_models_of_one_id(self):
        one = self.write_score("one.txt", ROWS, pgs_id="same")
        two = self.write_score("two.txt", ROWS, pgs_id="same")
        self.check("--variants", self.vcf, "--model", one, two, code=3, says=["same"])

    def test_no_model(self):
        self.check("--variants", self.vcf, code=2, says=["--model"])


if __name__ == "__main__":
    harness.main()
