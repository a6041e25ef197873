#!/usr/bin/env python3
"""Makes the sample cohort from the facts in loci/ and share/pgx: genotypes, scoring files, models, covariates, outside calls,
quickstart.toml.

The people are simulated: genotypes are independent Hardy-Weinberg draws from published allele frequencies, covariates are
random. Same seed, same bytes. Needs bgzip and tabix.
"""

import csv
import json
import math
import random
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import pharmacogenes

HERE = Path(__file__).resolve().parent
SEED = 20250601
FEMALES, MALES = 52, 48

CONTIG_LENGTHS = {
    "chr1": 248956422, "chr2": 242193529, "chr3": 198295559, "chr4": 190214555, "chr5": 181538259, "chr6": 170805979,
    "chr7": 159345973, "chr8": 145138636, "chr9": 138394717, "chr10": 133797422, "chr11": 135086622, "chr12": 133275309,
    "chr13": 114364328, "chr14": 107043718, "chr15": 101991189, "chr16": 90338345, "chr17": 83257441, "chr18": 80373285,
    "chr19": 58617616, "chr20": 64444167, "chr21": 46709983, "chr22": 50818468, "chrX": 156040895, "chrY": 57227415,
    "chrM": 16569,
}

# Warts of the genotypes, by rsID.
NOT_IN_COHORT = {"rs75915166", "rs6678914", "rs4607103"}
EXTRA_ALT = {"rs2981579": "C", "rs3803662": "C"}  # a further ALT with one invented carrier each
ALWAYS_IMPUTED = {"rs2981579", "rs7903146"}
NEVER_IMPUTED = {"rs3803662", "rs10401969", "rs555607708"}
OFTEN_MISSING = {"rs11249433": 0.30, "rs10401969": 0.08, "rs13266634": 0.12, "rs5945326": 0.06}
LOW_QUALITY = {"rs132390"}
CARRIERS = {("rs555607708", "VS007"): (0, 1), ("rs555607708", "VS063"): None}
POOR_SAMPLE = "VS042"

# Warts of the scoring files.
WITHOUT_OTHER_ALLELE = {"rs340874"}
WITHOUT_FREQUENCY = {"rs10401969"}

SCORES = {
    "brca77": ("Breast cancer, 77 variants", "PMID:25855707"),
    "t2d25": ("Type 2 diabetes, 25 well-known loci", "one per row"),
}

NOTICE = "illustrative combination, not validated, not for clinical use"


