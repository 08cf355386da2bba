#include <algorithm>

#include "medallion/slice/derived_events.sql.h"
#include "medallion/slice/entity_rows.sql.h"
#include "medallion/slice/events_of_day.sql.h"
#include "medallion/slice/rows.h"
#include "medallion/slice/state_latest.sql.h"
#include "medallion/slice/state_versions.sql.h"

namespace ingot::slice {

namespace {

using sql::duckdb;
using sql::Fragment;

Fragment id(std::string_view name) { return duckdb().identifier(name); }

std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

// The time that orders an entity's rows.
const std::optional<std::string>& own_time(const EntitySilver& silver) {
    return is_event_like(silver.entity_kind) ? silver.event_ts_column : silver.change_ts_column;
}

std::vector<std::string> required_columns(const EntitySilver& silver) {
    auto names = silver.natural_keys;
    if (own_time(silver)) names.push_back(*own_time(silver));
    names.insert(names.end(), silver.attributes.begin(), silver.attributes.end());
    return names;
}

// The columns an entity is made of, in the slice's order.
Result<Columns> chosen(
    const EntitySilver& silver, const std::string& dataset, const Columns& columns) {
    static const std::vector<std::string> always{"is_deleted", "deleted_flag", "run_date"};
    const auto required = required_columns(silver);
    std::vector<std::string> missing, unexpected;
    for (const auto& name : required)
        if (!find_column(columns, name)) missing.push_back(name);
    if (!missing.empty())
        return fail("PRJ106", dataset + ": bronze lacks the columns " + listed(missing) +
                                  "; it has " + listed(names_of(columns)));
    Columns kept;
    for (const auto& column : columns) {
        const bool named =
            has_name(required, column.name) || has_name(always, column.name) ||
            column.name.starts_with("_") ||
            (silver.change_ts_column && same_name(*silver.change_ts_column, column.name));
        if (named)
            kept.push_back(column);
        else
            unexpected.push_back(column.name);
    }
    if (!unexpected.empty() && silver.schema_mode == NewColumns::strict)
        return fail("QUAL104",
            dataset + ": bronze has columns that silver does not name: " + listed(unexpected) +
                "; add them to silver.attributes, or set silver.schema_mode: "
                "allow_new_columns, which leaves them out");
    return kept;
}

Fragment as_time(const TimeColumn& column) {
    const auto name = id(column.name);
    if (column.type == "VARCHAR") {
        if (column.zoned)
            return Fragment::of("TRY_CAST(") + name + Fragment::of(" AS TIMESTAMPTZ)");
        // Where no year has four digits, the engine would take 1/2/26 for a day of the year 1.
        return Fragment::of("CASE WHEN regexp_matches(") + name +
               Fragment::of(", '\\d{4}') THEN coalesce(TRY_CAST(") + name +
               Fragment::of(" AS TIMESTAMP), CAST(try_strptime(") + name +
               Fragment::of(
                   ", ['%m/%d/%Y', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M', '%Y%m%d', "
                   "'%d %b %Y', '%b %d, %Y']) AS TIMESTAMP)) ELSE CAST(try_strptime(") +
               name +
               Fragment::of(
                   ", ['%m/%d/%y', '%m/%d/%y %H:%M:%S', '%m/%d/%y %H:%M', '%d %b %y']) AS TIMESTAMP) END");
    }
    if (column.type == "DATE" || column.type.starts_with("TIMESTAMP_"))
        return Fragment::of("CAST(") + name + Fragment::of(" AS TIMESTAMP)");
    if (column.type.starts_with("TIMESTAMP")) return name;
    // Whole numbers count nanoseconds since 1970, as the foundry read them.
    return Fragment::of("CAST(make_timestamp_ns(CAST(") + name +
           Fragment::of(" AS BIGINT)) AS TIMESTAMP)");
}

Fragment date_text(const Fragment& time) {
    return Fragment::of("strftime(") + time + Fragment::of(", '%Y-%m-%d')");
}

// Keys all there; a row without one belongs to no entity.
Fragment has_key(const std::vector<std::string>& keys) {
    std::vector<Fragment> all;
    for (const auto& key : keys) all.push_back(id(key) + Fragment::of(" IS NOT NULL"));
    return join(all, Fragment::of(" AND "));
}

struct Made {
    Artifact artifact;
    std::vector<std::string> columns;
};

class Promoter {
public:
    Promoter(const EntitySilver& silver, const EntityContext& context, Columns columns)
        : silver_(silver),
          context_(context),
          columns_(std::move(columns)),
          time_(id(*own_time(silver))),
          keys_(duckdb().columns(silver.natural_keys)),
          all_(duckdb().columns(names_of(columns_))) {}

