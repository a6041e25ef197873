"""Reference panels: varisk panel, and score --reference-panel, on simulated populations."""

import json
import math
import shutil
import subprocess
import tempfile
from pathlib import Path

from harness import BINARY, LENGTHS, VariskTest, main, needs, read_tsv, run_binary, skip_module

try:
    import numpy as np
except ImportError:
    skip_module("numpy is not installed")
try:
    from scipy import optimize, stats
except ImportError:
    optimize = stats = None

import populations

POPULATIONS = ("AFR", "EAS", "EUR", "SAS")
COMPONENTS = 10


class Shared:
    """A panel of 480 samples, and 320 others, made once for all tests."""

    folder = None

    @classmethod
    def get(cls):
        if cls.folder is None:
            cls.folder = Path(tempfile.mkdtemp(prefix="varisk-panel-"))
            everybody = populations.simulate(5000, dict.fromkeys(POPULATIONS, 200), 0.04, 20)
            cls.reference = everybody.take(range(480))
            cls.held_out = everybody.take(range(480, 800))
            text, cls.score_sites, cls.weights = populations.random_score(everybody, 600, 5, lean=0.3)
            (cls.folder / "score.txt").write_text(text)
            (cls.folder / "reference.vcf").write_text(cls.reference.vcf(LENGTHS["GRCh38"]))
            (cls.folder / "held_out.vcf").write_text(cls.held_out.vcf(LENGTHS["GRCh38"]))
            (cls.folder / "labels.tsv").write_text(cls.reference.label_table(related=range(0, 480, 40)))
            cls.built = run_binary(cls.panel_arguments("panel"), cls.folder / "panel")
            if cls.built.code == 0:
                cls.scored = run_binary(cls.score_arguments("held_out.vcf", "scored"), cls.folder / "scored")
        return cls

    @classmethod
    def panel_arguments(cls, out, *more):
        return ["panel", "--variants", cls.folder / "reference.vcf", "--labels", cls.folder / "labels.tsv", "--model",
                cls.folder / "score.txt", "--out", cls.folder / out, *more]

    @classmethod
    def score_arguments(cls, variants, out, *more):
        return ["score", "--variants", cls.folder / variants, "--model", cls.folder / "score.txt", "--reference-panel",
                cls.folder / "panel", "--out", cls.folder / out, *more]


def tearDownModule():
    if Shared.folder:
        shutil.rmtree(Shared.folder, ignore_errors=True)


class PanelTest(VariskTest):
    def setUp(self):
        super().setUp()
        self.shared = Shared.get()
        self.assertEqual(self.shared.built.code, 0, self.shared.built)
        self.assertEqual(self.shared.scored.code, 0, self.shared.scored)
        self.panel = json.loads((self.shared.folder / "panel" / "panel.json").read_text())

    def loadings(self):
        rows = read_tsv(self.shared.folder / "panel" / "loadings.tsv")
        names = [name for name in rows[0] if name.startswith("PC")]
        return rows, np.array([[float(row[name]) for name in names] for row in rows])

    def standardised(self, cohort):
        """Genotypes at the panel's sites, standardised at its frequencies; missing calls at the mean."""
        rows, _ = self.loadings()
        number = {(site[0], str(site[1])): i for i, site in enumerate(cohort.sites)}
        copies = cohort.copies[[number[(row["contig"], row["position"])] for row in rows]].astype(float)
        f = np.array([float(row["frequency"]) for row in rows])[:, None]
        return np.where(copies < 0, 0, (copies - 2 * f) / np.sqrt(2 * f * (1 - f)))

    def reference_pcs(self, unrelated=True):
        samples = [sample for sample in self.panel["samples"] if sample["unrelated"] or not unrelated]
        return np.array([sample["pcs"] for sample in samples]), [sample["population"] for sample in samples]

    def places(self, run=None):
        return (run or self.shared.scored).table("ancestry.tsv")

    def pcs(self, run=None):
        return np.array([[float(row[f"PC{c + 1}"]) for c in range(COMPONENTS)] for row in self.places(run)])

    def normalized(self, run=None):
        return (run or self.shared.scored).table("normalized_scores.tsv")

    def project(self, cohort, name, *more):
        """A scoring run of another cohort against the shared panel."""
        path = self.write(name + ".vcf", cohort.vcf(LENGTHS["GRCh38"]))
        return self.score("--variants", path, "--model", self.shared.folder / "score.txt", "--reference-panel",
                          self.shared.folder / "panel", *more)


