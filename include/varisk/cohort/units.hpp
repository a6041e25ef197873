#pragma once
/// \file
/// Conversion between units of covariates.

#include <cstdint>
#include <optional>
#include <string_view>

namespace varisk::cohort {

/// What a concentration is of: mass and amount of substance are related by its molar mass.
enum class Analyte : std::uint8_t { glucose, cholesterol, triglycerides };

[[nodiscard]] std::optional<Analyte> parse_analyte(std::string_view name) noexcept;

/// value × multiply ÷ divide. Two numbers, so that e.g. 30 months are exactly 2.5 years.
struct UnitConversion {
  double multiply = 1;
  double divide = 1;
  [[nodiscard]] double operator()(double value) const noexcept { return value * multiply / divide; }
};

/// From one unit to another one: mg/dL and mmol/L (of an analyte), lb and kg, in, cm and m, years and months. The same
/// text is always the same unit. Nothing for any other pair, and for a concentration of an unknown analyte.
[[nodiscard]] std::optional<UnitConversion> unit_conversion(std::string_view from, std::string_view to,
                                                            std::optional<Analyte> analyte) noexcept;

}  // namespace varisk::cohort
