#include "platform/connector/web_file.h"

#include <charconv>
#include <filesystem>
#include <fstream>

#include "base/lower_case.h"
#include "base/redact.h"
#include "base/version.h"
#include "platform/http/http.h"
#include "platform/http/url.h"
#include "platform/secret/secret.h"

namespace ingot::file {

namespace {

enum class Answered { there, absent, refused, otherwise };

Answered answered(const http::Response& response) {
    switch (response.status) {
        case 200:
        case 206: return Answered::there;
        case 404:
        case 410: return Answered::absent;
        case 401:
        case 403: return Answered::refused;
        default: return Answered::otherwise;
    }
}

// 501 is how servers without HEAD say so; to ask again is of no use.
http::Verdict judge(const http::Response& response) {
    const auto status = response.status;
    const bool passes = status == 429 || status == 408 || (status >= 500 && status != 501);
    return passes ? http::Verdict::retry : http::Verdict::accept;
}

Result<http::Response> ask(const std::string& method, const std::string& url,
    const std::string& body_file, const WebAccess& access) {
    http::Request request{
        .method = method, .url = http::escaped(url), .judge = judge, .body_file = body_file};
    for (const auto& [name, value] : access.headers) {
        auto text = secret::reveal(value.value, access.project_root);
        if (!text) return std::unexpected(Error(text.error()).at(value.span));
        request.credentials.push_back({name, *text});
    }
    const auto client = TRY(http::Client::open({.user_agent = "ingot/" + std::string(version),
        .ca_file = access.ca_file,
        .gate = http::gate_of("files\n" + http::origin_of(url).value_or(url), {}, {}),
        .stopped = access.stopped}));
    return client->send(std::move(request));
}

std::unexpected<Error> wrong_status(
    const std::string& method, const std::string& url, const http::Response& response) {
    const auto said =
        method + " " + http::shown(url) + ": status " + std::to_string(response.status);
    if (answered(response) == Answered::absent) return fail("EXT101", said);
    if (answered(response) == Answered::otherwise) return fail("EXT001", said);
    auto error =
        fail("AUTH001", said + "; the server refuses whoever asks: see headers: of the connection");
    error.error().retryable = true;
    error.error().other_exit_status = 2;
    return error;
}

std::int64_t number_in(const http::Response& response, std::string_view header) {
    std::int64_t number = 0;
    if (const auto* text = http::find_header(response.headers, header))
        std::from_chars(text->data(), text->data() + text->size(), number);
    return number;
}

std::int64_t modified_of(const http::Response& response) {
    constexpr std::int64_t second = 1'000'000;
    const auto* text = http::find_header(response.headers, "last-modified");
    return text ? http::date_of(*text).value_or(0) * second : 0;
}

// Pages for logging in and for saying sorry come with status 200, too.
bool is_page(const http::Response& response, const std::string& path) {
    const auto* type = http::find_header(response.headers, "content-type");
    if (!type || !lower(*type).starts_with("text/html")) return false;
    std::string start(256, '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(start.data(), static_cast<std::streamsize>(start.size()));
    start = lower(start);
    const auto first = start.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first == std::string::npos) return false;
    return start.compare(first, 9, "<!doctype") == 0 || start.compare(first, 5, "<html") == 0;
}

}  // namespace

bool is_web(std::string_view path) {
    return path.starts_with("http://") || path.starts_with("https://");
}

std::string web_file_name(std::string_view url) {
    constexpr std::size_t longest = 100;
    const auto path = url.substr(0, url.find_first_of("?#"));
    const auto name = path.substr(path.rfind('/') + 1);
    return std::string(name.substr(name.size() - std::min(name.size(), longest)));
}

Result<std::optional<Found>> look_at_web_file(const std::string& url, const WebAccess& access) {
    if (url.find('*') != std::string::npos)
        return fail(
            "EXT103", http::shown(url) +
                          ": a server of files lists nothing; name each file, with a table each");
    const auto response = TRY(ask("HEAD", url, "", access));
    Found found{url, redacted(http::shown(url))};
    switch (answered(response)) {
        case Answered::there:
            found.size = number_in(response, "content-length");
            found.modified_us = modified_of(response);
            return found;
        case Answered::absent: return std::nullopt;
        // Some answer no HEAD, and addresses that are signed for a GET are for nothing else; fetching it will tell.
        default: return found;
    }
}

Status bring_web_file(Found& file, const std::string& to, const WebAccess& access) {
    const auto response = TRY(ask("GET", file.path, to, access));
    if (answered(response) != Answered::there) return wrong_status("GET", file.path, response);
    const auto shown = http::shown(file.path);
    if (!response.is_length_known)
        return fail("EXT001",
            shown +
                ": the server does not say how long the file is, so that half of it would "
                "look like all of it; nothing was landed");
    if (is_page(response, to))
        return fail(
            "EXT001", shown +
                          ": the answer is a page for people, not a file; check the address, and "
                          "headers: of the connection");
    std::error_code error;
    const auto size = std::filesystem::file_size(to, error);
    if (error) return fail("STG001", "cannot read " + to + ": " + error.message());
    file.path = to;
    file.size = static_cast<std::int64_t>(size);
    return {};
}

}  // namespace ingot::file
