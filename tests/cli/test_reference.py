"""--reference: insertions and deletions of repeats are one, wherever rows and records spell them."""

import random
import shutil
import subprocess
import unittest

import harness
from harness import record


def spellings(genome, position, ref, alt):
    """Every (position, REF, ALT) with one anchor base that makes the same sequence; positions are 1-based."""
    made = genome[:position - 1] + alt + genome[position - 1 + len(ref):]
    found = []
    size = abs(len(ref) - len(alt))
    for start in range(1, len(genome)):
        if len(ref) > len(alt):
            pair = genome[start - 1:start + size], genome[start - 1]
        else:
            pair = genome[start - 1], genome[start - 1] + made[start:start + size]
        if genome[:start - 1] + pair[1] + genome[start - 1 + len(pair[0]):] == made:
            found.append((start,) + pair)
    return found


class ReferenceTest(harness.VariskTest):
    def fasta(self, genome, name="chr1"):
        path = self.write("genome.fa", f">{name}\n{genome}\n")
        start = len(name) + 2
        self.write("genome.fa.fai", f"{name}\t{len(genome)}\t{start}\t{len(genome)}\t{len(genome) + 1}\n")
        return path

    def run_rows(self, records, rows, *options, samples="s"):
        vcf = self.write_vcf("m.vcf", samples, records)
        model = self.write_score("m.txt", rows)
        return self.score("--variants", vcf, "--model", model, "--sites", "all", "--min-match", "0", *options)

    def test_records_and_rows_anywhere_in_the_repeat(self):
        #         1234567890123456789012
        genome = "GATTTTTCAGAGAGCGATCGTC"
        records = [record("1", 4, "TT", "T", "0/1"), record("1", 12, "G", "GAG", "1/1"), record("1", 16, "G", "T", "0/1")]
        rows = ["1 6 T TT 1", "1 8 C CAG 10", "1 16 T G 100"]
        plain = self.run_rows(records, rows)
        self.assertEqual([state for _, state in sorted(plain.states().items())], ["absent", "absent", "matched"])
        run = self.run_rows(records, rows, "--reference", self.fasta(genome))
        self.assertEqual([state for _, state in sorted(run.states().items())], ["matched"] * 3)
        self.assert_sums(run, {"s": 1 + 0 + 100})
        self.assertEqual(run.sites()["m", 1]["record_variant"], "1:4:TT:T")
        self.assertEqual(run.sites()["m", 1]["variant"], "1:6:T:TT")

    def test_rows_of_one_event_are_duplicates(self):
        genome = "GATTTTTCAGAGAGCGATCGTC"
        run = self.run_rows([record("1", 2, "AT", "A", "0/1")], ["1 2 A AT 1", "1 5 T TT 10", "1 16 T G 100"], "--reference", self.fasta(genome))
        self.assertEqual([state for _, state in sorted(run.states().items())], ["duplicate", "duplicate", "absent"])

    def test_a_site_in_two_spellings_of_the_file_is_counted_once(self):
        genome = "GATTTTTCAGAGAGCGATCGTC"
        records = [record("1", 3, "TT", "T", "0/1"), record("1", 5, "TT", "T", "1/1")]
        run = self.run_rows(records, ["1 2 A AT 1"], "--reference", self.fasta(genome))
        self.assert_sums(run, {"s": 1})
        self.assertRegex(run.sites()["m", 1]["reason"], "first was used")

    def test_a_record_whose_ref_is_not_the_references(self):
        genome = "GATTTTTCAGAGAGCGATCGTC"
        run = self.run_rows([record("1", 16, "CA", "C", "0/1")], ["1 16 C CA 1"], "--reference", self.fasta(genome))
        self.assert_sums(run, {"s": 1})
        self.assertRegex("\n".join(run.warning_lines()), "1 wanted record.s. have a REF that is not")
        self.assertEqual(harness.json.loads((run.out / "run.json").read_text())["counts"]["reference_mismatches"], 1)

    def test_what_is_refused(self):
        vcf = self.write_vcf("m.vcf", "s", [record("1", 10, "A", "G", "0/1")], contigs={"1": 248956422})
        model = self.write_score("m.txt", ["1 10 G A 1"])
        bare = self.write("bare.fa", ">1\nACGT\n")
        self.refuse(3, ["bare.fa", "samtools faidx"], "--variants", vcf, "--model", model, "--reference", bare)
        self.assertFalse((self.dir / "bare.fa.fai").exists())
        self.refuse(4, "nowhere.fa", "--variants", vcf, "--model", model, "--reference", self.dir / "nowhere.fa")
        self.refuse(3, "URL", "--variants", vcf, "--model", model, "--reference", "https://example.org/x.fa")
        twice = self.write("twice.fa", ">1\nACGT\n>chr1\nACGT\n")
        self.write("twice.fa.fai", "1\t4\t3\t4\t5\nchr1\t4\t14\t4\t5\n")
        self.refuse(3, ["twice.fa", "1 and chr1"], "--variants", vcf, "--model", model, "--reference", twice)

    def random_case(self, seed, sites):
        """A genome of repeats, and for each of its events a row and a record in spellings of their own."""
        source = random.Random(seed)
        genome, events, at = "", [], []
        for _ in range(sites):
            block = "".join(source.choice("ACGT") for _ in range(25))
            unit = "".join(source.choice("ACGT") for _ in range(source.randrange(1, 5)))
            at.append(len(block) + len(genome))
            genome += block + unit * source.randrange(1, 12)
            events.append(unit)
        genome += "".join(source.choice("ACGT") for _ in range(50))
        records, rows, names = [], [], ["a", "b", "c"]
        for start, unit in zip(at, events):
            low = start - 20
            part, anchor = genome[low:start + 60], 20
            deletion = source.random() < 0.5 and genome[start:start + len(unit)] == unit
            ref, alt = (part[anchor - 1:anchor + len(unit)], part[anchor - 1]) if deletion else (part[anchor - 1], part[anchor - 1] + unit)
            ways = [way for way in spellings(part, anchor, ref, alt) if way[0] > 1]
            where, ref, alt = source.choice(ways)
            calls = [source.choice(("0/0", "0/1", "1/1", "./.")) for _ in names]
            records.append(record("1", low + where, ref, alt, calls))
            where, ref, alt = source.choice(ways)
            pair = [ref, alt] if source.random() < 0.5 else [alt, ref]
            rows.append(["1", str(low + where)] + pair + [f"{source.gauss(0, 1):.4f}"])
        records.sort(key=lambda columns: int(columns[1]))
        return genome, names, records, rows

    def test_random_spellings(self):
        for seed in (1, 2, 3):
            genome, names, records, rows = self.random_case(seed, 150)
            vcf = self.write_vcf("r.vcf", names, records)
            model = self.write_score("r.txt", rows)
            options = ("--model", model, "--sites", "all", "--min-match", "0", "--reference", self.fasta(genome))
            run = self.score("--variants", vcf, *options)
            self.assertEqual(set(run.states().values()), {"matched"}, [row for row in run.table("sites.tsv") if row["state"] != "matched"][:5])
            packed = self.write_bgzf("r.vcf.gz", harness.vcf_text(names, records), 700)
            self.assert_same_tables(run, self.score("--variants", packed, *options, "--threads", "2"), but=("samples.tsv",))
            if shutil.which("bcftools"):
                self.assert_same_tables(run, self.score("--variants", self.to_bcf(vcf, "r.bcf"), *options), but=("samples.tsv",))

    @unittest.skipUnless(shutil.which("tabix"), "tabix is not installed")
    def test_an_index_leads_to_every_spelling(self):
        genome, names, records, rows = self.random_case(21, 3000)
        vcf = self.write_bgzf("r.vcf.gz", harness.vcf_text(names, records, contigs={"1": None}), 700)
        few = self.write_score("r.txt", rows[1000:1030])
        options = ("--model", few, "--sites", "all", "--min-match", "0", "--reference", self.fasta(genome))
        streamed = self.score("--variants", vcf, *options)
        self.assertEqual(set(streamed.states().values()), {"matched"})
        subprocess.run(["tabix", "-p", "vcf", str(vcf)], check=True)
        jumped = self.score("--variants", vcf, *options)
        self.assertRegex(jumped.stderr, "1 of 1 file.s. by index jumps")
        self.assert_same_tables(streamed, jumped, but=("samples.tsv",))

    @unittest.skipUnless(shutil.which("bcftools"), "bcftools is not installed")
    def test_bcftools_norm_says_the_same(self):
        genome, names, records, rows = self.random_case(11, 200)
        fasta = self.fasta(genome, "1")
        vcf = self.write_vcf("r.vcf", names, records)
        run = self.score("--variants", vcf, "--model", self.write_score("r.txt", rows), "--sites", "all", "--min-match", "0", "--reference", fasta)

        def normal(path):
            text = subprocess.run(["bcftools", "norm", "-f", str(fasta), str(path)], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            return [line.split("\t") for line in text.stdout.decode().splitlines() if not line.startswith("#")]

        by_site = {(columns[1], columns[3], columns[4]): columns[9:] for columns in normal(vcf)}
        sums = dict.fromkeys(names, 0.0)
        for number, row in enumerate(rows):
            spelled = run.sites()["r", number + 1]["record_variant"].split(":")
            one = self.write_vcf("one.vcf", names, [record("1", int(spelled[1]), spelled[2], spelled[3], ["0/0"] * 3)])
            position, ref, alt = [(columns[1], columns[3], columns[4]) for columns in normal(one)][0]
            ref_is_effect = len(row[2]) > len(row[3]) if len(ref) > len(alt) else len(row[2]) < len(row[3])
            for name, call in zip(names, by_site[position, ref, alt]):
                if "." not in call:
                    sums[name] += float(row[4]) * call.split(":")[0].count("0" if ref_is_effect else "1")
        self.assert_sums(run, sums, scale=200)


if __name__ == "__main__":
    harness.main()
