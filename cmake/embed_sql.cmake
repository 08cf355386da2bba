# Every src/**/*.sql becomes a header of one string: src/a/b/c.sql is included as "a/b/c.sql.h" and named
# ingot::embedded::a_b_c_sql. Run as a script (cmake -DFROM= -DTO= -DNAME= -P) it writes one such header.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${FROM}" text)
  file(WRITE "${TO}" "#pragma once
#include <string_view>

namespace ingot::embedded {
inline constexpr std::string_view ${NAME} = R\"~sql~(${text})~sql~\";
}  // namespace ingot::embedded
")
  return()
endif()

set(INGOT_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated")
file(MAKE_DIRECTORY "${INGOT_GENERATED_DIR}")
file(GLOB_RECURSE sql_files CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/src/*.sql")
set(headers "")
foreach(file IN LISTS sql_files)
  string(MAKE_C_IDENTIFIER "${file}" name)
  set(header "${INGOT_GENERATED_DIR}/${file}.h")
  add_custom_command(
    OUTPUT "${header}"
    COMMAND "${CMAKE_COMMAND}" "-DFROM=${PROJECT_SOURCE_DIR}/src/${file}" "-DTO=${header}" "-DNAME=${name}"
            -P "${CMAKE_CURRENT_LIST_FILE}"
    DEPENDS "${PROJECT_SOURCE_DIR}/src/${file}" "${CMAKE_CURRENT_LIST_FILE}"
    VERBATIM)
  list(APPEND headers "${header}")
endforeach()
add_custom_target(ingot_embedded_sql DEPENDS ${headers})
