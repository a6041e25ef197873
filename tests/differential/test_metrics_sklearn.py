"""Metrics against scikit-learn."""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

from evaluations import EvaluateTest, logistic, random_risks, table  # noqa: E402
from harness import main, skip_module  # noqa: E402

try:
    import numpy as np
    from sklearn import metrics
except ImportError:
    skip_module("scikit-learn is not installed")

CLASSES = ("low", "middle", "high")


class AgainstScikitLearn(EvaluateTest):
    def test_two_classes(self):
        for digits in (None, 1, 2):  # with few digits there are ties
            pairs = [(min(max(p, 0.01), 0.99), y) for p, y in random_risks(500, 11, digits=digits)]
            p, y = np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])
            result = self.judge(pairs, "--bootstrap", 0, "--thresholds", "0.2,0.5")
            self.assert_close(result.value("auc"), metrics.roc_auc_score(y, p))
            self.assert_close(result.value("average_precision"), metrics.average_precision_score(y, p))
            self.assert_close(result.value("brier"), metrics.brier_score_loss(y, p))
            self.assert_close(result.value("log_loss"), metrics.log_loss(y, p))
            for threshold in (0.2, 0.5):
                called = p >= threshold
                for name, expected in (("accuracy", metrics.accuracy_score(y, called)), ("f1", metrics.f1_score(y, called)),
                                       ("sensitivity", metrics.recall_score(y, called)),
                                       ("specificity", metrics.recall_score(1 - y, ~called)),
                                       ("ppv", metrics.precision_score(y, called)),
                                       ("npv", metrics.precision_score(1 - y, ~called)),
                                       ("balanced_accuracy", metrics.balanced_accuracy_score(y, called))):
                    self.assert_close(result.value(name, threshold), expected, note=name)
            # The ROC curve has the same corners.
            fpr, tpr, _ = metrics.roc_curve(y, p, drop_intermediate=False)
            ours = {(float(row["false_positive_rate"]), float(row["true_positive_rate"])) for row in result.table("roc.tsv")}
            theirs = set(zip(fpr.tolist(), tpr.tolist()))
            self.assertTrue(all(min(abs(a - c) + abs(b - d) for c, d in theirs) < 1e-12 for a, b in ours))

    def test_the_interpolated_area_is_a_fine_sum_along_the_curve(self):
        pairs = random_risks(80, 12, digits=1)
        result = self.judge(pairs, "--bootstrap", 0)
        tp = fp = area = 0.0
        events = sum(y for _, y in pairs)
        for p in sorted({p for p, _ in pairs}, reverse=True):
            more = sum(1 for q, y in pairs if q == p and y)
            other = sum(1 for q, y in pairs if q == p and not y)
            steps = 20000
            for i in range(steps) if more else ():
                x = tp + more * (i + 0.5) / steps
                area += more / steps * x / (x + fp + other * (x - tp) / more)
            tp, fp = tp + more, fp + other
        self.assert_close(result.value("pr_auc"), area / events, 1e-8)

    def classes(self, count, seed, digits=3):
        source = random.Random(seed)
        rows = []
        for i in range(count):
            x = source.gauss(0, 1.5)
            below = [logistic(-1 - x), logistic(1 - x)]
            p = [below[0], below[1] - below[0], 1 - below[1]]
            p = [round(p[0], digits), round(p[1], digits)]
            p.append(round(1 - p[0] - p[1], digits))
            u = source.random()
            rows.append((f"s{i:04}", *p, CLASSES[0 if u < below[0] else 1 if u < below[1] else 2]))
        return rows

    def test_three_classes(self):
        rows = self.classes(400, 13)
        path = self.write("classes.tsv", table(("sample_id", *CLASSES, "y"), rows))
        p = np.array([row[1:4] for row in rows])
        y = np.array([CLASSES.index(row[4]) for row in rows])
        called = p.argmax(axis=1)
        result = self.evaluate(path, "--prediction", ",".join(CLASSES), "--family", "ordinal", "--bootstrap", 0)
        expected = {
            "accuracy": metrics.accuracy_score(y, called),
            "balanced_accuracy": metrics.balanced_accuracy_score(y, called),
            "auc_macro": metrics.roc_auc_score(y, p, multi_class="ovr", average="macro"),
            "auc_hand_till": metrics.roc_auc_score(y, p, multi_class="ovo", average="macro"),
            "f1_macro": metrics.f1_score(y, called, average="macro"),
            "kappa": metrics.cohen_kappa_score(y, called),
            "kappa_quadratic": metrics.cohen_kappa_score(y, called, weights="quadratic"),
            "log_loss": metrics.log_loss(y, p),
            "brier": ((p - np.eye(3)[y]) ** 2).sum(axis=1).mean(),
        }
        for name, value in expected.items():
            self.assert_close(result.value(name, of_class="NA"), value, note=name)
        self.assertEqual(result.json["overall"]["confusion"]["outcome_by_most_probable"], metrics.confusion_matrix(y, called).tolist())
        for k, name in enumerate(CLASSES):
            self.assert_close(result.value("auc", of_class=name), metrics.roc_auc_score(y == k, p[:, k]))
            self.assert_close(result.value("average_precision", of_class=name), metrics.average_precision_score(y == k, p[:, k]))
            self.assert_close(result.value("ppv", of_class=name), metrics.precision_score(y == k, called == k))

    def test_numbers(self):
        source = random.Random(14)
        rows = [(f"s{i}", x, 2 * x + source.gauss(0, 1)) for i, x in enumerate(source.gauss(0, 1) for _ in range(100))]
        result = self.evaluate(self.write("n.tsv", table(("sample_id", "x", "y"), rows)), "--prediction", "x", "--family", "gaussian",
                               "--bootstrap", 0)
        x, y = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
        self.assert_close(result.value("r2"), metrics.r2_score(y, x))
        self.assert_close(result.value("rmse"), metrics.mean_squared_error(y, x, squared=False))
        self.assert_close(result.value("mae"), metrics.mean_absolute_error(y, x))


if __name__ == "__main__":
    main()
