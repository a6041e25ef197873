"""Small cohorts for the tests of `varisk train`: genotypes, covariates and an outcome of each family that follows from them."""

import math
import random

import harness
from plink_files import write_plink

CONTIGS = harness.LENGTHS["GRCh38"]
PARTS = ("train", "train", "train", "test")


class People:
    """Genotypes as VCF records (one ALT each, one site on X among the last) and a covariate table."""

    def __init__(self, seed=1, count=160, sites=24, missing=0.03):
        source = random.Random(seed)
        self.ids = [f"P{n:04d}" for n in range(count)]
        self.sexes = {name: source.choice(("male", "female")) for name in self.ids}
        self.records, copies = [], []
        for site in range(sites):
            contig = "X" if site >= sites - 3 else "1" if site < sites // 2 else "20"
            frequency = source.uniform(0.1, 0.5)
            calls, counts = [], []
            for name in self.ids:
                ploidy = 1 if contig == "X" and self.sexes[name] == "male" else 2
                alleles = [int(source.random() < frequency) for _ in range(ploidy)]
                counts.append(sum(alleles))
                gone = source.random() < missing
                calls.append("/".join("." if gone else str(allele) for allele in alleles) if ploidy == 2 or not gone else ".")
            ref, alt = source.sample("ACGT", 2)
            self.records.append(harness.record(contig, 5000000 + 10000 * site, ref, alt, calls, id=f"v{site}"))
            copies.append(counts)
        self.rows = []
        for i, name in enumerate(self.ids):
            age = round(source.uniform(30, 80), 1)
            smoker = source.choice(("never", "former", "current"))
            bmi = round(source.gauss(27, 4), 1)
            eta = (0.9 * (copies[0][i] - 0.6) - 0.8 * (copies[3][i] - 0.6) + 0.5 * (copies[-1][i] - 0.5) + 0.03 * (age - 55)
                   + {"never": -0.3, "former": 0.1, "current": 0.5}[smoker])
            noise = source.random()
            latent = eta + math.log(noise / (1 - noise))
            self.rows.append({
                "sample_id": name, "age": str(age), "bmi": str(bmi), "smoker": smoker, "sex": self.sexes[name],
                "y": str(int(latent > 0)), "stage": str(sum(latent > cut for cut in (-1, 1))),
                "kind": "abc"[source.choices(range(3), [1, math.exp(eta), math.exp(-eta)])[0]],
                "height": f"{170 + 5 * eta + source.gauss(0, 4):.3f}", "part": PARTS[i % len(PARTS)],
                "family": f"F{i // 3}", "weight": str(1 + i % 3), "shift": f"{source.gauss(0, 0.3):.3f}"})

    OUTCOMES = {"binomial": "y", "multinomial": "kind", "ordinal": "stage", "gaussian": "height"}
    FEATURES = "age,bmi,smoker"

    def table(self, ids=None, rows=None):
        rows = rows or self.rows
        kept = rows if ids is None else [row for row in rows if row["sample_id"] in ids]
        return harness.table_text(list(rows[0]), [list(row.values()) for row in kept])

    def part(self, name):
        return [row["sample_id"] for row in self.rows if row["part"] == name]

    def some(self, ids):
        """Records with the calls of these people alone."""
        places = [self.ids.index(name) for name in ids]
        return [line[:9] + [line[9 + place] for place in places] for line in self.records]

    def write_vcf(self, test, name, ids=None):
        ids = ids or self.ids
        return test.write_vcf(name, ids, self.some(ids), contigs={key: CONTIGS[key] for key in ("1", "20", "X")})

    def write_bed(self, test, name):
        return write_plink(test, name, self.ids, self.records, self.sexes)

    def write_sheet(self, test, ids=None):
        ids = ids or self.ids
        return test.write("sheet.tsv" if ids is self.ids else "sheet_some.tsv",
                          harness.table_text("sample_id sex", [(name, self.sexes[name]) for name in ids]))
