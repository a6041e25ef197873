"""pygscatalog_match: which row matches which record, and small arithmetic. Each inline fact is a score of its own."""

import shutil
import subprocess

import suite

SUITE = suite.Suite("pygscatalog_match")
harness = suite.harness

# the peer's names: state, effect allele is REF, by a row of sites.tsv
MATCHED = {"matched": "matched", "flipped": "matched", "ambiguous": "excluded"}


def match_type(row, index):
    if row["state"] == "ambiguous":
        return "EXCLUDED"
    if row["state"] not in harness.USED:
        return "NO_MATCH"
    name = "ALT" if index else "REF"
    if row["variant"].endswith(":?"):
        return name + "_NO_OA"
    return ("ALTREF" if index else "REFALT") + ("_FLIP" if row["state"] == "flipped" else "")


def unpacked(path):
    """Text of a file, also of a .zst; None if there is no program for it."""
    if path.suffix != ".zst":
        return harness.read_text(path)
    for command in (["zstd", "-dcq", str(path)], ["plink2", "--zst-decompress", str(path)]):
        if shutil.which(command[0]):
            return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    return None


def variants(path):
    """(contig, position, id, ref, alt) of a .pvar or .bim file."""
    lines = [line.split() for line in unpacked(path).splitlines() if line and not line.startswith("#")]
    if ".bim" in path.name:
        return [(cells[0], cells[3], cells[1], cells[5], cells[4]) for cells in lines]
    return [tuple(cells[:5]) for cells in lines]


