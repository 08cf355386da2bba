#include "run/plain_files.h"

#include <algorithm>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "data/columns.h"
#include "data/parquet.h"
#include "project/place.h"
#include "run/step.h"
#include "run/table_rows.h"
#include "sql/dialect.h"
#include "state/standing.h"

namespace ingot::run {

namespace {

using Json = nlohmann::json;
using sql::Fragment;

// Hidden, so that whoever reads all files of the folder passes it over.
constexpr std::string_view mark_name = ".version.json";

std::string_view name_of(TableKind format) {
    return table_choices.at(static_cast<std::size_t>(format)).name;
}

// What the folder shows, or should show; with `folders` that is its mark.
Json shown(const state::Standing& standing, TableKind format) {
    return Json{{"dataset", standing.dataset}, {"format", name_of(format)},
        {"content", standing.content}, {"definition", standing.fingerprint},
        {"rows", standing.rows}};
}

std::vector<std::string> partition_columns(const Node& node) {
    std::vector<std::string> names;
    const auto* silver = node.dataset.silver();
    for (const auto& name : silver ? silver->partition_by : node.dataset.gold()->partition_by)
        names.push_back(name.value);
    return names;
}

// Slices that stand for themselves are exchanged by themselves. A database file holds them all.
bool is_by_slice(const Node& node, TableKind format) {
    const auto* silver = node.dataset.silver();
    return silver && silver->scope == Scope::slice && format != TableKind::engine &&
           !silver->partition_by.empty() &&
           same_name(silver->partition_by.front().value, load_date_column);
}

// What is exchanged at one moment: the table, or one slice of it.
struct Unit {
    std::string folder;                  // in the place for readers; empty: all of it
    table::TableVersion rows;            // of its files
    std::vector<std::string> by_column;  // folders below it
    std::string content;                 // changes when its rows may
};

std::string content_of_files(const table::TableVersion& version) {
    std::string all;
    for (const auto& column : version.columns) all += column.name + " " + column.type + "\n";
    for (const auto& file : version.files)
        all += file.path + " " + std::to_string(file.rows) + " " +
               std::to_string(file.modified_ms) + "\n";
    return sha256(all);
}

std::vector<Unit> units_of(const Node& node, TableKind format, const table::TableVersion& version) {
    auto by_column = partition_columns(node);
    if (!is_by_slice(node, format))
        return {Unit{"", version, std::move(by_column), content_of_files(version)}};
    const auto date = by_column.front();
    by_column.erase(by_column.begin());
    std::map<std::string, Unit> slices;
    for (const auto& file : version.files) {
        const auto value = file.partition.find(date);
        const auto folder =
            date + "=" +
            (value == file.partition.end() ? std::string() : value->second.value_or(""));
        auto& unit = slices[folder];
        unit.folder = folder;
        unit.rows.columns = version.columns;
        unit.rows.files.push_back(file);
    }
    std::vector<Unit> units;
    for (auto& [folder, unit] : slices) {
        unit.by_column = by_column;
        unit.content = content_of_files(unit.rows);
        units.push_back(std::move(unit));
    }
    return units;
}

Status copy_to(engine::Session& session, const Unit& unit, const Fragment& rows,
    const std::string& folder, TableKind format) {
    const bool is_csv = format == TableKind::csv;
    const auto by =
        unit.by_column.empty()
            ? Fragment{}
            : Fragment::of(", PARTITION_BY (") + sql::duckdb().columns(unit.by_column) +
                  Fragment::of("), WRITE_PARTITION_COLUMNS true, FILENAME_PATTERN 'part-{i}'");
    const auto target = by.empty() ? folder + "/part-0." + (is_csv ? "csv" : "parquet") : folder;
    TRY(session.execute("COPY (" + rows.text() + ") TO " + sql::duckdb().literal(target).text() +
                        (is_csv ? std::string(" (FORMAT csv, HEADER")
                                : " (FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT " +
                                      std::to_string(parquet_dictionary_values)) +
                        by.text() + ")"));
    return {};
}

Status database_of(
    engine::Session& session, const Node& node, const Fragment& rows, const std::string& folder) {
    const auto& name = node.dataset.name;
    const auto& d = sql::duckdb();
    const auto path = d.literal(folder + "/" + name.name + ".duckdb").text();
    const auto schema = d.qualified("plain_files", to_string(name.layer)).text();
    TRY(session.execute("ATTACH " + path + " AS plain_files; CREATE SCHEMA " + schema +
                        "; CREATE TABLE " + schema + "." + d.identifier(name.name).text() + " AS " +
                        rows.text() + "; CHECKPOINT plain_files; DETACH plain_files"));
    return {};
}

// The mark that stands; null where there is none, or none that can be read.
Result<Json> mark_at(storage::FileSystem& files, const std::string& place) {
    const auto path = place + "/" + std::string(mark_name);
    if (!TRY(files.exists(path))) return Json();
    auto mark = Json::parse(TRY(files.read(path)), nullptr, false);
    return mark.is_object() ? mark : Json();
}

std::string below(const std::string& place, const std::string& folder) {
    return folder.empty() ? place : place + "/" + folder;
}

// Files that are not what the mark says, by path, with the folder of their unit.
Result<std::map<std::string, std::string>> damaged(
    storage::FileSystem& files, const std::string& place, const Json& mark) {
    std::map<std::string, std::string> paths;
    if (mark.is_null() || !mark.contains("folders")) return paths;
    std::map<std::string, std::int64_t> stand;
    for (auto& file : TRY(files.list(place))) stand[file.path] = file.size;
    for (const auto& [folder, unit] : mark.at("folders").items())
        for (const auto& [name, size] : unit.at("files").items()) {
            const auto path = below(place, folder) + "/" + name;
            const auto found = stand.find(path);
            if (found == stand.end() || found->second != size.get<std::int64_t>())
                paths[path] = folder;
        }
    return paths;
}

class Refresh {
public:
    Refresh(const PlainFiles& what, const Node& node, TableKind format)
        : what_(what),
          node_(node),
          format_(format),
          place_(place_for_readers(node.dataset, what.manifest)) {}

