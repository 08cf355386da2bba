#include "run/contract.h"

#include <algorithm>

#include "medallion/bronze/widen.h"
#include "platform/storage/at_once.h"
#include "run/placed_rows.h"
#include "state/slices.h"

namespace ingot::run {

namespace {

using sql::Fragment;

constexpr const char* variants = "_variants";

Fragment parquet(const std::string& path) {
    return Fragment::of("read_parquet(") + sql::duckdb().literal(path) +
           Fragment::of(", hive_partitioning = false)");
}

bool is_fractional(const std::string& type) {
    return type == "DOUBLE" || type == "FLOAT" || type.starts_with("DECIMAL");
}

// Values that the type does not give back as they are. Text of a number without needless digits is that number: 30 is
// 30.0, and 030 is not.
Fragment changed_by(const std::string& name, const std::string& from, const std::string& to) {
    const auto& d = sql::duckdb();
    const auto column = d.identifier(name), type = Fragment::authored(to);
    // true is not 1.0, although each can be cast to the other.
    const bool are_of_a_kind = from == "VARCHAR" || to == "VARCHAR" || bronze::widened(from, to);
    if (!are_of_a_kind) return column + Fragment::of(" IS NOT NULL");
    auto changed = *sql::fill(
        "($c IS NOT NULL AND TRY_CAST(TRY_CAST($c AS $to) AS $from) IS DISTINCT FROM $c)",
        {{"c", column}, {"to", type}, {"from", Fragment::authored(from)}});
    if (from != "VARCHAR" || !is_fractional(to)) return changed;
    return *sql::fill(
        "($changed AND NOT coalesce(regexp_full_match($c, '-?(0|[1-9][0-9]*)([.][0-9]{0,11}[1-9])?') AND "
        "TRY_CAST($c AS DECIMAL(38, 12)) = TRY_CAST(TRY_CAST($c AS $to) AS DECIMAL(38, 12)), false))",
        {{"changed", changed}, {"c", column}, {"to", type}});
}

class Contract {
public:
    Contract(const ContractOrder& order, TableSchema schema, LandedFile& landed)
        : order_(order),
          session_(order.reading.session),
          contract_(order.order.node.dataset.bronze()->table.contract.value_or(ContractSpec{})),
          schema_(std::move(schema)),
          before_(schema_),
          landed_(landed) {}

    Result<TableSchema> apply() {
        TRY(judge_records());
        if (landed_.path.empty()) return std::move(schema_);
        there_ = TRY(session_.describe("SELECT * FROM " + parquet(landed_.path).text()));
        const bool is_first = schema_.version == 0;
        if (is_first) schema_.version = 1;
        for (const auto& column : there_) TRY(judge_column(column, is_first));
        if (is_rewritten_) TRY(rewrite());
        return std::move(schema_);
    }

private:
    // Records that the reader could not take.
    Status judge_records() {
        if (landed_.quarantined == 0 || contract_.rows.value == OnChange::quarantine) return {};
        if (contract_.rows.value == OnChange::freeze)
            return broken(std::to_string(landed_.quarantined) + " records cannot be read as rows");
        landed_.dropped += landed_.quarantined;
        landed_.quarantined = 0;
        landed_.quarantine_path.clear();
        return {};
    }

    std::unexpected<Error> broken(const std::string& what) const {
        return fail("EXT133",
            order_.reading.dataset + ": " + what +
                ", and contract: says freeze; change the source back, or say evolve, quarantine or discard_row, which let the rest land");
    }

    Result<std::int64_t> count(const Fragment& condition) {
        const auto rows =
            TRY(session_.query((Fragment::of("SELECT count(*) FROM ") + parquet(landed_.path) +
                                Fragment::of(" WHERE ") + condition)
                    .text()));
        return rows.integer(0, 0);
    }

    static Fragment filled(const std::string& name) {
        return sql::duckdb().identifier(name) + Fragment::of(" IS NOT NULL");
    }

    Column* known(const std::string& name) {
        for (auto& column : schema_.columns)
            if (same_name(column.name, name)) return &column;
        return nullptr;
    }

    void note(const Column& column, const std::string& before) {
        if (schema_.version == before_.version) ++schema_.version;
        schema_.history.push_back({schema_.version, order_.order.date, order_.order.run_id,
            column.name, before, column.type});
    }

