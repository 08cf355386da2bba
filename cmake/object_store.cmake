# The library for object stores, built from rust/object_store by tools/setup/crates.py, is opened like the engine's.
set(INGOT_OBJECT_STORE "${PROJECT_SOURCE_DIR}/.deps/rust/libingot_object_store.so" CACHE FILEPATH "What rust/object_store builds to")
if(NOT EXISTS "${INGOT_OBJECT_STORE}")
  message(FATAL_ERROR "${INGOT_OBJECT_STORE} is not there: run `./dev setup`")
endif()
add_custom_command(
  OUTPUT "${PROJECT_BINARY_DIR}/lib/libingot_object_store.so"
  COMMAND "${CMAKE_COMMAND}" -E copy "${INGOT_OBJECT_STORE}" "${PROJECT_BINARY_DIR}/lib/libingot_object_store.so"
  DEPENDS "${INGOT_OBJECT_STORE}"
  VERBATIM)
add_custom_target(ingot_object_store ALL DEPENDS "${PROJECT_BINARY_DIR}/lib/libingot_object_store.so")
