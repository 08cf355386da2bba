#include "platform/storage/object_library.h"

#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <string>

namespace ingot::storage::library {

namespace {

// <prefix>/lib of a program that stands in <prefix>/bin.
std::string library_path() {
    std::array<char, 4096> buffer{};
    const auto length = readlink("/proc/self/exe", buffer.data(), buffer.size());
    if (length <= 0 || static_cast<std::size_t>(length) >= buffer.size()) return {};
    std::string path(buffer.data(), static_cast<std::size_t>(length));
    path.resize(path.rfind('/'));
    return path + "/../lib/libingot_object_store.so";
}

template <class Function>
bool find(void* library, const char* name, Function& into) {
    into = reinterpret_cast<Function>(dlsym(library, name));
    return into != nullptr;
}

Result<Functions> load() {
    const auto path = library_path();
    // Never closed: its threads live as long as the program.
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return fail("STG105", std::string("the library for object stores cannot be loaded: ") +
                                  dlerror() + "; reinstall, or use a warehouse on disk");
    Functions f{};
    const bool complete =
        find(library, "ingot_store_open", f.open) && find(library, "ingot_store_close", f.close) &&
        find(library, "ingot_store_free", f.free) && find(library, "ingot_store_head", f.head) &&
        find(library, "ingot_store_get", f.get) && find(library, "ingot_store_put", f.put) &&
        find(library, "ingot_store_list", f.list) &&
        find(library, "ingot_store_remove", f.remove) &&
        find(library, "ingot_store_copy", f.copy) && find(library, "ingot_store_begin", f.begin) &&
        find(library, "ingot_store_part", f.part) &&
        find(library, "ingot_store_complete", f.complete) &&
        find(library, "ingot_store_abort", f.abort);
    if (!complete) return fail("STG105", path + " is not this program's library; reinstall");
    return f;
}

}  // namespace

Result<const Functions*> functions() {
    static const Result<Functions> loaded = load();
    if (!loaded) return std::unexpected(loaded.error());
    return &*loaded;
}

}  // namespace ingot::storage::library
