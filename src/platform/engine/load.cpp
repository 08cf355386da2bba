// Finds the engine's library beside the program, so that commands that need no engine do not pay for its 70 MB.
#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "platform/engine/session.h"

namespace ingot::engine {

namespace {

using Factory = void (*)(const EngineOptions&, Result<std::unique_ptr<Engine>>*);

// <prefix>/lib of a program that stands in <prefix>/bin; empty when the system will not tell.
std::string library_folder() {
    std::array<char, 4096> buffer{};
    const auto length = readlink("/proc/self/exe", buffer.data(), buffer.size());
    if (length <= 0 || static_cast<std::size_t>(length) >= buffer.size()) return {};
    std::string path(buffer.data(), static_cast<std::size_t>(length));
    path.resize(path.rfind('/'));
    return path + "/../lib";
}

Result<Factory> load() {
    const auto folder = library_folder();
    if (folder.empty())
        return fail(
            "ENG102", "cannot tell where the program stands: /proc/self/exe is not readable");
    const auto path = folder + "/libingot_duckdb.so";
    // Never closed: sessions and their code live as long as the program.
    void* library = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
    if (library == nullptr)
        return fail("ENG102", std::string("the engine library cannot be loaded: ") + dlerror());
    void* symbol = dlsym(library, "ingot_open_duckdb");
    if (symbol == nullptr)
        return fail("ENG102",
            path + " is not the engine library of this program: it has no ingot_open_duckdb");
    return reinterpret_cast<Factory>(symbol);
}

}  // namespace

Result<std::unique_ptr<Engine>> open_duckdb(const EngineOptions& options) {
    static const Result<Factory> factory = load();
    if (!factory) return std::unexpected(factory.error());
    Result<std::unique_ptr<Engine>> engine = fail("ENG102", "the engine library did not answer");
    // The engine's extensions come with the program, and it takes none from elsewhere.
    auto with_extensions = options;
    if (options.extension_directory.empty())
        with_extensions.extension_directory = library_folder() + "/extensions";
    (*factory)(with_extensions, &engine);
    return engine;
}

namespace {

class EngineOnUse final : public Engine {
public:
    explicit EngineOnUse(EngineOptions options) : options_(std::move(options)) {}
    Result<std::unique_ptr<Session>> connect() override { return TRY(opened())->connect(); }
    Result<ParsedSelect> parse(const std::string& sql) override {
        return TRY(opened())->parse(sql);
    }
    Result<std::string> append_columns(
        const std::string& select, const std::vector<std::string>& expressions) override {
        return TRY(opened())->append_columns(select, expressions);
    }

private:
    Result<Engine*> opened() {
        const std::lock_guard lock(mutex_);
        if (!engine_) engine_ = until_exit(TRY(open_duckdb(options_)));
        return engine_;
    }

    // Taking an engine apart costs what a small query costs, and the process that used it is about to end.
    static Engine* until_exit(std::unique_ptr<Engine> engine) {
        static std::mutex mutex;
        static std::vector<std::unique_ptr<Engine>> kept;
        const std::lock_guard lock(mutex);
        return kept.emplace_back(std::move(engine)).get();
    }

    EngineOptions options_;
    std::mutex mutex_;
    Engine* engine_ = nullptr;
};

}  // namespace

std::unique_ptr<Engine> open_duckdb_on_use(const EngineOptions& options) {
    return std::make_unique<EngineOnUse>(options);
}

}  // namespace ingot::engine
