// From tidy rows to Parquet: every column is text there, so types are settled by all rows and nothing can stop the
// statement; rows with a value that does not fit its declared type go to quarantine with those that were no records.
// The rows are a tidy CSV, or are read in place, where what is no text may come as the type it gets.
#include <algorithm>
#include <filesystem>
#include <map>

#include "medallion/bronze/read.h"
#include "run/landing.h"

namespace ingot::run {

namespace {

using bronze::Passage;
using sql::Fragment;

constexpr std::int64_t usual_line = 2'000'000;

std::string rows_path(const LandingOrder& order) { return order.scratch + "/rows.parquet"; }

Result<std::int64_t> write_rows(
    const LandingOrder& order, const WrittenAs& as, const Fragment& relation) {
    auto select = Fragment::of("SELECT ") + TRY(bronze::projection(as.columns)) +
                  Fragment::of(" FROM ") + relation;
    const auto wrong = TRY(bronze::misfits(as.columns));
    if (!wrong.empty()) select = select + Fragment::of(" WHERE NOT (") + wrong + Fragment::of(")");
    return order.session.execute(
        bronze::copy_to_parquet({.select = limited(std::move(select), order.options),
                                    .path = rows_path(order),
                                    .compression = order.options.parquet_compression,
                                    .rows_of_group = order.rows_of_group})
            .text());
}

class TidiedRows {
public:
    TidiedRows(const LandingOrder& order, const file::Tidied& tidied)
        : order_(order), tidied_(tidied) {
        if (tidied_.rows_in_place) texts_ = tidied_.rows_in_place->feed(text_columns());
    }

    // `early`: what a statement has written already, if it is what this one would write.
    Result<LandedFile> land(const EarlyRows* early) {
        TRY(plan_columns());
        if (early && early->as == written()) return finish(early->rows);
        auto landed = write();
        if (landed || is_final(landed.error()) || !has_json()) return landed;
        TRY(check_json());
        return write();
    }

    // Of JSON that is still looked at, whose types need no statement.
    Result<WrittenAs> as() {
        TRY(plan_columns());
        return written();
    }

private:
    Result<LandedFile> write() {
        const auto as = written();
        if (!texts_) return finish(TRY(write_rows(order_, as, rows_relation())));
        const auto feed = tidied_.rows_in_place->feed(as.read);
        return finish(TRY(write_rows(order_, as, order_.session.relation(feed))));
    }

    Result<LandedFile> finish(std::int64_t rows) {
        LandedFile landed{.path = rows_path(order_),
            .quarantine_path = {},
            .rows = rows,
            .padded = tidied_.padded,
            .rows_by_input = std::vector<std::int64_t>(order_.inputs.size()),
            .warnings = {}};
        const auto wrong = TRY(bronze::misfits(columns_));
        TRY(count_by_input(landed, wrong));
        TRY(quarantine(landed, wrong));
        return landed;
    }

    bronze::CsvReading reading(const std::string& path, Columns columns) const {
        bronze::CsvReading reading{.paths = {path},
            .shape = {},
            .columns = std::move(columns),
            .bad_lines = bronze::BadLines::refuse,
            .keeps_empty_text = true};
        if (tidied_.longest > usual_line) reading.longest_line = tidied_.longest + 1024;
        return reading;
    }

    Columns text_columns() const {
        Columns columns{{"_ingot_input", "BIGINT"}, {"_ingot_line", "BIGINT"}};
        for (const auto& name : tidied_.names) columns.push_back({name, "VARCHAR"});
        return columns;
    }

    Fragment rows_relation() const {
        if (texts_) return order_.session.relation(texts_);
        return bronze::read_csv(reading(tidied_.rows_path, text_columns()));
    }

    // In place, some types come by themselves.
    WrittenAs written() const {
        WrittenAs as{.read = text_columns(), .columns = columns_};
        if (!is_read_in_place()) return as;
        for (auto& column : as.columns) {
            as.are_text.push_back((holding_of(column) & ~file::holds::text) == 0);
            const bool comes_by_itself =
                column.type == "BIGINT" || column.type == "DOUBLE" || column.type == "BOOLEAN";
            if (column.passage != Passage::cast || !comes_by_itself) continue;
            std::ranges::find(as.read, column.name, &Column::name)->type = column.type;
            column.passage = Passage::as_read;
        }
        return as;
    }

