#!/usr/bin/env python3
"""Times one `varisk score` over a folder of single-sample gVCFs beside bcftools called once per file.

The files are copies of one gVCF under other sample names. Before the clock runs, and fatal if it fails: the sums equal those
of a plain reading of the gVCF by this script, and one and two threads and another order of the list give the same bytes.
WORK keeps the copies: with the default 1,000 about 1,000 times the size of the gVCF.
"""

import argparse
import gzip
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from score_vs_peers import fail, find, run  # noqa: E402

EOF_BLOCK = 28


def bgzipped(data):
    return subprocess.run(["bgzip", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


def make_copies(source, folder, count):
    """The header is packed anew for each sample; the blocks of the records are the same."""
    header, body = gzip.open(source).read().split(b"\n#CHROM", 1)
    columns, body = body.split(b"\n", 1)
    columns = b"#CHROM" + columns.rsplit(b"\t", 1)[0]
    packed = bgzipped(body)
    for number in range(count):
        path = folder / f"S{number:04d}.g.vcf.gz"
        if path.exists() and Path(f"{path}.tbi").exists():
            continue
        head = header + b"\n" + columns + f"\tS{number:04d}\n".encode()
        path.write_bytes(bgzipped(head)[:-EOF_BLOCK] + packed)
        run(["tabix", "-f", "-p", "vcf", path])
    return body.decode().splitlines()


def genome_of(records):
    """Bases that fit every REF, anything in between; and the lengths of the contigs."""
    ends = {}
    for contig, position, _, ref, _, _, _, info, *_ in records:
        end = int(info.split("END=")[1].split(";")[0]) if "END=" in info else int(position) + len(ref) - 1
        ends[contig] = max(ends.get(contig, 0), end)
    source = random.Random(1)
    genome = {contig: bytearray(source.choice(b"ACGT") for _ in range(end)) for contig, end in ends.items()}
    for contig, position, _, ref, *_ in records:
        genome[contig][int(position) - 1:int(position) - 1 + len(ref)] = ref.encode()
    return genome


def write_genome(path, genome):
    with open(path, "w") as out:
        for contig, bases in genome.items():
            print(f">{contig}", file=out)
            text = bases.decode()
            out.writelines(text[i:i + 60] + "\n" for i in range(0, len(text), 60))
    run(["samtools", "faidx", path])


def make_rows(records, genome, count):
    """(contig, position, effect, other, weight, copies): half of the rows count REF."""
    source = random.Random(2)
    rows = {}
    for contig, position, _, ref, alts, _, _, info, keys, call in source.sample(records, count):
        fields = dict(zip(keys.split(":"), call.split(":")))
        alt = alts.split(",")[0]
        if alt == "<NON_REF>":
            position = source.randint(int(position), int(info.split("END=")[1].split(";")[0]))
            ref = chr(genome[contig][position - 1])
            alt = source.choice([base for base in "ACGT" if base != ref])
            alt_copies = 0 if int(fields["GQ"]) >= 1 and int(fields["MIN_DP"]) > 0 else None
        else:
            slots = fields["GT"].replace("|", "/").split("/")
            alt_copies = None if "." in slots else slots.count("1")
            ref_copies = None if "." in slots else slots.count("0")
        if alts.split(",")[0] == "<NON_REF>":
            ref_copies = None if alt_copies is None else 2
        counts_ref = source.random() < 0.5
        weight = round(source.gauss(0, 1), 4)
        effect, other, copies = (ref, alt, ref_copies) if counts_ref else (alt, ref, alt_copies)
        rows[contig, int(position), ref, alt] = (contig, int(position), effect, other, weight, copies)
    return sorted(rows.values(), key=lambda row: (row[0], row[1]))


def prepare(arguments, work):
    folder = work / "gvcfs"
    folder.mkdir(parents=True, exist_ok=True)
    records = [line.split("\t") for line in make_copies(arguments.gvcf, folder, arguments.files)]
    genome = genome_of(records)
    write_genome(work / "genome.fa", genome)
    rows = make_rows(records, genome, arguments.rows)
    with open(work / "gvcf.score.tsv", "w") as out:
        print("chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight", file=out)
        for row in rows:
            print(*row[:5], sep="\t", file=out)
    with open(work / "gvcf.bed", "w") as out:
        for contig, position, *_ in rows:
            print(contig, position - 1, position, sep="\t", file=out)
    paths = [str(folder / f"S{number:04d}.g.vcf.gz") for number in range(arguments.files)]
    (work / "gvcfs.txt").write_text("".join(path + "\n" for path in paths))
    random.Random(3).shuffle(paths)
    (work / "gvcfs_shuffled.txt").write_text("".join(path + "\n" for path in paths))
    return sum(row[4] * row[5] for row in rows if row[5] is not None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog=__doc__.split("\n\n", 1)[1])
    parser.add_argument("work", metavar="WORK", type=Path)
    parser.add_argument("--gvcf", type=Path, required=True, help="a single-sample gVCF as GATK writes it")
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--varisk")
    arguments = parser.parse_args()
    for tool in ("bcftools", "bgzip", "tabix", "samtools"):
        if shutil.which(tool) is None:
            fail(f"{tool} is not installed")
    binary = find("varisk", arguments.varisk, ("bench", "release"))
    work = arguments.work.resolve()
    expected = prepare(arguments, work)

    def varisk(threads, listing="gvcfs.txt"):
        out = work / f"varisk{threads}_{listing.split('.')[0]}"
        return [binary, "score", "--variants", f"@{work / listing}", "--model", work / "gvcf.score.tsv", "--reference", work / "genome.fa",
                "--palindromic", "keep", "--min-match", "0", "--overwrite", "--log-level", "error", "--threads", threads, "--out", out], out

    outs = []
    for command, out in (varisk("2"), varisk("1"), varisk("2", "gvcfs_shuffled.txt")):
        run(command)
        outs.append(out)
    for table in ("scores.tsv", "sites.tsv", "matches.tsv", "samples.tsv"):
        if len({(out / table).read_bytes() for out in outs}) != 1:
            fail(f"{table} depends on the threads or on the order of the list")
    with open(outs[0] / "scores.tsv") as lines:
        next(lines)
        sums = [float(line.split("\t")[2]) for line in lines]
    if len(sums) != arguments.files or any(abs(value - expected) > 1e-9 for value in sums):
        fail(f"the sums are not {expected}: {sums[:3]}")

    each = f"bcftools query -R {work / 'gvcf.bed'} -f '%POS %REF %ALT %END[ %GT %GQ]\\n' {{}} >/dev/null"
    peers = {
        "varisk, 2 threads": varisk("2")[0],
        "varisk, 1 thread": varisk("1")[0],
        "bcftools query -R, one file after the other": ["sh", "-c", f"xargs -a {work / 'gvcfs.txt'} -P1 -I{{}} sh -c \"{each}\""],
        "bcftools query -R, two files at a time": ["sh", "-c", f"xargs -a {work / 'gvcfs.txt'} -P2 -I{{}} sh -c \"{each}\""],
    }
    walls = {name: [] for name in peers}
    memory = 0
    for _ in range(arguments.repeats):
        for name, command in peers.items():
            log = work / "time.txt"
            start = time.perf_counter()
            run(["/usr/bin/time", "-o", log, "-f", "%M", *command])
            walls[name].append(time.perf_counter() - start)
            if name == "varisk, 2 threads":
                memory = max(memory, int(log.read_text().split()[-1]) / 1024)
    print(f"\n## {arguments.files} gVCFs x {arguments.rows} rows: sums as expected, same bytes for 1 and 2 threads and any order; "
          f"load {os.getloadavg()[0]:.1f}\n")
    print("| program | median s |\n|---|---|")
    for name, times in walls.items():
        print(f"| {name} | {statistics.median(times):.2f} |")
    mine, *others = (statistics.median(times) for times in walls.values())
    print(f"\nbcftools / varisk: one after the other {others[1] / mine:.1f} (goal >= 5), two at a time {others[2] / mine:.1f}; "
          f"1 / 2 threads {others[0] / mine:.2f}; peak {memory:.0f} MB")


if __name__ == "__main__":
    main()
