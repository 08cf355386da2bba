// Facts about the SQL's text and the plan's shape; what the SQL computes is compared in test/python/test_promote_sql.py.
#include "medallion/silver/promote.h"

#include <gtest/gtest.h>

#include <string>

namespace ingot::silver {
namespace {

const Columns customers{{"Customer_Id", "BIGINT"}, {"na\"me", "VARCHAR"}, {"city", "VARCHAR"},
    {"seq", "BIGINT"}, {"updated_at", "TIMESTAMP"}};

std::vector<ColumnName> names(std::initializer_list<const char*> texts) {
    std::vector<ColumnName> out;
    for (const auto* text : texts) out.push_back({text, {}});
    return out;
}

SilverSpec by_key(History history, Deletes deletes = Deletes::ignore) {
    SilverSpec spec;
    spec.keys = names({"customer_id"});
    spec.order_by = names({"updated_at"});
    spec.history = history;
    spec.deletes = deletes;
    return spec;
}

Result<PromotePlan> compiled(const SilverSpec& spec, bool full_loads = false) {
    return compile(spec, {.columns = customers, .full_loads = full_loads}, sql::duckdb());
}

std::string code_of(const Result<PromotePlan>& plan) {
    return plan ? "" : std::string(plan.error().code.id());
}

std::string listed(const Columns& columns) {
    std::string out;
    for (const auto& column : columns) out += column.name + ' ' + column.type + "; ";
    return out;
}

std::string statement(const PromoteSteps& steps, std::string_view name) {
    for (const auto& s : steps.statements)
        if (s.name == name) return s.sql.text();
    return "";
}

TEST(promote, names_of_the_spec_take_the_spelling_of_the_model) {
    const auto plan = compiled(by_key(History::latest)).value();
    EXPECT_NE(statement(plan.merge, "latest.sql").find("PARTITION BY \"Customer_Id\""),
        std::string::npos);
    EXPECT_NE(statement(plan.merge, "latest.sql").find("\"na\"\"me\""), std::string::npos);
}

TEST(promote, unknown_column_names_the_option_and_a_near_one) {
    auto spec = by_key(History::latest);
    spec.order_by = names({"updatd_at"});
    const auto plan = compiled(spec);
    ASSERT_EQ(code_of(plan), "PRJ106");
    EXPECT_NE(plan.error().message.find("order_by"), std::string::npos);
    EXPECT_NE(plan.error().message.find("'updated_at'"), std::string::npos);
}

TEST(promote, latest_and_scd2_need_keys) {
    auto spec = by_key(History::scd2);
    spec.keys.clear();
    EXPECT_EQ(code_of(compiled(spec)), "CFG108");
    spec.history = History::append;
    EXPECT_TRUE(compiled(spec));
}

TEST(promote, infer_needs_full_loads_and_a_time) {
    auto spec = by_key(History::scd2, Deletes::infer);
    EXPECT_EQ(code_of(compiled(spec)), "CFG108");
    EXPECT_TRUE(compiled(spec, true));
    spec.order_by = names({"seq"});
    EXPECT_EQ(code_of(compiled(spec, true)), "CFG108");
    spec.valid_from = "load_time";
    EXPECT_TRUE(compiled(spec, true));
    spec.order_by.clear();
    EXPECT_TRUE(compiled(spec, true));
}

TEST(promote, published_columns_follow_history_and_deletes) {
    const std::string model =
        "Customer_Id BIGINT; na\"me VARCHAR; city VARCHAR; seq BIGINT; updated_at TIMESTAMP; ";
    const auto published = [](const SilverSpec& spec) { return listed(compiled(spec)->published); };
    EXPECT_EQ(published(by_key(History::latest)), model);
    EXPECT_EQ(published(by_key(History::latest, Deletes::soft)),
        model + "effective_to TIMESTAMP; is_current BOOLEAN; ");
    EXPECT_EQ(published(by_key(History::scd2)),
        model + "effective_from TIMESTAMP; effective_to TIMESTAMP; is_current BOOLEAN; ");
    EXPECT_EQ(published(by_key(History::scd2, Deletes::tombstone)),
        model +
            "effective_from TIMESTAMP; effective_to TIMESTAMP; is_current BOOLEAN; "
            "is_deleted BOOLEAN; ");
    EXPECT_EQ(published(by_key(History::snapshot)), model + "snapshot_date DATE; ");
    EXPECT_EQ(published(by_key(History::append)), model);
}

TEST(promote, intervals_have_the_type_of_the_first_order_column) {
    auto spec = by_key(History::scd2);
    spec.order_by = names({"seq", "updated_at"});
    spec.valid_to = "until";
    EXPECT_NE(listed(compiled(spec)->published).find("until BIGINT"), std::string::npos);
    spec.order_by.clear();
    EXPECT_NE(listed(compiled(spec)->published).find("until DATE"), std::string::npos);
}

TEST(promote, a_name_of_ours_that_the_model_has_is_refused) {
    auto spec = by_key(History::scd2);
    spec.valid_from = "CITY";
    EXPECT_EQ(code_of(compiled(spec)), "CFG108");
}

TEST(promote, ignored_columns_are_neither_published_nor_observed_unless_they_order) {
    auto spec = by_key(History::scd2);
    spec.columns.ignore = names({"city", "updated_at"});
    const auto plan = compiled(spec).value();
    EXPECT_EQ(listed(plan.published).find("city"), std::string::npos);
    EXPECT_EQ(listed(plan.published).find("updated_at"), std::string::npos);
    EXPECT_EQ(listed(plan.observed).find("city"), std::string::npos);
    EXPECT_NE(listed(plan.observed).find("updated_at"), std::string::npos);
}

TEST(promote, only_loads_that_are_compared_must_come_in_order) {
    EXPECT_FALSE(compiled(by_key(History::scd2))->merges_in_order);
    EXPECT_FALSE(compiled(by_key(History::scd2, Deletes::soft), true)->merges_in_order);
    EXPECT_TRUE(compiled(by_key(History::scd2, Deletes::infer), true)->merges_in_order);
    auto spec = by_key(History::latest);
    spec.order_by.clear();
    EXPECT_TRUE(compiled(spec, true)->merges_in_order);
    EXPECT_FALSE(compiled(spec)->merges_in_order);
}

TEST(promote, append_and_snapshot_are_their_own_store) {
    for (const auto history : {History::append, History::snapshot}) {
        const auto plan = compiled(by_key(history)).value();
        EXPECT_FALSE(plan.keeps_observations);
        EXPECT_TRUE(plan.merge.queries.segment.empty());
        EXPECT_TRUE(plan.merge.queries.open_rows.empty());
        EXPECT_EQ(plan.merge.queries.rewrite.empty(), history == History::append);
    }
}

TEST(promote, an_own_column_that_the_author_names_is_observed_once) {
    auto columns = customers;
    columns.push_back({"_ingot_slice", "DATE"});
    const auto plan = compile(by_key(History::scd2), {.columns = columns}, sql::duckdb()).value();
    const auto observed = listed(plan.observed);
    EXPECT_EQ(observed.find("_ingot_slice"), observed.rfind("_ingot_slice"));
    EXPECT_NE(listed(plan.published).find("_ingot_slice"), std::string::npos);
}

}  // namespace
}  // namespace ingot::silver
