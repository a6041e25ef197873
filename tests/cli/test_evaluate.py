"""varisk evaluate: what comes out, and what must not change it."""

import json
import math
import random

from evaluations import EvaluateTest, TABLE_NAMES, logistic, random_risks, table
from harness import REPOSITORY, bgzf_blocks, main, number, read_tsv

CLASSES = ("low", "middle", "high")


def joint_table(count=300, seed=1):
    """Rows of sample_id, probability, old, y, sex, age, and a text with a missing value."""
    source = random.Random(seed)
    rows = []
    for i, (p, y) in enumerate(random_risks(count, seed)):
        old = min(0.98, max(0.02, p + source.gauss(0, 0.1)))
        rows.append([f"s{i:04}", p, old, y, source.choice("FM"), source.randint(30, 79), source.choice(["A", "B", "NA"])])
    return rows


COLUMNS = ("sample_id", "probability", "old", "y", "sex", "age", "site")
EVERYTHING = ("--thresholds", "0.1,0.3", "--subgroups", "sex,age,site", "--adjust", "sex,age", "--bootstrap", 200)


class WhatComesOut(EvaluateTest):
    def test_metrics_tsv_and_json_say_the_same(self):
        path = self.write("t.tsv", table(COLUMNS, joint_table()))
        result = self.evaluate(path, "--baseline", path, "--baseline-prediction", "old", *EVERYTHING)
        self.assertEqual(result.json["format"], "varisk-metrics/1")
        overall = result.json["overall"]
        flat = {(name, None): metric for name, metric in overall["metrics"].items()}
        for part in ("adjusted", "comparison"):
            flat.update({(name, None): metric for name, metric in overall[part]["metrics"].items()})
        for entry in overall["thresholds"]:
            flat.update({(name, entry["threshold"]): metric for name, metric in entry["metrics"].items()})
        flat.update({(f"odds_ratio_decile_{entry['decile']}", None): entry["odds_ratio"] for entry in overall["deciles"]})
        rows = {(row["metric"], number(row["threshold"])): row for row in result.rows if row["subgroup"] == "all"}
        self.assertEqual(set(rows), set(flat) | {("samples", None), ("events", None)})
        for key, metric in flat.items():
            for name in ("value", "low", "high", "standard_error", "p_value"):
                self.assertEqual(number(rows[key][name]), metric.get(name), (key, name))
            self.assertEqual(rows[key]["method"], metric["method"] or "NA")
            self.assertEqual(rows[key]["note"], metric.get("note", "NA"))
            if metric["value"] is None:
                self.assertTrue(metric["note"], key)
            if metric["low"] is not None:
                self.assertLessEqual(metric["low"], metric["high"], key)
                self.assertTrue(metric["method"], key)

    def test_run_json_says_what_was_judged(self):
        path = self.write("t.tsv", table(COLUMNS, joint_table()))
        run = self.evaluate(path, "--bootstrap", 0).run
        record = json.loads((run.out / "run.json").read_text())
        self.assertEqual(record["predictions"]["path"], str(path))
        self.assertEqual(record["counts"]["evaluated"], 300)
        self.assertNotIn("genome_build", record)

    def test_closed_intervals_hold_what_they_should(self):
        """Of many samples of predictions that are right, about one in twenty misses slope 1 and intercept 0."""
        misses = {"calibration_slope": 0, "citl": 0, "observed_expected_ratio": 0, "auc": 0}
        truth = {"calibration_slope": 1, "citl": 0, "observed_expected_ratio": 1}
        truth["auc"] = self.judge(random_risks(40000, 999), "--bootstrap", 0).value("auc")
        runs = 120
        for seed in range(runs):
            result = self.judge(random_risks(300, 1000 + seed), "--bootstrap", 0)
            for name, value in truth.items():
                low, high = result.bounds(name)
                misses[name] += not low <= value <= high
        for name, count in misses.items():
            self.assertLessEqual(count, 15, name)
            self.assertGreaterEqual(count, 1, name)

    def test_subgroups_are_judged_as_their_samples_alone(self):
        rows = joint_table()
        result = self.evaluate(self.write("t.tsv", table(COLUMNS, rows)), *EVERYTHING, "--bands", "age=40,60")
        levels = [(group["column"], group["level"]) for group in result.json["subgroups"]]
        self.assertEqual(levels, [("sex", "F"), ("sex", "M"), ("age", "below 40"), ("age", "40 to below 60"), ("age", "from 60"),
                                  ("site", "A"), ("site", "B"), ("site", "(missing)")])
        members = {("sex", "F"): lambda row: row[4] == "F", ("age", "40 to below 60"): lambda row: 40 <= row[5] < 60,
                   ("site", "(missing)"): lambda row: row[6] == "NA"}
        for (column, level), belongs in members.items():
            path = self.write(f"{column}.tsv", table(COLUMNS, [row for row in rows if belongs(row)]))
            alone = self.evaluate(path, "--thresholds", "0.1,0.3", "--bootstrap", 200)
            group = next(group for group in result.json["subgroups"] if (group["column"], group["level"]) == (column, level))
            for key in ("samples", "events", "metrics", "thresholds", "deciles"):
                self.assertEqual(group[key], alone.json["overall"][key], (level, key))
            for name in ("roc.tsv", "calibration.tsv", "decision.tsv"):
                self.assertEqual([{**row, "subgroup": "all", "level": "all"} for row in result.table(name, subgroup=column, level=level)],
                                 alone.table(name), name)

    def test_numbers_of_many_values_are_cut_in_quarters(self):
        result = self.evaluate(self.write("t.tsv", table(COLUMNS, joint_table())), "--subgroups", "age", "--bootstrap", 0)
        sizes = [group["samples"] for group in result.json["subgroups"]]
        self.assertEqual(len(sizes), 4)
        self.assertTrue(all(60 <= size <= 90 for size in sizes), sizes)

    def test_small_subgroups_have_counts_and_a_reason(self):
        rows = joint_table(60)
        for i, row in enumerate(rows):
            row[4] = "X" if i < 7 else "F"
            row[3] = 1 if i in (0, 1) else 0 if i < 7 else row[3]
        path = self.write("t.tsv", table(COLUMNS, rows))
        result = self.evaluate(path, "--subgroups", "sex", "--bootstrap", 0, "--min-group", 3)
        small = result.json["subgroups"][1]
        self.assertEqual((small["level"], small["samples"], small["events"]), ("X", 7, 2))
        self.assertRegex(small["not_evaluated"], "too small: 2 events, at least 3")
        self.assertNotIn("metrics", small)
        self.assertEqual([row["metric"] for row in result.rows if row["level"] == "X"], ["samples", "events"])
        self.assertTrue(any("subgroup sex X" in line for line in result.run.warning_lines()))
        enough = self.evaluate(path, "--subgroups", "sex", "--bootstrap", 0, "--min-group", 2)
        self.assertIn("metrics", enough.json["subgroups"][1])

    def test_a_prevalence_is_carried_into_subgroups_by_the_sampling(self):
        rows = joint_table()
        result = self.evaluate(self.write("t.tsv", table(COLUMNS, rows)), "--subgroups", "sex", "--prevalence", "0.02", "--bootstrap", 0)
        self.assertEqual(result.json["overall"]["prevalence"], 0.02)
        events = sum(row[3] for row in rows)
        weight = (0.02 / events) / (0.98 / (len(rows) - events))
        for group in result.json["subgroups"]:
            of_events = weight * group["events"]
            self.assert_close(group["prevalence"], of_events / (of_events + group["samples"] - group["events"]))

    def test_covariates_may_stand_in_a_table_of_their_own(self):
        rows = joint_table()
        whole = self.write("t.tsv", table(COLUMNS, rows))
        people = self.write("people.csv", table(("sample_id", "sex", "age [years]"), [(row[0], row[4], row[5]) for row in reversed(rows)], ","))
        narrow = self.write("narrow.tsv", table(("sample_id", "probability", "y"), [(row[0], row[1], row[3]) for row in rows]))
        options = ("--subgroups", "sex,age", "--adjust", "age", "--bootstrap", 0)
        one = self.evaluate(whole, *options)
        other = self.evaluate(narrow, "--covariates", people, *options)
        self.assertEqual(one.json["overall"], other.json["overall"])
        self.assertEqual(one.json["subgroups"], other.json["subgroups"])


