"""What the command line tests share: running the binary, writing inputs, reading tables.

Environment: VARISK_BIN is the binary (default: the first of build/{release,dev}/bin/varisk), VARISK_EXTERNAL_CASES the
folder of the external conformance suites. A test file that could run nothing exits with 77, which ctest reports as skipped.
"""

import gzip
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib
from pathlib import Path

sys.dont_write_bytecode = True

REPOSITORY = Path(__file__).resolve().parents[2]
SKIPPED = 77
TIMEOUT = 600
TABLES = ("scores.tsv", "risk.tsv", "sites.tsv", "matches.tsv", "samples.tsv", "explain.tsv", "ancestry.tsv",
          "normalized_scores.tsv", "diplotypes.tsv", "dosing.tsv")
USED = ("matched", "flipped")
STATES = ("matched", "flipped", "absent", "ambiguous", "allele_mismatch", "duplicate", "filtered", "unsupported",
          "not_harmonised")
COLUMNS = {
    "scores.tsv": "sample_id score_id sum average allele_count rows_used rows_total rows_imputed rows_assumed_reference "
                  "observed_fraction",
    "risk.tsv": "sample_id model_id outcome class probability linear_predictor standard_error band observed_fraction flags",
    "explain.tsv": "sample_id model_id rank feature value reference_value contribution",
    "matches.tsv": "consumer state rows",
    "sites.tsv": "consumer row variant state reason record_variant flipped effect_allele_frequency observed missing imputed",
    "normalized_scores.tsv": "sample_id score_id population z_most_similar z_norm1 z_norm2 percentile flags",
    "diplotypes.tsv": "sample_id gene state matched source_diplotypes reported lookup phenotype activity_score phased missing_positions "
                      "messages source",
    "dosing.tsv": "sample_id drug genes diplotypes phenotypes activity_scores primary_action fallback_action condition dose_value dose_unit "
                  "dose_low dose_high population strength source guideline pmid release text cautions",
    "samples.tsv": "sample_id sources sites_wanted sites_observed heterozygosity inferred_sex flags",
}

# Lengths of chromosomes 1, 20, 21, 22 and X of both builds: enough for the build check.
LENGTHS = {
    "GRCh37": {"1": 249250621, "20": 63025520, "21": 48129895, "22": 51304566, "X": 155270560},
    "GRCh38": {"1": 248956422, "20": 64444167, "21": 46709983, "22": 50818468, "X": 156040895},
}


def find_binary():
    named = os.environ.get("VARISK_BIN")
    if named:
        return named
    for preset in ("release", "dev"):
        path = REPOSITORY / "build" / preset / "bin" / "varisk"
        if path.exists():
            return str(path)
    return None


BINARY = find_binary()


def external_cases(suite):
    """The folder of an external suite, or None."""
    root = os.environ.get("VARISK_EXTERNAL_CASES")
    path = Path(root) / "cases" / "pgs" / suite if root else None
    return path if path and path.is_dir() else None


def have(tool):
    return shutil.which(tool) is not None


def needs(*tools):
    missing = [tool for tool in tools if not have(tool)]
    return unittest.skipIf(missing, "not installed: " + ", ".join(missing))


