// ODBC: whatever a driver of the system's ODBC manager reads, and SQL Server by way of FreeTDS or its own driver. Decimals
// are sent as text where the source can do that, since drivers hand over numbers that they did not understand.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/redact.h"
#include "base/time.h"
#include "config/bind.h"
#include "data/type_family.h"
#include "platform/connector/connector.h"
#include "platform/connector/database/ranges.h"
#include "platform/connector/database/server.h"
#include "platform/connector/database/source_query.h"
#include "platform/connector/database/talk.h"
#include "platform/secret/secret.h"

namespace ingot::connector {

namespace {

using sql::Fragment;

enum class Words { ansi, mysql, mssql };
inline constexpr std::array words_choices{
    config::Choice{"ansi", 0}, config::Choice{"mysql", 1}, config::Choice{"mssql", 2}};
constexpr std::span<const config::Choice> choices(config::Of<Words>) { return words_choices; }

struct OdbcConnection {
    std::string type;
    config::Spanned<std::string> connection_string;
    Words dialect = Words::ansi;
    std::optional<config::Spanned<std::string>> timeout;
};

template <class T>
constexpr auto timeout_field() {
    return config::field("timeout", &T::timeout,
        "How long the login and each statement may take, in whole seconds; default: as long as they need.")
        .example("15m");
}

constexpr auto describe(config::Of<OdbcConnection>) {
    using config::field;
    return config::record("odbc connection",
        "A database that has an ODBC driver on this machine. The driver says what arrives: see its page for what drivers lose.",
        field("type", &OdbcConnection::type, "odbc."),
        field("connection_string", &OdbcConnection::connection_string,
            "What the ODBC manager takes: Driver={…};Server=…;Uid=…;Pwd=… or DSN=….")
            .also("url")
            .required()
            .example("secret://env/ERP_ODBC"),
        field("dialect", &OdbcConnection::dialect,
            "How the database spells names and text: ansi (\"name\"), mysql (`name`), mssql."),
        timeout_field<OdbcConnection>());
}

struct MssqlConnection {
    std::string type;
    std::optional<config::Spanned<std::string>> url;
    std::optional<config::Spanned<std::string>> host;
    std::optional<config::Spanned<std::int64_t>> port;
    std::optional<config::Spanned<std::string>> database;
    std::optional<config::Spanned<std::string>> user;
    std::optional<config::Spanned<std::string>> password;
    std::optional<Ssl> ssl;
    std::string driver = "FreeTDS";
    std::optional<config::Spanned<std::string>> timeout;
};

constexpr auto describe(config::Of<MssqlConnection>) {
    using config::field;
    return config::record("mssql connection", "How to reach SQL Server: a URL, or its parts.",
        field("type", &MssqlConnection::type, "mssql."),
        field("url", &MssqlConnection::url, "mssql://user:password@host:port/database.")
            .example("secret://env/ERP_URL"),
        field("host", &MssqlConnection::host, "Name or address; default: localhost."),
        field("port", &MssqlConnection::port, "Default: 1433."),
        field("database", &MssqlConnection::database, "The database on the server."),
        field("user", &MssqlConnection::user, "Who connects."),
        field("password", &MssqlConnection::password, "A secret reference, not the word itself.")
            .example("secret://env/ERP_PASSWORD"),
        field("ssl", &MssqlConnection::ssl, "How far the connection is protected."),
        field("driver", &MssqlConnection::driver, "The ODBC driver's name on this machine.")
            .example("ODBC Driver 18 for SQL Server"),
        timeout_field<MssqlConnection>());
}

struct Driver {
    std::string connection_string;
    SourceDialect dialect;
    Words words;
};

SourceDialect dialect_of(Words words) {
    if (words == Words::mysql)
        return {
            .words = {.name = "mysql", .quote = '`'}, .backslashes = true, .hash_comments = true};
    return {.words = {.name = words == Words::mssql ? "mssql" : "ansi"}};
}

// The manager sets these attributes for the driver; nothing else of a connection string is the same for all of them.
std::string limits(const std::optional<config::Spanned<std::string>>& timeout) {
    if (!timeout) return {};
    const auto whole = std::chrono::ceil<std::chrono::seconds>(*parse_duration(timeout->value));
    const auto seconds = std::to_string(std::max<std::int64_t>(1, whole.count()));
    return ";DMConnAttr={SQL_ATTR_LOGIN_TIMEOUT=" + seconds +
           "};DMStmtAttr={SQL_ATTR_QUERY_TIMEOUT=" + seconds + "}";
}

Result<Driver> odbc_driver(const Settings& settings) {
    Diagnostics checked_before;
    const auto connection = config::bind<OdbcConnection>(settings.connection, checked_before);
    auto text = secret::reveal(connection.connection_string.value, settings.root);
    if (!text) return std::unexpected(Error(text.error()).at(connection.connection_string.span));
    keep_secret(*text);
    return Driver{*std::move(text) + limits(connection.timeout), dialect_of(connection.dialect),
        connection.dialect};
}

// {it}}s}
std::string braced(const std::string& value) {
    std::string out = "{";
    for (const char c : value) out.append(c == '}' ? 2 : 1, c);
    return out + "}";
}

Result<Driver> mssql_driver(const Settings& settings) {
    Diagnostics checked_before;
    const auto said = config::bind<MssqlConnection>(settings.connection, checked_before);
    const auto server = TRY(server_of({.type = said.type,
                                          .url = said.url,
                                          .host = said.host,
                                          .port = said.port,
                                          .database = said.database,
                                          .user = said.user,
                                          .password = said.password,
                                          .ssl = said.ssl,
                                          .timeout = {}},
        settings.root));
    const auto host = server.host.empty() ? "localhost" : server.host;
    const auto port = server.port.empty() ? "1433" : server.port;
    const bool is_freetds = said.driver == "FreeTDS";
    std::string text = "Driver=" + braced(said.driver) + ";";
    text += is_freetds ? "Server=" + host + ";Port=" + port + ";TDS_Version=7.4;ClientCharset=UTF-8"
                       : "Server=" + host + "," + port;
    if (!server.database.empty()) text += ";Database=" + braced(server.database);
    text += ";Uid=" + server.user + ";Pwd=" + braced(server.password);
    if (said.ssl) {
        const bool is_on = *said.ssl != Ssl::disable && *said.ssl != Ssl::prefer;
        const bool is_checked = *said.ssl == Ssl::verify_ca || *said.ssl == Ssl::verify_full;
        text += is_freetds ? (is_on ? ";Encryption=require" : ";Encryption=request")
                           : (is_on ? ";Encrypt=yes" : ";Encrypt=no");
        if (!is_freetds && is_on && !is_checked) text += ";TrustServerCertificate=yes";
    }
    for (const auto& [name, value] : server.options) text += ";" + name + "=" + value;
    return Driver{text + limits(said.timeout), dialect_of(Words::mssql), Words::mssql};
}

// Digits behind the point that a DECIMAL of the engine would round away end the read.
Fragment decimal_read(const Column& column) {
    const auto& d = sql::duckdb();
    const auto read = d.identifier(column.name);
    const auto comma = column.type.find(',');
    std::int64_t scale = 0;
    std::from_chars(column.type.data() + comma + 1, column.type.data() + column.type.size(), scale);
    return Fragment::of("CASE WHEN length(rtrim(split_part(") + read +
           Fragment::of(", '.', 2), '0')) > ") + d.integer(scale) + Fragment::of(" THEN error(") +
           d.literal("column " + column.name + " holds a number with more digits than " +
                     column.type + "; add types: {" + column.name + ": VARCHAR}") +
           Fragment::of(") ELSE CAST(") + read + Fragment::of(" AS ") + *d.type(column.type) +
           Fragment::of(") END");
}

class OdbcSource final : public Source {
public:
    using Open = Result<Driver> (*)(const Settings&);

