// Rows that the engine itself reads from a database: typed already, written in one statement. What may be read in parts at
// the same time is first laid down as it comes, part by part; from there on it is read in their order.
#include <atomic>
#include <thread>

#include "medallion/bronze/read.h"
#include "platform/table/storable.h"
#include "run/landing.h"

namespace ingot::run {

namespace {

using sql::Fragment;

// The statements may hold secrets, so only the engine's words are shown.
Status run_all(engine::Session& session, const std::vector<std::string>& statements) {
    for (const auto& statement : statements) TRY(session.execute(statement));
    return {};
}

// What to do with a value that the column's type does not have.
std::string way_out_of(const std::string& words) {
    constexpr std::string_view casting = "when casting from source column ";
    const auto at = words.rfind(casting);
    if (at == std::string::npos) return "";
    const auto column = words.substr(at + casting.size());
    return (words.find("-00") == std::string::npos
                   ? "; types: {"
                   : "; zero_dates: as_null makes it NULL, types: {") +
           column + ": VARCHAR} lands it as it stands";
}

// A reader refuses a value by a cast that cannot be: what it has to say stands in the quotes of the database's error.
std::string sentence_of(const std::string& words) {
    if (words.find("Failure in decode") != std::string::npos)
        return "a text in it is not UTF-8; types: {column: BLOB} lands that column's bytes as they are";
    constexpr std::string_view sent = "Failed to prepare query \"";
    if (words.find(sent) != std::string::npos) {
        const auto behind = words.rfind("\": ");
        if (behind != std::string::npos) return "the database says: " + words.substr(behind + 3);
    }
    constexpr std::string_view frame = "invalid input syntax for type integer: \"column ";
    const auto at = words.find(frame);
    const auto end = words.rfind('"');
    if (at == std::string::npos) return words + way_out_of(words);
    const auto begin = words.find('"', at) + 1;
    return end > begin ? words.substr(begin, end - begin) : words;
}

class RelationLanding {
public:
    RelationLanding(const LandingOrder& order, const connector::Relation& relation)
        : order_(order), relation_(relation) {}

    Result<LandedFile> land() {
        auto landed = write();
        const auto finished = run_all(order_.session, relation_.finish);
        if (landed && !finished) return std::unexpected(finished.error());
        if (landed || is_final(landed.error())) return landed;
        const auto& error = landed.error();
        if (!error.code.id().starts_with("ENG") && !error.code.id().starts_with("SQL"))
            return landed;
        const bool is_wide = error.message.find("DECIMAL(38,0)") != std::string::npos;
        return fail("EXT001", order_.dataset + ": " + sentence_of(error.message) +
                                  (is_wide ? "; types: {column: VARCHAR} keeps more digits" : ""));
    }

private:
    Result<LandedFile> write() {
        TRY(run_all(order_.session, relation_.prepare));
        const auto select_all =
            relation_.at_once.empty() ? relation_.select : TRY(laid_down(relation_.at_once));
        const auto there = TRY(order_.session.describe(select_all.text()));
        auto columns = plan_columns(there);
        if (columns.empty()) return fail("EXT103", order_.dataset + ": it has no columns");
        const auto rows = Fragment::of(" FROM (") + select_all + Fragment::of(") AS rows");
        LandedFile landed{.path = order_.scratch + "/rows.parquet",
            .quarantine_path = {},
            .rows_by_input = {},
            .warnings = {}};
        const auto wrong = TRY(bronze::misfits(columns));
        auto select = Fragment::of("SELECT ") + TRY(bronze::projection(columns)) + rows;
        if (!wrong.empty()) {
            TRY(keep_rows(rows));
            const auto kept = Fragment::of(" FROM fetched");
            TRY(quarantine(landed, columns, wrong, kept));
            select = Fragment::of("SELECT ") + TRY(bronze::projection(columns)) + kept +
                     Fragment::of(" WHERE NOT (") + wrong + Fragment::of(")");
        }
        landed.rows = TRY(order_.session.execute(
            bronze::copy_to_parquet({.select = limited(std::move(select), order_.options),
                                        .path = landed.path,
                                        .compression = order_.options.parquet_compression})
                .text()));
        landed.rows_by_input = {landed.rows};
        return landed;
    }

