#include "platform/connector/api/page.h"

namespace ingot::api {

namespace {

std::int64_t limit_of(const Paging& paging) {
    return paging.spec.limit ? paging.spec.limit->value : 100;
}

Step step_at(const Paging& paging, std::int64_t number, std::int64_t offset) {
    const auto name = [](const std::optional<Text>& given, const char* usual) {
        return given ? given->value : std::string(usual);
    };
    Step step{.number = number, .offset = offset};
    step.query.emplace_back(
        name(paging.spec.limit_param, "limit"), std::to_string(limit_of(paging)));
    if (paging.spec.body_path)
        step.body_value = std::to_string(offset);
    else
        step.query.emplace_back(name(paging.spec.offset_param, "offset"), std::to_string(offset));
    return step;
}

Result<std::optional<Step>> next(const Paging& paging, const Step& step, const Page& page) {
    const auto totals = TRY(totals_of(paging, page));
    const auto limit = limit_of(paging);
    // A server that gives fewer rows than were asked for is believed about the rest.
    const bool goes_on = totals.has_more  ? *totals.has_more
                         : totals.records ? step.offset + page.records < *totals.records
                                          : page.records >= limit;
    if (goes_on && page.records == 0) {
        if (!totals.any()) return std::optional<Step>{};
        return fail("PAGE001", "offset " + std::to_string(step.offset) +
                                   " has no rows, although the answer says that there are more");
    }
    if (!goes_on) return std::optional<Step>{};
    const auto given = totals.any() ? std::min(page.records, limit) : limit;
    return std::optional(step_at(paging, step.number + 1, step.offset + given));
}

}  // namespace

extern const PagingKind offset_paging{.name = "offset",
    .options = "limit limit_param offset_param total_path has_more_path body_path",
    .path = "",
    .first = [](const Paging& paging) { return step_at(paging, 0, 0); },
    .next = next,
    .ahead = [](const Paging& paging, const Step& step) -> std::optional<Step> {
        return step_at(paging, step.number + 1, step.offset + limit_of(paging));
    }};

}  // namespace ingot::api
