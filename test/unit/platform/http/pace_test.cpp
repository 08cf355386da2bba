#include "platform/http/pace.h"

#include <gtest/gtest.h>

#include "platform/http/url.h"

namespace ingot::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Moment start = Moment{} + seconds(1000);

TEST(RateLimit, LetsABurstGoAndThenKeepsTheRate) {
    RateLimit limit({.per_second = 2});
    EXPECT_EQ(limit.reserve(start), start);
    EXPECT_EQ(limit.reserve(start), start);
    EXPECT_EQ(limit.reserve(start), start + milliseconds(500));
    EXPECT_EQ(limit.reserve(start), start + seconds(1));
    // The bucket never holds more than its burst.
    EXPECT_EQ(limit.reserve(start + seconds(60)), start + seconds(60));
    EXPECT_EQ(limit.reserve(start + seconds(60)), start + seconds(60));
    EXPECT_EQ(limit.reserve(start + seconds(60)), start + seconds(60) + milliseconds(500));
}

TEST(RateLimit, KeepsToAWindow) {
    RateLimit limit({.window_requests = 3, .window = seconds(10)});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.reserve(start + seconds(i)), start + seconds(i));
    EXPECT_EQ(limit.reserve(start + seconds(3)), start + seconds(10));
    EXPECT_EQ(limit.reserve(start + seconds(3)), start + seconds(11));
    EXPECT_EQ(limit.reserve(start + seconds(30)), start + seconds(30));
}

TEST(RateLimit, HoldsEverybodyBack) {
    RateLimit limit({});
    limit.hold(start + seconds(5));
    EXPECT_EQ(limit.reserve(start), start + seconds(5));
    EXPECT_EQ(limit.reserve(start + seconds(6)), start + seconds(6));
}

TEST(Breaker, OpensTriesOneAndCloses) {
    Breaker breaker({.failures = 2, .pause = seconds(30)});
    breaker.failed(start);
    EXPECT_TRUE(breaker.lets_through(start));
    breaker.failed(start);
    EXPECT_FALSE(breaker.lets_through(start + seconds(29)));
    EXPECT_TRUE(breaker.lets_through(start + seconds(30)));
    EXPECT_FALSE(breaker.lets_through(start + seconds(31)));
    breaker.failed(start + seconds(32));
    EXPECT_FALSE(breaker.lets_through(start + seconds(61)));
    EXPECT_TRUE(breaker.lets_through(start + seconds(62)));
    breaker.succeeded();
    EXPECT_TRUE(breaker.lets_through(start + seconds(62)));
}

TEST(Retry, WaitsTwiceAsLongEachTimeUpToALimit) {
    const Retry retry;
    EXPECT_EQ(delay_after(retry, 1, 0.5), milliseconds(500));
    EXPECT_EQ(delay_after(retry, 2, 0.5), seconds(1));
    EXPECT_EQ(delay_after(retry, 9, 0.5), seconds(8));
    EXPECT_EQ(delay_after(retry, 1, 0), milliseconds(400));
}

TEST(Retry, ReadsBothFormsOfRetryAfter) {
    const Instant now{seconds(1'000'000)};
    const auto date = [](const std::string& text) -> std::optional<std::int64_t> {
        return text == "a date" ? std::optional<std::int64_t>(1'000'007) : std::nullopt;
    };
    EXPECT_EQ(retry_after("3", now, date), seconds(3));
    EXPECT_EQ(retry_after("a date", now, date), seconds(7));
    EXPECT_EQ(retry_after("a date", now + seconds(60), date), seconds(0));
    EXPECT_EQ(retry_after("soon", now, date), std::nullopt);
    EXPECT_EQ(retry_after("-3", now, date), std::nullopt);
}

TEST(Url, IsPutTogether) {
    EXPECT_EQ(with_query("http://a/b", {{"q", "x y&z"}}), "http://a/b?q=x%20y%26z");
    EXPECT_EQ(with_query("http://a/b?page=1&q=2", {{"page", "2"}}), "http://a/b?q=2&page=2");
    EXPECT_EQ(with_query("http://a/b", {}), "http://a/b");
    EXPECT_EQ(base64("user:pass"), "dXNlcjpwYXNz");
    EXPECT_EQ(base64("a"), "YQ==");
    EXPECT_EQ(base64("abc"), "YWJj");
}

TEST(Url, HasAnOrigin) {
    EXPECT_EQ(origin_of("HTTP://Host/a"), "http://host:80");
    EXPECT_EQ(origin_of("https://u:p@host/a"), "https://host:443");
    EXPECT_EQ(origin_of("http://host:8080"), "http://host:8080");
    EXPECT_EQ(origin_of("http://[::1]:90/a"), "http://[::1]:90");
    EXPECT_EQ(origin_of("http://[::1]/a"), "http://[::1]:80");
    EXPECT_EQ(origin_of("ftp://host/a"), std::nullopt);
    EXPECT_EQ(origin_of("/a"), std::nullopt);
}

TEST(Url, ResolvesAgainstAnother) {
    const std::string base = "http://host:1/a/b?x=1";
    EXPECT_EQ(resolved(base, "http://other/c"), "http://other/c");
    EXPECT_EQ(resolved(base, "//other/c"), "http://other/c");
    EXPECT_EQ(resolved(base, "/c?d"), "http://host:1/c?d");
    EXPECT_EQ(resolved(base, "c"), "http://host:1/a/c");
    EXPECT_EQ(resolved(base, "../c"), "http://host:1/c");
    EXPECT_EQ(resolved(base, "?page=2"), "http://host:1/a/b?page=2");
    EXPECT_EQ(resolved("http://host", "c"), "http://host/c");
    EXPECT_EQ(resolved(base, "/go?to=http://x/y"), "http://host:1/go?to=http://x/y");
    EXPECT_EQ(shown("http://user:pass@host/a?b"), "http://host/a?b");
}

}  // namespace
}  // namespace ingot::http
