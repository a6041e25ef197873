"""Values that contradict each other, within a record, between records and between files: what is refused, where, and with which help."""

import gzip
import os
import subprocess

import harness
from bad_input import BadInputTest, line_of
from harness import LENGTHS, record
from toy import ROWS, SAMPLES, SUMS, records


class RecordTest(BadInputTest):
    def refuse_record(self, line, *needles, options=(), bcf=True, rows=None):
        """The record at 1:100 of the toy cohort replaced; as text and as BCF."""
        text = harness.vcf_text(SAMPLES, [line] + records()[1:])
        vcf = self.write("bad.vcf", text)
        model = self.write_score("rows.txt", rows) if rows else self.toy
        number = line_of(text, f"{line[0]}\t{line[1]}")
        self.refuse(3, ["bad.vcf", f"line {number}\\b", f"{line[0]}:{line[1]}", *needles], "--variants", vcf, "--model", model, *options)
        if bcf and harness.have("bcftools"):
            self.refuse(3, ["bad.bcf", f"{line[0]}:{line[1]}", *needles], "--variants", self.to_bcf(vcf, "bad.bcf"), "--model", model, *options)

    def test_a_dosage_beyond_the_ploidy(self):
        for value in ("2.1", "-0.5"):
            self.refuse_record(record("1", 100, "A", "G", ["0", value, "1", "2"], keys="DS"), "column 2", "DS", value, "expected 0", "--dosage")
            self.refuse_record(record("1", 100, "A", "G", ["0/0:0", f"0/1:{value}", "1/1:2", "0/1:1"], keys="GT:DS"), "column 2", value)

    def test_a_dosage_beyond_one_copy(self):
        rows = ROWS + ["X 5000000 A G 1"]
        line = record("X", 5000000, "G", "A", ["0/0:0", "1:1.5", "1:1", "0/1:1"], keys="GT:DS")
        self.refuse_record(line, "column 2", "1.5", "expected 0 to 1", rows=rows)
        line = record("X", 5000000, "G", "A", ["0", "1.5", "1", "1"], keys="DS")
        sheet = self.write("sheet.tsv", "sample_id\tsex\nanna\tfemale\nben\tmale\ncleo\tfemale\ndan\tmale\n")
        self.refuse_record(line, "column 2", "1.5", "expected 0 to 1", rows=rows, options=("--samples", sheet))

    def test_dosages_that_add_up_to_more_than_the_ploidy(self):
        """Whichever allele is counted."""
        line = record("1", 100, "A", "G,C", ["0,0", "1.5,1.2", "1,1", "0,2"], keys="DS")
        for effect, other in ("GA", "CA", "AG"):
            self.refuse_record(line, "column 2", "2.7", "expected 0 to 2", rows=[f"1 100 {effect} {other} 1"])

    def test_rounded_dosages_of_several_alts_are_fine(self):
        line = record("1", 100, "A", "G,C,T", ["0.667,0.667,0.667"] * 4, keys="DS")
        run = self.score("--variants", self.write_vcf("fine.vcf", SAMPLES, [line]), "--model", self.write_score("r.txt", ["1 100 A G 1"]))
        self.assert_sums(run, dict.fromkeys(SAMPLES.split(), 0.0))

    @harness.needs_option("--dosage", "GP")
    def test_probabilities_that_are_none(self):
        for value, needle in (("0.2,0.2,0.1", "0.5"), ("0.6,0.6,0.1", "1.3"), ("0,0,0", "0"), ("1.2,0,-0.2", "1.2|-0.2"), ("0,20,40", "20")):
            line = record("1", 100, "A", "G", ["1,0,0", value, "0,1,0", "0,0,1"], keys="GP")
            for options in ((), ("--dosage", "GP")):
                self.refuse_record(line, "column 2", "GP", needle, "expected", "--dosage", options=options)

    @harness.needs_option("--dosage", "GP")
    def test_rounded_probabilities_are_fine(self):
        line = record("1", 100, "A", "G", ["0.333,0.333,0.333", "0.34,0.34,0.33", "1,0,0", "0,0,1"], keys="GP")
        run = self.score("--variants", self.write_vcf("fine.vcf", SAMPLES, [line]), "--model", self.write_score("r.txt", ["1 100 G A 1"]))
        self.assert_near(run.sums()["anna"], 0.999)

    @harness.needs_option("--dosage", "GP")
    def test_too_many_or_too_few_values(self):
        for key, value, count in (("GP", "0,0,0,1", 4), ("GP", "1", 1), ("HDS", "0,0,1", 3), ("DS", "0,1", 2)):
            line = record("1", 100, "A", "G", [value] * 4, keys=key)
            self.refuse_record(line, "column 1", key, f"\\b{count}\\b|{value}", "expected", bcf=False)

    @harness.needs_option("--dosage", "GP")
    def test_a_haplotype_of_more_than_one(self):
        self.refuse_record(record("1", 100, "A", "G", ["0,0", "1.5,0", "1,1", "0,1"], keys="HDS"), "column 2", "HDS", "1.5", "expected 0 to 1")

    def test_an_allele_that_the_record_lacks(self):
        for call in ("0/2", "3|0", "2"):
            line = record("1", 100, "A", "G", ["0/0", call, "1/1", "0/1"])
            self.refuse_record(line, "column 2", "allele", bcf=False)
        if harness.have("bcftools"):  # which does not write such records: one call is changed afterwards
            bcf = self.to_bcf(self.write_vcf("two.vcf", SAMPLES, [record("1", 100, "A", "G,C", "0/0 0/2 1/1 0/1")] + records()[1:]), "two.bcf")
            data = bytearray(gzip.decompress(bcf.read_bytes()))
            at = data.index(b"\x17A\x17G\x17C")
            calls = data.index(bytes((2, 2, 2, 6, 4, 4, 2, 4)), at)
            data[calls + 3] = 10
            path = self.write("beyond.bcf", b"".join(harness.bgzf_blocks(bytes(data))))
            self.refuse(3, ["beyond.bcf", "1:100", "column 2", "allele"], "--variants", path, "--model", self.toy)


