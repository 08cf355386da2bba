// Files that know their columns and types (Parquet, Avro) keep them; files of one slice are united by name. A declared
// type may differ: the rows with a value that does not fit it go to quarantine.
#include <algorithm>

#include "medallion/bronze/read.h"
#include "run/landing.h"

namespace ingot::run {

namespace {

using bronze::Passage;
using sql::Fragment;

struct Reader {
    Fragment function;
    Fragment options;
    bool unites = false;  // it takes several files itself
};

class TypedFiles {
public:
    TypedFiles(const LandingOrder& order, Reader reader)
        : order_(order), reader_(std::move(reader)) {}

    Result<LandedFile> land() {
        const auto relation = all_files();
        there_ = TRY(readable(order_.session.describe("SELECT * FROM " + relation.text())));
        TRY(plan_columns());
        wrong_ = TRY(bronze::misfits(columns_));
        auto select = Fragment::of("SELECT ") + TRY(bronze::projection(columns_)) +
                      Fragment::of(" FROM ") + relation;
        if (!wrong_.empty())
            select = select + Fragment::of(" WHERE NOT (") + wrong_ + Fragment::of(")");
        LandedFile landed{.path = order_.scratch + "/rows.parquet",
            .quarantine_path = {},
            .rows_by_input = {},
            .warnings = {}};
        const auto statement =
            bronze::copy_to_parquet({.select = limited(std::move(select), order_.options),
                .path = landed.path,
                .compression = order_.options.parquet_compression,
                .rows_of_group = order_.rows_of_group});
        landed.rows = TRY(readable(order_.session.execute(statement.text())));
        TRY(count_by_input(landed));
        if (!wrong_.empty()) TRY(quarantine(landed));
        return landed;
    }

private:
    template <class T>
    Result<T> readable(Result<T> result) const {
        if (result || is_final(result.error())) return result;
        return fail("EXT102",
            order_.inputs.front().name + ": " + result.error().message +
                "; where the file is damaged or not whole, bring it again; format: says what it is where its name misleads");
    }

    Status plan_columns() {
        for (const auto& chosen : choose_columns(order_, names_of(there_))) {
            const auto* column = find_column(there_, chosen.name);
            const bool keeps_type =
                column && (chosen.declared.empty() || chosen.declared == column->type);
            const auto passage = !chosen.is_there ? Passage::absent
                                 : keeps_type     ? Passage::as_read
                                                  : Passage::attempt;
            // Only the types that are cast have to be spelled; a nested one may hold any field name.
            const auto type = keeps_type || chosen.declared.empty() ? "VARCHAR" : chosen.declared;
            columns_.push_back({chosen.name, type, passage});
        }
        if (columns_.empty())
            return fail("EXT103", order_.inputs.front().name + ": it has no columns");
        return {};
    }

    Fragment all_files() const {
        if (!reader_.unites) {
            std::vector<Fragment> files;
            for (std::size_t i = 0; i < order_.inputs.size(); ++i)
                files.push_back(Fragment::of("SELECT * FROM ") + file(i));
            return Fragment::of("(") + sql::join(files, Fragment::of(" UNION ALL BY NAME ")) +
                   Fragment::of(")");
        }
        std::vector<std::string> paths;
        for (const auto& input : order_.inputs) paths.push_back(input.path);
        return reader_.function + Fragment::of("(") + sql::duckdb().list(paths) +
               Fragment::of(", union_by_name = true") + reader_.options + Fragment::of(")");
    }

    Fragment file(std::size_t index) const {
        return reader_.function + Fragment::of("(") +
               sql::duckdb().literal(order_.inputs[index].path) + reader_.options +
               Fragment::of(")");
    }

    Status count_by_input(LandedFile& landed) {
        auto left = landed.rows;
        for (std::size_t i = 0; i < order_.inputs.size(); ++i) {
            auto query = Fragment::of("SELECT count(*) FROM ") + file(i);
            if (!wrong_.empty())
                query = Fragment::of("SELECT count(*) FROM (") + with_place(i) +
                        Fragment::of(") WHERE NOT (") + wrong_ + Fragment::of(")");
            const auto counted = TRY(order_.session.query(query.text()));
            landed.rows_by_input.push_back(std::min(left, counted.integer(0, 0)));
            left -= landed.rows_by_input.back();
        }
        return {};
    }

    // One file with every column that any has, so that conditions on columns hold for each.
    Fragment with_place(std::size_t index) const {
        const auto& d = sql::duckdb();
        std::vector<Fragment> none;
        for (const auto& column : there_)
            none.push_back(Fragment::of("CAST(NULL AS ") + Fragment::authored(column.type) +
                           Fragment::of(") AS ") + d.identifier(column.name));
        return Fragment::of("SELECT ") + d.literal(order_.inputs[index].name) +
               Fragment::of(" AS _ingot_input, row_number() OVER () AS _ingot_line, * FROM ") +
               file(index) +
               Fragment::of(
                   " UNION ALL BY NAME SELECT '' AS _ingot_input, 0::BIGINT AS _ingot_line, ") +
               sql::join(none, Fragment::of(", ")) + Fragment::of(" WHERE false");
    }

    Status quarantine(LandedFile& landed) {
        std::vector<Fragment> files, fields;
        for (std::size_t i = 0; i < order_.inputs.size(); ++i)
            files.push_back(Fragment::of("(") + with_place(i) + Fragment::of(")"));
        for (const auto& column : there_)
            fields.push_back(sql::duckdb().literal(column.name) + Fragment::of(": ") +
                             sql::duckdb().identifier(column.name));
        const auto select =
            Fragment::of("SELECT _ingot_input AS file, _ingot_line AS line, CAST(to_json({") +
            sql::join(fields, Fragment::of(", ")) + Fragment::of("}) AS VARCHAR) AS text, ") +
            TRY(bronze::misfit_reason(columns_)) + Fragment::of(" AS reason FROM (") +
            sql::join(files, Fragment::of(" UNION ALL BY NAME ")) + Fragment::of(") WHERE ") +
            wrong_ + Fragment::of(" ORDER BY file, line");
        const auto path = order_.scratch + "/quarantine.parquet";
        landed.quarantined = TRY(order_.session.execute(
            bronze::copy_to_parquet({.select = select, .path = path}).text()));
        if (landed.quarantined > 0) landed.quarantine_path = path;
        return {};
    }

    const LandingOrder& order_;
    Reader reader_;
    Columns there_;
    std::vector<bronze::ColumnPassage> columns_;
    Fragment wrong_;
};

}  // namespace

Result<LandedFile> land_parquet(const LandingOrder& order) {
    return TypedFiles(order, {.function = Fragment::of("read_parquet"),
                                 .options = Fragment::of(", hive_partitioning = false"),
                                 .unites = true})
        .land();
}

Result<LandedFile> land_avro(const LandingOrder& order) {
    return TypedFiles(order, {.function = Fragment::of("read_avro"), .options = {}}).land();
}

}  // namespace ingot::run
