#include "medallion/silver/invariants.sql.h"
#include "medallion/silver/one_per_key.sql.h"
#include "medallion/silver/steps.h"
#include "medallion/silver/suspects.sql.h"

namespace ingot::silver {

Result<Fragment> suspects(const Terms& terms, const Fragment& rows) {
    const auto& shape = terms.shape;
    if (!shape.is_keyed() || shape.history == History::latest || shape.is_changes())
        return Fragment{};
    return sql::fill(embedded::medallion_silver_suspects_sql,
        {{"keys", terms.keys()}, {"from", terms.column(shape.valid_from)},
            {"to", terms.column(shape.valid_to)}, {"is_open", terms.column(shape.is_current)},
            {"is_endless", terms.is_null({}, shape.valid_to)}, {"rows", rows}});
}

Result<Fragment> invariants(const Terms& terms, const Fragment& rows) {
    const auto& shape = terms.shape;
    if (!shape.is_keyed()) return Fragment{};
    if (shape.history == History::latest)
        return sql::fill(
            embedded::medallion_silver_one_per_key_sql, {{"keys", terms.keys()}, {"rows", rows}});
    if (shape.is_changes()) {
        auto names = shape.keys;
        names.push_back(shape.valid_from);
        return sql::fill(embedded::medallion_silver_one_per_key_sql,
            {{"keys", terms.dialect.columns(names)}, {"rows", rows}});
    }
    return sql::fill(embedded::medallion_silver_invariants_sql,
        {{"suspects", TRY(suspects(terms, rows))}, {"keys", terms.keys()},
            {"from", terms.column(shape.valid_from)}, {"to", terms.column(shape.valid_to)},
            {"is_open", terms.column(shape.is_current)},
            {"is_endless", terms.is_null({}, shape.valid_to)},
            {"same_key", terms.dialect.equal("r", "s", shape.keys)}, {"rows", rows}});
}

Result<Fragment> standing_invariants(
    const SilverSpec& spec, const Fragment& rows, const sql::Dialect& dialect) {
    const auto shape = outline(spec);
    return invariants({shape, dialect}, rows);
}

}  // namespace ingot::silver
