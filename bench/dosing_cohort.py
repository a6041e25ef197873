#!/usr/bin/env python3
"""varisk score --dosing on a made-up cohort of all pharmacogenes: samples a second, all tables written.

Each person gets two alleles of each gene: the reference allele in two of three draws, else the k-th of the others with a
probability that falls as 1/k². Half of the people are phased.
Before the clock counts, and fatal if it fails:
- every phased person's own alleles are among those found, unless the tables know a pair that explains the same bases better;
- 20 people scored alone have the same rows as in the cohort;
- one and two threads give the same bytes.
The peer's figure is PharmCAT's own: 1.2 to 5.9 s for one sample.
"""

import argparse
import csv
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LENGTHS = {"chr1": 248956422, "chrX": 156040895}
PHASED_EVERY = 2


def table(name):
    with open(ROOT / "share" / "pgx" / name, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_genes():
    genes = {}
    for row in table("genes.tsv"):
        if row["call"] == "matcher":
            genes[row["gene"]] = {"contig": row["contig"], "reference": row["reference"], "positions": {}, "alleles": {}}
    for row in table("positions.tsv"):
        if row["gene"] in genes and "ignored" not in row["role"]:
            genes[row["gene"]]["positions"][int(row["position"])] = [row["ref"]] + row["alts"].split(",")
    for row in table("alleles.tsv"):
        gene = genes.get(row["gene"])
        if gene is None or row["definition"] == "." or "hidden" in row["flags"]:
            continue
        bases = {}
        for entry in row["definition"].split(" "):
            position, base = entry.split("=")
            known = gene["positions"][int(position)]
            if base not in known:  # a code for several bases: one of them
                base = known[0]
            bases[int(position)] = known.index(base)
        gene["alleles"][row["allele"]] = bases
    return genes


def draw(genes, samples, seed):
    """gene -> [(allele, allele)] of each sample."""
    source = random.Random(seed)
    drawn = {}
    for name, gene in genes.items():
        names = list(gene["alleles"])
        source.shuffle(names)
        weights = [1 / (k + 1) ** 2 for k in range(len(names))]
        one = lambda: gene["reference"] if source.random() < 2 / 3 else source.choices(names, weights)[0]  # noqa: E731
        drawn[name] = [(one(), one()) for _ in range(samples)]
    return drawn


def write_cohort(path, genes, drawn, samples, only=None):
    chosen = range(samples) if only is None else only
    lines = []
    for name, gene in genes.items():
        reference = gene["alleles"][gene["reference"]]
        for position, known in gene["positions"].items():
            base = {allele: bases.get(position, reference.get(position, 0)) for allele, bases in gene["alleles"].items()}
            calls = []
            for i in chosen:
                first, second = (base[allele] for allele in drawn[name][i])
                if i % PHASED_EVERY == 0:
                    calls.append(f"{first}|{second}")
                else:
                    calls.append(f"{min(first, second)}/{max(first, second)}")
            lines.append((gene["contig"], position, known, calls))
    order = [f"chr{number}" for number in range(1, 23)] + ["chrX"]
    lines.sort(key=lambda line: (order.index(line[0]), line[1]))
    with open(path, "wb") as out:
        bgzip = subprocess.Popen(["bgzip", "-c"], stdin=subprocess.PIPE, stdout=out)
        write = lambda text: bgzip.stdin.write(text.encode())  # noqa: E731
        write("##fileformat=VCFv4.3\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"genotype\">\n")
        for contig in order:
            write(f"##contig=<ID={contig},length={LENGTHS[contig]}>\n" if contig in LENGTHS else f"##contig=<ID={contig}>\n")
        ids = "\t".join(f"S{i:06d}" for i in chosen)
        write(f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{ids}\n")
        for contig, position, known, calls in lines:
            write(f"{contig}\t{position}\t.\t{known[0]}\t{','.join(known[1:])}\t.\tPASS\t.\tGT\t" + "\t".join(calls) + "\n")
        bgzip.stdin.close()
        if bgzip.wait() != 0:
            sys.exit("bgzip failed")


def run(varisk, variants, out, threads):
    start = time.perf_counter()
    done = subprocess.run(["/usr/bin/time", "-f", "%U %S %M", "-o", str(out) + ".time", varisk, "score", "--dosing", "--variants", str(variants),
                           "--out", str(out), "--overwrite", "--threads", str(threads)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    user, system, memory = Path(str(out) + ".time").read_text().split()[-3:]
    return time.perf_counter() - start, float(user) + float(system), int(memory) / 1024


def rows_by_sample(path, samples):
    found = {sample: [] for sample in samples}
    with open(path) as file:
        next(file)
        for line in file:
            sample = line.split("\t", 1)[0]
            if sample in found:
                found[sample].append(line)
    return found


def check_truth(out, drawn):
    lost = total = 0
    with open(out / "diplotypes.tsv", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            sample = int(row["sample_id"][1:])
            if row["gene"] not in drawn or sample % PHASED_EVERY or row["gene"] in ("DPYD", "RYR1"):
                continue
            pair = [allele.split(".")[0] if row["gene"] == "SLCO1B1" else allele for allele in drawn[row["gene"]][sample]]
            total += 1
            names = {"/".join(pair), "/".join(reversed(pair))}
            lost += not names & set(row["matched"].split("; "))
    print(f"own alleles found in {total - lost} of {total} phased calls ({100 * (total - lost) / total:.2f}%)")
    if lost > 0.03 * total:
        sys.exit("too many people's own alleles are not found")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--varisk", default=str(ROOT / "build/release/bin/varisk"))
    parser.add_argument("--samples", type=int, default=10000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--goal", type=float, default=10000, help="samples a second with two threads")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    genes = read_genes()
    drawn = draw(genes, options.samples, 1)
    cohort = options.work / f"dosing.{options.samples}.vcf.gz"
    write_cohort(cohort, genes, drawn, options.samples)

    two, one = options.work / "dosing2", options.work / "dosing1"
    run(options.varisk, cohort, two, 2)
    run(options.varisk, cohort, one, 1)
    tables = ("diplotypes.tsv", "dosing.tsv")
    for name in tables:
        if (two / name).read_bytes() != (one / name).read_bytes():
            sys.exit(f"{name} depends on the number of threads")
    check_truth(two, drawn)
    some = sorted(random.Random(2).sample(range(options.samples), 20))
    alone = options.work / "dosing.some.vcf.gz"
    write_cohort(alone, genes, drawn, options.samples, some)
    run(options.varisk, alone, options.work / "dosing_some", 1)
    ids = [f"S{i:06d}" for i in some]
    for name in tables:
        if rows_by_sample(two / name, ids) != rows_by_sample(options.work / "dosing_some" / name, ids):
            sys.exit(f"{name}: people scored alone have other rows")
    print("checked: the same bytes for one and two threads; 20 people scored alone have the same rows")

    times = {1: [], 2: []}
    for _ in range(options.repeats):
        for threads, out in ((2, two), (1, one)):
            times[threads].append(run(options.varisk, cohort, out, threads))
    size = sum((two / name).stat().st_size for name in tables) / 1e6
    print(f"\n{options.samples} samples, {sum(len(gene['positions']) for gene in genes.values())} positions, {size:.0f} MB of tables\n")
    print("| threads | median s | best s | CPU s | peak MB | samples/s (median) |\n|---|---|---|---|---|---|")
    for threads in (2, 1):
        wall, cpu, memory = zip(*times[threads])
        print(f"| {threads} | {statistics.median(wall):.3f} | {min(wall):.3f} | {statistics.median(cpu):.2f} | {max(memory):.0f} | "
              f"{options.samples / statistics.median(wall):.0f} |")
    rate = options.samples / statistics.median([wall for wall, _, _ in times[2]])
    print(f"\nsamples a second: {rate:.0f} (goal >= {options.goal:.0f}: {'met' if rate >= options.goal else 'MISSED'})")


if __name__ == "__main__":
    main()
