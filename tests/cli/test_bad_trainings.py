"""Trainings that cannot be done: one clear error line, the right exit code, and nothing is left behind."""

import gzip

import harness
from harness import main, read_tsv
from trainings import TrainTest
from training_cohorts import CONTIGS, People

USAGE, INPUT, FILES = 2, 3, 4


class BadTrainingTest(TrainTest):
    def setUp(self):
        super().setUp()
        self.people = People(count=60, sites=8)
        self.vcf = self.people.write_vcf(self, "all.vcf")

    def write_table(self, name="table.tsv", **columns):
        """The people's table with other columns; a value is a list, or a function of the row's number and cell."""
        for column, values in columns.items():
            for i, row in enumerate(self.people.rows):
                row[column] = str(values(i, row.get(column)) if callable(values) else values[i])
        return self.write(name, self.people.table())

    def refuse(self, code, needles, *more, table=None, outcome="y", features="age,bmi", variants=None, out=None):
        """Covariates alone, unless variants are given."""
        table = table if table is not None else self.write("table.tsv", self.people.table())
        given = ("--covariates", table) if table else ()
        given += ("--outcome", outcome) if outcome else ()
        given += ("--features", features) if features else ()
        given += ("--variants", variants) if variants else ()
        given += () if "--folds" in more or "--fold-column" in more else ("--folds", 3)
        given += () if "--bootstrap" in more else ("--bootstrap", 0)
        before = {entry.name for entry in self.dir.iterdir()}
        run = self.try_train(*given, *more, out=out)
        self.assert_refused(run, code, *([needles] if isinstance(needles, str) else needles), before=before)
        return run

    def usage(self, needles, *more, **changes):
        return self.refuse(USAGE, needles, *more, **changes)

    def input(self, needles, *more, **changes):
        return self.refuse(INPUT, needles, *more, **changes)


class Outcomes(BadTrainingTest):
    def test_one_class(self):
        self.input(["table.tsv", "two classes", r"'1' \(60\)"], table=self.write_table(y=lambda i, _: 1))

    def test_one_class_in_the_training_part(self):
        table = self.write_table(y=lambda i, _: int(i % 4 == 3))
        self.input(["two classes", "'0'", "training part"], "--split-column", "part", table=table)

    def test_values_that_are_not_0_and_1(self):
        for value, help_text in (("2", "--classes 1,2"), ("yes", "--classes"), ("0.5", "--classes"), ("-1", "--classes"), ("true", "--classes"),
                                 ("inf", "--classes"), ("1e400", "--classes"), ("nan", "--classes"), ("0x1", "--classes")):
            table = self.write_table(y=lambda i, cell, value=value: value if i == 7 else int(i % 2))
            self.input(["line 9", "0 or 1", f"found '{value}'", help_text], table=table)

    def test_missing(self):
        for value in ("", "NA"):
            table = self.write_table(y=lambda i, cell, value=value: value if i == 7 else int(i % 2))
            run = self.try_train("--covariates", table, "--outcome", "y", "--features", "age", "--folds", 2, "--bootstrap", 0)
            self.assertEqual(run.code, 0, run)
            self.assertRegex("\n".join(run.warning_lines()), "1 sample.*no y")
            self.input(["line 9", "expected an outcome"], "--missing-outcome", "error", table=table)

    def test_nobody_has_one(self):
        self.input("found none in 60 samples", table=self.write_table(y=lambda i, _: "NA"))

    def test_too_many_levels(self):
        table = self.write_table(kind=lambda i, _: f"level{i}")
        self.input(["50 classes at most", "found 60"], "--family", "multinomial", outcome="kind", table=table)

    def test_a_class_that_nobody_has(self):
        self.input(["none of 'd'"], "--family", "multinomial", "--classes", "a,b,c,d", outcome="kind")
        self.input(["one of the classes a, b", "'c'"], "--family", "multinomial", "--classes", "a,b", outcome="kind")

    def test_order_that_nobody_knows(self):
        self.input(["whole number", "--classes"], "--family", "ordinal", outcome="kind")

    def test_declared_classes(self):
        for family, classes in (("gaussian", "0,1"), ("binomial", "0,1,2"), ("binomial", "0"), ("multinomial", "a,a"), ("ordinal", "1")):
            self.usage("--classes", "--family", family, "--classes", classes)

    def test_numbers(self):
        for value in ("tall", "inf", "-inf", "1e999"):
            table = self.write_table(height=lambda i, cell, value=value: value if i == 3 else 160 + i)
            self.input(["line 5", "finite number", f"'{value}'"], "--family", "gaussian", outcome="height", table=table)
        table = self.write_table(height=lambda i, _: 170)
        self.input("170|does not vary|same|one class|varies", "--family", "gaussian", outcome="height", table=table)

    def test_columns_that_are_not_there(self):
        self.input(["'gone'", "sample_id, age", "--outcome"], outcome="gone")
        for option in ("--weights", "--offset", "--group-by", "--split-column", "--fold-column", "--subgroups"):
            self.input("gone", option, "gone")
        self.input("gone", features="age,gone")
        self.usage("gone", "--unpenalized", "gone")
        self.input("gone", "--products", "age*gone")
        self.usage("gone", "--subgroups", "age", "--bands", "gone=1")
        self.input("gone", "--sample-column", "gone")


