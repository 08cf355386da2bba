#include <gtest/gtest.h>

#include "medallion/bronze/lossless.h"
#include "medallion/bronze/read.h"
#include "medallion/bronze/shared_type.h"
#include "medallion/bronze/write.h"

namespace ingot::bronze {
namespace {

TEST(ReadCsv, LeavesNothingToSniff) {
    const CsvReading reading{.paths = {"it's.csv"}, .shape = {}, .columns = {{"a", "BIGINT"}}};
    EXPECT_EQ(read_csv(reading).text(),
        "read_csv(['it''s.csv'], auto_detect = false, delim = ',', quote = '\"', escape = '\"', header = true, skip = 0, "
        "comment = '', compression = 'none', columns = {'a': 'BIGINT'}, store_rejects = true, "
        "rejects_table = 'ingot_rejects', rejects_scan = 'ingot_scans', buffer_size = 4194304)");
}

TEST(Projection, StopsAtWhatCouldBeLost) {
    const auto text =
        projection({{"a", "VARCHAR", Passage::as_read}, {"b", "BIGINT", Passage::canonical},
                       {"c", "DATE", Passage::whole}})
            ->text();
    EXPECT_EQ(text,
        "\"a\" AS \"a\", ingot_canonical(\"b\", 'BIGINT', 'ingot stopped at column: b') AS \"b\", "
        "ingot_whole(\"c\", 'DATE', 'ingot stopped at column: c') AS \"c\"");
    EXPECT_EQ(
        stopped_at("Invalid Input Error: ingot stopped at column: my col\n\nLINE 1"), "my col");
    EXPECT_FALSE(stopped_at("something else"));
}

TEST(Judged, TakesTheFirstTypeThatNothingSpeaksAgainst) {
    //                     values bool big dbl date time ts dec least most longest
    const std::int64_t whole[] = {3, 3, 0, 3, 3, 3, 3, 3, 0, 0, 2};
    const std::int64_t cents[] = {3, 3, 3, 1, 3, 3, 3, 0, 2, 2, 6};
    const std::int64_t mixed[] = {3, 3, 3, 1, 3, 3, 3, 0, 1, 2, 6};
    const std::int64_t none[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(judged(whole).type, "BIGINT");
    EXPECT_EQ(judged(cents).type, "DECIMAL(18,2)");
    EXPECT_EQ(judged(mixed).type, "VARCHAR");
    EXPECT_EQ(judged(none).type, "VARCHAR");
    EXPECT_FALSE(judged(none).has_values);
}

TEST(SharedType, LosesNothing) {
    EXPECT_EQ(shared_type({"DATE", "DATE"}), "DATE");
    EXPECT_EQ(shared_type({"INTEGER", "BIGINT"}), "BIGINT");
    EXPECT_EQ(shared_type({"BIGINT", "VARCHAR"}), "VARCHAR");
    EXPECT_EQ(shared_type({"BIGINT", "DOUBLE"}), "VARCHAR");
    EXPECT_EQ(shared_type({"DECIMAL(18,2)", "DECIMAL(38,2)"}), "DECIMAL(38,2)");
    EXPECT_EQ(shared_type({"DECIMAL(18,2)", "DECIMAL(18,3)"}), "VARCHAR");
    EXPECT_EQ(shared_type({"BIGINT", "UBIGINT"}), "DECIMAL(20,0)");
    EXPECT_EQ(shared_type({}), "VARCHAR");
}

}  // namespace
}  // namespace ingot::bronze
