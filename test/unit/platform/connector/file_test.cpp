#include "platform/connector/file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <numeric>

#include "data/json_scan.h"
#include "platform/connector/file/records.h"
#include "platform/connector/file/text.h"

namespace ingot::file {
namespace {

using namespace std::string_literals;

class Folder : public testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("ingot-file-" +
                      std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    Found write(const std::string& name, const std::string& bytes) {
        const auto path = folder_ / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << bytes;
        return {path.string(), name, static_cast<std::int64_t>(bytes.size()), 0};
    }
    CsvShape shape(const std::string& bytes, const Told& told = {}) {
        return *shape_of_csv(write("a.csv", bytes), told);
    }
    static std::string content(const std::string& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::filesystem::path folder_;
};

using FindFiles = Folder;

TEST_F(FindFiles, MatchesInTheOrderOfPaths) {
    write("2026/b.csv", "x"), write("2026/a.csv", "x"), write("2026/deep/er/c.csv", "x");
    write("2026/d.txt", "x"), write("2026/.hidden.csv", "x");
    const auto names = [&](const std::string& pattern) {
        std::string out;
        const auto all = *find_files(folder_.string(), pattern);
        for (const auto& found : all) out += found.name + " ";
        return out;
    };
    EXPECT_EQ(names("2026/*.csv"), "2026/a.csv 2026/b.csv ");
    EXPECT_EQ(names("2026/**/*.csv"), "2026/a.csv 2026/b.csv 2026/deep/er/c.csv ");
    EXPECT_EQ(names("20?6/[ad].*"), "2026/a.csv 2026/d.txt ");
    EXPECT_EQ(names("2025/*.csv"), "");
}

TEST(WithDate, FillsBraces) {
    const auto date = *parse_date("2026-01-02");
    EXPECT_EQ(*with_date("a_{date}.csv", date), "a_2026-01-02.csv");
    EXPECT_EQ(*with_date("{date:%Y/%m/%d}/a{date}", date), "2026/01/02/a2026-01-02");
    EXPECT_FALSE(with_date("a_{date", date));
    EXPECT_FALSE(with_date("a_{dates}", date));
}

using Shape = Folder;

TEST_F(Shape, FindsDelimiterAndHeader) {
    EXPECT_EQ(shape("a;b\n1,5;x\n2,7;y\n").delimiter, ';');
    EXPECT_EQ(shape("id,name\n1,\"a;b;c\"\n2,d\n").delimiter, ',');
    EXPECT_EQ(shape("a,b,c\n1,2\n3\n4,5,6\n").delimiter, ',');
    EXPECT_EQ(shape("a|b\n1,2|x\n").delimiter, '|');
    EXPECT_TRUE(shape("id,name\n1,x\n").header);
    EXPECT_FALSE(shape("1,x\n2,y\n").header);
    EXPECT_TRUE(shape("id,name\nx,y\n").header);
    EXPECT_FALSE(shape("id,name\n1,x\n", {.header = false}).header);
}

TEST_F(Shape, NamesAreUniqueWithoutRegardToCase) {
    EXPECT_EQ(
        shape("a,a,A,\n1,2,3,4\n").names, (std::vector<std::string>{"a", "a_1", "A_2", "column3"}));
    EXPECT_EQ(shape("1,x\n", {.header = false, .names = {"id"}}).names,
        (std::vector<std::string>{"id", "column1"}));
}

TEST_F(Shape, KnowsEncodings) {
    EXPECT_EQ(shape("\xFF\xFE"
                    "a\0,\0b\0\n\0"s)
                  .encoding,
        Encoding::utf16_le);
    EXPECT_EQ(shape("\xFE\xFF\0a\0,\0b\0\n"s).encoding, Encoding::utf16_be);
    EXPECT_EQ(shape("id,name\n1,Zo\xEB\n2,\xD1"
                    "and\xFA\n")
                  .encoding,
        Encoding::latin1);
    EXPECT_EQ(shape("id,name\n1,Zo\xC3\xAB\n2,\xFF\xFE\n").encoding, Encoding::utf8);
    EXPECT_EQ(shape("id,name\n1,x\xC3\x28\n").encoding, Encoding::utf8);
    EXPECT_FALSE(shape("a,b\r\n1,2\n").is_regular);
    EXPECT_TRUE(shape("a,b\r1,2\r").carriage_returns);
}

TEST(Records, AStrayQuoteCostsItsLine) {
    Records records("1,\"x\n2,\"ok\"\n3,y\n", {});
    Record record;
    ASSERT_TRUE(records.next(record));
    EXPECT_NE(record.fault, nullptr);
    EXPECT_EQ(record.text, "1,\"x");
    ASSERT_TRUE(records.next(record));
    EXPECT_EQ(record.line, 2);
    EXPECT_EQ(record.fields[1].raw, "ok");
    ASSERT_TRUE(records.next(record));
    EXPECT_EQ(record.line, 3);
    EXPECT_FALSE(records.next(record));
}

TEST(Records, LinesWithinQuotesAreCounted) {
    Records records("1,\"a\nb\r\nc\"\r\n\n2,d", {});
    Record record;
    ASSERT_TRUE(records.next(record));
    EXPECT_EQ(record.fields[1].raw, "a\nb\r\nc");
    ASSERT_TRUE(records.next(record));
    EXPECT_TRUE(record.fields.empty());
    ASSERT_TRUE(records.next(record));
    EXPECT_EQ(record.line, 5);
}

using Tidy = Folder;

TEST_F(Tidy, EveryRecordIsInOneOfTheTwoFiles) {
    const auto file = write("a.csv", "id,name\n1,\"a\"\"b\"\n2\n3,x,y\n4,\xFF\n");
    const auto tidied = *tidy_csv({{file, *shape_of_csv(file, {})}}, {.folder = folder_.string()});
    EXPECT_EQ(content(tidied.rows_path),
        "_ingot_input,_ingot_line,\"id\",\"name\"\n0,2,\"1\",\"a\"\"b\"\n0,3,\"2\",\n");
    EXPECT_EQ(content(tidied.rejects_path),
        "input,line,text,reason\n0,4,\"3,x,y\",\"3 fields where 2 are expected\"\n0,5,\"4,\xEF\xBF\xBD\",\"not valid UTF-8\"\n");
    EXPECT_EQ(tidied.padded, 1);
}

// All rows of a feed as text, one line each, a piece after the other.
std::string rows_of(const RowFeed& feed, std::size_t at_once) {
    std::string out;
    std::vector<std::size_t> all(feed.columns().size());
    std::iota(all.begin(), all.end(), 0);
    const auto reading = feed.read(all);
    for (auto piece = *reading->next(); piece; piece = *reading->next()) {
        RowChunk chunk;
        while (piece->fill(chunk, at_once) && chunk.rows > 0)
            for (std::size_t row = 0; row < chunk.rows; ++row) {
                for (std::size_t i = 0; i < all.size(); ++i) {
                    const auto& column = chunk.columns[i];
                    const auto& type = feed.columns()[i].type;
                    out += column.is_there[row] == 0 ? "NULL"
                           : type == "VARCHAR"       ? std::string(column.texts[row])
                           : type == "DOUBLE"        ? std::to_string(column.numbers[row])
                                                     : std::to_string(column.integers[row]);
                    out += i + 1 < all.size() ? '|' : '\n';
                }
            }
    }
    return out;
}

TEST_F(Tidy, JsonKeepsWhatWasWritten) {
    const auto file = write("a.jsonl",
        "{\"n\": 1.0, \"s\": \"\\u00e9\"}\n{oops\n{\"n\": 12345678901234567890, \"s\": null, \"o\": {\"a\": [1]}}\n");
    const auto tidied = *tidy_json({file}, {}, {.folder = folder_.string()});
    const auto feed = tidied.rows_in_place->feed({{"_ingot_input", "BIGINT"},
        {"_ingot_line", "BIGINT"}, {"n", "VARCHAR"}, {"s", "VARCHAR"}, {"o", "VARCHAR"}});
    EXPECT_EQ(
        rows_of(*feed, 10), "0|1|1.0|\xC3\xA9|NULL\n0|3|12345678901234567890|NULL|{\"a\": [1]}\n");
    EXPECT_EQ(tidied.rejected, 1);
    EXPECT_EQ(tidied.holds, (std::vector<unsigned>{holds::number, holds::text, holds::other}));
    EXPECT_EQ(tidied.number_types[0], "VARCHAR");
}

TEST_F(Tidy, JsonTypesComeByThemselves) {
    const auto file =
        write("a.json", "[{\"i\": -5, \"d\": 1.50, \"b\": true, \"i\": 7},\n 3, {\"B\": \"x\"}]");
    const auto tidied = *tidy_json({file}, {}, {.folder = folder_.string()});
    EXPECT_EQ(tidied.names, (std::vector<std::string>{"i", "d", "b", "value", "B_1"}));
    const auto feed = tidied.rows_in_place->feed(
        {{"d", "DOUBLE"}, {"i", "BIGINT"}, {"value", "BIGINT"}, {"b", "BOOLEAN"}});
    EXPECT_EQ(rows_of(*feed, 2), "1.500000|7|NULL|1\nNULL|NULL|3|NULL\nNULL|NULL|NULL|NULL\n");
}

TEST_F(Tidy, JsonPiecesAreTheRowsInOrder) {
    std::string text, expected;
    for (int i = 0; i < 250'000; ++i) {
        if (i % 50'000 == 7) text += "no json\n";
        text += "{\"i\":" + std::to_string(i) + "}\n";
        expected += std::to_string(i + 1 + (i + 49'993) / 50'000) + "|" + std::to_string(i) + "\n";
    }
    const std::vector files{write("a.jsonl", text), write("b.jsonl", "{\"i\":1}")};
    const auto tidied = *tidy_json(files, {}, {.folder = folder_.string()});
    const auto feed = tidied.rows_in_place->feed({{"_ingot_line", "BIGINT"}, {"i", "BIGINT"}});
    EXPECT_EQ(feed->read({})->most_threads(), 3);
    EXPECT_EQ(tidied.rejected, 5);
    EXPECT_TRUE(rows_of(*feed, 2048) == expected + "1|1\n");
}

TEST(JsonScan, RefusesWhatIsNoJson) {
    for (const auto* text : {"01", "1.", "-", "[1,]", "{\"a\":}", "{a:1}", "\"\x01\"", "\"\\x\"",
             "tru", "[", "", "\"\\u12g4\""}) {
        json::Scan scan(text);
        const auto value = scan.value();
        EXPECT_TRUE(!value || value->size() < std::string_view(text).size()) << text;
    }
    EXPECT_FALSE(json::Scan(std::string(100'000, '[')).value());
    EXPECT_EQ(json::text_of("\"a\\n\\ud83d\\ude00\""), "a\n\xF0\x9F\x98\x80");
    EXPECT_FALSE(json::text_of("\"\\ud83d\""));
}

}  // namespace
}  // namespace ingot::file