    OdbcSource(Settings settings, Open open) : settings_(std::move(settings)), open_(open) {
        Diagnostics checked_before;
        const auto said = config::bind<ServerTable>(settings_.table, checked_before);
        table_ = table_of(said);
        partitioning_ = partitioning_of(said);
    }

    Result<Fetched> fetch(const FetchOrder& order) override {
        put_date(table_, order.date);
        const auto driver = TRY(open_(settings_));
        Talk talk(order, table_.query ? table_.query->span : settings_.name.span,
            settings_.connection.span);
        handle_ = TRY(connect(talk, driver));
        auto fetched = TRY(read(talk, driver, order));
        std::get<Relation>(fetched.rows).finish = talk.hand_over();
        return fetched;
    }

    Result<std::string> reach(const FetchOrder& order) override {
        const auto driver = TRY(open_(settings_));
        Talk talk(order, settings_.name.span, settings_.connection.span);
        TRY(connect(talk, driver));
        return "the driver's database";
    }

private:
    static Result<std::string> connect(Talk& talk, const Driver& driver) {
        TRY(talk.ask("LOAD odbc_scanner"));
        const auto connected = TRY(talk.ask(
            "SELECT odbc_connect(" + sql::duckdb().literal(driver.connection_string).text() + ")"));
        auto handle = connected.rows.at(0).at(0).value_or("");
        talk.close_with("SELECT odbc_close(" + handle + ")");
        return handle;
    }

