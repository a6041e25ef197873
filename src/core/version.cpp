#include "varisk/core/version.hpp"

namespace varisk {

std::string_view version() noexcept { return VARISK_VERSION; }

}  // namespace varisk
