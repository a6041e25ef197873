"""pgx: star alleles, phenotypes and outside calls of the 342 cases, with the built-in tables and with PharmCAT's own."""

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))

import harness  # noqa: E402

ROOT = Path(os.environ.get("VARISK_EXTERNAL_CASES") or "/nonexistent")
CASES = ROOT / "cases" / "pgx"
PHARMCAT = ROOT / "data" / "pgx" / "pharmcat-3.1.1"
if not CASES.is_dir():
    harness.skip_module("VARISK_EXTERNAL_CASES does not have pgx")

# Our code of each message that some case asserts.
MESSAGES = {
    "pcat-dpyd-hapB3-exonic-only": "dpyd_hapb3_exonic_only",
    "pcat-dpyd-hapB3-intronic-mismatch-exonic": "dpyd_hapb3_conflict",
}


def rows(name):
    with open(CASES / name, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def parts(cell):
    return [] if cell == "." else cell.split("; ")


def normal(name):
    """`X (heterozygous)` is `Reference/X`; CFTR's long reference name is `Reference`."""
    name = re.sub(r"^(.*) \(heterozygous\)$", r"Reference/\1", name)
    return name.replace("ivacaftor non-responsive CFTR sequence", "Reference")


def unordered(alleles):
    return sorted(alleles)


class PgxCases(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.cases = rows("cases.tsv")
        cls.expected = defaultdict(list)
        for row in rows("expected.tsv"):
            cls.expected[row["case"]].append(row)

    def run_case(self, case, folder, data):
        vcf = CASES / case["vcf"]
        options = ["--dosing", "--variants", str(vcf), "--out", str(folder), "--overwrite", "--build-check", "off"]
        definition = case["definition"]
        if definition.startswith("default:"):
            options += ["--genes", definition.split(":")[1]]
        elif definition != "default":
            path = CASES / definition
            options += ["--pgx-data", str(path), "--genes", json.loads(path.read_text())["gene"]]
        if data is not None and definition.startswith("default"):
            options += ["--pgx-data", str(data)]
        if case["outside_calls"] != "-":
            options += ["--outside-calls", str(CASES / case["outside_calls"])]
        if case["top_candidate_only"] == "0":
            options += ["--pgx-all-matches"]
        if case["exemptions"] == "0":
            options += ["--pgx-exemptions", "off"]
        research = [mode for mode, flag in (("combinations", "find_combinations"), ("cyp2d6", "call_cyp2d6"))
                    if case[flag] == "1"]
        if research:
            options += ["--pgx-research", ",".join(research)]
        run = subprocess.run([harness.BINARY, "score", *options], capture_output=True, text=True, timeout=harness.TIMEOUT)
        self.assertEqual(run.returncode, 0, case["case"] + ": " + run.stderr)
        with open(Path(folder) / "diplotypes.tsv", newline="") as file:
            return {row["gene"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}

    def found(self, row, kind):
        """What the row says of the kind, in the form of expected_json."""
        called = row["state"] in ("called", "ambiguous", "incomplete")
        source = [normal(name) for name in parts(row["source_diplotypes"])]
        if kind == "called":
            return called
        if kind == "reportable":
            return called or row["state"] == "outside"
        if kind == "matcher_diplotypes":
            return [normal(name) for name in parts(row["matched"])]
        if kind == "matcher_num_diplotypes":
            return len(parts(row["matched"]))
        if kind == "matcher_num_haplotypes":
            return sum(2 if name.endswith("(homozygous)") else 1 for name in source)
        if kind == "source_diplotypes":
            return source or ["Unknown/Unknown"]
        if kind == "print_calls":
            return [normal(name) for name in parts(row["reported"])] or ["Not called"]
        if kind == "lookup_activity_score":
            return [float(score) for score in parts(row["activity_score"])]
        if kind == "gene_message":
            return parts(row["messages"])
        if kind.startswith("recommended_phenotype") or kind.startswith("source_phenotype"):
            return [name for cell in parts(row["phenotype"]) for name in cell.split(", ")] or ["n/a"]
        return None

    def check(self, fact, row):
        kind, want = fact["kind"], json.loads(fact["expected_json"])
        if kind == "recommended_diplotype":
            if want == ["Unknown/Unknown"]:
                return parts(row["lookup"]) == []
            pairs = [unordered(split_lookup(entry, want)) for entry in parts(row["lookup"])]
            return unordered(want) in pairs
        found = self.found(row, kind)
        if kind == "gene_message":
            return MESSAGES[want] in found
        if kind == "lookup_activity_score":
            return float(want) in found
        if kind.startswith("recommended_phenotype") or kind.startswith("source_phenotype"):
            return want in found
        if isinstance(want, list):
            want = [normal(name) for name in want]
        return found == want

    def run_all(self, data):
        problems, checked = [], 0
        with tempfile.TemporaryDirectory() as folder:
            for case in self.cases:
                facts = self.expected[case["case"]]
                table = self.run_case(case, folder, data)
                for fact in facts:
                    row = table.get(fact["gene"])
                    if row is None or not self.check(fact, row):
                        problems.append(f"{case['case']} {fact['gene']} {fact['kind']}: expected {fact['expected_json']}, found {row}")
                    checked += 1
        self.assertEqual(problems, [], f"{len(problems)} of {checked}")
        self.assertGreater(checked, 1000)

    def test_built_in_tables(self):
        self.run_all(None)

    def test_definitions_of_pharmcat_as_they_are(self):
        self.run_all(PHARMCAT / "alleles")


def split_lookup(entry, want):
    """The alleles of a pair; names may hold slashes only in what is expected."""
    for cut in (position for position, letter in enumerate(entry) if letter == "/"):
        pair = [entry[:cut], entry[cut + 1:]]
        if sorted(pair) == sorted(want):
            return pair
    return entry.split("/")


if __name__ == "__main__":
    unittest.main()
