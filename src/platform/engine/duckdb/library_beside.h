#pragma once
// A library of the program that is opened by the first who needs it, for the process's life.
#include <string>

namespace ingot::engine {

class LibraryBeside {
public:
    // Lies beside the library that this code is in. Throws duckdb::IOException when it cannot be loaded: "the library for …".
    LibraryBeside(const char* name, const char* for_what);

    // What it has under this name; throws when it has nothing.
    template <class Function>
    Function function(const char* name) const {
        return reinterpret_cast<Function>(symbol(name));
    }

private:
    void* symbol(const char* name) const;

    std::string path_;
    void* library_ = nullptr;
};

}  // namespace ingot::engine
