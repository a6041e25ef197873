"""What `varisk score` must give, computed a second time: slowly, simply, with exact fractions.

It knows nothing of the program: it reads the same texts and follows docs/formats.md and the documented scoring rules.
"""

from fractions import Fraction

from oracle_match import COMPLEMENT, contig_name, is_bases, match, palindromic, reverse_complement, trimmed  # noqa: F401 (names that the tests use)
from oracle_rows import Row, read_scores  # noqa: F401

PAR = {  # the pseudo-autosomal regions of X; those of Y are like them
    "X": [(60001, 2781479), (154931044, 156030895)],
    "Y": [(10001, 2781479), (56887903, 59373566)],
}
DEFAULTS = dict(palindromic="drop", duplicate_rows="drop", dosage="auto", haploid="as-called", half_call="missing",
                impute="file", impute_model="hwe", absent="missing", min_gq=None, min_dp=None, pass_only=False, min_r2=None,
                frequencies={})


# --- genotypes --------------------------------------------------------------------------------------------------------

class Record:
    def __init__(self, line):
        cells = line.split("\t")
        self.contig, self.position = cells[0], int(cells[1])
        self.alleles = [cells[3]] + ([] if cells[4] == "." else cells[4].split(","))
        self.filter = cells[6]
        self.info = dict(item.partition("=")[::2] for item in cells[7].split(";"))
        self.variant = ":".join((cells[0], cells[1], cells[3], cells[4]))
        keys = cells[8].split(":") if len(cells) > 8 else []
        self.calls = [dict(zip(keys, cell.split(":"))) for cell in cells[9:]]

    def r2(self):
        for key in ("R2", "DR2", "INFO"):
            if key in self.info:
                return Fraction(self.info[key])
        return None


class Vcf:
    def __init__(self, text):
        lines = text.rstrip("\n").split("\n")
        self.samples, self.records = [], []
        for line in lines:
            if line.startswith("#CHROM"):
                self.samples = line.split("\t")[9:]
            elif not line.startswith("#"):
                self.records.append(Record(line))
        self.on = {}
        for found in self.records:
            self.on.setdefault(contig_name(found.contig), []).append(found)


def given(call, key):
    """The values of a FORMAT key, or None if any is missing."""
    text = call.get(key)
    if text is None:
        return None
    values = text.split(",")
    return None if "." in values or "" in values else [Fraction(value) for value in values]


def genotype(call):
    """Alleles of GT, None for a missing one; [] without GT."""
    text = call.get("GT", "")
    return [None if cell == "." else int(cell) for cell in text.replace("|", "/").split("/")] if text else []


class Dosage:
    """Copies of one allele: copies of ploidy, and the probabilities of 0, 1 and 2 copies where they are known."""

    def __init__(self, copies, ploidy, probabilities=None):
        self.copies, self.ploidy, self.probabilities = copies, ploidy, probabilities


def decode(call, record, index, options, sex=None):
    """Dosage of allele `index` in this call; None if missing."""
    for key, limit in (("GQ", options["min_gq"]), ("DP", options["min_dp"])):
        value = given(call, key)
        if limit is not None and (value is None or value[0] < limit):
            return None
    alleles = genotype(call)
    contig = contig_name(record.contig)
    non_par = contig in PAR and not any(low <= record.position <= high for low, high in PAR[contig])
    one_copy = contig == "MT" or (sex == "male" and non_par)
    sources = ("DS", "GP", "HDS", "GT") if options["dosage"] == "auto" else (options["dosage"],)
    for source in sources:
        if source == "GT":
            return from_genotype(call, alleles, index, options, sex, contig, non_par)
        values = given(call, source)
        if values is None:
            continue
        told = any(allele is not None for allele in alleles) or (source == "DS" and len(alleles) == 2)
        ploidy = len(alleles) if told else None
        dosage = from_values(source, values, index, len(record.alleles), ploidy or ploidy_by_count(source, values, record), one_copy)
        if one_copy and dosage.ploidy == 2:
            dosage = Dosage(dosage.copies / 2, 1)
        return doubled(dosage, options)
    return None


