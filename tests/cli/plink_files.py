"""A writer of PLINK 1 file sets, from the columns of VCF records."""

MAGIC = bytes((0x6C, 0x1B, 0x01))
BITS = {2: 0b00, None: 0b01, 1: 0b10, 0: 0b11}  # by copies of A1
SEX_CODES = {"male": "1", "female": "2"}


def copies_of_alt(cell):
    """Copies of ALT as PLINK has them: a haploid call counts as two equal ones, whatever misses a part is missing."""
    alleles = cell.split(":")[0].replace("|", "/").split("/")
    if "." in alleles:
        return None
    return sum(int(allele) for allele in alleles) * (2 // len(alleles))


def packed(copies):
    """The bytes of one variant from each sample's copies of A1."""
    row = bytearray((len(copies) + 3) // 4)
    for sample, value in enumerate(copies):
        row[sample // 4] |= BITS[value] << (2 * (sample % 4))
    return bytes(row)


def fam_text(samples, sexes=None):
    sexes = sexes or {}
    return "".join(f"F{n} {name} 0 0 {SEX_CODES.get(sexes.get(name), '0')} -9\n" for n, name in enumerate(samples))


def bim_text(records, a1_is_ref=False):
    lines = []
    for line in records:
        a2, a1 = (line[4], line[3]) if a1_is_ref else (line[3], line[4])
        lines.append("\t".join((line[0], line[2], "0", line[1], "0" if a1 == "." else a1, "0" if a2 == "." else a2)))
    return "".join(line + "\n" for line in lines)


def bed_bytes(records, a1_is_ref=False):
    rows = [MAGIC]
    for line in records:
        copies = [copies_of_alt(cell) for cell in line[9:]]
        rows.append(packed([2 - c if a1_is_ref and c is not None else c for c in copies]))
    return b"".join(rows)


def write_plink(test, name, samples, records, sexes=None, a1_is_ref=False):
    """The .bed of a file set; records have one ALT or none (`.`)."""
    samples = samples.split() if isinstance(samples, str) else list(samples)
    test.write(name + ".fam", fam_text(samples, sexes))
    test.write(name + ".bim", bim_text(records, a1_is_ref))
    return test.write(name + ".bed", bed_bytes(records, a1_is_ref))
