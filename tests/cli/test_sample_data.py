"""The sample cohort: numbers against an independent oracle, and every byte against the golden tables.

sample_data/update_expected.py writes the golden tables, sample_data/oracle.py the expected numbers. Pharmacogenes and doses
against an independent computation: test_sample_dosing.py.
"""

import csv
import lzma
import unittest

import harness

SAMPLE_DATA = harness.REPOSITORY / "sample_data"
EXPECTED = SAMPLE_DATA / "expected"
GOLDEN = EXPECTED / "golden"
DOSING = ("diplotypes.tsv", "dosing.tsv")


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return text not in ("", "NA")


@unittest.skipIf(not (SAMPLE_DATA / "quickstart.toml").exists(), "no sample data")
class SampleDataTest(harness.VariskTest):
    def quickstart(self, *options):
        out = self.fresh_out()
        run = harness.run_binary(["score", "--config", "sample_data/quickstart.toml", "--out", out, *options], out, cwd=harness.REPOSITORY)
        self.assertEqual(run.code, 0, run)
        self.assert_whole(run)
        return run

    def compare(self, found, name, keys):
        """Row by row: numbers within 1e-9, everything else as text."""
        expected = harness.read_tsv(EXPECTED / name)
        rows = {tuple(row[key] for key in keys): row for row in found}
        self.assertEqual(len(rows), len(found), "keys are not unique")
        self.assertEqual(set(rows), {tuple(row[key] for key in keys) for row in expected})
        for row in expected:
            other = rows[tuple(row[key] for key in keys)]
            for column, value in row.items():
                if is_number(value):
                    self.assertTrue(is_number(other[column]), (column, row, other))
                    self.assertLessEqual(abs(float(other[column]) - float(value)), 1e-9 * max(1, abs(float(value))), (column, row, other))
                elif column == "flags":
                    self.assertEqual(sorted(filter(None, other[column].split(";"))), sorted(filter(None, value.split(";"))), (row, other))
                else:
                    self.assertEqual(other[column], value, (column, row, other))

    def test_scores_and_risks_are_those_of_the_oracle(self):
        run = self.quickstart()
        self.compare(run.table("scores.tsv"), "scores.tsv", ("sample_id", "score_id"))
        self.compare(run.table("risk.tsv"), "risk.tsv", ("sample_id", "model_id", "class"))

    def test_states_are_those_of_the_oracle(self):
        if not (EXPECTED / "states.tsv").exists():
            self.skipTest("no expected states")
        expected = {(row["consumer"], row["state"]): row["rows"] for row in harness.read_tsv(EXPECTED / "states.tsv") if row["rows"] != "0"}
        found = {(row["consumer"], row["state"]): row["rows"] for row in self.quickstart().table("matches.tsv") if row["rows"] != "0"}
        consumers = {consumer for consumer, _ in expected}
        self.assertEqual({key: rows for key, rows in found.items() if key[0] in consumers}, expected)

    @unittest.skipIf(not GOLDEN.is_dir(), "no golden tables")
    def test_every_table_is_the_golden_one(self):
        run = self.quickstart()
        for path in sorted(GOLDEN.iterdir()):
            with self.subTest(path.name):
                packed = path.suffix == ".xz"
                name = path.stem if packed else path.name
                golden = lzma.decompress(path.read_bytes()) if packed else path.read_bytes()
                self.assertTrue((run.out / name).read_bytes() == golden,
                                f"{name} is not the golden one; sample_data/update_expected.py writes it again")

    def test_threads_and_the_order_of_files_change_nothing(self):
        plain = self.quickstart("--threads", "1", "--sites", "all")
        self.assert_same_tables(plain, self.quickstart("--threads", "4", "--sites", "all"), harness.TABLES + DOSING)
        turned = self.quickstart("--variants", "sample_data/cohort.chrX.vcf.gz", "sample_data/cohort.autosomes.vcf.gz", "--sites", "all")
        for name, own in (("scores.tsv", ("score_id",)), ("risk.tsv", ("model_id", "class")), ("diplotypes.tsv", ("gene",)),
                          ("dosing.tsv", ("drug", "population", "condition", "text"))):
            keys = ("sample_id", *own)
            rows = [{tuple(row[key] for key in keys): row for row in run.table(name)} for run in (plain, turned)]
            self.assertEqual(rows[0], rows[1], "the files are in the order of their samples, the values are the same")

    def test_explanations_add_up(self):
        run = self.quickstart()
        if not run.has("explain.tsv"):
            self.skipTest("the quick start asks for no explanations")
        sums, predictors = {}, {}
        for row in run.table("explain.tsv"):
            key = row["sample_id"], row["model_id"]
            sums[key] = sums.get(key, 0.0) + float(row["contribution"])
        for row in run.table("risk.tsv"):
            if row["linear_predictor"] != "NA":
                predictors[row["sample_id"], row["model_id"]] = float(row["linear_predictor"])
        self.assertEqual(set(sums), set(predictors))
        baselines = {}
        for key, total in sums.items():
            baselines.setdefault(key[1], []).append(predictors[key] - total)
        for model, values in baselines.items():
            self.assertLessEqual(max(values) - min(values), 1e-9, model)

    def test_the_expected_tables_are_readable(self):
        for path in EXPECTED.glob("*.tsv"):
            with open(path, newline="") as file:
                self.assertGreater(len(list(csv.reader(file, delimiter="\t"))), 1, path)


if __name__ == "__main__":
    harness.main()
