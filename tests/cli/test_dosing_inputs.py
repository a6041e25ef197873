"""Dosing: what is refused, outside calls, covariates, other tables, warfarin."""

import shutil

import harness
from harness import record
from pgx_people import PLACES, SITES, TABLES, DosingTest, People, table

COVARIATES = "sample_id age height_cm weight_kg race amiodarone enzyme_inducer"
ADULT = {"age": "65", "height_cm": "170", "weight_kg": "70", "race": "white", "amiodarone": "no", "enzyme_inducer": "no"}


class RefusedTest(DosingTest):
    def test_the_build_must_be_grch38(self):
        people = People({"s": {}})
        lengths = {"chr" + name: length for name, length in harness.LENGTHS["GRCh37"].items()}
        contigs = {line[0]: lengths.get(line[0]) for line in people.records()}
        vcf = self.write_vcf("b37.vcf", "s", people.records(), contigs=contigs)
        self.refuse(3, ["GRCh37", "GRCh38", "lift"], "--dosing", "--variants", vcf)
        lengths = {"chr" + name: length for name, length in harness.LENGTHS["GRCh38"].items()}
        contigs = {line[0]: lengths.get(line[0]) for line in people.records()}
        self.dose(self.write_vcf("b38.vcf", "s", people.records(), contigs=contigs))

    def test_mostly_other_refs_are_another_build(self):
        other = {"A": "C", "C": "A", "G": "T", "T": "G"}

        def vcf(wrong):
            lines = People({"s": {}}).records()
            snps = [line for line in lines if len(line[3]) == 1]
            for line in snps[:wrong]:
                line[3] = other[line[3]]
            return self.write_vcf(f"wrong{wrong}.vcf", "s", lines)

        self.refuse(3, ["GRCh38", "REF of 400 of"], "--dosing", "--variants", vcf(400))
        self.dose(vcf(100))

    def test_unknown_genes_and_drugs_name_the_nearest(self):
        vcf = self.vcf_of("s.vcf", People({"s": {}}, only=["chr10"]))
        self.refuse(2, ["--genes", "CYP2C91", "CYP2C9"], "--dosing", "--variants", vcf, "--genes", "CYP2C91")
        self.refuse(2, ["--drugs", "warfarine", "warfarin"], "--dosing", "--variants", vcf, "--drugs", "warfarine")
        self.refuse(2, ["--drugs", "qqqqqqqqqqqqqqqq", "known are: abacavir"], "--dosing", "--variants", vcf, "--drugs", "clopidogrel,qqqqqqqqqqqqqqqq")
        self.refuse(2, "--dosing", "--variants", vcf, "--genes", "CYP2C9")