class WhatIsInThePanel(PanelTest):
    def test_loadings_and_components_are_those_of_a_full_decomposition(self):
        unrelated = [i for i in range(480) if i % 40 != 0]
        x = self.standardised(self.shared.reference)[:, unrelated]
        u, s, vt = np.linalg.svd(x, full_matrices=False)
        pcs, _ = self.reference_pcs()
        _, loadings = self.loadings()
        self.assertEqual(loadings.shape[1], 4 * COMPONENTS)
        np.testing.assert_allclose(self.panel["singular_values"][:COMPONENTS], s[:COMPONENTS], rtol=1e-6)
        self.assertAlmostEqual(self.panel["total_variance"] / np.sum(x * x), 1, places=9)
        for c in range(3):  # those that stand out
            sign = math.copysign(1, pcs[:, c] @ vt[c])
            np.testing.assert_allclose(pcs[:, c], sign * s[c] * vt[c], atol=1e-3)
            np.testing.assert_allclose(loadings[:, c], sign * u[:, c], atol=1e-5)

    def test_frequencies_are_those_of_the_unrelated_samples_and_sites_are_common_in_them(self):
        unrelated = [i for i in range(480) if i % 40 != 0]
        f = self.shared.reference.copies[:, unrelated].mean(axis=1) / 2
        expected = {(site[0], str(site[1])): (site[3], site[2], f[i]) for i, site in enumerate(self.shared.reference.sites)
                    if min(f[i], 1 - f[i]) >= 0.05}
        rows, _ = self.loadings()
        self.assertEqual([(row["contig"], row["position"]) for row in rows], list(expected))
        for row in rows:
            effect, other, frequency = expected[(row["contig"], row["position"])]
            self.assertEqual((row["effect_allele"], row["other_allele"]), (effect, other))
            self.assertAlmostEqual(float(row["frequency"]), frequency, places=12)

    def test_sums_are_those_of_scoring_the_same_genotypes(self):
        run = self.score("--variants", self.shared.folder / "reference.vcf", "--model", self.shared.folder / "score.txt")
        sums = run.sums()
        panel = self.panel["scores"][0]
        self.assertEqual(panel["id"], "SIM1")
        for sample, value in zip(self.panel["samples"], panel["sums"]):
            self.assertEqual(value, sums[sample["id"]])
        rows = read_tsv(self.shared.folder / "panel" / "score_rows.tsv")
        self.assertEqual({row["use"] for row in rows}, {"called"})

    def test_it_is_the_same_for_any_number_of_threads(self):
        for threads in (1, 2, 3):
            out = self.dir / f"threads{threads}"
            run = run_binary(self.shared.panel_arguments(out, "--threads", threads), out)
            self.assertEqual(run.code, 0, run)
            for name in ("panel.json", "loadings.tsv", "score_rows.tsv"):
                self.assertEqual((out / name).read_bytes(), (self.shared.folder / "panel" / name).read_bytes(), name)

    def test_another_seed_finds_the_same_components(self):
        out = self.dir / "seed"
        run = run_binary(self.shared.panel_arguments(out, "--seed", 7), out)
        self.assertEqual(run.code, 0, run)
        other = json.loads((out / "panel.json").read_text())
        np.testing.assert_allclose(other["singular_values"][:3], self.panel["singular_values"][:3], rtol=1e-9)
        ours = np.array([sample["pcs"][:3] for sample in self.panel["samples"]])
        theirs = np.array([sample["pcs"][:3] for sample in other["samples"]])
        np.testing.assert_allclose(theirs, ours, atol=0.05)

    def test_sites_that_cannot_be_used_are_left_out(self):
        cohort = self.shared.reference
        lines = cohort.vcf(LENGTHS["GRCh38"]).splitlines(keepends=True)
        header = sum(line.startswith("#") for line in lines)

        def with_cells(line, **cells):
            columns = line.split("\t")
            for index, text in cells.items():
                columns[int(index[1:])] = text
            return "\t".join(columns)

        first = lines[header:header + 9]
        ref = [line.split("\t")[3] for line in first]
        palindrome = {"A": "T", "C": "G", "G": "C", "T": "A"}
        alternatives = {"A": "C", "C": "A", "G": "A", "T": "C"}
        changed = [
            with_cells(first[0], _4=palindrome[ref[0]]),
            with_cells(first[1], _4=ref[1] + "A"),
            with_cells(first[2], _4=first[2].split("\t")[4] + "," + palindrome[ref[2]]),
            with_cells(first[3], _0="X"),
            first[4], with_cells(first[4]),  # twice
            with_cells(first[5], _4=alternatives[ref[5]]).replace("0/1", "./.").replace("1/1", "./."),  # missing
            first[6], first[7], first[8]]
        moved = [line for line in changed if line.startswith("X")]
        rest = [line for line in changed if not line.startswith("X")]
        vcf = self.write("odd.vcf", "".join(lines[:header] + rest + lines[header + 9:] + moved))
        regions = self.write("regions.bed", f"# one\nchr1\t{int(first[7].split()[1]) - 1}\t{first[7].split()[1]}\tname\n")
        out = self.dir / "odd"
        run = self.run_varisk("panel", "--variants", vcf, "--labels", self.shared.folder / "labels.tsv", "--out", out,
                              "--exclude-regions", regions, "--maf", "0.0001", out=out)
        self.assertEqual(run.code, 0, run)
        positions = [row["position"] for row in read_tsv(out / "loadings.tsv")]
        self.assertEqual(positions[:2], [first[6].split()[1], first[8].split()[1]])
        counts = json.loads((out / "run.json").read_text())["counts"]
        self.assertEqual({key: counts[key] for key in ("other_kinds", "palindromic", "excluded", "repeated", "missing")},
                         {"other_kinds": 3, "palindromic": 1, "excluded": 1, "repeated": 1, "missing": 1})

    def test_pruning_leaves_out_what_a_neighbour_says(self):
        lines = self.shared.reference.vcf(LENGTHS["GRCh38"]).splitlines(keepends=True)
        header = sum(line.startswith("#") for line in lines)
        doubled = lines[:header]
        for line in lines[header:header + 1500]:
            columns = line.split("\t")
            doubled += [line, "\t".join([columns[0], str(int(columns[1]) + 10)] + columns[2:])]
        vcf = self.write("doubled.vcf", "".join(doubled))
        sites = {}
        for name, more in (("all", ()), ("pruned", ("--prune-r2", "0.9", "--prune-window", "100"))):
            out = self.dir / name
            run = self.run_varisk("panel", "--variants", vcf, "--labels", self.shared.folder / "labels.tsv", "--out", out,
                                  *more, out=out)
            self.assertEqual(run.code, 0, run)
            sites[name] = len(read_tsv(out / "loadings.tsv"))
        self.assertEqual(sites["all"], 2 * sites["pruned"])

    @needs("plink2")
    def test_plink_files_give_the_same_panel(self):
        subprocess.run(["plink2", "--vcf", self.shared.folder / "reference.vcf", "--make-bed", "--keep-allele-order", "--out",
                        self.dir / "reference"], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out = self.dir / "plink.panel"
        run = self.run_varisk("panel", "--variants", self.dir / "reference.bed", "--labels",
                              self.shared.folder / "labels.tsv", "--model", self.shared.folder / "score.txt", "--out", out,
                              out=out)
        self.assertEqual(run.code, 0, run)
        panel = json.loads((out / "panel.json").read_text())
        self.assertEqual((panel["other_allele_is_ref"], self.panel["other_allele_is_ref"]), (False, True))
        self.assertEqual(panel["samples"], self.panel["samples"])
        self.assertEqual(panel["scores"], self.panel["scores"])
        for name in ("loadings.tsv", "score_rows.tsv"):
            self.assertEqual((out / name).read_bytes(), (self.shared.folder / "panel" / name).read_bytes(), name)

    def test_bgzf_and_bcf_give_the_same_panel(self):
        packed = self.write_bgzf("reference.vcf.gz", (self.shared.folder / "reference.vcf").read_bytes(), 60000)
        bcf = self.to_bcf(packed, "reference.bcf")
        for path in (packed, bcf):
            out = self.dir / (path.name + ".panel")
            run = self.run_varisk("panel", "--variants", path, "--labels", self.shared.folder / "labels.tsv", "--model",
                                  self.shared.folder / "score.txt", "--out", out, out=out)
            self.assertEqual(run.code, 0, run)
            for name in ("panel.json", "loadings.tsv", "score_rows.tsv"):
                self.assertEqual((out / name).read_bytes(), (self.shared.folder / "panel" / name).read_bytes(), name)


    def test_a_sample_sheet_chooses_and_renames_and_options_may_stand_in_a_file(self):
        chosen = [i for i in range(480) if i % 3 == 0]
        self.write("sheet.tsv", "sample_id\tsource_id\n" + "".join(f"new{i}\t{self.shared.reference.ids[i]}\n" for i in chosen))
        self.write("labels.tsv", "sample_id\tpopulation\n" + "".join(
            f"new{i}\t{self.shared.reference.labels[i]}\n" for i in chosen))
        config = self.write("panel.toml", '[panel]\nsamples = "sheet.tsv"\ncomponents = 4\nlabels = "labels.tsv"\n'
                                          '[score]\nexplain = 3\n')
        out = self.dir / "chosen"
        run = self.run_varisk("panel", "--config", config, "--variants", self.shared.folder / "reference.vcf", "--out", out,
                              out=out)
        self.assertEqual(run.code, 0, run)
        panel = json.loads((out / "panel.json").read_text())
        self.assertEqual([sample["id"] for sample in panel["samples"]], [f"new{i}" for i in chosen])
        self.assertEqual((panel["components"], panel["scores"], "score_rows" in panel), (4, [], False))
        run = self.score("--variants", self.shared.folder / "held_out.vcf", "--model", self.shared.folder / "score.txt",
                         "--reference-panel", out)
        self.assertEqual([row["population"] for row in self.places(run)], self.shared.held_out.labels)
        self.assertEqual({row["flags"] for row in self.normalized(run)}, {"score_not_in_panel"})


class WhereSamplesLie(PanelTest):
    def test_samples_are_found_in_their_population(self):
        for row, label in zip(self.places(), self.shared.held_out.labels):
            self.assertEqual((row["population"], row["outside_range"], row["flags"]), (label, "no", ""), row)
            self.assertGreater(float(row["p_value"]), 1e-6)
            self.assertEqual(int(row["sites_used"]), self.panel["sites"]["rows"])

    def test_components_are_those_of_the_published_method(self):
        """Against the augmented matrix with the reference samples in full, as FRAPOSA computes it."""
        x = self.standardised(self.shared.held_out)
        _, u = self.loadings()
        s = np.array(self.panel["singular_values"])
        reference = self.standardised(self.shared.reference)[:, [i for i in range(480) if i % 40 != 0]]
        v = reference.T @ u / s
        wanted = v[:, :COMPONENTS] * s[:COMPONENTS]
        for number in range(12):
            sample = x[:, number]
            b = u.T @ sample
            rest = sample - u @ b
            arrow = np.zeros((len(s) + 1, len(s) + 1))
            arrow[:-1, :-1] = np.diag(s)
            arrow[:-1, -1] = b
            arrow[-1, -1] = np.linalg.norm(rest)
            _, d, rt = np.linalg.svd(arrow)
            base = np.zeros((len(v) + 1, len(s) + 1))
            base[:-1, :-1], base[-1, -1] = v, 1
            points = (base @ rt.T * d)[:, :2 * COMPONENTS]
            target = np.hstack([wanted, np.zeros((len(v), COMPONENTS))])
            while True:
                from_mean, to_mean = points[:-1].mean(axis=0), target.mean(axis=0)
                left, scale, right = np.linalg.svd((target - to_mean).T @ (points[:-1] - from_mean))
                turn = right.T @ left.T
                factor = scale.sum() / np.sum((points[:-1] - from_mean) ** 2)
                moved = factor * (points - from_mean) @ turn + to_mean
                free = moved[:-1, COMPONENTS:]
                change = np.sum((free - target[:, COMPONENTS:]) ** 2) / np.sum((free - free.mean(axis=0)) ** 2)
                if change < 1e-6:
                    break
                target = np.hstack([wanted, free])
            np.testing.assert_allclose(self.pcs()[number], moved[-1, :COMPONENTS], atol=1e-3)

    def spread(self, pcs, labels):
        """The mean of each population's samples, along that of its reference samples."""
        reference, reference_labels = self.reference_pcs()
        ratios = []
        for name in POPULATIONS:
            centre = reference[np.array(reference_labels) == name, :3].mean(axis=0)
            mean = pcs[np.array(labels) == name, :3].mean(axis=0)
            ratios.append(mean @ centre / (centre @ centre))
        return ratios

    def test_a_plain_projection_shrinks_and_ours_does_not(self):
        _, u = self.loadings()
        plain = self.spread((u.T @ self.standardised(self.shared.held_out)).T, self.shared.held_out.labels)
        ours = self.spread(self.pcs(), self.shared.held_out.labels)
        self.assertLess(max(plain), 0.97, plain)
        for ratio in ours:
            self.assertAlmostEqual(ratio, 1, delta=0.02, msg=(plain, ours))

    def test_missing_calls_and_absent_sites_do_not_draw_samples_to_the_middle(self):
        cohort = self.shared.held_out
        missing = self.project(cohort.with_missing(0.1, 3), "missing")
        absent = self.write("absent.vcf", cohort.vcf(LENGTHS["GRCh38"], without=range(0, 5000, 10)))
        absent = self.score("--variants", absent, "--model", self.shared.folder / "score.txt", "--reference-panel",
                            self.shared.folder / "panel")
        for run in (missing, absent):
            self.assertEqual([row["population"] for row in self.places(run)], cohort.labels)
            self.assertEqual({row["flags"] for row in self.places(run)}, {""})
            for ratio in self.spread(self.pcs(run), cohort.labels):
                self.assertAlmostEqual(ratio, 1, delta=0.02)
            np.testing.assert_allclose(self.pcs(run)[:, :3], self.pcs()[:, :3], atol=4.5)
        overlap = json.loads((absent.out / "run.json").read_text())["reference_panel"]["panel_overlap"]
        self.assertAlmostEqual(overlap, 0.9, delta=0.01)

    def test_sites_in_other_spellings_are_the_same(self):
        """REF and ALT exchanged, or on the other strand: the panel's alleles tell what is counted."""
        lines = []
        complement = str.maketrans("ACGT", "TGCA")
        calls = str.maketrans("01", "10")
        for number, line in enumerate((self.shared.folder / "held_out.vcf").read_text().splitlines()):
            columns = line.split("\t")
            if not line.startswith("#") and number % 3 == 0:
                columns[3], columns[4] = columns[4], columns[3]
                columns[9:] = [call.translate(calls) for call in columns[9:]]
            if not line.startswith("#") and number % 5 == 0:
                columns[3], columns[4] = columns[3].translate(complement), columns[4].translate(complement)
            lines.append("\t".join(columns))
        path = self.write("turned.vcf", "\n".join(lines) + "\n")
        run = self.score("--variants", path, "--model", self.shared.folder / "score.txt", "--reference-panel",
                         self.shared.folder / "panel")
        self.assertEqual((run.out / "ancestry.tsv").read_bytes(), (self.shared.scored.out / "ancestry.tsv").read_bytes())

    def test_few_sites_are_flagged_and_too_few_give_nothing(self):
        cohort = self.shared.held_out.take(range(20))
        sites = len(cohort.sites)
        for kept, flags in ((0.5, "low_overlap"), (0.01, "no_overlap")):
            without = [i for i in range(sites) if i >= kept * sites]
            run = self.score("--variants", self.write("few.vcf", cohort.vcf(LENGTHS["GRCh38"], without=without)), "--model",
                             self.shared.folder / "score.txt", "--reference-panel", self.shared.folder / "panel")
            for row in self.places(run):
                self.assertIn(flags, row["flags"].split(";"))
                self.assertEqual(row["PC1"] == "NA", flags == "no_overlap")
                self.assertEqual(row["population"] == "NA", flags == "no_overlap")
            self.assertRegex(run.stderr, "of the reference panel's sites")

    def test_a_stranger_is_flagged(self):
        cohort = populations.simulate(5000, {"other": 5}, 0.04, 99)
        stranger = populations.Cohort(self.shared.reference.sites, cohort.ids, cohort.labels, cohort.copies, None)
        run = self.project(stranger, "stranger")
        for row in self.places(run):
            self.assertIn("low_confidence", row["flags"].split(";"))
        for row in self.normalized(run):
            self.assertIn("low_confidence", row["flags"].split(";"))

    def test_results_do_not_depend_on_threads_or_on_who_else_is_there(self):
        one = self.score("--variants", self.shared.folder / "held_out.vcf", "--model", self.shared.folder / "score.txt",
                         "--reference-panel", self.shared.folder / "panel" / "panel.json", "--threads", 1)
        for name in ("ancestry.tsv", "normalized_scores.tsv", "scores.tsv"):
            self.assertEqual((one.out / name).read_bytes(), (self.shared.scored.out / name).read_bytes(), name)
        files = []
        for i in range(6):
            files.append(self.write(f"alone{i}.vcf", self.shared.held_out.take([i]).vcf(LENGTHS["GRCh38"])))
        alone = self.score("--variants", *files, "--model", self.shared.folder / "score.txt", "--reference-panel",
                           self.shared.folder / "panel", "--threads", 2)
        for name in ("ancestry.tsv", "normalized_scores.tsv"):
            together = {row["sample_id"]: row for row in self.shared.scored.table(name)}
            for row in alone.table(name):
                self.assertEqual(row, together[row["sample_id"]])


    def test_related_samples_lie_where_they_do_as_strangers(self):
        """They are no part of the decomposition, so their place is that of the same sample in a run."""
        related = [i for i in range(480) if i % 40 == 0]
        run = self.project(self.shared.reference.take(related), "related")
        expected = np.array([self.panel["samples"][i]["pcs"] for i in related])
        np.testing.assert_allclose(self.pcs(run), expected, atol=1e-6)
        self.assertEqual([self.panel["samples"][i]["unrelated"] for i in (0, 1, 40, 41)], [False, True, False, True])

    def test_dosages_lie_where_the_calls_do(self):
        lines = []
        for line in (self.shared.folder / "held_out.vcf").read_text().splitlines():
            columns = line.split("\t")
            if not line.startswith("#"):
                columns[8] = "DS"
                columns[9:] = [{"0/0": "0", "0/1": "1.0", "1/1": "2"}[call] for call in columns[9:]]
            elif line.startswith("##FORMAT"):
                line = '##FORMAT=<ID=DS,Number=A,Type=Float,Description="dosage">'
            lines.append(line if line.startswith("#") else "\t".join(columns))
        path = self.write("dosages.vcf", "\n".join(lines) + "\n")
        run = self.score("--variants", path, "--model", self.shared.folder / "score.txt", "--reference-panel",
                         self.shared.folder / "panel")
        self.assertEqual((run.out / "ancestry.tsv").read_bytes(), (self.shared.scored.out / "ancestry.tsv").read_bytes())

    def test_absent_sites_may_be_taken_for_homozygous_reference(self):
        """Files of one sample each that list only what differs from the reference."""
        lines = (self.shared.folder / "held_out.vcf").read_text().splitlines()
        files = []
        for sample in range(3):
            own = []
            for line in lines:
                columns = line.split("\t")
                if not line.startswith("##"):
                    line = "\t".join(columns[:9] + [columns[9 + sample]])
                if line.startswith("#") or columns[9 + sample] != "0/0":
                    own.append(line)
            files.append(self.write(f"own{sample}.vcf", "\n".join(own) + "\n"))
        arguments = ("--variants", *files, "--model", self.shared.folder / "score.txt", "--reference-panel",
                     self.shared.folder / "panel")
        assumed = self.score(*arguments, "--absent", "reference", "--reference", self.write_fasta())
        for name in ("ancestry.tsv", "normalized_scores.tsv"):
            self.assertEqual(assumed.table(name), self.shared.scored.table(name)[:3])
        missing = self.score(*arguments)
        self.assertTrue(all("low_overlap" in row["flags"] for row in self.places(missing)))

    def write_fasta(self):
        """A FASTA with REF at each site and N elsewhere, and its index."""
        text, index = [], []
        offset = 0
        for contig in ("1", "20", "21", "22"):
            sites = {site[1]: site[2] for site in self.shared.reference.sites if site[0] == contig}
            length = max(sites) + 100
            bases = ["N"] * length
            for position, ref in sites.items():
                bases[position - 1] = ref
            head = f">{contig}\n"
            offset += len(head)
            index.append(f"{contig}\t{length}\t{offset}\t{length}\t{length + 1}\n")
            text.append(head + "".join(bases) + "\n")
            offset += length + 1
        path = self.write("reference.fa", "".join(text))
        self.write("reference.fa.fai", "".join(index))
        return path

    def test_a_contig_that_only_the_panel_wants_may_be_absent(self):
        """One file per contig; the score has rows on two of them."""
        lines = (self.shared.folder / "held_out.vcf").read_text().splitlines(keepends=True)
        files = []
        for contig in ("1", "20"):
            own = [line for line in lines if line.startswith("#") or line.startswith(contig + "\t")]
            files.append(self.write(f"chr{contig}.vcf", "".join(own)))
        rows = (self.shared.folder / "score.txt").read_text().replace("SIM1", "SIM2").splitlines(keepends=True)
        score = self.write("two.txt", "".join(rows[:3] + [row for row in rows[3:] if row.startswith(("1\t", "20\t"))]))
        run = self.score("--variants", *files, "--model", score, "--reference-panel", self.shared.folder / "panel")
        self.assertEqual([row["population"] for row in self.places(run)], self.shared.held_out.labels)
        self.assertEqual({row["flags"] for row in self.places(run)}, {"low_overlap"})


class WhatScoresMean(PanelTest):
    def values(self, run=None, column="z_norm1"):
        return np.array([float(row[column]) for row in self.normalized(run)])

    def test_scores_of_all_populations_are_comparable_once_normalised(self):
        labels = np.array(self.shared.held_out.labels)
        raw = np.array(list(self.shared.scored.sums().values()))
        raw = (raw - raw.mean()) / raw.std()
        self.assertGreater(max(abs(raw[labels == name].mean()) for name in POPULATIONS), 1, "the populations differ")
        for column in ("z_most_similar", "z_norm1", "z_norm2"):
            z = self.values(column=column)
            for name in POPULATIONS:  # 80 samples each, and the reference's own error
                self.assertAlmostEqual(z[labels == name].mean(), 0, delta=0.45, msg=(column, name))
                self.assertAlmostEqual(z[labels == name].std(), 1, delta=0.3, msg=(column, name))
            self.assertAlmostEqual(z.mean(), 0, delta=0.2)
            self.assertAlmostEqual(z.std(), 1, delta=0.15)

    def test_values_are_those_of_an_independent_computation(self):
        if optimize is None:
            self.skipTest("scipy is not installed")
        pcs, labels = self.reference_pcs()
        y = np.array([value for value, sample in zip(self.panel["scores"][0]["sums"], self.panel["samples"])
                      if sample["unrelated"]])
        mean, sd = pcs[:, :4].mean(axis=0), pcs[:, :4].std(axis=0)
        x = np.hstack([np.ones((len(y), 1)), (pcs[:, :4] - mean) / sd])
        target = np.hstack([np.ones((320, 1)), (self.pcs()[:, :4] - mean) / sd])
        sums = np.array(list(self.shared.scored.sums().values()))

        beta = np.linalg.lstsq(x, y - y.mean(), rcond=None)[0]
        residual = y - y.mean() - x @ beta
        norm1 = (sums - y.mean() - target @ beta) / residual.std()
        np.testing.assert_allclose(self.values(column="z_norm1"), norm1, rtol=1e-9, atol=1e-9)

        unit = y.std()

        def loss(theta):
            eta = x @ theta[5:]
            r = (y - y.mean()) / unit - x @ theta[:5]
            return np.sum(eta / 2 + r * r * np.exp(-eta) / 2)

        start = np.concatenate([beta / unit, [2 * math.log(residual.std() / unit), 0, 0, 0, 0]])
        best = optimize.minimize(loss, start, method="BFGS", options={"gtol": 1e-8, "maxiter": 10000})
        norm2 = ((sums - y.mean()) / unit - target @ best.x[:5]) / np.exp(target @ best.x[5:] / 2)
        np.testing.assert_allclose(self.values(column="z_norm2"), norm2, atol=1e-4)

        labels = np.array(labels)
        for row, pc, value in zip(self.places(), self.pcs(), sums):
            distances = {}
            for name in POPULATIONS:
                own = pcs[labels == name, :5]
                off = pc[:5] - own.mean(axis=0)
                distances[name] = off @ np.linalg.inv(np.cov(own.T, bias=True)) @ off
            name = min(distances, key=distances.get)
            self.assertEqual(row["population"], name)
            self.assertAlmostEqual(float(row["distance"]) ** 2 / distances[name], 1, places=8)
            self.assertAlmostEqual(float(row["p_value"]) / stats.chi2.sf(distances[name], 5), 1, places=6)
            own = y[labels == name]
            normalized = next(entry for entry in self.normalized() if entry["sample_id"] == row["sample_id"])
            self.assertAlmostEqual(float(normalized["z_most_similar"]), (value - own.mean()) / own.std(), places=8)
            self.assertAlmostEqual(float(normalized["percentile"]), stats.percentileofscore(own, value), places=8)

    def test_missing_calls_are_imputed_at_the_panels_frequencies(self):
        cohort = self.shared.held_out.with_missing(0.2, 8)
        run = self.project(cohort, "missing")
        rows = {int(row["row"]) - 1: float(row["effect_allele_frequency"])
                for row in read_tsv(self.shared.folder / "panel" / "score_rows.tsv")}
        lines = (self.shared.folder / "score.txt").read_text().splitlines()[3:]
        expected = np.zeros(320)
        for row, (line, site) in enumerate(zip(lines, self.shared.score_sites)):
            _, _, effect, _, weight = line.split("\t")
            copies = cohort.copies[site].astype(float)
            if effect == cohort.sites[site][2]:
                copies = np.where(copies < 0, copies, 2 - copies)
            expected += float(weight) * np.where(copies < 0, 2 * rows[row], copies)
        np.testing.assert_allclose(list(run.sums().values()), expected, atol=1e-9)
        labels = np.array(cohort.labels)
        z = self.values(run, "z_norm1")
        self.assertLess(z.std(), 1.02)
        for name in POPULATIONS:
            self.assertAlmostEqual(z[labels == name].mean(), 0, delta=0.45)

    def test_absent_rows_are_imputed_too_and_many_of_them_are_flagged(self):
        cohort = self.shared.held_out
        for lost, flag in ((0.02, ""), (0.15, "many_rows_absent")):
            without = list(self.shared.score_sites[:int(lost * 600)])
            path = self.write("lost.vcf", cohort.vcf(LENGTHS["GRCh38"], without=without))
            run = self.score("--variants", path, "--model", self.shared.folder / "score.txt", "--reference-panel",
                             self.shared.folder / "panel")
            self.assertEqual({row["flags"] for row in self.normalized(run)}, {flag})
            self.assertAlmostEqual(self.values(run).mean(), self.values().mean(), delta=0.2)

    def test_rows_that_only_one_side_has_make_a_score_incomparable(self):
        """Palindromic rows, which this run keeps and the panel has dropped."""
        lines = (self.shared.folder / "score.txt").read_text().splitlines()
        header, rows = lines[:3], lines[3:]
        complement = {"A": "T", "C": "G", "G": "C", "T": "A"}
        vcf = (self.shared.folder / "reference.vcf").read_text()
        extra = []
        for i in range(40):
            extra.append(f"22\t{40_000_000 + i}\t.\tA\tT\t.\tPASS\t.\tGT\t" + "\t".join(["0/1"] * 480) + "\n")
            rows.append(f"22\t{40_000_000 + i}\tA\tT\t5.0")
        score = self.write("palindromic.txt", "\n".join(header + rows) + "\n")
        target = (self.shared.folder / "held_out.vcf").read_text() + "".join(
            f"22\t{40_000_000 + i}\t.\tA\tT\t.\tPASS\t.\tGT\t" + "\t".join(["0/0"] * 320) + "\n" for i in range(40))
        target = self.write("target.vcf", target)
        panel = self.dir / "panel"
        run = self.run_varisk("panel", "--variants", self.write("reference.vcf", vcf + "".join(extra)), "--labels",
                              self.shared.folder / "labels.tsv", "--model", score, "--out", panel, out=panel)
        self.assertEqual(run.code, 0, run)
        same = self.score("--variants", target, "--model", score, "--reference-panel", panel)
        self.assertEqual({row["flags"] for row in self.normalized(same)}, {""})
        kept = self.score("--variants", target, "--model", score, "--reference-panel", panel, "--palindromic", "keep")
        for row in self.normalized(kept):
            self.assertEqual((row["z_norm1"], row["z_norm2"], row["z_most_similar"], row["percentile"], row["flags"]),
                             ("NA", "NA", "NA", "NA", "rows_differ"))
        self.assertRegex(kept.stderr, "SIM1: .*only here or only in the reference panel")

    def test_another_score_is_not_normalised(self):
        other = self.write("other.txt", (self.shared.folder / "score.txt").read_text().replace("SIM1", "SIM2"))
        changed = (self.shared.folder / "score.txt").read_text().splitlines()
        columns = changed[10].split("\t")
        changed[10] = "\t".join(columns[:4] + [str(float(columns[4]) + 0.001)])
        changed = self.write("changed.txt", "\n".join(changed) + "\n")
        for path, flag in ((other, "score_not_in_panel"), (changed, "score_differs")):
            run = self.score("--variants", self.shared.folder / "held_out.vcf", "--model", path, "--reference-panel",
                             self.shared.folder / "panel")
            for row in self.normalized(run):
                self.assertEqual((row["z_norm1"], row["flags"]), ("NA", flag))
            self.assertEqual(len(run.warning_lines()), 1, run)

    def test_rows_by_id_and_rows_about_several_sites(self):
        sites = self.shared.reference.sites
        by_id = ["rsID\teffect_allele\tother_allele\teffect_weight"]
        by_id += [f"{site[0]}:{site[1]}\t{site[3]}\t{site[2]}\t{(i % 7 - 3) / 10}" for i, site in enumerate(sites[:300])]
        products = ["#genome_build=GRCh38", "chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\tis_interaction"]
        for a, b in zip(sites[:300:2], sites[1:300:2]):
            products.append(f"{a[0]}_x_{b[0]}\t{a[1]}_x_{b[1]}\t{a[3]}_x_{b[3]}\t{a[2]}_x_{b[2]}\t0.5\tTrue")
        for name, lines, more in (("by_id", by_id, ("--match-by", "id")), ("products", products, ())):
            with self.subTest(name):
                score = self.write(name + ".txt", "\n".join(lines) + "\n")
                panel = self.dir / (name + ".panel")
                run = self.run_varisk("panel", "--variants", self.shared.folder / "reference.vcf", "--labels",
                                      self.shared.folder / "labels.tsv", "--model", score, "--out", panel, *more, out=panel)
                self.assertEqual(run.code, 0, run)
                self.assertEqual((panel / "loadings.tsv").read_bytes(),
                                 (self.shared.folder / "panel" / "loadings.tsv").read_bytes())
                uses = {(row["use"], row["effect_allele_frequency"] == "NA") for row in read_tsv(panel / "score_rows.tsv")}
                self.assertEqual(uses, {("called", name == "products")})
                run = self.score("--variants", self.shared.folder / "held_out.vcf", "--model", score, "--reference-panel",
                                 panel, *more)
                self.assertEqual((run.out / "ancestry.tsv").read_bytes(),
                                 (self.shared.scored.out / "ancestry.tsv").read_bytes())
                self.assertEqual({row["flags"] for row in self.normalized(run)}, {""})
                self.assertAlmostEqual(self.values(run).mean(), 0, delta=0.25)
                changed = [line.replace("\t0.5\t", "\t0.25\t").replace("1:10000\t", "1:11000\t") for line in lines]
                changed = self.write(name + ".txt", "\n".join(changed) + "\n")
                run = self.score("--variants", self.shared.folder / "held_out.vcf", "--model", changed, "--reference-panel",
                                 panel, *more)
                self.assertEqual({row["flags"] for row in self.normalized(run)}, {"score_differs"})

    def test_given_frequencies_come_before_those_of_the_panel(self):
        cohort = self.shared.held_out.with_missing(0.5, 9)
        rows = ["#CHROM\tID\tREF\tALT\tALT_FREQS\tOBS_CT"]
        rows += [f"{site[0]}\t{site[0]}:{site[1]}:{site[2]}:{site[3]}\t{site[2]}\t{site[3]}\t0.25\t100" for site in
                 self.shared.reference.sites]
        run = self.project(cohort, "given", "--frequencies", self.write("given.afreq", "\n".join(rows) + "\n"))
        without = self.score("--variants", self.dir / "given.vcf", "--model", self.shared.folder / "score.txt",
                             "--frequencies", self.dir / "given.afreq")
        self.assertGreater(min(int(row["rows_imputed"]) for row in without.table("scores.tsv")), 100)
        self.assertEqual((run.out / "scores.tsv").read_bytes(), (without.out / "scores.tsv").read_bytes())

    def test_a_score_without_variance_has_no_norms(self):
        score = self.write("flat.txt", "#pgs_id=FLAT\n#genome_build=GRCh38\nchr_name\tchr_position\teffect_allele\t"
                                       "other_allele\teffect_weight\n1\t10000\t{}\t{}\t0\n".format(
                                           self.shared.reference.sites[0][3], self.shared.reference.sites[0][2]))
        panel = self.dir / "panel"
        run = self.run_varisk("panel", "--variants", self.shared.folder / "reference.vcf", "--labels",
                              self.shared.folder / "labels.tsv", "--model", score, "--out", panel, out=panel)
        self.assertEqual(run.code, 0, run)
        run = self.score("--variants", self.shared.folder / "held_out.vcf", "--model", score, "--reference-panel", panel)
        self.assertEqual({(row["z_norm1"], row["z_most_similar"], row["flags"]) for row in self.normalized(run)},
                         {("NA", "NA", "no_variance")})

    def test_without_a_panel_there_are_no_such_tables(self):
        run = self.score("--variants", self.shared.folder / "held_out.vcf", "--model", self.shared.folder / "score.txt")
        self.assertFalse(run.has("ancestry.tsv") or run.has("normalized_scores.tsv"))

    def test_the_other_tables_are_as_without_a_panel(self):
        run = self.score("--variants", self.shared.folder / "held_out.vcf", "--model", self.shared.folder / "score.txt")
        for name in ("scores.tsv", "matches.tsv", "sites.tsv"):
            self.assertEqual((run.out / name).read_bytes(), (self.shared.scored.out / name).read_bytes(), name)


if __name__ == "__main__":
    main()
