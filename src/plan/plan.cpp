#include "plan/plan.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/hash.h"

namespace ingot {

std::string_view to_string(StepKind kind) {
    switch (kind) {
        case StepKind::land: return "land";
        case StepKind::promote: return "promote";
        case StepKind::build: return "build";
    }
    return "";
}

std::string content_of(const std::map<std::string, std::string>& slices) {
    std::string all;
    for (const auto& [date, print] : slices) all += date + "=" + print + "\n";
    return sha256(all).substr(0, 16);
}

namespace {

class Planner {
public:
    Planner(const Manifest& manifest, const Survey& survey, const PlanOptions& options)
        : manifest_(manifest),
          survey_(survey),
          options_(options),
          steps_of_(manifest.datasets.size()) {}

    Plan make() {
        plan_.dates = options_.dates;
        plan_.full_refresh = options_.full_refresh;
        plan_.restate_from = options_.restate_from;
        for (const auto id : options_.selected) {
            if (manifest_.datasets[id].dataset.disabled) continue;
            if (manifest_.datasets[id].dataset.bronze())
                land(id);
            else
                derive(id);
        }
        return std::move(plan_);
    }

private:
    void add(DatasetId id, Step step) {
        step.dataset = id;
        step.name = manifest_.datasets[id].dataset.name.text();
        steps_of_[id].push_back(plan_.steps.size());
        plan_.steps.push_back(std::move(step));
    }

    void land(DatasetId id) {
        const auto name = manifest_.datasets[id].dataset.name.text();
        const auto found = survey_.sources.find(name);
        if (found == survey_.sources.end()) return;
        const auto& table = manifest_.datasets[id].dataset.bronze()->table;
        const bool has_schema = table.contract || table.schema == BronzeSchema::evolve;
        std::string current;
        std::vector<StepId> after;
        for (const auto input : manifest_.datasets[id].inputs)
            after.insert(after.end(), steps_of_[input].begin(), steps_of_[input].end());
        for (const auto& slice : found->second) {
            switch (slice.work) {
                case SliceWork::fresh:
                case SliceWork::changed:
                    add(id, {.kind = StepKind::land,
                                .slice = slice.date,
                                .reason =
                                    slice.work == SliceWork::fresh ? "new slice" : "source changed",
                                .after = after});
                    // Where the table has a schema of its own each is judged by what the one before it left.
                    if (has_schema) after = {steps_of_[id].back()};
                    break;
                case SliceWork::absent:
                    add(id, {.kind = StepKind::land,
                                .slice = slice.date,
                                .reason = "no file for the date"});
                    break;
                case SliceWork::unreachable:
                    add(id, {.kind = StepKind::land,
                                .slice = slice.date,
                                .reason = "the source did not answer"});
                    break;
                case SliceWork::ask:
                    // One date after the other: each goes on from where the one before it ended.
                    add(id, {.kind = StepKind::land,
                                .slice = slice.date,
                                .reason = "the source is asked",
                                .after = after});
                    after = {steps_of_[id].back()};
                    break;
                case SliceWork::unchanged: current = "slice stands, source unchanged"; break;
                case SliceWork::settled: current = "no new files"; break;
                case SliceWork::skip:
                    if (current.empty()) current = "no file for the date (missing: skip)";
                    break;
            }
        }
        if (steps_of_[id].empty()) plan_.current.push_back({name, current});
    }

    void derive(DatasetId id) {
        const auto& node = manifest_.datasets[id];
        std::vector<StepId> after;
        for (const auto input : node.inputs)
            after.insert(after.end(), steps_of_[input].begin(), steps_of_[input].end());
        const auto kind = node.dataset.silver() ? StepKind::promote : StepKind::build;
        const auto reason = why(id, after);
        const auto name = node.dataset.name.text();
        if (reason.empty())
            plan_.current.push_back({name, "inputs and definition unchanged"});
        else
            add(id, {.kind = kind,
                        .slice = {},
                        .reason = reason,
                        .computed_whole = why_whole(node),
                        .after = after});
    }

