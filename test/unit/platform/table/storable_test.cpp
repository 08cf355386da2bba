#include <gtest/gtest.h>

#include "platform/table/file_stats.h"
#include "platform/table/storable.h"

namespace ingot::table {
namespace {

TEST(Storable, KeepsOrCasts) {
    for (const auto* type : {"BIGINT", "DECIMAL(12,2)", "TIMESTAMP WITH TIME ZONE", "VARCHAR[]",
             "MAP(VARCHAR, INTEGER[])"})
        EXPECT_EQ(storable_type(type), type);
    EXPECT_EQ(storable_type("UUID"), "VARCHAR");
    EXPECT_EQ(storable_type("JSON"), "VARCHAR");
    EXPECT_EQ(storable_type("HUGEINT"), "DECIMAL(38,0)");
    EXPECT_EQ(storable_type("UBIGINT"), "DECIMAL(20,0)");
    EXPECT_EQ(storable_type("TIMESTAMP_NS"), "TIMESTAMP");
    EXPECT_EQ(storable_type("TIME WITH TIME ZONE"), "VARCHAR");
    EXPECT_EQ(storable_type("ENUM('a', 'b''c)')"), "VARCHAR");
    EXPECT_EQ(storable_type("INTEGER[3][]"), "INTEGER[][]");
    EXPECT_EQ(storable_type("UNION(a INTEGER, b VARCHAR)"), "VARCHAR");
    EXPECT_EQ(storable_type("\"NULL\""), "VARCHAR");
}

TEST(Storable, SpellsNestedTypesOneWay) {
    EXPECT_EQ(storable_type("STRUCT(a UUID, \"b \"\"q\" STRUCT(c TIME)[], d DECIMAL(10, 2))"),
        "STRUCT(\"a\" VARCHAR, \"b \"\"q\" STRUCT(\"c\" VARCHAR)[], \"d\" DECIMAL(10,2))");
    EXPECT_EQ(storable_type("STRUCT(\"a\" BIGINT)"), storable_type("STRUCT(a BIGINT)"));
    EXPECT_EQ(storable_type("MAP(ENUM('x)', 'y'), STRUCT(k UTINYINT))"),
        "MAP(VARCHAR, STRUCT(\"k\" SMALLINT))");
}

TEST(FileStats, ReadsWhatTheEngineTells) {
    const Columns columns = {{"id", "BIGINT"}, {"n\"x", "VARCHAR"}, {"d", "DECIMAL(38,2)"},
        {"f", "DOUBLE"}, {"t", "TIMESTAMP"}, {"z", "TIMESTAMP WITH TIME ZONE"}, {"b", "BOOLEAN"},
        {"day", "DATE"}};
    const auto stats = stats_json(3, columns,
        R"({'"id"'={column_size_bytes=40, max=9, min=-1, null_count=1, num_values=3}, '"n""x"'={max='a, b\'}=', min='', null_count=0}, )"
        R"('"d"'={max=12345678901234567890.12, min=0.00, null_count=0}, '"f"'={has_nan=true, max=1.0, min=0.0, null_count=0}, )"
        R"('"t"'={max='2026-01-01 10:00:00.25', min='2026-01-01 10:00:00', null_count=0}, )"
        R"('"z"'={max='2026-01-01 10:00:00+00', min='2026-01-01 10:00:00+02', null_count=0}, '"b"'={max=1, min=0, null_count=0}, )"
        R"('"day"'={max=infinity, min='2026-01-01', null_count=0}, '"s"."id"'={max=1, min=0, null_count=0}})");
    EXPECT_EQ(stats,
        R"({"numRecords":3,"minValues":{"id":-1,"n\"x":"","d":0.00,"t":"2026-01-01T10:00:00"},)"
        R"("maxValues":{"id":9,"n\"x":"a, b'}=","d":12345678901234567890.12,"t":"2026-01-01T10:00:00.25"},)"
        R"("nullCount":{"id":1,"n\"x":0,"d":0,"f":0,"t":0,"z":0,"b":0,"day":0}})");
}

TEST(FileStats, LeavesOutWhatItDoesNotUnderstand) {
    const std::string nothing = R"({"numRecords":2,"minValues":{},"maxValues":{},"nullCount":{}})";
    for (const auto* text : {"", "NULL", "{", "{}", "{'\"id\"'=", "{'\"id\"'={max=1", "garbage"})
        EXPECT_EQ(stats_json(2, {{"id", "BIGINT"}}, text), nothing) << text;
}

}  // namespace
}  // namespace ingot::table