    bool is_read_in_place() const { return tidied_.rows_path.empty(); }
    unsigned holding_of(const bronze::ColumnPassage& column) const {
        return column.passage == Passage::absent ? 0 : holding(column.name);
    }

    std::size_t place(const std::string& name) const {
        return static_cast<std::size_t>(
            std::ranges::find(tidied_.names, name) - tidied_.names.begin());
    }
    unsigned holding(const std::string& name) const {
        return tidied_.holds.empty() ? 0 : tidied_.holds[place(name)];
    }

    bool is_json() const { return !tidied_.holds.empty() && !tidied_.text_says_no_type; }

    // Everything that came as mere text.
    bool is_judged_by_values(const std::string& name) const {
        const auto what = holding(name);
        return !is_json() && (what == 0 || what == file::holds::text);
    }

    Status plan_columns() {
        std::vector<std::string> to_infer;
        for (const auto& column : choose_columns(order_, tidied_.names)) {
            const auto type = column.declared.empty() ? "VARCHAR" : column.declared;
            const auto passage = !column.is_there    ? Passage::absent
                                 : type == "VARCHAR" ? Passage::as_read
                                                     : Passage::attempt;
            columns_.push_back({column.name, type, passage});
            if (!column.is_there || !column.declared.empty() || order_.options.infer == Infer::text)
                continue;
            if (is_judged_by_values(column.name))
                to_infer.push_back(column.name);
            else
                settle_json(columns_.back());
        }
        return infer(to_infer);
    }

    // What a column of JSON holds is known.
    void settle_json(bronze::ColumnPassage& column) const {
        const auto what = holding(column.name);
        if (what == file::holds::number) {
            const auto& type = tidied_.number_types[place(column.name)];
            if (type != "VARCHAR") column = {column.name, type, Passage::cast};
        } else if (what == file::holds::boolean)
            column = {column.name, "BOOLEAN", Passage::cast};
        else if (what != file::holds::text && what != 0)
            column = {column.name, "JSON", Passage::cast};
    }

    bool has_json() const {
        return std::ranges::any_of(columns_, [](const auto& column) {
            return column.type == "JSON" && column.passage == Passage::cast;
        });
    }

    // The engine refuses some JSON that is well-formed (half a surrogate pair, numbers out of range): text, then.
    Status check_json() {
        std::string counts = "SELECT 0";
        for (const auto& column : columns_)
            if (column.type == "JSON" && column.passage == Passage::cast)
                counts += ", count_if(" +
                          TRY(bronze::misfits({{column.name, "JSON", Passage::attempt}})).text() +
                          ")";
        if (counts == "SELECT 0") return {};
        const auto refused = TRY(order_.session.query(counts + " FROM " + rows_relation().text()));
        std::size_t next = 1;
        for (auto& column : columns_)
            if (column.type == "JSON" && column.passage == Passage::cast &&
                refused.integer(0, next++) > 0)
                column = {column.name, "VARCHAR", Passage::as_read};
        return {};
    }

    Status infer(const std::vector<std::string>& names) {
        if (names.empty()) return {};
        const auto types = order_.options.infer == Infer::types ? TRY(castable_types(names))
                                                                : TRY(lossless(names));
        for (std::size_t i = 0; i < names.size(); ++i)
            for (auto& column : columns_)
                if (column.name == names[i] && types[i] != "VARCHAR")
                    column = {column.name, types[i], Passage::cast};
        return {};
    }

    Result<std::vector<std::string>> lossless(const std::vector<std::string>& names) {
        return lossless_types(
            order_.session, {.relation = rows_relation(), .names = names, .depth = Depth::all});
    }

