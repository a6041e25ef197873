add_library(varisk_sanitizers INTERFACE)
if(VARISK_SANITIZE)
  target_compile_options(varisk_sanitizers INTERFACE
    -fsanitize=${VARISK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(varisk_sanitizers INTERFACE -fsanitize=${VARISK_SANITIZE})
endif()
if(VARISK_FUZZ)
  # coverage for libFuzzer in the modules; only the fuzz targets link its main
  target_compile_options(varisk_sanitizers INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(varisk_sanitizers INTERFACE -fsanitize=fuzzer-no-link)
endif()
