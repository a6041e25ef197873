"""The same cohorts by plink2 --score and by varisk: sums of every sample, to the digits that plink2 prints.

The cohort is the start of chromosome 21 of the 1000 Genomes where the external cases are there, and always a random one.
Where plink2 does something that is not wanted, the comparison uses the options documented for it: --palindromic keep
--impute cohort --impute-model plink2 --haploid as-diploid.
"""

import random
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))

import cohorts  # noqa: E402
import harness  # noqa: E402
import oracle  # noqa: E402

AS_PLINK2 = ("--palindromic", "keep", "--haploid", "as-diploid", "--build-check", "off")
COHORT = ("--impute", "cohort", "--impute-model", "plink2")
NONE = ("--impute", "none")
GENOTYPES = "real_genotype_inputs"


def with_missing_calls(names, records, seed, share=0.04):
    """Unique ids, and some calls set to ./. (more of them at some sites)."""
    source = random.Random(seed)
    changed = []
    for number, line in enumerate(records):
        rate = share * source.choice((0, 1, 1, 3))
        calls = ["./." if source.random() < rate else cell for cell in line[9:]]
        changed.append(line[:2] + [f"v{number}"] + line[3:9] + calls)
    return names, changed


def thousand_genomes():
    """(names, records) of the real file, None without it."""
    folder = harness.external_cases(GENOTYPES)
    if folder is None:
        return None
    lines = harness.read_text(folder / "1kg_phase3_chr21_start.vcf.gz").splitlines()
    names = next(line for line in lines if line.startswith("#CHROM")).split("\t")[9:]
    return names, [line.split("\t")[:7] + [".", "GT"] + line.split("\t")[9:] for line in lines if not line.startswith("#")]


def draw_rows(records, seed, share=0.8, flips=0.1):
    """(id, contig, position, effect, other, weight, effect for varisk, other for varisk): REF and ALT effects, some on the
    other strand for varisk (plink2 gets the record's alleles)."""
    source = random.Random(seed)
    rows = []
    for line in records:
        if source.random() > share:
            continue
        alleles = [line[3]] + line[4].split(",")
        effect, other = source.sample(alleles, 2)
        mine, its = effect, other
        if source.random() < flips and set(effect + other) <= set("ACGT"):
            turned = oracle.reverse_complement(effect), oracle.reverse_complement(other)
            if not set(turned) <= set(alleles):  # the alleles as given come first
                mine, its = turned
        rows.append((line[2], line[0], line[1], effect, other, f"{source.gauss(0, 1):.6f}", mine, its))
    return rows


