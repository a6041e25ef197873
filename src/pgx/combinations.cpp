// Research mode: strands that no single allele explains.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>
#include <tuple>

#include "strands.hpp"

namespace varisk::pgx {
namespace {

constexpr std::size_t most_blocks = 12;
constexpr int partial_cost = 3;

/// What may be on one strand.
struct Candidate {
  Strand strand;
  int cost = 0;
  bool off_reference = false;  ///< no allele fits at all: sorts as if the reference's name came first
};

struct Sorting {
  const std::string* reference;
  [[nodiscard]] Strand key(const Candidate& candidate) const {
    Strand strand = candidate.strand;
    if (candidate.off_reference) strand.parts.insert(strand.parts.begin(), *reference);
    return strand;
  }
  [[nodiscard]] bool operator()(const Candidate& a, const Candidate& b) const {
    const std::size_t size_a = a.strand.parts.size();
    const std::size_t size_b = b.strand.parts.size();
    if (size_a != size_b) return size_a < size_b;
    const Strand key_a = key(a);
    const Strand key_b = key(b);
    return std::lexicographical_compare(key_a.parts.begin(), key_a.parts.end(), key_b.parts.begin(), key_b.parts.end(),
                                        natural_less);
  }
};

class StrandExplainer {
 public:
  StrandExplainer(const Gene& gene, const GeneSample& sample) : gene_(&gene), sample_(&sample) {
    for (std::size_t i = 0; i < gene.alleles.size(); ++i) {
      if (gene.alleles[i].is_defined() && i == *gene.reference) order_.push_back(i);
    }
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < gene.alleles.size(); ++i) {
      const NamedAllele& allele = gene.alleles[i];
      // Combined alleles of the definition are what is looked for here.
      const bool is_combined = gene.name == "UGT1A1" && allele.name.find('+') != std::string::npos;
      if (allele.is_defined() && i != *gene.reference && !is_combined) others.push_back(i);
    }
    std::stable_sort(others.begin(), others.end(), [&](std::size_t a, std::size_t b) {
      return natural_less(gene.alleles[a].name, gene.alleles[b].name);
    });
    order_.insert(order_.end(), others.begin(), others.end());
  }

  /// The cheapest explanations of the bases of one strand.
  [[nodiscard]] std::vector<Candidate> explain(const std::vector<BaseIndex>& bases) {
    bases_ = &bases;
    found_.clear();
    fitting_.clear();
    for (const std::size_t i : order_) {
      if (fits(gene_->alleles[i])) fitting_.push_back(&gene_->alleles[i]);
    }
    chosen_.clear();
    grow(0, std::vector<bool>(bases.size()));
    if (found_.empty()) found_.push_back(off_reference());
    const int cheapest = std::min_element(found_.begin(), found_.end(), [](const Candidate& a, const Candidate& b) {
                           return a.cost < b.cost;
                         })->cost;
    std::erase_if(found_, [&](const Candidate& one) { return one.cost > cheapest; });
    return found_;
  }

 private:
  [[nodiscard]] bool is_used(std::size_t p) const { return !sample_->at[p].is_missing(); }

  [[nodiscard]] bool fits(const NamedAllele& allele) const {
    bool any = false;
    for (std::size_t p = 0; p < bases_->size(); ++p) {
      if (!is_used(p) || allele.bases[p] == 0) continue;
      if ((allele.bases[p] & bit((*bases_)[p])) == 0) return false;
      any = true;
    }
    return any;
  }

  void grow(std::size_t next, const std::vector<bool>& covered) {
    for (std::size_t i = next; i < fitting_.size(); ++i) {
      std::vector<bool> more = covered;
      bool free = true;
      for (std::size_t p = 0; p < more.size() && free; ++p) {
        if (!is_used(p) || fitting_[i]->bases[p] == 0) continue;
        free = !more[p];
        more[p] = true;
      }
      if (!free) continue;
      chosen_.push_back(fitting_[i]);
      found_.push_back(candidate(more));
      grow(i + 1, more);
      chosen_.pop_back();
    }
  }