class Columns(BadTrainingTest):
    def test_perfect_separation(self):
        table = self.write_table(y=lambda i, _: i % 2, tell=lambda i, _: 10 * (i % 2) + i / 100)
        self.input(["perfectly", "tell"], "--unpenalized", "tell", features="age,tell", table=table)
        # penalised it has a solution at each lambda
        run = self.try_train("--covariates", table, "--outcome", "y", "--features", "age,tell", "--folds", 3, "--bootstrap", 0,
                             "--lambda-min-ratio", 0.1)
        self.assertEqual(run.code, 0, run)

    def test_numbers_that_are_none(self):
        for value in ("inf", "-inf", "1e999"):
            table = self.write_table(age=lambda i, cell, value=value: value if i == 3 else 30 + i % 40)
            self.input(["line 5|age", f"{value}"], table=table)

    def test_a_column_without_values(self):
        self.input("age", table=self.write_table(age=lambda i, _: "NA"))

    def test_a_mistyped_number(self):
        self.input(["age", "3o"], table=self.write_table(age=lambda i, _: "3o" if i == 3 else 30 + i % 40))

    def test_steering_columns_are_no_features(self):
        self.usage("y, which is no covariate", features="age,y")
        self.usage("weight", "--weights", "weight", features="age,weight")
        self.usage("part", "--split-column", "part", features="age,part")

    def test_weights(self):
        for value in ("0", "-1", "NA", "", "inf", "nan", "heavy"):
            table = self.write_table(weight=lambda i, cell, value=value: value if i == 3 else 1)
            self.input(["line 5", "weight, a finite number above 0"], "--weights", "weight", table=table)

    def test_offsets(self):
        for value in ("NA", "", "inf", "nan", "far"):
            table = self.write_table(shift=lambda i, cell, value=value: value if i == 3 else 1)
            self.input(["line 5", "offset, a finite number"], "--offset", "shift", table=table)

    def test_covariates_that_are_refused_where_missing(self):
        table = self.write_table(age=lambda i, cell: "NA" if i == 3 else cell)
        self.input(["age"], "--fill", "error", table=table)
        table = self.write_table(age=lambda i, cell: 500 if i == 5 else 40 + i % 7)
        self.input(["age", "500"], "--outliers", "iqr=3:error", table=table)

    def test_tables(self):
        text = self.people.table()
        lines = text.splitlines()
        self.input(["line 62", "line 3"], table=self.write("twice.tsv", text + lines[2] + "\n"))
        self.input("line 2", table=self.write("short.tsv", lines[0] + "\n" + "P0000\t1\n"))
        self.input("header", table=self.write("empty.tsv", ""))
        self.input("twice", table=self.write("columns.tsv", text.replace("bmi", "age", 1)))
        run = self.try_train("--covariates", self.write("cut.tsv.gz", gzip.compress(text.encode())[:-30]), "--outcome", "y")
        self.assert_refused(run, run.code, "cut.tsv.gz")
        self.assertIn(run.code, (INPUT, FILES))
        self.refuse(FILES, "gone.tsv", table=self.dir / "gone.tsv")


