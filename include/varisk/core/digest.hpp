#pragma once
/// \file
/// XXH3 digests (128 bit), as hexadecimal text.

#include <memory>
#include <string>
#include <string_view>

namespace varisk {

/// A digest that is fed piece by piece.
class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void add(std::string_view bytes);
  [[nodiscard]] std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What identifies an input file without reading all of it: size, modification time in ns, and the digest of its
/// first and last 64 KiB.
struct FileIdentity {
  std::string path;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::string digest;
};

/// \throws IoError if the file cannot be read
[[nodiscard]] FileIdentity identify_file(const std::string& path);

}  // namespace varisk
