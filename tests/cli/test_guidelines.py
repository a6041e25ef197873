"""The tables in share/pgx: every combination of results of a drug's genes has exactly one row of advice."""

import itertools
import re
import unittest
from collections import defaultdict

import harness
from pgx_people import TABLES, table

INTERVAL = re.compile(r"([\[(])([\d.]*),([\d.]*)([\])])")
ACTIONS = set("standard increase decrease max_dose titrate avoid alternative test monitor contraindicated no_recommendation".split())
STRENGTHS = {"Strong", "Moderate", "Optional", "No recommendation", "N/A"}
UNITS = {".", "percent_of_standard_start", "percent_of_standard_maintenance", "mg", "mg/day", "mg/kg/day", "mg/m2/day", "mg/week"}
CODE = re.compile(r"[a-z][a-z0-9_]*")
MOST_COPIES = 3


def holds(interval, score):
    """True if an interval such as (0,1.25) holds the score."""
    opening, low, high, closing = INTERVAL.fullmatch(interval).groups()
    above = not low or score > float(low) or (opening == "[" and score == float(low))
    below = not high or score < float(high) or (closing == "]" and score == float(high))
    return above and below


def parse_when(text):
    """gene -> keys"""
    sets = {}
    for part in text.split("; "):
        gene, keys = part.split(": ", 1)
        assert gene not in sets, text
        sets[gene] = keys.split(" | ")
    return sets


def matches(key, result):
    """result: a phenotype, or an activity score as a float."""
    if key == "*":
        return True
    if INTERVAL.fullmatch(key):
        return isinstance(result, float) and holds(key, result)
    return key == result


def activity_values():
    """gene -> values that one chromosome can have; of CYP2D6 up to three copies of an allele."""
    values = defaultdict(set)
    for row in table("alleles.tsv"):
        if row["activity_value"] == ".":
            continue
        value = float(row["activity_value"].removeprefix(">="))
        copies = range(1, MOST_COPIES + 1) if row["gene"] == "CYP2D6" and "x" not in row["allele"] else (1,)
        values[row["gene"]].update(value * count for count in copies)
    return values


def results():
    """gene -> everything that can be looked up for it, but for genes of single alleles."""
    found = defaultdict(dict)  # in the order of the table
    scored = {row["gene"] for row in table("genes.tsv") if row["lookup"] == "activity"}
    for row in table("phenotypes.tsv"):
        if row["gene"] not in scored:
            found[row["gene"]][row["phenotype"]] = None
    for gene, values in activity_values().items():
        if gene in scored:
            for score in sorted({one + other for one in values for other in values}):
                found[gene][score] = None
    return {gene: list(keys) + [key for key in ("Indeterminate", "No Result") if key not in keys] for gene, keys in found.items()}


class GuidelinesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = table("recommendations.tsv")
        cls.results = results()
        cls.of_drug = defaultdict(list)  # (drug, population) -> (when, row)
        for row in cls.rows:
            for drug in row["drugs"].split(","):
                cls.of_drug[drug, row["population"]].append((parse_when(row["when"]), row))

    def results_of(self, drug, gene):
        """Of HLA the alleles that the drug's rows name."""
        if gene.startswith("HLA"):
            keys = {key for (name, _), rows in self.of_drug.items() if name == drug for when, _ in rows for key in when[gene]}
            alleles = {key.rsplit(" ", 1)[0] for key in keys if key.endswith((" positive", " negative"))}
            return [f"{allele} {state}" for allele in sorted(alleles) for state in ("positive", "negative")] + ["Indeterminate", "No Result"]
        return self.results[gene]

    def test_every_combination_has_exactly_one_row(self):
        combinations, problems = 0, []
        for (drug, population), rows in self.of_drug.items():
            genes = list(rows[0][0])
            for when, row in rows:
                self.assertEqual(set(when), set(genes), f"{drug}: {row['when']}")
            for keys in itertools.product(*(self.results_of(drug, gene) for gene in genes)):
                found = [row for when, row in rows
                         if all(any(matches(key, result) for key in when[gene]) for gene, result in zip(genes, keys))]
                combinations += 1
                if len(found) != 1:
                    problems.append(f"{drug}, {population}, {dict(zip(genes, keys))}: {[row['when'] for row in found]}")
        self.assertEqual(problems, [], f"{len(problems)} of {combinations}")
        self.assertGreater(combinations, 2000)

    def test_every_key_can_occur(self):
        for (drug, _), rows in self.of_drug.items():
            for when, row in rows:
                for gene, keys in when.items():
                    self.assertEqual(len(keys), len(set(keys)), row["when"])
                    for key in keys:
                        self.assertTrue(any(matches(key, result) for result in self.results_of(drug, gene)), f"{drug}: {gene}: {key}")

    def test_every_score_has_a_phenotype(self):
        intervals = defaultdict(list)
        for row in table("phenotypes.tsv"):
            if INTERVAL.fullmatch(row["key"]):
                intervals[row["gene"]].append(row["key"])
        for gene, values in activity_values().items():
            if gene not in intervals:
                continue
            for score in {one + other for one in values for other in values}:
                self.assertEqual(sum(holds(interval, score) for interval in intervals[gene]), 1, f"{gene} {score}")

    def test_words_are_those_of_the_documentation(self):
        guidelines = {row["guideline"] for row in table("guidelines.tsv")}
        cautions = [row["code"] for row in table("cautions.tsv")]
        self.assertEqual(len(cautions), len(set(cautions)))
        for row in self.rows:
            self.assertIn(row["primary_action"], ACTIONS, row)
            self.assertIn(row["fallback_action"], ACTIONS | {"."}, row)
            self.assertIn(row["strength"], STRENGTHS, row)
            self.assertIn(row["dose_unit"], UNITS, row)
            self.assertIn(row["guideline"], guidelines, row)
            self.assertRegex(row["population"], CODE)
            self.assertTrue(row["condition"] == "." or CODE.fullmatch(row["condition"]), row)
            if row["primary_action"] == "no_recommendation":
                self.assertIn(row["strength"], ("No recommendation", "N/A"), row)
            if row["strength"] == "N/A":
                self.assertEqual(row["primary_action"], "no_recommendation", row)
            for code in row["cautions"].split(","):
                self.assertTrue(code == "." or code in cautions, row)

    def test_doses_fit_their_actions(self):
        for row in self.rows:
            given = [row[column] for column in ("dose_value", "dose_low", "dose_high")]
            self.assertIn([cell != "." for cell in given], ([False] * 3, [True, False, False], [False, True, True]), row)
            numbers = [float(cell) for cell in given if cell != "."]
            self.assertEqual(bool(numbers), row["dose_unit"] != ".", row)
            self.assertEqual(numbers, sorted(numbers), row)
            if row["dose_unit"].startswith("percent"):
                actions = {row["primary_action"], row["fallback_action"]}
                self.assertTrue(min(numbers) >= 100 or "decrease" in actions, row)
                self.assertTrue(max(numbers) <= 100 or "increase" in actions, row)
            if "max_dose" in (row["primary_action"], row["fallback_action"]):
                self.assertEqual(row["dose_unit"], "mg/day", row)

    def test_tables_have_neither_gaps_nor_quotes(self):
        for path in sorted(TABLES.glob("*.tsv")):
            text = path.read_text()
            self.assertTrue(text.endswith("\n") and "\r" not in text and "\n\n" not in text and '"' not in text, path.name)
            lines = text[:-1].split("\n")
            for number, line in enumerate(lines, 1):
                cells = line.split("\t")
                self.assertEqual(len(cells), len(lines[0].split("\t")), f"{path.name}:{number}")
                self.assertTrue(all(cell and cell == cell.strip() for cell in cells), f"{path.name}:{number}")


if __name__ == "__main__":
    harness.main(binary=False)
