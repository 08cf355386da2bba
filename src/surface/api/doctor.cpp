#include "surface/api/doctor.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "platform/connector/file.h"
#include "platform/secret/secret.h"
#include "run/catalog.h"
#include "run/land.h"
#include "run/source_files.h"
#include "run/views.h"
#include "surface/api/reach.h"
#include "surface/api/state.h"

namespace ingot::api {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t little_space = std::uintmax_t{1} << 30U;

std::string gigabytes(std::uintmax_t bytes) {
    const auto tenths = bytes * 10 / (std::uintmax_t{1} << 30U);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GB";
}

// {date} and {date:…} as a wildcard: what the source could show for any date.
std::string of_any_date(std::string pattern) {
    for (auto begin = pattern.find("{date"); begin != std::string::npos;
        begin = pattern.find("{date", begin)) {
        const auto end = pattern.find('}', begin);
        if (end == std::string::npos) break;
        const auto inside = pattern.substr(begin, end - begin);
        std::string any = "*";
        for (const char c : inside)
            if (c == '/') any += "/*";
        pattern.replace(begin, end - begin + 1, any);
    }
    return pattern;
}

void collect_secrets(const config::Value& value, std::vector<config::Spanned<std::string>>& found) {
    if (const auto* text = value.text(); text && secret::is_reference(*text)) {
        const auto is_it = [&](const auto& one) {
            return one.value == *text && one.span == value.span;
        };
        if (std::ranges::none_of(found, is_it)) found.push_back({*text, value.span});
    }
    if (const auto* list = value.list())
        for (const auto& item : *list) collect_secrets(item, found);
    if (const auto* map = value.map())
        for (const auto& entry : *map) collect_secrets(entry.value, found);
}

class Examination {
public:
    Examination(Workbench& workbench, const DoctorOptions& options)
        : workbench_(workbench), options_(options) {}

    std::vector<Examined> run(Diagnostics& diagnostics) {
        workbench_.load(diagnostics);
        if (!configuration(diagnostics)) {
            engine();
            return std::move(found_);
        }
        target();
        engine();
        const bool stands = warehouse();
        sources();
        secrets();
        if (stands) {
            runs();
            tables();
            leftovers();
            catalogue();
        }
        return std::move(found_);
    }

private:
    void ok(std::string family, std::string message) {
        found_.push_back({std::move(family), "ok", std::move(message)});
    }
    void warn(std::string family, std::string message, std::string advice) {
        found_.push_back({std::move(family), "warn", std::move(message), std::move(advice)});
    }
    void fails(std::string family, const Error& error, std::string advice = {}) {
        if (advice.empty()) advice = error.code.help();
        const auto place = error.where.known() ? to_string(error.where) + ": " : "";
        found_.push_back(
            {std::move(family), "fail", place + std::string(error.code.id()) + " " + error.message,
                std::move(advice), error.exit_status()});
    }

    bool configuration(const Diagnostics& diagnostics) {
        if (diagnostics.failed()) {
            for (const auto& mistake : diagnostics.all())
                if (mistake.severity == Severity::error) {
                    fails("configuration",
                        {mistake.code,
                            std::to_string(diagnostics.errors()) +
                                " mistakes; the first: " + mistake.message,
                            mistake.where, false},
                        "mend the places shown");
                    break;
                }
            return false;
        }
        ok("configuration",
            std::to_string(manifest().datasets.size()) + " datasets in " + manifest().root);
        return true;
    }

    void target() { ok("target", manifest().target_name + ": duckdb, " + manifest().warehouse); }

    void engine() {
        const auto version = [&]() -> Result<std::string> {
            auto session = TRY(TRY(workbench_.engine())->connect());
            return TRY(session->query("SELECT version()")).text(0, 0);
        }();
        if (version)
            ok("engine", "DuckDB " + *version);
        else
            fails("engine", version.error());
    }

    // One request, which a wrong name, credential or endpoint does not survive.
    bool store() {
        const auto names = [&]() -> Result<std::vector<std::string>> {
            return TRY(workbench_.files())->names("");
        }();
        if (!names) return fails("warehouse", names.error()), false;
        ok("warehouse", manifest().warehouse + " answers" +
                            (names->empty() ? " and is empty; the first run fills it" : ""));
        return !names->empty();
    }

