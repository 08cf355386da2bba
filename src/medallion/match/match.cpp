#include "medallion/match/match.h"

#include <algorithm>
#include <cmath>

#include "base/suggest.h"
#include "medallion/match/links.sql.h"
#include "medallion/match/pairs.sql.h"
#include "medallion/match/random.sql.h"
#include "medallion/match/records.sql.h"

namespace ingot::match {

namespace {

const sql::Dialect& d() { return sql::duckdb(); }

Fragment numbered(std::string_view name, std::size_t i) {
    return Fragment::authored(std::string(name) + std::to_string(i));
}

Fragment block_column(std::size_t block, std::size_t part) {
    return Fragment::authored("_ingot_b" + std::to_string(block) + "_" + std::to_string(part));
}

Fragment of(std::string_view alias, const Fragment& column) {
    return Fragment::authored(std::string(alias) + ".") + column;
}

Fragment text_of_part(const config::Spanned<std::string>& name) {
    return Fragment::of("replace(replace(CAST(") + d().identifier(name.value) +
           Fragment::of(" AS VARCHAR), '~', '~0'), '/', '~1')");
}

// A word of an expression: so blocks and comparisons are told apart by the columns that they look at.
bool mentions(std::string_view expression, std::string_view name) {
    const auto is_word = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80);
    };
    for (std::size_t at = 0; at + name.size() <= expression.size(); ++at) {
        const bool starts = at == 0 || !is_word(expression[at - 1]);
        const auto end = at + name.size();
        const bool ends = end == expression.size() || !is_word(expression[end]);
        if (starts && ends && same_name(expression.substr(at, name.size()), name)) return true;
    }
    return false;
}

Status known(const config::Spanned<std::string>& name, const Columns& model) {
    if (find_column(model, name.value)) return {};
    return fail("PRJ106",
        "unknown column '" + name.value + "'" + did_you_mean(name.value, names_of(model)),
        name.span);
}

Status all_known(const DedupeSpec& spec, const Columns& model) {
    for (const auto& name : spec.records) TRY(known(name, model));
    if (spec.across) TRY(known(*spec.across, model));
    if (spec.anchor) TRY(known(*spec.anchor, model));
    for (const auto& rule : spec.survive) {
        for (const auto& name : rule.columns) TRY(known(name, model));
        if (rule.by) TRY(known(*rule.by, model));
    }
    for (const auto& [name, compare] : spec.compare)
        if (!compare.value.value) TRY(known({name, compare.span}, model));
    for (const auto& added :
        {spec.cluster, std::string("cluster_size"), std::string("cluster_records")})
        if (find_column(model, added))
            return fail("CFG108",
                "dedupe adds the column " + added + ", and the model has one; rename it" +
                    (added == spec.cluster ? ", or say cluster: another_name" : ""),
                spec.records.front().span);
    return {};
}

double weight_of(double probability) { return std::log2(probability / (1 - probability)); }

}  // namespace

Columns clustered(const DedupeSpec& spec, const Columns& model) {
    Columns out{{spec.cluster, "VARCHAR"}};
    out.insert(out.end(), model.begin(), model.end());
    out.push_back({"cluster_size", "BIGINT"});
    out.push_back({"cluster_records", "VARCHAR[]"});
    return out;
}

Result<Statements> Statements::make(const DedupeSpec& spec, const Columns& model) {
    TRY(all_known(spec, model));
    Statements statements(spec, model);
    statements.comparisons_ = TRY(comparisons(spec));
    std::int64_t patterns = 1;
    for (const auto& comparison : statements.comparisons_) {
        patterns *= comparison.levels() + 1;
        if (patterns > std::int64_t{1} << 40)
            return fail("CFG108", "dedupe: these are too many comparisons with too many levels",
                spec.records.front().span);
    }
    return statements;
}

// A record's name: of one column as it stands, of several with a slash between them.
Fragment Statements::record() const {
    if (spec_->records.size() == 1)
        return Fragment::of("CAST(") + d().identifier(spec_->records.front().value) +
               Fragment::of(" AS VARCHAR)");
    std::vector<Fragment> parts;
    for (const auto& name : spec_->records) parts.push_back(text_of_part(name));
    return sql::join(parts, Fragment::of(" || '/' || "));
}

