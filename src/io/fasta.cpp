#include "varisk/io/fasta.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <htslib/faidx.h>
#include <htslib/hts_log.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "input_bytes.hpp"
#include "varisk/core/error.hpp"
#include "varisk/core/number.hpp"
#include "varisk/io/text_input.hpp"

namespace varisk::io {
namespace {

struct CloseIndex {
  void operator()(faidx_t* index) const noexcept { fai_destroy(index); }
};
struct FreeText {
  void operator()(char* text) const noexcept { std::free(text); }  // NOLINT: HTSlib allocates with malloc
};

constexpr std::int64_t window_size = 1 << 16;
constexpr std::int64_t longest_sequence = std::int64_t{1} << 40U;  // more than any genome

void require_file(const std::string& path, const std::string& fasta) {
  std::error_code code;
  if (std::filesystem::is_regular_file(path, code)) return;
  throw UserError(fmt::format("has no index {}", path), fasta, "make it with: samtools faidx " + fasta);
}

/// Letters of nucleotides, IUPAC codes included.
bool is_sequence(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return std::string_view("ACGTNRYSWKMBDHVU").find(c) != std::string_view::npos; });
}

}  // namespace

/// Where the bases of a sequence stand in a plain file.
struct Layout {
  std::int64_t offset = 0;      ///< of the first base
  std::int64_t line_bases = 1;  ///< of each line but the last
  std::int64_t line_bytes = 1;  ///< line end included
  [[nodiscard]] std::int64_t byte_of(std::int64_t position) const {
    return offset + (position - 1) / line_bases * line_bytes + (position - 1) % line_bases;
  }
};

/// HTSlib takes the numbers for granted, and divides by one of them.
std::vector<Layout> read_layouts(const std::string& path) {
  TextInput index(path + ".fai");
  std::string_view line;
  std::vector<Layout> layouts;
  while (index.next(line)) {
    std::array<std::int64_t, 4> numbers{};  // length, offset, bases and bytes of a line
    std::size_t found = 0;
    std::size_t tab = line.find('\t');
    while (tab != std::string_view::npos && found < numbers.size()) {
      const std::size_t end = line.find('\t', tab + 1);
      const auto number = parse_integer(line.substr(tab + 1, end == std::string_view::npos ? end : end - tab - 1));
      if (!number) break;
      numbers[found++] = *number;
      tab = end;
    }
    const auto& [length, offset, bases, bytes] = numbers;
    const bool fits = found == numbers.size() && length >= 0 && length <= longest_sequence && offset > 0 && bases > 0 &&
                      bytes >= bases;
    if (fits || (length == 0 && found == numbers.size())) {
      layouts.push_back(fits ? Layout{offset, bases, bytes} : Layout{});
      continue;
    }
    throw UserError("expected name, length, offset, bases and bytes of a line", index.where(),
                    "make it again with: samtools faidx " + path);
  }
  return layouts;
}

/// Of a plain file every thread reads what it needs; of a packed one HTSlib unpacks a window, one thread at a time.
struct Fasta::Index {
  Index() = default;
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;
  ~Index() {
    if (plain_file >= 0) ::close(plain_file);
  }
  int plain_file = -1;
  std::vector<Layout> layouts;
  std::unique_ptr<faidx_t, CloseIndex> handle;
  std::mutex mutex;  // HTSlib moves one file handle about
  // What was read last: who asks in the order of the genome reads each place once.
  std::string contig;
  std::int64_t first = 1;
  std::string window;
};

