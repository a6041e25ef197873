"""PLINK 1 file sets give what a VCF with the same calls and sexes gives; what is wrong with them is refused."""

import json
import random

import cohorts
import harness
import oracle
from harness import record
from plink_files import MAGIC, bed_bytes, bim_text, fam_text, packed, write_plink
from toy import ROWS, SAMPLES, records


def diploid(names, found):
    """Only what PLINK can hold: two alleles, two calls or none."""
    changed = []
    for line in found:
        if "," in line[4]:
            continue
        calls = []
        for cell in line[9:]:
            alleles = cell.replace("|", "/").split("/")
            calls.append("./." if "." in alleles else "/".join(alleles * 2 if len(alleles) == 1 else alleles))
        changed.append(line[:5] + [".", ".", ".", "GT"] + calls)
    return names, changed


def sheet_text(sexes):
    return "sample_id\tsex\n" + "".join(f"{name}\t{sex}\n" for name, sex in sexes.items())


class SameAsVcfTest(harness.VariskTest):
    @classmethod
    def setUpClass(cls):
        cls.names, cls.records = diploid(*cohorts.cohort(301, 43, 900, keys="GT", contigs=("1", "2", "X", "MT")))
        source = random.Random(302)
        for line in cls.records:  # some of everybody's calls on X are heterozygous
            if line[0] in ("X", "MT") and source.random() < 0.5:
                line[9 + source.randrange(len(cls.names))] = "0/1"
        cls.sexes = {name: source.choice(("male", "female", "unknown")) for name in cls.names}
        cls.rows = cohorts.scoring_rows(303, cls.records, 400)

    def setUp(self):
        super().setUp()
        self.model = self.write_score("s.txt", self.rows, cohorts.COLUMNS)
        self.options = ("--model", self.model, "--sites", "all", "--min-match", "0")

    def run_vcf(self, *options):
        vcf = self.write_vcf("c.vcf", self.names, self.records)
        return self.score("--variants", vcf, *self.options, "--samples", self.write("sheet.tsv", sheet_text(self.sexes)), *options)

    def run_bed(self, *options, **how):
        bed = write_plink(self, "c", self.names, self.records, self.sexes, **how)
        return self.score("--variants", bed, *self.options, *options)

    def test_every_table_has_the_same_bytes(self):
        for options in ((), ("--impute", "cohort"), ("--impute", "none"), ("--haploid", "as-diploid"), ("--palindromic", "keep"),
                        ("--dosage", "GT"), ("--dosage", "DS"), ("--min-gq", "5"), ("--pass-only",), ("--min-r2", "0.3")):
            with self.subTest(options):
                self.assert_same_tables(self.run_vcf(*options), self.run_bed(*options), but=("samples.tsv",))

    def test_samples_differ_in_their_source_alone(self):
        def rows(run):
            return [{key: value for key, value in row.items() if key != "sources"} for row in run.table("samples.tsv")]
        found = rows(self.run_bed())
        self.assertEqual(rows(self.run_vcf()), found)
        self.assertTrue(any("sex_differs" in row["flags"] for row in found))

    def test_sums_are_those_of_the_oracle(self):
        run = self.run_bed()
        wanted = oracle.score(oracle.Vcf(harness.vcf_text(self.names, self.records)),
                              oracle.read_scores(self.model.read_text(), "s.txt")["s"], self.sexes)
        for name, value in wanted.sum.items():
            self.assert_near(run.sums()[name], value, wanted.scale, name)
        self.assertEqual(run.states(), {site.row.number: site.state for site in wanted.sites})

    def test_it_does_not_matter_which_allele_is_a1(self):
        """All that changes is how the record is written."""
        one, other = self.run_bed(), self.run_bed(a1_is_ref=True)
        self.assert_same_tables(one, other, but=("sites.tsv",))
        for key, row in one.sites().items():
            turned = dict(other.sites()[key])
            contig, position, a2, a1 = (row["record_variant"].split(":") + [""] * 3)[:4]
            self.assertIn(turned.pop("record_variant"), (f"{contig}:{position}:{a1}:{a2}", "NA", ""))
            row.pop("record_variant")
            self.assertEqual(row, turned)

    def test_threads_change_no_byte(self):
        one = self.run_bed("--threads", "1")
        for threads in ("2", "3", "5"):
            self.assert_same_tables(one, self.run_bed("--threads", threads))

    def test_names_of_contigs_as_plink_has_them(self):
        plain = self.run_bed()
        coded = {"X": "23", "MT": "26"}
        self.records = [[coded.get(line[0], line[0])] + line[1:] for line in self.records]
        self.assert_same_tables(plain, self.run_bed(), but=("sites.tsv",))

    def test_selected_and_renamed_samples(self):
        chosen = self.names[5:30:2][::-1]
        sheet = self.write("chosen.tsv", "sample_id\tsource_id\n" + "".join(f"new{n}\t{name}\n" for n, name in enumerate(chosen)))
        full = self.run_bed().sums()
        few = self.run_bed("--samples", sheet).sums()
        self.assertEqual(few, {f"new{n}": full[name] for n, name in enumerate(chosen)})  # with the sexes of the .fam

    def test_by_contig_beside_a_vcf(self):
        plain = self.run_bed()
        on_one = [line for line in self.records if line[0] == "1"]
        rest = [line for line in self.records if line[0] != "1"]
        vcf = self.write_vcf("one.vcf", self.names[::-1], [line[:9] + line[:8:-1] for line in on_one])
        bed = write_plink(self, "rest", self.names, rest, self.sexes)
        for variants in ((vcf, bed), (bed, vcf)):
            run = self.score("--variants", *variants, *self.options, "--absent", "missing")
            self.assertEqual(run.sums(), plain.sums())
        two = [write_plink(self, f"part{n}", self.names, part, self.sexes) for n, part in enumerate((on_one, rest))]
        self.assert_same_tables(plain, self.score("--variants", *two, *self.options, "--absent", "missing"), but=("samples.tsv",))

    def test_by_sample_beside_a_vcf(self):
        plain = self.run_bed()
        vcf = self.write_vcf("some.vcf", self.names[:11], [line[:20] for line in self.records])
        bed = write_plink(self, "others", self.names[11:], [line[:9] + line[20:] for line in self.records], self.sexes)
        sheet = self.write("sheet.tsv", sheet_text({name: self.sexes[name] if name in self.names[:11] else "unknown" for name in self.names}))
        run = self.score("--variants", bed, vcf, *self.options, "--samples", sheet)
        self.assertEqual(run.sums(), plain.sums())


