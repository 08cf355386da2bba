#include <algorithm>
#include <chrono>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "platform/storage/temporary_folder.h"
#include "platform/table/table.h"

namespace ingot::table {
namespace {

using Json = nlohmann::json;

class DeltaTest : public testing::Test {
protected:
    test::TemporaryFolder folder;
    std::unique_ptr<storage::FileSystem> files = *storage::open_local(folder.path());
    std::unique_ptr<TableFormat> tables = open_delta(*files);
    Instant now = *parse_instant("2026-01-01T00:00:00Z");

    Commit commit_on(
        std::int64_t base, std::vector<DataFile> add, std::vector<DataFile> remove = {}) const {
        return {.base_version = base,
            .columns = {{"id", "BIGINT"}, {"name", "VARCHAR"}},
            .add = std::move(add),
            .remove = std::move(remove),
            .state = "{\"v\":" + std::to_string(base + 1) + "}",
            .run_id = "r",
            .now = now};
    }
    std::vector<std::string> lines_of(const std::string& path) const {
        std::ifstream in(folder.path() + "/" + path);
        std::vector<std::string> lines;
        for (std::string line; std::getline(in, line);) lines.push_back(line);
        return lines;
    }
    std::vector<std::string> paths_at(std::optional<std::int64_t> version) {
        std::vector<std::string> paths;
        const auto table = **tables->read("t", version);
        for (const auto& file : table.files) paths.push_back(file.path);
        return paths;
    }
    void write_log(std::int64_t version, const std::string& text) {
        char name[32];
        std::snprintf(name, sizeof name, "%020lld.json", static_cast<long long>(version));
        ASSERT_TRUE(files->write("t/_delta_log/" + std::string(name), text));
    }
};

DataFile file(const std::string& path, std::int64_t rows = 1) {
    return {.path = path, .size = 10, .rows = rows};
}

using Paths = std::vector<std::string>;

TEST_F(DeltaTest, NoTableIsNothing) {
    EXPECT_FALSE(tables->read("t")->has_value());
    EXPECT_FALSE(tables->latest_state("t")->has_value());
    EXPECT_TRUE(tables->orphans("t", {})->empty());
}

TEST_F(DeltaTest, CommitsAndReadsVersions) {
    EXPECT_EQ(*tables->commit("t", commit_on(-1, {file("a", 3), file("é b%/c")})), 0);
    EXPECT_EQ(*tables->commit("t", commit_on(0, {file("d")}, {file("a", 3)})), 1);
    const auto table = **tables->read("t");
    EXPECT_EQ(table.version, 1);
    EXPECT_EQ(table.columns, (Columns{{"id", "BIGINT"}, {"name", "VARCHAR"}}));
    EXPECT_EQ(table.state, "{\"v\":1}");
    EXPECT_FALSE(table.changed_by_others);
    EXPECT_EQ(paths_at({}), (Paths{"d", "é b%/c"}));
    EXPECT_EQ(paths_at(0), (Paths{"a", "é b%/c"}));
    EXPECT_EQ((*tables->read("t", 0))->files[0].rows, 3);
    EXPECT_EQ(tables->read("t", 2).error().code.id(), "STG001");
    const auto first = lines_of("t/_delta_log/00000000000000000000.json");
    EXPECT_EQ(first[0].find("{\"commitInfo\":{\"timestamp\":1767225600000,"), 0U) << first[0];
    EXPECT_EQ(Json::parse(first[1])["protocol"]["minReaderVersion"], 1);
    EXPECT_EQ(Json::parse(first[4])["add"]["path"], "%C3%A9%20b%25/c");
    const auto second = lines_of("t/_delta_log/00000000000000000001.json");
    ASSERT_EQ(second.size(), 3U);  // no protocol and no metaData again
    EXPECT_EQ(Json::parse(second[1])["remove"]["deletionTimestamp"], 1767225600000);
}

TEST_F(DeltaTest, KeepsPartitionsTagsAndStats) {
    auto commit = commit_on(-1, {{.path = "p=1/a",
                                    .size = 5,
                                    .rows = 2,
                                    .partition = {{"p", "1"}, {"q", std::nullopt}},
                                    .stats = R"({"numRecords":2,"minValues":{"id":1}})",
                                    .tags = {{"ingot.part", "open"}}}});
    commit.partition_by = {"p", "q"};
    commit.transactions = {{"silver.x/2026-01-01", 7}};
    ASSERT_TRUE(tables->commit("t", commit));
    const auto table = **tables->read("t");
    EXPECT_EQ(table.partition_by, (Paths{"p", "q"}));
    EXPECT_EQ(table.files[0].partition.at("p"), "1");
    EXPECT_EQ(table.files[0].partition.at("q"), std::nullopt);
    EXPECT_EQ(table.files[0].tags.at("ingot.part"), "open");
    EXPECT_EQ(table.files[0].stats, commit.add[0].stats);
    EXPECT_EQ(table.files[0].rows, 2);
    EXPECT_EQ(*tables->transaction("t", "silver.x/2026-01-01"), 7);
    EXPECT_EQ(*tables->transaction("t", "other"), std::nullopt);
}

TEST_F(DeltaTest, AColumnIsAddedAndATimestampRaisesTheProtocol) {
    ASSERT_TRUE(tables->commit("t", commit_on(-1, {file("a")})));
    auto wider = commit_on(0, {file("b")});
    wider.columns.push_back({"at", "TIMESTAMP"});
    wider.columns.push_back({"more", "STRUCT(x UUID, \"a b\" DECIMAL(10, 2)[])"});
    ASSERT_TRUE(open_delta(*files)->commit("t", wider));
    const auto table = **tables->read("t");
    EXPECT_EQ(table.columns[2].type, "TIMESTAMP");
    EXPECT_EQ(table.columns[3].type, "STRUCT(\"x\" VARCHAR, \"a b\" DECIMAL(10,2)[])");
    const auto lines = lines_of("t/_delta_log/00000000000000000001.json");
    const auto protocol = Json::parse(lines[1])["protocol"];
    EXPECT_EQ(protocol["readerFeatures"], Json({"timestampNtz"}));
    EXPECT_EQ(protocol["writerFeatures"], Json({"appendOnly", "invariants", "timestampNtz"}));
    EXPECT_EQ((*tables->read("t", 0))->columns.size(), 2U);
    auto again = wider;
    again.base_version = 1;
    ASSERT_TRUE(tables->commit("t", again));
    EXPECT_EQ(lines_of("t/_delta_log/00000000000000000002.json").size(), 2U);
}

TEST_F(DeltaTest, TheSecondWriterOfAVersionLoses) {
    ASSERT_TRUE(tables->commit("t", commit_on(-1, {file("a")})));
    const auto lost = tables->commit("t", commit_on(-1, {file("b")}));
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code.id(), "STG102");
    EXPECT_EQ(paths_at({}), (Paths{"a"}));
}

TEST_F(DeltaTest, RebasingProcessesLoseNoCommit) {
    constexpr int processes = 4, commits = 10;
    std::vector<pid_t> children;
    for (int p = 0; p < processes; ++p) {
        const auto child = ::fork();
        if (child == 0) {
            const auto own = open_delta(*files);
            for (int n = 0; n < commits;) {
                const auto base = own->read("t");
                if (!base) ::_exit(1);
                const auto version = *base ? (*base)->version : -1;
                n += own->commit("t",
                            commit_on(version, {file(std::to_string(p) + "-" + std::to_string(n))}))
                         .has_value();
            }
            ::_exit(0);
        }
        children.push_back(child);
    }
    for (const auto child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(WEXITSTATUS(status), 0);
    }
    const auto table = **tables->read("t");
    EXPECT_EQ(table.version, processes * commits - 1);
    EXPECT_EQ(table.files.size(), static_cast<std::size_t>(processes * commits));
}

TEST_F(DeltaTest, KnowsThatOthersChangedIt) {
    ASSERT_TRUE(tables->commit("t", commit_on(-1, {file("a")})));
    write_log(1, R"({"commitInfo":{"timestamp":1,"operation":"OPTIMIZE"}}
{"remove":{"path":"a","dataChange":false,"deletionTimestamp":1}}
{"add":{"path":"a2","size":1,"partitionValues":{},"modificationTime":1,"dataChange":false}})");
    EXPECT_FALSE((*tables->read("t"))->changed_by_others);
    write_log(2,
        R"({"add":{"path":"x","size":1,"partitionValues":{},"modificationTime":1,"dataChange":true}}
{"commitInfo":{"timestamp":1,"operation":"WRITE"}})");
    const auto table = **tables->read("t");
    EXPECT_TRUE(table.changed_by_others);
    EXPECT_EQ(table.state, "{\"v\":0}");
    auto latest = **tables->latest_state("t");
    EXPECT_EQ(latest.version, 2);
    EXPECT_EQ(latest.state, "{\"v\":0}");
    EXPECT_TRUE(latest.changed_by_others);
    ASSERT_TRUE(tables->commit("t", commit_on(2, {file("b")})));
    EXPECT_FALSE((*tables->read("t"))->changed_by_others);
    latest = **tables->latest_state("t");
    EXPECT_EQ(latest.version, 3);
    EXPECT_FALSE(latest.changed_by_others);
}

TEST_F(DeltaTest, RefusesWhatItLacks) {
    const std::string meta =
        R"({"metaData":{"id":"x","format":{"provider":"parquet"},"schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":[],"configuration":{}}})";
    write_log(0,
        R"({"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["columnMapping"],"writerFeatures":["columnMapping"]}})"
        "\n" +
            meta);
    auto refused = tables->read("t");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code.id(), "STG101");
    EXPECT_NE(refused.error().message.find("columnMapping"), std::string::npos);
    EXPECT_FALSE(tables->commit("t", commit_on(0, {file("a")})));
    write_log(0, R"({"protocol":{"minReaderVersion":1,"minWriterVersion":4}})"
                 "\n" +
                     meta);
    EXPECT_TRUE(tables->read("t"));
    EXPECT_EQ(tables->commit("t", commit_on(0, {file("a")})).error().code.id(), "STG101");
    EXPECT_EQ(files->names("t/_delta_log")->size(), 1U);
}

