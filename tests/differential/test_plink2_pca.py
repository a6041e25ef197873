"""The components of a reference panel against plink2 --pca, on the same simulated genotypes."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

from harness import LENGTHS, VariskTest, main, needs, read_tsv, skip_module  # noqa: E402

try:
    import numpy as np
except ImportError:
    skip_module("numpy is not installed")
import populations  # noqa: E402


@needs("plink2")
class PrincipalComponents(VariskTest):
    def columns(self, path, first):
        lines = path.read_text().splitlines()
        names = lines[0].split()
        start = names.index(first)
        return [line.split()[:start] for line in lines[1:]], np.array(
            [[float(cell) for cell in line.split()[start:]] for line in lines[1:]])

    def test_are_those_of_plink2(self):
        cohort = populations.simulate(4000, {"A": 60, "B": 60, "C": 60, "D": 60}, 0.05, 12)
        vcf = self.write("cohort.vcf", cohort.vcf(LENGTHS["GRCh38"]))
        labels = self.write("labels.tsv", cohort.label_table())
        out = self.dir / "panel"
        run = self.run_varisk("panel", "--variants", vcf, "--labels", labels, "--components", 3, "--out", out, out=out)
        self.assertEqual(run.code, 0, run)
        plink = subprocess.run(["plink2", "--vcf", vcf, "--set-all-var-ids", "@:#", "--snps-only", "--maf", "0.05",
                                "--pca", "3", "allele-wts", "--out", self.dir / "plink"], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
        self.assertEqual(plink.returncode, 0, plink.stdout.decode())

        panel = json.loads((out / "panel.json").read_text())
        ids, vectors = self.columns(self.dir / "plink.eigenvec", "PC1")
        self.assertEqual([row[-1] for row in ids], [sample["id"] for sample in panel["samples"]])
        ours = np.array([sample["pcs"] for sample in panel["samples"]])
        values = np.loadtxt(self.dir / "plink.eigenval")
        rows = read_tsv(out / "loadings.tsv")
        heads, weights = self.columns(self.dir / "plink.eigenvec.allele", "PC1")
        weight_of = {(row[1], row[4]): weight for row, weight in zip(heads, weights)}  # ID, A1
        self.assertEqual(len(weight_of), 2 * len(rows))
        theirs = np.array([weight_of[f"{row['contig']}:{row['position']}", row["effect_allele"]] for row in rows])
        loadings = np.array([[float(row[f"PC{c + 1}"]) for c in range(3)] for row in rows])
        scale = []
        for c in range(3):
            cosine = vectors[:, c] @ ours[:, c] / np.linalg.norm(vectors[:, c]) / np.linalg.norm(ours[:, c])
            self.assertGreater(abs(cosine), 1 - 1e-8, c)
            weight = theirs[:, c] @ loadings[:, c] / np.linalg.norm(theirs[:, c]) / np.linalg.norm(loadings[:, c])
            self.assertGreater(abs(weight), 1 - 1e-8, c)
            # plink2 2.00a3.5 --score with its own weights gives the components with the sign reversed.
            self.assertEqual(np.sign(cosine), -np.sign(weight), c)
            scale.append(panel["singular_values"][c] ** 2 / values[c])
        # plink2 divides the relationship matrix by the number of sites.
        np.testing.assert_allclose(scale, len(rows), rtol=1e-4)


if __name__ == "__main__":
    main()
