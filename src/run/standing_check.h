#pragma once
// A dataset's rules against the rows that stand. Writes nothing.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "run/context.h"

namespace ingot::run {

// Holds for every silver table with keys, without being asked for: no two rows of a key hold at once.
inline constexpr std::string_view history_rule = "one version at a time";

struct StandingRule {
    std::string name;
    OnFail on_fail = OnFail::warn;
    std::int64_t failed = 0;
    Span where{};
    std::string why_not_checked{};  // it needs what is not published
};

struct StandingCheck {
    std::int64_t rows = 0;
    std::vector<StandingRule> rules;
};

// All rules in one scan, and then the history of a silver table; nothing while the dataset does not stand. `unique` looks at one slice of bronze at a time, at one
// copy of a snapshot, and at current rows only where a table keeps others.
Result<std::optional<StandingCheck>> check_standing(const RunContext& context, const Node& node);

}  // namespace ingot::run
