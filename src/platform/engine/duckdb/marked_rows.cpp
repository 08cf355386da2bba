#include "platform/engine/duckdb/marked_rows.h"

#include <algorithm>
#include <bit>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "duckdb/common/file_system.hpp"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/execution/expression_executor_state.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/main/extension/extension_loader.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"
#include "platform/engine/duckdb/errors.h"
#include "platform/table/deletion_vector.h"

namespace ingot::engine {

namespace {

using duckdb::LogicalType;
using duckdb::string_t;

struct Vector {
    std::string place;
    std::optional<std::int64_t> begin;
    std::int64_t size = 0;

    std::int64_t end() const { return *begin + size + table::bytes_around; }
};

template <class T>
T value_or_throw(Result<T> result, const std::string& place) {
    if (!result) throw_error(std::move(result).error().during(place));
    return *std::move(result);
}

using Bits = std::vector<std::uint64_t>;

// Read when the first row asks.
class MarkedRows {
public:
    explicit MarkedRows(std::map<std::string, Vector> vectors) : vectors_(std::move(vectors)) {}

    // Nothing for a file without a vector.
    const Bits* of(duckdb::ClientContext& context, const string_t& file) {
        std::call_once(once_, [&] { read(context); });
        const auto found = bits_.find(std::string_view(file.GetData(), file.GetSize()));
        return found == bits_.end() ? nullptr : &found->second;
    }

private:
    // Each file of vectors at once: what lies between those that are asked for is little.
    void read(duckdb::ClientContext& context) {
        std::map<std::string, std::pair<std::int64_t, std::int64_t>> spans;
        for (const auto& [file, vector] : vectors_) {
            if (!vector.begin) continue;
            auto& [begin, end] =
                spans.try_emplace(vector.place, *vector.begin, vector.end()).first->second;
            begin = std::min(begin, *vector.begin);
            end = std::max(end, vector.end());
        }
        std::map<std::string, std::string> texts;
        for (const auto& [place, span] : spans)
            texts[place] = text_at(context, place, span.first, span.second);
        for (const auto& [file, vector] : vectors_)
            bits_[file] = vector.begin
                              ? bits_in(vector, texts[vector.place], spans[vector.place].first)
                              : value_or_throw(bits_inline(vector), file);
    }

    static std::string text_at(duckdb::ClientContext& context, const std::string& place,
        std::int64_t begin, std::int64_t end) {
        auto handle = duckdb::FileSystem::GetFileSystem(context).OpenFile(
            place, duckdb::FileFlags::FILE_FLAGS_READ);
        const auto all = static_cast<std::int64_t>(handle->GetFileSize());
        std::string text(
            static_cast<std::size_t>(std::max<std::int64_t>(0, std::min(end, all) - begin)), '\0');
        if (!text.empty())
            handle->Read(text.data(), text.size(), static_cast<duckdb::idx_t>(begin));
        return text;
    }

    static Bits bits_in(const Vector& vector, std::string_view text, std::int64_t begin) {
        const auto at = std::min(text.size(), static_cast<std::size_t>(*vector.begin - begin));
        const auto size = static_cast<std::size_t>(vector.size + table::bytes_around);
        return value_or_throw(
            value_or_throw(table::unframed(text.substr(at, size), vector.size), vector.place)
                .bits(),
            vector.place);
    }

    static Result<Bits> bits_inline(const Vector& vector) {
        return TRY(table::parse_inline(
                       {.storage = "i", .where = vector.place, .offset = {}, .size = vector.size}))
            .bits();
    }

