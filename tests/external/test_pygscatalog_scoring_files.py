"""pygscatalog_scoring_files: real scoring files of every layout. Each is scored on records made of its own rows."""

import gzip

import suite

SUITE = suite.Suite("pygscatalog_scoring_files")
harness = suite.harness

PALINDROMES = ({"A", "T"}, {"C", "G"})
SAME_BUILD = {"hg19": "GRCh37", "hg38": "GRCh38"}


class Own:
    """A scoring file and the runs on records of its own rows: hom0 0/0, het 0/1, hom1 1/1. By id: records anywhere."""

    def __init__(self, test, name, by_id=False):
        self.name, self.path, self.by_id = name, SUITE.path(name), by_id
        self.header, self.columns, self.rows = suite.read_score_table(self.path)
        self.harmonised = "hm_pos" in self.columns
        self.places = ("hm_chr", "hm_pos") if self.harmonised else ("chr_name", "chr_position")
        if by_id:
            usable = suite.rows_with_alleles([dict(row, chr_name="1", chr_position=row["rsID"]) for row in self.rows])
            variants = [("1", str(100 * n), id, other, effect) for n, (_, id, _, other, effect) in enumerate(suite.variants_of(usable), 1)]
        else:
            variants = suite.variants_of(suite.rows_with_alleles(self.rows, *self.places))
        self.records = suite.vcf_records(variants, ["0/0", "0/1", "1/1"])
        text = harness.vcf_text("hom0 het hom1", self.records or [harness.record("1", 1, "A", "G", "0/0 0/1 1/1")])
        self.vcf = test.write("own.vcf.gz", gzip.compress(text.encode()))
        common = ("--variants", self.vcf, "--model", self.path, "--duplicate-rows", "sum", "--min-match", "0", "--absent", "missing",
                  "--match-by", "id" if by_id else "position")
        self.keep = test.score(*common, "--palindromic", "keep", "--sites", "all")
        self.drop = test.score(*common, "--sites", "none")
        self.sites = [row for _, row in sorted(self.keep.sites().items())]
        self.id = self.sites[0]["consumer"]

    def unused(self, column):
        """Sum of a column over the rows that could not be used."""
        return sum(float(row[column]) for row, site in zip(self.rows, self.sites) if site["state"] not in harness.USED)

    def quantity(self, test, name):
        states = [site["state"] for site in self.sites]
        without_position = [not all(row.get(place) for place in self.places) for row in self.rows]
        if name in ("row_count", "normalised_row_count"):
            return int(self.keep.scores()["het", self.id]["rows_total"])
        if name in ("pgs_id", "omicspred_id"):
            return self.id
        if name == "rows_with_position":  # the others end in a state of their own
            test.assertTrue(all(state in ("not_harmonised", "unsupported") for state, without in zip(states, without_position) if without))
            return sum(state in harness.USED for state in states) + sum(
                state == "unsupported" and not without for state, without in zip(states, without_position))
        if name == "rows_with_named_allele":
            return states.count("unsupported")
        if name == "rows_without_other_allele":
            return sum(site["variant"].endswith(":?") for site in self.sites)
        if name == "palindromic_rows":
            return self.drop.matches().get("ambiguous", 0)
        if name == "indel_rows":
            return sum(max(map(len, site["record_variant"].split(":")[2:])) > 1 for site in self.sites if site["state"] in harness.USED)
        if name == "weight_sum":
            return float(self.keep.scores()["het", self.id]["sum"]) + self.unused("effect_weight")
        if name.endswith("weight_sum"):
            sample = {"0": "hom0", "1": "het", "2": "hom1"}[name.split("_")[1]]
            return float(self.keep.scores()[sample, self.id]["sum"])
        raise KeyError(name)


