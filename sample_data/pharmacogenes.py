"""Pharmacogenes of the sample cohort: two alleles of each gene for everybody, the calls that follow from them, what only
other tests tell (CYP2D6, HLA), and what dosing wants to know of a person.

Alleles, positions and bases are those of share/pgx, frequencies those of loci/pharmacogene_alleles.tsv. make_sample_data.py
calls this.
"""

import csv
from collections import namedtuple
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLES = HERE.parent / "share" / "pgx"

ANCESTRIES = ("european", "east_asian", "african")
RACES = {"white": 0.60, "asian": 0.16, "black": 0.16, "mixed": 0.05, "unknown": 0.03}
ANCESTRIES_OF = {"white": ("european",) * 2, "asian": ("east_asian",) * 2, "black": ("african",) * 2,
                 "mixed": ("european", "african"), "unknown": ("european", "east_asian")}

# Sites that define no allele of their gene but count for warfarin. Those of VKORC1 go along with rs9923231.
EXTRA_SITE = ("CYP2C9", "rs12777823")
NEIGHBOURS = {31093557: ("rs9934438", "G", "A"), 31093188: ("rs8050894", "C", "G")}
LOOSE_NEIGHBOUR, LOOSE_FREQUENCY = 31093188, 0.25  # not in African ancestry
VKORC1_VARIANT = "rs9923231 variant (T)"
MEDITERRANEAN = "Mediterranean, Dallas, Panama, Sassari, Cagliari, Birmingham"

# Warts, by sample.
UNPHASED = {"VS004", "VS015", "VS026", "VS037", "VS048", "VS059", "VS070", "VS081", "VS092"}
HAPB3 = "c.1129-5923C>G, c.1236G>A (HapB3)"
FORCED = {
    ("VS001", "HLA-B"): ("*07:02", "*57:01"),
    ("VS005", "TPMT"): ("*1", "*3A"),
    ("VS011", "NUDT15"): ("*3", "*1"),
    ("VS013", "CYP2C9"): ("*1", "*12"),
    ("VS020", "RYR1"): ("Reference", "c.7300G>A"),
    ("VS023", "UGT1A1"): ("*80+*28", "*80+*28"),
    ("VS024", "DPYD"): (HAPB3, "Reference"),
    ("VS027", "NUDT15"): ("*3", "*3"),
    ("VS028", "CYP2D6"): ("*1x2", "*1"),
    ("VS029", "HLA-B"): ("*15:02", "*40:01"),
    ("VS031", "G6PD"): (MEDITERRANEAN,),
    ("VS032", "G6PD"): ("B (reference)", MEDITERRANEAN),
    ("VS035", "CYP2D6"): ("*10", "*10"),
    ("VS038", "G6PD"): ("A- 202A_376G", "A- 968C_376G"),
    ("VS041", "SLCO1B1"): ("*5", "*15"),
    ("VS043", "DPYD"): ("Reference", "c.2846A>T"),
    ("VS045", "UGT1A1"): ("*28", "*80"),
    ("VS046", "CYP2C9"): ("*6", "*1"),
    ("VS052", "CYP2D6"): ("*4", "*4"),
    ("VS055", "CYP2C9"): ("*2", "*3"),
    ("VS062", "DPYD"): (HAPB3, "c.2846A>T"),
    ("VS067", "DPYD"): ("Reference", HAPB3),
    ("VS068", "CYP2C9"): ("*3", "*3"),
    ("VS069", "TPMT"): ("*3A", "*3A"),
    ("VS070", "TPMT"): ("*3A", "*1"),
    ("VS071", "TPMT"): ("*3A", "*3C"),
    ("VS072", "G6PD"): ("A- 202A_376G",),
    ("VS076", "SLCO1B1"): ("*15", "*15"),
    ("VS077", "NUDT15"): ("*1", "*3"),
    ("VS077", "TPMT"): ("*3C", "*1"),
    ("VS080", "CFTR"): ("ivacaftor non-responsive CFTR sequence", "G551D"),
    ("VS081", "DPYD"): ("c.2846A>T", HAPB3),
    ("VS084", "CYP2C9"): ("*8", "*11"),
    ("VS087", "MT-RNR1"): ("m.1555A>G",),
    ("VS089", "DPYD"): ("c.1905+1G>A (*2A)", HAPB3),
    ("VS094", "DPYD"): ("c.1905+1G>A (*2A)", "Reference"),
}
MISSING = {
    "VS007": ["rs28371686"],  # CYP2C9*5
    "VS022": ["rs12248560"],  # CYP2C19*17
    "VS034": ["rs9923231"],
    "VS036": ["rs1801280"],  # one of those that NAT2 needs
    "VS038": ["rs9923231"],
    "VS039": ["rs3064744"],  # UGT1A1*28
    "VS040": ["rs776746"],  # CYP3A5*3
    "VS050": ["rs9923231", "rs9934438"],
    "VS058": ["rs9923231", "rs9934438"],
    "VS060": ["rs12777823"],
    "VS065": ["rs1799853"],  # CYP2C9*2
    "VS067": ["rs75017182"],  # DPYD HapB3, the intronic one
    "VS078": ["rs1057910", "rs9923231", "rs9934438", "rs8050894"],  # CYP2C9*3
    "VS083": ["rs2108622"],  # CYP4F2*3
}
MISSING_BY_CHANCE = 30
GENES_MISSING_BY_CHANCE = ("CACNA1S", "CFTR", "CYP2B6", "CYP3A4", "DPYD", "G6PD", "RYR1", "SLCO1B1", "TPMT")

