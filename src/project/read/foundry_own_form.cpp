// What a foundry configuration says, in the words of our own sources/*.yml.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "base/lower_case.h"
#include "project/read/foundry.h"

namespace ingot::foundry {

namespace {

using config::Value;

std::string with_home(const std::string& path) {
    const char* home = std::getenv("HOME");
    const bool is_home = path == "~" || path.starts_with("~/");
    return home && is_home ? home + path.substr(1) : path;
}

// Python's names of encodings, as far as they differ from ours.
std::string encoding_word(std::string said) {
    said = lower(said);
    std::ranges::replace(said, '_', '-');
    if (said == "utf8" || said == "utf-8-sig" || said == "ascii" || said == "us-ascii")
        return "utf-8";
    if (said == "latin1" || said == "iso-8859-1" || said == "iso8859-1" || said == "l1")
        return "latin-1";
    return said;
}

std::string format_of(const File& file) {
    if (file.format) return file.format->value;
    const auto suffix = lower(std::filesystem::path(file.path->value).extension().string());
    return suffix.empty() ? "csv" : suffix.substr(1);
}

template <class T>
Value list_of(const std::vector<T>& items, const Span& span) {
    Value out;
    out.span = span;
    config::List list;
    for (const auto& item : items)
        if constexpr (std::is_same_v<T, std::string>)
            list.push_back(text(item, span));
        else
            list.push_back(text(item.value, item.span));
    out.data = std::move(list);
    return out;
}

// A dotted path in JMESPath: keys that are no plain words stand in quotes.
std::string jmespath(const std::string& dotted) {
    std::string out;
    for (std::size_t from = 0; from <= dotted.size();) {
        const auto end = std::min(dotted.find('.', from), dotted.size());
        const auto key = dotted.substr(from, end - from);
        const bool plain =
            !key.empty() && (key.front() < '0' || key.front() > '9') &&
            std::ranges::all_of(key, [](unsigned char c) { return std::isalnum(c) || c == '_'; });
        out += (from == 0 ? "" : ".") + (plain ? key : "\"" + key + "\"");
        from = end + 1;
    }
    return out;
}

class OwnForm {
public:
    explicit OwnForm(const Config& config)
        : source_(config.source),
          config_(config),
          at_(config.origin),
          connection_(mapping(at_)),
          table_(mapping(at_)) {}

    Value made() {
        put(table_, "name", text(config_.table, source_.table.span));
        put(table_, "load", text(std::string(word(config_.load)), at_));
        written();
        switch (source_.type.value) {
            case Kind::file: file(); break;
            case Kind::api: api(); break;
            case Kind::db: db(); break;
            case Kind::custom: custom(); break;
        }
        auto out = mapping(at_);
        put(out, "system", text(config_.system, source_.system.span));
        put(out, "connection", std::move(connection_));
        Value tables;
        tables.span = at_;
        tables.data = config::List{std::move(table_)};
        put(out, "tables", std::move(tables));
        if (source_.owner_team) put(out, "owner", text(*source_.owner_team, at_));
        return out;
    }

private:
    void type(const char* word) { put(connection_, "type", text(word, source_.type.span)); }

    void written() {
        const auto& run = source_.run;
        const auto& defaults = config_.platform.bronze.output_defaults;
        if (run.max_rows_per_file.value > 0)
            put(table_, "max_rows_per_file",
                whole(run.max_rows_per_file.value, run.max_rows_per_file.span));
        if (run.max_file_size_mb)
            put(table_, "max_file_size_mb",
                Value{.data = run.max_file_size_mb->value,
                    .span = run.max_file_size_mb->span,
                    .raw = std::to_string(run.max_file_size_mb->value)});
        if (run.parquet_compression)
            put(table_, "parquet_compression",
                text(run.parquet_compression->value, run.parquet_compression->span));
        else if (defaults.default_parquet_compression)
            put(table_, "parquet_compression", text(*defaults.default_parquet_compression, at_));
    }

    void file() {
        type("file");
        const auto& file = *source_.file;
        const auto format = format_of(file);
        put(table_, "path", text(with_home(file.path->value), file.path->span));
        put(table_, "format", text(format, file.format ? file.format->span : file.path->span));
        if (!file.columns.empty()) put(table_, "columns", list_of(file.columns, at_));
        if (file.limit_rows)
            put(table_, "limit_rows", whole(file.limit_rows->value, file.limit_rows->span));
        if (format == "parquet") return;
        put(table_, "encoding", text(encoding_word(file.encoding), at_));
        if (format == "json" || format == "jsonl") {
            put(table_, "json_path",
                file.json_path ? text(file.json_path->value, file.json_path->span) : text("", at_));
            return;
        }
        put(table_, "delimiter",
            file.delimiter ? text(file.delimiter->value, file.delimiter->span)
                           : text(format == "tsv" ? "\t" : ",", at_));
        put(table_, "quote", text("\"", at_));
        put(table_, "header", flag(file.has_header, at_));
        if (!file.has_header) put(table_, "names", list_of(file.fieldnames, at_));
        put(table_, "infer", text("text", at_));
        put(table_, "keep_empty", flag(true, at_));
    }

    static Value secret(const config::Spanned<std::string>& variable) {
        return text("secret://env/" + variable.value, variable.span);
    }