    Status run() {
        before_ = TRY(mark_at(what_.files, place_));
        if (what_.trust == Trust::files)
            for (const auto& [path, folder] : TRY(damaged(what_.files, place_, before_)))
                damaged_.insert(folder);
        if (TRY(is_current())) return {};
        const auto name = node_.dataset.name.text();
        TRY(can_be_exchanged());
        TRY(what_.leases.acquire(name, what_.run_id, std::chrono::seconds(30)));
        auto done = publish();
        const auto released = what_.leases.release(name);
        return done ? released : done;
    }

private:
    Result<bool> is_current() const {
        const auto latest = TRY(what_.tables.latest_state(node_.folder));
        if (!latest || latest->state.empty()) return true;
        if (before_.is_null() || !damaged_.empty()) return false;
        auto said = before_;
        said.erase("folders");
        return said == shown(TRY(state::parse_standing(latest->state)), format_);
    }

    Status can_be_exchanged() const {
        if (what_.files.exchanges_folders()) return {};
        const std::size_t of_one_file = is_by_slice(node_, format_) ? 1 : 0;
        if (partition_columns(node_).size() <= of_one_file) return {};
        return fail("CFG108",
            node_.dataset.name.text() + ": format: " + std::string(name_of(format_)) +
                " with partition_by makes several files, which an object store cannot exchange at one moment; leave "
                "partition_by: out, or use format: delta there",
            node_.dataset.origin);
    }

    Status publish() const {
        const auto version = TRY(what_.tables.read(node_.folder));
        if (!version || version->state.empty()) return {};
        auto mark = shown(TRY(state::parse_standing(version->state)), format_);
        auto& folders = mark["folders"] = Json::object();
        auto session = TRY(TRY(what_.engine())->connect());
        TRY(session->execute("SET TimeZone = 'UTC'"));
        auto units = units_of(node_, format_, *version);
        const auto stands = std::stable_partition(units.begin(), units.end(),
            [&](const Unit& unit) { return !standing(unit).is_null(); });
        for (auto unit = units.begin(); unit != stands; ++unit)
            folders[unit->folder] = standing(*unit);
        // A kill among slices leaves a mark that names those that did not change, and no others.
        if (is_by_slice(node_, format_)) TRY(write_mark(mark, Shows::parts));
        for (auto unit = stands; unit != units.end(); ++unit)
            folders[unit->folder] = TRY(publish(*session, *unit, mark));
        if (is_by_slice(node_, format_)) TRY(settle(mark));
        boundary("after-files");
        return what_.files.remove("_ingot/staging/" + what_.run_id);
    }

    // What the mark says of a slice that need not be written; of a table there is none.
    Json standing(const Unit& unit) const {
        if (unit.folder.empty() || !before_.contains("folders")) return Json();
        const auto& folders = before_.at("folders");
        const auto said = folders.find(unit.folder);
        if (said == folders.end() || said->at("content") != unit.content ||
            before_.at("format") != name_of(format_) || damaged_.contains(unit.folder))
            return Json();
        return *said;
    }

