#include "platform/engine/duckdb/phone_numbers.h"

#include <dlfcn.h>

#include <array>
#include <string>

#include "duckdb/common/exception.hpp"
#include "duckdb/common/vector_operations/binary_executor.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/main/extension/extension_loader.hpp"

namespace ingot::engine {

namespace {

// rust/phone_number: writes at most 32 bytes and gives their number; 0: no telephone number.
using ToE164 = std::size_t (*)(
    const char* number, std::size_t size, const char* region, std::size_t region_size, char* into);

// It lies beside the library that this code is in.
ToE164 open_library() {
    Dl_info here{};
    if (!dladdr(reinterpret_cast<const void*>(&open_library), &here) || !here.dli_fname)
        throw duckdb::IOException("cannot tell where the program's libraries are");
    std::string path(here.dli_fname);
    path = path.substr(0, path.rfind('/') + 1) + "libingot_phone_number.so";
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library)
        throw duckdb::IOException(
            "the library for telephone numbers cannot be loaded: %s; reinstall", dlerror());
    void* found = dlsym(library, "ingot_phone_e164");
    if (!found) throw duckdb::IOException("%s is not this program's library; reinstall", path);
    return reinterpret_cast<ToE164>(found);
}

void to_e164(duckdb::DataChunk& input, duckdb::ExpressionState&, duckdb::Vector& result) {
    static const ToE164 convert = open_library();
    duckdb::BinaryExecutor::ExecuteWithNulls<duckdb::string_t, duckdb::string_t, duckdb::string_t>(
        input.data[0], input.data[1], result, input.size(),
        [&](duckdb::string_t number, duckdb::string_t region, duckdb::ValidityMask& mask,
            duckdb::idx_t row) {
            std::array<char, 32> into{};
            const auto size = convert(number.GetData(), number.GetSize(), region.GetData(),
                region.GetSize(), into.data());
            if (size == 0) {
                mask.SetInvalid(row);
                return duckdb::string_t{};
            }
            return duckdb::StringVector::AddString(result, into.data(), size);
        });
}

}  // namespace

void register_phone_numbers(duckdb::DatabaseInstance& database) {
    const auto& text = duckdb::LogicalType::VARCHAR;
    duckdb::ExtensionLoader loader(database, "ingot");
    loader.RegisterFunction(duckdb::ScalarFunction("ingot_phone", {text, text}, text, to_e164));
}

}  // namespace ingot::engine
