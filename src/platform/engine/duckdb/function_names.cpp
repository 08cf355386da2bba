#include "platform/engine/duckdb/function_names.h"
#include "base/lower_case.h"

#include <algorithm>
#include <array>
#include <string>

namespace ingot::engine {

namespace {

// Window functions stand in the engine's catalog as aggregates. The last lines are macros over aggregates.
constexpr auto aggregates = std::to_array<std::string_view>({
    "any_value",
    "approx_count_distinct",
    "approx_quantile",
    "approx_top_k",
    "arbitrary",
    "arg_max",
    "arg_max_null",
    "arg_max_nulls_last",
    "arg_min",
    "arg_min_null",
    "arg_min_nulls_last",
    "argmax",
    "argmin",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bitstring_agg",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "count_if",
    "count_star",
    "countif",
    "covar_pop",
    "covar_samp",
    "cume_dist",
    "dense_rank",
    "entropy",
    "favg",
    "fill",
    "first",
    "first_value",
    "fsum",
    "group_concat",
    "histogram",
    "histogram_exact",
    "kahan_sum",
    "kurtosis",
    "kurtosis_pop",
    "lag",
    "last",
    "last_value",
    "lead",
    "list",
    "listagg",
    "mad",
    "max",
    "max_by",
    "mean",
    "median",
    "min",
    "min_by",
    "mode",
    "nth_value",
    "ntile",
    "percent_rank",
    "product",
    "quantile",
    "quantile_cont",
    "quantile_disc",
    "rank",
    "rank_dense",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "reservoir_quantile",
    "row_number",
    "sem",
    "skewness",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "sum_no_overflow",
    "sumkahan",
    "var_pop",
    "var_samp",
    "variance",
    // the parser's own words for some of them
    "grouping",
    "grouping_id",
    "percentile_cont",
    "percentile_disc",
    "geomean",
    "geometric_mean",
    "json_group_array",
    "json_group_object",
    "json_group_structure",
    "wavg",
    "weighted_avg",
});

constexpr auto unnesting = std::to_array<std::string_view>({
    "generate_subscripts",
    "regexp_split_to_table",
    "unlist",
    "unnest",
});

// error() is volatile in the catalog too, but only so that it is not evaluated early. age(x) counts from today.
constexpr auto changing = std::to_array<std::string_view>({
    "age",
    "ago",
    "current_catalog",
    "current_connection_id",
    "current_database",
    "current_date",
    "current_localtime",
    "current_localtimestamp",
    "current_query",
    "current_query_id",
    "current_schema",
    "current_schemas",
    "current_time",
    "current_timestamp",
    "current_transaction_id",
    "currval",
    "gen_random_uuid",
    "get_block_size",
    "get_current_time",
    "get_current_timestamp",
    "in_search_path",
    "localtime",
    "localtimestamp",
    "nextval",
    "now",
    "random",
    "setseed",
    "sleep_ms",
    "stats",
    "today",
    "transaction_timestamp",
    "txid_current",
    "uuid",
    "uuidv4",
    "uuidv7",
    "write_log",
});

}  // namespace

FunctionKind kind_of_function(std::string_view name) {
    const auto key = lower(name);
    const auto among = [&](const auto& names) {
        return std::ranges::find(names, key) != names.end();
    };
    if (among(aggregates) || key.ends_with("_agg")) return FunctionKind::aggregate;
    if (among(unnesting)) return FunctionKind::unnest;
    if (among(changing)) return FunctionKind::changing;
    return FunctionKind::row_wise;
}

}  // namespace ingot::engine
