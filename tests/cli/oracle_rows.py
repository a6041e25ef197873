"""Scoring files as the oracle reads them (oracle.py)."""

from fractions import Fraction

from oracle_match import contig_name


class Row:
    def __init__(self, number, cells, weight):
        def cell(*names):
            return next((cells[name] for name in names if cells.get(name)), None)

        self.number = number
        harmonised = "hm_chr" in cells or "hm_pos" in cells
        contig, position = (cell("hm_chr"), cell("hm_pos")) if harmonised else (cell("chr_name"), cell("chr_position"))
        self.harmonised = contig is not None and position is not None
        self.contig, self.position = (contig_name(contig), int(position)) if self.harmonised else (None, None)
        self.effect = cells["effect_allele"]
        self.other = cell("other_allele", "reference_allele", "hm_inferOtherAllele")
        if self.other is not None and "/" in self.other:
            self.other = None
        self.weight = Fraction(weight) if weight else None
        steps = [cells.get(f"dosage_{copies}_weight") for copies in range(3)]
        self.steps = [Fraction(step) for step in steps] if all(steps) else None
        self.coding = "additive"
        for coding in ("dominant", "recessive"):
            if (cell("is_" + coding) or "").lower() == "true":
                self.coding = coding
        frequency = cell("allelefrequency_effect")
        self.frequency = Fraction(frequency) if frequency else None
        self.supported = (set(self.effect + (self.other or "")) <= set("ACGT") and
                          not any((cell("is_" + kind) or "").lower() == "true" for kind in ("haplotype", "diplotype", "interaction")))
        self.variant = f"{self.contig if self.harmonised else contig}:{position}:{self.effect}:{self.other or '?'}"


KNOWN = ("rsID chr_name chr_position effect_allele other_allele reference_allele effect_weight is_dominant is_recessive "
         "dosage_0_weight dosage_1_weight dosage_2_weight allelefrequency_effect is_haplotype is_diplotype is_interaction "
         "hm_source hm_rsID hm_chr hm_pos hm_inferOtherAllele locus_name weight_type").split()


def read_scores(text, file_name):
    """score id -> rows"""
    header, lines = {}, text.rstrip("\n").split("\n")
    while lines[0].startswith("#"):
        key, _, value = lines.pop(0).lstrip("#").partition("=")
        header[key.strip()] = value.strip()
    columns = lines.pop(0).split("\t")
    rows = [dict(zip(columns, line.split("\t"))) for line in lines]
    if "effect_weight" in columns or "dosage_0_weight" in columns:
        name = header.get("pgs_id") or file_name.split(".")[0]
        return {name: [Row(number, cells, cells.get("effect_weight")) for number, cells in enumerate(rows, 1)]}
    return {column: [Row(number, cells, cells[column]) for number, cells in enumerate(rows, 1) if cells[column]]
            for column in columns if column not in KNOWN}
