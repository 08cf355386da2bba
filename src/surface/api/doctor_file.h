#pragma once
// A configuration of the foundry outside of any project: what is wrong with it, whether what it names is there, and the
// text with deprecated keys as they are written now.
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "surface/api/doctor.h"

namespace ingot::api {

struct FileDoctorOptions {
    bool connect = false;
    int version = 1;  // config_version to write
};

struct ExaminedFile {
    std::vector<Examined> found;
    std::string before;  // the file's text
    std::string after;   // with what can be mended mended; every comment stands where it stood
};

// Mistakes, and what is deprecated, are in `diagnostics` with their places. Changes nothing.
ExaminedFile examine_file(
    const std::string& path, const FileDoctorOptions& options, Diagnostics& diagnostics);

// What `diff -u` would print; empty where both are the same.
std::string unified_diff(
    const std::string& path, const std::string& before, const std::string& after);

// Replaces the file as a whole or not at all.
Status write_mended(const std::string& path, const ExaminedFile& examined);

}  // namespace ingot::api
