#include "project/read/yaml.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

namespace ingot::project {
namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream out;
    out << file.rdbuf();
    return out.str();
}

config::Value read(std::string_view text, Diagnostics& diagnostics) {
    return read_yaml({text, "a.yml"}, diagnostics);
}

std::string flow(std::string_view text) {
    Diagnostics diagnostics;
    const auto value = read(text, diagnostics);
    return diagnostics.failed() ? std::string(diagnostics.all()[0].code.id())
                                : config::to_flow(value);
}

TEST(Yaml, KnowsEveryPlace) {
    Diagnostics diagnostics;
    const auto value =
        read("name: orders\nlayers:\n  - bronze\n  - silver: {keys: [id, ts]}\n", diagnostics);
    const auto& silver = (*value.find("layers")->list())[1];
    EXPECT_EQ(to_string(silver.map()->front().key_span), "a.yml:4:5");
    EXPECT_EQ(to_string((*silver.find("silver")->find("keys")->list())[1].span), "a.yml:4:25");
}

TEST(Yaml, PlacesBeginWhereTheTextDoes) {
    Diagnostics diagnostics;
    const auto value = read_yaml({"{a: 1,\n   b: 2}", "a.sql", 7, 11}, diagnostics);
    EXPECT_EQ(to_string(value.find("a")->span), "a.sql:7:15");
    EXPECT_EQ(to_string(value.find("b")->span), "a.sql:8:7");
}

TEST(Yaml, BlockTextStandsWhereItsFirstLineDoes) {
    Diagnostics diagnostics;
    const auto value = read("sql: |\n\n   SELECT 1\n", diagnostics);
    EXPECT_EQ(to_string(value.find("sql")->span), "a.yml:3:4");
}

TEST(Yaml, TypesPlainScalarsAndLeavesTheRestText) {
    EXPECT_EQ(flow("[true, False, 1, -2, 1.5, 1e3, ~, null, 0x10]"),
        "[true, false, 1, -2, 1.5, 1000.0, null, null, 16]");
    EXPECT_EQ(flow("[yes, 2024-01-01, a b]"), "[yes, 2024-01-01, a b]");
    Diagnostics diagnostics;
    const auto value = read("[007, '5', 1.50]", diagnostics);
    EXPECT_EQ(value.list()->at(0).raw, "007");
    EXPECT_TRUE(value.list()->at(1).text());
    EXPECT_EQ(value.list()->at(2).raw, "1.50");
}

TEST(Yaml, NamesBothPlacesOfAKeyThatStandsTwice) {
    Diagnostics diagnostics;
    read("a: 1\nb: 2\na: 3\n", diagnostics);
    ASSERT_EQ(diagnostics.errors(), 1U);
    EXPECT_EQ(diagnostics.all()[0].message, "the key 'a' stands twice; first at a.yml:1:1");
    EXPECT_EQ(to_string(diagnostics.all()[0].where), "a.yml:3:1");
}

TEST(Yaml, MergesAndRepeatsAnchors) {
    EXPECT_EQ(
        flow("a: &x {b: 1, d: 0}\nc:\n  <<: *x\n  d: 2\n"), "{a: {b: 1, d: 0}, c: {d: 2, b: 1}}");
}

TEST(Yaml, LetsVariablesStandUnquoted) {
    EXPECT_EQ(flow("{a: ${N}, b: [${M:-x}]}"), "{a: \"${N}\", b: [\"${M:-x}\"]}");
}

TEST(Yaml, RefusesWhatIsNoSingleDocument) {
    EXPECT_EQ(flow("a: 1\n---\nb: 2\n"), "CFG106");
    EXPECT_EQ(flow("a: [1, 2\nb: 3\n"), "CFG106");
    EXPECT_EQ(flow(""), "null");
}

// Every file of the corpus, and many damaged copies, are read or refused; nothing crashes or hangs.
TEST(Yaml, SurvivesAnything) {
    std::mt19937 random(7);
    for (const auto& entry : std::filesystem::directory_iterator("test/corpus/yaml")) {
        const auto text = text_of(entry.path());
        Diagnostics diagnostics;
        read(text, diagnostics);
        EXPECT_TRUE(diagnostics.failed()) << entry.path();
        for (int i = 0; i < 100; ++i) {
            auto damaged = text.substr(0, 4000);
            for (int j = 0; j < 4 && !damaged.empty(); ++j) {
                const auto at = random() % damaged.size();
                static constexpr std::string_view spice = "{}[]:,-&*!|>'\"%@`#?\n\t \xff\x01";
                if (random() % 3 == 0)
                    damaged.erase(at, 1 + random() % 5);
                else
                    damaged.insert(at, 1, spice[random() % spice.size()]);
            }
            Diagnostics ignored;
            read(damaged, ignored);
        }
    }
}

TEST(Yaml, RefusesBombs) {
    EXPECT_EQ(flow(std::string(50'000, '[')), "CFG106");
    EXPECT_EQ(flow(std::string(50'000, '{')), "CFG106");
    std::string dashes;
    for (int i = 0; i < 20'000; ++i) dashes += "- ";
    EXPECT_EQ(flow(dashes), "CFG106");
    std::string laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 12; ++i) {
        laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j) laughs += (j ? ",*a" : "*a") + std::to_string(i - 1);
        laughs += "]\n";
    }
    EXPECT_EQ(flow(laughs), "CFG106");
}

}  // namespace
}  // namespace ingot::project
