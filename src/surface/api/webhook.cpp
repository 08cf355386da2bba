#include "surface/api/webhook.h"

#include <nlohmann/json.hpp>

#include "base/redact.h"
#include "platform/http/http.h"

namespace ingot::api {

std::string bronze_payload(const WebhookFacts& facts, bool is_success) {
    nlohmann::ordered_json json{{"layer", "bronze"}, {"config_paths", facts.config_paths}};
    if (!facts.run_date.empty()) {
        auto datasets = nlohmann::json::array();
        for (const auto& table : facts.tables) datasets.push_back("bronze:" + table);
        json["datasets"] = datasets;
        json["run_date"] = facts.run_date;
        json["config_names"] = facts.config_names;
        json["tables"] = facts.tables;
        if (facts.tables.size() == 1) {
            json["relative_path"] = facts.relative_paths.front();
        } else {
            auto results = nlohmann::json::array();
            for (std::size_t i = 0; i < facts.config_names.size(); ++i)
                results.push_back(
                    {{"config_name", facts.config_names[i]}, {"status", facts.failed[i] ? -1 : 0}});
            json["parallel_results"] = results;
        }
    }
    json["status"] = is_success ? "success" : "failure";
    if (!is_success && !facts.error.empty()) json["error"] = facts.error;
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string silver_payload(const SilverFacts& facts, bool is_success) {
    nlohmann::ordered_json json{{"layer", "silver"}};
    const std::pair<const char*, const std::string&> told[] = {{"bronze_path", facts.bronze_path},
        {"run_date", facts.run_date}, {"load_pattern", facts.load_pattern},
        {"silver_partition", facts.silver_partition}, {"config_name", facts.config_name},
        {"domain", facts.domain}, {"entity", facts.entity}, {"silver_model", facts.silver_model}};
    for (const auto& [name, text] : told)
        if (!text.empty()) json[name] = text;
    json["status"] = is_success ? "success" : "failure";
    if (!is_success && !facts.error.empty()) json["error"] = facts.error;
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Status call_webhook(const std::string& url, const std::string& payload) {
    // Whoever knows the address can post there: of what follows the host nothing is told.
    const auto host = url.find("://");
    if (host != std::string::npos)
        keep_secret(std::string_view(url).substr(std::min(url.find('/', host + 3), url.size())));
    auto client =
        TRY(http::Client::open({.timeout = std::chrono::seconds(5), .retry = {.attempts = 1}}));
    const auto answer = client->send({.method = "POST",
        .url = url,
        .headers = {{"Content-Type", "application/json"}},
        .body = payload,
        .is_recorded = false});
    if (!answer) return std::unexpected(Error(answer.error()).during("calling a webhook"));
    if (answer->status >= 300)
        return fail("EXT001", "a webhook answered " + std::to_string(answer->status));
    return {};
}

}  // namespace ingot::api