class FoldsAndSplits(BadTrainingTest):
    def test_more_folds_than_samples(self):
        self.input(["folds", "60"], "--folds", 61)

    def test_a_class_with_one_sample(self):
        self.input("each class in two folds", "--folds", 3, table=self.write_table(y=lambda i, _: int(i == 0)))

    def test_one_fold(self):
        self.usage("one fold", "--folds", 1)
        self.usage("one fold", "--nested-folds", 1)

    def test_fold_columns(self):
        for value in ("0", "x", "NA", "", "1.5", "-1", "61", "99999999999999999999"):
            table = self.write_table(fold=lambda i, cell, value=value: value if i == 3 else 1 + i % 3)
            self.input(["line 5", "fold"], "--fold-column", "fold", table=table)
        self.input("fold 2", "--fold-column", "fold", table=self.write_table(fold=lambda i, _: 1 + 2 * (i % 2)))
        self.input("two folds", "--fold-column", "fold", table=self.write_table(fold=lambda i, _: 1))

    def test_groups_in_two_folds_or_parts(self):
        table = self.write_table(fold=lambda i, _: 1 + i % 3)
        self.input(["group", "fold"], "--fold-column", "fold", "--group-by", "family", table=table)
        self.input(["group", "part"], "--split-column", "part", "--group-by", "family")

    def test_fewer_groups_than_folds(self):
        table = self.write_table(family=lambda i, _: f"F{i % 2}")
        self.input(["groups", "folds"], "--group-by", "family", "--folds", 5, table=table)

    def test_groups_without_name(self):
        self.input(["line 5", "name of a group"], "--group-by", "family", table=self.write_table(family=lambda i, cell: "NA" if i == 3 else cell))

    def test_splits(self):
        for word in ("70", "70:15:15:10", "a:b:c", "0:50:50", "70:30:0", "-1:1:1", "70:inf:1", "nan:1:1", "::", ""):
            self.usage("train, validation and test|--split", "--split", word)
        for value in ("training", "NA", "", "Train"):
            table = self.write_table(part=lambda i, cell, value=value: value if i == 3 else "train")
            self.input(["line 5", "train, validation, test or holdout"], "--split-column", "part", table=table)
        self.input("no 'train'", "--split-column", "part", table=self.write_table(part=lambda i, _: "test"))
        self.usage("exclude each other", "--split", "70:15:15", "--split-column", "part")


class Numbers(BadTrainingTest):
    def lambdas(self, text):
        return ("--lambdas", self.write("lambdas.txt", text))

    def test_lambda_files(self):
        self.input(["lambdas.txt", "line 2", "0.2 is not below 0.1"], *self.lambdas("0.1\n0.2\n"))
        self.input(["lambdas.txt", "line 2", "not below"], *self.lambdas("0.1\n0.1\n"))
        self.input(["lambdas.txt", "no lambda"], *self.lambdas(""))
        self.input(["lambdas.txt", "no lambda"], *self.lambdas("\n\n"))
        for text in ("small", "nan", "inf", "-0.1", "0", "1e999", "0.1 0.05", "0,1"):
            self.input(["lambdas.txt", "line 2", "above 0"], *self.lambdas(f"3\n{text}\n"))
        self.refuse(FILES, "gone.txt", "--lambdas", self.dir / "gone.txt")
        self.usage("--lambdas", "--lambdas", 0)
        self.usage("--lambdas", "--lambdas", -5)
        self.usage("--lambda-min-ratio", "--lambda-min-ratio", 0.1, *self.lambdas("0.1\n"))

    def test_ranges(self):
        for option, values in {"--alpha": ("-0.1", "1.1", "nan", "inf", "x"), "--lambda": ("0", "-1", "nan", "inf"),
                               "--lambda-min-ratio": ("0", "1", "nan", "-1"), "--tolerance": ("0", "1", "nan", "-1"),
                               "--prevalence": ("0", "1", "nan", "-1"), "--thresholds": ("0", "1", "nan", "x", "0.5,0.2"),
                               "--bootstrap": ("-1", "50", "x"), "--seed": ("-1", "x"), "--threads": ("0", "x"),
                               "--max-rounds": ("-1", "x"), "--folds": ("-1", "x")}.items():
            for value in values:
                self.usage(option.strip("-") if option != "--thresholds" else "threshold", f"{option}={value}")

    def test_words(self):
        for option, values in {
                "--select": ("maf", "maf=", "maf=x", "maf=nan", "maf=-1", "maf=0.1,maf=0.2", "size=3", "window=5", "top=0", "top=1.5", ""),
                "--outliers": ("z", "z=0", "z=x", "iqr=3:drop", "iqr=nan", "limits", "z=3:"),
                "--fill": ("zero", "3"), "--fill-categories": ("mean", "zero"),
                "--memory": ("4X", "-1", "x", "4 G", "nan", "1e", "4GB"),
                "--penalty-factors": ("covariates", "age=1", "covariates=x", "covariates=-1", "genotypes=inf", "scores=nan", "=1"),
                "--family": ("poisson",), "--choose": ("max",), "--calibrate": ("test",), "--class-weights": ("heavy",),
                "--standardize": ("yes",), "--penalty-scale": ("r",), "--dosage-bits": ("4",), "--missing-outcome": ("drop",)}.items():
            for value in values:
                self.usage([], f"{option}={value}")

    def test_products(self):
        for word in ("age", "age*", "*age", "age*bmi*age", "**"):
            self.usage("--products", "--products", word)