class WhatChangesNothing(EvaluateTest):
    def test_the_order_of_rows_and_the_number_of_threads(self):
        rows = joint_table()
        path = self.write("t.tsv", table(COLUMNS, rows))
        options = (*EVERYTHING, "--baseline-prediction", "old")
        first = self.evaluate(path, "--baseline", path, *options, "--threads", 1)
        random.Random(2).shuffle(rows)
        shuffled = self.write("shuffled.tsv", table(COLUMNS, rows))
        for threads in (1, 2, 3):
            other = self.evaluate(shuffled, "--baseline", path, *options, "--threads", threads, outcomes=path)
            # The names of files are not in the tables; in the JSON the baseline's is.
            self.assert_same_results(first, other)
        reseeded = self.evaluate(path, "--baseline", path, *options, "--seed", 2)
        self.assertNotEqual((first.run.out / "metrics.tsv").read_bytes(), (reseeded.run.out / "metrics.tsv").read_bytes())
        self.assertEqual(first.value("pr_auc"), reseeded.value("pr_auc"))

    def test_the_order_of_rows_of_several_classes(self):
        rows = class_rows(150, 3)
        path = self.write("c.tsv", table(("sample_id", *CLASSES, "y"), rows))
        options = ("--prediction", ",".join(CLASSES), "--family", "ordinal", "--bootstrap", 200)
        first = self.evaluate(path, *options)
        random.Random(4).shuffle(rows)
        self.assert_same_results(first, self.evaluate(self.write("d.tsv", table(("sample_id", *CLASSES, "y"), rows)), *options, "--threads", 2))

    def test_the_form_of_the_table(self):
        rows = joint_table(100)
        plain = table(COLUMNS, rows)
        first = self.evaluate(self.write("t.tsv", plain), "--bootstrap", 0)
        forms = {"crlf.tsv": plain.replace("\n", "\r\n"), "mark.tsv": b"\xef\xbb\xbf" + plain.encode(), "comma.csv": table(COLUMNS, rows, ","),
                 "quoted.csv": table([f'"{name}"' for name in COLUMNS], [[f'"{cell}"' for cell in row] for row in rows], ","),
                 "packed.tsv.gz": b"".join(bgzf_blocks(plain.encode()))}
        for name, content in forms.items():
            self.assert_same_results(first, self.evaluate(self.write(name, content), "--bootstrap", 0))

    def test_monotone_transforms_leave_ranks_alone(self):
        pairs = random_risks(200, 5, digits=2)
        first = self.judge(pairs, "--scale", "score", "--bootstrap", 100)
        for transform in (lambda p: p ** 3, lambda p: 5 * p - 40, lambda p: math.exp(p)):
            other = self.judge([(float(transform(p)), y) for p, y in pairs], "--scale", "score", "--bootstrap", 100)
            for name in ("auc", "average_precision", "pr_auc"):
                self.assertEqual(first.row(name), other.row(name))

    def test_the_complement_turns_everything_round(self):
        pairs = random_risks(200, 6, digits=3)
        one = self.judge(pairs, "--bootstrap", 0, "--thresholds", "0.3001")
        other = self.judge([(1 - p, 1 - y) for p, y in pairs], "--bootstrap", 0, "--thresholds", "0.6999")
        for name in ("auc", "brier", "log_loss", "calibration_slope", "spiegelhalter_z", "discrimination_slope", "r2_nagelkerke"):
            self.assert_close(other.value(name), one.value(name), 1e-9, name)
        for name in ("calibration_intercept", "citl"):
            self.assert_close(other.value(name), -one.value(name), 1e-9, name)
        for name, mirrored in (("sensitivity", "specificity"), ("ppv", "npv"), ("accuracy", "accuracy")):
            self.assert_close(other.value(name, 0.6999), one.value(mirrored, 0.3001))


