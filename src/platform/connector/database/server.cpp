#include "platform/connector/database/server.h"

#include <array>
#include <filesystem>
#include <optional>

#include "base/redact.h"
#include "base/suggest.h"
#include "base/time.h"
#include "platform/secret/secret.h"

namespace ingot::connector {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low < 0) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

// What stands before the first `mark`; the rest stays. Without a mark that is everything.
std::string_view cut(std::string_view& rest, char mark) {
    const auto at = rest.find(mark);
    const auto head = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
    return head;
}

std::optional<Server> from_url(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return std::nullopt;
    auto options = url.substr(scheme + 3);
    auto place = cut(options, '?');
    auto authority = cut(place, '/');
    Server server;
    server.database = decoded(place);
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        auto who = authority.substr(0, at);
        authority = authority.substr(at + 1);
        server.user = decoded(cut(who, ':'));
        server.password = decoded(who);
    }
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        server.host = authority.substr(1, end - 1);
        authority = authority.substr(end + 1);
        if (authority.starts_with(':')) server.port = authority.substr(1);
    } else {
        server.host = decoded(cut(authority, ':'));
        server.port = authority;
    }
    while (!options.empty()) {
        auto option = cut(options, '&');
        const auto name = cut(option, '=');
        server.options.emplace_back(decoded(name), decoded(option));
    }
    return server;
}

}  // namespace

Result<Server> server_of(const ServerConnection& connection, const std::string& project_root) {
    const auto reveal = [&](const config::Spanned<std::string>& value) -> Result<std::string> {
        auto text = secret::reveal(value.value, project_root);
        if (!text) return std::unexpected(Error(text.error()).at(value.span));
        return text;
    };
    Server server;
    if (connection.url) {
        const auto parsed = from_url(TRY(reveal(*connection.url)));
        if (!parsed)
            return fail("EXT103", "url: is not written kind://user:password@host:port/database",
                connection.url->span);
        server = *parsed;
    }
    if (connection.host) server.host = TRY(reveal(*connection.host));
    if (connection.port) server.port = std::to_string(connection.port->value);
    if (connection.database) server.database = TRY(reveal(*connection.database));
    if (connection.user) server.user = TRY(reveal(*connection.user));
    if (connection.password) server.password = TRY(reveal(*connection.password));
    keep_secret(server.password);
    return server;
}

void check_server(const Settings& settings, Diagnostics& diagnostics) {
    const auto& connection = settings.connection;
    const auto* url = connection.find("url");
    if (!url && !connection.find("host") && !connection.find("database"))
        diagnostics.error("CFG103",
            "the connection says neither url: nor host: and database:; it needs one of them",
            connection.span);
    if (url)
        for (const auto* part : {"host", "port", "database"})
            if (const auto* value = connection.find(part))
                diagnostics.error("CFG108",
                    std::string(part) + ": and url: both say where the database is; keep one",
                    value->span, {{"url:", url->span}});
    check_timeout(settings, diagnostics);
    check_database_table(settings, diagnostics);
}

void check_timeout(const Settings& settings, Diagnostics& diagnostics) {
    const auto* timeout = settings.connection.find("timeout");
    if (timeout && !parse_duration(timeout->raw))
        diagnostics.error("CFG104",
            "timeout: is a duration (90s, 15m, 1h), not '" + timeout->raw + "'", timeout->span);
}

void check_database_table(const Settings& settings, Diagnostics& diagnostics) {
    const auto* query = settings.table.find("query");
    if (!query) return;
    for (const auto* other : {"table", "schema"})
        if (const auto* value = settings.table.find(other))
            diagnostics.error("CFG108",
                std::string(other) + ": and query: both say what to read; keep one", value->span,
                {{"query:", query->span}});
}

Result<std::string> file_of(const Settings& settings, const config::Spanned<std::string>& path) {
    const auto file = (std::filesystem::path(settings.root) / path.value).lexically_normal();
    std::error_code error;
    if (std::filesystem::exists(file, error)) return file.string();
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(file.parent_path(), error))
        names.push_back(entry.path().filename().string());
    return fail("EXT102",
        file.string() + " does not exist" + did_you_mean(file.filename().string(), names),
        path.span);
}

std::string alias_of(const Settings& settings) {
    return "source of " + settings.system + "." + settings.name.value;
}

}  // namespace ingot::connector