    // Writes the unit and puts it into place; gives what the mark says of it.
    Result<Json> publish(engine::Session& session, const Unit& unit, const Json& shown_then) const {
        const auto staged =
            "_ingot/staging/" + what_.run_id + "/files-" + node_.dataset.name.text();
        TRY(what_.files.remove(staged));
        const auto folder = TRY(what_.files.writable_folder(staged));
        const auto rows = TRY(read_version(what_.files, node_.folder, unit.rows));
        TRY(format_ == TableKind::engine ? database_of(session, node_, rows, folder)
                                         : copy_to(session, unit, rows, folder, format_));
        Json said{{"content", unit.content}, {"files", Json::object()}};
        for (const auto& file : TRY(what_.files.list(staged)))
            said["files"][file.path.substr(staged.size() + 1)] = file.size;
        const bool is_all = unit.folder.empty();
        if (is_all) {
            auto mark = shown_then;
            mark["folders"][""] = said;
            TRY(what_.files.write(staged + "/" + std::string(mark_name), mark.dump()));
        }
        boundary("before-files");
        TRY(what_.leases.check_fence(node_.dataset.name.text()));
        const auto place = below(place_, unit.folder);
        TRY(what_.files.exchanges_folders() ? what_.files.publish_folder(staged, place)
                                            : publish_file(staged, place, is_all));
        return said;
    }

    // The file takes the place of the one before as one object; then the mark says which version it is, and what is left of
    // another format goes.
    Status publish_file(const std::string& staged, const std::string& place, bool has_mark) const {
        std::string published;
        for (const auto& name : TRY(what_.files.names(staged)))
            if (name != mark_name) {
                TRY(what_.files.rename(staged + "/" + name, place + "/" + name));
                published = name;
            }
        boundary("between-files");
        if (has_mark)
            TRY(what_.files.rename(
                staged + "/" + std::string(mark_name), place + "/" + std::string(mark_name)));
        for (const auto& name : TRY(what_.files.names(place)))
            if (name != mark_name && name != published) TRY(what_.files.remove(place + "/" + name));
        return {};
    }

    // Once every slice stands: what is none goes, and the mark says which there are.
    Status settle(const Json& mark) const {
        boundary("between-slices");
        for (const auto& name : TRY(what_.files.names(place_)))
            if (name != mark_name && !mark.at("folders").contains(name))
                TRY(what_.files.remove(place_ + "/" + name));
        return write_mark(mark, Shows::all);
    }

    enum class Shows { parts, all };

    Status write_mark(Json mark, Shows shows) const {
        if (shows == Shows::parts) mark["content"] = "";
        return what_.files.write(place_ + "/" + std::string(mark_name), mark.dump());
    }

    const PlainFiles& what_;
    const Node& node_;
    TableKind format_;
    std::string place_;
    Json before_;
    std::set<std::string> damaged_;  // folders of units
};

}  // namespace

Status refresh_plain_files(const PlainFiles& what) {
    for (const auto& node : what.manifest.datasets)
        if (const auto format = plain_format(node.dataset)) TRY(Refresh(what, node, *format).run());
    return {};
}

Result<std::vector<std::string>> damaged_plain_files(
    const Manifest& manifest, storage::FileSystem& files, const Node& node) {
    if (!plain_format(node.dataset)) return std::vector<std::string>{};
    const auto place = place_for_readers(node.dataset, manifest);
    std::vector<std::string> paths;
    for (const auto& [path, folder] : TRY(damaged(files, place, TRY(mark_at(files, place)))))
        paths.push_back(path);
    return paths;
}

Status settle_place(const RunContext& context, const Node& node) {
    if (node.dataset.bronze()) return {};
    const auto place = place_for_readers(node.dataset, context.manifest);
    const auto behind = place_behind(node.dataset, context.manifest);
    const auto& other = node.folder == place ? behind : place;
    if (!TRY(context.files.exists(other + "/_delta_log"))) return {};
    if (TRY(context.files.exists(node.folder + "/_delta_log"))) return {};
    if (!context.files.exchanges_folders())
        return fail("CFG108",
            node.dataset.name.text() + ": its versions stand in " + context.files.url(other) +
                ", where another format: has them, and an object store moves no folders; take the format back, or remove them "
                "there and run again",
            node.dataset.origin);
    boundary("before-move");
    return context.files.publish_folder(other, node.folder);
}

}  // namespace ingot::run
