#include "platform/connector/database/postgres_changes.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <thread>

#include "base/hash.h"
#include "data/columns.h"
#include "platform/connector/database/change_spool.h"
#include "platform/connector/database/pgoutput.h"
#include "platform/connector/database/pq.h"
#include "sql/dialect.h"

namespace ingot::connector {

namespace {

using pgoutput::Cell;
using pgoutput::Tuple;

const sql::Dialect postgres{.name = "postgres"};

// Slots have names of small letters, digits and _, at most 63 of them.
std::string default_name(const Settings& settings) {
    std::string name = "ingot_" + settings.system + "_" + settings.name.value;
    for (char& c : name) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) c = '_';
    }
    const auto whose = settings.root + "\n" + settings.target + "\n" + settings.system + "\n" +
                       settings.name.value;
    return name.substr(0, 50) + "_" + sha256(whose).substr(0, 8);
}

std::string slot_of(const ChangesOrder& changes) {
    return changes.spec.slot ? changes.spec.slot->value : default_name(changes.settings);
}

std::string literal(const std::string& text) { return postgres.literal(text).text(); }
std::string identifier(const std::string& text) { return postgres.identifier(text).text(); }

std::string place_of_table(const ChangesOrder& changes) {
    return changes.schema ? postgres.qualified(*changes.schema, changes.table.value).text()
                          : identifier(changes.table.value);
}

