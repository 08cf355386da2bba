#pragma once
// Telling others what became of a run, by POST.
#include <string>
#include <vector>

#include "base/result.h"

namespace ingot::api {

struct WebhookFacts {
    std::vector<std::string> config_paths;
    std::string run_date{};  // empty: only checks were asked for, and nothing below is told
    std::vector<std::string> tables{};  // system.table; the lists go together
    std::vector<std::string> config_names{};
    std::vector<std::string> relative_paths{};
    std::vector<bool> failed{};
    std::string error{};  // the first
};

// The foundry's payload of bronze.
std::string bronze_payload(const WebhookFacts& facts, bool is_success);

struct SilverFacts {
    std::string bronze_path{};  // empty: only checks were asked for, or it never came so far
    std::string run_date{};
    std::string load_pattern{};
    std::string silver_partition{};
    std::string config_name{};
    std::string domain{};
    std::string entity{};
    std::string silver_model{};  // empty: of an intent
    std::string error{};
};

// The foundry's payload of silver.
std::string silver_payload(const SilverFacts& facts, bool is_success);

// Once, within five seconds; EXT001 when it could not be told or was refused.
Status call_webhook(const std::string& url, const std::string& payload);

}  // namespace ingot::api
