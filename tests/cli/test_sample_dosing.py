"""Pharmacogenes of the sample cohort: what was drawn is what is called, looked up and recommended.

sample_data/pgx_truth.tsv says what each person carries, sample_data/dosing_oracle.py which warfarin dose follows. Phenotypes,
activity scores and recommendations are looked up here a second time, from the tables in share/pgx.
"""

import re
import unittest

import harness

SAMPLE_DATA = harness.REPOSITORY / "sample_data"
TABLES = harness.REPOSITORY / "share" / "pgx"
BY_VARIANT = ("DPYD", "RYR1")
MH = "Malignant Hyperthermia associated"
COPIED = ("primary_action", "fallback_action", "condition", "dose_value", "dose_unit", "dose_low", "dose_high", "strength", "text")


def rows_by(path, *keys):
    return {tuple(row[key] for key in keys): row for row in harness.read_tsv(path)}


def in_interval(text, value):
    """[a,b], (a,b], [a,] … contain a number; None if the text is no interval"""
    found = re.fullmatch(r"([\[(])([\d.]*),([\d.]*)([\])])", text)
    if not found:
        return None
    opening, low, high, closing = found.groups()
    above = not low or value > float(low) or (opening == "[" and value == float(low))
    return above and (not high or value < float(high) or (closing == "]" and value == float(high)))


class Tables:
    """The look-ups of share/pgx."""

    def __init__(self):
        self.genes = {row["gene"]: row for row in harness.read_tsv(TABLES / "genes.tsv")}
        self.alleles = rows_by(TABLES / "alleles.tsv", "gene", "allele")
        self.phenotypes = {}
        for row in harness.read_tsv(TABLES / "phenotypes.tsv"):
            self.phenotypes.setdefault(row["gene"], {})[row["key"]] = row["phenotype"]
        self.rows = {}  # drug -> rows of recommendations
        for row in harness.read_tsv(TABLES / "recommendations.tsv"):
            for drug in row["drugs"].split(","):
                self.rows.setdefault(drug, []).append(row)

    def activity(self, gene, allele):
        """None where an allele has no value; hybrids and copies are added up."""
        if (gene, allele) in self.alleles:
            value = self.alleles[gene, allele]["activity_value"]
            return None if value == "." else float(value)
        total = 0.0
        for part in allele.split("+"):
            name, _, count = part.partition("x")
            total += float(self.alleles[gene, name]["activity_value"]) * int(count or 1)
        return total

    def worst(self, gene, strand):
        """Of the variants on one strand the one that counts."""
        if gene == "DPYD":
            return min(strand.split(" + "), key=lambda allele: self.activity(gene, allele))
        return min(strand.split(" + "), key=lambda allele: self.alleles[gene, allele]["function"] != MH)

    def look_up(self, gene, alleles):
        """(phenotypes, activity score or None)"""
        if self.genes[gene]["lookup"] == "allele":
            asked = [allele for of_gene, allele in self.alleles if of_gene == gene]
            return [f"{allele} {'positive' if allele in alleles else 'negative'}" for allele in sorted(asked)], None
        if gene in BY_VARIANT:
            alleles = [self.worst(gene, strand) for strand in alleles]
        if self.genes[gene]["lookup"] == "activity":
            values = [self.activity(gene, allele) for allele in alleles]
            if None not in values:
                keys = self.phenotypes[gene].items()
                return [phenotype for key, phenotype in keys if in_interval(key, sum(values))], sum(values)
        functions = sorted(self.alleles[gene, allele]["function"] for allele in alleles)
        phenotype = self.phenotypes.get(gene, {}).get(" / ".join(functions))
        return [phenotype] if phenotype else [], None

    def fits(self, gene, keys, found):
        """True if one of a row's keys is what was found for the gene."""
        phenotypes, score = found
        for key in keys.split(" | "):
            interval = in_interval(key, score) if score is not None else None
            if key == "*" or interval or key in phenotypes or (not phenotypes and key == "No Result"):
                return True
        return False

    def recommended(self, drug, found):
        """population -> row; found: gene -> look-up"""
        result = {}
        for row in self.rows[drug]:
            parts = dict(part.split(": ", 1) for part in row["when"].split("; "))
            if row["population"] not in result and all(self.fits(gene, keys, found[gene]) for gene, keys in parts.items()):
                result[row["population"]] = row
        return result

    def genes_of(self, drug):
        return [part.split(": ", 1)[0] for part in self.rows[drug][0]["when"].split("; ")]


