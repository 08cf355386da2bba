file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/test/unit/*.cpp")
if(NOT sources OR NOT TARGET ingot_core)
  return()
endif()

find_package(GTest REQUIRED)
include(GoogleTest)

add_executable(ingot_unit ${sources})
target_include_directories(ingot_unit PRIVATE "${PROJECT_SOURCE_DIR}/test/unit")
target_link_libraries(ingot_unit PRIVATE ingot_core GTest::gtest_main)

# Discovered when ctest runs, so that a program that crashes at start fails a test and not the build.
gtest_discover_tests(ingot_unit
  DISCOVERY_MODE PRE_TEST
  TEST_PREFIX unit/
  WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
  PROPERTIES LABELS unit)
