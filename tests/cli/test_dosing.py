"""From genotypes to diplotypes.tsv and dosing.tsv."""

import random

import harness
import plink_files
from harness import record
from pgx_people import GENE_TABLES, PLACES, SITES, DosingTest, People, table

CYP2C19_2 = {"rs12769205": "0/1", "rs4244285": "0/1", "rs3758581": "1/1"}
GENES_OF_MATCHER = [row["gene"] for row in table("genes.tsv") if row["call"] != "outside"]
REFERENCE = {row["gene"]: row["reference"] for row in table("genes.tsv")}


class DiplotypesTest(DosingTest):
    def call(self, calls, gene, *options, left_out=()):
        """The row of one person for one gene."""
        run = self.dose_calls({"s": calls}, "--genes", gene, *options, left_out=left_out)
        return self.diplotypes(run)["s", gene]

    def test_people_without_variants_have_the_reference(self):
        run = self.dose_calls({"a": {}, "b": {}})
        rows = self.diplotypes(run)
        for gene in GENES_OF_MATCHER:
            name = REFERENCE[gene]
            row = rows["b", gene]
            self.assertEqual(row["state"], "called", row)
            self.assertEqual(row["matched"], name if gene == "MT-RNR1" else f"{name}/{name}")
            self.assertEqual((row["missing_positions"], row["source"]), (".", "genotypes"))
        for gene in ("CYP2D6", "HLA-A", "HLA-B"):
            self.assertEqual(rows["a", gene]["state"], "no_call")
        self.assertEqual(rows["a", "CFTR"]["reported"], "Reference/Reference")
        self.assertEqual(self.only_dose(run, "capecitabine", "a")["primary_action"], "standard")
        self.assertEqual(self.only_dose(run, "codeine", "a")["phenotypes"], "No Result")

    def test_known_diplotypes(self):
        cases = {
            "CYP2C19": [({"rs3758581": "1/1"}, "*1/*1", "Normal Metabolizer", "."), (CYP2C19_2, "*1/*2", "Intermediate Metabolizer", "."),
                        ({"rs3758581": "1/1", "rs12248560": "1/1"}, "*17/*17", "Ultrarapid Metabolizer", "."),
                        ({"rs3758581": "0/1"}, "*1/*38", "Normal Metabolizer", ".")],
            "CYP2C9": [({"rs1799853": "0/1"}, "*1/*2", "Intermediate Metabolizer", "1.5"), ({"rs1057910": "1/1"}, "*3/*3", "Poor Metabolizer", "0"),
                       ({"rs1799853": "0/1", "rs1057910": "0/1"}, "*2/*3", "Poor Metabolizer", "0.5")],
            "TPMT": [({"rs1800460": "0/1", "rs1142345": "0/1"}, "*1/*3A", "Intermediate Metabolizer", ".")],
            "UGT1A1": [({"rs3064744": "2/2", "rs887829": "1/1"}, "*80+*28/*80+*28", "Poor Metabolizer", ".")],
            "SLCO1B1": [({"rs4149056": "1/1"}, "*5/*5", "Poor Function", ".")],
            "DPYD": [({"rs3918290": "0/1"}, "c.1905+1G>A (*2A) (heterozygous)", "Intermediate Metabolizer", "1"),
                     ({"rs75017182": "0/1", "rs56038477": "0/1", "rs67376798": "0/1"}, "c.1129-5923C>G, c.1236G>A (HapB3); c.2846A>T", "Intermediate Metabolizer", "1")],
            "VKORC1": [({"rs9923231": "0/1"}, "rs9923231 reference (C)/rs9923231 variant (T)", "-1639 AG", ".")],
        }
        for gene, people in cases.items():
            run = self.dose_calls({f"s{n}": calls for n, (calls, *_) in enumerate(people)}, "--genes", gene)
            for n, (calls, *expected) in enumerate(people):
                row = self.diplotypes(run)[f"s{n}", gene]
                self.assertEqual([row["reported"], row["phenotype"], row["activity_score"]], expected, calls)

    def test_longer_spellings_and_other_orders_of_alts_are_the_same(self):
        tail = {"CYP2C19": [record("chr10", 94761900, "CA", "TA", "0/1"), record("chr10", 94842866, "A", "T,G", "2/2")]}
        people = People({"s": {}}, ["rs12248560", "rs3758581"], only=["chr10"])
        vcf = self.write_vcf("s.vcf", "s", sorted(people.records() + tail["CYP2C19"], key=lambda line: int(line[1])))
        row = self.diplotypes(self.dose(vcf, "--genes", "CYP2C19"))["s", "CYP2C19"]
        self.assertEqual(row["matched"], "*1/*17")

    def test_undocumented_bases(self):
        def calls(place, alts, gt):
            site = PLACES[place]
            people = People({"s": {}}, [place])
            line = record(site.contig, site.position, site.ref, alts, gt)
            return self.write_vcf("s.vcf", "s", people.records() + [line], contigs=list(dict.fromkeys(s.contig for s in SITES)))

        row = self.diplotypes(self.dose(calls("rs3758581", "G,T", "1/2"), "--genes", "CYP2C19"))["s", "CYP2C19"]
        self.assertEqual((row["state"], row["messages"]), ("no_call", "undocumented_no_call"))
        row = self.diplotypes(self.dose(calls("rs1800460", "T,G", "0/2"), "--genes", "TPMT"))["s", "TPMT"]
        self.assertEqual((row["matched"], row["messages"]), ("*1/*1", "undocumented_as_reference"))

    def test_half_calls_and_three_alleles_are_missing(self):
        for call in ("0/.", "./.", "."):
            self.assertIn("rs12248560", self.call({"rs12248560": call}, "CYP2C19")["missing_positions"], call)
        run = self.dose_calls({"s": {"rs12248560": "0/0/1"}}, "--genes", "CYP2C19")
        self.assertIn("CYP2C19: 1 call(s) of more than two alleles", run.stderr)

    def test_phase_and_phase_sets(self):
        """rs1800460 and rs1142345 are *3A on one chromosome, *3B and *3C on two."""
        for calls, matched, phased in ((("0|1", "0|1"), "*1/*3A", "yes"), (("0|1", "1|0"), "*3B/*3C", "yes"), (("0/1", "0/1"), "*1/*3A", "no")):
            row = self.call({"rs1800460": calls[0], "rs1142345": calls[1]}, "TPMT")
            self.assertEqual((row["matched"], row["phased"]), (matched, phased), calls)
        people = People({"s": {"rs1800460": "0|1:3", "rs1142345": "1|0:3"}, "t": {"rs1800460": "0|1:3", "rs1142345": "1|0:4"}}, only=["chr6"])
        records = [line[:8] + ["GT:PS"] + line[9:] for line in people.records()]
        extra = ('##FORMAT=<ID=PS,Number=1,Type=Integer,Description="phase set">',)
        vcf = self.write_vcf("ps.vcf", people.samples, records, extra=extra)
        run = self.dose(vcf, "--genes", "TPMT", "--pgx-all-matches")
        self.assertEqual([row["matched"] for row in run.table("diplotypes.tsv")], ["*3B/*3C", "*1/*3A; *3B/*3C"])
        if harness.have("bcftools"):
            self.assert_same_results(run, self.dose(self.to_bcf(vcf, "ps.bcf"), "--genes", "TPMT", "--pgx-all-matches"))

    def test_g6pd_of_males_is_one_allele_however_it_is_written(self):
        mediterranean = "Mediterranean, Dallas, Panama, Sassari, Cagliari, Birmingham"
        sheet = self.write("sheet.tsv", "sample_id\tsex\nm\tmale\nn\tmale\nf\tfemale\nh\tfemale\n")
        place = "chrX:154534419"
        one = {site.place: "0" for site in SITES if site.contig == "chrX"}
        calls = {"m": {place: "1/1"}, "n": one | {place: "1"}, "f": {place: "1/1"}, "h": {place: "0/1"}}
        run = self.dose_calls(calls, "--genes", "G6PD", "--samples", sheet)
        rows = {row["sample_id"]: (row["matched"], row["phenotype"]) for row in run.table("diplotypes.tsv")}
        self.assertEqual(rows["m"], (mediterranean, "Deficient"))
        self.assertEqual(rows["n"], rows["m"])
        self.assertEqual(rows["f"], (f"{mediterranean}/{mediterranean}", "Deficient"))
        self.assertEqual(rows["h"], (f"B (reference)/{mediterranean}", "Variable"))
        actions = {sample: row[0]["primary_action"] for sample, row in self.doses(run, "rasburicase").items()}
        self.assertEqual(actions["m"], actions["f"])
        self.assertEqual(actions["h"], "test")
        # Without the sheet two equal alleles are two copies.
        rows = {row["sample_id"]: row["matched"] for row in self.dose_calls(calls, "--genes", "G6PD").table("diplotypes.tsv")}
        self.assertEqual((rows["m"], rows["n"]), (f"{mediterranean}/{mediterranean}", mediterranean))

    def test_males_that_are_heterozygous_on_x_have_no_call(self):
        sheet = self.write("sheet.tsv", "sample_id\tsex\ns\tmale\n")
        row = self.call({"chrX:154534419": "0/1"}, "G6PD", "--samples", sheet)
        self.assertEqual((row["state"], row["matched"], row["messages"]), ("no_call", ".", "mixed_ploidy"))

    def test_mitochondrial_variants(self):
        calls = {"a": {}, "b": {"rs267606617": "1"}, "c": {"chrM:827": "1/1", "rs267606618": "1/1"}, "d": {"rs267606617": "0/1"}, "e": {"rs267606617": "./."},
                 "f": {"chrM:827": "1"}}
        run = self.dose_calls(calls, "--genes", "MT-RNR1", "--drugs", "gentamicin")
        rows = self.diplotypes(run)
        self.assertEqual([rows[s, "MT-RNR1"]["matched"] for s in "abcdef"], ["Reference", "m.1555A>G", "m.827A>G; m.1095T>C", ".", "Reference", "m.827A>G"])
        self.assertEqual([rows[s, "MT-RNR1"]["state"] for s in "abcdef"], ["called", "called", "called", "no_call", "incomplete", "called"])
        self.assertIn("mt_rnr1_heteroplasmy", rows["d", "MT-RNR1"]["messages"])
        self.assertIn("m.1555A>G", rows["e", "MT-RNR1"]["missing_positions"])
        advice = {sample: row[0] for sample, row in self.doses(run, "gentamicin").items()}
        self.assertEqual([advice[s]["primary_action"] for s in "abcdef"], ["standard", "avoid", "avoid", "no_recommendation", "no_recommendation", "standard"])
        self.assertIn("mt_rnr1_heteroplasmy", advice["d"]["cautions"])
        self.assertIn("not_excluded:MT-RNR1:m.1555A>G", advice["e"]["cautions"])


