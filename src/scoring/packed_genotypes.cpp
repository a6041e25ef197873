#include "varisk/scoring/packed_genotypes.hpp"

namespace varisk::scoring {

PackedSite::PackedSite(SiteId site, double frequency, std::span<const HardCall> calls)
    : site_(site), frequency_(frequency), bytes_((calls.size() + 3) / 4) {
  for (std::size_t i = 0; i < calls.size(); ++i) {
    bytes_[i / 4] = static_cast<std::uint8_t>(bytes_[i / 4] | (static_cast<unsigned>(calls[i]) << (2 * (i % 4))));
  }
}

}  // namespace varisk::scoring
