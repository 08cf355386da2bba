#pragma once
// The sections that `source.type` chooses between, and `source:` around them.
#include "project/foundry/source.h"

namespace ingot::foundry {

enum class AuthType { none, bearer, api_key, basic };

inline constexpr std::array auth_choices{config::Choice{"none", 0}, config::Choice{"bearer", 1},
    config::Choice{"api_key", 2}, config::Choice{"basic", 3}};
constexpr std::span<const config::Choice> choices(config::Of<AuthType>) { return auth_choices; }

struct ApiIncremental {
    bool enabled = false;
    std::optional<config::Spanned<std::string>> cursor_field;
    std::optional<config::Spanned<std::string>> cursor_param;
    std::optional<config::Spanned<std::string>> initial_value;
};

constexpr auto describe(config::Of<ApiIncremental>) {
    using config::field;
    return config::record("api.incremental", "Ask only for what is new.",
        field("enabled", &ApiIncremental::enabled, "Whether."),
        field("cursor_field", &ApiIncremental::cursor_field, "The field that grows."),
        field("cursor_param", &ApiIncremental::cursor_param,
            "The query parameter that takes the greatest value landed."),
        field("initial_cursor_value", &ApiIncremental::initial_value, "Where the first run begins.")
            .also("initial_value"));
}

struct Api {
    std::optional<config::Spanned<std::string>> base_url;
    std::optional<config::Spanned<std::string>> url;
    std::optional<config::Spanned<std::string>> endpoint;
    std::optional<std::string> method;
    config::Value body;
    config::Spanned<AuthType> auth_type;
    std::optional<config::Spanned<std::string>> auth_token_env;
    std::optional<config::Spanned<std::string>> auth_key_env;
    std::string auth_key_header = "X-API-Key";
    std::optional<config::Spanned<std::string>> auth_username_env;
    std::optional<config::Spanned<std::string>> auth_password_env;
    config::Named<config::Spanned<std::string>> headers;
    config::Named<config::Spanned<std::string>> params;
    std::optional<config::Spanned<std::string>> data_path;
    std::optional<Pagination> pagination;
    std::optional<config::Spanned<std::string>> cursor_field;
    std::optional<bool> async;
    std::int64_t max_concurrency = 5;
    RateLimit rate_limit;
    ApiIncremental incremental;
};

constexpr auto describe(config::Of<Api>) {
    using config::field;
    return config::record("api", "A REST endpoint.",
        field("base_url", &Api::base_url, "Required; its last / is dropped."),
        field("url", &Api::url, "Deprecated (CFG002): base_url."),
        field("endpoint", &Api::endpoint, "Appended to base_url; without it / (CFG003)."),
        field("method", &Api::method, "GET or POST."),
        field("body", &Api::body, "JSON body of a POST."),
        field("auth_type", &Api::auth_type, "How requests say who asks."),
        field("auth_token_env", &Api::auth_token_env, "bearer: variable of the token."),
        field("auth_key_env", &Api::auth_key_env, "api_key: variable of the key."),
        field("auth_key_header", &Api::auth_key_header, "api_key: its header."),
        field("auth_username_env", &Api::auth_username_env, "basic: variable of the name."),
        field("auth_password_env", &Api::auth_password_env, "basic: variable of the password."),
        field("headers", &Api::headers, "Of every request; win over our own."),
        field("params", &Api::params, "Query parameters of every request."),
        field("data_path", &Api::data_path, "Dotted path of the records."),
        field("pagination", &Api::pagination, "How to get all of them."),
        field("cursor_field", &Api::cursor_field, "The greatest value goes into the metadata."),
        field("async", &Api::async, "Ask for the next page while one is taken in."),
        field("max_concurrency", &Api::max_concurrency, "Requests under way at once."),
        field("rate_limit", &Api::rate_limit, "How fast."),
        field("incremental", &Api::incremental, "Only what is new."));
}

struct DbIncremental {
    bool enabled = false;
    std::optional<config::Spanned<std::string>> cursor_column;
    std::optional<std::string> cursor_type;
    std::optional<config::Spanned<std::string>> initial_value;
    std::optional<std::string> state_file;
};

constexpr auto describe(config::Of<DbIncremental>) {
    using config::field;
    return config::record("incremental", "Read only rows past the greatest seen so far.",
        field("enabled", &DbIncremental::enabled, "Whether."),
        field("cursor_column", &DbIncremental::cursor_column, "The column that grows."),
        field("cursor_type", &DbIncremental::cursor_type, "For people: its type is the column's.")
            .descriptive(),
        field("initial_value", &DbIncremental::initial_value, "Where the first run begins.")
            .also("cursor_initial_value"),
        field("state_file", &DbIncremental::state_file,
            "Where the cursor is kept; default: .state/<system>_<table>_cursor.json."));
}

struct Db {
    std::optional<config::Spanned<std::string>> conn_str_env;
    std::optional<config::Spanned<std::string>> base_query;
    std::string driver = "pyodbc";
    DbIncremental incremental;
    std::int64_t fetch_batch_size = 10000;
};

constexpr auto describe(config::Of<Db>) {
    using config::field;
    return config::record("db", "A query to a database.",
        field("conn_str_env", &Db::conn_str_env, "Variable of the ODBC connection string.")
            .required(),
        field("base_query", &Db::base_query, "The query.").required(),
        field("driver", &Db::driver, "pyodbc, which is ODBC; there never was another."),
        field("incremental", &Db::incremental, "Only what is new."),
        field("fetch_batch_size", &Db::fetch_batch_size, "Rows a fetch."));
}

struct File {
    std::optional<config::Spanned<std::string>> path;
    std::optional<config::Spanned<std::string>> format;
    std::optional<config::Spanned<std::string>> delimiter;
    std::string encoding = "utf-8";
    bool has_header = true;
    std::vector<std::string> fieldnames;
    std::vector<config::Spanned<std::string>> columns;
    std::optional<config::Spanned<std::int64_t>> limit_rows;
    std::optional<config::Spanned<std::string>> json_path;
};

constexpr auto describe(config::Of<File>) {
    using config::field;
    return config::record("file", "A file beside the configuration.",
        field("path", &File::path, "Relative to the working directory; ~ is the home folder.")
            .required(),
        field("format", &File::format, "csv, tsv, json, jsonl or parquet; default: by its ending."),
        field("delimiter", &File::delimiter, "One character; default: a comma, a tab for tsv."),
        field("encoding", &File::encoding, "Of text."),
        field("has_header", &File::has_header, "Whether the first line names the columns."),
        field("fieldnames", &File::fieldnames, "Names where there is no header."),
        field("columns", &File::columns, "Only these, in this order."),
        field("limit_rows", &File::limit_rows, "Only the first rows."),
        field("json_path", &File::json_path, "Dotted path of the records in a JSON file."));
}

struct Custom {
    std::optional<config::Spanned<std::string>> module;
    std::optional<config::Spanned<std::string>> class_name;
};

constexpr auto describe(config::Of<Custom>) {
    using config::field;
    return config::record("custom_extractor", "A Python class with fetch_records(cfg, run_date).",
        field("module", &Custom::module, "Where it is imported from.").required(),
        field("class_name", &Custom::class_name, "The class.").required());
}

struct Source {
    config::Spanned<Kind> type{Kind::api, {}};
    config::Spanned<std::string> system;
    config::Spanned<std::string> table;
    std::optional<std::string> config_name;
    RunOptions run;
    std::optional<Api> api;
    std::optional<Db> db;
    std::optional<File> file;
    std::optional<Custom> custom_extractor;
    std::optional<std::string> pattern_id;
    std::optional<std::string> owner_team;
    std::optional<std::string> owner_contact;
};

constexpr auto describe(config::Of<Source>) {
    using config::field;
    return config::record("source", "One table of one system.",
        field(
            "type", &Source::type, "api, db, file or custom; the section of that name is needed."),
        field("system", &Source::system, "The system's name.").required(),
        field("table", &Source::table, "The table's name.").required(),
        field("config_name", &Source::config_name, "Default: <system>.<table>."),
        field("run", &Source::run, "How it runs.").required(),
        field("api", &Source::api, "With type: api."), field("db", &Source::db, "With type: db."),
        field("file", &Source::file, "With type: file."),
        field("custom_extractor", &Source::custom_extractor, "With type: custom."),
        field("pattern_id", &Source::pattern_id, "For people.").descriptive(),
        field("owner_team", &Source::owner_team, "Who answers for it.").descriptive(),
        field("owner_contact", &Source::owner_contact, "How to reach them.").descriptive());
}

}  // namespace ingot::foundry