class InlineTest(suite.SuiteTest):
    """Every fact is a record at a position of its own and a score of one row on it."""

    SUITE = SUITE
    SAMPLES = "hom0 hom1 hom2 het"

    def setUp(self):
        super().setUp()
        self.records, self.scores = [], {}

    def add(self, name, ref, alts, effect, other):
        """A record and a score; other may be unknown."""
        position = 100 * (len(self.records) + 1)
        alts = "." if alts == ref else alts  # an ALT that is the REF is no ALT
        last = alts.count(",") + 1 if alts != "." else 0
        calls = ["0/0", f"{min(1, last)}/{min(1, last)}", f"{min(2, last)}/{min(2, last)}", f"0/{min(1, last)}"]
        self.records.append(harness.record("1", position, ref, alts, calls))
        self.scores[name] = ("1", position, effect, None if other == "unknown" else other, 1)

    def run_added(self, palindromic):
        vcf = self.write_vcf("inline.vcf", self.SAMPLES, self.records)
        wide = self.write("wide.txt", harness.wide_score_text(self.scores))
        run = self.score("--variants", vcf, "--model", wide, "--sites", "all", "--min-match", "0", "--palindromic", palindromic)
        self.rows = {row["consumer"]: row for row in run.table("sites.tsv")}
        self.sums = {(sample, score): float(row["sum"]) for (sample, score), row in run.scores().items()}
        return run

    def index(self, name, alts):
        """Index of the effect allele, from the sums of the homozygotes; none if the row is not used."""
        if self.rows[name]["state"] not in harness.USED:
            return "none"
        copies = [self.sums[f"hom{index}", name] for index in range(alts.count(",") + 2)]
        self.assertEqual(sorted(copies)[-2:], [0.0, 2.0], name)
        return copies.index(2.0)

    def pairs(self, facts):
        """key -> facts, one for each inline input of a case"""
        found = {}
        for fact in facts:
            found.setdefault(fact.options, []).append(fact)
        return found

    def test_palindromic_pairs(self):
        groups = self.pairs(self.take(case="palindromic"))
        for options, (fact,) in groups.items():
            ref, alt = fact.option("ref"), fact.option("alt")
            if fact.quantity == "error":  # a letter that is no base: the row is unsupported, the run goes on
                self.add(options, "A", "G", alt, ref)
            else:
                self.add(options, ref, alt, alt, ref)
        self.run_added("drop")
        for options, (fact,) in groups.items():
            state = self.rows[options]["state"]
            if fact.quantity == "error":
                self.check(fact, "error" if state == "unsupported" else state)
            else:
                self.check(fact, {"ambiguous": "true", "matched": "false"}.get(state, state))

    def classes(self, case, palindromic):
        """The facts of one case that are decided by a run with this option."""
        facts = [fact for fact in self.SUITE.take(case=case) if fact.option("palindromic", "keep") == palindromic or fact.quantity == "ambiguous"]
        groups = self.pairs(facts)
        for options, group in groups.items():
            fact = group[0]
            self.add(options, fact.option("ref"), fact.option("alts") or fact.option("alt"), fact.option("effect"), fact.option("other"))
        if not groups:
            return
        self.run_added(palindromic)
        for options, group in groups.items():
            row = self.rows[options]
            alts = group[0].option("alts") or group[0].option("alt")
            for fact in group:
                if fact.quantity == "ambiguous":  # shows under drop alone
                    if palindromic == "drop":
                        fact.checked = True
                        self.check(fact, str(row["state"] == "ambiguous").lower())
                    continue
                fact.checked = True
                index = self.index(options, alts)
                found = {"effect_allele_index": index, "match_type": match_type(row, index),
                         "multiallelic": str("," in row["record_variant"]).lower(),
                         "match_summary": MATCHED.get(row["state"], "unmatched")}[fact.quantity]
                self.check(fact, found)

    def test_classify(self):
        self.classes("classify", "keep")

    def test_alleles_of_multiallelic_and_palindromic_records(self):
        for case in ("priority", "match_row"):
            for palindromic in ("keep", "drop"):
                with self.subTest(case=case, palindromic=palindromic):
                    self.records, self.scores = [], {}
                    self.classes(case, palindromic)

    def test_order_of_match_types(self):
        """REFALT and the like are used, EXCLUDED and NO_MATCH are not; alleles as given win over a flip at one position."""
        kinds = {"REFALT": ("A", "C", "A", "C"), "ALTREF": ("A", "C", "C", "A"), "REFALT_FLIP": ("A", "C", "T", "G"),
                 "EXCLUDED": ("A", "T", "A", "T"), "NO_MATCH": ("A", "C", "A", "T")}
        for name, (ref, alt, effect, other) in kinds.items():
            self.add(name, ref, alt, effect, other)
        self.run_added("drop")
        for fact in self.take(case="order", quantity="is_matched"):
            name = fact.option("match_type")
            self.assertEqual(match_type(self.rows[name], 0 if name.startswith("REF") else 1), name)
            self.check(fact, str(self.rows[name]["state"] in harness.USED).lower())

    def test_complement(self):
        """A flip shows the complement of an allele; of several bases it is the reverse complement."""
        facts = self.take(case="complement")
        expand = lambda text: text[0] * int(text[2:]) if "*" in text else text
        for fact in facts:
            allele = expand(fact.option("allele"))
            turned = expand(fact.expected)
            if len(allele) == 1:
                other, plain = ("C", "G") if allele in "AT" else ("A", "T")
                self.add(fact.line, turned, plain, allele, other)
            else:
                self.add(fact.line, turned, turned[0], allele, {"A": "T", "T": "A", "C": "G", "G": "C"}[turned[0]])
        self.scores = {f"line{name}": row for name, row in self.scores.items()}
        run = self.run_added("keep")
        for fact in facts:
            state = self.rows[f"line{fact.line}"]["state"]
            self.check(fact, fact.expected if state == "flipped" else f"{state}\n{run}")
        # ATGC by complement alone would be TACG
        self.records, self.scores = [], {}
        self.add("quirk", "TACG", "T", "ATGC", "A")
        self.run_added("keep")
        self.assertEqual(self.rows["quirk"]["state"], "allele_mismatch")

    def test_coding(self):
        columns = harness.SCORE_COLUMNS + " is_dominant is_recessive"
        vcf = self.write_vcf("c.vcf", "d0 d1 d2", [harness.record("1", 10, "A", "G", "0/0 0/1 1/1")])
        for fact in self.take(case="coding", quantity="effect_allele_dosage"):
            coding = fact.option("coding")
            score = self.write_score("c.txt", [["1", 10, "G", "A", 1, coding == "dominant", coding == "recessive"]], columns)
            run = self.score("--variants", vcf, "--model", score)
            self.check(fact, run.sums()["d" + fact.option("dosage")])
        fact, = self.take(case="coding", quantity="error")
        both = self.write_score("both.txt", ["1 10 G A 1 True True"], columns)
        run = self.refuse(3, ["both.txt", r"\b2\b"], "--variants", vcf, "--model", both)
        self.check(fact, "error" if run.code == 3 else run)

    def test_mean_dosage(self):
        for fact in self.take(case="mean_dosage", count=2):
            calls = [{"0": "0/0", "1": "0/1", "2": "1/1", "missing": "./."}[word] for word in fact.options.split("=")[1].split()]
            vcf = self.write_vcf("m.vcf", [f"s{n}" for n in range(len(calls))], [harness.record("1", 10, "A", "G", calls)])
            run = self.score("--variants", vcf, "--model", self.write_score("m.txt", ["1 10 G A 1"]), "--impute", "cohort")
            self.check(fact, run.sums()[f"s{calls.index('./.')}"])

    def test_sums(self):
        calls = {"0": "0/0", "1": "0/1", "2": "1/1"}
        plain = [line.split("=")[1].split(",") for line in "v0=0,1,2 v1=1,0,1 v2=2,1,0 v3=2,2,2".split()]
        missing = {(0, 2), (1, 1), (2, 0), (3, 0)}
        names = ["sample1", "sample2", "sample3"]

        def run_on(dosages, gone=()):
            records = [harness.record("1", 10 * (n + 1), "A", "G", ["./." if (n, s) in gone else calls[value] for s, value in enumerate(values)])
                       for n, values in enumerate(dosages)]
            rows = {"all": range(4), "A": range(3), "B": range(3, 4)}
            scores = [self.write_score(f"{name}.txt", [f"1 {10 * (n + 1)} G A 1" for n in those]) for name, those in rows.items()]
            vcf = self.write_vcf("s.vcf", names, records)
            return self.score("--variants", vcf, "--model", *scores, "--impute", "none", "--min-match", "0").scores()

        tables = {"v0": run_on(plain), "missing": run_on(plain, missing), "0": run_on([["0"] * 3] * 4), "1": run_on([["1"] * 3] * 4)}
        for fact in self.take(case="sums", quantity="*[mt]"):
            sample, _, score = fact.subject.partition(" ")
            if fact.options.startswith("v0"):
                table = tables["missing" if "missing" in fact.options else "v0"]
            else:
                table = tables[fact.options.split("dosage ")[1][0]]
            row = table[sample, score or "all"]
            self.check(fact, float(row["sum"]) if fact.quantity.endswith("sum") else int(row["allele_count"]))
        fact, = self.take(case="sums", quantity="error")
        bad = self.write("bad.txt", harness.score_text([f"1 {10 * n} G A 1" for n in (1, 2, 3)]) + "1\t40\tG\tA\n")
        run = self.refuse(3, ["bad.txt", r"\b5\b"], "--variants", self.dir / "s.vcf", "--model", bad)
        self.check(fact, "error" if run.code == 3 else run)

    def test_match_rate_limits(self):
        """score_pass is shown by a sum, and by exit code 5 without it."""
        records = [harness.record("1", 10 * n, "A", "G", "0/1") for n in range(1, 101)]
        vcf = self.write_vcf("r.vcf", "s", records)
        for fact in self.take(case="match_rate_limit", count=3):
            used, total = (3, 4) if "of" in fact.options else (round(100 * float(fact.option("match_rate"))), 100)
            limit = fact.option("min_match")
            score = self.write_score("r.txt", [f"1 {10 * n if n <= used else 90000 + n} G A 1" for n in range(1, total + 1)])
            run = self.try_score("--variants", vcf, "--model", score, "--min-match", limit)
            self.assertEqual(run.code, 0 if fact.expected == "true" else 5, run)
            self.check(fact, str(run.sums()["s"] is not None).lower())


