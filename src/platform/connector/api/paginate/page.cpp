#include "platform/connector/api/page.h"

namespace ingot::api {

namespace {

std::int64_t size_of(const Paging& paging) {
    return paging.spec.size ? paging.spec.size->value : 100;
}

Step step_at(const Paging& paging, std::int64_t number, std::int64_t offset) {
    const auto name = [](const std::optional<Text>& given, const char* usual) {
        return given ? given->value : std::string(usual);
    };
    Step step{.number = number, .offset = offset};
    const auto page = (paging.spec.first ? paging.spec.first->value : 1) + number;
    step.query.emplace_back(
        name(paging.spec.size_param, "page_size"), std::to_string(size_of(paging)));
    if (paging.spec.body_path)
        step.body_value = std::to_string(page);
    else
        step.query.emplace_back(name(paging.spec.page_param, "page"), std::to_string(page));
    return step;
}

Result<std::optional<Step>> next(const Paging& paging, const Step& step, const Page& page) {
    const auto totals = TRY(totals_of(paging, page));
    const auto landed = step.offset + page.records;
    const bool goes_on = totals.has_more  ? *totals.has_more
                         : totals.pages   ? step.number + 1 < *totals.pages
                         : totals.records ? landed < *totals.records
                                          : page.records >= size_of(paging);
    if (!goes_on) return std::optional<Step>{};
    if (page.records == 0) {
        if (!totals.any()) return std::optional<Step>{};
        return fail("PAGE001", "page " + std::to_string(step.number + 1) +
                                   " has no rows, although the answer says that there are more");
    }
    return std::optional(step_at(paging, step.number + 1, landed));
}

}  // namespace

extern const PagingKind page_paging{.name = "page",
    .options =
        "size first page_param size_param total_path total_pages_path has_more_path body_path",
    .path = "",
    .first = [](const Paging& paging) { return step_at(paging, 0, 0); },
    .next = next,
    .ahead = [](const Paging& paging, const Step& step) -> std::optional<Step> {
        return step_at(paging, step.number + 1, step.offset + size_of(paging));
    }};

}  // namespace ingot::api