class InputsTest(DosingTest):
    """The same people in other files."""

    def random_people(self, count, seed, phased=True):
        """Mostly reference, with all kinds of calls at one position in twenty."""
        source = random.Random(seed)
        kinds = ["0/1", "1/1", "./.", "1/0"] + (["0|1", "1|0", "1|.", "."] if phased else [])
        return People({f"s{n}": {site.place: source.choice(kinds) for site in SITES if source.random() < 0.05} for n in range(count)})

    def test_each_sample_is_as_if_it_were_alone(self):
        people = self.random_people(12, 1)
        run = self.dose(self.vcf_of("all.vcf", people))
        for name in GENE_TABLES:
            rows = run.table(name)
            for sample in people.samples[::3]:
                alone = self.dose(self.vcf_of(f"{sample}.vcf", people, [sample]))
                self.assertEqual(alone.table(name), [row for row in rows if row["sample_id"] == sample])

    def test_many_files_of_one_sample_are_as_one_file_of_many(self):
        people = self.random_people(9, 2)
        whole = self.dose(self.vcf_of("all.vcf", people))
        paths = {sample: self.vcf_of(f"{sample}.vcf", people, [sample]) for sample in people.samples}
        sheet = self.write("sheet.tsv", "sample_id\n" + "".join(sample + "\n" for sample in people.samples))
        for seed in range(3):
            order = list(paths.values())
            random.Random(seed).shuffle(order)
            listed = self.write("list.txt", "".join(f"{path}\n" for path in order))
            run = self.dose(f"@{listed}", "--samples", sheet)
            for name in GENE_TABLES:
                key = lambda row: row["sample_id"]  # noqa: E731
                self.assertEqual(sorted(run.table(name), key=key), sorted(whole.table(name), key=key))

    def test_threads_do_not_matter(self):
        people = self.random_people(150, 3)
        packed = self.write_bgzf("all.vcf.gz", harness.vcf_text(people.samples, people.records()), 3000)
        one = self.dose(packed, "--threads", "1")
        for threads in ("2", "5"):
            self.assert_same_results(one, self.dose(packed, "--threads", threads))

    @harness.needs("bcftools")
    def test_bcf_is_the_same(self):
        vcf = self.vcf_of("all.vcf", self.random_people(10, 4))
        self.assert_same_results(self.dose(vcf), self.dose(self.to_bcf(vcf, "all.bcf")))

    def test_bed_is_the_same_where_nothing_is_phased(self):
        people = self.random_people(10, 5, phased=False)
        lines = [line for line in people.records() if "," not in line[4]]
        vcf = self.write_vcf("all.vcf", people.samples, lines)
        run = self.dose(vcf)
        for a1_is_ref in (False, True):
            bed = plink_files.write_plink(self, "all", people.samples, lines, a1_is_ref=a1_is_ref)
            self.assert_same_results(run, self.dose(bed))

    def test_chromosomes_in_files_of_their_own(self):
        people = self.random_people(6, 6)
        whole = self.dose(self.vcf_of("all.vcf", people))
        lines = people.records()
        contigs = list(dict.fromkeys(line[0] for line in lines))
        parts = [self.write_vcf(f"{contig}.vcf", people.samples, [line for line in lines if line[0] == contig]) for contig in reversed(contigs)]
        self.assert_same_results(whole, self.dose(parts))
        bare = [[line[0].removeprefix("chr").replace("M", "MT")] + line[1:] for line in lines]
        self.assert_same_results(whole, self.dose(self.write_vcf("bare.vcf", people.samples, bare)))

    def test_the_first_valid_row_of_a_position_counts(self):
        """rs1801280 of NAT2 is T>C; rows of one position differ in REF or in ALT."""
        site = PLACES["rs1801280"]

        def matched(*rows):
            people = People({"s": {}}, [site.place], only=["chr8"])
            lines = people.records() + [record(site.contig, site.position, ref, alt, call) for ref, alt, call in rows]
            vcf = self.write_vcf("split.vcf", "s", sorted(lines, key=lambda line: int(line[1])))
            run = self.dose(vcf, "--genes", "NAT2")
            return self.diplotypes(run)["s", "NAT2"]["matched"], run

        called = matched(("T", "C", "1/1"))[0]
        self.assertNotEqual(called, matched(("T", "C", "0/0"))[0])
        again, run = matched(("T", "C", "1/1"), ("T", "C", "0/0"))
        self.assertEqual(again, called)
        self.assertTrue(any("NAT2 at 8:18400344: 1 further record(s) repeat an ALT" in line for line in run.warning_lines()), run)
        self.assertEqual(matched(("T", "A,C", "2/2"))[0], called)
        self.assertEqual(matched(("G", "C", "0/0"), ("T", "C", "1/1"))[0], called)
        self.assertEqual(matched(("T", "C", "1/1"), ("G", "C", "0/0"))[0], called)
        # A deletion that starts there says nothing of the base itself.
        self.assertEqual(matched(("TG", "T", "0/0"), ("T", "C", "1/1"))[0], called)
        self.assertEqual(matched(("T", "C", "1/1"), ("TG", "T", "0/1"))[0], called)

    def test_lines_of_a_split_site_are_put_together(self):
        """bcftools norm -m- makes several lines of a site; the TA repeat of UGT1A1 is CAT>C,CATAT,..."""
        site = PLACES["rs3064744"]

        def matched(*rows):
            people = People({"s": {}}, [site.place], only=["chr2"])
            lines = people.records() + [record(site.contig, site.position, ref, alt, call) for ref, alt, call in rows]
            vcf = self.write_vcf("split.vcf", "s", sorted(lines, key=lambda line: int(line[1])))
            row = self.diplotypes(self.dose(vcf, "--genes", "UGT1A1"))["s", "UGT1A1"]
            return row["matched"], row["missing_positions"]

        joined = {gt: matched(("CAT", "C,CATAT", gt)) for gt in ("0/0", "0/1", "0/2", "1/2", "2/2", "1/1", "1|2", "0|2", "./.")}
        self.assertEqual(joined["2/2"], ("*28/*28", "."))
        self.assertEqual(len(set(joined.values())), 7)
        split = {"0/0": ("0/0", "0/0"), "0/1": ("0/1", "0/0"), "0/2": ("0/0", "0/1"), "1/2": ("0/1", "0/1"), "2/2": ("0/0", "1/1"),
                 "1/1": ("1/1", "0/0"), "1|2": ("1|0", "0|1"), "0|2": ("0|0", "0|1"), "./.": ("./.", "./.")}
        for gt, (of_c, of_catat) in split.items():
            for lines in ((("CAT", "C", of_c), ("CAT", "CATAT", of_catat)), (("CAT", "CATAT", of_catat), ("CAT", "C", of_c)),
                          (("CAT", "C", of_c), ("C", "CAT", of_catat))):
                with self.subTest(gt=gt, lines=lines):
                    self.assertEqual(matched(*lines), joined[gt])
        # Newer versions write what stands on another line as missing.
        self.assertEqual(matched(("CAT", "C", "1/."), ("CAT", "CATAT", "./1")), joined["1/2"])
        # More ALTs than chromosomes, and one line without a call.
        for lines in ((("CAT", "C", "1/1"), ("CAT", "CATAT", "0/1")), (("CAT", "C", "./."), ("CAT", "CATAT", "0/1"))):
            self.assertEqual(matched(*lines), joined["./."])

    def test_another_ref_is_reported_and_not_used(self):
        people = People({"s": CYP2C19_2}, ["rs12248560"])
        lines = people.records() + [record("chr10", 94761900, "G", "T", "1/1")]
        contigs = list(dict.fromkeys(line[0] for line in lines))
        run = self.dose(self.write_vcf("s.vcf", "s", lines, contigs=contigs), "--genes", "CYP2C19")
        row = self.diplotypes(run)["s", "CYP2C19"]
        self.assertEqual((row["matched"], row["state"]), ("*1/*2", "incomplete"))
        self.assertIn("rs12248560 (*17)", row["missing_positions"])
        self.assertTrue(any("CYP2C19 at 10:94761900: REF is G, the definition has C" in line for line in run.warning_lines()), run)

    def test_filtered_records_and_calls_are_missing(self):
        people = People({"s": {}}, only=["chr10"])
        lines = people.records()
        for line in lines:
            if line[2] == "rs12248560":
                line[6] = "q10"
        vcf = self.write_vcf("s.vcf", "s", lines)
        self.assertEqual(self.diplotypes(self.dose(vcf, "--genes", "CYP2C19"))["s", "CYP2C19"]["state"], "called")
        self.assertEqual(self.diplotypes(self.dose(vcf, "--genes", "CYP2C19", "--pass-only"))["s", "CYP2C19"]["state"], "incomplete")
        scored = [line[:8] + ["GT:GQ", line[9] + (":10" if line[2] == "rs12248560" else ":50")] for line in lines]
        vcf = self.write_vcf("gq.vcf", "s", scored)
        self.assertEqual(self.diplotypes(self.dose(vcf, "--genes", "CYP2C19", "--min-gq", "20"))["s", "CYP2C19"]["state"], "incomplete")


