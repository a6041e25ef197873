#include "plink_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <unordered_map>

#include "varisk/core/error.hpp"
#include "varisk/io/plink_line.hpp"
#include "varisk/io/text_input.hpp"

namespace varisk::io {
namespace {

/// Of packed calls and lines together; what is decoded of it stays in the cache.
constexpr std::int64_t bytes_per_batch = 1 << 20;
constexpr std::int64_t usual_line = 32;
/// Read at once around a wanted record: a few pages cost little more than one call.
constexpr std::int64_t bytes_per_window = 1 << 14;
constexpr std::size_t longest_line = std::size_t{1} << 24U;
constexpr std::string_view together = ".bed, .bim and .fam must be of one file set; copy them again";

/// The first two bytes of every .bed file, and the third of one that has all samples of a variant together.
constexpr std::string_view magic = "\x6c\x1b";
constexpr char variant_major = '\x01';
constexpr char sample_major = '\x00';
constexpr std::int64_t magic_size = 3;

std::string beside(const std::string& bed_path, const char* extension) {
  return std::filesystem::path(bed_path).replace_extension(extension).string();
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r\n") == std::string_view::npos; }

Sex parse_sex(std::string_view code) {
  if (code == "1") return Sex::male;
  if (code == "2") return Sex::female;
  return Sex::unknown;
}

VariantHeader read_fam(const std::string& path) {
  TextInput input(path);
  std::vector<std::string> samples;
  std::vector<Sex> sex;
  std::unordered_map<std::string, std::int64_t> line_of;
  std::string_view line;
  std::int64_t blank_line = 0;
  while (input.next(line)) {
    if (is_blank(line)) {  // at the end it does no harm
      if (blank_line == 0) blank_line = input.line_number();
      continue;
    }
    const auto columns = split_plink_line(line);
    if (!columns || blank_line > 0) {
      throw UserError("expected 6 columns (family, individual, father, mother, sex, phenotype)",
                      blank_line > 0 ? fmt::format("{}: line {}", path, blank_line) : input.where(),
                      "columns are separated by blanks or tabs; ids hold neither");
    }
    const std::string& id = samples.emplace_back((*columns)[1]);
    const auto [first, is_new] = line_of.try_emplace(id, input.line_number());
    if (!is_new) {
      throw UserError(fmt::format("expected each individual id once, found the one of line {} again", first->second),
                      input.where(),
                      "samples go by the second column alone; plink2 --update-ids gives each person an own one");
    }
    sex.push_back(parse_sex((*columns)[4]));
  }
  if (samples.empty()) throw UserError("the file is empty, a PLINK .fam was expected", path);
  const bool known = std::any_of(sex.begin(), sex.end(), [](Sex one) { return one != Sex::unknown; });
  return {std::move(samples), known ? std::move(sex) : std::vector<Sex>{}};
}

/// Contig and position of a .bim line; nothing where a line need not stay with its neighbours, as it has no place.
std::optional<std::pair<std::string_view, std::string_view>> place_of(std::string_view line) {
  const auto columns = split_plink_line(line);
  if (!columns || (*columns)[0] == "0" || (*columns)[3] == "0" || (*columns)[3].starts_with('-')) return std::nullopt;
  return std::pair((*columns)[0], (*columns)[3]);
}

}  // namespace

PlinkSource::PlinkSource(const std::string& bed_path)
    : bed_path_(bed_path),
      bim_path_(beside(bed_path, ".bim")),
      fam_path_(beside(bed_path, ".fam")),
      header_(read_fam(fam_path_)),
      bytes_per_variant_((static_cast<std::int64_t>(header_.samples().size()) + 3) / 4),
      bed_(bed_path),
      bim_(bim_path_) {
  count_variants();
  check_bed();
}

/// Lines up to the last that is not blank.
void PlinkSource::count_variants() {
  InputBytes bim(bim_path_);
  std::int64_t line_ends = 0;
  std::int64_t line_ends_at_end = 0;  // behind the last character that is not blank
  bool any = false;
  for (std::string_view text = bim.peek(1); !text.empty(); text = bim.peek(1)) {
    const auto ends = std::count(text.begin(), text.end(), '\n');
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    if (last == std::string_view::npos) {
      line_ends_at_end += ends;
    } else {
      any = true;
      const std::string_view behind = text.substr(last);
      line_ends_at_end = std::count(behind.begin(), behind.end(), '\n');
    }
    line_ends += ends;
    bim.consume(text.size());
  }
  if (!any) throw UserError("the file is empty, a PLINK .bim was expected", bim_path_);
  variants_ = line_ends - line_ends_at_end + 1;
  unterminated_ = line_ends_at_end == 0;
}

void PlinkSource::check_bed() const {
  char start[magic_size] = {};
  const std::size_t got = bed_.read_at(start, magic_size, 0);
  if (got < magic_size || std::string_view(start, magic.size()) != magic ||
      (start[2] != variant_major && start[2] != sample_major)) {
    throw UserError("is no PLINK .bed file: it does not start with the bytes 6c 1b 01", bed_path_,
                    "files with genomic intervals, also called BED, hold no genotypes");
  }
  if (start[2] == sample_major) {
    throw UserError("has the genotypes sample by sample (bytes 6c 1b 00), expected variant by variant", bed_path_,
                    "convert it with plink --make-bed");
  }
  const auto size = bed_.file_size();
  if (!size) throw UserError("is no regular file; a .bed is read where it is wanted", bed_path_);
  const std::int64_t expected = magic_size + variants_ * bytes_per_variant_;
  if (*size == expected) return;
  throw UserError(fmt::format("expected {} bytes for {} variant(s) (.bim) of {} sample(s) (.fam), found {}", expected,
                              variants_, header_.samples().size(), *size),
                  bed_path_, *size < expected ? fmt::format("it may be cut off; {}", together) : std::string(together));
}

UserError PlinkSource::changed() const {
  return {"has changed since it was opened", bim_path_, "run again when nobody writes to the file"};
}

/// Looks at the lines of the next batch. \return how many \param bytes  out: of them
std::size_t PlinkSource::next_lines(std::size_t& bytes) {
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(
      1, std::min(bytes_per_batch / (bytes_per_variant_ + usual_line), variants_ - next_record_)));
  const auto left = static_cast<std::size_t>(variants_ - next_record_);
  std::string_view text = bim_.peek(1);
  std::size_t count = 0;
  std::size_t last_line = 0;
  bytes = 0;
  while (count < left) {
    const void* const found = std::memchr(text.data() + bytes, '\n', text.size() - bytes);
    std::size_t stop = text.size();
    if (found != nullptr) {
      stop = static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1;
    } else {
      const std::size_t size = text.size();
      if (size - bytes > longest_line) {
        throw UserError(fmt::format("line {} has no end", next_record_ + static_cast<std::int64_t>(count) + 1),
                        bim_path_, "is it a PLINK .bim file?");
      }
      text = bim_.peek(size + 1);
      if (text.size() > size) continue;
      if (bytes == size) break;
    }
    if (count >= most) {  // only what is at the position of the last line stays with it
      const auto place = place_of(text.substr(last_line, bytes - last_line - 1));
      if (!place || place != place_of(text.substr(bytes, stop - bytes - (found != nullptr ? 1 : 0)))) break;
    }
    last_line = bytes;
    bytes = stop;
    ++count;
  }
  return count;
}

bool PlinkSource::read(RecordBatch& batch) {
  if (next_record_ == variants_) return false;
  std::size_t bytes = 0;
  const std::size_t count = next_lines(bytes);
  if (count == 0) throw changed();
  const std::string_view text = bim_.peek(1);
  batch.data_.reserve(bytes + 1, 0);
  std::memcpy(batch.data_.data(), text.data(), bytes);
  bim_.consume(bytes);
  if (batch.data_.data()[bytes - 1] != '\n') batch.data_.data()[bytes++] = '\n';
  batch.begin_ = 0;
  batch.end_ = bytes;
  batch.first_record_ = next_record_;
  next_record_ += static_cast<std::int64_t>(count);
  batch.stop_record_ = next_record_;
  batch.last_ = next_record_ == variants_;
  return true;
}

std::string_view PlinkSource::calls(std::int64_t record, std::int64_t stop_record, CallWindow& window) const {
  if (record < window.first_record || record >= window.stop_record) {
    const std::int64_t most = std::max<std::int64_t>(1, bytes_per_window / bytes_per_variant_);
    const std::int64_t count = std::min(most, stop_record - record);
    const auto size = static_cast<std::size_t>(count * bytes_per_variant_);
    window.bytes.reserve(size, 0);
    window.first_record = window.stop_record = record;
    if (bed_.read_at(window.bytes.data(), size, magic_size + record * bytes_per_variant_) < size) {
      throw UserError("has become shorter since it was opened", bed_path_, "run again when nobody writes to the file");
    }
    window.stop_record = record + count;
  }
  const auto size = static_cast<std::size_t>(bytes_per_variant_);
  return {window.bytes.data() + static_cast<std::size_t>(record - window.first_record) * size, size};
}

}  // namespace varisk::io