class PlinkFilesTest(harness.VariskTest):
    def setUp(self):
        super().setUp()
        self.toy = self.write_score("toy.txt", ROWS, pgs_id="toy")
        self.two_alleles = [line for line in records() if "," not in line[4]]
        self.bed = write_plink(self, "toy", SAMPLES, self.two_alleles)

    def run_on(self, *arguments, **more):
        return self.score("--variants", *arguments, "--model", self.toy, "--min-match", "0", "--sites", "all", **more)

    def one_row(self, contig, position, effect="G", other="A"):
        return self.write_score("one.txt", [[contig, position, effect, other, "1"]], pgs_id="one")

    def test_any_part_or_the_prefix_names_the_set(self):
        plain = self.run_on(self.bed)
        for name in ("toy.bim", "toy.fam", "toy"):
            self.assert_same_tables(plain, self.run_on(self.dir / name))
        self.refuse(3, ["toy.bed", "twice"], "--variants", self.bed, self.dir / "toy.bim", "--model", self.toy)

    def test_the_run_record_names_all_three_files(self):
        record_of_run = json.loads((self.run_on(self.bed).out / "run.json").read_text())
        self.assertEqual([entry["path"] for entry in record_of_run["variants"]], [str(self.dir / f"toy.{part}") for part in ("bed", "bim", "fam")])

    def test_an_unknown_build_is_a_warning(self):
        self.toy = self.write_score("toy.txt", ROWS, pgs_id="toy", genome_build="GRCh38")
        run = self.run_on(self.bed)
        self.assertTrue(any("contig lengths" in line for line in run.warning_lines()), run)
        self.refuse(3, "contig lengths", "--variants", self.bed, "--model", self.toy, "--build-check", "strict")

    def test_pseudo_autosomal_contigs_are_diploid_for_everybody(self):
        calls = "0/1 1/1 0/0 0/1"
        sexes = {name: "male" for name in SAMPLES.split()}
        for contig, sums in (("25", (1, 2, 0, 1)), ("XY", (1, 2, 0, 1)), ("PAR1", (1, 2, 0, 1)), ("23", (0, 1, 0, 0)), ("chrX", (0, 1, 0, 0))):
            with self.subTest(contig):
                bed = write_plink(self, "x", SAMPLES, [record(contig, 50000000, "A", "G", calls)], sexes)
                run = self.score("--variants", bed, "--model", self.one_row("X", 50000000))
                self.assertEqual(tuple(run.sums().values()), sums)
                if sums[0] == 0:
                    self.assertTrue(any("2 heterozygous call(s) of males" in line for line in run.warning_lines()), run)

    def test_the_sheet_overrules_the_fam(self):
        names = SAMPLES.split()
        bed = write_plink(self, "x", names, [record("X", 50000000, "A", "G", "1/1 1/1 1/1 1/1")],
                          {names[0]: "male", names[1]: "male", names[2]: "female"})
        sheet = self.write("sheet.tsv", f"sample_id\tsex\n{names[0]}\tfemale\n{names[1]}\tmale\n{names[2]}\tunknown\n{names[3]}\tmale\n")
        model = self.one_row("X", 50000000)
        self.assertEqual(list(self.score("--variants", bed, "--model", model).sums().values()), [1, 1, 2, 2])
        run = self.score("--variants", bed, "--model", model, "--samples", sheet)
        self.assertEqual(list(run.sums().values()), [2, 1, 2, 1])
        self.assertEqual(len([line for line in run.warning_lines() if "x.fam" in line and "1 sample(s)" in line]), 1, run)

    def test_files_that_disagree_about_a_sex_are_refused_unless_the_sheet_says_it(self):
        names = SAMPLES.split()
        one = write_plink(self, "one", names, [record("X", 50000000, "A", "G", "1/1 1/1 1/1 1/1")], {names[1]: "male"})
        two = write_plink(self, "two", names, [record("X", 60000000, "A", "G", "1/1 1/1 1/1 1/1")], {names[1]: "female", names[2]: "male"})
        model = self.one_row("X", 50000000)
        self.refuse(3, ["two.fam", "sample 2", "one.fam"], "--variants", one, two, "--model", model)
        sheet = self.write("sheet.tsv", "sample_id\tsex\n" + "".join(f"{name}\t{'male' if name == names[1] else 'unknown'}\n" for name in names))
        run = self.score("--variants", one, two, "--model", model, "--samples", sheet)
        self.assertEqual(list(run.sums().values()), [2, 1, 1, 2])

    def test_calls_have_no_dosage_and_no_quality(self):
        for options in (("--dosage", "DS"), ("--min-gq", "1"), ("--min-dp", "1")):
            run = self.run_on(self.bed, *options)
            self.assertTrue(any("nobody has an observed call" in line for line in run.warning_lines()), run)
            self.assertEqual({row["observed"] for row in run.table("sites.tsv")} - {"0"}, set())

    def test_variants_with_a_negative_position_are_left_out_and_counted(self):
        lines = [record("1", 100, "A", "G", "0/1 0/1 0/1 0/1"), record("1", -200, "A", "G", "1/1 1/1 1/1 1/1"), record("1", 300, "A", "G", "1/1 0/0 0/0 0/0")]
        bed = write_plink(self, "n", SAMPLES, lines)
        model = self.write_score("m.txt", [["1", 100, "G", "A", "1"], ["1", 200, "G", "A", "10"], ["1", 300, "G", "A", "100"]])
        run = self.score("--variants", bed, "--model", model, "--min-match", "0", "--sites", "all")
        self.assertEqual(list(run.sums().values()), [201, 1, 1, 1])
        self.assertEqual(run.states()[2], "absent")
        self.assertTrue(any("1 variant(s) with a negative position" in line for line in run.warning_lines()), run)
        self.assertEqual(json.loads((run.out / "run.json").read_text())["counts"]["unused_records"], 1)
        bed = write_plink(self, "all", SAMPLES, [lines[1], lines[1]])
        self.assertEqual(self.score("--variants", bed, "--model", model, "--min-match", "0").matches(), {"absent": 3})

    def test_an_allele_that_nobody_has_is_zero(self):
        bed = write_plink(self, "m", SAMPLES, [record("1", 100, "A", ".", "0/0 0/0 ./. 0/0")])
        for effect, other, sums in (("A", "G", [2, 2, 0, 2]), ("G", "A", [0, 0, 0, 0]), ("T", "C", [2, 2, 0, 2])):
            run = self.score("--variants", bed, "--model", self.one_row("1", 100, effect, other), "--sites", "all")
            self.assertEqual(list(run.sums().values()), sums)
            self.assertEqual(run.sites()[("one", 1)]["record_variant"], "1:100:A:.")
        bed = write_plink(self, "r", SAMPLES, [record("1", 100, "A", ".", "0/0 0/0 ./. 0/0")], a1_is_ref=True)
        self.assertEqual(list(self.score("--variants", bed, "--model", self.one_row("1", 100, "A", "G")).sums().values()), [2, 2, 0, 2])
        self.write("m.bed", MAGIC + packed([0, 1, None, 0]))
        self.refuse(3, ["m.bim: line 1", "sample 2"], "--variants", self.dir / "m.bed", "--model", self.one_row("1", 100, "A", "G"))

    def test_letters_that_are_no_bases_match_nothing(self):
        for ref, alt in (("I", "D"), ("1", "2"), ("A", "<DEL>"), ("-", "G")):
            bed = write_plink(self, "l", SAMPLES, [record("1", 100, ref, alt, "0/1 0/0 ./. 1/1")])
            run = self.score("--variants", bed, "--model", self.one_row("1", 100), "--min-match", "0", "--sites", "all")
            self.assertEqual(run.matches(), {"allele_mismatch": 1}, (ref, alt))

    def test_a_site_on_several_lines_is_one_site(self):
        """As `bcftools norm -m-` splits 1:100 C T,G; PLINK may have put REF into either column."""
        calls = {"T": "0/1 1/1 0/0 0/1", "G": "0/1 0/0 ./. 0/0"}
        for a1_is_ref in ((), ("T",), ("G",), ("T", "G")):
            bim = "".join(bim_text([record("1", 100, "C", alt, calls[alt])], alt in a1_is_ref) for alt in calls)
            bed = MAGIC + b"".join(bed_bytes([record("1", 100, "C", alt, calls[alt])], alt in a1_is_ref)[3:] for alt in calls)
            self.write("split.fam", fam_text(SAMPLES.split()))
            self.write("split.bim", bim)
            path = self.write("split.bed", bed)
            for effect, other, sums in (("C", "T", [0, 0, 0, 1]), ("C", "G", [0, 0, 0, 1]), ("T", "C", [1, 2, 0, 1]), ("G", "C", [1, 0, 0, 0])):
                with self.subTest(a1_is_ref=a1_is_ref, effect=effect, other=other):
                    run = self.score("--variants", path, "--model", self.one_row("1", 100, effect, other), "--sites", "all", "--palindromic", "keep")
                    self.assertEqual(list(run.sums().values()), sums)
        vcf = self.write_vcf("split.vcf", SAMPLES, [record("1", 100, "C", alt, calls[alt]) for alt in calls])
        run = self.score("--variants", vcf, "--model", self.one_row("1", 100, "C", "T"))
        self.assertEqual(list(run.sums().values()), [0, 0, 0, 1])

    def test_lines_that_repeat_a_site_with_turned_alleles_are_counted(self):
        lines = [record("1", 100, "C", "T", "0/1 1/1 0/0 0/1"), record("1", 100, "T", "C", "0/1 0/0 1/1 0/1")]
        bed = write_plink(self, "twice", SAMPLES, lines)
        run = self.score("--variants", bed, "--model", self.one_row("1", 100, "C", "T"), "--sites", "all")
        self.assertEqual(list(run.sums().values()), [1, 0, 2, 1])
        self.assertTrue(any("1 record(s) repeat a site" in line for line in run.warning_lines()), run)

    def test_small_letters_and_blanks(self):
        plain = self.run_on(self.bed)
        text = bim_text(self.two_alleles)
        self.write("toy.bim", "\r\n".join("  " + line.lower().replace("\t", "   ") for line in text.splitlines()) + "\r\n\n")
        self.assert_same_tables(plain, self.run_on(self.bed))

    def test_unsorted_variants_are_read_with_a_warning(self):
        plain = self.run_on(self.bed)
        bed = write_plink(self, "back", SAMPLES, self.two_alleles[::-1])
        run = self.run_on(bed)
        self.assertTrue(any("back.bim: line" in line and "not sorted" in line for line in run.warning_lines()), run)
        self.assertEqual(plain.sums(), run.sums())
        check = self.run_varisk("check", "--strict", "--variants", bed, "--model", self.toy, "--min-match", "0", "--build-check", "off")
        self.assert_refused(check, 3, r"back.bim: line \d+", "sort")

    def test_check_reads_the_parts(self):
        for options in ((), ("--strict",), ("--sites-only",), ("--sites-only", "--strict")):
            run = self.run_varisk("check", *options, "--variants", self.bed, "--model", self.toy, "--min-match", "0")
            self.assertEqual(run.code, 0, run)
        self.assertIn(f"{len(self.two_alleles)} record(s), 4 sample(s)", run.stderr)
        self.write("toy.bim", bim_text(self.two_alleles)[:-1])
        run = self.run_varisk("check", "--strict", "--variants", self.bed, "--model", self.toy, "--min-match", "0")
        self.assert_refused(run, 3, "toy.bim", "line end")


