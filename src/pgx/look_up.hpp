#pragma once
/// \file
/// Alleles by name, as calls from outside spell them.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "varisk/pgx/gene_call.hpp"

namespace varisk::pgx {

/// What the long name of CFTR's reference is shown as; other genes have this name.
inline constexpr std::string_view short_reference = "Reference";

/// Of a gene that has one.
[[nodiscard]] inline const NamedAllele& reference_of(const Gene& gene) { return gene.alleles[*gene.reference]; }

/// `*1x3`: the allele and how many copies; `*1x≥3` counts as three.
[[nodiscard]] std::pair<std::string, int> without_copies(std::string_view name);
/// An allele by its name, else the one that it is a suballele of.
[[nodiscard]] const NamedAllele* find_allele(const Gene& gene, std::string_view name);
/// An allele of HLA in at most two fields: `HLA-B*57:01:01`, `B*57:01`, `57:01P` and `*57:01` are `*57:01`, `*57`
/// stays. The letter of an unusual expression (`*57:01N`) is kept. Nothing if the text is no allele.
[[nodiscard]] std::optional<std::string> parse_hla(const std::string& gene, std::string_view text);
/// `*57:01 positive` or `*57:01 negative`.
[[nodiscard]] bool is_hla_phenotype(std::string_view text);
/// The alleles between slashes, without blanks around them and without the gene's name.
[[nodiscard]] std::vector<std::string> split_diplotype(const Gene& gene, const std::string& text);
/// Activity of an allele with copies and of tandems (`*36+*10`).
[[nodiscard]] std::optional<double> activity_of(const Gene& gene, std::string_view name);

}  // namespace varisk::pgx
