// The public compliance suite of JMESPath (test/corpus/jmespath), and what it does not ask.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "data/jmespath/expression.h"

namespace ingot::jmespath {
namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
}

struct Counts {
    int cases = 0;
    int failed = 0;
};

void check(
    const json::Value& given, const json::Value& one, const std::string& where, Counts& counts) {
    const auto text = one.member("expression")->text();
    ++counts.cases;
    const auto expression = Expression::parse(text);
    const auto found = expression ? expression->of(given)
                                  : Result<json::Value>(std::unexpected(expression.error()));
    const auto said = found ? found->written() : found.error().message;
    const auto result = one.member("result");
    const bool passes = one.member("error") ? !found.has_value()
                        : result            ? found.has_value() && *found == *result
                                            : found.has_value();
    counts.failed += !passes;
    EXPECT_TRUE(passes) << where << ": " << text << "\n  gives " << said;
}

TEST(Jmespath, PassesTheComplianceSuite) {
    Counts counts;
    for (const auto& file : std::filesystem::directory_iterator("test/corpus/jmespath")) {
        if (file.path().extension() != ".json") continue;
        const auto text = text_of(file.path());
        const auto suites = json::parse(text);
        ASSERT_TRUE(suites) << file.path() << " at " << json::error_at(text);
        for (const auto& suite : suites->items())
            for (const auto& one : suite.member("cases")->items())
                check(*suite.member("given"), one, file.path().filename(), counts);
    }
    EXPECT_EQ(counts.cases, 861);
    EXPECT_EQ(counts.failed, 0);
}

json::Value found(const std::string& expression, std::string_view document) {
    return *Expression::parse(expression)->of(*json::parse(document));
}

TEST(Jmespath, LeavesWhatItSelectsAsItWasWritten) {
    constexpr std::string_view document =
        R"({"items": [{"id": 12345678901234567890123, "price": 1.10, "at": "\u00fc"}, {"id": 2}]})";
    EXPECT_EQ(found("items[?price].{id: id, price: price, at: at}", document).written(),
        R"([{"id":12345678901234567890123,"price":1.10,"at":"\u00fc"}])");
    EXPECT_EQ(found("items[0]", document).source(),
        R"({"id": 12345678901234567890123, "price": 1.10, "at": "\u00fc"})");
}

TEST(Jmespath, SaysWhatIsWrong) {
    const auto message = [](const std::string& text) {
        return Expression::parse(text).error().message;
    };
    EXPECT_NE(message("data[?a = `1`]").find("at character 9"), std::string::npos)
        << message("data[?a = `1`]");
    EXPECT_NE(message("lenght(a)").find("did you mean 'length'"), std::string::npos)
        << message("lenght(a)");
    EXPECT_NE(message("abs(a, b)").find("2 arguments"), std::string::npos);
    EXPECT_FALSE(Expression::parse(std::string(100'000, '(')));
    EXPECT_EQ(Expression::parse("sum(a)")->of(*json::parse(R"({"a": ["x"]})")).error().code.id(),
        "EXT104");
}

TEST(Jmespath, KnowsPlainPaths) {
    EXPECT_EQ(Expression::parse("data.\"the items\"")->path(),
        (std::vector<std::string>{"data", "the items"}));
    EXPECT_FALSE(Expression::parse("data[0].items")->path());
}

}  // namespace
}  // namespace ingot::jmespath
