#include "varisk/genotypes/dosage_kernel.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include "call_text.hpp"
#include "kernel_levels.hpp"
#include "varisk/genotypes/tab_kernel.hpp"

namespace varisk::genotypes {
namespace {

std::vector<std::uint32_t> tabs_of(std::string_view text) {
  std::vector<std::uint32_t> tabs;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\t') tabs.push_back(static_cast<std::uint32_t>(i));
  }
  return tabs;
}

TEST(TabKernel, AllLevelsFindEachTab) {
  std::mt19937 random(81);
  for (std::size_t size = 0; size <= 300; ++size) {
    for (const unsigned one_in : {1U, 2U, 4U, 14U, 1000U}) {
      std::string text;
      for (std::size_t i = 0; i < size; ++i) text += random() % one_in == 0 ? '\t' : static_cast<char>(random());
      const auto wanted = tabs_of(text);
      const auto exact = test::exact_copy(text);
      for (const SimdLevel level : test::levels()) {
        std::vector<std::uint32_t> found(wanted.size() + tab_slack);
        found.resize(tab_kernel(level)(exact.get(), size, found.data()));
        ASSERT_EQ(found, wanted) << static_cast<int>(level) << ' ' << size;
      }
    }
  }
}

/// What a column is worth by the parsers of the general path; nothing if it is not of the usual form.
std::optional<double> expected(std::string_view column, const TextDosages& from) {
  if (from.has_gt) {
    const auto bit = [&](std::size_t i) { return column[i] == '0' || column[i] == '1'; };
    if (column.size() < 5 || !bit(0) || !bit(2) || column[3] != ':') return std::nullopt;
    if (column[1] != '|' && column[1] != '/') return std::nullopt;
    column.remove_prefix(4);
  }
  const std::string_view field = column.substr(0, column.find(':'));
  const bool usual = field.size() == 1 || (field.size() >= 3 && field.size() <= 8 && field[1] == '.');
  if (!usual || field.find_first_not_of("0123456789.") != field.npos || field[0] == '.' ||
      field.find('.', 2) != field.npos) {
    return std::nullopt;
  }
  const auto dosage = parse_dosage(field);
  if (!dosage || *dosage > 2) return std::nullopt;
  return from.of_ref ? 2 - *dosage : *dosage;
}

void expect_all_levels(const std::vector<std::string>& columns, bool has_gt, bool of_ref) {
  std::string text;
  std::vector<std::uint32_t> ends = {static_cast<std::uint32_t>(-1)};
  for (const std::string& column : columns) {
    text += column;
    ends.push_back(static_cast<std::uint32_t>(text.size()));
    text += '\t';
  }
  text.append(dosage_reach, ':');
  const auto exact = test::exact_copy(text);
  const TextDosages from{exact.get(), ends.data() + 1, columns.size(), has_gt, of_ref};
  for (const SimdLevel level : test::levels()) {
    std::vector<double> dosages(columns.size());
    std::vector<std::uint32_t> irregular(columns.size());
    irregular.resize(dosage_kernels(level).read_text(from, dosages.data(), irregular.data()));
    std::size_t next = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto wanted = expected(columns[i], from);
      const bool is_irregular = next < irregular.size() && irregular[next] == i;
      next += is_irregular ? 1 : 0;
      ASSERT_EQ(is_irregular, !wanted) << static_cast<int>(level) << " '" << columns[i] << "'";
      if (wanted) {
        ASSERT_EQ(dosages[i], *wanted) << static_cast<int>(level) << " '" << columns[i] << "'";
      }
    }
    ASSERT_EQ(next, irregular.size());
  }
}

std::string random_column(std::mt19937& random, bool has_gt) {
  std::string column;
  if (has_gt) column = fmt::format("{}{}{}:", random() % 2, random() % 2 == 0 ? '|' : '/', random() % 2);
  const double dosage = static_cast<double>(random() % 2000001) / 1e6;
  column += random() % 3 == 0 ? std::to_string(random() % 3) : fmt::format("{:.{}f}", dosage, 1 + random() % 6);
  if (random() % 2 == 0) column += ":0.1,0.9,0";
  return column;
}

std::vector<std::string> random_columns(std::mt19937& random, std::size_t count, bool has_gt) {
  std::vector<std::string> columns;
  for (std::size_t i = 0; i < count; ++i) columns.push_back(random_column(random, has_gt));
  return columns;
}

TEST(TextDosageKernel, AllLevelsReadUsualColumns) {
  std::mt19937 random(82);
  for (std::size_t count = 0; count <= 40; ++count) {
    for (int round = 0; round < 40; ++round) {
      const bool has_gt = random() % 2 == 0;
      expect_all_levels(random_columns(random, count, has_gt), has_gt, random() % 2 == 0);
    }
  }
}

