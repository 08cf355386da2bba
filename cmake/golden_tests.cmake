# One test for every golden file and every page of the guide and the kinds, and for the tour in README.md: ctest -R golden/silver, ctest -R docs/guide.
file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/test/runner/*.cpp")
if(NOT sources OR NOT TARGET ingot_core)
  return()
endif()

add_executable(ingot_golden ${sources})
target_include_directories(ingot_golden PRIVATE "${PROJECT_SOURCE_DIR}/test/runner")
target_link_libraries(ingot_golden PRIVATE ingot_core)

if(NOT TARGET ingot)
  return()
endif()

file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}"
  "${PROJECT_SOURCE_DIR}/test/golden/*.test" "${PROJECT_SOURCE_DIR}/test/golden/*.test_slow"
  "${PROJECT_SOURCE_DIR}/docs/guide/*.md" "${PROJECT_SOURCE_DIR}/docs/kinds/*.md")
list(APPEND files README.md)
foreach(file IN LISTS files)
  string(REGEX REPLACE "^test/|\\.test$|\\.test_slow$|\\.md$" "" name "${file}")
  set(labels golden)
  if(file MATCHES "_slow(\\.|$)")
    list(APPEND labels slow)
  endif()
  add_test(NAME "${name}"
    COMMAND ingot_golden --ingot "$<TARGET_FILE:ingot>" "${file}"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties("${name}" PROPERTIES LABELS "${labels}" TIMEOUT 300
    ENVIRONMENT "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/test/lsan.supp:print_suppressions=0")
endforeach()