def spellings(gene, alleles):
    """How a diplotype may be written: either strand first."""
    names = [f"[{a}]" if gene in BY_VARIANT and " + " in a else a for a in alleles]
    return {"/".join(names), "/".join(reversed(names))}


def variants_of(text):
    """The variants that a diplotype or a list of variants names."""
    names = re.split(r" \+ |/|; ", text.replace("[", "").replace("]", ""))
    return {re.sub(r" \((homozygous|heterozygous)\)$", "", name) for name in names} - {"Reference"}


@unittest.skipIf(not (SAMPLE_DATA / "pgx_truth.tsv").exists(), "no sample data")
class SampleDosingTest(harness.VariskTest):
    @classmethod
    def setUpClass(cls):
        cls.tables = Tables()
        cls.truth = {}  # (sample, gene) -> row, with its alleles
        for row in harness.read_tsv(SAMPLE_DATA / "pgx_truth.tsv"):
            row["alleles"] = [row[column] for column in ("allele1", "allele2") if row[column] != "."]
            cls.truth[row["sample_id"], row["gene"]] = row

    def quickstart(self, *options):
        out = self.fresh_out()
        run = harness.run_binary(["score", "--config", "sample_data/quickstart.toml", "--out", out, *options], out, cwd=harness.REPOSITORY)
        self.assertEqual(run.code, 0, run)
        self.assert_whole(run)
        return run

    def known(self, phased):
        """Rows of the truth without a missing call; those of genes that other tests tell count as phased."""
        wanted = ("yes", ".") if phased else ("no",)
        return [row for (_, gene), row in self.truth.items()
                if gene in self.tables.genes and row["missing"] == "." and row["phased"] in wanted]

    def test_phased_people_have_the_diplotypes_that_were_drawn(self):
        called = rows_by(self.quickstart().out / "diplotypes.tsv", "sample_id", "gene")
        self.assertEqual({key for key in self.truth if key[1] in self.tables.genes}, set(called))
        rows = self.known(phased=True)
        self.assertGreater(len(rows), 1900)
        for row in rows:
            found = called[row["sample_id"], row["gene"]]
            outside = self.tables.genes[row["gene"]]["call"] == "outside"
            with self.subTest(sample=row["sample_id"], gene=row["gene"]):
                self.assertIn(found["source_diplotypes"], spellings(row["gene"], row["alleles"]))
                self.assertEqual(found["matched"], "." if outside else found["source_diplotypes"])
                self.assertEqual(found["state"], "outside" if outside else "called")
                self.assertEqual(found["source"], "outside" if outside else "genotypes")
                self.assertEqual(found["missing_positions"], ".")

    def test_without_phase_the_diplotypes_that_were_drawn_are_among_those_that_fit(self):
        called = rows_by(self.quickstart("--pgx-all-matches", "--pgx-exemptions", "off").out / "diplotypes.tsv", "sample_id", "gene")
        rows = self.known(phased=False)
        self.assertGreater(len(rows), 150)
        for row in rows:
            found = called[row["sample_id"], row["gene"]]
            with self.subTest(sample=row["sample_id"], gene=row["gene"]):
                if row["gene"] in BY_VARIANT:
                    drawn = variants_of("/".join(row["alleles"]))
                    self.assertEqual(variants_of(found["source_diplotypes"]), drawn)
                else:
                    self.assertTrue(spellings(row["gene"], row["alleles"]) & set(found["matched"].split("; ")), found["matched"])

    def test_phenotypes_and_activity_scores_follow_from_the_tables(self):
        called = rows_by(self.quickstart().out / "diplotypes.tsv", "sample_id", "gene")
        for row in self.known(phased=True):
            found = called[row["sample_id"], row["gene"]]
            phenotypes, score = self.tables.look_up(row["gene"], row["alleles"])
            with self.subTest(sample=row["sample_id"], gene=row["gene"], alleles=row["alleles"]):
                self.assertEqual(sorted(found["phenotype"].split(", ")), sorted(phenotypes) or ["n/a"])
                self.assertEqual(found["activity_score"] != ".", score is not None)
                if score is not None:
                    self.assertEqual(float(found["activity_score"]), score)

    def test_every_recommendation_is_the_row_of_the_table(self):
        dosing = {}
        for row in self.quickstart().table("dosing.tsv"):
            dosing.setdefault((row["sample_id"], row["drug"]), []).append(row)
        look_ups = {(row["sample_id"], row["gene"]): self.tables.look_up(row["gene"], row["alleles"])
                    for row in self.known(phased=True)}
        samples = {sample for sample, _ in self.truth}
        self.assertEqual({drug for _, drug in dosing}, set(self.tables.rows) | {"warfarin"})
        compared = dict.fromkeys(self.tables.rows, 0)
        for drug in self.tables.rows:
            genes = self.tables.genes_of(drug)
            for sample in samples:
                if any((sample, gene) not in look_ups for gene in genes):
                    continue
                expected = self.tables.recommended(drug, {gene: look_ups[sample, gene] for gene in genes})
                found = {row["population"]: row for row in dosing[sample, drug]}
                with self.subTest(sample=sample, drug=drug):
                    self.assertEqual(len(found), len(dosing[sample, drug]), "a population stands twice")
                    self.assertEqual(set(found), set(expected))
                    for population, row in expected.items():
                        self.assertEqual({c: found[population][c] for c in COPIED}, {c: row[c] for c in COPIED}, population)
                compared[drug] += 1
        self.assertGreater(min(compared.values()), 50, compared)

    def test_warfarin_doses_are_those_of_the_oracle(self):
        found = [row for row in self.quickstart().table("dosing.tsv") if row["drug"] == "warfarin"]
        expected = harness.read_tsv(SAMPLE_DATA / "expected" / "warfarin.tsv")
        self.assertEqual([row["sample_id"] for row in found], [row["sample_id"] for row in expected])
        self.assertEqual(len({row["formula"] for row in expected}), 4, "every formula, and people without a dose")
        for row, other in zip(found, expected):
            with self.subTest(sample=row["sample_id"], formula=other["formula"]):
                self.assertEqual(row["primary_action"], other["primary_action"])
                self.assertEqual(row["fallback_action"], other["fallback_action"])
                self.assertEqual(row["condition"], other["formula"])
                for column, of_oracle in (("dose_value", "dose"), ("dose_low", "low"), ("dose_high", "high")):
                    self.assertEqual(row[column] == ".", other[of_oracle] == ".", column)
                    if row[column] != ".":
                        self.assertAlmostEqual(float(row[column]), float(other[of_oracle]), delta=0.05 + 1e-9, msg=column)
                codes = sorted(c for c in row["cautions"].split(",") if not c.startswith(("dose_class:", "class_recall:", "interval_", "not_excluded:")))
                self.assertEqual(",".join(codes) or ".", other["codes"])

    def test_a_child_has_no_warfarin_dose(self):
        lines = (SAMPLE_DATA / "covariates.tsv").read_text().splitlines(keepends=True)
        changed = [re.sub(r"^VS001\t\d+\t", "VS001\t15\t", line) for line in lines]
        self.assertNotEqual(changed, lines)
        run = self.quickstart("--covariates", self.write("covariates.tsv", "".join(changed)))
        rows = [row for row in run.table("dosing.tsv") if (row["sample_id"], row["drug"]) == ("VS001", "warfarin")]
        self.assertEqual([(row["primary_action"], row["dose_value"], row["cautions"]) for row in rows],
                         [("no_recommendation", ".", "below_18_years")])

    def test_what_was_not_looked_for_is_not_excluded(self):
        run = self.quickstart()
        called = rows_by(run.out / "diplotypes.tsv", "sample_id", "gene")["VS022", "CYP2C19"]
        self.assertEqual((called["state"], called["missing_positions"]), ("incomplete", "rs12248560 (*17)"))
        rows = [row for row in run.table("dosing.tsv") if row["sample_id"] == "VS022" and "CYP2C19" in row["genes"].split("; ")]
        self.assertGreater(len(rows), 10)
        for row in rows:
            self.assertIn("not_excluded:CYP2C19:*17", row["cautions"].split(","), row)
            self.assertNotEqual(row["primary_action"], "standard", row)


if __name__ == "__main__":
    harness.main()
