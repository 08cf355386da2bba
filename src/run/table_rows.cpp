#include "run/table_rows.h"

#include <algorithm>
#include <set>

#include "data/parquet.h"
#include "platform/table/file_stats.h"
#include "platform/table/storable.h"
#include "run/sync_ahead.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

// The engine's own size of a row group, the least that it writes.
constexpr std::int64_t rows_of_group = 122'880;

bool makes_several(const WriteOrder& order) {
    return !order.partition_by.empty() || order.rows_of_file > 0;
}

std::string copy_options(const WriteOrder& order, bool is_in_place) {
    std::string options = "FORMAT parquet, RETURN_STATS, COMPRESSION ";
    options += is_in_place && order.again == WrittenAgain::soon ? "uncompressed"
               : order.for_new_readers                          ? "lz4_raw"
                                                                : "snappy";
    options += ", DICTIONARY_SIZE_LIMIT " +
               std::to_string(order.again == WrittenAgain::soon || order.is_small
                                  ? parquet_dictionary_values_of_few_rows
                                  : parquet_dictionary_values);
    if (order.for_new_readers) options += ", PARQUET_VERSION v2";
    if (makes_several(order))
        options += ", OVERWRITE_OR_IGNORE true, FILENAME_PATTERN " +
                   sql::duckdb().literal(order.stem + "-{i}").text();
    if (!order.partition_by.empty())
        options += ", PARTITION_BY (" + sql::duckdb().columns(order.partition_by).text() +
                   "), WRITE_PARTITION_COLUMNS true";
    else if (order.rows_of_file > 0)
        options += ", ROW_GROUP_SIZE " +
                   std::to_string(std::min(order.rows_of_file, rows_of_group)) +
                   ", ROW_GROUPS_PER_FILE " +
                   std::to_string(std::max<std::int64_t>(1, order.rows_of_file / rows_of_group));
    return options;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool coded = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                           hex_digit(text[i + 2]) >= 0;
        out += coded ? static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]))
                     : text[i];
        if (coded) i += 2;
    }
    return out;
}

// The name of the folder of NULL.
constexpr std::string_view null_folder = "__HIVE_DEFAULT_PARTITION__";

// The engine names folders column=value, percent-encoded, NULL as Hive does.
std::map<std::string, std::optional<std::string>> partition_of(const std::string& path) {
    std::map<std::string, std::optional<std::string>> values;
    std::size_t begin = 0;
    for (auto end = path.find('/'); end != std::string::npos;
        begin = end + 1, end = path.find('/', begin)) {
        const auto part = std::string_view(path).substr(begin, end - begin);
        const auto equals = part.find('=');
        if (equals == std::string_view::npos) continue;
        const auto value = percent_decoded(part.substr(equals + 1));
        auto& into = values[percent_decoded(part.substr(0, equals))];
        if (value != null_folder) into = value;
    }
    return values;
}

Error without_folder(const std::string& column, const std::string& value) {
    return {"QUAL109",
        "partition_by: column '" + column + "' holds the text '" + value +
            "', which readers of partitions take for NULL; clean it in the model, or keep such rows out by a rule"};
}

// NULL and the text that names its folder, written over each other: nothing of such a file may be read.
Status are_apart(const engine::Rows& written, const std::string& root) {
    std::set<std::string> paths;
    for (std::size_t i = 0; i < written.rows.size(); ++i) {
        const auto path = written.text(i, 0);
        if (paths.insert(path).second) continue;
        std::string names;
        for (const auto& [column, value] : partition_of(path.substr(root.size())))
            if (!value) names += (names.empty() ? "" : ", ") + column;
        return std::unexpected(without_folder(names, std::string(null_folder)));
    }
    return {};
}

// Empty text, and the text that names the folder of NULL, have no folder of their own.
Status has_own_folder(
    engine::Session& session, const std::string& url, const table::DataFile& file) {
    for (const auto& [column, value] : file.partition) {
        if (value && value->empty()) return std::unexpected(without_folder(column, ""));
        if (value) continue;
        const auto rows =
            TRY(session.query("SELECT 1 FROM read_parquet(" + sql::duckdb().literal(url).text() +
                              ", hive_partitioning = false) WHERE " +
                              sql::duckdb().identifier(column).text() + " IS NOT NULL LIMIT 1"));
        if (!rows.rows.empty())
            return std::unexpected(without_folder(column, std::string(null_folder)));
    }
    return {};
}

}  // namespace

