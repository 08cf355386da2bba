#include "platform/connector/api/table.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/suggest.h"
#include "platform/connector/api/schema.h"
#include "platform/connector/api/template_text.h"

namespace ingot::api {

namespace {

std::optional<jmespath::Expression> read(
    const std::optional<Text>& text, Diagnostics& diagnostics) {
    if (!text) return std::nullopt;
    auto expression = jmespath::Expression::parse(text->value);
    if (expression) return std::move(*expression);
    diagnostics.add(Error(expression.error()).at(text->span));
    return std::nullopt;
}

// 404; 4 for 4xx.
std::optional<int> status_in(const std::string& key) {
    if (key.size() != 3 || key[0] < '1' || key[0] > '5') return std::nullopt;
    if (key.ends_with("xx") || key.ends_with("XX")) return key[0] - '0';
    int status = 0;
    const auto read = std::from_chars(key.data(), key.data() + key.size(), status);
    return read.ptr == key.data() + key.size() ? std::optional(status) : std::nullopt;
}

// Every text in a value.
void each_text(const config::Value& value, const std::function<void(const config::Value&)>& found) {
    if (value.map()) {
        for (const auto& entry : *value.map()) each_text(entry.value, found);
    } else if (value.list()) {
        for (const auto& item : *value.list()) each_text(item, found);
    } else {
        found(value);
    }
}

class Checking {
public:
    Checking(const connector::Settings& settings, Diagnostics& diagnostics)
        : diagnostics_(diagnostics) {
        table_.settings = settings;
        Diagnostics known;  // the binder's findings were reported when the file was read
        table_.connection = config::bind<ConnectionSpec>(settings.connection, known);
        table_.spec = config::bind<TableSpec>(settings.table, known);
    }

    Table table() {
        connection();
        auth();
        paging();
        responses();
        parents();
        cursor();
        return std::move(table_);
    }

private:
    void wrong(Code code, std::string message, const Span& where) {
        diagnostics_.error(
            code, std::move(message), where.known() ? where : table_.settings.name.span);
    }

    void connection() {
        const auto& connection = table_.connection;
        if (connection.base_url.value.starts_with("secret://"))
            wrong("CFG102",
                "base_url: an address is shown in messages, so it is no secret; write ${NAME} to take it "
                "from the environment, and what is secret into auth: or params:",
                connection.base_url.span);
        else if (!http::origin_of(connection.base_url.value))
            wrong("CFG102",
                "base_url: '" + http::shown(connection.base_url.value) +
                    "' is no http:// or https:// address",
                connection.base_url.span);
        for (const auto* text : {&connection.timeout, &connection.retry.base, &connection.retry.max,
                 &connection.retry.longest_wait, &connection.breaker.pause})
            (void)duration_of(*text, diagnostics_);
        positive(connection.retry.attempts, "attempts");
        positive(connection.breaker.failures, "failures");
        if (connection.concurrency) positive(*connection.concurrency, "concurrency");
        if (!connection.rate_limit) return;
        const auto& rate = *connection.rate_limit;
        if (rate.per) (void)duration_of(*rate.per, diagnostics_);
        if (rate.rps && rate.rps->value <= 0)
            wrong("CFG102", "rps: expected a number above 0", rate.rps->span);
        if (rate.requests) positive(*rate.requests, "requests");
        if (rate.requests.has_value() != rate.per.has_value())
            wrong("CFG103", "rate_limit: requests and per belong together",
                rate.per ? rate.per->span : rate.requests->span);
    }

    void positive(const Spanned<std::int64_t>& number, const std::string& option) {
        if (number.value < 1) wrong("CFG102", option + ": expected a number above 0", number.span);
    }

    void auth() {
        if (!table_.connection.auth) return;
        const auto& auth = *table_.connection.auth;
        const auto needs = [&](AuthType type, const std::optional<Text>& given,
                               const char* option) {
            if (auth.type == type && !given)
                wrong("CFG103", std::string("missing option '") + option + "' in auth",
                    table_.settings.connection.find("auth")->span);
        };
        needs(AuthType::bearer, auth.token, "token");
        needs(AuthType::basic, auth.username, "username");
        needs(AuthType::basic, auth.password, "password");
        needs(AuthType::api_key, auth.value, "value");
        needs(AuthType::oauth2_client_credentials, auth.token_url, "token_url");
        needs(AuthType::oauth2_client_credentials, auth.client_id, "client_id");
        needs(AuthType::oauth2_client_credentials, auth.client_secret, "client_secret");
    }

    void paging() {
        const Text none{"none", {}};
        if (table_.spec.paginate) table_.paging.spec = *table_.spec.paginate;
        auto& spec = table_.paging.spec;
        const auto& type = table_.spec.paginate ? spec.type : none;
        table_.kind = find_paging(type.value);
        if (!table_.kind) {
            std::string all;
            for (const auto& name : paging_names()) all += (all.empty() ? "" : ", ") + name;
            wrong("CFG104",
                "'" + type.value + "' is not one of " + all +
                    did_you_mean(type.value, paging_names()),
                type.span);
            table_.kind = find_paging("none");
            return;
        }
        foreign_options();
        if (!table_.kind->path.empty() && !spec.path && !spec.header)
            spec.path = Text{std::string(table_.kind->path), {}};
        table_.paging.total = read(spec.total_path, diagnostics_);
        table_.paging.total_pages = read(spec.total_pages_path, diagnostics_);
        table_.paging.has_more = read(spec.has_more_path, diagnostics_);
        table_.paging.path = read(spec.path, diagnostics_);
        for (const auto* number : {&spec.limit, &spec.size, &spec.max_pages, &spec.max_records})
            if (*number) positive(**number, "paginate");
        if (spec.header && spec.path && spec.path->span.known())
            wrong("CFG108", "paginate: the cursor is in the header or at the path, not both",
                spec.header->span);
        if (spec.body_path && table_.spec.method != Method::post)
            wrong("CFG108", "paginate: body_path needs method: POST", spec.body_path->span);
    }