class SiteTest(BadInputTest):
    def test_a_site_with_two_references(self):
        """Two lines of one position can only be of one reference: a doubt, and with --strict an error."""
        for ref, alt in (("C", "T"), ("CA", "C"), ("T", "A")):
            lines = records()
            lines.insert(1, record("1", 100, ref, alt, "0/0 0/0 1/1 0/1"))
            text = harness.vcf_text(SAMPLES, lines)
            path, number = self.write("two.vcf", text), line_of(text, "1\t100") + 1
            for name, file in (("line", path),) + ((("record", self.to_bcf(path, "two.bcf")),) if harness.have("bcftools") else ()):
                place = f"two.(vcf|bcf): {name} {number if name == 'line' else 2}\\b"
                run = self.score("--variants", file, "--model", self.toy)
                self.assert_sums(run, SUMS)
                self.assertRegex("\n".join(run.warning_lines()), place + ".*REF")
                for threads in ("1", "2"):
                    self.refuse(3, [place, "REF", "bcftools norm"], "--variants", file, "--model", self.toy, "--strict", "--threads", threads)

    def test_two_references_where_no_row_is_are_no_matter(self):
        lines = records() + [record("2", 99, "A", "C", "0/0 0/0 0/0 0/0"), record("2", 99, "T", "C", "0/0 0/0 0/0 0/0")]
        lines = sorted(lines, key=lambda line: (line[0], int(line[1])))
        run = self.score("--variants", self.write_vcf("fine.vcf", SAMPLES, lines), "--model", self.toy)
        self.assert_sums(run, SUMS)
        self.assertNotIn("REF", run.stderr)

    def test_references_of_several_lengths_are_one_reference(self):
        lines = records()
        lines.insert(1, record("1", 100, "AT", "A", "0/0 0/0 0/0 0/0"))
        lines.insert(2, record("1", 100, "N", "<DEL>", "0/0 0/0 0/0 0/0"))
        run = self.score("--variants", self.write_vcf("fine.vcf", SAMPLES, lines), "--model", self.toy)
        self.assert_sums(run, SUMS)
        self.assertNotIn("REF", run.stderr)

    def test_a_site_twice_with_the_same_alleles(self):
        """The first line is used, and said."""
        lines = records()
        lines.insert(1, record("1", 100, "A", "G", "1/1 1/1 0/0 0/0"))
        run = self.score("--variants", self.write_vcf("twice.vcf", SAMPLES, lines), "--model", self.toy, "--sites", "all")
        self.assert_sums(run, SUMS)
        self.assertTrue([line for line in run.warning_lines() if "1 record" in line and "repeat" in line], run)
        self.assertIn("further record", run.sites()["toy", 1]["reason"])

    def test_a_site_on_two_lines_that_stand_apart(self):
        """Unsorted: what belongs together is not put together again, so it is refused."""
        lines = records()
        lines.insert(2, record("1", 100, "A", "G", "1/1 1/1 0/0 0/0"))
        text = harness.vcf_text(SAMPLES, lines)
        self.refuse_vcf(text, "(?i)1:100|line 20", "(?i)sort|order|apart")


