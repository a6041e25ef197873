"""plink2_semantics_micro: five variants, four samples, every mode. One scoring row of weight 1 is one score of a wide run."""

import suite

SUITE = suite.Suite("plink2_semantics_micro")
harness = suite.harness

# variant:effect allele -> (contig, position, effect, other)
SITES = {"v1:G": ("1", 100, "G", "A"), "v2:T": ("1", 200, "T", "C"), "v3:T": ("1", 300, "T", "C"), "v3:G": ("1", 300, "G", "C"),
         "v3:C": ("1", 300, "C", "T"), "v4:T": ("X", 5000000, "T", "C"), "v5:T": ("MT", 10, "T", "C")}


class MicroTest(suite.SuiteTest):
    SUITE = SUITE

    def run_micro(self, *options, coding="additive", impute="none"):
        """One score for each variant and effect allele."""
        scores = []
        for name, (contig, position, effect, other) in SITES.items():
            columns = harness.SCORE_COLUMNS + " is_dominant is_recessive"
            row = [contig, position, effect, other, 1, coding == "dominant", coding == "recessive"]
            scores.append(self.write_score(name.replace(":", "_") + ".txt", [row], columns, pgs_id=name))
        return self.score("--variants", SUITE.path("t.vcf"), "--model", *scores, "--palindromic", "keep", "--sites", "all",
                          "--impute", impute, *options)

    def found(self, run, fact):
        """What the run says about the quantity of a fact; subject is sample and variant:effect allele."""
        sample, name = fact.subject.split()
        row = run.scores()[sample, name]
        if fact.quantity == "allele_count":
            return int(row["allele_count"])
        if fact.quantity == "effect_allele_dosage" and row["allele_count"] == "0":
            return "missing"
        return float(row["sum"])

    def test_copies_of_called_genotypes(self):
        """The sexes of t.psam are not given: as called, 1/1 on X is two copies (with them it is one, see test_score)."""
        for coding in ("additive", "dominant", "recessive"):
            run = self.run_micro("--half-call", "missing", "--haploid", "as-called", coding=coding)
            for fact in self.take(case="copies", options="*" if coding == "additive" else f"*coding={coding}"):
                if fact.option("coding", "additive") == coding:
                    self.check(fact, self.found(run, fact))

    def test_haploid_calls_by_the_scoring_rules(self):
        """Rows of the suite that the rules replace: MT 0/1 is missing, dominant and recessive of one copy are one."""
        runs = {coding: self.run_micro(coding=coding).scores() for coding in ("additive", "dominant", "recessive")}
        for coding, scores in runs.items():
            self.assertEqual((scores["s4", "v5:T"]["allele_count"], float(scores["s4", "v5:T"]["sum"])), ("0", 0.0), coding)
            for sample, name, copies in (("s4", "v4:T", 1), ("s1", "v5:T", 0), ("s2", "v5:T", 1), ("s3", "v5:T", 1)):
                self.assertEqual(float(scores[sample, name]["sum"]), copies, (coding, sample, name))

    def test_missing_calls(self):
        for coding in ("additive", "dominant", "recessive"):
            for impute in ("cohort", "none", "file"):
                for model in ("hwe", "plink2") if impute == "cohort" else ("hwe",):
                    if coding == "additive" and model == "plink2":
                        continue
                    run = self.run_micro(*(("--impute-model", model) if impute == "cohort" else ()), coding=coding, impute=impute)
                    wanted = [fact for fact in self.take(case="missing", options=f"*impute={impute}*coding={coding}*")
                              if fact.option("impute_model", "hwe") == model]
                    self.assertEqual(len(wanted), 3)
                    for fact in wanted:
                        self.check(fact, self.found(run, fact))
                        if impute == "file":
                            sample, name = fact.subject.split()
                            self.assertEqual(run.scores()[sample, name]["rows_imputed"], "0")

    def test_centred_sums(self):
        """Centring is dosage - 2f with the frequency that the run prints; a missing call has the mean and adds 0."""
        run = self.run_micro(impute="cohort")
        sites = run.sites()
        for fact in self.take(case="centred") + self.take(case="missing", options="*centred*"):
            name = fact.subject.split()[1]
            self.check(fact, self.found(run, fact) - 2 * float(sites[name, 1]["effect_allele_frequency"]))

    def test_haploid_as_diploid(self):
        run = self.run_micro("--haploid", "as-diploid")
        for fact in self.take(case="as_diploid"):
            self.check(fact, self.found(run, fact))

    def test_half_calls(self):
        for fact in self.take(case="half_call", count=3):
            run = self.run_micro("--half-call", fact.option("half_call"))
            self.check(fact, self.found(run, fact))
            if "allele_count" in fact.note:
                self.assertEqual(run.scores()["s4", "v2:T"]["allele_count"], fact.note.split("allele_count ")[1])

    def test_frequencies(self):
        """With the sexes given: a male's call on X counts once, as plink2 counts it."""
        sexes = {"1": "male", "2": "female"}
        lines = SUITE.path("t.psam").read_text().split("\n")[1:]
        sheet = self.write("sheet.tsv", "sample_id\tsex\n" + "".join(
            f"{line.split()[0]}\t{sexes[line.split()[1]]}\n" for line in lines if line))
        sites = self.run_micro("--samples", sheet).sites()
        for fact in self.take(case="frequency"):
            self.check(fact, float(sites[fact.subject, 1]["effect_allele_frequency"]))


def tearDownModule():
    suite.account(SUITE)


if __name__ == "__main__":
    harness.main()
