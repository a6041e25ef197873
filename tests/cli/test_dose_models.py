"""Dose classes by multinomial and ordinal models on calls of pharmacogenes, covariates and scores."""

import copy
import json
import math

import harness
from harness import number, record

SAMPLES = "ann ben cem dia eli"
CLASSES = ["low", "intermediate", "high"]
# rs1799853 T is CYP2C9*2, rs1057910 C is *3. eli lacks the position of *2, and VKORC1.
CALLS = {
    "rs1799853": "0/0 0/1 0/0 0/0 ./.",
    "rs1057910": "0/0 0/1 0/1 1/1 0/0",
    "rs9923231": "0/0 0/1 1/1 0/1 ./.",
}
COVARIATES = "sample_id\tage\tamiodarone\nann\t50\tno\nben\t71\tyes\ncem\t38\tno\ndia\t64.5\tno\neli\t80\tyes\n"
TRUTH = {
    "ann": {"age": 50, "amiodarone": "no", "star2": 0, "star3": 0, "activity": 2, "pair": "*1/*1", "vkorc1": "-1639 GG", "t": 0},
    "ben": {"age": 71, "amiodarone": "yes", "star2": 1, "star3": 1, "activity": 0.5, "pair": "*3/*2", "vkorc1": "-1639 AG", "t": 1},
    "cem": {"age": 38, "amiodarone": "no", "star2": 0, "star3": 1, "activity": 1, "pair": "*1/*3", "vkorc1": "-1639 AA", "t": 2},
    "dia": {"age": 64.5, "amiodarone": "no", "star2": 0, "star3": 2, "activity": 0, "pair": "*3/*3", "vkorc1": "-1639 AG", "t": 1},
}
FEATURES = {
    "age": {"type": "covariate", "column": "age", "value": "number"},
    "amiodarone": {"type": "covariate", "column": "amiodarone", "value": "category", "levels": ["no", "yes"]},
    "star2": {"type": "pharmacogene", "gene": "CYP2C9", "value": "allele_count", "allele": "*2"},
    "star3": {"type": "pharmacogene", "gene": "CYP2C9", "value": "allele_count", "allele": "*3"},
    "activity": {"type": "pharmacogene", "gene": "CYP2C9", "value": "activity_score"},
    "pair": {"type": "pharmacogene", "gene": "CYP2C9", "value": "diplotype",
             "levels": ["*1/*1", "*1/*2", "*3/*2", "*1/*3", "*3/*3"], "unknown_level": "missing"},
    "vkorc1": {"type": "pharmacogene", "gene": "VKORC1", "value": "phenotype",
               "levels": ["-1639 GG", "-1639 AG", "-1639 AA"]},
    "t": {"type": "pharmacogene", "gene": "VKORC1", "value": "allele_count", "allele": "rs9923231 variant (T)"},
}
# name, coefficient (ordinal), coefficients (multinomial), reference, factors
TERMS = [
    ("age", -0.3, [0.4, 0, -0.35], 0, [{"feature": "age", "center": 60, "scale": 10}]),
    ("amiodarone", -0.8, [0.7, 0, -1.1], 0, [{"feature": "amiodarone", "level": "yes"}]),
    ("*2", -0.4, [0.5, 0, -0.6], 0, [{"feature": "star2"}]),
    ("*3", -0.9, [1.2, 0, -0.9], 0, [{"feature": "star3"}]),
    ("activity", 0.25, [-0.5, 0, 0.75], 2, [{"feature": "activity"}]),
    ("*2/*3", -0.2, [0.3, 0, -0.1], 0, [{"feature": "pair", "level": "*3/*2"}]),
    ("AA", -1.7, [2.1, 0, -2.4], 0, [{"feature": "vkorc1", "level": "-1639 AA"}]),
    ("age x T", -0.05, [0.02, 0, -0.03], 1, [{"feature": "age", "center": 60, "scale": 10}, {"feature": "t"}]),
]
INTERCEPTS = [-1.1, 0.6, -0.4]
THRESHOLDS = [-1.9, 1.3]


