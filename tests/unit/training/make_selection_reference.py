#!/usr/bin/env python3
"""Makes selection_reference.hpp: a small cohort, and what programs and formulas other than varisk's say about it.

Frequencies, missing calls, Hardy-Weinberg and pruning come from plink2 (2.00a3.5), further Hardy-Weinberg tests from
whole numbers of any length, score tests from numpy: a general Newton fit whose derivatives are taken of the class
probabilities by complex steps.

usage: make_selection_reference.py > selection_reference.hpp    (needs plink2 and numpy)
"""

import math
import os
import subprocess
import tempfile
from fractions import Fraction

import numpy as np

PEOPLE = 48
VARIANTS = 60
PRUNINGS = [(20, 0.3), (50, 0.2), (100, 0.1), (30, 0.7)]
TABLES = [(57, 14, 50), (0, 21, 79), (1, 19, 80), (400, 200, 400), (2500, 2400, 100), (3, 0, 5), (0, 1, 0), (10, 0, 0),
          (0, 100, 0), (2450, 4950, 2600), (0, 7, 99993)]


def cohort(random):
    """Copies by variant, with linkage along each of two contigs, and positions."""
    ancestors = random.integers(0, 2, (6, VARIANTS))
    strands = np.zeros((2 * PEOPLE, VARIANTS), int)
    for strand in strands:
        ancestor = random.integers(6)
        for j in range(VARIANTS):
            if random.random() < 0.08 or j == VARIANTS // 2:
                ancestor = random.integers(6)
            strand[j] = ancestors[ancestor, j] if random.random() > 0.1 else random.integers(0, 2)
    positions = np.cumsum(random.integers(1, 3000, VARIANTS))
    positions[VARIANTS // 2:] -= positions[VARIANTS // 2] - 1
    return (strands[0::2] + strands[1::2]).T, positions


def write_vcf(path, copies, positions):
    calls = {0: "0/0", 1: "0/1", 2: "1/1", 3: "./."}
    with open(path, "w", encoding="ascii") as file:
        file.write("##fileformat=VCFv4.2\n##contig=<ID=1>\n##contig=<ID=2>\n"
                   '##FORMAT=<ID=GT,Number=1,Type=String,Description="calls">\n')
        file.write("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t"
                   + "\t".join(f"s{i}" for i in range(copies.shape[1])) + "\n")
        for j, row in enumerate(copies):
            contig = 1 if j < VARIANTS // 2 else 2
            file.write(f"{contig}\t{positions[j]}\t{j}\tA\tC\t.\t.\t.\tGT\t" + "\t".join(calls[c] for c in row) + "\n")


def plink2(folder, *options):
    subprocess.run(["plink2", "--vcf", os.path.join(folder, "in.vcf"), "--out", os.path.join(folder, "out"), *options],
                   check=True, stdout=subprocess.DEVNULL)


def column(folder, suffix, name):
    with open(os.path.join(folder, "out." + suffix), encoding="ascii") as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    return [line[lines[0].index(name)] for line in lines[1:]]


def ask_plink2(complete, with_missing, positions):
    with tempfile.TemporaryDirectory() as folder:
        write_vcf(os.path.join(folder, "in.vcf"), with_missing, positions)
        plink2(folder, "--freq", "--missing", "--hardy", "--bad-freqs")
        facts = list(zip(column(folder, "afreq", "ALT_FREQS"), column(folder, "vmiss", "F_MISS"),
                         column(folder, "hardy", "P")))
        write_vcf(os.path.join(folder, "in.vcf"), complete, positions)
        kept = []
        for kilobases, r2 in PRUNINGS:
            plink2(folder, "--indep-pairwise", f"{kilobases}kb", str(r2), "--bad-ld")
            with open(os.path.join(folder, "out.prune.in"), encoding="ascii") as file:
                kept.append([int(line) for line in file])
    return facts, kept


def exact_hardy_weinberg(hom1, het, hom2):
    people, rare = hom1 + het + hom2, 2 * min(hom1, hom2) + het
    # the first table with the fewest heterozygotes, then by ratios
    h = rare % 2
    weight, weights = Fraction(1), {}
    while h <= rare:
        weights[h] = weight
        a, b = (rare - h) // 2, people - h - (rare - h) // 2
        weight *= Fraction(4 * a * b, (h + 2) * (h + 1))
        h += 2
    unlikely = sum(w for w in weights.values() if w <= weights[het])
    return float(unlikely / sum(weights.values()))


def class_probabilities(family, parameters, basis, classes, offset):
    """People × classes, by complex numbers too."""
    if family == "ordinal":
        thresholds, slopes = parameters[:classes - 1], parameters[classes - 1:]
        eta = basis @ slopes + offset[0]
        below = [1 / (1 + np.exp(-(t - eta))) for t in thresholds]
        below = [np.zeros(len(eta))] + below + [np.ones(len(eta))]
        return np.array([below[k + 1] - below[k] for k in range(classes)]).T
    full = np.hstack([np.ones((len(basis), 1)), basis])
    slopes = parameters.reshape(classes - 1, -1)
    offsets = [offset[0]] if family == "binomial" else [o - offset[0] for o in offset[1:]]
    eta = np.array([np.zeros(len(basis))] + [full @ slopes[k] + offsets[k] for k in range(classes - 1)]).T
    odds = np.exp(eta)
    return odds / odds.sum(1, keepdims=True)


def score_and_information(family, parameters, basis, outcome, classes, offset, weights):
    """Sums over people of the slope of log P, and of its expected square."""
    step = 1e-30
    p = class_probabilities(family, parameters, basis, classes, offset).real
    slopes = []
    for m in range(len(parameters)):
        moved = parameters.astype(complex)
        moved[m] += 1j * step
        slopes.append(class_probabilities(family, moved, basis, classes, offset).imag / step)
    slopes = np.array(slopes)  # parameters × people × classes
    person = np.arange(len(outcome))
    score = (slopes[:, person, outcome] / p[person, outcome] * weights).sum(1)
    information = np.einsum("aik,bik,ik,i->ab", slopes, slopes, 1 / p, weights)
    return score, information


def score_test(family, column_values, basis, outcome, classes, offset, weights):
    """One column beside the basis, after a Newton fit without it."""
    used = weights > 0
    g, basis, weights = column_values[used], basis[used], weights[used] / weights[used].mean()
    outcome, offset = outcome[used], [o[used] for o in offset]
    g = np.where(np.isnan(g), np.nansum(g * weights) / weights[~np.isnan(g)].sum(), g)
    if family == "gaussian":
        full, y = np.hstack([np.ones((len(basis), 1)), basis]), outcome - offset[0]
        root = np.sqrt(weights)[:, None]
        project = lambda v: v - full @ np.linalg.lstsq(full * root, v * root[:, 0], rcond=None)[0]
        residual, left = project(y), project(g)
        variance = (weights * residual**2).sum() / (len(y) - full.shape[1])
        return (weights * residual * left).sum() ** 2 / (variance * (weights * left**2).sum())
    # the tested coefficients come last (and 0)
    if family == "ordinal":
        shares = np.array([(weights * (outcome <= k)).sum() / weights.sum() for k in range(classes - 1)])
        nuisance = np.concatenate([np.log(shares / (1 - shares)), np.zeros(basis.shape[1])])
    else:
        nuisance = np.zeros((classes - 1) * (basis.shape[1] + 1))
    for _ in range(50):
        score, information = score_and_information(family, nuisance, basis, outcome, classes, offset, weights)
        nuisance = nuisance + np.linalg.solve(information, score)
    with_column = np.hstack([basis, g[:, None]])
    if family == "ordinal":
        parameters, tested = np.append(nuisance, 0.0), [len(nuisance)]
    else:
        matrix = nuisance.reshape(classes - 1, -1)
        parameters = np.hstack([matrix, np.zeros((classes - 1, 1))])
        width = parameters.shape[1]
        tested = [k * width + width - 1 for k in range(classes - 1)]
        parameters = parameters.ravel()
    score, information = score_and_information(family, parameters, with_column, outcome, classes, offset, weights)
    return score @ np.linalg.solve(information, score), tested


def statistic(*arguments):
    result = score_test(*arguments)
    return result[0] if isinstance(result, tuple) else result


def numbers(values):
    return ", ".join(repr(float(v)) for v in values)


def lines_of(items, width=100):
    lines = [""]
    for item in items:
        if len(lines[-1]) + len(item) + 2 > width:
            lines.append("")
        lines[-1] += item + ", "
    return "\n    ".join(line.rstrip() for line in lines)


def main():
    random = np.random.default_rng(20)
    complete, positions = cohort(random)
    with_missing = np.where(random.random(complete.shape) < 0.06, 3, complete)
    facts, kept = ask_plink2(complete, with_missing, positions)

    first, second = np.round(random.normal(size=PEOPLE), 2), np.round(random.normal(size=PEOPLE), 2)
    risk = 0.7 * complete[3] - 0.5 * complete[10] + 0.6 * first
    gaussian = np.round(risk + random.normal(size=PEOPLE), 2)
    binary = (risk + random.logistic(size=PEOPLE) > np.median(risk)).astype(int)
    three = np.argmax(np.array([np.zeros(PEOPLE), risk, -risk]) + random.gumbel(size=(3, PEOPLE)), 0)
    four = np.digitize(risk + random.logistic(size=PEOPLE), np.quantile(risk, [0.2, 0.5, 0.8]))
    weights = random.choice([0.0, 0.5, 1.0, 2.0], PEOPLE, p=[0.25, 0.25, 0.25, 0.25])
    offset = np.round(random.normal(size=(3, PEOPLE)) / 2, 2)
    basis = np.array([first, second]).T
    columns = [np.where(with_missing[j] == 3, np.nan, with_missing[j]) for j in (3, 10, 17, 40)]
    tests = []
    for family, outcome, classes in (("gaussian", gaussian, 0), ("binomial", binary, 2), ("multinomial", three, 3),
                                     ("ordinal", four, 4)):
        none = [np.zeros(PEOPLE)] * 3
        tests.append((family, [statistic(family, c, basis, outcome, classes, none, np.ones(PEOPLE)) for c in columns],
                      [statistic(family, c, basis, outcome, classes, list(offset), weights) for c in columns]))

    print("#pragma once\n// Made by make_selection_reference.py.\n#include <array>\n#include <cstdint>\n#include <string_view>"
          "\n#include <vector>\n\nnamespace varisk::training::reference {\n\n// clang-format off")
    print(f"inline constexpr std::size_t people = {PEOPLE};")
    print("/// Copies of each variant in everybody; the second half of the variants is on another contig.")
    print(f"inline constexpr std::array<std::string_view, {VARIANTS}> complete = {{")
    print("\n".join('    "' + "".join(map(str, row)) + '",' for row in complete) + "\n};")
    print("/// The same with missing calls, 3.")
    print(f"inline constexpr std::array<std::string_view, {VARIANTS}> with_missing = {{")
    print("\n".join('    "' + "".join(map(str, row)) + '",' for row in with_missing) + "\n};")
    print(f"inline constexpr std::array<std::int64_t, {VARIANTS}> positions = {{\n    "
          + lines_of([str(p) for p in positions]) + "\n};")
    print("/// Of `with_missing`: frequency of the counted allele, share of missing calls, p of Hardy-Weinberg; six digits.")
    print("struct VariantFacts { double frequency; double missing; double p; };")
    print(f"inline constexpr std::array<VariantFacts, {VARIANTS}> facts = {{{{\n    "
          + lines_of(["{" + ", ".join(f) + "}" for f in facts]) + "\n}};")
    print("/// Of `complete`: what --indep-pairwise keeps.\nstruct Pruning { std::int64_t window; double r2; "
          "std::vector<std::uint32_t> kept; };\ninline const std::vector<Pruning> prunings = {")
    for (kilobases, r2), which in zip(PRUNINGS, kept):
        print(f"    {{{kilobases}000, {r2}, {{{', '.join(map(str, which))}}}}},")
    print("};\n/// By whole numbers.\nstruct HardyWeinberg { std::uint64_t hom1; std::uint64_t het; std::uint64_t hom2; double p; };")
    print(f"inline constexpr std::array<HardyWeinberg, {len(TABLES)}> tables = {{{{")
    for table in TABLES:
        print("    {" + ", ".join(map(str, table)) + f", {exact_hardy_weinberg(*table)!r}}},")
    print("}};")
    for name, values in (("first_covariate", first), ("second_covariate", second), ("gaussian", gaussian),
                         ("weights", weights), *((f"offset_{k}", offset[k]) for k in range(3))):
        print(f"inline const std::vector<double> {name} = {{\n    " + lines_of([repr(float(v)) for v in values]) + "\n};")
    for name, values in (("binary", binary), ("three_classes", three), ("four_levels", four)):
        print(f"inline const std::vector<std::uint32_t> {name} = {{\n    " + lines_of([str(v) for v in values]) + "\n};")
    print("/// Score statistics of columns 3, 10, 17 and 40 of `with_missing` beside both covariates: plain, and with weights and "
          "offsets.\nstruct ScoreTest { std::array<double, 4> plain; std::array<double, 4> weighted; };")
    for family, plain, weighted in tests:
        print(f"inline constexpr ScoreTest {family}_score = {{{{{numbers(plain)}}},\n    {{{numbers(weighted)}}}}};")
    print("// clang-format on\n\n}  // namespace varisk::training::reference")


if __name__ == "__main__":
    main()
