#include "run/rows_check.h"

#include <algorithm>

#include "event/events.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

std::string_view name_of(OnFail on_fail) {
    return on_fail_choices.at(static_cast<std::size_t>(on_fail)).name;
}

std::string flag(std::size_t i) { return "_ingot_rule_" + std::to_string(i); }

// CASE over the flags: which rows go, and the list of {rule, observed} of those that failed.
std::string verdict(const std::vector<quality::CompiledRule>& rules) {
    std::string drop, quarantine;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        auto& into = rules[i].on_fail == OnFail::drop ? drop : quarantine;
        if (rules[i].on_fail == OnFail::drop || rules[i].on_fail == OnFail::quarantine)
            into += (into.empty() ? "" : " OR ") + flag(i);
    }
    std::string out = "CASE";
    if (!quarantine.empty()) out += " WHEN " + quarantine + " THEN 2";
    if (!drop.empty()) out += " WHEN " + drop + " THEN 1";
    return quarantine.empty() && drop.empty() ? "0" : out + " ELSE 0 END";
}

std::string failures(const std::vector<quality::CompiledRule>& rules) {
    std::string items;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (rules[i].on_fail != OnFail::quarantine) continue;
        if (!items.empty()) items += ", ";
        items += "CASE WHEN " + flag(i) +
                 " THEN {'rule': " + sql::duckdb().literal(rules[i].name).text() +
                 ", 'observed': " + "CAST(" + rules[i].observed.text() + " AS VARCHAR)} END";
    }
    if (items.empty()) return "CAST(NULL AS STRUCT(rule VARCHAR, observed VARCHAR)[])";
    return "CASE WHEN _ingot_verdict = 2 THEN list_filter([" + items +
           "], lambda f: f IS NOT NULL) END";
}

// A column beside the rows: a window of a rule's cannot look at another.
sql::Fragment says_last() { return sql::Fragment::of("_ingot_says_last"); }

// Rows that no rule speaks of are not among those that it compares.
sql::Fragment within(const CheckOrder& order) {
    if (order.judged.empty()) return order.within;
    const auto judged = sql::Fragment::of("(") + order.judged + sql::Fragment::of(")");
    return order.within.empty() ? judged : order.within + sql::Fragment::of(", ") + judged;
}

Result<std::vector<quality::CompiledRule>> compiled(const CheckOrder& order) {
    Diagnostics diagnostics;
    const quality::RuleContext context{.columns = order.columns,
        .dialect = sql::duckdb(),
        .within = within(order),
        .arrival = order.arrival,
        .today = order.today,
        .keys = order.keys,
        .says_last = order.says_last.empty() ? sql::Fragment{} : says_last()};
    auto rules = quality::compile(order.rules, context, diagnostics);
    for (const auto& found : diagnostics.all())
        if (found.severity == Severity::error) return fail(found.code, found.message, found.where);
    rules.insert(rules.end(), order.more.begin(), order.more.end());
    return rules;
}

// A rule does not speak of a row that was released from it, as long as it sees there what it saw then.
std::string fails(const CheckOrder& order, const quality::CompiledRule& rule) {
    const auto of_judged = order.judged.empty()
                               ? rule.fails.text()
                               : "(" + order.judged.text() + " AND " + rule.fails.text() + ")";
    if (!order.released || rule.on_fail != OnFail::quarantine || !rule.can_be_released)
        return of_judged;
    return "(" + of_judged + " AND NOT coalesce(list_contains(_ingot_released, {'rule': " +
           sql::duckdb().literal(rule.name).text() + ", 'observed': coalesce(CAST(" +
           rule.observed.text() + " AS VARCHAR), 'NULL')}), false))";
}

std::string rows_of(const CheckOrder& order, const std::vector<quality::CompiledRule>& rules) {
    auto rows = order.select.text();
    if (std::ranges::any_of(rules, &quality::CompiledRule::looks_at_last))
        rows = "SELECT *, " + order.says_last.text() + " AS " + says_last().text() + " FROM (" +
               rows + "\n)";
    if (!order.released) return rows;
    return "SELECT r.*, x._ingot_released FROM (" + rows + "\n) AS r LEFT JOIN (" +
           order.released->rows.text() + ") AS x ON " + order.released->same_row.text();
}

std::string checked(const CheckOrder& order, const std::vector<quality::CompiledRule>& rules) {
    std::string flags;
    for (std::size_t i = 0; i < rules.size(); ++i)
        flags += ", " + fails(order, rules[i]) + " AS " + flag(i);
    return "SELECT * EXCLUDE (_ingot_verdict), _ingot_verdict, " + failures(rules) +
           " AS _ingot_failed FROM (SELECT *, " + verdict(rules) +
           " AS _ingot_verdict FROM (SELECT " +
           sql::duckdb().columns(names_of(order.columns)).text() + flags + " FROM (" +
           rows_of(order, rules) + "\n)))";
}

