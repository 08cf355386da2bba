#include "run/land_rules.h"

#include "run/placed_rows.h"
#include "run/rows_check.h"

namespace ingot::run {

namespace {

class RulesOnFile {
public:
    RulesOnFile(const LandingOrder& order, LandedFile& landed) : order_(order), landed_(landed) {}

    Result<std::vector<RuleOutcome>> apply(const quality::Rules& rules, Date slice) {
        const auto path = sql::duckdb().literal(landed_.path).text();
        columns_ = TRY(order_.session.describe(
            "SELECT * FROM read_parquet(" + path + ", hive_partitioning = false)"));
        auto with_row = columns_;
        with_row.push_back({"_ingot_row", "BIGINT"});
        const auto select = sql::Fragment::of("SELECT ") +
                            sql::duckdb().columns(names_of(columns_)) +
                            sql::Fragment::of(", _ingot_place AS _ingot_row FROM ") +
                            placed_rows(landed_.path, columns_);
        const auto checked = TRY(check_rows(order_.session,
            {.dataset = order_.dataset,
                .select = select,
                .columns = with_row,
                .rules = rules,
                .within = {},
                .arrival = sql::Fragment::of("_ingot_row"),
                .today = sql::Fragment::of("DATE ") + sql::duckdb().literal(to_string(slice))}));
        if (checked.dropped + checked.quarantined > 0) TRY(remove_rows(checked));
        return checked.outcomes;
    }

private:
    Status remove_rows(const CheckedRows& checked) {
        if (checked.quarantined > 0) TRY(add_to_quarantine());
        TRY(count_by_input());
        const auto kept = order_.scratch + "/kept.parquet";
        const auto select =
            sql::Fragment::of("SELECT ") + sql::duckdb().columns(names_of(columns_)) +
            sql::Fragment::of(" FROM checked WHERE _ingot_verdict = 0 ORDER BY _ingot_row");
        TRY(order_.session.execute(bronze::copy_to_parquet(
            {.select = select, .path = kept, .compression = order_.options.parquet_compression})
                .text()));
        landed_.path = kept;
        landed_.rows -= checked.dropped + checked.quarantined;
        landed_.dropped += checked.dropped;
        landed_.quarantined += checked.quarantined;
        return {};
    }

    // Which input each row came from, by the ranges of row numbers that the inputs left one after the other.
    std::string ranges() const {
        std::string out;
        std::int64_t begin = 0;
        for (std::size_t i = 0; i < order_.inputs.size(); ++i) {
            const auto end = begin + landed_.rows_by_input[i];
            out += (out.empty() ? "(" : ", (") + std::to_string(i) + ", " +
                   sql::duckdb().literal(order_.inputs[i].name).text() + ", " +
                   std::to_string(begin) + ", " + std::to_string(end) + ")";
            begin = end;
        }
        return "(VALUES " + out + ") AS inputs(number, input, first, past)";
    }

    Status add_to_quarantine() {
        auto all =
            sql::Fragment::of("SELECT input AS file, CAST(NULL AS BIGINT) AS line, CAST(to_json({");
        std::vector<sql::Fragment> fields;
        for (const auto& column : columns_)
            fields.push_back(sql::duckdb().literal(column.name) + sql::Fragment::of(": ") +
                             sql::duckdb().identifier(column.name));
        all =
            all + sql::join(fields, sql::Fragment::of(", ")) +
            sql::Fragment::of(
                "}) AS VARCHAR) AS text, array_to_string(list_transform(_ingot_failed, lambda f: f.rule), ', ') AS reason "
                "FROM checked JOIN ") +
            sql::Fragment::authored(ranges()) +
            sql::Fragment::of(
                " ON _ingot_row >= first AND _ingot_row < past WHERE _ingot_verdict = 2");
        if (!landed_.quarantine_path.empty())
            all = sql::Fragment::of("SELECT * FROM read_parquet(") +
                  sql::duckdb().literal(landed_.quarantine_path) +
                  sql::Fragment::of(") UNION ALL BY NAME (") + all + sql::Fragment::of(")");
        const auto path = order_.scratch + "/quarantine_with_rules.parquet";
        TRY(order_.session.execute(bronze::copy_to_parquet({.select = all, .path = path}).text()));
        landed_.quarantine_path = path;
        return {};
    }

    Status count_by_input() {
        const auto rows = TRY(order_.session.query(
            "SELECT number, count(_ingot_row) FROM " + ranges() +
            " LEFT JOIN checked ON _ingot_verdict = 0 AND _ingot_row >= first AND _ingot_row < past "
            "GROUP BY number ORDER BY number"));
        for (std::size_t i = 0; i < rows.rows.size(); ++i)
            landed_.rows_by_input[i] = rows.integer(i, 1);
        return {};
    }

    const LandingOrder& order_;
    LandedFile& landed_;
    Columns columns_;
};

}  // namespace

Result<std::vector<RuleOutcome>> apply_rules(
    const LandingOrder& order, const quality::Rules& rules, Date slice, LandedFile& landed) {
    if (rules.empty() || landed.path.empty()) return std::vector<RuleOutcome>{};
    return RulesOnFile(order, landed).apply(rules, slice);
}

}  // namespace ingot::run