    // Whether there is one to look into.
    bool warehouse() {
        if (storage::is_url(manifest().warehouse)) return store();
        std::error_code error;
        const fs::path root = manifest().warehouse;
        if (!fs::exists(root, error) && options_.fix) {
            fs::create_directories(root, error);
            if (!error) ok("warehouse", "made " + root.string());
        }
        fs::path nearest = root;
        while (!fs::exists(nearest, error) && nearest.has_relative_path())
            nearest = nearest.parent_path();
        if (access(nearest.c_str(), W_OK) != 0) {
            fails("warehouse", {"STG001", nearest.string() + " is not writable", {}, false},
                "change its owner or permissions, or set warehouse: of the target");
            return fs::exists(root, error);
        }
        const auto space = fs::space(nearest, error);
        const bool little = !error && space.available < little_space;
        if (little)
            warn("warehouse",
                "only " + gigabytes(space.available) + " are free for " + root.string(),
                "make room: a table is written beside the one that stands");
        else if (fs::exists(root))
            ok("warehouse",
                root.string() + " is writable, " + gigabytes(space.available) + " are free");
        else
            ok("warehouse", root.string() + " is not there yet; the first run makes it");
        return fs::exists(root);
    }

    void sources() {
        std::size_t fine = 0;
        for (const auto& node : manifest().datasets)
            if (const auto* bronze = node.dataset.bronze(); bronze && !bronze->kind && source(node))
                ++fine;
        if (fine > 0)
            ok("sources", std::to_string(fine) + " tables have files" +
                              (options_.connect ? " that can be read" : ""));
        if (options_.connect) connect();
    }

    // Each system once, by its first table that needs no other's rows.
    void connect() {
        std::map<std::string, const BronzeDataset*> systems;
        for (const auto& node : manifest().datasets)
            if (const auto* bronze = node.dataset.bronze(); bronze && bronze->kind) {
                auto& chosen = systems[bronze->system];
                const auto stands_alone = [&](const BronzeDataset& one) {
                    return !one.kind->parent(settings_of(one, manifest().root));
                };
                if (!chosen || (!stands_alone(*chosen) && stands_alone(*bronze))) chosen = bronze;
            }
        for (const auto& [system, bronze] : systems) {
            const auto answered = reach(*bronze);
            if (answered)
                ok("sources",
                    system + ": " + std::string(bronze->kind->name) + " answers: " + *answered);
            else
                fails("sources", Error(answered.error()).during(system));
        }
    }

    Result<std::string> reach(const BronzeDataset& bronze) {
        const auto session = TRY(TRY(workbench_.engine())->connect());
        return api::reach(*session, bronze, manifest().root);
    }

    bool source(const Node& node) {
        const auto& bronze = *node.dataset.bronze();
        const auto name = node.dataset.name.text();
        if (bronze.connection.type.value != "file" || !bronze.table.path) return true;
        const auto written = run::joined_pattern(bronze.connection.path, bronze.table.path->value);
        // A server of files lists nothing, so that of one whose name tells a date nothing can be said.
        if (file::is_web(written) && (!options_.connect || written.contains("{date"))) return true;
        const auto pattern = of_any_date(written);
        const bool remote = storage::is_url(pattern);
        const auto folder = fs::path(manifest().root) / bronze.connection.path;
        std::error_code error;
        if (!remote && !fs::is_directory(folder, error)) {
            fails("sources",
                {"EXT101", name + ": there is no folder " + folder.lexically_normal().string(), {},
                    false},
                "make it, or correct connection.path");
            return false;
        }
        const auto files = run::find_source_files(
            run::reach_of(workbench_.stores(), manifest().root, bronze.connection), pattern);
        if (!files) return fails("sources", files.error()), false;
        if (files->empty()) {
            warn("sources", name + ": no file matches " + pattern + " for any date",
                "put the files there, or correct path:");
            return false;
        }
        for (const auto& found : *files)
            if (!remote && access(found.path.c_str(), R_OK) != 0)
                return fails("sources",
                           {"EXT102", name + ": " + found.name + " cannot be read", {}, false},
                           "change its permissions"),
                       false;
        if (!options_.connect || remote) return true;
        char byte = 0;
        if (std::ifstream in(files->back().path, std::ios::binary);
            files->back().size > 0 && !in.read(&byte, 1))
            return fails("sources",
                       {"EXT102", name + ": " + files->back().name + " cannot be read", {}, false}),
                   false;
        return true;
    }

