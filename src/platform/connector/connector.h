#pragma once
// Sources that are not files on disk: what a kind of connection is made of, and how its rows come here. A kind hands
// over either files of rows that it fetched into a folder (APIs, programs) or a SELECT that the engine runs (databases).
// Everything after that is common to all: types, rules, parts, cursor, publishing (run/land_source.h).
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/diagnostics.h"
#include "base/result.h"
#include "base/time.h"
#include "config/bind.h"
#include "data/columns.h"
#include "platform/connector/cursor.h"
#include "platform/connector/file.h"
#include "sql/fragment.h"

namespace ingot::connector {

// What an author said about one table, free of mistakes that the kind's types and check() can find.
struct Settings {
    config::Value connection;  // the whole mapping; secrets are still references
    config::Value table;       // the options that are the kind's own
    std::string system;
    config::Spanned<std::string> name;  // of the table
    std::optional<CursorSpec> cursor;
    std::vector<std::string>
        columns;  // that are wanted; empty: all. A kind may leave out the others
    config::Named<config::Spanned<std::string>>
        types;             // declared; what does not fit is quarantined later
    std::string root;      // the project's folder, that relative paths start from
    std::string target{};  // the one that rows land in

    // "" when the column has none.
    std::string declared(std::string_view column) const;
    // Such a column can land exactly as the source itself would print it.
    bool is_declared_text(std::string_view column) const;
};

// From here on (inclusive) a source is asked for rows.
struct Bound {
    std::string value;
    std::string type;  // the engine's, as the column landed; empty for the author's `initial`
};

// What the engine answers, as text.
struct Answer {
    Columns columns;
    std::vector<std::vector<std::optional<std::string>>> rows;
};

struct FetchOrder {
    Date date{};
    Instant now{};
    // Nothing without a cursor, and nothing before the first slice of a cursor without `initial`.
    std::optional<Bound> since{};
    // What the kind gave as Fetched::position with the slice that landed last; empty before the first.
    std::string position{};
    // The slice's own folder, absolute. After a kill it still holds what an earlier fetch of the very same slice left,
    // so that a kind may go on from there; it is emptied when the order's `since`, `position` or options have changed,
    // and removed once the slice is published.
    std::string folder{};
    // Texts of these columns of the rows that the parent's slice of the same date holds, in order; NULL is nothing.
    std::function<Result<std::vector<std::vector<std::optional<std::string>>>>(
        const std::vector<std::string>& columns)>
        parent_rows{};
    // Runs statements in the session that the relation will be read in: for kinds that look through the engine at what they
    // are going to read. The statements may hold secrets.
    std::function<Result<Answer>(const std::string& statements)> ask{};
    // Told again and again while rows are fetched into a file of JSON lines, one value a line, that will be the only one of
    // Fetched, with the types that the source vouches for so far: its first `size` bytes are whole lines and stay as they
    // are. Rows may be read from it from then on.
    std::function<void(const file::Found& rows, const Columns& types)> arrived =
        [](const auto&, const auto&) {};
    // Set when the run is to stop: leave the folder as it is and return RUN102.
    std::function<bool()> stopped = [] { return false; };
};

// Rows as files, in the order in which they land; `name` of each is what `_ingot_file` shows.
struct FetchedFiles {
    std::vector<file::Found> files;
    std::string format;  // csv, jsonl, json or parquet
    Columns types{};     // that the source vouches for; what the author declares wins
};

// Rows as a SELECT. `prepare` and `finish` may hold secrets, so they are never shown; an error of the engine while one
// runs is reported with its words and without the statement.
struct Reading {
    std::vector<std::string> prepare{};
    sql::Fragment select{};
    std::vector<std::string> finish{};
};
struct Relation {
    std::vector<std::string> prepare{};
    sql::Fragment select{};
    std::vector<std::string> finish{};
    // The same rows in parts that may be read at the same time, each in a session of its own, while the relation's is
    // kept as `prepare` left it. They land in this order. None: `select` is read as it is.
    std::vector<Reading> at_once{};
    // Called in the relation's session while `at_once` are read, until `over` says that no more comes of them; its failure
    // is theirs.
    std::function<Status(const std::function<bool()>& over)> meanwhile{};
};

struct Fetched {
    std::variant<FetchedFiles, Relation> rows;
    std::string position{};  // kept with the data; see FetchOrder
    std::vector<std::string> warnings{};
};

class Source {
public:
    virtual ~Source() = default;
    // Touches the world for the first time. Credentials that are missing are AUTH001; what cannot be had is EXT….
    virtual Result<Fetched> fetch(const FetchOrder& order) = 0;
    // The slice is published: what the system must be told now (an acknowledged log position). Called again for the
    // last published position when an earlier call may have been lost.
    virtual Status published(const std::string& /*position*/) { return {}; }
    // Reaches the system with its credentials, as fetch() would, and takes no rows: who answered, for people. Errors are
    // those of fetch().
    virtual Result<std::string> reach(const FetchOrder& order) = 0;
};

// A described record, without its C++ type.
struct Options {
    const config::Type& (*type)();
    // Reports what the record's own types know to be wrong.
    void (*check)(const config::Value&, Diagnostics&);
};
template <class T>
constexpr Options options_of() {
    return {&config::type_of<T>, [](const config::Value& value, Diagnostics& diagnostics) {
                (void)config::bind<T>(value, diagnostics);
            }};
}

// One kind of source. Kinds stand in builtin.inc.
struct Kind {
    std::string_view name;  // the `type:` of a connection
    std::string_view doc;
    // Described records: the options of a connection (`type` among them), and those of a table beside the ones that
    // every table has (name, load, cursor, columns, types, expect …).
    Options connection;
    Options table;
    // Mistakes that types alone do not show.
    void (*check)(const Settings&, Diagnostics&);
    std::unique_ptr<Source> (*open)(Settings);
    // The table of the same system whose rows this one's are asked for, if any.
    std::optional<config::Spanned<std::string>> (*parent)(const Settings&) =
        [](const Settings&) -> std::optional<config::Spanned<std::string>> { return std::nullopt; };
};

std::span<const Kind* const> kinds();
const Kind* find_kind(std::string_view name);

}  // namespace ingot::connector
