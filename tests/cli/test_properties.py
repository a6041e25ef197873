"""What holds for every input: threads, formats and orders change nothing; a large random cohort agrees with the oracle."""

import random

import cohorts
import harness
import oracle
from harness import number


class PropertyTest(harness.VariskTest):
    @classmethod
    def setUpClass(cls):
        cls.names, cls.records = cohorts.cohort(11, 40, 1200)
        cls.rows = cohorts.scoring_rows(12, cls.records, 500)
        cls.text = harness.vcf_text(cls.names, cls.records)

    def setUp(self):
        super().setUp()
        self.vcf = self.write("cohort.vcf", self.text)
        self.model = self.write_score("toy.txt", self.rows, cohorts.COLUMNS)
        self.wide = self.write("wide.txt", "chr_name\tchr_position\teffect_allele\tother_allele\tw1\tw2\n" + "".join(
            f"{row[0]}\t{row[1]}\t{row[2]}\t{row[3]}\t{row[4]}\t{'' if n % 3 else '0.5'}\n" for n, row in enumerate(self.rows)))
        self.options = ("--model", self.model, self.wide, "--sites", "all", "--min-match", "0")

    def run_on(self, *variants, options=(), stdin=None):
        return self.score("--variants", *variants, *self.options, *options, stdin=stdin)

    def test_threads_change_no_byte(self):
        for impute in ("file", "cohort", "none"):
            one = self.run_on(self.vcf, options=("--threads", "1", "--impute", impute))
            for threads in ("2", "4"):
                self.assert_same_tables(one, self.run_on(self.vcf, options=("--threads", threads, "--impute", impute)))
        packed = self.write_bgzf("cohort.vcf.gz", self.text)
        one = self.run_on(packed, options=("--threads", "1"))
        for threads in ("2", "3", "4"):
            self.assert_same_tables(one, self.run_on(packed, options=("--threads", threads)))

    def test_a_second_run_gives_the_same_bytes(self):
        self.assert_same_tables(self.run_on(self.vcf), self.run_on(self.vcf))

    def test_compression_changes_nothing(self):
        import gzip
        plain = self.run_on(self.vcf)
        for name, path in (("bgzf", self.write_bgzf("a.vcf.gz", self.text)), ("small blocks", self.write_bgzf("b.vcf.gz", self.text, 333)),
                           ("full blocks", self.write_bgzf("c.vcf.gz", self.text, 65280)),
                           ("gzip", self.write("d.vcf.gz", gzip.compress(self.text.encode()))),
                           ("misnamed", self.write_bgzf("e.vcf", self.text))):
            with self.subTest(name):
                self.assert_same_tables(plain, self.run_on(path), but=("samples.tsv",))

    def test_stdin_is_a_file_like_others(self):
        plain = self.run_on(self.vcf)
        self.assert_same_tables(plain, self.run_on("-", stdin=self.text.encode()), but=("samples.tsv",))
        packed = self.write_bgzf("cohort.vcf.gz", self.text).read_bytes()
        self.assert_same_tables(plain, self.run_on("-", stdin=packed), but=("samples.tsv",))

    def test_line_ends_and_a_missing_last_one_change_nothing(self):
        plain = self.run_on(self.vcf)
        self.assert_same_tables(plain, self.run_on(self.write("unended.vcf", self.text.rstrip("\n"))), but=("samples.tsv",))

    @harness.needs("bcftools")
    def test_bcf_reads_as_vcf_does(self):
        plain = self.run_on(self.vcf)
        bcf = self.to_bcf(self.vcf, "cohort.bcf")
        # DS is a 32-bit float there; sites and counts agree byte for byte, sums to a float's digits
        run = self.run_on(bcf)
        self.assert_same_tables(plain, run, ("matches.tsv",))
        for key, row in plain.scores().items():
            other = run.scores()[key]
            self.assertEqual([row[name] for name in list(row)[4:]], [other[name] for name in list(row)[4:]], key)
            self.assertAlmostEqual(float(row["sum"]), float(other["sum"]), delta=1e-4)
        self.assert_same_tables(run, self.run_on("-", stdin=bcf.read_bytes()), but=("samples.tsv",))

    @harness.needs("bcftools")
    def test_bcf_with_genotypes_alone_gives_the_same_bytes(self):
        names, records = cohorts.cohort(21, 30, 800, keys="GT")
        vcf = self.write_vcf("gt.vcf", names, records)
        self.model = self.write_score("gt.txt", cohorts.scoring_rows(22, records, 400), cohorts.COLUMNS)
        self.options = ("--model", self.model, "--sites", "all", "--min-match", "0")
        self.assert_same_tables(self.run_on(vcf), self.run_on(self.to_bcf(vcf, "gt.bcf")), but=("samples.tsv",))

    @harness.needs("bcftools")
    def test_bcf_with_dosages_gives_the_same_bytes(self):
        for number, keys in enumerate(("GT:DS", "GT:DS:HDS:GP", "GP", "HDS", "GT:GP")):
            with self.subTest(keys):
                names, records = cohorts.cohort(23 + number, 40, 200, keys=keys)
                for line in records:
                    line[9:] = [cell if "e" not in cell else cell.split(":")[0] for cell in line[9:]]  # more than six decimals
                vcf = self.write_vcf("ds.vcf", names, records)
                self.model = self.write_score("ds.txt", cohorts.scoring_rows(29, records, 150), cohorts.COLUMNS)
                self.options = ("--model", self.model, "--sites", "all", "--min-match", "0")
                self.assert_same_tables(self.run_on(vcf), self.run_on(self.to_bcf(vcf, "ds.bcf")), but=("samples.tsv",))

    @harness.needs("bcftools")
    def test_an_index_changes_nothing(self):
        import subprocess
        plain = self.run_on(self.vcf)
        packed = self.write_bgzf("indexed.vcf.gz", self.text)
        few = self.write_score("few.txt", self.rows[:20], cohorts.COLUMNS)
        self.options = ("--model", few, "--sites", "all", "--min-match", "0")
        without = self.run_on(packed)
        subprocess.run(["bcftools", "index", "--tbi", str(packed)], check=True)
        self.assert_same_tables(without, self.run_on(packed))
        self.assertTrue(plain.scores())

    def by_contig(self):
        contigs = list(dict.fromkeys(line[0] for line in self.records))
        return [self.write_vcf(f"part{contig}.vcf", self.names, [line for line in self.records if line[0] == contig]) for contig in contigs]

    def test_the_order_of_files_does_not_matter(self):
        plain = self.run_on(self.vcf)
        parts = self.by_contig()
        for order in (parts, parts[::-1], parts[2:] + parts[:2]):
            self.assert_same_tables(plain, self.run_on(*order, options=("--absent", "missing")), but=("samples.tsv",))

    def test_the_order_of_samples_in_other_files_does_not_matter(self):
        plain = self.run_on(self.vcf)
        contigs = list(dict.fromkeys(line[0] for line in self.records))
        parts = []
        for index, contig in enumerate(contigs):
            order = list(range(len(self.names)))
            if index:
                random.Random(index).shuffle(order)
            parts.append(self.write_vcf(f"s{contig}.vcf", [self.names[n] for n in order],
                                        [line[:9] + [line[9 + n] for n in order] for line in self.records if line[0] == contig]))
        self.assert_same_tables(plain, self.run_on(*parts, options=("--absent", "missing")), but=("samples.tsv",))

    def test_permuted_samples_permute_the_rows(self):
        for impute in ("file", "cohort"):
            plain = self.run_on(self.vcf, options=("--impute", impute))
            order = list(range(len(self.names)))
            random.Random(5).shuffle(order)
            turned = self.write_vcf("turned.vcf", [self.names[n] for n in order], [line[:9] + [line[9 + n] for n in order] for line in self.records])
            run = self.run_on(turned, options=("--impute", impute))
            self.assert_same_tables(plain, run, ("matches.tsv",))
            for one, two in zip(plain.table("sites.tsv"), run.table("sites.tsv")):
                frequencies = [number(row.pop("effect_allele_frequency")) for row in (one, two)]
                self.assertEqual(one, two)
                self.assertTrue(frequencies[0] == frequencies[1] or abs(frequencies[0] - frequencies[1]) < 1e-12, one)
            if impute == "file":
                self.assertEqual(plain.scores(), run.scores())
            else:  # a frequency of dosages is a sum over samples in their order
                for key, row in plain.scores().items():
                    other = run.scores()[key]
                    self.assertEqual([row[name] for name in list(row)[4:]], [other[name] for name in list(row)[4:]])
                    self.assert_near(float(row["sum"]), float(other["sum"]), 1000)
            self.assertEqual(list(dict.fromkeys(sample for sample, _ in run.scores())), [self.names[n] for n in order])

    def test_a_part_of_the_samples_scores_as_in_the_whole(self):
        plain = self.run_on(self.vcf).scores()
        keep = self.names[5:12]
        sheet = self.write("keep.tsv", "sample_id\n" + "".join(name + "\n" for name in keep))
        few = self.run_on(self.vcf, options=("--samples", sheet)).scores()
        self.assertEqual(few, {key: row for key, row in plain.items() if key[0] in keep})

    def test_files_by_sample_score_as_one_file(self):
        plain = self.run_on(self.vcf).scores()
        half = len(self.names) // 2
        one = self.write_vcf("one.vcf", self.names[:half], [line[:9 + half] for line in self.records])
        two = self.write_vcf("two.vcf", self.names[half:], [line[:9] + line[9 + half:] for line in self.records])
        self.assertEqual(self.run_on(one, two).scores(), plain)
        self.assertEqual(self.run_on(two, one).scores(), plain)

    def test_records_that_no_row_wants_change_nothing(self):
        wanted = {(row[0], row[1]) for row in self.rows}
        source = random.Random(9)
        more = []
        for line in self.records:
            more.append(line)
            for step in range(source.randrange(3)):
                position = str(int(line[1]) + step)
                if (line[0], position) not in wanted:
                    more.append(line[:1] + [position] + line[2:3] + ["A", "<DEL>", ".", ".", "."] + ["GT"] + ["0/1"] * len(self.names))
        more.sort(key=lambda line: (["1", "2", "X", "MT"].index(line[0]), int(line[1])))
        few = [line for line in self.records if (line[0], line[1]) in wanted]
        self.assertGreater(len(more), len(self.records))
        plain = self.run_on(self.vcf)
        self.assert_same_tables(plain, self.run_on(self.write_vcf("more.vcf", self.names, more)), but=("samples.tsv",))
        self.assert_same_tables(plain, self.run_on(self.write_vcf("few.vcf", self.names, few)), but=("samples.tsv",))

    def test_the_order_of_rows_and_of_scoring_files_does_not_matter_for_sums(self):
        plain = self.run_on(self.vcf)
        shuffled = list(self.rows)
        random.Random(1).shuffle(shuffled)
        model = self.write_score("toy.txt", shuffled, cohorts.COLUMNS)
        self.options = ("--model", self.wide, model, "--sites", "all", "--min-match", "0")
        self.assertEqual(plain.scores(), self.run_on(self.vcf).scores())

    def test_a_score_alone_scores_as_among_others(self):
        plain = self.run_on(self.vcf).scores()
        self.options = ("--model", self.model, "--sites", "all", "--min-match", "0")
        self.assertEqual(self.run_on(self.vcf).scores(), {key: row for key, row in plain.items() if key[1] == "toy"})

    def test_twice_the_weights_give_twice_the_sum(self):
        doubled = [row[:4] + [repr(2 * float(row[4]))] + row[5:] for row in self.rows]
        plain = self.run_on(self.vcf).sums("toy")
        self.model = self.write_score("toy.txt", doubled, cohorts.COLUMNS)
        self.options = ("--model", self.model, "--min-match", "0")
        for sample, total in self.run_on(self.vcf).sums("toy").items():
            self.assert_near(total, 2 * plain[sample], 1000)


