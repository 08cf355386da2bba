# The DuckDB engine is a module that the program opens when a command needs it, so that `ingot --version` does not
# load 60 MB. DuckDB's archives are linked into it: their names stay inside, where those of its shared library cost 74,000
# lookups at each start (10 ms) and an indirect call each. Extensions are hard links into .deps/: one alone has 350 MB.
set(link_tree "${PROJECT_SOURCE_DIR}/tools/setup/link_tree.sh")
add_custom_command(
  OUTPUT "${PROJECT_BINARY_DIR}/lib/.duckdb"
  COMMAND sh "${link_tree}" "${INGOT_DUCKDB_DIR}/extensions" "${PROJECT_BINARY_DIR}/lib/extensions"
  COMMAND "${CMAKE_COMMAND}" -E touch "${PROJECT_BINARY_DIR}/lib/.duckdb"
  DEPENDS "${PROJECT_SOURCE_DIR}/tools/deps.lock" "${link_tree}"
  VERBATIM)
add_custom_target(ingot_duckdb_files ALL DEPENDS "${PROJECT_BINARY_DIR}/lib/.duckdb")

file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/platform/engine/duckdb/*.cpp")
if(NOT sources)
  return()
endif()

set(archives "")
foreach(name IN ITEMS duckdb_static duckdb_generated_extension_loader
    autocomplete_extension core_functions_extension icu_extension json_extension parquet_extension
    duckdb_fastpforlib duckdb_fmt duckdb_fsst duckdb_hyperloglog duckdb_mbedtls duckdb_miniz duckdb_pg_query duckdb_re2
    duckdb_skiplistlib duckdb_utf8proc duckdb_yyjson duckdb_zstd)
  list(APPEND archives "${INGOT_DUCKDB_DIR}/lib/lib${name}.a")
endforeach()
find_package(Threads REQUIRED)
add_library(duckdb INTERFACE)
target_include_directories(duckdb SYSTEM INTERFACE "${INGOT_DUCKDB_DIR}/include")
target_link_libraries(duckdb INTERFACE "-Wl,--start-group" ${archives} "-Wl,--end-group" Threads::Threads ${CMAKE_DL_LIBS})

# duckdb.hpp costs 14 s and 640 MB a file: one at a time.
set_property(GLOBAL APPEND PROPERTY JOB_POOLS duckdb_compile=1)

# Arrow's streams, read into the engine: nanoarrow and the runtime of flatcc that it needs, as their sources come.
set(nanoarrow "${PROJECT_SOURCE_DIR}/.deps/nanoarrow")
if(NOT EXISTS "${nanoarrow}/nanoarrow/nanoarrow.h")
  message(FATAL_ERROR "nanoarrow is not in ${nanoarrow}: run `./dev setup`")
endif()
set(NANOARROW_VERSION 0.9.0)
set(NANOARROW_VERSION_MAJOR 0)
set(NANOARROW_VERSION_MINOR 9)
set(NANOARROW_VERSION_PATCH 0)
set(NANOARROW_NAMESPACE_DEFINE "#define NANOARROW_NAMESPACE Ingot")
configure_file("${nanoarrow}/nanoarrow/nanoarrow_config.h.in" "${PROJECT_BINARY_DIR}/nanoarrow/nanoarrow/nanoarrow_config.h" @ONLY)
set(nanoarrow_sources "")
foreach(name IN ITEMS nanoarrow/common/array nanoarrow/common/array_stream nanoarrow/common/schema nanoarrow/common/utils
    nanoarrow/ipc/codecs nanoarrow/ipc/decoder nanoarrow/ipc/encoder nanoarrow/ipc/reader
    flatcc_runtime/builder flatcc_runtime/emitter flatcc_runtime/refmap flatcc_runtime/verifier)
  list(APPEND nanoarrow_sources "${nanoarrow}/${name}.c")
endforeach()
add_library(nanoarrow STATIC ${nanoarrow_sources})
target_include_directories(nanoarrow SYSTEM PUBLIC
  "${nanoarrow}" "${PROJECT_BINARY_DIR}/nanoarrow" "${ZSTD_INCLUDE_DIR}" "${LZ4_INCLUDE_DIR}")
target_compile_definitions(nanoarrow PUBLIC NANOARROW_IPC_WITH_ZSTD NANOARROW_IPC_WITH_LZ4)
target_compile_options(nanoarrow PRIVATE -w)
target_link_libraries(nanoarrow PUBLIC "${ZSTD_LIBRARY}" "${LZ4_LIBRARY}")
set_target_properties(nanoarrow PROPERTIES POSITION_INDEPENDENT_CODE ON)

add_library(ingot_duckdb MODULE ${sources})
target_include_directories(ingot_duckdb PRIVATE "${PROJECT_SOURCE_DIR}/src" "${INGOT_GENERATED_DIR}")
target_link_libraries(ingot_duckdb PRIVATE ingot_core duckdb nanoarrow)
# DuckDB's objects are of C++11 and define the constants of its classes; ours, of C++23, define them once more, as unique
# symbols, which a linker takes for a second definition, unless they are plain weak ones.
target_compile_options(ingot_duckdb PRIVATE -fno-gnu-unique)
add_dependencies(ingot_duckdb ingot_embedded_sql ingot_duckdb_files)
set(exports "${PROJECT_SOURCE_DIR}/cmake/ingot_duckdb.exports")
target_link_options(ingot_duckdb PRIVATE "-Wl,--version-script=${exports}" -Wl,-Bsymbolic -Wl,--no-undefined)
set_target_properties(ingot_duckdb PROPERTIES
  INSTALL_RPATH "$ORIGIN"
  CXX_VISIBILITY_PRESET default  # the export list decides, so the entry point needs no attribute
  LINK_DEPENDS "${exports}"
  JOB_POOL_COMPILE duckdb_compile)
install(TARGETS ingot_duckdb LIBRARY DESTINATION lib)