def model(family, **changes):
    result = {"format": "varisk-model/1", "id": "dose", "outcome": "warfarin dose class", "classes": CLASSES,
              "family": family, "features": copy.deepcopy(FEATURES)}
    if family == "multinomial":
        result["intercepts"] = INTERCEPTS
    else:
        result["thresholds"] = THRESHOLDS
    result["terms"] = []
    for name, one, several, reference, factors in TERMS:
        numbers = {"coefficients": several} if family == "multinomial" else {"coefficient": one}
        result["terms"].append({"name": name, **numbers, "reference": reference, "factors": factors})
    result.update(changes)
    return result


def one_feature(feature, level=None):
    """A multinomial model on one feature, whose second linear predictor is the value."""
    factor = {"feature": "f"} if level is None else {"feature": "f", "level": level}
    return model("multinomial", classes=["a", "b"], features={"f": {"type": "pharmacogene", **feature}}, intercepts=[0, 0],
                 terms=[{"name": "f", "coefficients": [0, 1], "factors": [factor]}])


def factor_value(factor, person):
    value = person[factor["feature"]]
    if "level" in factor:
        return float(value == factor["level"])
    return (value - factor.get("center", 0)) / factor.get("scale", 1)


def products(person):
    return [math.prod(factor_value(factor, person) for factor in term[4]) for term in TERMS]


def multinomial(person):
    """Linear predictors and probabilities."""
    found = [intercept + sum(term[2][k] * value for term, value in zip(TERMS, products(person)))
             for k, intercept in enumerate(INTERCEPTS)]
    odds = [math.exp(value) for value in found]
    return found, [value / sum(odds) for value in odds]


def ordinal(person):
    eta = sum(term[1] * value for term, value in zip(TERMS, products(person)))
    below = [1 / (1 + math.exp(-(threshold - eta))) for threshold in THRESHOLDS]
    return eta, [below[0], below[1] - below[0], 1 - below[1]]


def gene_records(genes, calls, samples=5):
    """A record for each position of the genes; calls: rsID -> calls, 0/0 elsewhere."""
    tables = harness.REPOSITORY / "share" / "pgx"
    contig_of = {row["gene"]: row["contig"] for row in harness.read_tsv(tables / "genes.tsv")}
    rows = [record(contig_of[row["gene"]], row["position"], row["ref"], row["alts"],
                   calls.get(row["rsid"], " ".join(["0/0"] * samples)), id=row["rsid"])
            for row in harness.read_tsv(tables / "positions.tsv") if row["gene"] in genes]
    return sorted(rows, key=lambda row: (int(row[0][3:]), int(row[1])))


class DoseModelTest(harness.VariskTest):
    def setUp(self):
        super().setUp()
        self.vcf = self.write_vcf("cohort.vcf", SAMPLES, gene_records(("CYP2C9", "VKORC1"), CALLS))
        self.covariates = self.write("cov.tsv", COVARIATES)

    def arguments(self, content, *options):
        path = self.write_model("dose.json", content)
        return ["--variants", self.vcf, "--model", path, "--covariates", self.covariates, *options]

    def risk(self, content, *options):
        return self.score(*self.arguments(content, *options))

    def values(self, feature, *options, level=None):
        """sample -> value of one feature, None without a result"""
        path = self.write_model("one.json", one_feature(feature, level))
        run = self.score("--variants", self.vcf, "--model", path, *options)
        return {row["sample_id"]: number(row["linear_predictor"]) for row in run.table("risk.tsv") if row["class"] == "b"}

    def refuse_model(self, content, *needles, code=3):
        return self.refuse(code, ["dose.json", *needles], *self.arguments(content))


