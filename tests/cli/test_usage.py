"""Wrong command lines and output folders that cannot be used."""

import os
import unittest

import harness
from bad_input import BadInputTest
from toy import SAMPLES, records


class OutputTest(BadInputTest):
    def test_a_folder_that_cannot_be_made(self):
        file = self.write("file", "x")
        self.refuse(4, "file", "--variants", self.vcf, "--model", self.toy, out=file / "below" / "out")
        self.assertEqual(file.read_text(), "x")

    def test_out_is_a_file(self):
        file = self.write("file", "x")
        run = self.run_varisk("score", "--variants", self.vcf, "--model", self.toy, "--out", file)
        self.assertIn(run.code, (2, 4), run)
        self.assertEqual(file.read_text(), "x")
        run = self.run_varisk("score", "--variants", self.vcf, "--model", self.toy, "--out", file, "--overwrite")
        self.assertIn(run.code, (2, 4), run)
        self.assertEqual(file.read_text(), "x")

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_folder_without_permission(self):
        folder = self.dir / "locked"
        folder.mkdir(mode=0o500)
        self.refuse(4, "locked", "--variants", self.vcf, "--model", self.toy, out=folder / "out")

    def test_another_run_is_not_overwritten(self):
        out = self.dir / "out"
        self.score("--variants", self.vcf, "--model", self.toy, out=out)
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        second = self.write_score("second.txt", ["1 100 A G 1"])
        run = self.try_score("--variants", self.vcf, "--model", second, out=out)
        self.assertIn(run.code, (2, 3, 4), run)
        self.assertRegex("\n".join(run.error_lines()), "--overwrite")
        self.assertEqual(before, {path.name: path.read_bytes() for path in out.iterdir()})

    def test_a_foreign_folder_is_not_touched(self):
        out = self.dir / "home"
        self.write("home/thesis.txt", "years of work")
        run = self.try_score("--variants", self.vcf, "--model", self.toy, "--overwrite", out=out)
        self.assertEqual((out / "thesis.txt").read_text(), "years of work", run)

    def test_a_failing_run_with_overwrite_leaves_no_mixed_result(self):
        out = self.dir / "out"
        self.score("--variants", self.vcf, "--model", self.toy, out=out)
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        lines = records()
        lines[3][10] = "0/9"
        bad = self.write_vcf("bad.vcf", SAMPLES, lines)
        run = self.try_score("--variants", bad, "--model", self.toy, "--overwrite", out=out)
        self.assertEqual(run.code, 3, run)
        after = {path.name: path.read_bytes() for path in out.iterdir()} if out.exists() else {}
        if "run.json" in after:
            self.assertEqual(before, after, "a folder with run.json is a whole result")

    def test_an_empty_folder_is_used(self):
        out = self.dir / "empty"
        out.mkdir()
        self.score("--variants", self.vcf, "--model", self.toy, out=out)

    def test_missing_parents_are_made_or_named(self):
        run = self.try_score("--variants", self.vcf, "--model", self.toy, out=self.dir / "a" / "b" / "out")
        self.assertIn(run.code, (0, 4), run)
        if run.code:
            self.assert_refused(run, 4, "a/b")


class UsageTest(BadInputTest):
    """Wrong command lines: exit code 2."""

    def refuse_usage(self, needle, *arguments, out=True):
        where = self.fresh_out()
        run = self.run_varisk(*arguments, *(("--out", where) if out else ()), out=where)
        self.assertEqual(run.code, 2, run)
        self.assertEqual(run.stdout, "", run)
        self.assertRegex(run.stderr, needle, run)
        self.assert_no_result(where)
        return run

    def refuse_option(self, *option):
        self.refuse_usage(option[0], "score", "--variants", self.vcf, "--model", self.toy, *option)

    def test_unknown_options_and_commands(self):
        self.refuse_option("--no-such-option")
        self.refuse_option("--sitez", "all")
        self.refuse_usage("frobnicate", "frobnicate", out=False)
        self.refuse_usage("command", out=False)

    def test_what_must_be_given(self):
        self.refuse_usage("--model", "score", "--variants", self.vcf)
        self.refuse_usage("--variants", "score", "--model", self.toy)
        self.refuse_usage("--out", "score", "--variants", self.vcf, "--model", self.toy, out=False)

    def test_ranges(self):
        for option, outside, inside in (
                ("--threads", ("0", "-1", "1.5", "x", ""), ("1", "2")),
                ("--min-match", ("-0.1", "1.1", "nan", "x"), ("0", "1")),
                ("--min-r2", ("-0.1", "1.1", "nan", "x"), ("0", "1")),
                ("--min-gq", ("-1", "x"), ("0", "99")),
                ("--min-dp", ("-1", "x"), ("0", "99")),
                ("--explain", ("-1", "x", "1.5"), ("0", "3"))):
            for value in outside:
                self.refuse_option(f"{option}", value)
            for value in inside:
                run = self.try_score("--variants", self.vcf, "--model", self.toy, option, value)
                self.assertIn(run.code, (0, 5), f"{option} {value}\n{run}")

    def test_choices(self):
        for option, choices in (("--palindromic", "drop keep frequency"), ("--duplicate-rows", "drop first sum"),
                                ("--duplicate-samples", "error first last identical"), ("--sites", "problems all none"),
                                ("--dosage", "auto GT"), ("--haploid", "as-called as-diploid"), ("--half-call", "missing haploid reference"),
                                ("--impute", "file cohort none"), ("--impute-model", "hwe plink2"), ("--build-check", "on off"),
                                ("--absent", "missing reference"), ("--covariate-samples", "exact superset any")):
            self.refuse_option(option, "wrong")
            self.refuse_option(option, "")
            for choice in choices.split():
                if choice not in ("frequency", "reference") or harness.offered(option, choice):
                    self.score("--variants", self.vcf, "--model", self.toy, option, choice)

    def test_an_option_twice(self):
        self.refuse_option("--sites", "all", "--sites", "none")

    def test_stdin_twice(self):
        run = self.try_score("--variants", "-", "-", "--model", self.toy, stdin=self.vcf.read_bytes())
        self.assertIn(run.code, (2, 3), run)
        self.assert_no_result(run.out)

    def test_help_and_version(self):
        run = self.run_varisk("--version")
        self.assertEqual((run.code, run.stderr), (0, ""))
        self.assertRegex(run.stdout, r"^\d+\.\d+\.\d+\n$")
        for arguments in (("--help",), ("score", "--help"), ("check", "--help")):
            run = self.run_varisk(*arguments)
            self.assertEqual(run.code, 0, run)
            self.assertIn("--", run.stdout)


if __name__ == "__main__":
    harness.main()