def read_loci(name):
    with open(HERE / "loci" / f"{name}.tsv", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def contig_rank(contig):
    return list(CONTIG_LENGTHS).index(contig)


def is_palindromic(effect, other):
    return {effect, other} in ({"A", "T"}, {"C", "G"})


# ---------------------------------------------------------------- genotypes


def make_people(rng):
    sexes = ["female"] * FEMALES + ["male"] * MALES
    rng.shuffle(sexes)
    people = [{"id": f"VS{i + 1:03d}", "sex": sex} for i, sex in enumerate(sexes)]
    # The carrier of the deletion in CHEK2 is a woman, so that the breast cancer model shows it.
    seventh = people[6]
    if seventh["sex"] != "female":
        other = next(p for p in people if p["sex"] == "female" and p["id"] != "VS063")
        seventh["sex"], other["sex"] = other["sex"], seventh["sex"]
    return people


def collect_sites():
    sites = {}
    for name in ("brca77", "t2d25", "other_sites"):
        for row in read_loci(name):
            if row["rsid"] in NOT_IN_COHORT:
                continue
            alts = row["alt"].split(",")
            frequencies = [float(f) for f in row["alt_frequency"].split(",")]
            if row["rsid"] in EXTRA_ALT:
                alts.append(EXTRA_ALT[row["rsid"]])
                frequencies.append(0.0)
            key = (row["contig"], int(row["position"]))
            assert key not in sites, key
            sites[key] = {"rsid": row["rsid"], "ref": row["ref"], "alts": alts, "frequencies": frequencies}
    return dict(sorted(sites.items(), key=lambda item: (contig_rank(item[0][0]), item[0][1])))


def draw_allele(rng, frequencies):
    point = rng.random()
    for index, frequency in enumerate(frequencies):
        point -= frequency
        if point < 0:
            return index + 1
    return 0


def imputed_dosages(rng, alleles, frequencies, r2):
    """Of each ALT: the truth, shrunk towards the mean and blurred, as imputation with this R2 would give it."""
    dosages = []
    copies = len(alleles)
    for index, frequency in enumerate(frequencies):
        truth = alleles.count(index + 1)
        noise = rng.gauss(0, math.sqrt(r2 * (1 - r2) * copies * frequency * (1 - frequency)))
        dosage = r2 * truth + (1 - r2) * copies * frequency + noise
        dosages.append(min(max(dosage, 0.0), float(copies)))
    total = sum(dosages)
    if total > copies:
        dosages = [d * copies / total for d in dosages]
    # Cut, not rounded, so that the dosages of all ALTs never exceed the ploidy.
    return [math.floor(d * 1000) / 1000 for d in dosages]


def best_guess(dosages, copies):
    alleles = []
    for index, dosage in enumerate(dosages):
        alleles += [index + 1] * round(dosage)
    return ([0] * copies + sorted(alleles))[-copies:]


def gt_text(alleles, separator):
    return separator.join("." if a is None else str(a) for a in alleles)


def make_call(rng, site, imputed, person, haploid, separator):
    copies = 1 if haploid else 2
    alleles = [draw_allele(rng, site["frequencies"]) for _ in range(copies)]
    if separator == "/":
        alleles.sort()
    forced = CARRIERS.get((site["rsid"], person["id"]), "none")
    if forced is None:
        alleles = [None] * copies
    elif forced != "none":
        alleles = list(forced)
    elif site.get("carrier") == person["id"]:
        alleles[-1] = len(site["alts"])
    missing_rate = OFTEN_MISSING.get(site["rsid"], 0.012) + (0.15 if person["id"] == POOR_SAMPLE else 0)
    chance = rng.random()
    missing = chance < missing_rate
    half = not haploid and not missing and chance < missing_rate + 0.003
    if imputed:
        dosages = imputed_dosages(rng, alleles, site["frequencies"], site["r2"])
        dosage_text = ",".join(f"{d:.3f}" for d in dosages)
        guess = gt_text(best_guess(dosages, copies), separator)
        if missing and rng.random() < 0.5:
            return f"{gt_text([None] * copies, separator)}:."
        if missing:
            return f"{gt_text([None] * copies, separator)}:{dosage_text}"
        if half:
            return f"{guess}:."
        return f"{guess}:{dosage_text}"
    if missing:
        return gt_text([None] * copies, separator)
    if half:
        return gt_text([None, alleles[-1]], separator)
    return gt_text(alleles, separator)


def make_record(rng, contig, position, site, people):
    scored = site["rsid"] != "."
    imputed = contig != "chrX" and rng.random() < 0.4
    if site["rsid"] in NEVER_IMPUTED:
        imputed = False
    if site["rsid"] in ALWAYS_IMPUTED:
        imputed = True
    site["r2"] = round(rng.uniform(0.7, 0.99), 3)
    if site["rsid"] in EXTRA_ALT:
        site["carrier"] = rng.choice(people)["id"]
    phased_record = rng.random() < 0.5
    calls = {}
    for person in people:
        haploid = contig == "chrX" and person["sex"] == "male"
        phased = phased_record != (rng.random() < 0.1)
        calls[person["id"]] = make_call(rng, site, imputed, person, haploid, "|" if phased else "/")
    info = ["AF=" + ",".join(f"{f:.4f}" for f in site["frequencies"])]
    if imputed:
        info += [f"R2={site['r2']:.3f}", "IMPUTED"]
    filter_text = "LowQual" if scored and site["rsid"] in LOW_QUALITY else "PASS"
    fields = [contig, str(position), site["rsid"], site["ref"], ",".join(site["alts"]), ".", filter_text, ";".join(info),
              "GT:DS" if imputed else "GT"]
    return fields, calls


def vcf_header(ids):
    lines = ["##fileformat=VCFv4.3", "##source=make_sample_data.py, simulated people", "##reference=GRCh38"]
    lines += [f"##contig=<ID={c},length={n},assembly=GRCh38>" for c, n in CONTIG_LENGTHS.items()]
    lines += [
        '##FILTER=<ID=PASS,Description="All filters passed">',
        '##FILTER=<ID=LowQual,Description="Low quality">',
        '##INFO=<ID=AF,Number=A,Type=Float,Description="Allele frequency that the calls were drawn from">',
        '##INFO=<ID=R2,Number=1,Type=Float,Description="Imputation quality">',
        '##INFO=<ID=GENE,Number=1,Type=String,Description="Pharmacogene that the position belongs to">',
        '##INFO=<ID=IMPUTED,Number=0,Type=Flag,Description="Imputed, not typed">',
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
        '##FORMAT=<ID=DS,Number=A,Type=Float,Description="Expected copies of each ALT">',
        "\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", *ids]),
    ]
    return lines


