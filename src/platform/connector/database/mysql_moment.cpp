#include "platform/connector/database/mysql_moment.h"

#include <chrono>
#include <thread>

namespace ingot::connector {

namespace {

using sql::Fragment;
using namespace std::chrono_literals;

// Writers wait as long as the table is locked, and those that come while we wait for the lock do too.
constexpr auto patience = 10s;

// Both go over the connection of the transaction, which is always the same.
std::string asked(const std::string& database, const std::string& select) {
    const auto& d = sql::duckdb();
    return "FROM mysql_query(" + d.literal(database).text() + ", " + d.literal(select).text() +
           ", stream_results = false)";
}

std::string executed(const std::string& database, const std::string& statement) {
    const auto& d = sql::duckdb();
    return "CALL mysql_execute(" + d.literal(database).text() + ", " + d.literal(statement).text() +
           ")";
}

}  // namespace

// Names are the whole server's.
std::string SharedMoment::word(const std::string& what) const {
    return "'ingot " + connection_ + " " + what + "'";
}

Result<std::optional<std::string>> SharedMoment::refused(
    const Error& error, const std::string& statement) {
    if (error.code.id() == "RUN102" || error.code.id() == "ENG103") return std::unexpected(error);
    talk_.begin_again();
    return "the database refuses " + statement + ": " + words_of_database(error, statement);
}

std::string is_about(
    const SourceDialect& dialect, const DatabaseTable& table, const std::string& name) {
    const auto there = dialect.text(table.table ? table.table->value : name).text();
    const auto schema = table.schema ? dialect.text(table.schema->value).text() : "DATABASE()";
    return "table_schema = " + schema + " AND table_name = " + there +
           " ORDER BY BINARY table_name = " + there + " DESC LIMIT 1";
}

Result<std::optional<std::string>> SharedMoment::why_not(
    const SourceDialect& dialect, const DatabaseTable& table, const std::string& name) {
    const auto select =
        "SELECT engine FROM information_schema.tables WHERE " + is_about(dialect, table, name);
    const auto found = TRY(talk_.ask(asked(control_, select), select));
    const auto engine = found.rows.empty() ? std::nullopt : found.rows[0].at(0);
    if (!engine) return "it is no table, and only tables can be locked";
    if (*engine != "InnoDB") return "its storage engine is " + *engine + ", which has no snapshots";
    return std::nullopt;
}

Result<std::optional<std::string>> SharedMoment::hold(
    const SourceDialect& dialect, const DatabaseTable& table, const std::string& name) {
    if (auto reason = TRY(why_not(dialect, table, name))) return reason;
    connection_ = first_texts(TRY(talk_.ask(asked(control_, "SELECT CONNECTION_ID()")))).at(0);
    const auto gate = "DO GET_LOCK(" + word("gate") + ", 0)";
    const auto closed = ask_(executed(control_, gate));
    if (!closed) return refused(closed.error(), gate);
    // A server that does not hear of us any more gives the table free again.
    const auto most = std::to_string(patience.count());
    TRY(talk_.ask(executed(
        control_, "SET SESSION lock_wait_timeout = " + most + ", SESSION wait_timeout = " + most)));
    const auto there = table.table ? table.table->value : name;
    const auto place = table.schema ? dialect.words.qualified(table.schema->value, there)
                                    : dialect.words.identifier(there);
    const auto lock = "LOCK TABLES " + place.text() + " READ";
    const auto locked = ask_(executed(control_, lock));
    if (!locked) return refused(locked.error(), lock);
    return std::nullopt;
}

// The row in front is one of the table, so its snapshot is taken before the lock by name that tells of it; and it is made
// before the rows behind it are asked for, however long the first of them takes to be found.
Fragment SharedMoment::beginning(const SourceDialect& dialect, const Fragment& rows, int which) {
    beginners_.push_back(word(std::to_string(which)));
    const auto gate = word("gate");
    const auto wait = std::to_string(3 * patience.count());
    return Fragment::of("(SELECT ") +
           Fragment::authored("COALESCE(GET_LOCK(" + beginners_.back() +
                              ", 0), 0) + COALESCE(GET_LOCK(" + gate + ", " + wait +
                              "), 0) + COALESCE(RELEASE_LOCK(" + gate + "), 0)") +
           Fragment::of(" AS ") + dialect.words.identifier("ingot_has_begun") +
           Fragment::of(" FROM ") + rows +
           Fragment::of(" LIMIT 1) ingot_beginning STRAIGHT_JOIN ") + rows;
}

Fragment SharedMoment::has_begun() { return Fragment::of("ingot_beginning.ingot_has_begun >= 0"); }

std::function<Status(const std::function<bool()>& over)> SharedMoment::release() const {
    std::string begun = "SELECT 0";
    for (const auto& beginner : beginners_)
        begun += " + (IS_USED_LOCK(" + beginner + ") IS NOT NULL)";
    return [ask = ask_, stopped = stopped_, database = control_, begun = std::move(begun),
               all = std::to_string(beginners_.size()),
               gate = word("gate")](const std::function<bool()>& over) -> Status {
        const auto until = std::chrono::steady_clock::now() + patience;
        Status outcome;
        while (!over() && !stopped()) {
            const auto found = ask(asked(database, begun));
            if (!found) {
                outcome = std::unexpected(found.error());
                break;
            }
            if (found->rows.at(0).at(0) == all) break;
            if (std::chrono::steady_clock::now() > until) {
                outcome = fail("EXT001",
                    "the server began only " + found->rows[0][0].value_or("0") + " of " + all +
                        " ranges within " + std::to_string(patience.count()) +
                        "s of locking the table, so they would not be of one moment; read it with fewer partitions:, or "
                        "with none");
                break;
            }
            std::this_thread::sleep_for(2ms);
        }
        const auto unlocked = ask(executed(database, "UNLOCK TABLES"));
        (void)ask(executed(database, "SET SESSION wait_timeout = DEFAULT"));
        const auto opened = ask(executed(database, "DO RELEASE_LOCK(" + gate + ")"));
        if (outcome && !unlocked) outcome = std::unexpected(unlocked.error());
        if (outcome && !opened) outcome = std::unexpected(opened.error());
        return outcome;
    };
}

}  // namespace ingot::connector
