#include "platform/engine/duckdb/phone_numbers.h"

#include <array>

#include "duckdb/common/vector_operations/binary_executor.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/main/extension/extension_loader.hpp"
#include "platform/engine/duckdb/library_beside.h"

namespace ingot::engine {

namespace {

// rust/phone_number: writes at most 32 bytes and gives their number; 0: no telephone number.
using ToE164 = std::size_t (*)(
    const char* number, std::size_t size, const char* region, std::size_t region_size, char* into);

void to_e164(duckdb::DataChunk& input, duckdb::ExpressionState&, duckdb::Vector& result) {
    static const auto convert = LibraryBeside("libingot_phone_number.so", "telephone numbers")
                                    .function<ToE164>("ingot_phone_e164");
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
