#!/usr/bin/env python3
"""Times `varisk train` beside glmnet on one problem, at glmnet's own λs, after checking that no fit of varisk is worse.

PREFIX.bed, .bim, .fam and PREFIX.pheno.tsv (columns sample, split with train and others, y, and covariates). What counts of glmnet is the
fit alone, with the matrix in memory; of varisk the whole process: reading, fitting, tables and card. All run in one go.
"""

import argparse
import csv
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOAL_TIME, GOAL_THREADS, GOAL_MEMORY, TOLERANCE = 15, 1.6, 100, 1e-9


def fail(message):
    sys.exit(f"train_vs_glmnet.py: error: {message}")


def rows_of(path):
    with open(path, newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def run(command):
    """(seconds, peak MB, standard output)."""
    start = time.perf_counter()
    done = subprocess.run(["/usr/bin/time", "-f", "%M", *map(str, command)], capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        fail(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return seconds, int(done.stderr.split()[-1]) / 1024, done.stdout


def train(arguments, threads, out):
    header = arguments.prefix.with_name(arguments.prefix.name + ".pheno.tsv").open().readline().split()
    covariates = [name for name in header if name not in ("sample", "split", "y", "y3")]
    return run([arguments.varisk, "train", "--variants", f"{arguments.prefix}.bed", "--covariates", f"{arguments.prefix}.pheno.tsv",
                "--sample-column", "sample", "--split-column", "split", "--outcome", "y", "--features", ",".join(covariates), "--lambdas",
                arguments.work / "lambdas.txt", "--folds", 0, "--bootstrap", 0, "--threads", threads, "--out", out, "--overwrite", "--log-level",
                "error"])


def check(reference, out):
    """The largest part by which a fit of varisk is worse than glmnet's, and the largest gap."""
    ours = rows_of(out / "path.tsv")
    if len(ours) != len(reference):
        fail(f"{len(ours)} fits, glmnet has {len(reference)}")
    worse = max(float(mine["objective"]) / float(theirs["objective"]) - 1 for mine, theirs in zip(ours, reference))
    return worse, max(float(mine["gap"]) for mine in ours)


def verdict(value, goal, at_most=False):
    return "met" if (value <= goal if at_most else value >= goal) else "MISSED"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog=__doc__.split("\n\n", 1)[1])
    parser.add_argument("work", metavar="WORK", type=Path, help="folder for results")
    parser.add_argument("prefix", metavar="PREFIX", type=Path)
    parser.add_argument("--repeats", type=int, default=3, help="timed runs of varisk [3]; glmnet runs once")
    parser.add_argument("--thresh", default="1e-7", help="of glmnet [1e-7]")
    parser.add_argument("--varisk", default=ROOT / "build" / "release" / "bin" / "varisk")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    table = arguments.work / "glmnet.tsv"
    _, glmnet_mb, printed = run(["Rscript", ROOT / "bench" / "glmnet_path.R", arguments.prefix, "y", arguments.thresh, table])
    glmnet = float(printed.split()[-1])
    reference = rows_of(table)
    (arguments.work / "lambdas.txt").write_text("".join(f"{row['lambda']}\n" for row in reference))
    seconds, peak = {1: [], 2: []}, 0.0
    for repeat in range(arguments.repeats + 1):
        for threads in (2, 1):
            took, mb, _ = train(arguments, threads, arguments.work / f"varisk{threads}")
            if repeat:  # the first one warms the caches
                seconds[threads].append(took)
            peak = max(peak, mb)
    worse, gap = check(reference, arguments.work / "varisk2")
    for name in ("path.tsv", "coefficients.tsv", "model.json"):
        if (arguments.work / "varisk1" / name).read_bytes() != (arguments.work / "varisk2" / name).read_bytes():
            fail(f"{name} differs between one and two threads")
    two, one = statistics.median(seconds[2]), statistics.median(seconds[1])
    packed = Path(f"{arguments.prefix}.bed").stat().st_size / 1e6
    print(f"{len(reference)} lambdas; largest excess of our objective over glmnet's: {worse:.1e} ({verdict(worse, TOLERANCE, True)}); largest gap {gap:.1e}")
    print("| program | s | peak MB |\n|---|---|---|")
    print(f"| glmnet, fit alone | {glmnet:.2f} | {glmnet_mb:.0f} |")
    print(f"| varisk train, 2 threads, whole process | {two:.2f} | {peak:.0f} |")
    print(f"| varisk train, 1 thread | {one:.2f} | |")
    print(f"glmnet / varisk: {glmnet / two:.1f} (goal >= {GOAL_TIME}: {verdict(glmnet / two, GOAL_TIME)})")
    print(f"1 thread / 2 threads: {one / two:.2f} (goal >= {GOAL_THREADS}: {verdict(one / two, GOAL_THREADS)})")
    print(f"peak beyond the packed {packed:.0f} MB: {peak - packed:.0f} MB (goal <= {GOAL_MEMORY}: {verdict(peak - packed, GOAL_MEMORY, True)})")


if __name__ == "__main__":
    main()
