#pragma once
/// \file
/// Calls of genes that come from elsewhere (`--outside-calls`).

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "varisk/pgx/pgx_data.hpp"

namespace varisk::pgx {

/// Without any of the three it says that there is no call, whatever the genotypes say.
struct OutsideCall {
  std::string diplotype;  ///< empty: not given
  std::string phenotype;
  std::optional<double> activity_score;
  std::string where;  ///< file and line
  bool operator==(const OutsideCall&) const = default;
};

/// Of each sample and gene, in the order of the files.
class OutsideCalls {
 public:
  /// Columns sample, gene, diplotype, phenotype, activity score, tab separated; `#` starts a comment, a first line with
  /// `sample` or `gene` names the columns. Files whose first column is a gene are for the only sample of the run.
  /// \throws IoError; UserError for an unknown gene, a line without a call, a score that is no number, and for files
  ///         without samples in a run of several
  void read(const std::string& path, const PgxData& data, const std::vector<std::string>& samples);

  /// Empty if there is none.
  [[nodiscard]] const std::vector<OutsideCall>& find(const std::string& sample, const std::string& gene) const;
  [[nodiscard]] bool empty() const noexcept { return calls_.empty(); }
  /// Samples that the run does not have, and lines that repeat one.
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  std::map<std::pair<std::string, std::string>, std::vector<OutsideCall>> calls_;
  std::vector<std::string> warnings_;
};

}  // namespace varisk::pgx