def class_rows(count, seed):
    source = random.Random(seed)
    rows = []
    for i in range(count):
        x = source.gauss(0, 1.5)
        low, below_high = logistic(-1 - x), logistic(1 - x)
        p = (low, below_high - low, 1 - below_high)
        u = source.random()
        rows.append([f"s{i:04}", *p, CLASSES[0 if u < low else 1 if u < below_high else 2]])
    return rows


RISK_COLUMNS = "sample_id model_id outcome class probability linear_predictor standard_error band observed_fraction flags".split()


class RiskTables(EvaluateTest):
    """The long tables that `varisk score` writes."""

    def risk(self, model, sample, name, p):
        return [sample, model, "t2d", name, p, "NA", "NA", "NA", 1, ""]

    def test_rows_of_one_model_with_the_class_of_the_event(self):
        pairs = random_risks(150, 7)
        rows = [self.risk(model, f"s{i}", "yes", p if model == "m1" else 1 - p) for model in ("m1", "m2") for i, (p, _) in enumerate(pairs)]
        risk = self.write("risk.tsv", table(RISK_COLUMNS, rows))
        plain = self.write("plain.csv", table(("sample_id", "probability"), [(f"s{i}", p) for i, (p, _) in enumerate(pairs)], ","))
        for coding in ({1: "1", 0: "0"}, {1: "yes", 0: "no"}, {1: "yes", 0: "control"}):
            outcomes = self.write("o.tsv", table(("sample_id", "y"), [(f"s{i}", coding[y]) for i, (_, y) in enumerate(pairs)]))
            result = self.evaluate(risk, "--model-id", "m1", "--bootstrap", 0, outcomes=outcomes)
            self.assertEqual((result.json["model_id"], result.json["event"]), ("m1", "yes"))
            expected = self.evaluate(plain, "--class", coding[1], "--bootstrap", 0, outcomes=outcomes)
            self.assertEqual(result.json["overall"], expected.json["overall"])
        other = self.evaluate(risk, "--model-id", "m1", "--baseline", risk, "--baseline-model-id", "m2", "--bootstrap", 0, outcomes=outcomes)
        self.assertEqual(other.json["baseline"], "m2")
        self.assert_close(other.value("auc_baseline"), 1 - other.value("auc"), 1e-12)

    def test_a_run_of_score_on_the_sample_cohort(self):
        data = REPOSITORY / "sample_data"
        variants = sorted(data.glob("cohort.*.vcf.gz"))
        run = self.score("--variants", *variants, "--model", data / "models" / "t2d_framingham_prs.json", data / "scores" / "t2d25.tsv",
                         "--covariates", data / "covariates.tsv", "--duplicate-samples", "identical")
        known = (data / "covariates.tsv").read_text().replace("\tunknown\t", "\tNA\t")
        result = self.evaluate(run.out / "risk.tsv", "--class", "yes", "--subgroups", "sex", "--adjust", "age", "--min-group", 5, "--bootstrap", 100,
                               "--duplicate-samples", "identical", outcomes=self.write("known.tsv", known), outcome="parental_diabetes")
        counts = result.json["counts"]
        risks = {row["sample_id"]: number(row["probability"]) for row in run.table("risk.tsv")}
        outcomes = {row["sample_id"]: row["parental_diabetes"] for row in read_tsv(data / "covariates.tsv")}
        events = [risks[name] for name, y in outcomes.items() if y == "yes" and risks.get(name) is not None]
        others = [risks[name] for name, y in outcomes.items() if y == "no" and risks.get(name) is not None]
        self.assertEqual(counts["evaluated"], len(events) + len(others))
        self.assertEqual(counts["evaluated"] + counts["missing_outcome"] + counts["missing_prediction"] + counts["predictions_without_outcome_row"],
                         counts["predictions"])
        pairs = sum((p > q) + (p == q) / 2 for p in events for q in others)
        self.assert_close(result.value("auc"), pairs / len(events) / len(others))

    def test_rows_of_several_classes(self):
        rows = class_rows(200, 8)
        wide = self.write("wide.tsv", table(("sample_id", *CLASSES, "y"), rows))
        long_rows = [self.risk("m", row[0], name, p) for row in rows for name, p in zip(CLASSES, row[1:4])]
        risk = self.write("risk.tsv", table(RISK_COLUMNS, long_rows))
        one = self.evaluate(risk, "--bootstrap", 100, outcomes=wide)
        other = self.evaluate(wide, "--prediction", ",".join(CLASSES), "--bootstrap", 100)
        renamed = self.write("renamed.tsv", table(("sample_id", "a", "b", "c", "y"), rows))
        third = self.evaluate(renamed, "--prediction", "low=a,middle=b,high=c", "--bootstrap", 100)
        self.assertEqual(one.json["family"], "multinomial")
        self.assertEqual(one.json["overall"], other.json["overall"])
        self.assertEqual(one.json["overall"], third.json["overall"])
        # One class against the others.
        alone = self.evaluate(risk, "--class", "high", "--bootstrap", 100, outcomes=wide)
        self.assertEqual(alone.json["family"], "binomial")
        entry = one.json["overall"]["classes"][2]["one_vs_rest"]
        self.assertEqual({key: alone.json["overall"][key] for key in entry}, entry)
        self.assertEqual([row for row in one.table("roc.tsv") if row["class"] == "high"], alone.table("roc.tsv"))

    def test_several_classes_against_a_baseline_in_another_order(self):
        rows = class_rows(120, 9)
        wide = self.write("wide.tsv", table(("sample_id", *CLASSES, "y"), rows))
        flat = [self.risk("old", row[0], name, p) for row in reversed(rows) for name, p in zip(reversed(CLASSES), reversed(row[1:4]))]
        result = self.evaluate(wide, "--prediction", ",".join(CLASSES), "--baseline", self.write("risk.tsv", table(RISK_COLUMNS, flat)),
                               "--baseline-prediction", "probability", "--bootstrap", 100)
        comparison = result.json["overall"]["comparison"]
        self.assertEqual(comparison["samples"], 120)
        for name, metric in comparison["metrics"].items():
            self.assertEqual(metric["value"], 0, name)