bool Statements::has_frequency() const {
    return std::ranges::any_of(comparisons_, [](const auto& each) { return each.spec->frequency; });
}

Result<Fragment> Statements::records() const {
    std::vector<Fragment> values, order;
    for (std::size_t i = 0; i < spec_->block.size(); ++i)
        for (std::size_t k = 0; k < spec_->block[i].size(); ++k)
            values.push_back(Fragment::authored("(" + spec_->block[i][k].value + "\n) AS ") +
                             block_column(i, k));
    for (std::size_t i = 0; i < comparisons_.size(); ++i) {
        const auto value = compared_value(comparisons_[i]);
        values.push_back(value + Fragment::of(" AS ") + numbered("_ingot_c", i));
        if (comparisons_[i].sound)
            values.push_back(
                sound(comparisons_[i]) + Fragment::of(" AS ") + numbered("_ingot_s", i));
        if (comparisons_[i].spec->frequency)
            values.push_back(Fragment::of("CAST(count(*) OVER (PARTITION BY ") + value +
                             Fragment::of(") AS DOUBLE) / count(") + value +
                             Fragment::of(") OVER () AS ") + numbered("_ingot_f", i));
    }
    if (spec_->across)
        values.push_back(d().identifier(spec_->across->value) + Fragment::of(" AS _ingot_across"));
    if (spec_->anchor) {
        values.push_back(d().identifier(spec_->anchor->value) + Fragment::of(" AS _ingot_anchor"));
        order.push_back(Fragment::of("_ingot_anchor NULLS LAST"));
    }
    for (std::size_t i = 0; i < spec_->records.size(); ++i) {
        values.push_back(d().identifier(spec_->records[i].value) + Fragment::of(" AS ") +
                         numbered("_ingot_k", i));
        order.push_back(numbered("_ingot_k", i));
    }
    return sql::fill(embedded::medallion_match_records_sql,
        {{"order", sql::join(order, Fragment::of(", "))}, {"record", record()},
            {"values", sql::join(values, Fragment::of(", "))}});
}

Fragment Statements::repeated() const {
    return Fragment::of(
        "SELECT _ingot_record, count(*) AS rows FROM _ingot_records GROUP BY 1 "
        "HAVING count(*) > 1 OR _ingot_record IS NULL ORDER BY rows DESC, 1 LIMIT 3");
}

Fragment Statements::values() const {
    auto out = Fragment::of("SELECT count(*)");
    for (std::size_t i = 0; i < comparisons_.size(); ++i)
        out = out + Fragment::of(", count(") + numbered("_ingot_c", i) + Fragment::of(")");
    return out + Fragment::of(" FROM _ingot_records");
}

std::vector<std::string> Statements::names() const {
    std::vector<std::string> out;
    for (const auto& comparison : comparisons_) out.push_back(comparison.name);
    return out;
}

Fragment Statements::widest() const {
    std::vector<Fragment> selects;
    for (std::size_t i = 0; i < spec_->block.size(); ++i) {
        std::vector<Fragment> columns, there;
        for (std::size_t k = 0; k < spec_->block[i].size(); ++k) {
            columns.push_back(block_column(i, k));
            there.push_back(block_column(i, k) + Fragment::of(" IS NOT NULL"));
        }
        const auto by = sql::join(columns, Fragment::of(", "));
        selects.push_back(
            Fragment::of("SELECT ") + d().integer(static_cast<std::int64_t>(i)) +
            Fragment::of(
                " AS block, CAST(coalesce(sum(n * (n - 1) / 2), 0) AS BIGINT) AS pairs, arg_max(value, (n, value)) AS value, "
                "max(n) AS records FROM (SELECT count(*) AS n, CAST(row(") +
            by + Fragment::of(") AS VARCHAR) AS value FROM _ingot_records WHERE ") +
            sql::join(there, Fragment::of(" AND ")) + Fragment::of(" GROUP BY ") + by +
            Fragment::of(")"));
    }
    return sql::join(selects, Fragment::of(" UNION ALL ")) + Fragment::of(" ORDER BY block");
}

