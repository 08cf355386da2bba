#include "surface/api/doctor_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "platform/connector/file.h"
#include "platform/engine/session.h"
#include "project/foundry/config.h"
#include "surface/api/foundry_store.h"
#include "surface/api/mend_config.h"
#include "surface/api/reach.h"

namespace ingot::api {

namespace {

namespace fs = std::filesystem;
using foundry::Config;

class FileExamination {
public:
    FileExamination(const std::string& path, const FileDoctorOptions& options)
        : path_(path), options_(options) {}

    ExaminedFile run(Diagnostics& diagnostics) {
        Diagnostics found;
        auto configs = foundry::read_configs(path_, {}, found);
        for (auto& config : configs)
            if (!found.failed() && config.bronze_enabled) foundry::add_dataset(config, found);
        for (const auto& each : found.all()) diagnostics.add(each);
        std::ifstream in(path_, std::ios::binary);
        examined_.before.assign(std::istreambuf_iterator<char>(in), {});
        examined_.after = mend_config(examined_.before, options_.version);
        configuration(found, configs.size());
        if (found.failed()) return std::move(examined_);
        for (const auto& config : configs) {
            credentials(config);
            target(config);
            if (options_.connect) source(config);
            if (options_.connect && config.source.run.storage_enabled) store(config);
        }
        return std::move(examined_);
    }

private:
    void ok(std::string family, std::string message) {
        examined_.found.push_back({std::move(family), "ok", std::move(message)});
    }
    void fails(std::string family, Code code, const std::string& message, std::string advice) {
        examined_.found.push_back({std::move(family), "fail",
            std::string(code.id()) + " " + message, std::move(advice), code.exit_status()});
    }

    void configuration(const Diagnostics& found, std::size_t datasets) {
        std::size_t warnings = 0;
        for (const auto& each : found.all()) {
            if (each.severity == Severity::warning) ++warnings;
            if (each.severity != Severity::error) continue;
            return fails("configuration", each.code,
                std::to_string(found.errors()) + " mistakes in " + path_ +
                    "; the first: " + each.message,
                "mend the places shown");
        }
        const auto count = std::to_string(datasets) + (datasets == 1 ? " dataset" : " datasets");
        if (warnings == 0) return ok("configuration", path_ + ": " + count);
        examined_.found.push_back({"configuration", "warn",
            path_ + ": " + count + ", " + std::to_string(warnings) + " warnings",
            examined_.before == examined_.after ? "see the places shown"
                                                : "--fix writes the keys as they are written now"});
    }

    void variable(const std::string& config, const std::string& name) {
        const char* value = std::getenv(name.c_str());
        if (value && *value) return ok("credentials", config + ": " + name + " is set");
        fails("credentials", "AUTH001",
            config + ": the environment variable " + name + " is not set",
            "set it where bronze_extract runs");
    }

    void credentials(const Config& config) {
        const auto check = [&](const auto& said) {
            if (said) variable(config.name, said->value);
        };
        if (const auto& api = config.source.api;
            api && config.source.type.value == foundry::Kind::api) {
            if (api->auth_type.value == foundry::AuthType::bearer) check(api->auth_token_env);
            if (api->auth_type.value == foundry::AuthType::api_key) check(api->auth_key_env);
            if (api->auth_type.value == foundry::AuthType::basic)
                check(api->auth_username_env), check(api->auth_password_env);
        }
        if (const auto& db = config.source.db; db && config.source.type.value == foundry::Kind::db)
            check(db->conn_str_env);
    }

    void target(const Config& config) {
        auto folder = fs::absolute(config.output_dir).lexically_normal();
        while (!fs::exists(folder) && folder.has_parent_path() && folder != folder.parent_path())
            folder = folder.parent_path();
        std::error_code error;
        const auto space = fs::space(folder, error);
        const auto probe = folder / ".ingot-doctor";
        std::ofstream out(probe);
        const bool writes = static_cast<bool>(out << "x");
        out.close();
        fs::remove(probe, error);
        if (!writes)
            return fails("target", "STG001", folder.string() + " cannot be written to",
                "give the account that runs bronze_extract the right to write there");
        ok("target", config.name + ": " + config.output_dir + ", " +
                         std::to_string(space.available >> 20U) + " MB free");
    }