    Fragment asked(const Fragment& select) const { return asked(handle_, select); }
    static Fragment asked(const std::string& handle, const Fragment& select) {
        return Fragment::of("odbc_query(") + Fragment::authored(handle) + Fragment::of(", ") +
               sql::duckdb().literal(select.text()) + Fragment::of(")");
    }

    Result<Columns> columns_of(Talk& talk, const Fragment& select) {
        const auto seen = TRY(talk.ask("DESCRIBE FROM " + asked(select).text()));
        Columns there;
        for (const auto& row : seen.rows)
            there.push_back({row[0].value_or(""), row[1].value_or("")});
        return there;
    }

    Result<Fetched> read(Talk& talk, const Driver& driver, const FetchOrder& order) {
        const auto rows = TRY(rows_of(driver.dialect, table_, settings_.name.value));
        const auto wrapped = columns_of(talk, Fragment::of("SELECT * FROM ") + rows);
        if (wrapped) return read_wrapped({talk, driver, order}, rows, *wrapped);
        if (!table_.query || wrapped.error().retryable) return std::unexpected(wrapped.error());
        // T-SQL takes neither WITH nor ORDER BY within parentheses.
        const auto bare = Fragment::authored(TRY(one_select(driver.dialect, *table_.query)));
        return read_bare(order, bare, TRY(columns_of(talk, bare)));
    }

    struct Fetching {
        Talk& talk;
        const Driver& driver;
        const FetchOrder& order;
    };

    Result<Fetched> read_wrapped(
        const Fetching& fetching, const Fragment& rows, const Columns& there) {
        const auto& [talk, driver, order] = fetching;
        std::vector<Passing> columns;
        for (const auto& column : TRY(chosen(there))) columns.push_back(passing(driver, column));
        std::vector<Fragment> conditions;
        if (table_.where) conditions.push_back(Fragment::authored(table_.where->value));
        if (order.since) {
            const auto column = TRY(cursor(there));
            conditions.push_back(driver.dialect.column(column.name) + Fragment::of(" >= ") +
                                 TRY(bound(driver, *order.since, column.type)));
        }
        const auto select = [&](const std::string& handle, const std::vector<Fragment>& where) {
            return Fragment::of("SELECT ") + read_list(columns) + Fragment::of(" FROM ") +
                   asked(handle, sent_select(driver.dialect, columns, rows, where));
        };
        Relation relation{.select = select(handle_, conditions)};
        for (const auto& range : TRY(ranges(fetching, rows, conditions, there))) {
            auto within = conditions;
            within.push_back(range);
            const auto handle = relation.at_once.empty() ? handle_ : TRY(connect(talk, driver));
            relation.at_once.push_back({.select = select(handle, within)});
        }
        return Fetched{.rows = std::move(relation)};
    }

    // Each is a statement of its own, over a connection of its own: drivers share no snapshots.
    Result<std::vector<Fragment>> ranges(const Fetching& fetching, const Fragment& rows,
        const std::vector<Fragment>& conditions, const Columns& there) const {
        if (!partitioning_.count) return std::vector<Fragment>{};
        const auto& [talk, driver, order] = fetching;
        const auto& said = *partitioning_.column;
        const auto name =
            TRY(found_column("partition_column", said.value, names_of(there), said.span));
        const auto type = std::ranges::find(there, name, &Column::name)->type;
        return ranges_of({.column = driver.dialect.column(name),
            .name = said,
            .type = type,
            .count = partitioning_.count->value,
            .ends =
                [&](const Fragment& least, const Fragment& greatest) {
                    return talk.ask(
                        "FROM " + asked(sent_select(driver.dialect,
                                            {{"least", least, {}}, {"greatest", greatest, {}}},
                                            rows, conditions))
                                      .text());
                },
            .engine = [&](const auto& statement) { return talk.ask(statement); },
            .bound = [&](const Bound& value) { return bound(driver, value, type); }});
    }

