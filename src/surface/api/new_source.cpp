#include "surface/api/new_source.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/suggest.h"
#include "platform/connector/connector.h"
#include "project/read/dataset_from.h"
#include "project/read/files.h"

namespace ingot::api {

namespace {

namespace fs = std::filesystem;

struct Draft {
    std::string_view type;
    std::string_view connection;
    std::string_view table;  // lines below `- name:`
};

// What most people need first; docs/reference/sources.md has the rest. SYSTEM stands for the system's name.
constexpr auto drafts = std::to_array<Draft>({
    {"file", "  type: file\n  path: data/SYSTEM    # relative to the project\n",
        "    path: \"TABLE_{date}.csv\"    # {date} is the logical date; globs are allowed\n"
        "    load: full    # full, cdc or current_history\n"},
    {"api",
        "  type: api\n  base_url: https://api.example.com/v1\n  timeout: 30s\n"
        "  auth: {type: bearer, token: \"secret://env/SYSTEM_TOKEN\"}\n  rate_limit: {rps: 10}\n",
        "    endpoint: /TABLE\n    paginate: {type: page, size: 100}\n"
        "    cursor: {column: updated_at, param: since}\n    load: cdc\n"},
    {"postgres",
        "  type: postgres\n  url: secret://env/SYSTEM_URL    # postgresql://user:password@host/database\n",
        "    cursor: {column: updated_at}\n    load: cdc\n"},
    {"mysql",
        "  type: mysql\n  url: secret://env/SYSTEM_URL    # mysql://user:password@host/database\n",
        "    cursor: {column: updated_at}\n    load: cdc\n"},
    {"mssql", "  type: mssql\n  url: secret://env/SYSTEM_URL\n",
        "    cursor: {column: updated_at}\n    load: cdc\n"},
    {"odbc", "  type: odbc\n  url: secret://env/SYSTEM_ODBC    # Driver={…};Server=…;…\n",
        "    cursor: {column: updated_at}\n    load: cdc\n"},
    {"sqlite", "  type: sqlite\n  path: data/SYSTEM.db\n", "    load: full\n"},
    {"duckdb", "  type: duckdb\n  path: data/SYSTEM.duckdb\n", "    load: full\n"},
    {"process", "  type: process\n  command: [./extract_SYSTEM]\n", "    load: full\n"},
});

std::string filled(std::string_view text, const NewSource& wanted) {
    std::string out(text);
    std::string upper = wanted.system;
    for (auto& c : upper)
        c = static_cast<char>(std::isalnum(static_cast<unsigned char>(c)) ? std::toupper(c) : '_');
    const auto put = [&](std::string_view hole, const std::string& value) {
        for (auto at = out.find(hole); at != std::string::npos;
            at = out.find(hole, at + value.size()))
            out.replace(at, hole.size(), value);
    };
    for (const auto* suffix : {"_TOKEN", "_URL", "_ODBC"})
        put("SYSTEM" + std::string(suffix), upper + suffix);
    put("SYSTEM", wanted.system);
    put("TABLE", wanted.table);
    return out;
}

Result<const Draft*> draft_of(const std::string& type) {
    std::vector<std::string> known;
    for (const auto& draft : drafts) {
        if (draft.type != "file" && !connector::find_kind(draft.type)) continue;
        if (draft.type == type) return &draft;
        known.emplace_back(draft.type);
    }
    std::string all;
    for (const auto& name : known) all += (all.empty() ? "" : ", ") + name;
    return fail(
        "USE101", "--type takes " + all + ", not '" + type + "'" + did_you_mean(type, known));
}

}  // namespace

Result<std::string> write_new_source(const NewSource& wanted) {
    Diagnostics found;
    if (!project::is_usable_name(wanted.system, {}, found) ||
        !project::is_usable_name(wanted.table, {}, found))
        return fail("USE101", found.all().front().message);
    const auto* draft = TRY(draft_of(wanted.type));
    const auto root = project::find_root(wanted.project_dir);
    if (!root) return fail("CFG100", "no ingot.yml in this folder or its parents");
    const auto relative = "sources/" + wanted.system + ".yml";
    const auto path = *root / relative;
    std::error_code error;
    if (fs::exists(path, error)) return fail("USE101", relative + " is there already");
    fs::create_directories(path.parent_path(), error);
    std::ofstream out(path);
    out << filled("system: SYSTEM\nconnection:\n" + std::string(draft->connection) +
                      "tables:\n  - name: TABLE\n" + std::string(draft->table),
        wanted);
    out.close();
    if (error || !out) return fail("STG001", "cannot write " + path.string());
    return relative;
}

}  // namespace ingot::api