class ClassesTest(DoseModelTest):
    """Probabilities of classes, held against formulas in Python."""

    def test_a_multinomial_model(self):
        run = self.risk(model("multinomial"))
        rows = run.table("risk.tsv")
        self.assertEqual([(row["sample_id"], row["class"]) for row in rows],
                         [(sample, name) for sample in SAMPLES.split() for name in CLASSES])
        for sample, person in TRUTH.items():
            mine = [row for row in rows if row["sample_id"] == sample]
            predictors, probabilities = multinomial(person)
            for row, predictor, probability in zip(mine, predictors, probabilities):
                self.assert_near(number(row["linear_predictor"]), predictor)
                self.assert_near(number(row["probability"]), probability)
                self.assertEqual((row["standard_error"], row["band"], row["flags"]), ("NA", "NA", ""))
                self.assertEqual(row["observed_fraction"], "1")
            self.assert_near(sum(number(row["probability"]) for row in mine), 1)

    def test_an_ordinal_model(self):
        rows = self.risk(model("ordinal")).table("risk.tsv")
        for sample, person in TRUTH.items():
            mine = [row for row in rows if row["sample_id"] == sample]
            self.assertEqual([row["class"] for row in mine], CLASSES)
            predictor, probabilities = ordinal(person)
            for row, probability in zip(mine, probabilities):
                self.assert_near(number(row["linear_predictor"]), predictor)
                self.assert_near(number(row["probability"]), probability)
            self.assert_near(sum(number(row["probability"]) for row in mine), 1)

    def test_without_a_call_there_is_no_result(self):
        for family in ("multinomial", "ordinal"):
            rows = [row for row in self.risk(model(family)).table("risk.tsv") if row["sample_id"] == "eli"]
            self.assertEqual([row["class"] for row in rows], CLASSES)
            for row in rows:
                self.assertEqual((row["probability"], row["linear_predictor"]), ("NA", "NA"))
                self.assertEqual(row["flags"], "missing:activity;missing:pair;missing:star2;missing:star3;missing:t;missing:vkorc1")
                self.assertEqual(row["observed_fraction"], "0.25")

    def test_explanations_of_each_class_add_up(self):
        for most in (8, 3):
            run = self.risk(model("multinomial"), "--explain", str(most))
            baselines = json.loads((run.out / "run.json").read_text())["models"][0]["baseline"]
            self.assertEqual(list(baselines), CLASSES)
            rows = run.table("explain.tsv")
            for sample, person in TRUTH.items():
                predictors, _ = multinomial(person)
                for k, name in enumerate(CLASSES):
                    self.assert_near(baselines[name], INTERCEPTS[k] + sum(term[2][k] * term[3] for term in TERMS))
                    mine = [row for row in rows if row["sample_id"] == sample and row["feature"].endswith(f" [{name}]")]
                    self.assertEqual([row["rank"] for row in mine], [str(rank + 1) for rank in range(min(most + 1, 8))])
                    self.assertEqual(mine[-1]["feature"] == f"(rest) [{name}]", most == 3)
                    self.assert_near(sum(number(row["contribution"]) for row in mine), predictors[k] - baselines[name])
            self.assertFalse([row for row in rows if row["sample_id"] == "eli"])

    def test_explanations_of_an_ordinal_model_add_up(self):
        run = self.risk(model("ordinal"), "--explain", "2")
        baseline = json.loads((run.out / "run.json").read_text())["models"][0]["baseline"]
        self.assert_near(baseline, sum(term[1] * term[3] for term in TERMS))
        for sample, person in TRUTH.items():
            mine = [row for row in run.table("explain.tsv") if row["sample_id"] == sample]
            self.assertEqual([row["rank"] for row in mine], ["1", "2", "3"])
            self.assert_near(sum(number(row["contribution"]) for row in mine), ordinal(person)[0] - baseline)

    def test_threads_and_sample_groups_do_not_matter(self):
        one = self.risk(model("multinomial"), "--explain", "3", "--threads", "1")
        self.assert_same_tables(one, self.risk(model("multinomial"), "--explain", "3", "--threads", "4"))
        paths = []
        for i, sample in enumerate(SAMPLES.split()):
            calls = {rsid: text.split()[i] for rsid, text in CALLS.items()}
            paths.append(self.write_vcf(f"{sample}.vcf", sample, gene_records(("CYP2C9", "VKORC1"), calls, 1)))
        path = self.write_model("dose.json", model("multinomial"))
        split = self.score("--variants", *paths, "--model", path, "--covariates", self.covariates, "--explain", "3")
        self.assert_same_tables(one, split, names=("risk.tsv", "explain.tsv"))

    def test_beside_scores_and_other_models(self):
        toy = self.write_score("toy.txt", ["chr10 94942290 T C 0.5", "chr16 31096368 T C 1.5"], pgs_id="toy")
        content = model("ordinal", classes=["a", "b"], thresholds=[0.25], features={
            "prs": {"type": "score", "score": "toy"},
            "star3": FEATURES["star3"],
            "rs": {"type": "variant", "contig": "16", "position": 31096368, "ref": "C", "alt": "T", "effect_allele": "T"}})
        content["terms"] = [{"name": name, "coefficient": value, "factors": [{"feature": name}]}
                            for name, value in (("prs", 0.5), ("star3", -1), ("rs", 0.125))]
        binomial = {"format": "varisk-model/1", "id": "binary", "outcome": "o", "family": "binomial", "intercept": -1,
                    "features": {"star3": FEATURES["star3"]},
                    "terms": [{"name": "star3", "coefficient": 2, "factors": [{"feature": "star3"}]}]}
        run = self.score("--variants", self.vcf, "--model", toy, self.write_model("a.json", content),
                         self.write_model("b.json", binomial))
        risks = run.risks()
        for sample, person in TRUTH.items():
            prs = 0.5 * person["star2"] + 1.5 * person["t"]
            eta = 0.5 * prs - person["star3"] + 0.125 * person["t"]
            self.assert_near(number(risks[sample, "dose", "a"]["probability"]), 1 / (1 + math.exp(eta - 0.25)))
            self.assert_near(number(risks[sample, "dose", "b"]["linear_predictor"]), eta)
            self.assertNotIn((sample, "binary", "no"), risks)
            self.assert_near(number(risks[sample, "binary", "yes"]["linear_predictor"]), -1 + 2 * person["star3"])


