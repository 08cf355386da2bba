#include "medallion/silver/terms.h"

namespace ingot::silver {

namespace {

constexpr std::array<std::string_view, 3> origin{"_ingot_slice", "_ingot_file", "_ingot_row"};

// The names, and those of the row's origin that the author did not name.
Names with_origin(Names names) {
    for (const auto name : origin)
        if (!has_name(names, name)) names.emplace_back(name);
    return names;
}

Fragment joined(
    const std::vector<Fragment>& parts, const Fragment& separator, const Fragment& none) {
    return parts.empty() ? none : sql::join(parts, separator);
}

bool merges_equal(const Shape& shape) {
    return shape.collapses || shape.history == History::latest;
}

Fragment differs_from_last(const Terms& terms, const Names& names, const Names& settled) {
    std::vector<Fragment> parts{Fragment::of("row_number() OVER arrival = 1")};
    Names compared{"_ingot_op"};
    for (const auto& name : names)
        if (!has_name(settled, name)) compared.push_back(name);
    for (const auto& name : compared)
        parts.push_back(terms.column(name) + Fragment::of(" IS DISTINCT FROM lag(") +
                        terms.column(name) + Fragment::of(") OVER arrival"));
    return any_of(parts);
}

}  // namespace

Fragment all_of(const std::vector<Fragment>& parts) {
    return joined(parts, Fragment::of(" AND "), Fragment::of("true"));
}

Fragment any_of(const std::vector<Fragment>& parts) {
    return Fragment::of("(") + joined(parts, Fragment::of(" OR "), Fragment::of("false")) +
           Fragment::of(")");
}

Fragment comma_separated(const std::vector<Fragment>& parts) {
    return joined(parts, Fragment::of(", "), {});
}

Status add(std::vector<Statement>& to, std::string_view name, std::string_view text, Holes holes) {
    to.push_back({.name = name, .sql = TRY(sql::fill(text, holes))});
    return {};
}

Status add_kept(
    std::vector<Statement>& to, std::string_view name, std::string_view text, Holes holes) {
    TRY(add(to, name, text, holes));
    to.back().keeps = true;
    return {};
}

Fragment Terms::column(std::string_view name, std::string_view alias) const {
    const Names one{std::string(name)};
    return dialect.columns(one, alias);
}

Names Terms::stored_names() const {
    auto names = with_origin(shape.stored);
    names.emplace_back("_ingot_op");
    return names;
}

Fragment Terms::all() const { return dialect.columns(with_origin(names_of(shape.columns))); }

Fragment Terms::time(std::string_view alias) const {
    return column(shape.by_slice ? "_ingot_slice" : shape.order_by.front(), alias);
}

Names Terms::moment_names() const {
    Names names = shape.keys;
    if (shape.by_slice) names.emplace_back("_ingot_slice");
    // Events are told apart by what orders them.
    for (const auto* more : {&shape.order_by, &shape.tiebreak})
        for (const auto& name : *more)
            if (!has_name(names, name)) names.push_back(name);
    return names;
}

Fragment Terms::order() const {
    std::vector<Fragment> parts{Fragment::of("_ingot_time")};
    for (const auto* names : {&shape.order_by, &shape.tiebreak})
        for (const auto& name : *names)
            parts.push_back(column(name) + Fragment::of(" NULLS FIRST"));
    parts.push_back(Fragment::of("_ingot_slice, _ingot_file, _ingot_row"));
    return comma_separated(parts);
}

Fragment Terms::latest_first() const {
    std::vector<Fragment> parts;
    if (shape.by_slice) parts.push_back(Fragment::of("_ingot_slice DESC"));
    for (const auto* names : {&shape.order_by, &shape.tiebreak})
        for (const auto& name : *names)
            parts.push_back(column(name) + Fragment::of(" DESC NULLS LAST"));
    parts.push_back(Fragment::of("_ingot_slice DESC, _ingot_file DESC, _ingot_row DESC"));
    return comma_separated(parts);
}

Fragment Terms::differs_from_open(std::string_view row, std::string_view open) const {
    // Where each slice is a moment of its own, only neighbouring loads can be told to be equal, and only where equal
    // versions become one. Otherwise the open row has to show all that is observed.
    const bool comparable =
        shape.by_slice ? shape.keeps_last_of_load() && merges_equal(shape) : shape.shows_all();
    // What a partial row makes of its key is not what it says.
    if (!comparable || !shape.partial.empty()) return Fragment::of("true");
    std::vector<Fragment> parts;
    for (const auto& name : shape.shown)
        if (!has_name(shape.keys, name))
            parts.push_back(
                column(name, row) + Fragment::of(" IS DISTINCT FROM ") + column(name, open));
    return any_of(parts);
}

Fragment Terms::differs_in_arrival() const {
    if (shape.keeps_last_of_load())
        return merges_equal(shape) ? differs_from_last(*this, shape.shown, shape.keys)
                                   : Fragment::of("row_number() OVER arrival > 0");
    return differs_from_last(*this, shape.stored, moment_names());
}

Fragment Terms::is_open() const {
    if (!shape.is_keyed() || shape.is_changes()) return Fragment::of("false");
    return shape.has_end() ? column(shape.is_current) : Fragment::of("true");
}

Fragment Terms::of_open(std::string_view name, std::string_view alias) const {
    return column("_ingot_open", alias) + Fragment::of(".") + column(name);
}

Fragment Terms::counts() const {
    const bool deletes_say_nothing = shape.deletes == Deletes::ignore ||
                                     shape.deletes == Deletes::infer ||
                                     (!shape.is_keyed() && !shape.has_tombstones());
    if (deletes_say_nothing) return Fragment::of("_ingot_op = 1");
    return shape.is_cdc ? Fragment::of("_ingot_op IN (-2, 0, 1)") : Fragment::of("true");
}

Fragment Terms::is_null(std::string_view alias, std::string_view name) const {
    return column(name, alias) + Fragment::of(" IS NULL");
}

}  // namespace ingot::silver