TEST_F(DeltaTest, MarksRows) {
    ASSERT_TRUE(tables->commit("t", commit_on(-1, {file("a", 10), file("b", 10)})));
    EXPECT_EQ(lines_of("t/_delta_log/00000000000000000000.json")[1],
        R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})");
    const auto before = **tables->read("t");
    const auto once =
        *tables->mark("t", "one", {{before.files[0], {2, 5}}, {before.files[1], {9}}});
    auto commit = commit_on(0, once, before.files);
    commit.writes_vectors = true;
    ASSERT_TRUE(tables->commit("t", commit));
    const auto lines = lines_of("t/_delta_log/00000000000000000001.json");
    EXPECT_EQ(lines[1],
        R"({"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["appendOnly","invariants","deletionVectors"]}})");
    EXPECT_NE(lines[2].find(R"("delta.enableDeletionVectors":"true")"), std::string::npos);
    const auto after = **tables->read("t");
    ASSERT_EQ(after.files.size(), 2U);
    EXPECT_EQ(after.files[0].rows, 8);
    EXPECT_EQ(after.files[0].all_rows(), 10);
    EXPECT_EQ(after.files[0].stats, R"({"numRecords":10,"tightBounds":false})");
    EXPECT_EQ(after.files[0].vector->offset, 1);
    EXPECT_EQ(*place_of(*after.files[0].vector), *place_of(*after.files[1].vector));
    // A row that is gone cannot go again.
    EXPECT_EQ(tables->mark("t", "two", {{after.files[0], {5}}}).error().code.id(), "BUG001");
    const auto twice = *tables->mark("t", "two", {{after.files[0], {0, 7, 9}}});
    EXPECT_EQ(twice[0].rows, 5);
    EXPECT_EQ(twice[0].vector->rows, 5);
    ASSERT_TRUE(tables->commit("t", commit_on(1, twice, {after.files[0]})));
    EXPECT_EQ((*tables->read("t"))->files[0].rows, 5);
    EXPECT_EQ((*tables->read("t", 1))->files[0].rows, 8);
    EXPECT_EQ((*tables->read("t", 0))->files[0].rows, 10);
    EXPECT_EQ(lines_of("t/_delta_log/00000000000000000002.json").size(), 3U);
    // What some version names stays.
    const auto place = *place_of(*after.files[0].vector);
    EXPECT_TRUE(*files->exists("t/" + place));
    OrphanSearch search{.now = now, .older_than = now + std::chrono::hours(24 * 3650)};
    EXPECT_TRUE(tables->orphans("t", search)->empty());
    search.now = now + std::chrono::hours(24 * 30);
    auto purged = commit_on(2, {file("c", 15)}, (**tables->read("t")).files);
    purged.now = now + std::chrono::hours(1);
    purged.writes_vectors = false;
    ASSERT_TRUE(tables->commit("t", purged));
    EXPECT_NE(lines_of("t/_delta_log/00000000000000000003.json")[1].find(
                  R"("delta.enableDeletionVectors":"false")"),
        std::string::npos);
    const auto orphans = *tables->orphans("t", search);
    EXPECT_EQ(std::ranges::count(orphans, place), 1);
}

