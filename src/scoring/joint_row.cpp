#include "joint_row.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "varisk/core/number.hpp"
#include "varisk/sites/alleles.hpp"

namespace varisk::scoring {
namespace {

constexpr std::int64_t largest_position = 2'147'483'647;  // of VCF

std::string_view trim(std::string_view text) {
  const std::size_t start = text.find_first_not_of(' ');
  return start == std::string_view::npos ? std::string_view{}
                                         : text.substr(start, text.find_last_not_of(' ') + 1 - start);
}

std::vector<std::string_view> parts(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> found;
  if (trim(text).empty()) return found;
  while (true) {
    const std::size_t end = text.find(separator);
    found.push_back(trim(text.substr(0, end)));
    if (end == std::string_view::npos) return found;
    text.remove_prefix(end + separator.size());
  }
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::toupper(c); });
  return out;
}

}  // namespace

std::string to_string(const JointRow& row) {
  std::string text;
  for (const JointFactor& factor : row.factors) {
    if (!text.empty()) text += row.kind == JointKind::interaction ? "_x_" : ";";
    text += factor.id.empty() ? factor.contig + ":" + std::to_string(factor.position.value) : factor.id;
    text += ":" + factor.effect_allele + ":" + factor.other_allele.value_or("?");
  }
  return text;
}

std::optional<JointRow> parse_joint_row(JointKind kind, const JointCells& cells, MatchBy match_by) {
  const std::string_view separator = kind == JointKind::interaction ? "_x_" : ";";
  const auto ids = parts(cells.ids, separator);
  const auto contigs = parts(cells.contigs, separator);
  const auto positions = parts(cells.positions, separator);
  const auto effects = parts(cells.effects, separator);
  const auto others = parts(cells.others, separator);
  const std::size_t count = effects.size();
  const bool by_id = match_by == MatchBy::id;
  if (count < 2 || (!others.empty() && others.size() != count)) return std::nullopt;
  if (by_id ? ids.size() != count : positions.size() != count) return std::nullopt;
  if (!by_id && contigs.size() != count && contigs.size() != 1) return std::nullopt;
  JointRow row{kind, {}};
  for (std::size_t i = 0; i < count; ++i) {
    JointFactor& factor = row.factors.emplace_back();
    factor.effect_allele = upper(effects[i]);
    if (!sites::is_bases(factor.effect_allele)) return std::nullopt;
    if (!others.empty() && !others[i].empty()) {
      factor.other_allele = upper(others[i]);
      if (!sites::is_bases(*factor.other_allele) || *factor.other_allele == factor.effect_allele) return std::nullopt;
    } else if (factor.effect_allele.size() > 1) {
      return std::nullopt;
    }
    if (by_id) {
      factor.id = ids[i];
      if (factor.id.empty()) return std::nullopt;
      continue;
    }
    const std::string_view contig = contigs[contigs.size() == 1 ? 0 : i];
    const auto position = parse_integer(positions[i]);
    if (contig.empty() || !position || *position < 1 || *position > largest_position) return std::nullopt;
    factor.contig = sites::canonical_contig(contig);
    factor.position = Position{*position};
  }
  return row;
}

}  // namespace varisk::scoring
