#pragma once
// lib/libingot_object_store.so: the crate object_store behind C functions (rust/object_store).
#include <cstddef>
#include <cstdint>

#include "base/result.h"

namespace ingot::storage::library {

// What every function gives back beside its code: the answer, or words about the failure. To be freed.
struct Buffer {
    unsigned char* data = nullptr;
    std::size_t size = 0;
};

enum Code { ok = 0, not_found = 1, exists = 2, denied = 3, invalid = 4, failed = 5 };

// Texts are a pointer and a size. Lists are texts that are each ended by a zero byte; a record of an object is
// "size \t modified, in microseconds \t etag \t key", a folder one of size -1.
struct Functions {
    int (*open)(
        const char* kind, std::size_t, const char* settings, std::size_t, void** store, Buffer*);
    void (*close)(void* store);
    void (*free)(Buffer);
    int (*head)(const void* store, const char* key, std::size_t, Buffer*);
    int (*get)(const void* store, const char* key, std::size_t, std::uint64_t offset,
        std::uint64_t length, Buffer*);
    // mode: 0 writes over, 1 only where nothing is, 2 only over the object of this etag.
    int (*put)(const void* store, const char* key, std::size_t, const char* bytes, std::size_t,
        int mode, const char* etag, std::size_t, Buffer*);
    int (*list)(const void* store, const char* folder, std::size_t, int shallow, Buffer*);
    int (*remove)(const void* store, const char* keys, std::size_t, Buffer*);
    int (*copy)(
        const void* store, const char* from, std::size_t, const char* to, std::size_t, Buffer*);
    int (*begin)(const void* store, const char* key, std::size_t, Buffer*);
    int (*part)(const void* store, const char* key, std::size_t, const char* upload, std::size_t,
        std::uint64_t index, const char* bytes, std::size_t, Buffer*);
    int (*complete)(const void* store, const char* key, std::size_t, const char* upload,
        std::size_t, const char* parts, std::size_t, Buffer*);
    int (*abort)(
        const void* store, const char* key, std::size_t, const char* upload, std::size_t, Buffer*);
};

// Loaded once; STG105 when this build has none.
Result<const Functions*> functions();

}  // namespace ingot::storage::library