class OutsideCallsTest(DosingTest):
    def with_calls(self, text, samples=("a", "b"), *options):
        path = self.write("calls.tsv", text)
        return self.dose_calls({sample: {} for sample in samples}, "--outside-calls", path, *options)

    def refuse_calls(self, needles, text, samples=("a", "b")):
        vcf = self.vcf_of("people.vcf", People({sample: {} for sample in samples}, only=["chr10"]))
        path = self.write("calls.tsv", text)
        self.refuse(3, needles, "--dosing", "--variants", vcf, "--outside-calls", path)

    def test_they_take_the_place_of_the_genotypes(self):
        run = self.with_calls("a\tCYP2C19\t*2/*2\na\tCYP2D6\t*4/*1x2\n")
        rows = self.diplotypes(run)
        self.assertEqual([rows["a", "CYP2C19"][c] for c in ("state", "reported", "phenotype", "source")], ["outside", "*2/*2", "Poor Metabolizer", "outside"])
        self.assertEqual(rows["b", "CYP2C19"]["matched"], "*38/*38")
        self.assertEqual([rows["a", "CYP2D6"][c] for c in ("reported", "activity_score", "phenotype")], ["*1x2/*4", "2", "Normal Metabolizer"])
        doses = self.doses(run, "citalopram")
        self.assertEqual([doses[s][0]["primary_action"] for s in "ab"], ["alternative", "standard"])
        self.assertEqual(self.doses(run, "codeine")["a"][0]["primary_action"], "standard")

    def test_no_call_from_outside_overrules_the_genotypes(self):
        run = self.with_calls("a\tCYP2C19\t./.\n")
        self.assertEqual(self.diplotypes(run)["a", "CYP2C19"]["state"], "no_call")
        self.assertEqual(self.doses(run, "citalopram")["a"][0]["phenotypes"], "No Result")

    def test_unknown_alleles_are_indeterminate(self):
        run = self.with_calls("a\tCYP2D6\t*1/*999\n")
        row = self.diplotypes(run)["a", "CYP2D6"]
        self.assertEqual((row["reported"], row["phenotype"]), ("*1/*999", "Indeterminate"))
        self.assertIn("outside_allele_unknown", row["messages"])
        self.assertEqual(self.doses(run, "codeine")["a"][0]["primary_action"], "no_recommendation")

    def test_conflicting_lines_are_both_kept(self):
        run = self.with_calls("a\tCYP2D6\t*1/*1\na\tCYP2D6\t*4/*4\n")
        self.assertTrue(any("CYP2D6" in line and "both are kept" in line for line in run.warning_lines()), run)
        self.assertEqual(self.diplotypes(run)["a", "CYP2D6"]["reported"], "*1/*1; *4/*4")
        actions = [row["primary_action"] for row in self.doses(run, "codeine")["a"]]
        self.assertEqual(sorted(actions), ["avoid", "standard"])

    def test_a_phenotype_alone_has_the_rows_of_all_its_scores(self):
        for gene, drug, phenotype, scores in (("CYP2C9", "ibuprofen", "Intermediate Metabolizer", "1; 1.5"), ("DPYD", "fluorouracil", "Poor Metabolizer", "0; 0.5"),
                                              ("CYP2D6", "codeine", "Intermediate Metabolizer", "0.25; 0.5; 0.75; 1")):
            run = self.with_calls(f"a\t{gene}\t.\t{phenotype}\n", ("a", "b"), "--drugs", drug)
            self.assertEqual(self.diplotypes(run)["a", gene]["activity_score"], scores)
            self.assertTrue(self.doses(run, drug)["a"])

    def test_scores_overrule_and_are_compared(self):
        run = self.with_calls("a\tCYP2D6\t*1/*1\tPoor Metabolizer\t1\n")
        row = self.diplotypes(run)["a", "CYP2D6"]
        self.assertEqual((row["activity_score"], row["phenotype"]), ("1", "Intermediate Metabolizer"))
        self.assertIn("outside_score_differs", row["messages"])

    def test_they_are_refused_where_they_lead_nowhere(self):
        self.refuse_calls(["calls.tsv: line 2", "'CYP2D7'"], "a\tCYP2D6\t*1/*1\na\tCYP2D7\t*1/*1\n")
        self.refuse_calls(["calls.tsv: line 1", "'Poor'", "Poor Metabolizer"], "a\tCYP2C19\t.\tPoor\n")
        self.refuse_calls(["calls.tsv: line 1", "1.25", "CYP2C9"], "a\tCYP2C9\t.\t.\t1.25\n")
        self.refuse_calls(["calls.tsv: line 1", "several"], "CYP2D6\t*1/*1\n")
        run = self.with_calls("CYP2D6\t*1/*1\n", ("only",))
        self.assertEqual(self.diplotypes(run)["only", "CYP2D6"]["reported"], "*1/*1")

    def test_hla_by_single_alleles(self):
        run = self.with_calls("a\tHLA-B\t*57:01:01/*08:01\nb\tHLA-B\t*57/*08:01\n", ("a", "b"), "--drugs", "abacavir")
        doses = self.doses(run, "abacavir")
        self.assertEqual(doses["a"][0]["primary_action"], "avoid")
        self.assertEqual(doses["b"][0]["primary_action"], "no_recommendation")


