#include "varisk/pipeline/score_options.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"

namespace varisk::pipeline {
namespace {

constexpr int most_threads = 1024;

void require_range(std::string_view option, const std::optional<double>& value, double low, double high) {
  if (value && !(*value >= low && *value <= high)) {
    throw UsageError(
        fmt::format("{} is {}, expected a number from {} to {}", option, format_double(*value), low, high));
  }
}

void require_at_least(std::string_view option, const std::optional<double>& value, double low) {
  if (value && !(*value >= low)) {
    throw UsageError(fmt::format("{} is {}, expected a number of at least {}", option, format_double(*value), low));
  }
}

/// cgroup v2, then v1: quota and period in microseconds; "max" or -1 is no limit.
std::optional<int> cgroup_limit() {
  std::string quota;
  std::string period;
  if (std::ifstream file("/sys/fs/cgroup/cpu.max"); file >> quota >> period) {
  } else if (std::ifstream first("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"); first >> quota) {
    std::ifstream second("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
    second >> period;
  }
  const auto numerator = parse_integer(quota);
  const auto denominator = parse_integer(period);
  if (!numerator || !denominator || *numerator <= 0 || *denominator <= 0) return std::nullopt;
  return static_cast<int>(std::max<std::int64_t>(1, *numerator / *denominator));
}

}  // namespace

bool DosingOptions::is_any_given() const {
  return !drugs.empty() || !genes.empty() || !outside_calls.empty() || data || all_matches || !exemptions ||
         absent != AbsentPolicy::missing || research_combinations || research_cyp2d6;
}

void ScoreOptions::validate() const {
  if (variants.empty()) throw UsageError("--variants is missing", "give one or more VCF or BCF files");
  if (models.empty() && !dosing.enabled) {
    throw UsageError("--model is missing", "give a scoring file or a model, or --dosing");
  }
  if (!dosing.drugs.empty() && !dosing.enabled) {
    throw UsageError("--drugs was given without --dosing", "add --dosing");
  }
  if (threads < 0 || threads > most_threads) {
    throw UsageError(fmt::format("--threads is {}, expected 1 to {}", threads, most_threads));
  }
  if (explain < 0) throw UsageError(fmt::format("--explain is {}, expected 0 or more", explain));
  require_range("--min-match", min_match, 0, 1);
  require_range("--min-r2", min_r2, 0, 1);
  require_at_least("--min-gq", decode.min_gq, 0);
  require_at_least("--min-block-gq", min_block_gq, 0);
  require_at_least("--min-dp", decode.min_dp, 0);
}

int allocated_threads() {
  int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (::sched_getaffinity(0, sizeof mask, &mask) == 0) threads = std::min(threads, CPU_COUNT(&mask));
  if (const auto limit = cgroup_limit()) threads = std::min(threads, *limit);
  if (const char* const text = std::getenv("SLURM_CPUS_PER_TASK")) {
    const auto slurm = parse_integer(text);
    if (slurm && *slurm >= 1)
      threads = std::min(threads, static_cast<int>(std::min<std::int64_t>(*slurm, most_threads)));
  }
  return std::max(1, threads);
}

}  // namespace varisk::pipeline
