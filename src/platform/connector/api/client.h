#pragma once
// The way to one API: a client with the connection's options, and who is asking.
#include <memory>

#include "platform/connector/api/auth.h"
#include "platform/connector/api/table.h"
#include "platform/connector/api/template_text.h"

namespace ingot::api {

struct Access {
    std::unique_ptr<http::Client> client;
    std::unique_ptr<Auth> auth;
    http::Headers headers;         // the author's own
    http::Headers secret_headers;  // those with secrets in them, for the API's own origin only
    Secrets secrets;               // of params and body
};

// AUTH001 before anything is asked, when a credential is missing.
Result<std::unique_ptr<Access>> open_access(const Table& table, const connector::FetchOrder& order);

}  // namespace ingot::api
