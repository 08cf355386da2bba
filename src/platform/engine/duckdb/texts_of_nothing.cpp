#include "platform/engine/duckdb/texts_of_nothing.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "duckdb/common/exception.hpp"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/execution/expression_executor_state.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/main/extension/extension_loader.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"

namespace ingot::engine {

namespace {

using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::string_t;

constexpr std::size_t longest = 15;
// Most texts are told apart by their length alone.
using ByLength = std::array<std::vector<std::string>, longest + 1>;

struct Bound final : duckdb::FunctionData {
    explicit Bound(std::shared_ptr<const ByLength> all) : texts(std::move(all)) {}
    duckdb::unique_ptr<FunctionData> Copy() const override {
        return duckdb::make_uniq<Bound>(texts);
    }
    bool Equals(const FunctionData& other) const override {
        return *texts == *other.Cast<Bound>().texts;
    }
    std::shared_ptr<const ByLength> texts;
};

bool has(const ByLength& texts, const string_t& value) {
    const auto size = value.GetSize();
    if (size > longest || texts[size].empty()) return false;
    return std::ranges::find(texts[size], std::string_view(value.GetData(), size)) !=
           texts[size].end();
}

void unless_one_of(
    duckdb::DataChunk& input, duckdb::ExpressionState& state, duckdb::Vector& result) {
    const auto& texts =
        *state.expr.Cast<duckdb::BoundFunctionExpression>().bind_info->Cast<Bound>().texts;
    const auto count = input.size();
    duckdb::UnifiedVectorFormat values;
    input.data[0].ToUnifiedFormat(count, values);
    const auto* of = duckdb::UnifiedVectorFormat::GetData<string_t>(values);
    const auto is_nothing = [&](idx_t row) {
        const auto at = values.sel->get_index(row);
        return values.validity.RowIsValid(at) && has(texts, of[at]);
    };
    idx_t first = 0;
    while (first < count && !is_nothing(first)) ++first;
    // Nearly always: the values go on as they are, none is copied.
    if (first == count) {
        result.Reference(input.data[0]);
        return;
    }
    auto* shown = duckdb::FlatVector::GetData<string_t>(result);
    auto& valid = duckdb::FlatVector::Validity(result);
    for (idx_t row = 0; row < count; ++row) {
        const auto at = values.sel->get_index(row);
        if (!values.validity.RowIsValid(at) || has(texts, of[at]))
            valid.SetInvalid(row);
        else
            shown[row] = of[at];
    }
    duckdb::StringVector::AddHeapReference(result, input.data[0]);
}

duckdb::unique_ptr<duckdb::FunctionData> bind(duckdb::ClientContext& context,
    duckdb::ScalarFunction& function,
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments) {
    auto texts = std::make_shared<ByLength>();
    const auto list = duckdb::ExpressionExecutor::EvaluateScalar(context, *arguments[1]);
    for (const auto& entry : duckdb::ListValue::GetChildren(list)) {
        const auto& text = duckdb::StringValue::Get(entry);
        if (text.size() > longest)
            throw duckdb::BinderException("ingot_unless_one_of: '%s' is too long", text);
        (*texts)[text.size()].push_back(text);
    }
    duckdb::Function::EraseArgument(function, arguments, 1);
    return duckdb::make_uniq<Bound>(std::move(texts));
}

}  // namespace

void register_texts_of_nothing(duckdb::DatabaseInstance& database) {
    const auto& text = LogicalType::VARCHAR;
    duckdb::ExtensionLoader(database, "ingot")
        .RegisterFunction(duckdb::ScalarFunction(
            "ingot_unless_one_of", {text, LogicalType::LIST(text)}, text, unless_one_of, bind));
}

}  // namespace ingot::engine
