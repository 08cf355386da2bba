#pragma once
// Where a database is, with its secrets revealed.
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "platform/connector/connector.h"
#include "platform/connector/database/spec.h"

namespace ingot::connector {

struct Server {
    std::string host;
    std::string port;
    std::string database;
    std::string user;
    std::string password;
    std::vector<std::pair<std::string, std::string>> options;  // behind the ? of a URL
};

// AUTH001 when a secret is missing; EXT103 when the URL is none (it is not shown).
Result<Server> server_of(const ServerConnection& connection, const std::string& project_root);

// Of a database that is a file, its path as the project says it. EXT102 when it does not exist.
Result<std::string> file_of(const Settings& settings, const config::Spanned<std::string>& path);

// Mistakes that connection and table can hold together.
void check_server(const Settings& settings, Diagnostics& diagnostics);
void check_timeout(const Settings& settings, Diagnostics& diagnostics);
void check_database_table(const Settings& settings, Diagnostics& diagnostics);

// The engine's name for an attached source; datasets that land at the same time have different ones.
std::string alias_of(const Settings& settings);

}  // namespace ingot::connector
