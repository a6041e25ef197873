#!/usr/bin/env python3
"""Writes expected/golden/ again: the tables of `varisk score` on the quick start, byte for byte.

usage: update_expected.py BINARY           after a change that is meant to change the output
       update_expected.py --check BINARY   changes nothing, says which tables differ (exit code 1)
"""

import argparse
import filecmp
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "expected" / "golden"
TABLES = ["scores.tsv", "risk.tsv", "sites.tsv", "samples.tsv", "matches.tsv", "explain.tsv"]


def run(binary, out):
    command = [str(binary), "score", "--config", "sample_data/quickstart.toml", "--out", str(out)]
    subprocess.run(command, cwd=HERE.parent, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("binary", type=lambda text: Path(text).resolve(strict=True))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        run(arguments.binary, out)
        if arguments.check:
            missing = [t for t in TABLES if not (GOLDEN / t).is_file()]
            different = missing + [t for t in TABLES if t not in missing and not filecmp.cmp(out / t, GOLDEN / t, shallow=False)]
            for table in different:
                print(f"differs: {table}")
            return 1 if different else 0
        GOLDEN.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            shutil.copyfile(out / table, GOLDEN / table)
    print(f"wrote {len(TABLES)} tables to {GOLDEN.relative_to(HERE.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