    // The first of the engine's sniffing order that takes every value.
    Result<std::vector<std::string>> castable_types(const std::vector<std::string>& names) {
        static const std::vector<std::string> candidates{
            "BOOLEAN", "BIGINT", "DOUBLE", "TIME", "DATE", "TIMESTAMP"};
        std::string counts = "SELECT 0";
        for (const auto& name : names) {
            for (const auto& type : candidates) {
                const std::vector<bronze::ColumnPassage> one{{name, type, Passage::attempt}};
                counts += ", count_if(" + TRY(bronze::misfits(one)).text() + ")";
            }
            counts += ", count(" + sql::duckdb().identifier(name).text() + ")";
        }
        const auto rows = TRY(order_.session.query(counts + " FROM " + rows_relation().text()));
        std::vector<std::string> types;
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto first = 1 + i * (candidates.size() + 1);
            std::string type = "VARCHAR";
            for (std::size_t k = candidates.size();
                k-- > 0 && rows.integer(0, first + candidates.size()) > 0;)
                if (rows.integer(0, first + k) == 0) type = candidates[k];
            types.push_back(type);
        }
        return types;
    }

    Status count_by_input(LandedFile& landed, const Fragment& wrong) {
        if (order_.inputs.size() == 1) return landed.rows_by_input = {landed.rows}, Status{};
        const auto where = wrong.empty() ? std::string() : " WHERE NOT (" + wrong.text() + ")";
        const auto rows =
            TRY(order_.session.query("SELECT _ingot_input, count(*) FROM " +
                                     rows_relation().text() + where + " GROUP BY 1 ORDER BY 1"));
        auto left = landed.rows;
        for (std::size_t i = 0; i < rows.rows.size(); ++i) {
            const auto counted = std::min(left, rows.integer(i, 1));
            landed.rows_by_input[static_cast<std::size_t>(rows.integer(i, 0))] = counted;
            left -= counted;
        }
        return {};
    }

    // The row as CSV again: near to what stood there, but for spaces and needless quotes.
    Fragment row_text() const {
        std::vector<Fragment> parts;
        for (const auto& name : tidied_.names)
            parts.push_back(*sql::fill(
                "CASE WHEN regexp_matches($c, '[,\"\\n\\r]') THEN '\"' || replace($c, '\"', '\"\"') || '\"' ELSE coalesce($c, '') END",
                {{"c", sql::duckdb().identifier(name)}}));
        return Fragment::of("concat_ws(',', ") + sql::join(parts, Fragment::of(", ")) +
               Fragment::of(")");
    }

    Status quarantine(LandedFile& landed, const Fragment& wrong) {
        if (tidied_.rejected == 0 && wrong.empty()) return {};
        const auto& d = sql::duckdb();
        auto rejects = Fragment::of("SELECT input, line, text, reason FROM ") +
                       bronze::read_csv(reading(
                           tidied_.rejects_path, {{"input", "BIGINT"}, {"line", "BIGINT"},
                                                     {"text", "VARCHAR"}, {"reason", "VARCHAR"}}));
        if (!wrong.empty())
            rejects = rejects + Fragment::of(" UNION ALL SELECT _ingot_input, _ingot_line, ") +
                      row_text() + Fragment::of(", ") + TRY(bronze::misfit_reason(columns_)) +
                      Fragment::of(" FROM ") + rows_relation() + Fragment::of(" WHERE ") + wrong;
        std::vector<Fragment> names;
        for (std::size_t i = 0; i < order_.inputs.size(); ++i)
            names.push_back(Fragment::of("(") + d.integer(static_cast<std::int64_t>(i)) +
                            Fragment::of(", ") + d.literal(order_.inputs[i].name) +
                            Fragment::of(")"));
        const auto select =
            Fragment::of("SELECT n.name AS file, r.line, r.text, r.reason FROM (") + rejects +
            Fragment::of(") r JOIN (VALUES ") + sql::join(names, Fragment::of(", ")) +
            Fragment::of(") n(input, name) ON n.input = r.input ORDER BY r.input, r.line");
        const auto path = order_.scratch + "/quarantine.parquet";
        landed.quarantined = TRY(order_.session.execute(
            bronze::copy_to_parquet({.select = select, .path = path}).text()));
        if (landed.quarantined > 0) landed.quarantine_path = path;
        return {};
    }