def offered(option, word=""):
    """True if `varisk score --help` has an option (and a word in its line)."""
    if BINARY is None:
        return False
    text = subprocess.run([BINARY, "score", "--help"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    line = next((line for line in text.splitlines() if line.strip().startswith(option + " ")), None)
    return line is not None and re.search(rf"\b{word}\b", line) is not None


def needs_option(option, word=""):
    """Skips a test of something planned until the binary offers it."""
    return unittest.skipIf(not offered(option, word), f"not offered: {option} {word}")


def skip_module(reason):
    """Ends a test file that cannot run here, as a program and as a module of a test runner."""
    if Path(getattr(sys.modules["__main__"], "__file__", "")).name.startswith("test_"):
        print("skipped: " + reason)
        sys.exit(SKIPPED)
    raise unittest.SkipTest(reason)


# --- writing inputs ---------------------------------------------------------------------------------------------------

HEADER_LINES = (
    '##FILTER=<ID=PASS,Description="All filters passed">',
    '##FILTER=<ID=q10,Description="low quality">',
    '##INFO=<ID=AF,Number=A,Type=Float,Description="allele frequency">',
    '##INFO=<ID=R2,Number=1,Type=Float,Description="imputation accuracy">',
    '##INFO=<ID=DR2,Number=1,Type=Float,Description="imputation accuracy">',
    '##INFO=<ID=INFO,Number=1,Type=Float,Description="imputation accuracy">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">',
    '##FORMAT=<ID=DS,Number=A,Type=Float,Description="dosage of each ALT">',
    '##FORMAT=<ID=GP,Number=G,Type=Float,Description="genotype probabilities">',
    '##FORMAT=<ID=HDS,Number=.,Type=Float,Description="haploid dosages">',
    '##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="genotype quality">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="depth">',
    '##FORMAT=<ID=AF,Number=A,Type=Float,Description="allele fraction">',
)


def record(contig, position, ref, alt, calls, keys="GT", id=".", filter="PASS", info="."):
    """One VCF line as a list of columns; calls is a list or a blank separated string."""
    calls = calls.split() if isinstance(calls, str) else list(calls)
    return [str(contig), str(position), id, ref, alt, ".", filter, info, keys] + calls


def vcf_text(samples, records, contigs=None, version="VCFv4.3", extra=()):
    """contigs: names, or a dict name -> length or None; by default the contigs of the records without a length."""
    samples = samples.split() if isinstance(samples, str) else list(samples)
    if contigs is None:
        contigs = list(dict.fromkeys(columns[0] for columns in records))
    if not isinstance(contigs, dict):
        contigs = {name: None for name in contigs}
    lines = ["##fileformat=" + version]
    for name, length in contigs.items():
        lines.append(f"##contig=<ID={name},length={length}>" if length else f"##contig=<ID={name}>")
    lines += list(HEADER_LINES) + list(extra)
    columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
    lines.append("\t".join(columns + (["FORMAT"] + samples if samples else [])))
    lines += ["\t".join(columns) for columns in records]
    return "\n".join(lines) + "\n"


def table_text(columns, rows, header=None):
    """A tab separated table with #key=value lines before its header; columns may be one blank separated string."""
    columns = columns.split() if isinstance(columns, str) else list(columns)
    lines = [f"#{key}={value}" for key, value in (header or {}).items()] + ["\t".join(columns)]
    for row in rows:
        cells = row.split() if isinstance(row, str) else [str(cell) for cell in row]
        assert len(cells) == len(columns), (columns, cells)
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


SCORE_COLUMNS = "chr_name chr_position effect_allele other_allele effect_weight"


def score_text(rows, columns=SCORE_COLUMNS, **header):
    return table_text(columns, rows, header)


def wide_score_text(scores):
    """scores: name -> (contig, position, effect, other or None, weight): every score has one row of its own."""
    lines = ["\t".join(["chr_name", "chr_position", "effect_allele", "other_allele"] + list(scores))]
    for index, (contig, position, effect, other, weight) in enumerate(scores.values()):
        cells = [""] * len(scores)
        cells[index] = str(weight)
        lines.append("\t".join([str(contig), str(position), effect, other or ""] + cells))
    return "\n".join(lines) + "\n"


BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


def bgzf_blocks(data, size=4096):
    """The BGZF blocks of data, the end block among them."""
    blocks = []
    for start in range(0, len(data), size):
        chunk = data[start:start + size]
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = packer.compress(chunk) + packer.flush()
        head = struct.pack("<4BI2BH2BHH", 31, 139, 8, 4, 0, 0, 255, 6, 66, 67, 2, len(packed) + 25)
        blocks.append(head + packed + struct.pack("<II", zlib.crc32(chunk), len(chunk)))
    return blocks + [BGZF_END]


def read_text(path):
    """The text of a plain, gzip or BGZF file."""
    data = Path(path).read_bytes()
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()


def read_tsv(path):
    """A table as a list of dicts; every line must have as many cells as the first and the last must end."""
    text = Path(path).read_text()
    assert text.endswith("\n"), f"{path} does not end with a line end"
    lines = text[:-1].split("\n")
    columns = lines[0].split("\t")
    rows = []
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        assert len(cells) == len(columns), f"{path}:{number}: {len(cells)} cells, the header has {len(columns)}"
        rows.append(dict(zip(columns, cells)))
    return rows


def columns_of(path):
    with open(path) as file:
        return file.readline().rstrip("\n").split("\t")


# --- running ----------------------------------------------------------------------------------------------------------

class Run:
    """One finished run of the binary."""

    def __init__(self, arguments, code, stdout, stderr, out):
        self.arguments, self.code, self.stdout, self.stderr, self.out = arguments, code, stdout, stderr, out

    def __str__(self):
        return (f"varisk {' '.join(map(str, self.arguments))}\nexit code {self.code}\nstdout: {self.stdout[-2000:]}\n"
                f"stderr: {self.stderr[-4000:]}")

    def table(self, name):
        return read_tsv(self.out / name)

    def has(self, name):
        return (self.out / name).exists()

    def scores(self):
        """(sample_id, score_id) -> row"""
        return {(row["sample_id"], row["score_id"]): row for row in self.table("scores.tsv")}

    def sums(self, score=None):
        """sample_id -> sum as a float (None for NA), of the only score or of the one named"""
        rows = [row for row in self.table("scores.tsv") if score is None or row["score_id"] == score]
        return {row["sample_id"]: number(row["sum"]) for row in rows}

    def sites(self):
        """(consumer, row) -> row"""
        return {(row["consumer"], int(row["row"])): row for row in self.table("sites.tsv")}

    def states(self, consumer=None):
        """row -> state, of the only score or of the one named"""
        return {int(row["row"]): row["state"] for row in self.table("sites.tsv")
                if consumer is None or row["consumer"] == consumer}

    def matches(self, consumer=None):
        """state -> rows, without the states that have none"""
        return {row["state"]: int(row["rows"]) for row in self.table("matches.tsv")
                if (consumer is None or row["consumer"] == consumer) and int(row["rows"])}

    def risks(self):
        """(sample_id, model_id, class) -> row"""
        return {(row["sample_id"], row["model_id"], row["class"]): row for row in self.table("risk.tsv")}

    def error_lines(self):
        return self.lines_of("(fatal |internal )?error")

    def warning_lines(self):
        return self.lines_of("warn(ing)?")

    def lines_of(self, level):
        """Lines of stderr that begin with this level, behind a time or the program's name."""
        return [line for line in self.stderr.splitlines() if re.match(rf"(?i)[\W\d]*(varisk\W+)?\[?{level}\b", line)]


def number(text):
    """A cell as a float; None for NA."""
    return None if text in ("NA", "") else float(text)


def run_binary(arguments, out=None, stdin=None, cwd=None, binary=None):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("VARISK_")}
    environment["LC_ALL"] = "C"
    done = subprocess.run([binary or BINARY] + [str(argument) for argument in arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
                          cwd=cwd, env=environment, timeout=TIMEOUT)
    return Run(arguments, done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"),
               Path(out) if out else None)


class VariskTest(unittest.TestCase):
    """A test with a folder of its own."""

    maxDiff = 4000

    def setUp(self):
        if BINARY is None:
            self.skipTest("no binary; set VARISK_BIN or build the release preset")
        self.dir = Path(tempfile.mkdtemp(prefix="varisk-test-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        self.outs = 0

    # inputs
    def write(self, name, content):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def write_vcf(self, name, samples, records, **options):
        return self.write(name, vcf_text(samples, records, **options))

    def write_score(self, name, rows, columns=SCORE_COLUMNS, **header):
        return self.write(name, score_text(rows, columns, **header))

    def write_model(self, name, model):
        return self.write(name, json.dumps(model, indent=1))

    def write_bgzf(self, name, text, size=4096):
        return self.write(name, b"".join(bgzf_blocks(text.encode() if isinstance(text, str) else text, size)))

    def to_bcf(self, path, name):
        target = self.dir / name
        subprocess.run(["bcftools", "view", "--no-version", "-Ob", "-o", str(target), str(path)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return target

    def fresh_out(self):
        self.outs += 1
        return self.dir / f"out{self.outs}"

    # runs
    def run_varisk(self, *arguments, stdin=None, out=None):
        return run_binary(arguments, out, stdin, cwd=self.dir)

    def try_score(self, *arguments, out=None, stdin=None):
        """`varisk score` with these arguments and a fresh --out; any exit code."""
        out = Path(out) if out else self.fresh_out()
        return self.run_varisk("score", *arguments, "--out", out, stdin=stdin, out=out)

    def score(self, *arguments, code=0, out=None, stdin=None):
        """`varisk score` that must end with this exit code and a whole result."""
        run = self.try_score(*arguments, out=out, stdin=stdin)
        self.assertEqual(run.code, code, run)
        self.assert_whole(run)
        return run

    # assertions
    def assert_whole(self, run):
        names = {entry.name for entry in run.out.iterdir()}
        self.assertIn("run.json", names, run)
        self.assertIsInstance(json.loads((run.out / "run.json").read_text()), dict)
        for name in names:
            self.assertNotRegex(name, r"(?i)(^\.|~$|\.tmp|\.part)", f"a temporary file is left: {name}")
            if name in COLUMNS:
                self.assertEqual(columns_of(run.out / name), COLUMNS[name].split(), name)
                read_tsv(run.out / name)

    def assert_no_result(self, out):
        """Nothing was left: no folder or an empty one."""
        if out.is_dir():
            self.assertEqual(sorted(entry.name for entry in out.iterdir()), [], "files are left in the output folder")
        else:
            self.assertFalse(out.exists())

    def assert_refused(self, run, code, *needles, before=None):
        """The run ended with this code, one error line that says all of the needles (regular expressions), no result."""
        self.assertEqual(run.code, code, run)
        self.assertEqual(run.stdout, "", run)
        lines = run.error_lines()
        self.assertEqual(len(lines), 1, f"expected one error line\n{run}")
        for needle in needles:
            self.assertRegex(lines[0], needle, run)
        if run.out is not None:
            self.assert_no_result(run.out)
        if before is not None:
            self.assertLessEqual({entry.name for entry in self.dir.iterdir()} - {run.out.name}, before, "files are left")

    def refuse(self, code, needles, *arguments, out=None, stdin=None):
        """`varisk score` with these arguments is refused with this code; needles as in assert_refused."""
        out = Path(out) if out else self.fresh_out()
        before = {entry.name for entry in self.dir.iterdir()}
        run = self.run_varisk("score", *arguments, "--out", out, stdin=stdin, out=out)
        self.assert_refused(run, code, *([needles] if isinstance(needles, str) else needles), before=before)
        return run

    def assert_near(self, found, expected, scale=None, note=None):
        """Equal but for the last digits of a double; scale is the size of the terms that were added."""
        self.assertIsNotNone(found, note)
        tolerance = 1e-11 * max(1.0, abs(float(expected)), float(scale or 0))
        self.assertLessEqual(abs(float(found) - float(expected)), tolerance, f"found {found}, expected {float(expected)!r} {note or ''}")

    def assert_sums(self, run, expected, score=None, scale=None):
        found = run.sums(score)
        self.assertEqual(list(found), list(expected), run)
        for sample, value in expected.items():
            self.assert_near(found[sample], value, scale, f"{sample} {score or ''}\n{run}")

    def assert_same_tables(self, one, other, names=TABLES, but=()):
        """Two results have the same bytes in every table."""
        for name in names:
            if name in but:
                continue
            self.assertEqual(one.has(name), other.has(name), name)
            if one.has(name):
                self.assertTrue((one.out / name).read_bytes() == (other.out / name).read_bytes(),
                                f"{name} differs\n{one}\n{other}")


def main(binary=True):
    """Runs the tests of the calling file; 77 if nothing could be run. binary: the tests need it."""
    if binary and BINARY is None:
        print("skipped: no binary; set VARISK_BIN or build the release preset")
        sys.exit(SKIPPED)
    if binary and not os.access(BINARY, os.X_OK):
        print(f"VARISK_BIN is not a program: {BINARY}")
        sys.exit(1)
    program = unittest.main(module="__main__", exit=False, verbosity=1)
    result = program.result
    for test, reason in result.skipped:
        print(f"skipped: {test}: {reason}")
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(SKIPPED if result.testsRun == 0 or len(result.skipped) == result.testsRun else 0)
