#pragma once
// What authors write about databases, and what several kinds of them share.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

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

// What is read of a database; tables of every kind of it have these options.
struct DatabaseTable {
    std::optional<config::Spanned<std::string>> schema;
    std::optional<config::Spanned<std::string>> table;
    std::optional<config::Spanned<std::string>> query;
    std::optional<config::Spanned<std::string>> where;
};

// How a large table is read in several ranges at the same time; tables of servers have these options.
struct Partitioning {
    std::optional<config::Spanned<std::string>> column;
    std::optional<config::Spanned<std::int64_t>> count;
};

// Rows of describe() for members of these names in T.
template <class T>
constexpr auto table_fields() {
    using config::field;
    return std::tuple(
        field("schema", &T::schema, "The table's schema; default: where the database looks."),
        field("table", &T::table, "The table or view there; default: the table's name."),
        field("query", &T::query,
            "One SELECT in the database's own SQL instead of a table; the cursor is asked around it. {date} and {date:%Y-%m} stand for the run's date, here and in where:."),
        field("where", &T::where, "Land only these rows; a condition in the database's own SQL.")
            .example("\"status <> 'draft'\""));
}
template <class T>
constexpr auto partition_fields() {
    using config::field;
    return std::tuple(
        field("partition_column", &T::partition_column,
            "A column of numbers or times by whose ranges the rows are split; best one that is indexed and never changes.")
            .example("order_id"),
        field("partitions", &T::partitions,
            "How many ranges are read at the same time, each over a connection of its own; default: one.")
            .example("8"));
}
// For kinds whose connections share no snapshot.
template <class T>
constexpr auto consistent_field() {
    return std::tuple(config::field("consistent", &T::consistent,
        "Whether all rows have to be of one moment. Ranges of partitions: are not, here: they need false."));
}
template <class... F>
constexpr config::Record<F...> record_with(
    std::string_view name, std::string_view doc, const std::tuple<F...>& fields) {
    return {name, doc, fields};
}

template <class T>
DatabaseTable table_of(const T& said) {
    return {said.schema, said.table, said.query, said.where};
}
template <class T>
Partitioning partitioning_of(const T& said) {
    return {said.partition_column, said.partitions};
}

constexpr auto describe(config::Of<DatabaseTable>) {
    return record_with("database table", "A table, a view or a query of a database.",
        table_fields<DatabaseTable>());
}

struct ServerTable {
    std::optional<config::Spanned<std::string>> schema;
    std::optional<config::Spanned<std::string>> table;
    std::optional<config::Spanned<std::string>> query;
    std::optional<config::Spanned<std::string>> where;
    std::optional<config::Spanned<std::string>> partition_column;
    std::optional<config::Spanned<std::int64_t>> partitions;
    bool consistent = true;
};

constexpr auto describe(config::Of<ServerTable>) {
    return record_with("server's table", "A table, a view or a query of a database.",
        std::tuple_cat(table_fields<ServerTable>(), partition_fields<ServerTable>(),
            consistent_field<ServerTable>()));
}

}  // namespace ingot::connector
