"""Dosing: less data must not give a more confident answer."""

import shutil

import harness
from harness import record
from pgx_people import PLACES, DosingTest, People

ADULT = {"age": "60", "height_cm": "170", "weight_kg": "70", "race": "white", "amiodarone": "no", "enzyme_inducer": "no"}


class GapsTest(DosingTest):
    def warfarin(self, calls, *options, **patient):
        columns = {**ADULT, **patient}
        table = self.write("patient.tsv", "\t".join(["sample_id", *columns]) + "\n" + "\t".join(["s", *columns.values()]) + "\n")
        return self.doses(self.dose_calls({"s": calls}, "--covariates", table, "--drugs", "warfarin", *options), "warfarin")["s"][0]

    def test_genes_whose_main_variants_were_not_looked_for(self):
        """One other position of the gene was genotyped, and is REF."""
        for gene, rsid, drug in (("G6PD", "rs1050828", "rasburicase"), ("G6PD", "rs5030868", "primaquine"), ("SLCO1B1", "rs4149056", "simvastatin"),
                                 ("CYP2B6", "rs3745274", "efavirenz"), ("UGT1A1", "rs3064744", "atazanavir"), ("CFTR", "rs75527207", "ivacaftor"),
                                 ("CYP3A5", "rs776746", "tacrolimus")):
            with self.subTest(gene=gene, rsid=rsid):
                run = self.dose_calls({"s": {}}, "--drugs", drug, left_out=[rsid])
                self.assertEqual(self.diplotypes(run)["s", gene]["state"], "incomplete")
                row = self.doses(run, drug)["s"][0]
                self.assertEqual((row["primary_action"], row["strength"], row["dose_value"]), ("no_recommendation", "No recommendation", "."))
                self.assertIn(f"not_excluded:{gene}:", row["cautions"])

    def test_positions_that_were_not_tested_are_in_each_row(self):
        run = self.dose_calls({"s": {}}, "--genes", "TPMT,NUDT15", left_out=["rs150900439"])
        row = self.doses(run, "azathioprine")["s"][0]
        self.assertRegex(row["cautions"], r"untested_positions:TPMT:1_of_\d+")

    def test_cyp2c9_variants_beside_a_missing_position_give_no_dose(self):
        reference = self.warfarin({})
        self.assertEqual((reference["dose_value"], reference["condition"]), ("41.1", "iwpc_pharmacogenetic"))
        # Nothing but the reference was seen: the formula's own term.
        self.assertIn("cyp2c9_unknown_term", self.warfarin({"rs1799853": "./."})["cautions"])
        for calls in ({"rs1799853": "./.", "rs1057910": "0/1"}, {"rs1057910": "./.", "rs1799853": "0/1"}, {"rs1799853": "./.", "rs28371686": "0/1"},
                      {"rs1799853": "1|0", "rs1057910": "1|0"}):
            with self.subTest(calls=calls):
                row = self.warfarin(calls)
                self.assertEqual((row["primary_action"], row["dose_value"]), ("no_recommendation", "."))
                self.assertIn("cyp2c9_allele_not_in_formula", row["cautions"])
        row = self.warfarin({"rs1799853": "./.", "rs1057910": "1/1"})
        self.assertEqual((row["primary_action"], row["dose_value"]), ("alternative", "."))

    def test_vkorc1_is_what_diplotypes_says(self):
        site = PLACES["rs9923231"]
        for alts, gt in (("T,*", "1/2"), ("A", "0/1"), ("T,A", "1/2")):
            people = People({"s": {}}, [site.place])
            lines = sorted(people.records() + [record(site.contig, site.position, site.ref, alts, gt)],
                           key=lambda line: (list(dict.fromkeys(r[0] for r in people.records())).index(line[0]), int(line[1])))
            with self.subTest(alts=alts):
                table = self.write("patient.tsv", "\t".join(["sample_id", *ADULT]) + "\n" + "\t".join(["s", *ADULT.values()]) + "\n")
                run = self.dose(self.write_vcf("v.vcf", "s", lines), "--covariates", table, "--drugs", "warfarin")
                self.assertEqual(self.diplotypes(run)["s", "VKORC1"]["state"], "no_call")
                row = self.doses(run, "warfarin")["s"][0]
                self.assertIn("; not known; ", row["diplotypes"])
                self.assertIn("undocumented_no_call", row["cautions"])

    def test_lines_of_a_split_site_are_one_for_warfarin_too(self):
        """rs9923231 is C>A,T where somebody has A: bcftools norm -m- then writes the line of A first."""
        site = PLACES["rs9923231"]
        table = self.write("patient.tsv", "\t".join(["sample_id", *ADULT]) + "\n" + "\t".join(["s", *ADULT.values()]) + "\n")

        def diplotypes(*rows):
            people = People({"s": {}}, [site.place])
            order = list(dict.fromkeys(line[0] for line in people.records()))
            lines = people.records() + [record(site.contig, site.position, site.ref, alt, gt) for alt, gt in rows]
            lines.sort(key=lambda line: (order.index(line[0]), int(line[1])))
            run = self.dose(self.write_vcf("v.vcf", "s", lines), "--covariates", table, "--drugs", "warfarin")
            row = self.doses(run, "warfarin")["s"][0]
            return self.diplotypes(run)["s", "VKORC1"]["phenotype"], row["diplotypes"], row["dose_value"]

        for gt in ("0/0", "0/1", "1/1"):
            whole = diplotypes(("T", gt))
            self.assertIn(whole[0], whole[1])
            self.assertEqual(diplotypes(("A", "0/0"), ("T", gt)), whole)
            self.assertEqual(diplotypes(("T", gt), ("A", "0/0")), whole)

    def test_a_record_that_starts_before_a_position_is_no_reference(self):
        """DPYD*2A (97450058 C>T) written as AC>AT one base before, and nothing else: not REF, even with --pgx-absent reference."""
        site = PLACES["rs3918290"]
        other = People({"s": {}}, [site.place], only=["chr1"])
        lines = sorted(other.records() + [record(site.contig, site.position - 1, "A" + site.ref, "AT", "0/1")], key=lambda line: int(line[1]))
        run = self.dose(self.write_vcf("v.vcf", "s", lines), "--genes", "DPYD", "--pgx-absent", "reference")
        row = self.diplotypes(run)["s", "DPYD"]
        self.assertEqual(row["state"], "incomplete")
        self.assertIn("rs3918290", row["missing_positions"])
        self.assertEqual(self.doses(run, "fluorouracil")["s"][0]["primary_action"], "no_recommendation")

    def test_absent_is_reference_only_where_the_files_have_the_contig(self):
        only = People({"s": {}}, only=["chr10"])
        run = self.dose(self.vcf_of("ten.vcf", only), "--genes", "CYP2C19,DPYD", "--pgx-absent", "reference")
        rows = self.diplotypes(run)
        self.assertEqual((rows["s", "CYP2C19"]["matched"], rows["s", "DPYD"]["state"]), ("*38/*38", "no_call"))
        elsewhere = self.write_vcf("else.vcf", "s", [record("chr10", 1000, "A", "G", "0/1")])
        self.refuse(3, "--pgx-absent reference", "--dosing", "--variants", elsewhere, "--pgx-absent", "reference")

    def test_tables_with_words_that_nobody_knows_are_refused(self):
        source = harness.REPOSITORY / "share" / "pgx"
        vcf = self.vcf_of("s.vcf", People({"s": {}}))
        for old, new, needle in (("\tavoid\t", "\tkill\t", "primary_action"), ("\t50\tpercent", "\tfifty\tpercent", "dose_value"),
                                 ("\tStrong\t", "\tstrong\t", "strength"), ("Poor Metabolizer", "Poor Metaboliser", "when")):
            folder = self.dir / "tables"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(source, folder)
            path = folder / "recommendations.tsv"
            text = path.read_text()
            self.assertIn(old, text)
            path.write_text(text.replace(old, new, 1))
            with self.subTest(new=new):
                self.refuse(3, ["recommendations.tsv: line", needle], "--dosing", "--variants", vcf, "--pgx-data", folder)

    def test_columns_that_are_nearly_those_of_dosing_are_named(self):
        table = self.write("patient.tsv", "sample_id\tAge\tCYP2D6_inhibitor\ns\t60\tstrong\n")
        run = self.dose_calls({"s": {}}, "--covariates", table, "--drugs", "codeine,warfarin")
        for column in ("'Age'", "'CYP2D6_inhibitor'"):
            self.assertTrue(any(column in line for line in run.warning_lines()), run)


if __name__ == "__main__":
    harness.main()