class BadPlinkTest(harness.VariskTest):
    def setUp(self):
        super().setUp()
        self.names = [f"S{n}" for n in range(6)]
        calls = "0/1 0/0 1/1 ./. 0/1 0/0"
        self.records = [record("1", 100 * n, "A", "G", calls, id=f"v{n}") for n in range(1, 9)]
        self.bed = write_plink(self, "bad", self.names, self.records)
        self.model = self.write_score("m.txt", [["1", 100, "G", "A", "1"], ["1", 400, "G", "A", "1"], ["1", 800, "G", "A", "1"]])

    def refused(self, *needles, code=3):
        self.refuse(code, list(needles), "--variants", self.bed, "--model", self.model)

    def test_what_is_whole_is_scored(self):
        self.score("--variants", self.bed, "--model", self.model)

    def test_a_cut_bed(self):
        whole = bed_bytes(self.records)
        for size in (18, 17, 4, 3):
            self.write("bad.bed", whole[:size])
            self.refused("bad.bed", "expected 19 bytes", f"found {size}")
        self.write("bad.bed", whole + b"\0")
        self.refused("expected 19 bytes", "found 20")

    def test_a_wrong_start(self):
        whole = bed_bytes(self.records)
        for start in (b"", b"l", b"\x6c\x1b", b"\x6c\x1b\x02", b"\x1b\x6c\x01", b"\x1f\x8b\x08", b"chr"):
            self.write("bad.bed", start + whole[3:] if len(start) == 3 else start)
            self.refused("bad.bed", "6c 1b 01")
        self.write("bad.bed", b"\x6c\x1b\x00" + whole[3:])
        self.refused("bad.bed", "sample by sample", "--make-bed")

    def test_a_bim_with_fewer_lines_or_a_fam_of_other_people(self):
        text = bim_text(self.records)
        self.write("bad.bim", "".join(text.splitlines(True)[:-1]))
        self.refused("bad.bed", "expected 17 bytes", "7 variant", "found 19")
        self.write("bad.bim", text)
        self.write("bad.fam", fam_text([f"S{n}" for n in range(9)]))
        self.refused("expected 27 bytes", "9 sample", "found 19")

    def test_a_fam_with_one_sample_too_few_shows_in_the_last_byte(self):
        self.write("bad.fam", fam_text(self.names[:5]))
        self.write("bad.bed", bed_bytes([line[:14] + ["0/0"] for line in self.records]))
        self.refused("bad.bim: line 1", "5 samples")

    def test_ids_that_are_not_unique(self):
        self.write("bad.fam", "".join(f"F{n} {'twin' if n in (1, 4) else n} 0 0 0 -9\n" for n in range(6)))
        run = self.refuse(3, ["bad.fam: line 5", "line 2", "--update-ids"], "--variants", self.bed, "--model", self.model)
        self.assertNotIn("twin", run.stderr)

    def test_lines_that_cannot_be_read(self):
        lines = bim_text(self.records).splitlines(True)
        for number, bad, needle in ((4, "1\tv4\t0\tfour\tG\tA\n", "'four'"), (2, "1\tv2\t0\t200\tG\n", "6 columns"), (8, "1 v8 0 800 G A C\n", "6 columns"),
                                    (3, "1 v3 0 99999999999 G A\n", "99999999999"), (5, "\n", "6 columns")):
            self.write("bad.bim", "".join(lines[:number - 1] + [bad] + lines[number:]))
            self.refused(f"bad.bim: line {number}", needle)
        self.write("bad.bim", "".join(lines))
        self.write("bad.fam", fam_text(self.names).replace("F2 S2 0 0 0 -9", "F2 S2 0 0 0"))
        self.refused("bad.fam: line 3", "6 columns")

    def test_the_first_fault_is_the_same_for_any_number_of_threads(self):
        names, many = diploid(*cohorts.cohort(311, 5, 30000, keys="GT", contigs=("1",)))
        bed = write_plink(self, "many", names, many)
        lines = bim_text(many).splitlines(True)
        for number in (9000, 21000):
            lines[number] = "1\tx\t0\tfar\tA\tG\n"
        self.write("many.bim", "".join(lines))
        for threads in ("1", "2", "4"):
            self.refuse(3, ["many.bim: line 9001"], "--variants", bed, "--model", self.model, "--threads", threads)

    def test_empty_and_missing_parts(self):
        for part in ("bed", "bim", "fam"):
            path = self.dir / f"bad.{part}"
            whole = path.read_bytes()
            path.write_bytes(b"")
            self.refused(f"bad.{part}", "empty" if part != "bed" else "6c 1b 01")
            path.unlink()
            self.refused(f"bad.{part}", code=4)
            path.write_bytes(whole)

    def test_binary_rubbish_in_the_texts(self):
        source = random.Random(5)
        for part in ("bim", "fam"):
            path = self.dir / f"bad.{part}"
            whole = path.read_bytes()
            path.write_bytes(bytes(source.randrange(256) for _ in range(3000)))
            run = self.try_score("--variants", self.bed, "--model", self.model)
            self.assertEqual(run.code, 3, run)
            self.assert_no_result(run.out)
            path.write_bytes(whole)

    def test_dosage_formats_of_plink_are_named(self):
        path = self.write("x.pgen", b"\x6c\x1b\x10")
        self.refuse(3, ["x.pgen", "PGEN", "--make-bed"], "--variants", path, "--model", self.model)


if __name__ == "__main__":
    harness.main()
