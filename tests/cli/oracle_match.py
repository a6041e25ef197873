"""Which record a row of a scoring file means, by the documented rules: one part of the oracle (oracle.py)."""

from fractions import Fraction

COMPLEMENT = {"A": "T", "T": "A", "C": "G", "G": "C"}
SAME_CONTIG = {"M": "MT", "23": "X", "24": "Y", "25": "X", "26": "MT"}


def contig_name(name):
    name = name[3:] if name.lower().startswith("chr") else name
    return SAME_CONTIG.get(name.upper(), name.upper())


def reverse_complement(allele):
    return "".join(COMPLEMENT[base] for base in reversed(allele))


def palindromic(one, other):
    return len(one) == 1 and len(other) == 1 and COMPLEMENT.get(one) == other


def is_bases(text):
    return text != "" and set(text) <= set("ACGT")


def trimmed(position, one, other):
    """Position and two alleles without what they share at the end, then at the beginning; one base stays."""
    while len(one) > 1 and len(other) > 1 and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    while len(one) > 1 and len(other) > 1 and one[0] == other[0]:
        position, one, other = position + 1, one[1:], other[1:]
    return position, one, other


class Match:
    """State of a row, and where it is used its record, the index of the effect allele there and whether the strand was turned."""

    def __init__(self, state, record=None, index=None, equal=0):
        self.state, self.record, self.index, self.equal = state, record, index, equal
        self.lines = []


def match(row, vcf, options):
    if not row.supported:
        return Match("unsupported")
    if not row.harmonised:
        return Match("not_harmonised")
    near = [found for found in vcf.on.get(row.contig, []) if abs(found.position - row.position) < 200]
    here = [found for found in near if found.position == row.position]
    found = by_alleles(row, near, here, options)
    if found is None:
        return Match("allele_mismatch" if here else "absent")
    if found.record is None or found.state == "ambiguous":
        return found
    if filtered(found.record, options):
        return Match("filtered", found.record, found.index)
    other = row.other or next((COMPLEMENT[row.effect] for allele in found.record.alleles if allele == COMPLEMENT[row.effect]), "")
    if palindromic(row.effect, other) and options["palindromic"] != "keep":
        found = by_frequency(row, found, options) if options["palindromic"] == "frequency" else Match("ambiguous", found.record, found.index)
    found.lines = further_lines(found.record, near) if found.index == 0 else []
    return found


def further_lines(record, near):
    """The other lines of a split site: the same REF, other ALTs."""
    lines = {tuple(other.alleles): other for other in reversed(near)
             if other.position == record.position and other.alleles[0] == record.alleles[0] and len(other.alleles) > 1}
    lines.pop(tuple(record.alleles), None)
    return list(lines.values()) if len(record.alleles) > 1 else []


def filtered(record, options):
    if options["pass_only"] and record.filter not in ("PASS", "."):
        return True
    r2 = record.r2()
    return options["min_r2"] is not None and (r2 is None or r2 < Fraction(str(options["min_r2"])))


def by_alleles(row, near, here, options):
    """As given, then on the other strand, then with an unknown other allele; None if no record has the alleles."""
    if row.other is None:
        if len(row.effect) > 1:
            return Match("ambiguous") if here else None
        found = [Match("matched", record, record.alleles.index(row.effect)) for record in here
                 if len(record.alleles[0]) == 1 and row.effect in record.alleles]
        return best(found, options, unknown_other=True)
    for flip, state in ((False, "matched"), (True, "flipped")):
        effect, other = (reverse_complement(row.effect), reverse_complement(row.other)) if flip else (row.effect, row.other)
        found = [Match(state, record, *pair) for record in near for pair in [pair_of(record, row.position, effect, other, flip)] if pair]
        if found:
            return best(found, options)
    return None


def pair_of(record, position, effect, other, flip):
    """(index of the effect allele, how many further ways) of a record with both alleles, spelled so or equal when trimmed."""
    if len(record.alleles) == 1:  # ALT is '.': it shows REF and nothing else
        if record.position != position or len(effect) != 1 or len(other) != 1 or record.alleles[0] not in (effect, other):
            return None
        return (0 if record.alleles[0] == effect else 1), 0
    ways = []
    for one, first in enumerate(record.alleles):
        for two, second in enumerate(record.alleles):
            if one == two or not is_bases(first) or not is_bases(second):
                continue
            if flip and one and two:
                continue  # two ALTs do not tell the strand; REF does
            if (record.position, first, second) == (position, effect, other):
                return one, 0
            if trimmed(record.position, first, second) == trimmed(position, effect, other):
                ways.append(one)
    return (ways[0], len(ways) - 1) if ways else None


def best(found, options, unknown_other=False):
    """Of several lines the one that no filter removes, then one that has an ALT, then the first."""
    if not found:
        return None
    found = sorted(found, key=lambda one: (filtered(one.record, options), len(one.record.alleles) == 1))
    first = found[0]
    same = [one for one in found if (filtered(one.record, options), len(one.record.alleles)) ==
            (filtered(first.record, options), len(first.record.alleles))]
    if first.equal or (unknown_other and len(same) > 1):
        return Match("ambiguous", first.record)
    return first


def by_frequency(row, found, options):
    """The frequency of the allele as given in the reference, against the scoring file's."""
    key = (contig_name(found.record.contig), found.record.position, row.effect)
    reference = options["frequencies"].get(key)
    if reference is None and "AF" in found.record.info:
        alts = [Fraction(value) for value in found.record.info["AF"].split(",")]
        reference = alts[found.index - 1] if found.index else 1 - sum(alts)
    unsure = [value for value in (row.frequency, reference) if value is None or Fraction(4, 10) <= value <= Fraction(6, 10)]
    if unsure:
        return Match("ambiguous", found.record)
    if (row.frequency < Fraction(1, 2)) == (reference < Fraction(1, 2)):
        return found
    return Match("flipped", found.record, found.record.alleles.index(COMPLEMENT[row.effect]))
