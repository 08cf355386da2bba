#pragma once
// The change stream of a PostgreSQL table: a snapshot first, then what its log says happened since, in order.
#include <optional>
#include <string>

#include "base/result.h"
#include "platform/connector/connector.h"

namespace ingot::connector {

struct ChangesSpec {
    std::optional<config::Spanned<std::string>> slot;
    std::optional<config::Spanned<std::string>> publication;
};

constexpr auto describe(config::Of<ChangesSpec>) {
    using config::field;
    return config::record("changes",
        "Land the table's changes from the server's log (logical replication): first every row as it stands, then each insert, update, delete and truncate since, with _op, _lsn, _seq and _commit_ts. {} takes the defaults.",
        field("slot", &ChangesSpec::slot,
            "The replication slot; default: one of its own, which is made. A slot belongs to one warehouse."),
        field("publication", &ChangesSpec::publication,
            "The publication; default: one of its own, which is made for this table."));
}

struct ChangesOrder {
    std::string conninfo;
    ChangesSpec spec;
    const Settings& settings;
    config::Spanned<std::string> table;
    std::optional<std::string> schema;
};

// Rows behind `order.position`; the new position is the log's place behind them.
Result<Fetched> fetch_changes(const ChangesOrder& changes, const FetchOrder& order);
// Tells the server that its log is not needed before the position any more.
Status confirm_changes(const ChangesOrder& changes, const std::string& position);

}  // namespace ingot::connector
