"""plink2 --score on a cohort, and varisk with the options that are documented for the comparison."""

import subprocess
from pathlib import Path

import harness

AS_PLINK2 = ("--palindromic", "keep", "--haploid", "as-diploid", "--build-check", "off", "--duplicate-rows", "sum", "--min-match", "0")
IMPUTE = (("--impute", "cohort", "--impute-model", "plink2"), ()), (("--impute", "none"), ("no-mean-imputation",))


def table(test, vcf, rows, modifiers):
    """sample -> (sum, alleles that were observed) by plink2"""
    weights = test.write("weights.txt", "ID\tA1\tW\n" + "".join("\t".join(row) + "\n" for row in rows))
    prefix = test.dir / "plink2"
    command = ["plink2", "--vcf", vcf, "--score", weights, "1", "2", "3", "header", "cols=+scoresums,+nallele", *modifiers, "--bad-freqs",
               "--allow-extra-chr", "--out", prefix, "--threads", "1", "--memory", "800"]
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    test.assertEqual(done.returncode, 0, done.stdout.decode())
    found = {}
    columns, *lines = [line.split("\t") for line in Path(f"{prefix}.sscore").read_text().splitlines()]
    for line in lines:
        cells = dict(zip(columns, line))
        found[cells.get("#IID") or cells["IID"]] = float(cells["SCORE1_SUM"]), int(cells["ALLELE_CT"])
    return found


def check(test, vcf, cohort, coding):
    """Sums (plink2 prints six digits) and allele counts of all rows of a cohort, each with this coding."""
    ids = {(line[0].removeprefix("chr"), line[1]): line for line in cohort.records}
    rows = [row for row in cohort.rows if any(set(cell) & set("0123") for cell in ids[row[0], row[1]][9:])]  # plink2 takes 0.5 where nobody was called
    if not rows:
        return
    weighted = [row[:4] + [row[4] or "1"] for row in rows]
    columns, tail = harness.SCORE_COLUMNS, []
    if coding != "additive":
        columns, tail = f"{columns} is_{coding}", ["True"]
    model = test.write("plain.txt", harness.score_text([row + tail for row in weighted], columns))
    scale = sum(abs(float(row[4])) for row in weighted)
    for mine, theirs in IMPUTE:
        run = test.score("--variants", vcf, "--model", model, "--sites", "all", *AS_PLINK2, *mine)
        test.assertEqual(run.matches(), {"matched": len(rows)})
        found = table(test, vcf, [(ids[row[0], row[1]][2], row[2], row[4]) for row in weighted], theirs + ((coding,) if coding != "additive" else ()))
        scores = {sample: row for (sample, _), row in run.scores().items()}
        test.assertEqual(set(scores), set(found))
        for sample, (total, alleles) in found.items():
            test.assertLessEqual(abs(float(scores[sample]["sum"]) - total), 1e-5 * max(1, abs(total)) + 1e-12 * scale, f"{coding} {sample}\n{run}")
            observed = int(scores[sample]["allele_count"]) - 2 * int(scores[sample]["rows_imputed"])
            test.assertEqual(observed, alleles, f"{coding} {sample} {mine}\n{run}")
