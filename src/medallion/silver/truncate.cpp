// Change rows that say that all keys are gone.
#include "medallion/silver/all_truncations.sql.h"
#include "medallion/silver/steps.h"
#include "medallion/silver/truncates.sql.h"
#include "medallion/silver/truncations.sql.h"

namespace ingot::silver {

namespace {

// What tells truncates apart: their moment, without a key.
Names moment_of_truncate(const Terms& terms) {
    Names names;
    if (terms.shape.slice_by_slice) names.emplace_back(load_date_column);
    if (terms.shape.by_slice) names.emplace_back("_ingot_slice");
    for (const auto* more : {&terms.shape.order_by, &terms.shape.tiebreak})
        names.insert(names.end(), more->begin(), more->end());
    return names;
}

// What makes two truncates one that was delivered twice. Where nothing but arrival orders rows, each that arrived is one.
Names identity_of_truncate(const Terms& terms) {
    auto names = moment_of_truncate(terms);
    if (terms.shape.order_by.empty() && terms.shape.tiebreak.empty()) {
        names.emplace_back("_ingot_file");
        names.emplace_back("_ingot_row");
    }
    return names;
}

// The columns of the store: the key `t`, a delete, and otherwise what the truncate `x` says.
Fragment deleted(const Terms& terms) {
    std::vector<Fragment> parts;
    for (const auto& name : terms.stored_names()) {
        const bool is_key = has_name(terms.shape.keys, name);
        parts.push_back(name == "_ingot_op" ? Fragment::of("CAST(0 AS TINYINT) AS _ingot_op")
                                            : terms.column(name, is_key ? "t" : "x"));
    }
    return comma_separated(parts);
}

// All keys are those of the table; slice by slice, those of the slice.
Fragment is_concerned(const Terms& terms) {
    if (!terms.shape.slice_by_slice) return Fragment::of("true");
    return terms.dialect.equal("x", "t", Names{std::string(load_date_column)});
}

}  // namespace

Status find_truncates(const Terms& terms, Statements& to) {
    if (!terms.shape.truncates) return {};
    const auto identity = identity_of_truncate(terms);
    return add_kept(to, "truncates.sql", embedded::medallion_silver_truncates_sql,
        {{"stored", terms.stored("n")}, {"time", terms.time("n")},
            {"same_truncate", terms.dialect.same("n", "s", identity)},
            {"identity", terms.dialect.columns(identity, "n")}, {"touched_keys", terms.keys("s")},
            {"touched_key", terms.dialect.equal("n", "s", terms.shape.keys)},
            {"keys", terms.keys("n")}, {"is_open", terms.is_open()},
            {"same_key", terms.dialect.equal("s", "p", terms.shape.keys)}});
}

Fragment and_truncates_of_crowded(const Terms& terms) {
    if (!terms.shape.truncates) return {};
    return Fragment::of("UNION ALL SELECT ") + deleted(terms) +
           Fragment::of(", false FROM (SELECT ") + terms.stored() +
           Fragment::of(" FROM _ingot_new_truncates UNION ALL SELECT ") + terms.stored() +
           Fragment::of(
               " FROM _ingot_store WHERE _ingot_op = -2) AS x JOIN _ingot_crowded AS t ON ") +
           terms.dialect.same("x", "t", moment_of_truncate(terms));
}

Status apply_truncates(const Terms& terms, const Fragment& is_seed, Statements& to) {
    if (!terms.shape.truncates) return {};
    return add(to, "truncations.sql", embedded::medallion_silver_truncations_sql,
        {{"deleted", deleted(terms)}, {"stored", terms.stored()}, {"time", terms.time()},
            {"is_seed", is_seed}, {"is_concerned", is_concerned(terms)}});
}

Status apply_all_truncates(const Terms& terms, Statements& to) {
    if (!terms.shape.truncates) return {};
    return add(to, "all_truncations.sql", embedded::medallion_silver_all_truncations_sql,
        {{"stored", terms.stored()}, {"time", terms.time()},
            {"identity", terms.dialect.columns(identity_of_truncate(terms))},
            {"deleted", deleted(terms)}, {"keys", terms.keys()},
            {"is_concerned", is_concerned(terms)}});
}

}  // namespace ingot::silver
