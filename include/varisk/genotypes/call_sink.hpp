#pragma once
/// \file
/// What a consumer of genotypes looks like to the pass over the files.

#include <memory>

#include "varisk/core/types.hpp"
#include "varisk/genotypes/call_block.hpp"

namespace varisk::genotypes {

/// Takes the calls of each matched site once. What it adds up must not depend on the order of the sites.
class CallSink {
 public:
  /// What one thread adds up on its own.
  class Partial {
   public:
    virtual ~Partial() = default;
  };

  virtual ~CallSink() = default;
  [[nodiscard]] virtual std::unique_ptr<Partial> make_partial() const = 0;
  /// Any thread, with that thread's partial; each site comes once.
  virtual void take(Partial& partial, SiteId site, const CallBlock& calls) const = 0;
  /// After the pass, one thread.
  virtual void merge(Partial& partial) = 0;
};

}  // namespace varisk::genotypes
