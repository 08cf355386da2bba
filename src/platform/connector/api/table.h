#pragma once
// One table of an API, ready to be asked for: options bound, expressions read, nothing left to look up but secrets.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/connector/api/page.h"
#include "platform/connector/api/table_spec.h"
#include "platform/connector/connector.h"

namespace ingot::api {

struct BodyAction {
    jmespath::Expression when;
    Action then;
    std::optional<jmespath::Expression> message;
};

struct Table {
    connector::Settings settings;
    ConnectionSpec connection;
    TableSpec spec;
    const PagingKind* kind = nullptr;
    Paging paging;
    std::optional<jmespath::Expression> records;
    std::vector<BodyAction> on_body;
    std::vector<std::pair<int, Action>> on_status;
    std::string schema;                       // JSON; empty: none
    std::vector<std::string> parent_columns;  // that the requests and rows need

    // Nothing for a status that no option speaks of.
    std::optional<Action> action_for(int status) const;
    // The first rule that holds of an answer; EXT104 when one cannot be told.
    Result<const BodyAction*> rule_for(const json::Value& document) const;
};

// Reports what is wrong with the settings; the table is usable when nothing was.
Table table_of(const connector::Settings& settings, Diagnostics& diagnostics);

// A time that may be written wrong: CFG102.
http::Duration duration_of(const Text& text, Diagnostics& diagnostics);

// Appends the rows of an answer to `out` as JSON lines, at most `most` of them, each with `parent` (members of an
// object, with a comma behind them) in front. How many.
struct SelectOrder {
    const Table& table;
    const json::Value& document;
    std::string parent{};
    std::int64_t most = 0;
};
Result<std::int64_t> select_rows(const SelectOrder& order, std::string& out);

}  // namespace ingot::api
