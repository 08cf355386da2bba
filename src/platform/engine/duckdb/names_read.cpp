#include "platform/engine/duckdb/names_read.h"

#include <algorithm>

#include "data/columns.h"
#include "duckdb/parser/expression/columnref_expression.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/expression/star_expression.hpp"
#include "duckdb/parser/expression/subquery_expression.hpp"
#include "duckdb/parser/parsed_expression_iterator.hpp"
#include "duckdb/parser/query_node/list.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref/list.hpp"

namespace ingot::engine {

namespace {

using duckdb::ExpressionClass;
using duckdb::ParsedExpression;
using duckdb::QueryNode;
using duckdb::QueryNodeType;
using duckdb::TableRef;
using duckdb::TableReferenceType;

using Names = std::vector<std::string>;

// Where an expression stands: the WITH queries it can see, and the bronze tables a star there takes columns of.
struct Place {
    Names with;
    Names bronze{};
    bool is_list = false;  // of a SELECT; the star of ORDER BY ALL is none of columns
};

// The names that bronze tables of a FROM clause go by in its SELECT.
void add_bronze(const TableRef& from, Names& names) {
    if (from.type == TableReferenceType::JOIN) {
        const auto& join = from.Cast<duckdb::JoinRef>();
        add_bronze(*join.left, names);
        add_bronze(*join.right, names);
    } else if (from.type == TableReferenceType::BASE_TABLE) {
        const auto& table = from.Cast<duckdb::BaseTableRef>();
        if (same_name(table.schema_name, "bronze") && table.catalog_name.empty())
            names.push_back(table.alias.empty() ? table.table_name : table.alias);
    }
}

class Walk {
public:
    void query(QueryNode& node, Names with) {
        for (auto& [name, defined] : node.cte_map.map) {
            // Only a recursive one sees itself, and RECURSIVE_CTE_NODE says so below.
            query(*defined->query->node, with);
            for (auto& target : defined->key_targets) expression(*target, {with});
            with.push_back(name);
        }
        switch (node.type) {
            case QueryNodeType::SELECT_NODE: select(node.Cast<duckdb::SelectNode>(), with); break;
            case QueryNodeType::SET_OPERATION_NODE:
                for (auto& child : node.Cast<duckdb::SetOperationNode>().children)
                    query(*child, with);
                break;
            case QueryNodeType::RECURSIVE_CTE_NODE:
                recursive(node.Cast<duckdb::RecursiveCTENode>(), with);
                break;
            case QueryNodeType::CTE_NODE: {
                auto& cte = node.Cast<duckdb::CTENode>();
                query(*cte.query, with);
                with.push_back(cte.ctename);
                query(*cte.child, with);
                break;
            }
            default: break;
        }
        duckdb::ParsedExpressionIterator::EnumerateQueryNodeModifiers(
            node, [&](duckdb::unique_ptr<ParsedExpression>& child) { expression(*child, {with}); });
    }

    NamesRead take() && {
        const auto key = [](const TableRead& table) {
            return std::tie(table.offset, table.schema, table.name);
        };
        std::ranges::stable_sort(read_.tables, {}, key);
        const auto twice = std::ranges::unique(read_.tables, {}, key);
        read_.tables.erase(twice.begin(), twice.end());
        return std::move(read_);
    }

private:
    void select(duckdb::SelectNode& node, const Names& with) {
        Place list{.with = with, .bronze = {}, .is_list = true};
        if (node.from_table) {
            table(*node.from_table, with);
            add_bronze(*node.from_table, list.bronze);
        }
        for (auto& item : node.select_list) expression(*item, list);
        for (auto& group : node.groups.group_expressions) expression(*group, {with});
        for (auto* clause : {&node.where_clause, &node.having, &node.qualify})
            if (*clause) expression(**clause, {with});
    }

    void recursive(duckdb::RecursiveCTENode& node, Names with) {
        with.push_back(node.ctename);
        query(*node.left, with);
        query(*node.right, with);
        for (auto& target : node.key_targets) expression(*target, {with});
    }

