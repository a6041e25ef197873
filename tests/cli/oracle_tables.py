"""The tables of a whole run as the oracle has them: several files, a sample sheet, and the check of a run against them."""

from fractions import Fraction
from pathlib import Path

import oracle

USED = ("matched", "flipped")


class Part:
    """Samples that are in the same files, with the records of all of these."""

    def __init__(self, sources, samples, records):
        self.sources, self.samples, self.records = sources, samples, records
        self.on = {}
        for record in records:
            self.on.setdefault(oracle.contig_name(record.contig), []).append(record)


class Chosen:
    """A record with the calls of chosen samples only."""

    def __init__(self, record, columns):
        self.__dict__.update(record.__dict__, calls=[record.calls[column] for column in columns])
        self.r2 = record.r2


def parts_of(files, sheet):
    """files: (name, Vcf). Files of the same samples are one part; the sheet selects, renames, and orders."""
    groups = {}
    for name, vcf in files:
        groups.setdefault(frozenset(vcf.samples), []).append((name, vcf))
    sheet = sheet or [(name, name, "unknown") for _, vcf in files for name in vcf.samples]
    parts = []
    for group in groups.values():
        chosen = list(dict.fromkeys((new, old) for new, old, _ in sheet if old in group[0][1].samples))
        records = [Chosen(record, [vcf.samples.index(old) for _, old in chosen]) for _, vcf in group for record in vcf.records]
        parts.append(Part([name for name, _ in group], [new for new, _ in chosen], records))
    order = list(dict.fromkeys(new for new, _, _ in sheet))
    return parts, order, {new: sex for new, _, sex in sheet}


class Tables:
    """score: its id; least: --min-match, None if it is not given."""

    def __init__(self, files, rows, sheet, score, least, options):
        self.score, self.rows, self.options = score, rows, dict(oracle.DEFAULTS, **options)
        self.parts, self.order, self.sexes = parts_of(files, sheet)
        self.parts = [part for part in self.parts if part.samples]
        self.has_sheet = sheet is not None
        self.least = Fraction(3, 4) if least is None else Fraction(least)
        self.result = oracle.score_files(self.parts, rows, self.sexes, **options)

    def scores(self):
        """sample -> cells as numbers, None for NA"""
        cells, result = {}, self.result
        for sample in self.order:
            used, count = result.rows_used_of[sample], result.allele_count[sample]
            good = len(self.rows) > 0 and Fraction(used, len(self.rows)) >= self.least
            cells[sample] = {
                "sum": result.sum[sample] if good else None,
                "average": result.sum[sample] / count if good and count else None,
                "allele_count": count, "rows_used": used, "rows_total": len(self.rows), "rows_imputed": result.rows_imputed[sample],
                "rows_assumed_reference": result.rows_assumed_reference[sample],
                "observed_fraction": Fraction(result.rows_observed[sample], len(self.rows)),
            }
        return cells

    def sites(self):
        """(row, variant, state, record_variant) -> (flipped, frequency, observed, missing, imputed), over all parts"""
        merged = {}
        for site in self.result.sites:
            shown = site.record.variant if site.record and site.state in USED else None
            merged.setdefault((site.row.number, site.row.variant, site.state, shown), []).append(site)
        return {key: ("yes" if key[2] == "flipped" else "no", oracle.frequency_of([dosage for site in sites for dosage in site.seen]),
                      sum(site.observed for site in sites), sum(site.missing for site in sites), sum(site.imputed for site in sites))
                for key, sites in merged.items()}

    def sources(self):
        return {sample: part.sources for part in self.parts for sample in part.samples}


def check(test, run, tables):
    """Every column of scores.tsv, matches.tsv, sites.tsv and samples.tsv."""
    check_sites(test, run, tables)
    test.assertEqual(run.matches(tables.score), tables.result.states())
    check_scores(test, run, tables)
    check_samples(test, run, tables)


def check_sites(test, run, tables):
    found = {}
    for row in run.table("sites.tsv"):
        test.assertEqual(row["consumer"], tables.score)
        shown = row["record_variant"] if row["state"] in USED else None
        cells = (row["flipped"], row["effect_allele_frequency"], int(row["observed"]), int(row["missing"]), int(row["imputed"]))
        key = (int(row["row"]), row["variant"], row["state"], shown)
        test.assertNotIn(key, found, f"a row is listed twice\n{run}")
        found[key] = cells
        if row["state"] not in USED + ("absent",):
            test.assertNotEqual(row["reason"], "", row)
    wanted = tables.sites()
    difference = sorted(set(found) ^ set(wanted), key=str)
    test.assertFalse(difference, "\n".join(("found    " if key in found else "expected ") + str(key) for key in difference) + f"\n{run}")
    for key, (flipped, frequency, *counts) in wanted.items():
        test.assertEqual(found[key][0], flipped, key)
        if key[2] not in USED + ("absent",):
            continue
        test.assertEqual(list(found[key][2:]), counts, f"observed, missing, imputed of {key}\n{run}")
        if frequency is None:
            test.assertEqual(found[key][1], "NA", key)
        else:
            test.assert_near(float(found[key][1]), frequency, note=key)


def check_scores(test, run, tables):
    wanted, table = tables.scores(), run.table("scores.tsv")
    listed = [row["sample_id"] for row in table]
    for part in tables.parts if tables.has_sheet else []:  # the sheet orders the samples that share their files
        test.assertEqual([sample for sample in listed if sample in part.samples], part.samples)
    test.assertEqual((sorted(listed), {row["score_id"] for row in table}), (sorted(tables.order), {tables.score}))
    for row in table:
        for column, value in wanted[row["sample_id"]].items():
            note = f"{column} of {row['sample_id']}\n{run}"
            if value is None:
                test.assertEqual(row[column], "NA", note)
            elif isinstance(value, int):
                test.assertEqual(row[column], str(value), note)
            else:
                test.assertNotEqual(row[column], "NA", note)
                test.assert_near(float(row[column]), value, tables.result.scale, note)


def check_samples(test, run, tables):
    table, sources = run.table("samples.tsv"), tables.sources()
    test.assertEqual([row["sample_id"] for row in table], [row["sample_id"] for row in run.table("scores.tsv")])
    keys = {(site.row.contig, site.row.position, site.row.effect, site.row.other) for site in tables.result.sites
            if site.state in USED + ("absent", "allele_mismatch", "filtered")}
    for row in table:
        test.assertEqual(sorted(Path(name).name for name in row["sources"].split(";")), sorted(sources[row["sample_id"]]))
        test.assertLessEqual(len(keys), int(row["sites_wanted"]))
        test.assertLessEqual(int(row["sites_observed"]), int(row["sites_wanted"]))
        test.assertIn(row["inferred_sex"], ("male", "female", "unknown"))
        known = tables.sexes.get(row["sample_id"], "unknown")
        differs = known != "unknown" and row["inferred_sex"] not in ("unknown", known)
        test.assertEqual("sex_differs" in row["flags"], differs, row)