// What of two records the comparisons need: a, b, blocks, l0, r0, l1, r1…
std::vector<Fragment> Statements::block_sides() const {
    std::vector<Fragment> agreements;
    for (std::size_t i = 0; i < spec_->block.size(); ++i) {
        std::vector<Fragment> equal;
        for (std::size_t k = 0; k < spec_->block[i].size(); ++k)
            equal.push_back(
                of("l", block_column(i, k)) + Fragment::of(" = ") + of("r", block_column(i, k)));
        agreements.push_back(sql::join(equal, Fragment::of(" AND ")));
    }
    std::vector<Fragment> flags;
    for (std::size_t i = 0; i < agreements.size(); ++i)
        flags.push_back(Fragment::of("CASE WHEN ") + agreements[i] + Fragment::of(" THEN ") +
                        d().integer(std::int64_t{1} << i) + Fragment::of(" ELSE 0 END"));
    std::vector<Fragment> selects;
    for (std::size_t i = 0; i < agreements.size(); ++i) {
        auto select =
            Fragment::of("SELECT ") + sql::join(flags, Fragment::of(" + ")) +
            Fragment::of(
                " AS blocks, $sides FROM _ingot_records AS l JOIN _ingot_records AS r ON ") +
            agreements[i] + Fragment::of(" AND l._ingot_id < r._ingot_id$across");
        for (std::size_t k = 0; k < i; ++k)
            select = select + Fragment::of(" AND NOT coalesce(") + agreements[k] +
                     Fragment::of(", false)");
        selects.push_back(select);
    }
    return selects;
}

// The levels of all comparisons as the digits of one number, each with its own base.
Fragment Statements::levels_of_sides(const Fragment& sides) const {
    std::vector<Fragment> near, codes, rare;
    std::int64_t base = 1;
    for (std::size_t i = 0; i < comparisons_.size(); ++i) {
        const auto l = numbered("l", i), r = numbered("r", i), n = numbered("n", i);
        if (const auto nearness = match::nearness(comparisons_[i], l, r); !nearness.empty())
            near.push_back(Fragment::of("CASE WHEN ") + l + Fragment::of(" <> ") + r +
                           Fragment::of(" THEN ") + nearness + Fragment::of(" END AS ") + n);
        const auto level = match::level(comparisons_[i], {.left = l,
                                                             .right = r,
                                                             .near = n,
                                                             .left_sound = numbered("ls", i),
                                                             .right_sound = numbered("rs", i)});
        codes.push_back(
            d().integer(base) + Fragment::of(" * CAST(") + level + Fragment::of(" AS BIGINT)"));
        if (comparisons_[i].spec->frequency)
            rare.push_back(Fragment::of("CASE WHEN ") + l + Fragment::of(" = ") + r +
                           Fragment::of(" THEN -log2(") + numbered("f", i) +
                           Fragment::of(") ELSE 0 END"));
        base *= comparisons_[i].levels() + 1;
    }
    auto inner = Fragment::of("SELECT *");
    for (const auto& each : near) inner = inner + Fragment::of(", ") + each;
    auto out = Fragment::of("SELECT a, b, blocks, ") + sql::join(codes, Fragment::of(" + ")) +
               Fragment::of(" AS pattern");
    if (!rare.empty())
        out = out + Fragment::of(", CAST(") + sql::join(rare, Fragment::of(" + ")) +
              Fragment::of(" AS DOUBLE) AS rarity");
    return out + Fragment::of(" FROM (") + inner + Fragment::of(" FROM (") + sides +
           Fragment::of("))");
}

namespace {

Fragment sides_of(const std::vector<Comparison>& comparisons) {
    auto out = Fragment::of("l._ingot_id AS a, r._ingot_id AS b");
    for (std::size_t i = 0; i < comparisons.size(); ++i) {
        const auto value = numbered("_ingot_c", i);
        out = out + Fragment::of(", ") + of("l", value) + Fragment::of(" AS ") + numbered("l", i) +
              Fragment::of(", ") + of("r", value) + Fragment::of(" AS ") + numbered("r", i);
        const auto sounds = numbered("_ingot_s", i);
        if (comparisons[i].sound)
            out = out + Fragment::of(", ") + of("l", sounds) + Fragment::of(" AS ") +
                  numbered("ls", i) + Fragment::of(", ") + of("r", sounds) + Fragment::of(" AS ") +
                  numbered("rs", i);
        if (comparisons[i].spec->frequency)
            out = out + Fragment::of(", ") + of("l", numbered("_ingot_f", i)) +
                  Fragment::of(" AS ") + numbered("f", i);
    }
    return out;
}

}  // namespace

