#pragma once
// The plan: which steps a run takes, in which order, and why each. Made from a manifest and a survey; touches nothing.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "project/manifest.h"
#include "state/standing.h"

namespace ingot {

// `ask`: whether there is anything new only the source itself can say.
enum class SliceWork { unchanged, fresh, changed, absent, skip, settled, ask, unreachable };

// What stood and what the sources showed when the plan was made.
struct Survey {
    struct Slice {
        Date date;
        SliceWork work = SliceWork::unchanged;
    };
    std::map<std::string, std::vector<Slice>> sources;  // bronze dataset -> asked dates
    std::map<std::string, std::map<std::string, std::string>>
        slices;  // bronze dataset -> standing date -> fingerprint
    std::map<std::string, state::Standing> standing;  // silver and gold tables
};

enum class StepKind { land, promote, build };
std::string_view to_string(StepKind kind);

using StepId = std::size_t;

struct Step {
    StepKind kind = StepKind::build;
    DatasetId dataset = 0;
    std::string name{};           // layer.name
    std::optional<Date> slice{};  // land only
    std::string reason;
    std::string computed_whole{};  // silver: why it is not promoted slice by slice
    std::vector<StepId> after{};
};

struct UpToDate {
    std::string name;
    std::string reason;
};

struct Plan {
    std::vector<Step> steps;        // every step stands after those it waits for
    std::vector<UpToDate> current;  // selected, and nothing to do
    std::vector<Date> dates;
    bool full_refresh = false;
    std::optional<Date>
        restate_from{};  // silver forgets what it took in from here on, and takes it in again
};

struct PlanOptions {
    std::vector<DatasetId> selected;  // in graph order
    std::vector<Date> dates;
    bool full_refresh = false;
    std::optional<Date> restate_from{};
};

Plan make_plan(const Manifest& manifest, const Survey& survey, const PlanOptions& options);

// Stage of each step: 0 for those that wait for nothing, else one more than the latest they wait for.
std::vector<std::size_t> stages(const Plan& plan);

std::string plan_json(const Plan& plan);

// The content id of a bronze dataset: changes when any slice does.
std::string content_of(const std::map<std::string, std::string>& slices);

}  // namespace ingot
