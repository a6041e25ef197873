# The style, script and plotting library that every page carries (module report), as bytes within the program.
# D3 (BSD-3-Clause) comes from Debian's node-d3; elsewhere give -DVARISK_D3=.../d3.min.js (version 5 or later) and
# -DVARISK_D3_LICENCE=... of the same release.
find_file(VARISK_D3 d3.min.js PATHS /usr/share/nodejs/d3/dist NO_DEFAULT_PATH DOC "D3, one minified file")
find_file(VARISK_D3_LICENCE copyright PATHS /usr/share/doc/node-d3 NO_DEFAULT_PATH DOC "licence of D3")
foreach(file IN ITEMS VARISK_D3 VARISK_D3_LICENCE)
  if(NOT EXISTS "${${file}}")
    message(FATAL_ERROR "${file}: no such file. The pages need D3: install node-d3 (pipelines/install_packages.sh build), "
      "or give -DVARISK_D3=.../d3.min.js and -DVARISK_D3_LICENCE=.../LICENSE")
  endif()
endforeach()

# varisk_page_assets(<target> <folder>): compiles page_assets.cpp, made of the files in <folder> and D3, into the target.
function(varisk_page_assets target folder)
  set(styles page.css plot.css print.css)
  set(scripts dom.js format.js table.js plot_frame.js xy_plot.js readout.js row_plot.js matrix_plot.js blocks.js main.js)
  list(TRANSFORM styles PREPEND ${folder}/)
  list(TRANSFORM scripts PREPEND ${folder}/)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/page_assets.cpp)
  set(embed ${CMAKE_SOURCE_DIR}/cmake/embed_page_assets.cmake)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DSTYLES=${styles}" "-DSCRIPTS=${scripts}" -DLIBRARY=${VARISK_D3}
      -DLICENCE=${VARISK_D3_LICENCE} -DOUTPUT=${output} -P ${embed}
    DEPENDS ${styles} ${scripts} ${VARISK_D3} ${VARISK_D3_LICENCE} ${embed}
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