Result<std::vector<table::DataFile>> write_rows(
    engine::Session& session, storage::FileSystem& files, const WriteOrder& order) {
    const bool partitioned = !order.partition_by.empty() || !order.partition.empty();
    const auto root = TRY(files.writable_folder(order.folder)) + "/";
    const auto folder = order.partition.empty()
                            ? root.substr(0, root.size() - 1)
                            : TRY(files.writable_folder(order.folder + "/" + order.partition));
    const auto target = makes_several(order) ? folder : folder + "/" + order.stem + ".parquet";
    const bool is_in_place = root == files.url(order.folder) + "/";
    const auto rows = TRY(session.query("COPY (" + order.select.text() + ") TO " +
                                        sql::duckdb().literal(target).text() + " (" +
                                        copy_options(order, is_in_place) + ")"));
    TRY(are_apart(rows, root));
    std::vector<table::DataFile> written;
    for (std::size_t i = 0; i < rows.rows.size(); ++i) {
        table::DataFile file{.path = rows.text(i, 0).substr(root.size()),
            .size = rows.integer(i, 2),
            .rows = rows.integer(i, 1)};
        file.tags = order.tags;
        file.stats = table::stats_json(file.rows, order.columns, rows.text(i, 4));
        if (partitioned) {
            file.partition = partition_of(file.path);
            TRY(has_own_folder(session, root + file.path, file));
        }
        if (file.rows == 0) {
            TRY(files.remove(order.folder + "/" + file.path));
            continue;
        }
        if (order.sync)
            order.sync->begin(order.folder + "/" + file.path);
        else
            TRY(files.sync(order.folder + "/" + file.path));
        written.push_back(std::move(file));
    }
    return written;
}

sql::Fragment storable_projection(const Columns& columns) {
    std::vector<sql::Fragment> items;
    for (const auto& column : columns) {
        const auto type = table::storable_type(column.type);
        const auto name = sql::duckdb().identifier(column.name);
        const auto cast =
            type == column.type ? Result<sql::Fragment>(sql::Fragment{}) : sql::duckdb().type(type);
        items.push_back(!cast || cast->empty()
                            ? name
                            : sql::Fragment::of("CAST(") + name + sql::Fragment::of(" AS ") +
                                  *cast + sql::Fragment::of(") AS ") + name);
    }
    return sql::join(items, sql::Fragment::of(", "));
}

sql::Fragment no_rows(const Columns& columns) {
    std::vector<sql::Fragment> items;
    for (const auto& column : columns) {
        const auto type = sql::duckdb().type(column.type);
        items.push_back(sql::Fragment::of("CAST(NULL AS ") +
                        (type ? *type : sql::Fragment::of("VARCHAR")) + sql::Fragment::of(") AS ") +
                        sql::duckdb().identifier(column.name));
    }
    return sql::Fragment::of("SELECT ") + sql::join(items, sql::Fragment::of(", ")) +
           sql::Fragment::of(" WHERE false");
}

