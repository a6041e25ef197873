"""Predictions and outcomes that cannot be judged: clear errors, and nothing is left behind."""

from evaluations import EvaluateTest, random_risks, table
from harness import main

GOOD = random_risks(60, 1)


class BadEvaluationTest(EvaluateTest):
    def setUp(self):
        super().setUp()
        self.good = self.write_pairs(GOOD, "good.tsv")

    def refuse(self, needles, *more, predictions=None, outcomes=None, outcome="y", code=3):
        run = self.try_evaluate(predictions or self.good, *more, outcomes=outcomes or self.good, outcome=outcome)
        self.assert_refused(run, code, *([needles] if isinstance(needles, str) else needles))

    def refuse_predictions(self, text, *needles, code=3, more=()):
        self.refuse(["p.tsv", *needles], *more, predictions=self.write("p.tsv", text), code=code)

    def refuse_outcomes(self, text, *needles, code=3, more=()):
        self.refuse(["o.tsv", *needles], *more, outcomes=self.write("o.tsv", text), code=code)

    def rows(self, **changes):
        """The good table as text, with other probabilities in some rows."""
        rows = [[f"s{i:06}", p, y] for i, (p, y) in enumerate(GOOD)]
        for row, value in changes.items():
            rows[int(row[1:])][1] = value
        return table(("sample_id", "probability", "y"), rows)

    def outcomes(self, values, ids=None):
        ids = ids or [f"s{i:06}" for i in range(len(values))]
        return table(("sample_id", "y"), zip(ids, values))


class Predictions(BadEvaluationTest):
    def test_values_that_are_no_probabilities(self):
        for value in ("1.0001", "-0.1", "high", "inf", "nan", "0,5", "1e400", "0.5.1"):
            expected = "probability from 0 to 1" if "," not in value else "expected"
            self.refuse_predictions(self.rows(r7=value), "line 9", expected, f"found '{value}'")

    def test_the_scale_is_named_where_a_number_is_out_of_range(self):
        self.refuse_predictions(self.rows(r7="3.2"), "--scale")
        for scale in ("linear_predictor", "score"):
            self.refuse_predictions(self.rows(r7="x"), "expected a number", "found 'x'", more=("--scale", scale))

    def test_duplicates(self):
        text = self.rows()
        self.refuse_predictions(text + text.splitlines()[5] + "\n", "line 62", "one row per sample", "line 6")

    def test_rows_without_sample(self):
        self.refuse_predictions(self.rows() + "\t0.5\t1\n", "line 62", "sample id")
        self.refuse_predictions(self.rows() + "NA\t0.5\t1\n", "line 62", "sample id")

    def test_columns_that_are_not_there(self):
        self.refuse_predictions(self.rows().replace("probability", "risk"), "line 1", "'probability'", "sample_id, risk, y", "--prediction")
        self.refuse_predictions(self.rows().replace("sample_id", "iid"), "line 1", "'sample_id'", "--sample-column")
        self.refuse("expected a column 'gone'", "--prediction", "probability,gone")

    def test_files_without_content(self):
        self.refuse_predictions("", "header line")
        self.refuse_predictions("sample_id\tprobability\n", "header line only")
        self.refuse_predictions("sample_id\tprobability\tprobability\ns1\t1\t1\n", "twice")
        self.refuse_predictions("sample_id\tprobability\ns1\t0.5\t1\n", "line 2", "expected 2 fields")
        self.refuse("gone.tsv", predictions=self.dir / "gone.tsv", code=4)

    def test_lines_that_end_with_cr_alone(self):
        self.refuse_predictions(self.rows().replace("\n", "\r"), "CR")

    def test_a_single_row(self):
        self.refuse_predictions("sample_id\tprobability\ns000001\t0.5\n", "samples with a prediction and an outcome, found 1 of 1")

    def test_ids_that_do_not_agree(self):
        self.refuse_predictions(self.rows().replace("s0", "x0"), "found 0 of 60", "do the sample ids agree")

    def test_a_gzip_file_that_was_cut(self):
        import gzip
        packed = gzip.compress(self.rows().encode())
        path = self.write("cut.tsv.gz", packed[:-20])
        run = self.try_evaluate(path, outcomes=self.good)
        self.assertIn(run.code, (3, 4), run)
        self.assertEqual(len(run.error_lines()), 1, run)