class BlocksTest(DosingTest):
    END = ('##INFO=<ID=END,Number=1,Type=Integer,Description="last position">',)

    def gvcf(self, name, calls, variants=()):
        """A block around each group of positions of CYP2C19, but for the variants; calls: (first, last, call)."""
        lines = [record("chr10", first, "A", "<NON_REF>", call, keys="GT:DP:GQ", info=f"END={last}") for first, last, call in calls]
        lines += [record("chr10", position, ref, alt + ",<NON_REF>", call + ":30:50", keys="GT:DP:GQ") for position, ref, alt, call in variants]
        return self.write_vcf(name, "s", sorted(lines, key=lambda line: int(line[1])), extra=self.END)

    def row(self, vcf, *options):
        return self.diplotypes(self.dose(vcf, "--genes", "CYP2C19", *options))["s", "CYP2C19"]

    def test_blocks_are_observed_reference(self):
        vcf = self.gvcf("g.vcf", [(94761000, 94842865, "0/0:30:50"), (94842867, 94853000, "0/0:30:50")], [(94842866, "A", "G", "1/1")])
        row = self.row(vcf)
        self.assertEqual((row["matched"], row["state"], row["missing_positions"]), ("*1/*1", "called", "."))

    def test_blocks_of_low_quality_are_not(self):
        calls = [(94761000, 94762000, "0/0:30:10"), (94762001, 94842865, "0/0:30:50"), (94842867, 94853000, "0/0:30:50")]
        vcf = self.gvcf("g.vcf", calls, [(94842866, "A", "G", "1/1")])
        self.assertEqual(self.row(vcf)["state"], "called")
        row = self.row(vcf, "--min-block-gq", "20")
        self.assertEqual(row["state"], "incomplete")
        self.assertIn("rs12248560 (*17)", row["missing_positions"])
        nothing = [(94761000, 94762000, "0/0:0:0")] + calls[1:]
        self.assertEqual(self.row(self.gvcf("n.vcf", nothing, [(94842866, "A", "G", "1/1")]))["state"], "incomplete")

    def test_absent_positions_of_a_gvcf_stay_missing(self):
        vcf = self.gvcf("g.vcf", [(94762001, 94853000, "0/0:30:50")])
        self.assertEqual(self.row(vcf, "--pgx-absent", "reference")["state"], "incomplete")

    def test_absent_positions_are_reference_if_the_user_says_so(self):
        vcf = self.write_vcf("v.vcf", "s", [record("chr10", 94781859, "G", "A", "0/1"), record("chr10", 94842866, "A", "G", "1/1")])
        row = self.row(vcf)
        self.assertEqual(row["state"], "ambiguous" if ";" in row["phenotype"] else "incomplete")
        row = self.row(vcf, "--pgx-absent", "reference")
        self.assertEqual((row["state"], row["missing_positions"]), ("no_call", "."))  # 94781859 without 94775367 is no allele
        self.assertEqual(self.row(self.write_vcf("w.vcf", "s", [record("chr10", 94842866, "A", "G", "1/1")]), "--pgx-absent", "reference")["matched"], "*1/*1")


