// Any bytes as a scoring file, under both weight policies; what is accepted goes on into the plans.
#include <cmath>
#include <vector>

#include "fuzz_input.hpp"
#include "varisk/scoring/score_plan.hpp"
#include "varisk/scoring/score_sink.hpp"
#include "varisk/scoring/scoring_file.hpp"
#include "varisk/sites/site_plan.hpp"

namespace {

using namespace varisk;
using fuzz::require;

void check_indexes(const scoring::ScoringFile& file) {
  for (const scoring::ScoreColumn& score : file.scores) {
    require(score.row.size() == score.weight.size(), "each row of a score has a weight");
    for (std::size_t i = 0; i < score.row.size(); ++i) {
      require(score.row[i] < file.rows.size(), "the rows of a score are there");
    }
    for (const double weight : score.weight) require(std::isfinite(weight), "weights are finite");
  }
  for (const scoring::ScoringRow& row : file.rows) {
    require(!row.weights_by_copies || *row.weights_by_copies < file.weights_by_copies.size(), "weights are there");
    require(row.position.value >= 1, "positions start at 1");
  }
}

void plan(const scoring::ScoringFile& file, scoring::PalindromicPolicy palindromic, scoring::DuplicateRows duplicates) {
  constexpr std::size_t samples = 2;
  scoring::ScorePlan scores({&file, 1}, palindromic, duplicates);
  std::vector<SiteId> ids;
  const sites::SitePlan sites(scores.requests(), ids);
  require(ids.size() == scores.requests().size(), "each request has a site");
  scores.set_sites(ids, sites.size());
  scoring::ScoreSink sink(scores, samples, scoring::ImputePolicy::file, scoring::ImputeModel::hwe);
  for (std::size_t s = 0; s < scores.scores().size(); ++s) {
    for (std::size_t entry = 0; entry < scores.scores()[s].settled.size(); ++entry) {
      if (!scores.scores()[s].settled[entry]) sink.add_absent(s, entry, genotypes::CopyRule::diploid, {});
    }
    const auto result = sink.result(s, 0);
    require(result.sum == sink.result(s, 1).sum, "samples without genotypes are alike");
    require(std::isfinite(sink.value(s, result.sum)), "sums are finite");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::MemoryFile input;
  input.write(fuzz::as_text(data, size));
  for (const auto policy : {scoring::WeightPolicy::as_given, scoring::WeightPolicy::log}) {
    fuzz::accepts([&] {
      const auto file = scoring::read_scoring_file(input.path(), policy);
      check_indexes(file);
      plan(file, scoring::PalindromicPolicy::drop, scoring::DuplicateRows::first);
      plan(file, scoring::PalindromicPolicy::keep, scoring::DuplicateRows::sum);
    });
  }
  return 0;
}
