#include <algorithm>
#include <array>

#include "base/suggest.h"
#include "medallion/quality/rule.h"

namespace ingot::quality {

namespace {

struct Format {
    std::string_view name;
    std::string_view pattern;  // RE2, for the whole text; empty: a cast decides
    std::string_view cast;     // a type the text must cast to, or empty
};

constexpr std::array formats{
    Format{"email",
        R"([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+)",
        ""},
    Format{"phone", R"(\+?\(?[0-9](?:[ ()./-]*[0-9]){5,14})", ""},
    Format{"url", R"((?i:https?|ftp)://[^\s/?#]+(?:[/?#]\S*)?)", ""},
    Format{"uuid", R"([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})",
        ""},
    Format{"date", R"(\d{4}-\d{2}-\d{2})", "DATE"},
    Format{"timestamp",
        R"(\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?)",
        "TIMESTAMPTZ"},
    Format{"time", R"(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)", "TIME"},
    Format{"ipv4",
        R"((?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d))", ""},
    Format{"ipv6",
        R"((?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|(?:[0-9a-fA-F]{1,4}:){1,7}:|(?:[0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|(?:[0-9a-fA-F]{1,4}:){1,5}(?::[0-9a-fA-F]{1,4}){1,2}|(?:[0-9a-fA-F]{1,4}:){1,4}(?::[0-9a-fA-F]{1,4}){1,3}|(?:[0-9a-fA-F]{1,4}:){1,3}(?::[0-9a-fA-F]{1,4}){1,4}|(?:[0-9a-fA-F]{1,4}:){1,2}(?::[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:(?::[0-9a-fA-F]{1,4}){1,6}|:(?:(?::[0-9a-fA-F]{1,4}){1,7}|:))",
        ""},
    Format{"number", R"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", ""},
    Format{"integer", R"([+-]?\d+)", ""},
    Format{"boolean", R"((?i:true|false|yes|no|t|f|y|n|0|1))", ""},
    Format{"json", "", "JSON"},
};

Result<sql::Fragment> passes(const RuleSpec& rule, const RuleContext& context) {
    const auto it = std::ranges::find(formats, rule.is->value, &Format::name);
    if (it == formats.end())
        return fail("CFG104",
            "'" + rule.is->value + "' is not a format that is: knows" +
                did_you_mean(rule.is->value, known_formats()),
            rule.is->span);
    const auto text = text_of(rule, context);
    std::vector<sql::Fragment> parts;
    if (!it->pattern.empty())
        parts.push_back(sql::Fragment::of("regexp_full_match(") + text + sql::Fragment::of(", ") +
                        context.dialect.literal(it->pattern) + sql::Fragment::of(")"));
    if (!it->cast.empty())
        parts.push_back(sql::Fragment::of("(") + text + sql::Fragment::of(" IS NULL OR TRY_CAST(") +
                        text + sql::Fragment::of(" AS ") + TRY(context.dialect.type(it->cast)) +
                        sql::Fragment::of(") IS NOT NULL)"));
    return text + sql::Fragment::of(" IS NOT NULL AND ") +
           sql::join(parts, sql::Fragment::of(" AND "));
}

}  // namespace

std::vector<std::string> known_formats() {
    std::vector<std::string> names;
    for (const auto& format : formats) names.emplace_back(format.name);
    return names;
}

extern const RuleKind is_rule;
const RuleKind is_rule{"is", "The text has a named format.",
    [](const RuleSpec& r) { return r.is.has_value(); }, passes};

}  // namespace ingot::quality
