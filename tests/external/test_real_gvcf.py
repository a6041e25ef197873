"""real_genotype_inputs, the gVCF of HG00268: what its reference blocks and variant records say, record by record."""

import os
import unittest

import suite

SUITE = suite.Suite("real_genotype_inputs", only="HG00268.g.vcf.gz")
harness = suite.harness
NAME = "HG00268.g.vcf.gz"
LENGTHS = {"chr20": 64444167, "chr21": 46709983}


def read_records(wanted=None):
    """[contig, position, ref, alts] of the file's lines, of the wanted (contig, position) only if there are any."""
    records = []
    for line in harness.read_text(SUITE.path(NAME)).splitlines():
        if not line.startswith("#"):
            contig, position, _, ref, alts, _ = line.split("\t", 5)
            if wanted is None or (contig, int(position)) in wanted:
                records.append((contig, int(position), ref, alts.split(",")))
    return records


def named(alts):
    return [alt for alt in alts if not alt.startswith("<")]


@unittest.skipUnless(harness.offered("--min-block-gq"), "not offered: --min-block-gq")
class GvcfTest(suite.SuiteTest):
    SUITE = SUITE

    def reference(self, bases):
        """A FASTA that has these bases ((contig, position) -> base) and N everywhere else."""
        path, index, start = self.dir / "ref.fa", "", 0
        with open(path, "wb") as file:
            for contig, length in LENGTHS.items():
                head = f">{contig}\n".encode()
                file.write(head)
                start += len(head)
                index += f"{contig}\t{length}\t{start}\t{length}\t{length + 1}\n"
                file.write(b"N" * length + b"\n")
                for (other, position), base in bases.items():
                    if other == contig:
                        file.seek(start + position - 1)
                        file.write(base.encode())
                start += length + 1
                file.seek(start)
        self.write("ref.fa.fai", index)
        return path

    def run_rows(self, rows, *options):
        """rows: (contig, position, effect, other); the sites and the sum of each row."""
        scores = {f"w{number}": (*row, 1) for number, row in enumerate(rows)}
        wide = self.write("wide.txt", harness.wide_score_text(scores))
        run = self.score("--variants", SUITE.path(NAME), "--model", wide, "--palindromic", "keep", "--impute", "none", "--sites", "all",
                         "--min-match", "0", *options)
        sites = {row["consumer"]: row for row in run.table("sites.tsv")}
        return [(sites[name], float(row["sum"])) for name, row in ((row["score_id"], row) for row in run.table("scores.tsv"))]

    def places(self, facts):
        return [(fact.subject.split(":")[0], int(fact.subject.split(":")[1])) for fact in facts]

    def blocks(self, facts, *options):
        """Checks facts about positions in blocks or outside of them: the rows count REF, which the reference names."""
        places = list(dict.fromkeys(self.places(facts)))
        bases = dict.fromkeys(places, "A")
        bases.update({(contig, position): ref[0] for contig, position, ref, _ in read_records(set(places))})
        rows = [(*place, bases[place], next(base for base in "CG" if base != bases[place])) for place in places]
        found = dict(zip(places, self.run_rows(rows, "--reference", self.reference(bases), *options)))
        for fact, place in zip(facts, self.places(facts)):
            site, copies = found[place]
            genotype = {0: "missing", 2: "0/0"}[copies]
            self.assertEqual(copies == 2, site["observed"] == "1", fact)
            if fact.quantity == "genotype":
                self.check(fact, genotype)
            elif site["state"] == "absent":
                self.check(fact, "outside every block")
            else:
                self.assertTrue(site["record_variant"].endswith(":<NON_REF>"), site)
                self.check(fact, "reference block" if genotype == "0/0" else "missing")

    def test_positions_in_and_outside_of_blocks(self):
        self.blocks(self.take(case="gvcf_position", options="absent=missing"), "--absent", "missing")
        self.blocks(self.take(case="gvcf_position", options="absent=reference"), "--absent", "reference")
        self.blocks(self.take(case="gvcf_position", options="min_gq=20"), "--min-gq", "20")
        alike = self.take(case="gvcf_position", options="absent=missing and absent=reference alike")
        for absent in ("missing", "reference"):
            self.blocks([fact for fact in alike if "block with GQ 0" not in fact.note], "--absent", absent)
            # these rows are about what the blocks say; by default a block without evidence says nothing
            self.blocks([fact for fact in alike if "block with GQ 0" in fact.note], "--absent", absent, "--min-block-gq", "0")

    def test_blocks_without_evidence_say_nothing(self):
        facts = [fact for fact in self.take(case="gvcf_position", options="*alike", quantity="genotype") if "block with GQ 0" in fact.note]
        self.assertEqual(len(facts), 2)
        places = self.places(facts)
        reference = self.reference(dict.fromkeys(places, "A"))
        for site, copies in self.run_rows([(*place, "A", "C") for place in places], "--reference", reference):
            self.assertEqual((site["state"], site["observed"], copies), ("matched", "0", 0))

    def test_variant_records(self):
        facts = self.take(case="gvcf_position", options="")
        records = {(contig, position): (ref, alts) for contig, position, ref, alts in read_records(set(self.places(facts)))}
        rows, which = [], []
        for place, (ref, alts) in records.items():
            alleles = [ref] + named(alts)
            for index, allele in enumerate(alleles):
                rows.append((*place, allele, alleles[0] if index else alleles[1]))
                which.append((place, index))
        found = dict(zip(which, self.run_rows(rows)))
        for fact, place in zip(facts, self.places(facts)):
            ref, alts = records[place]
            copies = [int(found[place, index][1]) for index in range(1 + len(named(alts)))]
            copies.append(2 - sum(copies))  # of <NON_REF>, which no row can name
            self.assertEqual(found[place, 0][0]["record_variant"], f"{place[0]}:{place[1]}:{ref}:{','.join(alts)}")
            if fact.quantity == "copies":
                self.check(fact, " ".join(f"{index}={count}" for index, count in enumerate(copies)))
            elif fact.quantity == "genotype":
                self.check(fact, "/".join(str(index) for index, count in enumerate(copies) for _ in range(count)))
            else:
                self.check(fact, "variant record" if named(alts) else "reference block")

    @staticmethod
    def blocks_without_a_read():
        found = []
        for line in harness.read_text(SUITE.path(NAME)).splitlines():
            cells = line.split("\t")
            if not line.startswith("#") and dict(zip(cells[8].split(":"), cells[9].split(":"))).get("MIN_DP") == "0":
                found.append(":".join((cells[0], cells[1], *cells[3:5])))
        return found

    def homozygous(self, records, options):
        """Variant records that are called 0/0: a weight of 1 for two copies of REF."""
        rows = [[contig, position, ref, named(alts)[0], 0, 0, 1] for contig, position, ref, alts in records if named(alts)]
        columns = harness.SCORE_COLUMNS.replace("effect_weight", "dosage_0_weight dosage_1_weight dosage_2_weight")
        run = self.score("--variants", SUITE.path(NAME), "--model", self.write_score("two.txt", rows, columns), *options)
        return int(sum(run.sums().values()))

    def test_every_record(self):
        """One row for REF at each record: blocks and variant records, as they are named in sites.tsv."""
        records = read_records()
        rows = [[contig, position, ref, (named(alts) or [next(base for base in "CG" if base != ref)])[0], 1] for contig, position, ref, alts in records]
        options = ("--model", self.write_score("all.txt", rows), "--palindromic", "keep", "--impute", "none", "--sites", "all", "--min-match", "0",
                   "--duplicate-rows", "sum")
        run = self.score("--variants", SUITE.path(NAME), *options)
        sites = list(run.sites().values())
        self.assertEqual(run.matches(), {"matched": len(records)})
        self.assertEqual([row["record_variant"] for row in sites], [f"{contig}:{position}:{ref}:{','.join(alts)}" for contig, position, ref, alts in records])
        blocks = [row for row in sites if row["record_variant"].endswith(":<NON_REF>") and "," not in row["record_variant"]]
        contigs = [row["record_variant"].split(":")[0] for row in sites]
        alts = [row["record_variant"].split(":")[3].split(",") for row in sites]
        refs = [row["record_variant"].split(":")[2] for row in sites]
        counts = harness.json.loads((run.out / "run.json").read_text())["counts"]
        found = {
            "samples": len(run.scores()), "records": len(sites), "calls": len(sites),
            "multiallelic_records": sum(len(found) > 1 for found in alts),
            "multiallelic_records_without_symbolic": sum(len(named(found)) > 1 for found in alts),
            "records_without_alt": sum(found == ["."] for found in alts),
            "indel_records": sum(max(map(len, [ref] + named(found))) > 1 for ref, found in zip(refs, alts)),
            "positions_with_several_records": len(sites) - len({row["record_variant"].rsplit(":", 2)[0] for row in sites}),
            "contigs_with_records": " ".join(f"{contig}={contigs.count(contig)}" for contig in LENGTHS),
            "reference_blocks": len(blocks), "variant_records": len(sites) - len(blocks),
            "calls_with_non_ref_allele": counts["unspecific_calls"], "variant_records_hom_ref": self.homozygous(records, options[2:]),
        }
        found["blocks_with_gq_0"] = sum(row["missing"] == "1" for row in blocks)
        # without the limit only the blocks without a read are left out; their calls are 0/0 too
        run = self.score("--variants", SUITE.path(NAME), *options, "--min-block-gq", "0")
        score, = run.scores().values()
        silent = [row["record_variant"] for row in run.sites().values() if row["missing"] == "1"]
        empty = self.blocks_without_a_read()
        observed, alleles, copies = len(records) - len(silent), int(score["allele_count"]), int(score["sum"])
        found.update(missing_gt=len(set(silent) - set(empty)), half_missing_gt=len(set(silent) - set(empty)), haploid_calls=2 * observed - alleles,
                     ref_alleles=copies + 2 * len(empty), nonref_alleles=alleles - copies)
        for fact in self.take(case="file", inputs=NAME) + self.take(case="gvcf", inputs=NAME):
            self.check(fact, found[fact.quantity])


def tearDownModule():
    suite.account(SUITE)


if __name__ == "__main__":
    harness.main()
