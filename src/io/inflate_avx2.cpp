// Compiled with -mavx2 and -mbmi2; called only where the machine has them.
//
// Decoding one DEFLATE stream is a chain of look-ups, each of which waits for the one before. BGZF blocks do not depend
// on each other, so two are decoded side by side. Calls of a cohort are long matches, which are copied 64 bytes at a
// time.
#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "block_inflater.hpp"

namespace varisk::io {
namespace {

using deflate::bits_of_code;
using deflate::bits_to_consume;
using deflate::Entry;
using deflate::Tables;

/// What one fast step may write: two literals and the longest match, in whole vectors.
constexpr std::size_t most_written = 2 + 258 + 64;
/// Bytes that the look-ahead may be behind the end of sound data.
constexpr std::size_t look_ahead = 8;

/// Bits from the lowest on. Those above `left_` are either the next bits of the data or zero.
class Bits {
 public:
  Bits() = default;
  explicit Bits(const char* in) : in_(in) {}
  /// Afterwards there are at least 56.
  void refill() {
    std::uint64_t word = 0;
    std::memcpy(&word, in_, sizeof word);
    buffer_ |= word << left_;
    in_ += (63 - left_) >> 3U;
    left_ |= 56U;
  }
  void drop(unsigned bits) {
    buffer_ >>= bits;
    left_ -= bits;
  }
  [[nodiscard]] std::size_t peek(unsigned bits) const { return _bzhi_u64(buffer_, bits); }
  unsigned take(unsigned bits) {
    const auto value = static_cast<unsigned>(peek(bits));
    drop(bits);
    return value;
  }
  [[nodiscard]] bool is_behind(const char* end) const { return in_ > end + look_ahead; }
  [[nodiscard]] const char* consumed() const { return in_ - (left_ >> 3U); }

 private:
  std::uint64_t buffer_ = 0;
  unsigned left_ = 0;
  const char* in_ = nullptr;
};

constexpr unsigned vector = 32;
constexpr unsigned half_vector = 16;

struct Pattern {
  alignas(vector) std::array<std::uint8_t, vector> index;
  std::uint8_t step;  ///< the largest multiple of the distance in a vector
};

constexpr auto patterns = [] {
  std::array<Pattern, half_vector + 1> all{};
  for (unsigned distance = 1; distance <= half_vector; ++distance) {
    for (unsigned i = 0; i < vector; ++i) all[distance].index[i] = static_cast<std::uint8_t>(i % distance);
    all[distance].step = static_cast<std::uint8_t>(vector - vector % distance);
  }
  return all;
}();

template <typename Vector>
const Vector* at(const char* from) {
  return reinterpret_cast<const Vector*>(from);  // NOLINT
}

void store(char* to, __m256i value) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), value); }  // NOLINT

/// Copies `length` bytes from `distance` bytes before, and up to 64 bytes more behind them.
[[gnu::always_inline]] inline void copy(char* out, std::size_t distance, std::size_t length) {
  const char* const from = out - distance;
  if (distance >= vector) {
    store(out, _mm256_loadu_si256(at<__m256i>(from)));
    store(out + vector, _mm256_loadu_si256(at<__m256i>(from + vector)));
    for (std::size_t i = 2 * vector; i < length; i += vector) store(out + i, _mm256_loadu_si256(at<__m256i>(from + i)));
  } else if (distance <= half_vector) {
    const Pattern& pattern = patterns[distance];
    const __m256i once = _mm256_broadcastsi128_si256(_mm_loadu_si128(at<__m128i>(from)));
    const __m256i repeated =
        _mm256_shuffle_epi8(once, _mm256_load_si256(reinterpret_cast<const __m256i*>(pattern.index.data())));  // NOLINT
    const std::size_t step = pattern.step;
    store(out, repeated);
    store(out + step, repeated);
    for (std::size_t i = 2 * step; i < length; i += step) store(out + i, repeated);
  } else {
    for (std::size_t i = 0; i < length; i += half_vector) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), _mm_loadu_si128(at<__m128i>(from + i)));  // NOLINT
    }
  }
}

enum class Step : std::uint8_t { more, near_end, end_of_block, failed };

/// One BGZF block that is being decoded.
class Stream {
 public:
  /// \return false if the first DEFLATE block is none for this kernel
  bool start(const DeflateBlock& block, Tables& tables) {
    bits_ = Bits(block.in);
    in_end_ = block.in + block.in_size;
    out_ = out_begin_ = block.out;
    out_end_ = block.out + block.out_size;
    safe_end_ = out_end_ - std::min(most_written, block.out_size);
    tables_ = &tables;
    return read_header();
  }