    Status judge_column(const Column& column, bool is_first) {
        const bool has_values = TRY(count(filled(column.name))) > 0;
        const bool is_declared = find_column(order_.reading.declared, column.name) != nullptr;
        const auto type = has_values || is_declared ? column.type : std::string();
        auto* there = known(column.name);
        if (!there) return judge_new(column, type, is_first, has_values);
        if (type.empty() || there->type == column.type) return {};
        if (!there->type.empty()) return judge_type(*there, column);
        there->type = type;
        note(*there, "");
        return {};
    }

    Status judge_new(
        const Column& column, const std::string& type, bool is_first, bool has_values) {
        if (is_first || contract_.columns == OnChange::evolve) {
            schema_.columns.push_back({column.name, type});
            note(schema_.columns.back(), "");
            return {};
        }
        if (has_values) {
            if (contract_.columns == OnChange::freeze)
                return broken("the source has a new column '" + column.name + "'");
            refuse(contract_.columns, filled(column.name),
                "column '" + column.name + "' is not in the contract");
        }
        hidden_.push_back(column.name);
        is_rewritten_ = true;
        if (has_values && contract_.columns == OnChange::discard_value)
            landed_.warnings.push_back("EXT144 the values of column '" + column.name +
                                       "', which the contract does not have, were discarded");
        return {};
    }

    // Rows of which something is refused as a whole; of a value alone there is nothing to remember.
    void refuse(OnChange mode, const Fragment& condition, const std::string& reason) {
        auto& list = mode == OnChange::quarantine ? quarantined_ : dropped_;
        if (mode == OnChange::discard_value) return;
        list.push_back({condition, reason});
        is_rewritten_ = true;
    }

    Status judge_type(Column& standing, const Column& here) {
        const auto misfits = changed_by(here.name, here.type, standing.type);
        const auto wrong = TRY(count(misfits));
        if (wrong == 0) return retype(standing, here);
        const auto what = std::to_string(wrong) + " values of column '" + here.name +
                          "' do not fit its type " + standing.type;
        switch (contract_.types) {
            case OnChange::freeze: return broken(what);
            case OnChange::discard_value:
                landed_.warnings.push_back("EXT144 " + what + " and were discarded");
                return retype(standing, here);
            case OnChange::discard_row:
            case OnChange::quarantine:
                refuse(contract_.types, misfits,
                    here.name + ": does not fit its type " + standing.type);
                return retype(standing, here);
            case OnChange::evolve: break;
        }
        const auto wide = bronze::widened(standing.type, type_within(here, standing.type));
        if (wide && TRY(holds_all(standing, here, *wide))) {
            const auto before = std::exchange(standing.type, *wide);
            note(standing, before);
            return retype(standing, here);
        }
        landed_.warnings.push_back("EXT144 " + what + " and are in the column " + variants);
        variants_.push_back({misfits, here.name});
        return retype(standing, here);
    }

    // Text among which there are values of another kind, such as 1.5 beside 2, may still fit a type that is wide enough.
    static std::string type_within(const Column& here, const std::string& standing) {
        if (here.type != "VARCHAR") return here.type;
        return standing == "DATE" ? "TIMESTAMP" : "DOUBLE";
    }

    Result<bool> holds_all(const Column& standing, const Column& here, const std::string& wide) {
        if (TRY(count(changed_by(here.name, here.type, wide))) > 0) return false;
        if (standing.type == wide || order_.slices.empty()) return true;
        const auto view = TRY(bronze_view(order_.slices, {}));
        if (!find_column(view.columns, standing.name)) return true;
        const auto rows = TRY(session_.query(
            (Fragment::of("SELECT count(*) FROM (") + view.select + Fragment::of(") WHERE ") +
                changed_by(standing.name, standing.type, wide))
                .text()));
        return rows.integer(0, 0) == 0;
    }

    Status retype(const Column& standing, const Column& here) {
        if (standing.type == here.type) return {};
        retyped_.push_back({here.name, standing.type});
        is_rewritten_ = true;
        return {};
    }

    struct Refusal {
        Fragment condition;
        std::string reason;
    };

