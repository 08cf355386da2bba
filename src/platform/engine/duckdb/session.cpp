#include "platform/engine/duckdb/session.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <span>
#include <thread>
#include <utility>

#include "duckdb/common/allocator.hpp"
#include "duckdb/common/vector_operations/vector_operations.hpp"
#include "duckdb/main/client_context.hpp"
#include "duckdb/main/connection.hpp"
#include "duckdb/main/database.hpp"
#include "duckdb/main/materialized_query_result.hpp"
#include "duckdb/main/pending_query_result.hpp"
#include "duckdb/parser/keyword_helper.hpp"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/statement/create_statement.hpp"
#include "duckdb/planner/planner.hpp"
#include "platform/engine/duckdb/errors.h"
#include "platform/engine/duckdb/kept_rows.h"
#include "platform/engine/duckdb/row_feeds.h"
#include "platform/engine/duckdb/unbound_views.h"

namespace ingot::engine {

namespace {

using Cells = std::vector<std::vector<std::optional<std::string>>>;
using Row = Cells::value_type;
// After writing so many, the engine's allocator keeps some hundred megabytes that the next statement may not find fitting.
constexpr std::int64_t many_rows = 500'000;
constexpr std::chrono::microseconds shortest_pause{20}, longest_pause{500};

Columns columns_of(
    const duckdb::vector<std::string>& names, const duckdb::vector<duckdb::LogicalType>& types) {
    Columns columns;
    columns.reserve(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        // A bare NULL becomes an INTEGER wherever the engine stores it.
        const bool untyped = types[i].id() == duckdb::LogicalTypeId::SQLNULL;
        columns.push_back({names[i], untyped ? "INTEGER" : types[i].ToString()});
    }
    return columns;
}

// One column of a chunk as CAST(x AS VARCHAR) spells it, into rows[first…].
void append_texts(duckdb::ClientContext& context, duckdb::Vector& column, std::span<Row> rows) {
    duckdb::Vector texts(duckdb::LogicalType::VARCHAR, rows.size());
    duckdb::VectorOperations::Cast(context, column, texts, rows.size());
    duckdb::UnifiedVectorFormat format;
    texts.ToUnifiedFormat(rows.size(), format);
    const auto* values = duckdb::UnifiedVectorFormat::GetData<duckdb::string_t>(format);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto at = format.sel->get_index(i);
        if (format.validity.RowIsValid(at))
            rows[i].emplace_back(std::in_place, values[at].GetData(), values[at].GetSize());
        else
            rows[i].emplace_back(std::nullopt);
    }
}

std::int64_t sum(duckdb::MaterializedQueryResult& result, std::size_t column) {
    std::int64_t total = 0;
    for (duckdb::idx_t row = 0; row < result.RowCount(); ++row) {
        const auto value = result.GetValue(column, row);
        if (!value.IsNull()) total += value.GetValue<std::int64_t>();
    }
    return total;
}

// CREATE TABLE AS, and COPY with RETURN_FILES or RETURN_STATS, answer with rows that have a count.
std::int64_t rows_changed(duckdb::MaterializedQueryResult& result) {
    if (result.properties.return_type == duckdb::StatementReturnType::CHANGED_ROWS)
        return sum(result, 0);
    using enum duckdb::StatementType;
    if (result.statement_type != COPY_STATEMENT && result.statement_type != CREATE_STATEMENT)
        return 0;
    for (std::size_t i = 0; i < result.names.size(); ++i)
        if (same_name(result.names[i], "count")) return sum(result, i);
    return 0;
}

class DuckdbSession final : public Session {
public:
    explicit DuckdbSession(std::shared_ptr<duckdb::DuckDB> database)
        : database_(std::move(database)), connection_(*database_) {}

    Status prepare_for_use() {
        return guarded(Doing::opening, {}, [&]() -> Status {
            const auto result = connection_.Query("SET TimeZone = 'UTC'");
            if (result->HasError())
                return std::unexpected(to_error(result->GetErrorObject(), Doing::opening, {}));
            return {};
        });
    }

