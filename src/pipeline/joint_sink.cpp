#include "joint_sink.hpp"

#include <algorithm>

namespace varisk::pipeline {

JointSink::JointSink(const scoring::ScorePlan& plan, std::size_t samples) : samples_(samples) {
  for (const scoring::JointSites& joint : plan.joints()) {
    for (const SiteId site : joint.sites) column_of_.try_emplace(site, column_of_.size());
  }
  columns_ = std::vector<Column>(column_of_.size());
  for (Column& column : columns_) {
    column.copies.resize(samples);
    column.ploidy.resize(samples);
  }
}

void JointSink::take(Partial& /*partial*/, SiteId site, const genotypes::CallBlock& calls) const {
  if (column_of_.empty()) return;
  const auto found = column_of_.find(site);
  if (found == column_of_.end()) return;
  Column& column = columns_[found->second];
  if (column.taken.test_and_set()) return;
  for (std::size_t i = 0; i < samples_; ++i) {
    if (is_missing(calls.code[i])) continue;
    column.ploidy[i] = static_cast<std::uint8_t>(ploidy(calls.code[i]));
    column.copies[i] = calls.copies_of(i);
  }
}

std::vector<std::optional<double>> JointSink::values(const scoring::JointSites& joint) const {
  std::vector<const Column*> columns;
  for (const SiteId site : joint.sites) columns.push_back(&columns_[column_of_.at(site)]);
  std::vector<std::optional<double>> result(samples_);
  for (std::size_t i = 0; i < samples_; ++i) {
    if (std::any_of(columns.begin(), columns.end(), [&](const Column* column) { return column->ploidy[i] == 0; })) {
      continue;
    }
    if (joint.row->kind == scoring::JointKind::haplotype) {
      result[i] = haplotype(columns, i);
      continue;
    }
    double product = 1;
    for (const Column* column : columns) product *= column->copies[i];
    result[i] = product;
  }
  return result;
}

/// Where an allele is absent no chromosome has them all, and with one heterozygous site the phase does not matter.
std::optional<double> JointSink::haplotype(const std::vector<const Column*>& columns, std::size_t sample) const {
  double fewest = 2;
  std::size_t heterozygous = 0;
  for (const Column* column : columns) {
    const double copies = column->copies[sample];
    if (copies != 0 && copies != 1 && copies != 2) return std::nullopt;  // a dosage says nothing about chromosomes
    fewest = std::min(fewest, copies);
    if (column->ploidy[sample] == 2 && copies == 1) ++heterozygous;
  }
  if (fewest > 0 && heterozygous > 1) return std::nullopt;
  return fewest;
}

}  // namespace varisk::pipeline