def write_vcf(path, records, ids):
    lines = vcf_header(ids)
    lines += ["\t".join(fields + [calls[i] for i in ids]) for fields, calls in records]
    text = "\n".join(lines) + "\n"
    with open(path, "wb") as out:
        subprocess.run(["bgzip", "-c"], input=text.encode(), stdout=out, check=True)
    subprocess.run(["tabix", "-f", "-p", "vcf", str(path)], check=True)


def write_genotypes(rng, people, of_genes):
    by_site = {key: make_record(rng, *key, site, people) for key, site in collect_sites().items()}
    assert not by_site.keys() & of_genes.keys()
    by_site.update(of_genes)
    records = [by_site[key] for key in sorted(by_site, key=lambda key: (contig_rank(key[0]), key[1]))]
    ids = [p["id"] for p in people]
    autosomes = [r for r in records if r[0][0] != "chrX"]
    chr_x = [r for r in records if r[0][0] == "chrX"]
    write_vcf(HERE / "cohort.autosomes.vcf.gz", autosomes, ids)
    # Another order of the columns: files are joined by the samples' names.
    by_sex = [p["id"] for p in people if p["sex"] == "female"] + [p["id"] for p in people if p["sex"] == "male"]
    write_vcf(HERE / "cohort.chrX.vcf.gz", chr_x, by_sex)


def write_pharmacogenes(rng, people):
    """The truth and the outside calls; returns the records of the genes' positions."""
    genes = pharmacogenes.Genes()
    truth = pharmacogenes.draw_truth(rng, genes, people)
    missing = pharmacogenes.draw_missing(rng, genes, people)
    pharmacogenes.write_truth(HERE / "pgx_truth.tsv", genes, people, truth, missing)
    pharmacogenes.write_outside_calls(HERE / "outside_calls.tsv", genes, people, truth)
    return pharmacogenes.records(rng, genes, people, truth, missing)


# ------------------------------------------------------------ scores, models


def write_scoring_file(name):
    title, source = SCORES[name]
    loci = read_loci(name)
    lines = [f"#pgs_id={name}", f"#pgs_name={title}", "#genome_build=GRCh38", "#weight_type=beta",
             f"#variants_number={len(loci)}", f"#citation={source}"]
    columns = ["rsID", "chr_name", "chr_position", "effect_allele", "other_allele", "effect_weight",
               "allelefrequency_effect", "locus_name", "source"]
    lines.append("\t".join(columns))
    for row in loci:
        weight = f"{math.log(float(row['odds_ratio'])):.6f}"
        assert weight == row["weight"], row["rsid"]
        lines.append("\t".join([
            row["rsid"], row["contig"].removeprefix("chr"), row["position"], row["effect_allele"],
            "" if row["rsid"] in WITHOUT_OTHER_ALLELE else row["other_allele"], weight,
            "" if row["rsid"] in WITHOUT_FREQUENCY else row["effect_allele_frequency"], row["locus"], row["source"]]))
    (HERE / "scores" / f"{name}.tsv").write_text("\n".join(lines) + "\n")


