# A test that only says why it cannot run.
function(varisk_skipped_test name reason)
  add_test(NAME ${name} COMMAND sh -c "echo 'skipped: ${reason}'; exit 77")
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77)
endfunction()

# varisk_python_check(<name> <script> [<argument>...]): a script whose exit code is the result; label `house`.
function(varisk_python_check name script)
  if(Python3_Interpreter_FOUND)
    add_test(NAME ${name} COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${ARGN})
  else()
    varisk_skipped_test(${name} "python3 is not installed")
  endif()
  set_tests_properties(${name} PROPERTIES LABELS house ENVIRONMENT "${varisk_test_environment}")
endfunction()

# varisk_python_tests(<folder> [<option of run_python_test.py>...]): tests/<folder>/test_<x>.py is the ctest <folder>_<x>
# with the label <folder>.
function(varisk_python_tests folder)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/test_*.py)
  foreach(file IN LISTS files)
    cmake_path(GET file STEM stem)
    string(REGEX REPLACE "^test_" "${folder}_" name ${stem})
    if(Python3_Interpreter_FOUND)
      add_test(NAME ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
        COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/run_python_test.py ${ARGN} ${file})
    else()
      varisk_skipped_test(${name} "python3 is not installed")
    endif()
    set_tests_properties(${name} PROPERTIES
      LABELS ${folder} SKIP_RETURN_CODE 77 TIMEOUT 900 ENVIRONMENT "${varisk_test_environment}")
  endforeach()
endfunction()
