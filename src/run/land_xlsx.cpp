// Sheets of workbooks. The engine takes a column's type from its first cell; cells of another type keep their text. All
// of it becomes a tidy CSV, so that types, rules and quarantine are those of every other file.
#include "medallion/bronze/read.h"
#include "platform/connector/workbook.h"
#include "run/landing.h"

namespace ingot::run {

namespace {

using sql::Fragment;

class Sheets {
public:
    explicit Sheets(const LandingOrder& order) : order_(order) {}

    Result<LandedFile> land() {
        std::vector<Fragment> sheets;
        for (std::size_t i = 0; i < order_.inputs.size(); ++i) {
            extents_.push_back(file::look_at_sheet(order_.inputs[i], order_.options.sheet));
            const auto seen = read(i);
            if (!seen && is_final(seen.error())) return std::unexpected(seen.error());
            if (!seen) return std::unexpected(unreadable(i, seen.error().message));
        }
        for (std::size_t i = 0; i < order_.inputs.size(); ++i) sheets.push_back(TRY(select(i)));
        file::Tidied tidied{.rows_path = order_.scratch + "/tidy.csv",
            .rejects_path = order_.scratch + "/rejects.csv",
            .names = names_,
            .holds = {}};
        std::vector<Fragment> columns;
        for (const auto& name : names_) columns.push_back(sql::duckdb().identifier(name));
        const auto list = sql::join(columns, Fragment::of(", "));
        tidied.rows = TRY(copy_csv(Fragment::of("SELECT _ingot_input, _ingot_line, ") + list +
                                       Fragment::of(" FROM (") +
                                       sql::join(sheets, Fragment::of(" UNION ALL BY NAME ")) +
                                       Fragment::of(") ORDER BY _ingot_input, _ingot_line"),
            tidied.rows_path, list));
        TRY(copy_csv(
            Fragment::of("SELECT 0 AS input, 0 AS line, '' AS text, '' AS reason WHERE false"),
            tidied.rejects_path, Fragment::of("text, reason")));
        return land_tidied(order_, tidied);
    }

private:
    // In the author's words where they are what is wrong.
    Error unreadable(std::size_t index, const std::string& words) const {
        const auto& name = order_.inputs[index].name;
        if (order_.options.sheet && words.find("not found in xlsx file") != std::string::npos) {
            constexpr std::string_view near = "Did you mean: \"";
            const auto at = words.find(near);
            const auto meant = at == std::string::npos ? "" : words.substr(at + near.size());
            return {"EXT103",
                name + ": it has no sheet '" + *order_.options.sheet + "'" +
                    (meant.empty() ? "; sheet: takes the name on its tab"
                                   : "; did you mean '" + meant.substr(0, meant.find('"')) + "'?")};
        }
        if (words.find("open zip") != std::string::npos)
            return {"EXT102", name +
                                  ": it is no workbook of Excel (.xlsx), or is damaged; say "
                                  "format: where the name misleads, or bring the file again"};
        return {"EXT102", name + ": " + words};
    }

