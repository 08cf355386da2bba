#include "medallion/slice/polybase.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::slice {

namespace {

// [name], with brackets in it doubled.
std::string id(std::string_view name) {
    std::string out = "[";
    for (const char c : name) {
        out += c;
        if (c == ']') out += c;
    }
    return out + "]";
}

std::string text(std::string_view value) {
    std::string out = "'";
    for (const char c : value) {
        out += c;
        if (c == '\'') out += c;
    }
    return out + "'";
}

std::string upper(std::string name) {
    for (auto& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

class Ddl {
public:
    Ddl(const PolybaseOf& of, const EntitySilver& silver, const PolybaseSetup& setup)
        : of_(of), silver_(silver), setup_(setup), events_(is_event_like(silver.entity_kind)) {}

    std::string make() {
        out_ = fmt::format(
            "-- Polybase External Tables for {}.{}\n-- Entity Kind: {}\n-- Pattern Folder: {}\n\n",
            of_.system, of_.entity, to_string(silver_.entity_kind),
            of_.pattern_folder.empty() ? "unknown" : of_.pattern_folder);
        source_and_format();
        auto tables = setup_.external_tables;
        if (tables.empty()) tables.emplace_back();
        for (const auto& each : tables) table(each);
        return out_;
    }

private:
    std::string kind() const { return events_ ? "events" : "state"; }

    std::string source_name() const {
        return setup_.external_data_source.name.value_or(
            fmt::format("silver_{}_{}_source", of_.entity, kind()));
    }

    void source_and_format() {
        auto base = of_.base;
        if (base.starts_with("./")) base.erase(0, 2);
        const auto& source = setup_.external_data_source;
        out_ += fmt::format(
            "-- Create External Data Source\nCREATE EXTERNAL DATA SOURCE {}\nWITH (\n    TYPE = {},\n    LOCATION = {}{}\n);\n\n",
            id(source_name()), source.data_source_type,
            text(source.location.value_or((base.starts_with('/') ? "" : "/") + base + "/")),
            source.credential_name ? ",\n    CREDENTIAL = " + id(*source.credential_name) : "");
        const auto& format = setup_.external_file_format;
        out_ += fmt::format(
            "-- Create External File Format\nCREATE EXTERNAL FILE FORMAT {}\nWITH (\n  FORMAT_TYPE = {},\n  COMPRESSION = {}\n);\n\n",
            id(format.name), format.format_type,
            text(format.compression.value_or(upper(silver_.parquet_compression))));
    }

    // The columns of the artifact in their order of meaning: keys, times, attributes, what silver adds.
    std::vector<std::string> columns(const ExternalTable& of) const {
        std::vector<std::string> out;
        const auto add = [&](const std::string& name, std::string_view type) {
            const auto column = fmt::format("    {} {}", id(name), type);
            const auto same = [&](const std::string& each) {
                return each.starts_with("    " + id(name) + " ");
            };
            if (std::ranges::none_of(out, same)) out.push_back(column);
        };
        for (const auto& key : silver_.natural_keys) add(key, "VARCHAR(255)");
        for (const auto& time : {silver_.event_ts_column, silver_.change_ts_column})
            if (time) add(*time, "DATETIME2");
        for (const auto& name : silver_.attributes) add(name, "VARCHAR(255)");
        if (has_validity()) {
            add("effective_from", "DATETIME2");
            add("effective_to", "DATETIME2");
            add("is_current", "INT");
        }
        if (silver_.record_time_partition) add(*silver_.record_time_partition, "VARCHAR(255)");
        for (const auto& name : silver_.partition_by) add(name, "VARCHAR(255)");
        for (const auto& name : of.partition_columns) add(name, "VARCHAR(255)");
        return out;
    }

    bool has_validity() const {
        return !events_ && silver_.history_mode.value_or(HistoryMode::scd2) == HistoryMode::scd2;
    }

    std::string artifact() const {
        if (silver_.entity_kind == EntityKind::event) return "events";
        if (silver_.entity_kind == EntityKind::derived_event) return "derived_events";
        return has_validity() ? "state_history" : "state_current";
    }

    void table(const ExternalTable& of) {
        const auto name = of.table_name.value_or(fmt::format("{}_{}_external", of_.entity, kind()));
        const auto full = id(of.schema_name) + "." + id(name);
        std::string list;
        for (const auto& column : columns(of)) list += (list.empty() ? "" : ",\n") + column;
        out_ += fmt::format(
            "-- Create External Table: {}\nCREATE EXTERNAL TABLE {} (\n{}\n)\nWITH (\n    LOCATION = {},\n    DATA_SOURCE = {},\n    FILE_FORMAT = {},\n    REJECT_TYPE = {},\n    REJECT_VALUE = {}\n);\n\n",
            name, full, list,
            text(
                fmt::format("{}/**/{}.parquet", of_.folder, of.artifact_name.value_or(artifact()))),
            id(source_name()), id(setup_.external_file_format.name), of.reject_type,
            of.reject_value);
        for (const auto& query : of.sample_queries) out_ += "-- " + query + "\n";
        if (!of.sample_queries.empty()) out_ += "\n";
        events_ ? event_functions(of, name, full) : state_functions(of, name, full);
    }

    void function(const ExternalTable& of, const std::string& name, const std::string& parameters,
        const std::string& body) {
        out_ += fmt::format(
            "CREATE FUNCTION {}.{}\n(\n    {}\n)\nRETURNS TABLE\nAS\nRETURN\n    {};\nGO\n\n",
            id(of.schema_name), id(name), parameters, body);
    }

    void event_functions(
        const ExternalTable& of, const std::string& name, const std::string& full) {
        const auto day = fmt::format("CAST({} AS DATE)", id(*silver_.event_ts_column));
        function(of, "get_" + name + "_for_date_range", "@start_date DATE,\n    @end_date DATE",
            fmt::format("SELECT * FROM {} WHERE {} BETWEEN @start_date AND @end_date", full, day));
        function(of, "get_" + name + "_for_date", "@target_date DATE",
            fmt::format("SELECT * FROM {} WHERE {} = @target_date", full, day));
    }

    void state_functions(
        const ExternalTable& of, const std::string& name, const std::string& full) {
        const auto& key = silver_.natural_keys.front();
        if (has_validity())
            function(of, "get_" + name + "_as_of", "@target_date DATETIME2",
                fmt::format("SELECT * FROM {} WHERE [effective_from] <= @target_date AND "
                            "([effective_to] IS NULL OR [effective_to] > @target_date)",
                    full));
        function(of, "get_" + name + "_history", "@key VARCHAR(255)",
            fmt::format("SELECT * FROM {} WHERE {} = @key", full, id(key)));
    }

    const PolybaseOf& of_;
    const EntitySilver& silver_;
    const PolybaseSetup& setup_;
    bool events_;
    std::string out_;
};

}  // namespace

std::string polybase_ddl(
    const PolybaseOf& of, const EntitySilver& silver, const PolybaseSetup& setup) {
    return Ddl(of, silver, setup).make();
}

}  // namespace ingot::slice