class FileTest(suite.SuiteTest):
    """Variant lists as VCFs of one sample with 0/1 everywhere; normalised scoring files split into one file for each score."""

    SUITE = SUITE

    def vcf_of(self, name, calls=("0/1",)):
        lines = list(dict.fromkeys(variants(SUITE.path(name))))
        return self.write_vcf(name + ".vcf", "s", suite.vcf_records(lines, list(calls)))

    def scores_of(self, name, harmonised=False):
        """One file for each accession, rows in their order; accession -> path"""
        _, _, rows = suite.read_score_table(SUITE.path(name))
        groups = {}
        for row in rows:
            groups.setdefault(row["accession"], []).append(row)
        columns = harness.SCORE_COLUMNS + " is_dominant is_recessive"
        if harmonised:
            columns = columns.replace("chr_name chr_position", "hm_chr hm_pos")
        self.rows = groups
        return {accession: self.write_score(accession + ".txt", [
            [row["chr_name"], row["chr_position"], row["effect_allele"], row["other_allele"], row["effect_weight"],
             row["effect_type"] == "dominant", row["effect_type"] == "recessive"] for row in group], columns, pgs_id=accession)
            for accession, group in groups.items()}

    def run_files(self, scores, vcf, *options, code=0):
        return self.score("--variants", vcf, "--model", *scores.values(), "--sites", "all", "--absent", "missing", *options, code=code)

    def count(self, run, fact):
        accession = fact.subject
        rows = [row for row in run.table("sites.tsv") if row["consumer"] == accession]
        used = [row for row in rows if row["state"] in harness.USED]
        if fact.quantity in ("rows_total", "rows_used"):
            return int(run.scores()["s", accession][fact.quantity])
        if fact.quantity == "switched":
            return sum(row["variant"].split(":")[2] == row["record_variant"].split(":")[2] for row in used)
        if fact.quantity == "multiallelic":
            return sum("," in row["record_variant"] for row in used)
        if fact.quantity == "match_rate":
            return f"{len(used) / len(rows):.6f}"
        state = {"not_found": "absent", "strand_flipped": "flipped"}.get(fact.quantity, fact.quantity)
        return run.matches(accession).get(state, 0)

    def check_pass(self, facts, scores, vcf):
        """score_pass under each explicit limit: a sum or NA, and exit code 5 if any score fails."""
        for limit in dict.fromkeys(fact.option("min_match") for fact in facts):
            mine = [fact for fact in facts if fact.option("min_match") == limit]
            run = self.try_score("--variants", vcf, "--model", *scores.values(), "--absent", "missing", "--min-match", limit)
            sums = {score: row["sum"] for (_, score), row in run.scores().items()}
            self.assertEqual(run.code, 5 if "NA" in sums.values() else 0, run)
            for fact in mine:
                self.check(fact, str(sums[fact.subject] != "NA").lower())

    def test_real_scores(self):
        for case in ("good", "multiallelic", "duplicated"):
            facts = self.take(case=case, options="palindromic=drop*")
            vcf = self.vcf_of("multiallelic.pvar" if case == "multiallelic" else "good_match.pvar")
            scores = self.scores_of(facts[0].inputs.split()[0])
            run = self.run_files(scores, vcf, "--palindromic", "drop", "--min-match", "0")
            self.check_pass([fact for fact in facts if fact.quantity == "score_pass"], scores, vcf)
            for fact in facts:
                if fact.quantity == "row_state":
                    accession, place, _, effect = fact.subject.split()
                    row, = [row for row in run.table("sites.tsv") if row["consumer"] == accession and row["variant"].startswith(f"{place}:{effect}:")]
                    self.check(fact, {"matched": "used"}.get(row["state"], row["state"]))
                    if "REF" in fact.note or "ALT" in fact.note:
                        ref = row["variant"].split(":")[2] == row["record_variant"].split(":")[2]
                        self.assertEqual("REF" if ref else "ALT", fact.note.split()[-1], fact)
                elif fact.quantity != "score_pass":
                    self.check(fact, self.count(run, fact))

    def test_ambiguous_rows_of_all_scores(self):
        fact, = self.take(case="duplicated", quantity="ambiguous", subject="all")
        run = self.run_files(self.scores_of("duplicated_scorefile.txt"), self.vcf_of("good_match.pvar"), "--min-match", "0.5")
        self.check(fact, run.matches().get("ambiguous", 0))

    def test_multiallelic_records_are_used(self):
        fact, = self.take(case="multiallelic", quantity="multiallelic", subject="all")
        run = self.run_files(self.scores_of("good_match_scorefile.txt"), self.vcf_of("multiallelic.pvar"), "--min-match", "0")
        used = [row for row in run.table("sites.tsv") if row["state"] in harness.USED and "," in row["record_variant"]]
        self.check(fact, ">0" if used else "0")

    def test_codings(self):
        """How many rows have each coding shows in the sums of het and hom: additive w and 2w, dominant w and w, recessive 0 and w."""
        scores = self.scores_of("good_match_scorefile.txt")
        vcfs = {"het": self.vcf_of("good_match.pvar"), "ref": self.write_vcf("ref.vcf", "s", suite.vcf_records(
            variants(SUITE.path("good_match.pvar")), ["0/0"]))}
        for fact in self.take(case="good", options="coding=*"):
            coding = fact.option("coding")
            rows = [row for row in self.rows[fact.subject] if row["effect_type"] == coding]
            path = self.write_score("part.txt", [[row["chr_name"], row["chr_position"], row["effect_allele"], row["other_allele"], "1",
                                                 coding == "dominant", coding == "recessive"] for row in rows],
                                    harness.SCORE_COLUMNS + " is_dominant is_recessive") if rows else None
            if path is None:
                self.check(fact, 0)
                continue
            found = {}
            for name, vcf in vcfs.items():
                run = self.score("--variants", vcf, "--model", path, "--palindromic", "keep", "--min-match", "0", "--absent", "missing")
                found[name] = run.sums()["s"]
            self.assertEqual(found["het"], {"additive": len(rows), "dominant": len(rows), "recessive": 0}[coding])
            self.check(fact, int(run.scores()["s", "part"]["rows_total"]))
        self.assertEqual(len(scores), 2)

    def test_no_score_passes(self):
        facts = self.take(case="no_overlap")
        scores = self.scores_of("bad_match_scorefile.txt.gz", harmonised=True)
        vcf = self.vcf_of("good_match.pvar")
        run = self.run_files(scores, vcf, "--min-match", "0.75", code=5)
        for fact in facts:
            if fact.quantity == "rows_without_position":
                rows = [row for _, row in sorted(run.sites().items())]
                states = [row["state"] for row, cells in zip(rows, self.rows[fact.subject]) if not cells["chr_position"]]
                self.assertLessEqual(set(states), {"not_harmonised", "unsupported"})  # some have no alleles either
                self.check(fact, len(states))
            elif fact.quantity == "score_pass":
                self.check(fact, str(run.sums()["s"] is not None).lower())
            elif fact.quantity == "error":
                self.check(fact, "error" if run.code == 5 else run)
            else:
                self.check(fact, self.count(run, fact))

    def test_no_score_passes_a_limit_of_all_rows(self):
        fact, = self.take(case="good", quantity="error")
        run = self.run_files(self.scores_of("good_match_scorefile.txt"), self.vcf_of("good_match.pvar"), "--min-match", "1", code=5)
        self.assertEqual(set(row["sum"] for row in run.table("scores.tsv")), {"NA"})
        self.check(fact, "error" if run.code == 5 else run)

    def test_wrong_build_without_contig_lengths(self):
        vcf = self.vcf_of("good_match.pvar")
        names = ("normalised_PGS000001_hmPOS_GRCh38.txt.gz", "normalised_PGS000866_hmPOS_GRCh38.txt.gz")
        for name in names:
            run = self.run_files(self.scores_of(name), vcf, "--min-match", "0")
            for fact in self.take(case="wrong_build", inputs=name + " good_match.pvar"):
                self.check(fact, self.count(run, fact))
        fact, = self.take(case="wrong_build", quantity="error")
        scores = {}
        for name in names + ("good_match_scorefile.txt",):
            scores.update(self.scores_of(name))
        run = self.run_files(scores, vcf, "--min-match", "0.01", code=5)  # those that fail do not take the others with them
        sums = {score: row["sum"] for (_, score), row in run.scores().items()}
        self.assertEqual({score for score, total in sums.items() if total == "NA"}, {"PGS000001_hmPOS_GRCh38", "PGS000866_hmPOS_GRCh38"})
        self.check(fact, "none" if sums["PGS000001"] != "NA" else run)

    def test_one_site(self):
        name = "normalised_PGS000001_hmPOS_GRCh38.txt.gz"
        vcf = self.write_vcf("one.vcf", "s", [harness.record("11", 69516650, "T", "C", "0/0")])
        scores = self.scores_of(name)
        accession, = scores
        run = self.run_files(scores, vcf, "--min-match", "0")
        first = run.sites()[accession, 1]
        for fact in self.take(case="one_site"):
            if fact.quantity == "match_type":
                weight = float(self.rows[accession][0]["effect_weight"])
                self.assert_near(run.sums()["s"], 2 * weight)
                self.check(fact, match_type(first, 0))
            elif fact.quantity == "score_pass":
                self.check(fact, str(self.run_files(scores, vcf, "--min-match", "0.75", code=5).sums()["s"] is not None).lower())
            else:
                fact.subject = accession
                self.check(fact, self.count(run, fact))

    def list_as_score(self, name, lines):
        """A scoring file with a row for each variant of a list: effect ALT, other REF."""
        return self.write_score(name + ".txt", [[contig, position, alt, ref, 1] for contig, position, _, ref, alt in lines])

    def test_intersections(self):
        """Variants of the target as rows on the reference's records: matched as given, in either order of the alleles."""
        for target in ("target.pvar.zst", "target.bim.zst"):
            facts = self.take(case="intersect", inputs="ref.pvar.zst " + target, count=3)
            if unpacked(SUITE.path(target)) is None:
                self.skipTest("no program for .zst files")
            reference, mine = variants(SUITE.path("ref.pvar.zst")), variants(SUITE.path(target))
            vcf = self.write_vcf("ref.vcf", "s", suite.vcf_records(reference, ["0/1"]))
            run = self.score("--variants", vcf, "--model", self.list_as_score("target", mine), "--palindromic", "keep", "--min-match", "0",
                             "--sites", "all", "--absent", "missing")
            back = self.score("--variants", vcf, "--model", self.list_as_score("reference", reference), "--palindromic", "keep", "--min-match", "0")
            self.assertEqual(back.matches().get("unsupported", 0), sum("<" in line[4] for line in reference))
            for fact in facts:
                self.check(fact, {"target_variants": int(run.scores()["s", "target"]["rows_total"]),
                                  "reference_variants": back.matches().get("matched", 0) + back.matches().get("unsupported", 0),
                                  "shared_variants": run.matches().get("matched", 0)}[fact.quantity])

    def test_lists_and_tables_are_read_whole(self):
        for name in ("good_match.pvar", "multiallelic.pvar"):
            lines = variants(SUITE.path(name))
            score = self.write_score("list.txt", [[line[0], line[1], line[4].split(",")[0], line[3], 1] for line in lines])
            run = self.score("--variants", self.vcf_of(name), "--model", score, "--palindromic", "keep", "--min-match", "0", "--sites", "all",
                             "--duplicate-rows", "sum")
            for fact in self.take(case="files", inputs=name):
                rows = run.table("sites.tsv")
                records = {row["record_variant"] for row in rows if row["state"] in harness.USED}
                self.check(fact, len(rows) if fact.quantity == "variant_count" else sum("," in record for record in records))
        vcf = self.vcf_of("good_match.pvar")
        for fact in self.take(case="files", quantity="row_count"):
            scores = self.scores_of(fact.inputs)
            run = self.run_files(scores, vcf, "--min-match", "0")
            self.check(fact, sum(int(row["rows_total"]) for row in run.scores().values()))


def tearDownModule():
    suite.account(SUITE)


if __name__ == "__main__":
    harness.main()
