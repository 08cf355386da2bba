#include "state/verify.h"
#include "run/plain_files.h"
#include "run/quarantine.h"
#include "run/recompute.h"
#include "run/views.h"
#include "state/slices.h"
#include "surface/api/reading.h"
#include "surface/api/state.h"

namespace ingot::api {

namespace {

class Verification {
public:
    Verification(Workbench& workbench, storage::FileSystem& files, table::TableFormat& tables,
        Diagnostics& diagnostics)
        : workbench_(workbench), files_(files), tables_(tables), diagnostics_(diagnostics) {}

    Result<Verified> run(const VerifyState& wanted) {
        for (const auto id : wanted.ids) {
            const auto& node = workbench_.manifest().datasets[id];
            const auto wrong = diagnostics_.errors();
            if (node.dataset.bronze())
                TRY(bronze(node, wanted.deep));
            else
                TRY(table(node));
            if (wrong == diagnostics_.errors()) TRY(quarantine(node));
        }
        // What is damaged cannot be read, so it is compared with nothing.
        if (!wanted.deep || diagnostics_.failed()) return verified_;
        for (const auto id : wanted.ids)
            if (workbench_.manifest().datasets[id].dataset.silver()) TRY(again(id));
        return verified_;
    }

private:
    void report(const std::vector<state::Finding>& findings) {
        for (const auto& found : findings)
            diagnostics_.error("STATE103", found.path + " " + found.problem);
    }

    Status bronze(const Node& node, bool deep) {
        verified_.slices += TRY(state::standing_slices(files_, node.folder)).size();
        report(TRY(state::verify_bronze(
            files_, node.folder, deep ? state::Depth::hashes : state::Depth::sizes)));
        return {};
    }

    Status table(const Node& node) {
        if (run::is_view(node)) {
            if (const auto view = run::read_view(files_, node); !view)
                report({{node.dataset.name.text(), "cannot be read: " + view.error().message}});
            return {};
        }
        auto findings = TRY(state::verify_table(files_, tables_, node.folder));
        for (auto& path : TRY(run::damaged_plain_files(workbench_.manifest(), files_, node)))
            findings.push_back(
                {std::move(path), "is not as it was written; ingot state repair writes it again"});
        report(findings);
        if (findings.empty() && TRY(tables_.latest_state(node.folder))) ++verified_.tables;
        return {};
    }

    Status quarantine(const Node& node) {
        for (const auto& file : TRY(run::quarantine_files(files_, tables_, node)))
            if (!TRY(files_.exists(file.path))) report({{file.path, "is missing"}});
        return {};
    }

    Status again(DatasetId id) {
        const auto& node = workbench_.manifest().datasets[id];
        const auto name = node.dataset.name.text();
        if (!TRY(tables_.latest_state(node.folder))) return {};
        const auto reading = TRY(Reading::open(workbench_, {id}));
        const auto found = run::recompute_silver(reading->context(), node);
        if (!found)
            return diagnostics_.error(
                       "STATE103", name + " cannot be computed again: " + found.error().message),
                   Status{};
        if (!found->why_not.empty())
            return verified_.notes.push_back(name + " was not computed again: " + found->why_not),
                   Status{};
        ++verified_.recomputed;
        if (found->missing + found->surplus > 0)
            diagnostics_.error("STATE103",
                name + " is not what bronze says: " + std::to_string(found->missing) +
                    " rows are missing, " + std::to_string(found->surplus) +
                    " are too many; ingot run " + name + " --full-refresh computes it again");
        return {};
    }

    Workbench& workbench_;
    storage::FileSystem& files_;
    table::TableFormat& tables_;
    Diagnostics& diagnostics_;
    Verified verified_;
};

}  // namespace

Result<Verified> verify_state(
    Workbench& workbench, const VerifyState& wanted, Diagnostics& diagnostics) {
    return Verification(workbench, *TRY(workbench.files()), *TRY(workbench.tables()), diagnostics)
        .run(wanted);
}

}  // namespace ingot::api
