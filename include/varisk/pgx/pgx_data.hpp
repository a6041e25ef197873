#pragma once
/// \file
/// A release of definitions, functions, phenotypes and guidelines, from a folder of tables (docs/dosing.md).

#include <optional>
#include <string>
#include <vector>

#include "varisk/pgx/definitions.hpp"
#include "varisk/pgx/guidelines.hpp"

namespace varisk::pgx {

/// When a message about a gene's call is shown.
struct MessageRule {
  std::string code;
  std::string gene;
  std::vector<std::string> diplotypes;      ///< one of these was called; empty: any
  std::vector<std::string> alleles_called;  ///< one of these; empty: any
  std::vector<std::string> rsids_missing;   ///< all of these have no call
  std::vector<std::string> rsids_called;    ///< all of these have one
  std::vector<std::string> drugs;           ///< shown with these; empty: with the gene
  std::string kind;
  std::string text;
};

struct PgxData {
  std::string name;    ///< of the release
  std::string date;    ///< ISO
  std::string digest;  ///< over all tables
  std::string folder;
  std::vector<Gene> genes;  ///< by name
  GuidelineTable guidelines;
  std::vector<MessageRule> messages;

  [[nodiscard]] const Gene* find(std::string_view gene) const;
};

/// \param folder  with genes.tsv, positions.tsv, alleles.tsv, phenotypes.tsv, diplotype_priorities.tsv, messages.tsv,
///                guidelines.tsv, recommendations.tsv, cautions.tsv and release.json
/// \throws IoError, UserError that names file and line
[[nodiscard]] PgxData read_pgx_data(const std::string& folder);

/// Puts definitions (`*_translation.json`, or any file with `namedAlleles`) and phenotypes of PharmCAT in the place of
/// those of the same genes. \param path  one file, or a folder that is searched through
void read_pharmcat_data(const std::string& path, PgxData& data);

/// True for a folder of our own tables.
[[nodiscard]] bool is_pgx_release(const std::string& path);

/// Checks what the matcher relies on: a reference that says something everywhere, no allele twice.
/// \throws UserError that names `where`
void check_gene(const Gene& gene, const std::string& where);

/// The bit set of bases that a definition's text stands for: one of the position's bases, or a IUPAC code.
/// Nothing if it is neither.
[[nodiscard]] std::optional<BaseSet> parse_bases(const GenePosition& position, std::string_view text);

/// The folder of the tables that come with the program: beside its `bin` folder.
[[nodiscard]] std::string built_in_folder();

}  // namespace varisk::pgx
