#include "base/lower_case.h"
#include "medallion/silver/normalize/normalizer.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace ingot::silver {

namespace {

struct Unit {
    std::string_view name;
    char kind;  // quantities of one kind convert into each other
    double size;
};

constexpr std::array units{Unit{"mg", 'm', 1e-6}, Unit{"g", 'm', 1e-3}, Unit{"kg", 'm', 1},
    Unit{"t", 'm', 1000}, Unit{"oz", 'm', 0.028349523125}, Unit{"lb", 'm', 0.45359237},
    Unit{"lbs", 'm', 0.45359237}, Unit{"mm", 'l', 1e-3}, Unit{"cm", 'l', 1e-2}, Unit{"m", 'l', 1},
    Unit{"km", 'l', 1000}, Unit{"in", 'l', 0.0254}, Unit{"\"", 'l', 0.0254},
    Unit{"ft", 'l', 0.3048}, Unit{"yd", 'l', 0.9144}, Unit{"mi", 'l', 1609.344},
    Unit{"ml", 'v', 1e-3}, Unit{"cl", 'v', 1e-2}, Unit{"l", 'v', 1}, Unit{"m3", 'v', 1000},
    Unit{"gal", 'v', 3.785411784}, Unit{"ms", 't', 1e-3}, Unit{"s", 't', 1}, Unit{"sec", 't', 1},
    Unit{"min", 't', 60}, Unit{"h", 't', 3600}, Unit{"d", 't', 86400}, Unit{"b", 'b', 1},
    Unit{"kb", 'b', 1e3}, Unit{"mb", 'b', 1e6}, Unit{"gb", 'b', 1e9}, Unit{"tb", 'b', 1e12},
    Unit{"kib", 'b', 1024}, Unit{"mib", 'b', 1048576}, Unit{"gib", 'b', 1073741824}};

const Unit* find_unit(const std::string& name) {
    const auto it = std::ranges::find(units, lower(name), &Unit::name);
    return it == units.end() ? nullptr : &*it;
}

std::string ratio(double size, double target) {
    char text[64];
    std::snprintf(text, sizeof text, "%.17gE0", size / target);
    return std::string(text).find('e') != std::string::npos
               ? std::string(text).substr(0, std::string(text).size() - 2)
               : std::string(text);
}

Result<Normalized> clean(const NormalizeStep& step, const Fragment& text) {
    const auto* target = find_unit(step.unit);
    if (!target)
        return fail("CFG104",
            "unit: '" + step.unit + "' is not a unit that is known; such as kg, m, l, s or mb",
            step.what.span);
    if (step.decimal != "." && step.decimal != ",")
        return fail("CFG104", "unit: decimal is . or , not '" + step.decimal + "'", step.what.span);
    const bool comma = step.decimal == ",";
    // Groups have three digits, so that 1,5 is not read as 15.
    const auto form =
        comma
            ? Fragment::of(
                  ", '^\\s*([+-]?(?:\\d{1,3}(?:\\.\\d{3})+|\\d*)(?:,\\d+)?)\\s*([^\\d\\s.,]\\S*)?\\s*$', ")
            : Fragment::of(
                  ", '^\\s*([+-]?(?:\\d{1,3}(?:,\\d{3})+|\\d*)(?:\\.\\d+)?)\\s*([^\\d\\s.,]\\S*)?\\s*$', ");
    const auto part = [&](const Fragment& which) {
        return Fragment::of("regexp_extract(") + text + form + which + Fragment::of(")");
    };
    const auto digits = part(Fragment::of("1"));
    const auto plain =
        comma ? Fragment::of("replace(replace(") + digits + Fragment::of(", '.', ''), ',', '.')")
              : Fragment::of("replace(") + digits + Fragment::of(", ',', '')");
    const auto number = Fragment::of("TRY_CAST(") + plain + Fragment::of(" AS DOUBLE)");
    const auto unit = Fragment::of("lower(") + part(Fragment::of("2")) + Fragment::of(")");
    auto factor = Fragment::of("CASE ") + unit + Fragment::of(" WHEN '' THEN 1.0");
    for (const auto& each : units)
        if (each.kind == target->kind)
            factor = factor + Fragment::of(" WHEN ") + sql::duckdb().literal(each.name) +
                     Fragment::of(" THEN ") + Fragment::authored(ratio(each.size, target->size));
    return Normalized{number + Fragment::of(" * ") + factor + Fragment::of(" END"), "DOUBLE"};
}

}  // namespace

extern const Normalizer unit_normalizer;
const Normalizer unit_normalizer{"unit",
    "A quantity in one unit, from text with a number and any unit of the same kind.", clean, true};

}  // namespace ingot::silver
