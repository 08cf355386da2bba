#include "run/standing_check.h"

#include "medallion/quality/rule.h"
#include "medallion/silver/promote.h"
#include "run/views.h"
#include "run/workspace.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

using sql::Fragment;

// What bounds a unique rule, and which rows it is about.
struct Bounds {
    Fragment within{};
    Fragment about{};
};

Bounds bounds_of(const Node& node) {
    if (node.dataset.bronze()) return {.within = Fragment::of("_ingot_slice")};
    const auto* silver = node.dataset.silver();
    if (!silver) return {};
    if (silver->history == History::snapshot) return {.within = Fragment::of("snapshot_date")};
    const bool outlives = silver->deletes == Deletes::soft || silver->deletes == Deletes::infer ||
                          silver->deletes == Deletes::tombstone;
    const bool has_versions = keeps_versions(silver->history);
    const bool is_one_row = silver->history == History::latest || silver->history == History::scd3;
    if (has_versions || (is_one_row && outlives)) {
        const auto current = sql::duckdb().identifier(silver->is_current);
        return {.within = current, .about = current};
    }
    return {};
}

class StandingScan {
public:
    StandingScan(engine::Session& session, const Node& node, Fragment select, Date today)
        : session_(session),
          node_(node),
          select_(std::move(select)),
          bounds_(bounds_of(node)),
          today_(node.dataset.bronze()
                     ? Fragment::of("_ingot_slice")
                     : Fragment::of("DATE ") + sql::duckdb().literal(to_string(today))) {}

    Result<StandingCheck> run() {
        const auto columns = TRY(session_.describe(select_.text()));
        for (const auto& rule : node_.dataset.rules) TRY(add(columns, rule));
        std::string counts;
        for (std::size_t i = 0; i < asked_.size(); ++i)
            counts += ", count_if(f" + std::to_string(i) + ")";
        const auto rows = TRY(session_.query("SELECT count(*)" + counts + " FROM (SELECT " +
                                             flags_ + " FROM (" + select_.text() + "\n))"));
        check_.rows = rows.integer(0, 0);
        for (std::size_t i = 0; i < asked_.size(); ++i)
            check_.rules[asked_[i]].failed = rows.integer(0, 1 + i);
        TRY(history());
        return std::move(check_);
    }

private:
    // What every merge holds for the keys that it touches, here for all of them.
    Status history() {
        const auto* silver = node_.dataset.silver();
        if (!silver) return {};
        const auto wrong = TRY(silver::standing_invariants(
            *silver, Fragment::of("(") + select_ + Fragment::of("\n)"), sql::duckdb()));
        if (wrong.empty()) return {};
        const auto rows = TRY(session_.query(
            "SELECT CAST(coalesce(sum(wrong), 0) AS BIGINT) FROM (" + wrong.text() + "\n)"));
        check_.rules.push_back({.name = std::string(history_rule),
            .on_fail = OnFail::fail,
            .failed = rows.integer(0, 0),
            .where = node_.dataset.origin});
        return {};
    }

    using Rule = std::pair<std::string, config::Spanned<RuleSpec>>;

    Status add(const Columns& columns, const Rule& rule) {
        Diagnostics diagnostics;
        const quality::Rules one{rule};
        const quality::RuleContext context{.columns = columns,
            .dialect = sql::duckdb(),
            .within = bounds_.within,
            .arrival = {},
            .today = today_};
        const auto compiled = quality::compile(one, context, diagnostics);
        check_.rules.push_back(
            {.name = rule.first, .on_fail = rule.second.value.on_fail, .where = rule.second.span});
        if (compiled.empty()) return refuse_or_leave_out(first_error(diagnostics));
        auto fails = compiled.front().fails;
        if (compiled.front().looks_at_rows && !bounds_.about.empty())
            fails = Fragment::of("(") + bounds_.about + Fragment::of(" AND ") + fails +
                    Fragment::of(")");
        if (const auto bound =
                session_.describe("SELECT " + fails.text() + " FROM (" + select_.text() + "\n)");
            !bound)
            return refuse_or_leave_out(
                Error(bound.error().code, bound.error().message).at(rule.second.span));
        flags_ += ", " + fails.text() + " AS f" + std::to_string(asked_.size());
        asked_.push_back(check_.rules.size() - 1);
        return {};
    }

    static Error first_error(const Diagnostics& diagnostics) {
        for (const auto& found : diagnostics.all())
            if (found.severity == Severity::error)
                return {found.code, found.message, found.where, false};
        return {"BUG001", "a rule did not compile and nothing says why", {}, false};
    }

    // A rule may have looked at a column of the model that is not published.
    Status refuse_or_leave_out(Error error) {
        const auto* silver = node_.dataset.silver();
        if (!silver || silver->columns.ignore.empty())
            return std::unexpected(std::move(error).during(node_.dataset.name.text()));
        check_.rules.back().why_not_checked = error.message;
        return {};
    }

    engine::Session& session_;
    const Node& node_;
    Fragment select_;
    Bounds bounds_;
    Fragment today_;
    std::string flags_ = "1 AS one";
    std::vector<std::size_t> asked_;
    StandingCheck check_;
};

}  // namespace

Result<std::optional<StandingCheck>> check_standing(const RunContext& context, const Node& node) {
    const auto pin = context.pins.get(node.dataset.name.text());
    if (!pin) return std::nullopt;
    const auto today = std::chrono::floor<std::chrono::days>(context.clock.now());
    if (is_view(node)) {
        auto workspace = TRY(Workspace::open(context, node));
        return TRY(StandingScan(workspace.session(), node, pin->select, today).run());
    }
    auto session = TRY(context.engine.connect());
    return TRY(StandingScan(*session, node, pin->select, today).run());
}

}  // namespace ingot::run
