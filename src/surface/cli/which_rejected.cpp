#include "surface/cli/which_rejected.h"

#include <algorithm>

#include "base/suggest.h"

namespace ingot::cli {

namespace {

// The date before which rows are older than a duration, counted from today.
Result<std::string> date_before(const std::string& duration) {
    const auto span = parse_duration(duration);
    if (!span)
        return fail("USE101", "--older-than takes a duration like 30d, not '" + duration + "'");
    const auto moment = Clock::from_environment().now() - *span;
    return to_string(Date(std::chrono::floor<std::chrono::days>(moment)));
}

}  // namespace

Result<run::WhichRejected> which_rejected(const Arguments& arguments) {
    run::WhichRejected which{.rules = arguments.all("--rule"), .where = arguments.get("--where")};
    if (const auto slice = TRY(date_of(arguments, "--slice"))) which.slice = to_string(*slice);
    if (const auto age = arguments.get("--older-than"); !age.empty())
        which.older_than = TRY(date_before(age));
    return which;
}

std::string hint_of_rules(
    const Arguments& arguments, api::Workbench& workbench, const std::vector<DatasetId>& ids) {
    const auto rejected = api::quarantined(workbench, ids);
    if (!rejected) return "";
    std::vector<std::string> rules;
    for (const auto& of : *rejected)
        for (const auto& part : of.rejected) rules.push_back(part.rule);
    std::string hint;
    for (const auto& rule : arguments.all("--rule"))
        if (std::ranges::find(rules, rule) == rules.end())
            hint += "; none failed '" + rule + "'" + did_you_mean(rule, rules);
    return hint;
}

}  // namespace ingot::cli