class FilesTest(BadInputTest):
    def parts(self, contigs="12", **header):
        return [self.write_vcf(f"chr{contig}.vcf", SAMPLES, [line for line in records() if line[0] == contig], **header) for contig in contigs]

    def test_files_of_two_builds(self):
        one = self.write_vcf("a37.vcf", SAMPLES, records()[:3], contigs={"1": LENGTHS["GRCh37"]["1"]})
        two = self.write_vcf("b38.vcf", SAMPLES, [record("20", 5, "A", "G", "0/0 0/0 0/0 0/0")], contigs={"20": LENGTHS["GRCh38"]["20"]})
        for files in ((one, two), (two, one)):
            self.refuse(3, ["a37.vcf", "GRCh37", "b38.vcf", "GRCh38"], "--variants", *files, "--model", self.toy, "--absent", "missing")

    def test_files_of_two_builds_by_sample(self):
        one = self.write_vcf("a37.vcf", "a", [record("1", 100, "A", "G", "0/1")], contigs={"1": LENGTHS["GRCh37"]["1"]})
        two = self.write_vcf("b38.vcf", "b", [record("1", 100, "A", "G", "0/1")], contigs={"1": LENGTHS["GRCh38"]["1"]})
        self.refuse(3, ["a37.vcf", "GRCh37", "b38.vcf", "GRCh38"], "--variants", one, two, "--model", self.toy, "--min-match", "0")

    def test_some_samples_in_two_files(self):
        one = self.write_vcf("one.vcf", SAMPLES, records())
        two = self.write_vcf("two.vcf", "dan eve", [line[:9] + line[9:11] for line in records()])
        for files in ((one, two), (two, one)):
            run = self.refuse(3, ["one.vcf", "two.vcf", "samples"], "--variants", *files, "--model", self.toy)
            self.assertNotIn("dan", run.stderr)

    def test_all_samples_in_two_files_with_the_same_sites(self):
        one, two = self.write_vcf("one.vcf", SAMPLES, records()), self.write_vcf("two.vcf", SAMPLES, records()[:1] + records()[3:])
        for files in ((one, two), (two, one)):
            self.refuse(3, ["one.vcf", "two.vcf", "1:100|1 "], "--variants", *files, "--model", self.toy)

    def test_a_contig_without_a_file(self):
        """The per-contig files are there but one."""
        model = self.write_score("three.txt", ROWS + ["3 5 A G 1", "3 9 A G 1"], pgs_id="toy")
        self.refuse(3, ["contig 3", "2 site", "--absent"], "--variants", *self.parts(), "--model", model)
        self.refuse(3, ["contig 2", "1 site"], "--variants", *self.parts("1"), self.write_vcf("chr4.vcf", SAMPLES, [record("4", 1, "A", "G", "0/0 0/0 0/0 0/0")]),
                    "--model", self.toy)
        run = self.score("--variants", *self.parts(), "--model", model, "--absent", "missing", "--min-match", "0")
        self.assertEqual(run.matches(), {"matched": 4, "absent": 2})

    def test_one_file_lacks_a_contig_that_its_header_names(self):
        header = {"contigs": {"1": None, "2": None, "3": None}}
        model = self.write_score("three.txt", ROWS + ["3 5 A G 1"], pgs_id="toy")
        self.refuse(3, ["contig 3", "--absent"], "--variants", *self.parts(**header), "--model", model)

    def indexed(self, name, lines):
        packed = self.write_bgzf(name, harness.vcf_text(SAMPLES, lines))
        subprocess.run(["bcftools", "index", "--tbi", "--force", str(packed)], check=True)
        return packed

    @harness.needs("bcftools")
    def test_an_index_of_another_file_is_no_guide(self):
        """A result with a foreign index beside the file is the one without it, or the index is refused by name."""
        more = records()[:3] + [record("1", 1000 + n, "A", "C", "0/0 0/0 0/0 0/0") for n in range(20000)] + records()[3:]
        packed = self.indexed("cohort.vcf.gz", more)
        whole = self.score("--variants", packed, "--model", self.toy)
        self.assert_sums(whole, SUMS)
        index = packed.with_name(packed.name + ".tbi")
        few = self.indexed("few.vcf.gz", records()[:1] + records()[3:])
        foreign = few.with_name(few.name + ".tbi").read_bytes()
        for name, content in (("foreign", foreign), ("cut", index.read_bytes()[:50]), ("empty", b""), ("no index", b"rubbish" * 20)):
            with self.subTest(name):
                index.write_bytes(content)
                self.assert_whole_or_refused(packed, index)

    @harness.needs("bcftools")
    def test_an_index_that_is_older_than_its_file(self):
        few = self.indexed("cohort.vcf.gz", records()[:1] + records()[3:])
        index = few.with_name(few.name + ".tbi")
        before = index.read_bytes()
        more = records()[:3] + [record("1", 1000 + n, "A", "C", "0/0 0/0 0/0 0/0") for n in range(20000)] + records()[3:]
        packed = self.write_bgzf("cohort.vcf.gz", harness.vcf_text(SAMPLES, more))
        index.write_bytes(before)
        for age in (-100, 0, 100):  # seconds to the file's time: a copy may turn the times round
            time = packed.stat().st_mtime + age
            os.utime(index, (time, time))
            with self.subTest(age=age):
                self.assert_whole_or_refused(packed, index)

    def assert_whole_or_refused(self, packed, index):
        run = self.try_score("--variants", packed, "--model", self.toy)
        if run.code == 0:
            self.assert_sums(run, SUMS)
            self.assertEqual(run.matches(), {"matched": 4})
        else:
            self.assert_refused(run, 3, index.name)


if __name__ == "__main__":
    harness.main()
