#include "varisk/genotypes/tab_kernel.hpp"

#include <cstring>

namespace varisk::genotypes {

std::size_t find_tabs_scalar(const char* text, std::size_t size, std::uint32_t* tabs) {
  std::size_t count = 0;
  const char* at = text;
  const char* const end = text + size;
  while ((at = static_cast<const char*>(std::memchr(at, '\t', static_cast<std::size_t>(end - at)))) != nullptr) {
    tabs[count++] = static_cast<std::uint32_t>(at - text);
    if (++at == end) break;
  }
  return count;
}

FindTabs tab_kernel(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level == SimdLevel::avx512) return find_tabs_avx512;
  if (level == SimdLevel::avx2) return find_tabs_avx2;
#endif
  static_cast<void>(level);
  return find_tabs_scalar;
}

}  // namespace varisk::genotypes
