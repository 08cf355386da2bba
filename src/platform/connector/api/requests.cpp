#include "platform/connector/api/requests.h"

#include <algorithm>
#include <cctype>

#include "base/utf8.h"
#include "platform/connector/api/schema.h"

namespace ingot::api {

namespace {

bool is_page(std::string_view body) {
    const auto first = body.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && body[first] == '<';
}

std::string as_it_is(std::string_view text) { return std::string(text); }

// The later of two headers of one name counts.
void set_header(http::Headers& headers, const http::Header& header) {
    std::erase_if(headers, [&](const http::Header& other) {
        return std::ranges::equal(other.name, header.name,
            [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
    });
    headers.push_back(header);
}

// A time as APIs write it.
std::string iso(const connector::Bound& bound) {
    auto text = bound.value;
    if (bound.type.starts_with("TIMESTAMP") && text.size() > 10 && text[10] == ' ') text[10] = 'T';
    return text;
}

// A body's texts filled in; nothing where a word has no value, which takes the member away.
std::optional<json::Value> filled_body(const config::Value& body, const Words& words) {
    if (const auto* map = body.map()) {
        json::Members members;
        for (const auto& entry : *map)
            if (auto value = filled_body(entry.value, words))
                members.emplace_back(entry.key, std::move(*value));
        return json::Value::of(std::move(members));
    }
    if (const auto* list = body.list()) {
        json::Items items;
        for (const auto& item : *list)
            if (auto value = filled_body(item, words)) items.push_back(std::move(*value));
        return json::Value::of(std::move(items));
    }
    if (const auto* text = body.text()) {
        auto value = filled(*text, words, as_it_is);
        if (!value) return std::nullopt;
        return json::Value::of(std::move(*value));
    }
    if (const auto* truth = std::get_if<bool>(&body.data)) return json::Value::of(*truth);
    if (body.is_null()) return json::Value();
    // As it was written, with all its digits.
    if (auto number = json::parse(body.raw); number && number->kind() == json::Kind::number)
        return number;
    return json::Value::of(std::holds_alternative<std::int64_t>(body.data)
                               ? static_cast<double>(std::get<std::int64_t>(body.data))
                               : std::get<double>(body.data));
}

// `value` at the dotted `path` of an object, made where it lacks.
json::Value placed(const json::Value& object, std::string_view path, const json::Value& value) {
    const auto dot = path.find('.');
    const auto key = std::string(path.substr(0, dot));
    auto members = object.members();
    const auto below = object.member(key).value_or(json::Value());
    auto put = dot == std::string_view::npos ? value : placed(below, path.substr(dot + 1), value);
    const auto it = std::ranges::find(members, key, &json::Members::value_type::first);
    if (it != members.end())
        it->second = std::move(put);
    else
        members.emplace_back(key, std::move(put));
    return json::Value::of(std::move(members));
}

// The beginning of a body, for people: on one line, and UTF-8 whatever came.
std::string excerpt(std::string_view body) {
    constexpr std::size_t longest = 200;
    std::string out;
    for (std::size_t at = 0; at < std::min(body.size(), longest);) {
        const auto length = utf8_length(body, at);
        const auto letter = body.substr(at, std::max<std::size_t>(length, 1));
        out += length == 0 ? "?" : static_cast<unsigned char>(letter[0]) < 0x20 ? " " : letter;
        at += letter.size();
    }
    return out.empty() ? "" : ": " + out + (body.size() > longest ? "…" : "");
}

std::string why_no_json(std::string_view body) {
    if (!is_utf8(body)) return "is not UTF-8";
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return "is empty, where JSON is expected";
    const auto at = json::error_at(body);
    return at >= body.size() ? "ends in the middle of its JSON"
                             : "is not JSON from byte " + std::to_string(at + 1) + " on";
}

}  // namespace

Requests::Requests(const Table& table, const connector::FetchOrder& order, const Access& access)
    : table_(table), date_(order.date), access_(access) {
    if (order.since) cursor_ = iso(*order.since);
}

Words Requests::words_for(const ParentRow& parent) const {
    return {.date = date_,
        .cursor = cursor_,
        .parent = [this, &parent](std::string_view column) -> std::optional<std::string> {
            const auto it = std::ranges::find(table_.parent_columns, column);
            const auto at = static_cast<std::size_t>(it - table_.parent_columns.begin());
            return at < parent.size() ? parent[at] : std::nullopt;
        },
        .secrets = &access_.secrets};
}

bool Requests::is_secret(const std::string& text) const {
    return std::ranges::any_of(
        access_.secrets, [&](const auto& secret) { return secret.second == text; });
}

http::Query Requests::params(const Words& words) const {
    http::Query query;
    const auto add = [&](const std::string& name, const config::Value& value) {
        if (auto text = filled(value.raw, words, as_it_is))
            query.emplace_back(name, std::move(*text));
    };
    static const config::Map none;
    for (const auto& entry : table_.spec.params ? *table_.spec.params->map() : none) {
        if (const auto* list = entry.value.list())
            for (const auto& item : *list) add(entry.key, item);
        else
            add(entry.key, entry.value);
    }
    return query;
}

std::string Requests::body_for(const Step& step, const Words& words) const {
    auto body = table_.spec.body ? filled_body(*table_.spec.body, words) : std::nullopt;
    if (step.body_value)
        body = placed(body.value_or(json::Value()), table_.paging.spec.body_path->value,
            json::Value::view(*step.body_value));
    return body ? body->written() : "";
}

Result<std::optional<http::Request>> Requests::request(
    const Step& step, const ParentRow& parent, const Credentials& credentials) const {
    const auto words = words_for(parent);
    http::Request request;
    if (!step.url.empty()) {
        const bool has_secrets =
            credentials.any() || !access_.secret_headers.empty() || !access_.secrets.empty();
        if (has_secrets &&
            http::origin_of(step.url) != http::origin_of(table_.connection.base_url.value))
            return fail("PAGE001",
                "the next page is at " + http::shown(step.url) +
                    ", which is another server than base_url; credentials are not sent there");
        // A link may or may not say again who asks.
        auto query = params(words);
        std::erase_if(query, [&](const auto& one) { return !is_secret(one.second); });
        request.url = http::with_query(step.url, query);
    } else {
        const auto endpoint = filled(table_.spec.endpoint.value, words, http::percent_encoded);
        if (!endpoint) return std::optional<http::Request>{};
        auto base = table_.connection.base_url.value;
        while (base.ends_with('/')) base.pop_back();
        auto query = params(words);
        const auto& cursor = table_.settings.cursor;
        if (cursor && cursor->param && cursor_) query.emplace_back(*cursor->param, *cursor_);
        const bool needs_slash =
            !endpoint->empty() && !endpoint->starts_with('/') && !endpoint->starts_with('?');
        request.url = http::with_query(base + (needs_slash ? "/" : "") + *endpoint, query);
        request.url = http::with_query(request.url, step.query);
    }
    request.url = http::with_query(request.url, credentials.query);
    set_header(request.headers, {"Accept", "application/json"});
    if (table_.spec.method == Method::post) {
        request.method = "POST";
        request.body = body_for(step, words);
        request.has_secret_body = !access_.secrets.empty();
        set_header(request.headers, {"Content-Type", "application/json"});
    }
    for (const auto& header : access_.headers) set_header(request.headers, header);
    for (const auto& header : credentials.headers)
        if (!http::find_header(access_.headers, header.name) &&
            !http::find_header(access_.secret_headers, header.name))
            request.credentials.push_back(header);
    for (const auto& header : access_.secret_headers) set_header(request.credentials, header);
    return std::optional(std::move(request));
}

Result<Answer> answer_of(
    const Table& table, const http::Response& response, const std::string& shown) {
    const auto status = response.status;
    const auto action = table.action_for(status);
    if (action == Action::ignore) return Answer{.document = {}, .has_rows = false};
    const auto said = shown + ": status " + std::to_string(status) + excerpt(response.body);
    if ((status == 401 || status == 403) && !action)
        return refused(said + "; the server refuses the credentials of connection: auth");
    if (status == 404 && !action)
        return fail(
            "EXT001", said +
                          "; check base_url: and endpoint:, or say on_status: {404: ignore} "
                          "where it means that there are no rows");
    if (status < 200 || status >= 300 || action == Action::fail) return fail("EXT001", said);
    if (status == 204) return Answer{.document = {}, .has_rows = false};
    std::string_view body(response.body);
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    Answer answer{.document = json::parse(body)};
    if (!answer.document)
        return fail("EXT104",
            shown + ": the answer " + why_no_json(body) + excerpt(body) +
                (is_page(body) ? "; that is a page for people: check base_url: and auth:" : ""));
    if (const auto* rule = TRY(table.rule_for(*answer.document))) {
        answer.has_rows = rule->then != Action::ignore;
        if (rule->then == Action::fail) {
            const auto message =
                rule->message ? TRY(rule->message->of(*answer.document)) : json::Value();
            return fail(
                "EXT001", shown + ": the answer meets '" + rule->when.text() + "'" +
                              (message.is_null() ? excerpt(body) : ": " + message.written()));
        }
    }
    if (!table.schema.empty())
        if (const auto wrong = mismatch(*answer.document, *json::parse(table.schema));
            !wrong.empty())
            return fail("EXT104", shown + ": the answer does not meet response_schema: " + wrong,
                table.spec.response_schema->span);
    return answer;
}

}  // namespace ingot::api