// Of one commit the actions are in no order, and a file with another vector is another one.
TEST_F(DeltaTest, ReadsVectorsOfOthers) {
    ASSERT_TRUE(tables->commit("t", commit_on(-1, {file("a", 10)})));
    write_log(1,
        R"({"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors","appendOnly","invariants"]}})"
        "\n"
        R"({"add":{"path":"a","partitionValues":{},"size":10,"modificationTime":0,"dataChange":true,"stats":"{\"numRecords\":10}","deletionVector":{"storageType":"u","pathOrInlineDv":"^-aqEH.-t@S}K{vb[*k^","offset":4,"sizeInBytes":40,"cardinality":6}}})"
        "\n"
        R"({"remove":{"path":"a","deletionTimestamp":0,"dataChange":true}})");
    const auto version = **tables->read("t");
    ASSERT_EQ(version.files.size(), 1U);
    EXPECT_EQ(version.files[0].rows, 4);
    EXPECT_TRUE(version.changed_by_others);
    EXPECT_EQ(*place_of(*version.files[0].vector),
        "deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin");
    write_log(2,
        R"({"add":{"path":"a","partitionValues":{},"size":10,"stats":"{}","deletionVector":{"storageType":"u"}}})");
    EXPECT_EQ(tables->read("t").error().code.id(), "STG103");
}