    void api() {
        type("api");
        const auto& api = *source_.api;
        auto base = api.base_url->value;
        while (base.ends_with('/')) base.pop_back();
        put(connection_, "base_url", text(base, api.base_url->span));
        put(connection_, "timeout",
            text(std::to_string(source_.run.timeout_seconds.value) + "s",
                source_.run.timeout_seconds.span));
        if (!api.headers.empty()) put(connection_, "headers", texts(api.headers));
        rate();
        auth();
        put(table_, "endpoint", text(api.endpoint->value, api.endpoint->span));
        if (api.method) put(table_, "method", text(*api.method, at_));
        if (!api.body.is_null()) put(table_, "body", api.body);
        if (!api.params.empty()) put(table_, "params", texts(api.params));
        if (api.data_path && !api.data_path->value.empty())
            put(table_, "records", text(jmespath(api.data_path->value), api.data_path->span));
        put(table_, "unwrap", flag(true, at_));
        put(connection_, "concurrency",
            whole(is_async() ? std::max<std::int64_t>(1, api.max_concurrency) : 1, at_));
        if (api.pagination) paginate(*api.pagination);
        const auto& incremental = api.incremental;
        if (incremental.enabled)
            cursor(*incremental.cursor_field, incremental.initial_value, incremental.cursor_param);
    }

    using Said = config::Spanned<std::string>;
    void cursor(const Said& column, const std::optional<Said>& initial,
        const std::optional<Said>& param = {}) {
        auto cursor = mapping(column.span);
        const auto say = [&](const char* key, const Said& said) {
            put(cursor, key, text(said.value, said.span));
        };
        say("column", column);
        if (initial) say("initial", *initial);
        if (param) say("param", *param);
        put(table_, "cursor", std::move(cursor));
    }

    // BRONZE_ASYNC_HTTP wins over the configuration: a word for yes, or any other for no.
    bool is_async() const {
        const char* environment = std::getenv("BRONZE_ASYNC_HTTP");
        if (!environment || !*environment) return source_.api->async.value_or(false);
        const auto said = lower(environment);
        return said == "1" || said == "true" || said == "yes";
    }

    Value texts(const config::Named<config::Spanned<std::string>>& named) const {
        auto out = mapping(at_);
        for (const auto& [name, value] : named) put(out, name, text(value.value, value.span));
        return out;
    }

    // The API's own limit, else the run's, else the environment's.
    void rate() {
        const auto& run = source_.run;
        auto said = source_.api->rate_limit.rps;
        if (!said) said = run.rate_limit_rps;
        if (const char* environment = std::getenv("BRONZE_API_RPS"); !said && environment)
            said = config::Spanned<double>{std::strtod(environment, nullptr), at_};
        if (!said || !(said->value > 0)) return;
        auto limit = mapping(said->span);
        put(limit, "rps",
            Value{.data = said->value, .span = said->span, .raw = std::to_string(said->value)});
        put(connection_, "rate_limit", std::move(limit));
    }

    void auth() {
        const auto& api = *source_.api;
        auto auth = mapping(api.auth_type.span);
        const auto kind = [&](const char* word) {
            put(auth, "type", text(word, api.auth_type.span));
        };
        switch (api.auth_type.value) {
            case AuthType::none: return;
            case AuthType::bearer:
                kind("bearer");
                put(auth, "token", secret(*api.auth_token_env));
                break;
            case AuthType::api_key:
                kind("api_key");
                put(auth, "name", text(api.auth_key_header, at_));
                put(auth, "value", secret(*api.auth_key_env));
                put(auth, "in", text("header", at_));
                break;
            case AuthType::basic:
                kind("basic");
                put(auth, "username", secret(*api.auth_username_env));
                put(auth, "password", secret(*api.auth_password_env));
                break;
        }
        put(connection_, "auth", std::move(auth));
    }

    void paginate(const Pagination& paging) {
        const auto& span = paging.type.span;
        auto out = mapping(span);
        const auto say = [&](const char* key, const std::string& value) {
            put(out, key, text(value, span));
        };
        const auto count = [&](const char* key, std::int64_t value) {
            if (value > 0) put(out, key, whole(value, span));
        };
        say("type",
            std::string(paging_choices.at(static_cast<std::size_t>(paging.type.value)).name));
        switch (paging.type.value) {
            case Paging::none: return;
            case Paging::offset:
                count("limit", paging.page_size);
                say("limit_param", paging.limit_param);
                say("offset_param", paging.offset_param);
                break;
            case Paging::page:
                count("size", paging.page_size);
                put(out, "first", whole(paging.start_page, span));
                say("page_param", paging.page_param);
                say("size_param", paging.page_size_param);
                break;
            case Paging::cursor:
                say("path", jmespath(paging.cursor_path));
                say("param", paging.cursor_param);
                break;
        }
        count("max_records", paging.max_records);
        count("max_pages", paging.max_pages);
        put(table_, "paginate", std::move(out));
    }

    void db() {
        type("odbc");
        const auto& db = *source_.db;
        put(connection_, "connection_string", secret(*db.conn_str_env));
        put(table_, "query", text(db.base_query->value, db.base_query->span));
        const auto& incremental = db.incremental;
        if (incremental.enabled) cursor(*incremental.cursor_column, incremental.initial_value);
    }

    void custom() {
        type("process");
        const auto& custom = *source_.custom_extractor;
        auto extractor = mapping(custom.module->span);
        put(extractor, "module", text(custom.module->value, custom.module->span));
        put(extractor, "class_name", text(custom.class_name->value, custom.class_name->span));
        put(connection_, "extractor", std::move(extractor));
        put(connection_, "config", config_.whole);
    }

    const Source& source_;
    const Config& config_;
    Span at_;
    Value connection_;
    Value table_;
};

}  // namespace

Value own_form(const Config& config) { return OwnForm(config).made(); }

}  // namespace ingot::foundry
