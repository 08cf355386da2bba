#include "platform/engine/duckdb/library_beside.h"

#include <dlfcn.h>

#include "duckdb/common/exception.hpp"

namespace ingot::engine {

namespace {

std::string folder_of_this_library() {
    Dl_info here{};
    if (!dladdr(reinterpret_cast<const void*>(&folder_of_this_library), &here) || !here.dli_fname)
        throw duckdb::IOException("cannot tell where the program's libraries are");
    const std::string path(here.dli_fname);
    return path.substr(0, path.rfind('/') + 1);
}

}  // namespace

LibraryBeside::LibraryBeside(const char* name, const char* for_what)
    : path_(folder_of_this_library() + name),
      library_(dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (!library_)
        throw duckdb::IOException(
            "the library for %s cannot be loaded: %s; reinstall", for_what, dlerror());
}

void* LibraryBeside::symbol(const char* name) const {
    void* found = dlsym(library_, name);
    if (!found) throw duckdb::IOException("%s is not this program's library; reinstall", path_);
    return found;
}

}  // namespace ingot::engine
