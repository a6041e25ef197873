"""Reference panels that cannot be made, and panels that cannot be used: clear errors, and nothing is left behind."""

import json
import re
import shutil
import tempfile
from pathlib import Path

from harness import LENGTHS, VariskTest, main, run_binary, skip_module

try:
    import populations
except ImportError:
    skip_module("numpy is not installed")


class Shared:
    folder = None

    @classmethod
    def get(cls):
        if cls.folder is None:
            cls.folder = Path(tempfile.mkdtemp(prefix="varisk-bad-panel-"))
            cls.cohort = populations.simulate(600, {"A": 40, "B": 40}, 0.1, 4)
            (cls.folder / "reference.vcf").write_text(cls.cohort.vcf(LENGTHS["GRCh38"]))
            (cls.folder / "labels.tsv").write_text(cls.cohort.label_table())
            (cls.folder / "score.txt").write_text(populations.random_score(cls.cohort, 50, 1)[0])
            cls.built = run_binary(["panel", "--variants", cls.folder / "reference.vcf", "--labels",
                                    cls.folder / "labels.tsv", "--model", cls.folder / "score.txt", "--components", 5,
                                    "--out", cls.folder / "panel"], cls.folder / "panel")
        return cls


def tearDownModule():
    if Shared.folder:
        shutil.rmtree(Shared.folder, ignore_errors=True)


class BadPanelTest(VariskTest):
    def setUp(self):
        super().setUp()
        self.shared = Shared.get()
        self.assertEqual(self.shared.built.code, 0, self.shared.built)
        self.cohort = self.shared.cohort
        self.vcf, self.labels = self.shared.folder / "reference.vcf", self.shared.folder / "labels.tsv"
        self.scoring_file = self.shared.folder / "score.txt"

    def try_panel(self, *more, vcf=None, labels=None, components=5):
        out = self.fresh_out()
        return self.run_varisk("panel", "--variants", vcf or self.vcf, "--labels", labels or self.labels, "--components",
                               components, "--out", out, *more, out=out)

    def refuse_labels(self, text, *needles):
        self.assert_refused(self.try_panel(labels=self.write("labels.tsv", text)), 3, "labels.tsv", *needles)