TEST_F(DeltaTest, TellsDamageFromForeignCheckpoints) {
    ASSERT_TRUE(tables->commit("t", commit_on(-1, {file("a")})));
    ASSERT_TRUE(tables->commit("t", commit_on(0, {file("b")})));
    write_log(2, "{\"add\":");
    EXPECT_EQ(tables->read("t").error().code.id(), "STG103");
    EXPECT_TRUE(tables->read("t", 1));
    ASSERT_TRUE(files->remove("t/_delta_log/00000000000000000002.json"));
    ASSERT_TRUE(files->remove("t/_delta_log/00000000000000000000.json"));
    EXPECT_EQ(open_delta(*files)->read("t").error().code.id(), "STG103");
    ASSERT_TRUE(files->write("t/_delta_log/00000000000000000000.checkpoint.parquet", "PAR1"));
    EXPECT_EQ(open_delta(*files)->read("t").error().code.id(), "STG101");
}

TEST_F(DeltaTest, AnActionOfTheWrongFormIsDamage) {
    write_log(0,
        R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})"
        "\n"
        R"({"metaData":{"id":"x","schemaString":"{\"type\":\"struct\",\"fields\":[]}","configuration":[1]}})");
    EXPECT_TRUE(tables->read("t"));
    EXPECT_EQ(tables->commit("t", commit_on(0, {file("a")})).error().code.id(), "STG103");
    write_log(0, R"({"protocol":{"minReaderVersion":"one"}})");
    EXPECT_EQ(open_delta(*files)->read("t").error().code.id(), "STG103");
}

TEST_F(DeltaTest, TakesUpWhereItLeftOff) {
    ASSERT_TRUE(tables->commit("t", commit_on(-1, {file("a")})));
    EXPECT_EQ(paths_at({}), Paths({"a"}));
    // A version that was read is not read again; this one could not be.
    write_log(0, "{\"add\":");
    const auto other = open_delta(*files);
    write_log(
        1, R"({"add":{"path":"b","partitionValues":{},"size":10,"dataChange":true,"stats":"{}"}})");
    EXPECT_EQ(paths_at({}), Paths({"a", "b"}));
    EXPECT_EQ(paths_at(1), Paths({"a", "b"}));
    EXPECT_EQ(*tables->commit("t", commit_on(1, {file("c")}, {file("a")})), 2);
    EXPECT_EQ(paths_at({}), Paths({"b", "c"}));
    EXPECT_EQ(tables->read("t", 0).error().code.id(), "STG103");
    EXPECT_EQ(other->read("t").error().code.id(), "STG103");
}

