#include "platform/connector/api/page.h"

namespace ingot::api {

namespace {

Result<std::optional<Step>> next(const Paging& paging, const Step& step, const Page& page) {
    if (!page.document) return std::optional<Step>{};
    const auto value = TRY(paging.path->of(*page.document));
    if (value.is_null() || (value.kind() == json::Kind::boolean && !value.boolean()))
        return std::optional<Step>{};
    if (value.kind() != json::Kind::string)
        return fail("PAGE001", "the next address at '" + paging.path->text() + "' is " +
                                   std::string(to_string(value.kind())) +
                                   ", and not text; check paginate: path");
    const auto text = value.text();
    if (text.empty()) return std::optional<Step>{};
    return std::optional(Step{.number = step.number + 1,
        .offset = step.offset + page.records,
        .url = http::resolved(page.response.url, text)});
}

}  // namespace

extern const PagingKind next_url_paging{.name = "next_url",
    .options = "path",
    .path = "next",
    .first = [](const Paging&) { return Step{}; },
    .next = next,
    .ahead = [](const Paging&, const Step&) { return std::optional<Step>{}; }};

}  // namespace ingot::api