@harness.needs("plink2")
class Plink2Test(harness.VariskTest):
    def plink2(self, vcf, rows, modifiers=(), vcf_modifiers=(), extra=()):
        """sample -> sum by plink2"""
        weights = self.write("weights.txt", "ID\tA1\tW\n" + "".join(f"{row[0]}\t{row[3]}\t{row[5]}\n" for row in rows))
        prefix = self.dir / "plink2"
        command = ["plink2", "--vcf", vcf, *vcf_modifiers, "--score", weights, "1", "2", "3", "header", "cols=+scoresums", *modifiers,
                   "--bad-freqs", "--allow-extra-chr", "--out", prefix, "--threads", "1", "--memory", "800", *extra]
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout.decode())
        lines = Path(f"{prefix}.sscore").read_text().splitlines()
        columns = lines[0].split("\t")
        sums = {}
        for line in lines[1:]:
            cells = dict(zip(columns, line.split("\t")))
            sums[cells.get("#IID") or cells["IID"]] = float(cells["SCORE1_SUM"])
        return sums

    def varisk(self, vcf, rows, *options, coding=None):
        columns, tail = harness.SCORE_COLUMNS, []
        if coding:
            columns, tail = columns + " is_" + coding, ["True"]
        score = self.write_score("s.txt", [[row[1], row[2], row[6], row[7], row[5]] + tail for row in rows], columns)
        return self.score("--variants", vcf, "--model", score, "--sites", "all", *AS_PLINK2, *options)

    def assert_as_plink2(self, run, theirs, rows, digits=6):
        """Equal to the digits printed (plink2 prints 6 significant ones), all rows used."""
        self.assertTrue(all(row["rows_used"] == str(len(rows)) for row in run.scores().values()))
        mine = run.sums()
        self.assertEqual(set(mine), set(theirs))
        for sample, value in theirs.items():
            tolerance = max(0.51 * 10.0 ** (1 - digits) * 10.0 ** max(0, len(str(int(abs(value)))) - 1), 1e-9)
            self.assertLessEqual(abs(mine[sample] - value), tolerance, f"{sample}: varisk {mine[sample]!r}, plink2 {value!r}")

    def compare_genotypes(self, names, records, seed):
        names, records = with_missing_calls(names, records, seed)
        vcf = self.write_bgzf("cohort.vcf.gz", harness.vcf_text(names, records), 65280)
        rows = draw_rows(records, seed + 1)
        self.assertGreater(len(rows), 100)
        for coding in (None, "dominant", "recessive"):
            for impute, modifier in ((COHORT, ()), (NONE, ("no-mean-imputation",))):
                with self.subTest(coding=coding, impute=impute):
                    theirs = self.plink2(vcf, rows, modifier + ((coding,) if coding else ()))
                    self.assert_as_plink2(self.varisk(vcf, rows, *impute, coding=coding), theirs, rows)

    def test_genotypes_of_a_random_cohort(self):
        names, records = cohorts.cohort(101, 120, 400, keys="GT", contigs=("1", "2"))
        for line in records:  # plink2 reads a half call as missing only when told
            line[9:] = ["./." if "." in cell else cell for cell in line[9:]]
        self.compare_genotypes(names, records, 102)

    def test_genotypes_of_the_1000_genomes(self):
        cohort = thousand_genomes()
        if cohort is None:
            self.skipTest("VARISK_EXTERNAL_CASES has no " + GENOTYPES)
        self.compare_genotypes(*cohort, 103)

    def test_half_calls(self):
        names, records = cohorts.cohort(111, 60, 150, keys="GT", contigs=("1",))
        records = [line[:2] + [f"v{number}"] + line[3:] for number, line in enumerate(records)]
        vcf = self.write_vcf("half.vcf", names, records)
        rows = draw_rows(records, 112)
        for mine, theirs in (("missing", "missing"), ("reference", "reference"), ("haploid", "haploid")):
            with self.subTest(mine):
                found = self.plink2(vcf, rows, ("no-mean-imputation",), extra=("--vcf-half-call", theirs))
                self.assert_as_plink2(self.varisk(vcf, rows, *NONE, "--half-call", mine), found, rows)

    def test_haploid_calls_on_x(self):
        """plink2 counts the one copy of a male twice; with the sexes known."""
        source = random.Random(121)
        names = [f"S{n:03d}" for n in range(80)]
        male = {name: source.random() < 0.5 for name in names}
        records = []
        for number, position in enumerate(range(5000000, 5040000, 200)):
            ref, alts = cohorts.alleles_of(source)
            calls = [cohorts.call(source, 1 + len(alts), 1 if male[name] else 2, missing=0, half=0) for name in names]
            records.append(harness.record("X", position, ref, ",".join(alts), calls, id=f"v{number}"))
        vcf = self.write_vcf("x.vcf", names, records)
        rows = draw_rows(records, 122)
        psam = self.write("x.psam", "#IID\tSEX\n" + "".join(f"{name}\t{1 if male[name] else 2}\n" for name in names))
        sheet = self.write("sheet.tsv", "sample_id\tsex\n" + "".join(f"{name}\t{'male' if male[name] else 'female'}\n" for name in names))
        theirs = self.plink2(vcf, rows, extra=("--psam", psam))
        for options in ((), ("--samples", sheet)):
            self.assert_as_plink2(self.varisk(vcf, rows, *COHORT, *options), theirs, rows)

    def compare_dosages(self, vcf, rows, scale, field="DS"):
        for impute, modifier in ((COHORT, ()), (NONE, ("no-mean-imputation",))):
            with self.subTest(impute=impute):
                theirs = self.plink2(vcf, rows, modifier, ("dosage=" + {"GP": "GP-force"}.get(field, field),))
                run = self.varisk(vcf, rows, *impute, "--dosage", field)
                for sample, value in theirs.items():  # plink2 keeps a dosage in steps of 1/16384
                    self.assertLessEqual(abs(run.sums()[sample] - value), scale / 16384 / 2 + 1e-4, sample)

    def test_dosages_of_a_random_cohort(self):
        source = random.Random(131)
        names, records = cohorts.cohort(132, 100, 150, keys="GT", contigs=("1",))
        records = [line for line in records if "," not in line[4]]
        for number, line in enumerate(records):
            line[2], line[8] = f"v{number}", "DS"
            line[9:] = ["." if source.random() < 0.05 else cohorts.dosages(source, 1) for _ in names]
        rows = draw_rows(records, 133)
        self.compare_dosages(self.write_vcf("ds.vcf", names, records), rows, sum(abs(float(row[5])) for row in rows))

    def test_probabilities_and_haploid_dosages_of_a_random_cohort(self):
        source = random.Random(135)
        names, records = cohorts.cohort(136, 100, 150, keys="GT", contigs=("1",))
        records = [line for line in records if "," not in line[4]]
        for field, values in (("GP", lambda: cohorts.probabilities(source, 2, 2)), ("HDS", lambda: cohorts.haploid_dosages(source, 1, 2))):
            for number, line in enumerate(records):
                line[2], line[8] = f"v{number}", f"GT:{field}"
                line[9:] = ["./.:." if source.random() < 0.05 else "0|1:" + values() for _ in names]
            rows = draw_rows(records, 137)
            self.compare_dosages(self.write_vcf(f"{field}.vcf", names, records), rows, sum(abs(float(row[5])) for row in rows), field)

    def test_dosages_of_a_real_file(self):
        folder = harness.external_cases(GENOTYPES)
        if folder is None:
            self.skipTest("VARISK_EXTERNAL_CASES has no " + GENOTYPES)
        lines = (folder / "small-ds.vcf").read_text().splitlines()
        header = [line for line in lines if line.startswith("#")]
        # where nobody was called plink2 takes the frequency 0.5, here such a site adds nothing
        records = [line.split("\t") for line in lines if not line.startswith("#") and any(cell != "." for cell in line.split("\t")[9:])]
        records = [line[:2] + [f"v{number}"] + line[3:] for number, line in enumerate(records)]
        vcf = self.write("ds.vcf", "\n".join(header + ["\t".join(line) for line in records]) + "\n")
        rows = draw_rows(records, 134, share=1)
        self.compare_dosages(vcf, rows, sum(abs(float(row[5])) for row in rows))


