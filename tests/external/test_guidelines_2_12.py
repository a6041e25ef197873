"""share/pgx/recommendations.tsv against CPIC's tables as PharmCAT 2.12 has them: strength and kind of action of every row.

The sentences of the guidelines are only searched for words; ours are written anew. Where the two differ for a reason, KNOWN has it.
"""

import html
import json
import os
import re
import sys
import unittest
from collections import Counter, defaultdict
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))

import harness  # noqa: E402
from pgx_people import table  # noqa: E402
from test_guidelines import matches, parse_when  # noqa: E402

FOLDER = Path(os.environ.get("VARISK_EXTERNAL_CASES") or "/nonexistent") / "data" / "pgx" / "pharmcat-2.12.0-guidelines"
if not FOLDER.is_dir():
    harness.skip_module("VARISK_EXTERNAL_CASES does not have pharmcat-2.12.0-guidelines")

POPULATIONS = {
    "general": "general", "adults": "adults", "pediatrics": "pediatrics", "child >40kg_adult": "adults_and_children_over_40_kg",
    "CVI ACS PCI": "acs_pci", "CVI non-ACS non-PCI": "cv_non_acs_pci", "NVI": "neurovascular",
    "CBZ naive": "carbamazepine_naive", "CBZ use >3mos": "carbamazepine_over_3_months", "CBZ-no alternatives": "carbamazepine_naive_no_alternative",
    "OXC naive": "oxcarbazepine_naive", "OXC use >3 mos": "oxcarbazepine_over_3_months",
    "PHT naive": "phenytoin_naive", "PHT use >3mos": "phenytoin_over_3_months",
}

# Newer guidelines than 2.12 has, or drugs without rows there.
NOT_THERE = {"hydralazine", "metoprolol", "dibekacin", "neomycin", "netilmicin", "ribostamycin", "peginterferon alfa-2a", "peginterferon alfa-2b", "ribavirin"}

# Words of a text -> primary actions that say the same; the first that is found counts.
ACTIONS_OF_WORDS = [
    (r"^(no recommendation|n/a|no action)", "no_recommendation"),
    (r"^avoid moderate and strong cyp2d6|^insufficient evidence", "standard"),
    (r"^avoid|do not use|is not recommended|strongly reduced dose", "avoid"),
    (r"^initiate therapy with \d+(-\d+)?% of the lowest", "decrease"),
    (r"^(consider|select|choose|recommend)\b[^.]{0,45}\b(alternative|antidepressant|hormonal)|^prescribe an alternative statin", "alternative"),
    (r"relatively contraindicated|is contraindicated", "contraindicated"),
    (r"should guide use|must be measured", "test"),
    (r"prescribe ≤ ?\d+mg", "max_dose"),
    (r"close monitoring for|cautiously consider|increased frequency of", "monitor"),
    (r"prescribe desired starting dose|according to the product label|standard dosing guidelines|no (reason|need) to avoid|at standard doses|label-recommended", "standard"),
    (r"choose an alternative therapy|10-fold|to 25% of normal|10 mg/m2", "alternative"),
    (r"lowest recommended starting dose", "titrate"),
    (r"\d+%? ?(to|-) ?\d+% of normal dose|\d+% less than|reduce starting dose|^(consider a (\d|lower)|initiate \d+% of|consider initiating .* decreased)|^initiate therapy with lowest", "decrease"),
    (r"^increase|increase starting dose", "increase"),
    (r"^initiate with a dose", "titrate"),
    (r"^(initiate|use|if considering|prescribe)|normal starting dose|no adjustments needed", "standard"),
    (r"consider evaluating tpmt", "test"),
]
OTHER_DRUG = {"avoid", "alternative", "contraindicated"}


class Entry:
    """One recommendation of PharmCAT's files for one drug."""

    def __init__(self, drug, source):
        self.drug, self.population = drug, POPULATIONS[source["population"]]
        self.keys = {gene: key_of(text) for gene, text in source["lookupKey"].items()}
        self.strength = source["classification"]["term"]
        text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", source["text"]["html"]))).strip()
        self.text = text.partition("Other Considerations")[0].strip().lower()
        self.names_other_drug = source["alternateDrugAvailable"]
        self.action = next((action for words, action in ACTIONS_OF_WORDS if re.search(words, self.text)), None)

    def __str__(self):
        return f"{self.drug}, {self.population}, {self.keys}"