Status judge(engine::Session& session, const CheckOrder& order,
    const std::vector<quality::CompiledRule>& rules) {
    const auto select = checked(order, rules);
    const bool judges = !rules.empty() || order.released;
    if (order.as == CheckedAs::table)
        TRY(session.execute("CREATE OR REPLACE TEMP TABLE checked AS " + select));
    else if (order.as == CheckedAs::kept_rows || judges)
        TRY(session.keep("checked", select, ""));
    else
        TRY(session.execute("CREATE OR REPLACE TEMP VIEW checked AS " + select));
    return {};
}

// The rule that the engine does not take, once a statement made of all of them failed; else the error as it is.
Error blamed(engine::Session& session, const CheckOrder& order,
    const std::vector<quality::CompiledRule>& rules, Error error) {
    const auto from = " FROM (" + rows_of(order, rules) + "\n) AS row_to_check";
    // Rows that cannot be had without any rule: the hash takes every value of theirs.
    if (!session.query("SELECT bit_xor(hash(row_to_check))" + from)) return error;
    for (const auto& rule : rules) {
        // Beside the row, so that an aggregate is told as what it is.
        const auto bound =
            session.describe("SELECT row_to_check, " + rule.fails.text() + " AS fails" + from);
        const auto counted = session.query("SELECT count_if(" + rule.fails.text() + ")" + from);
        if (counted) continue;
        error = bound ? counted.error() : bound.error();
        if (error.message.contains("to BOOL when casting"))
            error = Error{"SQL103",
                "a condition is true or false, and this is not: " + error.message, {}, false};
        error.where = rule.where;
        return std::move(error).during("rule '" + rule.name + "'");
    }
    return error;
}

// "fail_above: 5 rows", where so many are too many of `in`.
std::optional<std::string> passed_limit(
    const Tolerance& tolerance, std::int64_t count, std::int64_t in) {
    if (tolerance.rows && count > *tolerance.rows) return std::to_string(*tolerance.rows) + " rows";
    if (!tolerance.percent || in == 0) return std::nullopt;
    const auto share = 100.0 * static_cast<double>(count) / static_cast<double>(in);
    if (share <= *tolerance.percent) return std::nullopt;
    auto text = std::to_string(*tolerance.percent);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text + " percent";
}

Status refuse_failed(const std::vector<quality::CompiledRule>& rules, const CheckedRows& checked,
    const CheckOrder& order) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const auto failed = checked.outcomes[i].failed;
        const auto limit = passed_limit(rules[i].fail_above, failed, checked.in);
        if (!limit && (rules[i].on_fail != OnFail::fail || failed == 0)) continue;
        // A rule that tolerates some is not failed by the first.
        if (!limit && rules[i].fail_above.is_set()) continue;
        return fail("QUAL001",
            order.dataset + ": rule '" + rules[i].name + "' failed for " + std::to_string(failed) +
                " of " + std::to_string(checked.in) + " rows" +
                (limit ? ", above its limit of " + *limit : "") + "; nothing was published",
            rules[i].where);
    }
    return {};
}

}  // namespace

Result<std::string> check_statement(const CheckOrder& order) {
    return "CREATE OR REPLACE TEMP TABLE checked AS " + checked(order, TRY(compiled(order)));
}

Result<CheckedRows> check_rows(engine::Session& session, const CheckOrder& order) {
    const auto rules = TRY(compiled(order));
    std::string counts;
    for (std::size_t i = 0; i < rules.size(); ++i) counts += ", count_if(" + flag(i) + ")";
    if (auto made = judge(session, order, rules); !made) {
        auto error = blamed(session, order, rules, made.error());
        return std::unexpected(std::move(error).during(order.dataset));
    }
    const auto rows =
        TRY(session.query("SELECT count(*), count_if(_ingot_verdict = 1), "
                          "count_if(_ingot_verdict = 2)" +
                          counts + " FROM checked"));
    CheckedRows checked{.in = rows.integer(0, 0),
        .dropped = rows.integer(0, 1),
        .quarantined = rows.integer(0, 2),
        .outcomes = {}};
    for (std::size_t i = 0; i < rules.size(); ++i)
        checked.outcomes.push_back(
            {rules[i].name, std::string(name_of(rules[i].on_fail)), rows.integer(0, 3 + i)});
    TRY(refuse_failed(rules, checked, order));
    return checked;
}

Status refuse_too_many(
    const std::string& dataset, const Tolerance& tolerance, const RowCounts& rows) {
    const auto limit = passed_limit(tolerance, rows.quarantined, rows.in);
    if (!limit) return {};
    return fail("QUAL108",
        dataset + ": " + std::to_string(rows.quarantined) + " of " + std::to_string(rows.in) +
            " rows would be quarantined, above the limit of " + *limit + "; nothing was published");
}

sql::Fragment quarantined_rows(const Columns& columns) {
    return sql::Fragment::of("SELECT ") + sql::duckdb().columns(names_of(columns)) +
           sql::Fragment::of(
               ", _ingot_failed AS _ingot_rules FROM checked WHERE _ingot_verdict = 2");
}

}  // namespace ingot::run
