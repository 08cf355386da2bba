#pragma once
// What an author says of an API as a whole.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"

namespace ingot::api {

using config::Spanned;
using Text = Spanned<std::string>;

enum class AuthType { none, bearer, api_key, basic, oauth2_client_credentials };
enum class Place { header, query };

inline constexpr std::array auth_type_choices{config::Choice{"none", 0},
    config::Choice{"bearer", 1}, config::Choice{"api_key", 2}, config::Choice{"basic", 3},
    config::Choice{"oauth2_client_credentials", 4}};
inline constexpr std::array place_choices{config::Choice{"header", 0}, config::Choice{"query", 1}};
constexpr std::span<const config::Choice> choices(config::Of<AuthType>) {
    return auth_type_choices;
}
constexpr std::span<const config::Choice> choices(config::Of<Place>) { return place_choices; }
struct AuthSpec {
    AuthType type = AuthType::none;
    std::optional<Text> token;
    std::optional<Text> username;
    std::optional<Text> password;
    std::optional<Text> name;
    std::optional<Text> value;
    Place in = Place::header;
    std::optional<Text> token_url;
    std::optional<Text> client_id;
    std::optional<Text> client_secret;
    std::optional<std::string> scope;
};

constexpr auto describe(config::Of<AuthSpec>) {
    using config::field;
    return config::record("auth", "Who is asking. Write secrets as secret://env/NAME.",
        field("type", &AuthSpec::type, "How the API is told.").required(),
        field("token", &AuthSpec::token, "bearer: the token.").example("secret://env/SHOP_TOKEN"),
        field("username", &AuthSpec::username, "basic: the user."),
        field("password", &AuthSpec::password, "basic: the password."),
        field("name", &AuthSpec::name, "api_key: the header or parameter; default X-API-Key."),
        field("value", &AuthSpec::value, "api_key: the key."),
        field("in", &AuthSpec::in, "api_key: where it goes."),
        field("token_url", &AuthSpec::token_url, "oauth2: where tokens are asked for."),
        field("client_id", &AuthSpec::client_id, "oauth2: the client."),
        field("client_secret", &AuthSpec::client_secret, "oauth2: its secret."),
        field("scope", &AuthSpec::scope, "oauth2: what the token is to allow."));
}

struct RateSpec {
    std::optional<Spanned<double>> rps;
    std::optional<std::int64_t> burst;
    std::optional<Spanned<std::int64_t>> requests;
    std::optional<Text> per;
};

constexpr auto describe(config::Of<RateSpec>) {
    using config::field;
    return config::record("rate_limit",
        "How often to ask. Holds for all tables of the API together.",
        field("rps", &RateSpec::rps, "Requests a second, on average."),
        field("burst", &RateSpec::burst, "Requests at once; default: a second's worth."),
        field("requests", &RateSpec::requests,
            "With per: at most so many requests in any such time."),
        field("per", &RateSpec::per, "The time that requests counts in.").example("1m"));
}

struct RetrySpec {
    Spanned<std::int64_t> attempts{5, {}};
    Text base{"500ms", {}};
    Text max{"8s", {}};
    double jitter = 0.2;
    Text longest_wait{"2m", {}};
};

constexpr auto describe(config::Of<RetrySpec>) {
    using config::field;
    return config::record("retry",
        "Timeouts, broken connections, 408, 429 and 5xx are tried again, each time after twice the wait.",
        field("attempts", &RetrySpec::attempts, "How often a request is made in all."),
        field("base", &RetrySpec::base, "The first wait."),
        field("max", &RetrySpec::max, "The longest wait of our own."),
        field("jitter", &RetrySpec::jitter, "How much of a wait is left to chance, either way."),
        field("longest_wait", &RetrySpec::longest_wait,
            "The longest wait that the server can ask for with Retry-After."));
}

struct BreakerSpec {
    Spanned<std::int64_t> failures{5, {}};
    Text pause{"30s", {}};
};

constexpr auto describe(config::Of<BreakerSpec>) {
    using config::field;
    return config::record("breaker", "When a server that is down is left alone.",
        field("failures", &BreakerSpec::failures,
            "Requests that failed for good, one after another, until none is made any more."),
        field("pause", &BreakerSpec::pause, "After which one is tried again."));
}

struct TlsSpec {
    std::optional<std::string> ca;
    std::optional<std::string> certificate;
    std::optional<std::string> key;
};

constexpr auto describe(config::Of<TlsSpec>) {
    using config::field;
    return config::record("tls", "Files in PEM form; relative to the project.",
        field("ca", &TlsSpec::ca, "Authorities to trust, instead of the system's."),
        field("certificate", &TlsSpec::certificate, "The client's own certificate."),
        field("key", &TlsSpec::key, "Its key."));
}

struct ConnectionSpec {
    Text type;
    Text base_url;
    Text timeout{"30s", {}};
    config::Named<std::string> headers;
    std::optional<AuthSpec> auth;
    std::optional<RateSpec> rate_limit;
    RetrySpec retry;
    BreakerSpec breaker;
    std::optional<TlsSpec> tls;
    std::optional<Spanned<std::int64_t>> concurrency;
    std::int64_t max_response_mb = 256;
    std::optional<std::string> record;
    std::optional<std::string> replay;
};

constexpr auto describe(config::Of<ConnectionSpec>) {
    using config::field;
    return config::record("connection", "An HTTP API that answers in JSON.",
        field("type", &ConnectionSpec::type, "api.").required(),
        field("base_url", &ConnectionSpec::base_url, "What all endpoints begin with.")
            .required()
            .example("https://api.example.com/v1"),
        field("timeout", &ConnectionSpec::timeout,
            "How long to wait to connect, and for any further byte of an answer."),
        field("headers", &ConnectionSpec::headers, "Sent with every request; secrets are allowed."),
        field("auth", &ConnectionSpec::auth, "Who is asking."),
        field("rate_limit", &ConnectionSpec::rate_limit, "How often to ask."),
        field("retry", &ConnectionSpec::retry, "What to do when a request fails."),
        field("breaker", &ConnectionSpec::breaker, "When to leave the server alone."),
        field("tls", &ConnectionSpec::tls, "Whom to trust, and who we are."),
        field("concurrency", &ConnectionSpec::concurrency,
            "Requests under way at a time. Default: 4 where it is certain that they are needed (a known total, the children of many parents), else 1; a number also asks for pages ahead of knowing that there are more."),
        field("max_response_mb", &ConnectionSpec::max_response_mb,
            "The largest answer that is taken, unpacked."),
        field("record", &ConnectionSpec::record,
            "Write all traffic to this file, without credentials. The variable INGOT_HTTP_RECORD says it for all."),
        field("replay", &ConnectionSpec::replay,
            "Answer from a recorded file instead of the network; needs no credentials. The variable INGOT_HTTP_REPLAY says it for all."));
}

}  // namespace ingot::api
