"""Random cohorts, each through varisk and through an exact oracle (every table) or plink2 (sums and allele counts).

VARISK_SEEDS=FIRST:LAST or `--seeds FIRST:LAST` draws other cohorts than the usual ones; a failure names its seed.
"""

import gzip
import os
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))

import harness  # noqa: E402
import oracle  # noqa: E402
import oracle_tables  # noqa: E402
import plink2_score  # noqa: E402
from random_cohort import Cohort  # noqa: E402


def seeds(usual):
    given = os.environ.get("VARISK_SEEDS")
    if not given:
        return usual
    first, _, last = given.partition(":")
    return range(int(first), int(last or first) + 1)


class RandomCohortTest(harness.VariskTest):
    def pack(self, cohort, name, text):
        """The text as one of the forms that a genotype file can have."""
        forms = ["vcf", "bgzf", "gzip"] + (["bcf", "indexed bcf", "indexed bgzf"] if harness.have("bcftools") else [])
        form = cohort.draw.choice(forms)
        if form.startswith("indexed"):
            path = self.write_bgzf(name + ".vcf.gz", text) if form == "indexed bgzf" else self.to_bcf(self.write(name + ".text", text), name + ".bcf")
            subprocess.run(["bcftools", "index", "--force", cohort.draw.choice(("--csi", "--tbi")) if form == "indexed bgzf" else "--csi", str(path)],
                           check=True, stderr=subprocess.DEVNULL)
            return path
        if form == "bcf":
            return self.to_bcf(self.write(name + ".text", text), name + ".bcf")
        if form == "vcf":
            return self.write(name + ".vcf", text)
        packed = gzip.compress(text.encode()) if form == "gzip" else b"".join(harness.bgzf_blocks(text.encode(), cohort.draw.choice((99, 4096, 65280))))
        return self.write(name + ".vcf.gz", packed)

    def run_cohort(self, seed):
        cohort = Cohort(seed)
        contigs = {cohort.prefix + contig: None for contig in cohort.contigs}
        parts, paths = [], []
        for name, samples, records in cohort.layout():
            text = harness.vcf_text(samples, records, contigs)
            paths.append(self.pack(cohort, f"s{seed}_{name}", text))
            parts.append((paths[-1].name, oracle.Vcf(text)))
        arguments = ["--variants", *paths, "--sites", "all", "--absent", "missing", "--threads", str(cohort.draw.choice((1, 2)))]
        for key, value in cohort.options.items():
            arguments += ["--" + key.replace("_", "-")] + ([] if value is True else [str(value)])
        sheet = cohort.sheet_rows()
        if sheet:
            arguments += ["--samples", self.write(f"s{seed}.sheet.tsv", "sample_id\tsource_id\tsex\n" + "".join("\t".join(row) + "\n" for row in sheet))]
        least = None if cohort.draw.often(0.2) else 0
        if least is not None:
            arguments += ["--min-match", str(least)]
        model = self.write(f"s{seed}.txt", harness.score_text(cohort.rows, cohort.COLUMNS))
        run = self.score(*arguments, "--model", model)
        rows = oracle.read_scores(model.read_text(), model.name)[f"s{seed}"]
        oracle_tables.check(self, run, oracle_tables.Tables(parts, rows, sheet, f"s{seed}", least, cohort.options))

    def test_every_table_against_the_oracle(self):
        for seed in seeds(range(1, 121)):
            with self.subTest(seed=seed):
                self.run_cohort(seed)

    @harness.needs("plink2")
    def test_sums_and_allele_counts_against_plink2(self):
        for seed in seeds(range(1001, 1021)):
            with self.subTest(seed=seed):
                cohort = Cohort(seed, plain=True)
                vcf = self.write(f"p{seed}.vcf", harness.vcf_text(cohort.names, cohort.records))
                for coding in ("additive", "dominant", "recessive"):
                    plink2_score.check(self, vcf, cohort, coding)


if __name__ == "__main__":
    if "--seeds" in sys.argv:
        at = sys.argv.index("--seeds")
        os.environ["VARISK_SEEDS"] = sys.argv[at + 1]
        del sys.argv[at:at + 2]
    harness.main()