// A client that is gone may hold its slot for a moment.
Status wait_until_free(Pq& connection, const std::string& slot, Span where) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (;;) {
        const auto rows = TRY(connection.ask(
            "SELECT active_pid::text FROM pg_replication_slots WHERE active AND slot_name = " +
            literal(slot)));
        if (rows.empty()) return {};
        if (std::chrono::steady_clock::now() > until)
            return fail("EXT103",
                "changes: process " + rows.at(0).at(0).value_or("?") +
                    " of the server reads the slot '" + slot + "'; a slot has one reader",
                where);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

// The server's log before the place is needed no more. Behind what is confirmed already there is nothing to do.
Status advance(Pq& connection, const std::string& slot, const std::string& place, Span where) {
    TRY(wait_until_free(connection, slot, where));
    TRY(connection.ask("SELECT pg_replication_slot_advance(slot_name, " + literal(place) +
                       ") FROM pg_replication_slots WHERE slot_name = " + literal(slot) +
                       " AND confirmed_flush_lsn < " + literal(place) + "::pg_lsn"));
    return {};
}

class ChangeStream {
public:
    ChangeStream(const ChangesOrder& changes, const FetchOrder& order)
        : changes_(changes), order_(order), slot_(slot_of(changes)) {}

    Result<Fetched> fetch() {
        plain_ = TRY(connect(""));
        stream_ = TRY(connect(" replication=database"));
        TRY(fix_spelling(*plain_));
        TRY(fix_spelling(*stream_));
        table_id_ = TRY(table_id());
        TRY(prepare_publication());
        spool_ = TRY(ChangeSpool::open(order_.folder));
        auto position = order_.position.empty() ? TRY(snapshot()) : TRY(follow());
        Relation relation;
        relation.select = TRY(spool_->select());
        Fetched fetched{.rows = std::move(relation), .position = std::move(position)};
        if (has_unchanged_)
            fetched.warnings.push_back(
                "EXT146 some updates left out long values that did not change: these are NULL, and named in _unchanged; ALTER TABLE " +
                place_of_table(changes_) + " REPLICA IDENTITY FULL makes the server tell them");
        return fetched;
    }

private:
    // What the server prints may not depend on how it is set up.
    static Status fix_spelling(Pq& connection) {
        for (const auto* setting : {"timezone = 'UTC'", "datestyle = 'ISO'",
                 "intervalstyle = 'postgres'", "extra_float_digits = 1", "bytea_output = 'hex'"})
            TRY(connection.ask(std::string("SET ") + setting));
        return {};
    }

    Result<std::unique_ptr<Pq>> connect(const std::string& more) {
        return Pq::connect(
            changes_.conninfo + more, changes_.table.span, changes_.settings.connection.span);
    }

    Result<std::string> table_id() {
        const auto rows = TRY(plain_->ask(
            "SELECT c.oid::text, c.relreplident::text, EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND "
            "i.indisprimary)::text FROM pg_class c WHERE c.oid = " +
            literal(place_of_table(changes_)) + "::regclass"));
        const auto identity = rows.at(0).at(1).value_or("");
        if (identity == "n" || (identity == "d" && rows.at(0).at(2) != "true"))
            return fail("EXT103",
                "changes: the table has no primary key, so its updates and deletes cannot be told apart; give it one, or ALTER TABLE " +
                    place_of_table(changes_) + " REPLICA IDENTITY FULL",
                changes_.table.span);
        return rows.at(0).at(0).value_or("");
    }

    Status prepare_publication() {
        publication_ = changes_.spec.publication ? changes_.spec.publication->value
                                                 : default_name(changes_.settings);
        const auto found = TRY(
            plain_->ask("SELECT 1 FROM pg_publication WHERE pubname = " + literal(publication_)));
        if (!found.empty()) return {};
        TRY(plain_->ask("CREATE PUBLICATION " + identifier(publication_) + " FOR TABLE " +
                        place_of_table(changes_)));
        return {};
    }

    // The slot begins where the snapshot ends, so that no change is between the two and none in both.
    Result<std::string> snapshot() {
        const auto found = TRY(plain_->ask(
            "SELECT active::text FROM pg_replication_slots WHERE slot_name = " + literal(slot_)));
        if (!found.empty()) {
            if (changes_.spec.slot)
                return fail("EXT103",
                    "changes: the slot '" + slot_ +
                        "' is there already, and nothing has landed from it here; name another, or drop it: SELECT pg_drop_replication_slot(" +
                        literal(slot_) + ")",
                    changes_.spec.slot->span);
            // Our own, from a run that was killed before it published anything.
            TRY(wait_until_free(*plain_, slot_, changes_.table.span));
            TRY(plain_->ask("SELECT pg_drop_replication_slot(" + literal(slot_) + ")"));
        }
        const auto made = TRY(stream_->ask(
            "CREATE_REPLICATION_SLOT " + identifier(slot_) + " LOGICAL pgoutput EXPORT_SNAPSHOT"));
        const auto place = made.at(0).at(1).value_or("");
        const auto exported = made.at(0).at(2).value_or("");
        const auto number = log_place(place);
        if (!number)
            return fail("EXT001", "the server gave no place for the slot", changes_.table.span);
        TRY(plain_->ask("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"));
        TRY(plain_->ask("SET TRANSACTION SNAPSHOT " + literal(exported)));
        TRY(copy_rows(*number));
        TRY(plain_->ask("COMMIT"));
        return place;
    }

    Status copy_rows(LogPlace place) {
        const auto attributes = TRY(plain_->ask(
            "SELECT attname, atttypid::text, atttypmod::text FROM pg_attribute WHERE attrelid = " +
            table_id_ +
            " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"));
        std::vector<pgoutput::RelationColumn> columns;
        std::string list;
        for (const auto& row : attributes) {
            columns.push_back({false, row[0].value_or(""),
                static_cast<std::uint32_t>(std::stoul(row[1].value_or("0"))),
                std::stoi(row[2].value_or("-1"))});
            list += ", " + identifier(columns.back().name) + "::text";
        }
        TRY(spool_->begin_columns(columns));
        // The first commit that the slot tells of may stand at `place` itself, and comes after the snapshot.
        return plain_->copy_out("COPY (SELECT 'r', " + std::to_string(place - 1) +
                                    ", row_number() OVER (), " + "NULL, NULL" + list + " FROM " +
                                    place_of_table(changes_) +
                                    ") TO STDOUT (FORMAT csv, FORCE_QUOTE *)",
            [this](std::string_view line) { return spool_->append(line); });
    }

    Result<std::string> follow() {
        const auto from = log_place(order_.position);
        if (!from)
            return fail("STATE103", "'" + order_.position + "' is no place in PostgreSQL's log");
        const auto found = TRY(plain_->ask(
            "SELECT pg_current_wal_lsn()::text, (SELECT 1 FROM pg_replication_slots WHERE slot_name = " +
            literal(slot_) + ")::text"));
        if (!found.at(0).at(1))
            return fail("EXT001",
                "changes: the slot '" + slot_ +
                    "' is gone, and with it the changes since the last slice; land the table anew with --full-refresh",
                changes_.table.span);
        until_ = *log_place(found.at(0).at(0).value_or(""));
        reached_ = *from;
        if (until_ <= reached_) return order_.position;
        TRY(wait_until_free(*plain_, slot_, changes_.table.span));
        TRY(stream_->start_replication("START_REPLICATION SLOT " + identifier(slot_) + " LOGICAL " +
                                       order_.position + " (proto_version '1', publication_names " +
                                       literal(identifier(publication_)) + ")"));
        while (!is_done_) {
            if (order_.stopped()) return fail("RUN102", "interrupted");
            const auto message = TRY(stream_->message());
            if (message)
                TRY(take(*message, *from));
            else
                replied_ = {};
            TRY(stay_alive(*from));
        }
        if (spool_->rows() == 0) {
            // Nothing lands, so nothing is remembered: the server may forget what did not concern this table.
            stream_.reset();
            TRY(advance(*plain_, slot_, to_text(reached_), changes_.table.span));
            return order_.position;
        }
        return to_text(reached_);
    }

    Status take(std::string_view message, LogPlace from) {
        if (message.starts_with('k') && message.size() >= 18) {
            const auto end = pgoutput::number(message.substr(1, 8));
            if (!in_transaction_ && end >= until_) {
                reached_ = std::max(reached_, until_);
                is_done_ = true;
            }
            if (message[17] != 0) replied_ = {};
            return {};
        }
        if (!message.starts_with('w') || message.size() < 25) return {};
        return std::visit([&](const auto& it) { return take(it, from); },
            TRY(pgoutput::read(message.substr(25))));
    }

    Status take(const pgoutput::Begin& begin, LogPlace /*from*/) {
        in_transaction_ = true;
        commit_ = begin.commit;
        sequence_ = 0;
        const auto since_2000 = std::chrono::microseconds(begin.committed_us);
        committed_ =
            to_string(Instant(std::chrono::sys_days(std::chrono::year(2000) / 1 / 1)) + since_2000);
        return {};
    }
    Status take(const pgoutput::Commit& commit, LogPlace /*from*/) {
        in_transaction_ = false;
        reached_ = std::max(reached_, commit.end);
        is_done_ = reached_ >= until_;
        return {};
    }
    Status take(const pgoutput::Relation& relation, LogPlace /*from*/) {
        relations_[relation.id] = relation;
        return {};
    }
    Status take(const pgoutput::Insert& insert, LogPlace from) {
        return write("i", insert.relation, insert.row, from);
    }
    // A key that changed is a row gone and another come.
    Status take(const pgoutput::Update& update, LogPlace from) {
        auto row = update.row;
        if (update.before) {
            if (is_other_key(update.relation, *update.before, row))
                TRY(write("d", update.relation, *update.before, from));
            for (std::size_t i = 0; i < row.size() && i < update.before->size(); ++i)
                if (row[i].kind == Cell::Kind::unchanged &&
                    (*update.before)[i].kind == Cell::Kind::text)
                    row[i] = (*update.before)[i];
        }
        return write("u", update.relation, row, from);
    }
    Status take(const pgoutput::Delete& gone, LogPlace from) {
        return write("d", gone.relation, gone.before, from);
    }
    Status take(const pgoutput::Truncate& truncate, LogPlace from) {
        for (const auto id : truncate.relations)
            TRY(write("t", id, Tuple(relations_[id].columns.size()), from));
        return {};
    }
    Status take(const pgoutput::Other& /*message*/, LogPlace /*from*/) { return {}; }

    // With identity FULL the whole row before comes along, so a change of the key shows only in the primary key itself.
    bool is_other_key(std::uint32_t id, const Tuple& before, const Tuple& row) {
        const auto& relation = relations_[id];
        if (relation.identity != 'f') return true;
        if (!primary_key_) {
            primary_key_.emplace();
            const auto rows = plain_->ask(
                "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) "
                "WHERE i.indisprimary AND i.indrelid = " +
                table_id_);
            if (rows)
                for (const auto& name : *rows) primary_key_->push_back(name[0].value_or(""));
        }
        for (std::size_t i = 0; i < row.size() && i < before.size(); ++i)
            if (std::ranges::find(*primary_key_, relation.columns[i].name) != primary_key_->end() &&
                row[i].kind == Cell::Kind::text && row[i].text != before[i].text)
                return true;
        return false;
    }

    Status write(const char* operation, std::uint32_t id, const Tuple& row, LogPlace from) {
        // What a publication of the author's own tells of other tables, and what has landed already.
        if (std::to_string(id) != table_id_ || commit_ < from) return {};
        const auto& relation = relations_[id];
        TRY(spool_->begin_columns(relation.columns));
        has_unchanged_ = has_unchanged_ || std::ranges::any_of(row, [](const auto& cell) {
            return cell.kind == Cell::Kind::unchanged;
        });
        return spool_->write({.operation = operation,
                                 .place = commit_,
                                 .sequence = ++sequence_,
                                 .committed = committed_},
            row);
    }

    // The server gives up on a client that says nothing for a minute. What is confirmed is only what has been published.
    Status stay_alive(LogPlace published) {
        const auto now = std::chrono::steady_clock::now();
        if (replied_ != std::chrono::steady_clock::time_point{} &&
            now - replied_ < std::chrono::seconds(10))
            return {};
        replied_ = now;
        const auto place = pgoutput::bytes(published);
        return stream_->send(
            "r" + place + place + place + pgoutput::bytes(0) + std::string(1, '\1'));
    }

    const ChangesOrder& changes_;
    const FetchOrder& order_;
    std::string slot_;
    std::string publication_;
    std::string table_id_;
    std::unique_ptr<Pq> plain_, stream_;
    std::unique_ptr<ChangeSpool> spool_;
    std::map<std::uint32_t, pgoutput::Relation> relations_;
    std::optional<std::vector<std::string>> primary_key_;
    LogPlace until_ = 0, reached_ = 0, commit_ = 0;
    std::int64_t sequence_ = 0;
    std::string committed_;
    bool in_transaction_ = false, is_done_ = false, has_unchanged_ = false;
    std::chrono::steady_clock::time_point replied_{};
};

}  // namespace

Result<Fetched> fetch_changes(const ChangesOrder& changes, const FetchOrder& order) {
    return ChangeStream(changes, order).fetch();
}

Status confirm_changes(const ChangesOrder& changes, const std::string& position) {
    auto connection =
        TRY(Pq::connect(changes.conninfo, changes.table.span, changes.settings.connection.span));
    return advance(*connection, slot_of(changes), position, changes.table.span);
}

}  // namespace ingot::connector