class Models(BadEvaluationTest):
    def risk(self, *rows):
        return table(("sample_id", "model_id", "class", "probability"), rows)

    def test_several_models(self):
        text = self.risk(("s000000", "m1", "yes", 0.5), ("s000000", "m2", "yes", 0.5))
        self.refuse_predictions(text, "expected predictions of one model, found m1, m2", "--model-id")
        self.refuse_predictions(text, "expected the model 'm3', found m1, m2", more=("--model-id", "m3"))
        self.refuse(["good.tsv", "no column 'model_id'"], "--model-id", "m1")

    def test_several_classes(self):
        rows = [(f"s{i:06}", "m", name, p) for i in range(4) for name, p in (("a", 0.2), ("b", 0.3), ("c", 0.5))]
        self.refuse_predictions(self.risk(*rows[:-1]), "the sample of line 11", "none of class 'c'")
        self.refuse_predictions(self.risk(*rows, rows[3]), "line 14", "class 'a' of the sample of line 5 again")
        self.refuse_predictions(self.risk(*rows), "expected the class 'd', found a, b, c", more=("--class", "d"))
        self.refuse_predictions(self.risk(*rows), "expected one class, found a, b, c", "--class", more=("--family", "binomial"))
        rows[4] = (*rows[4][:3], 0.4)
        self.refuse_predictions(self.risk(*rows), "line 5", "add up to 1, found 1.1")
        self.refuse_predictions(self.risk(("s000000", "m", "", 0.4)), "line 2", "expected a class")

    def test_outcomes_that_are_none_of_the_classes(self):
        rows = [(f"s{i:06}", "m", name, p) for i in range(60) for name, p in (("0", 0.2), ("1", 0.3), ("2", 0.5))]
        path = self.write("p.tsv", self.risk(*rows))
        self.refuse(["o.tsv", "line 4", "one of the classes 0, 1, 2", "found '7'"], predictions=path,
                    outcomes=self.write("o.tsv", self.outcomes(["0", "1", "7", "2"])))
        self.refuse(["o.tsv", "two or more classes, found one: '2' \\(4\\)"], predictions=path,
                    outcomes=self.write("o.tsv", self.outcomes(["2"] * 4)))
        self.refuse("two classes", "--prevalence", "0.1", predictions=path, outcomes=self.good, code=2)
        self.refuse("--adjust", "--adjust", "y", predictions=path, outcomes=self.good, code=2)
        self.refuse("--scale", "--scale", "score", predictions=path, outcomes=self.good, code=2)

    def test_one_column_for_several_classes(self):
        self.refuse("two or more classes, found one column", "--family", "ordinal")
        self.refuse("--class judges one", "--family", "ordinal", "--class", "a", code=2)


class Outcomes(BadEvaluationTest):
    def test_values_that_are_not_0_and_1(self):
        self.refuse_outcomes(self.outcomes(["0", "1", "?"] * 20), "line 4, column 'y'")
        for values, found in ((["1", "2"] * 30, r"'1' \(30\), '2' \(30\)"), (["case", "control"] * 30, r"'case' \(30\), 'control' \(30\)"),
                              (["0", "1", "0.5"] * 20, r"'0' \(20\), '0.5' \(20\), '1' \(20\)"),
                              ([str(i) for i in range(60)], "and 55 more"), (["TRUE", "FALSE"] * 30, "'FALSE'")):
            self.refuse_outcomes(self.outcomes(values), "column 'y'", "expected 0 and 1", found, "--class")

    def test_one_kind_only(self):
        for value in "01":
            self.refuse_outcomes(self.outcomes([value] * 60), rf"events and non-events, found one kind: '{value}' \(60\)")
        # Both are there, but only one of them among those with a prediction.
        ids = [f"s{i:06}" for i in range(59)] + ["other"]
        self.refuse_outcomes(self.outcomes(["0"] * 59 + ["1"], ids), r"found one kind: '0' \(59\)")

    def test_a_class_that_is_no_value(self):
        self.refuse_outcomes(self.outcomes(["case", "control"] * 30), "expected 'Case' and one other value", r"found 'case' \(30\)",
                             more=("--class", "Case"))

    def test_a_third_value_is_not_taken_for_a_non_event(self):
        values = ["yes", "no"] * 29 + ["unknown", "no"]
        for more in ((), ("--class", "yes")):
            self.refuse_outcomes(self.outcomes(values), "line 2|column 'y'", r"'no' \(30\), 'unknown' \(1\), 'yes' \(29\)", more=more)
        self.refuse_outcomes(self.outcomes(["0", "1", "1.0"] * 20), "expected '0' and one other value", more=("--class", "0"))
        rows = [(f"s{i:06}", "m", name, p) for i in range(60) for name, p in (("yes", 0.2), ("no", 0.3), ("late", 0.5))]
        path = self.write("p.tsv", table(("sample_id", "model_id", "class", "probability"), rows))
        self.refuse(["o.tsv", "line 60", "one of the classes yes, no, late, found 'unknown'"], "--class", "yes", predictions=path,
                    outcomes=self.write("o.tsv", self.outcomes(values)))

    def test_all_missing(self):
        self.refuse("found 0 of 60", outcomes=self.write("o.tsv", self.outcomes(["NA"] * 60)))

    def test_columns_that_are_not_there(self):
        self.refuse(["good.tsv: line 1", "'disease'", "sample_id, probability, y"], outcome="disease")
        self.refuse_outcomes(table(("iid", "y"), [("s1", 1)]), "'sample_id'", "--sample-column")

    def test_duplicates(self):
        text = self.outcomes(["0", "1"] * 30)
        self.refuse_outcomes(text + "s000004\t0\n", "line 62", "one row per sample", "line 6", "--duplicate-samples")
        run = self.try_evaluate(self.good, "--duplicate-samples", "first", "--bootstrap", 0, outcomes=self.write("o.tsv", text + "s000004\t0\n"))
        self.assertEqual(run.code, 0, run)

    def test_numbers(self):
        gaussian = ("--family", "gaussian")
        self.refuse_outcomes(self.outcomes(["1.5", "high"] * 30), "line 3", "expected a number, found 'high'", more=gaussian)
        self.refuse_outcomes(self.outcomes(["2.5"] * 60), "all outcomes are equal", more=gaussian)
        for option in (("--thresholds", "0.5"), ("--prevalence", "0.1"), ("--class", "1")):
            self.refuse(option[0], *gaussian, *option, code=2)


