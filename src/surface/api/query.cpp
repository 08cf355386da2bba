#include "surface/api/query.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>

#include "base/hash.h"
#include "run/past.h"
#include "surface/api/stdout_pipe.h"

namespace ingot::api {

namespace {

// Bytes that continue a UTF-8 character take no place on the screen.
std::size_t width(const std::string& text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    return count;
}

std::string shown(const std::optional<std::string>& cell) {
    if (!cell) return "NULL";
    std::string out;
    for (const char c : *cell) {
        if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else
            out += c;
    }
    return out;
}

std::string_view copy_options(Format format) {
    switch (format) {
        case Format::csv: return "FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"'";
        case Format::json: return "FORMAT json, ARRAY true";
        case Format::jsonl: return "FORMAT json, ARRAY false";
        case Format::parquet: return "FORMAT parquet";
        default: return "";
    }
}

// A trailing semicolon or comment would break the statement that the text is put into.
std::string wrapped(std::string sql) {
    while (!sql.empty() &&
           (sql.back() == ';' || sql.back() == ' ' || sql.back() == '\n' || sql.back() == '\t'))
        sql.pop_back();
    return sql + "\n";
}

// A query that does not parse or bind is refused by the engine: nobody's project is wrong.
std::unexpected<Error> refused(const Error& error, const std::string& sql) {
    std::string message = error.message;
    if (const auto at = message.find("_as_of does not exist!"); at != std::string::npos)
        message = message.substr(0, at) +
                  "_as_of does not exist: tables that keep versions have it (history: scd2, scd6)";
    // What the engine would suggest then is a table of its own.
    for (const auto* own : {"! Did you mean \"information_schema.", "! Did you mean \"pg_catalog."})
        if (const auto at = message.find(own); at != std::string::npos)
            message = message.substr(0, at + 1);
    if (message.starts_with("Table with name") && message.ends_with("does not exist!"))
        message.back() = ';',
        message +=
            " `ingot ls` lists the datasets, and a run fills those that are not published yet";
    if (error.where.line > 0)
        message += " (line " + std::to_string(error.where.line) + ", column " +
                   std::to_string(error.where.column) + " of: " + sql + ")";
    return fail("ENG101", message);
}

}  // namespace

Status copy_to_stdout(engine::Session& session, const std::string& select, Format format) {
    const auto pipe = TRY(StdoutPipe::open());
    const auto copied =
        session.execute("COPY (" + wrapped(select) + ") TO '" + pipe->path() + "' (" +
                        std::string(copy_options(format)) + ", USE_TMP_FILE false)");
    const auto finished = pipe->finish();
    if (pipe->reader_has_gone()) return {};
    if (!finished) return finished;
    if (!copied) return std::unexpected(copied.error());
    return {};
}

std::string as_table(const engine::Rows& rows) {
    std::vector<std::size_t> widths;
    for (const auto& column : rows.columns) widths.push_back(width(column.name));
    for (const auto& row : rows.rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width(shown(row[i])));
    std::string out;
    const auto add = [&](std::size_t i, const std::string& text) {
        out += text;
        const bool last = i + 1 == widths.size();
        out += last ? "\n" : std::string(widths[i] - width(text) + 2, ' ');
    };
    for (std::size_t i = 0; i < widths.size(); ++i) add(i, rows.columns[i].name);
    for (std::size_t i = 0; i < widths.size(); ++i) add(i, std::string(widths[i], '-'));
    for (const auto& row : rows.rows)
        for (std::size_t i = 0; i < row.size(); ++i) add(i, shown(row[i]));
    return out;
}

namespace {

constexpr std::string_view copy_prefix = "catalog-of-";

// The catalogue of a warehouse in a store as a local copy, which is made anew when it changed; "" when there is none.
Result<std::string> local_copy(storage::FileSystem& files) {
    const auto found = TRY(files.look("catalog.duckdb"));
    if (!found) return std::string{};
    const auto mark = sha256(found->version + std::to_string(found->modified_us)).substr(0, 16);
    const auto name = std::string(copy_prefix) + mark + ".duckdb";
    const std::string folder = "_ingot/tmp";
    for (const auto& other : TRY(files.names(folder)))
        if (other.starts_with(copy_prefix) && other != name)
            TRY(files.remove(folder + "/" + other));
    const auto copy = folder + "/" + name;
    if (!TRY(files.exists(copy))) {
        TRY(files.make_folder(folder));
        TRY(files.write(copy, TRY(files.read("catalog.duckdb"))));
    }
    return files.url(copy);
}

Result<std::string> catalog_of(const std::string& warehouse, storage::Stores& stores) {
    if (storage::is_url(warehouse)) return local_copy(*TRY(stores.open(warehouse)));
    const auto catalog = warehouse + "/catalog.duckdb";
    return std::filesystem::exists(catalog) ? catalog : std::string{};
}

Status answer(engine::Session& session, const QueryRequest& request, bool published) {
    if (request.format == Format::arrow)
        return fail("CFG113",
            "--format arrow needs an Arrow writer, which this build does not have; use parquet");
    const auto columns = session.describe(wrapped(request.sql));
    const bool selects = columns.has_value();
    if (!selects && columns.error().code.id().starts_with("SQL")) {
        // Not a SELECT (SHOW, DESCRIBE, SUMMARIZE): those yield rows but cannot be described.
        auto rows = session.query(request.sql);
        if (!rows && !published)
            return fail("STG001", columns.error().message + "; nothing is published in " +
                                      request.warehouse + " yet, `ingot run` fills it");
        if (!rows) return refused(columns.error(), request.sql);
        std::fputs(as_table(*rows).c_str(), stdout);
        return {};
    }
    if (request.format != Format::table)
        return copy_to_stdout(session, request.sql, request.format);
    const auto rows = TRY(session.query(request.sql));
    std::fputs(as_table(rows).c_str(), stdout);
    return {};
}

bool contains(const std::string& text, const std::string& name) {
    return !std::ranges::search(text, name, [](unsigned char a, unsigned char b) {
        return std::tolower(a) == std::tolower(b);
    }).empty();
}

}  // namespace

Status query(const QueryRequest& request) {
    storage::Stores stores(request.stores);
    const auto catalog = TRY(catalog_of(request.warehouse, stores));
    const bool published = !catalog.empty();
    engine::EngineOptions options{.threads = request.threads, .memory_limit = request.memory};
    options.stores = &stores;
    if (published) options.database = catalog, options.read_only = true;
    auto engine = TRY(engine::open_duckdb(options));
    auto session = TRY(engine->connect());
    return answer(*session, request, published);
}

Status query_as_of_run(
    Workbench& workbench, const QueryRequest& request, const std::string& run_id) {
    auto& files = *TRY(workbench.files());
    const auto& manifest = workbench.manifest();
    const auto run = TRY(run::past_run(manifest, files, run_id));
    auto& engine = *TRY(workbench.engine());
    run::PastOrder order{
        .manifest = manifest, .files = files, .tables = *TRY(workbench.tables()), .run = run};
    const auto parsed = engine.parse(request.sql);
    for (DatasetId id = 0; id < manifest.datasets.size(); ++id) {
        const auto& name = manifest.datasets[id].dataset.name;
        const bool is_read =
            contains(request.sql, name.name + "_as_of") ||
            (parsed && std::ranges::any_of(parsed->tables, [&](const engine::TableUse& use) {
                return (same_name(use.schema, to_string(name.layer)) &&
                           same_name(use.name, name.name)) ||
                       (same_name(use.schema, "quarantine") && same_name(use.name, name.text()));
            }));
        if (is_read)
            order.needed.insert(id);
        else if (!parsed || contains(request.sql, name.name))
            order.welcome.insert(id);
    }
    const auto views = TRY(run::past_catalog(order));
    auto session = TRY(engine.connect());
    TRY(session->execute(
        "ATTACH ':memory:' AS past; USE past; CREATE SCHEMA bronze; CREATE SCHEMA silver; "
        "CREATE SCHEMA gold; CREATE SCHEMA quarantine; CREATE SCHEMA deleted;" +
        views));
    return answer(*session, request, true);
}

}  // namespace ingot::api
