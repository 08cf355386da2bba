#include "run/promotion_parts.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

namespace ingot::run {
namespace {

table::DataFile file(const std::string& path, std::int64_t rows) {
    return {.path = path, .rows = rows, .tags = {{"ingot.part", "open"}, {"ingot.run", path}}};
}

std::vector<std::string> paths(const std::vector<table::DataFile>& files) {
    std::vector<std::string> out;
    for (const auto& one : files) out.push_back(one.path);
    return out;
}

using Paths = std::vector<std::string>;

TEST(PromotionParts, BatchesOfOneSizeAreMergedLogarithmicallyOften) {
    std::vector<std::int64_t> runs;
    std::int64_t written = 0;
    constexpr int batches = 10'000;
    for (int i = 0; i < batches; ++i) {
        std::ranges::sort(runs);
        const auto taken = static_cast<std::ptrdiff_t>(outgrown(runs, 1));
        const auto rows = std::accumulate(runs.begin(), runs.begin() + taken, std::int64_t{1});
        runs.erase(runs.begin(), runs.begin() + taken);
        runs.push_back(rows);
        written += rows;
        ASSERT_LE(runs.size(), 24U);
    }
    EXPECT_LE(written, 14 * batches);
}

TEST(PromotionParts, ASmallTableStaysOneFile) {
    const auto parts = arrange({.standing = {file("a", 100)},
        .changed = {file("a", 100)},
        .new_rows = 0,
        .fits_one_file = true});
    EXPECT_EQ(paths(parts.with_new), Paths{"a"});
    EXPECT_TRUE(parts.by_itself.empty());
}

TEST(PromotionParts, AChangedFileKeepsToItsKeysUnlessMoreComesThanItHas) {
    const std::vector<table::DataFile> standing{
        file("large", 1000), file("other", 1000), file("small", 5)};
    const auto parts = arrange({.standing = standing,
        .changed = {standing[0], standing[2]},
        .new_rows = 10,
        .fits_one_file = false});
    EXPECT_EQ(paths(parts.by_itself), Paths{"large"});
    EXPECT_EQ(paths(parts.with_new), Paths{"small"});
}

TEST(PromotionParts, WithNothingNewNothingElseIsWritten) {
    std::vector<table::DataFile> standing;
    for (int i = 0; i < 20; ++i) standing.push_back(file(std::to_string(i), 1));
    EXPECT_TRUE(
        arrange({.standing = standing, .changed = {}, .new_rows = 0, .fits_one_file = false})
            .with_new.empty());
}

}  // namespace
}  // namespace ingot::run
