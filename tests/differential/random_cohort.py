"""One random cohort for each seed: genotype files, sample sheet, scoring files and options, all drawn together."""

import random

import harness
import oracle

BASES = "ACGT"
X_PAR, X_OWN, Y_OWN = range(60001, 2781000), range(2790000, 154000000), range(2790000, 56000000)  # of both builds
ORDER = ("1", "2", "X", "Y", "MT")
GP, FREQUENCY = harness.offered("--dosage", "GP"), harness.offered("--palindromic", "frequency")


class Draw(random.Random):
    def often(self, probability):
        return self.random() < probability


class Cohort:
    """names, sexes, records (columns of VCF lines, sorted), files, sheet and score rows of one seed.

    plain: only what plink2 reads in the same way: no split sites, half or polyploid calls, and diploid contigs.
    """

    def __init__(self, seed, plain=False):
        self.draw = draw = Draw(seed)
        self.plain = plain
        self.names = [f"P{number:02d}" for number in draw.sample(range(100), draw.choice((1, 2, 3, 5, 9, 17, 33)))]
        self.sexes = {name: draw.choice(("male", "female", "unknown")) for name in self.names}
        self.has_sheet = not plain and draw.often(0.6)
        self.prefix = "chr" if draw.often(0.3) else ""
        self.contigs = ("1", "2") if plain else tuple(contig for contig in ORDER if contig == "1" or draw.often(0.6))
        self.options = {} if plain else self.draw_options()
        self.records = [line for contig in self.contigs for line in self.contig_records(contig)]
        self.counted_ref = set()  # positions of split sites with a row for REF
        self.rows = self.score_rows()

    def draw_options(self):
        draw = self.draw
        options = {"impute": draw.choice(("file", "cohort", "none"))}
        for key, share, values in (("impute_model", 0.2, ("plink2",)), ("half_call", 0.5, ("haploid", "reference")),
                                   ("haploid", 0.3, ("as-diploid",)), ("duplicate_rows", 0.6, ("first", "sum")),
                                   ("palindromic", 0.4, ("keep",) + (("frequency",) if FREQUENCY else ())),
                                   ("dosage", 0.4, ("GT", "DS") + (("GP", "HDS") if GP else ())),
                                   ("min_gq", 0.2, (10, 20)), ("min_dp", 0.2, (5, 15))):
            if draw.often(share):
                options[key] = draw.choice(values)
        if options.get("palindromic") == "frequency":
            options["duplicate_rows"] = "sum"
        if draw.often(0.3):  # what is said of a filtered row that is also palindromic or a duplicate is not laid down
            options.update({"palindromic": "keep", "duplicate_rows": "sum"})
            options.update(draw.choice(({"pass_only": True}, {"min_r2": 0.5})))
        return options

    # --- genotypes ---

    def alleles(self):
        """REF and the ALTs of a site."""
        draw = self.draw
        ref = draw.choice(BASES)
        others = [base for base in BASES if base != ref]
        kind = draw.random()
        if kind < 0.55:
            return ref, [draw.choice(others)]
        if kind < 0.70:
            return ref, draw.sample(others, draw.choice((2, 3)))
        tail = draw.choice(others) + "".join(draw.choice(BASES) for _ in range(draw.randrange(4)))
        if kind < 0.80:
            return ref, [ref + tail]
        if kind < 0.90:
            return ref + tail, [ref]
        if kind < 0.95:
            return ref + tail, [ref, draw.choice(others) + tail]  # a deletion and an SNV of its first base
        return (ref, ["."]) if kind < 0.98 or self.plain else (ref, [others[0], "*"])

    def contig_records(self, contig):
        draw = self.draw
        ranges = {"X": X_OWN, "Y": Y_OWN, "MT": range(100, 16000)}
        count = draw.randrange(6, 16)
        positions = set(draw.sample(ranges.get(contig, range(10000, 240000000)), count))
        if contig == "X":
            positions |= set(draw.sample(X_PAR, 4))
        records = []
        for position in sorted(positions):
            ref, alts = self.alleles()
            splits = not self.plain and len(alts) > 1 and "*" not in alts and draw.often(0.5)
            info = f"R2={draw.randrange(1000) / 1000}" if draw.often(0.7) else "."
            if len(alts) == 1 and len(ref) == len(alts[0]) == 1 and alts[0] != "." and draw.often(0.5):
                info = f"AF={draw.choice((0.05, 0.2, 0.39, 0.41, 0.55, 0.61, 0.8))};" + ("" if info == "." else info)
            keys, calls = self.calls(contig, position, 0 if alts == ["."] else len(alts))
            line = [self.prefix + contig, str(position), f"v{contig}_{position}", ref, ",".join(alts), ".",
                    draw.choice(("PASS", "PASS", ".", "q10")), info.rstrip(";"), keys]
            lines = split(line, calls, alts) if splits else [line + calls]
            if splits and keys == "GT" and contig in "12" and draw.often(0.3):  # lines that contradict each other
                lines[-1][9:] = self.calls(contig, position, 1, "GT")[1]
            records += lines
            if not self.plain and draw.often(0.03):
                records.append(records[-1][:2] + ["again"] + records[-1][3:])
        return records

    def calls(self, contig, position, alts, keys=None):
        draw = self.draw
        kinds = ["GT", "GT", "GT:GQ:DP", "GT:DS", "DS"] + (["GT:GP", "GP", "GT:DS:GP:HDS"] if GP else [])
        keys = keys or draw.choice(kinds if alts else ["GT"])
        if self.plain:
            keys = "GT"
        elif contig in ("X", "Y", "MT") and keys not in ("GT", "GT:GQ:DP"):
            keys = "DS" if alts and draw.often(0.5) else "GT:AF" if contig == "MT" and alts else "GT"
        missing = draw.choice((0, 0.03, 0.2, 1 if draw.often(0.2) else 0))
        rarity = draw.choice((0.7, 1.5, 3))
        return keys, [self.call(keys.split(":"), contig, position, self.sexes[name], alts, missing, rarity) for name in self.names]

    def ploidy(self, contig, position, sex, keys):
        """Of the call as it is written."""
        own = contig in ("X", "Y") and position not in X_PAR
        if "GT" not in keys:  # the dosage is on the scale of what is known
            return 1 if contig == "MT" or (own and sex == "male" and self.has_sheet) else 2
        if contig == "MT":
            return self.draw.choice((1, 1, 2))
        return self.draw.choice((1, 1, 2)) if own and sex == "male" else 2

    def call(self, keys, contig, position, sex, alts, missing, rarity):
        draw = self.draw
        ploidy = self.ploidy(contig, position, sex, keys)
        alleles = [min(int(draw.expovariate(rarity)), alts) for _ in range(ploidy)]
        if draw.often(missing):
            if "GT" in keys:
                gone = "." if draw.often(0.2) and not self.plain else draw.choice("/|").join("." * ploidy)
                return ":".join([gone] + ["."] * (len(keys) - 1)) if draw.often(0.5) else gone
            return "."
        cells = []
        for key in keys:
            if key == "GT":
                cells.append(self.genotype(alleles, keys))
            elif key in ("GQ", "DP"):
                cells.append(draw.choice((".", str(draw.randrange(40)))))
            else:
                cells.append("." if draw.often(0.1) else self.dosage(key, alleles, ploidy, alts))
        return ":".join(cells)

    def genotype(self, alleles, keys):
        draw = self.draw
        shown = [str(allele) for allele in alleles]
        if len(shown) == 2 and not self.plain and not {"DS", "GP", "HDS"} & set(keys):
            if draw.often(0.03):
                shown[draw.randrange(2)] = "."
            elif "AF" not in keys and draw.often(0.01):
                shown.append("0")
        return draw.choice("/|").join(shown)

    def dosage(self, key, alleles, ploidy, alts):
        """Values near the genotype, in thousandths, that a caller could have written."""
        draw = self.draw
        if key == "HDS" or key == "DS":
            slots = []  # of each chromosome, the dosages of the ALTs
            for allele in alleles:
                sure = draw.choice((1000, 1000, 900, draw.randrange(500, 1001)))
                slot = [0] * alts
                if allele:
                    slot[allele - 1] = sure
                elif alts:
                    slot[draw.randrange(alts)] = 1000 - sure
                slots.append(slot)
            if key == "HDS":
                return ",".join(thousandths(draw, value) for slot in slots for value in slot)
            return ",".join(thousandths(draw, sum(slot[alt] for slot in slots)) for alt in range(alts))
        if key == "AF":
            return ",".join(str(draw.randrange(1000 // alts + 1) / 1000) for _ in range(alts))
        count = (alts + 1) * (alts + 2) // 2 if ploidy == 2 else alts + 1
        cuts = sorted(draw.randrange(1001) for _ in range(count - 1))
        return ",".join(thousandths(draw, high - low) for low, high in zip([0] + cuts, cuts + [1000]))

    # --- rows ---

    def score_rows(self):
        """Cells of COLUMNS; every kind of row that a scoring file may have."""
        draw, rows = self.draw, []
        for line in self.records:
            if draw.often(0.2) or line[4] == "*" or (self.plain and line[4] == "."):
                continue
            row = self.row_of(line)
            if row:
                rows.append(row)
                if not self.plain and draw.often(0.08) and {row[2], row[3]} <= set(line[3:4] + line[4].split(",")):
                    rows.append(row[:4] + [weight(draw)] + row[5:])
        if not self.plain:
            for _ in range(3):
                contig = draw.choice(self.contigs)
                pair = draw.sample(BASES, 2)
                if not oracle.palindromic(*pair):
                    rows.append([contig, str(draw.randrange(4000, 15000) if contig == "MT" else 300000000 + draw.randrange(9)), *pair,
                                 *self.weights(), frequency(draw)])
            rows.append(["1", "77", "N", "A", *self.weights(), ""])
        draw.shuffle(rows)
        return rows

    COLUMNS = harness.SCORE_COLUMNS + (" is_dominant is_recessive dosage_0_weight dosage_1_weight dosage_2_weight allelefrequency_effect")

    def weights(self):
        draw, kind = self.draw, self.draw.random()
        if kind > 0.9 and not self.plain:
            return ["", "False", "False"] + [weight(draw) for _ in range(3)]
        return [weight(draw), str(kind < 0.15), str(0.15 <= kind < 0.3), "", "", ""]

    def row_of(self, line):
        draw = self.draw
        contig, position, ref = line[0].removeprefix("chr"), int(line[1]), line[3]
        alts = [alt for alt in line[4].split(",") if oracle.is_bases(alt)]
        pair = [ref, draw.choice(alts or [base for base in BASES if base != ref])]
        on_one_line = sum(other[0] == line[0] and other[1] == line[1] for other in self.records) == 1
        draw.shuffle(pair)
        if not on_one_line and pair[0] == ref and position in self.counted_ref:
            pair.reverse()  # REF of one site once: twice it would be a duplicate
        self.counted_ref.add(position)
        if on_one_line and len(alts) > 1 and draw.often(0.2):
            pair = draw.sample(alts, 2)
        kind = draw.random()
        snv = all(len(allele) == 1 for allele in pair)
        unknown_other = False
        if self.plain:
            pass
        elif kind < 0.12 and ref in pair and (len(pair[0]) != len(pair[1]) or (snv and not oracle.palindromic(*pair))):
            pair = [oracle.reverse_complement(allele) for allele in pair]
        elif kind < 0.20 and snv and on_one_line and len(alts) == 1:
            unknown_other = True
        elif kind < 0.24:
            wrong = [base for base in BASES if base not in [ref] + alts and base != oracle.COMPLEMENT.get(ref)]
            if snv and len(alts) == 1 and on_one_line and wrong and pair[0] == ref:
                pair[1] = wrong[0]
        elif kind < 0.32 and len(pair[0]) != len(pair[1]) and len(alts) == 1 and on_one_line:
            more = draw.choice(BASES)  # the same alleles, spelled with one base more
            pair = [allele + more for allele in pair]
        return [draw.choice(("", "chr")) + contig if not self.plain else contig, str(position), pair[0], "" if unknown_other else pair[1],
                *self.weights(), frequency(draw)]

    # --- files ---

    def sheet_rows(self):
        """(sample_id, source_id, sex) in the order of the sheet, None without one."""
        if not self.has_sheet:
            return None
        kept = self.draw.sample(self.names, self.draw.randrange(1, len(self.names) + 1))
        renamed = self.draw.often(0.5)
        return [(f"id_{name}" if renamed else name, name, self.sexes[name]) for name in kept]

    def layout(self):
        """Parts of the cohort: (name, samples, records)."""
        draw, whole = self.draw, list(range(len(self.names)))
        kind = draw.choice(("one", "one", "contig", "sample"))
        if kind == "contig" and len(self.contigs) > 1:
            parts = []
            for contig in self.contigs:
                order = draw.sample(whole, len(whole))
                parts.append((contig, order, [line for line in self.records if line[0] == self.prefix + contig]))
            draw.shuffle(parts)
        elif kind == "sample" and len(self.names) > 1:
            cut = draw.randrange(1, len(self.names))
            if self.options.get("impute") == "cohort":
                self.options["impute"] = "file"  # refused: they are several cohorts
            parts = [("a", whole[:cut], self.lines_of_part()), ("b", whole[cut:], self.lines_of_part())]
        else:
            parts = [("all", whole, self.records)]
        return [(name, [self.names[n] for n in order], [line[:9] + [line[9 + n] for n in order] for line in lines])
                for name, order, lines in parts]

    def lines_of_part(self):
        """A file of some of the samples may lack sites (whole ones)."""
        gone = {line[1] for line in self.records if self.draw.often(0.1)}
        return [line for line in self.records if line[1] not in gone]


def thousandths(draw, value):
    return draw.choice((f"{value / 1000:.3f}", f"{value / 1000:g}", f"{value / 1000:.2e}" if value % 10 == 0 else f"{value / 1000}"))


def weight(draw):
    return draw.choice((f"{draw.gauss(0, 1):.{draw.randrange(1, 12)}g}", f"{draw.gauss(0, 0.001):.4e}", "0", "1", "-2"))


def frequency(draw):
    return draw.choice(("", "", f"{draw.random():.4f}", "0", "1", "0.05", "0.5", "0.9"))


def split(line, calls, alts):
    """The lines that `bcftools norm -m-` makes of one with several ALTs: the other ALTs read as REF there."""
    lines = []
    for number, alt in enumerate(alts, 1):
        cells = []
        for call in calls:
            values = dict(zip(line[8].split(":"), call.split(":")))
            if "GT" in values:
                values["GT"] = "".join({str(number): "1", "/": "/", "|": "|", ".": "."}.get(letter, "0") for letter in values["GT"])
            for key in ("DS", "AF"):
                if values.get(key, ".") != ".":
                    values[key] = values[key].split(",")[number - 1]
            if values.get("HDS", ".") != ".":
                values["HDS"] = ",".join(values["HDS"].split(",")[number - 1::len(alts)])
            if values.get("GP", ".") != ".":
                values["GP"] = "."  # those of one line would not add up to one
            cells.append(":".join(values.values()))
        lines.append(line[:4] + [alt] + line[5:9] + cells)
    return lines