def expected_mean_and_sd(name):
    """Of the sum in people with two copies of every site, by Hardy-Weinberg; rows that the default policy drops are left out."""
    mean = variance = 0.0
    for row in read_loci(name):
        if is_palindromic(row["effect_allele"], row["other_allele"]):
            continue
        f, w = float(row["effect_allele_frequency"]), float(row["weight"])
        mean += 2 * f * w
        variance += 2 * f * (1 - f) * w * w
    return round(mean, 6), round(math.sqrt(variance), 6)


def score_feature(name):
    mean, sd = expected_mean_and_sd(name)
    return {"type": "score", "score": name, "mean": mean, "sd": sd}


def number(column, unit, low, high, missing, **more):
    return {"type": "covariate", "column": column, "value": "number", "unit": unit, **more, "range": [low, high],
            "out_of_range": "missing", "missing": missing}


def category(column, levels, unknown_level, missing):
    return {"type": "covariate", "column": column, "value": "category", "levels": levels, "unknown_level": unknown_level,
            "missing": missing}


def term(name, coefficient, *factors, reference=0):
    return {"name": name, "coefficient": coefficient, "reference": reference, "factors": list(factors)}


def t2d_model():
    or_per_sd = 1.43
    return {
        "format": "varisk-model/1",
        "id": "t2d_framingham_prs",
        "name": "Type 2 diabetes within 8 years: Framingham Offspring with a polygenic score",
        "description": "Clinical coefficients of the Framingham Offspring study plus ln(odds ratio per SD) of a polygenic score.",
        "outcome": "type 2 diabetes within 8 years",
        "classes": ["no", "yes"],
        "family": "binomial",
        "genome_build": "GRCh38",
        "features": {
            "age": number("age", "years", 18, 110, "na"),
            "sex": category("sex", ["female", "male"], "error", "na"),
            "parental_diabetes": category("parental_diabetes", ["no", "yes"], "missing", {"value": "no"}),
            "bmi": number("bmi", "kg/m2", 12, 80, {"value": 26.5}),
            "blood_pressure": category("blood_pressure_high_or_treated", ["no", "yes"], "error", "na"),
            "hdl": number("hdl", "mg/dL", 5, 200, {"value": 52}, analyte="cholesterol"),
            "triglycerides": number("triglycerides", "mg/dL", 10, 2000, {"value": 110}, analyte="triglycerides"),
            "glucose": number("fasting_glucose", "mg/dL", 40, 125.999, "na", analyte="glucose"),
            "prs": score_feature("t2d25"),
        },
        "intercept": -5.517,
        "terms": [
            term("age 50-64", -0.018, {"feature": "age", "at_least": 50, "below": 65}),
            term("age 65 or more", -0.081, {"feature": "age", "at_least": 65}),
            term("male", -0.010, {"feature": "sex", "level": "male"}),
            term("parental diabetes", 0.565, {"feature": "parental_diabetes", "level": "yes"}),
            term("BMI 25-29.9", 0.301, {"feature": "bmi", "at_least": 25, "below": 30}),
            term("BMI 30 or more", 0.920, {"feature": "bmi", "at_least": 30}),
            term("blood pressure high or treated", 0.498, {"feature": "blood_pressure", "level": "yes"}),
            term("low HDL, men", 0.944, {"feature": "hdl", "below": 40}, {"feature": "sex", "level": "male"}),
            term("low HDL, women", 0.944, {"feature": "hdl", "below": 50}, {"feature": "sex", "level": "female"}),
            term("triglycerides 150 or more", 0.575, {"feature": "triglycerides", "at_least": 150}),
            term("fasting glucose 100-126", 1.980, {"feature": "glucose", "at_least": 100, "below": 126}),
            term("polygenic score", round(math.log(or_per_sd), 6), {"feature": "prs"}),
        ],
        "bands": [{"name": "low", "below": 0.03}, {"name": "average", "below": 0.15}, {"name": "high"}],
        "intended_population": "for trying out the program; the clinical part was fitted in white adults of about 45 to 64 "
                               "years without diabetes",
        "provenance": {
            "clinical coefficients": "PMID:17533210",
            "odds ratio per SD": "1.43 for incident type 2 diabetes, of another, genome-wide score: "
                                 "doi:10.3389/fgene.2022.871260",
            "mean and sd of the score": "Hardy-Weinberg, from the effect-allele frequencies in loci/t2d25.tsv, palindromic "
                                        "rows left out, two copies of chrX (men average less)",
            "imputation values, bands": "illustrative",
        },
        "performance": {"measured": False},
        "notice": NOTICE,
    }


