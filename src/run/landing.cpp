#include "run/landing.h"

#include <algorithm>

#include "base/suggest.h"
#include "medallion/bronze/lossless.h"
#include "platform/table/storable.h"

namespace ingot::run {

namespace {

// A failed cast costs a hundred times what a good one does: few rows find the candidates, more rows try these alone.
constexpr std::int64_t first_rows = 256;
constexpr std::int64_t sample_rows = 16384;

const sql::Fragment& relation_of(const LosslessOrder& order, std::int64_t rows) {
    return rows > 0 && !order.sample.empty() ? order.sample : order.relation;
}

Result<std::vector<bronze::Judgement>> judge(engine::Session& session, const LosslessOrder& order,
    const std::vector<std::string>& names, std::int64_t rows) {
    if (names.empty()) return std::vector<bronze::Judgement>{};
    const auto query =
        TRY(bronze::judge({.relation = relation_of(order, rows), .names = names, .rows = rows}));
    const auto found = TRY(session.query(query.text()));
    std::vector<bronze::Judgement> judgements;
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::vector<std::int64_t> numbers;
        for (std::size_t k = 0; k < bronze::judgements_per_column; ++k)
            numbers.push_back(found.integer(0, i * bronze::judgements_per_column + k));
        judgements.push_back(bronze::judged(numbers));
    }
    return judgements;
}

}  // namespace

file::Told told_of(const FileOptions& options) {
    file::Told told{.delimiter = options.delimiter,
        .quote = options.quote,
        .encoding = options.encoding,
        .compression = options.compression,
        .header = options.header,
        .names = options.names,
        .widths = options.widths,
        .records = options.records,
        .members = options.members};
    if (options.format) told.format = options.format->value;
    if (options.json_path) told.json_path = options.json_path->value;
    return told;
}

bool is_final(const Error& error) {
    const std::string_view code = error.code.id();
    if (code == "RUN102" || code == "ENG103" || code.starts_with("STG") || code.starts_with("BUG"))
        return true;
    return error.message.find("No space left") != std::string::npos;
}

Result<Columns> declared_columns(engine::Session& session, const FileOptions& options) {
    static const std::vector<std::string> usual{"BIGINT", "INTEGER", "SMALLINT", "TINYINT",
        "HUGEINT", "DOUBLE", "FLOAT", "DECIMAL(18,2)", "VARCHAR", "BOOLEAN", "DATE", "TIME",
        "TIMESTAMP", "TIMESTAMPTZ", "INTERVAL", "UUID", "BLOB", "JSON"};
    Columns columns;
    for (const auto& [name, type] : options.types) {
        const auto spelled = sql::duckdb().type(type.value);
        const auto known =
            spelled ? session.describe("SELECT CAST(NULL AS " + spelled->text() + ") AS c")
                    : Result<Columns>(std::unexpected(spelled.error()));
        if (!known)
            return fail("EXT103",
                "types: '" + type.value + "' of column '" + name + "' is no type of the engine" +
                    did_you_mean(type.value, usual),
                type.span);
        columns.push_back({name, table::exact_file_type(known->front().type)});
    }
    return columns;
}

void add_vouched(Columns& declared, const Columns& types) {
    for (const auto& column : types)
        if (!find_column(declared, column.name)) declared.push_back(column);
}

std::vector<ChosenColumn> choose_columns(
    const LandingOrder& order, const std::vector<std::string>& there) {
    std::vector<ChosenColumn> chosen;
    if (order.absent) order.absent->clear();
    const auto add = [&](const std::string& name) {
        const auto it =
            std::ranges::find_if(there, [&](const auto& other) { return same_name(name, other); });
        const auto* declared = find_column(order.declared, name);
        if (it == there.end() && !there.empty() && order.absent)
            order.absent->push_back("EXT141 nothing that is read has a column '" + name +
                                    "', which is empty therefore" + did_you_mean(name, there));
        chosen.push_back(
            {it == there.end() ? name : *it, declared ? declared->type : "", it != there.end()});
    };
    for (const auto& wanted : order.options.columns) add(wanted.value);
    if (!order.options.columns.empty()) return chosen;
    for (const auto& name : there) add(name);
    for (const auto& column : order.declared)
        if (!has_name(there, column.name)) add(column.name);
    return chosen;
}

namespace {

// Judges anew the candidates that more rows speak against. A type that a few rows rule out is out for all of them, so
// what is found here is what all the rows would have said.
Status try_candidates(engine::Session& session, const LosslessOrder& order, std::int64_t rows,
    std::vector<bronze::Judgement>& judgements) {
    Columns candidates;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < judgements.size(); ++i)
        if (judgements[i].type != "VARCHAR")
            candidates.push_back({order.names[i], judgements[i].type}), places.push_back(i);
    if (candidates.empty()) return {};
    const auto query = TRY(bronze::count_changed(relation_of(order, rows), candidates, rows));
    const auto changed = TRY(session.query(query.text()));
    std::vector<std::string> wrong;
    std::vector<std::size_t> wrong_places;
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (changed.integer(0, i) > 0)
            wrong.push_back(candidates[i].name), wrong_places.push_back(places[i]);
    const auto again = TRY(judge(session, order, wrong, rows));
    for (std::size_t i = 0; i < wrong.size(); ++i) judgements[wrong_places[i]] = again[i];
    return {};
}

// A column that the sample knows no value of is judged by all rows, so that its type depends on content alone.
Status settle_unknown(engine::Session& session, const LosslessOrder& order,
    std::vector<bronze::Judgement>& judgements) {
    std::vector<std::string> unknown;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < judgements.size(); ++i)
        if (!judgements[i].has_values) unknown.push_back(order.names[i]), places.push_back(i);
    const auto settled = TRY(judge(session, order, unknown, 0));
    for (std::size_t i = 0; i < unknown.size(); ++i) judgements[places[i]] = settled[i];
    return {};
}

}  // namespace

Result<std::vector<std::string>> lossless_types(
    engine::Session& session, const LosslessOrder& order) {
    const bool is_sample = order.depth == Depth::sample;
    auto judgements = TRY(judge(session, order, order.names, first_rows));
    TRY(try_candidates(session, order, is_sample ? sample_rows : 0, judgements));
    TRY(settle_unknown(session, order, judgements));
    std::vector<std::string> types;
    for (const auto& judgement : judgements) types.push_back(judgement.type);
    return types;
}

sql::Fragment limited(sql::Fragment select, const FileOptions& options) {
    if (!options.limit_rows) return select;
    return std::move(select) + sql::Fragment::of(" LIMIT ") +
           sql::duckdb().integer(*options.limit_rows);
}

Result<LandedFile> land_files(const LandingOrder& order) {
    const auto told = told_of(order.options);
    const auto format = TRY(file::format_of(order.inputs.front(), told));
    for (const auto& input : order.inputs)
        if (TRY(file::format_of(input, told)) != format)
            return fail("EXT103", input.name + " is of another kind than " +
                                      order.inputs.front().name + "; say which with format:");
    switch (format) {
        case file::Format::csv: return land_csv(order);
        case file::Format::json: return land_json(order);
        case file::Format::parquet: return land_parquet(order);
        case file::Format::xlsx: return land_xlsx(order);
        case file::Format::avro: return land_avro(order);
        case file::Format::xml: return land_xml(order);
        case file::Format::fixed: return land_fixed(order);
    }
    return fail("BUG001", "a format of files without a way to land them");
}

}  // namespace ingot::run