    Result<EntityPromotion> make(const std::vector<TimeColumn>& times) {
        std::vector<Fragment> replaced;
        for (const auto& time : times)
            replaced.push_back(as_time(time) + Fragment::of(" AS ") + id(time.name));
        out_.before.push_back(TRY(sql::fill(embedded::medallion_slice_entity_rows_sql,
            {{"entity", entity_}, {"columns", all_}, {"rows", id(incoming)}, {"keys", keys_},
                {"time", time_}, {"times", join(replaced, Fragment::of(", "))}})));
        for (auto& made : TRY(artifacts()))
            out_.artifacts.push_back(
                {made.artifact.name, TRY(dressed(made.artifact.select, made.columns))});
        out_.changed_keys = Fragment::of("SELECT count(*) FROM (SELECT DISTINCT ") + keys_ +
                            Fragment::of(" FROM ") + entity_ + Fragment::of(")");
        return std::move(out_);
    }

private:
    Result<std::vector<Made>> artifacts() {
        auto names = names_of(columns_);
        switch (silver_.entity_kind) {
            case EntityKind::event: return events(std::move(names));
            case EntityKind::derived_event: return derived_events();
            case EntityKind::state:
            case EntityKind::derived_state: break;
        }
        if (silver_.history_mode.value_or(HistoryMode::scd2) != HistoryMode::scd2)
            return std::vector{
                Made{{"state_current", TRY(sql::fill(embedded::medallion_slice_state_latest_sql,
                                           {{"columns", all_}, {"entity", entity_}, {"keys", keys_},
                                               {"time", time_}}))},
                    names}};
        return versions(std::move(names));
    }

    Result<std::vector<Made>> events(std::vector<std::string> names) {
        if (silver_.input_mode.value_or(InputMode::append_log) == InputMode::append_log)
            return std::vector{
                Made{{"events", Fragment::of("SELECT ") + all_ + Fragment::of(" FROM ") + entity_ +
                                    Fragment::of(" ORDER BY ") + time_ +
                                    Fragment::of(" NULLS LAST, _ingot_arrival")},
                    std::move(names)}};
        const auto day = *silver_.event_ts_column + "_date";
        auto select = TRY(sql::fill(embedded::medallion_slice_events_of_day_sql,
            {{"columns", all_}, {"time", time_}, {"day", id(day)}, {"entity", entity_},
                {"keys", keys_}}));
        names.push_back(day);
        return std::vector{Made{{"events", std::move(select)}, std::move(names)}};
    }

    Result<std::vector<Made>> versions(std::vector<std::string> names) {
        const auto versions = Fragment::of("entity_versions");
        out_.before.push_back(TRY(sql::fill(embedded::medallion_slice_state_versions_sql,
            {{"versions", versions}, {"columns", all_}, {"time", time_},
                {"has_key", has_key(silver_.natural_keys)}, {"keys", keys_},
                {"entity", entity_}})));
        for (const auto* own : {"effective_from", "effective_to", "is_current"})
            names.emplace_back(own);
        const auto from =
            Fragment::of("SELECT ") + duckdb().columns(names) + Fragment::of(" FROM ") + versions;
        const auto order = Fragment::of(" ORDER BY effective_from NULLS LAST, _ingot_arrival");
        return std::vector{Made{{"state_history", from + order}, names},
            Made{{"state_current", from + Fragment::of(" WHERE is_current = 1") + order}, names}};
    }

    Result<std::vector<Made>> derived_events() {
        const auto& order =
            silver_.change_ts_column ? silver_.change_ts_column : silver_.event_ts_column;
        std::vector<Fragment> changes{Fragment::of("NULL")};
        for (const auto& name : silver_.attributes)
            changes.push_back(Fragment::of("CASE WHEN row_number() OVER by_time = 1 OR ") +
                              id(name) + Fragment::of(" IS DISTINCT FROM lag(") + id(name) +
                              Fragment::of(") OVER by_time THEN ") + duckdb().literal(name) +
                              Fragment::of(" END"));
        std::vector<std::string> names = silver_.natural_keys;
        names.insert(names.end(), silver_.attributes.begin(), silver_.attributes.end());
        auto select = TRY(sql::fill(embedded::medallion_slice_derived_events_sql,
            {{"columns", duckdb().columns(names)}, {"event_time", time_},
                {"event_name", id(*silver_.event_ts_column)}, {"deleted", deleted()},
                {"changes", join(changes, Fragment::of(", "))}, {"entity", entity_},
                {"has_key", has_key(silver_.natural_keys)}, {"keys", keys_}, {"time", id(*order)},
                {"told", silver_.delete_mode == DeleteMode::ignore
                             ? Fragment::of("change_type <> 'noop'")
                             : Fragment::of("true")}}));
        names.push_back(*silver_.event_ts_column);
        names.insert(names.end(), {"change_type", "changed_columns"});
        out_.without_key = Fragment::of("SELECT ") + all_ + Fragment::of(" FROM ") + entity_ +
                           Fragment::of(" WHERE NOT (") + has_key(silver_.natural_keys) +
                           Fragment::of(") ORDER BY _ingot_arrival");
        return std::vector{Made{{"derived_events", std::move(select)}, std::move(names)}};
    }

