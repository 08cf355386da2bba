#pragma once
// What an author says of one table of an API.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/connector/api/connection_spec.h"

namespace ingot::api {

enum class Method { get, post };
enum class Action { ignore, retry, fail };

inline constexpr std::array method_choices{config::Choice{"GET", 0}, config::Choice{"POST", 1}};
inline constexpr std::array action_choices{config::Choice{"ignore", 0}, config::Choice{"skip", 0},
    config::Choice{"retry", 1}, config::Choice{"fail", 2}};
constexpr std::span<const config::Choice> choices(config::Of<Method>) { return method_choices; }
constexpr std::span<const config::Choice> choices(config::Of<Action>) { return action_choices; }
struct PaginateSpec {
    Text type;
    std::optional<Spanned<std::int64_t>> limit;
    std::optional<Spanned<std::int64_t>> size;
    std::optional<Spanned<std::int64_t>> first;
    std::optional<Text> limit_param;
    std::optional<Text> offset_param;
    std::optional<Text> page_param;
    std::optional<Text> size_param;
    std::optional<Text> total_path;
    std::optional<Text> total_pages_path;
    std::optional<Text> has_more_path;
    std::optional<Text> path;
    std::optional<Text> header;
    std::optional<Text> param;
    std::optional<Text> body_path;
    std::optional<Spanned<std::int64_t>> max_pages;
    std::optional<Spanned<std::int64_t>> max_records;
};

constexpr auto describe(config::Of<PaginateSpec>) {
    using config::field;
    return config::record("paginate", "How one page leads to the next.",
        field("type", &PaginateSpec::type, "none, offset, page, cursor, next_url or link_header.")
            .required(),
        field("limit", &PaginateSpec::limit, "offset: rows a page; default 100."),
        field("size", &PaginateSpec::size, "page: rows a page; default 100."),
        field("first", &PaginateSpec::first, "page: the number of the first; default 1."),
        field("limit_param", &PaginateSpec::limit_param, "offset: default limit."),
        field("offset_param", &PaginateSpec::offset_param, "offset: default offset."),
        field("page_param", &PaginateSpec::page_param, "page: default page."),
        field("size_param", &PaginateSpec::size_param, "page: default page_size."),
        field("total_path", &PaginateSpec::total_path,
            "offset, page: where the answer says how many rows there are in all."),
        field("total_pages_path", &PaginateSpec::total_pages_path,
            "page: where the answer says how many pages there are."),
        field("has_more_path", &PaginateSpec::has_more_path,
            "offset, page: where the answer says whether there is more."),
        field("path", &PaginateSpec::path,
            "cursor: where the answer has the next cursor (default next_cursor); next_url: the next address (default next)."),
        field("header", &PaginateSpec::header, "cursor: the header that has the next cursor."),
        field(
            "param", &PaginateSpec::param, "cursor: the parameter that takes it; default cursor."),
        field("body_path", &PaginateSpec::body_path,
            "Where the body of a POST takes the cursor, page or offset, instead of a parameter."),
        field("max_pages", &PaginateSpec::max_pages, "Stop after so many pages."),
        field("max_records", &PaginateSpec::max_records, "Stop after so many rows."));
}

struct BodyRule {
    Text when;
    Action then = Action::fail;
    std::optional<Text> message;
};

constexpr auto describe(config::Of<BodyRule>) {
    using config::field;
    return config::record("on_body", "What to make of an answer that says something.",
        field("when", &BodyRule::when, "JMESPath; the rule holds when it is true of the answer.")
            .required()
            .example("\"status == 'pending'\""),
        field("then", &BodyRule::then, "ignore (no rows; also written skip), retry, or fail.")
            .required(),
        field("message", &BodyRule::message, "JMESPath of the text to show when it fails."));
}

struct ParentSpec {
    Text table;
    std::vector<Text> include;
};

constexpr auto describe(config::Of<ParentSpec>) {
    using config::field;
    return config::record("parent",
        "Asks the endpoint once for each row of another table of the same system; {parent.NAME} stands for its columns.",
        field("table", &ParentSpec::table, "The table.").required(),
        field("include", &ParentSpec::include,
            "Columns of the parent to add to each row, as _parent_NAME."));
}

struct TableSpec {
    Text endpoint;
    Method method = Method::get;
    std::optional<config::Value> params;
    std::optional<config::Value> body;
    config::Named<std::string> headers;
    std::optional<Text> records;
    bool unwrap = false;
    std::optional<PaginateSpec> paginate;
    config::Named<Spanned<Action>> on_status;
    std::vector<BodyRule> on_body;
    std::optional<ParentSpec> parent;
    std::optional<config::Value> response_schema;
};

constexpr auto describe(config::Of<TableSpec>) {
    using config::field;
    return config::record("table", "What to ask an API for.",
        field("endpoint", &TableSpec::endpoint,
            "Appended to base_url. {date}, {cursor} and {parent.NAME} may stand in it, in params and in body.")
            .required()
            .example("/orders"),
        field("method", &TableSpec::method, "GET or POST."),
        field("params", &TableSpec::params, "Query parameters of every request."),
        field("body", &TableSpec::body, "Of a POST, sent as JSON."),
        field("headers", &TableSpec::headers, "Sent with every request for this table."),
        field("records", &TableSpec::records,
            "JMESPath of the rows in an answer. Default: the answer if it is a list; of an object, the list under items, data, results or records; else the object as one row.")
            .example("data.items"),
        field("unwrap", &TableSpec::unwrap,
            "Look for a list under items, data, results or records in what records selects, too."),
        field("paginate", &TableSpec::paginate, "How one page leads to the next."),
        field("on_status", &TableSpec::on_status,
            "What to make of a status: ignore (no rows; also written skip), retry or fail. 4xx and 5xx are all of them that are not named.")
            .example("{404: ignore}"),
        field("on_body", &TableSpec::on_body, "What to make of an answer by what it says."),
        field("parent", &TableSpec::parent, "Ask once for each row of another table."),
        field("response_schema", &TableSpec::response_schema,
            "A JSON Schema that every answer must meet."));
}

}  // namespace ingot::api
