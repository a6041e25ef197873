/// \file
/// Writes the pages that test_pages.py opens: sample_pages FOLDER.

#include <cstdio>
#include <fstream>
#include <string>

#include "sample_results.hpp"

namespace {

void write(const std::string& path, const varisk::report::Page& page) {
  std::ofstream file(path, std::ios::binary);
  file << varisk::report::write_page(page);
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

}  // namespace

int main(int count, char** arguments) {
  using namespace varisk::report;
  if (count != 2) return 2;
  const std::string folder = std::string(arguments[1]) + "/";
  write(folder + "card.html", training_card_page(sample::binomial_card()));
  write(folder + "card_multinomial.html", training_card_page(sample::multinomial_card()));
  write(folder + "card_gaussian.html", training_card_page(sample::gaussian_card()));
  write(folder + "evaluation.html", evaluation_report_page(sample::evaluation_report()));
  return 0;
}
