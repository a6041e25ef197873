"""An external suite: its expected.tsv, and the account of which of its rows were checked.

Every row of expected.tsv is either checked by a test or listed, by pattern, in not_covered.tsv with the reason. The
`tearDownModule` of a test file calls `suite.account(SUITE)`, which fails if a row is neither.
"""

import csv
import fnmatch
import sys
import unittest
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cli"))

import harness  # noqa: E402

PATTERNS = ("case", "inputs", "options", "quantity", "subject")


class Fact:
    """One row of expected.tsv."""

    def __init__(self, line, cells):
        self.line = line
        self.case, self.inputs, self.options, self.quantity, self.subject, self.expected, self.note = cells
        self.checked = False

    def __str__(self):
        return f"expected.tsv:{self.line}: " + " | ".join(
            (self.case, self.inputs, self.options, self.quantity, self.subject, self.expected, self.note[:200]))

    def option(self, key, default=None):
        """The value of key=value in the options."""
        for word in self.options.split():
            name, equals, value = word.partition("=")
            if equals and name == key:
                return value
        return default


class Suite:
    """The test file is skipped where VARISK_EXTERNAL_CASES does not have the suite.

    Where two test files share a suite, `only` and `without` (patterns of inputs) divide it.
    """

    def __init__(self, name, only="*", without=""):
        self.name = name
        self.folder = harness.external_cases(name)
        self.tests_run, self.tests_of_module = 0, 0
        if self.folder is None:
            harness.skip_module(f"VARISK_EXTERNAL_CASES does not have {name}")
        with open(self.folder / "expected.tsv", newline="") as file:
            rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            next(rows)
            self.facts = [Fact(line, (cells + [""] * 7)[:7]) for line, cells in enumerate(rows, 2)]
        self.listed = not_covered(name)
        for fact in self.facts:
            fact.listed = next((entry for entry in self.listed if covers(entry, fact)), None)
        self.rows_listed = Counter(id(fact.listed) for fact in self.facts)
        self.facts = [fact for fact in self.facts if fnmatch.fnmatchcase(fact.inputs, only) and not fnmatch.fnmatchcase(fact.inputs, without)]

    def path(self, name):
        return self.folder / name

    def take(self, **patterns):
        """The facts that are not listed as not covered and match the patterns (fnmatch) of case, inputs, options, ..."""
        return [fact for fact in self.facts if fact.listed is None and
                all(fnmatch.fnmatchcase(getattr(fact, key), pattern) for key, pattern in patterns.items())]


def not_covered(suite):
    with open(HERE / "not_covered.tsv", newline="") as file:
        return [entry for entry in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if entry["suite"] == suite]


def covers(entry, fact):
    return all(fnmatch.fnmatchcase(getattr(fact, key), entry[key]) for key in PATTERNS)


class SuiteTest(harness.VariskTest):
    """A test of the facts of one suite; SUITE is set by the test file."""

    SUITE = None

    def __init_subclass__(cls):
        cls.SUITE.tests_of_module += len(unittest.defaultTestLoader.getTestCaseNames(cls))

    def setUp(self):
        super().setUp()
        self.SUITE.tests_run += 1

    def take(self, count=None, **patterns):
        facts = self.SUITE.take(**patterns)
        self.assertTrue(facts, f"no fact of the suite is like {patterns}")
        for fact in facts:
            fact.checked = True
        if count is not None:
            self.assertEqual(len(facts), count)
        return facts

    def check(self, fact, found, expected=None):
        """found is what the binary gave: a number (compared within the digits of a double) or a text."""
        with self.subTest(line=fact.line, case=fact.case, quantity=fact.quantity, subject=fact.subject, options=fact.options):
            expected = fact.expected if expected is None else expected
            if isinstance(found, float):
                self.assertLessEqual(abs(found - float(expected)), 1e-9 * max(1.0, abs(float(expected))), f"found {found!r}\n{fact}")
            else:
                self.assertEqual(str(found), str(expected), str(fact))


def account(suite):
    """Fails if a row is neither checked nor listed, or a list entry has another number of rows than it says.

    A test file calls this when its module is torn down; it does nothing if only some of the tests were run.
    """
    if suite.tests_run < suite.tests_of_module:
        return
    problems = [f"neither checked nor listed: {fact}" for fact in suite.facts if not fact.checked and fact.listed is None]
    for entry in suite.listed:
        rows = suite.rows_listed[id(entry)]
        if rows != int(entry["rows"]):
            problems.append(f"not_covered.tsv: {entry} is for {rows} rows")
    checked = sum(fact.checked for fact in suite.facts)
    print(f"{suite.name}: {checked} of {len(suite.facts)} rows checked, {sum(fact.listed is not None for fact in suite.facts)} listed as not covered")
    if problems:
        raise AssertionError("\n".join(problems[:50]) + (f"\n... and {len(problems) - 50} more" if len(problems) > 50 else ""))


# --- inputs that several suites need ------------------------------------------------------------------------------------

def read_pvar(path):
    """(contig, position, id, ref, alts) of each line."""
    return [tuple(line.split("\t")[:5]) for line in harness.read_text(path).splitlines() if line and not line.startswith("#")]


def read_score_table(path):
    """(header, columns, rows as dicts) of a scoring file, by a reader that knows nothing of the program's."""
    header, lines = {}, harness.read_text(path).splitlines()
    while lines[0].startswith("#"):
        key, equals, value = lines.pop(0).lstrip("#").partition("=")
        if equals:
            header[key.strip()] = value.strip()
    columns = lines.pop(0).split("\t")
    rows = []
    for line in lines:
        cells = line.split("\t")
        rows.append(dict(zip(columns, cells + [""] * (len(columns) - len(cells)))))
    return header, columns, rows


def contig_order(name):
    name = name[3:] if name.startswith("chr") else name
    return (0, int(name)) if name.isdigit() else (1, name)


def vcf_records(variants, calls):
    """Sorted records of (contig, position, id, ref, alt); calls for each record, or a function of (index, variant)."""
    ordered = sorted(dict.fromkeys(variants), key=lambda variant: (contig_order(variant[0]), int(variant[1])))
    return [harness.record(contig, position, ref, alt, calls(index, (contig, position, id, ref, alt)) if callable(calls) else calls, id=id or ".")
            for index, (contig, position, id, ref, alt) in enumerate(ordered)]


def rows_with_alleles(rows, contig="chr_name", position="chr_position"):
    """(contig, position, effect, other or None, weight) of the rows that have a position and letters as alleles."""
    found = []
    for row in rows:
        effect, other = row["effect_allele"], row.get("other_allele") or row.get("reference_allele") or None
        if row.get(contig) and row.get(position) and set(effect + (other or "")) <= set("ACGT"):
            found.append((row[contig], row[position], effect, other, row.get("effect_weight")))
    return found


def variants_of(rows):
    """One variant for each pair of alleles of (contig, position, effect, other, ...): REF is the other allele."""
    variants, seen = [], set()
    for contig, position, effect, other, *_ in rows:
        other = other or next(base for base in "ACGT" if base != effect and {base, effect} not in ({"A", "T"}, {"C", "G"}))
        key = (contig, position, frozenset((effect, other)))
        if key not in seen:
            seen.add(key)
            variants.append((contig, position, "", other, effect))
    return variants


def one_copy(index, variant):
    """Calls of one sample with one copy of the first ALT: heterozygous, or haploid where everybody is."""
    return ["1" if contig_order(variant[0])[1] in ("MT", "M") else "0/1"]
