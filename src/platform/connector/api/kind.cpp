#include "platform/connector/api/fetch.h"
#include "platform/connector/api/reach.h"
#include "platform/connector/api/table.h"

namespace ingot {

namespace {

class ApiSource final : public connector::Source {
public:
    explicit ApiSource(connector::Settings settings) {
        Diagnostics known;  // reported by check() when the file was read
        table_ = api::table_of(settings, known);
    }

    Result<connector::Fetched> fetch(const connector::FetchOrder& order) override {
        auto fetched = api::fetch(table_, order);
        if (!fetched) return std::unexpected(Error(fetched.error()).at(table_.spec.endpoint.span));
        return fetched;
    }

    Result<std::string> reach(const connector::FetchOrder& order) override {
        auto answered = api::reach(table_, order);
        if (!answered)
            return std::unexpected(Error(answered.error()).at(table_.spec.endpoint.span));
        return answered;
    }

private:
    api::Table table_;
};

}  // namespace

namespace connector {

extern const Kind api_kind{.name = "api",
    .doc = "HTTP APIs that answer in JSON.",
    .connection = options_of<api::ConnectionSpec>(),
    .table = options_of<api::TableSpec>(),
    .check = [](const Settings& settings,
                 Diagnostics& diagnostics) { (void)api::table_of(settings, diagnostics); },
    .open = [](Settings settings) -> std::unique_ptr<Source> {
        return std::make_unique<ApiSource>(std::move(settings));
    },
    .parent = [](const Settings& settings) -> std::optional<config::Spanned<std::string>> {
        Diagnostics known;
        const auto spec = config::bind<api::TableSpec>(settings.table, known);
        if (!spec.parent || spec.parent->table.value.empty()) return std::nullopt;
        return spec.parent->table;
    }};

}  // namespace connector

}  // namespace ingot
