#!/usr/bin/env python3
"""Times `varisk score` beside plink2, bgzip, tabix and bcftools on made-up cohorts, after checking that the results agree.

All programs of a row run in one go, in turn, so that a busy machine slows all of them; what counts are the ratios. Before
the clock runs, and fatal if it fails: varisk's sums equal those of plink2 for every sample to the digits that plink2 prints,
and one and two threads give the same bytes. WORK keeps the cohorts (with the results about 1.8 GB for all rows) for the next time.
"""

import argparse
import filecmp
import math
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
AS_PLINK2 = ["--palindromic", "keep", "--impute", "cohort", "--impute-model", "plink2", "--haploid", "as-diploid"]
TABLES = ("scores.tsv", "samples.tsv", "matches.tsv", "sites.tsv", "risk.tsv")
PLINK2_DIGITS = 6
PLINK2_DOSAGE_STEP = 2.0 ** -14  # plink2 keeps a dosage as an integer number of these
# row: (cohort, genotype file, goal of varisk / bgzip, goal of plink2 / varisk, goal of the gain by a second thread, of peak MB)
ROWS = {
    "gt": ("gt", "vcf.gz", 0.60, 8, 1.8, 150),
    "bcf": ("gt", "bcf", 0.75, 8, 1.8, 150),
    "bed": ("gt", "bed", None, None, None, None),
    "dosage": ("dosage", "vcf.gz", 0.80, 6, 1.8, None),
    "wide": ("wide", "vcf.gz", None, 8, 1.8, None),
    "indexed": ("indexed", "vcf.gz", None, 35, None, None),
    "biobank": ("biobank", "vcf.gz", None, None, None, 500),
}
# cohort: arguments of make_cohort; cohorts with the same genotypes share the file
COHORTS = {
    "gt": ("gt", "--samples 2504 --variants 100000 --fields gt --fraction 0.5"),
    "wide": ("gt", "--samples 2504 --variants 100000 --fields gt --fraction 0.5 --scores 100"),
    "indexed": ("gt", "--samples 2504 --variants 100000 --fields gt --fraction 0.01"),
    "dosage": ("dosage", "--samples 1000 --variants 60000 --fields ds --fraction 0.5"),
    "biobank": ("biobank", "--samples 500000 --variants 200 --fields gt --fraction 1 --scores 10"),
}


def fail(message):
    sys.exit(f"score_vs_peers.py: error: {message}")


