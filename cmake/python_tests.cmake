# Tests that need another reader of our tables: deltalake, pyarrow, the duckdb package.
file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/test/python"
  "${PROJECT_SOURCE_DIR}/test/python/test_*.py")
if(NOT files OR NOT TARGET ingot)
  return()
endif()

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
    ENVIRONMENT "INGOT=$<TARGET_FILE:ingot>;PYTHONDONTWRITEBYTECODE=1")
endforeach()
