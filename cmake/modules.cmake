# varisk_module(<name> [DEPENDS <modules>...] [LINK <libraries>...] [PRIVATE_LINK <libraries>...])
# One folder is one module: public headers in include/varisk/<name>, sources and private headers in src/<name>,
# unit tests in tests/unit/<name>. DEPENDS is also what tests/check_includes.py holds the #includes against.
function(varisk_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK;PRIVATE_LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  add_library(varisk_${name} STATIC ${sources})
  add_library(varisk::${name} ALIAS varisk_${name})
  target_include_directories(varisk_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include PRIVATE ${CMAKE_SOURCE_DIR}/src/${name})
  list(TRANSFORM ARG_DEPENDS PREPEND varisk::)
  target_link_libraries(varisk_${name}
    PUBLIC ${ARG_DEPENDS} ${ARG_LINK} varisk_sanitizers
    PRIVATE ${ARG_PRIVATE_LINK} varisk_warnings)
  set_property(GLOBAL APPEND PROPERTY VARISK_MODULES ${name})
endfunction()
