#pragma once
// Who is asking: credentials for requests, read once and, for OAuth2, asked for again when they end.
#include <memory>
#include <optional>
#include <string>

#include "platform/connector/api/connection_spec.h"
#include "platform/http/http.h"
#include "platform/http/url.h"

namespace ingot::api {

struct Credentials {
    http::Headers headers{};
    http::Query query{};
    std::string token{};  // that the headers hold, where it can end
    bool any() const { return !headers.empty() || !query.empty(); }
};

struct AuthOrder {
    const std::optional<AuthSpec>& spec;
    std::string root;          // of the project, for secret://file/
    bool is_replayed = false;  // recorded answers need no credentials
};

class Auth {
public:
    // AUTH001 for what is missing, before anything is asked.
    static Result<std::unique_ptr<Auth>> open(const AuthOrder& order);
    virtual ~Auth() = default;
    // AUTH001 (exit 2) when the token server refuses.
    virtual Result<Credentials> credentials(http::Client& client) = 0;
    // The server answered a request with these, and not with 401.
    virtual void accepted(const Credentials& /*used*/) {}
    // After a 401: true when other credentials can be had.
    virtual bool forget(const Credentials& /*used*/) { return false; }
};

// AUTH001 is a matter of configuration (exit 1) until a server has spoken; then it is one of extraction (exit 2), and
// `retryable`: the server may think otherwise another time.
std::unexpected<Error> refused(std::string message);

}  // namespace ingot::api