    static Fragment any_of(const std::vector<Refusal>& refusals) {
        std::vector<Fragment> conditions;
        for (const auto& refusal : refusals) conditions.push_back(refusal.condition);
        return conditions.empty() ? Fragment::of("false")
                                  : sql::join(conditions, Fragment::of(" OR "));
    }

    Result<Fragment> kept_columns() {
        const auto& d = sql::duckdb();
        std::vector<Fragment> columns;
        for (const auto& column : there_) {
            if (has_name(hidden_, column.name)) continue;
            auto value = d.identifier(column.name);
            if (const auto* other = find_column(retyped_, column.name))
                value = *sql::fill("CASE WHEN $wrong THEN NULL ELSE TRY_CAST($c AS $type) END",
                    {{"wrong", changed_by(column.name, column.type, other->type)}, {"c", value},
                        {"type", Fragment::authored(other->type)}});
            columns.push_back(value + Fragment::of(" AS ") + d.identifier(column.name));
        }
        if (!variants_.empty()) columns.push_back(variant_values());
        if (columns.empty()) return broken("no column of the contract is in the source");
        return sql::join(columns, Fragment::of(", "));
    }

    // {"column": value, …} of the values that did not fit; NULL where all did.
    Fragment variant_values() {
        const auto& d = sql::duckdb();
        std::vector<Fragment> fields, conditions;
        for (const auto& variant : variants_) {
            fields.push_back(
                *sql::fill("CASE WHEN $wrong THEN json_object($name, $c) ELSE '{}' END",
                    {{"wrong", variant.condition}, {"name", d.literal(variant.reason)},
                        {"c", d.identifier(variant.reason)}}));
            conditions.push_back(variant.condition);
        }
        auto merged = fields.front();
        for (std::size_t i = 1; i < fields.size(); ++i)
            merged = Fragment::of("json_merge_patch(") + merged + Fragment::of(", ") + fields[i] +
                     Fragment::of(")");
        return Fragment::of("CASE WHEN ") + sql::join(conditions, Fragment::of(" OR ")) +
               Fragment::of(" THEN CAST(") + merged + Fragment::of(" AS JSON) END AS ") +
               d.identifier(variants);
    }

    Status rewrite() {
        if (!quarantined_.empty()) TRY(add_to_quarantine());
        if (!dropped_.empty() || !quarantined_.empty()) TRY(count_by_input());
        const auto path = order_.reading.scratch + "/contract.parquet";
        const auto select = Fragment::of("SELECT ") + TRY(kept_columns()) + Fragment::of(" FROM ") +
                            placed() + Fragment::of(" WHERE NOT (") + any_of(dropped_) +
                            Fragment::of(") AND NOT (") + any_of(quarantined_) +
                            Fragment::of(") ORDER BY _ingot_place");
        const auto rows = TRY(session_.execute(
            bronze::copy_to_parquet({.select = select,
                                        .path = path,
                                        .compression = order_.reading.options.parquet_compression})
                .text()));
        const auto gone = landed_.rows - rows;
        landed_.dropped += gone - refused_;
        landed_.quarantined += refused_;
        landed_.rows = rows;
        landed_.path = path;
        if (!variants_.empty() && !known(variants)) {
            schema_.columns.push_back({variants, "JSON"});
            note(schema_.columns.back(), "");
        }
        return {};
    }

    Fragment placed() const { return placed_rows(landed_.path, there_); }

    // The input of each row, by the ranges that the inputs left one after the other.
    Fragment inputs() const {
        const auto& d = sql::duckdb();
        std::vector<Fragment> rows;
        std::int64_t begin = 0;
        for (std::size_t i = 0; i < landed_.rows_by_input.size(); ++i) {
            const auto end = begin + landed_.rows_by_input[i];
            rows.push_back(Fragment::of("(") + d.integer(static_cast<std::int64_t>(i)) +
                           Fragment::of(", ") + d.literal(order_.reading.inputs[i].name) +
                           Fragment::of(", ") + d.integer(begin) + Fragment::of(", ") +
                           d.integer(end) + Fragment::of(")"));
            begin = end;
        }
        return Fragment::of("(VALUES ") + sql::join(rows, Fragment::of(", ")) +
               Fragment::of(") AS inputs(number, file, first, past)");
    }