def run(command, out=subprocess.DEVNULL):
    done = subprocess.run([str(word) for word in command], stdout=out, stderr=subprocess.PIPE)
    if done.returncode != 0:
        fail(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')[-2000:]}")


# --- cohorts ----------------------------------------------------------------------------------------------------------


def whole(path, make):
    """Makes a file under another name first, so that a broken run leaves none that looks finished."""
    if not path.exists():
        print(f"making {path.name}", file=sys.stderr)
        part = path.with_name("part." + path.name)
        make(part)
        part.rename(path)
    return path


def make_genotypes(arguments, cohort, folder):
    """The bgzipped VCF and, once per cohort, the scoring file."""
    genotypes, options = COHORTS[cohort]
    score = folder / f"{cohort}.score.tsv"

    def make(target):
        with open(target, "wb") as out:
            maker = subprocess.Popen([arguments.make_cohort, *options.split()], stdout=subprocess.PIPE)
            packer = subprocess.run(["bgzip", "-c", "-@", "2"], stdin=maker.stdout, stdout=out)
            if maker.wait() != 0 or packer.returncode != 0:
                fail("the cohort cannot be made")

    vcf = whole(folder / f"{genotypes}.vcf.gz", make)
    whole(score, lambda target: run([arguments.make_cohort, *options.split(), "--score", target]))
    return vcf, score


def plink2_weights(score, target):
    """ID, effect allele and weights; plink2 finds variants by ID."""
    with open(score) as lines, open(target, "w") as out:
        for line in lines:
            if not line.startswith("#"):
                cells = line.rstrip("\n").split("\t")
                print(cells[0], cells[3], *cells[5:], sep="\t", file=out)


def make_bcf(vcf, target):
    run(["bcftools", "view", "-Ob", "-o", target, "--threads", "2", vcf])


def make_bed(vcf, target):
    """A .bed and, beside it under its last name, .bim and .fam."""
    made = target.with_suffix("")
    run(["plink2", "--vcf", vcf, "--make-bed", "--out", made])
    for part in (".bim", ".fam"):
        Path(f"{made}{part}").rename(vcf.with_name(vcf.name.replace(".vcf.gz", part)))


def index(path):
    if not Path(f"{path}.tbi").exists():
        run(["tabix", "-p", "vcf", path])


def make_regions(score, target):
    with open(score) as lines, open(target, "w") as out:
        for line in lines:
            cells = line.split("\t")
            if line.startswith("#") or cells[0] == "rsID":
                continue
            print(f"chr{cells[1]}", int(cells[2]) - 1, cells[2], sep="\t", file=out)


# --- running ----------------------------------------------------------------------------------------------------------


class Program:
    def __init__(self, command):
        self.command = [str(word) for word in command]
        self.forget()

    def once(self, folder):
        log = folder / "time.txt"
        start = time.perf_counter()
        done = subprocess.run(["/usr/bin/time", "-o", str(log), "-f", "%U %S %M", *self.command], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)
        wall = time.perf_counter() - start
        if done.returncode != 0:
            fail(f"{' '.join(self.command)} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')[-2000:]}")
        self.wall.append(wall)
        user, system, kilobytes = log.read_text().split()[-3:]
        self.cpu.append(float(user) + float(system))
        self.rss.append(int(kilobytes) / 1024)

    def forget(self):
        self.wall, self.cpu, self.rss = [], [], []

    @property
    def median(self):
        return statistics.median(self.wall)


def programs_of(row, arguments, folder):
    """name -> Program; the cohort is made where it is not there."""
    cohort, kind, *_ = ROWS[row]
    vcf, score = make_genotypes(arguments, cohort, folder)
    genotypes = vcf
    if kind == "bcf":
        genotypes = whole(vcf.with_name(vcf.name.replace(".vcf.gz", ".bcf")), lambda target: make_bcf(vcf, target))
    if kind == "bed":
        genotypes = whole(vcf.with_name(vcf.name.replace(".vcf.gz", ".bed")), lambda target: make_bed(vcf, target))
    weights = whole(folder / f"{cohort}.plink2.tsv", lambda target: plink2_weights(score, target))
    varisk = [arguments.varisk, "score", "--variants", genotypes, "--model", score, "--overwrite", "--log-level", "error", *AS_PLINK2]
    scores = int(COHORTS[cohort][1].split("--scores ")[1]) if "--scores" in COHORTS[cohort][1] else 1
    columns = ["--score-col-nums", f"3-{2 + scores}"] if scores > 1 else []
    source = ["--bfile", genotypes.with_suffix("")] if kind == "bed" else ["--bcf", genotypes] if kind == "bcf" else ["--vcf", genotypes] + (["dosage=DS"] if row == "dosage" else [])
    plink2 = ["plink2", "--threads", "2", *source, "--score", weights, "1", "2", *([] if columns else ["3"]), "header",
              "cols=+scoresums", *columns, "--out", folder / f"plink2_{row}"]
    programs = {
        "varisk, 2 threads": Program([*varisk, "--threads", "2", "--out", folder / f"varisk2_{row}"]),
        "varisk, 1 thread": Program([*varisk, "--threads", "1", "--out", folder / f"varisk1_{row}"]),
        "plink2, 2 threads": Program(plink2),
    }
    if kind != "bed":
        programs["bgzip -dc -@2"] = Program(["bgzip", "-dc", "-@2", genotypes])
    if row == "indexed":
        index(vcf)
        regions = whole(folder / "indexed.bed", lambda target: make_regions(score, target))
        programs["tabix -R"] = Program(["tabix", "-R", regions, vcf])
        programs["bcftools view -R"] = Program(["bcftools", "view", "-H", "-R", regions, vcf])
    return programs


# --- checking ---------------------------------------------------------------------------------------------------------


def columns_of(line, *names):
    header = line.rstrip("\n").split("\t")
    return [header.index(name) for name in names]


def paired_sums(varisk, plink2):
    """(sample, score, sum of varisk, sum of plink2): both go sample by sample in the order of the file, score by score."""
    with open(varisk) as mine, open(plink2) as theirs:
        my_sample, my_score, my_sum = columns_of(next(mine), "sample_id", "score_id", "sum")
        header = next(theirs).rstrip("\n").split("\t")
        sample = header.index("#IID" if "#IID" in header else "IID")
        sums = [i for i, name in enumerate(header) if name.endswith("_SUM") and name != "NAMED_ALLELE_DOSAGE_SUM"]
        for line in theirs:
            cells = line.rstrip("\n").split("\t")
            for place in sums:
                row = next(mine, "").rstrip("\n").split("\t")
                if len(row) <= my_sum or row[my_sample] != cells[sample]:
                    fail(f"{varisk} lacks a score of {cells[sample]}")
                yield cells[sample], row[my_score], row[my_sum], cells[place]
        if next(mine, None) is not None:
            fail(f"{varisk} has more rows than {plink2} has sums")


def agree(mine, theirs, spread):
    """Equal to the digits that plink2 prints, give or take `spread` and what rounding leaves of terms that cancel."""
    if mine == "NA":
        return False
    value = float(theirs)
    exponent = int(f"{value:e}".split("e")[1]) if value else -PLINK2_DIGITS
    return abs(float(mine) - value) <= 0.501 * 10.0 ** (exponent - PLINK2_DIGITS + 1) + spread + 1e-12


def rounding_of_dosages(folder, cohort):
    """Six standard deviations of what plink2's rounding of each dosage, uniform within a step, adds to a sum."""
    with open(folder / f"{cohort}.plink2.tsv") as lines:
        next(lines)
        squares = sum(float(line.split("\t")[2]) ** 2 for line in lines)
    return 6 * PLINK2_DOSAGE_STEP * math.sqrt(squares / 12)


def check(row, folder):
    """The number of sums that were compared, and how far apart they may be beyond the digits."""
    spread = rounding_of_dosages(folder, row) if row == "dosage" else 0.0
    for table in TABLES:
        two, one = (folder / f"varisk{threads}_{row}" / table for threads in (2, 1))
        if not filecmp.cmp(two, one, shallow=False):
            fail(f"{row}: {table} differs between one and two threads")
    compared = 0
    for sample, score, mine, theirs in paired_sums(folder / f"varisk2_{row}" / "scores.tsv", folder / f"plink2_{row}.sscore"):
        compared += 1
        if not agree(mine, theirs, spread):
            fail(f"{row}: {score} of {sample} is {mine} by varisk, {theirs} by plink2")
    return compared, spread


# --- the table --------------------------------------------------------------------------------------------------------


def goal(value, limit, at_most):
    if limit is None:
        return ""
    met = value <= limit if at_most else value >= limit
    return f" (goal {'<=' if at_most else '>='} {limit}: {'met' if met else 'MISSED'})"


def report(row, programs, compared, spread):
    _, _, of_bgzip, of_plink2, of_threads, of_memory = ROWS[row]
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\n## {row}: {COHORTS[ROWS[row][0]][1]}")
    beyond = f" within {spread:.1e} (its rounding of dosages)" if spread else ""
    print(f"checked: {compared} sums equal to plink2's {PLINK2_DIGITS} digits{beyond}; 1 and 2 threads give the same bytes; load {load}\n")
    print("| program | median s | best s | median CPU s | peak MB |")
    print("|---|---|---|---|---|")
    for name, program in programs.items():
        print(f"| {name} | {program.median:.3f} | {min(program.wall):.3f} | {statistics.median(program.cpu):.2f} | {max(program.rss):.0f} |")
    two, one = programs["varisk, 2 threads"], programs["varisk, 1 thread"]
    plink2, bgzip = programs["plink2, 2 threads"], programs.get("bgzip -dc -@2")
    speedups = sorted(a / b for a, b in zip(one.wall, two.wall))
    print()
    if bgzip:
        ratio = two.median / bgzip.median
        print(f"varisk / bgzip: median {ratio:.2f}, best {min(two.wall) / min(bgzip.wall):.2f}{goal(ratio, of_bgzip, True)}")
    ratio = plink2.median / two.median
    print(f"plink2 / varisk: median {ratio:.1f}, best {min(plink2.wall) / min(two.wall):.1f}{goal(ratio, of_plink2, False)}")
    if "tabix -R" in programs:
        ratio = two.median / programs["tabix -R"].median
        print(f"varisk / tabix -R: median {ratio:.2f}{goal(ratio, 0.5, True)}")
    print(f"1 thread / 2 threads: min {speedups[0]:.2f}, median {statistics.median(speedups):.2f}, max {speedups[-1]:.2f}"
          f"{goal(statistics.median(speedups), of_threads, False)}")
    print(f"peak MB of varisk: {max(two.rss):.0f}{goal(max(two.rss), of_memory, True)}", flush=True)


def find(name, given, presets):
    if given:
        return Path(given).resolve()
    for preset in presets:
        path = ROOT / "build" / preset / "bin" / name
        if path.exists():
            return path
    fail(f"{name} is not built; cmake --preset bench && cmake --build --preset bench")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog=__doc__.split("\n\n", 1)[1])
    parser.add_argument("work", metavar="WORK", type=Path, help="folder for cohorts and results; made if it is not there")
    parser.add_argument("--rows", default="gt", help=f"comma separated, or all: {','.join(ROWS)} [gt]")
    parser.add_argument("--repeats", type=int, default=5, help="timed runs of each program [5]")
    parser.add_argument("--varisk", help="the binary [that of the preset bench, else release]")
    parser.add_argument("--make-cohort", help="the generator [that of the preset bench]")
    arguments = parser.parse_args()
    rows = list(ROWS) if arguments.rows == "all" else arguments.rows.split(",")
    for row in rows:
        if row not in ROWS:
            parser.error(f"unknown row '{row}'")
    if arguments.repeats < 1:
        parser.error("--repeats must be at least 1")
    for tool in ("plink2", "bgzip", "tabix", "bcftools", "/usr/bin/time"):
        if shutil.which(tool) is None:
            fail(f"{tool} is not installed")
    arguments.varisk = find("varisk", arguments.varisk, ("bench", "release"))
    arguments.make_cohort = find("make_cohort", arguments.make_cohort, ("bench",))
    folder = arguments.work.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        programs = programs_of(row, arguments, folder)
        for program in programs.values():  # warms the caches, and gives what is checked
            program.once(folder)
            program.forget()
        checked = check(row, folder)
        for _ in range(arguments.repeats):
            for program in programs.values():
                program.once(folder)
        report(row, programs, *checked)


if __name__ == "__main__":
    main()
