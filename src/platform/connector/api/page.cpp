#include "platform/connector/api/page.h"

namespace ingot::api {

#define PAGING(id) extern const PagingKind id##_paging;
#include "platform/connector/api/paginate/builtin.inc"
#undef PAGING

namespace {

const std::vector<const PagingKind*>& all() {
    static const std::vector<const PagingKind*> kinds{
#define PAGING(id) &id##_paging,
#include "platform/connector/api/paginate/builtin.inc"
#undef PAGING
    };
    return kinds;
}

}  // namespace

const PagingKind* find_paging(std::string_view name) {
    for (const auto* kind : all())
        if (kind->name == name) return kind;
    return nullptr;
}

std::vector<std::string> paging_names() {
    std::vector<std::string> names;
    for (const auto* kind : all()) names.emplace_back(kind->name);
    return names;
}

std::string to_line(const Step& step) {
    json::Members query;
    for (const auto& [name, value] : step.query) query.emplace_back(name, json::Value::of(value));
    json::Members members{{"number", json::Value::of(static_cast<double>(step.number))},
        {"offset", json::Value::of(static_cast<double>(step.offset))},
        {"query", json::Value::of(std::move(query))}, {"url", json::Value::of(step.url)}};
    if (step.body_value) members.emplace_back("body_value", json::Value::of(*step.body_value));
    return json::Value::of(std::move(members)).written();
}

std::optional<Step> step_from(const json::Value& value) {
    const auto number = value.member("number"), offset = value.member("offset"),
               query = value.member("query"), url = value.member("url");
    if (!number || !offset || !query || !url) return std::nullopt;
    Step step{.number = static_cast<std::int64_t>(number->number()),
        .offset = static_cast<std::int64_t>(offset->number()),
        .url = url->text()};
    for (const auto& [name, given] : query->members()) step.query.emplace_back(name, given.text());
    if (const auto body = value.member("body_value")) step.body_value = body->text();
    return step;
}

}  // namespace ingot::api
