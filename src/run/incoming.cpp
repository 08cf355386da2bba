#include "run/incoming.h"

#include "medallion/silver/change_rows.h"
#include "medallion/silver/curate.h"
#include "platform/table/storable.h"
#include "project/option_places.h"
#include "run/body_place.h"
#include "run/land.h"
#include "run/rows_check.h"
#include "run/table_rows.h"
#include "sql/dialect.h"

namespace ingot::run {

namespace {

// Where a row came from, and what it does.
Columns own_columns(const SilverSpec& spec) {
    return {{"_ingot_slice", "DATE"}, {"_ingot_file", "VARCHAR"}, {"_ingot_row", "BIGINT"},
        spec.cdc ? Column{"_ingot_change", "VARCHAR"} : Column{"_ingot_delete", "BOOLEAN"}};
}

// Only a row-wise model over one bronze dataset can be taken in slice by slice; records are compared with all others.
const Node* sliced_input(const RunContext& context, const Node& node) {
    if (node.dataset.silver()->dedupe || !node.select.row_wise || node.inputs.size() != 1)
        return nullptr;
    const auto& input = context.manifest.datasets[node.inputs.front()];
    return input.dataset.bronze() ? &input : nullptr;
}

void compare(const Slices& now, PendingWork& work) {
    work.all = now;
    for (const auto& [date, print] : work.known) {
        const auto it = now.find(date);
        if (it == now.end() || it->second != print) work.rebuild = true;
    }
    for (const auto& [date, print] : now)
        if (work.rebuild || !work.known.contains(date)) work.take[date] = print;
    if (work.rebuild) work.take = now;
}

PendingWork sliced(const Node& input, const Pin& pin, const Before& before, bool again) {
    PendingWork work{.full_loads = input.dataset.bronze()->table.load == LoadPattern::full};
    const auto name = input.dataset.name.text();
    if (before.standing)
        if (const auto it = before.standing->inputs.find(name); it != before.standing->inputs.end())
            work.known = it->second.slices;
    work.rebuild = again || !before.standing;
    compare(pin.slices, work);
    return work;
}

bool is_restated(const RunContext& context, const std::string& load) {
    const auto& from = context.plan.restate_from;
    return from && load >= to_string(*from);
}

PendingWork whole(const RunContext& context, const Node& node, const Before& before, bool again) {
    PendingWork work{.rebuild = true, .full_loads = true, .whole = true};
    const bool unchanged =
        before.standing && before.standing->inputs == inputs_of(context, node, false);
    if (unchanged && !again) return PendingWork{};
    work.inputs_moved = true;
    if (before.standing && keeps_loads(*node.dataset.silver()))
        for (const auto& load : before.standing->loads)
            if (!is_restated(context, load)) work.known[load] = "";
    // It reads all that stands, so in a run of an older date too it says how things are by now. And where nothing came, the
    // newest load is computed again: when that was done is no matter of the table.
    auto date = to_string(context.plan.dates.back());
    if (!work.known.empty()) {
        const auto& newest = work.known.rbegin()->first;
        if (unchanged && !context.plan.restate_from) date = newest;
        date = std::max(date, newest);
    }
    work.take[date] = "";
    return work;
}

}  // namespace

bool keeps_loads(const SilverSpec& spec) {
    if (spec.scope == Scope::slice) return true;
    if (spec.history == History::replace) return false;
    return spec.history != History::latest || spec.deletes != Deletes::ignore;
}

std::map<std::string, state::InputState> PendingWork::inputs_after(
    const RunContext& context, const Node& node) const {
    auto inputs = inputs_of(context, node, !whole);
    if (whole || inputs.empty()) return inputs;
    auto& slices = inputs.begin()->second.slices;
    slices = rebuild ? Slices{} : known;
    for (const auto& [date, print] : take) slices[date] = print;
    return inputs;
}

Result<PendingWork> pending_work(
    const RunContext& context, const Node& node, const Before& before, bool first) {
    const bool redefined =
        before.standing && before.standing->fingerprint != node.dataset.fingerprint;
    const bool released = before.standing && before.standing->judge_again;
    const bool again =
        first && (context.plan.full_refresh || context.plan.restate_from || redefined || released);
    const auto* input = sliced_input(context, node);
    if (!input) return whole(context, node, before, again);
    const auto pin = context.pins.get(input->dataset.name.text());
    if (!pin)
        return fail("RUN101",
            input->dataset.name.text() + " has never been published; run it first: ingot run " +
                input->dataset.name.text(),
            node.dataset.origin);
    return sliced(*input, *pin, before, again);
}

namespace {

// All slices together have every column. A new one that lacks some that the model reads has changed, which strict refuses.
Status refuse_lacking_slices(const RunContext& context, const Node& node, const Node& input,
    Workspace& workspace, const PendingWork& work) {
    const auto pin = context.pins.get(input.dataset.name.text());
    const auto slices = TRY(standing_slices(context.files, input));
    for (const auto& [date, print] : work.take) {
        const auto found = slices.find(date);
        if (found == slices.end() || found->second.rows == 0) continue;
        std::string lacking;
        for (const auto& column : pin->columns)
            if (!find_column(found->second.columns, column.name))
                lacking += (lacking.empty() ? "'" : ", '") + column.name + "'";
        if (lacking.empty()) continue;
        TRY(workspace.rebind(input.dataset.name, pin->slice_select({{date, print}})));
        const auto full = TRY(workspace.session().describe(node.select.rewritten));
        TRY(workspace.rebind(input.dataset.name, TRY(bronze_view({*found}, {})).select));
        const auto own = workspace.session().describe(node.select.rewritten);
        if (own && own->size() == full.size()) continue;
        return fail("QUAL104",
            node.dataset.name.text() + ": slice " + date + " of " + input.dataset.name.text() +
                " lacks " + lacking + ", and schema is strict",
            node.dataset.origin);
    }
    return {};
}

}  // namespace

Status bind_slices(
    const RunContext& context, const Node& node, Workspace& workspace, const PendingWork& work) {
    if (work.whole) return {};
    const auto* input = sliced_input(context, node);
    const auto pin = context.pins.get(input->dataset.name.text());
    if (node.dataset.silver()->schema == SchemaMode::strict && !work.rebuild)
        TRY(refuse_lacking_slices(context, node, *input, workspace, work));
    return workspace.rebind(input->dataset.name, pin->slice_select(work.take));
}

namespace {

// _ingot_delete, or for change rows _ingot_change.
Result<sql::Fragment> what_it_does(const SilverSpec& spec, const Columns& model) {
    if (spec.cdc)
        return silver::change_of_row(
            *spec.cdc, spec.delete_when, TRY(silver::unreadable_images(*spec.cdc, model)));
    return sql::Fragment::authored(
               spec.delete_when ? "(" + spec.delete_when->value + "\n)" : "false") +
           sql::Fragment::of(" AS _ingot_delete");
}

struct Condition {
    std::string_view option;
    const std::optional<config::Spanned<std::string>>* text;
    bool is_true_or_false = true;
};

// What the author wrote beside the model's SELECT is told at its own place when the engine does not take it.
Status check_conditions(const RunContext& context, const Node& node, const PendingWork& work,
    engine::Session& session) {
    const auto& spec = *node.dataset.silver();
    std::vector<Condition> conditions{{"delete_when", &spec.delete_when}};
    if (spec.cdc) {
        conditions.push_back({"cdc.delete_when", &spec.cdc->delete_when});
        conditions.push_back({"cdc.truncate_when", &spec.cdc->truncate_when});
        conditions.push_back({"cdc.operation", &spec.cdc->operation, false});
    }
    for (const auto& condition : conditions) {
        if (!*condition.text) continue;
        const auto& written = **condition.text;
        const auto refused = [&](Error error) {
            error.where = written.span;
            return std::unexpected(std::move(error).during(condition.option));
        };
        const auto parsed = context.engine.parse("SELECT (" + written.value + "\n) FROM rows");
        const auto why = parsed ? parsed->why_not_row_wise : std::string();
        if (why == "an aggregate" || why == "a window" || why == "unnest")
            return fail("SQL103",
                std::string(condition.option) + " looks at one row by itself, and there is " + why +
                    " in it; compute that in the SELECT and name the column here",
                written.span);
        const auto column = "(" + written.value + "\n) AS _ingot_condition";
        const auto select = work.whole
                                ? Result<std::string>("SELECT " + column + " FROM (" +
                                                      node.select.rewritten + "\n)")
                                : context.engine.append_columns(node.dataset.body->sql, {column});
        const auto bound =
            select ? session.describe(*select) : Result<Columns>(std::unexpected(select.error()));
        if (!bound) {
            // Read by itself, a condition that is no SQL is told in its own words.
            const auto alone = session.describe("SELECT " + column);
            const bool is_no_sql = !alone && alone.error().code == "SQL101";
            return refused(is_no_sql ? alone.error() : bound.error());
        }
        const auto& type = bound->back().type;
        if (condition.is_true_or_false && type != "BOOLEAN")
            return fail("SQL103",
                std::string(condition.option) + " is a condition, true or false, but '" +
                    written.value + "' is " + type,
                written.span);
    }
    return {};
}

// A row-wise model keeps its rows' origin; one that is computed whole gives all its rows to the run's date.
Result<std::string> with_origin(
    const RunContext& context, const Node& node, const PendingWork& work, const Columns& model) {
    const auto does = TRY(what_it_does(*node.dataset.silver(), model)).text();
    if (!work.whole)
        return context.engine.append_columns(
            node.dataset.body->sql, {"_ingot_slice", "_ingot_file", "_ingot_row", does});
    return "SELECT *, DATE '" + work.take.begin()->first +
           "' AS _ingot_slice, '' AS _ingot_file, row_number() OVER () AS _ingot_row, " + does +
           " FROM (" + node.select.rewritten + "\n)";
}

// The engine's own words about a regular expression, at its step.
Status check_cleaning(const SilverSpec& spec, engine::Session& session) {
    for (const auto& step : spec.normalize.apply) {
        if (!step.regex) continue;
        const auto tried =
            session.query("SELECT regexp_replace('', " + sql::duckdb().literal(*step.regex).text() +
                          ", " + sql::duckdb().literal(step.with).text() + ", 'g')");
        if (!tried)
            return fail("CFG104",
                "normalize: '" + *step.regex +
                    "' is no regular expression: " + tried.error().message,
                step.what.span);
    }
    return {};
}

// The types of steps as the engine spells them: TEXT is VARCHAR, and DECIMAL without digits means every DECIMAL.
Result<SilverSpec> with_known_types(const SilverSpec& spec, engine::Session& session) {
    auto known = spec;
    for (auto& step : known.normalize.apply)
        for (auto& type : step.types) {
            const auto wanted = sql::duckdb().type(type);
            const auto found =
                wanted ? session.describe("SELECT CAST(NULL AS " + wanted->text() + ") AS value")
                       : std::unexpected(wanted.error());
            if (!found)
                return fail("CFG104",
                    "normalize: types: '" + type +
                        "' is no type; such as VARCHAR, BIGINT, DECIMAL, DATE, TIMESTAMP",
                    step.what.span);
            const auto& spelling = found->front().type;
            type = type.contains('(') ? spelling : spelling.substr(0, spelling.find('('));
        }
    return known;
}

Result<Columns> casts_of(const SilverSpec& spec, engine::Session& session) {
    Columns casts;
    for (const auto& [name, type] : spec.cast) {
        const auto wanted = sql::duckdb().type(type.value);
        const auto known =
            wanted ? session.describe("SELECT CAST(NULL AS " + wanted->text() + ") AS value")
                   : std::unexpected(wanted.error());
        if (!known)
            return fail("CFG104",
                "cast: '" + type.value + "' of column '" + name +
                    "' is no type; such as BIGINT, DECIMAL(18,2), DATE, TIMESTAMP, BOOLEAN, VARCHAR",
                type.span);
        casts.push_back({name, known->front().type});
    }
    return casts;
}

quality::CompiledRule rule_of(const silver::Misfit& misfit) {
    const auto own = sql::duckdb().identifier(misfit.own_column);
    return {.name = "cast " + misfit.column,
        .on_fail = OnFail::quarantine,
        .fails = sql::Fragment::of("(") + own + sql::Fragment::of(" IS NOT NULL)"),
        .observed = own,
        .where = {}};
}

// A model may name where its rows come from, and that as it is; other columns that begin so would meet ours.
Status refuse_own_names(const Node& node, const Columns& model) {
    static const Columns origin{
        {"_ingot_slice", "DATE"}, {"_ingot_file", "VARCHAR"}, {"_ingot_row", "BIGINT"}};
    for (const auto& column : model) {
        if (!is_own_column(column.name)) continue;
        const auto* ours = find_column(origin, column.name);
        if (ours && ours->type == column.type) continue;
        return fail("CFG108",
            "column '" + column.name +
                "': names that begin with _ingot_ are ingot's own; give it another name in the SELECT",
            project::place_of_options(node.dataset));
    }
    return {};
}

}  // namespace

Result<Incoming> prepare_incoming(
    const RunContext& context, const Node& node, Workspace& workspace, const PendingWork& work) {
    const auto& spec = *node.dataset.silver();
    if (spec.cdc && work.whole)
        return fail("CFG108",
            "cdc reads change rows one by one, so its model is a SELECT of columns and expressions over one bronze dataset",
            project::place_of_option(node.dataset, "cdc"));
    auto model = workspace.session().describe(node.select.rewritten);
    if (!model) return std::unexpected(placed_in_body(model.error(), node));
    TRY(refuse_own_names(node, *model));
    const auto as_written = *model;
    const bool is_enveloped = spec.cdc && spec.cdc->envelope == Envelope::debezium;
    const auto opened =
        is_enveloped ? TRY(silver::open_envelope(*spec.cdc, *model)) : sql::Fragment::of("*");
    if (is_enveloped)
        model = TRY(workspace.session().describe(
            "SELECT " + opened.text() + " FROM (" + node.select.rewritten + "\n)"));
    if (!work.whole) {
        const auto* input = sliced_input(context, node);
        TRY(workspace.rebind(
            input->dataset.name, context.pins.get(input->dataset.name.text())->slice_select({})));
    }
    TRY(check_conditions(context, node, work, workspace.session()));
    TRY(check_cleaning(spec, workspace.session()));
    const auto casts = TRY(casts_of(spec, workspace.session()));
    auto curation = silver::curate(TRY(with_known_types(spec, workspace.session())), *model, casts,
        table::storable_type, sql::duckdb());
    if (!curation)
        return std::unexpected(
            std::move(curation.error()).at(project::place_of_option(node.dataset, "rename")));
    const auto curated = *std::move(curation);
    Incoming incoming{.columns = curated.columns, .with_own = curated.columns, .select = {}};
    for (const auto& misfit : curated.misfits) incoming.misfits.push_back(rule_of(misfit));
    for (const auto& step : curated.cleaning.steps)
        for (const auto& name : {step.changed, step.not_understood})
            incoming.with_own.push_back({name, "INTEGER"});
    incoming.cleaning = curated.cleaning.steps;
    // What the project or a folder says for many datasets need not fit each.
    for (const auto& step : curated.cleaning.idle)
        if (!project::is_for_many(step.where.file)) incoming.idle.push_back(step);
    for (const auto& column : own_columns(spec))
        if (!find_column(curated.columns, column.name)) incoming.with_own.push_back(column);
    std::string own;
    for (const auto& column : incoming.with_own)
        if (!find_column(curated.columns, column.name)) own += ", " + column.name;
    for (const auto& misfit : curated.misfits)
        incoming.with_own.push_back({misfit.own_column, "VARCHAR"});
    incoming.select =
        sql::Fragment::of("SELECT ") + curated.projection + sql::Fragment::authored(own) +
        sql::Fragment::of(" FROM (") +
        curated.cleaning.around(
            sql::Fragment::of("SELECT ") + opened + sql::Fragment::of(" FROM (") +
            sql::Fragment::authored(TRY(with_origin(context, node, work, as_written))) +
            sql::Fragment::of("\n)")) +
        sql::Fragment::of(")");
    return incoming;
}

}  // namespace ingot::run