    std::string why_whole(const Node& node) const {
        if (!node.dataset.silver()) return "";
        if (!node.select.row_wise) return node.select.why_not_row_wise;
        const bool sliced =
            node.inputs.size() == 1 && manifest_.datasets[node.inputs.front()].dataset.bronze();
        return sliced ? "" : "an input that is not bronze";
    }

    std::string why(DatasetId id, const std::vector<StepId>& after) const {
        const auto& node = manifest_.datasets[id];
        if (options_.full_refresh) return "full refresh";
        const auto standing = survey_.standing.find(node.dataset.name.text());
        if (standing == survey_.standing.end()) return "first build";
        if (standing->second.fingerprint != node.dataset.fingerprint) return "definition changed";
        if (standing->second.judge_again) return "rows were released";
        if (options_.restate_from && node.dataset.silver())
            return "restated from " + to_string(*options_.restate_from);
        if (!after.empty()) return "after " + plan_.steps[after.front()].name;
        for (const auto input : node.inputs)
            if (auto reason = changed_input(standing->second, manifest_.datasets[input]);
                !reason.empty())
                return reason;
        return "";
    }

    std::string changed_input(const state::Standing& standing, const Node& input) const {
        const auto name = input.dataset.name.text();
        const auto seen = standing.inputs.find(name);
        if (input.dataset.bronze()) {
            const auto now = survey_.slices.find(name);
            const std::map<std::string, std::string> none;
            const auto& slices = now == survey_.slices.end() ? none : now->second;
            if (seen == standing.inputs.end()) return slices.empty() ? "" : "new input " + name;
            if (!seen->second.content.empty())
                return seen->second.content == content_of(slices) ? "" : name + " changed";
            return changed_slice(name, seen->second.slices, slices);
        }
        const auto now = survey_.standing.find(name);
        const auto content = now == survey_.standing.end() ? std::string() : now->second.content;
        const auto before = seen == standing.inputs.end() ? std::string() : seen->second.content;
        return content == before ? "" : name + " changed";
    }

    static std::string changed_slice(const std::string& name,
        const std::map<std::string, std::string>& seen,
        const std::map<std::string, std::string>& now) {
        for (const auto& [date, print] : now) {
            const auto it = seen.find(date);
            if (it == seen.end()) return "new slice " + date + " of " + name;
            if (it->second != print) return "slice " + date + " of " + name + " was replaced";
        }
        for (const auto& [date, print] : seen)
            if (!now.contains(date)) return "slice " + date + " of " + name + " is gone";
        return "";
    }

    const Manifest& manifest_;
    const Survey& survey_;
    const PlanOptions& options_;
    Plan plan_;
    std::vector<std::vector<StepId>> steps_of_;
};

}  // namespace

Plan make_plan(const Manifest& manifest, const Survey& survey, const PlanOptions& options) {
    return Planner(manifest, survey, options).make();
}

std::vector<std::size_t> stages(const Plan& plan) {
    std::vector<std::size_t> stage(plan.steps.size(), 0);
    for (StepId id = 0; id < plan.steps.size(); ++id)
        for (const auto before : plan.steps[id].after)
            stage[id] = std::max(stage[id], stage[before] + 1);
    return stage;
}

std::string plan_json(const Plan& plan) {
    using Json = nlohmann::ordered_json;
    const auto stage = stages(plan);
    auto steps = Json::array();
    for (StepId id = 0; id < plan.steps.size(); ++id) {
        const auto& step = plan.steps[id];
        Json item{{"id", id}, {"stage", stage[id]}, {"operation", to_string(step.kind)},
            {"dataset", step.name}, {"slice", nullptr}, {"reason", step.reason},
            {"computed_whole", nullptr}, {"after", step.after}};
        if (!step.computed_whole.empty()) item["computed_whole"] = step.computed_whole;
        if (step.slice) item["slice"] = to_string(*step.slice);
        steps.push_back(item);
    }
    auto current = Json::array();
    for (const auto& item : plan.current)
        current.push_back({{"dataset", item.name}, {"reason", item.reason}});
    auto dates = Json::array();
    for (const auto date : plan.dates) dates.push_back(to_string(date));
    const Json json{{"version", 1}, {"dates", dates}, {"full_refresh", plan.full_refresh},
        {"steps", steps}, {"up_to_date", current}};
    return json.dump(2);
}

}  // namespace ingot
