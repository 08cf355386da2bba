// The embedded engine: one database, opened when the first session asks for it, since reading SQL needs none.
#include <memory>
#include <mutex>
#include <utility>

#include "duckdb/main/config.hpp"
#include "duckdb/main/database.hpp"
#include "platform/engine/duckdb/arrow_stream.h"
#include "platform/engine/duckdb/errors.h"
#include "platform/engine/duckdb/exact_casts.h"
#include "platform/engine/duckdb/kept_rows.h"
#include "platform/engine/duckdb/marked_rows.h"
#include "platform/engine/duckdb/parse.h"
#include "platform/engine/duckdb/phone_numbers.h"
#include "platform/engine/duckdb/phonetic.h"
#include "platform/engine/duckdb/row_feeds.h"
#include "platform/engine/duckdb/session.h"
#include "platform/engine/duckdb/store_files.h"
#include "platform/engine/duckdb/texts_of_nothing.h"

namespace ingot::engine {

namespace {

void configure(duckdb::DBConfig& config, const EngineOptions& options) {
    using duckdb::Value;
    if (options.threads > 0) config.SetOptionByName("threads", Value::INTEGER(options.threads));
    if (!options.memory_limit.empty())
        config.SetOptionByName("memory_limit", Value(options.memory_limit));
    config.SetOptionByName("temp_directory", Value(options.temp_directory));
    if (!options.extension_directory.empty())
        config.SetOptionByName("extension_directory", Value(options.extension_directory));
    config.SetOptionByName("autoinstall_known_extensions", Value::BOOLEAN(false));
    config.SetOptionByName("autoload_known_extensions", Value::BOOLEAN(true));
    config.SetOptionByName("allow_unsigned_extensions", Value::BOOLEAN(false));
    if (options.read_only) config.SetOptionByName("access_mode", Value("read_only"));
}

class DuckdbEngine final : public Engine {
public:
    explicit DuckdbEngine(EngineOptions options) : options_(std::move(options)) {}

    Result<std::unique_ptr<Session>> connect() override { return open_session(TRY(database())); }
    Result<ParsedSelect> parse(const std::string& sql) override { return parse_select(sql); }
    Result<std::string> append_columns(
        const std::string& select, const std::vector<std::string>& expressions) override {
        return append_to_select(select, expressions);
    }

private:
    Result<std::shared_ptr<duckdb::DuckDB>> database() {
        return guarded(Doing::opening, {}, [&]() -> Result<std::shared_ptr<duckdb::DuckDB>> {
            const std::lock_guard lock(opening_);
            if (!database_) {
                duckdb::DBConfig config;
                configure(config, options_);
                database_ = std::make_shared<duckdb::DuckDB>(options_.database, &config);
                register_exact_casts(*database_->instance);
                register_kept_rows(*database_->instance);
                register_marked_rows(*database_->instance);
                register_phone_numbers(*database_->instance);
                register_phonetic(*database_->instance);
                register_texts_of_nothing(*database_->instance);
                register_arrow_stream(*database_->instance);
                register_row_feeds(*database_->instance);
                if (options_.stores) register_stores(*database_->instance, *options_.stores);
            }
            return database_;
        });
    }

    const EngineOptions options_;
    std::mutex opening_;
    std::shared_ptr<duckdb::DuckDB> database_;
};

}  // namespace

}  // namespace ingot::engine

// What the program looks up after it has loaded this library.
extern "C" __attribute__((visibility("default"))) void ingot_open_duckdb(
    const ingot::engine::EngineOptions& options,
    ingot::Result<std::unique_ptr<ingot::engine::Engine>>* out) {
    *out = std::make_unique<ingot::engine::DuckdbEngine>(options);
}
