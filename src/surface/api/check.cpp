#include "surface/api/check.h"

#include "run/standing_check.h"
#include "surface/api/reading.h"

namespace ingot::api {

namespace {

CheckedRule told(
    const run::StandingRule& rule, const CheckedDataset& of, Diagnostics& diagnostics) {
    CheckedRule out{.name = rule.name,
        .on_fail = std::string(on_fail_choices.at(static_cast<std::size_t>(rule.on_fail)).name),
        .failed = rule.failed,
        .status = "ok",
        .reason = rule.why_not_checked};
    if (!rule.why_not_checked.empty())
        out.status = "skip";
    else if (rule.failed > 0)
        out.status = rule.on_fail == OnFail::fail ? "fail" : "warn";
    if (out.status == "fail")
        diagnostics.error("QUAL001",
            of.dataset + ": rule '" + rule.name + "' fails for " + std::to_string(rule.failed) +
                " of " + std::to_string(of.rows) + " rows that stand",
            rule.where);
    return out;
}

}  // namespace

Result<std::vector<CheckedDataset>> check(
    Workbench& workbench, const std::vector<DatasetId>& ids, Diagnostics& diagnostics) {
    std::vector<DatasetId> ruled;
    for (const auto id : ids) {
        const auto& dataset = workbench.manifest().datasets[id].dataset;
        const auto* silver = dataset.silver();
        if (!dataset.rules.empty() || (silver && is_keyed(silver->history))) ruled.push_back(id);
    }
    std::vector<CheckedDataset> all;
    if (ruled.empty()) return all;
    const auto reading = TRY(Reading::open(workbench, ruled));
    for (const auto id : ruled) {
        const auto& node = workbench.manifest().datasets[id];
        CheckedDataset of{.dataset = node.dataset.name.text(), .rules = {}};
        const auto found = TRY(run::check_standing(reading->context(), node));
        of.stands = found.has_value();
        of.rows = found ? found->rows : 0;
        if (found)
            for (const auto& rule : found->rules) of.rules.push_back(told(rule, of, diagnostics));
        all.push_back(std::move(of));
    }
    return all;
}

}  // namespace ingot::api
