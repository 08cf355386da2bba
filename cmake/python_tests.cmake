# Tests that need another reader of our tables: deltalake, pyarrow, the duckdb package.
file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/test/python"
  "${PROJECT_SOURCE_DIR}/test/python/test_*.py")
if(NOT files OR NOT TARGET ingot)
  return()
endif()

# A program beside the tests is for them: test/python/render_promote.cpp is in their environment as RENDER_PROMOTE.
set(environment "INGOT=$<TARGET_FILE:ingot>" PYTHONDONTWRITEBYTECODE=1)
file(GLOB programs CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/test/python/*.cpp")
foreach(source IN LISTS programs)
  get_filename_component(program "${source}" NAME_WE)
  add_executable(${program} "${source}")
  target_link_libraries(${program} PRIVATE ingot_core)
  string(TOUPPER ${program} variable)
  list(APPEND environment "${variable}=$<TARGET_FILE:${program}>")
endforeach()

foreach(file IN LISTS files)
  string(REGEX REPLACE "test_([^/]*)\\.py$" "\\1" name "${file}")
  set(labels python)
  if(file MATCHES "_slow\\.py$")
    list(APPEND labels slow)
  endif()
  add_test(NAME "python/${name}"
    COMMAND "${PROJECT_SOURCE_DIR}/.venv/bin/python" -m pytest -q -p no:cacheprovider "test/python/${file}"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties("python/${name}" PROPERTIES
    LABELS "${labels}" TIMEOUT 900
    ENVIRONMENT "${environment}")
endforeach()
