#include "agreement.hpp"

namespace varisk::evaluation {

double ClassTable::row(std::size_t index) const {
  double sum = 0;
  for (std::size_t j = 0; j < classes; ++j) sum += cell(index, j);
  return sum;
}

double ClassTable::column(std::size_t index) const {
  double sum = 0;
  for (std::size_t i = 0; i < classes; ++i) sum += cell(i, index);
  return sum;
}

double ClassTable::total() const {
  double sum = 0;
  for (const double count : cells) sum += count;
  return sum;
}

std::optional<double> kappa(const ClassTable& table, bool quadratic) {
  double found = 0;
  double by_chance = 0;
  const double total = table.total();
  for (std::size_t i = 0; i < table.classes; ++i) {
    for (std::size_t j = 0; j < table.classes; ++j) {
      const double apart = static_cast<double>(i) - static_cast<double>(j);
      const double disagreement = quadratic ? apart * apart : (i == j ? 0 : 1);
      found += disagreement * table.cell(i, j);
      by_chance += disagreement * table.row(i) * table.column(j) / total;
    }
  }
  if (by_chance == 0) return std::nullopt;
  return 1 - found / by_chance;
}

double macro_f1(const ClassTable& table) {
  double sum = 0;
  double classes = 0;
  for (std::size_t k = 0; k < table.classes; ++k) {
    const double all = table.row(k) + table.column(k);
    if (all == 0) continue;
    sum += 2 * table.cell(k, k) / all;
    ++classes;
  }
  return sum / classes;
}

}  // namespace varisk::evaluation
