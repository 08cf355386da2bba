#include "platform/table/deletion_vector.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace ingot::table {
namespace {

using Rows = std::vector<std::uint64_t>;

Rows rows_of(const RowSet& set) {
    Rows rows;
    const auto bits = *set.bits();
    for (std::uint64_t row = 0; row < 64 * bits.size(); ++row)
        if ((bits[row / 64] >> (row % 64) & 1U) != 0) rows.push_back(row);
    return rows;
}

RowSet set_of(const Rows& rows) {
    RowSet set;
    set.add(rows);
    return set;
}

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(c));
        out += two;
    }
    return out;
}

TEST(DeletionVector, IsReadFromTheLog) {
    const DeletionVector vector{.storage = "i",
        .where = "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L",
        .offset = {},
        .size = 44,
        .rows = 6};
    EXPECT_EQ(rows_of(*parse_inline(vector)), (Rows{3, 4, 7, 11, 18, 29}));
    EXPECT_EQ(*place_of(vector), "");
    EXPECT_EQ(unique_id(vector), "i" + vector.where);
    auto longer = vector;
    longer.size = 45;
    EXPECT_EQ(parse_inline(longer).error().code.id(), "STG103");
}

// The example of Delta's protocol.
TEST(DeletionVector, NamesItsFile) {
    DeletionVector vector{
        .storage = "u", .where = "ab^-aqEH.-t@S}K{vb[*k^", .offset = 4, .size = 40, .rows = 6};
    EXPECT_EQ(*place_of(vector), "ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin");
    EXPECT_EQ(unique_id(vector), "uab^-aqEH.-t@S}K{vb[*k^@4");
    vector.where = "short";
    EXPECT_EQ(place_of(vector).error().code.id(), "STG101");
    vector.storage = "p";
    EXPECT_EQ(*place_of(vector), "short");
    vector.storage = "x";
    EXPECT_EQ(place_of(vector).error().code.id(), "STG101");
    const auto fresh = fresh_vector_file("a run");
    EXPECT_EQ(*place_of({.storage = "u", .where = fresh.where, .offset = 1}), fresh.path);
    EXPECT_NE(fresh.path, fresh_vector_file("another run").path);
}

// As the reference implementation in Java writes them: magic, buckets, key, cookie, containers, key and number of each, where
// it begins, its rows.
TEST(DeletionVector, HasTheBytesOfOthers) {
    EXPECT_EQ(hex(set_of({2, 5}).bytes()),
        "d1d33964"
        "0100000000000000"
        "00000000"
        "3a300000"
        "01000000"
        "00000100"
        "10000000"
        "02000500");
    EXPECT_EQ(hex(RowSet().bytes()),
        "d1d33964"
        "0000000000000000");
    EXPECT_EQ(hex(framed("123456789")).substr(0, 8), "00000009");
    EXPECT_EQ(hex(framed("123456789")).substr(26), "cbf43926");  // the check value of CRC-32
}

TEST(DeletionVector, KeepsRows) {
    Rows many;
    for (std::uint64_t row = 0; row < 300'000; row += 1 + row % 7) many.push_back(row);
    for (const auto& rows : {Rows{}, Rows{0}, Rows{65'535, 65'536}, many}) {
        const auto bytes = set_of(rows).bytes();
        const auto read = RowSet::parse(bytes);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->size(), std::ssize(rows));
        EXPECT_EQ(rows_of(*read), rows);
        for (const auto row : {0UL, 65'535UL, 65'537UL})
            EXPECT_EQ(read->contains(row), std::ranges::find(rows, row) != rows.end());
    }
    const auto far = RowSet::parse(set_of({3, 5'000'000'000}).bytes());
    EXPECT_TRUE(far->contains(5'000'000'000));
    EXPECT_FALSE(far->contains(5'000'000'000 % (1ULL << 32)));
    auto set = set_of({7, 9});
    set.add(Rows{9, 11});
    EXPECT_EQ(rows_of(set), (Rows{7, 9, 11}));
}

TEST(DeletionVector, TellsDamage) {
    const auto bytes = set_of({2, 5, 70'000}).bytes();
    const auto whole = framed(bytes);
    EXPECT_TRUE(unframed(whole, std::ssize(bytes)));
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto other = whole;
        other[i] = static_cast<char>(other[i] ^ 1);
        EXPECT_EQ(unframed(other, std::ssize(bytes)).error().code.id(), "STG103") << i;
        EXPECT_EQ(unframed(whole.substr(0, i), std::ssize(bytes)).error().code.id(), "STG103");
    }
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_EQ(
            RowSet::parse(std::string_view(bytes).substr(0, size)).error().code.id(), "STG103");
    EXPECT_EQ(set_of({1ULL << 40}).bits().error().code.id(), "STG103");
    EXPECT_EQ(from_z85("0000").error().code.id(), "STG103");
    EXPECT_EQ(from_z85("000~0").error().code.id(), "STG103");
    EXPECT_EQ(from_z85("#####").error().code.id(), "STG103");
}

TEST(Z85, IsReversible) {
    // The example of its specification.
    EXPECT_EQ(z85("\x86\x4F\xD2\x6F\xB5\x59\xF7\x5B"), "HelloWorld");
    EXPECT_EQ(*from_z85("HelloWorld"), "\x86\x4F\xD2\x6F\xB5\x59\xF7\x5B");
    EXPECT_EQ(*from_z85(z85("abcde")), std::string_view("abcde\0\0\0", 8));
}

}  // namespace
}  // namespace ingot::table
