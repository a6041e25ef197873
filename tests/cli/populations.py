"""Simulated populations (Balding and Nichols 1995): each has its own allele frequencies around common ones."""

import numpy as np

BASES = ("A", "C", "G", "T")
PAIRS = (("A", "C"), ("A", "G"), ("C", "A"), ("C", "T"), ("G", "A"), ("G", "T"), ("T", "C"), ("T", "G"))


class Cohort:
    """Genotypes of samples from several populations.

    contig, position, ref, alt of each site; copies of ALT as sites × samples, -1 missing.
    """

    def __init__(self, sites, ids, labels, copies, ancestral):
        self.sites, self.ids, self.labels, self.copies, self.ancestral = sites, ids, labels, copies, ancestral

    def take(self, samples):
        """The cohort of these sample numbers."""
        samples = list(samples)
        return Cohort(self.sites, [self.ids[i] for i in samples], [self.labels[i] for i in samples],
                      self.copies[:, samples], self.ancestral)

    def with_missing(self, fraction, seed):
        random = np.random.RandomState(seed)
        copies = np.where(random.rand(*self.copies.shape) < fraction, -1, self.copies)
        return Cohort(self.sites, self.ids, self.labels, copies, self.ancestral)

    def vcf(self, lengths=None, without=()):
        """VCF text. without: numbers of sites that are left out"""
        without = set(without)
        contigs = dict.fromkeys(str(site[0]) for site in self.sites)
        lines = ["##fileformat=VCFv4.3"]
        for contig in contigs:
            length = (lengths or {}).get(contig)
            lines.append(f"##contig=<ID={contig},length={length}>" if length else f"##contig=<ID={contig}>")
        lines.append('##FORMAT=<ID=GT,Number=1,Type=String,Description="genotype">')
        lines.append("\t".join("#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT".split() + self.ids))
        calls = np.array(["0/0", "0/1", "1/1", "./."])
        for number, (contig, position, ref, alt) in enumerate(self.sites):
            if number in without:
                continue
            head = f"{contig}\t{position}\t{contig}:{position}\t{ref}\t{alt}\t.\tPASS\t.\tGT\t"
            lines.append(head + "\t".join(calls[self.copies[number]]))
        return "\n".join(lines) + "\n"

    def label_table(self, related=()):
        related = set(related)
        rows = [f"{name}\t{label}\t{1 if i in related else 0}" for i, (name, label) in enumerate(zip(self.ids, self.labels))]
        return "\n".join(["sample_id\tpopulation\trelated"] + rows) + "\n"


def simulate(site_count, samples_of, fst, seed, contigs=("1", "20", "21", "22")):
    """samples_of: population -> number of samples; fst: how far each population is from the ancestral one"""
    random = np.random.RandomState(seed)
    ancestral = random.uniform(0.1, 0.9, site_count)
    names = list(samples_of)
    blocks, labels = [], []
    # Two pairs of populations that share a branch, as real ones do.
    branch = [np.clip(random.beta(ancestral * (1 - fst) / fst, (1 - ancestral) * (1 - fst) / fst), 0.01, 0.99)
              for _ in range((len(names) + 1) // 2)]
    for number, name in enumerate(names):
        start = branch[number // 2]
        f = np.clip(random.beta(start * (1 - fst) / fst, (1 - start) * (1 - fst) / fst), 0.01, 0.99)
        blocks.append(random.binomial(2, f[:, None], (site_count, samples_of[name])))
        labels += [name] * samples_of[name]
    sites = []
    for i in range(site_count):
        contig = contigs[i * len(contigs) // site_count]
        ref, alt = PAIRS[random.randint(len(PAIRS))]
        sites.append((contig, 10_000 + 1_000 * i, ref, alt))
    copies = np.concatenate(blocks, axis=1)
    order = random.permutation(copies.shape[1])  # populations mixed
    ids = [f"p{i + 1}" for i in range(len(order))]
    return Cohort(sites, ids, [labels[i] for i in order], copies[:, order], ancestral)


def random_score(cohort, rows, seed, lean=0.0):
    """A scoring file of some of the sites; the effect allele is ALT or REF.

    lean: how much larger the weights are where the first population (by name) has more of ALT than the last.
    Returns the text, the site numbers and the weights of ALT.
    """
    random = np.random.RandomState(seed)
    chosen = np.sort(random.choice(len(cohort.sites), rows, replace=False))
    labels = np.array(cohort.labels)
    first, last = (cohort.copies[chosen][:, labels == name].mean(axis=1) for name in (min(labels), max(labels)))
    weights = random.normal(0, 1, rows) + lean * np.sign(first - last)
    lines = ["#pgs_id=SIM1", "#genome_build=GRCh38", "chr_name\tchr_position\teffect_allele\tother_allele\teffect_weight"]
    for site, weight in zip(chosen, weights):
        contig, position, ref, alt = cohort.sites[site]
        alleles = (alt, ref) if random.rand() < 0.5 else (ref, alt)
        lines.append(f"{contig}\t{position}\t{alleles[0]}\t{alleles[1]}\t{weight if alleles[0] == alt else -weight!r}")
    return "\n".join(lines) + "\n", chosen, weights
