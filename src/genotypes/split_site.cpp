#include "varisk/genotypes/split_site.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "bcf_values.hpp"
#include "block_summary.hpp"

namespace varisk::genotypes {
namespace {

/// Which of the two chromosomes of a phased call have an ALT.
using AltSlots = std::array<bool, 2>;

std::optional<AltSlots> slots_of_text(const TextFields& text, std::uint32_t column) {
  std::string_view calls = text.calls;
  for (; column > 0; --column) {
    const std::size_t tab = calls.find('\t');
    if (tab == std::string_view::npos) return std::nullopt;
    calls.remove_prefix(tab + 1);
  }
  const std::string_view call = calls.substr(0, std::min(calls.find('\t'), calls.find(':')));
  const std::size_t bar = call.find('|');
  if (bar == std::string_view::npos || bar == 0 || !text.format.starts_with("GT")) return std::nullopt;
  return AltSlots{call.substr(0, bar) != "0", call.substr(bar + 1) != "0"};
}

std::optional<AltSlots> slots_of_bcf(std::span<const BcfField> fields, std::uint32_t column) {
  const auto gt = std::find_if(fields.begin(), fields.end(), [](const BcfField& field) { return field.key == "GT"; });
  if (gt == fields.end() || gt->type != bcf::type_int8 || gt->width != 2) return std::nullopt;
  const auto first = bcf::load<std::int8_t>(gt->data, std::size_t{column} * 2);
  const auto second = bcf::load<std::int8_t>(gt->data, std::size_t{column} * 2 + 1);
  if ((second & 1) == 0) return std::nullopt;  // not phased
  return AltSlots{first >> 1 != 1, second >> 1 != 1};
}

/// Chromosomes without an ALT on any line; nothing if the lines are not phased.
std::optional<int> phased_copies(std::span<const SplitLine> lines, std::uint32_t column) {
  AltSlots any{};
  for (const SplitLine& line : lines) {
    const auto slots = line.text != nullptr ? slots_of_text(*line.text, column) : slots_of_bcf(line.bcf, column);
    if (!slots) return std::nullopt;
    for (std::size_t i = 0; i < any.size(); ++i) any[i] = any[i] || (*slots)[i];
  }
  return (any[0] ? 0 : 1) + (any[1] ? 0 : 1);
}

CallCode code_with(int copies, int of) {
  return static_cast<CallCode>(copies + (of == 1 ? static_cast<int>(CallCode::haploid_0) : 0));
}

class Joiner {
 public:
  Joiner(std::span<SplitLine> lines, const SampleColumns& samples) : lines_(lines), samples_(&samples) {}

  void join(std::size_t sample) {
    CallBlock& block = lines_.front().copies;
    CallCode& code = block.code[sample];
    if (is_missing(code)) return;
    double copies = block.copies_of(sample);
    int lines_with_alt = copies < ploidy(code) ? 1 : 0;
    for (const SplitLine& line : lines_.subspan(1)) {
      const CallCode here = line.copies.code[sample];
      if (is_missing(here) || ploidy(here) != ploidy(code)) return set_missing(sample);
      const double of_line = line.copies.copies_of(sample);
      copies += of_line - ploidy(code);
      lines_with_alt += of_line < ploidy(code) ? 1 : 0;
    }
    if (lines_with_alt > 1 && !has_dosage() && ploidy(code) == 2) {
      if (const auto phased = phased_copies(lines_, samples_->column[sample])) copies = *phased;
    }
    constexpr double tolerance = 0.01;  // dosages are rounded line by line
    if (copies < -tolerance) return set_missing(sample);
    copies = std::max(copies, 0.0);
    if (block.has_dosage) {
      block.dosage[sample] = copies;
    } else {
      code = code_with(static_cast<int>(copies), ploidy(code));
    }
  }

  /// Dosages on any line: then all are real numbers.
  void unify() {
    CallBlock& block = lines_.front().copies;
    block.has_two = false;
    if (block.has_dosage || !has_dosage()) return;
    block.dosage.assign(block.code.size(), 0);
    for (std::size_t i = 0; i < block.code.size(); ++i) {
      CallCode& code = block.code[i];
      if (is_missing(code)) continue;
      block.dosage[i] = copies(code);
      code = ploidy(code) == 1 ? CallCode::haploid_0 : CallCode::diploid_0;
    }
    block.has_dosage = true;
  }

  [[nodiscard]] bool has_dosage() const {
    return std::any_of(lines_.begin(), lines_.end(), [](const SplitLine& line) { return line.copies.has_dosage; });
  }

 private:
  void set_missing(std::size_t sample) {
    CallBlock& block = lines_.front().copies;
    CallCode& code = block.code[sample];
    if (block.has_dosage) block.dosage[sample] = 0;
    code = ploidy(code) == 1 ? CallCode::haploid_missing : CallCode::diploid_missing;
  }

  std::span<SplitLine> lines_;
  const SampleColumns* samples_;
};

}  // namespace

void join_split_lines(std::span<SplitLine> lines, const SampleColumns& samples, bool dosage_by_alt) {
  Joiner joiner(lines, samples);
  if (joiner.has_dosage() && !dosage_by_alt) return;
  joiner.unify();
  CallBlock& block = lines.front().copies;
  for (std::size_t i = 0; i < block.code.size(); ++i) joiner.join(i);
  summarise(block, dosage_kernels(SimdLevel::scalar).sum);
}

}  // namespace varisk::genotypes
