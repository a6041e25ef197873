#pragma once
/// \file
/// A pass over small VCF files, with the copies of each site and sample as its result.

#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>
#include <vector>

#include "../io/variant_files.hpp"
#include "varisk/pipeline/variant_pass.hpp"

namespace varisk::pipeline::test {

/// Keeps how often each site came, and what each sample had.
class KeepingSink final : public genotypes::CallSink {
 public:
  struct Kept {
    int times = 0;
    std::vector<double> copies;  ///< -1: missing
    bool operator==(const Kept&) const = default;
  };
  struct Part final : Partial {
    std::map<SiteId, Kept> sites;
  };

  [[nodiscard]] std::unique_ptr<Partial> make_partial() const override { return std::make_unique<Part>(); }
  void take(Partial& partial, SiteId site, const genotypes::CallBlock& calls) const override {
    Kept& kept = static_cast<Part&>(partial).sites[site];
    ++kept.times;
    for (std::size_t i = 0; i < calls.code.size(); ++i) {
      const double copies = calls.has_dosage ? calls.dosage[i] : genotypes::copies(calls.code[i]);
      kept.copies.push_back(is_missing(calls.code[i]) ? -1 : copies);
    }
  }
  void merge(Partial& partial) override {
    for (const auto& [site, from] : static_cast<Part&>(partial).sites) {
      Kept& to = sites[site];
      to.times += from.times;
      to.copies.insert(to.copies.end(), from.copies.begin(), from.copies.end());
    }
  }

  std::map<SiteId, Kept> sites;
};

/// One pass; requests are numbered as they are given.
class Pass {
 public:
  explicit Pass(const std::vector<sites::SiteRequest>& requests, const PassOptions& options = {},
                sites::GenomeBuild build = sites::GenomeBuild::grch38)
      : plan_(requests, ids_), sinks_{&sink_} {
    pass_ = std::make_unique<VariantPass>(plan_, build, options, sinks_);
  }

  void run(const std::string& path, std::vector<Sex> sex = {}) {
    sources_.push_back(io::open_variant_source(path));
    auto& columns = columns_.emplace_back(std::make_unique<genotypes::SampleColumns>());
    columns->file_samples = sources_.back()->header().samples().size();
    columns->column.resize(columns->file_samples);
    std::iota(columns->column.begin(), columns->column.end(), 0U);
    columns->identity = true;
    columns->sex = std::move(sex);
    pass_->run(*sources_.back(), *columns);
  }
  void finish() { pass_->finish(); }

  [[nodiscard]] const VariantPass& pass() const { return *pass_; }
  [[nodiscard]] const SiteOutcome& outcome(std::size_t request) const { return pass_->outcome(ids_[request]); }
  [[nodiscard]] KeepingSink::Kept kept(std::size_t request) const {
    const auto found = sink_.sites.find(ids_[request]);
    return found == sink_.sites.end() ? KeepingSink::Kept{} : found->second;
  }

 private:
  std::vector<SiteId> ids_;
  sites::SitePlan plan_;
  KeepingSink sink_;
  std::vector<genotypes::CallSink*> sinks_;
  std::unique_ptr<VariantPass> pass_;
  std::vector<std::unique_ptr<io::VariantSource>> sources_;
  std::vector<std::unique_ptr<genotypes::SampleColumns>> columns_;
};

inline std::string line(const std::string& place_and_alleles, const std::string& calls,
                        const std::string& filter = "PASS", const std::string& info = ".",
                        const std::string& format = "GT") {
  return place_and_alleles + "\t.\t" + filter + '\t' + info + '\t' + format + '\t' + calls + '\n';
}

}  // namespace varisk::pipeline::test
