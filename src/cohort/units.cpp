#include "varisk/cohort/units.hpp"

#include <algorithm>
#include <array>

namespace varisk::cohort {
namespace {

/// mg/dL in one mmol/L: molar mass in g/mol ÷ 10. Glucose C6H12O6 180.156, cholesterol C27H46O 386.65. Triglycerides
/// are a mixture; 88.57 is the conventional factor (1 / 0.01129; AHRQ Evidence Synthesis 47, appendix 2).
constexpr double glucose_mg_dl = 18.0156;
constexpr double cholesterol_mg_dl = 38.665;
constexpr double triglycerides_mg_dl = 88.57;

enum class Quantity : std::uint8_t { mass, length, time };

struct Unit {
  std::string_view name;
  Quantity quantity;
  double in_base_units;
};

/// Pound and inch are exact since the international agreement of 1959.
constexpr std::array<Unit, 7> units = {{
    {"kg", Quantity::mass, 1},
    {"lb", Quantity::mass, 0.45359237},
    {"cm", Quantity::length, 1},
    {"in", Quantity::length, 2.54},
    {"m", Quantity::length, 100},
    {"months", Quantity::time, 1},
    {"years", Quantity::time, 12},
}};

const Unit* find_unit(std::string_view name) {
  const auto* const found =
      std::find_if(units.begin(), units.end(), [&](const Unit& unit) { return unit.name == name; });
  return found == units.end() ? nullptr : found;
}

double mg_dl_per_mmol_l(Analyte analyte) {
  switch (analyte) {
    case Analyte::glucose: return glucose_mg_dl;
    case Analyte::cholesterol: return cholesterol_mg_dl;
    case Analyte::triglycerides: break;
  }
  return triglycerides_mg_dl;
}

}  // namespace

std::optional<Analyte> parse_analyte(std::string_view name) noexcept {
  if (name == "glucose") return Analyte::glucose;
  if (name == "cholesterol") return Analyte::cholesterol;
  if (name == "triglycerides") return Analyte::triglycerides;
  return std::nullopt;
}

std::optional<UnitConversion> unit_conversion(std::string_view from, std::string_view to,
                                              std::optional<Analyte> analyte) noexcept {
  if (from == to) return UnitConversion{};
  if (analyte && from == "mmol/L" && to == "mg/dL") return UnitConversion{mg_dl_per_mmol_l(*analyte), 1};
  if (analyte && from == "mg/dL" && to == "mmol/L") return UnitConversion{1, mg_dl_per_mmol_l(*analyte)};
  const Unit* const given = find_unit(from);
  const Unit* const wanted = find_unit(to);
  if (given == nullptr || wanted == nullptr || given->quantity != wanted->quantity) return std::nullopt;
  return UnitConversion{given->in_base_units, wanted->in_base_units};
}

}  // namespace varisk::cohort
