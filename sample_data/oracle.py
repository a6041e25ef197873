#!/usr/bin/env python3
"""What `varisk score --config sample_data/quickstart.toml` has to find, computed a second time and in the plainest way.

Reads the VCFs, scoring files, covariates and models of this folder and writes expected/scores.tsv, expected/risk.tsv and
expected/states.tsv. Follows docs/formats.md with the default policies and shares no code with varisk. Sums are exact
fractions, rounded once.
"""

import csv
import gzip
import json
import math
import tomllib
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MIN_MATCH = Fraction(3, 4)
MISSING = {"", "NA", "N/A", "NaN", "."}
GLUCOSE_MG_DL_PER_MMOL_L = Fraction("18.0156")  # C6H12O6, 180.156 g/mol
COMPLEMENT = {"A": "T", "C": "G", "G": "C", "T": "A"}
STATES = ["matched", "flipped", "absent", "ambiguous", "allele_mismatch", "duplicate", "filtered", "unsupported",
          "not_harmonised"]


def reverse_complement(allele):
    return "".join(COMPLEMENT[base] for base in reversed(allele))


def canonical(contig):
    return contig.removeprefix("chr")


# ---------------------------------------------------------------- genotypes


class Site:
    def __init__(self, ref, alts):
        self.alleles = [ref, *alts]
        self.calls = {}  # sample -> {FORMAT key: text}


def read_vcf(path, sites, samples):
    with gzip.open(path, "rt") as lines:
        for line in lines:
            if line.startswith("##"):
                continue
            fields = line.rstrip("\n").split("\t")
            if line.startswith("#CHROM"):
                ids = fields[9:]
                samples += [i for i in ids if i not in samples]
                continue
            key = (canonical(fields[0]), int(fields[1]))
            assert key not in sites, f"two records at {key}"
            site = sites[key] = Site(fields[3], fields[4].split(","))
            keys = fields[8].split(":")
            for sample, text in zip(ids, fields[9:]):
                site.calls[sample] = dict(zip(keys, text.split(":")))


def call(site, sample, allele_index):
    """Copies of one allele (None: missing) and ploidy."""
    values = site.calls[sample]
    indexes = values["GT"].replace("|", "/").split("/")
    ploidy = len(indexes)
    dosages = values.get("DS", ".").split(",")
    if "." not in dosages:
        of_alt = [Fraction(d) for d in dosages]
        return (of_alt[allele_index - 1] if allele_index else ploidy - sum(of_alt)), ploidy
    if "." in indexes:
        return None, ploidy
    return Fraction(indexes.count(str(allele_index))), ploidy


# ------------------------------------------------------------------- scores


class Score:
    def __init__(self, path):
        header = {}
        with open(path, newline="") as handle:
            lines = handle.read().splitlines()
        while lines[0].startswith("#"):
            key, _, value = lines.pop(0)[1:].partition("=")
            header[key] = value
        self.id = header["pgs_id"]
        self.rows = list(csv.DictReader(lines, delimiter="\t"))


def match(row, site):
    """State of a row, and which allele of the site it counts."""
    effect, other = row["effect_allele"], row["other_allele"]
    if other and reverse_complement(effect) == other and len(effect) == 1:
        return "ambiguous", None
    if site is None:
        return "absent", None
    if not other:
        if effect in site.alleles:
            return "matched", site.alleles.index(effect)
        flipped = reverse_complement(effect)
        return ("flipped", site.alleles.index(flipped)) if flipped in site.alleles else ("allele_mismatch", None)
    if {effect, other} <= set(site.alleles):
        return "matched", site.alleles.index(effect)
    effect, other = reverse_complement(effect), reverse_complement(other)
    if {effect, other} <= set(site.alleles):
        return "flipped", site.alleles.index(effect)
    return "allele_mismatch", None


def score_samples(score, sites, samples):
    states = dict.fromkeys(STATES, 0)
    results = {s: {"sum": Fraction(0), "alleles": 0, "imputed": 0, "observed": 0} for s in samples}
    for row in score.rows:
        site = sites.get((canonical(row["chr_name"]), int(row["chr_position"])))
        state, allele = match(row, site)
        states[state] += 1
        if state not in ("matched", "flipped", "absent"):
            continue
        weight = Fraction(row["effect_weight"])
        frequency = row["allelefrequency_effect"]
        for sample in samples:
            result = results[sample]
            copies, ploidy = call(site, sample, allele) if state != "absent" else (None, 2)
            if copies is not None:
                result["observed"] += 1
            elif frequency:
                copies = ploidy * Fraction(frequency)
                result["imputed"] += 1
            else:
                continue
            result["sum"] += weight * copies
            result["alleles"] += ploidy
    used = states["matched"] + states["flipped"]
    total = len(score.rows)
    table = {}
    for sample, result in results.items():
        table[sample] = {
            "sum": result["sum"],
            "average": result["sum"] / result["alleles"],
            "allele_count": result["alleles"],
            "rows_used": used,
            "rows_total": total,
            "rows_imputed": result["imputed"],
            "rows_assumed_reference": 0,
            "observed_fraction": Fraction(result["observed"], total),
        }
        if Fraction(used, total) < MIN_MATCH:
            table[sample]["sum"] = table[sample]["average"] = None
    return table, states


# ------------------------------------------------------------------- models


def read_covariates(path):
    """sample -> column -> (text, declared unit)."""
    table = {}
    with open(path, newline="") as handle:
        reader = csv.reader(handle, delimiter="\t")
        header = [(name.removesuffix("]").split(" [") + [None])[:2] for name in next(reader)]
        for cells in reader:
            row = {name: (cell, unit) for (name, unit), cell in zip(header, cells)}
            sample = row["sample_id"][0]
            assert table.get(sample, row) == row, f"{sample} has two different rows"
            table[sample] = row
    return table