class Options(BadTrainingTest):
    def test_what_is_needed(self):
        self.usage("--covariates is missing", table="")
        self.usage("--outcome is missing", outcome="")
        run = self.run_varisk("train", "--covariates", self.write("table.tsv", self.people.table()), "--outcome", "y")
        self.assertEqual(run.code, USAGE, run)
        self.assertIn("--out is missing", run.stderr)

    def test_conflicts(self):
        score = self.write_score("toy.txt", ["1 5000000 A C 1"])
        self.usage("--scores needs --variants", "--scores", score)
        self.usage("--genotypes names sites", "--genotypes", self.vcf)
        self.usage("--genotypes none", "--genotypes", "none", variants=self.vcf)
        self.usage("nothing to train on", features="none")
        self.input("none", features="none,age")
        self.usage("--nested-folds", "--nested-folds", 3, "--fold-column", "part")
        self.usage("--nested-folds|folds", "--nested-folds", 3, "--folds", 0, "--lambda", 0.1)
        self.usage("--grouped", "--grouped")
        self.usage("--class-weights", "--class-weights", "balanced", "--family", "gaussian", outcome="height")
        self.usage("--prevalence", "--prevalence", 0.1, "--family", "gaussian", outcome="height")
        self.usage("--thresholds", "--thresholds", 0.1, "--family", "gaussian", outcome="height")
        self.usage("--calibrate folds needs folds", "--calibrate", "folds", "--folds", 0, "--lambda", 0.1)
        self.usage("--calibrate validation needs", "--calibrate", "validation")
        self.usage("--calibrate", "--calibrate", "folds", "--family", "ordinal", outcome="stage")
        self.usage("--lambda|choice", "--folds", 0)

    def test_inputs_in_the_output_folder(self):
        out = self.dir / "mine"
        out.mkdir()
        table = self.write("mine/path.tsv", self.people.table())
        content = table.read_bytes()
        run = self.try_train("--covariates", table, "--outcome", "y", "--features", "age", "--overwrite", out=out)
        self.assertEqual(run.code, USAGE, run)
        self.assertIn("is an input", run.stderr)
        self.assertEqual(table.read_bytes(), content)

    def test_files_of_others_are_kept(self):
        out = self.dir / "full"
        out.mkdir()
        self.write("full/letter.txt", "mine")
        run = self.try_train("--covariates", self.write("t.tsv", self.people.table()), "--outcome", "y", "--features", "age", out=out)
        self.assertEqual(run.code, 0, run)
        self.assertEqual((out / "letter.txt").read_text(), "mine")

    def test_an_earlier_result_is_kept_where_a_training_fails(self):
        table = self.write("t.tsv", self.people.table())
        run = self.try_train("--covariates", table, "--outcome", "y", "--features", "age", "--folds", 2, "--bootstrap", 0)
        self.assertEqual(run.code, 0, run)
        before = {entry.name: entry.read_bytes() for entry in run.out.iterdir()}
        again = self.try_train("--covariates", table, "--outcome", "gone", "--overwrite", out=run.out)
        self.assertEqual(again.code, INPUT, again)
        self.assertEqual({entry.name: entry.read_bytes() for entry in run.out.iterdir()}, before)