namespace {

using sql::Fragment;

Columns with_places(const Columns& columns, Places places) {
    auto all = columns;
    if (places == Places::none) return all;
    all.push_back({"_ingot_published_file", "VARCHAR"});
    all.push_back({"_ingot_published_row", "BIGINT"});
    return all;
}

// As ingot_is_marked takes them; empty when no file has one.
Result<Fragment> vectors_of(const storage::FileSystem& files, const std::string& folder,
    const std::vector<table::DataFile>& of) {
    const auto& d = sql::duckdb();
    std::vector<Fragment> parts;
    for (const auto& file : of) {
        if (!file.vector) continue;
        const auto& vector = *file.vector;
        const auto place = TRY(table::place_of(vector));
        const bool is_inline = place.empty();
        parts.push_back(Fragment::of("{'file': ") + d.literal(files.url(folder + "/" + file.path)) +
                        Fragment::of(", 'vector': ") +
                        d.literal(is_inline               ? vector.where
                                  : vector.storage == "p" ? place
                                                          : files.url(folder + "/" + place)) +
                        Fragment::of(", 'begin': ") +
                        (is_inline ? Fragment::of("CAST(NULL AS BIGINT)")
                                   : d.integer(vector.offset.value_or(0))) +
                        Fragment::of(", 'size': ") + d.integer(vector.size) + Fragment::of("}"));
    }
    if (parts.empty()) return Fragment{};
    return Fragment::of("[") + sql::join(parts, Fragment::of(", ")) + Fragment::of("]");
}

Fragment read_files(const storage::FileSystem& files, const std::string& folder,
    const std::vector<table::DataFile>& of, Places places) {
    std::vector<std::string> urls;
    for (const auto& file : of) urls.push_back(files.url(folder + "/" + file.path));
    return Fragment::of("read_parquet(") + sql::duckdb().list(urls) +
           Fragment::of(", union_by_name = true, hive_partitioning = false") +
           (places == Places::none ? Fragment{}
                                   : Fragment::of(", filename = '_ingot_published_file'")) +
           (places == Places::file_and_row ? Fragment::of(", file_row_number = true")
                                           : Fragment{}) +
           Fragment::of(")");
}

// The typed empty branch adds columns that no file has yet and keeps the version's types.
Fragment typed(const Fragment& select, const Fragment& from, const Columns& columns) {
    return select + Fragment::of(" FROM (") + from + Fragment::of(" UNION ALL BY NAME ") +
           no_rows(columns) + Fragment::of(")");
}

}  // namespace

Result<Fragment> rows_of_files(const storage::FileSystem& files, const std::string& folder,
    const std::vector<table::DataFile>& of, const Columns& columns, Places places) {
    if (of.empty()) return no_rows(with_places(columns, places));
    const auto vectors = TRY(vectors_of(files, folder, of));
    auto from = Fragment::of("SELECT * FROM ") +
                read_files(files, folder, of, vectors.empty() ? places : Places::file_and_row);
    if (!vectors.empty())
        from = from + Fragment::of(" WHERE NOT ingot_is_marked(") + vectors +
               Fragment::of(", _ingot_published_file, file_row_number)");
    auto select = Fragment::of("SELECT ") + sql::duckdb().columns(names_of(columns));
    if (places != Places::none)
        select = select + Fragment::of(", _ingot_published_file, ") +
                 (places == Places::file_and_row ? Fragment::of("file_row_number")
                                                 : Fragment::of("CAST(NULL AS BIGINT)")) +
                 Fragment::of(" AS _ingot_published_row");
    return typed(select, from, columns);
}

Result<Fragment> read_version(const storage::FileSystem& files, const std::string& folder,
    const table::TableVersion& version) {
    return rows_of_files(files, folder, version.files, version.columns);
}

Result<PortableRows> portable_rows(const storage::FileSystem& files, const std::string& folder,
    const table::TableVersion& version, const Fragment& table_of_marked) {
    const auto& d = sql::duckdb();
    const auto vectors = TRY(vectors_of(files, folder, version.files));
    if (vectors.empty()) return PortableRows{};
    std::vector<Fragment> marked;
    for (const auto& file : version.files)
        if (file.vector)
            marked.push_back(Fragment::of("(") + d.literal(files.url(folder + "/" + file.path)) +
                             Fragment::of(")"));
    // A join with the few files costs a tenth of one with the many rows.
    return PortableRows{.marked = Fragment::of("SELECT file, CAST(ingot_marks(") + vectors +
                                  Fragment::of(", file) AS BIT) AS marked FROM (VALUES ") +
                                  sql::join(marked, Fragment::of(", ")) +
                                  Fragment::of(") AS t(file)"),
        .rows = typed(Fragment::of("SELECT ") + d.columns(names_of(version.columns)),
            Fragment::of("SELECT p.* FROM ") +
                read_files(files, folder, version.files, Places::file_and_row) +
                Fragment::of(" AS p LEFT JOIN ") + table_of_marked +
                Fragment::of(
                    " AS m ON p._ingot_published_file = m.file WHERE CASE WHEN p.file_row_number < bit_length(m.marked) "
                    "THEN get_bit(m.marked, CAST(p.file_row_number AS INTEGER)) = 0 ELSE true END"),
            version.columns)};
}

}  // namespace ingot::run
