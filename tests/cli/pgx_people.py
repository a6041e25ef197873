"""People with genotypes at all positions of the pharmacogenes: reference but for what a test says."""

import csv
from pathlib import Path

import harness

TABLES = harness.REPOSITORY / "share" / "pgx"
# Read by the warfarin formulas beside the positions of the genes; REF of GRCh38.
OF_WARFARIN = (("chr16", 31093557, "rs9934438", "G", "A"),)
GENE_TABLES = ("diplotypes.tsv", "dosing.tsv")


def table(name, folder=TABLES):
    with open(Path(folder) / name, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def contig_order(name):
    name = name.removeprefix("chr")
    return (0, int(name)) if name.isdigit() else (1, {"X": 0, "Y": 1, "M": 2}[name])


class Site:
    def __init__(self, contig, position, rsid, ref, alts):
        self.contig, self.position, self.rsid, self.ref, self.alts = contig, int(position), rsid, ref, alts
        self.place = f"{contig}:{position}"


def sites():
    contigs = {row["gene"]: row["contig"] for row in table("genes.tsv")}
    found = {}
    for row in table("positions.tsv"):
        site = Site(contigs[row["gene"]], row["position"], row["rsid"], row["ref"], row["alts"])
        found.setdefault(site.place, site)
    for contig, position, rsid, ref, alt in OF_WARFARIN:
        found.setdefault(f"{contig}:{position}", Site(contig, position, rsid, ref, alt))
    return sorted(found.values(), key=lambda site: (contig_order(site.contig), site.position))


SITES = sites()
PLACES = {site.place: site for site in SITES} | {site.rsid: site for site in SITES if site.rsid != "."}


class People:
    """calls: sample -> {rsid or chrN:POS: GT}; places that are left out have no record."""

    def __init__(self, calls, left_out=(), only=None):
        self.samples = list(calls)
        left_out = {PLACES[place].place for place in left_out}
        self.sites = [site for site in SITES if site.place not in left_out and (only is None or site.contig in only)]
        self.calls = {}
        for sample, own in calls.items():
            for place, call in own.items():
                self.calls[sample, PLACES[place].place] = call

    def call(self, sample, site):
        return self.calls.get((sample, site.place), "0/0")

    def records(self, samples=None):
        return [harness.record(site.contig, site.position, site.ref, site.alts,
                               [self.call(sample, site) for sample in samples or self.samples], id=site.rsid)
                for site in self.sites]


class DosingTest(harness.VariskTest):
    def vcf_of(self, name, people, samples=None, **options):
        return self.write_vcf(name, samples or people.samples, people.records(samples), **options)

    def dose(self, variants, *options, **more):
        variants = variants if isinstance(variants, list) else [variants]
        return self.score("--dosing", "--variants", *variants, *options, **more)

    def dose_calls(self, calls, *options, left_out=(), **more):
        return self.dose(self.vcf_of("people.vcf", People(calls, left_out)), *options, **more)

    def diplotypes(self, run):
        """(sample, gene) -> row"""
        return {(row["sample_id"], row["gene"]): row for row in run.table("diplotypes.tsv")}

    def doses(self, run, drug):
        """sample -> rows of the drug"""
        rows = {}
        for row in run.table("dosing.tsv"):
            if row["drug"] == drug:
                rows.setdefault(row["sample_id"], []).append(row)
        return rows

    def only_dose(self, run, drug, sample="s"):
        rows = self.doses(run, drug)[sample]
        self.assertEqual(len(rows), 1, rows)
        return rows[0]

    def assert_same_results(self, one, other):
        self.assert_same_tables(one, other, GENE_TABLES)
