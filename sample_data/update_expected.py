#!/usr/bin/env python3
"""Writes expected/golden/ again: the tables of `varisk score` on the quick start, byte for byte; the large ones packed.

usage: update_expected.py BINARY           after a change that is meant to change the output
       update_expected.py --check BINARY   changes nothing, says which tables differ (exit code 1)
"""

import argparse
import lzma
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "expected" / "golden"
TABLES = ["scores.tsv", "risk.tsv", "sites.tsv", "samples.tsv", "matches.tsv", "explain.tsv"]
PACKED = ["diplotypes.tsv", "dosing.tsv"]  # as .xz


def run(binary, out):
    command = [str(binary), "score", "--config", "sample_data/quickstart.toml", "--out", str(out)]
    subprocess.run(command, cwd=HERE.parent, check=True)


def read_golden(table):
    """The golden table; None if there is none."""
    path = GOLDEN / (table + ".xz" if table in PACKED else table)
    if not path.is_file():
        return None
    return lzma.decompress(path.read_bytes()) if table in PACKED else path.read_bytes()


def write_golden(table, content):
    if table in PACKED:
        (GOLDEN / (table + ".xz")).write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
    else:
        (GOLDEN / table).write_bytes(content)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("binary", type=lambda text: Path(text).resolve(strict=True))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        run(arguments.binary, out)
        found = {table: (out / table).read_bytes() for table in TABLES + PACKED}
    different = [table for table, content in found.items() if read_golden(table) != content]
    if arguments.check:
        for table in different:
            print(f"differs: {table}")
        return 1 if different else 0
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for table in different:
        write_golden(table, found[table])
    print(f"wrote {len(different)} of {len(found)} tables to {GOLDEN.relative_to(HERE.parent)}, the others are the same")
    return 0


if __name__ == "__main__":
    sys.exit(main())