Fasta::Fasta(const std::string& path) : path_(path), index_(std::make_unique<Index>()) {
  bool packed = false;
  {
    InputBytes bytes(path);
    const std::string_view start = bytes.peek(bgzf_header_size);
    packed = bgzf_block_size(start).has_value();
    if (!packed && start.starts_with("\x1f\x8b")) {
      throw UserError("is plain gzip, which has no index", path, "pack it with bgzip, then: samtools faidx " + path);
    }
    if (!packed && !start.starts_with('>')) throw UserError("is no FASTA file: it does not begin with '>'", path);
  }
  require_file(path + ".fai", path);
  if (packed) require_file(path + ".gzi", path);
  index_->layouts = read_layouts(path);
  hts_set_log_level(HTS_LOG_OFF);                                      // what is wrong is said by our own errors
  index_->handle.reset(fai_load3(path.c_str(), nullptr, nullptr, 0));  // 0: an index is never made
  if (!index_->handle) throw UserError("its index cannot be read", path, "make it again with: samtools faidx " + path);
  for (int i = 0; i < faidx_nseq(index_->handle.get()); ++i) {
    const char* const name = faidx_iseq(index_->handle.get(), i);
    contigs_.push_back({name, faidx_seq_len(index_->handle.get(), name)});
  }
  if (contigs_.empty()) throw UserError("its index names no sequence", path, "samtools faidx " + path);
  if (packed || contigs_.size() != index_->layouts.size()) return;
  index_->plain_file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (index_->plain_file < 0) throw IoError("cannot be opened", path);
}

Fasta::~Fasta() = default;

std::string Fasta::bases(std::string_view name, std::int64_t first, std::int64_t count) const {
  const auto contig = std::find_if(contigs_.begin(), contigs_.end(), [&](const auto& one) { return one.name == name; });
  if (contig == contigs_.end()) throw UserError(fmt::format("has no sequence {}", name), path_);
  const std::int64_t last = std::min(first + count - 1, contig->length);
  first = std::max<std::int64_t>(first, 1);
  if (first > last) return {};
  std::string found = fetch(static_cast<std::size_t>(contig - contigs_.begin()), first, last);
  if (!found.empty()) return found;
  throw UserError(fmt::format("no sequence can be read at {}:{}-{}", name, first, last), path_,
                  "the index may belong to another file: samtools faidx " + path_);
}

std::string Fasta::fetch(std::size_t contig, std::int64_t first, std::int64_t last) const {
  if (index_->plain_file >= 0) return fetch_plain(contig, first, last);
  const FastaContig& wanted = contigs_[contig];
  const std::lock_guard lock(index_->mutex);
  Index& index = *index_;
  const auto cached_last = index.first + static_cast<std::int64_t>(index.window.size()) - 1;
  if (index.contig != wanted.name || first < index.first || last > cached_last) {
    // What is read ahead need not be a sequence, what is asked for must be.
    index.window = fetch_packed(wanted, first, std::min(std::max(last, first + window_size - 1), wanted.length));
    if (index.window.empty()) index.window = fetch_packed(wanted, first, last);
    if (index.window.empty()) return {};
    index.contig = wanted.name;
    index.first = first;
  }
  return index.window.substr(static_cast<std::size_t>(first - index.first), static_cast<std::size_t>(last - first + 1));
}

std::string Fasta::fetch_plain(std::size_t contig, std::int64_t first, std::int64_t last) const {
  const Layout& layout = index_->layouts[contig];
  const std::int64_t start = layout.byte_of(first);
  std::string text(static_cast<std::size_t>(layout.byte_of(last) - start + 1), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got =
        ::pread(index_->plain_file, text.data() + have, text.size() - have, start + static_cast<std::int64_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw IoError("cannot be read", path_);
    if (got == 0) return {};
    have += static_cast<std::size_t>(got);
  }
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const bool whole = static_cast<std::int64_t>(text.size()) == last - first + 1;
  return whole && is_sequence(text) ? text : std::string{};
}

std::string Fasta::fetch_packed(const FastaContig& contig, std::int64_t first, std::int64_t last) const {
  hts_pos_t length = 0;
  const std::unique_ptr<char, FreeText> text(
      faidx_fetch_seq64(index_->handle.get(), contig.name.c_str(), first - 1, last - 1, &length));
  std::string bases = text ? std::string(text.get(), static_cast<std::size_t>(std::max<hts_pos_t>(length, 0))) : "";
  for (char& c : bases) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (static_cast<std::int64_t>(bases.size()) != last - first + 1 || !is_sequence(bases)) {
    return {};
  }
  return bases;
}

}  // namespace varisk::io
