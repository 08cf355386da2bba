#include "run/catalog.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/hash.h"
#include "run/land.h"
#include "run/publish.h"
#include "run/quarantine.h"
#include "run/released.h"
#include "run/step.h"
#include "run/table_rows.h"
#include "run/views.h"
#include "sql/dialect.h"
#include "state/lease.h"

namespace ingot::run {

namespace {

constexpr std::string_view file_name = "catalog.duckdb";
constexpr std::string_view mark_name = "_ingot/catalog";

// Of tables with deletion vectors: which rows of which files are gone.
constexpr std::string_view marked_schema = "deleted";

enum class Kind {
    view,
    macro,  // of a moment: the rows that held then
    table   // what other engines cannot compute
};

struct View {
    std::string schema;
    std::string name;
    sql::Fragment select;
    Kind kind = Kind::view;
    Columns columns{};         // that it is known to have; none: the engine has to look
    bool is_authored = false;  // what it reads may not be there yet
};

// Types that a Parquet file gives back as they were given to it, whoever wrote it.
bool is_plain(std::string_view type) {
    static constexpr std::array plain{"BIGINT", "INTEGER", "SMALLINT", "TINYINT", "BOOLEAN",
        "VARCHAR", "DOUBLE", "FLOAT", "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "BLOB"};
    return type.starts_with("DECIMAL(") || std::ranges::find(plain, type) != plain.end();
}

Columns if_plain(Columns columns) {
    if (!std::ranges::all_of(columns, [](const Column& column) { return is_plain(column.type); }))
        return {};
    return columns;
}

// silver.customers_as_of(moment): of each key the version that held then. The table may still stand as its model was before.
std::optional<View> as_of(const Node& node, const Columns& columns) {
    const auto* silver = node.dataset.silver();
    if (!silver || !keeps_versions(silver->history)) return std::nullopt;
    const auto& name = node.dataset.name;
    const auto& d = sql::duckdb();
    const bool load_time = silver->valid_from == "load_time";
    const auto since = load_time ? std::string("effective_from") : silver->valid_from;
    if (!find_column(columns, since) || !find_column(columns, silver->valid_to))
        return std::nullopt;
    const auto from = d.identifier(since), to = d.identifier(silver->valid_to);
    return View{.schema = std::string(to_string(name.layer)),
        .name = name.name + "_as_of",
        .select = sql::Fragment::of("SELECT * FROM ") +
                  d.qualified(to_string(name.layer), name.name) + sql::Fragment::of(" WHERE ") +
                  from + sql::Fragment::of(" <= moment AND (") + to +
                  sql::Fragment::of(" > moment OR ") + to + sql::Fragment::of(" IS NULL)"),
        .kind = Kind::macro};
}

// A view, after the table that it reads, if any, and before what reads it.
Result<std::vector<View>> rows_of(
    const Node& node, storage::FileSystem& files, table::TableFormat& tables) {
    const auto& name = node.dataset.name;
    const auto view = [&](sql::Fragment select, Columns columns = {}) {
        return View{.schema = std::string(to_string(name.layer)),
            .name = name.name,
            .select = std::move(select),
            .columns = if_plain(std::move(columns))};
    };
    if (node.dataset.bronze()) {
        const auto slices = TRY(standing_slices(files, node));
        if (slices.empty()) return std::vector<View>{};
        auto all = TRY(bronze_view(slices, declared_columns(node)));
        for (const auto& own : {Column{"_ingot_slice", "DATE"}, Column{"_ingot_file", "VARCHAR"},
                 Column{"_ingot_row", "BIGINT"}})
            all.columns.push_back(own);
        return std::vector{view(std::move(all.select), std::move(all.columns))};
    }
    if (is_view(node)) {
        if (!TRY(read_view(files, node))) return std::vector<View>{};
        auto authored = view(sql::Fragment::authored(node.select.rewritten));
        authored.is_authored = true;
        return std::vector{std::move(authored)};
    }
    const auto version = TRY(tables.read(node.folder));
    if (!version) return std::vector<View>{};
    const auto portable = TRY(portable_rows(
        files, node.folder, *version, sql::duckdb().qualified(marked_schema, name.text())));
    std::vector<View> views;
    if (portable.rows.empty()) {
        views.push_back(view(TRY(read_version(files, node.folder, *version)), version->columns));
    } else {
        views.push_back({.schema = std::string(marked_schema),
            .name = name.text(),
            .select = portable.marked,
            .kind = Kind::table});
        views.push_back(view(portable.rows, version->columns));
    }
    if (auto macro = as_of(node, version->columns)) views.push_back(*std::move(macro));
    return views;
}

// silver.customers_pairs: the records that dedupe found alike, and why.
Result<std::optional<View>> pairs_of(
    const Node& node, storage::FileSystem& files, table::TableFormat& tables) {
    const auto* silver = node.dataset.silver();
    if (!silver || !silver->dedupe) return std::nullopt;
    const auto latest = TRY(tables.latest_state(node.folder));
    if (!latest || latest->state.empty()) return std::nullopt;
    const auto standing = TRY(state::parse_standing(latest->state));
    std::vector<std::string> urls;
    for (const auto& file : standing.matches)
        urls.push_back(files.url(node.folder + "/" + file.path));
    if (urls.empty()) return std::nullopt;
    return View{.schema = std::string(to_string(node.dataset.name.layer)),
        .name = node.dataset.name.name + "_pairs",
        .select = sql::Fragment::of("SELECT * FROM read_parquet(") + sql::duckdb().list(urls) +
                  sql::Fragment::of(", hive_partitioning = false)")};
}

// A dataset and what stands beside it.
Result<std::vector<View>> published(
    const Node& node, storage::FileSystem& files, table::TableFormat& tables) {
    const auto& name = node.dataset.name;
    auto views = TRY(rows_of(node, files, tables));
    if (views.empty()) return views;
    if (auto pairs = TRY(pairs_of(node, files, tables))) views.push_back(*std::move(pairs));
    const auto standing = TRY(standing_of(tables, node));
    const auto rejected =
        standing ? standing->quarantine : TRY(quarantine_files(files, tables, node));
    if (!rejected.empty())
        views.push_back({.schema = "quarantine",
            .name = name.text(),
            .select = quarantine_rows(files, name.layer, rejected)});
    if (standing && !standing->released.empty())
        views.push_back({.schema = "quarantine",
            .name = name.text() + ".released",
            .select = releases(files, standing->released)});
    return views;
}

std::string statement(const View& view) {
    const auto name = sql::duckdb().qualified(view.schema, view.name).text();
    const auto begin = view.kind == Kind::macro   ? "CREATE MACRO " + name + "(moment) AS TABLE "
                       : view.kind == Kind::table ? "CREATE TABLE " + name + " AS "
                                                  : "CREATE VIEW " + name + " AS ";
    return begin + view.select.text();
}

Status make(const View& view, engine::Session& session) {
    if (!view.columns.empty())
        return session.make_view(sql::duckdb().qualified(view.schema, view.name).text(),
            view.select.text(), view.columns);
    TRY(session.execute(statement(view)));
    return {};
}

// One view of an author that does not bind costs no reader of the other tables anything: it is left out, and told.
Result<std::optional<Error>> fill(const std::vector<View>& views, engine::Session& session) {
    TRY(session.execute(
        "BEGIN; CREATE SCHEMA bronze; CREATE SCHEMA silver; CREATE SCHEMA gold; CREATE SCHEMA quarantine"));
    if (std::ranges::any_of(views, [](const View& view) { return view.kind == Kind::table; }))
        TRY(session.execute("CREATE SCHEMA deleted"));
    std::optional<Error> left_out;
    for (const auto& view : views) {
        auto made = make(view, session);
        if (made) continue;
        if (!view.is_authored) return std::unexpected(std::move(made.error()));
        if (!left_out)
            left_out = std::move(made.error())
                           .during("catalog.duckdb is without " + view.schema + "." + view.name +
                                   ", which cannot be read as the tables it reads stand");
    }
    TRY(session.execute("COMMIT; CHECKPOINT catalog"));
    return left_out;
}

Result<std::optional<Error>> build(const std::vector<View>& views, storage::FileSystem& files,
    const std::string& path, const OpenEngine& open) {
    TRY(files.make_folder("_ingot/tmp"));
    TRY(files.remove(path));
    auto session = TRY(TRY(open())->connect());
    // Views name each other without the catalogue they stand in, so the file works under any name.
    TRY(session->execute(
        "ATTACH " + sql::duckdb().literal(files.url(path)).text() + " AS catalog; USE catalog"));
    auto made = fill(views, *session);
    if (!made) (void)session->execute("ROLLBACK");
    TRY(session->execute("USE memory; DETACH catalog"));
    if (!made)
        return std::unexpected(std::move(made.error()).during("catalog.duckdb was not rebuilt"));
    boundary("before-catalog");
    TRY(files.rename(path, std::string(file_name)));
    return made;
}

struct Look {
    std::vector<View> views;
    std::string mark;    // of what is published
    bool shown = false;  // the catalogue that stands shows it
};

Result<Look> look(
    const Manifest& manifest, storage::FileSystem& files, table::TableFormat& tables) {
    Look look{.views = {}, .mark = {}};
    for (const auto& node : manifest.datasets)
        std::ranges::move(TRY(published(node, files, tables)), std::back_inserter(look.views));
    std::string all;
    for (const auto& view : look.views)
        all += view.schema + "." + view.name + "\n" + view.select.text() + "\n";
    look.mark = sha256(all);
    look.shown = look.views.empty() || (TRY(files.exists(std::string(file_name))) &&
                                           TRY(files.exists(std::string(mark_name))) &&
                                           TRY(files.read(std::string(mark_name))) == look.mark);
    return look;
}

Status rebuild(const Manifest& manifest, storage::FileSystem& files, table::TableFormat& tables,
    const OpenEngine& open) {
    const auto now = TRY(look(manifest, files, tables));
    if (now.shown) return {};
    // The mark goes first: a kill in between means one more rebuild, never a stale catalogue that looks fresh.
    TRY(files.remove(std::string(mark_name)));
    auto left_out = TRY(
        build(now.views, files, "_ingot/tmp/catalog-" + now.mark.substr(0, 12) + ".duckdb", open));
    boundary("after-catalog");
    // Without the mark each run tries again, and tells.
    if (left_out) return std::unexpected(*std::move(left_out));
    // Lost with the power it only means one more rebuild.
    return files.write(std::string(mark_name), now.mark, storage::Durable::no);
}

}  // namespace

Result<bool> is_catalog_current(
    const Manifest& manifest, storage::FileSystem& files, table::TableFormat& tables) {
    return TRY(look(manifest, files, tables)).shown;
}

Result<std::string> catalog_entries(
    const Node& node, storage::FileSystem& files, table::TableFormat& tables) {
    std::string all;
    for (const auto& view : TRY(published(node, files, tables))) all += statement(view) + ";\n";
    return all;
}

Status forget_catalog(storage::FileSystem& files) { return files.remove(std::string(mark_name)); }

Status refresh_catalog(const Manifest& manifest, storage::FileSystem& files,
    table::TableFormat& tables, const OpenEngine& open, const std::string& run_id,
    bool expects_change) {
    if (!expects_change && TRY(look(manifest, files, tables)).shown) return {};
    // Of two runs that end together, the later one looks again, so the older view of things never stands last.
    state::Leases leases(files);
    const auto lease = TRY(leases.acquire("catalog.duckdb", run_id, std::chrono::seconds(30)));
    auto done = rebuild(manifest, files, tables, open);
    const auto released = leases.release(lease);
    return done ? released : done;
}

}  // namespace ingot::run