class WhatIsMissing(EvaluateTest):
    def test_is_counted_and_said(self):
        rows = joint_table(100)
        predictions = [[row[0], row[1], row[2]] for row in rows[:95]]
        predictions[10][1] = "NA"
        predictions[11][1] = ""
        predictions[20][2] = "NA"
        outcomes = [[row[0], row[3], row[5]] for row in rows[5:]]
        outcomes[20][1] = "NA"
        outcomes[30][2] = "NA"
        p = self.write("p.tsv", table(("sample_id", "probability", "old"), predictions))
        o = self.write("o.tsv", table(("sample_id", "y", "age"), outcomes))
        result = self.evaluate(p, "--baseline", p, "--baseline-prediction", "old", "--adjust", "age", "--bootstrap", 0, outcomes=o)
        self.assertEqual(result.json["counts"], {
            "predictions": 95, "outcomes": 95, "evaluated": 87, "predictions_without_outcome_row": 5, "outcomes_without_prediction_row": 5,
            "missing_outcome": 1, "missing_prediction": 2, "dropped_duplicate_rows": 0, "missing_baseline": 1, "missing_covariate": 1,
            "clipped": 0})
        self.assertEqual(len(result.json["warnings"]), 6)
        self.assertEqual(len(result.run.warning_lines()), 6)
        self.assertEqual(result.json["overall"]["samples"], 87)
        self.assertEqual(result.json["overall"]["comparison"]["samples"], 86)
        self.assertEqual(result.json["overall"]["adjusted"]["samples"], 86)
        # The others are judged as if those had never been there.
        kept = [row for i, row in enumerate(rows[:95]) if i >= 5 and i not in (10, 11, 25)]
        alone = self.evaluate(self.write("k.tsv", table(COLUMNS, kept)), "--bootstrap", 0)
        self.assertEqual(result.json["overall"]["metrics"], alone.json["overall"]["metrics"])

    def test_clipping_is_counted(self):
        pairs = [(0.0, 0), (1e-9, 0), (0.4, 1), (0.6, 0), (0.7, 1), (1.0, 1)]
        result = self.judge(pairs, "--clip", "1e-6", "--bootstrap", 0)
        self.assertEqual(result.json["counts"]["clipped"], 3)
        self.assertIsNotNone(result.value("calibration_slope"))
        unclipped = self.judge(pairs, "--bootstrap", 0)
        self.assertRegex(unclipped.row("calibration_slope")["note"], "2 prediction.*exactly 0 or 1.*--clip")
        self.assertEqual(unclipped.value("auc"), result.value("auc"))

    def test_an_infinite_loss_is_said(self):
        result = self.judge([(0.0, 1), (0.3, 0), (0.4, 1), (0.6, 0), (0.7, 1)], "--bootstrap", 0)
        row = result.row("log_loss")
        self.assertEqual((row["value"], row["low"]), ("NA", "NA"))
        self.assertRegex(row["note"], "infinite: 1 outcome")