class GeneFeatureTest(DoseModelTest):
    """What calls of genes say to a model."""

    def test_with_and_without_dosing(self):
        without = self.risk(model("multinomial"))
        self.assertFalse(without.has("diplotypes.tsv") or without.has("dosing.tsv"))
        dosing = json.loads((without.out / "run.json").read_text())["dosing"]
        self.assertEqual((list(dosing["genes"]), dosing["drugs"]), (["CYP2C9", "VKORC1"], 0))
        both = self.risk(model("multinomial"), "--dosing")
        self.assertTrue(both.has("diplotypes.tsv") and both.has("dosing.tsv"))
        self.assert_same_tables(without, both, but=("matches.tsv", "diplotypes.tsv", "dosing.tsv"))

    def test_columns_of_dosing_are_not_read_without_it(self):
        self.covariates = self.write("heavy.tsv", COVARIATES.replace("amiodarone", "amiodarone\tweight_kg [stone]")
                                     .replace("\tno", "\tno\theavy").replace("\tyes", "\tyes\theavy"))
        self.risk(model("ordinal"))
        self.refuse(3, ["heavy.tsv", "stone"], *self.arguments(model("ordinal"), "--dosing"))

    def test_genes_are_chosen(self):
        all_of_them = self.risk(model("ordinal"))
        tables = harness.REPOSITORY / "share" / "pgx"
        some = self.risk(model("ordinal"), "--genes", "CYP2C9,VKORC1", "--pgx-data", tables, "--pgx-exemptions", "off")
        self.assert_same_tables(all_of_them, some)
        self.risk(model("ordinal"), "--dosing", "--genes", "CYP2C9,VKORC1,TPMT")
        self.refuse(2, ["--genes leaves out VKORC1", r"dose\.json: features\.vkorc1"],
                    *self.arguments(model("ordinal"), "--genes", "CYP2C9"))
        self.refuse(2, ["--drugs", "--dosing"], *self.arguments(model("ordinal"), "--drugs", "warfarin"))

    def test_options_that_nothing_needs(self):
        toy = self.write_score("toy.txt", ["chr10 94942290 T C 0.5"], pgs_id="toy")
        outside = self.write("calls.tsv", "ann\tCYP2D6\t*1/*4\n")
        for options in (("--genes", "CYP2C9"), ("--outside-calls", outside), ("--pgx-absent", "reference"), ("--pgx-all-matches",)):
            self.refuse(2, ["pharmacogene", "--dosing"], "--variants", self.vcf, "--model", toy, *options)

    def test_rules_for_missing_values(self):
        feature = {"gene": "CYP2C9", "value": "activity_score"}
        self.assertIsNone(self.values(feature)["eli"])
        values = self.values({**feature, "missing": {"value": 1.75}})
        self.assertEqual(values, {"ann": 2, "ben": 0.5, "cem": 1, "dia": 0, "eli": 1.75})
        path = self.write_model("strict.json", one_feature({**feature, "missing": "error"}))
        self.refuse(3, [r"strict\.json: features\.f: expected a call of CYP2C9 .* sample 5"], "--variants", self.vcf, "--model", path)
        category = {"gene": "VKORC1", "value": "phenotype", "levels": ["-1639 GG", "-1639 AA", "-1639 AG"],
                    "missing": {"value": "-1639 AG"}}
        self.assertEqual(self.values(category, level="-1639 AG"), {"ann": 0, "ben": 1, "cem": 0, "dia": 1, "eli": 1})

    def test_imputed_and_missing_values_are_counted(self):
        path = self.write_model("one.json", one_feature({**FEATURES["star2"], "missing": {"value": 0.25}}))
        run = self.score("--variants", self.vcf, "--model", path)
        self.assertEqual(run.risks()["eli", "dose", "b"]["flags"], "imputed:f")
        cleaning = json.loads((run.out / "run.json").read_text())["cleaning"]
        self.assertEqual(cleaning["dose: CYP2C9 (f)"],
                         {"converted": 0, "out_of_range": 0, "outliers": 0, "winsorised": 0, "unknown_level": 0, "missing": 1, "imputed": 1})

    def test_unknown_levels(self):
        feature = {"gene": "CYP2C9", "value": "diplotype", "levels": ["*1/*1", "*3/*1"]}
        path = self.write_model("one.json", one_feature(feature, "*1/*1"))
        self.refuse(3, [r"one\.json: features\.f", r"CYP2C9 .*\*1/\*1, \*3/\*1, found '\*2/\*3' in sample 2"], "--variants", self.vcf,
                    "--model", path)
        values = self.values({**feature, "unknown_level": "missing"}, level="*3/*1")
        self.assertEqual(values, {"ann": 0, "ben": None, "cem": 1, "dia": None, "eli": None})

    def test_ambiguous_calls_that_agree_have_a_value(self):
        calls = {rsid: "0/0 0/1" for rsid in ("rs1800460", "rs1142345", "rs3745274", "rs2279343")}
        self.vcf = self.write_vcf("two.vcf", "ann ben", gene_records(("TPMT", "CYP2B6"), calls, 2))
        every = "--pgx-all-matches"
        # *1/*3A or *3B/*3C: intermediate or poor. *1/*6 or *4/*9: intermediate both.
        tpmt = {"gene": "TPMT", "value": "phenotype", "levels": ["Normal Metabolizer", "Intermediate Metabolizer"]}
        cyp2b6 = {**tpmt, "gene": "CYP2B6"}
        level = "Intermediate Metabolizer"
        self.assertEqual(self.values(tpmt, level=level), {"ann": 0, "ben": 1})
        self.assertEqual(self.values(tpmt, every, level=level), {"ann": 0, "ben": None})
        self.assertEqual(self.values(cyp2b6, every, level=level), {"ann": 0, "ben": 1})
        for allele, expected in (("*6", None), ("*5", 0)):
            self.assertEqual(self.values({"gene": "CYP2B6", "value": "allele_count", "allele": allele}, every)["ben"], expected)
        pair = {"gene": "CYP2B6", "value": "diplotype", "levels": ["*1/*6", "*1/*1"]}
        self.assertEqual(self.values(pair, level="*1/*6"), {"ann": 0, "ben": 1})
        self.assertEqual(self.values(pair, every, level="*1/*6"), {"ann": 0, "ben": None})

    def test_outside_calls(self):
        outside = self.write("calls.tsv", "\n".join((
            "eli\tCYP2C9\t*3/*2", "ann\tCYP2D6\t*4.001/*1x2", "ben\tCYP2D6\t*4/*5", "cem\tCYP2D6\t\tPoor Metabolizer",
            "dia\tCYP2D6\t*1/*4", "dia\tCYP2D6\t*2/*4", "ann\tCYP2C9\t.")) + "\n")
        star2 = {"gene": "CYP2C9", "value": "allele_count", "allele": "*2"}
        self.assertEqual(self.values(star2, "--outside-calls", outside), {"ann": None, "ben": 1, "cem": 0, "dia": 0, "eli": 1})
        pair = {"gene": "CYP2C9", "value": "diplotype", "levels": ["*2/*3"], "unknown_level": "missing"}
        self.assertEqual(self.values(pair, "--outside-calls", outside, level="*2/*3")["eli"], 1)
        # A phenotype alone has no alleles; two calls that differ have only what they share.
        star4 = {"gene": "CYP2D6", "value": "allele_count", "allele": "*4"}
        self.assertEqual(self.values(star4, "--outside-calls", outside), {"ann": 1, "ben": 1, "cem": None, "dia": 1, "eli": None})
        double = {"gene": "CYP2D6", "value": "allele_count", "allele": "*1x2"}
        self.assertEqual(self.values(double, "--outside-calls", outside)["ann"], 1)
        activity = {"gene": "CYP2D6", "value": "activity_score"}
        self.assertEqual(self.values(activity, "--outside-calls", outside), {"ann": 2, "ben": 0, "cem": 0, "dia": 1, "eli": None})

    def test_research_calls_are_no_values(self):
        calls = {"rs1799853": "0/0 1/1 0/0 0/0 0/0", "rs1057910": "0/0 0/1 0/0 0/0 0/0"}
        self.vcf = self.write_vcf("research.vcf", SAMPLES, gene_records(("CYP2C9",), calls))
        activity = {"gene": "CYP2C9", "value": "activity_score"}
        self.assertIsNone(self.values(activity, "--pgx-research", "combinations")["ben"])
        self.assertEqual(self.values(activity, "--pgx-research", "combinations")["ann"], 2)

    def test_absent_positions(self):
        rows = [row for row in gene_records(("CYP2C9", "VKORC1"), CALLS) if row[2] != "rs1057910"]
        self.vcf = self.write_vcf("absent.vcf", SAMPLES, rows)
        star3 = {"gene": "CYP2C9", "value": "allele_count", "allele": "*3"}
        self.assertEqual(set(self.values(star3).values()), {None})
        self.assertEqual(self.values(star3, "--pgx-absent", "reference"), {"ann": 0, "ben": 0, "cem": 0, "dia": 0, "eli": None})

    def test_the_check_refuses_what_scoring_would_refuse(self):
        content = model("ordinal")
        content["features"]["star2"]["missing"] = "error"
        arguments = [str(argument) for argument in self.arguments(content)]
        self.assertEqual(self.run_varisk("check", *arguments).code, 0)
        strict = self.run_varisk("check", *arguments, "--strict")
        self.assertEqual(strict.code, 3, strict)
        self.assertRegex(strict.stderr, r"features\.star2: expected a call of CYP2C9")
        content["features"]["star2"]["allele"] = "*222"
        self.assertEqual(self.run_varisk("check", *map(str, self.arguments(content))).code, 3)

    def test_genotypes_of_another_build(self):
        vcf = self.write_vcf("37.vcf", SAMPLES, gene_records(("CYP2C9", "VKORC1"), CALLS),
                             contigs={"chr10": None, "chr16": None, **harness.LENGTHS["GRCh37"]})
        path = self.write_model("dose.json", model("ordinal"))
        self.refuse(3, ["37.vcf", "GRCh38"], "--variants", vcf, "--model", path, "--covariates", self.covariates)


