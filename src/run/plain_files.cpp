#include "run/plain_files.h"

#include <nlohmann/json.hpp>

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

// What the folder shows, or should show.
std::string mark_of(const state::Standing& standing, TableKind format) {
    return Json{{"dataset", standing.dataset}, {"format", name_of(format)},
        {"content", standing.content}, {"definition", standing.fingerprint},
        {"rows", standing.rows}}
        .dump();
}

Fragment partitions(const Node& node) {
    std::vector<std::string> names;
    const auto* silver = node.dataset.silver();
    for (const auto& name : silver ? silver->partition_by : node.dataset.gold()->partition_by)
        names.push_back(name.value);
    if (names.empty()) return {};
    return Fragment::of(", PARTITION_BY (") + sql::duckdb().columns(names) +
           Fragment::of("), WRITE_PARTITION_COLUMNS true, FILENAME_PATTERN 'part-{i}'");
}

Status copy_to(engine::Session& session, const Node& node, const Fragment& rows,
    const std::string& folder, TableKind format) {
    const auto by = partitions(node);
    const bool is_csv = format == TableKind::csv;
    const auto target = by.empty() ? folder + "/part-0." + (is_csv ? "csv" : "parquet") : folder;
    TRY(session.execute("COPY (" + rows.text() + ") TO " + sql::duckdb().literal(target).text() +
                        (is_csv ? " (FORMAT csv, HEADER" : " (FORMAT parquet, COMPRESSION snappy") +
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

class Refresh {
public:
    Refresh(const PlainFiles& what, const Node& node, TableKind format)
        : what_(what),
          node_(node),
          format_(format),
          place_(place_for_readers(node.dataset, what.manifest)) {}

    Status run() {
        if (TRY(is_current())) return {};
        const auto name = node_.dataset.name.text();
        if (!what_.files.exchanges_folders() && !partitions(node_).empty())
            return fail("CFG108",
                name + ": format: " + std::string(name_of(format_)) +
                    " with partition_by makes several files, which an object store cannot exchange at one moment; leave "
                    "partition_by: out, or use format: delta there",
                node_.dataset.origin);
        TRY(what_.leases.acquire(name, what_.run_id, std::chrono::seconds(30)));
        auto done = publish();
        const auto released = what_.leases.release(name);
        return done ? released : done;
    }

private:
    Result<bool> is_current() const {
        const auto latest = TRY(what_.tables.latest_state(node_.folder));
        if (!latest || latest->state.empty()) return true;
        const auto mark = place_ + "/" + std::string(mark_name);
        return TRY(what_.files.exists(mark)) &&
               TRY(what_.files.read(mark)) ==
                   mark_of(TRY(state::parse_standing(latest->state)), format_);
    }

    Status publish() const {
        const auto version = TRY(what_.tables.read(node_.folder));
        if (!version || version->state.empty()) return {};
        const auto staged =
            "_ingot/staging/" + what_.run_id + "/files-" + node_.dataset.name.text();
        TRY(what_.files.remove(staged));
        const auto folder = TRY(what_.files.writable_folder(staged));
        const auto rows = read_version(what_.files, node_.folder, *version);
        auto session = TRY(TRY(what_.engine())->connect());
        TRY(session->execute("SET TimeZone = 'UTC'"));
        TRY(format_ == TableKind::engine ? database_of(*session, node_, rows, folder)
                                         : copy_to(*session, node_, rows, folder, format_));
        TRY(what_.files.write(staged + "/" + std::string(mark_name),
            mark_of(TRY(state::parse_standing(version->state)), format_)));
        boundary("before-files");
        TRY(what_.leases.check_fence(node_.dataset.name.text()));
        TRY(what_.files.exchanges_folders() ? what_.files.publish_folder(staged, place_)
                                            : publish_file(staged));
        boundary("after-files");
        return what_.files.remove("_ingot/staging/" + what_.run_id);
    }

    // The file takes the place of the one before as one object; then the mark says which version it is, and what is left of
    // another format goes.
    Status publish_file(const std::string& staged) const {
        std::string published;
        for (const auto& name : TRY(what_.files.names(staged)))
            if (name != mark_name) {
                TRY(what_.files.rename(staged + "/" + name, place_ + "/" + name));
                published = name;
            }
        boundary("between-files");
        TRY(what_.files.rename(
            staged + "/" + std::string(mark_name), place_ + "/" + std::string(mark_name)));
        for (const auto& name : TRY(what_.files.names(place_)))
            if (name != mark_name && name != published)
                TRY(what_.files.remove(place_ + "/" + name));
        return {};
    }

    const PlainFiles& what_;
    const Node& node_;
    TableKind format_;
    std::string place_;
};

}  // namespace

Status refresh_plain_files(const PlainFiles& what) {
    for (const auto& node : what.manifest.datasets)
        if (const auto format = plain_format(node.dataset)) TRY(Refresh(what, node, *format).run());
    return {};
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
