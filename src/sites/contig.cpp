#include "varisk/sites/contig.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace varisk::sites {
namespace {

struct ChromosomeLengths {
  std::string_view name;
  std::int64_t grch37;
  std::int64_t grch38;
};

constexpr std::array<ChromosomeLengths, 24> chromosome_lengths = {{
    {"1", 249250621, 248956422},  {"2", 243199373, 242193529},  {"3", 198022430, 198295559},
    {"4", 191154276, 190214555},  {"5", 180915260, 181538259},  {"6", 171115067, 170805979},
    {"7", 159138663, 159345973},  {"8", 146364022, 145138636},  {"9", 141213431, 138394717},
    {"10", 135534747, 133797422}, {"11", 135006516, 135086622}, {"12", 133851895, 133275309},
    {"13", 115169878, 114364328}, {"14", 107349540, 107043718}, {"15", 102531392, 101991189},
    {"16", 90354753, 90338345},   {"17", 81195210, 83257441},   {"18", 78077248, 80373285},
    {"19", 59128983, 58617616},   {"20", 63025520, 64444167},   {"21", 48129895, 46709983},
    {"22", 51304566, 50818468},   {"X", 155270560, 156040895},  {"Y", 59373566, 57227415},
}};

struct Region {
  std::int64_t first;
  std::int64_t last;
};

/// Pseudo-autosomal regions PAR1 and PAR2, 1-based, from the GRC's assembly pages.
constexpr std::array<Region, 2> par_x37 = {{{60001, 2699520}, {154931044, 155260560}}};
constexpr std::array<Region, 2> par_y37 = {{{10001, 2649520}, {59034050, 59363566}}};
constexpr std::array<Region, 2> par_x38 = {{{10001, 2781479}, {155701383, 156030895}}};
constexpr std::array<Region, 2> par_y38 = {{{10001, 2781479}, {56887903, 57217415}}};

bool inside(const std::array<Region, 2>& regions, Position position) {
  return std::any_of(regions.begin(), regions.end(), [&](const Region& region) {
    return region.first <= position.value && position.value <= region.last;
  });
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

}  // namespace

std::string canonical_contig(std::string_view name) {
  if (name.size() > 3 && lower(name.substr(0, 3)) == "chr") name.remove_prefix(3);
  if (name == "M" || name == "26" || name == "m" || name == "mt" || name == "Mt") return "MT";
  if (name == "23" || name == "x" || is_pseudo_autosomal_name(name)) return "X";
  if (name == "24" || name == "y") return "Y";
  // "01" is how some scoring tables write chromosome 1.
  if (name.size() == 2 && name[0] == '0' && name[1] >= '1' && name[1] <= '9') name.remove_prefix(1);
  return std::string(name);
}

bool is_pseudo_autosomal_name(std::string_view name) {
  if (name.size() > 3 && lower(name.substr(0, 3)) == "chr") name.remove_prefix(3);
  return name == "25" || name == "XY" || name == "PAR1" || name == "PAR2";
}

ContigKind contig_kind(std::string_view canonical_name) {
  if (canonical_name == "X") return ContigKind::x;
  if (canonical_name == "Y") return ContigKind::y;
  if (canonical_name == "MT") return ContigKind::mitochondrial;
  return ContigKind::other;
}

std::string_view to_string(GenomeBuild build) {
  switch (build) {
    case GenomeBuild::ncbi36: return "NCBI36";
    case GenomeBuild::grch37: return "GRCh37";
    case GenomeBuild::grch38: return "GRCh38";
    case GenomeBuild::unknown: break;
  }
  return "unknown";
}

GenomeBuild build_from_name(std::string_view name) {
  const std::string text = lower(name);
  if (text.starts_with("grch37") || text == "hg19" || text == "b37" || text == "37") return GenomeBuild::grch37;
  if (text.starts_with("grch38") || text == "hg38" || text == "b38" || text == "38") return GenomeBuild::grch38;
  if (text.starts_with("ncbi36") || text == "hg18" || text == "b36" || text == "36") return GenomeBuild::ncbi36;
  return GenomeBuild::unknown;
}

GenomeBuild build_from_lengths(std::span<const ContigLength> contigs) {
  bool is37 = false;
  bool is38 = false;
  for (const ContigLength& contig : contigs) {
    const std::string name = canonical_contig(contig.name);
    for (const ChromosomeLengths& known : chromosome_lengths) {
      if (known.name != name) continue;
      is37 = is37 || known.grch37 == contig.length;
      is38 = is38 || known.grch38 == contig.length;
    }
  }
  if (is37 == is38) return GenomeBuild::unknown;
  return is37 ? GenomeBuild::grch37 : GenomeBuild::grch38;
}

bool is_hemizygous_in_males(GenomeBuild build, ContigKind contig, Position position) {
  if (contig != ContigKind::x && contig != ContigKind::y) return false;
  const bool x = contig == ContigKind::x;
  const bool par37 = inside(x ? par_x37 : par_y37, position);
  const bool par38 = inside(x ? par_x38 : par_y38, position);
  switch (build) {
    case GenomeBuild::grch37: return !par37;
    case GenomeBuild::grch38: return !par38;
    case GenomeBuild::ncbi36:
    case GenomeBuild::unknown: break;
  }
  return !par37 && !par38;
}

}  // namespace varisk::sites