class PanelsThatCannotBeMade(BadPanelTest):
    def test_labels(self):
        good = self.labels.read_text()
        lines = good.splitlines(keepends=True)
        self.refuse_labels(good.replace("population", "group"), "population")
        self.refuse_labels(good.replace("sample_id", "name"), "sample_id")
        self.refuse_labels(good + "stranger\tA\t0\n", "line 82", "no genotypes")
        self.refuse_labels("".join(lines[:-2]), "2 of the 80", "no row")
        self.refuse_labels(good + lines[5], "line 82", "already")
        self.refuse_labels(good.replace("\t0\n", "\tmaybe\n", 1), "line 2", "maybe", "0 or 1")
        self.refuse_labels(good.replace("\tA\t", "\t\t", 1), "population is empty")
        self.refuse_labels(good.replace("\tA\t", "\tC\t", 1), "population C has 1 unrelated", "10")
        self.refuse_labels(good.replace("\tB\t0", "\tB\t1"), "population B has 0 unrelated")

    def test_ids_of_samples_stay_out_of_messages(self):
        text = self.labels.read_text() + "secret_person\tA\t0\n"
        run = self.try_panel(labels=self.write("labels.tsv", text))
        self.assertNotIn("secret_person", run.stderr)

    def test_more_components_than_samples_or_sites(self):
        few = self.cohort.take([i for i in range(80) if self.cohort.labels[i] == "A"][:12]
                               + [i for i in range(80) if self.cohort.labels[i] == "B"][:12])
        vcf = self.write("few.vcf", few.vcf())
        labels = self.write("few.tsv", few.label_table())
        self.assert_refused(self.try_panel(vcf=vcf, labels=labels, components=24), 3, "24 unrelated", "23 components")
        small = populations.simulate(40, {"A": 40, "B": 40}, 0.1, 4)
        vcf = self.write("small.vcf", small.vcf())
        self.assert_refused(self.try_panel(vcf=vcf, labels=self.write("small.tsv", small.label_table())), 3,
                            r"site\(s\) are left", "at least 50")

    def test_copies_of_few_people(self):
        people = [i for i in range(80) if self.cohort.labels[i] == "A"][:4]
        copies = self.cohort.copies[:, people * 10]
        clones = populations.Cohort(self.cohort.sites, [f"c{i}" for i in range(40)], ["A"] * 40, copies, None)
        vcf, labels = self.write("clones.vcf", clones.vcf()), self.write("clones.tsv", clones.label_table())
        self.assert_refused(self.try_panel(vcf=vcf, labels=labels), 3, r"3 independent component\(s\)", "--components is 5")

    def test_no_usable_site(self):
        lines = [line if line.startswith("#") else "X" + line[line.index("\t"):] for line in self.vcf.read_text().splitlines()]
        self.assert_refused(self.try_panel(vcf=self.write("x.vcf", "\n".join(lines) + "\n")), 3, "no biallelic substitution")

    def test_genotypes_of_several_cohorts_or_from_a_pipe(self):
        other = populations.simulate(600, {"C": 10}, 0.1, 4)
        other.ids = [f"x{i}" for i in range(10)]
        second = self.write("second.vcf", other.vcf(LENGTHS["GRCh38"]))
        self.assert_refused(self.try_panel(second), 2, "second.vcf")  # an argument, not a file of --variants
        out = self.fresh_out()
        run = self.run_varisk("panel", "--variants", self.vcf, second, "--labels", self.labels, "--out", out, out=out)
        self.assert_refused(run, 3, "2 different sets of samples")
        out = self.fresh_out()
        run = self.run_varisk("panel", "--variants", "-", "--labels", self.labels, "--out", out, out=out,
                              stdin=self.vcf.read_bytes())
        self.assert_refused(run, 2, "twice")

    def test_options(self):
        for option, value in (("--components", 0), ("--components", 101), ("--maf", 0), ("--maf", 0.5), ("--missing", 1),
                              ("--missing", -0.1), ("--prune-r2", 0), ("--prune-r2", 1), ("--prune-window", 0)):
            with self.subTest(option=option, value=value):
                out = self.fresh_out()
                run = self.run_varisk("panel", "--variants", self.vcf, "--labels", self.labels, "--out", out, option, value,
                                      out=out)
                self.assert_refused(run, 2, option)
        self.assert_refused(self.try_panel("--impute", "cohort"), 2, "--impute")
        run = self.run_varisk("panel", "--variants", self.vcf, "--labels", self.labels)
        self.assertEqual((run.code, "--out" in run.stderr), (2, True), run)

    def test_regions(self):
        for text, needle in (("1\t5\t4\n", "line 1"), ("1\t5\n", "line 1"), ("chrom\tstart\tend\n", "line 1"),
                             ("# nothing\n", "no regions"), ("1 5 9\n", "line 1"), ("1\t0\t9\n1\t-1\t5\n", "line 2")):
            with self.subTest(text=text):
                self.assert_refused(self.try_panel("--exclude-regions", self.write("regions.bed", text)), 3, "regions.bed",
                                    needle)

    def test_a_model_instead_of_a_scoring_file(self):
        model = self.write_model("model.json", {
            "format": "varisk-model/1", "id": "m", "outcome": "o", "family": "binomial", "intercept": 0,
            "features": {"s": {"type": "score", "file": str(self.scoring_file)}},
            "terms": [{"name": "s", "coefficient": 1, "factors": [{"feature": "s"}]}]})
        self.assert_refused(self.try_panel("--model", model), 3, "model.json", "scoring file")

    def test_a_score_that_does_not_match_is_left_out(self):
        lines = self.scoring_file.read_text().replace("SIM1", "LOST").splitlines()
        lines = lines[:3] + [line.replace("\t", "\t9", 1) for line in lines[3:]]
        lost = self.write("lost.txt", "\n".join(lines) + "\n")
        run = self.try_panel("--model", self.scoring_file, lost)
        self.assertEqual(run.code, 0, run)
        self.assertRegex(run.stderr, "LOST.*too low")
        panel = json.loads((run.out / "panel.json").read_text())
        self.assertEqual([score["id"] for score in panel["scores"]], ["SIM1"])
        self.assertEqual(self.try_panel("--model", lost, "--min-match", "0.5").code, 5)

    def test_a_folder_that_holds_a_result(self):
        run = self.run_varisk("panel", "--variants", self.vcf, "--labels", self.labels, "--out",
                              self.shared.folder / "panel")
        self.assertEqual(run.code, 2, run)
        self.assertIn("--overwrite", run.stderr)


