"""Bad inputs: each is refused with its exit code, one error line that says where and what, and nothing is left behind."""

import gzip
import os
import random
import unittest

import harness
from harness import record
from test_score import COVARIATES, ROWS, SAMPLES, SUMS, logistic_model, records


class BadInputTest(harness.VariskTest):
    def setUp(self):
        super().setUp()
        self.vcf = self.write_vcf("cohort.vcf", SAMPLES, records())
        self.toy = self.write_score("toy.txt", ROWS, pgs_id="toy")

    def refuse_vcf(self, content, *needles, code=3, name="bad.vcf", options=()):
        path = self.write(name, content)
        return self.refuse(code, [name] + list(needles), "--variants", path, "--model", self.toy, *options)

    def refuse_records(self, changed, *needles, options=(), **header):
        return self.refuse_vcf(harness.vcf_text(SAMPLES, changed, **header), *needles, options=options)


def line_of(text, start):
    """The number of the first line that starts so."""
    return next(number for number, line in enumerate(text.split("\n"), 1) if line.startswith(start))


class GenotypeFileTest(BadInputTest):
    def test_an_empty_file(self):
        self.refuse_vcf("", "empty")
        self.refuse_vcf(b"".join(harness.bgzf_blocks(b"")), name="bad.vcf.gz")
        self.refuse_vcf(gzip.compress(b""), name="bad2.vcf.gz")

    def test_a_missing_file(self):
        self.refuse(4, "nowhere.vcf", "--variants", self.dir / "nowhere.vcf", "--model", self.toy)

    def test_a_folder(self):
        (self.dir / "folder").mkdir()
        run = self.try_score("--variants", self.dir / "folder", "--model", self.toy)
        self.assertIn(run.code, (3, 4), run)
        self.assert_no_result(run.out)

    def test_not_a_vcf(self):
        self.refuse_vcf("sample\tage\na\t4\n")
        self.refuse_vcf("##fileformat=VCFv4.3\nhello\n")
        self.refuse_vcf("\x00\x01\x02\x03 binary rubbish \xff\n".encode("latin1") * 50)
        self.refuse_vcf("{}\n")

    def test_random_bytes_are_refused(self):
        source = random.Random(7)
        for size in (1, 17, 5000):
            run = self.try_score("--variants", self.write("r.bin", bytes(source.randrange(256) for _ in range(size))), "--model", self.toy)
            self.assertEqual(run.code, 3, run)
            self.assert_no_result(run.out)

    def test_a_header_without_samples(self):
        text = harness.vcf_text("", [line[:8] for line in records()])
        self.refuse_vcf(text, "(?i)sample")
        run = self.run_varisk("check", "--sites-only", "--variants", self.write("sites.vcf", text), "--model", self.toy)
        self.assertEqual(run.code, 0, run)

    def test_no_header_line(self):
        text = harness.vcf_text(SAMPLES, records())
        self.refuse_vcf("\n".join(line for line in text.split("\n") if not line.startswith("#CHROM")), "#CHROM|header")

    def test_a_header_that_is_all(self):
        """A file without records is a cohort without sites: every row is absent."""
        run = self.try_score("--variants", self.write_vcf("none.vcf", SAMPLES, [], contigs=["1", "2"]), "--model", self.toy,
                             "--absent", "missing", "--min-match", "0")
        self.assertEqual(run.code, 0, run)
        self.assertEqual(run.matches(), {"absent": 4})

    def test_duplicate_samples_in_the_header(self):
        text = harness.vcf_text("anna ben anna dan", records())
        self.refuse_vcf(text, rf"\b{line_of(text, '#CHROM')}\b", r"\b10\b|\b1\b", r"\b12\b|\b3\b")  # ids are not logged: columns

    def test_an_unsorted_file(self):
        lines = records()
        lines[0], lines[1] = lines[1], lines[0]
        self.assert_warned_or_strict(lines)

    def test_a_contig_in_two_runs_of_lines(self):
        self.assert_warned_or_strict(records() + [record("1", 900, "A", "G", "0/0 0/1 1/1 0/1")])

    def assert_warned_or_strict(self, lines):
        """A file that is not sorted is read whole, with a warning; with --strict it is refused."""
        text = harness.vcf_text(SAMPLES, lines, contigs=["1", "2"])
        path = self.write("unsorted.vcf", text)
        self.refuse(3, ["unsorted.vcf", "(?i)sort|order"], "--variants", path, "--model", self.toy, "--strict")
        run = self.score("--variants", path, "--model", self.toy)
        self.assert_sums(run, SUMS)
        self.assertTrue([line for line in run.warning_lines() if "sort" in line and "unsorted.vcf" in line], run)

    def test_records_of_one_site_that_stand_apart(self):
        lines = [record("1", 100, "A", "G", "0/0 0/1 1/1 0|1"), record("1", 200, "C", "T", "0/1 0/0 0/1 1/1"),
                 record("1", 100, "A", "T", "0/0 0/0 0/0 0/0"), record("1", 300, "G", "A,T", "0/1 1/2 2/2 0/2")]
        text = harness.vcf_text(SAMPLES, lines)
        self.refuse_vcf(text, "1:100|contig 1|line 20", "(?i)sort|order|apart", options=("--absent", "missing"))

    def test_a_cut_last_line(self):
        """With too few columns the cut shows."""
        text = harness.vcf_text(SAMPLES, records())
        self.refuse_vcf(text[:text.rindex("1|1")], rf"\b{text.count(chr(10))}\b|last line")
        self.refuse_vcf(text[:text.rindex("\tGT")], rf"\b{text.count(chr(10))}\b|last line")
        self.refuse_vcf(text[:text.rindex("\t0/0")] + "\n", rf"\b{text.count(chr(10))}\b", "column|sample|field")

    def test_a_cut_last_line_of_an_unscored_record(self):
        """Too few columns and no line end: the file was cut, and what is missing behind it may have been wanted."""
        lines = records() + [record("2", 99, "A", "C", "0/0 0/0 0/0 0/0")]
        text = harness.vcf_text(SAMPLES, lines)
        for cut in ("\t0/0", "\tGT", "\tA\tC"):
            self.refuse_vcf(text[:text.rindex(cut)], rf"\b{text.count(chr(10))}\b|last line")

    def test_too_many_columns(self):
        lines = records()
        lines[1] = lines[1] + ["0/0"]
        text = harness.vcf_text(SAMPLES, lines)
        self.refuse_vcf(text, str(line_of(text, "1\t200")) + r"\b|1:200")

    def test_allele_index_beyond_the_alleles(self):
        for call in ("0/2", "3|0", "7", "0/99"):
            lines = records()
            lines[1][10] = call
            text = harness.vcf_text(SAMPLES, lines)
            self.refuse_vcf(text, str(line_of(text, "1\t200")) + r"\b|1:200", call.strip("0/|"))

    def test_rubbish_in_gt(self):
        for call in ("A/G", "0/x", "-1/0", "0/", "/", "0//1"):
            lines = records()
            lines[1][10] = call
            text = harness.vcf_text(SAMPLES, lines)
            self.refuse_vcf(text, str(line_of(text, "1\t200")) + r"\b|1:200")

    def test_dosages_out_of_range(self):
        for value in ("2.5", "-0.1", "nan", "inf", "abc", "1.2.3"):
            lines = [record("1", 100, "A", "G", ["0", value, "1", "2"], keys="DS")] + records()[1:]
            text = harness.vcf_text(SAMPLES, lines)
            self.refuse_vcf(text, str(line_of(text, "1\t100")) + r"\b|1:100", "DS|dosage")

    def test_too_few_dosages(self):
        lines = records()
        lines[2] = record("1", 300, "G", "A,T", "0.5,0.5 0.5 1,1 0,0", keys="DS")
        text = harness.vcf_text(SAMPLES, lines)
        self.refuse_vcf(text, str(line_of(text, "1\t300")) + r"\b|1:300", "DS|dosage")

    def test_bad_positions(self):
        for position in ("abc", "-5", "", "1e3", "99999999999"):
            lines = records()
            lines[1][1] = position
            run = self.try_score("--variants", self.write_vcf("bad.vcf", SAMPLES, lines, contigs=["1", "2"]), "--model", self.toy)
            self.assertEqual(run.code, 3, f"position {position!r}\n{run}")
            self.assert_refused(run, 3, "bad.vcf")

    def test_urls_are_refused(self):
        for url in ("https://example.org/a.vcf.gz", "ftp://example.org/a.vcf.gz", "s3://bucket/a.bcf", "http://localhost:1/x.vcf"):
            run = self.try_score("--variants", url, "--model", self.toy)
            self.assert_refused(run, 3, "example.org|bucket|localhost")
        self.assert_refused(self.try_score("--variants", self.vcf, "--model", "https://example.org/PGS000001.txt.gz"), 3, "example.org")

    @harness.needs_option("--dosage", "GP")
    def test_gp_as_phred_says_so(self):
        lines = [record("1", 100, "A", "G", ["0,20,30"] * 4, keys="GP")] + records()[1:]
        run = self.try_score("--variants", self.write_vcf("gp.vcf", SAMPLES, lines), "--model", self.toy, "--dosage", "GP")
        self.assertEqual(run.code, 3, run)
        self.assert_no_result(run.out)


