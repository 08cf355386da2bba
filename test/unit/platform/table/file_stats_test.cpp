#include "platform/table/file_stats.h"

#include <gtest/gtest.h>

namespace ingot::table {
namespace {

// What the engine tells of a file, and what is left of it after it went through the log.
std::optional<Bounds> through_the_log(const std::string& type, const std::string& facts) {
    const auto stats = stats_json(3, {{"k", type}}, "{'\"k\"'={" + facts + "}}");
    return bounds_in(stats, {"k"})[0];
}

TEST(FileStats, NumbersDatesAndTextsComeBackAsTheyWere) {
    const auto number = through_the_log("BIGINT", "max=9223372036854775807, min=-5");
    ASSERT_TRUE(number);
    EXPECT_EQ(number->low, "-5");
    EXPECT_EQ(number->high, "9223372036854775807");
    const auto text = through_the_log("VARCHAR", "max='it\\'s, b', min=' a'");
    ASSERT_TRUE(text);
    EXPECT_EQ(text->low, " a");
    EXPECT_EQ(text->high, "it's, b");
    EXPECT_EQ(through_the_log("DATE", "max=2026-01-02, min=2026-01-01")->high, "2026-01-02");
    EXPECT_EQ(through_the_log("TIMESTAMP", "max='2026-01-02 00:00:00.5', min='2026-01-01 00:00:00'")
                  ->high,
        "2026-01-02T00:00:00.5");
}

TEST(FileStats, WhatIsNotExactBoundsNothing) {
    EXPECT_FALSE(through_the_log("DECIMAL(38,2)", "max=1.50, min=0.50"));
    EXPECT_FALSE(through_the_log("VARCHAR", "max=b" + std::string(64, 'b') + ", min=a"));
    EXPECT_FALSE(through_the_log("BIGINT", "null_count=3"));
    EXPECT_FALSE(bounds_in("no JSON", {"k"})[0]);
    EXPECT_FALSE(bounds_in("", {"k"})[0]);
}

}  // namespace
}  // namespace ingot::table
