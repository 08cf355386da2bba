#include "platform/engine/duckdb/arrow_stream.h"

#include <cstdio>
#include <mutex>
#include <set>
#include <string>

#include "duckdb/common/arrow/arrow_wrapper.hpp"
#include "duckdb/common/exception.hpp"
#include "duckdb/function/table/arrow.hpp"
#include "duckdb/function/table_function.hpp"
#include "duckdb/main/database.hpp"
#include "duckdb/main/extension/extension_loader.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "nanoarrow/nanoarrow_ipc.h"

namespace ingot::engine {

namespace {

using duckdb::Value;

// The engine's scan is told by a pointer what to open; this keeps what it points to for as long as the program runs.
const std::string& kept(const std::string& path) {
    static std::mutex mutex;
    static std::set<std::string> paths;
    const std::lock_guard lock(mutex);
    return *paths.insert(path).first;
}

void open(const std::string& path, ArrowArrayStream& stream) {
    auto* file = std::fopen(path.c_str(), "rb");
    if (!file) throw duckdb::IOException("cannot read %s", path);
    ArrowIpcInputStream input{};
    if (ArrowIpcInputStreamInitFile(&input, file, 1) != NANOARROW_OK) {
        (void)std::fclose(file);
        throw duckdb::OutOfMemoryException("no memory to read %s", path);
    }
    if (ArrowIpcArrayStreamReaderInit(&stream, &input, nullptr) == NANOARROW_OK) return;
    if (input.release) input.release(&input);
    throw duckdb::OutOfMemoryException("no memory to read %s", path);
}

duckdb::unique_ptr<duckdb::ArrowArrayStreamWrapper> produce(
    std::uintptr_t path, duckdb::ArrowStreamParameters&) {
    auto stream = duckdb::make_uniq<duckdb::ArrowArrayStreamWrapper>();
    open(*reinterpret_cast<const std::string*>(path), stream->arrow_array_stream);
    return stream;
}

void describe(ArrowArrayStream* path, ArrowSchema& schema) {
    duckdb::ArrowArrayStreamWrapper stream;
    open(*reinterpret_cast<const std::string*>(path), stream.arrow_array_stream);
    auto& opened = stream.arrow_array_stream;
    if (opened.get_schema(&opened, &schema) == 0) return;
    const char* why = opened.get_last_error(&opened);
    throw duckdb::InvalidInputException("%s", why && *why ? why : "it cannot be read");
}

duckdb::unique_ptr<duckdb::TableRef> as_scan(
    duckdb::ClientContext&, duckdb::TableFunctionBindInput& input) {
    const auto pointer = [](const void* to) {
        return duckdb::make_uniq<duckdb::ConstantExpression>(
            Value::POINTER(reinterpret_cast<std::uintptr_t>(to)));
    };
    duckdb::vector<duckdb::unique_ptr<duckdb::ParsedExpression>> arguments;
    arguments.push_back(pointer(&kept(input.inputs[0].GetValue<std::string>())));
    arguments.push_back(pointer(reinterpret_cast<const void*>(&produce)));
    arguments.push_back(pointer(reinterpret_cast<const void*>(&describe)));
    auto scan = duckdb::make_uniq<duckdb::TableFunctionRef>();
    // Of the engine's two scans the one that leaves choosing columns and rows to the engine.
    scan->function =
        duckdb::make_uniq<duckdb::FunctionExpression>("arrow_scan_dumb", std::move(arguments));
    return scan;
}

}  // namespace

void register_arrow_stream(duckdb::DatabaseInstance& database) {
    duckdb::ExtensionLoader loader(database, "ingot");
    duckdb::TableFunction function(
        "read_arrow_stream", {duckdb::LogicalType::VARCHAR}, nullptr, nullptr);
    function.bind_replace = as_scan;
    loader.RegisterFunction(function);
}

}  // namespace ingot::engine
