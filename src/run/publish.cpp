#include "run/publish.h"

#include <atomic>
#include <set>

#include "run/land.h"
#include "run/step.h"
#include "run/table_rows.h"
#include "run/views.h"
#include "sql/dialect.h"

namespace ingot::run {

Result<Before> read_before(const RunContext& context, const Node& node) {
    Before before;
    before.version = TRY(context.tables.read(node.folder));
    if (before.version && !before.version->state.empty())
        before.standing = TRY(state::parse_standing(before.version->state));
    // A table that is computed anew keeps no row of anybody's.
    if (before.version && before.version->changed_by_others && !context.plan.full_refresh)
        return fail("STG102",
            node.dataset.name.text() + ": another program changed the rows of " +
                context.files.url(node.folder) +
                " since ingot last wrote it; rebuild it with --full-refresh",
            node.dataset.origin);
    return before;
}

Columns declared_columns(const Node& node) {
    Columns columns;
    const auto& options = node.dataset.bronze()->table.options;
    for (const auto& [name, type] : options.types) columns.push_back({name, type.value});
    return columns;
}

namespace {

Result<Pin> pin_of(const RunContext& context, const Node& node, const table::TableVersion& version,
    const std::string& content) {
    auto select = TRY(read_version(context.files, node.folder, version));
    return Pin{.select = select,
        .select_plain = select,
        .columns = version.columns,
        .content = content,
        .slices = {}};
}

// Long logs are slow to read; every so many commits what they say is written down whole.
Status checkpoint_when_due(const RunContext& context, const Node& node) {
    const auto due = TRY(context.tables.prepare_checkpoint(node.folder));
    if (!due) return {};
    auto session = TRY(context.engine.connect());
    TRY(session->execute(due->sql));
    boundary("before-checkpoint");
    return context.tables.publish_checkpoint(node.folder, *due);
}

}  // namespace

Result<std::int64_t> publish(const RunContext& context, PublishOrder order) {
    const auto& name = order.node.dataset.name;
    auto& standing = order.standing;
    const bool changed = !order.before.standing ||
                         (!order.same_rows && (!order.add.empty() || !order.remove.empty()));
    standing.dataset = name.text();
    standing.run_id = context.run_id;
    standing.fingerprint = order.node.dataset.fingerprint;
    standing.content = changed ? context.run_id : order.before.standing->content;
    table::Commit commit{.base_version = order.before.version ? order.before.version->version : -1,
        .columns = order.columns,
        .partition_by = order.partition_by,
        .add = order.add,
        .remove = order.remove,
        .operation = order.operation,
        .writes_vectors = order.writes_vectors,
        .state = state::to_json(standing),
        .transactions = {},
        .run_id = context.run_id,
        .now = context.clock.now()};
    boundary("before-commit");
    TRY(context.leases.check_fence(name.text()));
    const auto version = TRY(context.tables.commit(order.node.folder, commit));
    boundary("after-commit");
    TRY(checkpoint_when_due(context, order.node));
    boundary("after-checkpoint");
    const auto now = TRY(context.tables.read(order.node.folder));
    if (!now) return fail("STG103", name.text() + ": the table vanished right after its commit");
    context.pins.set(name.text(), TRY(pin_of(context, order.node, *now, standing.content)));
    return version;
}

Status pin_standing(const RunContext& context, const Node& node) {
    if (node.dataset.bronze()) return pin_bronze(context, node);
    if (is_view(node)) {
        if (const auto view = TRY(read_view(context.files, node)))
            context.pins.set(node.dataset.name.text(),
                Pin{.select = sql::Fragment::authored(node.select.rewritten),
                    .columns = view->model_columns,
                    .content = view->content});
        return {};
    }
    const auto version = TRY(context.tables.read(node.folder));
    if (!version) return {};
    std::string content;
    if (!version->state.empty()) content = TRY(state::parse_standing(version->state)).content;
    context.pins.set(node.dataset.name.text(), TRY(pin_of(context, node, *version, content)));
    return {};
}

Status pin_bronze(const RunContext& context, const Node& node) {
    const auto slices = TRY(standing_slices(context.files, node));
    if (slices.empty()) return {};
    const auto view = TRY(bronze_view(slices, declared_columns(node)));
    Pin pin{.select = view.select, .select_plain = view.select_plain, .columns = view.columns};
    for (const auto& [date, slice] : slices) pin.slices[date] = slice.fingerprint;
    pin.content = content_of(pin.slices);
    pin.slice_select = [slices, like = view.columns](
                           const std::map<std::string, std::string>& wanted) {
        StandingSlices some;
        for (const auto& [date, slice] : slices)
            if (wanted.contains(date)) some[date] = slice;
        return bronze_rows(some, like);
    };
    context.pins.set(node.dataset.name.text(), std::move(pin));
    return {};
}

Status pin_all(const RunContext& context) {
    std::set<DatasetId> needed;
    for (const auto& step : context.plan.steps) {
        std::vector<DatasetId> open{step.dataset};
        while (!open.empty()) {
            const auto id = open.back();
            open.pop_back();
            if (!needed.insert(id).second) continue;
            // A view brings what it reads; a table was computed already.
            const auto& node = context.manifest.datasets[id];
            if (id == step.dataset || is_view(node))
                open.insert(open.end(), node.inputs.begin(), node.inputs.end());
        }
    }
    for (const auto id : needed) TRY(pin_standing(context, context.manifest.datasets[id]));
    return {};
}

std::map<std::string, state::InputState> inputs_of(
    const RunContext& context, const Node& node, bool by_slice) {
    std::map<std::string, state::InputState> inputs;
    for (const auto id : node.inputs) {
        const auto& name = context.manifest.datasets[id].dataset.name;
        const auto pin = context.pins.get(name.text());
        if (!pin) continue;
        auto& input = inputs[name.text()];
        if (by_slice && name.layer == Layer::bronze)
            input.slices = pin->slices;
        else
            input.content = pin->content;
    }
    return inputs;
}

sql::Fragment logical_date(const RunContext& context) {
    const auto date = context.plan.dates.empty()
                          ? Date(std::chrono::floor<std::chrono::days>(context.clock.now()))
                          : context.plan.dates.back();
    return sql::Fragment::of("DATE ") + sql::duckdb().literal(to_string(date));
}

std::string fresh_stem(const RunContext& context, std::string_view prefix) {
    static std::atomic<int> number{0};
    return std::string(prefix) + "-" + context.run_id + "-" + std::to_string(++number);
}

}  // namespace ingot::run