    Result<Rows> query(const std::string& sql) override {
        return guarded(Doing::running, sql, [&]() -> Result<Rows> {
            Rows last;
            TRY(run_each(sql, [&](duckdb::MaterializedQueryResult& result) -> Status {
                last.columns = columns_of(result.names, result.types);
                return fill(last.rows, result);
            }));
            return last;
        });
    }

    Result<std::int64_t> execute(const std::string& sql) override {
        return guarded(Doing::running, sql, [&]() -> Result<std::int64_t> {
            std::int64_t changed = 0;
            TRY(run_each(sql, [&](duckdb::MaterializedQueryResult& result) -> Status {
                const auto rows = rows_changed(result);
                changed += rows;
                if (rows >= many_rows) duckdb::Allocator::FlushAll();
                return {};
            }));
            return changed;
        });
    }

    Result<std::int64_t> keep(
        const std::string& name, const std::string& select, const std::string& number) override {
        return guarded(Doing::running, select, [&]() -> Result<std::int64_t> {
            std::int64_t count = 0;
            TRY(each(select, [&](Statement statement) -> Status {
                count = TRY(keep_result(std::move(statement), name, number, select));
                return {};
            }));
            return count;
        });
    }

    Result<std::int64_t> execute_keeping(const std::string& sql) override {
        return guarded(Doing::running, sql, [&]() -> Result<std::int64_t> {
            std::int64_t changed = 0;
            TRY(each(sql, [&](Statement statement) -> Status {
                if (auto made = table_to_keep(*statement))
                    changed += TRY(keep_result(std::move(made->select), made->name, {}, sql));
                else
                    changed += rows_changed(*TRY(result_of(std::move(statement), sql)));
                return {};
            }));
            return changed;
        });
    }

    Status make_view(
        const std::string& name, const std::string& select, const Columns& columns) override {
        return guarded(Doing::running, select, [&]() -> Status {
            auto statements =
                connection_.ExtractStatements("CREATE VIEW " + name + " AS " + select);
            if (statements.size() != 1 ||
                !make_view_of_columns(*connection_.context, *statements[0], columns))
                return fail("SQL102", "one SELECT is expected here");
            return {};
        });
    }

    Result<Columns> describe(const std::string& select) override {
        return guarded(Doing::describing, select, [&]() -> Result<Columns> {
            // Parser and planner by hand: a prepared statement is optimised as well, and its errors have lost their place.
            auto& context = *connection_.context;
            duckdb::Parser parser(context.GetParserOptions());
            parser.ParseQuery(select);
            if (parser.statements.size() != 1 ||
                parser.statements[0]->type != duckdb::StatementType::SELECT_STATEMENT)
                return fail("SQL102", "one SELECT is expected here");
            duckdb::Planner planner(context);
            context.RunFunctionInTransaction(
                [&] { planner.CreatePlan(std::move(parser.statements[0])); });
            if (planner.properties.parameter_count > 0)
                return fail("SQL103",
                    "the SELECT has a parameter ($1, ?), which nothing fills; write the value");
            return columns_of(planner.names, planner.types);
        });
    }

    sql::Fragment relation(const std::shared_ptr<const RowFeed>& feed) override {
        return relation_of(feed);
    }

    void interrupt() override {
        interrupted_ = true;
        connection_.Interrupt();
    }

    Result<std::unique_ptr<Session>> beside() override { return open_session(database_); }

private:
    using Memory = duckdb::QueryResultMemoryType;
    using Statement = duckdb::unique_ptr<duckdb::SQLStatement>;
    using Answer = duckdb::unique_ptr<duckdb::MaterializedQueryResult>;

    template <class Take>
    Status each(const std::string& sql, Take&& take) {
        interrupted_ = false;
        for (auto& statement : connection_.ExtractStatements(sql)) {
            if (interrupted_) return fail("RUN102", "interrupted");
            if (make_view_unbound(*connection_.context, *statement)) continue;
            TRY(take(std::move(statement)));
        }
        return {};
    }

    template <class Take>
    Status run_each(const std::string& sql, Take&& take) {
        return each(sql, [&](Statement statement) -> Status {
            return take(*TRY(result_of(std::move(statement), sql)));
        });
    }