def genotypes(alleles, ploidy):
    """In the order of GP."""
    return [(a, b) for b in range(alleles) for a in range(b + 1)] if ploidy == 2 else [(a,) for a in range(alleles)]


def ploidy_by_count(source, values, record):
    """1 or 2 if the number of values tells it."""
    alleles = len(record.alleles)
    if source == "GP":
        return next(ploidy for ploidy in (2, 1) if len(values) == len(genotypes(alleles, ploidy)))
    return len(values) // (alleles - 1) if source == "HDS" else None


def from_values(source, values, index, alleles, ploidy, one_copy):
    """Copies of ALTs by DS (each ALT), GP (each genotype) or HDS (each ALT of each haplotype); REF is what is left."""
    ploidy = ploidy or (1 if one_copy else 2)
    alts = alleles - 1
    if source == "GP":
        values = [1 - sum(values[1:])] + values[1:]  # rounding makes no copies
        pairs = genotypes(alleles, ploidy)
        copies = sum(pair.count(index) * value for pair, value in zip(pairs, values))
        if ploidy == 1:
            return Dosage(copies, 1)
        return Dosage(copies, 2, [sum(value for pair, value in zip(pairs, values) if pair.count(index) == k) for k in range(3)])
    by_alt = values if source == "DS" else [sum(values[alt::alts]) for alt in range(alts)]
    return Dosage(by_alt[index - 1] if index else ploidy - sum(by_alt), ploidy)


def from_genotype(call, alleles, index, options, sex, contig, non_par):
    if not alleles or len(alleles) > 2 or all(allele is None for allele in alleles):
        return None
    if None in alleles:
        if options["half_call"] == "missing":
            return None
        if options["half_call"] == "haploid":
            alleles = [allele for allele in alleles if allele is not None]
        else:
            alleles = [allele or 0 for allele in alleles]
    one_copy = contig == "MT" or (sex == "male" and non_par)
    if one_copy and len(alleles) == 2:
        if alleles[0] != alleles[1]:
            fractions = given(call, "AF") if contig == "MT" else None
            if fractions is None:
                return None
            return doubled(Dosage(fractions[index - 1] if index else 1 - sum(fractions), 1), options)
        alleles = alleles[:1]
    return doubled(Dosage(Fraction(alleles.count(index)), len(alleles)), options)


def decode_site(site, column, options, sex):
    """The Dosage of the site's effect allele in one call, over all lines of a split site."""
    dosages = [decode(line.calls[column], line, site.index, options, sex) for line in [site.record] + site.lines]
    if None in dosages or len({dosage.ploidy for dosage in dosages}) > 1:
        return None
    if len(dosages) == 1:
        return dosages[0]
    texts = [line.calls[column].get("GT", "") for line in [site.record] + site.lines]
    ploidy = dosages[0].ploidy
    hard = not any(given(line.calls[column], source) for line in [site.record] + site.lines for source in ("DS", "GP", "HDS"))
    if (hard or options["dosage"] == "GT") and all("|" in text for text in texts) and contig_name(site.record.contig) != "MT":
        slots = zip(*(text.split("|") for text in texts))
        copies = Fraction(sum(all(allele in ("0", ".") for allele in slot) for slot in slots))
        return Dosage(copies * ploidy / 2, ploidy)
    copies = ploidy - sum(ploidy - dosage.copies for dosage in dosages)
    return Dosage(copies, ploidy) if copies >= 0 else None


def doubled(dosage, options):
    if dosage.ploidy == 1 and options["haploid"] == "as-diploid":
        return Dosage(2 * dosage.copies, 2)
    return dosage


# --- sums -------------------------------------------------------------------------------------------------------------

