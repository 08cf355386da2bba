#include "platform/connector/api/auth.h"

#include <map>
#include <mutex>

#include "base/redact.h"
#include "data/json_value.h"
#include "platform/secret/secret.h"

namespace ingot::api {

namespace {

// Tokens are asked for again this long before they end.
constexpr auto margin = std::chrono::seconds(30);

class FixedAuth final : public Auth {
public:
    explicit FixedAuth(Credentials credentials) : credentials_(std::move(credentials)) {}
    Result<Credentials> credentials(http::Client&, Instant) override { return credentials_; }

private:
    Credentials credentials_;
};

struct Token {
    std::string text;
    std::optional<Instant> ends{};
};

// Tokens of this process: the tables of one API share theirs.
struct Tokens {
    std::mutex mutex;
    std::map<std::string, Token> by_client;
};
Tokens& tokens() {
    static Tokens all;
    return all;
}

std::string form(const http::Query& fields) {
    std::string out;
    for (const auto& [name, value] : fields)
        out += (out.empty() ? "" : "&") + http::percent_encoded(name) + "=" +
               http::percent_encoded(value);
    return out;
}

class ClientCredentials final : public Auth {
public:
    ClientCredentials(std::string url, http::Query fields)
        : url_(std::move(url)), fields_(std::move(fields)), key_(url_ + "\n" + form(fields_)) {}

    Result<Credentials> credentials(http::Client& client, Instant now) override {
        const std::lock_guard lock(tokens().mutex);
        auto& token = tokens().by_client[key_];
        if (token.text.empty() || (token.ends && *token.ends <= now + margin))
            token = TRY(ask(client, now));
        used_ = token.text;
        return Credentials{.headers = {{"Authorization", "Bearer " + token.text}}};
    }

    bool forget() override {
        if (has_forgotten_) return false;
        has_forgotten_ = true;
        const std::lock_guard lock(tokens().mutex);
        auto& token = tokens().by_client[key_];
        if (token.text == used_) token = {};
        return true;
    }

private:
    Result<Token> ask(http::Client& client, Instant now) const {
        const auto response = TRY(client.send({.method = "POST",
            .url = url_,
            .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                {"Accept", "application/json"}},
            .body = form(fields_),
            .is_recorded = false}));
        const auto answer = json::parse(response.body);
        const auto text = answer ? answer->member("access_token") : std::nullopt;
        if (response.status != 200 || !text || text->text().empty())
            return refused("POST " + http::shown(url_) + ": no token was given (status " +
                           std::to_string(response.status) +
                           "); check client_id, client_secret and scope");
        Token token{.text = text->text()};
        keep_secret(token.text);
        if (const auto lasts = answer->member("expires_in"); lasts && lasts->number() > 0)
            token.ends = now + std::chrono::seconds(static_cast<std::int64_t>(lasts->number()));
        return token;
    }

    std::string url_;
    http::Query fields_;
    std::string key_;
    std::string used_;
    bool has_forgotten_ = false;
};

class Opening {
public:
    explicit Opening(const AuthOrder& order) : order_(order), spec_(*order.spec) {}

    Result<std::unique_ptr<Auth>> auth() const {
        switch (spec_.type) {
            case AuthType::none: return fixed({});
            case AuthType::bearer:
                return fixed(
                    {.headers = {{"Authorization", "Bearer " + TRY(text(spec_.token, "token"))}}});
            case AuthType::basic: {
                const auto pair = TRY(text(spec_.username, "username")) + ":" +
                                  TRY(text(spec_.password, "password"));
                keep_secret(http::base64(pair));
                return fixed({.headers = {{"Authorization", "Basic " + http::base64(pair)}}});
            }
            case AuthType::api_key: {
                const auto name = spec_.name ? spec_.name->value : "X-API-Key";
                auto value = TRY(text(spec_.value, "value"));
                if (spec_.in == Place::query) return fixed({.query = {{name, std::move(value)}}});
                return fixed({.headers = {{name, std::move(value)}}});
            }
            case AuthType::oauth2_client_credentials: return oauth();
        }
        return fixed({});
    }

private:
    static std::unique_ptr<Auth> fixed(Credentials credentials) {
        return std::make_unique<FixedAuth>(std::move(credentials));
    }

    Result<std::unique_ptr<Auth>> oauth() const {
        http::Query fields{{"grant_type", "client_credentials"},
            {"client_id", TRY(text(spec_.client_id, "client_id"))},
            {"client_secret", TRY(text(spec_.client_secret, "client_secret"))}};
        if (spec_.scope) fields.emplace_back("scope", *spec_.scope);
        // Nothing is asked of a token server while answers are played back.
        if (order_.is_replayed) return fixed({});
        return std::unique_ptr<Auth>(std::make_unique<ClientCredentials>(
            TRY(text(spec_.token_url, "token_url")), std::move(fields)));
    }

    Result<std::string> text(const std::optional<Text>& given, const char* option) const {
        auto found = secret::reveal(given ? given->value : "", order_.root);
        if (found && !found->empty()) {
            const std::string_view name(option);
            if (name != "username" && name != "client_id" && name != "token_url")
                keep_secret(*found);
            return found;
        }
        if (order_.is_replayed) return std::string("replayed");
        const auto span = given ? given->span : Span{};
        if (!found) return std::unexpected(Error(found.error()).at(span));
        return fail("AUTH001", std::string("auth: ") + option + " is empty", span);
    }

    const AuthOrder& order_;
    const AuthSpec& spec_;
};

}  // namespace

Result<std::unique_ptr<Auth>> Auth::open(const AuthOrder& order) {
    if (!order.spec) return std::make_unique<FixedAuth>(Credentials{});
    return Opening(order).auth();
}

std::unexpected<Error> refused(std::string message) {
    auto error = fail("AUTH001", std::move(message));
    error.error().retryable = true;
    error.error().other_exit_status = 2;
    return error;
}

}  // namespace ingot::api
