"""What the tests of `varisk train` share: running it, and reading paths, coefficients and predictions."""

import json

from harness import VariskTest, read_tsv

TABLE_NAMES = ("path.tsv", "coefficients.tsv", "predictions.tsv", "model.json", "metrics.json", "card.html")


def read_coefficients(path):
    """(λs, {term: its coefficients along the path})."""
    header, *rows = [line.split("\t") for line in path.read_text().splitlines()]
    return [float(cell) for cell in header[1:]], {row[0]: [float(cell) for cell in row[1:]] for row in rows}


class Trained:
    """The result folder of one training."""

    def __init__(self, run):
        self.run = run
        self.path = [{name: float(cell) for name, cell in row.items()} for row in read_tsv(run.out / "path.tsv")]
        self.lambdas, self.coefficients = read_coefficients(run.out / "coefficients.tsv")
        self.model = json.loads((run.out / "model.json").read_text())
        self.metrics = json.loads((run.out / "metrics.json").read_text())["parts"]
        self.record = json.loads((run.out / "run.json").read_text())

    def predictions(self, **where):
        return [row for row in read_tsv(self.run.out / "predictions.tsv") if all(row[key] == value for key, value in where.items())]

    def metric(self, part, name):
        return self.metrics[part]["overall"]["metrics"][name]["value"]


class TrainTest(VariskTest):
    def try_train(self, *arguments, out=None):
        out = out or self.fresh_out()
        return self.run_varisk("train", *arguments, "--out", out, out=out)

    def train(self, *arguments):
        run = self.try_train(*arguments)
        self.assertEqual(run.code, 0, run)
        self.assert_whole(run)
        for name in TABLE_NAMES:
            self.assertTrue(run.has(name), name)
        return Trained(run)