class ScoringFilesTest(suite.SuiteTest):
    SUITE = SUITE

    def vcf_of_build(self, build, prefix="chr"):
        contigs = {prefix + name: length for name, length in harness.LENGTHS[build].items()}
        return self.write_vcf(f"{build}.vcf", "s", [harness.record(prefix + "1", 5, "A", "G", "0/1")], contigs=contigs)

    def build_of(self, name):
        """The build that the run takes a file for: it is refused with contig lengths of the other one."""
        accepted = []
        for build in ("GRCh37", "GRCh38"):
            run = self.try_score("--variants", self.vcf_of_build(build), "--model", SUITE.path(name), "--build-check", "strict",
                                 "--min-match", "0", "--absent", "missing")
            if run.code == 0:
                accepted.append(build)
            else:
                self.assert_refused(run, 3)
        return accepted[0] if len(accepted) == 1 else "NR" if not accepted else "both"

    def test_files(self):
        names = list(dict.fromkeys(fact.inputs for fact in SUITE.take(case="file")))
        for name in names:
            facts = self.take(case="file", inputs=name)
            if not set(suite.read_score_table(SUITE.path(name))[1]) & {"hm_pos", "chr_position"}:
                # ids alone: by position the file is refused and says which column is missing
                run = self.refuse(3, [name.split("/")[-1], "position|hm_pos"], "--variants", self.vcf_of_build("GRCh37"), "--model", SUITE.path(name))
                own = Own(self, name, by_id=True)
                for fact in facts:
                    if fact.quantity in ("rows_with_position", "genome_build"):
                        self.check(fact, {"rows_with_position": "0", "genome_build": "NR"}[fact.quantity] if run.code == 3 else run)
                    elif fact.quantity in ("is_haplotype_true", "is_diplotype_true"):
                        self.check(fact, self.flagged(own, fact.quantity[:-5]))
                    else:
                        self.check(fact, own.quantity(self, fact.quantity))
                continue
            own = Own(self, name)
            for fact in facts:
                if fact.quantity in ("HmPOS_build", "genome_build"):
                    found = self.build_of(name)
                    if fact.quantity == "genome_build" and own.harmonised:
                        found = own.header["genome_build"] if found == own.header["HmPOS_build"] else found
                    self.check(fact, found, SAME_BUILD.get(fact.expected, fact.expected) if not own.harmonised else None)
                elif fact.quantity == "weight_sum" and "is_recessive" in own.columns:
                    self.codings(own)
                    self.check(fact, sum(self.weights))
                elif fact.quantity == "is_dominant_true" or fact.quantity == "is_recessive_true":
                    self.check(fact, self.codings(own).count(fact.quantity.split("_")[1]))
                elif fact.quantity in ("is_haplotype_true", "is_diplotype_true"):
                    self.check(fact, self.flagged(own, fact.quantity[:-5]))
                else:
                    self.check(fact, own.quantity(self, fact.quantity))

    def flagged(self, own, column):
        """Rows with True in the column that ended as unsupported."""
        return [site["state"] for row, site in zip(own.rows, own.sites) if row[column].lower() == "true"].count("unsupported")

    def codings(self, own):
        """The coding of each row, from the sums of samples that have the effect allele at this row alone."""
        samples, records = [], [line[:9] for line in own.records]
        for index in range(len(records)):
            samples += [f"het{index}", f"hom{index}"]
            for number, line in enumerate(records):
                line += ["0/1", "1/1"] if number == index else ["0/0", "0/0"]
        vcf = self.write_vcf("rows.vcf", samples, records)
        run = self.score("--variants", vcf, "--model", own.path, "--palindromic", "keep", "--sites", "all")
        sums, where = run.sums(), {(line[0], line[1]): index for index, line in enumerate(records)}
        found, self.weights = [], []
        for row in own.rows:
            index, weight = where[row["hm_chr"], row["hm_pos"]], float(row["effect_weight"])
            het, hom = sums[f"het{index}"], sums[f"hom{index}"]
            steps = (round(het / weight, 9), round(hom / weight, 9))
            found.append({(1, 2): "additive", (1, 1): "dominant", (0, 1): "recessive"}.get(steps, str(steps)))
            self.weights.append(hom - het if found[-1] == "additive" else hom)
        return found

    def test_coding_of_each_row(self):
        own = Own(self, "PGS000802_hmPOS_GRCh37.txt")
        codings = {}
        for row, site, coding in zip(own.rows, own.sites, self.codings(own)):
            contig, position, effect, other = site["variant"].split(":")
            codings[f"{contig}:{position} effect {effect} other {other}"] = coding
        for fact in self.take(case="coding", quantity="coding"):
            self.check(fact, codings[fact.subject])
        samples = {"0": "hom0", "1": "het", "2": "hom1"}
        for fact in self.take(case="coding", quantity="sum", count=3):
            self.check(fact, float(own.keep.scores()[samples[fact.options[-1]], own.id]["sum"]))

    def test_weights_by_copies(self):
        own = Own(self, "PGS004255_hmPOS_GRCh38.txt.gz")
        samples = {"0": "hom0", "1": "het", "2": "hom1"}
        for fact in self.take(case="dosage_weights", quantity="sum", count=3):
            self.check(fact, float(own.keep.scores()[samples[fact.options[-1]], own.id]["sum"]))
        columns = harness.SCORE_COLUMNS.replace("effect_weight", "dosage_0_weight dosage_1_weight dosage_2_weight")
        for fact in self.take(case="dosage_weights", quantity="contribution", count=9):
            row, = [row for row in own.rows if f"{row['hm_chr']}:{row['hm_pos']} effect {row['effect_allele']}" == fact.subject]
            one = self.write_score("one.txt", [[row["hm_chr"], row["hm_pos"], row["effect_allele"], row["other_allele"]] +
                                               [row[f"dosage_{n}_weight"] for n in range(3)]], columns)
            run = self.score("--variants", own.vcf, "--model", one)
            self.check(fact, run.sums()[samples[fact.options[-1]]])

    def test_builds(self):
        for fact in self.take(case="build", inputs="*hmPOS*"):
            build = fact.option("target_build")
            paths = [SUITE.path(name) for name in fact.inputs.split()]
            inputs = ("--variants", self.vcf_of_build(build, ""), "--model", *paths, "--min-match", "0", "--absent", "missing")
            if fact.quantity == "error":
                run = self.refuse(3, ["GRCh37", "GRCh38"], *inputs)
                self.score(*inputs, "--build-check", "off")
                self.check(fact, "error" if run.code == 3 else run)
            else:
                self.check(fact, int(self.score(*inputs).scores()["s", fact.subject]["rows_total"]))
        for fact in self.take(case="build", inputs="PGS000001.txt.gz*"):
            paths = [SUITE.path(name) for name in fact.inputs.split()]
            run = self.refuse(3, "PGS00000[12].txt.gz", "--variants", self.vcf_of_build(fact.option("target_build")), "--model", *paths)
            self.check(fact, "error" if run.code == 3 else run)

    def test_single_rows(self):
        for name in dict.fromkeys(fact.inputs for fact in SUITE.take(case="row", options="peer*")):
            own = Own(self, name)
            contig, position, effect, other = own.sites[0]["variant"].split(":")
            alone = self.write_vcf("alone.vcf", "het hom", [line[:9] + line[10:] for line in own.records if line[:2] == [contig, position]])
            run = self.score("--variants", alone, "--model", own.path, "--palindromic", "keep", "--min-match", "0", "--absent", "missing")
            het, hom = run.sums()["het"], run.sums()["hom"]
            found = {"chr_name": contig, "chr_position": position, "effect_allele": effect, "other_allele": "empty" if other == "?" else other,
                     "effect_type": "additive" if abs(hom - 2 * het) < 1e-12 else "?", "accession": own.id,
                     "normalised_row_count": int(own.keep.scores()["het", own.id]["rows_total"]), "effect_weight": het}
            for fact in self.take(case="row", inputs=name, options="peer*"):
                self.check(fact, found[fact.quantity])

    def test_other_allele_unknown(self):
        fact, = self.take(case="row", quantity="effect_allele_index")
        vcf = self.write_vcf("one.vcf", "s", [harness.record("1", 10397, "C", "A", "0/0")])
        run = self.score("--variants", vcf, "--model", SUITE.path("custom_no_oa.txt"), SUITE.path("custom.txt"), "--sites", "all")
        self.assertEqual({row["state"] for row in run.table("sites.tsv")}, {"matched"})
        self.check(fact, "0" if abs(run.sums("test2")["s"] - 2 * -2.76e-2) < 1e-12 else run.sums("test2"))

    def test_failed_harmonisation(self):
        own = Own(self, "bad_harmonised.txt")
        for fact in self.take(case="harmonisation", quantity="row_state", count=3):
            state = own.sites[int(fact.subject.split()[1])]["state"]
            self.check(fact, {"not_harmonised": "unmatched: not harmonised"}.get(state, state))
        fact, = self.take(case="harmonisation", quantity="error")
        self.check(fact, "none" if own.keep.code == 0 else own.keep)
        fact, = self.take(case="harmonisation", quantity="match_rate")
        run = self.score("--variants", own.vcf, "--model", own.path, "--min-match", "0.75", code=5)
        row = run.scores()["het", fact.subject]
        self.assertEqual((row["rows_total"], row["sum"]), ("3", "NA"))
        self.check(fact, int(row["rows_used"]) / 3)

    def test_neither_position_nor_id(self):
        fact, = self.take(case="invalid")
        inputs = ("--variants", self.vcf_of_build("GRCh37"), "--model", SUITE.path("invalid_scorefile.txt"))
        run = self.refuse(3, ["invalid_scorefile.txt", "chr_name|chr_position|hm_pos"], *inputs)
        self.refuse(3, ["invalid_scorefile.txt", "no row has an id"], *inputs, "--match-by", "id")
        self.check(fact, "error" if run.code == 3 else run)

    def test_complex_rows(self):
        for name, by_id, total in (("complex_variants_PGS004239.txt", False, "14"), ("complex_variants_PGS000021.txt", True, "33")):
            own = Own(self, name, by_id)
            for fact in self.take(case="complex", inputs=own.name):
                site = own.sites[int(fact.subject.split()[1])]
                found = fact.expected if (site["state"] == "matched") == (fact.expected == "variant") else site["state"]
                self.check(fact, found)
                self.assertIn(site["state"], ("matched", "unsupported"))
            self.assertEqual(own.keep.scores()["het", own.id]["rows_total"], total)

    def test_weights_by_ids_made_of_alleles(self):
        weights = {row["ID"]: row for row in suite.read_score_table(SUITE.path("hgdp_ALL_additive_0.scorefile"))[2]}
        for fact in self.take(case="relabel", quantity="weight", count=2):
            id, _, effect = fact.subject.split()
            contig, position, ref, alt = id.split(":")
            self.assertEqual(weights[id]["effect_allele"], effect)
            vcf = self.write_vcf("one.vcf", "het", [harness.record(contig, position, ref, alt, "0/1", id=id)])
            run = self.score("--variants", vcf, "--model", SUITE.path("hgdp_ALL_additive_0.scorefile"), "--match-by", "id", "--min-match", "0")
            self.check(fact, float(run.scores()["het", "PGS000802_hmPOS_GRCh38"]["sum"]))

    def test_two_scores_together(self):
        _, _, rows = suite.read_score_table(SUITE.path("combined.txt.gz"))
        paths = {}
        for accession in ("PGS000001", "PGS000002"):
            mine = [[row[column] for column in harness.SCORE_COLUMNS.split()] for row in rows if row["accession"] == accession]
            paths[accession] = self.write_score(accession + ".txt", mine)
        lift = Own(self, "lift/PGS000001_hmPOS_GRCh37.txt")
        run = self.score("--variants", lift.vcf, "--model", *paths.values(), "--sites", "all", "--palindromic", "keep", "--min-match", "0")
        for fact in self.take(case="combined", quantity="row_count"):
            self.check(fact, int(run.scores()["het", fact.subject]["rows_total"]))
        fact, = self.take(case="combined", quantity="equal")
        mine = [row["variant"] for row in run.table("sites.tsv") if row["consumer"] == "PGS000001"]
        self.check(fact, str(mine == [site["variant"] for site in lift.sites]).lower())

    def test_contig_lengths_tell_the_build(self):
        """Contigs named with chr and a length, records without: the lengths are GRCh38, so a file of GRCh37 is refused."""
        fact, = self.take(case="variants", quantity="length")
        lines = harness.read_text(SUITE.path("1000G.pvar")).splitlines()
        contigs = "\n".join(line for line in lines if line.startswith("##contig"))
        text = harness.vcf_text("s", [harness.record("1", 10397, "C", "A", "0/1")], contigs={}).split("\n", 1)
        vcf = self.write("lengths.vcf", "\n".join((text[0], contigs, "##contig=<ID=1>", text[1])))
        run = self.refuse(3, ["GRCh37", "GRCh38", "custom.txt|lengths.vcf"], "--variants", vcf, "--model", SUITE.path("custom.txt"))
        self.check(fact, fact.expected if run.code == 3 and f"chr1,length={fact.expected}" in contigs else run)
        self.score("--variants", vcf, "--model", SUITE.path("custom.txt"), "--build-check", "off")


def tearDownModule():
    suite.account(SUITE)


if __name__ == "__main__":
    harness.main()
