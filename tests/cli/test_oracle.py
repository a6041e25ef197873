"""The oracle itself, against numbers that were added up by hand."""

import unittest
from fractions import Fraction

import harness
import oracle
from toy import ROWS, SAMPLES, SUMS, records


class OracleTest(unittest.TestCase):
    def score(self, records, rows, samples="s", columns=harness.SCORE_COLUMNS, **options):
        vcf = oracle.Vcf(harness.vcf_text(samples, records))
        return oracle.score(vcf, oracle.read_scores(harness.score_text(rows, columns), "toy.txt")["toy"], **options)

    def test_the_toy_cohort(self):
        result = self.score(records(), ROWS, SAMPLES)
        self.assertEqual({sample: float(total) for sample, total in result.sum.items()}, SUMS)
        self.assertEqual(set(result.allele_count.values()), {8})
        self.assertEqual(result.states(), {"matched": 4})

    def test_imputation(self):
        lines = [harness.record("1", 10, "A", "G", "0/0 0/1 1/1 ./.")]
        columns = harness.SCORE_COLUMNS + " is_dominant is_recessive"
        for row, hwe, plink2 in (("1 10 G A 1 False False", 1, 1), ("1 10 G A 1 True False", Fraction(3, 4), Fraction(1, 2)),
                                 ("1 10 G A 1 False True", Fraction(1, 4), Fraction(1, 2))):
            for model, expected in (("hwe", hwe), ("plink2", plink2)):
                result = self.score(lines, [row], "a b c d", columns, impute="cohort", impute_model=model)
                self.assertEqual(result.sum["d"], expected)

    def test_states(self):
        lines = [harness.record("1", 10, "A", "T", "0/1"), harness.record("1", 20, "A", "C", "0/1")]
        result = self.score(lines, ["1 10 T A 1", "1 20 G T 1", "1 20 C T 1", "1 30 C T 1", "1 20 N A 1"])
        self.assertEqual([site.state for site in result.sites], ["ambiguous", "flipped", "allele_mismatch", "absent", "unsupported"])


if __name__ == "__main__":
    harness.main(binary=False)