class PanelsThatCannotBeUsed(BadPanelTest):
    def copy(self):
        target = self.dir / f"panel{self.outs}"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.shared.folder / "panel", target)
        return target

    def refuse(self, panel, code, *needles, options=(), vcf=None):
        run = self.try_score("--variants", vcf or self.vcf, "--model", self.scoring_file, "--reference-panel", panel, *options)
        self.assert_refused(run, code, *needles)

    def refuse_json(self, change, *needles):
        panel = self.copy()
        document = json.loads((panel / "panel.json").read_text())
        change(document)
        (panel / "panel.json").write_text(json.dumps(document))
        self.refuse(panel, 3, "panel.json", *map(re.escape, needles))

    def refuse_table(self, name, change, *needles):
        panel = self.copy()
        lines = (panel / name).read_text().splitlines(keepends=True)
        (panel / name).write_text("".join(change(lines)))
        self.refuse(panel, 3, name, *needles)

    def test_a_good_copy_works(self):
        self.score("--variants", self.vcf, "--model", self.scoring_file, "--reference-panel", self.copy())

    def test_it_is_not_there_or_no_panel(self):
        self.refuse(self.dir / "nowhere", 4, "nowhere")
        self.refuse(self.write("broken.json", "{\"format\": "), 3, "broken.json", "line 1")
        self.refuse(self.write_model("other.json", {"format": "varisk-model/1"}), 3, "other.json", "varisk-panel/1")
        self.refuse(self.scoring_file, 3, "score.txt")

    def test_keys_and_values(self):
        def put(*path, value):
            def change(document):
                for key in path[:-1]:
                    document = document[key]
                document[path[-1]] = value
            return change

        self.refuse_json(put("format", value="varisk-panel/2"), "varisk-panel/1")
        self.refuse_json(put("colour", value=1), "colour")
        self.refuse_json(lambda document: document.pop("samples"), "samples")
        self.refuse_json(put("genome_build", value="hg99"), "genome_build", "hg99")
        self.refuse_json(put("components", value=0), "components")
        self.refuse_json(put("components", value=1000), "components", "at most")
        self.refuse_json(put("singular_values", 1, value=1e9), "singular_values[1]")
        self.refuse_json(put("singular_values", 2, value=-1), "singular_values[2]")
        self.refuse_json(put("singular_values", 0, value=1e9), "component 1", "singular value")
        self.refuse_json(put("populations", value=[]), "populations")
        self.refuse_json(put("populations", value=["A", "A"]), "populations[1]")
        self.refuse_json(put("samples", 3, "population", value="Z"), "samples[3].population", "Z")
        self.refuse_json(put("samples", 3, "id", value="p1"), "samples[3].id", "each sample once")
        self.refuse_json(put("samples", 3, "pcs", value=[1, 2]), "samples[3].pcs", "5")
        self.refuse_json(put("samples", 3, "pcs", 0, value="x"), "samples[3].pcs[0]")
        self.refuse_json(put("samples", 3, "pcs", 0, value=55.5), "component 1")
        self.refuse_json(put("samples", 3, "unrelated", value=1), "samples[3].unrelated")
        self.refuse_json(put("scores", 0, "sums", value=[1]), "scores[0].sums", "80")
        self.refuse_json(put("sites", "file", value="../labels.tsv"), "sites.file", "beside")

    def test_a_number_of_rows_that_is_not_that_of_the_table(self):
        for rows, needle in ((49, "no more rows"), (51, "expected row 51")):
            panel = self.copy()
            document = json.loads((panel / "panel.json").read_text())
            document["scores"][0]["rows"] = rows
            (panel / "panel.json").write_text(json.dumps(document))
            self.refuse(panel, 3, "score_rows.tsv", needle)

    def test_a_population_of_one(self):
        def change(document):
            document["populations"].append("C")
            document["samples"][0]["population"] = "C"

        self.refuse_json(change, "C has 1")

    def test_loadings(self):
        def cell(row, column, text):
            def change(lines):
                cells = lines[row].rstrip("\n").split("\t")
                cells[column] = text
                return lines[:row] + ["\t".join(cells) + "\n"] + lines[row + 1:]
            return change

        name = "loadings.tsv"
        self.refuse_table(name, lambda lines: lines[:-1], "rows", "panel.json")
        self.refuse_table(name, lambda lines: lines + lines[-1:], "comes again")
        self.refuse_table(name, lambda lines: lines[:3] + lines[2:-1], "line 4", "comes again")
        self.refuse_table(name, lambda lines: lines[1:], "line 1", "columns")
        self.refuse_table(name, lambda lines: [], "empty")
        self.refuse_table(name, cell(4, 0, "X"), "line 5", "autosome")
        self.refuse_table(name, cell(4, 0, "chr1"), "line 5", "autosome")
        self.refuse_table(name, cell(4, 1, "-5"), "line 5", "column 2")
        self.refuse_table(name, cell(4, 2, "N"), "line 5", "bases")
        self.refuse_table(name, cell(4, 4, "1"), "line 5", "frequency")
        self.refuse_table(name, cell(4, 6, "nan"), "line 5", "column 7")
        self.refuse_table(name, lambda lines: lines[:4] + ["1\t2\n"] + lines[5:], "line 5", "fields")

        def other_alleles(lines):
            cells = lines[4].rstrip("\n").split("\t")
            cells[2:4] = ["A", "G"] if cells[2:4] != ["A", "G"] else ["A", "C"]
            return lines[:4] + ["\t".join(cells) + "\n"] + lines[5:]

        self.refuse_table(name, other_alleles, "not the one that panel.json was written with")
        self.refuse_table(name, cell(4, 6, "0.001"), "not the one")

    def test_rows_of_scores(self):
        name = "score_rows.tsv"
        self.refuse_table(name, lambda lines: lines[:-1], "rows")
        self.refuse_table(name, lambda lines: lines[:2] + lines[3:] + lines[2:3], "line 3", "row 2")
        self.refuse_table(name, lambda lines: [line.replace("called", "guessed") for line in lines], "line 2", "guessed")
        self.refuse_table(name, lambda lines: [line.rsplit("\t", 1)[0] + "\t1.5\n" if i else line
                                               for i, line in enumerate(lines)], "line 2", "from 0 to 1")

    def test_a_table_that_is_missing(self):
        panel = self.copy()
        (panel / "loadings.tsv").unlink()
        self.refuse(panel, 4, "loadings.tsv")

    def test_another_build(self):
        other = self.write("grch37.vcf", self.cohort.vcf(LENGTHS["GRCh37"]))
        score = self.write("grch37.txt", self.scoring_file.read_text().replace("GRCh38", "GRCh37"))
        run = self.try_score("--variants", other, "--model", score, "--reference-panel", self.shared.folder / "panel")
        self.assert_refused(run, 3, "panel.json", "GRCh38", "GRCh37")

    def test_options_that_the_panel_was_not_made_with(self):
        panel = self.shared.folder / "panel"
        self.refuse(panel, 2, "--impute file", options=("--impute", "cohort"))
        self.refuse(panel, 2, "--impute file", options=("--impute", "none"))
        self.refuse(panel, 2, "--haploid as-called", options=("--haploid", "as-diploid"))
        self.refuse(panel, 2, "--impute-model hwe", options=("--impute-model", "plink2"))

    def test_a_panel_is_not_overwritten_by_what_is_made_with_it(self):
        panel = self.copy()
        run = self.run_varisk("score", "--variants", self.vcf, "--model", self.scoring_file, "--reference-panel", panel,
                              "--out", panel, "--overwrite")
        self.assertEqual(run.code, 2, run)
        self.assertTrue((panel / "panel.json").exists() and (panel / "loadings.tsv").exists())


if __name__ == "__main__":
    main()