    Status add_to_quarantine() {
        std::vector<Fragment> fields, reasons;
        for (const auto& column : there_)
            fields.push_back(sql::duckdb().literal(column.name) + Fragment::of(": ") +
                             sql::duckdb().identifier(column.name));
        for (const auto& refusal : quarantined_)
            reasons.push_back(*sql::fill("CASE WHEN $wrong THEN $reason END",
                {{"wrong", refusal.condition}, {"reason", sql::duckdb().literal(refusal.reason)}}));
        auto select = Fragment::of("SELECT file, CAST(NULL AS BIGINT) AS line, CAST(to_json({") +
                      sql::join(fields, Fragment::of(", ")) +
                      Fragment::of("}) AS VARCHAR) AS text, concat_ws('; ', ") +
                      sql::join(reasons, Fragment::of(", ")) + Fragment::of(") AS reason FROM ") +
                      placed() + Fragment::of(" JOIN ") + inputs() +
                      Fragment::of(" ON _ingot_place >= first AND _ingot_place < past WHERE (") +
                      any_of(quarantined_) + Fragment::of(") AND NOT (") + any_of(dropped_) +
                      Fragment::of(") ORDER BY _ingot_place");
        const auto path = order_.reading.scratch + "/quarantine_of_contract.parquet";
        refused_ =
            TRY(session_.execute(bronze::copy_to_parquet({.select = select, .path = path}).text()));
        if (landed_.quarantine_path.empty()) {
            landed_.quarantine_path = path;
            return {};
        }
        const auto both = Fragment::of("SELECT * FROM read_parquet(") +
                          sql::duckdb().literal(landed_.quarantine_path) +
                          Fragment::of(") UNION ALL BY NAME SELECT * FROM read_parquet(") +
                          sql::duckdb().literal(path) + Fragment::of(")");
        landed_.quarantine_path = order_.reading.scratch + "/quarantine_with_contract.parquet";
        TRY(session_.execute(
            bronze::copy_to_parquet({.select = both, .path = landed_.quarantine_path}).text()));
        return {};
    }

    Status count_by_input() {
        const auto rows = TRY(session_.query((
            Fragment::of("SELECT number, count(_ingot_place) FROM ") + inputs() +
            Fragment::of(" LEFT JOIN (SELECT _ingot_place FROM ") + placed() +
            Fragment::of(" WHERE NOT (") + any_of(dropped_) + Fragment::of(") AND NOT (") +
            any_of(quarantined_) +
            Fragment::of(
                ")) ON _ingot_place >= first AND _ingot_place < past GROUP BY number ORDER BY number"))
                .text()));
        for (std::size_t i = 0; i < rows.rows.size(); ++i)
            landed_.rows_by_input[static_cast<std::size_t>(rows.integer(i, 0))] =
                rows.integer(i, 1);
        return {};
    }

    const ContractOrder& order_;
    engine::Session& session_;
    ContractSpec contract_;
    TableSchema schema_;
    const TableSchema before_;
    LandedFile& landed_;
    Columns there_;
    std::vector<std::string> hidden_;  // columns that do not land
    Columns retyped_;
    std::vector<Refusal> quarantined_, dropped_;
    std::vector<Refusal> variants_;  // values that go there; `reason` is the column
    std::int64_t refused_ = 0;
    bool is_rewritten_ = false;
};

}  // namespace

bool has_contract(const BronzeDataset& bronze) {
    return bronze.table.contract.has_value() || bronze.table.schema == BronzeSchema::evolve;
}

Result<TableSchema> standing_schema(storage::FileSystem& files, const Node& node) {
    const auto slices = TRY(state::standing_slices(files, node.folder));
    const auto schemas = TRY(storage::at_once<TableSchema>(
        files, slices.size(), [&](std::size_t i) -> Result<TableSchema> {
            const auto record = read_slice_record(files, slices[i].path);
            return record ? record->schema : TableSchema{};
        }));
    TableSchema latest;
    for (const auto& schema : schemas)
        if (schema.version > latest.version) latest = schema;
    return latest;
}

Result<TableSchema> apply_contract(
    const ContractOrder& order, TableSchema schema, LandedFile& landed) {
    return Contract(order, std::move(schema), landed).apply();
}

}  // namespace ingot::run
