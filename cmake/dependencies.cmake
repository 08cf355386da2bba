# Libraries from the distribution, and DuckDB from .deps/ (put there by `./dev setup`).
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
set(ZLIB_USE_STATIC_LIBS ON)
find_package(ZLIB REQUIRED)
find_path(ZSTD_INCLUDE_DIR zstd.h REQUIRED)
find_library(ZSTD_LIBRARY NAMES libzstd.a zstd REQUIRED)
# Headers only: the library is opened when a first request is made (platform/http/curl.h).
find_path(CURL_INCLUDE_DIR curl/curl.h REQUIRED)
find_path(LZ4_INCLUDE_DIR lz4frame.h REQUIRED)
find_library(LZ4_LIBRARY NAMES liblz4.a lz4 REQUIRED)
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
find_library(XXHASH_LIBRARY NAMES libxxhash.a xxhash REQUIRED)

find_path(RE2_INCLUDE_DIR re2/re2.h REQUIRED)
# From 2023-06 on its archive is made of abseil's, which nobody lists; the shared library knows them.
file(STRINGS "${RE2_INCLUDE_DIR}/re2/re2.h" RE2_WITH_ABSEIL REGEX "^#include \"absl/" LIMIT_COUNT 1)
if(RE2_WITH_ABSEIL)
  find_library(RE2_LIBRARY NAMES re2 REQUIRED)
else()
  find_library(RE2_LIBRARY NAMES libre2.a re2 REQUIRED)
endif()
find_path(EXPAT_INCLUDE_DIR expat.h REQUIRED)
find_library(EXPAT_LIBRARY NAMES libexpat.a expat REQUIRED)
# The archive library and what it unpacks with. As archives of objects only the few formats that are asked for are linked.
find_path(ARCHIVE_INCLUDE_DIR archive.h REQUIRED)
set(ARCHIVE_LIBRARIES "")
foreach(name IN ITEMS archive lzma bz2 nettle)
  find_library(ARCHIVE_LIBRARY_${name} NAMES lib${name}.a ${name} REQUIRED)
  list(APPEND ARCHIVE_LIBRARIES "${ARCHIVE_LIBRARY_${name}}")
endforeach()

# Debian's yaml-cpp package exports only the shared library; the archive lies beside it.
find_path(YAML_CPP_INCLUDE_DIR yaml-cpp/yaml.h REQUIRED)
find_library(YAML_CPP_LIBRARY NAMES libyaml-cpp.a yaml-cpp REQUIRED)

add_library(ingot_libraries INTERFACE)
target_include_directories(ingot_libraries SYSTEM INTERFACE "${YAML_CPP_INCLUDE_DIR}" "${ZSTD_INCLUDE_DIR}" "${XXHASH_INCLUDE_DIR}" "${CURL_INCLUDE_DIR}"
  "${EXPAT_INCLUDE_DIR}" "${ARCHIVE_INCLUDE_DIR}" "${RE2_INCLUDE_DIR}")
target_link_libraries(ingot_libraries INTERFACE
  "${YAML_CPP_LIBRARY}" fmt::fmt nlohmann_json::nlohmann_json CLI11::CLI11 OpenSSL::Crypto "${EXPAT_LIBRARY}" ${ARCHIVE_LIBRARIES} ZLIB::ZLIB "${ZSTD_LIBRARY}"
  "${XXHASH_LIBRARY}" "${RE2_LIBRARY}"
  Threads::Threads ${CMAKE_DL_LIBS})

# Shared libraries that a target machine may lack travel in lib/ beside the program.
set(INGOT_BUNDLED_LIBRARIES "")
foreach(library IN ITEMS "$<TARGET_FILE:fmt::fmt>" "${YAML_CPP_LIBRARY}" "${RE2_LIBRARY}")
  if(library MATCHES "TARGET_FILE|\\.so$")
    list(APPEND INGOT_BUNDLED_LIBRARIES "${library}")
  endif()
endforeach()

# Roaring bitmaps, as the one file of C that their project releases.
set(roaring "${PROJECT_SOURCE_DIR}/.deps/roaring")
if(NOT EXISTS "${roaring}/roaring/roaring.h")
  message(FATAL_ERROR "CRoaring is not in ${roaring}: run `./dev setup`")
endif()
add_library(roaring STATIC "${roaring}/roaring/roaring.c")
target_compile_options(roaring PRIVATE -w)
set_target_properties(roaring PROPERTIES POSITION_INDEPENDENT_CODE ON)
# One file includes its header.
set_source_files_properties("${PROJECT_SOURCE_DIR}/src/platform/table/roaring/row_set.cpp" PROPERTIES COMPILE_OPTIONS "-isystem;${roaring}")
target_link_libraries(ingot_libraries INTERFACE "$<LINK_ONLY:roaring>")

set(INGOT_DUCKDB_VERSION 1.5.5)
set(INGOT_DUCKDB_DIR "${PROJECT_SOURCE_DIR}/.deps/duckdb" CACHE PATH "DuckDB's headers, library and extensions")
if(NOT EXISTS "${INGOT_DUCKDB_DIR}/lib/libduckdb_static.a")
  message(FATAL_ERROR "DuckDB is not in ${INGOT_DUCKDB_DIR}: run `./dev setup`")
endif()
