# Run with cmake -P: writes OUTPUT, a C++ file with the contents of STYLES and SCRIPTS (joined), LIBRARY and LICENCE and
# the hashes that the page's content security policy names.
cmake_minimum_required(VERSION 3.25)

# The base64 of a SHA-256 that is spelled in hex: 32 bytes, padded to 33, so that the last of 44 characters is `=`.
function(to_base64 hex result)
  set(alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  set(text "")
  foreach(at RANGE 0 60 6)
    string(SUBSTRING "${hex}00" ${at} 6 group)
    foreach(shift IN ITEMS 18 12 6 0)
      math(EXPR index "(0x${group} >> ${shift}) & 63")
      string(SUBSTRING "${alphabet}" ${index} 1 character)
      string(APPEND text "${character}")
    endforeach()
  endforeach()
  string(SUBSTRING "${text}" 0 43 text)
  set(${result} "${text}=" PARENT_SCOPE)
endfunction()

# join(<output file> <before> <after> <files>...)
function(join output before after)
  set(text "${before}")
  foreach(file IN LISTS ARGN)
    file(READ ${file} part)
    string(APPEND text "${part}")
  endforeach()
  file(WRITE ${output} "${text}${after}")
endfunction()

# A function `name` that returns the bytes of `file`, and one `name_sha256`.
function(embed name file)
  file(READ ${file} hex HEX)
  if(name MATCHES "script|style")
    file(READ ${file} text)
    string(TOLOWER "${text}" text)
    if(text MATCHES "</s(cript|tyle)|<!--")
      message(FATAL_ERROR "${file} has text that would end its element in a page")
    endif()
  endif()
  file(SHA256 ${file} digest)
  to_base64(${digest} base64)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
  file(APPEND ${OUTPUT}.new "namespace {\nconstexpr unsigned char ${name}_bytes[] = {\n${bytes}0};\n}\n"
    "std::string_view ${name}() noexcept { return text_of(${name}_bytes); }\n"
    "std::string_view ${name}_sha256() noexcept { return \"${base64}\"; }\n\n")
endfunction()

file(WRITE ${OUTPUT}.new "// Made by embed_page_assets.cmake.\n#include \"page_assets.hpp\"\n\n#include <cstddef>\n\n"
  "namespace varisk::report::page_assets {\nnamespace {\ntemplate <std::size_t size>\n"
  "std::string_view text_of(const unsigned char (&bytes)[size]) noexcept {\n"
  "  return {reinterpret_cast<const char*>(bytes), size - 1};\n}\n}\n")
join(${OUTPUT}.css "" "" ${STYLES})
join(${OUTPUT}.js "(() => {\n\"use strict\";\n" "})();\n" ${SCRIPTS})
embed(style ${OUTPUT}.css)
embed(page_script ${OUTPUT}.js)
embed(library_script ${LIBRARY})
embed(library_licence ${LICENCE})
file(APPEND ${OUTPUT}.new "}  // namespace varisk::report::page_assets\n")
file(RENAME ${OUTPUT}.new ${OUTPUT})
