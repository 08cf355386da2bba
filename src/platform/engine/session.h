#pragma once
// The engine as the rest of the program sees it: sessions that run SQL, and a parser that reads it.
// An Engine may be used from many threads; a Session from one at a time, except interrupt().
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/columns.h"
#include "data/row_feed.h"
#include "platform/storage/stores.h"
#include "sql/fragment.h"

namespace ingot::engine {

// A small result, as text. For numbers about data, not for data: that stays in the engine.
struct Rows {
    Columns columns;
    std::vector<std::vector<std::optional<std::string>>> rows;

    // The cell, or "" where it is NULL. Asking outside the result is a bug of the caller.
    const std::string& text(std::size_t row, std::size_t column) const;
    std::int64_t integer(std::size_t row, std::size_t column) const;
};

class Session {
public:
    virtual ~Session() = default;
    // Runs one or more statements and gives back the last one's rows. ENG101 with the engine's words when refused,
    // ENG103 when memory ran out, RUN102 when interrupted.
    virtual Result<Rows> query(const std::string& sql) = 0;
    // Like query, for statements whose rows nobody reads; gives the number of rows changed or written.
    virtual Result<std::int64_t> execute(const std::string& sql) = 0;
    // Runs the SELECT and keeps its rows for this session as the view `name`, which has their numbers from 0 as its last
    // column, `number`, if that is not empty; gives how many there are. Costs half of a temporary table, and spills like
    // one.
    virtual Result<std::int64_t> keep(
        const std::string& name, const std::string& select, const std::string& number) = 0;
    // As execute, but what CREATE TEMP TABLE … AS makes is kept as by `keep`: nothing may change it later.
    virtual Result<std::int64_t> execute_keeping(const std::string& sql) = 0;
    // CREATE VIEW `name` (as it is written in SQL) of a SELECT that is known to yield just these columns: it is not bound, so
    // nothing that it reads is opened. A view that says other types than its SELECT yields cannot be read.
    virtual Status make_view(
        const std::string& name, const std::string& select, const Columns& columns) = 0;
    // Names and types a SELECT yields, without running it. SQL103 with position in `where.line/column` of the text.
    virtual Result<Columns> describe(const std::string& select) = 0;
    // The rows as something to select from, in any statement, as long as the feed is held.
    virtual sql::Fragment relation(const std::shared_ptr<const RowFeed>& feed) = 0;
    // From any thread: the running statement ends with RUN102.
    virtual void interrupt() = 0;
    // Another session of the same engine; it has its own transaction, and sees what is attached here.
    virtual Result<std::unique_ptr<Session>> beside() = 0;
};

struct EngineOptions {
    int threads = 0;               // 0: all cores
    std::string memory_limit{};    // "1GB"; empty: the engine's own default
    std::string temp_directory{};  // where larger-than-memory work spills; empty: none
    std::string extension_directory{};
    std::string database{};  // a file to open; empty: in memory
    bool read_only = false;
    storage::Stores* stores = nullptr;  // what reads URLs of object stores; must outlive the engine
};

// A table that a query reads, as written: [schema, name], with its place in the text (1-based).
struct TableUse {
    std::string schema;
    std::string name;
    int line = 0;
    int column = 0;
};

struct ParsedSelect {
    std::vector<TableUse> tables;    // without CTE names; each use once, in order of appearance
    bool names_own_columns = false;  // some column reference starts with _ingot_
    // A projection, expressions and WHERE over exactly one table: no join, aggregate, window, DISTINCT, LIMIT,
    // ORDER BY, set operation, subquery or table function. Such a model can be folded slice by slice.
    bool row_wise = false;
    std::string why_not_row_wise;  // "a join", "an aggregate"… for the plan's explanation
    // The SELECT with every star over tables of ours excluding _ingot_ columns; equal to the input without them.
    std::string rewritten;
};

class Engine {
public:
    virtual ~Engine() = default;
    virtual Result<std::unique_ptr<Session>> connect() = 0;
    // Reads one SELECT with the engine's own parser. SQL101 (syntax) and SQL102 (not one SELECT), `where` holding
    // line and column within the text.
    virtual Result<ParsedSelect> parse(const std::string& sql) = 0;
    // The row-wise SELECT with these expressions added to its list; its stars leave out the _ingot_ columns.
    virtual Result<std::string> append_columns(
        const std::string& select, const std::vector<std::string>& expressions) = 0;
};

}  // namespace ingot::engine

namespace ingot::engine {
// Opens the embedded engine: loads its library beside the program on first use. ENG102 when it cannot.
Result<std::unique_ptr<Engine>> open_duckdb(const EngineOptions& options);
// The same, opened by the first who asks it for anything; the failure is his, and is tried again by the next.
std::unique_ptr<Engine> open_duckdb_on_use(const EngineOptions& options);
}  // namespace ingot::engine
