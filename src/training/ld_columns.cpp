#include "ld_columns.hpp"

namespace varisk::training {

LdColumn::LdColumn(const SelectionRows& rows, std::size_t column, bool as_codes) {
  const bool calls = rows.design().place(column).kind == ColumnKind::genotype;
  if (calls && !as_codes) {
    set_bits(rows, column);
    return;
  }
  if (calls) {
    set_call_codes(rows, column);
  } else {
    set_dosage_codes(rows, column);
  }
  if (missing_rows_.empty()) return;
  is_missing_.resize(rows.rows().size());
  for (const std::uint32_t row : missing_rows_) is_missing_[row] = true;
}

void LdColumn::set_bits(const SelectionRows& rows, std::size_t column) {
  const std::uint8_t* const packed = rows.design().packed(column);
  words_ = rows.bits().words();
  bits_.resize(3 * words_);
  rows.kernels().split(packed, rows.bits().data(), words_, bits_.data());
  const CallCounts calls = rows.kernels().count(packed, rows.bits().data(), words_);
  const std::uint64_t present = rows.rows().size() - calls.missing;
  const std::uint64_t none = present - calls.one - calls.two;
  moments_ = {static_cast<double>(present), static_cast<double>(calls.two) - static_cast<double>(none),
              static_cast<double>(calls.two + none)};
}

template <typename Code>
void LdColumn::add_code(std::vector<Code>& codes, std::uint32_t code, bool missing) {
  if (missing) {
    missing_rows_.push_back(static_cast<std::uint32_t>(codes.size()));
    codes.push_back(0);
    return;
  }
  codes.push_back(static_cast<Code>(code));
  const double value = code;
  moments_.present += 1;
  moments_.sum += value;
  moments_.squares += value * value;
}

void LdColumn::set_call_codes(const SelectionRows& rows, std::size_t column) {
  const std::uint8_t* const packed = rows.design().packed(column);
  bytes_.reserve(rows.rows().size());
  for (const std::uint32_t row : rows.rows()) {
    const unsigned code = (static_cast<unsigned>(packed[row / 4]) >> (2 * (row % 4))) & 3U;
    add_code(bytes_, code, code == missing_call);
  }
}

void LdColumn::set_dosage_codes(const SelectionRows& rows, std::size_t column) {
  const ColumnPlace& place = rows.design().place(column);
  const DosageMatrix& matrix = rows.design().dosages(place.source);
  const bool eight = matrix.bits() == DosageBits::eight;
  if (eight) {
    bytes_.reserve(rows.rows().size());
  } else {
    shorts_.reserve(rows.rows().size());
  }
  each_code(matrix, place.index, rows.rows(), [&](std::uint32_t code) {
    const bool missing = code == matrix.missing_code();
    if (eight) {
      add_code(bytes_, code, missing);
    } else {
      add_code(shorts_, code, missing);
    }
  });
}

CallBits LdColumn::bits() const noexcept { return {bits_.data(), bits_.data() + words_, bits_.data() + 2 * words_}; }

bool LdColumn::complete(const SelectionRows& rows) const noexcept {
  return moments_.present == static_cast<double>(rows.rows().size());
}

double LdColumn::sum_at(const std::vector<std::uint32_t>& places) const {
  std::uint64_t sum = 0;
  for (const std::uint32_t place : places)
    sum += shorts_.empty() ? std::uint32_t{bytes_[place]} : std::uint32_t{shorts_[place]};
  return static_cast<double>(sum);
}

PairSums LdColumn::pair_of_bits(const LdColumn& first, const LdColumn& second, const SelectionRows& rows) {
  const SelectionKernels& kernels = rows.kernels();
  if (!first.complete(rows) || !second.complete(rows)) return kernels.pair(first.bits(), second.bits(), first.words_);
  PairSums sums;
  sums.product = kernels.product(first.bits(), second.bits(), first.words_);
  return sums;
}

PairSums LdColumn::pair_of_codes(const LdColumn& first, const LdColumn& second, const SelectionRows& rows) {
  const SelectionKernels& kernels = rows.kernels();
  const std::size_t count = rows.rows().size();
  std::uint64_t product = 0;
  if (first.shorts_.empty() && second.shorts_.empty()) {
    product = kernels.dot_8_8(first.bytes_.data(), second.bytes_.data(), count);
  } else if (!first.shorts_.empty() && !second.shorts_.empty()) {
    product = kernels.dot_16_16(first.shorts_.data(), second.shorts_.data(), count);
  } else {
    const LdColumn& eight = first.shorts_.empty() ? first : second;
    const LdColumn& sixteen = first.shorts_.empty() ? second : first;
    product = kernels.dot_8_16(eight.bytes_.data(), sixteen.shorts_.data(), count);
  }
  PairSums sums;
  sums.product = static_cast<std::int64_t>(product);
  sums.first_without_second = static_cast<std::int64_t>(first.sum_at(second.missing_rows_));
  sums.second_without_first = static_cast<std::int64_t>(second.sum_at(first.missing_rows_));
  if (!second.is_missing_.empty()) {
    for (const std::uint32_t row : first.missing_rows_) sums.both_missing += second.is_missing_[row] ? 1 : 0;
  }
  return sums;
}

double LdColumn::r2(const LdColumn& first, const LdColumn& second, const SelectionRows& rows) {
  const PairSums sums = first.words_ > 0 ? pair_of_bits(first, second, rows) : pair_of_codes(first, second, rows);
  const Moments& a = first.moments_;
  const Moments& b = second.moments_;
  const double first_sum = a.sum - static_cast<double>(sums.first_without_second);
  const double second_sum = b.sum - static_cast<double>(sums.second_without_first);
  const double both =
      a.present + b.present + static_cast<double>(sums.both_missing) - static_cast<double>(rows.rows().size());
  // Σ (x − mean) (y − mean) over the rows that have both, × a.present × b.present
  const double covariance = static_cast<double>(sums.product) * a.present * b.present - b.sum * a.present * first_sum -
                            a.sum * b.present * second_sum + both * a.sum * b.sum;
  return covariance / (a.variance() * a.present) * (covariance / (b.variance() * b.present));
}

}  // namespace varisk::training
