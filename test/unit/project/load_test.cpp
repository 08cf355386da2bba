#include <gtest/gtest.h>

#include "project/project_folder.h"

namespace ingot {
namespace {

using test::dataset;
using test::ProjectFolder;

constexpr auto customers_sql = R"(-- Everyone we know.
-- @silver(keys: [customer_id], order_by: updated_at,
--         history: scd2, deletes: soft, delete_when: is_gone)
-- @expect(valid_email: {column: email, is: email, on_fail: quarantine},
--         adult: {where: "age >= 18", on_fail: warn})
SELECT * FROM bronze.crm_customers;
)";

TEST(LoadProject, BindsDecorators) {
    ProjectFolder folder;
    const auto project =
        folder.with_sources().file("models/silver/customers.sql", customers_sql).load();
    EXPECT_EQ(folder.messages(), "");
    const auto& customers = dataset(project, "silver.customers");
    ASSERT_TRUE(customers.silver());
    EXPECT_EQ(customers.silver()->history, History::scd2);
    EXPECT_EQ(customers.silver()->deletes, Deletes::soft);
    ASSERT_EQ(customers.rules.size(), 2U);
    EXPECT_EQ(customers.rules[1].second.value.where->value, "age >= 18");
    EXPECT_EQ(customers.body->sql, "SELECT * FROM bronze.crm_customers");
    EXPECT_EQ(to_string(customers.body->span), "models/silver/customers.sql:6:1");
}

TEST(LoadProject, ReadsYamlWithTheSameWords) {
    ProjectFolder folder;
    folder.with_sources().file(
        "models/silver/orders.yml", R"(silver: {from: bronze.crm_orders, keys: [id], order_by: at}
expect: {positive: {column: amount, range: {min: 0}, on_fail: quarantine}}
tags: [a]
description: All orders.
)");
    const auto project = folder.load();
    EXPECT_EQ(folder.messages(), "");
    const auto& orders = dataset(project, "silver.orders");
    EXPECT_EQ(orders.body->sql, "SELECT * FROM bronze.crm_orders");
    EXPECT_EQ(orders.rules[0].second.value.range->min, "0");
    EXPECT_EQ(orders.description, "All orders.");
}

TEST(LoadProject, TakesArgumentsInNaturalShapes) {
    ProjectFolder folder;
    folder.file("models/gold/x.sql",
        "-- @gold\n-- @owner(\"finance\") @tags(a, b)\n-- @describe('What it is')\n"
        "-- @depends_on([gold.y])\n-- @disabled\nSELECT 1\n");
    folder.file("models/gold/y.sql", "-- @owner(team: ops)\n-- @tags([c])\nSELECT 1\n");
    const auto project = folder.load();
    EXPECT_EQ(folder.messages(), "");
    const auto& x = dataset(project, "gold.x");
    EXPECT_EQ(x.owner, "finance");
    EXPECT_EQ(x.tags, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(x.description, "What it is");
    EXPECT_TRUE(x.disabled);
    EXPECT_EQ(x.depends_on.at(0).value, "gold.y");
    EXPECT_EQ(dataset(project, "gold.y").owner, "ops");
}

TEST(LoadProject, LaysStrongerSettingsOverWeakerOnes) {
    ProjectFolder folder;
    folder.with_sources()
        .file("ingot.yml",
            "name: retail\ntargets: {dev: {defaults: {silver: {domain: from_target}}}}\n"
            "defaults: {owner: from_project, tags: [a], silver: {domain: p, is_current: from_project, valid_to: p}}\n")
        .file("models/_defaults.yml", "silver: {valid_to: from_outer, valid_from: o}\n")
        .file("models/silver/_defaults.yml", "silver: {valid_from: from_inner}\ntags+: [b]\n")
        .file("models/silver/c.yml",
            "silver: {keys: [id], order_by: at, history: latest}\ntags+: [c]\n")
        .file("models/silver/c.sql",
            "-- @silver(history: scd2)\n-- @silver(history: append, order_by: ts)\nSELECT * FROM bronze.crm_orders\n");
    const auto project = folder.load();
    EXPECT_EQ(folder.messages(), "");
    const auto& c = dataset(project, "silver.c");
    EXPECT_EQ(c.silver()->history, History::scd2);
    EXPECT_EQ(c.silver()->order_by.at(0).value, "ts");
    EXPECT_EQ(c.silver()->valid_from, "from_inner");
    EXPECT_EQ(c.silver()->valid_to, "from_outer");
    EXPECT_EQ(c.silver()->is_current, "from_project");
    EXPECT_EQ(c.silver()->domain, "from_target");
    EXPECT_EQ(c.owner, "from_project");
    EXPECT_EQ(c.tags, (std::vector<std::string>{"a", "b", "c"}));
    const auto* silver = c.settings.find("silver");
    EXPECT_EQ(to_string(silver->find("history")->span), "models/silver/c.sql:1:21");
    EXPECT_EQ(to_string(silver->find("valid_from")->span), "models/silver/_defaults.yml:1:22");
    EXPECT_EQ(to_string(silver->find("domain")->span), "ingot.yml:2:45");
}

TEST(LoadProject, MergesRulesByName) {
    ProjectFolder folder;
    folder.with_sources()
        .file("models/silver/c.yml",
            "expect: {r: {column: a, not_null: true}, s: {where: \"b > 1\"}}\n")
        .file("models/silver/c.sql",
            "-- @silver(keys: [id])\n-- @expect(r: {on_fail: fail})\nSELECT * FROM bronze.crm_orders\n");
    const auto project = folder.load();
    EXPECT_EQ(folder.messages(), "");
    const auto& rules = dataset(project, "silver.c").rules;
    ASSERT_EQ(rules.size(), 2U);
    EXPECT_EQ(rules[0].second.value.on_fail, OnFail::fail);
    EXPECT_TRUE(rules[0].second.value.not_null);
}

TEST(LoadProject, MovesTableOptionsUnderOptions) {
    ProjectFolder folder;
    folder.file("sources/a.yml",
        "system: a\ntables:\n  - {name: t, path: t.csv, delimiter: \";\", limit_rows: 5, options: {infer: text}}\n");
    const auto project = folder.load();
    EXPECT_EQ(folder.messages(), "");
    const auto& options = dataset(project, "bronze.a_t").bronze()->table.options;
    EXPECT_EQ(options.delimiter, ";");
    EXPECT_EQ(options.limit_rows, 5);
    EXPECT_EQ(options.infer, Infer::text);
}

TEST(LoadProject, PutsVariablesInTheirPlaces) {
    ProjectFolder folder;
    folder
        .file("ingot.yml",
            "name: r\nvars: {A: project, B: b}\ntargets: {dev: {vars: {A: target}}, prod: {warehouse: \"${NOT_SET_ANYWHERE}\"}}\n")
        .file(".env", "# comment\nexport C='from env file'\nN=7\n")
        .file("sources/a.yml",
            "system: a\ntables:\n  - {name: t, path: \"${A}/${B}\", limit_rows: ${N}, owner: \"${C}\", quote: ${Q_UNSET:-'}}\n")
        .file("models/gold/g.sql",
            "-- @gold\n-- ${not_in_comments}\nSELECT '${A}' AS a, /* ${NOR_HERE} */ ${D:1} AS d FROM bronze.a_t\n");
    LoadOptions options;
    options.vars = {{"B", "command"}};
    const auto project = folder.load(options);
    EXPECT_EQ(folder.messages(), "");
    const auto& table = dataset(project, "bronze.a_t");
    EXPECT_EQ(table.bronze()->table.path->value, "target/command");
    EXPECT_EQ(table.bronze()->table.options.limit_rows, 7);
    EXPECT_EQ(table.owner, "from env file");
    EXPECT_EQ(dataset(project, "gold.g").body->sql,
        "SELECT 'target' AS a, /* ${NOR_HERE} */ 1 AS d FROM bronze.a_t");
}

TEST(LoadProject, FingerprintsWhatChangesData) {
    const auto print = [](const std::string& sql) {
        ProjectFolder folder;
        return dataset(folder.with_sources().file("models/silver/c.sql", sql).load(), "silver.c")
            .fingerprint;
    };
    const auto one = print("-- @silver(keys: [id])\nSELECT a, b FROM bronze.crm_orders\n");
    EXPECT_EQ(one,
        print(
            "-- Said.\n-- @owner(x)\n-- @silver(keys: id, history: scd1)\nSELECT a,\n  b -- why\nFROM bronze.crm_orders;\n"));
    EXPECT_NE(one,
        print("-- @silver(keys: [id], history: append)\nSELECT a, b FROM bronze.crm_orders\n"));
    EXPECT_NE(one, print("-- @silver(keys: [id])\nSELECT a, b AS c FROM bronze.crm_orders\n"));
}

}  // namespace
}  // namespace ingot