IUPAC = {"R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT", "M": "AC"}

Site = namedtuple("Site", "gene rsid ref alts")


def read_table(path):
    with open(path, newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


class Genes:
    """The tables of share/pgx that the cohort is made from."""

    def __init__(self):
        self.rows = {row["gene"]: row for row in read_table(TABLES / "genes.tsv")}
        self.alleles = {}  # gene -> allele -> {position: base}
        for row in read_table(TABLES / "alleles.tsv"):
            definition = {} if row["definition"] == "." else dict(p.split("=") for p in row["definition"].split(" "))
            self.alleles.setdefault(row["gene"], {})[row["allele"]] = {int(p): base for p, base in definition.items()}
        self.sites = {}  # (contig, position) -> Site
        for row in read_table(TABLES / "positions.tsv"):
            if self.rows[row["gene"]]["call"] != "outside" and row["role"] != "ignored":
                key = self.rows[row["gene"]]["contig"], int(row["position"])
                self.sites[key] = Site(row["gene"], row["rsid"], row["ref"], row["alts"].split(","))
        for position, (rsid, ref, alt) in NEIGHBOURS.items():
            self.sites["chr16", position] = Site("VKORC1", rsid, ref, [alt])
        self.frequencies = {}  # gene -> allele -> ancestry -> frequency
        for row in read_table(HERE / "loci" / "pharmacogene_alleles.tsv"):
            of_allele = {ancestry: float(row[ancestry]) for ancestry in ANCESTRIES}
            self.frequencies.setdefault(row["gene"], {})[row["allele"]] = of_allele

    def names(self):
        """All genes, and the extra site as one more, in the order of the truth table."""
        return [*self.rows, EXTRA_SITE[1]]

    def common_allele(self, gene):
        """What everybody has where no frequency says otherwise."""
        if gene == EXTRA_SITE[1]:
            return "G"
        return "*1" if gene == "CYP2C19" else self.rows[gene]["reference"]

    def bases(self, gene, allele):
        """Position -> base, of an allele or of several on one strand (`a + b`)."""
        if allele == self.common_allele(gene) and gene != "CYP2C19":
            return {}
        result = {}
        for part in allele.split(" + "):
            result.update(self.alleles[gene][part])
        return result


# -------------------------------------------------------------------- truth


def draw_allele(rng, genes, gene, ancestry):
    point = rng.random()
    for allele, frequency in genes.frequencies.get(gene, {}).items():
        point -= frequency[ancestry]
        if point < 0:
            return allele
    return genes.common_allele(gene)


def copies(genes, gene, person):
    contig = genes.rows[gene]["contig"] if gene in genes.rows else ""
    return 1 if contig == "chrM" or (contig == "chrX" and person["sex"] == "male") else 2


def draw_truth(rng, genes, people):
    """sample -> gene -> alleles, one of each strand."""
    truth = {}
    for person in people:
        person["race"] = rng.choices(list(RACES), RACES.values())[0]
        ancestries = ANCESTRIES_OF[person["race"]]
        of_person = truth[person["id"]] = {}
        for gene in genes.names():
            drawn = [draw_allele(rng, genes, gene, ancestry) for ancestry in ancestries]
            rng.shuffle(drawn)
            alleles = FORCED.get((person["id"], gene), drawn[:copies(genes, gene, person)])
            assert len(alleles) == copies(genes, gene, person), (person, gene)
            of_person[gene] = list(alleles)
    return truth


# -------------------------------------------------------------------- calls


def strands(rng, genes, person, truth):
    """(gene, position) -> base of each strand, where it is not REF; VKORC1's neighbours follow rs9923231."""
    result = {}
    for gene, alleles in truth.items():
        if gene in genes.rows and genes.rows[gene]["call"] == "outside" or gene == EXTRA_SITE[1]:
            continue
        for strand, allele in enumerate(alleles):
            for position, base in genes.bases(gene, allele).items():
                result.setdefault((gene, position), {})[strand] = base
    for position, (_, ref, alt) in NEIGHBOURS.items():
        for strand, allele in enumerate(truth["VKORC1"]):
            loose = position == LOOSE_NEIGHBOUR and person["race"] not in ("white", "asian")
            variant = rng.random() < LOOSE_FREQUENCY if loose else allele == VKORC1_VARIANT
            result.setdefault(("VKORC1", position), {})[strand] = alt if variant else ref
    position = next(p for (_, p), site in genes.sites.items() if site.rsid == EXTRA_SITE[1])
    result["CYP2C9", position] = dict(enumerate(truth[EXTRA_SITE[1]]))
    return result


def index_of(base, site):
    if base in IUPAC and site.ref in IUPAC[base]:
        base = site.ref
    return 0 if base == site.ref else 1 + site.alts.index(base)


def draw_missing(rng, genes, people):
    """(sample, position) of calls that failed."""
    known = {site.rsid: position for (_, position), site in genes.sites.items()}
    missing = {(sample, known[rsid]) for sample, rsids in MISSING.items() for rsid in rsids}
    by_chance = [position for (_, position), site in genes.sites.items() if site.gene in GENES_MISSING_BY_CHANCE]
    while len(missing) < sum(map(len, MISSING.values())) + MISSING_BY_CHANCE:
        missing.add((rng.choice(people)["id"], rng.choice(by_chance)))
    return missing


def records(rng, genes, people, truth, missing):
    """(contig, position) -> columns up to FORMAT, and sample -> call."""
    bases = {person["id"]: strands(rng, genes, person, truth[person["id"]]) for person in people}
    result = {}
    for (contig, position), site in genes.sites.items():
        calls = {}
        for person in people:
            sample, ploidy = person["id"], copies(genes, site.gene, person)
            of_strand = bases[sample].get((site.gene, position), {})
            indexes = [index_of(of_strand.get(strand, site.ref), site) for strand in range(ploidy)]
            separator = "/" if sample in UNPHASED else "|"
            if separator == "/":
                indexes.sort()
            calls[sample] = separator.join("." if (sample, position) in missing else str(i) for i in indexes)
        fields = [contig, str(position), site.rsid, site.ref, ",".join(site.alts), ".", "PASS", f"GENE={site.gene}", "GT"]
        result[contig, position] = (fields, calls)
    return result


# ------------------------------------------------------------------- tables


def write_truth(path, genes, people, truth, missing):
    """`missing`: positions of the gene without a call; `phased`: `.` where nothing of it is in the VCFs."""
    gene_at = {position: EXTRA_SITE[1] if site.rsid == EXTRA_SITE[1] else site.gene
               for (_, position), site in genes.sites.items()}
    with open(path, "w", newline="") as out:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerow(["sample_id", "gene", "allele1", "allele2", "phased", "missing"])
        for person in people:
            sample = person["id"]
            for gene, alleles in truth[sample].items():
                typed = gene == EXTRA_SITE[1] or genes.rows[gene]["call"] != "outside"
                phased = "." if not typed else "no" if sample in UNPHASED else "yes"
                open_positions = sorted(p for s, p in missing if s == sample and gene_at[p] == gene)
                writer.writerow([sample, gene, *(alleles + ["."])[:2], phased, ",".join(map(str, open_positions)) or "."])


def write_outside_calls(path, genes, people, truth):
    with open(path, "w", newline="") as out:
        out.write("# CYP2D6: copy numbers and hybrids need an assay of their own; HLA: typed\n")
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerow(["sample_id", "gene", "diplotype", "phenotype", "activity_score"])
        for person in people:
            for gene, alleles in truth[person["id"]].items():
                if gene in genes.rows and genes.rows[gene]["call"] == "outside":
                    writer.writerow([person["id"], gene, "/".join(alleles), "", ""])


# --------------------------------------------------------------- covariates

COVARIATE_COLUMNS = ["height_cm", "weight_kg", "race", "amiodarone", "enzyme_inducer", "smoker", "target_inr", "dvt_pe"]
COVARIATE_WARTS = {
    "VS003": {"target_inr": "3.5"},
    "VS007": {"target_inr": "2.5"},
    "VS009": {"height_cm": "NA"},
    "VS016": {"weight_kg": ""},
    "VS017": {"amiodarone": "1"},
    "VS025": {"amiodarone": "NA"},
    "VS044": {"smoker": "NA"},
    "VS049": {"target_inr": "3.5", "smoker": ""},
    "VS051": {"target_inr": "."},
    "VS056": {"race": "NA", "target_inr": "2.5"},
    "VS082": {"dvt_pe": "N/A"},
    "VS093": {"enzyme_inducer": ""},
}


def yes_or_no(rng, share):
    return "yes" if rng.random() < share else "no"


def covariates(rng, person, bmi):
    """Cells of COVARIATE_COLUMNS; the weight fits the body mass index where that is known."""
    male = person["sex"] == "male"
    height = round(min(max(rng.gauss(177 if male else 164, 7), 146), 202))
    guess = rng.gauss(27, 3)
    weight = (bmi or guess) * (height / 100) ** 2
    cells = {
        "height_cm": str(height),
        "weight_kg": f"{weight:.1f}",
        "race": person["race"],
        "amiodarone": yes_or_no(rng, 0.08),
        "enzyme_inducer": yes_or_no(rng, 0.05),
        "smoker": yes_or_no(rng, 0.2),
        "target_inr": rng.choices(["2.5", "3.0", "3.5"], [0.86, 0.09, 0.05])[0],
        "dvt_pe": yes_or_no(rng, 0.25),
    }
    cells.update(COVARIATE_WARTS.get(person["id"], {}))
    return cells
