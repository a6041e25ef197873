#include "varisk/core/digest.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "varisk/core/error.hpp"

namespace varisk {
namespace {

struct FreeState {
  void operator()(XXH3_state_t* state) const noexcept { XXH3_freeState(state); }
};

constexpr std::uint64_t sampled_bytes = 64 * 1024;

}  // namespace

struct Digest::State {
  std::unique_ptr<XXH3_state_t, FreeState> xxh{XXH3_createState()};
};

Digest::Digest() : state_(std::make_unique<State>()) {
  if (!state_->xxh || XXH3_128bits_reset(state_->xxh.get()) != XXH_OK) throw InternalError("no digest state");
}

Digest::~Digest() = default;

void Digest::add(std::string_view bytes) {
  if (XXH3_128bits_update(state_->xxh.get(), bytes.data(), bytes.size()) != XXH_OK)
    throw InternalError("digest failed");
}

std::string Digest::hex() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(state_->xxh.get());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

FileIdentity identify_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw IoError(std::strerror(errno), path);
  FileIdentity identity{path,
                        static_cast<std::uint64_t>(status.st_size),
                        status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
                        {}};
  if (!S_ISREG(status.st_mode)) return identity;

  std::ifstream file(path, std::ios::binary);
  const auto add_part = [&](Digest& digest, std::uint64_t offset, std::uint64_t length) {
    std::vector<char> bytes(length);
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(bytes.data(), static_cast<std::streamsize>(length));
    if (!file) throw IoError("cannot read", path);
    digest.add({bytes.data(), bytes.size()});
  };
  Digest digest;
  add_part(digest, 0, std::min(identity.size, sampled_bytes));
  if (identity.size > sampled_bytes) {
    const std::uint64_t start = std::max(sampled_bytes, identity.size - sampled_bytes);
    add_part(digest, start, identity.size - start);
  }
  identity.digest = digest.hex();
  return identity;
}

}  // namespace varisk
