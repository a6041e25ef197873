"""Trainings on clinical tables (folder data/clinical beside the suites, README there): covariates alone.

Breast cancer: at least 97% right in five folds. Parkinson's: recordings of the same people, grouped and not. Diabetes, birth
weight and PBC: missing values of all kinds.
"""

import csv
import os
import sys
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

from harness import main, skip_module, table_text  # noqa: E402
from trainings import TrainTest  # noqa: E402

FOLDER = Path(os.environ.get("VARISK_EXTERNAL_CASES", "")) / "data" / "clinical"
if not (FOLDER / "sklearn_breast_cancer.csv").is_file():
    skip_module("VARISK_EXTERNAL_CASES does not have data/clinical")

LEAK = "without --group-by"
FIVE = ("--folds", 5, "--bootstrap", 0)


def read_rows(name):
    with open(FOLDER / name, newline="") as lines:
        return list(csv.DictReader(lines))


class Clinical(TrainTest):
    def write_rows(self, rows, change=None):
        """The rows with a column sample_id in front; change: adds or removes columns of a row."""
        for i, row in enumerate(rows):
            if change:
                change(row)
            row.setdefault("sample_id", f"p{i:04}")
        columns = ["sample_id"] + [name for name in rows[0] if name != "sample_id"]
        return self.write("table.tsv", table_text(columns, [[row[name] or "NA" for name in columns] for row in rows]))

    def fit(self, table, outcome, *more):
        return self.train("--covariates", table, "--outcome", outcome, *FIVE, *more)

    def entry(self, fit, name, part="cross_validation", threshold=None):
        """A metric with its interval."""
        overall = fit.metrics[part]["overall"]
        if threshold is None:
            return overall["metrics"][name]
        at, = [point for point in overall["thresholds"] if point["threshold"] == threshold]
        return at["metrics"][name]

    def warnings(self, fit):
        return "\n".join(fit.record["warnings"])


class BreastCancer(Clinical):
    def test_accuracy_and_calibration(self):
        table = self.write_rows(read_rows("sklearn_breast_cancer.csv"))
        plain = self.fit(table, "target", "--thresholds", 0.5)
        self.assertGreaterEqual(self.entry(plain, "accuracy", threshold=0.5)["value"], 0.97)
        self.assertGreater(plain.metric("cross_validation", "auc"), 0.99)
        for name in ("calibration_slope", "citl", "auc"):
            entry = self.entry(plain, name)
            self.assertLess(entry["low"], entry["value"], name)
            self.assertGreater(entry["high"], entry["value"], name)
        mended = self.fit(table, "target", "--thresholds", 0.5, "--calibrate", "folds")
        self.assertGreaterEqual(self.entry(mended, "accuracy", threshold=0.5)["value"], 0.97)
        self.assertIn("calibration", mended.model)
        before, after = (self.entry(mended, "calibration_slope", part) for part in ("cross_validation_uncalibrated", "cross_validation"))
        self.assertEqual(before["value"], self.entry(plain, "calibration_slope")["value"])
        self.assertTrue(after["low"] <= 1 <= after["high"], after)
        if not before["low"] <= 1 <= before["high"]:
            self.assertLess(abs(after["value"] - 1), abs(before["value"] - 1))
        citl = self.entry(mended, "citl")
        self.assertTrue(citl["low"] <= 0 <= citl["high"], citl)

    def test_strong_shrinkage_is_mended(self):
        """A penalty that is too strong makes predictions too timid: the slope is far from 1, until it is calibrated."""
        table = self.write_rows(read_rows("sklearn_breast_cancer.csv"))
        fit = self.fit(table, "target", "--lambda", 0.1, "--calibrate", "folds")
        before, after = (self.entry(fit, "calibration_slope", part) for part in ("cross_validation_uncalibrated", "cross_validation"))
        self.assertGreater(before["low"], 1.5)
        self.assertTrue(after["low"] <= 1 <= after["high"], after)


class Parkinsons(Clinical):
    def table(self):
        def change(row):
            row["sample_id"] = row.pop("name")
            row["person"] = row["sample_id"].rsplit("_", 1)[0]

        return self.write_rows(read_rows("UCI_parkinsons.csv"), change)

    def test_grouped_and_not(self):
        table = self.table()
        features = [name for name in read_rows("UCI_parkinsons.csv")[0] if name not in ("name", "Outcome")]
        leaky = self.fit(table, "Outcome", "--features", ",".join(features))
        honest = self.fit(table, "Outcome", "--features", ",".join(features), "--group-by", "person")
        self.assertIn(LEAK, self.warnings(leaky))
        self.assertNotIn(LEAK, self.warnings(honest))
        self.assertGreater(leaky.metric("cross_validation", "auc"), honest.metric("cross_validation", "auc"))
        folds = {}
        for row in honest.predictions(part="cross_validation"):
            folds.setdefault(row["sample_id"].rsplit("_", 1)[0], set()).add(row["fold"])
        self.assertEqual({len(some) for some in folds.values()}, {1})


class MissingValues(Clinical):
    def test_diabetes(self):
        table = self.write_rows(read_rows("mlbench_PimaIndiansDiabetes2_NA.csv"))
        fit = self.fit(table, "diabetes", "--classes", "neg,pos", "--indicators")
        self.assertIn("insulin (missing)", " ".join(fit.coefficients))
        self.assertGreater(fit.metric("cross_validation", "auc"), 0.8)
        filled = {column["column"]: column for column in fit.record["cleaning"]} if isinstance(fit.record["cleaning"], list) else fit.record["cleaning"]
        self.assertIn("insulin", str(filled))

    def test_rows_without_a_value_are_left_out_where_they_are_not_filled(self):
        rows = read_rows("mlbench_PimaIndiansDiabetes2_NA.csv")
        complete = sum("NA" not in row.values() for row in rows)
        fit = self.fit(self.write_rows(rows), "diabetes", "--classes", "neg,pos", "--fill", "na")
        self.assertEqual(fit.record["counts"]["train"], complete)
        self.assertEqual(fit.record["counts"]["without_covariate"], len(rows) - complete)

    def test_birth_weight(self):
        def change(row):
            del row["bwt"]  # the outcome's source
            row["race"] = {"1": "white", "2": "black", "3": "other"}[row["race"]]

        fit = self.fit(self.write_rows(read_rows("MASS_birthwt.csv"), change), "low")
        self.assertGreater(fit.metric("cross_validation", "auc"), 0.6)

    def test_the_outcome_s_source_is_seen_in_the_result(self):
        """Birth weight tells low birth weight apart: the area is 1."""
        fit = self.fit(self.write_rows(read_rows("MASS_birthwt.csv")), "low", "--lambda-min-ratio", 0.01)
        self.assertGreater(fit.metric("cross_validation", "auc"), 0.99)

    def test_primary_biliary_cholangitis(self):
        def change(row):
            row["died"] = str(int(row.pop("status") == "2"))
            del row["time"], row["id"]

        rows = read_rows("survival_pbc.csv")
        fit = self.fit(self.write_rows(rows, change), "died", "--indicators", "--outliers", "iqr=3:winsorise")
        self.assertGreater(fit.metric("cross_validation", "auc"), 0.75)
        self.assertEqual(fit.record["counts"]["train"], len(rows))


if __name__ == "__main__":
    main()
