#pragma once
// A database that the engine attaches: how it is opened, asked in its own SQL, and read.
#include <string>
#include <string_view>
#include <vector>

#include "platform/connector/database/source_query.h"
#include "platform/connector/database/spec.h"
#include "platform/connector/database/talk.h"

namespace ingot::connector {

// What differs between databases that are attached.
struct AttachedWords {
    const SourceDialect& dialect;
    std::string_view type;      // of ATTACH
    std::string_view function;  // of the engine, that takes a SELECT in the database's own SQL
    sql::Fragment tables;       // the SELECT of its tables' names
    // What is sent for a SELECT, if more than itself.
    sql::Fragment ahead{}, hint{};
};

// Everything is of one transaction, which stays open until the rows were read.
class Attached {
public:
    Attached(Talk& talk, const Settings& settings, const DatabaseTable& table, AttachedWords words);

    // `place` as the engine's ATTACH takes it. The engine's extension has been loaded.
    Status attach(const std::string& place, const std::string& more_options = {});

    const sql::Fragment& rows() const { return rows_; }
    const std::string& name() const { return name_; }
    // The engine's relation of a SELECT in the database's own SQL.
    sql::Fragment asked(const sql::Fragment& select) const;
    Result<Answer> ask(const sql::Fragment& select) const;
    Result<Answer> ask_engine(const std::string& statement) const { return talk_.ask(statement); }
    // What the engine makes of the SELECT's columns.
    Result<Columns> described(const sql::Fragment& select) const;
    // Of all that is there to read. EXT001 with the database's words and the nearest name, also for the cursor's column.
    Result<Columns> columns() const;

    // The rows as ranges of `said.column`, one of `there`; `as_text` casts a value in the database's SQL. See ranges_of().
    Result<std::vector<sql::Fragment>> ranges(const Partitioning& said, const Columns& there,
        sql::Fragment (*as_text)(const sql::Fragment&),
        const std::vector<sql::Fragment>& conditions) const;

    sql::Fragment select(
        const std::vector<Passing>& columns, const std::vector<sql::Fragment>& conditions) const {
        return select(columns, conditions, rows_);
    }
    // `rows` hold what rows() are, under their name.
    sql::Fragment select(const std::vector<Passing>& columns,
        const std::vector<sql::Fragment>& conditions, const sql::Fragment& rows) const;

private:
    std::string sent(const sql::Fragment& select) const;

    Talk& talk_;
    const Settings& settings_;
    const DatabaseTable& table_;
    AttachedWords words_;
    std::string name_;
    sql::Fragment rows_;
};

}  // namespace ingot::connector