@harness.needs("bcftools")
class BcftoolsTest(harness.VariskTest):
    def compare(self, names, records):
        """Frequency, observed and missing calls of every allele against what bcftools +fill-tags counts."""
        vcf = self.write_vcf("c.vcf", names, records)
        columns = "\\t".join("%" + name for name in "CHROM POS REF ALT AN AC NS".split())
        done = subprocess.run(f"bcftools +fill-tags '{vcf}' -Ou -- -t AN,AC,NS | bcftools query -f '{columns}\\n'", shell=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if not done.stdout:
            self.skipTest("no plugin fill-tags: " + done.stderr.decode())
        scores, expected = {}, {}
        for number, line in enumerate(done.stdout.decode().splitlines()):
            contig, position, ref, alt, total, counts, observed = line.split("\t")
            counts = [int(count) for count in counts.split(",")]
            alleles = [ref] + alt.split(",")
            for index, allele in enumerate(alleles):
                other = alleles[0] if index else alleles[1]
                copies = counts[index - 1] if index else int(total) - sum(counts)
                name = f"w{number}_{index}"
                scores[name] = (contig, position, allele, other, 1)
                expected[name] = (copies, int(total), int(observed))
        wide = self.write("wide.txt", harness.wide_score_text(scores))
        run = self.score("--variants", vcf, "--model", wide, "--palindromic", "keep", "--impute", "none", "--sites", "all", "--min-match", "0")
        sites = {row["consumer"]: row for row in run.table("sites.tsv")}
        sums = {}
        for row in run.table("scores.tsv"):
            sums[row["score_id"]] = sums.get(row["score_id"], 0) + float(row["sum"])
        self.assertEqual(set(sites), set(expected))
        for name, (copies, total, observed) in expected.items():
            row = sites[name]
            self.assertEqual(row["state"], "matched", row)
            self.assertEqual((int(row["observed"]), int(row["missing"])), (observed, len(names) - observed), row)
            self.assertEqual(sums[name], copies, row)
            if total:
                self.assert_near(float(row["effect_allele_frequency"]), copies / total, note=row)

    def test_counts_of_a_random_cohort(self):
        names, records = cohorts.cohort(141, 40, 200, keys="GT", contigs=("1", "2", "X"))
        for line in records:
            line[9:] = ["./." if "." in cell else cell for cell in line[9:]]
        self.compare(names, records)

    def test_counts_of_the_1000_genomes(self):
        cohort = thousand_genomes()
        if cohort is None:
            self.skipTest("VARISK_EXTERNAL_CASES has no " + GENOTYPES)
        names, records = cohort
        self.compare(names[:200], [line[:9] + line[9:209] for line in records[:150]])


if __name__ == "__main__":
    harness.main()
