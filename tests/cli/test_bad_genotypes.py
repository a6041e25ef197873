"""Bad, cut and corrupt genotype files: each is refused with its exit code, one error line that says where and what, and nothing is left behind."""

import gzip
import random

import harness
from bad_input import BadInputTest, line_of
from harness import record
from toy import SAMPLES, SUMS, records


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
                 record("1", 100, "A", "G", "0/0 0/0 0/0 0/0"), record("1", 300, "G", "A,T", "0/1 1/2 2/2 0/2")]
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


if __name__ == "__main__":
    harness.main()