def coded(row, dosage):
    """What one call adds to the sum."""
    copies = dosage.copies
    if row.steps is not None:
        if dosage.ploidy == 1:  # one copy counts as two, so there is nothing between
            return row.steps[0] + copies * (row.steps[2] - row.steps[0])
        if dosage.probabilities:
            return sum(p * step for p, step in zip(dosage.probabilities, row.steps))
        low = min(int(copies), 1)
        return row.steps[low] + (copies - low) * (row.steps[low + 1] - row.steps[low])
    if row.coding == "additive" or dosage.ploidy == 1:
        return row.weight * copies
    if row.coding == "dominant":
        return row.weight * (sum(dosage.probabilities[1:]) if dosage.probabilities else min(copies, 1))
    return row.weight * (dosage.probabilities[2] if dosage.probabilities else max(copies - 1, 0))


def expected(row, frequency, ploidy, options):
    """What a missing call adds to the sum at this frequency of the effect allele."""
    f = frequency
    if row.steps is not None:
        if ploidy == 1:  # one copy counts as two
            return row.steps[0] * (1 - f) + row.steps[2] * f
        return row.steps[0] * (1 - f) ** 2 + row.steps[1] * 2 * f * (1 - f) + row.steps[2] * f * f
    if row.coding == "additive":
        return row.weight * ploidy * f
    if ploidy == 1 or options["impute_model"] == "plink2":
        return row.weight * f
    return row.weight * (1 - (1 - f) ** 2 if row.coding == "dominant" else f * f)


class Site:
    """What one row came to."""

    def __init__(self, row, match):
        self.row, self.state, self.record, self.index = row, match.state, match.record, match.index
        self.lines = match.lines
        self.observed = self.missing = self.imputed = 0
        self.seen = []

    def is_used(self):
        return self.state in ("matched", "flipped")

    @property
    def frequency(self):
        return frequency_of(self.seen)


class Result:
    def __init__(self, samples, rows):
        self.samples, self.rows_total = samples, rows
        self.sum = {sample: Fraction(0) for sample in samples}
        self.allele_count = {sample: 0 for sample in samples}
        self.rows_imputed = {sample: 0 for sample in samples}
        self.rows_assumed_reference = {sample: 0 for sample in samples}
        self.rows_observed = {sample: 0 for sample in samples}
        self.rows_used_of = {}
        self.sites = []
        self.scale = Fraction(0)

    @property
    def rows_used(self):
        return sum(site.is_used() for site in self.sites)

    def states(self):
        counts = {}
        for site in self.sites:
            counts[site.state] = counts.get(site.state, 0) + 1
        return counts


def ploidy_of_missing(call, contig, position, sex, options, record=None):
    """A call that a limit made missing still says its ploidy, by GT or by the number of its dosages; a single dot only where one copy is likely."""
    alleles = genotype(call)
    wanted = [source for source in ("DS", "GP", "HDS") if options["dosage"] in ("auto", source) and given(call, source) is not None]
    if wanted and not any(allele is not None for allele in alleles) and ploidy_by_count(wanted[0], given(call, wanted[0]), record) == 1:
        return 1 if options["haploid"] == "as-called" else 2
    own = contig in PAR and not any(low <= position <= high for low, high in PAR[contig])
    if options["half_call"] == "haploid" and len(alleles) == 2 and alleles.count(None) == 1:
        alleles = [0]
    if contig == "MT" or (sex == "male" and own):
        ploidy = 1
    elif len(alleles) == 1:
        ploidy = 2 if alleles[0] is None and (not own or sex == "female") else 1
    else:
        ploidy = 2
    return ploidy if options["haploid"] == "as-called" else 2


def score(vcf, rows, sexes=None, **changed):
    """The Result of one score (its rows) on a Vcf; options as on the command line, with underscores."""
    return score_files([vcf], rows, sexes, **changed)


