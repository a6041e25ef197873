// A made-up cohort: a VCF on standard output and a scoring file for it. The same arguments give the same bytes.
//
// Founders carry an allele as a stretch of a list of all founders, and the list changes slowly from site to site: so
// the alleles of neighbouring sites are nested or disjoint, as in a genealogy. Each haplotype copies one founder and
// now and then goes on with another one.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <numbers>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

enum class Fields : std::uint8_t { gt, ds };

struct Options {
  std::uint32_t samples = 100;
  std::uint32_t variants = 1000;
  std::uint64_t seed = 1;
  Fields fields = Fields::gt;
  std::string contig = "chr1";
  std::string score;  ///< path of the scoring file; empty: none
  double fraction = 0.5;
  std::uint32_t scores = 1;
};

constexpr std::uint32_t founders = 400;
constexpr std::int64_t contig_length = 248'956'422;  ///< chromosome 1 of GRCh38
constexpr double switches_per_haplotype = 0.004;     ///< at each site
constexpr double calls_per_missing = 4096;
constexpr double effect_is_alt = 0.7;

/// The distributions of the standard library differ between libraries; these do not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : bits_(seed) {}

  /// In [0, 1).
  double uniform() { return static_cast<double>(bits_() >> 11U) * 0x1p-53; }
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(((bits_() >> 32U) * std::uint64_t{limit}) >> 32U);
  }
  /// A count whose mean is `mean`: its whole part, and one more as often as the rest says.
  std::uint32_t around(double mean) { return static_cast<std::uint32_t>(mean + uniform()); }
  /// Box and Muller.
  double normal() { return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(2 * std::numbers::pi * uniform()); }

 private:
  std::mt19937_64 bits_;
};

struct AllelePair {
  char ref;
  char alt;
};

/// Two transitions for each transversion and 41% G and C, as in the human genome: about one site in six is palindromic.
AllelePair draw_alleles(Random& random) {
  static constexpr std::string_view bases = "AGTC";  // the transition partner of base i is base i ^ 1
  const bool strong = random.uniform() < 0.41;
  const std::uint32_t side = random.below(2);
  const std::uint32_t ref = strong ? 1 + 2 * side : 2 * side;  // G or C; A or T
  if (random.uniform() < 0.67) return {bases[ref], bases[ref ^ 1U]};
  return {bases[ref], bases[(ref ^ 2U) ^ random.below(2)]};
}

/// Most variants are rare.
double draw_frequency(Random& random) { return std::max(0.002, 0.5 * std::pow(random.uniform(), 2.5)); }

/// The haplotypes of all samples, two in a row for each, at one site after the other.
class Haplotypes {
 public:
  Haplotypes(std::uint32_t samples, Random& random) : random_(random), copied_(2 * samples), order_(founders) {
    for (std::uint32_t& founder : copied_) founder = random.below(founders);
    std::iota(order_.begin(), order_.end(), 0U);
    for (std::uint32_t i = founders - 1; i > 0; --i) std::swap(order_[i], order_[random.below(i + 1)]);
    carrier_.resize(founders);
    allele_.resize(copied_.size());
  }

  const std::vector<std::uint8_t>& next_site() {
    const auto count = static_cast<std::uint32_t>(copied_.size());
    for (std::uint32_t n = random_.around(count * switches_per_haplotype); n > 0; --n) {
      copied_[random_.below(count)] = random_.below(founders);
    }
    std::swap(order_[random_.below(founders)], order_[random_.below(founders)]);
    std::fill(carrier_.begin(), carrier_.end(), std::uint8_t{0});
    const std::uint32_t first = random_.below(founders);
    const std::uint32_t carriers = std::max(1U, random_.around(draw_frequency(random_) * founders));
    for (std::uint32_t i = 0; i < carriers; ++i) carrier_[order_[(first + i) % founders]] = 1;
    std::transform(copied_.begin(), copied_.end(), allele_.begin(),
                   [this](std::uint32_t founder) { return carrier_[founder]; });
    return allele_;
  }

 private:
  Random& random_;
  std::vector<std::uint32_t> copied_;  ///< founder of each haplotype
  std::vector<std::uint32_t> order_;
  std::vector<std::uint8_t> carrier_;  ///< of each founder
  std::vector<std::uint8_t> allele_;   ///< of each haplotype
};

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

void write(std::FILE* to, std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), to) != text.size()) throw std::runtime_error("cannot write");
}

std::string vcf_header(const Options& options) {
  std::string text = fmt::format(
      "##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n"
      "##contig=<ID={},length={}>\n##INFO=<ID=AF,Number=A,Type=Float,Description=\"Allele "
      "frequency\">\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n",
      options.contig, contig_length);
  if (options.fields == Fields::ds) {
    text +=
        "##FORMAT=<ID=DS,Number=A,Type=Float,Description=\"Dosage of the alternate allele\">\n"
        "##FORMAT=<ID=GP,Number=G,Type=Float,Description=\"Genotype probabilities\">\n";
  }
  text += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT";
  for (std::uint32_t i = 0; i < options.samples; ++i) text += fmt::format("\tS{:06}", i);
  return text + "\n";
}

std::string score_header(const Options& options) {
  std::string text =
      "#pgs_name=made up\n#genome_build=GRCh38\nrsID\tchr_name\tchr_position\teffect_allele\tother_allele";
  if (options.scores == 1) return text + "\teffect_weight\n";
  for (std::uint32_t i = 0; i < options.scores; ++i) text += fmt::format("\tscore{:03}", i);
  return text + "\n";
}