TEST_F(DeltaTest, ReadsFromItsOwnCheckpoint) {
    for (int n = 0; n < 12; ++n) {
        auto commit = commit_on(n - 1, {file("f" + std::to_string(n))});
        if (n > 0) commit.remove = {file("f" + std::to_string(n - 1))};
        commit.transactions = {{"slice-" + std::to_string(n), n}};
        ASSERT_TRUE(tables->commit("t", commit));
        const auto checkpoint = *tables->prepare_checkpoint("t");
        EXPECT_EQ(checkpoint.has_value(), n == 10);
        if (!checkpoint) continue;
        EXPECT_EQ(checkpoint->actions, 2 + 11 + 1 + 10);
        ASSERT_TRUE(files->write(checkpoint->staged, "what the engine would write"));
        ASSERT_TRUE(tables->publish_checkpoint("t", *checkpoint));
    }
    EXPECT_EQ(*files->read("t/_delta_log/_last_checkpoint"), R"({"version":10,"size":24})");
    EXPECT_TRUE(*files->exists("t/_delta_log/00000000000000000010.checkpoint.parquet"));
    EXPECT_EQ(paths_at(3), (Paths{"f3"}));
    for (int n = 0; n <= 10; ++n) {
        char name[32];
        std::snprintf(name, sizeof name, "%020d.json", n);
        ASSERT_TRUE(files->remove("t/_delta_log/" + std::string(name)));
    }
    EXPECT_EQ(paths_at({}), (Paths{"f11"}));
    EXPECT_EQ(paths_at(10), (Paths{"f10"}));
    EXPECT_EQ(*tables->transaction("t", "slice-2"), 2);
    EXPECT_EQ((*tables->read("t", 10))->state, "{\"v\":10}");
    EXPECT_EQ(tables->read("t", 9).error().code.id(), "STG101");
    ASSERT_TRUE(files->remove("t/_delta_log/00000000000000000011.json"));
    EXPECT_EQ((*tables->latest_state("t"))->state, "{\"v\":10}");
    ASSERT_TRUE(files->remove("t/_delta_log/00000000000000000010.checkpoint.parquet"));
    EXPECT_EQ((*tables->read("t"))->version, 10);
    EXPECT_EQ(*open_delta(*files)->commit("t", commit_on(10, {file("g")})), 11);
}

TEST_F(DeltaTest, FindsOrphans) {
    for (const auto* path : {"t/a", "t/b", "t/c", "t/lost/x.parquet", "t/_observations/1",
             "t/_observations/2", "t/_observations/3", "t/_delta_log/.ingot-1-0.tmp"})
        ASSERT_TRUE(files->write(path, "x"));
    auto first = commit_on(-1, {file("a"), file("b")});
    first.state = R"({"observations":[{"path":"_observations/1"}]})";
    ASSERT_TRUE(tables->commit("t", first));
    now += std::chrono::days(1);
    auto second = commit_on(0, {file("c")}, {file("a")});
    second.state = R"({"observations":[{"path":"_observations/2"}]})";
    ASSERT_TRUE(tables->commit("t", second));
    const Instant future = *parse_instant("2999-01-01T00:00:00Z");
    const OrphanSearch at_once{.now = now + std::chrono::hours(1), .older_than = future};
    EXPECT_EQ(*tables->orphans("t", at_once),
        (Paths{"_delta_log/.ingot-1-0.tmp", "_observations/3", "lost/x.parquet"}));
    EXPECT_TRUE(tables->orphans("t", {.now = at_once.now, .older_than = Instant{}})->empty());
    // A week after the second commit nobody may read the first version any more.
    OrphanSearch later{.now = now + std::chrono::days(7), .older_than = future, .remove = true};
    EXPECT_EQ(*tables->orphans("t", later), (Paths{"_delta_log/.ingot-1-0.tmp", "_observations/1",
                                                "_observations/3", "a", "lost/x.parquet"}));
    EXPECT_TRUE(tables->orphans("t", later)->empty());
    EXPECT_TRUE(*files->exists("t/b"));
    EXPECT_TRUE(*files->exists("t/_observations/2"));
}

TEST_F(DeltaTest, ReadingASmallTableIsQuick) {
    ASSERT_TRUE(tables->commit("t", commit_on(-1, {file("a")})));
    constexpr int times = 200;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) ASSERT_TRUE(tables->read("t"));
    const auto each = std::chrono::duration_cast<std::chrono::microseconds>(
                          std::chrono::steady_clock::now() - start) /
                      times;
    RecordProperty("microseconds", static_cast<int>(each.count()));
    std::printf("read: %lld us\n", static_cast<long long>(each.count()));
}

}  // namespace
}  // namespace ingot::table