  /// A match, or up to three literals, with at least `most_written` bytes of room.
  [[gnu::always_inline]] inline Step fast_step() {
    if (out_ >= safe_end_) return Step::near_end;
    if (bits_.is_behind(in_end_)) return Step::failed;
    // A first literal without a branch, which would be mispredicted; if it is a match this byte is written over.
    const unsigned one = entry_ >> deflate::literal_shift;
    *out_ = static_cast<char>(entry_ >> 16U);
    out_ += one;
    bits_.drop(bits_to_consume(entry_) & (0U - one));
    entry_ = look_up_literal();
    if ((entry_ & deflate::is_literal) != 0) {
      take_literal();
      entry_ = look_up_literal();
      if ((entry_ & deflate::is_literal) != 0) {
        take_literal();
        return next();
      }
    }
    bits_.refill();
    return symbol_step<false>();
  }

  /// After anything but `more`: to the end of the BGZF block, byte by byte. \return whether it is sound
  bool finish(Step step) {
    while (step != Step::failed) {
      if (step == Step::end_of_block) {
        if (is_last_) return out_ == out_end_ && bits_.consumed() <= in_end_;
        if (!read_header()) return false;
      }
      do step = careful_step();
      while (step == Step::more);
    }
    return false;
  }

  [[nodiscard]] bool is_last() const { return is_last_; }

  /// A DEFLATE block with its own codes (RFC 1951, section 3.2.7). \return false if it is another, or unsound
  bool read_header() {
    bits_.refill();
    is_last_ = bits_.take(1) != 0;
    constexpr unsigned dynamic_codes = 2;
    if (bits_.take(2) != dynamic_codes) return false;
    const unsigned literals = 257 + bits_.take(5);
    const unsigned distances = 1 + bits_.take(5);
    const unsigned given = 4 + bits_.take(4);
    static constexpr std::array<std::uint8_t, deflate::length_symbols> order = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                                                11, 4,  12, 3, 13, 2, 14, 1, 15};
    std::array<std::uint8_t, deflate::length_symbols> code_lengths{};
    for (unsigned i = 0; i < given; ++i) {
      if (i == 12) bits_.refill();  // 56 - 17 bits are enough for 13
      code_lengths[order[i]] = static_cast<std::uint8_t>(bits_.take(3));
    }
    if (!deflate::build_lengths(code_lengths, *tables_)) return false;
    constexpr unsigned most_repeats = 138;
    std::array<std::uint8_t, deflate::most_literal_symbols + deflate::most_distance_symbols + most_repeats> lengths;
    for (unsigned i = 0; i < literals + distances;) {
      bits_.refill();
      if (bits_.is_behind(in_end_)) return false;
      const Entry entry = tables_->lengths[bits_.peek(deflate::length_table_bits)];
      bits_.drop(bits_to_consume(entry));
      const unsigned symbol = deflate::value(entry);
      if (symbol < 16) {
        lengths[i++] = static_cast<std::uint8_t>(symbol);
        continue;
      }
      if (symbol == 16 && i == 0) return false;
      const std::uint8_t length = symbol == 16 ? lengths[i - 1] : std::uint8_t{0};
      const unsigned repeats = symbol == 16 ? 3 + bits_.take(2) : symbol == 17 ? 3 + bits_.take(3) : 11 + bits_.take(7);
      std::fill_n(lengths.begin() + i, repeats, length);
      i += repeats;
      if (i > literals + distances) return false;
    }
    if (!deflate::build_literals({lengths.data(), literals}, *tables_)) return false;
    if (!deflate::build_distances({lengths.data() + literals, distances}, *tables_)) return false;
    next();
    return true;
  }

 private:
  [[nodiscard]] Entry look_up_literal() const { return tables_->literals[bits_.peek(deflate::literal_table_bits)]; }

  void take_literal() {
    bits_.drop(bits_to_consume(entry_));
    *out_++ = static_cast<char>(entry_ >> 16U);
  }

  Step next() {
    bits_.refill();
    entry_ = look_up_literal();
    return Step::more;
  }

  [[nodiscard]] static Entry follow(const Tables& tables, Entry link, const Bits& bits, bool literals) {
    const std::size_t index = deflate::value(link) + bits.peek(bits_of_code(link));
    return literals ? tables.literals[index] : tables.distances[index];
  }

  /// With the extra bits, which follow the code.
  [[nodiscard]] std::size_t take_value(Entry entry) {
    const std::size_t found = deflate::value(entry) + (bits_.peek(bits_to_consume(entry)) >> bits_of_code(entry));
    bits_.drop(bits_to_consume(entry));
    return found;
  }

  /// What `entry_` says: a match, the end of the block, or a literal with a long code.
  template <bool careful>
  [[gnu::always_inline]] inline Step symbol_step() {
    if ((entry_ & deflate::is_exceptional) != 0) {
      if ((entry_ & deflate::is_link) != 0) {
        bits_.drop(bits_to_consume(entry_));
        entry_ = follow(*tables_, entry_, bits_, true);
        if ((entry_ & deflate::is_literal) != 0) {
          if (careful && out_ == out_end_) return Step::failed;
          take_literal();
          return next();
        }
      }
      if ((entry_ & deflate::is_end) != 0) {
        bits_.drop(bits_to_consume(entry_));
        return deflate::value(entry_) == 0 ? Step::end_of_block : Step::failed;
      }
    }
    const std::size_t length = take_value(entry_);
    Entry entry = tables_->distances[bits_.peek(deflate::distance_table_bits)];
    if ((entry & deflate::is_exceptional) != 0) {
      if ((entry & deflate::is_link) != 0) {
        bits_.drop(bits_to_consume(entry));
        entry = follow(*tables_, entry, bits_, false);
      }
      if ((entry & deflate::is_end) != 0) return Step::failed;
    }
    const std::size_t distance = take_value(entry);
    if (distance > static_cast<std::size_t>(out_ - out_begin_)) return Step::failed;
    next();  // before the copy, so that the look-up does not wait for it
    if (careful) {
      if (length > static_cast<std::size_t>(out_end_ - out_)) return Step::failed;
      for (std::size_t i = 0; i < length; ++i) out_[i] = *(out_ + i - distance);
    } else {
      copy(out_, distance, length);
    }
    out_ += length;
    return Step::more;
  }

  Step careful_step() {
    if (bits_.is_behind(in_end_)) return Step::failed;
    if ((entry_ & deflate::is_literal) == 0) return symbol_step<true>();
    if (out_ == out_end_) return Step::failed;
    take_literal();
    return next();
  }

  Bits bits_;
  const char* in_end_ = nullptr;
  char* out_ = nullptr;
  char* out_begin_ = nullptr;
  char* out_end_ = nullptr;
  char* safe_end_ = nullptr;  ///< fast steps start before it
  Entry entry_ = 0;           ///< of the next symbol
  Tables* tables_ = nullptr;
  bool is_last_ = false;
};