    void table(TableRef& ref, const Names& with) {
        switch (ref.type) {
            case TableReferenceType::BASE_TABLE:
                base(ref.Cast<duckdb::BaseTableRef>(), with);
                break;
            case TableReferenceType::SUBQUERY:
                query(*ref.Cast<duckdb::SubqueryRef>().subquery->node, with);
                break;
            case TableReferenceType::JOIN: join(ref.Cast<duckdb::JoinRef>(), with); break;
            case TableReferenceType::PIVOT: pivot(ref.Cast<duckdb::PivotRef>(), with); break;
            case TableReferenceType::TABLE_FUNCTION: {
                auto& call = ref.Cast<duckdb::TableFunctionRef>();
                if (call.function) expression(*call.function, {with});
                if (call.subquery) query(*call.subquery->node, with);
                break;
            }
            case TableReferenceType::EXPRESSION_LIST:
                for (auto& row : ref.Cast<duckdb::ExpressionListRef>().values)
                    for (auto& value : row) expression(*value, {with});
                break;
            case TableReferenceType::SHOW_REF:
                if (auto& shown = ref.Cast<duckdb::ShowRef>().query) query(*shown, with);
                break;
            default: break;
        }
    }

    void base(const duckdb::BaseTableRef& ref, const Names& with) {
        auto schema =
            ref.catalog_name.empty() ? ref.schema_name : ref.catalog_name + "." + ref.schema_name;
        if (schema.empty() && has_name(with, ref.table_name)) return;
        const auto offset = ref.query_location.IsValid() ? ref.query_location.GetIndex() : 0;
        read_.tables.push_back({std::move(schema), ref.table_name, offset});
    }

    void join(duckdb::JoinRef& ref, const Names& with) {
        table(*ref.left, with);
        table(*ref.right, with);
        if (ref.condition) expression(*ref.condition, {with});
        for (const auto& column : ref.using_columns) column_named(column);
    }

    void pivot(duckdb::PivotRef& ref, const Names& with) {
        table(*ref.source, with);
        for (auto& aggregate : ref.aggregates) expression(*aggregate, {with});
        for (auto& column : ref.pivots) {
            for (auto& on : column.pivot_expressions) expression(*on, {with});
            for (auto& entry : column.entries)
                if (entry.expr) expression(*entry.expr, {with});
        }
        for (const auto& group : ref.groups) column_named(group);
    }

    void expression(ParsedExpression& e, const Place& place) {
        switch (e.GetExpressionClass()) {
            case ExpressionClass::COLUMN_REF:
                for (const auto& part : e.Cast<duckdb::ColumnRefExpression>().column_names)
                    column_named(part);
                break;
            case ExpressionClass::SUBQUERY:
                query(*e.Cast<duckdb::SubqueryExpression>().subquery->node, place.with);
                break;
            case ExpressionClass::STAR: star(e.Cast<duckdb::StarExpression>(), place); break;
            default: break;
        }
        duckdb::ParsedExpressionIterator::EnumerateChildren(
            e, [&](ParsedExpression& child) { expression(child, place); });
    }

    void star(duckdb::StarExpression& e, const Place& place) {
        for (const auto& excluded : e.exclude_list) column_named(excluded.column);
        for (const auto& [name, replacement] : e.replace_list) column_named(name);
        for (const auto& [name, renamed] : e.rename_list) column_named(name.column);
        const bool over_bronze = e.relation_name.empty() ? !place.bronze.empty()
                                                         : has_name(place.bronze, e.relation_name);
        if (!e.expr && place.is_list) read_.stars.push_back({&e, over_bronze});
        // COLUMNS('_ingot_.*'): a pattern that names them.
        if (e.expr && e.expr->GetExpressionClass() == ExpressionClass::CONSTANT)
            read_.own_columns |= e.expr->ToString().find(own_prefix) != std::string::npos;
    }

    void column_named(const std::string& name) { read_.own_columns |= is_own_column(name); }

    NamesRead read_;
};

}  // namespace

NamesRead names_read(QueryNode& query) {
    Walk walk;
    walk.query(query, {});
    return std::move(walk).take();
}

}  // namespace ingot::engine