    Result<Answer> result_of(
        Statement statement, const std::string& sql, Memory memory = Memory::IN_MEMORY) {
        auto result = run_one(std::move(statement), memory);
        if (result->HasError())
            return std::unexpected(to_error(result->GetErrorObject(), Doing::running, sql));
        return duckdb::unique_ptr_cast<duckdb::QueryResult, duckdb::MaterializedQueryResult>(
            std::move(result));
    }

    struct TableToKeep {
        std::string name;
        Statement select;
    };

    // CREATE TEMP TABLE … AS, taken apart.
    static std::optional<TableToKeep> table_to_keep(duckdb::SQLStatement& statement) {
        if (statement.type != duckdb::StatementType::CREATE_STATEMENT) return std::nullopt;
        auto& info = *statement.Cast<duckdb::CreateStatement>().info;
        if (info.type != duckdb::CatalogType::TABLE_ENTRY || !info.temporary) return std::nullopt;
        auto& table = info.Cast<duckdb::CreateTableInfo>();
        if (!table.query) return std::nullopt;
        return TableToKeep{table.table, std::move(table.query)};
    }

    Result<std::int64_t> keep_result(Statement statement, const std::string& name,
        const std::string& number, const std::string& sql) {
        const auto rows = TRY(result_of(std::move(statement), sql, Memory::BUFFER_MANAGED));
        const auto count = static_cast<std::int64_t>(rows->RowCount());
        keep_rows(*connection_.context, name, rows->names, number, rows->TakeCollection());
        using duckdb::KeywordHelper;
        TRY(run_each("CREATE OR REPLACE TEMP VIEW " + KeywordHelper::WriteQuoted(name, '"') +
                         " AS FROM _ingot_kept(" + KeywordHelper::WriteQuoted(name) + ")",
            [](const duckdb::MaterializedQueryResult&) { return Status{}; }));
        return count;
    }

    // As Connection::Query, but while other threads do the last of the work this one sleeps: the engine's own loop asks
    // again without pause, which cost a third of the CPU of small statements on two cores.
    duckdb::unique_ptr<duckdb::QueryResult> run_one(Statement statement, Memory memory) {
        duckdb::QueryParameters parameters;
        parameters.memory_type = memory;
        const auto pending = connection_.PendingQuery(std::move(statement), parameters);
        auto pause = shortest_pause;
        while (!pending->HasError()) {
            const auto state = pending->ExecuteTask();
            if (pending->HasError()) break;
            if (duckdb::PendingQueryResult::IsExecutionFinished(state)) return pending->Execute();
            if (state == duckdb::PendingExecutionResult::RESULT_NOT_READY) {
                pause = shortest_pause;
                continue;
            }
            std::this_thread::sleep_for(pause);
            pause = std::min(pause * 2, longest_pause);
        }
        return duckdb::make_uniq<duckdb::MaterializedQueryResult>(pending->GetErrorObject());
    }

    Status fill(Cells& rows, duckdb::MaterializedQueryResult& result) {
        rows.assign(result.RowCount(), {});
        for (auto& row : rows) row.reserve(result.names.size());
        std::size_t first = 0;
        for (auto& chunk : result.Collection().Chunks()) {
            if (interrupted_) return fail("RUN102", "interrupted");
            for (auto& column : chunk.data)
                append_texts(
                    *connection_.context, column, std::span(rows).subspan(first, chunk.size()));
            first += chunk.size();
        }
        return {};
    }

    std::shared_ptr<duckdb::DuckDB> database_;
    duckdb::Connection connection_;
    std::atomic<bool> interrupted_ = false;
};

}  // namespace

Result<std::unique_ptr<Session>> open_session(std::shared_ptr<duckdb::DuckDB> database) {
    return guarded(Doing::opening, {}, [&]() -> Result<std::unique_ptr<Session>> {
        auto session = std::make_unique<DuckdbSession>(std::move(database));
        TRY(session->prepare_for_use());
        return session;
    });
}

}  // namespace ingot::engine