    const LandingOrder& order_;
    const file::Tidied& tidied_;
    std::shared_ptr<const RowFeed> texts_;
    std::vector<bronze::ColumnPassage> columns_;
};

// Which line it is and how it begins, for people.
Result<std::string> first_reject(engine::Session& session, const file::Tidied& tidied) {
    const auto rows = TRY(session.query(
        "SELECT 'line ' || line || ', ''' || left(text, 100) || "
        "CASE WHEN length(text) > 100 THEN '…' ELSE '' END || '''' FROM " +
        bronze::read_csv({.paths = {tidied.rejects_path},
                             .shape = {},
                             .columns = {{"input", "BIGINT"}, {"line", "BIGINT"},
                                 {"text", "VARCHAR"}, {"reason", "VARCHAR"}},
                             .bad_lines = bronze::BadLines::refuse,
                             .keeps_empty_text = true,
                             .longest_line = std::max(tidied.longest, usual_line) + 1024})
            .text() +
        " ORDER BY input, line LIMIT 1"));
    return rows.rows.empty() ? std::string("not there") : rows.text(0, 0);
}

}  // namespace

bool WrittenAs::operator==(const WrittenAs& other) const {
    return columns == other.columns && are_text == other.are_text;
}

Result<EarlyRows> land_early(const LandingOrder& order, file::GrowingJson& growing) {
    const auto known = growing.so_far();
    auto as = TRY(TidiedRows(order, known).as());
    if (as.columns.empty()) return fail("EXT103", "the rows have no columns so far");
    const auto feed = growing.feed(as.read, [&](const file::Tidied& now) {
        const auto then = TidiedRows(order, now).as();
        return then && *then == as;
    });
    const auto rows = TRY(write_rows(order, as, order.session.relation(feed)));
    return EarlyRows{.rows = rows, .as = std::move(as)};
}

Result<LandedFile> land_tidied(
    const LandingOrder& order, const file::Tidied& tidied, const EarlyRows* early) {
    const bool has_columns = !choose_columns(order, tidied.names).empty();
    if (!has_columns && tidied.rejected > 0 && tidied.rows_in_place)
        return fail("EXT103",
            order.inputs.front().name + ": not one line of it is a record; the first is " +
                TRY(first_reject(order.session, tidied)) +
                "; rows are one JSON value a line and nothing else, and what a program says besides belongs on its stderr");
    if (!has_columns)
        return fail("EXT103",
            order.inputs.front().name +
                ": there is nothing in it that names a column; declare them in types: or names:, or remove the file");
    auto landed = TidiedRows(order, tidied).land(early);
    if (landed || is_final(landed.error())) return landed;
    auto error = landed.error();
    return fail("EXT102", order.inputs.front().name + ": " + error.message);
}

// A file without any row says nothing about columns, and is no mistake: a slice without parts.
Result<LandedFile> land_records(
    const LandingOrder& order, const file::Tidied& tidied, const EarlyRows* early) {
    const bool is_empty =
        tidied.rows == 0 && tidied.rejected == 0 && choose_columns(order, tidied.names).empty();
    if (is_empty)
        return LandedFile{.path = {},
            .quarantine_path = {},
            .rows_by_input = std::vector<std::int64_t>(order.inputs.size()),
            .warnings = {}};
    return land_tidied(order, tidied, early);
}

Result<LandedFile> land_json(const LandingOrder& order) {
    return land_records(order,
        TRY(file::tidy_json(order.inputs, told_of(order.options), {.folder = order.scratch})));
}

Result<LandedFile> land_xml(const LandingOrder& order) {
    return land_records(order,
        TRY(file::tidy_xml(order.inputs, told_of(order.options), {.folder = order.scratch})));
}

Result<LandedFile> land_fixed(const LandingOrder& order) {
    return land_tidied(order,
        TRY(file::tidy_fixed(order.inputs, told_of(order.options), {.folder = order.scratch})));
}

}  // namespace ingot::run