class BadModelTest(DoseModelTest):
    """Each is refused with one line that says where, what was expected and what was found."""

    def test_the_models_are_good_as_they_are(self):
        for family in ("multinomial", "ordinal"):
            self.risk(model(family))

    def test_numbers_of_another_family(self):
        self.refuse_model(model("multinomial", intercept=1), "intercept: expected 'intercepts'", "found 1")
        self.refuse_model(model("ordinal", intercept=1), "intercept: expected 'thresholds'", "found 1")
        content = model("multinomial")
        content["terms"][2] = {"name": "*2", "coefficient": 0.5, "factors": [{"feature": "star2"}]}
        self.refuse_model(content, r"terms\[2\]\.coefficient: expected 'coefficients'", "found 0.5")
        content = model("ordinal")
        content["terms"][2] = {"name": "*2", "coefficients": [1, 2, 3], "factors": [{"feature": "star2"}]}
        self.refuse_model(content, r"terms\[2\]\.coefficients: expected 'coefficient'")
        content["family"] = "poisson"
        self.refuse_model(content, 'family: expected "binomial", "multinomial", "ordinal" or "gaussian", found "poisson"')

    def test_what_follows_the_linear_predictor(self):
        for key, value in (("covariance", [[1]]),
                           ("prevalence", {"training": 0.5, "population": 0.1}), ("bands", [{"name": "all"}])):
            for family in ("multinomial", "ordinal"):
                self.refuse_model(model(family, **{key: value}), f"{key}: expected no {key}, because the family is {family}")

    def test_shapes(self):
        self.refuse_model(model("multinomial", intercepts=[1, 2]), "intercepts: expected 3 numbers", "found 2")
        self.refuse_model(model("ordinal", thresholds=[1, 2, 3]), "thresholds: expected 2 numbers", "found 3")
        self.refuse_model(model("ordinal", thresholds=[2, 1]), r"thresholds\[1\]: expected a number above", "found 1")
        self.refuse_model(model("multinomial", classes=["a"]), "classes: expected two or more")
        self.refuse_model(model("multinomial", classes=["a", "a", "b"]), "classes: expected different names")

    def change(self, feature, **changes):
        content = model("ordinal")
        content["features"][feature].update(changes)
        return content

    def test_names_that_the_tables_do_not_have(self):
        self.refuse_model(self.change("star2", gene="CYP2C99"), r"features\.star2\.gene: expected a gene of the tables, found 'CYP2C99'",
                          "did you mean .*CYP2C9")
        self.refuse_model(self.change("star2", allele="*200"), r"features\.star2\.allele: expected an allele of CYP2C9, found '\*200'",
                          r"\*20")
        self.refuse_model(self.change("vkorc1", levels=["-1639 GG", "-1639 AA", "AG"]),
                          r"features\.vkorc1\.levels: expected a phenotype of VKORC1, found 'AG'", "-1639 AG")
        self.refuse_model(self.change("pair", levels=["*3/*2", "*1/*222"]), r"features\.pair\.levels: .*found '\*222'")
        self.refuse_model(self.change("pair", levels=["*3/*2", "*1/*2/*3"]), r"features\.pair\.levels: expected one or two alleles")
        self.refuse_model(self.change("pair", levels=["*3/*2", "*2/*3"]), r"each diplotype once, found '\*2/\*3'")
        content = self.change("activity", gene="VKORC1")
        self.refuse_model(content, r"features\.activity\.gene: expected a gene with activity scores, found 'VKORC1'")
        content = self.change("vkorc1", gene="HLA-B")
        self.refuse_model(content, r"features\.vkorc1\.gene: .*HLA-B", "count")

    def test_keys_of_pharmacogenes(self):
        self.refuse_model(self.change("star2", value="copies"), r"features\.star2\.value", "copies")
        self.refuse_model(self.change("star2", levels=["*2"]), r"features\.star2: unknown key 'levels'")
        self.refuse_model(self.change("star2", missing={"value": 3}), r"features\.star2\.missing\.value", "found 3")
        content = self.change("pair")
        del content["features"]["pair"]["levels"]
        self.refuse_model(content, r"features\.pair: expected the key 'levels'")


if __name__ == "__main__":
    harness.main()