    const std::map<std::string, Vector> vectors_;
    std::once_flag once_;
    std::map<std::string, Bits, std::less<>> bits_;
};

struct Bound final : duckdb::FunctionData {
    explicit Bound(std::shared_ptr<MarkedRows> all) : rows(std::move(all)) {}
    duckdb::unique_ptr<FunctionData> Copy() const override {
        return duckdb::make_uniq<Bound>(rows);
    }
    bool Equals(const FunctionData& other) const override {
        return rows == other.Cast<Bound>().rows;
    }
    std::shared_ptr<MarkedRows> rows;
};

bool has(const Bits& bits, std::int64_t row) {
    const auto word = static_cast<std::size_t>(row) / 64;
    return word < bits.size() && (bits[word] >> (static_cast<std::size_t>(row) % 64) & 1U) != 0;
}

void is_marked(duckdb::DataChunk& input, duckdb::ExpressionState& state, duckdb::Vector& result) {
    auto& all = *state.expr.Cast<duckdb::BoundFunctionExpression>().bind_info->Cast<Bound>().rows;
    const auto count = input.size();
    duckdb::UnifiedVectorFormat files, places;
    input.data[0].ToUnifiedFormat(count, files);
    input.data[1].ToUnifiedFormat(count, places);
    const auto* names = duckdb::UnifiedVectorFormat::GetData<string_t>(files);
    const auto* rows = duckdb::UnifiedVectorFormat::GetData<std::int64_t>(places);
    auto* marked = duckdb::FlatVector::GetData<bool>(result);
    // The rows of a chunk are mostly of one file.
    const string_t* known = nullptr;
    const Bits* bits = nullptr;
    for (duckdb::idx_t i = 0; i < count; ++i) {
        const auto& name = names[files.sel->get_index(i)];
        if (!known || (known != &name && *known != name)) bits = all.of(state.GetContext(), name);
        known = &name;
        marked[i] = bits && has(*bits, rows[places.sel->get_index(i)]);
    }
}

// As the engine's BIT has them: the first row is the highest bit of the first byte.
std::string bytes_of(const Bits& bits) {
    std::string bytes(std::max<std::size_t>(bits.size() * 8, 1), '\0');
    for (std::size_t word = 0; word < bits.size(); ++word)
        for (auto left = bits[word]; left != 0; left &= left - 1) {
            const auto row = word * 64 + static_cast<std::size_t>(std::countr_zero(left));
            bytes[row / 8] = static_cast<char>(bytes[row / 8] | 0x80 >> row % 8);
        }
    return bytes;
}

void marks(duckdb::DataChunk& input, duckdb::ExpressionState& state, duckdb::Vector& result) {
    auto& all = *state.expr.Cast<duckdb::BoundFunctionExpression>().bind_info->Cast<Bound>().rows;
    duckdb::UnaryExecutor::Execute<string_t, string_t>(
        input.data[0], result, input.size(), [&](const string_t& file) {
            const auto* bits = all.of(state.GetContext(), file);
            return duckdb::StringVector::AddStringOrBlob(result, bytes_of(bits ? *bits : Bits{}));
        });
}

std::string text_of(const duckdb::Value& value) { return duckdb::StringValue::Get(value); }

duckdb::unique_ptr<duckdb::FunctionData> bind(duckdb::ClientContext& context,
    duckdb::ScalarFunction& function,
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments) {
    const auto list = duckdb::ExpressionExecutor::EvaluateScalar(context, *arguments[0]);
    std::map<std::string, Vector> vectors;
    for (const auto& entry : duckdb::ListValue::GetChildren(list)) {
        const auto& told = duckdb::StructValue::GetChildren(entry);
        Vector vector{
            .place = text_of(told[1]), .begin = {}, .size = told[3].GetValue<std::int64_t>()};
        if (!told[2].IsNull()) vector.begin = told[2].GetValue<std::int64_t>();
        vectors.emplace(text_of(told[0]), std::move(vector));
    }
    duckdb::Function::EraseArgument(function, arguments, 0);
    return duckdb::make_uniq<Bound>(std::make_shared<MarkedRows>(std::move(vectors)));
}

}  // namespace

void register_marked_rows(duckdb::DatabaseInstance& database) {
    const auto vectors = LogicalType::LIST(
        LogicalType::STRUCT({{"file", LogicalType::VARCHAR}, {"vector", LogicalType::VARCHAR},
            {"begin", LogicalType::BIGINT}, {"size", LogicalType::BIGINT}}));
    duckdb::ExtensionLoader loader(database, "ingot");
    const auto add = [&](duckdb::ScalarFunction function) {
        function.SetFallible();
        loader.RegisterFunction(std::move(function));
    };
    add({"ingot_is_marked", {vectors, LogicalType::VARCHAR, LogicalType::BIGINT},
        LogicalType::BOOLEAN, is_marked, bind});
    add({"ingot_marks", {vectors, LogicalType::VARCHAR}, LogicalType::BLOB, marks, bind});
}

}  // namespace ingot::engine
