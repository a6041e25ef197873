#!/usr/bin/env python3
"""Warfarin doses of the sample cohort, computed a second time from pgx_truth.tsv and covariates.tsv.

Writes expected/warfarin.tsv: one row for each dose, the one of CPIC's flow first, Gage's beside it where all it needs is
known. Follows docs/dosing.md; formulas and flow are those of PMID 19228618 (IWPC), 18305455 (Gage), 28198005 (CPIC). Shares
no code with varisk. Where a formula is linear it stands here as a table of terms.
"""

import csv
import math
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLES = HERE.parent / "share" / "pgx"
MISSING = {"", "NA", "N/A", "NaN", "."}

PHARMACOGENETIC = {
    "constant": 5.6044, "decade": -0.2614, "height": 0.0087, "weight": 0.0128,
    "vkorc1": {0: 0.0, 1: -0.8677, 2: -1.6974, None: -0.4854},
    "cyp2c9": {"": 0.0, "2": -0.5211, "3": -0.9357, "22": -1.0616, "23": -1.9206, "33": -2.3312, None: -0.2188},
    "race": {"white": 0.0, "asian": -0.1092, "black": -0.2760, "mixed": -0.1032, None: -0.1032},
    "inducer": 1.1816, "amiodarone": -0.5503,
}
CLINICAL = {
    "constant": 4.0376, "decade": -0.2546, "height": 0.0118, "weight": 0.0134,
    "race": {"white": 0.0, "asian": -0.6752, "black": 0.4060, "mixed": 0.0443, None: 0.0443},
    "inducer": 1.2799, "amiodarone": -0.5695,
}
DEVIATION = {"white": 0.972, "asian": 0.947, "black": 1.199, "mixed": 0.984, None: 0.984}
CLINICAL_DEVIATION = 1.155
NORMAL_QUANTILE = 1.96

STAR = {"*2": 94942290, "*3": 94981296}
RARE = {"*5": 94981301, "*6": 94949281, "*8": 94942309, "*11": 94981224}
CYP4F2_SITE, CYP4F2_T = 15879621, {"*3", "*4", "*22"}
VKORC1_SITE, VKORC1_T = 31096368, "rs9923231 variant (T)"
STAND_INS = ((31093557, "rs9934438", True), (31093188, "rs8050894", False))  # may stand in African and mixed ancestry