    // An option that another kind of pagination has does nothing here.
    void foreign_options() {
        const auto* written = table_.settings.table.find("paginate");
        if (!written || !written->map()) return;
        const auto own = " " + std::string(table_.kind->options) + " type max_pages max_records ";
        for (const auto& entry : *written->map())
            if (own.find(" " + entry.key + " ") == std::string::npos)
                wrong("CFG108",
                    "paginate: '" + entry.key + "' does not belong to type " +
                        std::string(table_.kind->name) +
                        (table_.kind->options.empty()
                                ? ""
                                : "; it has " + std::string(table_.kind->options)),
                    entry.key_span);
    }

    void responses() {
        const auto& spec = table_.spec;
        table_.records = read(spec.records, diagnostics_);
        for (const auto& rule : spec.on_body)
            if (auto when = read(rule.when, diagnostics_))
                table_.on_body.push_back({*when, rule.then, read(rule.message, diagnostics_)});
        for (const auto& [key, action] : spec.on_status) {
            const auto status = status_in(key);
            if (!status)
                wrong("CFG102",
                    "on_status: '" + key + "' is no status, such as 404, nor 4xx or 5xx",
                    action.span);
            table_.on_status.emplace_back(status.value_or(0), action.value);
        }
        if (http::origin_of(spec.endpoint.value))
            wrong("CFG102", "endpoint: is joined to base_url; write only what comes behind it",
                spec.endpoint.span);
        if (spec.params && !spec.params->map())
            wrong("CFG102", "expected a mapping for params", spec.params->span);
        if (spec.body && spec.method != Method::post)
            wrong("CFG108", "body needs method: POST", spec.body->span);
        if (!spec.response_schema) return;
        check_schema(*spec.response_schema, diagnostics_);
        table_.schema = config::to_json(*spec.response_schema);
    }

    void parents() {
        auto& columns = table_.parent_columns;
        const auto add = [&](const std::string& name) {
            if (std::ranges::find(columns, name) == columns.end()) columns.push_back(name);
        };
        if (table_.spec.parent)
            for (const auto& name : table_.spec.parent->include) add(name.value);
        const auto look = [&](const std::string& text, const Span& where) {
            for (const auto& name : parents_in(text)) {
                add(name);
                if (!table_.spec.parent)
                    wrong("CFG103", "{parent." + name + "} needs parent: {table: …}", where);
            }
        };
        look(table_.spec.endpoint.value, table_.spec.endpoint.span);
        const auto look_in = [&](const config::Value& value) {
            each_text(value, [&](const config::Value& text) { look(text.raw, text.span); });
        };
        if (table_.spec.params) look_in(*table_.spec.params);
        if (table_.spec.body) look_in(*table_.spec.body);
        if (table_.spec.parent && columns.empty())
            wrong("CFG103",
                "parent: no request names a column of it; write {parent.id} into the endpoint",
                table_.spec.parent->table.span);
    }

    void cursor() {
        const auto& cursor = table_.settings.cursor;
        if (!cursor || cursor->param) return;
        bool is_named = names_cursor(table_.spec.endpoint.value);
        const auto look = [&](const config::Value& text) { is_named |= names_cursor(text.raw); };
        if (table_.spec.params) each_text(*table_.spec.params, look);
        if (table_.spec.body) each_text(*table_.spec.body, look);
        if (!is_named)
            wrong("CFG103",
                "cursor: nothing tells the API where to begin; set param: or write {cursor} into params",
                cursor->column.span);
    }

    Diagnostics& diagnostics_;
    Table table_;
};

}  // namespace

// One status wins over all of a hundred.
std::optional<Action> Table::action_for(int status) const {
    for (const auto wanted : {status, status / 100})
        for (const auto& [of, action] : on_status)
            if (of == wanted) return action;
    return std::nullopt;
}

Result<const BodyAction*> Table::rule_for(const json::Value& document) const {
    for (const auto& rule : on_body)
        if (jmespath::is_true(TRY(rule.when.of(document)))) return &rule;
    return nullptr;
}

http::Duration duration_of(const Text& text, Diagnostics& diagnostics) {
    const auto duration = parse_duration(text.value);
    if (!duration || duration->count() <= 0)
        diagnostics.error("CFG102",
            "expected a time such as 30s, 500ms or 2m, not '" + text.value + "'", text.span);
    return duration.value_or(http::Duration{});
}

Table table_of(const connector::Settings& settings, Diagnostics& diagnostics) {
    return Checking(settings, diagnostics).table();
}

}  // namespace ingot::api