    Result<Fetched> read_bare(
        const FetchOrder& order, const Fragment& query, const Columns& there) {
        const auto& d = sql::duckdb();
        if (table_.where)
            return fail("EXT103",
                "where: cannot be put around this query, which the database takes only as it stands; put it into the query",
                table_.where->span);
        std::vector<Passing> columns;
        for (const auto& column : TRY(chosen(there)))
            columns.push_back({column.name, {}, d.identifier(column.name)});
        Fetched fetched{.rows = Relation{.select = Fragment::of("SELECT ") + read_list(columns) +
                                                   Fragment::of(" FROM ") + asked(query)}};
        if (!order.since) return fetched;
        const auto column = TRY(cursor(there));
        auto& select = std::get<Relation>(fetched.rows).select;
        select = select + Fragment::of(" WHERE ") + d.identifier(column.name) +
                 Fragment::of(" >= CAST(") + d.literal(order.since->value) + Fragment::of(" AS ") +
                 TRY(d.type(column.type)) + Fragment::of(")");
        fetched.warnings.push_back(
            "EXT145 the database takes the query only as it stands (WITH or ORDER BY), so all its rows are fetched and the old ones dropped here");
        return fetched;
    }

    Passing passing(const Driver& driver, const Column& column) const {
        const auto own = driver.dialect.column(column.name);
        const auto read = sql::duckdb().identifier(column.name);
        const auto as_text = Fragment::of("CAST(") + own +
                             (driver.words == Words::mysql ? Fragment::of(" AS CHAR)")
                                                           : Fragment::of(" AS VARCHAR(4000))"));
        if (settings_.is_declared_text(column.name)) return {column.name, as_text, read};
        // SQL Server's decimals have no more digits than the engine's.
        if (driver.words == Words::mssql || !column.type.starts_with("DECIMAL("))
            return {column.name, own, read};
        return {column.name, as_text, decimal_read(column)};
    }

    static Result<Fragment> bound(
        const Driver& driver, const Bound& bound, const std::string& type) {
        const auto& dialect = driver.dialect;
        if (is_number_type(type)) return dialect.bound(bound, type);
        if (type == "DATE")
            return Fragment::of("{d ") + dialect.text(bound.value.substr(0, 10)) +
                   Fragment::of("}");
        if (!type.starts_with("TIMESTAMP")) return dialect.text(bound.value);
        const auto instant =
            bound.value.size() > 10 ? bound.value.substr(0, 26) : bound.value + " 00:00:00";
        if (driver.words == Words::mssql)
            return Fragment::of("CAST(") + dialect.text(instant) + Fragment::of(" AS datetime2)");
        return Fragment::of("{ts ") + dialect.text(instant) + Fragment::of("}");
    }

    Result<Columns> chosen(const Columns& there) const {
        Columns out;
        for (const auto& name :
            TRY(chosen_columns(settings_.columns, names_of(there), settings_.name.span)))
            out.push_back(*std::ranges::find(there, name, &Column::name));
        return out;
    }

    Result<Column> cursor(const Columns& there) const {
        const auto name = TRY(cursor_column(*settings_.cursor, names_of(there)));
        return *std::ranges::find(there, name, &Column::name);
    }

    Settings settings_;
    Open open_;
    DatabaseTable table_;
    Partitioning partitioning_;
    std::string handle_;
};

void check_odbc(const Settings& settings, Diagnostics& diagnostics) {
    check_timeout(settings, diagnostics);
    check_database_table(settings, diagnostics);
    check_partitions(settings, RangesShare::nothing, diagnostics);
}

void check_mssql(const Settings& settings, Diagnostics& diagnostics) {
    check_server(settings, diagnostics);
    check_partitions(settings, RangesShare::nothing, diagnostics);
}

}  // namespace

extern const Kind odbc_kind;
const Kind odbc_kind{.name = "odbc",
    .doc = "Tables and queries of any database that has an ODBC driver.",
    .connection = options_of<OdbcConnection>(),
    .table = options_of<ServerTable>(),
    .check = &check_odbc,
    .open = [](Settings settings) -> std::unique_ptr<Source> {
        return std::make_unique<OdbcSource>(std::move(settings), &odbc_driver);
    }};

extern const Kind mssql_kind;
const Kind mssql_kind{.name = "mssql",
    .doc = "Tables and queries of SQL Server.",
    .connection = options_of<MssqlConnection>(),
    .table = options_of<ServerTable>(),
    .check = &check_mssql,
    .open = [](Settings settings) -> std::unique_ptr<Source> {
        return std::make_unique<OdbcSource>(std::move(settings), &mssql_driver);
    }};

}  // namespace ingot::connector
