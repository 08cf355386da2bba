// Totals: an answer that says how much there is ends pagination where that is reached, and not at the first short page.
#include <charconv>
#include <cmath>

#include "platform/connector/api/page.h"

namespace ingot::api {

namespace {

// A whole number, also as text; nothing for null.
Result<std::optional<std::int64_t>> count_at(
    const jmespath::Expression& expression, const json::Value& document) {
    const auto value = TRY(expression.of(document));
    if (value.is_null()) return std::optional<std::int64_t>{};
    double number = value.number();
    bool is_number = value.kind() == json::Kind::number;
    if (value.kind() == json::Kind::string) {
        const auto text = value.text();
        const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
        is_number = read.ec == std::errc{} && read.ptr == text.data() + text.size();
    }
    if (!is_number || number < 0 || number > 9e15 || number != std::floor(number))
        return fail("PAGE001", "the total at '" + expression.text() + "' is " + value.written() +
                                   ", which is no count; check paginate:");
    return std::optional(static_cast<std::int64_t>(number));
}

}  // namespace

Result<Totals> totals_of(const Paging& paging, const Page& page) {
    Totals totals;
    if (!page.document) return totals;
    if (paging.total) totals.records = TRY(count_at(*paging.total, *page.document));
    if (paging.total_pages) totals.pages = TRY(count_at(*paging.total_pages, *page.document));
    if (paging.has_more) {
        const auto value = TRY(paging.has_more->of(*page.document));
        if (!value.is_null()) totals.has_more = jmespath::is_true(value);
    }
    return totals;
}

}  // namespace ingot::api
