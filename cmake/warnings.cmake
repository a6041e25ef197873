add_library(varisk_warnings INTERFACE)
target_compile_options(varisk_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wdouble-promotion -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC bug 105651: false alarm for "text" + std::string
  target_compile_options(varisk_warnings INTERFACE -Wno-restrict)
endif()
option(VARISK_WERROR "treat warnings as errors" OFF)
if(VARISK_WERROR)
  target_compile_options(varisk_warnings INTERFACE -Werror)
  if(VARISK_SANITIZE)
    # GCC: the instrumentation hides values from this one, it raises false alarms
    target_compile_options(varisk_warnings INTERFACE -Wno-error=maybe-uninitialized)
  endif()
endif()