/// A stream and the block it decodes; takes the next block whenever one is at its end.
class Lane {
 public:
  Lane(std::span<const DeflateBlock> blocks, std::size_t& next, Tables& tables, Crc32 crc32, bool* is_done)
      : blocks_(blocks), next_(&next), tables_(&tables), crc32_(crc32), is_done_(is_done) {
    start();
  }

  /// After anything but `more`. \return false if there is no block left
  bool go_on(Step step) {
    if (step == Step::end_of_block && !stream.is_last()) return stream.read_header() || start();
    const DeflateBlock& block = blocks_[current_];
    is_done_[current_] = stream.finish(step) && crc32_({block.out, block.out_size}) == block.crc;
    return start();
  }

  Stream stream;
  bool active = false;

 private:
  bool start() {
    do {
      active = *next_ < blocks_.size();
      if (!active) return false;
      current_ = (*next_)++;
    } while (!stream.start(blocks_[current_], *tables_));
    return true;
  }

  std::span<const DeflateBlock> blocks_;
  std::size_t* next_;
  std::size_t current_ = 0;
  Tables* tables_;
  Crc32 crc32_;
  bool* is_done_;
};

void run_alone(Lane& lane) {
  while (lane.active) {
    Step step = Step::more;
    Stream stream = lane.stream;
    while (step == Step::more) step = stream.fast_step();
    lane.stream = stream;
    lane.go_on(step);
  }
}

}  // namespace

void inflate_blocks_avx2(std::span<const DeflateBlock> blocks, std::array<Tables, 2>& tables, Crc32 crc32,
                         bool* is_done) {
  std::size_t next = 0;
  Lane a(blocks, next, tables[0], crc32, is_done);
  Lane b(blocks, next, tables[1], crc32, is_done);
  while (a.active && b.active) {
    Step step_a = Step::more;
    Step step_b = Step::more;
    // Copies, so that the compiler knows that nothing else points to them and keeps them in registers.
    Stream stream_a = a.stream;
    Stream stream_b = b.stream;
    while (step_a == Step::more && step_b == Step::more) {
      step_a = stream_a.fast_step();
      step_b = stream_b.fast_step();
    }
    a.stream = stream_a;
    b.stream = stream_b;
    if (step_a != Step::more) a.go_on(step_a);
    if (step_b != Step::more) b.go_on(step_b);
  }
  run_alone(a);
  run_alone(b);
}

}  // namespace varisk::io
#endif
