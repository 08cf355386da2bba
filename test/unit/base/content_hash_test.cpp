#include "base/content_hash.h"

#include <gtest/gtest.h>

namespace ingot {
namespace {

// The published test values of XXH64 with seed 0.
TEST(Xxh64, IsTheKnownFunction) {
    EXPECT_EQ(xxh64(""), "ef46db3751d8e999");
    EXPECT_EQ(xxh64("a"), "d24ec4f1a98c6e5b");
    EXPECT_EQ(xxh64("abc"), "44bc2cf5ad770999");
    EXPECT_EQ(xxh64("Nobody inspects the spammish repetition"), "fbcea83c8a378bf1");
}

}  // namespace
}  // namespace ingot
