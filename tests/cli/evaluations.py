"""What the tests of `varisk evaluate` share: tables of predictions and outcomes, and reading the results."""

import json
import math
import random

from harness import VariskTest, number, read_tsv

TABLE_NAMES = ("metrics.json", "metrics.tsv", "calibration.tsv", "roc.tsv", "decision.tsv")


def table(columns, rows, separator="\t"):
    return "\n".join(separator.join(str(cell) for cell in row) for row in [columns, *rows]) + "\n"


def logistic(x):
    return 1 / (1 + math.exp(-x))


def random_risks(count, seed, spread=1.0, center=-1.0, digits=None):
    """(probability, outcome) of people whose probabilities are right."""
    source = random.Random(seed)
    pairs = []
    for _ in range(count):
        p = logistic(source.gauss(center, spread))
        pairs.append((p if digits is None else round(p, digits), int(source.random() < p)))
    return pairs


class Evaluated:
    """The result folder of one run."""

    def __init__(self, run):
        self.run = run
        self.json = json.loads((run.out / "metrics.json").read_text())
        self.rows = read_tsv(run.out / "metrics.tsv")

    def row(self, metric, threshold=None, level="all", of_class=None):
        found = [row for row in self.rows if row["metric"] == metric and row["level"] == level and
                 number(row["threshold"]) == threshold and (of_class is None or row["class"] == of_class)]
        assert len(found) == 1, (metric, threshold, level, of_class, len(found))
        return found[0]

    def value(self, metric, threshold=None, level="all", of_class=None):
        return number(self.row(metric, threshold, level, of_class)["value"])

    def bounds(self, metric, threshold=None, level="all", of_class=None):
        row = self.row(metric, threshold, level, of_class)
        return number(row["low"]), number(row["high"])

    def table(self, name, **where):
        return [row for row in read_tsv(self.run.out / name) if all(row[key] == value for key, value in where.items())]


class EvaluateTest(VariskTest):
    def write_pairs(self, pairs, name="table.tsv"):
        """One table with both; pairs of probability and outcome."""
        rows = [(f"s{i:06}", repr(p) if isinstance(p, float) else p, y) for i, (p, y) in enumerate(pairs)]
        return self.write(name, table(("sample_id", "probability", "y"), rows))

    def try_evaluate(self, predictions, *more, outcomes=None, outcome="y", out=None):
        out = out or self.fresh_out()
        return self.run_varisk("evaluate", "--predictions", predictions, "--outcomes", outcomes or predictions, "--outcome",
                               outcome, "--out", out, *more, out=out)

    def evaluate(self, predictions, *more, outcomes=None, outcome="y"):
        run = self.try_evaluate(predictions, *more, outcomes=outcomes, outcome=outcome)
        self.assertEqual(run.code, 0, run)
        self.assert_whole(run)
        for name in TABLE_NAMES:
            self.assertTrue(run.has(name), name)
        return Evaluated(run)

    def judge(self, pairs, *more):
        return self.evaluate(self.write_pairs(pairs), *more)

    def assert_close(self, found, expected, tolerance=1e-12, note=None):
        self.assertIsNotNone(found, note)
        self.assertLessEqual(abs(found - expected), tolerance * max(1.0, abs(expected)), f"{note}: {found!r}, expected {expected!r}")

    def assert_same_results(self, one, other, names=TABLE_NAMES):
        for name in names:
            self.assertEqual((one.run.out / name).read_bytes(), (other.run.out / name).read_bytes(), name)