Result<Fragment> Statements::pairs() const {
    const auto across = spec_->across
                            ? Fragment::of(" AND l._ingot_across IS DISTINCT FROM r._ingot_across")
                            : Fragment{};
    std::vector<Fragment> selects;
    for (const auto& select : block_sides())
        selects.push_back(
            TRY(sql::fill(select.text(), {{"sides", sides_of(comparisons_)}, {"across", across}})));
    return sql::fill(embedded::medallion_match_pairs_sql,
        {{"levels", levels_of_sides(sql::join(selects, Fragment::of(" UNION ALL ")))}});
}

Fragment Statements::all_pairs() const {
    if (!spec_->across)
        return Fragment::of(
            "SELECT CAST(count(*) * (count(*) - 1) / 2 AS BIGINT) FROM _ingot_records");
    return Fragment::of(
        "SELECT CAST((sum(n) * sum(n) - sum(n * n)) / 2 AS BIGINT) FROM (SELECT count(*) AS n FROM "
        "_ingot_records GROUP BY _ingot_across)");
}

Result<Fragment> Statements::random() const {
    auto sides =
        Fragment::of("SELECT 0 AS blocks, ") + sides_of(comparisons_) +
        Fragment::of(
            " FROM _ingot_sample AS l JOIN _ingot_sample AS r ON l._ingot_id < r._ingot_id");
    if (spec_->across)
        sides = sides + Fragment::of(" AND l._ingot_across IS DISTINCT FROM r._ingot_across");
    const auto records =
        std::llround(std::sqrt(2.0 * static_cast<double>(spec_->sample_pairs))) + 1;
    return sql::fill(embedded::medallion_match_random_sql,
        {{"seed", d().integer(spec_->seed)}, {"records", d().integer(records)},
            {"levels", levels_of_sides(sides)}});
}

Fragment Statements::patterns() const {
    return Fragment::of(
        "SELECT blocks, pattern, count(*) AS pairs FROM _ingot_pairs GROUP BY ALL ORDER BY ALL");
}

Pattern Statements::pattern(std::uint64_t blocks, std::int64_t code, double pairs) const {
    Pattern out{.levels = {}, .blocks = blocks, .pairs = pairs};
    for (const auto& comparison : comparisons_) {
        out.levels.push_back(static_cast<int>(code % (comparison.levels() + 1)));
        code /= comparison.levels() + 1;
    }
    return out;
}

Observed Statements::observed() const {
    Observed out;
    out.blocks = static_cast<int>(spec_->block.size());
    out.fixed_prior = spec_->prior;
    for (const auto& comparison : comparisons_) {
        Respect respect{.levels = comparison.levels(),
            .fixed_m = comparison.spec->m,
            .fixed_u = comparison.spec->u};
        for (std::size_t i = 0; i < spec_->block.size(); ++i)
            for (const auto& part : spec_->block[i])
                for (const auto& column : model_)
                    if (mentions(part.value, column.name) &&
                        mentions(comparison.source, column.name))
                        respect.blocks |= std::uint64_t{1} << i;
        out.respects.push_back(std::move(respect));
    }
    return out;
}

double Statements::threshold_weight() const {
    return spec_->threshold_weight.value_or(weight_of(spec_->threshold));
}

double Statements::review_weight() const {
    if (spec_->review) return std::min(weight_of(*spec_->review), threshold_weight());
    const auto odds = std::exp2(threshold_weight());
    return weight_of(odds / (1 + odds) / 2);
}

Fragment Statements::level_at(std::size_t comparison) const {
    std::int64_t base = 1;
    for (std::size_t i = 0; i < comparison; ++i) base *= comparisons_[i].levels() + 1;
    return Fragment::of("pattern // ") + d().integer(base) + Fragment::of(" % ") +
           d().integer(comparisons_[comparison].levels() + 1);
}

