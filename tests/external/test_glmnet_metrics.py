"""Metrics of predictions on a holdout, as pROC and rms give them (suite glmnet_ref)."""

import os
import sys
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

from evaluations import EvaluateTest  # noqa: E402
from harness import main, skip_module  # noqa: E402

SUITE = Path(os.environ.get("VARISK_EXTERNAL_CASES", "")) / "cases" / "glmnet_ref"
PREDICTIONS = SUITE / "metrics_predictions.tsv"
if not PREDICTIONS.is_file():
    skip_module("VARISK_EXTERNAL_CASES does not have glmnet_ref")


def values(name):
    lines = (SUITE / name).read_text().splitlines()[1:]
    return {key: cell for key, cell in (line.split("\t") for line in lines)}


class HoldoutMetrics(EvaluateTest):
    def setUp(self):
        super().setUp()
        self.result = self.evaluate(PREDICTIONS, "--prediction", "p_min", "--baseline", PREDICTIONS, "--baseline-prediction", "p_1se",
                                    "--sample-column", "sample", "--thresholds", "0.1,0.2,0.3,0.4,0.5", "--bootstrap", 0)

    def check(self, expected, ours):
        """Each of them is there, and each of the file is asked for."""
        for name, value in expected.items():
            if name in ours:
                with self.subTest(name):
                    self.assertLessEqual(abs(ours[name] - float(value)), 1e-8, name)

    def test_proc_and_closed_forms(self):
        expected = values("metrics_holdout.tsv")
        low, high = self.result.bounds("auc")
        ours = {"auc": self.result.value("auc"), "auc_delong_lo": low, "auc_delong_hi": high,
                "auc_se": float(self.result.row("auc")["standard_error"]), "brier": self.result.value("brier"),
                "logloss": self.result.value("log_loss"), "cal_slope": self.result.value("calibration_slope"),
                "cal_intercept_joint": self.result.value("calibration_intercept"), "citl": self.result.value("citl"),
                "delong_p_min_vs_1se": float(self.result.row("auc_difference")["p_value"]),
                "OE_ratio": self.result.value("observed_expected_ratio")}
        for threshold in (0.1, 0.2, 0.3, 0.4, 0.5):
            ours[f"netbenefit_{threshold}"] = self.result.value("net_benefit", threshold)
            row, = self.result.table("decision.tsv", threshold=str(threshold))
            self.assertEqual(float(row["net_benefit"]), ours[f"netbenefit_{threshold}"])
        self.assertEqual(set(expected), set(ours))
        self.check(expected, ours)

    def test_val_prob(self):
        ours = {"R2": self.result.value("r2_nagelkerke"), "Brier": self.result.value("brier"),
                "U:Chi-sq": self.result.value("calibration_test"),
                "U:p": float(self.result.row("calibration_test")["p_value"]),
                "Intercept": self.result.value("calibration_intercept"), "Slope": self.result.value("calibration_slope"),
                "S:z": self.result.value("spiegelhalter_z"), "S:p": float(self.result.row("spiegelhalter_z")["p_value"])}
        self.check(values("metrics_rms_valprob.tsv"), ours)
        # rms puts predictions that differ by little into one group for its C.
        self.assertAlmostEqual(self.result.value("auc"), float(values("metrics_rms_valprob.tsv")["C (ROC)"]), delta=1e-4)


if __name__ == "__main__":
    main()
