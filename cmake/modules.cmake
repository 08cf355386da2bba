# One object library per folder of src/, all of them in one archive, and the program on top.
# Files are globbed, so a new kind edits nothing here.
set(core_objects "")
file(GLOB folders CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/src/*")
foreach(folder IN LISTS folders)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/src/platform/engine/duckdb/")
  if(NOT IS_DIRECTORY "${PROJECT_SOURCE_DIR}/src/${folder}" OR NOT sources)
    continue()
  endif()
  add_library(ingot_${folder} OBJECT ${sources})
  target_include_directories(ingot_${folder} PRIVATE "${PROJECT_SOURCE_DIR}/src" "${INGOT_GENERATED_DIR}")
  target_link_libraries(ingot_${folder} PRIVATE ingot_libraries)
  add_dependencies(ingot_${folder} ingot_embedded_sql)
  list(APPEND core_objects $<TARGET_OBJECTS:ingot_${folder}>)
endforeach()

if(NOT core_objects)
  message(STATUS "src/ has no modules yet")
  return()
endif()

add_library(ingot_core STATIC ${core_objects})
target_include_directories(ingot_core PUBLIC "${PROJECT_SOURCE_DIR}/src" "${INGOT_GENERATED_DIR}")
target_link_libraries(ingot_core PUBLIC ingot_libraries)
set_target_properties(ingot_core PROPERTIES LINKER_LANGUAGE CXX)

if(EXISTS "${PROJECT_SOURCE_DIR}/src/main.cpp")
  add_executable(ingot src/main.cpp)
  target_link_libraries(ingot PRIVATE ingot_core)
  install(TARGETS ingot RUNTIME DESTINATION bin)
  # The foundry's programs are this one under other names: links beside it, here and where it is installed.
  file(STRINGS src/surface/cli/programs.inc programs REGEX "^PROGRAM")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS src/surface/cli/programs.inc)
  foreach(line IN LISTS programs)
    string(REGEX REPLACE "^PROGRAM\\(\"([a-z_]+)\".*" "\\1" program "${line}")
    file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
    file(CREATE_LINK ingot "${PROJECT_BINARY_DIR}/bin/${program}" SYMBOLIC)
    install(FILES "${PROJECT_BINARY_DIR}/bin/${program}" DESTINATION bin)
  endforeach()
endif()

# Programs in other languages that ours starts stand in share/ingot beside it, as they will when it is installed.
set(shared "${PROJECT_BINARY_DIR}/share/ingot/extractor.py")
set(extractor "${PROJECT_SOURCE_DIR}/src/platform/connector/process/extractor.py")
add_custom_command(
  OUTPUT "${shared}"
  COMMAND "${CMAKE_COMMAND}" -E copy "${extractor}" "${shared}"
  DEPENDS "${extractor}"
  VERBATIM)
add_custom_target(ingot_shared ALL DEPENDS "${shared}")

set(stamp "${PROJECT_BINARY_DIR}/lib/.bundled")
add_custom_command(
  OUTPUT "${stamp}"
  COMMAND sh "${PROJECT_SOURCE_DIR}/tools/setup/bundle_libraries.sh" "${PROJECT_BINARY_DIR}/lib"
          ${INGOT_BUNDLED_LIBRARIES}
  COMMAND "${CMAKE_COMMAND}" -E touch "${stamp}"
  VERBATIM)
add_custom_target(ingot_bundled_libraries ALL DEPENDS "${stamp}")
