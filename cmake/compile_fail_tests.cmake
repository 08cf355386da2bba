# Mistakes that the compiler must catch. The first line of each file says with what: `// expect: text`.
file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/test/compile_fail/*.cpp")
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME_WE)
  add_test(NAME "compile_fail/${name}"
    COMMAND sh "${PROJECT_SOURCE_DIR}/tools/expect_compile_error.sh" "${file}"
            "${CMAKE_CXX_COMPILER}" -std=c++23 -fsyntax-only -I "${PROJECT_SOURCE_DIR}/src" -I "${INGOT_GENERATED_DIR}")
  set_tests_properties("compile_fail/${name}" PROPERTIES LABELS compile_fail)
endforeach()