def read_covariate(feature, text, unit):
    """The value, or None."""
    if text in MISSING:
        return None
    if feature["value"] == "category":
        if text in feature["levels"]:
            return text
        assert feature.get("unknown_level", "error") == "missing", text
        return None
    value = Fraction(text)
    if unit and unit != feature["unit"]:
        assert (unit, feature["unit"], feature["analyte"]) == ("mmol/L", "mg/dL", "glucose")
        value *= GLUCOSE_MG_DL_PER_MMOL_L
    low, high = feature["range"]
    if not low <= value <= high:
        assert feature.get("out_of_range", "error") == "missing", text
        return None
    return float(value)


def variant_value(feature, sites, sample):
    site = sites.get((canonical(feature["contig"]), feature["position"]))
    if site is None or not {feature["ref"], feature["alt"]} <= set(site.alleles):
        return None
    copies, ploidy = call(site, sample, site.alleles.index(feature["effect_allele"]))
    if copies is None:
        return None
    if ploidy == 1 or feature["coding"] == "additive":
        return float(copies)
    return float(min(copies, 1) if feature["coding"] == "dominant" else max(copies - 1, 0))


def feature_values(model, sample, covariates, scores, sites):
    """name -> value; how many were observed; flags. A missing one is None."""
    values, flags, observed = {}, [], 0
    for name, feature in model["features"].items():
        if feature["type"] == "covariate":
            value = read_covariate(feature, *covariates[sample][feature["column"]])
            rule = feature.get("missing", "na")
            substitute = rule["value"] if isinstance(rule, dict) else None
            assert value is not None or rule != "error"
        elif feature["type"] == "score":
            total = scores[feature["score"]][sample]["sum"]
            value = None if total is None else float(
                (total - Fraction(repr(feature["mean"]))) / Fraction(repr(feature["sd"])))
            substitute = None
        else:
            value = variant_value(feature, sites, sample)
            substitute = feature.get("mean")
        if value is not None:
            observed += 1
        elif substitute is not None:
            value = substitute
            flags.append(f"imputed:{name}")
        else:
            flags.append(f"missing:{name}")
        values[name] = value
    return values, Fraction(observed, len(values)), sorted(flags)


def factor_value(factor, values):
    value = values[factor["feature"]]
    if "level" in factor:
        return float(value == factor["level"])
    if "at_least" in factor or "below" in factor:
        return float(factor.get("at_least", -math.inf) <= value < factor.get("below", math.inf))
    assert not factor.get("log")
    return (value - factor.get("center", 0)) / factor.get("scale", 1)


def predict(model, sample, covariates, scores, sites):
    values, observed, flags = feature_values(model, sample, covariates, scores, sites)
    row = {"outcome": model["outcome"], "class": model["classes"][1], "observed_fraction": observed,
           "flags": ";".join(flags)}
    assert not {"prevalence", "calibration", "covariance"} & set(model)
    if None in values.values():
        return row
    addends = [model["intercept"]]
    for term in model["terms"]:
        addends.append(term["coefficient"] * math.prod(factor_value(f, values) for f in term["factors"]))
    row["linear_predictor"] = math.fsum(addends)
    row["probability"] = 1 / (1 + math.exp(-row["linear_predictor"]))
    row["band"] = next(b["name"] for b in model["bands"] if row["probability"] < b.get("below", math.inf))
    return row


# ------------------------------------------------------------------- output

SCORE_COLUMNS = ["sum", "average", "allele_count", "rows_used", "rows_total", "rows_imputed", "rows_assumed_reference",
                 "observed_fraction"]
RISK_COLUMNS = ["outcome", "class", "probability", "linear_predictor", "standard_error", "band", "observed_fraction", "flags"]


def text_of(value):
    if value is None:
        return "NA"
    if isinstance(value, Fraction):
        value = float(value)
    return repr(value) if isinstance(value, float) else str(value)


def write_table(name, columns, rows):
    (HERE / "expected").mkdir(exist_ok=True)
    with open(HERE / "expected" / name, "w", newline="") as out:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def main():
    config = tomllib.loads((HERE / "quickstart.toml").read_text())["score"]
    sites, samples = {}, []
    for path in config["variants"]:
        read_vcf(ROOT / path, sites, samples)
    covariates = read_covariates(ROOT / config["covariates"])
    scoring_files = [Score(ROOT / path) for path in config["model"] if path.endswith(".tsv")]
    models = [json.loads((ROOT / path).read_text()) for path in config["model"] if path.endswith(".json")]

    scores, state_rows = {}, []
    for score in scoring_files:
        scores[score.id], states = score_samples(score, sites, samples)
        state_rows += [[score.id, state, count] for state, count in states.items() if count]
    write_table("states.tsv", ["consumer", "state", "rows"], state_rows)

    write_table("scores.tsv", ["sample_id", "score_id", *SCORE_COLUMNS],
                [[sample, score.id, *(text_of(scores[score.id][sample][c]) for c in SCORE_COLUMNS)]
                 for sample in samples for score in scoring_files])

    risks = {(s, m["id"]): predict(m, s, covariates, scores, sites) for s in samples for m in models}
    write_table("risk.tsv", ["sample_id", "model_id", *RISK_COLUMNS],
                [[sample, model, *(text_of(row.get(c)) for c in RISK_COLUMNS)] for (sample, model), row in risks.items()])


if __name__ == "__main__":
    main()