class CutFileTest(BadInputTest):
    """A cut or corrupt file is never a shorter cohort."""

    def setUp(self):
        super().setUp()
        source = random.Random(3)
        calls = ("0/0", "0/1", "1/1", "./.")
        lines = records() + [record("2", 100 + 10 * n, "A", "G", [source.choice(calls) for _ in range(4)]) for n in range(3000)]
        self.text = harness.vcf_text(SAMPLES, lines)
        self.blocks = harness.bgzf_blocks(self.text.encode(), 4096)
        self.assertGreater(len(self.blocks), 15)
        self.whole = self.score("--variants", self.write("whole.vcf.gz", b"".join(self.blocks)), "--model", self.toy)

    def refuse_bytes(self, data, *needles, name="cut.vcf.gz"):
        path = self.write(name, data)
        for threads in ("1", "2"):
            self.refuse(3, [name] + list(needles), "--variants", path, "--model", self.toy, "--threads", threads)

    def test_the_whole_file_is_read(self):
        plain = self.score("--variants", self.write("plain.vcf", self.text), "--model", self.toy)
        self.assert_same_tables(self.whole, plain, but=("samples.tsv",))

    def test_cut_in_the_middle_of_a_block(self):
        for keep in (1, 5, len(self.blocks) - 2):
            data = b"".join(self.blocks[:keep]) + self.blocks[keep][:len(self.blocks[keep]) // 2]
            self.refuse_bytes(data)

    def test_cut_by_one_byte(self):
        data = b"".join(self.blocks)
        self.refuse_bytes(data[:-1])
        self.refuse_bytes(data[:-len(harness.BGZF_END) - 1])

    def test_cut_at_a_block_boundary(self):
        for keep in (1, 5, len(self.blocks) - 1):
            self.refuse_bytes(b"".join(self.blocks[:keep]), "(?i)cut|truncat|end|EOF|incomplete")

    def test_cut_at_a_block_boundary_on_a_pipe(self):
        data = b"".join(self.blocks[:-1])
        run = self.try_score("--variants", "-", "--model", self.toy, stdin=data)
        self.assert_refused(run, 3)
        whole = self.score("--variants", "-", "--model", self.toy, stdin=b"".join(self.blocks))
        self.assert_same_tables(self.whole, whole, but=("samples.tsv",))

    def test_a_block_with_a_wrong_checksum(self):
        for index in (0, 7, len(self.blocks) - 2):
            blocks = list(self.blocks)
            block = bytearray(blocks[index])
            block[-8] ^= 1  # the CRC
            blocks[index] = bytes(block)
            self.refuse_bytes(b"".join(blocks), "(?i)corrupt|crc|checksum|damaged|inflate|decompress")

    def test_a_block_with_changed_content(self):
        blocks = list(self.blocks)
        block = bytearray(blocks[7])
        block[len(block) // 2] ^= 0x10
        blocks[7] = bytes(block)
        self.refuse_bytes(b"".join(blocks))

    def test_a_wrong_length_of_a_block(self):
        blocks = list(self.blocks)
        block = bytearray(blocks[7])
        block[-1] ^= 0x40  # ISIZE
        blocks[7] = bytes(block)
        self.refuse_bytes(b"".join(blocks))

    def test_rubbish_behind_the_end(self):
        run = self.try_score("--variants", self.write("tail.vcf.gz", b"".join(self.blocks) + b"rubbish" * 9), "--model", self.toy)
        self.assertEqual(run.code, 3, run)
        self.assert_no_result(run.out)

    def test_blocks_between_are_allowed_to_be_empty(self):
        """Files that were joined with cat have end blocks inside."""
        blocks = self.blocks[:4] + [harness.BGZF_END] + self.blocks[4:]
        run = self.score("--variants", self.write("joined.vcf.gz", b"".join(blocks)), "--model", self.toy)
        self.assert_same_tables(self.whole, run, but=("samples.tsv",))

    def test_a_cut_gzip_file(self):
        data = gzip.compress(self.text.encode())
        whole = self.score("--variants", self.write("plain.vcf.gz", data), "--model", self.toy)
        self.assert_same_tables(self.whole, whole, but=("samples.tsv",))
        self.refuse_bytes(data[:len(data) // 2], name="cutgz.vcf.gz")
        self.refuse_bytes(data[:-4], name="cutgz.vcf.gz")
        self.refuse_bytes(data[:-8] + bytes(4) + data[-4:], name="crcgz.vcf.gz")

    def test_cut_scoring_files(self):
        text = harness.score_text([f"2 {100 + 10 * n} G A 0.{n + 1}" for n in range(3000)])
        data = gzip.compress(text.encode())
        for name, content in (("cut.txt.gz", data[:len(data) // 2]), ("cut2.txt.gz", data[:-5]),
                              ("cut3.txt.gz", b"".join(harness.bgzf_blocks(text.encode())[:-1]))):
            self.refuse(3, name, "--variants", self.write("whole.vcf.gz", b"".join(self.blocks)), "--model", self.write(name, content))

    @harness.needs("bcftools")
    def test_cut_bcf(self):
        bcf = self.to_bcf(self.write("plain.vcf", self.text), "whole.bcf").read_bytes()
        for size in (10, 200, len(bcf) // 2, len(bcf) - 28, len(bcf) - 1):
            self.refuse_bytes(bcf[:size], name="cut.bcf")


class SampleMismatchTest(BadInputTest):
    """Sample ids are not logged: an error names the line."""

    def setUp(self):
        super().setUp()
        self.model = self.write_model("m.json", logistic_model())

    def inputs(self, covariates, *options):
        return ("--variants", self.vcf, "--model", self.toy, self.model, "--covariates", self.write("cov.tsv", covariates), *options)

    def test_a_sample_of_the_table_without_genotypes(self):
        table = COVARIATES + "eve\t33\tfemale\n"
        self.refuse(3, ["cov.tsv", "line 6"], *self.inputs(table))  # ids are not logged: the line
        plain = self.score(*self.inputs(COVARIATES))
        for policy in ("superset", "any"):
            self.assert_same_tables(plain, self.score(*self.inputs(table, "--covariate-samples", policy)))
        self.refuse(3, ["cov.tsv", "line 6"], *self.inputs(table, "--covariate-samples", "exact"))

    def test_a_sample_of_the_genotypes_that_the_table_has_not(self):
        table = COVARIATES.replace("ben\t61\tmale\n", "")
        self.refuse(3, ["cov.tsv", r"\b2\b"], *self.inputs(table))
        self.refuse(3, ["cov.tsv", r"\b2\b"], *self.inputs(table, "--covariate-samples", "superset"))
        run = self.score(*self.inputs(table, "--covariate-samples", "any"))
        self.assertEqual(run.risks()["ben", "m1", "yes"]["probability"], "NA")
        self.assertNotEqual(run.risks()["anna", "m1", "yes"]["probability"], "NA")

    def test_duplicate_samples_of_the_table(self):
        table = COVARIATES + "ben\t62\tmale\n"
        self.refuse(3, ["cov.tsv", "line 6", "line 3"], *self.inputs(table))
        first = self.score(*self.inputs(table, "--duplicate-samples", "first"))
        self.assert_same_tables(first, self.score(*self.inputs(COVARIATES)))
        last = self.score(*self.inputs(table, "--duplicate-samples", "last"))
        self.assert_same_tables(last, self.score(*self.inputs(COVARIATES.replace("61", "62"))))
        self.refuse(3, ["cov.tsv", "line 6", "line 3"], *self.inputs(table, "--duplicate-samples", "identical"))
        self.score(*self.inputs(COVARIATES + "ben\t61\tmale\n", "--duplicate-samples", "identical"))

    def test_no_sample_column(self):
        self.refuse(3, ["cov.tsv", "sample_id"], *self.inputs(COVARIATES.replace("sample_id", "person")))
        self.refuse(3, ["cov.tsv", "person"], *self.inputs(COVARIATES, "--sample-column", "person"))

    def test_no_column_of_the_model(self):
        self.refuse(3, ["cov.tsv", "age"], *self.inputs(COVARIATES.replace("\tage\t", "\tyears\t")))

    def test_a_column_twice(self):
        self.refuse(3, ["cov.tsv", "age"], *self.inputs("sample_id\tage\tage\tsex\nanna\t1\t1\tmale\n"))

    def test_text_where_a_number_is_due(self):
        for text in ("old", "40y", "4,0", "1e", "--1", "0x10", "inf", "1e999"):
            self.refuse(3, ["cov.tsv", r"\b3\b", "age", "number|finite"], *self.inputs(COVARIATES.replace("61", text)))

    def test_a_ragged_table(self):
        self.refuse(3, ["cov.tsv", r"\b3\b"], *self.inputs(COVARIATES.replace("ben\t61\tmale", "ben\t61")))
        self.refuse(3, ["cov.tsv", r"\b3\b"], *self.inputs(COVARIATES.replace("ben\t61\tmale", "ben\t61\tmale\tx")))

    def test_an_open_quote(self):
        self.refuse(3, "cov.csv", "--variants", self.vcf, "--model", self.toy, self.model, "--covariates",
                    self.write("cov.csv", 'sample_id,age,sex\nanna,"40,female\nben,61,male\n'))

    def test_an_empty_table(self):
        self.refuse(3, "cov.tsv", *self.inputs(""))
        self.refuse(3, "cov.tsv", *self.inputs("sample_id\tage\tsex\n"))

    def test_a_model_with_covariates_and_no_table(self):
        run = self.try_score("--variants", self.vcf, "--model", self.toy, self.model)
        self.assertIn(run.code, (2, 3), run)
        self.assertRegex("\n".join(run.error_lines()), "covariates")
        self.assert_no_result(run.out)


class ScoringFileTest(BadInputTest):
    def refuse_score(self, text, *needles, name="bad.txt"):
        return self.refuse(3, [name] + list(needles), "--variants", self.vcf, "--model", self.write(name, text))

    def test_a_missing_column(self):
        columns = harness.SCORE_COLUMNS.split()
        for column in ("chr_name", "chr_position", "effect_allele"):
            kept = [name for name in columns if name != column]
            text = harness.score_text(["1 100 G A 0.5".split()[:len(kept)]], kept)
            self.refuse_score(text, column)

    def test_only_columns_of_the_catalogue_and_no_weight(self):
        self.refuse_score("chr_name\tchr_position\teffect_allele\tother_allele\n1\t100\tG\tA\n", "weight")

    def test_a_column_twice(self):
        self.refuse_score("chr_name\tchr_position\teffect_allele\teffect_weight\teffect_weight\n1\t100\tG\t1\t2\n", "effect_weight")

    def test_weights_that_are_no_numbers(self):
        for weight in ("abc", "0.1x", "nan", "NaN", "inf", "-Inf", "", "1,5", "1e999", "0x1p3", "NA"):
            rows = [row.split() for row in ROWS]
            rows[2][4] = weight
            text = harness.score_text(rows, pgs_id="bad")
            self.refuse_score(text, r"\b5\b", "effect_weight|weight")

    def test_weights_that_are_numbers(self):
        for weight in ("+0.5", "5e-1", ".5", "0.50", "5E-01"):
            run = self.score("--variants", self.vcf, "--model", self.write_score("w.txt", [f"1 100 G A {weight}"]))
            self.assertEqual(run.sums()["cleo"], 1.0, weight)

    def test_bad_positions(self):
        for position in ("abc", "-1", "0", "1.5", "1e2", "99999999999999999999"):
            rows = [row.split() for row in ROWS]
            rows[1][1] = position
            self.refuse_score(harness.score_text(rows), r"\b3\b", "position")

    def test_a_ragged_row(self):
        self.refuse_score(harness.score_text(ROWS) + "1\t500\tA\n", r"\b6\b")
        self.refuse_score(harness.score_text(ROWS) + "1\t500\tA\tG\t1\t2\n", r"\b6\b")

    def test_no_rows(self):
        self.refuse_score(harness.score_text([]))
        self.refuse_score("")
        self.refuse_score("#pgs_id=x\n")

    def test_dominant_and_recessive_at_once(self):
        text = harness.score_text(["1 100 G A 1 True True"], harness.SCORE_COLUMNS + " is_dominant is_recessive")
        self.refuse_score(text, r"\b2\b", "dominant")

    def test_a_flag_that_is_neither_true_nor_false(self):
        self.refuse_score(harness.score_text(["1 100 G A 1 maybe"], harness.SCORE_COLUMNS + " is_dominant"), r"\b2\b", "maybe")

    def test_a_frequency_out_of_range(self):
        for value in ("1.5", "-0.1", "x", "nan"):
            self.refuse_score(harness.score_text(["1 100 G A 1 " + value], harness.SCORE_COLUMNS + " allelefrequency_effect"), r"\b2\b",
                              "frequency")

    def test_odds_ratios_are_not_weights(self):
        for kind in ("OR", "HR"):
            self.refuse_score(harness.score_text(ROWS, weight_type=kind), kind, "log")
            run = self.score("--variants", self.vcf, "--model", self.write("ok.txt", harness.score_text(ROWS, weight_type=f"log({kind})")))
            self.assertEqual(run.code, 0)

    def test_two_scores_of_one_id(self):
        self.write_score("a.txt", ROWS, pgs_id="same")
        self.write_score("b.txt", ROWS[:2], pgs_id="same")
        run = self.try_score("--variants", self.vcf, "--model", self.dir / "a.txt", self.dir / "b.txt")
        self.assert_refused(run, 3, "same")

    def test_not_a_scoring_file(self):
        self.refuse(3, "cohort.vcf", "--variants", self.vcf, "--model", self.vcf)
        self.refuse_score("\x00\x01\x02\x03\x04" * 99)
        self.refuse_score("just some text\n")

    def test_a_missing_file(self):
        self.refuse(4, "nowhere.txt", "--variants", self.vcf, "--model", self.dir / "nowhere.txt")


class BuildTest(BadInputTest):
    def cohort(self, build, prefix=""):
        contigs = {prefix + name: length for name, length in harness.LENGTHS[build].items()} if build else {"1": None, "2": None}
        contigs.setdefault(prefix + "2", None)
        return self.write_vcf("build.vcf", SAMPLES, [[prefix + line[0]] + line[1:] for line in records()], contigs=contigs)

    def scores(self, **header):
        return self.write_score("pgs.txt", ROWS, pgs_id="pgs", **header)

    def test_builds_that_differ(self):
        for mine, theirs, prefix in (("GRCh37", "GRCh38", ""), ("GRCh38", "GRCh37", "chr")):
            for header in ({"genome_build": theirs}, {"genome_build": {"GRCh37": "hg19", "GRCh38": "hg38"}[theirs]}):
                self.refuse(3, [mine, theirs, "pgs.txt|build.vcf"], "--variants", self.cohort(mine, prefix), "--model", self.scores(**header))
                run = self.score("--variants", self.cohort(mine, prefix), "--model", self.scores(**header), "--build-check", "off")
                self.assertEqual(run.matches(), {"matched": 4})
                self.refuse(3, [mine, theirs], "--variants", self.cohort(mine, prefix), "--model", self.scores(**header), "--build-check", "strict")

    def test_builds_that_agree(self):
        for build in ("GRCh37", "GRCh38"):
            for policy in ("on", "strict", "off"):
                run = self.score("--variants", self.cohort(build), "--model", self.scores(genome_build=build), "--build-check", policy)
                self.assertEqual(run.warning_lines(), [], run)

    def test_the_build_of_the_harmonised_positions_counts(self):
        columns = "chr_name chr_position effect_allele other_allele effect_weight hm_chr hm_pos"
        rows = [row + " " + " ".join(row.split()[:2]) for row in ROWS]
        path = self.write("pgs.txt", harness.score_text(rows, columns, pgs_id="pgs", genome_build="GRCh37", HmPOS_build="GRCh38"))
        self.score("--variants", self.cohort("GRCh38"), "--model", path, "--build-check", "strict")
        self.refuse(3, ["GRCh37", "GRCh38"], "--variants", self.cohort("GRCh37"), "--model", path)

    def test_an_unknown_build_is_a_warning(self):
        for build, header in ((None, {"genome_build": "GRCh38"}), ("GRCh38", {"genome_build": "NR"}), ("GRCh38", {}), (None, {})):
            run = self.score("--variants", self.cohort(build), "--model", self.scores(**header))
            self.assertTrue([line for line in run.warning_lines() if "build" in line], run)
            self.refuse(3, "build", "--variants", self.cohort(build), "--model", self.scores(**header), "--build-check", "strict")
            run = self.score("--variants", self.cohort(build), "--model", self.scores(**header), "--build-check", "off")
            self.assertEqual(run.matches(), {"matched": 4})

    def test_the_build_of_a_model(self):
        model = logistic_model(genome_build="GRCh37")
        path = self.write_model("m.json", model)
        covariates = self.write("cov.tsv", COVARIATES)
        inputs = ("--variants", self.cohort("GRCh38"), "--model", self.scores(genome_build="GRCh38"), path, "--covariates", covariates)
        model["features"]["prs"]["score"] = "pgs"
        self.write_model("m.json", model)
        self.refuse(3, ["GRCh37", "GRCh38", "m.json|m1|build.vcf"], *inputs)
        self.score(*inputs, "--build-check", "off")


class ModelFileTest(BadInputTest):
    def refuse_model(self, model, *needles, code=3):
        path = self.write_model("model.json", model) if not isinstance(model, str) else self.write("model.json", model)
        return self.refuse(code, ["model.json"] + list(needles), "--variants", self.vcf, "--model", self.toy, path, "--covariates",
                           self.write("cov.tsv", COVARIATES))

    def test_the_model_is_good_as_it_is(self):
        self.score("--variants", self.vcf, "--model", self.toy, self.write_model("m.json", logistic_model()), "--covariates",
                   self.write("cov.tsv", COVARIATES))

    def test_unknown_keys(self):
        self.refuse_model(logistic_model(colour="red"), "colour")
        model = logistic_model()
        model["features"]["age"]["unti"] = "years"
        self.refuse_model(model, "unti")
        model = logistic_model()
        model["terms"][0]["coeficient"] = 1
        self.refuse_model(model, "coeficient")
        model = logistic_model()
        model["terms"][0]["factors"][0]["scael"] = 1
        self.refuse_model(model, "scael")
        self.refuse_model(logistic_model(calibration={"intercept": 0, "slop": 1}), "slop")

    def test_unknown_versions(self):
        for version in ("varisk-model/2", "varisk-model", "", "other/1"):
            self.refuse_model(logistic_model(format=version), "varisk-model/1")

    def test_missing_keys(self):
        for key in ("id", "family", "features", "terms", "intercept"):
            self.refuse_model(logistic_model(**{key: None}), key)
        model = logistic_model()
        del model["terms"][1]["coefficient"]
        self.refuse_model(model, "coefficient")

    def test_wrong_types(self):
        self.refuse_model(logistic_model(intercept="one"), "intercept")
        self.refuse_model(logistic_model(terms={}), "terms")
        model = logistic_model()
        model["features"]["rs1"]["position"] = "100"
        self.refuse_model(model, "position")
        model["features"]["rs1"]["position"] = -4
        self.refuse_model(model, "position")
        model["features"]["rs1"] = {"type": "guess"}
        self.refuse_model(model, "guess")

    def test_names_that_are_not_there(self):
        model = logistic_model()
        model["terms"][0]["factors"][0]["feature"] = "height"
        self.refuse_model(model, "height")
        model = logistic_model()
        model["terms"][1]["factors"][0]["level"] = "other"
        self.refuse_model(model, "other")
        model = logistic_model()
        model["features"]["prs"]["score"] = "PGS999999"
        self.refuse_model(model, "PGS999999")
        model["features"]["prs"] = {"type": "score", "file": "nowhere.txt"}
        run = self.try_score("--variants", self.vcf, "--model", self.toy, self.write_model("model.json", model), "--covariates",
                             self.write("cov.tsv", COVARIATES))
        self.assertIn(run.code, (3, 4))
        self.assertRegex("\n".join(run.error_lines()), "nowhere.txt")
        self.assert_no_result(run.out)

    def test_impossible_numbers(self):
        model = logistic_model()
        model["features"]["prs"]["sd"] = 0
        self.refuse_model(model, "sd")
        model = logistic_model()
        model["terms"][4]["factors"][0]["scale"] = 0
        self.refuse_model(model, "scale")
        model = logistic_model()
        model["features"]["age"]["range"] = [110, 18]
        self.refuse_model(model, "range")
        for prevalence in (0, 1, -0.1, 1.5):
            self.refuse_model(logistic_model(prevalence={"training": 0.5, "population": prevalence}), "prevalence|population")
        self.refuse_model(logistic_model(covariance=[[1.0]]), "covariance")
        self.refuse_model(logistic_model(family="poisson"), "poisson")

    def test_bands(self):
        self.refuse_model(logistic_model(bands=[{"name": "a", "below": 0.5}, {"name": "b", "below": 0.2}, {"name": "c"}]), "band")
        self.refuse_model(logistic_model(bands=[{"name": "a"}, {"name": "b", "below": 0.2}]), "band")

    def test_effect_allele_that_is_neither(self):
        model = logistic_model()
        model["features"]["rs1"]["effect_allele"] = "T"
        self.refuse_model(model, "effect_allele|rs1")

    def test_broken_json(self):
        text = self.write_model("m.json", logistic_model()).read_text()
        self.refuse_model(text[:len(text) // 2])
        self.refuse_model(text + "}")
        self.refuse_model(text.replace('"intercept": -1.0', '"intercept": NaN'))
        self.refuse_model(text.replace('"id": "m1"', '"id": "m1", "id": "m2"'), "id")
        self.refuse_model("[" * 100000)
        self.refuse_model("[]")

    def test_two_models_of_one_id(self):
        one = self.write_model("one.json", logistic_model())
        two = self.write_model("two.json", logistic_model(intercept=1.0))
        self.refuse(3, ["m1", "one.json|two.json"], "--variants", self.vcf, "--model", self.toy, one, two, "--covariates",
                    self.write("cov.tsv", COVARIATES))


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
