"""A cohort of four samples, a score and a model that can be added up by hand."""

from harness import record

SAMPLES = "anna ben cleo dan"


def records():
    return [
        record("1", 100, "A", "G", "0/0 0/1 1/1 0|1", id="rs1"),
        record("1", 200, "C", "T", "0/1 0/0 0/1 1/1", id="rs2"),
        record("1", 300, "G", "A,T", "0/1 1/2 2/2 0/2", id="rs3"),
        record("2", 50, "CAT", "C", "0/0 0/1 1|1 0/0", id="rs4"),
    ]


ROWS = ["1 100 G A 0.5", "1 200 C T -0.25", "1 300 T G 2", "2 50 C CAT 1"]
# effect copies: 0 1 2 1 / 1 2 1 0 / 0 1 2 1 / 0 1 2 0
SUMS = {"anna": -0.25, "ben": 3.0, "cleo": 6.75, "dan": 2.5}


def logistic_model(**changed):
    model = {
        "format": "varisk-model/1", "id": "m1", "outcome": "disease", "classes": ["no", "yes"], "family": "binomial",
        "features": {
            "age": {"type": "covariate", "column": "age", "value": "number", "unit": "years", "range": [18, 110],
                    "out_of_range": "error", "missing": "na"},
            "sex": {"type": "covariate", "column": "sex", "value": "category", "levels": ["female", "male"],
                    "unknown_level": "error", "missing": "na"},
            "prs": {"type": "score", "score": "toy", "mean": 1.0, "sd": 2.0},
            "rs1": {"type": "variant", "contig": "1", "position": 100, "ref": "A", "alt": "G", "effect_allele": "G",
                    "coding": "dominant"},
        },
        "intercept": -1.0,
        "terms": [
            {"name": "age", "coefficient": 0.05, "reference": 50, "factors": [{"feature": "age"}]},
            {"name": "male", "coefficient": 0.3, "factors": [{"feature": "sex", "level": "male"}]},
            {"name": "score", "coefficient": 0.8, "factors": [{"feature": "prs"}]},
            {"name": "carrier", "coefficient": -0.4, "factors": [{"feature": "rs1"}]},
            {"name": "age x score", "coefficient": 0.02,
             "factors": [{"feature": "age", "center": 50, "scale": 10}, {"feature": "prs"}]},
        ],
        "bands": [{"name": "low", "below": 0.3}, {"name": "middle", "below": 0.9}, {"name": "high"}],
    }
    model.update(changed)
    return {key: value for key, value in model.items() if value is not None}


COVARIATES = "sample_id\tage\tsex\nanna\t40\tfemale\nben\t61\tmale\ncleo\t50\tfemale\ndan\t75.5\tmale\n"
AGES = {"anna": 40, "ben": 61, "cleo": 50, "dan": 75.5}
CARRIER = {"anna": 0, "ben": 1, "cleo": 1, "dan": 1}


def predictor(sample):
    prs = (SUMS[sample] - 1.0) / 2.0
    return (-1.0 + 0.05 * AGES[sample] + 0.3 * (sample in ("ben", "dan")) + 0.8 * prs - 0.4 * CARRIER[sample] +
            0.02 * (AGES[sample] - 50) / 10 * prs)