def breast_model():
    baseline = {"below 40": 0.005, "40-49": 0.015, "50-59": 0.024, "60-69": 0.035, "70 or more": 0.040}
    logit = {age: math.log(p / (1 - p)) for age, p in baseline.items()}
    middle = logit["50-59"]
    age_terms = [
        term("age below 40", round(logit["below 40"] - middle, 6), {"feature": "age", "below": 40}),
        term("age 40-49", round(logit["40-49"] - middle, 6), {"feature": "age", "at_least": 40, "below": 50}),
        term("age 60-69", round(logit["60-69"] - middle, 6), {"feature": "age", "at_least": 60, "below": 70}),
        term("age 70 or more", round(logit["70 or more"] - middle, 6), {"feature": "age", "at_least": 70}),
    ]
    return {
        "format": "varisk-model/1",
        "id": "breast_cancer_prs",
        "name": "Breast cancer within 10 years: age, 77-variant score, CHEK2 deletion",
        "description": "An illustrative baseline by age, ln(odds ratio per SD) of a polygenic score and ln(odds ratio) of one "
                       "deletion. Women only: 'male' is no level of sex here, so men have no result.",
        "outcome": "breast cancer within 10 years",
        "classes": ["no", "yes"],
        "family": "binomial",
        "genome_build": "GRCh38",
        "features": {
            "sex": category("sex", ["female"], "missing", "na"),
            "age": number("age", "years", 30, 79, "na"),
            "prs": score_feature("brca77"),
            "chek2_1100delc": {"type": "variant", "contig": "22", "position": 28695868, "ref": "AG", "alt": "A",
                               "effect_allele": "A", "coding": "dominant", "mean": 0.00706},
        },
        "intercept": round(middle, 6),
        "terms": age_terms + [
            term("female", 0.0, {"feature": "sex", "level": "female"}, reference=1),
            term("polygenic score", round(math.log(1.55), 6), {"feature": "prs"}),
            term("CHEK2 1100delC", round(math.log(2.34), 6), {"feature": "chek2_1100delc"}),
        ],
        "bands": [{"name": "near population", "below": 0.03}, {"name": "moderate", "below": 0.08}, {"name": "high"}],
        "intended_population": "for trying out the program; effects were estimated in women of European ancestry",
        "provenance": {
            "score and odds ratio per SD": "PMID:25855707",
            "CHEK2 odds ratio and carrier frequency": "PMID:15122511",
            "baseline by age": baseline | {"source": "illustrative, of the order of 10-year risks of women in Western countries"},
            "mean and sd of the score": "Hardy-Weinberg, from the effect-allele frequencies in loci/brca77.tsv, palindromic "
                                        "rows left out",
            "bands": "illustrative",
        },
        "performance": {"measured": False},
        "notice": NOTICE,
    }


def write_models():
    for model in (t2d_model(), breast_model()):
        text = json.dumps(model, indent=2, ensure_ascii=False)
        (HERE / "models" / f"{model['id']}.json").write_text(text + "\n")


# --------------------------------------------------------------- covariates

COVARIATE_COLUMNS = ["sample_id", "age", "sex", "bmi", "fasting_glucose [mmol/L]", "hdl [mg/dL]", "triglycerides [mg/dL]",
                     "systolic", "blood_pressure_high_or_treated", "parental_diabetes", "family_history_breast_cancer",
                     *pharmacogenes.COVARIATE_COLUMNS, "comment"]


