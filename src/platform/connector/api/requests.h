#pragma once
// From a step to the request that asks for its page, and from an answer to the rows it stands for.
#include <optional>
#include <string>
#include <vector>

#include "platform/connector/api/auth.h"
#include "platform/connector/api/client.h"
#include "platform/connector/api/table.h"
#include "platform/connector/api/template_text.h"

namespace ingot::api {

using ParentRow = std::vector<std::optional<std::string>>;

class Requests {
public:
    // What is given outlives this.
    Requests(const Table& table, const connector::FetchOrder& order, const Access& access);

    // Nothing where a word in the endpoint has no value: there is nothing to ask for. PAGE001 for a link that would take
    // the credentials to another server.
    Result<std::optional<http::Request>> request(
        const Step& step, const ParentRow& parent, const Credentials& credentials) const;

private:
    Words words_for(const ParentRow& parent) const;
    bool is_secret(const std::string& text) const;
    http::Query params(const Words& words) const;
    std::string body_for(const Step& step, const Words& words) const;

    const Table& table_;
    Date date_;
    std::optional<std::string> cursor_;
    const Access& access_;
};

// An answer as a document; nothing where an option says that it has no rows or it has no body. AUTH001, EXT001, EXT104.
struct Answer {
    std::optional<json::Value> document;
    bool has_rows = true;
};
Result<Answer> answer_of(
    const Table& table, const http::Response& response, const std::string& shown);

}  // namespace ingot::api
