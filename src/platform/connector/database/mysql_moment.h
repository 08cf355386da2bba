#pragma once
// Several SELECTs of one table of MySQL or MariaDB that see it at the same moment, each over a connection of its own. The table
// is locked against writers until the server has begun all of them; from then on InnoDB shows each what was there when it began.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/connector/connector.h"
#include "platform/connector/database/source_query.h"
#include "platform/connector/database/talk.h"
#include "sql/fragment.h"

namespace ingot::connector {

// Of information_schema: the rows about the table; then the one of exactly its name, should names differ in case alone.
std::string is_about(
    const SourceDialect& dialect, const DatabaseTable& table, const std::string& name);

class SharedMoment {
public:
    // `control` is attached, may be written to, and serves nothing else.
    SharedMoment(Talk& talk, const FetchOrder& order, std::string control)
        : talk_(talk), ask_(order.ask), stopped_(order.stopped), control_(std::move(control)) {}

    // Locks the table. Gives the reason, for people, where it has no snapshots or must not be locked; nothing is held then,
    // and the transaction is a new one.
    Result<std::optional<std::string>> hold(
        const SourceDialect& dialect, const DatabaseTable& table, const std::string& name);
    // What the SELECT of number `which` reads from instead of `rows`, and a condition that it needs. It waits there until
    // all have begun.
    sql::Fragment beginning(const SourceDialect& dialect, const sql::Fragment& rows, int which);
    static sql::Fragment has_begun();

    // For Relation::meanwhile: unlocks the table once all that got a beginning are under way.
    std::function<Status(const std::function<bool()>& over)> release() const;

private:
    Result<std::optional<std::string>> why_not(
        const SourceDialect& dialect, const DatabaseTable& table, const std::string& name);
    Result<std::optional<std::string>> refused(const Error& error, const std::string& statement);
    std::string word(const std::string& what) const;

    Talk& talk_;
    std::function<Result<Answer>(const std::string&)> ask_;
    std::function<bool()> stopped_;
    std::string control_;
    std::string connection_;
    std::vector<std::string> beginners_;
};

}  // namespace ingot::connector
