# The recorded cases of the foundry, run by our programs of its names.
if(NOT TARGET ingot)
  return()
endif()

add_test(NAME foundry
  COMMAND "${PROJECT_SOURCE_DIR}/.venv/bin/python" test/foundry/run_cases.py --bin "$<TARGET_FILE_DIR:ingot>" -j 2
  WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
set_tests_properties(foundry PROPERTIES LABELS "foundry" TIMEOUT 900 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
