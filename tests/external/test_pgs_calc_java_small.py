"""pgs_calc_java_small: sums with DS and GT that can be checked by hand, min_r2, several files, and scoring files of real scores."""

import gzip

import suite

SUITE = suite.Suite("pgs_calc_java_small")
harness = suite.harness

# the columns of the peer's tables, and of PRSweb, by our names
RENAMED = {"chr": "chr_name", "position_hg19": "chr_position", "A2": "other_allele", "CHROM": "chr_name", "POS": "chr_position",
           "EA": "effect_allele", "OA": "other_allele", "WEIGHT": "effect_weight"}
CASES = ("single", "single_chr_prefix", "effect_alleles_switched", "two_samples", "min_r2_0.6", "min_r2_0.5", "min_r2_0.5_switched",
         "min_r2_1", "strand_flips", "two_files", "two_files_empty_chromosome", "single_gt", "two_samples_gt", "two_files_gt",
         "sample_filter", "cohort_51", "two_contigs_in_one_file")


def effect_is_ref(row):
    """True if the effect allele of a row of sites.tsv is REF of its record."""
    effect, ref = row["variant"].split(":")[2], row["record_variant"].split(":")[2]
    if row["state"] == "flipped":
        effect = "".join({"A": "T", "T": "A", "C": "G", "G": "C"}[base] for base in reversed(effect))
    return effect == ref