def read_rows(path):
    with open(path, newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def read_truth():
    """sample -> gene -> (alleles, positions without a call)"""
    truth = {}
    for row in read_rows(HERE / "pgx_truth.tsv"):
        missing = set() if row["missing"] == "." else {int(p) for p in row["missing"].split(",")}
        alleles = [row[column] for column in ("allele1", "allele2") if row[column] != "."]
        truth.setdefault(row["sample_id"], {})[row["gene"]] = (alleles, missing)
    return truth


def read_patients():
    """sample -> what the formulas ask for; None where it is not known"""
    def number(text):
        return None if text in MISSING else float(text)

    def flag(text):
        return None if text in MISSING else {"yes": True, "1": True, "no": False, "0": False}[text]

    patients = {}
    for row in read_rows(HERE / "covariates.tsv"):
        patients[row["sample_id"]] = {
            **{column: number(row[column]) for column in ("age", "height_cm", "weight_kg", "target_inr")},
            **{column: flag(row[column]) for column in ("amiodarone", "enzyme_inducer", "smoker", "dvt_pe")},
            "race": None if row["race"] in MISSING | {"unknown"} else row["race"],
        }
    return patients


# ---------------------------------------------------------------- genotypes


def vkorc1(of_person, race):
    """Copies of -1639A and the SNP that tells them; the neighbours are in linkage disequilibrium with it in this cohort."""
    alleles, missing = of_person["VKORC1"]
    a = alleles.count(VKORC1_T)
    if VKORC1_SITE not in missing:
        return a, None
    for site, rsid, everywhere in STAND_INS:
        if site not in missing and (everywhere or race in ("white", "asian")):
            return a, rsid
    return None, None


def cyp2c9(of_person, values):
    """The alleles that can be seen (None: *2 or *3 was not looked for), their activity, whether all rare ones were."""
    alleles, missing = of_person["CYP2C9"]
    site_of = STAR | RARE
    assert missing <= set(site_of.values()), missing
    seen = ["*1" if site_of.get(allele) in missing else allele for allele in alleles]
    if missing & set(STAR.values()):
        # More may be there than was seen: no formula can use what was.
        return (None if set(seen) == {"*1"} else ["?", "?"]), None, False
    activity = None if any(values[allele] == "." for allele in seen) else sum(float(values[allele]) for allele in seen)
    return seen, activity, not missing & set(RARE.values())


def genotype_of(of_person, race, tables):
    functions, values = tables
    a, source = vkorc1(of_person, race)
    seen, activity, rare_looked_for = cyp2c9(of_person, values)
    cyp4f2, cyp4f2_missing = of_person["CYP4F2"]
    extra, extra_missing = of_person["rs12777823"]
    formula_knows = set(STAR) | set(RARE)
    return {
        "vkorc1": a, "vkorc1_source": source, "cyp2c9": seen, "rare_looked_for": rare_looked_for,
        "unknown_allele": any(x not in formula_knows and functions.get(x) != "Normal function" for x in seen or []),
        "poor": seen is not None and activity is not None and activity <= 0.5,
        "rare": sum(allele in RARE for allele in seen or []),
        "cyp4f2_known": CYP4F2_SITE not in cyp4f2_missing, "rs12777823_known": not extra_missing,
        "cyp4f2_t": CYP4F2_SITE not in cyp4f2_missing and bool(CYP4F2_T & set(cyp4f2)),
        "rs12777823_a": not extra_missing and "A" in extra,
    }


# -------------------------------------------------------------------- doses


def linear(terms, patient, genotype):
    """The square root of mg a week."""
    parts = [terms["constant"], terms["decade"] * min(9, patient["age"] // 10), terms["height"] * patient["height_cm"],
             terms["weight"] * patient["weight_kg"], terms["race"][patient["race"]],
             terms["inducer"] * patient["enzyme_inducer"], terms["amiodarone"] * patient["amiodarone"]]
    if "vkorc1" in terms:
        stars = genotype["cyp2c9"] and "".join(sorted(a[1:] for a in genotype["cyp2c9"] if a in STAR))
        parts += [terms["vkorc1"][genotype["vkorc1"]], terms["cyp2c9"][stars]]
    return math.fsum(parts)


def adjustments(patient, genotype):
    """(low factor, high factor, code) of what CPIC adds to a pharmacogenetic dose."""
    african = patient["race"] == "black"
    if genotype["rare"] == 1:
        yield 0.70, 0.85, "cyp2c9_rare_reduced_15_30_percent_less"
    if genotype["rare"] == 2:
        yield 0.60, 0.80, "cyp2c9_rare_reduced_20_40_percent_less"
    if not african and genotype["cyp4f2_t"]:
        yield 1.05, 1.10, "cyp4f2_rs2108622_t_5_10_percent_more"
    if african and genotype["rs12777823_a"]:
        yield 0.75, 0.90, "rs12777823_a_10_25_percent_less"


def adjusted(dose, patient, genotype):
    for low, high, code in adjustments(patient, genotype):
        dose["low_factor"] *= low
        dose["high_factor"] *= high
        dose["codes"].append(code)
    dose["dose"] = dose["mg"] * (dose["low_factor"] + dose["high_factor"]) / 2
    if "low" in dose:
        dose["low"] *= dose["low_factor"]
        dose["high"] *= dose["high_factor"]
    return dose


def new_dose(formula, mg, codes=()):
    return {"formula": formula, "mg": mg, "dose": mg, "low_factor": 1.0, "high_factor": 1.0, "codes": list(codes)}


def iwpc(formula, terms, deviation, patient, genotype):
    root = linear(terms, patient, genotype)
    dose = new_dose(formula, max(root, 0) ** 2)
    dose["low"], dose["high"] = (max(root + sign * NORMAL_QUANTILE * deviation, 0) ** 2 for sign in (-1, 1))
    return dose


def gage(patient, genotype):
    """None where something is not known."""
    needed = [patient[key] for key in ("age", "height_cm", "weight_kg", "target_inr", "amiodarone", "smoker", "dvt_pe", "race")]
    if None in needed or genotype["vkorc1"] is None or genotype["cyp2c9"] is None:
        return None
    if patient["race"] == "black" and not genotype["rare_looked_for"]:
        return None
    surface = 0.007184 * patient["weight_kg"] ** 0.425 * patient["height_cm"] ** 0.725
    exponent = math.fsum([
        0.9751, -0.3238 * genotype["vkorc1"], 0.4317 * surface, -0.4008 * genotype["cyp2c9"].count("*3"),
        -0.00745 * patient["age"], -0.2066 * genotype["cyp2c9"].count("*2"), 0.2029 * patient["target_inr"],
        -0.2538 * patient["amiodarone"], 0.0922 * patient["smoker"], -0.0901 * (patient["race"] == "black"),
        0.0664 * patient["dvt_pe"]])
    return adjusted(new_dose("gage_pharmacogenetic", 7 * math.exp(exponent)), patient, genotype)


def flow(patient, genotype):
    """The doses, the guideline's first; or the reasons why there is none."""
    if patient["age"] is not None and patient["age"] < 18:
        return [], ["below_18_years"]
    why = [f"{column}_missing" for column in ("age", "height_cm", "weight_kg", "amiodarone", "enzyme_inducer")
           if patient[column] is None]
    if genotype["unknown_allele"]:
        why.append("cyp2c9_allele_not_in_formula")
    if why:
        return [], why
    beside = gage(patient, genotype)
    target = patient["target_inr"]
    if target is not None and not 2 <= target <= 3:
        if beside is None:
            return [], ["target_inr_outside_2_3"]
        if patient["enzyme_inducer"]:
            return [], ["target_inr_outside_2_3", "gage_ignores_enzyme_inducers"]
        beside["codes"].append("target_inr_outside_2_3")
        return [beside], []
    codes = []
    no_genotype = genotype["vkorc1"] is None and genotype["cyp2c9"] is None
    if no_genotype or (patient["race"] == "black" and not genotype["rare_looked_for"]):
        dose = iwpc("iwpc_clinical", CLINICAL, CLINICAL_DEVIATION, patient, genotype)
        codes.append("no_genotype" if no_genotype else "african_ancestry_rare_alleles_untested")
    else:
        dose = iwpc("iwpc_pharmacogenetic", PHARMACOGENETIC, DEVIATION[patient["race"]], patient, genotype)
        dose = adjusted(dose, patient, genotype)
        codes += ["vkorc1_unknown_term"] * (genotype["vkorc1"] is None)
        codes += ["cyp2c9_unknown_term"] * (genotype["cyp2c9"] is None)
        codes += [f"vkorc1_from_{genotype['vkorc1_source']}"] * (genotype["vkorc1_source"] is not None)
    codes += ["race_missing_term"] * (patient["race"] is None) + ["target_inr_taken_as_2_3"] * (target is None)
    dose["codes"] += codes
    if beside is not None:
        beside["codes"] += ["gage_beside_the_guideline"] + ["gage_ignores_enzyme_inducers"] * patient["enzyme_inducer"]
    return [dose] + ([] if beside is None else [beside]), []


def action_of(mg):
    return "decrease" if mg <= 21 else "increase" if mg >= 49 else "standard"


def gaps(patient, genotype):
    """What was not looked for and could change the dose; alleles of CYP2C9 aside."""
    if patient["race"] == "black":
        return [] if genotype["rs12777823_known"] else ["rs12777823_not_known"]
    return [] if genotype["cyp4f2_known"] else ["rs2108622_not_known"]


def rows_of(sample, patient, genotype):
    doses, why = flow(patient, genotype)
    for codes in [dose["codes"] for dose in doses] or [why]:
        codes += gaps(patient, genotype)
    if not doses:
        yield [sample, "no_recommendation", ".", ".", ".", ".", ".", ",".join(sorted(why))]
    for rank, dose in enumerate(doses):
        actions = [action_of(dose["dose"]), "."]
        if rank == 0 and genotype["poor"]:
            actions = ["alternative", actions[0]]
        bounds = [repr(dose[bound]) if bound in dose else "." for bound in ("low", "high")]
        yield [sample, *actions, dose["formula"], repr(dose["dose"]), *bounds, ",".join(sorted(dose["codes"])) or "."]


def main():
    alleles = [row for row in read_rows(TABLES / "alleles.tsv") if row["gene"] == "CYP2C9"]
    tables = ({row["allele"]: row[column] for row in alleles} for column in ("function", "activity_value"))
    tables = tuple(tables)
    truth, patients = read_truth(), read_patients()
    with open(HERE / "expected" / "warfarin.tsv", "w", newline="") as out:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerow(["sample_id", "primary_action", "fallback_action", "formula", "dose", "low", "high", "codes"])
        for sample, of_person in truth.items():
            genotype = genotype_of(of_person, patients[sample]["race"], tables)
            writer.writerows(rows_of(sample, patients[sample], genotype))


if __name__ == "__main__":
    main()
