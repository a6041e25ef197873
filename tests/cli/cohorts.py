"""Random cohorts for the property tests: VCF text with every kind of call, and scoring files on its sites."""

import random

import harness

BASES = "ACGT"
PHASED = "/|"


def call(source, alleles, ploidy=2, missing=0.03, half=0.01):
    """A random GT; alleles weighted towards REF. A missing call is ./. for everybody: a single dot says no ploidy."""
    def allele():
        return str(min(int(source.expovariate(1.2)), alleles - 1))

    if source.random() < missing:
        return source.choice(PHASED).join(["."] * ploidy) if ploidy > 1 else "./."
    calls = [allele() for _ in range(ploidy)]
    if ploidy == 2 and source.random() < half:
        calls[source.randrange(2)] = "."
    return source.choice(PHASED).join(calls)


def dosages(source, alts):
    """Dosages of each ALT, their sum at most 2."""
    left, values = 2000, []
    for _ in range(alts):
        value = source.choice((0, 0, source.randrange(left + 1), min(1000, left), left))
        left -= value
        values.append(source.choice((f"{value / 1000:.3f}", f"{value / 1000:g}", f"{value / 1000:.2e}" if value % 10 == 0 else f"{value / 1000}")))
    return ",".join(values)


def thousandths(source, count, total=1000):
    """Numbers of three decimals that add up to total thousandths."""
    cuts = sorted(source.choice((0, total, source.randrange(total + 1))) for _ in range(count - 1))
    return [f"{(high - low) / 1000:.3f}" for low, high in zip([0] + cuts, cuts + [total])]


def probabilities(source, alleles, ploidy):
    """GP: one for each genotype."""
    return ",".join(thousandths(source, alleles * (alleles + 1) // 2 if ploidy == 2 else alleles))


def haploid_dosages(source, alts, ploidy):
    """HDS: each ALT of each haplotype."""
    return ",".join(",".join(thousandths(source, alts + 1)[1:]) for _ in range(ploidy))


def alleles_of(source):
    """REF and one to three ALTs: SNVs, insertions, deletions, and repeats with one unit more and one less."""
    ref = source.choice(BASES)
    kind = source.random()
    if kind < 0.02:
        unit = source.choice(BASES)
        return ref + unit, [ref, ref + unit + unit]
    if kind < 0.75:
        return ref, [source.choice([base for base in BASES if base != ref])]
    if kind < 0.85:
        alts = source.sample([base for base in BASES if base != ref], source.choice((2, 3)))
        return ref, alts
    tail = "".join(source.choice(BASES) for _ in range(source.randrange(1, 6)))
    return (ref, [ref + tail]) if kind < 0.93 else (ref + tail, [ref])


def cohort(seed, samples, sites, keys="mixed", contigs=("1", "2", "X", "MT"), ids=None):
    """(samples, records): `keys` is a FORMAT or mixed (by record)."""
    source = random.Random(seed)
    names = ids or [f"S{n:04d}" for n in range(samples)]
    males = {name for name in names if source.random() < 0.5}
    records = []
    for index, contig in enumerate(contigs):
        share = sites // len(contigs) if contig != "MT" else min(sites // len(contigs), 200)
        start = 3000000 if contig == "X" else 1
        positions = sorted(source.sample(range(start, start + 40 * share + 100), share))
        for position in positions:
            ref, alts = alleles_of(source)
            kind = keys if keys != "mixed" else source.choice(("GT", "GT", "GT:DS", "DS", "GT:GQ:DP", "GT:GP", "GP", "GT:DS:HDS:GP", "HDS"))
            if contig in ("X", "MT") and "DS" in kind:
                kind = "GT"
            calls = []
            for name in names:
                ploidy = 1 if contig == "MT" or (contig == "X" and name in males) else 2
                fields = []
                for key in kind.split(":"):
                    if key == "GT":  # a half call beside a dosage of two copies would contradict it
                        fields.append(call(source, 1 + len(alts), ploidy, half=0 if "DS" in kind or "GP" in kind else 0.01))
                    elif key == "DS":
                        fields.append("." if source.random() < 0.1 else dosages(source, len(alts)))
                    elif key in ("GP", "HDS"):
                        value = probabilities(source, 1 + len(alts), ploidy) if key == "GP" else haploid_dosages(source, len(alts), ploidy)
                        fields.append("." if source.random() < 0.3 else value)
                    else:
                        fields.append(str(source.randrange(60)))
                calls.append(":".join(fields))
            info = f"R2={source.randrange(1000) / 1000}" if source.random() < 0.5 else "."
            records.append(harness.record(contig, position, ref, ",".join(alts), calls, keys=kind, id=f"rs{index}{position}", info=info,
                                          filter=source.choice(("PASS", "PASS", "PASS", "q10"))))
    return names, records


COLUMNS = harness.SCORE_COLUMNS + " is_dominant is_recessive allelefrequency_effect"


def scoring_rows(seed, records, rows, frequencies=0.7, coding=0.2, duplicates=0.02):
    """Rows on the sites of records: any allele as effect allele, other strand, other allele unknown, absent sites, duplicates."""
    import oracle
    source = random.Random(seed)
    found, fine = [], []
    for line in source.sample(records, min(rows, len(records))):
        alleles = [line[3]] + line[4].split(",")
        effect, other = source.sample(alleles, 2)
        kind, position = source.random(), int(line[1])
        if kind < 0.06:
            effect, other = oracle.reverse_complement(effect), oracle.reverse_complement(other)
        elif kind < 0.10 and len(alleles) == 2 and len(line[3]) == len(line[4]) == 1:
            other = ""
        elif kind < 0.13 and not oracle.palindromic(effect, other):
            position = 900000000 - source.randrange(1000000)
        elif kind < 0.15:
            effect = "N"
        elif kind < 0.17:
            other = mismatch(source, alleles, effect) or other
        model = source.random()
        dominant, recessive = model < coding / 2, coding / 2 <= model < coding
        weight = f"{source.gauss(0, 1):.{source.randrange(1, 12)}g}"
        frequency = f"{source.random():.4f}" if source.random() < frequencies else ""
        found.append([line[0], str(position), effect, other, weight, str(dominant), str(recessive), frequency])
        if (kind < 0.06 or kind > 0.17) and not oracle.palindromic(effect, other):
            fine.append(found[-1])
    for row in source.sample(fine, int(len(found) * duplicates)):  # what a duplicate of a row is called that is not used anyway is not stated
        found.insert(source.randrange(len(found)), row[:4] + ["0.125"] + row[5:])
    return found


def mismatch(source, alleles, effect):
    """Another allele that makes a row of this effect allele fit the record on neither strand, palindromic on none."""
    import oracle
    if any(len(allele) > 1 for allele in alleles):
        return None
    others = [base for base in BASES if base not in (effect, oracle.COMPLEMENT[effect]) and base not in alleles and
              not {oracle.COMPLEMENT[effect], oracle.COMPLEMENT[base]} <= set(alleles)]
    return source.choice(others) if others else None
