#pragma once
// What authors write about databases, and what several kinds of them share.
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "config/describe.h"

namespace ingot::connector {

enum class Ssl { prefer, disable, require, verify_ca, verify_full };

inline constexpr std::array ssl_choices{config::Choice{"prefer", 0}, config::Choice{"disable", 1},
    config::Choice{"require", 2}, config::Choice{"verify-ca", 3}, config::Choice{"verify-full", 4}};
constexpr std::span<const config::Choice> choices(config::Of<Ssl>) { return ssl_choices; }

struct ServerConnection {
    std::string type;
    std::optional<config::Spanned<std::string>> url;
    std::optional<config::Spanned<std::string>> host;
    std::optional<config::Spanned<std::int64_t>> port;
    std::optional<config::Spanned<std::string>> database;
    std::optional<config::Spanned<std::string>> user;
    std::optional<config::Spanned<std::string>> password;
    std::optional<Ssl> ssl;
    std::optional<config::Spanned<std::string>> timeout;
};

constexpr auto describe(config::Of<ServerConnection>) {
    using config::field;
    return config::record("database server",
        "How to reach a database server: a URL, or its parts. Each may be a secret.",
        field("type", &ServerConnection::type, "The kind: postgres, mysql."),
        field(
            "url", &ServerConnection::url, "kind://user:password@host:port/database?option=value.")
            .example("secret://env/ERP_URL"),
        field("host", &ServerConnection::host, "Name or address; default: localhost."),
        field("port", &ServerConnection::port, "Default: the kind's own."),
        field("database", &ServerConnection::database, "The database on the server."),
        field("user", &ServerConnection::user, "Who connects."),
        field("password", &ServerConnection::password, "A secret reference, not the word itself.")
            .example("secret://env/ERP_PASSWORD"),
        field("ssl", &ServerConnection::ssl,
            "How far the connection is protected; default: what the URL or the client says."),
        field("timeout", &ServerConnection::timeout,
            "How long a statement may take; default: as long as it needs.")
            .example("15m"));
}

struct DatabaseTable {
    std::optional<config::Spanned<std::string>> schema;
    std::optional<config::Spanned<std::string>> table;
    std::optional<config::Spanned<std::string>> query;
    std::optional<config::Spanned<std::string>> where;
};

constexpr auto describe(config::Of<DatabaseTable>) {
    using config::field;
    return config::record("database table", "A table, a view or a query of a database.",
        field("schema", &DatabaseTable::schema,
            "The table's schema; default: where the database looks."),
        field(
            "table", &DatabaseTable::table, "The table or view there; default: the table's name."),
        field("query", &DatabaseTable::query,
            "One SELECT in the database's own SQL instead of a table; the cursor is asked around it."),
        field("where", &DatabaseTable::where,
            "Land only these rows; a condition in the database's own SQL.")
            .example("\"status <> 'draft'\""));
}

}  // namespace ingot::connector