def make_covariates(rng, person):
    male = person["sex"] == "male"
    age = round(min(max(rng.gauss(54, 11), 31), 78))
    systolic = round(min(max(rng.gauss(112 + 0.3 * age, 14), 92), 198))
    return {
        "sample_id": person["id"],
        "age": str(age),
        "sex": person["sex"],
        "bmi": f"{min(max(rng.gauss(27.2, 4.6), 17.5), 46):.1f}",
        "fasting_glucose [mmol/L]": f"{min(max(rng.gauss(5.4, 0.55), 3.9), 6.9):.1f}",
        "hdl [mg/dL]": str(round(min(max(rng.gauss(46 if male else 57, 12), 24), 98))),
        "triglycerides [mg/dL]": str(round(min(max(rng.lognormvariate(4.75, 0.45), 38), 620))),
        "systolic": str(systolic),
        "blood_pressure_high_or_treated": "yes" if systolic > 130 or rng.random() < 0.12 else "no",
        "parental_diabetes": "yes" if rng.random() < 0.22 else "no",
        "family_history_breast_cancer": "" if male else ("yes" if rng.random() < 0.12 else "no"),
        "comment": "",
    }


WARTS = {
    "VS003": {"bmi": "NA"},
    "VS005": {"parental_diabetes": "unknown"},
    "VS009": {"fasting_glucose [mmol/L]": ""},
    "VS012": {"bmi": "412", "comment": "decimal point lost?"},
    "VS018": {"triglycerides [mg/dL]": ".", "hdl [mg/dL]": "N/A", "comment": "not fasting, lipids not taken"},
    "VS024": {"sex": "NA"},
    "VS027": {"fasting_glucose [mmol/L]": "8.4", "comment": "known diabetes"},
    "VS032": {"age": "29"},
    "VS036": {"parental_diabetes": "", "systolic": "NaN"},
    "VS047": {"age": "84"},
    "VS050": {"comment": 'said "about 80 kg", weight not measured', "bmi": "NA"},
    "VS058": {"blood_pressure_high_or_treated": "NA", "systolic": ""},
    "VS061": {"bmi": "3.14e1", "comment": "exported by a spreadsheet"},
    "VS074": {"age": "NA"},
    "VS077": {"hdl [mg/dL]": ""},
    "VS088": {"bmi": "25.0"},
    "VS089": {"bmi": "30"},
    "VS090": {"triglycerides [mg/dL]": "150"},
}
TWICE = "VS033"


def likely_bmi(text):
    """Nothing where it is missing or cannot be."""
    return float(text) if text != "NA" and float(text) < 60 else None


def write_covariates(rng, dosing_rng, people):
    rows = []
    for person in people:
        row = make_covariates(rng, person)
        row.update(WARTS.get(person["id"], {}))
        row.update(pharmacogenes.covariates(dosing_rng, person, likely_bmi(row["bmi"])))
        rows.append(row)
    rng.shuffle(rows)
    rows.append(dict(next(row for row in rows if row["sample_id"] == TWICE)))
    with open(HERE / "covariates.tsv", "w", newline="") as out:
        writer = csv.DictWriter(out, COVARIATE_COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_quickstart():
    (HERE / "quickstart.toml").write_text("""\
# varisk score --config sample_data/quickstart.toml --out results
[score]
variants = ["sample_data/cohort.autosomes.vcf.gz", "sample_data/cohort.chrX.vcf.gz"]
model = ["sample_data/scores/brca77.tsv", "sample_data/scores/t2d25.tsv", "sample_data/models/breast_cancer_prs.json", \
"sample_data/models/t2d_framingham_prs.json"]
covariates = "sample_data/covariates.tsv"
duplicate-samples = "identical"
explain = 5
dosing = true
outside-calls = "sample_data/outside_calls.tsv"
""")


def main():
    for folder in ("scores", "models"):
        (HERE / folder).mkdir(exist_ok=True)
    people = make_people(random.Random(f"{SEED} people"))
    of_genes = write_pharmacogenes(random.Random(f"{SEED} pharmacogenes"), people)
    write_genotypes(random.Random(f"{SEED} genotypes"), people, of_genes)
    for name in SCORES:
        write_scoring_file(name)
    write_models()
    write_covariates(random.Random(f"{SEED} covariates"), random.Random(f"{SEED} dosing covariates"), people)
    write_quickstart()


if __name__ == "__main__":
    main()