Result<Fragment> Statements::links(const Weights& weights) const {
    auto weight = number(weights.start());
    for (std::size_t i = 0; i < comparisons_.size(); ++i) {
        std::vector<Fragment> by_level{Fragment::of("0e0")};
        for (int level = 1; level <= comparisons_[i].levels(); ++level) {
            // Of equal values the pair itself knows how rare they are.
            const bool is_rarity = level == 1 && comparisons_[i].spec->frequency;
            by_level.push_back(
                number(is_rarity ? std::log2(weights.m[i][0]) : weights.of(i, level)));
        }
        weight = weight + Fragment::of(" + [") + sql::join(by_level, Fragment::of(", ")) +
                 Fragment::of("][1 + ") + level_at(i) + Fragment::of("]");
    }
    if (has_frequency()) weight = weight + Fragment::of(" + rarity");
    return sql::fill(embedded::medallion_match_links_sql,
        {{"weight", weight}, {"review", number(review_weight())}});
}

// Each record of a link takes the least number among its neighbours', and that one's; until nothing moves.
Fragment Statements::first_clusters() const {
    return Fragment::of(
               "CREATE OR REPLACE TEMP TABLE _ingot_edges AS SELECT a AS id, b AS other FROM _ingot_links WHERE weight >= ") +
           number(threshold_weight()) +
           Fragment::of(
               "; INSERT INTO _ingot_edges SELECT other, id FROM _ingot_edges; "
               "CREATE OR REPLACE TEMP TABLE _ingot_clusters AS SELECT id, least(id, min(other)) AS root, true AS moved "
               "FROM _ingot_edges GROUP BY id");
}

Fragment Statements::next_clusters() const {
    return Fragment::of(
        "CREATE OR REPLACE TEMP TABLE _ingot_clusters AS SELECT n.id, r.root, r.root <> n.was AS moved FROM ("
        "SELECT c.id, any_value(c.root) AS was, least(any_value(c.root), min(o.root)) AS root FROM _ingot_clusters AS c "
        "JOIN _ingot_edges AS e ON e.id = c.id JOIN _ingot_clusters AS o ON o.id = e.other GROUP BY c.id) AS n "
        "JOIN _ingot_clusters AS r ON r.id = n.root");
}

Fragment Statements::moved() const {
    return Fragment::of("SELECT count_if(moved) FROM _ingot_clusters");
}

Fragment Statements::listed(const Weights& weights) const {
    auto out =
        Fragment::of(
            "SELECT l._ingot_record AS record_a, r._ingot_record AS record_b, coalesce(c.root = o.root, false) AS same_cluster, "
            "p.weight, 1 / (1 + pow(2, -p.weight)) AS probability, CASE WHEN p.weight >= ") +
        number(threshold_weight()) + Fragment::of(" THEN 'match' ELSE 'review' END AS verdict");
    for (std::size_t i = 0; i < comparisons_.size(); ++i) {
        auto names = level_names(comparisons_[i]);
        names.insert(names.begin(), "missing");
        std::vector<Fragment> by_level{Fragment::of("0e0")};
        for (int level = 1; level <= comparisons_[i].levels(); ++level)
            by_level.push_back(number(weights.of(i, level)));
        out = out + Fragment::of(", ") + d().list(names) + Fragment::of("[1 + ") + level_at(i) +
              Fragment::of("] AS ") + d().identifier(comparisons_[i].name) + Fragment::of(", [") +
              sql::join(by_level, Fragment::of(", ")) + Fragment::of("][1 + ") + level_at(i) +
              Fragment::of("] AS ") + d().identifier(comparisons_[i].name + "_weight");
    }
    return out +
           Fragment::of(
               " FROM _ingot_links AS p JOIN _ingot_records AS l ON l._ingot_id = p.a JOIN _ingot_records AS r ON "
               "r._ingot_id = p.b LEFT JOIN _ingot_clusters AS c ON c.id = p.a LEFT JOIN _ingot_clusters AS o ON o.id = p.b "
               "ORDER BY p.a, p.b");
}

}  // namespace ingot::match