class OracleTest(harness.VariskTest):
    """Random cohorts against the oracle: sums, counts and states of every row."""

    def compare(self, names, records, rows, columns=cohorts.COLUMNS, sexes=None, options=(), text=None, **changed):
        text = text or harness.vcf_text(names, records)
        vcf = self.write("cohort.vcf", text)
        model = self.write("toy.txt", harness.score_text(rows, columns))
        arguments = []
        for key, value in changed.items():
            arguments += ["--" + key.replace("_", "-")] + ([] if value is True else [str(value)])
        if sexes:
            sheet = self.write("sheet.tsv", "sample_id\tsex\n" + "".join(f"{name}\t{sexes.get(name, 'unknown')}\n" for name in names))
            arguments += ["--samples", sheet]
        run = self.score("--variants", vcf, "--model", model, "--sites", "all", "--min-match", "0", "--absent", "missing", *arguments, *options)
        expected = oracle.score(oracle.Vcf(text), oracle.read_scores(model.read_text(), "toy.txt")["toy"], sexes, **changed)
        self.assert_agrees(run, expected)
        return run, expected

    def assert_agrees(self, run, expected):
        states = {site.row.number: site.state for site in expected.sites}
        found = run.states("toy")
        wrong = {row: (found.get(row), state) for row, state in states.items() if found.get(row) != state}
        self.assertEqual(wrong, {}, "row: (found, expected)")
        self.assertEqual(run.matches("toy"), expected.states())
        sites = run.sites()
        for site in expected.sites:
            row = sites["toy", site.row.number]
            self.assertEqual(row["variant"], site.row.variant)
            if site.state in harness.USED:
                self.assertEqual((row["record_variant"], int(row["observed"]), int(row["missing"])),
                                 (site.record.variant, site.observed, site.missing), row)
                self.assertEqual(int(row["imputed"]), site.imputed, row)
                if site.frequency is None:
                    self.assertEqual(row["effect_allele_frequency"], "NA")
                else:
                    self.assert_near(float(row["effect_allele_frequency"]), site.frequency, note=row)
        scores = run.scores()
        for sample in expected.samples:
            row = scores[sample, "toy"]
            self.assert_near(float(row["sum"]), expected.sum[sample], expected.scale, sample)
            self.assertEqual([int(row[name]) for name in ("allele_count", "rows_used", "rows_total", "rows_imputed")],
                             [expected.allele_count[sample], expected.rows_used, expected.rows_total, expected.rows_imputed[sample]], sample)
            if expected.allele_count[sample]:
                self.assert_near(float(row["average"]), expected.sum[sample] / expected.allele_count[sample], expected.scale)

    def test_many_kinds_of_calls(self):
        names, records = cohorts.cohort(31, 25, 1600)
        rows = cohorts.scoring_rows(32, records, 900)
        for changed in (dict(), dict(palindromic="keep"), dict(impute="cohort"), dict(impute="cohort", impute_model="plink2"),
                        dict(impute="none"), dict(half_call="haploid"), dict(half_call="reference", palindromic="keep"),
                        dict(haploid="as-diploid", impute="cohort"), dict(duplicate_rows="first"), dict(duplicate_rows="sum"),
                        dict(dosage="GT"), dict(min_gq=20, min_dp=10), dict(pass_only=True, palindromic="keep"),
                        dict(min_r2=0.5, palindromic="keep")):
            with self.subTest(**changed):
                filtered = "min_r2" in changed or "pass_only" in changed  # what a filtered duplicate is called is not stated
                self.compare(names, records, cohorts.scoring_rows(33, records, 400, duplicates=0) if filtered else rows, **changed)

    def test_known_sexes(self):
        source = random.Random(41)
        names = [f"S{n:02d}" for n in range(20)]
        sexes = {name: source.choice(("male", "female")) for name in names}
        records = []
        for position in sorted(source.sample(range(100000, 2600000), 60) + source.sample(range(2800000, 154000000), 240)):
            ref, alts = cohorts.alleles_of(source)
            calls = [cohorts.call(source, 1 + len(alts), source.choice((1, 2)) if sexes[name] == "male" else 2, half=0) for name in names]
            records.append(harness.record("X", position, ref, ",".join(alts), calls))
        rows = cohorts.scoring_rows(42, records, 250, frequencies=0)
        self.compare(names, records, rows, sexes=sexes, palindromic="keep")
        self.compare(names, records, rows, sexes=sexes, palindromic="keep", haploid="as-diploid")

    def test_weights_by_copies(self):
        names, records = cohorts.cohort(51, 20, 300)
        source = random.Random(52)
        columns = harness.SCORE_COLUMNS.replace("effect_weight", "dosage_0_weight dosage_1_weight dosage_2_weight") + " allelefrequency_effect"
        rows = [row[:4] + [f"{source.gauss(0, 1):.6f}" for _ in range(3)] + row[7:] for row in cohorts.scoring_rows(53, records, 200)]
        for changed in (dict(), dict(impute="cohort", palindromic="keep")):
            self.compare(names, records, rows, columns, **changed)

    @harness.needs_option("--palindromic", "frequency")
    def test_palindromic_by_frequency(self):
        source = random.Random(61)
        names = ["a", "b", "c"]
        records, rows = [], []
        for position in range(10, 2000, 10):
            ref = source.choice("ACGT")
            alt = oracle.COMPLEMENT[ref] if source.random() < 0.8 else source.choice([base for base in "ACGT" if base != ref])
            thousandths = source.choice([value for value in range(1, 1000) if value not in (400, 500, 600)])
            records.append(harness.record("1", position, ref, alt, [cohorts.call(source, 2) for _ in names], info=f"AF={thousandths / 1000}"))
            pair = [ref, alt] if source.random() < 0.5 else [alt, ref]
            frequency = source.choice([value for value in range(1, 1000) if value not in (400, 500, 600)])
            rows.append(["1", str(position)] + pair + [f"{source.gauss(0, 1):.5f}", "False", "False", f"{frequency / 1000}"])
        self.compare(names, records, rows, palindromic="frequency", impute="none")

    def test_a_file_of_several_batches(self):
        """Megabytes of records, so that lines are cut by read batches at any place."""
        names, records = cohorts.cohort(71, 150, 6000)
        text = harness.vcf_text(names, records)
        self.assertGreater(len(text), 4000000)
        rows = cohorts.scoring_rows(72, records, 1200)
        run, expected = self.compare(names, records, rows, impute="cohort", text=text)
        packed = self.write_bgzf("cohort.vcf.gz", text, 65280)
        again = self.score("--variants", packed, "--model", self.dir / "toy.txt", "--sites", "all", "--min-match", "0", "--absent", "missing",
                           "--impute", "cohort", "--threads", "2")
        self.assert_agrees(again, expected)
        self.assert_same_tables(run, again, but=("samples.tsv",))

    def test_very_long_lines(self):
        """A line longer than a BGZF block and than a read batch of some blocks."""
        names, records = cohorts.cohort(81, 20000, 12, keys="GT", contigs=("1",))
        rows = cohorts.scoring_rows(82, records, 12)
        text = harness.vcf_text(names, records)
        _, expected = self.compare(names, records, rows, impute="cohort", text=text)
        packed = self.write_bgzf("long.vcf.gz", text, 65280)
        self.assert_agrees(self.score("--variants", packed, "--model", self.dir / "toy.txt", "--sites", "all", "--min-match", "0", "--absent",
                                      "missing", "--impute", "cohort"), expected)


if __name__ == "__main__":
    harness.main()