class CovariatesTest(DosingTest):
    def dose_patient(self, patient, *options, calls=None, columns=None):
        columns = columns or {name: name for name in patient}
        text = "sample_id\t" + "\t".join(columns[name] for name in patient) + "\ns\t" + "\t".join(patient.values()) + "\n"
        path = self.write("patients.tsv", text)
        return self.dose_calls({"s": calls or {}}, "--covariates", path, *options)

    def refuse_patient(self, needles, patient):
        text = "sample_id\t" + "\t".join(patient) + "\ns\t" + "\t".join(patient.values()) + "\n"
        vcf = self.vcf_of("people.vcf", People({"s": {}}, only=["chr10"]))
        self.refuse(3, needles, "--dosing", "--variants", vcf, "--covariates", self.write("patients.tsv", text))

    def test_values_of_another_unit_are_refused_with_their_place(self):
        for column, value in (("height_cm", "1.7"), ("height_cm", "67"), ("weight_kg", "12"), ("weight_kg", "400"), ("age", "121"), ("target_inr", "25")):
            self.refuse_patient([r"patients.tsv.*line 2", f"'{column}'", value], ADULT | {column: value})
        self.refuse_patient(["line 2", "'race'", "white, asian, black, mixed"], ADULT | {"race": "martian"})
        self.refuse_patient(["line 2", "'amiodarone'", "yes or no"], ADULT | {"amiodarone": "perhaps"})
        self.refuse_patient(["line 2", "'cyp2d6_inhibitor'", "weak, moderate or strong"], ADULT | {"cyp2d6_inhibitor": "huge"})
        self.refuse_patient(["line 1", r"'height_cm'", "kg"], {("height_cm [kg]" if name == "height_cm" else name): value for name, value in ADULT.items()})

    def test_units_are_converted(self):
        dose = self.only_dose(self.dose_patient(ADULT), "warfarin")["dose_value"]
        # 170 / 2.54 and 70 / 0.45359237
        patient = ADULT | {"height_cm": "66.929133858", "weight_kg": "154.32358353"}
        columns = {name: name for name in patient} | {"height_cm": "height_cm [in]", "weight_kg": "weight_kg [lb]"}
        self.assertEqual(self.only_dose(self.dose_patient(patient, columns=columns), "warfarin")["dose_value"], dose)

    def test_inhibitors_show_both_phenotypes(self):
        outside = self.write("outside.tsv", "s\tCYP2D6\t*1/*1\n")
        options = ("--outside-calls", outside, "--drugs", "codeine")
        strong = self.only_dose(self.dose_patient({"cyp2d6_inhibitor": "strong"}, *options), "codeine")
        self.assertEqual(strong["phenotypes"], "Normal Metabolizer (with the strong inhibitor: Poor Metabolizer)")
        self.assertIn("phenoconversion:CYP2D6:strong", strong["cautions"])
        moderate = self.only_dose(self.dose_patient({"cyp2d6_inhibitor": "moderate"}, *options), "codeine")
        self.assertEqual(moderate["phenotypes"], "Normal Metabolizer (with the moderate inhibitor: Intermediate Metabolizer)")
        none = self.only_dose(self.dose_patient({"cyp2d6_inhibitor": "none"}, *options), "codeine")
        self.assertEqual((none["phenotypes"], none["primary_action"]), ("Normal Metabolizer", strong["primary_action"]))

    def test_transplants_and_transfusions_are_cautions(self):
        run = self.dose_patient({"transplant": "yes", "transfusion": "1"})
        for row in run.table("dosing.tsv"):
            self.assertIn("transplant_germline_calls", row["cautions"])
            self.assertIn("transfusion_germline_calls", row["cautions"])
        self.assertNotIn("transplant", "".join(row["cautions"] for row in self.dose_patient({"transplant": "no"}).table("dosing.tsv")))

    def test_patients_of_one_genotype_have_their_own_rows(self):
        text = "sample_id\ttransplant\ta_note\n" + "".join(f"s{n}\t{'yes' if n % 3 == 0 else 'no'}\tx\n" for n in range(9))
        run = self.dose_calls({f"s{n}": {} for n in range(9)}, "--covariates", self.write("p.tsv", text), "--drugs", "citalopram")
        for n in range(9):
            self.assertEqual("transplant" in self.only_dose(run, "citalopram", f"s{n}")["cautions"], n % 3 == 0)