def key_of(text):
    number = text.lstrip("≥")
    if text == "n/a":
        return "Indeterminate"
    return float(number) if re.fullmatch(r"\d+(\.\d+)?", number) else text


def entries():
    for path in sorted(FOLDER.glob("CPIC_*.json")):
        for source in json.loads(path.read_text())["recommendations"]:
            if source["population"] is None or not source.get("lookupKey"):
                continue  # explanations of xN
            for drug in source["relatedChemicals"]:
                yield Entry(drug["name"], source)


def is_conditional(row):
    return row["fallback_action"] == "standard" and row["condition"] != "."


# What differs, (kind, test of the two, why). A reason that explains nothing any more is an error.
KNOWN = [
    ("strength", lambda entry, row: entry.text.startswith("no recommendation") and row["strength"] == "No recommendation",
     "the file keeps the strength of a neighbouring row beside a text that recommends nothing"),
    ("action", lambda entry, row: row["primary_action"] in ("increase", "decrease") and is_conditional(row) and entry.action == "standard",
     "usual start, then a change under a condition: ours has the change and its condition first"),
    ("action", lambda entry, row: row["primary_action"] == "titrate" and "slower titration" in entry.text,
     "usual start with a slower increase"),
    ("action", lambda entry, row: row["primary_action"] == "monitor" and "drug monitoring to titrate" in entry.text,
     "usual start that drug levels guide"),
    ("other drug", lambda entry, row: "or switching to" in entry.text and (row["primary_action"], row["fallback_action"]) == ("standard", "increase"),
     "two next steps after too little response; one is the fallback, the text has both"),
]


class GuidelinesTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.rows = defaultdict(list)
        for row in table("recommendations.tsv"):
            for drug in row["drugs"].split(","):
                cls.rows[drug, row["population"]].append((parse_when(row["when"]), row))
        cls.entries = [entry for entry in entries() if any(drug == entry.drug for drug, _ in cls.rows)]

    def row_of(self, entry):
        found = [row for when, row in self.rows[entry.drug, entry.population]
                 if set(when) == set(entry.keys) and all(any(matches(key, entry.keys[gene]) for key in keys) for gene, keys in when.items())]
        self.assertEqual(len(found), 1, entry)
        return found[0]

    def test_strength_and_action_are_those_of_cpic(self):
        used, problems = Counter(), []
        for entry in self.entries:
            row = self.row_of(entry)
            differences = []
            if entry.strength != row["strength"]:
                differences.append(("strength", f"{entry.strength}, ours {row['strength']}"))
            if entry.action != row["primary_action"]:
                differences.append(("action", f"{entry.action}, ours {row['primary_action']}/{row['fallback_action']}"))
            if entry.names_other_drug and not OTHER_DRUG & {row["primary_action"], row["fallback_action"]}:
                differences.append(("other drug", f"ours {row['primary_action']}/{row['fallback_action']}"))
            for kind, what in differences:
                reason = next((why for known, test, why in KNOWN if known == kind and test(entry, row)), None)
                used[reason] += 1
                if reason is None:
                    problems.append(f"{entry}: {kind}: {what}")
        self.assertEqual(problems, [], f"{len(problems)} of {len(self.entries)}")
        self.assertGreater(len(self.entries), 1900)
        for _, _, why in KNOWN:
            self.assertGreater(used[why], 0, why)

    def test_every_drug_is_there(self):
        ours = {drug for drug, _ in self.rows}
        theirs = {entry.drug for entry in self.entries}
        self.assertEqual(ours - theirs, NOT_THERE)
        everything = {chemical["name"] for path in FOLDER.glob("CPIC_*.json") for chemical in json.loads(path.read_text())["guideline"]["relatedChemicals"]}
        self.assertEqual(everything - ours, {"warfarin"})  # by formula

    def test_articles_are_those_of_cpic(self):
        pmids = {row["guideline"]: row["pmid"] for row in table("guidelines.tsv")}
        for path in sorted(FOLDER.glob("CPIC_*.json")):
            source = json.loads(path.read_text())
            cited = {citation["pmid"] for citation in source.get("citations", [])}
            for chemical in source["guideline"]["relatedChemicals"]:
                for row in {row["guideline"] for (drug, _), rows in self.rows.items() if drug == chemical["name"] for _, row in rows}:
                    self.assertTrue(not cited or pmids[row] in cited, f"{chemical['name']}: {pmids[row]} is not one of {cited}")


if __name__ == "__main__":
    harness.main(binary=False)
