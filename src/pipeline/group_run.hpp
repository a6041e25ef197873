#pragma once
/// \file
/// All sample groups of a run, one after the other or, where there are many, several at a time.

#include <functional>

#include "score_cohort.hpp"

namespace varisk::pipeline {

/// Reads the genotypes of each group and hands the results to `action` in the order of the groups, on this thread or
/// another, one at a time. Few groups are read by all threads together; of many, each thread reads its own.
void for_each_group(const ScoreInputs& inputs, const ScoreOptions& options, const ScorePlans& plans,
                    const std::function<void(GroupResult&)>& action);

}  // namespace varisk::pipeline