    Result<Fragment> laid_down(const std::vector<connector::Reading>& readings) {
        std::vector<std::string> paths;
        std::vector<std::unique_ptr<engine::Session>> sessions;
        for (std::size_t i = 0; i < readings.size(); ++i) {
            paths.push_back(order_.scratch + "/read_" + std::to_string(i) + ".parquet");
            sessions.push_back(TRY(order_.session.beside()));
        }
        std::vector<Status> outcomes(readings.size());
        std::atomic<bool> has_failed = false;
        std::atomic<std::size_t> ended = 0;
        Status meanwhile;
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < readings.size(); ++i)
                threads.emplace_back([&, i] {
                    if (!has_failed) outcomes[i] = lay_down(*sessions[i], readings[i], paths[i]);
                    ++ended;
                    if (outcomes[i] || has_failed.exchange(true)) return;
                    // What the others still read is for nothing.
                    for (std::size_t other = 0; other < sessions.size(); ++other)
                        if (other != i) sessions[other]->interrupt();
                });
            if (relation_.meanwhile)
                meanwhile =
                    relation_.meanwhile([&] { return has_failed || ended == readings.size(); });
            if (!meanwhile && !has_failed.exchange(true))
                for (const auto& session : sessions) session->interrupt();
        }
        for (const auto& outcome : outcomes)
            if (!outcome && outcome.error().code != Code("RUN102"))
                return std::unexpected(outcome.error());
        TRY(meanwhile);
        for (const auto& outcome : outcomes)
            if (!outcome) return std::unexpected(outcome.error());
        return Fragment::of("SELECT * FROM read_parquet(") + sql::duckdb().list(paths) +
               Fragment::of(", hive_partitioning = false)");
    }

    static Status lay_down(
        engine::Session& session, const connector::Reading& reading, const std::string& path) {
        auto done = run_all(session, reading.prepare);
        if (done) {
            const auto copied = session.execute(bronze::copy_to_parquet(
                {.select = reading.select, .path = path, .compression = Compression::lz4})
                    .text());
            if (!copied) done = std::unexpected(copied.error());
        }
        const auto finished = run_all(session, reading.finish);
        return done ? finished : done;
    }

    // A column that is declared with another type than it has is cast; what does not fit goes to quarantine.
    std::vector<bronze::ColumnPassage> plan_columns(const Columns& there) const {
        std::vector<bronze::ColumnPassage> columns;
        for (const auto& chosen : choose_columns(order_, names_of(there))) {
            const auto* column = find_column(there, chosen.name);
            const bool stays =
                column && (chosen.declared.empty() || chosen.declared == column->type);
            const auto passage = !column ? bronze::Passage::absent
                                 : stays ? bronze::Passage::as_read
                                         : bronze::Passage::attempt;
            const auto kept = column ? table::exact_file_type(column->type) : "";
            if (stays && kept != column->type)
                columns.push_back({chosen.name, kept, bronze::Passage::cast});
            else
                columns.push_back({chosen.name,
                    stays || chosen.declared.empty() ? "VARCHAR" : chosen.declared, passage});
        }
        return columns;
    }

    // A source may not be asked twice for the same rows.
    Status keep_rows(const Fragment& rows) {
        TRY(order_.session.execute(
            (Fragment::of("CREATE OR REPLACE TEMP TABLE fetched AS SELECT *") + rows).text()));
        return {};
    }

    Status quarantine(LandedFile& landed, const std::vector<bronze::ColumnPassage>& columns,
        const Fragment& wrong, const Fragment& from) {
        const auto select =
            Fragment::of("SELECT ") + sql::duckdb().literal(order_.inputs.front().name) +
            Fragment::of(
                " AS file, CAST(NULL AS BIGINT) AS line, CAST(to_json(fetched) AS VARCHAR) AS text, ") +
            TRY(bronze::misfit_reason(columns)) + Fragment::of(" AS reason") + from +
            Fragment::of(" WHERE ") + wrong;
        const auto path = order_.scratch + "/quarantine.parquet";
        landed.quarantined = TRY(order_.session.execute(
            bronze::copy_to_parquet({.select = select, .path = path}).text()));
        if (landed.quarantined > 0) landed.quarantine_path = path;
        return {};
    }

    const LandingOrder& order_;
    const connector::Relation& relation_;
};

}  // namespace

Result<LandedFile> land_relation(const LandingOrder& order, const connector::Relation& relation) {
    return RelationLanding(order, relation).land();
}

}  // namespace ingot::run