    Fragment deleted() const {
        if (silver_.delete_mode != DeleteMode::tombstone_event) return Fragment::of("false");
        const auto* flag = find_column(columns_, "is_deleted");
        if (!flag) return Fragment::of("false");
        const auto name = id(flag->name);
        return Fragment::of("coalesce(lower(trim(CAST(") + name +
               Fragment::of(
                   " AS VARCHAR))) NOT IN ('', '0', '0.0', 'false', 'f', 'no', 'n'), false)");
    }

    // The columns that folders come from, then who made it from what.
    Result<Fragment> dressed(const Fragment& select, std::vector<std::string> names) {
        std::vector<std::pair<std::string, Fragment>> added;
        const auto level = [&](const std::string& name, const Fragment& value) {
            added.emplace_back(name, value);
        };
        std::vector<std::string> partitions;
        if (silver_.record_time_partition) {
            if (!silver_.record_time_column || !has_name(names, *silver_.record_time_column))
                return fail("PRJ106", context_.dataset + ": record_time_column '" +
                                          silver_.record_time_column.value_or("") +
                                          "' is not a column of " + listed(names));
            level(*silver_.record_time_partition, date_text(id(*silver_.record_time_column)));
            partitions = {*silver_.record_time_partition};
        } else if (!silver_.partition_by.empty()) {
            for (const auto& name : silver_.partition_by) {
                if (!has_name(names, name)) {
                    if (!name.ends_with("_dt"))
                        return fail("PRJ106", context_.dataset + ": partition_by names '" + name +
                                                  "', which is not a column of " + listed(names));
                    level(name, date_text(time_));
                }
                partitions.push_back(name);
            }
        } else {
            const auto name = is_event_like(silver_.entity_kind) ? *silver_.event_ts_column + "_dt"
                                                                 : std::string("effective_from_dt");
            level(name, date_text(time_));
            partitions = {name};
        }
        out_.partition_columns = partitions;
        for (const auto& [name, value] : origin()) added.emplace_back(name, value);
        std::vector<Fragment> replaced, appended;
        for (const auto& [name, value] : added)
            (has_name(names, name) ? replaced : appended)
                .push_back(value + Fragment::of(" AS ") + id(name));
        auto list = Fragment::of("*");
        if (!replaced.empty())
            list = Fragment::of("* REPLACE (") + join(replaced, Fragment::of(", ")) +
                   Fragment::of(")");
        if (!appended.empty())
            list = list + Fragment::of(", ") + join(appended, Fragment::of(", "));
        return Fragment::of("SELECT ") + list + Fragment::of(" FROM (") + select +
               Fragment::of(")");
    }

    std::vector<std::pair<std::string, Fragment>> origin() const {
        const auto text = [](const std::string& value) { return duckdb().literal(value); };
        return {{"load_batch_id", text(context_.load_batch_id)},
            {"record_source", text(context_.record_source)},
            {"pipeline_run_at",
                Fragment::of("CAST(") + text(context_.run_date) + Fragment::of(" AS TIMESTAMP)")},
            {"environment", text(context_.environment)}, {"domain", text(context_.domain)},
            {"entity", text(context_.entity)}, {"bronze_owner", text(context_.bronze_owner)},
            {"silver_owner", text(context_.silver_owner)}};
    }

    const EntitySilver& silver_;
    const EntityContext& context_;
    Columns columns_;
    Fragment time_, keys_, all_;
    Fragment entity_ = Fragment::of("entity_rows");
    EntityPromotion out_;
};

}  // namespace

Result<std::vector<std::string>> time_columns(const EntitySilver& silver, const Columns& columns) {
    std::vector<std::string> names;
    for (const auto& name :
        {silver.event_ts_column, silver.change_ts_column, silver.record_time_column})
        if (name && find_column(columns, *name) && !has_name(names, *name)) names.push_back(*name);
    return names;
}

Fragment any_zone(std::string_view column) {
    return Fragment::of("SELECT coalesce(bool_or(regexp_matches(") + id(column) +
           Fragment::of(", '[0-9]:[0-9]{2}.*(Z|[+-][0-9]{2}(:?[0-9]{2})?)$')), false) FROM ") +
           id(incoming);
}

Result<EntityPromotion> promote_entity(const EntitySilver& silver, const EntityContext& context,
    const std::vector<TimeColumn>& times, const Columns& columns) {
    auto kept = TRY(chosen(silver, context.dataset, columns));
    std::vector<TimeColumn> own;
    for (const auto& time : times)
        if (find_column(kept, time.name)) own.push_back(time);
    return Promoter(silver, context, std::move(kept)).make(own);
}

}  // namespace ingot::slice