TEST(TextDosageKernel, AllLevelsJudgeUnusualColumnsAlike) {
  const std::vector<std::string> numbers = {
      "",     ".",  "0",   "2",        "3",        "2.0",   "2.000001",      "2.0000001",
      "1.",   ".5", "-1",  "+1",       "0..5",     "0.5.5", "0.123456",      "0.1234567",
      "00.5", "10", "1e0", "1,1",      "1 ",       "0,5",   "0.12345678901", "1.2e-05",
      "0.5:", ":",  "1:x", "0.25:1,2", "0.123456:"};
  const std::vector<std::string> calls = {
      "0|1:", "1/1:", "0/2:", "./.:", "0|1", "0:", "0\\1:", "1|0|1:", "", "0|1;", "/0/1:"};
  for (const std::string& number : numbers) {
    std::vector<std::string> columns(17, "1.5");
    for (std::size_t at = 0; at < columns.size(); ++at) {
      std::vector<std::string> changed = columns;
      changed[at] = number;
      expect_all_levels(changed, false, false);
    }
    for (const std::string& call : calls) {
      expect_all_levels({"0|0:1", call + number, "1|1:0.5", "0|0:0", "0|0:1", "0|0:1", call + number, "0|0:1", "0|0:1"},
                        true, true);
    }
  }
}

TEST(TextDosageKernel, EveryByteAtEveryPlaceIsJudgedAlike) {
  std::mt19937 random(83);
  for (const bool has_gt : {false, true}) {
    for (const std::string good : {"0|1:0.125", "1/0:1:0,1,0", "0/0:0.123456:1,0,0", "1|1:1.99"}) {
      const std::string column = has_gt ? good : good.substr(4);
      for (std::size_t at = 0; at < column.size(); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
          if (byte == '\t') continue;
          auto columns = random_columns(random, 19, has_gt);
          std::string& changed = columns[random() % columns.size()];
          changed = column;
          changed[at] = static_cast<char>(byte);
          expect_all_levels(columns, has_gt, random() % 2 == 0);
        }
      }
    }
  }
}

TEST(TextDosageKernel, AllMillionthsAreThoseOfTheGeneralParser) {
  std::vector<std::string> columns;
  for (int i = 0; i <= 2000000; i += 7) {
    columns.push_back(fmt::format("{}.{:06}", i / 1000000, i % 1000000));
    if (columns.size() == 1000) {
      expect_all_levels(columns, false, i % 2 == 0);
      columns.clear();
    }
  }
}

TEST(DosageSum, AllLevelsAddWholeBillionths) {
  std::mt19937 random(84);
  for (std::size_t count = 0; count <= 70; ++count) {
    std::vector<double> dosages(count);
    for (double& dosage : dosages) {
      dosage =
          random() % 2 == 0 ? static_cast<double>(random() % 2000001) / 1e6 : static_cast<double>(random()) * 0x1p-31;
      if (random() % 8 == 0) dosage = (static_cast<double>(random() % 2000000000) + 0.5) / 1e9;
    }
    std::int64_t wanted = 0;
    for (const double dosage : dosages) wanted += std::llrint(dosage * 1e9);
    for (const SimdLevel level : test::levels()) ASSERT_EQ(dosage_kernels(level).sum(dosages.data(), count), wanted);
  }
}

/// From bytes that are not aligned.
void expect_bcf(const std::vector<float>& values, bool of_ref) {
  std::string bytes(1 + values.size() * sizeof(float), '\0');
  if (!values.empty()) std::memcpy(bytes.data() + 1, values.data(), values.size() * sizeof(float));
  const auto exact = test::exact_copy(bytes);
  const bool wanted = std::all_of(values.begin(), values.end(), [](float value) { return value >= 0 && value <= 2; });
  for (const SimdLevel level : test::levels()) {
    std::vector<double> dosages(values.size());
    ASSERT_EQ(dosage_kernels(level).read_bcf(exact.get() + 1, values.size(), of_ref, dosages.data()), wanted);
    for (std::size_t i = 0; wanted && i < values.size(); ++i) {
      const double dosage = exact_dosage(values[i]);
      ASSERT_EQ(dosages[i], of_ref ? 2 - dosage : dosage) << static_cast<int>(level) << ' ' << values[i];
    }
  }
}

TEST(BcfDosageKernel, AllLevelsRecoverTheDecimals) {
  std::mt19937 random(85);
  for (int round = 0; round < 3000; ++round) {
    std::vector<float> values(random() % 40);
    for (float& value : values) {
      const auto millionths = static_cast<double>(random() % 2000001);
      value = static_cast<float>(random() % 3 == 0 ? static_cast<double>(random()) * 0x1p-31 : millionths / 1e6);
    }
    expect_bcf(values, random() % 2 == 0);
  }
}

TEST(BcfDosageKernel, WhatIsNoDosageIsSeenAtEveryPlace) {
  const auto missing = [](std::uint32_t bits) {
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  };
  for (const float wrong : {-0.5F, 2.001F, std::nextafter(2.0F, 3.0F), missing(0x7F800001), missing(0x7F800002),
                            std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    for (std::size_t at = 0; at < 21; ++at) {
      std::vector<float> values(21, 0.5F);
      values[at] = wrong;
      expect_bcf(values, false);
    }
  }
  expect_bcf({0.0F, -0.0F, 2.0F, 1e-30F, 1e-7F}, true);
}

}  // namespace
}  // namespace varisk::genotypes
