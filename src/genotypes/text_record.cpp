#include <fmt/format.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "call_text.hpp"
#include "varisk/core/number.hpp"
#include "varisk/genotypes/record.hpp"

namespace varisk::genotypes {
namespace {

constexpr std::int64_t largest_position = 2'147'483'647;

std::string shortened(std::string_view text) {
  return text.size() <= 40 ? std::string(text) : std::string(text.substr(0, 37)) + "...";
}

/// Takes the text up to the next tab off `rest`; nothing if there is no tab.
std::optional<std::string_view> take_column(std::string_view& rest) {
  const std::size_t end = rest.find('\t');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view column = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return column;
}

#if defined(__SSE2__)
/// One bit for each of 64 bytes: a tab.
std::uint64_t tabs_in(const char* text) {
  const __m128i tab = _mm_set1_epi8('\t');
  std::uint64_t mask = 0;
  for (unsigned part = 0; part < 4; ++part) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 16 * part));  // NOLINT
    mask |= std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, tab)))} << (16 * part);
  }
  return mask;
}
#endif

/// Where the first tabs are. The columns up to ALT are a few bytes each, so that a call of memchr for each takes longer
/// than all of them together. \return how many were found: at least `enough` if the line has them, at most as many as
/// there is room for
std::size_t find_tabs(std::string_view line, std::size_t enough, std::span<std::size_t> tabs) {
  std::size_t found = 0;
  std::size_t start = 0;
#if defined(__SSE2__)
  for (; start + 64 <= line.size() && found < enough; start += 64) {
    for (std::uint64_t mask = tabs_in(line.data() + start); mask != 0 && found < tabs.size(); mask &= mask - 1) {
      tabs[found++] = start + static_cast<std::size_t>(std::countr_zero(mask));
    }
  }
#endif
  for (; found < enough && start < line.size(); ++found, ++start) {
    start = line.find('\t', start);
    if (start == std::string_view::npos) break;
    tabs[found] = start;
  }
  return found;
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// Bases, IUPAC codes, `*`, `.`, symbolic `<...>` and breakends: what the VCF specification (4.3, 1.6.1) allows.
bool is_allele_text(std::string_view allele) {
  if (allele.empty()) return false;
  if (allele.front() == '<') return allele.back() == '>' && allele.size() > 2;
  if (allele.find_first_of("[]") != std::string_view::npos) return true;
  if (allele == "*" || allele == ".") return true;
  return std::all_of(allele.begin(), allele.end(), [](char c) {
    return std::string_view("ACGTNRYSWKMBDHVacgtnryswkmbdhv.").find(c) != std::string_view::npos;
  });
}

/// Empty if a value is missing.
std::vector<double> parse_list(std::string_view text, std::optional<double> (*parse)(std::string_view)) {
  std::vector<double> values;
  while (true) {
    const std::size_t end = text.find(',');
    const auto value = parse(text.substr(0, end));
    if (!value) return {};
    values.push_back(*value);
    if (end == std::string_view::npos) return values;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<RecordHead> parse_head(std::string_view line, RecordFault& fault) {
  RecordHead head;
  constexpr std::size_t needed = 5;
  std::array<std::size_t, 8> tabs{};
  const std::size_t found = find_tabs(line, needed, tabs);
  if (found < needed) {
    fault = {"the line has fewer than 8 columns", "columns are separated by tabs; the file may be cut off"};
    return std::nullopt;
  }
  const auto column = [&](std::size_t index) {
    const std::size_t start = index == 0 ? 0 : tabs[index - 1] + 1;
    return line.substr(start, tabs[index] - start);
  };
  const std::string_view position = column(1);
  const auto [end, code] = std::from_chars(position.data(), position.data() + position.size(), head.position.value);
  if (code != std::errc{} || end != position.data() + position.size() || head.position.value < 0 ||
      head.position.value > largest_position) {
    fault = {fmt::format("POS is '{}', expected a number", shortened(position)), {}};
    return std::nullopt;
  }
  head.contig = column(0);
  if (head.contig.empty()) {
    fault = {"CHROM is empty", {}};
    return std::nullopt;
  }
  head.id = column(2);
  head.ref = column(3);
  head.alts = column(4);
  head.rest = line.substr(tabs[4] + 1);
  if (found == tabs.size()) head.info = column(7);
  return head;
}

std::optional<TextFields> parse_fields(const RecordHead& head, RecordFault& fault) {
  TextFields fields;
  std::string_view rest = head.rest;
  const auto quality = take_column(rest);
  const auto filter = take_column(rest);
  if (!quality || !filter) {
    fault = {"the line has fewer than 8 columns", "columns are separated by tabs; the file may be cut off"};
    return std::nullopt;
  }
  fields.filter = *filter;
  if (const auto info = take_column(rest)) {
    fields.info = *info;
    if (const auto format = take_column(rest)) {
      fields.format = *format;
      fields.calls = rest;
    } else {
      fields.format = rest;
    }
  } else {
    fields.info = rest;
  }
  return fields;
}

bool parse_alleles(std::string_view ref, std::string_view alts, std::vector<std::string>& alleles, RecordFault& fault) {
  alleles.clear();
  const auto add = [&](std::string_view allele) {
    if (!is_allele_text(allele)) return false;
    std::string& text = alleles.emplace_back(allele);
    if (text.front() != '<') std::transform(text.begin(), text.end(), text.begin(), upper);
    return true;
  };
  if (ref == "." || ref == "*" || ref.starts_with('<') || !add(ref)) {
    fault = {fmt::format("REF is '{}', expected bases", shortened(ref)), {}};
    return false;
  }
  if (alts == ".") return true;
  while (true) {
    const std::size_t end = alts.find(',');
    if (!add(alts.substr(0, end))) {
      fault = {fmt::format("ALT holds '{}', expected bases, '*' or a symbolic allele", shortened(alts.substr(0, end))),
               {}};
      return false;
    }
    if (end == std::string_view::npos) return true;
    alts.remove_prefix(end + 1);
  }
}

bool is_unspecified_allele(std::string_view allele) { return allele == "<NON_REF>" || allele == "<*>"; }

std::optional<std::int64_t> block_end(const RecordHead& head, RecordFault& fault) {
  const bool unspecified = is_unspecified_allele(head.alts);
  if (!unspecified && head.alts != ".") return std::nullopt;
  std::string_view info = head.info;
  if (info.empty()) {
    std::string_view rest = head.rest;
    take_column(rest);
    take_column(rest);
    info = rest.substr(0, rest.find('\t'));
  }
  while (!info.empty()) {
    const std::size_t end = info.find(';');
    const std::string_view entry = info.substr(0, end);
    if (entry.starts_with("END=")) {
      std::int64_t value = 0;
      const auto [stop, code] = std::from_chars(entry.data() + 4, entry.data() + entry.size(), value);
      const bool whole = code == std::errc{} && stop == entry.data() + entry.size();
      if (whole && value >= head.position.value && value <= largest_position) return value;
      fault = {fmt::format("INFO END is '{}', expected a position from POS on", shortened(entry.substr(4))), {}};
      return std::nullopt;
    }
    if (end == std::string_view::npos) break;
    info.remove_prefix(end + 1);
  }
  if (!unspecified) return std::nullopt;
  return head.position.value + static_cast<std::int64_t>(head.ref.size()) - 1;
}

std::vector<AlleleIndex> unspecific_alleles(std::span<const std::string> alleles) {
  std::vector<AlleleIndex> found;
  for (std::size_t i = 1; i < alleles.size(); ++i) {
    if (alleles[i] == "*" || is_unspecified_allele(alleles[i])) found.push_back({static_cast<std::uint16_t>(i)});
  }
  return found;
}

std::vector<double> imputation_r2(std::string_view info) {
  static constexpr std::array<std::string_view, 3> keys = {"R2", "DR2", "INFO"};
  std::array<std::vector<double>, keys.size()> values;
  while (!info.empty()) {
    const std::size_t end = info.find(';');
    const std::string_view entry = info.substr(0, end);
    const std::size_t equals = entry.find('=');
    for (std::size_t i = 0; i < keys.size() && equals != std::string_view::npos; ++i) {
      // Single precision, as BCF stores it.
      if (entry.substr(0, equals) == keys[i]) values[i] = parse_list(entry.substr(equals + 1), parse_dosage);
    }
    if (end == std::string_view::npos) break;
    info.remove_prefix(end + 1);
  }
  for (auto& list : values) {
    if (!list.empty()) return std::move(list);
  }
  return {};
}

std::vector<double> allele_frequencies(std::string_view info) {
  while (!info.empty()) {
    const std::size_t end = info.find(';');
    const std::string_view entry = info.substr(0, end);
    if (entry.starts_with("AF=")) {
      return parse_list(entry.substr(3), [](std::string_view text) { return parse_double(text); });
    }
    if (end == std::string_view::npos) break;
    info.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace varisk::genotypes
