"""real_genotype_inputs: what is in real VCF files, seen through the sums of scores that count every allele, and small-ds."""

import gzip

import suite

SUITE = suite.Suite("real_genotype_inputs", without="HG00268.g.vcf.gz")  # test_real_gvcf.py
harness = suite.harness

VCFS = ("1kg_phase3_chr21_start.vcf.gz", "chr20.R50.merged.1.330k.recode.unphased.small.vcf.gz", "gvcfz.vcf", "haploid.vcf", "multipleChromosomes.vcf",
        "sample.vcf.gz", "sample2.vcf", "small.chrX.unphased.vcf.gz", "small.chrX.vcf.gz", "test-haploidX.vcf", "test-hemi.vcf", "test.vcf.gz")
PLAIN = set("ACGT")


class Counted:
    """Runs of scores that count the copies of REF and of each ALT at every record.

    Rows that count one allele of one position twice would be duplicates, so the records of one position are in scores of
    their own: r0, a0 for the first record there, r1, a1 for the second. Where a row fits two records of a position (an
    insertion and the deletion of the same letters) or two records could be one site on two lines (the same REF), each
    record is asked for in a file of its own. A record with alleles that are not letters cannot be asked for by a row.
    """

    def __init__(self, test, name, *options):
        path = SUITE.path(name)
        lines = harness.read_text(path).splitlines()
        header = [line for line in lines if line.startswith("#")]
        places = {}
        for line in lines[len(header):]:
            cells = line.split("\t", 5)
            alleles = [cells[3]] + [alt for alt in cells[4].split(",") if set(alt.upper()) <= PLAIN]
            places.setdefault((cells[0], cells[1]), []).append((alleles, line))
        self.symbols = any(len(alleles) <= line.split("\t", 5)[4].count(",") + 1 for records in places.values() for alleles, line in records)
        plain, apart = {}, {}
        for place, records in places.items():
            for turn, (alleles, line) in enumerate(records):
                twice = any(len(set(alleles) & set(others)) > 1 or alleles[0] == others[0] for n, (others, _) in enumerate(records) if n != turn)
                (apart if twice else plain).setdefault(turn, []).append((place, alleles, line))
        self.records, self.several = len(lines) - len(header), sum(len(records) > 1 for records in places.values())
        self.copies, self.alleles, self.sites = {"r": 0, "a": 0}, {"r": 0, "a": 0}, []
        self.count(test, path, plain, options)
        for turn, records in apart.items():
            part = test.write("part.vcf", "\n".join(header + [line for _, _, line in records]) + "\n")
            self.count(test, part, {turn: records}, options)
        self.states = {row["state"] for row in self.sites}
        rows = [row for row in self.sites if row["consumer"].startswith("r")]
        self.observed, self.missing = (sum(int(row[key]) for row in rows) for key in ("observed", "missing"))
        order = list(dict.fromkeys(line.split("\t", 1)[0] for line in lines[len(header):]))
        self.variants = sorted((row["record_variant"] for row in rows), key=lambda variant: order.index(variant.split(":")[0]))

    def count(self, test, path, turns, options):
        scores = {}
        for turn, records in turns.items():
            for (contig, position), alleles, _ in records:
                if len(alleles) == 1 and len(alleles[0]) == 1:  # a record without ALT shows REF
                    scores.setdefault(f"r{turn}", []).append((contig, position, alleles[0], "G" if alleles[0] == "A" else "A", 1))
                if len(alleles) > 1:
                    scores.setdefault(f"r{turn}", []).append((contig, position, alleles[0], alleles[1], 1))
                    for alt in alleles[1:]:
                        scores.setdefault(f"a{turn}", []).append((contig, position, alt, alleles[0], 1))
        if not scores:
            return
        paths = [test.write_score(f"{score}.txt", rows) for score, rows in scores.items()]
        run = test.score("--variants", path, "--model", *paths, "--palindromic", "keep", "--impute", "none", "--sites", "all",
                         "--build-check", "off", "--dosage", "GT", *options)
        self.samples = [row["sample_id"] for row in run.table("samples.tsv")]
        for row in run.table("scores.tsv"):
            self.copies[row["score_id"][0]] += float(row["sum"])
            self.alleles[row["score_id"][0]] += int(row["allele_count"])
        self.sites += run.table("sites.tsv")


class FileTest(suite.SuiteTest):
    SUITE = SUITE

    def test_files_with_genotypes(self):
        for name in VCFS:
            with self.subTest(name):
                counted = Counted(self, name)
                halves = Counted(self, name, "--half-call", "haploid")
                self.assertEqual(counted.states, {"matched"}, name)
                if not counted.symbols:
                    self.assertEqual(counted.alleles["r"] - counted.copies["r"], counted.copies["a"], name)
                found = {
                    "samples": len(counted.samples), "records": len(counted.variants),
                    "multiallelic_records": sum("," in variant for variant in counted.variants),
                    "calls": counted.observed + counted.missing,
                    "missing_gt": halves.missing, "half_missing_gt": counted.missing - halves.missing,
                    "haploid_calls": 2 * counted.observed - counted.alleles["r"],
                    # the called allele of a half call is counted too
                    "ref_alleles": int(halves.copies["r"]), "nonref_alleles": int(halves.alleles["r"] - halves.copies["r"]),
                    "positions_with_several_records": sum(row["consumer"] == "r1" for row in counted.sites),
                    "indel_records": sum(max(len(allele) for allele in self.alleles(variant)) > 1 for variant in counted.variants),
                    "contigs_with_records": self.contigs(counted.variants),
                    "records_without_alt": sum(variant.endswith(":.") for variant in counted.variants),
                }
                for fact in self.take(case="file", inputs=name):
                    self.check(fact, found[fact.quantity])

    @staticmethod
    def alleles(variant):
        ref, alts = variant.rsplit(":", 2)[1:]
        return [ref] + [alt for alt in alts.split(",") if set(alt.upper()) <= PLAIN]

    @staticmethod
    def contigs(variants):
        counts = {}
        for variant in variants:
            contig = variant.split(":")[0]
            counts[contig] = counts.get(contig, 0) + 1
        return " ".join(f"{contig}={count}" for contig, count in counts.items())


