#include "platform/engine/duckdb/parse.h"

#include <array>
#include <utility>

#include "duckdb/common/enums/statement_type.hpp"
#include "duckdb/parser/expression/star_expression.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/statement/select_statement.hpp"
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

Status check_one_select(const std::string& sql,
                        const duckdb::vector<duckdb::unique_ptr<duckdb::SQLStatement>>& read) {
    if (read.empty()) return fail("SQL102", "there is no statement; one SELECT is expected");
    if (read.size() > 1)
        return fail(
            "SQL102",
            "there are " + std::to_string(read.size()) + " statements; one SELECT is expected",
            place_after(sql, read[0]->stmt_location + read[0]->stmt_length));
    const auto type = read[0]->type;
    if (type == duckdb::StatementType::SELECT_STATEMENT) return {};
    const auto where = place_after(sql, 0);
    if (type == duckdb::StatementType::MULTI_STATEMENT)  // its columns would depend on the rows
        return fail("SQL102", "a PIVOT has to list its values: PIVOT … ON column IN (…)", where);
    return fail(
        "SQL102",
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
        if (names.own_columns && !names.stars.empty()) {
            for (auto* star : names.stars) exclude_own_columns(*star);
            out.rewritten = statement.ToString();
        }
        return out;
    });
}

}  // namespace ingot::engine