class Families(EvaluateTest):
    def test_numbers(self):
        source = random.Random(10)
        rows = [(f"s{i}", source.gauss(0, 1), source.choice("FM")) for i in range(120)]
        rows = [(name, x, 2 * x + source.gauss(0, 1), 1.5 * x, sex) for name, x, sex in rows]
        path = self.write("n.tsv", table(("sample_id", "x", "y", "old", "sex"), rows))
        result = self.evaluate(path, "--prediction", "x", "--family", "gaussian", "--subgroups", "sex", "--baseline", path,
                               "--baseline-prediction", "old", "--bootstrap", 100)
        self.assertEqual(result.json["family"], "gaussian")
        self.assertGreater(result.value("r2_difference"), -1)
        self.assertLess(result.bounds("r2")[0], result.value("r2"))
        self.assertEqual(result.table("roc.tsv"), [])
        self.assertEqual({row["kind"] for row in result.table("calibration.tsv")}, {"bin", "smooth"})
        self.assertEqual(len(result.json["subgroups"]), 2)

    def test_scores_need_no_probability(self):
        pairs = [(math.log(p / (1 - p)) * 3 + 7, y) for p, y in random_risks(200, 11)]
        result = self.judge(pairs, "--scale", "score", "--prevalence", "0.1", "--bootstrap", 100)
        names = set(result.json["overall"]["metrics"])
        self.assertIn("r2_liability", names)
        self.assertNotIn("brier", names)
        self.assertEqual(result.table("calibration.tsv"), [])
        linear = self.judge([((x - 7) / 3, y) for x, y in pairs], "--scale", "linear_predictor", "--prevalence", "0.1", "--bootstrap", 0)
        self.assert_close(linear.value("odds_ratio_per_sd"), result.value("odds_ratio_per_sd"), 1e-9)
        self.assert_close(linear.value("r2_liability"), result.value("r2_liability"), 1e-9)

    def test_options_from_a_file(self):
        path = self.write_pairs(random_risks(100, 12))
        config = self.write("c.toml", f'[evaluate]\noutcomes = "{path}"\noutcome = "y"\nbootstrap = 0\nthresholds = [0.2, 0.4]\n')
        out = self.fresh_out()
        run = self.run_varisk("evaluate", "--config", config, "--predictions", path, "--out", out, out=out)
        self.assertEqual(run.code, 0, run)
        entries = json.loads((out / "metrics.json").read_text())["overall"]["thresholds"]
        self.assertEqual([entry["threshold"] for entry in entries], [0.2, 0.4])

    def test_an_earlier_result_is_kept_unless_it_may_be_replaced(self):
        path = self.write_pairs(random_risks(100, 13))
        first = self.evaluate(path, "--bootstrap", 0)
        before = {name: (first.run.out / name).read_bytes() for name in TABLE_NAMES}
        again = self.try_evaluate(path, "--bootstrap", 0, "--bins", 5, out=first.run.out)
        self.assertEqual(again.code, 2, again)
        self.assertEqual(before, {name: (first.run.out / name).read_bytes() for name in TABLE_NAMES})
        again = self.try_evaluate(path, "--bootstrap", 0, "--bins", 5, "--overwrite", out=first.run.out)
        self.assertEqual(again.code, 0, again)


if __name__ == "__main__":
    main()
