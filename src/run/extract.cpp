#include "run/extract.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "platform/storage/upload_note.h"
#include "run/land.h"
#include "run/land_source.h"
#include "run/slice_record.h"
#include "run/step.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;

std::string shell_quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

struct HookFacts {
    std::string dataset;
    std::string date;
    std::string folder;
    std::string status;  // success or failure; empty before
};

Status run_hook(const std::string& command, const HookFacts& facts) {
    auto line = "export INGOT_DATASET=" + shell_quoted(facts.dataset) +
                " INGOT_DATE=" + shell_quoted(facts.date) +
                " INGOT_FOLDER=" + shell_quoted(facts.folder);
    if (!facts.status.empty()) line += " INGOT_STATUS=" + facts.status;
    const int status = std::system((line + "\n" + command + "\n").c_str());
    if (status == 0) return {};
    const auto said = WIFEXITED(status) ? "with status " + std::to_string(WEXITSTATUS(status))
                                        : std::string("by a signal");
    return fail("EXT001", "the command of a hook ended " + said + ": " + command);
}

constexpr std::string_view metadata_name = "_metadata.json";
constexpr std::string_view checksums_name = "_checksums.json";

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

// In the staged copy. What stands in the store keeps its files until the metadata names these ones, so a reader who goes by the
// metadata has all of one extraction.
Status rename_by_content(storage::FileSystem& to, const std::string& staging) {
    const auto metadata_path = staging + "/" + std::string(metadata_name);
    const auto checksums_path = staging + "/" + std::string(checksums_name);
    auto metadata = TRY(to.read(metadata_path));
    auto checksums = TRY(to.read(checksums_path));
    std::vector<Part> parts;
    for (const auto& name : TRY(to.names(staging)))
        if (name != metadata_name && name != checksums_name) parts.push_back({.name = name});
    const auto before = parts;
    TRY(name_by_content(parts, to.url(staging)));
    for (std::size_t i = 0; i < parts.size(); ++i)
        for (auto* text : {&metadata, &checksums})
            replace_all(*text, "\"" + before[i].name + "\"", "\"" + parts[i].name + "\"");
    auto listed = nlohmann::ordered_json::parse(checksums, nullptr, false);
    if (!listed.is_object() || !listed.contains("files"))
        return fail("STG103", to.url(checksums_path) + " is none of ours");
    for (auto& file : listed["files"])
        if (file.value("path", "") == metadata_name) {
            file["size_bytes"] = metadata.size();
            file["sha256"] = sha256(metadata);
        }
    TRY(to.write(metadata_path, metadata));
    return to.write(checksums_path, listed.dump(2));
}

// A copy of the partition, put into place at the other end as one.
Status upload(storage::FileSystem& from, const std::string& folder, storage::FileSystem& to,
    const std::string& staging) {
    TRY(to.remove(staging));
    TRY(to.make_folder(staging));
    for (const auto& name : TRY(from.names(folder))) {
        std::error_code error;
        fs::copy_file(from.url(folder + "/" + name), to.url(staging + "/" + name), error);
        if (error)
            return fail("STG001", "cannot copy " + from.url(folder + "/" + name) + " to " +
                                      to.url(staging) + ": " + error.message());
    }
    if (to.exchanges_folders()) return to.publish_folder(staging, folder);
    if (TRY(to.exists(folder + "/" + std::string(metadata_name))))
        TRY(rename_by_content(to, staging));
    const auto names = TRY(to.names(staging));
    TRY(to.publish_folder(staging, folder));
    boundary("after-upload");
    // What the metadata no longer names.
    for (const auto& name : TRY(to.names(folder)))
        if (std::ranges::find(names, name) == names.end() && name.find('=') == std::string::npos)
            TRY(to.remove(folder + "/" + name));
    storage::end_abandoned_uploads(to, {folder});
    return {};
}

