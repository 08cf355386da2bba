#include <algorithm>

#include "project/check/checks.h"
#include "project/option_places.h"

namespace ingot::project {

std::string word_of(History history) {
    return std::string(
        std::ranges::find(history_choices, static_cast<int>(history), &config::Choice::value)
            ->name);
}

namespace {

// The row of a key that was deleted stays in the table, with the time at which it ended.
bool outlives_deletes(const SilverSpec& spec) {
    const bool has_one_row = spec.history == History::latest || spec.history == History::scd3;
    return has_one_row && (spec.deletes == Deletes::soft || spec.deletes == Deletes::infer ||
                              spec.deletes == Deletes::tombstone);
}

class HistoryOptions {
public:
    HistoryOptions(const SilverSpec& spec, const Dataset& dataset, Diagnostics& diagnostics)
        : spec_(spec), dataset_(dataset), diagnostics_(diagnostics) {}

    void check() {
        check_ends();
        check_begin();
        check_columns();
        check_guard();
        check_delete_source();
    }

private:
    void refuse(const config::Value* said, const std::string& what) {
        if (said) diagnostics_.error("CFG108", what, said->span);
    }

    void check_ends() {
        if (keeps_versions(spec_.history) || outlives_deletes(spec_)) return;
        for (const auto* option : {"valid_to", "is_current", "open_end"})
            refuse(own_option(dataset_, option),
                std::string(option) + ": with history: " + word_of(spec_.history) +
                    (is_keyed(spec_.history) && spec_.history != History::changes
                            ? " and deletes: " + deletes() +
                                  " no row has an end; leave it out, or set history: scd2 or deletes: soft"
                            : " no row has an end; leave it out, or set history: scd2"));
    }

    void check_begin() {
        const bool is_by_load = spec_.valid_from == "load_time" && is_keyed(spec_.history);
        if (keeps_versions(spec_.history) || spec_.history == History::changes || is_by_load)
            return;
        refuse(own_option(dataset_, "valid_from"),
            "valid_from: history: " + word_of(spec_.history) +
                " has no versions that begin; leave it out, or set history: scd2");
    }

    void check_columns() {
        const auto says = [&](const char* option) {
            return own_option(dataset_, "columns", option);
        };
        if (!keeps_versions(spec_.history)) {
            const bool collapses = spec_.columns.collapse && is_keyed(spec_.history);
            if (spec_.history != History::changes && !collapses)
                refuse(says("collapse"),
                    "collapse: is about versions that follow each other, and history: " +
                        word_of(spec_.history) + " has none; leave it out, or set history: scd2");
            for (const auto* option : {"track", "overwrite", "restate"})
                refuse(says(option), "columns: " + std::string(option) +
                                         " is about versions and needs history: scd2");
        }
        if (spec_.history != History::scd3)
            refuse(says("previous"),
                "columns: previous adds columns to the latest row and needs history: scd3");
        if (spec_.history != History::scd6)
            refuse(says("current"),
                "columns: current adds columns to every version and needs history: scd6");
    }

    // Left standing when deletes are changed for a while, which harms nobody who knows it.
    void check_guard() {
        const auto* said = own_option(dataset_, "max_delete_fraction");
        if (said && spec_.deletes != Deletes::infer)
            diagnostics_.warn("CFG108",
                "max_delete_fraction: guards deletes: infer, and with deletes: " + deletes() +
                    " nothing is guarded",
                said->span);
    }

    // Whether any row can say that its key is gone.
    bool rows_can_say_gone() const {
        const auto& cdc = spec_.cdc;
        return spec_.delete_when ||
               (cdc && (cdc->operation || cdc->delete_when || cdc->truncate_when ||
                           cdc->envelope == Envelope::debezium));
    }

    // Both are mended by a later run, which computes the table again, so that they lose nothing for good.
    void check_delete_source() {
        const auto* said = own_option(dataset_, "deletes");
        // soft is also what authors say of a table whose source tells no deletes yet.
        const bool waits_for_rows =
            spec_.deletes == Deletes::hard || spec_.deletes == Deletes::tombstone;
        if (said && waits_for_rows && !rows_can_say_gone())
            diagnostics_.warn("CFG103",
                "deletes: " + deletes() +
                    " waits for rows that say deleted, and nothing tells which do, so no key will ever go: give "
                    "delete_when: \"<condition>\"" +
                    (is_keyed(spec_.history)
                            ? ", or cdc: {operation: <column>}, or deletes: infer where every "
                              "load is the whole table"
                            : " or cdc: {operation: <column>}"),
                said->span);
        if (spec_.delete_when && spec_.deletes == Deletes::ignore && !is_said("deletes"))
            diagnostics_.warn("CFG103",
                std::string(
                    "delete_when tells which rows say deleted, but deletes is not given and is ignore: these "
                    "rows are left out") +
                    (is_keyed(spec_.history)
                            ? ", and their keys stay as they were. Say deletes: hard (the key goes), soft (it ends) or "
                              "tombstone; or deletes: ignore if that is meant"
                            : ". Say deletes: tombstone to have them marked; or deletes: ignore if that is meant"),
                spec_.delete_when->span);
    }

    // Anywhere, also for many datasets.
    bool is_said(std::string_view option) const {
        const auto* options = dataset_.settings.find(to_string(dataset_.name.layer));
        return options && options->map() && options->find(option);
    }

    std::string deletes() const {
        return std::string(std::ranges::find(
            deletes_choices, static_cast<int>(spec_.deletes), &config::Choice::value)
                ->name);
    }

    const SilverSpec& spec_;
    const Dataset& dataset_;
    Diagnostics& diagnostics_;
};

}  // namespace

void check_history_options(
    const SilverSpec& spec, const Dataset& dataset, Diagnostics& diagnostics) {
    HistoryOptions(spec, dataset, diagnostics).check();
}

}  // namespace ingot::project
