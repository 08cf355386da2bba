#include "platform/engine/duckdb/row_wise.h"

#include "duckdb/parser/expression/columnref_expression.hpp"
#include "duckdb/parser/expression/function_expression.hpp"
#include "duckdb/parser/expression/star_expression.hpp"
#include "duckdb/parser/parsed_expression_iterator.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/tableref/basetableref.hpp"
#include "platform/engine/duckdb/function_names.h"

namespace ingot::engine {

namespace {

using duckdb::ExpressionClass;
using duckdb::ParsedExpression;

constexpr auto changing_answers = "a function that gives different answers each time";

std::string against_function(const duckdb::FunctionExpression& call) {
    if (call.distinct || call.filter || (call.order_bys && !call.order_bys->orders.empty()))
        return "an aggregate";
    switch (kind_of_function(call.function_name)) {
        case FunctionKind::aggregate: return "an aggregate";
        case FunctionKind::unnest: return "unnest";
        case FunctionKind::changing: return changing_answers;
        case FunctionKind::row_wise: break;
    }
    return {};
}

// CURRENT_DATE and its like may be written without parentheses and then look like a column.
std::string against_column(const duckdb::ColumnRefExpression& column) {
    const auto name = duckdb::StringUtil::Lower(column.GetColumnName());
    const bool changes = !column.IsQualified() &&
                         kind_of_function(name) == FunctionKind::changing &&
                         (name.starts_with("current_") || name.starts_with("local"));
    return changes ? changing_answers : std::string();
}

std::string against(const ParsedExpression& expression) {
    std::string reason;
    switch (expression.GetExpressionClass()) {
        case ExpressionClass::SUBQUERY: return "a subquery";
        case ExpressionClass::WINDOW: return "a window";
        case ExpressionClass::STAR:
            // It would match columns that append_columns has to keep out.
            if (expression.Cast<duckdb::StarExpression>().expr) return "columns by a pattern";
            break;
        case ExpressionClass::FUNCTION:
            reason = against_function(expression.Cast<duckdb::FunctionExpression>());
            break;
        case ExpressionClass::COLUMN_REF:
            reason = against_column(expression.Cast<duckdb::ColumnRefExpression>());
            break;
        default: break;
    }
    duckdb::ParsedExpressionIterator::EnumerateChildren(
        expression, [&](const ParsedExpression& child) {
            if (reason.empty()) reason = against(child);
        });
    return reason;
}

std::string against_source(const duckdb::TableRef* from) {
    if (from == nullptr) return "no table";
    if (from->sample) return "a sample";
    switch (from->type) {
        case duckdb::TableReferenceType::BASE_TABLE:
            return from->Cast<duckdb::BaseTableRef>().at_clause ? "a version of the table" : "";
        case duckdb::TableReferenceType::EMPTY_FROM: return "no table";
        case duckdb::TableReferenceType::JOIN: return "a join";
        case duckdb::TableReferenceType::SUBQUERY: return "a subquery";
        case duckdb::TableReferenceType::TABLE_FUNCTION: return "a table function";
        case duckdb::TableReferenceType::EXPRESSION_LIST: return "VALUES";
        case duckdb::TableReferenceType::PIVOT: return "a pivot";
        default: return "something other than a table";
    }
}

std::string against_modifiers(const duckdb::QueryNode& query) {
    for (const auto& modifier : query.modifiers) {
        switch (modifier->type) {
            case duckdb::ResultModifierType::DISTINCT_MODIFIER: return "DISTINCT";
            case duckdb::ResultModifierType::ORDER_MODIFIER: return "ORDER BY";
            case duckdb::ResultModifierType::LIMIT_MODIFIER:
            case duckdb::ResultModifierType::LIMIT_PERCENT_MODIFIER: return "LIMIT";
        }
    }
    return {};
}

std::string against_select(const duckdb::SelectNode& select) {
    if (auto reason = against_source(select.from_table.get()); !reason.empty()) return reason;
    if (select.sample) return "a sample";
    if (select.qualify) return "a window";
    if (!select.groups.group_expressions.empty() || !select.groups.grouping_sets.empty() ||
        select.having || select.aggregate_handling == duckdb::AggregateHandling::FORCE_AGGREGATES)
        return "an aggregate";
    for (const auto& expression : select.select_list)
        if (auto reason = against(*expression); !reason.empty()) return reason;
    return select.where_clause ? against(*select.where_clause) : std::string();
}

}  // namespace

std::string why_not_row_wise(const duckdb::QueryNode& query) {
    if (!query.cte_map.map.empty() || query.type == duckdb::QueryNodeType::CTE_NODE)
        return "a WITH query";
    if (query.type == duckdb::QueryNodeType::SET_OPERATION_NODE) return "a set operation";
    if (query.type != duckdb::QueryNodeType::SELECT_NODE)
        return "something other than a plain SELECT";
    auto reason = against_select(query.Cast<duckdb::SelectNode>());
    return reason.empty() ? against_modifiers(query) : reason;
}

}  // namespace ingot::engine