class WarfarinTest(DosingTest):
    """65 years, 170 cm, 70 kg, white, no other drug: √(mg/week) is 6.411 by the pharmacogenetic formula, 5.454 by the clinical."""

    def warfarin(self, calls=None, *options, left_out=(), **patient):
        values = ADULT | patient
        path = self.write("patients.tsv", "sample_id\t" + "\t".join(values) + "\ns\t" + "\t".join(values.values()) + "\n")
        run = self.dose_calls({"s": calls or {}}, "--covariates", path, "--drugs", "warfarin", *options, left_out=left_out)
        return self.doses(run, "warfarin")["s"]

    def dose_value(self, *arguments, **options):
        return float(self.warfarin(*arguments, **options)[0]["dose_value"])

    def root_of(self, root, factor=1.0):
        return round(root * root * factor, 1)

    def test_the_dose_with_its_interval_and_class(self):
        row = self.warfarin()[0]
        self.assertEqual((row["dose_value"], row["dose_unit"]), ("41.1", "mg/week"))
        self.assertEqual((row["dose_low"], row["dose_high"]), ("20.3", "69.2"))  # (6.411 ∓ 1.96 * 0.972)²
        self.assertEqual((row["condition"], row["primary_action"], row["strength"]), ("iwpc_pharmacogenetic", "standard", "Strong"))
        for code in ("dose_class:intermediate", "class_recall:86%", "interval_from_iwpc_table", "target_inr_taken_as_2_3"):
            self.assertIn(code, row["cautions"].split(","))

    def test_letters_are_those_of_the_strand_of_the_gene(self):
        """rs9923231 T (on the plus strand) is the sensitive allele."""
        self.assertEqual(self.dose_value({"rs9923231": "0/1"}), self.root_of(6.411 - 0.8677))
        self.assertEqual(self.dose_value({"rs9923231": "1/1"}), self.root_of(6.411 - 1.6974))
        # Its stand-in: A on the plus strand.
        row = self.warfarin({"rs9934438": "1/1"}, left_out=["rs9923231"])[0]
        self.assertEqual(float(row["dose_value"]), self.root_of(6.411 - 1.6974))
        self.assertIn("vkorc1_from_rs9934438", row["cautions"])
        self.assertEqual(self.dose_value({}, left_out=["rs9923231", "rs9934438"]), self.root_of(6.411 - 0.4854))

    def test_cyp2c9(self):
        self.assertEqual(self.dose_value({"rs1799853": "0/1", "rs1057910": "0/1"}), self.root_of(6.411 - 1.9206))
        row = self.warfarin({"rs1057910": "1/1"})[0]
        self.assertEqual((row["primary_action"], row["fallback_action"]), ("alternative", "decrease"))
        row = self.warfarin({"rs28371686": "0/1"})[0]  # *5
        self.assertEqual(float(row["dose_value"]), self.root_of(6.411, 0.775))
        self.assertIn("cyp2c9_rare_reduced_15_30_percent_less", row["cautions"])
        self.assertEqual(self.dose_value({}, left_out=["rs1799853"]), self.root_of(6.411 - 0.2188))

    def test_cpics_other_variants(self):
        self.assertEqual(self.dose_value({"rs2108622": "0/1"}), self.root_of(6.411, 1.075))
        self.assertEqual(self.dose_value({"rs12777823": "0/1"}), self.root_of(6.411))
        self.assertEqual(self.dose_value({"rs12777823": "0/1", "rs2108622": "1/1"}, race="black"), self.root_of(6.411 - 0.2760, 0.825))
        row = self.warfarin({}, race="black", left_out=["rs28371686"])[0]
        self.assertEqual((float(row["dose_value"]), row["condition"]), (self.root_of(5.454 + 0.4060), "iwpc_clinical"))

    def test_who_gets_no_dose(self):
        for patient, code in (({"age": "17"}, "below_18_years"), ({"height_cm": "NA"}, "height_cm_missing"), ({"target_inr": "3.5"}, "target_inr_outside_2_3")):
            row = self.warfarin(**patient)[0]
            self.assertEqual((row["primary_action"], row["dose_value"]), ("no_recommendation", "."))
            self.assertIn(code, row["cautions"].split(","))
        rows = self.warfarin(target_inr="3.5", smoker="no", dvt_pe="no")
        self.assertEqual([row["condition"] for row in rows], ["gage_pharmacogenetic"])
        rows = self.warfarin(target_inr="2.5", smoker="no", dvt_pe="no")
        self.assertEqual([row["condition"] for row in rows], ["iwpc_pharmacogenetic", "gage_pharmacogenetic"])

    def test_absent_positions_are_reference_for_the_formula_too(self):
        options = ("--pgx-absent", "reference")
        self.assertEqual(self.dose_value({}, *options, left_out=["rs9923231", "rs2108622"]), self.root_of(6.411))

    def test_outside_calls_overrule_the_genotypes(self):
        text = "s\tVKORC1\trs9923231 reference (C)/rs9923231 variant (T)\ns\tCYP4F2\t*1/*3\n"
        row = self.warfarin({}, "--outside-calls", self.write("o.tsv", text))[0]
        self.assertEqual(float(row["dose_value"]), self.root_of(6.411 - 0.8677, 1.075))
        self.assertEqual(row["diplotypes"], "*1/*1; -1639 AG; rs2108622 CT")
        text = "s\tVKORC1\t.\t-1639 AA\ns\tCYP2C9\t*1/*3\n"
        row = self.warfarin({}, "--outside-calls", self.write("o.tsv", text))[0]
        self.assertEqual(float(row["dose_value"]), self.root_of(6.411 - 1.6974 - 0.9357))
        text = "s\tVKORC1\t./.\n"
        self.assertEqual(self.dose_value({}, "--outside-calls", self.write("o.tsv", text)), self.root_of(6.411 - 0.4854))


