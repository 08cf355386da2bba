#include "platform/connector/api/auth.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <mutex>

#include "base/redact.h"
#include "data/json_value.h"
#include "platform/secret/secret.h"

namespace ingot::api {

namespace {

// Tokens are asked for again this long before they end; short ones a fifth of their time before.
constexpr auto longest_margin = std::chrono::seconds(30);

class FixedAuth final : public Auth {
public:
    explicit FixedAuth(Credentials credentials) : credentials_(std::move(credentials)) {}
    Result<Credentials> credentials(http::Client&) override { return credentials_; }

private:
    Credentials credentials_;
};

struct Token {
    std::string text;
    std::optional<http::Moment> ends{};
    bool was_renewed = false;  // because the one before was refused, and none was accepted since
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

struct OAuthClient {
    std::string id;
    std::string secret;
    http::Query fields() const { return {{"client_id", id}, {"client_secret", secret}}; }
    std::string basic() const {
        return "Basic " +
               http::base64(http::percent_encoded(id) + ":" + http::percent_encoded(secret));
    }
};

class ClientCredentials final : public Auth {
public:
    ClientCredentials(std::string url, OAuthClient client, const std::optional<std::string>& scope)
        : url_(std::move(url)), client_(std::move(client)), scope_(scope.value_or("")) {
        keep_secret(client_.basic());
        key_ = url_ + "\n" + form(client_.fields()) + "\n" + scope_;
    }

    Result<Credentials> credentials(http::Client& client) override {
        const std::lock_guard lock(tokens().mutex);
        auto& token = tokens().by_client[key_];
        if (token.text.empty() || (token.ends && *token.ends <= std::chrono::steady_clock::now())) {
            auto given = TRY(ask(client));
            given.was_renewed = token.was_renewed;
            token = std::move(given);
        }
        return Credentials{
            .headers = {{"Authorization", "Bearer " + token.text}}, .token = token.text};
    }

    void accepted(const Credentials& used) override {
        const std::lock_guard lock(tokens().mutex);
        auto& token = tokens().by_client[key_];
        if (token.text == used.token) token.was_renewed = false;
    }

    // A token may end before its time. One that is refused although it is new will not be better the next time.
    bool forget(const Credentials& used) override {
        const std::lock_guard lock(tokens().mutex);
        auto& token = tokens().by_client[key_];
        if (token.text != used.token) return true;
        if (token.was_renewed) return false;
        token = {.text = "", .was_renewed = true};
        return true;
    }

private:
    Result<Token> ask(http::Client& client) const {
        const auto asked = std::chrono::steady_clock::now();
        auto response = TRY(client.send(request(client_.fields())));
        // RFC 6749 lets servers take the client by HTTP's own means only.
        if (response.status == 400 || response.status == 401) {
            auto again = request({});
            again.credentials.push_back({"Authorization", client_.basic()});
            if (auto other = TRY(client.send(std::move(again))); other.status < 300)
                response = std::move(other);
        }
        const auto answer = json::parse(response.body);
        const auto text = answer ? answer->member("access_token") : std::nullopt;
        if (response.status < 200 || response.status >= 300 || !text || text->text().empty())
            return refused("POST " + http::shown(url_) + ": no token was given (status " +
                           std::to_string(response.status) +
                           "); check client_id, client_secret and scope");
        Token token{.text = text->text()};
        keep_secret(token.text);
        if (const auto lasts = seconds_in(answer->member("expires_in")); lasts > 0) {
            const auto whole =
                std::chrono::duration_cast<http::Duration>(std::chrono::duration<double>(lasts));
            token.ends = asked + whole - std::min<http::Duration>(longest_margin, whole / 5);
        }
        return token;
    }

    // Some servers write the number as text.
    static double seconds_in(const std::optional<json::Value>& value) {
        if (!value) return 0;
        const auto text = value->kind() == json::Kind::string ? value->text() : value->written();
        double seconds = 0;
        std::from_chars(text.data(), text.data() + text.size(), seconds);
        return std::min(seconds, 1e9);
    }

    // `client`: the fields that say who asks, if the form is to say it.
    http::Request request(const http::Query& client) const {
        http::Query fields{{"grant_type", "client_credentials"}};
        fields.insert(fields.end(), client.begin(), client.end());
        if (!scope_.empty()) fields.emplace_back("scope", scope_);
        return {.method = "POST",
            .url = url_,
            .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                {"Accept", "application/json"}},
            .body = form(fields),
            .has_secret_body = true,
            .is_recorded = false};
    }

    std::string url_;
    OAuthClient client_;
    std::string scope_;
    std::string key_;
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
        OAuthClient client{};
        client.id = TRY(text(spec_.client_id, "client_id"));
        client.secret = TRY(text(spec_.client_secret, "client_secret"));
        // Nothing is asked of a token server while answers are played back.
        if (order_.is_replayed) return fixed({});
        return std::unique_ptr<Auth>(std::make_unique<ClientCredentials>(
            TRY(text(spec_.token_url, "token_url")), std::move(client), spec_.scope));
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
