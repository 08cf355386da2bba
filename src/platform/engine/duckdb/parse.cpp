#include "platform/engine/duckdb/parse.h"

#include <algorithm>
#include <array>
#include <utility>

#include "duckdb/common/enums/statement_type.hpp"
#include "duckdb/parser/expression/star_expression.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
#include "duckdb/parser/tableref.hpp"
#include "platform/engine/duckdb/errors.h"
#include "platform/engine/duckdb/names_read.h"
#include "platform/engine/duckdb/row_wise.h"

namespace ingot::engine {

namespace {

constexpr auto own_columns =
    std::to_array<const char*>({"_ingot_slice", "_ingot_file", "_ingot_row"});

// Where the text goes on after some statements: a statement's own place is not kept when there are several.
Span place_after(const std::string& sql, std::size_t end) {
    const auto first = sql.find_first_not_of(" \t\r\n;", end);
    return first == std::string::npos ? Span{} : place_of(sql, first);
}

// DESCRIBE, SHOW and SUMMARIZE come out of the parser as SELECTs over something that is no table.
bool shows(const duckdb::SelectStatement& statement) {
    if (statement.node->type != duckdb::QueryNodeType::SELECT_NODE) return false;
    const auto& from = statement.node->Cast<duckdb::SelectNode>().from_table;
    return from && from->type == duckdb::TableReferenceType::SHOW_REF;
}

Status check_one_select(
    const std::string& sql, const duckdb::vector<duckdb::unique_ptr<duckdb::SQLStatement>>& read) {
    if (read.empty()) return fail("SQL102", "there is no statement; one SELECT is expected");
    if (read.size() > 1)
        return fail("SQL102",
            "there are " + std::to_string(read.size()) + " statements; one SELECT is expected",
            place_after(sql, read[0]->stmt_location + read[0]->stmt_length));
    const auto type = read[0]->type;
    const auto where = place_after(sql, 0);
    if (type == duckdb::StatementType::SELECT_STATEMENT) {
        if (!shows(read[0]->Cast<duckdb::SelectStatement>())) return {};
        return fail("SQL102", "the statement shows or describes; one SELECT is expected", where);
    }
    if (type == duckdb::StatementType::MULTI_STATEMENT)  // its columns would depend on the rows
        return fail("SQL102", "a PIVOT has to list its values: PIVOT … ON column IN (…)", where);
    return fail("SQL102",
        "the statement is " + duckdb::StatementTypeToString(type) + "; one SELECT is expected",
        where);
}

void exclude_own_columns(duckdb::StarExpression& star) {
    for (const auto* name : own_columns) {
        const duckdb::QualifiedColumnName column{std::string(name)};
        if (!star.replace_list.contains(name) && !star.rename_list.contains(column))
            star.exclude_list.insert(column);
    }
}

using Expressions = duckdb::vector<duckdb::unique_ptr<duckdb::ParsedExpression>>;

// A place in it would be one of a text that the author does not see as a whole: the words have to do.
Result<Expressions> expressions_of(const std::string& text) {
    auto read = guarded(Doing::parsing, text,
        [&]() -> Result<Expressions> { return duckdb::Parser::ParseExpressionList(text); });
    if (!read) return fail(read.error().code, text + ": " + read.error().message);
    return read;
}

}  // namespace

Result<ParsedSelect> parse_select(const std::string& sql) {
    return guarded(Doing::parsing, sql, [&]() -> Result<ParsedSelect> {
        duckdb::Parser parser;
        parser.ParseQuery(sql);
        TRY(check_one_select(sql, parser.statements));
        auto& statement = parser.statements[0]->Cast<duckdb::SelectStatement>();

        ParsedSelect out;
        out.why_not_row_wise = why_not_row_wise(*statement.node);
        out.row_wise = out.why_not_row_wise.empty();
        const auto names = names_read(*statement.node);
        out.names_own_columns = names.own_columns;
        for (const auto& table : names.tables) {
            const auto where = place_of(sql, table.offset);
            out.tables.push_back({table.schema, table.name, where.line, where.column});
        }
        out.rewritten = sql;
        const auto takes_ours = [](const StarRead& read) { return read.over_bronze; };
        if (names.own_columns && std::ranges::any_of(names.stars, takes_ours)) {
            for (const auto& read : names.stars)
                if (read.over_bronze) exclude_own_columns(*read.star);
            out.rewritten = statement.ToString();
        }
        return out;
    });
}

Result<std::string> append_to_select(
    const std::string& sql, const std::vector<std::string>& expressions) {
    return guarded(Doing::parsing, sql, [&]() -> Result<std::string> {
        duckdb::Parser parser;
        parser.ParseQuery(sql);
        TRY(check_one_select(sql, parser.statements));
        auto& statement = parser.statements[0]->Cast<duckdb::SelectStatement>();
        if (const auto reason = why_not_row_wise(*statement.node); !reason.empty())
            return fail("BUG001", "columns were to be added to a SELECT with " + reason);
        for (const auto& read : names_read(*statement.node).stars) exclude_own_columns(*read.star);
        auto& list = statement.node->Cast<duckdb::SelectNode>().select_list;
        for (const auto& expression : expressions)
            for (auto& item : TRY(expressions_of(expression))) list.push_back(std::move(item));
        return statement.ToString();
    });
}

}  // namespace ingot::engine
