#include "varisk/io/variant_source.hpp"

#include <filesystem>

#include "plink_source.hpp"
#include "varisk/core/error.hpp"
#include "vcf_source.hpp"

namespace varisk::io {

std::string_view VariantSource::calls(std::int64_t /*record*/, std::int64_t /*stop_record*/,
                                      CallWindow& /*window*/) const {
  throw InternalError("the calls of this source are in its records");
}

std::string variant_path(const std::string& argument) {
  const std::filesystem::path path(argument);
  if (path.extension() == ".bim" || path.extension() == ".fam") {
    return std::filesystem::path(path).replace_extension(".bed").string();
  }
  std::error_code code;
  if (argument != "-" && !std::filesystem::exists(path, code) && std::filesystem::exists(argument + ".bed", code)) {
    return argument + ".bed";
  }
  return argument;
}

std::unique_ptr<VariantSource> open_variant_source(const std::string& path) {
  const std::string known = variant_path(path);
  const auto extension = std::filesystem::path(known).extension();
  if (extension == ".bed") return std::make_unique<PlinkSource>(known);
  if (extension == ".pgen" || extension == ".bgen") {
    throw UserError("PGEN and BGEN are not read", known,
                    "plink2 --make-bed writes hard calls, plink2 --export bcf vcf-dosage=DS-force dosages");
  }
  return std::make_unique<VcfSource>(known);
}

}  // namespace varisk::io
