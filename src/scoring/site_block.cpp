#include "site_block.hpp"

#include <algorithm>

#include "turn_codes.hpp"

namespace varisk::scoring {
namespace {

using genotypes::CallBlock;
using genotypes::CallCode;

/// So few calls are counted one by one.
constexpr std::size_t few_samples = 64;

SiteCodes count_codes(std::span<const CallCode> calls) {
  std::array<std::size_t, genotypes::call_codes> count{};
  for (const CallCode code : calls) ++count[static_cast<std::size_t>(code)];
  SiteCodes codes;
  for (std::size_t code = 0; code < count.size(); ++code) codes.present |= count[code] > 0 ? 1U << code : 0U;
  codes.usual = static_cast<CallCode>(std::max_element(count.begin(), count.end()) - count.begin());
  return codes;
}

}  // namespace

SiteCodes codes_of(const CallBlock& calls) {
  if (calls.code.size() <= few_samples) return count_codes(calls.code);
  SiteCodes codes;
  codes.present = 0b111;
  for (const std::uint32_t sample : calls.exceptions) {
    codes.present |= 1U << static_cast<unsigned>(calls.code[sample]);
  }
  // By the frequency under Hardy-Weinberg; where it errs, adding takes longer.
  if (2 * calls.observed_calls < static_cast<std::int64_t>(calls.code.size())) {
    codes.usual = calls.code[calls.exceptions.front()];
    return codes;
  }
  const double copies = calls.effect_alleles;
  const auto calls_observed = static_cast<double>(calls.observed_calls);
  if (calls.observed_alleles == calls.observed_calls) {
    codes.usual = copies < calls_observed / 2 ? CallCode::haploid_0 : CallCode::haploid_1;
  } else if (copies > calls_observed * 2 / 3) {
    codes.usual = copies < calls_observed * 4 / 3 ? CallCode::diploid_1 : CallCode::diploid_2;
  }
  codes.present |= 1U << static_cast<unsigned>(codes.usual);
  return codes;
}

SiteBlock::SiteBlock(std::size_t samples, std::size_t scores, std::size_t capacity, SimdLevel level)
    : samples_(samples),
      scores_(scores),
      capacity_(capacity),
      add_sites_(add_sites_kernel(level)),
      add_dosages_(dosage_add_kernel(level)),
      codes_(capacity * samples),
      tables_((scores + chunk_scores - 1) / chunk_scores),
      usual_sums_(scores),
      turned_(std::min(slice, samples)) {}

void SiteBlock::begin(const CallBlock& calls, SiteCodes codes) {
  std::copy(calls.code.begin(), calls.code.end(), codes_.begin() + static_cast<std::ptrdiff_t>(sites_ * samples_));
  usual_.code[sites_] = codes.usual;
  newest_ = codes;
  for (ChunkTable& table : tables_) {
    for (std::size_t code = 0; code < table.more.size(); ++code) {
      if (codes.has(code)) table.more[code][sites_].fill(0);
    }
  }
  ++sites_;
}

void SiteBlock::add(std::size_t score, const CodeTable& table) {
  ChunkTable& chunk = tables_[score / chunk_scores];
  const std::size_t site = sites_ - 1;
  chunk.active |= std::uint64_t{1} << site;
  const std::int64_t usual = table[static_cast<std::size_t>(newest_.usual)];
  usual_sums_[score] += usual;
  for (std::size_t code = 0; code < chunk.more.size(); ++code) {
    if (newest_.has(code)) chunk.more[code][site][score % chunk_scores] += table[code] - usual;
  }
}

void SiteBlock::add_products(std::size_t first_score, std::span<const double> factors,
                             const std::array<double, genotypes::call_codes>& code_factors) {
  const std::size_t site = sites_ - 1;
  const auto usual = static_cast<std::size_t>(newest_.usual);
  while (!factors.empty()) {
    ChunkTable& chunk = tables_[first_score / chunk_scores];
    const std::size_t lane = first_score % chunk_scores;
    const std::size_t count = std::min(factors.size(), chunk_scores - lane);
    ChunkTable::Row of_usual{};
    add_dosages_(of_usual.data(), factors.data(), count, code_factors[usual]);
    for (std::size_t s = 0; s < count; ++s) usual_sums_[first_score + s] += of_usual[s];
    for (std::size_t code = 0; code < chunk.more.size(); ++code) {
      if (!newest_.has(code) || code == usual) continue;
      std::int64_t* const row = chunk.more[code][site].data() + lane;
      add_dosages_(row, factors.data(), count, code_factors[code]);
      for (std::size_t s = 0; s < count; ++s) row[s] -= of_usual[s];
    }
    chunk.active |= std::uint64_t{1} << site;
    factors = factors.subspan(count);
    first_score += count;
  }
}

void SiteBlock::add_to(SampleSums& sums, std::size_t start) {
  if (sites_ == 0) return;
  sums.stripes().each(start, [&](std::size_t first, std::size_t last) {
    for (std::size_t sample = first; sample < last; sample += slice) {
      const std::size_t count = std::min(slice, last - sample);
      turn_codes(codes_.data() + sample, samples_, sites_, count, turned_.data());
      for (std::size_t chunk = 0; chunk < tables_.size(); ++chunk) {
        const std::size_t score = chunk * chunk_scores;
        add_sites_(sums.sums(sample) + score, scores_, std::min(chunk_scores, scores_ - score), turned_.data(), count,
                   usual_, tables_[chunk]);
      }
    }
  });
  sites_ = 0;
  for (ChunkTable& table : tables_) table.active = 0;
}

}  // namespace varisk::scoring
