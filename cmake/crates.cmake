# The libraries built from rust/ by tools/setup/crates.py are opened like the engine's.
function(add_crate name)
  string(TOUPPER "INGOT_${name}" place)
  set(${place} "${PROJECT_SOURCE_DIR}/.deps/rust/libingot_${name}.so" CACHE FILEPATH "What rust/${name} builds to")
  if(NOT EXISTS "${${place}}")
    message(FATAL_ERROR "${${place}} is not there: run `./dev setup`")
  endif()
  set(copy "${PROJECT_BINARY_DIR}/lib/libingot_${name}.so")
  add_custom_command(
    OUTPUT "${copy}"
    COMMAND "${CMAKE_COMMAND}" -E copy "${${place}}" "${copy}"
    DEPENDS "${${place}}"
    VERBATIM)
  add_custom_target(ingot_${name} ALL DEPENDS "${copy}")
endfunction()

add_crate(object_store)
add_crate(phone_number)
add_crate(phonetic)