void append_calls(std::string& line, const std::vector<std::uint8_t>& alleles) {
  for (std::size_t i = 0; i < alleles.size(); i += 2) {
    const char call[] = {'\t', static_cast<char>('0' + alleles[i]), '|', static_cast<char>('0' + alleles[i + 1])};
    line.append(call, sizeof call);
  }
}

/// GT:DS:GP as an imputation server writes it: most calls are certain, the others have a dosage near their genotype.
void append_dosages(std::string& line, const std::vector<std::uint8_t>& alleles, Random& random) {
  for (std::size_t i = 0; i < alleles.size(); i += 2) {
    const int copies = alleles[i] + alleles[i + 1];
    const bool certain = random.uniform() < 0.7;
    const double dosage = std::clamp(copies + (certain ? 0 : 0.05 * random.normal()), 0.0, 2.0);
    const double one = dosage > 1 ? 2 - dosage : dosage;
    const double two = dosage > 1 ? dosage - 1 : 0;
    fmt::format_to(std::back_inserter(line), "\t{}|{}:{:.3g}:{:.3g},{:.3g},{:.3g}", alleles[i], alleles[i + 1], dosage,
                   std::max(0.0, 1 - one - two), one, two);
  }
}

/// Calls of fixed width only: GT.
void set_some_missing(std::string& line, std::uint32_t samples, Random& random) {
  const std::size_t start = line.size() - std::size_t{4} * samples;
  for (std::uint32_t n = random.around(samples / calls_per_missing); n > 0; --n) {
    line.replace(start + std::size_t{4} * random.below(samples), 4, "\t./.");
  }
}

void make_cohort(const Options& options) {
  Random random(options.seed);
  Random score_random(options.seed ^ 0x5c0e'f11eU);  // so that the VCF does not depend on the scores
  Haplotypes haplotypes(options.samples, random);
  File score;
  if (!options.score.empty()) {
    score.reset(std::fopen(options.score.c_str(), "w"));
    if (!score) throw std::runtime_error("cannot write " + options.score);
    write(score.get(), score_header(options));
  }
  write(stdout, vcf_header(options));
  const auto spacing = static_cast<std::uint32_t>((contig_length - 20'000) / options.variants);
  const std::string_view bare_contig =
      std::string_view(options.contig).substr(options.contig.starts_with("chr") ? 3 : 0);
  std::string line;
  for (std::uint32_t site = 0; site < options.variants; ++site) {
    const std::int64_t position = 10'000 + std::int64_t{site} * spacing + random.below(spacing);
    const AllelePair pair = draw_alleles(random);
    const auto& alleles = haplotypes.next_site();
    const auto carriers = std::accumulate(alleles.begin(), alleles.end(), std::uint64_t{0});
    line = fmt::format("{}\t{}\trs{}\t{}\t{}\t.\tPASS\tAF={:.5f}\t{}", options.contig, position, 1'000'000 + site,
                       pair.ref, pair.alt, static_cast<double>(carriers) / static_cast<double>(alleles.size()),
                       options.fields == Fields::gt ? "GT" : "GT:DS:GP");
    if (options.fields == Fields::gt) {
      append_calls(line, alleles);
      set_some_missing(line, options.samples, random);
    } else {
      append_dosages(line, alleles, random);
    }
    line += '\n';
    write(stdout, line);
    if (!score || score_random.uniform() >= options.fraction) continue;
    const bool alt = score_random.uniform() < effect_is_alt;
    line = fmt::format("rs{}\t{}\t{}\t{}\t{}", 1'000'000 + site, bare_contig, position, alt ? pair.alt : pair.ref,
                       alt ? pair.ref : pair.alt);
    for (std::uint32_t i = 0; i < options.scores; ++i) line += fmt::format("\t{:.6f}", 0.01 * score_random.normal());
    line += '\n';
    write(score.get(), line);
  }
  if (std::fflush(stdout) != 0) throw std::runtime_error("cannot write");
  if (score && std::fclose(score.release()) != 0) throw std::runtime_error("cannot write " + options.score);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("a made-up cohort as VCF on standard output, and a scoring file for it", "make_cohort");
  app.add_option("--samples", options.samples, "samples [100]")->check(CLI::Range(1U, 10'000'000U));
  app.add_option("--variants", options.variants, "sites [1000]")->check(CLI::Range(1U, 20'000'000U));
  app.add_option("--seed", options.seed, "the same seed gives the same cohort [1]");
  app.add_option("--fields", options.fields, "gt, or ds for GT:DS:GP [gt]")
      ->transform(
          CLI::CheckedTransformer(std::vector<std::pair<std::string, Fields>>{{"gt", Fields::gt}, {"ds", Fields::ds}}));
  app.add_option("--contig", options.contig, "name of the contig [chr1]");
  app.add_option("--score", options.score, "scoring file to write");
  app.add_option("--fraction", options.fraction, "of the sites that the scoring file has [0.5]")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--scores", options.scores, "scores in it; more than one gives a wide file [1]")
      ->check(CLI::Range(1U, 100'000U));
  CLI11_PARSE(app, argc, argv);
  try {
    make_cohort(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_cohort: error: %s\n", error.what());
    return 1;
  }
}
