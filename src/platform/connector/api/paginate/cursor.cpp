#include "platform/connector/api/page.h"

namespace ingot::api {

namespace {

Result<std::optional<std::string>> token_of(const Paging& paging, const Page& page) {
    if (paging.spec.header) {
        const auto* header = http::find_header(page.response.headers, paging.spec.header->value);
        return header && !header->empty() ? std::optional(*header) : std::nullopt;
    }
    if (!page.document) return std::optional<std::string>{};
    const auto value = TRY(paging.path->of(*page.document));
    switch (value.kind()) {
        case json::Kind::null: return std::optional<std::string>{};
        case json::Kind::boolean:
            if (!value.boolean()) return std::optional<std::string>{};
            break;
        case json::Kind::string: {
            auto text = value.text();
            return text.empty() ? std::nullopt : std::optional(std::move(text));
        }
        case json::Kind::number: return std::optional(value.written());
        default: break;
    }
    return fail("PAGE001", "the cursor at '" + paging.path->text() + "' is " +
                               std::string(to_string(value.kind())) +
                               ", and not text or a number; check paginate: path");
}

Result<std::optional<Step>> next(const Paging& paging, const Step& step, const Page& page) {
    const auto token = TRY(token_of(paging, page));
    if (!token) return std::optional<Step>{};
    Step after{.number = step.number + 1, .offset = step.offset + page.records};
    if (paging.spec.body_path) {
        after.body_value.emplace();
        json::write_text(*after.body_value, *token);
    } else {
        after.query.emplace_back(paging.spec.param ? paging.spec.param->value : "cursor", *token);
    }
    return std::optional(std::move(after));
}

}  // namespace

extern const PagingKind cursor_paging{.name = "cursor",
    .options = "path header param body_path",
    .path = "next_cursor",
    .first = [](const Paging&) { return Step{}; },
    .next = next,
    .ahead = [](const Paging&, const Step&) { return std::optional<Step>{}; }};

}  // namespace ingot::api
