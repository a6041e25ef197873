#include "variant_index.hpp"

#include <htslib/hts.h>
#include <htslib/tbx.h>
#include <htslib/vcf.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace varisk::io {
namespace {

struct DestroyIterator {
  void operator()(hts_itr_t* iterator) const noexcept { hts_itr_destroy(iterator); }
};
using Iterator = std::unique_ptr<hts_itr_t, DestroyIterator>;
struct DestroyIndex {
  void operator()(hts_idx_t* index) const noexcept { hts_idx_destroy(index); }
};
struct DestroyTabix {
  void operator()(tbx_t* index) const noexcept { tbx_destroy(index); }
};
struct FreeNames {
  void operator()(const char** names) const noexcept { std::free(names); }  // NOLINT: HTSlib allocates with malloc
};

}  // namespace

struct VariantIndex::Handles {
  std::unique_ptr<tbx_t, DestroyTabix> tabix;      // of text
  std::unique_ptr<hts_idx_t, DestroyIndex> plain;  // of BCF
  [[nodiscard]] const hts_idx_t* index() const { return tabix ? tabix->idx : plain.get(); }
};

std::optional<IndexFile> find_index(const std::string& path, Encoding encoding) {
  namespace fs = std::filesystem;
  std::optional<IndexFile> found;
  std::error_code code;
  const auto of_data = fs::last_write_time(path, code);
  if (code) return std::nullopt;
  fs::file_time_type newest;
  for (const char* suffix : {".csi", ".tbi"}) {
    if (encoding == Encoding::bcf && std::string_view(suffix) == ".tbi") continue;
    const auto written = fs::last_write_time(path + suffix, code);
    if (code || (found && written <= newest)) continue;
    newest = written;
    found = IndexFile{path + suffix, written < of_data};
  }
  return found;
}

VariantIndex::VariantIndex(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {}
VariantIndex::~VariantIndex() = default;
VariantIndex::VariantIndex(VariantIndex&&) noexcept = default;
VariantIndex& VariantIndex::operator=(VariantIndex&&) noexcept = default;

std::optional<VariantIndex> VariantIndex::load(const std::string& path, const std::string& index,
                                               const VariantHeader& header, Encoding encoding) {
  hts_set_log_level(HTS_LOG_OFF);  // what is wrong is said by our own warnings
  auto handles = std::make_unique<Handles>();
  if (encoding == Encoding::bcf) {
    handles->plain.reset(hts_idx_load3(path.c_str(), index.c_str(), HTS_FMT_CSI, HTS_IDX_SILENT_FAIL));
    if (!handles->plain) return std::nullopt;
    VariantIndex loaded(std::move(handles));
    const int contigs = hts_idx_nseq(loaded.handles_->index());
    for (int i = 0; i < contigs; ++i) {
      const auto name = header.contig_name(i);
      if (name) loaded.add_contig(i, std::string(*name));
    }
    loaded.find_end();
    return loaded;
  }
  handles->tabix.reset(tbx_index_load3(path.c_str(), index.c_str(), HTS_IDX_SILENT_FAIL));
  if (!handles->tabix) return std::nullopt;
  const tbx_conf_t& columns = handles->tabix->conf;
  if (columns.preset != TBX_VCF || columns.sc != 1 || columns.bc != 2 || columns.meta_char != '#') return std::nullopt;
  VariantIndex loaded(std::move(handles));
  int count = 0;
  const std::unique_ptr<const char*, FreeNames> names(tbx_seqnames(loaded.handles_->tabix.get(), &count));
  for (int i = 0; names && i < count; ++i) loaded.add_contig(i, names.get()[i]);
  loaded.find_end();
  return loaded;
}

void VariantIndex::add_contig(int number, std::string name) {
  std::uint64_t records = 0;
  std::uint64_t without_place = 0;
  if (hts_idx_get_stat(handles_->index(), number, &records, &without_place) == 0) {
    if (records > 0) contigs_.push_back({number, std::move(name)});
    return;
  }
  // The index has no counts; going over all bins of the contig is slow.
  const auto chunks = find(number, 1, HTS_POS_MAX - 1);
  for (const Chunk& chunk : chunks) end_ = std::max(end_, chunk.end);
  if (!chunks.empty()) contigs_.push_back({number, std::move(name)});
}

/// HTSlib starts to look for records without a place where the last contig ends; indexes with counts say where.
void VariantIndex::find_end() {
  const Iterator behind(hts_itr_query(handles_->index(), HTS_IDX_NOCOOR, 0, 0, nullptr));
  if (behind && behind->read_rest != 0) end_ = std::max(end_, behind->curr_off);
}

std::vector<Chunk> VariantIndex::find(int contig, std::int64_t first, std::int64_t last) const {
  const Iterator found(hts_itr_query(handles_->index(), contig, std::max<std::int64_t>(first, 1) - 1, last, nullptr));
  std::vector<Chunk> chunks;
  for (int i = 0; found && i < found->n_off; ++i) chunks.push_back({found->off[i].u, found->off[i].v});
  return chunks;
}

}  // namespace varisk::io