  [[nodiscard]] Candidate candidate(const std::vector<bool>& covered) const {
    Candidate one;
    for (const NamedAllele* const allele : chosen_) {
      one.strand.parts.push_back(allele->name);
      for (std::size_t p = 0; p < bases_->size(); ++p) {
        if (is_used(p) && std::popcount(allele->bases[p]) > 1 && (*bases_)[p] == 0) ++one.cost;
      }
    }
    if (chosen_.size() > 1) one.cost += static_cast<int>(chosen_.size());
    for (std::size_t p = 0; p < bases_->size(); ++p) {
      if (!is_used(p) || covered[p] || (*bases_)[p] == 0) continue;
      one.strand.parts.push_back(describe(p));
      one.cost += partial_cost;
    }
    return one;
  }

  [[nodiscard]] Candidate off_reference() const {
    Candidate one;
    one.off_reference = true;
    const NamedAllele& reference = gene_->alleles[*gene_->reference];
    for (std::size_t p = 0; p < bases_->size(); ++p) {
      if (!is_used(p) || reference.bases[p] == 0 || (reference.bases[p] & bit((*bases_)[p])) != 0) continue;
      one.strand.parts.push_back(describe(p));
      one.cost += partial_cost;
    }
    if (one.strand.parts.empty()) one.strand.parts.push_back(reference.name);
    return one;
  }

  [[nodiscard]] std::string describe(std::size_t p) const {
    const GenePosition& position = gene_->positions[p];
    const BaseIndex base = (*bases_)[p];
    const std::string alt = base < position.bases.size()          ? position.bases[base]
                            : sample_->at[p].undocumented.empty() ? "?"
                                                                  : sample_->at[p].undocumented;
    return fmt::format("g.{}{}>{}", position.position.value, position.bases.front(), alt);
  }

  const Gene* gene_;
  const GeneSample* sample_;
  std::vector<std::size_t> order_;  ///< the reference first
  const std::vector<BaseIndex>* bases_ = nullptr;
  std::vector<const NamedAllele*> fitting_;
  std::vector<const NamedAllele*> chosen_;
  std::vector<Candidate> found_;
};

}  // namespace

std::vector<Diplotype> find_combinations(const Gene& gene, const GeneSample& sample,
                                         const std::vector<PhaseBlock>& blocks) {
  if (blocks.size() > most_blocks) return {};
  StrandExplainer explainer(gene, sample);
  const bool one_copy = std::any_of(sample.at.begin(), sample.at.end(), [](const PositionCall& call) {
    return call.kind == genotypes::AlleleCallKind::one;
  });
  const Sorting before{&gene.alleles[*gene.reference].name};
  std::vector<std::pair<Candidate, Candidate>> pairs;
  const std::uint64_t turns = blocks.empty() ? 1 : std::uint64_t{1} << (blocks.size() - 1);
  for (std::uint64_t turn = 0; turn < turns; ++turn) {
    const auto firsts = explainer.explain(strand_bases(sample, blocks, turn, false));
    const auto seconds = explainer.explain(strand_bases(sample, blocks, turn, true));
    for (const Candidate& first : firsts) {
      for (const Candidate& second : seconds) {
        const bool swapped = before(second, first);
        pairs.emplace_back(swapped ? second : first, swapped ? first : second);
      }
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(), [&](const auto& a, const auto& b) {
    if (before(a.first, b.first) || before(b.first, a.first)) return before(a.first, b.first);
    return before(a.second, b.second);
  });
  std::vector<Diplotype> found;
  for (auto& [first, second] : pairs) {
    Diplotype one;
    one.strands = {first.strand};
    if (!one_copy) one.strands.push_back(second.strand);
    if (std::find(found.begin(), found.end(), one) == found.end()) found.push_back(std::move(one));
  }
  return found;
}

}  // namespace varisk::pgx