class Options(BadEvaluationTest):
    def test_missing_options(self):
        for option in ("--predictions", "--outcomes", "--outcome", "--out"):
            arguments = {"--predictions": self.good, "--outcomes": self.good, "--outcome": "y", "--out": self.dir / "out"}
            del arguments[option]
            run = self.run_varisk("evaluate", *[word for pair in arguments.items() for word in pair], out=self.dir / "out")
            self.assert_refused(run, 2, f"{option} is missing")

    def test_values_out_of_range(self):
        for name, good, bad in (("--thresholds", ("0.001", "0.999", "0.1,0.2"), ("0", "1", "-0.1", "1.5", "0.2,0.1", "0.2,0.2", "x")),
                                ("--prevalence", ("0.0001", "0.9999"), ("0", "1", "-1", "nan")),
                                ("--confidence", ("0.5", "0.999"), ("0.49", "1", "95")),
                                ("--bootstrap", ("0", "100"), ("1", "99", "-1", "1000001")),
                                ("--bins", ("2", "1000"), ("1", "1001")), ("--clip", ("1e-9", "0.49"), ("0", "0.5")),
                                ("--min-group", ("2",), ("0", "1"))):
            for value in bad:
                self.refuse(name.strip("-").rstrip("s"), name, value, code=2)
            for value in good:
                quick = () if name == "--bootstrap" else ("--bootstrap", 0)
                run = self.try_evaluate(self.good, *quick, name, value)
                self.assertEqual(run.code, 0, run)

    def test_options_that_do_not_go_together(self):
        self.refuse("need --baseline", "--baseline-prediction", "y", code=2)
        self.refuse("need --baseline", "--baseline-model-id", "m", code=2)
        self.refuse("--scale score has none", "--scale", "score", "--thresholds", "0.5", code=2)
        self.refuse("--clip is for probabilities", "--scale", "score", "--clip", "0.1", code=2)
        self.refuse("--bands names the column 'y', --subgroups does not", "--bands", "y=1", code=2)

    def test_bands(self):
        for bands in ("y", "=1", "y=", "y=2,1", "y=1,x", "y=1,1"):
            self.refuse("--bands is", "--subgroups", "y", "--bands", bands, code=2)
        self.refuse("twice", "--subgroups", "y", "--bands", "y=1", "--bands", "y=2", code=2)

    def test_columns_of_subgroups_and_covariates(self):
        self.refuse(["good.tsv", "'sex' for --subgroups", "sample_id, probability, y"], "--subgroups", "sex")
        self.refuse(["good.tsv", "'sex' for --adjust"], "--adjust", "sex")
        self.refuse("at most 50 levels", "--subgroups", "sample_id")
        self.refuse("at most 50 levels", "--adjust", "sample_id")
        self.refuse("numbers for --bands, found text", "--subgroups", "sample_id", "--bands", "sample_id=1")

    def test_a_baseline_of_other_samples(self):
        other = self.write("b.tsv", self.rows().replace("s0", "x0"))
        self.refuse(["b.tsv", "no sample that is evaluated"], "--baseline", other)

    def test_options_are_not_taken_for_files(self):
        self.refuse("--baseline.*expected a file", "--baseline", "--bins", "5", code=2)


if __name__ == "__main__":
    main()