    void store(const Config& config) {
        const auto root = store_root(config.platform);
        const auto answer = [&]() -> Status {
            auto files = TRY(open_store(config.platform, root,
                fs::temp_directory_path().string() + "/ingot-doctor", Reach::any));
            TRY(files->names(config.layout.folder));
            return {};
        }();
        if (answer) return ok("storage", config.name + ": " + root + " answers");
        fails("storage", answer.error().code, config.name + ": " + answer.error().message,
            "check the platform's storage section and the variables that it names");
    }

    void source(const Config& config) {
        const auto& bronze = *config.dataset.bronze();
        if (bronze.kind) {
            const auto answered = reach(bronze);
            if (answered) return ok("source", config.name + ": " + *answered);
            return fails("source", answered.error().code,
                config.name + ": " + answered.error().message,
                std::string(answered.error().code.help()));
        }
        const auto files = file::find_files(fs::current_path().string(), bronze.table.path->value);
        if (!files)
            return fails("source", files.error().code, files.error().message,
                std::string(files.error().code.help()));
        if (files->empty())
            return fails("source", "EXT101",
                config.name + ": no file matches " + bronze.table.path->value,
                "check source.file.path; it is relative to the working directory");
        std::ifstream in(files->front().path, std::ios::binary);
        if (!in.get() && files->front().size > 0)
            return fails("source", "EXT102", files->front().path + " cannot be read",
                "check its permissions");
        ok("source", config.name + ": " + files->front().name + ", " +
                         std::to_string(files->front().size) + " bytes");
    }

    static Result<std::string> reach(const BronzeDataset& bronze) {
        const auto engine = TRY(engine::open_duckdb({}));
        const auto session = TRY(engine->connect());
        return api::reach(*session, bronze, fs::current_path().string());
    }

    const std::string& path_;
    const FileDoctorOptions& options_;
    ExaminedFile examined_;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

struct DiffLine {
    char mark;
    std::string text;
};

// Which lines stay, by the longest common subsequence; configurations are short.
std::vector<DiffLine> marked(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    std::vector<std::vector<std::size_t>> common(
        a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;)
            common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1
                                        : std::max(common[i + 1][j], common[i][j + 1]);
    std::vector<DiffLine> out;
    std::size_t i = 0, j = 0;
    while (i < a.size() || j < b.size())
        if (i < a.size() && j < b.size() && a[i] == b[j])
            out.push_back({' ', a[i++]}), ++j;
        else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1]))
            out.push_back({'-', a[i++]});
        else
            out.push_back({'+', b[j++]});
    return out;
}

}  // namespace

ExaminedFile examine_file(
    const std::string& path, const FileDoctorOptions& options, Diagnostics& diagnostics) {
    return FileExamination(path, options).run(diagnostics);
}

std::string unified_diff(
    const std::string& path, const std::string& before, const std::string& after) {
    if (before == after) return "";
    constexpr std::size_t around = 3;
    const auto lines = marked(lines_of(before), lines_of(after));
    std::vector<bool> shown(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (lines[i].mark != ' ')
            for (auto k = i < around ? 0 : i - around; k < std::min(lines.size(), i + around + 1);
                ++k)
                shown[k] = true;
    std::string out = "--- " + path + "\n+++ " + path + " (mended)\n";
    std::size_t old_line = 1, new_line = 1;
    for (std::size_t i = 0; i < lines.size();) {
        std::size_t end = i;
        std::size_t olds = 0, news = 0;
        std::string hunk;
        for (; end < lines.size() && shown[end]; ++end) {
            hunk += lines[end].mark + lines[end].text + "\n";
            olds += lines[end].mark != '+';
            news += lines[end].mark != '-';
        }
        if (!hunk.empty())
            out += "@@ -" + std::to_string(old_line) + "," + std::to_string(olds) + " +" +
                   std::to_string(new_line) + "," + std::to_string(news) + " @@\n" + hunk;
        old_line += olds, new_line += news;
        for (; end < lines.size() && !shown[end]; ++end) ++old_line, ++new_line;
        i = end;
    }
    return out;
}

Status write_mended(const std::string& path, const ExaminedFile& examined) {
    std::error_code error;
    // A link goes on leading to its file, and the file keeps who may read it.
    const auto file = fs::canonical(path, error).string();
    const auto staged = file + ".ingot-mended";
    std::ofstream out(staged, std::ios::binary | std::ios::trunc);
    out << examined.after;
    out.close();
    if (out && !error) fs::permissions(staged, fs::status(file, error).permissions(), error);
    if (out && !error) fs::rename(staged, file, error);
    if (!out || error) return fail("STG001", "cannot write " + path);
    return {};
}

}  // namespace ingot::api