    Result<std::int64_t> copy_csv(
        const Fragment& select, const std::string& path, const Fragment& quoted) {
        return order_.session.execute((
            Fragment::of("COPY (") + select + Fragment::of(") TO ") + sql::duckdb().literal(path) +
            Fragment::of(
                " (FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"', FORCE_QUOTE (") +
            quoted + Fragment::of("))"))
                .text());
    }

    // Left to itself the engine reads the columns of the first row, up to one without a name: a title above the table, or
    // a column without one, would hide the others.
    const file::SheetExtent* whole_of(std::size_t index) const {
        const auto& extent = extents_[index];
        const bool is_seen = extent && extent->first_row > 0 && !order_.options.range;
        return is_seen && !extent->is_table() ? &*extent : nullptr;
    }

    // An empty row in the middle is no end.
    Fragment reader(std::size_t index, const char* how) const {
        const auto& d = sql::duckdb();
        auto call = Fragment::of("read_xlsx(") + d.literal(order_.inputs[index].path) +
                    Fragment::of(", stop_at_empty = false") + Fragment::authored(how);
        if (order_.options.sheet)
            call = call + Fragment::of(", sheet = ") + d.literal(*order_.options.sheet);
        if (order_.options.range)
            call = call + Fragment::of(", range = ") + d.literal(*order_.options.range);
        const auto* whole = whole_of(index);
        if (whole) call = call + Fragment::of(", range = ") + d.literal(whole->range());
        const auto header =
            whole ? order_.options.header.value_or(whole->begins_with_text) : order_.options.header;
        if (header)
            call = call +
                   (*header ? Fragment::of(", header = true") : Fragment::of(", header = false"));
        return call + Fragment::of(")");
    }

    // Excel's numbers are all of one kind: a column of whole ones, in every file, is whole. Its days may count from 1904,
    // which the engine does not know.
    Fragment text_of(std::size_t index, const Column& column, const std::string& name,
        const Fragment& value) const {
        const bool is_late = extents_[index] && extents_[index]->dates_from_1904 &&
                             (column.type == "DATE" || column.type == "TIMESTAMP");
        if (is_late)
            return *sql::fill(column.type == "DATE" ? "CAST($c + 1462 AS VARCHAR)"
                                                    : "CAST($c + INTERVAL 1462 DAY AS VARCHAR)",
                {{"c", value}});
        if (column.type == "DOUBLE" && !has_name(fractions_, name))
            return *sql::fill("CAST(CAST($c AS BIGINT) AS VARCHAR)", {{"c", value}});
        return *sql::fill("CAST($c AS VARCHAR)", {{"c", value}});
    }

    Status find_fractions(std::size_t index, const Columns& columns, const Fragment& table) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i].type != "DOUBLE") continue;
            const auto found = TRY(order_.session.query(sql::fill(
                "SELECT count(*) FROM $table WHERE $c <> trunc($c) OR abs($c) >= 9007199254740992",
                {{"c", sql::duckdb().identifier(columns[i].name)}, {"table", table}})
                    ->text()));
            if (found.integer(0, 0) > 0) fractions_.push_back(name_of(index, i, columns));
        }
        return {};
    }

    static Fragment typed_table(std::size_t index) {
        return sql::duckdb().identifier("ingot_sheet_" + std::to_string(index));
    }
    static Fragment plain_table(std::size_t index) {
        return sql::duckdb().identifier("ingot_sheet_text_" + std::to_string(index));
    }

    // What the reader saw is kept in temporary tables of the session.
    Status read(std::size_t index) {
        const auto typed = typed_table(index), plain = plain_table(index);
        for (const auto& [table, how] :
            {std::pair{typed, ", ignore_errors = true"}, std::pair{plain, ", all_varchar = true"}})
            TRY(order_.session.execute((Fragment::of("CREATE OR REPLACE TEMP TABLE ") + table +
                                        Fragment::of(" AS SELECT * FROM ") + reader(index, how))
                    .text()));
        return find_fractions(index, TRY(order_.session.describe("FROM " + typed.text())), typed);
    }

    // One sheet as texts, each row with its number.
    Result<Fragment> select(std::size_t index) {
        const auto& d = sql::duckdb();
        const auto typed = typed_table(index), plain = plain_table(index);
        const auto columns = TRY(order_.session.describe("FROM " + typed.text()));
        const auto texts = TRY(order_.session.describe("FROM " + plain.text()));
        if (texts.size() != columns.size())
            return fail("EXT102", "its columns differ from row to row; give range:");
        std::vector<Fragment> values, filled;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (is_blank(index, i)) continue;
            const auto name = name_of(index, i, columns);
            const auto text = Fragment::of("v.") + d.identifier(texts[i].name);
            values.push_back(Fragment::of("coalesce(") +
                             text_of(index, columns[i], name,
                                 Fragment::of("t.") + d.identifier(columns[i].name)) +
                             Fragment::of(", ") + text + Fragment::of(") AS ") +
                             d.identifier(name));
            filled.push_back(d.identifier(name) + Fragment::of(" IS NOT NULL"));
            if (!has_name(names_, name)) names_.push_back(name);
        }
        return Fragment::of("SELECT * FROM (SELECT ") +
               d.integer(static_cast<std::int64_t>(index)) +
               Fragment::of(" AS _ingot_input, row_number() OVER () AS _ingot_line, ") +
               sql::join(values, Fragment::of(", ")) + Fragment::of(" FROM ") + typed +
               Fragment::of(" t POSITIONAL JOIN ") + plain + Fragment::of(" v) WHERE ") +
               sql::join(filled, Fragment::of(" OR "));
    }

    // Between others, without a name and without a value.
    bool is_blank(std::size_t index, std::size_t column) const {
        const auto* whole = whole_of(index);
        return whole && column < whole->has_value.size() && !whole->has_value[column];
    }

    // A column without a name has the letter that Excel shows above it.
    std::string name_of(std::size_t index, std::size_t column, const Columns& columns) const {
        const auto& names = order_.options.names;
        if (column < names.size()) return names[column];
        const auto* whole = whole_of(index);
        const bool is_named = !whole || column >= whole->has_name.size() || whole->has_name[column];
        if (is_named || order_.options.header == false) return columns[column].name;
        auto letters = file::column_letters(whole->first_column + static_cast<int>(column));
        return find_column(columns, letters) ? columns[column].name : letters;
    }

    const LandingOrder& order_;
    std::vector<std::optional<file::SheetExtent>> extents_;  // by input
    std::vector<std::string> names_;
    std::vector<std::string> fractions_;  // columns with a number that is not whole
};

}  // namespace

Result<LandedFile> land_xlsx(const LandingOrder& order) { return Sheets(order).land(); }

}  // namespace ingot::run