class Genotypes(BadTrainingTest):
    def test_standard_input(self):
        self.usage("--variants -", variants="-")

    def test_sites_that_the_cohort_does_not_have(self):
        sites = self.write_vcf("sites.vcf", "", [harness.record("1", 77, "A", "C", [])[:8]], contigs={"1": CONTIGS["1"]})
        self.input(["none of the sites"], "--genotypes", sites, variants=self.vcf)

    def test_site_files_without_sites(self):
        self.input("sites.vcf|no variant", "--genotypes", self.write_vcf("sites.vcf", "", [], contigs={"1": CONTIGS["1"]}), variants=self.vcf)
        self.input("sites.txt.*chr_name", "--genotypes", self.write("sites.txt", "rsID\teffect_allele\teffect_weight\nrs1\tA\t1\n"),
                   variants=self.vcf)
        self.refuse(FILES, "gone.vcf", "--genotypes", self.dir / "gone.vcf", variants=self.vcf)

    def test_several_groups_of_samples(self):
        half = self.people.write_vcf(self, "half.vcf", self.people.ids[:30])
        run = self.try_train("--variants", self.vcf, half, "--covariates", self.write("t.tsv", self.people.table()), "--outcome", "y")
        self.assertIn(run.code, (USAGE, INPUT), run)
        self.assert_refused(run, run.code, "sample")

    def test_ids_that_do_not_agree(self):
        table = self.write("other.tsv", self.people.table().replace("\nP0", "\nQ0"))
        self.input(["other.tsv", "no sample with genotypes", "--sample-column"], variants=self.vcf, table=table)

    def test_a_model_is_no_score(self):
        run = self.try_train("--covariates", self.write("t.tsv", self.people.table()), "--outcome", "y", "--features", "age", "--folds", 2,
                             "--bootstrap", 0)
        self.assertEqual(run.code, 0, run)
        self.input(["model.json", "is a model, a scoring file was expected"], "--scores", run.out / "model.json", variants=self.vcf)

    def test_a_score_with_a_column_s_name(self):
        line = self.people.records[0]
        score = self.write_score("age.txt", [f"{line[0]} {line[1]} {line[4]} {line[3]} 1"], pgs_id="age")
        self.input("'age'", "--scores", score, "--palindromic", "keep", variants=self.vcf)

    def test_scores_without_matching_rows(self):
        score = self.write_score("far.txt", ["1 4 A C 1"], pgs_id="far")
        self.input(["far", "--min-match"], "--scores", score, variants=self.vcf)

    def test_no_site_has_a_call(self):
        for line in self.people.records:
            line[9:] = ["."] * 60 if line[0] == "X" else ["./."] * 60
        vcf = self.people.write_vcf(self, "none.vcf")
        run = self.try_train("--variants", vcf, "--covariates", self.write("t.tsv", self.people.table()), "--outcome", "y", "--features", "age",
                             "--folds", 2, "--bootstrap", 0)
        self.assertEqual(run.code, 0, run)
        self.assertRegex("\n".join(run.warning_lines()), "8 column.*no value")
        self.assertEqual([row["df"] for row in read_tsv(run.out / "path.tsv")][-1], "1")

    def test_damaged_files(self):
        text = self.vcf.read_text()
        self.input("cut.vcf", variants=self.write("cut.vcf", text.splitlines()[0] + "\n"))
        self.input("line", variants=self.write("call.vcf", text.replace("\t0/0", "\t0/9", 1)))
        bed = self.people.write_bed(self, "all")
        bed.write_bytes(bed.read_bytes()[:-3])
        self.input("all.bed", variants=bed)
        self.refuse(FILES, "gone.vcf", variants=self.dir / "gone.vcf")

    def test_dosages_that_are_none(self):
        line = self.people.records[0]
        line[8] = "DS"
        for value in ("nan", "inf", "3", "-0.1", "x"):
            line[9:] = [value] + ["0.5"] * 59
            self.input("DS|dosage", variants=self.people.write_vcf(self, "ds.vcf"))


if __name__ == "__main__":
    main()