class DrugsTest(DosingTest):
    def advice(self, drug, calls, outside=(), left_out=(), population=None):
        options = []
        if outside:
            text = "".join("s\t" + "\t".join(line) + "\n" for line in outside)
            options = ["--outside-calls", self.write("outside.tsv", text)]
        rows = self.doses(self.dose_calls({"s": calls}, "--drugs", drug, *options, left_out=left_out), drug)["s"]
        rows = [row for row in rows if population in (None, row["population"])]
        self.assertEqual(len(rows), 1, rows)
        return rows[0]

    def test_drugs_of_two_genes(self):
        row = self.advice("amitriptyline", {"rs3758581": "1/1"} | CYP2C19_2, [("CYP2D6", "*4/*4")])
        self.assertEqual((row["genes"], row["diplotypes"], row["activity_scores"]), ("CYP2C19; CYP2D6", "*1/*2; *4/*4", ".; 0"))
        self.assertEqual((row["primary_action"], row["fallback_action"]), ("avoid", "decrease"))
        self.assertEqual(self.advice("amitriptyline", {}, [("CYP2D6", "*1/*1")])["primary_action"], "standard")
        row = self.advice("azathioprine", {"rs1800460": "1/1", "rs1142345": "1/1"})
        self.assertEqual((row["genes"], row["phenotypes"]), ("TPMT; NUDT15", "Poor Metabolizer; Normal Metabolizer") if row["genes"].startswith("TPMT")
                         else ("NUDT15; TPMT", "Normal Metabolizer; Poor Metabolizer"))
        self.assertIn(row["primary_action"], ("alternative", "decrease"))
        self.assertEqual(self.advice("azathioprine", {})["primary_action"], "standard")

    def test_phenytoin_is_avoided_by_carriers_whatever_cyp2c9_is(self):
        for calls in ({}, {"rs1057910": "1/1"}):
            row = self.advice("phenytoin", calls, [("HLA-B", "*15:02/*40:01")], population="phenytoin_naive")
            self.assertEqual(row["primary_action"], "avoid")
            self.assertIn("*15:02 positive", row["phenotypes"])
        row = self.advice("phenytoin", {"rs1057910": "1/1"}, [("HLA-B", "*07:02/*40:01")], population="phenytoin_naive")
        self.assertEqual(row["primary_action"], "decrease")
        row = self.advice("phenytoin", {}, population="phenytoin_naive")
        self.assertIn("needs_hla_b_outside_call", row["cautions"])

    def test_without_star_17_nobody_is_told_to_go_on_as_usual(self):
        row = self.advice("citalopram", {"rs3758581": "1/1"}, left_out=["rs12248560"])
        self.assertEqual((row["primary_action"], row["strength"]), ("no_recommendation", "No recommendation"))
        self.assertIn("CYP2C19 *17", row["text"])
        self.assertIn("not_excluded:CYP2C19:*17", row["cautions"])
        self.assertEqual(self.advice("citalopram", {"rs3758581": "1/1"})["primary_action"], "standard")
        # What is not "as usual" stays.
        poor = {place: "1/1" for place in CYP2C19_2}
        self.assertEqual(self.advice("citalopram", poor, left_out=["rs12248560"])["primary_action"], "alternative")

    def test_ambiguous_genotypes_have_several_rows(self):
        # Without rs28399504 *1/*4 and *1/*17 fit equally well.
        run = self.dose_calls({"s": {"rs12248560": "0/1", "rs3758581": "1/1"}}, "--drugs", "citalopram", left_out=["rs28399504"])
        row = self.diplotypes(run)["s", "CYP2C19"]
        self.assertEqual((row["matched"], row["state"]), ("*1/*4; *1/*17", "ambiguous"))
        rows = self.doses(run, "citalopram")["s"]
        self.assertEqual(len(rows), 2)
        for row in rows:
            self.assertIn("ambiguous_genotype", row["cautions"])
        # Each row names the candidates that it is for.
        self.assertEqual([(row["diplotypes"], row["phenotypes"]) for row in rows],
                         [("*1/*4", "Intermediate Metabolizer"), ("*1/*17", "Rapid Metabolizer")])

    def test_research_never_reaches_the_doses(self):
        people = {"s": {site.place: "1/1" for site in SITES if site.contig == "chr22" and site.rsid == "rs3892097"}}
        options = ("--pgx-research", "cyp2d6,combinations", "--genes", "CYP2D6,CYP2B6,CYP2C19")
        people["s"] |= {"rs3758581": "1/1", "rs12248560": "0|1", "rs4244285": "0|1"}  # *17 and half of *2: no named pair
        run = self.dose_calls(people, *options)
        rows = self.diplotypes(run)
        self.assertEqual((rows["s", "CYP2D6"]["state"], rows["s", "CYP2C19"]["state"]), ("called", "called"))
        self.assertIn("[", rows["s", "CYP2C19"]["matched"])
        self.assertIn("cyp2d6_research", rows["s", "CYP2D6"]["messages"])
        for drug, gene in (("codeine", "CYP2D6"), ("citalopram", "CYP2C19")):
            for row in self.doses(run, drug)["s"]:
                self.assertEqual((row["diplotypes"], row["phenotypes"], row["primary_action"]), ("No Result", "No Result", "no_recommendation"))
        self.assertIn("cyp2d6_research", self.only_dose(run, "codeine")["cautions"])

    def test_genes_and_drugs_may_be_chosen(self):
        run = self.dose_calls({"s": {}}, "--genes", "CYP2C19,TPMT")
        self.assertEqual({row["gene"] for row in run.table("diplotypes.tsv")}, {"CYP2C19", "TPMT"})
        drugs = {row["drug"] for row in run.table("dosing.tsv")}
        self.assertIn("clopidogrel", drugs)
        self.assertFalse({"capecitabine", "azathioprine", "amitriptyline"} & drugs, "a drug needs all of its genes")
        vcf = self.vcf_of("one.vcf", People({"s": {}}))
        self.refuse(2, "azathioprine needs the gene NUDT15", "--dosing", "--variants", vcf, "--genes", "TPMT", "--drugs", "azathioprine")
        run = self.dose_calls({"s": {}}, "--drugs", "clopidogrel")
        self.assertEqual({row["drug"] for row in run.table("dosing.tsv")}, {"clopidogrel"})


if __name__ == "__main__":
    harness.main()
