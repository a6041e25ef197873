#include "varisk/genotypes/bed_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "varisk/io/plink_line.hpp"

namespace varisk::genotypes {
namespace {

constexpr std::int64_t largest_position = 2'147'483'647;

bool is_known(std::string_view allele) { return allele != "0" && allele != "."; }

std::string upper(std::string_view allele) {
  std::string text(allele);
  if (text.front() == '<') return text;
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

}  // namespace

std::optional<BimLine> parse_bim_line(std::string_view line, RecordFault& fault) {
  const auto columns = io::split_plink_line(line);
  if (!columns) {
    fault = {"expected 6 columns (contig, id, centimorgans, position, A1, A2)",
             "columns are separated by blanks or tabs; the file may be cut off"};
    return std::nullopt;
  }
  const std::string_view text = (*columns)[3];
  BimLine parsed{(*columns)[0], {}, (*columns)[1], (*columns)[4], (*columns)[5]};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), parsed.position.value);
  if (code != std::errc{} || end != text.data() + text.size() || parsed.position.value > largest_position) {
    fault = {fmt::format("the position is '{}', expected a number", text.substr(0, 40)), {}};
    return std::nullopt;
  }
  return parsed;
}

BedAlleles bed_alleles(const BimLine& line, std::vector<std::string>& alleles) {
  alleles.clear();
  const bool first_known = is_known(line.a1);
  const bool second_known = is_known(line.a2);
  if (second_known || !first_known) alleles.push_back(upper(line.a2));
  if (first_known) alleles.push_back(upper(line.a1));
  return {first_known && !second_known, first_known != second_known};
}

}  // namespace varisk::genotypes