class DosageTest(suite.SuiteTest):
    SUITE = SUITE

    def weights(self):
        """generated_small-ds.score has ids contig:position:REF:ALT, the effect allele and the weight."""
        rows = []
        for line in SUITE.path("generated_small-ds.score").read_text().splitlines():
            variant, effect, weight = line.split()
            contig, position, ref, alt = variant.split(":")
            rows.append([contig, position, effect, alt if effect == ref else ref, weight])
        return self.write_score("weights.txt", rows)

    def run_ds(self, *options):
        return self.score("--variants", SUITE.path("small-ds.vcf"), "--model", self.weights(), "--palindromic", "keep", "--sites", "all",
                          "--dosage", "DS", *options)

    def test_small_ds(self):
        runs = {impute: self.run_ds("--impute", impute) for impute in ("cohort", "none", "file")}
        for impute in ("cohort", "none"):
            for fact in self.take(case="small_ds", quantity="sum", options=f"*impute={impute}", count=100):
                self.check(fact, runs[impute].sums()[fact.subject])
        self.assertEqual(runs["none"].sums(), runs["file"].sums())  # the rows have no frequency
        scores = runs["none"].scores()
        for fact in self.take(case="small_ds", quantity="allele_count", count=100):
            self.check(fact, int(scores[fact.subject, "weights"]["allele_count"]))
        fact, = self.take(case="small_ds", quantity="rows_used")
        self.check(fact, int(scores["133", "weights"]["rows_used"]))
        fact, = self.take(case="small_ds", quantity="sites_without_any_observed_call")
        self.check(fact, sum(row["observed"] == "0" for row in runs["none"].table("sites.tsv")))

    def test_small_ds_as_a_file(self):
        lines = [line.split("\t") for line in SUITE.path("small-ds.vcf").read_text().splitlines() if not line.startswith("#")]
        scores = {kind: self.write_score(f"{kind}.txt", [[line[0], line[1], *(reversed(line[3:5]) if kind == "alt" else line[3:5]), 1]
                                                        for line in lines]) for kind in ("alt", "ref")}
        run = self.score("--variants", SUITE.path("small-ds.vcf"), "--model", *scores.values(), "--palindromic", "keep", "--sites", "all",
                         "--impute", "none")
        sites = [row for row in run.table("sites.tsv") if row["consumer"] == "alt"]
        variants = [row["record_variant"] for row in sites]
        self.assertEqual({row["state"] for row in sites}, {"matched"})
        observed, missing = (sum(int(row[name]) for row in sites) for name in ("observed", "missing"))
        found = {"samples": len(run.table("samples.tsv")), "records": len(set(variants)), "missing_ds": missing,
                 "multiallelic_records": sum("," in variant for variant in variants), "records_without_alt": 0,
                 "indel_records": sum(max(map(len, variant.split(":")[2:])) > 1 for variant in variants),
                 "positions_with_several_records": len(variants) - len({variant.rsplit(":", 2)[0] for variant in variants}),
                 "contigs_with_records": FileTest.contigs(variants), "ds_sum": sum(run.sums("alt").values())}
        for fact in self.take(case="file", inputs="small-ds.vcf"):
            self.check(fact, observed + missing if fact.quantity == "calls" else found[fact.quantity])
        self.assert_near(sum(run.sums("ref").values()), 2 * observed - found["ds_sum"], observed)


class WideTest(suite.SuiteTest):
    SUITE = SUITE

    def test_wide_scores(self):
        path = SUITE.path("test-scores.chr20.txt.gz")
        _, columns, rows = suite.read_score_table(path)
        usable = suite.rows_with_alleles([{**row, "effect_weight": ""} for row in rows])
        records = suite.vcf_records(suite.variants_of(usable), ["0/1"])
        vcf = self.write("own.vcf.gz", gzip.compress(harness.vcf_text("het", records).encode()))
        run = self.score("--variants", vcf, "--model", path, "--palindromic", "keep", "--duplicate-rows", "sum", "--sites", "all", "--min-match", "0")
        scores = {score: row for (_, score), row in run.scores().items()}
        sites = run.table("sites.tsv")
        unused = {score: sum(float(rows[int(site["row"]) - 1][score]) for site in sites
                             if site["consumer"] == score and site["state"] not in harness.USED) for score in scores}
        found = {"columns": " ".join(columns[:4] + list(scores)), "contigs": f"20={len({site['row'] for site in sites})}",
                 "row_count": len({site["row"] for site in sites})}
        self.assertEqual({site["variant"].split(":")[0] for site in sites}, {"20"})
        for fact in self.take(case="wide_scores", inputs="test-scores.chr20.txt.gz"):
            if fact.quantity == "rows_with_weight":
                self.check(fact, int(scores[fact.subject]["rows_total"]))
            elif fact.quantity == "weight_sum":
                self.check(fact, float(scores[fact.subject]["sum"]) + unused[fact.subject])
            else:
                self.check(fact, found[fact.quantity])


def tearDownModule():
    suite.account(SUITE)


if __name__ == "__main__":
    harness.main()