class TablesTest(DosingTest):
    def folder(self, **changes):
        """A copy of the tables; changes: name of a table -> function of its lines."""
        self.copies = getattr(self, "copies", 0) + 1
        folder = self.dir / f"tables{self.copies}"
        shutil.copytree(TABLES, folder)
        for name, change in changes.items():
            path = folder / f"{name}.tsv"
            lines = path.read_text().splitlines(keepends=True)
            path.write_text("".join(change(lines)))
        return folder

    def refuse_tables(self, needles, *options, **changes):
        vcf = self.vcf_of("people.vcf", People({"s": {}}, only=["chr10"]))
        folder = self.folder(**changes)
        self.refuse(3, needles, "--dosing", "--variants", vcf, "--pgx-data", folder, *options)

    def test_a_copy_of_the_tables_gives_the_same(self):
        vcf = self.vcf_of("people.vcf", People({"s": {}}))
        self.assert_same_results(self.dose(vcf), self.dose(vcf, "--pgx-data", self.folder()))

    def test_damaged_tables_are_refused_with_their_place(self):
        def without(*starts):
            return lambda lines: [line for line in lines if not line.startswith(starts)]

        def twice(start):
            return lambda lines: [line for old in lines for line in ([old, old] if old.startswith(start) else [old])]

        def replace(old, new):
            return lambda lines: [line.replace(old, new) for line in lines]

        self.refuse_tables(["alleles.tsv: line", r"\*2", "once"], alleles=twice("CYP2C19\t*2\t"))
        self.refuse_tables(["alleles.tsv", "CYP2C19", "reference"], alleles=without("CYP2C19\t*38\t"))
        self.refuse_tables(["alleles.tsv", "CYP2D6", "reference"], "--pgx-research", "cyp2d6", alleles=without("CYP2D6\t*1\t"))
        self.refuse_tables(["alleles.tsv", "CYP2C9", "says nothing at"], alleles=replace("94938683=A ", ""))
        self.refuse_tables(["positions.tsv: line 2", "CYP2C20"], positions=lambda lines: [lines[0], lines[1].replace(lines[1].split("\t")[0], "CYP2C20")] + lines[2:])
        self.refuse_tables(["genes.tsv: line", "TPMT", "once"], genes=twice("TPMT\t"))
        self.refuse_tables(["recommendations.tsv: line", "genes of genes.tsv"], recommendations=replace("CYP2C19: Ultrarapid", "CYP2C20: Ultrarapid"))
        self.refuse_tables(["alleles.tsv: line", "definition"], alleles=replace("94781859=A", "94781859=C"))
        self.refuse_tables(["phenotypes.tsv: line", "NOGENE"], phenotypes=lambda lines: lines + ["NOGENE\tNo function\tPoor\n"])
        self.refuse_tables(["recommendations.tsv", "clopidogrel"],
                           recommendations=lambda lines: [line for line in lines if "clopidogrel" not in line or "Normal Metabolizer" not in line])

    def test_other_folders_are_refused(self):
        vcf = self.vcf_of("people.vcf", People({"s": {}}, only=["chr10"]))
        empty = self.dir / "empty"
        empty.mkdir()
        self.refuse(3, ["empty", "release.json"], "--dosing", "--variants", vcf, "--pgx-data", empty)
        folder = self.folder()
        (folder / "release.json").write_text('{"format": "varisk-pgx/9"}\n')
        self.refuse(3, ["release.json", "varisk-pgx/1"], "--dosing", "--variants", vcf, "--pgx-data", folder)
        folder = self.folder()
        (folder / "alleles.tsv").unlink()
        self.refuse(4, "alleles.tsv", "--dosing", "--variants", vcf, "--pgx-data", folder)


if __name__ == "__main__":
    harness.main()
