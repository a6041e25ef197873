"""The same PLINK 1 file sets by plink2 --bfile --score and by varisk: sums of every sample, to the digits that plink2 prints."""

import random
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))

import cohorts  # noqa: E402
import harness  # noqa: E402
import plink_files  # noqa: E402

AS_PLINK2 = ("--palindromic", "keep", "--build-check", "off")
DOUBLED = ("--haploid", "as-diploid")
COHORT = ("--impute", "cohort", "--impute-model", "plink2")
NONE = ("--impute", "none")
START = {"X": 5000000, "Y": 5000000}


def random_cohort(seed, samples, sites, contigs, missing=0.05):
    """(names, sexes, records); where people have one copy they are homozygous, and women have no calls on Y."""
    source = random.Random(seed)
    names = [f"S{n:03d}" for n in range(samples)]
    sexes = {name: source.choice(("male", "female")) for name in names}
    records = []
    for contig in contigs:
        position = START.get(contig, 1)
        for _ in range(sites):
            position += source.randrange(1, 50)
            ref, alts = cohorts.alleles_of(source)
            frequency, calls = source.random(), []
            rate = missing * source.choice((0, 1, 4))
            for name in names:
                one = contig == "MT" or (contig in START and sexes[name] == "male")
                alleles = [str(int(source.random() < frequency)) for _ in range(1 if one else 2)]
                gone = source.random() < rate or (contig == "Y" and sexes[name] == "female")
                calls.append("./." if gone else "/".join(alleles * 2 if one else alleles))
            records.append(harness.record(contig, position, ref, alts[0], calls, id=f"v{len(records)}"))
    return names, sexes, records


@harness.needs("plink2")
class BedScoreTest(harness.VariskTest):
    def compare(self, seed, contigs, samples=90, sites=120, impute=(COHORT, NONE), haploid=()):
        names, sexes, records = random_cohort(seed, samples, sites, contigs)
        source = random.Random(seed + 1)
        rows, at_place = [], set()
        for line in records:
            called = any(cell != "./." for cell in line[9:])  # where nobody is, plink2 takes the frequency 0.5
            if called and source.random() < 0.8 and (line[0], line[1]) not in at_place:
                at_place.add((line[0], line[1]))
                effect, other = source.sample(line[3:5], 2)
                rows.append((line[2], line[0], line[1], effect, other, f"{source.gauss(0, 1):.6f}"))
        weights = self.write("weights.txt", "ID\tA1\tW\n" + "".join(f"{row[0]}\t{row[3]}\t{row[5]}\n" for row in rows))
        model = self.write_score("s.txt", [row[1:] for row in rows])
        for a1_is_ref in (False, True):
            bed = plink_files.write_plink(self, "c", names, records, sexes, a1_is_ref=a1_is_ref)
            for options in impute:
                with self.subTest(contigs=contigs, a1_is_ref=a1_is_ref, impute=options):
                    theirs = self.plink2(bed, weights, ("no-mean-imputation",) if options == NONE else ())
                    run = self.score("--variants", bed, "--model", model, *AS_PLINK2, *haploid, *options)
                    self.assertTrue(all(row["rows_used"] == str(len(rows)) for row in run.scores().values()))
                    mine = run.sums()
                    self.assertEqual(set(mine), set(theirs))
                    for sample, value in theirs.items():
                        tolerance = max(0.51e-5 * 10.0 ** max(0, len(str(int(abs(value)))) - 1), 1e-9)
                        self.assertLessEqual(abs(mine[sample] - value), tolerance, f"{sample}: varisk {mine[sample]!r}, plink2 {value!r}")

    def plink2(self, bed, weights, modifiers):
        """sample -> sum"""
        prefix = self.dir / "plink2"
        command = ["plink2", "--bfile", bed.with_suffix(""), "--score", weights, "1", "2", "3", "header", "cols=+scoresums", *modifiers,
                   "--bad-freqs", "--out", prefix, "--threads", "1", "--memory", "800"]
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout.decode())
        lines = Path(f"{prefix}.sscore").read_text().splitlines()
        columns = lines[0].lstrip("#").split("\t")
        cells = [dict(zip(columns, line.split("\t"))) for line in lines[1:]]
        return {row["IID"]: float(row["SCORE1_SUM"]) for row in cells}

    def test_autosomes(self):
        for seed, samples in ((401, 90), (402, 1), (403, 4), (404, 5), (405, 67)):
            self.compare(seed, ("1", "2"), samples=samples)

    def test_a_large_set_in_several_batches(self):
        self.compare(411, ("1", "22"), samples=33, sites=20000, impute=(COHORT,))

    def test_x_with_the_sexes_of_the_fam(self):
        """plink2 counts a man's copy twice, but once in the frequency that it imputes from: so nothing is imputed here."""
        self.compare(421, ("X",), impute=(NONE,), haploid=DOUBLED)
        self.compare(422, ("1", "X"), impute=(NONE,), haploid=DOUBLED)

    def test_mitochondrial_variants(self):
        """plink2 counts them once."""
        self.compare(431, ("MT",))
        self.compare(432, ("1", "MT"))

    def test_y(self):
        self.compare(441, ("Y",), impute=(NONE,))


if __name__ == "__main__":
    harness.main()