    void secrets() {
        std::vector<config::Spanned<std::string>> all;
        for (const auto& node : manifest().datasets) {
            collect_secrets(node.dataset.settings, all);
            // Whoever is asked says it himself.
            const auto* bronze = node.dataset.bronze();
            if (!bronze || !bronze->kind || options_.connect) continue;
            const auto settings = settings_of(*bronze, manifest().root);
            collect_secrets(settings.connection, all);
            collect_secrets(settings.table, all);
        }
        collect_secrets(manifest().target.engine, all);
        std::size_t wrong = 0;
        for (const auto& one : all)
            if (const auto known = secret::reveal(one.value, manifest().root); !known)
                fails("secrets", Error(known.error()).at(one.span)), ++wrong;
        if (!all.empty() && wrong == 0)
            ok("secrets", std::to_string(all.size()) + " can be resolved");
    }

    void runs() {
        const auto done = [&]() -> Status {
            state::Journal journal(*TRY(workbench_.files()));
            std::size_t killed = 0, live = 0;
            const auto newest = TRY(journal.newest(100));
            for (const auto& run : newest)
                if (run.outcome == state::Outcome::running) ++(state::is_live(run) ? live : killed);
            if (live > 0)
                warn("runs", std::to_string(live) + " runs are under way",
                    "`ingot state show` names them");
            // Only the last one matters: whoever ran after a killed run went on from what it left.
            if (!newest.empty() && newest.front().outcome == state::Outcome::running &&
                !state::is_live(newest.front()))
                warn("runs", "run " + newest.front().run_id + " was killed",
                    "run again: it goes on from what was published");
            else if (live == 0)
                ok("runs", std::to_string(newest.size()) + " in the journal, none under way" +
                               (killed > 0 ? ", " + std::to_string(killed) + " were killed" : ""));
            return {};
        }();
        if (!done) fails("runs", done.error());
    }

    void tables() {
        std::size_t readable = 0;
        for (const auto& node : manifest().datasets) {
            const auto looked = look(node);
            if (!looked)
                fails("tables", Error(looked.error()).during(node.dataset.name.text()),
                    "`ingot state verify` lists what is wrong");
            else if (*looked)
                ++readable;
        }
        ok("tables", std::to_string(readable) + " of " +
                         std::to_string(manifest().datasets.size()) +
                         " datasets stand and can be read");
    }

    Result<bool> look(const Node& node) {
        auto& files = *TRY(workbench_.files());
        if (node.dataset.bronze()) return !TRY(run::standing_slices(files, node)).empty();
        if (run::is_view(node)) return TRY(run::read_view(files, node)).has_value();
        return TRY(TRY(workbench_.tables())->read(node.folder)).has_value();
    }

    void leftovers() {
        const auto lines = repair_state(workbench_, !options_.fix);
        if (!lines) return fails("leftovers", lines.error());
        const auto count = lines->size() - 1;
        if (count == 0) return ok("leftovers", "nothing that no version names");
        if (options_.fix)
            ok("leftovers", "removed " + std::to_string(count) + " that no version names");
        else
            warn("leftovers", std::to_string(count) + " files or folders of runs that have ended",
                "harmless; --fix or `ingot state repair` removes them");
    }

    void catalogue() {
        const auto current = [&]() -> Result<bool> {
            return run::is_catalog_current(
                manifest(), *TRY(workbench_.files()), *TRY(workbench_.tables()));
        }();
        if (!current)
            fails("catalogue", current.error());
        else if (*current)
            ok("catalogue", "catalog.duckdb shows what is published");
        else
            warn("catalogue", "catalog.duckdb does not show what is published",
                "--fix, `ingot state repair` or the next run makes it again");
    }

    const Manifest& manifest() const { return workbench_.manifest(); }

    Workbench& workbench_;
    DoctorOptions options_;
    std::vector<Examined> found_;
};

}  // namespace

std::vector<Examined> examine(
    Workbench& workbench, const DoctorOptions& options, Diagnostics& diagnostics) {
    return Examination(workbench, options).run(diagnostics);
}

}  // namespace ingot::api
