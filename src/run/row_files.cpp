#include "run/row_files.h"

#include <algorithm>

#include "platform/table/file_stats.h"
#include "run/key_files.h"
#include "run/promote_files.h"
#include "run/promotion_parts.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

using sql::Fragment;
using Files = std::vector<table::DataFile>;

// Fewer rows are compared faster than they are looked up.
constexpr std::int64_t few_rows = 10'000;

std::int64_t rows_in(const Files& files) {
    std::int64_t rows = 0;
    for (const auto& file : files) rows += file.rows;
    return rows;
}

struct ColumnFacts {
    const Column* column = nullptr;
    bool has_null = false;
    std::int64_t distinct = 0;  // about
};

struct Facts {
    std::int64_t rows = 0;
    std::vector<ColumnFacts> columns;
};

class Search {
public:
    Search(const RunContext& context, const Node& node, engine::Session& session,
        const SoughtRows& sought)
        : context_(context), node_(node), session_(session), sought_(sought) {}

    Result<Files> among(Files files) {
        if (rows_in(files) <= std::min(few_rows, rows_of_file())) return files;
        const auto count =
            TRY(session_.query((Fragment::of("SELECT count(*) FROM ") + sought_.rows).text()));
        if (count.integer(0, 0) == 0) return Files{};
        if (rows_in(files) <= count.integer(0, 0)) return files;
        facts_ = TRY(facts());
        files = TRY(within_bounds(std::move(files)));
        if (rows_in(files) <= 4 * facts_.rows) return files;
        return with_values(std::move(files));
    }

private:
    Result<Facts> facts() const {
        const auto& d = sql::duckdb();
        std::vector<Fragment> items{Fragment::of("count(*)")};
        for (const auto& column : sought_.columns) {
            const auto name = d.identifier(column.name);
            items.push_back(Fragment::of("count(") + name + Fragment::of(")"));
            items.push_back(is_flat(column)
                                ? Fragment::of("approx_count_distinct(") + name + Fragment::of(")")
                                : Fragment::of("0"));
        }
        const auto told =
            TRY(session_.query((Fragment::of("SELECT ") + sql::join(items, Fragment::of(", ")) +
                                Fragment::of(" FROM ") + sought_.rows)
                    .text()));
        Facts facts{.rows = told.integer(0, 0), .columns = {}};
        for (std::size_t i = 0; i < sought_.columns.size(); ++i) {
            const auto& column = sought_.columns[i];
            const bool may_be_null = std::ranges::none_of(sought_.not_null,
                [&](const std::string& name) { return same_name(name, column.name); });
            facts.columns.push_back({.column = &column,
                .has_null = may_be_null && told.integer(0, 1 + 2 * i) < facts.rows,
                .distinct = told.integer(0, 2 + 2 * i)});
        }
        return facts;
    }

    static bool is_flat(const Column& column) {
        return column.type.find_first_of("([") == std::string::npos ||
               column.type.starts_with("DECIMAL(");
    }

    // A NULL may lie in any file, so a column that has one tells nothing.
    Result<Files> within_bounds(Files files) const {
        Columns told;
        for (const auto& each : facts_.columns)
            if (!each.has_null) told.push_back(*each.column);
        files = TRY(files_in_range(session_, files, {.columns = told, .rows = sought_.rows}));
        std::erase_if(told, [&](const Column& column) {
            return std::ranges::none_of(sought_.not_null,
                [&](const std::string& name) { return same_name(name, column.name); });
        });
        if (told.empty() || files.size() < 2) return files;
        return files_with_keys(session_, files, {.columns = told, .rows = sought_.rows});
    }

    bool tells_rows_apart(const ColumnFacts& each) const {
        return each.distinct * 10 >= facts_.rows * 9;
    }

    // The columns that tell most of the rows apart: one, or two where one does not. Text is the dearest to read.
    std::vector<std::string> telling() const {
        auto columns = facts_.columns;
        std::ranges::stable_sort(columns, [&](const ColumnFacts& a, const ColumnFacts& b) {
            const bool a_tells = tells_rows_apart(a), b_tells = tells_rows_apart(b);
            if (a_tells && b_tells)
                return a.column->type != "VARCHAR" && b.column->type == "VARCHAR";
            return a_tells != b_tells ? a_tells : a.distinct > b.distinct;
        });
        std::vector<std::string> names;
        for (const auto& each : columns) {
            if (each.distinct < 2 || names.size() == 2) break;
            names.push_back(each.column->name);
            if (tells_rows_apart(each)) break;
        }
        return names;
    }

    Result<Files> with_values(Files files) const {
        const auto names = telling();
        if (names.empty()) return files;
        Columns columns;
        std::vector<Fragment> values;
        for (const auto& name : names) {
            const auto& column = *find_column(sought_.columns, name);
            columns.push_back(column);
            values.push_back(Fragment::of("CAST(") + sql::duckdb().identifier(name) +
                             Fragment::of(" AS ") + TRY(sql::duckdb().type(column.type)) +
                             Fragment::of(") AS ") + sql::duckdb().identifier(name));
        }
        const auto rows = TRY(published_rows(context_, node_, files, columns));
        const auto found = TRY(session_.query(
            (Fragment::of("SELECT DISTINCT p._ingot_published_file FROM (") + rows +
                Fragment::of(") AS p SEMI JOIN (SELECT ") + sql::join(values, Fragment::of(", ")) +
                Fragment::of(" FROM ") + sought_.rows + Fragment::of(") AS n ON ") +
                sql::duckdb().same("p", "n", names) + Fragment::of(" ORDER BY ALL"))
                .text()));
        std::vector<std::string> urls;
        for (std::size_t row = 0; row < found.rows.size(); ++row)
            urls.push_back(found.text(row, 0));
        std::erase_if(files, [&](const table::DataFile& file) {
            return !std::ranges::binary_search(
                urls, context_.files.url(node_.folder + "/" + file.path));
        });
        return files;
    }

    const RunContext& context_;
    const Node& node_;
    engine::Session& session_;
    const SoughtRows& sought_;
    Facts facts_;
};

}  // namespace

Result<std::vector<table::DataFile>> files_with_rows(const RunContext& context, const Node& node,
    engine::Session& session, std::vector<table::DataFile> files, const SoughtRows& sought) {
    return Search(context, node, session, sought).among(std::move(files));
}

}  // namespace ingot::run
