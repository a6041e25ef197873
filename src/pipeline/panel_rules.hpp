#pragma once
/// \file
/// Rules that the sums of a panel and those of a run must share, as the panel's file spells them.

#include <string>

#include "varisk/genotypes/call_decoder.hpp"
#include "varisk/scoring/row_value.hpp"

namespace varisk::pipeline {

[[nodiscard]] inline std::string name_of(genotypes::HaploidPolicy policy) {
  return policy == genotypes::HaploidPolicy::as_diploid ? "as-diploid" : "as-called";
}
[[nodiscard]] inline std::string name_of(scoring::ImputeModel model) {
  return model == scoring::ImputeModel::plink2 ? "plink2" : "hwe";
}

}  // namespace varisk::pipeline
