#include "platform/connector/api/client.h"

#include <cstdlib>
#include <filesystem>

#include "base/lower_case.h"
#include "base/redact.h"
#include "base/version.h"
#include "platform/secret/secret.h"

namespace ingot::api {

namespace {

std::string in_project(const std::string& root, const std::optional<std::string>& path) {
    return path && !path->empty() ? (std::filesystem::path(root) / *path).string() : "";
}

std::string traffic_file(
    const std::string& root, const std::optional<std::string>& option, const char* variable) {
    const char* value = std::getenv(variable);
    return value && *value ? in_project(root, value) : in_project(root, option);
}

http::Duration length(const Text& text) {
    Diagnostics known;
    return duration_of(text, known);
}

http::Pace pace_of(const std::optional<RateSpec>& rate) {
    if (!rate) return {};
    return {.per_second = rate->rps ? rate->rps->value : 0,
        .burst = rate->burst.value_or(0),
        .window_requests = rate->requests ? rate->requests->value : 0,
        .window = rate->per ? length(*rate->per) : http::Duration{}};
}

// Headers that are credentials however they are written.
bool says_who_asks(std::string_view name) {
    const auto word = lower(name);
    return word == "authorization" || word == "proxy-authorization" || word == "cookie";
}

Status read_secrets(
    const config::Value& value, const std::string& root, bool is_replayed, Secrets& secrets) {
    if (const auto* map = value.map())
        for (const auto& entry : *map) TRY(read_secrets(entry.value, root, is_replayed, secrets));
    if (const auto* list = value.list())
        for (const auto& item : *list) TRY(read_secrets(item, root, is_replayed, secrets));
    const auto* text = value.text();
    if (!text || !secret::is_reference(*text)) return {};
    auto found = secret::reveal(*text, root);
    if (!found && !is_replayed) return std::unexpected(Error(found.error()).at(value.span));
    secrets[*text] = found.value_or("replayed");
    return {};
}

Status read_headers(const config::Named<std::string>& given, const std::string& root,
    bool is_replayed, Access& access) {
    for (const auto& [name, value] : given) {
        if (!secret::is_reference(value)) {
            const bool is_credential = says_who_asks(name);
            if (is_credential) keep_secret(value);
            (is_credential ? access.secret_headers : access.headers).push_back({name, value});
            continue;
        }
        auto text = secret::reveal(value, root);
        if (!text && !is_replayed) return std::unexpected(text.error());
        access.secret_headers.push_back({name, text.value_or("replayed")});
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Access>> open_access(
    const Table& table, const connector::FetchOrder& order) {
    const auto& connection = table.connection;
    const auto& root = table.settings.root;
    http::ClientOptions options{.timeout = length(connection.timeout),
        .largest_body = connection.max_response_mb * 1024 * 1024,
        .user_agent = "ingot/" + std::string(version),
        .retry = {.attempts = static_cast<int>(connection.retry.attempts.value),
            .base = length(connection.retry.base),
            .most = length(connection.retry.max),
            .jitter = connection.retry.jitter,
            .longest_wait = length(connection.retry.longest_wait)},
        .record_file = traffic_file(root, connection.record, "INGOT_HTTP_RECORD"),
        .replay_file = traffic_file(root, connection.replay, "INGOT_HTTP_REPLAY"),
        .stopped = order.stopped};
    if (connection.tls) {
        options.ca_file = in_project(root, connection.tls->ca);
        options.certificate_file = in_project(root, connection.tls->certificate);
        options.key_file = in_project(root, connection.tls->key);
    }
    const bool is_replayed = !options.replay_file.empty();
    auto access = std::make_unique<Access>();
    access->auth =
        TRY(Auth::open({.spec = connection.auth, .root = root, .is_replayed = is_replayed}));
    TRY(read_headers(connection.headers, root, is_replayed, *access));
    TRY(read_headers(table.spec.headers, root, is_replayed, *access));
    if (table.spec.params)
        TRY(read_secrets(*table.spec.params, root, is_replayed, access->secrets));
    if (table.spec.body) TRY(read_secrets(*table.spec.body, root, is_replayed, access->secrets));
    options.gate = http::gate_of(table.settings.system + "\n" + connection.base_url.value,
        pace_of(connection.rate_limit),
        {.failures = static_cast<int>(connection.breaker.failures.value),
            .pause = length(connection.breaker.pause)});
    access->client = TRY(http::Client::open(std::move(options)));
    return access;
}

}  // namespace ingot::api
