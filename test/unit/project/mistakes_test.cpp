#include <gtest/gtest.h>

#include "project/project_folder.h"

namespace ingot {
namespace {

using test::ProjectFolder;

// What a project with this one model says about it.
std::string silver(const std::string& sql) {
    ProjectFolder folder;
    folder.with_sources().file("models/silver/customers.sql", sql).manifest();
    return folder.messages();
}

TEST(Mistakes, UnknownOption) {
    EXPECT_EQ(
        silver(
            "-- @silver(keys: [id],\n--         kyes: [id])\nSELECT * FROM bronze.crm_customers\n"),
        "models/silver/customers.sql:2:12: CFG101 unknown option 'kyes' in @silver; did you mean 'keys'?\n");
}

TEST(Mistakes, UnknownDecorator) {
    EXPECT_EQ(
        silver(
            "-- @silver(keys: [id])\n-- @expct(a: {where: x})\nSELECT * FROM bronze.crm_customers\n"),
        "models/silver/customers.sql:2:4: CFG111 unknown decorator @expct; did you mean 'expect'?\n");
}

TEST(Mistakes, UnknownDataset) {
    EXPECT_EQ(silver("-- @silver(keys: [id])\nSELECT *\n  FROM bronze.crm_custmers\n"),
        "models/silver/customers.sql:3:8: PRJ102 unknown dataset 'bronze.crm_custmers'; did you mean 'bronze.crm_customers'?\n");
    EXPECT_EQ(silver("-- @silver(keys: [id])\nSELECT * FROM crm_customers\n"),
        "models/silver/customers.sql:2:15: PRJ102 unknown table 'crm_customers'; did you mean 'bronze.crm_customers'?\n");
}

TEST(Mistakes, UnknownChoice) {
    EXPECT_EQ(silver("-- @silver(keys: [id], history: sdc2)\nSELECT * FROM bronze.crm_customers\n"),
        "models/silver/customers.sql:1:33: CFG104 'sdc2' is not one of latest, scd2, append, snapshot, scd3, scd6, replace, changes, scd1, merge_ready, incremental, hybrid; did you mean 'scd2'?\n");
}

TEST(Mistakes, MissingVariableAndTarget) {
    EXPECT_EQ(
        silver("-- @silver(keys: [\"${KEY_NOT_SET}\"])\nSELECT * FROM bronze.crm_customers\n"),
        "models/silver/customers.sql:1:19: CFG105 variable KEY_NOT_SET is not set\n");
    ProjectFolder folder;
    folder.file("ingot.yml", "name: r\ntargets: {dev: {}, prod: {}}\n");
    LoadOptions options;
    options.target = "prdo";
    folder.load(options);
    EXPECT_EQ(folder.messages(),
        ": CFG109 unknown target 'prdo'; the project has dev, prod; did you mean 'prod'?\n");
}

TEST(Mistakes, KeysAreNeeded) {
    EXPECT_NE(silver("-- @silver(history: scd2)\nSELECT * FROM bronze.crm_customers\n")
                  .find("CFG103 missing option 'keys' in @silver"),
        std::string::npos);
}

TEST(Mistakes, InferredDeletesNeedFullLoads) {
    const auto said = silver(
        "-- @silver(keys: [id], order_by: at, deletes: infer)\nSELECT * FROM bronze.crm_orders\n");
    EXPECT_EQ(said.substr(0, said.find(" deletes")), "models/silver/customers.sql:2:15: CFG108");
}

TEST(Mistakes, RulesCheckOneThing) {
    const auto rule = [](const std::string& text) {
        const auto said = silver("-- @silver(keys: [id])\n-- @expect(r: " + text +
                                 ")\nSELECT * FROM bronze.crm_customers\n");
        return said.empty() ? said : said.substr(said.find(": ") + 2, 6);
    };
    EXPECT_EQ(rule("{column: a, not_null: true}"), "");
    EXPECT_EQ(rule("{unique: [a, b]}"), "");
    EXPECT_EQ(rule("{column: a}"), "CFG103");
    EXPECT_EQ(rule("{not_null: true}"), "CFG103");
    EXPECT_EQ(rule("{column: a, where: \"a > 1\"}"), "CFG108");
    EXPECT_EQ(rule("{column: a, not_null: true, is: email}"), "CFG108");
    EXPECT_EQ(rule("{column: a, is: emial}"), "CFG104");
    EXPECT_EQ(rule("{column: a, range: {}}"), "CFG103");
    EXPECT_EQ(rule("{column: a, unique: 3}"), "CFG102");
}

TEST(Mistakes, DecoratorArguments) {
    EXPECT_EQ(silver("-- @silver(keys: [id]\nSELECT * FROM bronze.crm_customers\n").substr(0, 56),
        "models/silver/customers.sql:1:11: CFG112 the parenthesis");
    EXPECT_EQ(silver("-- @silver(keys=[id])\nSELECT 1\n").substr(0, 41),
        "models/silver/customers.sql:1:12: CFG112 ");
    EXPECT_EQ(silver("-- @silver keys: [id]\nSELECT 1\n").substr(0, 41),
        "models/silver/customers.sql:1:12: CFG112 ");
}

TEST(Mistakes, WhatThisBuildLacks) {
    const auto code = [](const std::string& text) {
        const auto said = silver(text);
        return said.substr(said.find(": ") + 2, 6);
    };
    EXPECT_EQ(code("-- @silver(keys: [id])\n-- @pii(a: b)\nSELECT * FROM bronze.crm_customers\n"),
        "CFG113");
    ProjectFolder folder;
    folder.file("models/gold/p.py", "x\n").file("models/gold/g.sql", "SELECT 1 AS a\n");
    folder.manifest();
    EXPECT_EQ(folder.diagnostics.errors(), 1U) << folder.messages();
}

TEST(Mistakes, SharedOnesAreToldOnce) {
    ProjectFolder folder;
    folder.with_sources().file("models/silver/_defaults.yml", "silver: {schmea: strict}\n");
    for (const auto* name : {"a", "b", "c"})
        folder.file(std::string("models/silver/") + name + ".yml",
            "silver: {from: bronze.crm_orders, keys: [id]}\n");
    folder.load();
    EXPECT_EQ(folder.messages(),
        "models/silver/_defaults.yml:1:10: CFG101 unknown option 'schmea' in silver; did you mean 'schema'?\n");
}

TEST(Mistakes, SqlErrorsStandInTheFile) {
    EXPECT_EQ(silver("-- @silver(keys: [id])\nSELECT 1\n  FROM SYNTAX\n"),
        "models/silver/customers.sql:3:8: SQL101 syntax error\n");
    ProjectFolder folder;
    folder.file("models/gold/g.yml", "gold:\n  sql: |\n    SELECT 1\n      FROM SYNTAX\n")
        .manifest();
    EXPECT_EQ(folder.messages(), "models/gold/g.yml:4:12: SQL101 syntax error\n");
}

}  // namespace
}  // namespace ingot