class JavaSmallTest(suite.SuiteTest):
    SUITE = SUITE

    def scoring_file(self, name):
        """The table under our column names."""
        header, columns, rows = suite.read_score_table(SUITE.path(name))
        kept = [column for column in columns if column in RENAMED or column in ("effect_weight", "effect_allele")]
        if "A1" in columns and name.endswith(".csv"):  # A1 and A2 are the alleles, one of them the effect allele or its complement
            for row in rows:
                row["A2"] = row["A2"] if row["effect_allele"] != row["A2"] else row["A1"]
        text = "\t".join(RENAMED.get(column, column) for column in kept) + "\n"
        return self.write(name.replace(".csv", ".txt"), text + "".join("\t".join(row[column] for column in kept) + "\n" for row in rows))

    def run_case(self, fact, *more):
        names = fact.inputs.split()
        variants = [SUITE.path(name) for name in names if name.endswith(".vcf")]
        scores = [self.scoring_file(name) for name in names if name.endswith(".csv")]
        options = ["--dosage", fact.option("dosage", "DS")]
        if fact.option("min_r2"):
            options += ["--min-r2", fact.option("min_r2")]
        if "samples=" in fact.options:
            sheet = self.write("keep.tsv", "sample_id\n" + fact.option("samples") + "\n")
            options += ["--samples", sheet]
        return self.score("--variants", *variants, "--model", *scores, "--sites", "all", "--min-match", "0", "--absent", "missing",
                          *options, *more)

    def quantity(self, run, fact):
        sites = run.sites().values()
        used = [row for row in sites if row["state"] in harness.USED]
        scores = list(run.scores().values())
        if fact.quantity == "sum":
            return run.sums()[fact.subject]
        return {
            "rows_used": lambda: int(scores[0]["rows_used"]),
            "rows_total": lambda: int(scores[0]["rows_total"]),
            "rows_not_used": lambda: int(scores[0]["rows_total"]) - int(scores[0]["rows_used"]),
            "switched": lambda: sum(effect_is_ref(row) for row in used),
            "strand_flipped": lambda: sum(row["state"] == "flipped" for row in sites),
            "allele_mismatch": lambda: sum(row["state"] == "allele_mismatch" for row in sites),
            "r2_filtered_records": lambda: sum(row["state"] == "filtered" for row in sites),
            "sample_count": lambda: len(run.table("samples.tsv")),
        }[fact.quantity]()

    COUNTS = ("sum", "rows_used", "rows_total", "rows_not_used", "switched", "strand_flipped", "allele_mismatch", "r2_filtered_records",
              "sample_count")

    def test_cases(self):
        for case in CASES:
            facts = [fact for fact in self.SUITE.take(case=case) if fact.quantity in self.COUNTS]
            self.assertTrue(facts, case)
            for fact in facts:
                fact.checked = True
            run = self.run_case(facts[0])
            self.assertEqual({row["flags"] is None for row in run.table("samples.tsv")}, {False})
            for fact in facts:
                self.check(fact, self.quantity(run, fact))

    def test_rows_of_filtered_records_are_filtered(self):
        """The peer counts records; by the scoring rules a row ends as filtered, and none as allele_mismatch."""
        for case, filtered in (("min_r2_0.6", 2), ("min_r2_0.5", 1), ("min_r2_0.5_switched", 1), ("min_r2_1", 3), ("strand_flips", 1)):
            run = self.run_case(SUITE.take(case=case)[0])
            counts = run.matches()
            self.assertEqual((counts.get("filtered", 0), counts.get("absent", 0), counts.get("allele_mismatch", 0)), (filtered, 1, 0), case)
        for case in ("single", "effect_alleles_switched", "two_samples", "cohort_51"):
            self.assertNotIn("allele_mismatch", self.run_case(SUITE.take(case=case)[0]).matches(), case)

    def test_rows_of_the_single_case(self):
        run = self.run_case(SUITE.take(case="single")[0])
        sites = {row["variant"]: row for row in run.sites().values()}
        fact, = self.take(case="single", quantity="not_found")
        self.check(fact, {"absent": "not_found"}.get(sites["20:222:G:T"]["state"]))
        for fact in self.take(case="single", quantity="row_state", count=3):
            place, _, effect, _, other = fact.subject.split()
            row = sites[f"{place}:{effect}:{other}"]
            found = f"alleles as given, effect allele {'REF' if effect_is_ref(row) else 'ALT'}"
            self.check(fact, found if row["state"] == "matched" else row["state"])

    def test_dosage_of_each_site(self):
        vcf = SUITE.path("two.vcf")
        facts = self.take(case="two_samples", quantity="effect_allele_dosage", count=6)
        scores = {}
        for place, effect, other in (("20:61795", "T", "G"), ("20:63231", "T", "G"), ("20:63244", "A", "C")):
            contig, position = place.split(":")
            scores[f"{place}:{effect}"] = (contig, position, effect, other, 1)
        wide = self.write("wide.txt", harness.wide_score_text(scores))
        run = self.score("--variants", vcf, "--model", wide, "--dosage", "DS")
        for fact in facts:
            sample, site = fact.subject.split()
            self.check(fact, float(run.scores()[sample, site]["sum"]))

    def test_refusals(self):
        vcfs = [SUITE.path("test.chr1.vcf"), SUITE.path("test.chr2.vcf")]
        score = self.scoring_file("test.scores.csv")
        fact, = self.take(case="sample_filter_file_absent")
        self.refuse(4, "absent.tsv", "--variants", *vcfs, "--model", score, "--samples", self.dir / "absent.tsv", "--absent", "missing")
        self.check(fact, "error")
        fact, = self.take(case="sample_sets_differ")
        self.refuse(3, ["test.chr1.vcf", "test.chr2.wrong.vcf"], "--variants", vcfs[0], SUITE.path("test.chr2.wrong.vcf"), "--model",
                    self.scoring_file("chr20.scores.csv"), "--absent", "missing")
        self.check(fact, "error")
        fact, = self.take(case="no_vcf")
        run = self.run_varisk("score", "--model", score, "--out", self.dir / "out")
        self.check(fact, "error" if run.code == 2 and not (self.dir / "out").exists() else run)

    def test_one_score_under_three_names(self):
        fact, = self.take(case="same_score_three_times")
        text = self.scoring_file("test.scores.csv").read_text()
        copies = [self.write(f"copy{n}.txt", text) for n in range(3)]
        run = self.score("--variants", SUITE.path("test.chr1.vcf"), SUITE.path("test.chr2.vcf"), "--model", *copies, "--dosage", "DS",
                         "--min-match", "0", "--absent", "missing")
        self.check(fact, len({score for _, score in run.scores()}))
        for score in ("copy0", "copy1", "copy2"):
            self.assert_sums(run, {"LF001": 34.0, "LF002": 28.0}, score)

    def test_records_with_too_many_values_do_no_harm(self):
        """The last record is in no score."""
        for fact in self.take(case="excess_format_value", count=4):
            score = self.write_score("two.txt", ["20 61795 T G 1", "20 63231 T G 1"])
            run = self.score("--variants", SUITE.path(fact.inputs), "--model", score, "--dosage", "DS")
            self.check(fact, fact.expected if abs(run.sums()["LF001"] - (0.1 + 1.8)) < 1e-9 else run.sums())

    def test_scoring_files_without_positions_are_refused(self):
        fact, = self.take(case="scoring_file", inputs="PGS000001.txt.gz", quantity="rows_without_position")
        run = self.refuse(3, ["PGS000001.txt.gz", "chr_position|hm_pos|position"], "--variants", SUITE.path("single.vcf"), "--model",
                          SUITE.path("PGS000001.txt.gz"))
        self.check(fact, "77" if run.code == 3 else run)

    def test_scoring_files_of_ids(self):
        path = SUITE.path("PGS000001.txt.gz")
        _, _, rows = suite.read_score_table(path)
        usable = suite.rows_with_alleles([dict(row, chr_position=row["rsID"]) for row in rows])
        variants = [("1", str(100 * n), id, other, effect) for n, (_, id, _, other, effect) in enumerate(suite.variants_of(usable), 1)]
        vcf = self.write_vcf("own.vcf", "het", suite.vcf_records(variants, "0/1"))
        keep = self.score("--variants", vcf, "--model", path, "--match-by", "id", "--palindromic", "keep")
        drop = self.score("--variants", vcf, "--model", path, "--match-by", "id")
        found = {"rows_total": int(keep.scores()["het", "PGS000001"]["rows_total"]), "weight_sum": keep.sums()["het"],
                 "palindromic_rows": drop.matches()["ambiguous"]}
        for fact in self.take(case="scoring_file", inputs="PGS000001.txt.gz", quantity="[!r]*") + self.take(
                case="scoring_file", inputs="PGS000001.txt.gz", quantity="rows_total"):
            self.check(fact, found[fact.quantity])

    def test_scoring_files(self):
        names = ("PGS000781.txt.gz", "PGS000899.txt.gz", "PGS000957.txt.gz", "PGS000958.txt.gz",
                 "PRSWEB_PHECODE153_CRC-Huyghe_PT_UKB_20200608.txt")
        for name in names:
            _, _, rows = suite.read_score_table(SUITE.path(name))
            path = SUITE.path(name)
            if name.startswith("PRSWEB"):
                path = self.scoring_file(name)
                _, _, rows = suite.read_score_table(path)
            usable = suite.rows_with_alleles(rows)
            records = suite.vcf_records(suite.variants_of(usable), suite.one_copy)
            vcf = self.write("own.vcf.gz", gzip.compress(harness.vcf_text("het", records).encode()))
            keep = self.score("--variants", vcf, "--model", path, "--palindromic", "keep", "--duplicate-rows", "sum", "--sites", "all",
                              "--min-match", "0")
            drop = self.score("--variants", vcf, "--model", path, "--duplicate-rows", "sum", "--sites", "none", "--min-match", "0")
            score = name.split(".")[0]
            row = keep.scores()["het", score]
            unused = {number for number, state in keep.states().items() if state not in harness.USED}
            missing_weight = sum(float(rows[number - 1]["effect_weight"]) for number in unused)
            for fact in self.take(case="scoring_file", inputs=name):
                if fact.quantity == "rows_total":
                    self.check(fact, int(row["rows_total"]))
                elif fact.quantity == "weight_sum":
                    self.check(fact, float(row["sum"]) + missing_weight)
                elif fact.quantity == "palindromic_rows":
                    self.check(fact, drop.matches().get("ambiguous", 0))
                elif fact.quantity in ("rows_without_position", "is_haplotype_true"):
                    self.check(fact, keep.matches().get("unsupported", 0) + keep.matches().get("not_harmonised", 0))
                else:
                    self.fail(f"no check for {fact}")


def tearDownModule():
    suite.account(SUITE)


if __name__ == "__main__":
    harness.main()