Status write_state(const std::string& path, const CursorValue& cursor, Date date) {
    std::error_code error;
    fs::create_directories(fs::path(path).parent_path(), error);
    const nlohmann::ordered_json json{{"cursor", cursor.value}, {"last_run", to_string(date)}};
    const auto staged = path + ".tmp";
    std::ofstream out(staged, std::ios::binary | std::ios::trunc);
    out << json.dump(2);
    out.close();
    if (out) fs::rename(staged, path, error);
    if (!out || error) return fail("STATE001", "cannot write " + path);
    return {};
}

class Extracting {
public:
    Extracting(const RunContext& context, const Step& step, const Extraction& extraction)
        : context_(context),
          step_(step),
          extraction_(extraction),
          node_(context.manifest.datasets[step.dataset]) {}

    Result<StepReport> run() {
        HookFacts facts{.dataset = step_.name.substr(step_.name.find('.') + 1),
            .date = to_string(*step_.slice),
            .folder = extraction_.output->url(extraction_.folder),
            .status = {}};
        for (const auto& command : extraction_.before) TRY(run_hook(command, facts));
        auto report = land_and_upload();
        facts.status = report ? "success" : "failure";
        for (const auto& command : extraction_.after) {
            const auto done = run_hook(command, facts);
            if (!done && report) return std::unexpected(done.error());
        }
        return report;
    }

private:
    Result<StepReport> land_and_upload() {
        const auto lease = step_.name + "@" + to_string(*step_.slice);
        TRY(extraction_.leases->acquire(lease, context_.run_id, context_.lease_patience));
        auto report = land_leased();
        (void)extraction_.leases->release(lease);
        return report;
    }

    Result<StepReport> land_leased() {
        auto& files = *extraction_.output;
        const LandOrder order{.manifest = context_.manifest,
            .node = node_,
            .stores = context_.stores,
            .date = *step_.slice,
            .run_id = context_.run_id,
            .now = context_.clock.now(),
            .stopped = [this] { return context_.stop.load(); },
            .layout = extraction_.layout,
            .folder = extraction_.folder};
        const bool is_asked = node_.dataset.bronze()->kind != nullptr;
        const auto open = [this] { return context_.engine.connect(); };
        auto report =
            TRY(is_asked ? land_source(order, open, files) : land(order, *TRY(open()), files));
        TRY(files.remove("_ingot/staging/" + context_.run_id + "/" + step_.name));
        if (report.status != StepStatus::done) return report;
        if (!report.rows.reconcile())
            return fail(
                "QUAL101", step_.name + ": rows in do not equal out + quarantined + dropped");
        TRY(keep_cursor());
        if (extraction_.store)
            TRY(upload(files, extraction_.folder, *extraction_.store,
                "_ingot/staging/" + context_.run_id + "/" + step_.name));
        return report;
    }

    Status keep_cursor() const {
        if (extraction_.state_file.empty()) return {};
        const auto record = TRY(read_slice_record(*extraction_.output, extraction_.folder));
        if (!record.cursor) return {};
        return write_state(extraction_.state_file, *record.cursor, *step_.slice);
    }

    const RunContext& context_;
    const Step& step_;
    const Extraction& extraction_;
    const Node& node_;
};

}  // namespace

Result<StepReport> extract(
    const RunContext& context, const Step& step, const Extraction& extraction) {
    auto report = Extracting(context, step, extraction).run();
    if (report) return report;
    return std::unexpected(
        Error(report.error()).at(context.manifest.datasets[step.dataset].dataset.origin));
}

std::optional<std::string> cursor_in(const std::string& state_file) {
    std::ifstream in(state_file);
    const auto json = nlohmann::json::parse(in, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    const auto cursor = json.find("cursor");
    if (cursor == json.end() || cursor->is_null()) return std::nullopt;
    return cursor->is_string() ? cursor->get<std::string>() : cursor->dump();
}

}  // namespace ingot::run