def score_files(vcfs, rows, sexes=None, **changed):
    """The same for several Vcfs with different samples: rows are matched in each, `cohort` frequencies are those of all."""
    options = dict(DEFAULTS, **changed)
    result = Result([sample for vcf in vcfs for sample in vcf.samples], len(rows))
    by_file = []
    for vcf in vcfs:
        sites = [Site(row, match(row, vcf, options)) for row in rows]
        mark_duplicates(sites, options)
        by_file.append(sites)
    result.sites = [site for sites in by_file for site in sites]
    for number, row in enumerate(rows):
        result.scale += 2 * max(abs(weight) for weight in (row.steps or [row.weight]))
        score_row(row, list(zip(vcfs, (sites[number] for sites in by_file))), result, sexes or {}, options)
    for vcf, sites in zip(vcfs, by_file):
        result.rows_used_of.update((sample, sum(site.is_used() for site in sites)) for sample in vcf.samples)
    return result


def score_row(row, places, result, sexes, options):
    calls = []  # (site, sample, call, dosage)
    for vcf, site in places:
        if site.is_used():
            for column, sample in enumerate(vcf.samples):
                calls.append((site, sample, site.record.calls[column], decode_site(site, column, options, sexes.get(sample))))
        elif site.state == "absent":
            if options["absent"] == "reference":
                raise NotImplementedError("which allele is REF is not known here")
            calls += [(site, sample, {}, None) for sample in vcf.samples]
    for site in {id(site): site for site, _, _, _ in calls}.values():
        mine = [dosage for other, _, _, dosage in calls if other is site]
        site.seen = [dosage for dosage in mine if dosage is not None]
        site.observed, site.missing = len(site.seen), len(mine) - len(site.seen)
    if palindromic(row.effect, row.other or "") and is_dropped(row, options):
        return  # adds nothing, found or absent
    frequency = imputation_frequency(row, [dosage for _, _, _, dosage in calls if dosage is not None], options)
    for site, sample, call, dosage in calls:
        if dosage is not None:
            result.sum[sample] += coded(row, dosage)
            result.allele_count[sample] += dosage.ploidy
            result.rows_observed[sample] += 1
        elif frequency is not None:
            ploidy = ploidy_of_missing(call, row.contig, row.position, sexes.get(sample), options, site.record)
            result.sum[sample] += expected(row, frequency, ploidy, options)
            result.allele_count[sample] += ploidy
            result.rows_imputed[sample] += 1
            site.imputed += 1


def is_dropped(row, options):
    """A palindromic row that no record could settle."""
    if options["palindromic"] == "frequency":
        return row.frequency is None or Fraction(4, 10) <= row.frequency <= Fraction(6, 10)
    return options["palindromic"] == "drop"


def frequency_of(dosages):
    alleles = sum(dosage.ploidy for dosage in dosages)
    return sum(dosage.copies for dosage in dosages) / alleles if alleles else None


def imputation_frequency(row, seen, options):
    if options["impute"] == "none":
        return None
    if options["impute"] == "cohort":
        return frequency_of(seen)
    if row.frequency is not None:
        return row.frequency
    return options["frequencies"].get((row.contig, row.position, row.effect))


def mark_duplicates(sites, options):
    """Rows for one effect allele of one site, whether they could be used or not."""
    groups = {}
    for site in sites:
        if site.state not in ("unsupported", "not_harmonised"):
            groups.setdefault(effect_of(site), []).append(site)
    for group in groups.values():
        if len(group) > 1 and options["duplicate_rows"] != "sum":
            for site in group[0 if options["duplicate_rows"] == "drop" else 1:]:
                site.state = "duplicate"


def effect_of(site):
    """What names the effect allele of a row: its record's allele, and where no record has it the row's own text."""
    row, record = site.row, site.record
    if record is not None and site.index is not None:
        shown = record.alleles[site.index] if site.index < len(record.alleles) else None
        turned = reverse_complement(row.effect) if row.other not in record.alleles else row.effect
        return row.contig, record.position, shown or turned
    if row.other is None:
        return row.contig, row.position, row.effect
    turned = trimmed(row.position, reverse_complement(row.effect), reverse_complement(row.other))
    return row.contig, *min(trimmed(row.position, row.effect, row.other), turned if not palindromic(row.effect, row.other) else (1e12,))
