#include "state/repair.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/hash.h"
#include "platform/storage/temporary_folder.h"
#include "state/slices.h"
#include "state/verify.h"

namespace ingot::state {
namespace {

using namespace std::chrono_literals;

class Standing : public testing::Test {
protected:
    test::TemporaryFolder folder;
    std::unique_ptr<storage::FileSystem> files = *storage::open_local(folder.path());
    std::unique_ptr<table::TableFormat> tables = table::open_delta(*files);
    Leases leases{*files};
    const std::string crm = "bronze/system=crm/table=customers/pattern=full";

    void land(const std::string& slice, const std::string& content) {
        ASSERT_TRUE(files->write(slice + "/part-0001.parquet", content));
        ASSERT_TRUE(files->write(slice + "/_checksums.json",
            R"({"files":[{"path":"part-0001.parquet","size_bytes":)" +
                std::to_string(content.size()) + R"(,"sha256":")" + sha256(content) + R"("}]})"));
        ASSERT_TRUE(files->write(slice + "/_metadata.json", "{}"));
    }
    void commit(std::int64_t base, const std::string& path, std::int64_t size) {
        ASSERT_TRUE(tables->commit(
            "silver/t", {.base_version = base,
                            .columns = {{"id", "BIGINT"}},
                            .add = {{.path = path, .size = size, .rows = 1}},
                            .state = R"({"observations":[{"path":"_observations/1","size":1}]})",
                            .run_id = "r",
                            .now = Clock{}.now()}));
    }
    std::vector<std::string> repaired(bool only_report) {
        Repair wanted{.tables = *standing_tables(*files, "silver"), .now = Clock{}.now() + 1s};
        wanted.only_report = only_report;
        std::vector<std::string> paths;
        const auto report = *repair(*files, *tables, leases, wanted);
        for (const auto& removed : report.removed) paths.push_back(removed.path);
        return paths;
    }
};

TEST_F(Standing, SlicesAreFoldersWithMetadata) {
    land(crm + "/dt=2026-01-02", "b");
    land(crm + "/dt=2026-01-01/hour=07", "a");
    land("bronze/env=dev/system=erp/table=orders/pattern=cdc/dt=2026-01-01", "c");
    ASSERT_TRUE(files->write(crm + "/dt=2026-01-03/part-0001.parquet", "unfinished"));
    ASSERT_TRUE(files->write("bronze/README", "not a folder"));
    const auto slices = *standing_slices(*files, "bronze");
    ASSERT_EQ(slices.size(), 3U);
    EXPECT_EQ(slices[0].env, "dev");
    EXPECT_EQ(slices[1].path, crm + "/dt=2026-01-01/hour=07");
    EXPECT_EQ(slices[1].hour, "07");
    EXPECT_EQ(ingot::to_string(slices[2].date), "2026-01-02");
    EXPECT_EQ(slices[2].pattern, "full");
    EXPECT_EQ(standing_slices(*files, "bronze", {.system = "erp"})->size(), 1U);
    EXPECT_EQ(standing_slices(*files, "bronze", {.table = "customers"})->size(), 2U);
    EXPECT_TRUE(standing_slices(*files, "absent")->empty());
}

TEST_F(Standing, AFingerprintIsOfContent) {
    land(crm + "/dt=2026-01-01", "a");
    land(crm + "/dt=2026-01-02", "a");
    land(crm + "/dt=2026-01-03", "b");
    const auto first = *slice_fingerprint(*files, crm + "/dt=2026-01-01");
    EXPECT_EQ(first, *slice_fingerprint(*files, crm + "/dt=2026-01-02"));
    EXPECT_NE(first, *slice_fingerprint(*files, crm + "/dt=2026-01-03"));
    EXPECT_EQ(slice_fingerprint(*files, crm + "/dt=2026-01-09").error().code.id(), "STATE103");
}

TEST_F(Standing, VerifyFindsWhatIsMissingOrDifferent) {
    land(crm + "/dt=2026-01-01", "abc");
    commit(-1, "part", 5);
    ASSERT_TRUE(files->write("silver/t/part", "12345"));
    ASSERT_TRUE(files->write("silver/t/_observations/1", "1"));
    EXPECT_TRUE(verify_bronze(*files, "bronze", Depth::hashes)->empty());
    EXPECT_TRUE(verify_table(*files, *tables, "silver/t")->empty());
    ASSERT_TRUE(files->write(crm + "/dt=2026-01-01/part-0001.parquet", "abd"));
    EXPECT_TRUE(verify_bronze(*files, "bronze", Depth::sizes)->empty());
    EXPECT_EQ(verify_bronze(*files, "bronze", Depth::hashes)->size(), 1U);
    ASSERT_TRUE(files->write("silver/t/part", "1234"));
    ASSERT_TRUE(files->remove("silver/t/_observations"));
    const auto findings = *verify_table(*files, *tables, "silver/t");
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].problem, "has 4 bytes instead of 5");
    EXPECT_EQ(findings[1].path, "silver/t/_observations/1");
}

TEST_F(Standing, RepairRemovesWhatDeadRunsLeft) {
    commit(-1, "part", 5);
    for (const auto* path : {"silver/t/part", "silver/t/_observations/1", "silver/t/staged",
             "_ingot/staging/dead/x/part", "_ingot/staging/held/x", "_ingot/staging/noted/x",
             "gold/.ingot-999999999-0.tmp"})
        ASSERT_TRUE(files->write(path, "x"));
    ASSERT_TRUE(files->write("gold/.ingot-1-0.tmp", "its writer, process 1, lives"));
    const auto standing = *files->list("");
    for (const auto& file : standing)
        std::filesystem::last_write_time(
            files->url(file.path), std::filesystem::file_time_type::clock::now() - 1h);
    const auto lease = *leases.acquire("silver.t", "held", 0ms);
    ASSERT_TRUE(Journal(*files).write(
        {.run_id = "noted", .started = Clock{}.now(), .process = this_process()}));
    // With a live lease, files younger than it stay; those written before it may go.
    const auto under_lease = repaired(true);
    EXPECT_EQ(under_lease, (std::vector<std::string>{"_ingot/staging/dead", "silver/t/staged",
                               "gold/.ingot-999999999-0.tmp"}));
    ASSERT_TRUE(files->write("silver/t/younger", "x"));
    EXPECT_EQ(repaired(true), under_lease);
    ASSERT_TRUE(leases.release(lease));
    EXPECT_EQ(repaired(false),
        (std::vector<std::string>{"_ingot/staging/dead", "_ingot/staging/held", "silver/t/staged",
            "silver/t/younger", "gold/.ingot-999999999-0.tmp"}));
    EXPECT_TRUE(repaired(false).empty());
    EXPECT_TRUE(
        verify_table(*files, *tables, "silver/t")->size() == 1);  // part has one byte, not five
}

TEST_F(Standing, RepairKeepsWhatItCannotRead) {
    ASSERT_TRUE(files->write("silver/t/_delta_log/00000000000000000000.json", "{"));
    ASSERT_TRUE(files->write("silver/t/part", "x"));
    const auto report = *repair(*files, *tables, leases,
        {.tables = *standing_tables(*files, "silver"), .now = Clock{}.now() + 1s});
    EXPECT_TRUE(report.removed.empty());
    EXPECT_EQ(report.kept.size(), 1U);
    EXPECT_TRUE(*files->exists("silver/t/part"));
}

}  // namespace
}  // namespace ingot::state
