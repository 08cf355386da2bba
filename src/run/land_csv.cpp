// CSV straight from the engine's reader when the files allow it: one COPY, and what the reader rejects beside it. Whatever
// the reader cannot settle (mixed line ends, quotes astray, other encodings, files of several layouts) goes through the
// tidy CSV, where every record is accounted for.
#include <algorithm>
#include <map>
#include <optional>

#include "base/write_back.h"
#include "medallion/bronze/lossless.h"
#include "medallion/bronze/read.h"
#include "run/landing.h"

namespace ingot::run {

namespace {

using bronze::Passage;
using sql::Fragment;

struct Rejected {
    std::int64_t lacking = 0;
    std::int64_t unsettled = 0;
    std::int64_t lines = 0;
};

class DirectCsv {
public:
    DirectCsv(const LandingOrder& order, const file::CsvShape& shape)
        : order_(order), shape_(shape) {
        reading_.shape = shape;
        for (const auto& input : order.inputs) reading_.paths.push_back(input.path);
        reading_.in_order = order.options.limit_rows.has_value();
        reading_.keeps_empty_fields = order.options.keep_empty;
        for (const auto& column : choose_columns(order, shape.names)) chosen_.push_back(column);
    }

    // Nothing where the tidy way has to be taken.
    Result<std::optional<LandedFile>> land() {
        auto landed = attempt();
        if (landed) return landed;
        if (is_final(landed.error())) return std::unexpected(landed.error());
        return std::optional<LandedFile>{};
    }

private:
    Result<std::optional<LandedFile>> attempt() {
        TRY(decide_types());
        for (int tries = 0; tries < 8; ++tries) {
            if (!TRY(copy())) continue;
            const auto rejected = TRY(count());
            if (rejected.unsettled > 0) return std::optional<LandedFile>{};
            if (rejected.lines > 0 && TRY(demote_misfits())) continue;
            if (rejected.lacking > 0 && !reading_.null_padding) {
                reading_.null_padding = true;
                lines_before_padding_ = rejected.lines;
                continue;
            }
            return finish(rejected);
        }
        return std::optional<LandedFile>{};
    }

    std::string inferred(const std::string& name) const {
        const auto it = inferred_.find(name);
        return it == inferred_.end() ? "VARCHAR" : it->second;
    }

    std::vector<std::string> to_infer() const {
        std::vector<std::string> names;
        for (const auto& column : chosen_)
            if (column.is_there && column.declared.empty()) names.push_back(column.name);
        return names;
    }

    Status decide_types() {
        if (order_.options.infer == Infer::text) return {};
        if (order_.options.infer == Infer::types) return sniff();
        return judge(Depth::sample);
    }

    Status judge(Depth depth) {
        auto reading = reading_;
        reading.columns = text_columns();
        reading.bad_lines = bronze::BadLines::ignore;
        auto names = to_infer();
        // Only what was taken for a type can turn out to be none.
        if (depth == Depth::all)
            std::erase_if(names, [&](const auto& name) { return inferred(name) == "VARCHAR"; });
        auto sample = reading;
        sample.only_looks = true;
        const auto types =
            TRY(lossless_types(order_.session, {.relation = bronze::read_csv(reading),
                                                   .sample = bronze::read_csv(sample),
                                                   .names = names,
                                                   .depth = depth}));
        for (std::size_t i = 0; i < names.size(); ++i) inferred_[names[i]] = types[i];
        return {};
    }

    Status sniff() {
        auto reading = reading_;
        reading.columns = text_columns();
        const auto rows = TRY(order_.session.query(bronze::sniff_types(reading).text()));
        if (rows.rows.size() != shape_.names.size())
            return fail("EXT103", "the engine sees other columns");
        bool declares_moments = false;
        for (const auto& column : order_.declared)
            declares_moments |= column.type == "DATE" || column.type.starts_with("TIMESTAMP");
        for (std::size_t i = 0; i < rows.rows.size(); ++i) {
            auto type = rows.text(i, 1);
            const auto& format = rows.text(i, type == "DATE" ? 2 : 3);
            const bool is_own_format =
                !format.empty() && format != "%Y-%m-%d" && format != "%Y-%m-%d %H:%M:%S";
            if (is_own_format && (type == "DATE" || type == "TIMESTAMP")) {
                // One format holds for all columns of a type, also for declared ones, which are written in the usual way.
                if (declares_moments)
                    type = "VARCHAR";
                else
                    (type == "DATE" ? reading_.date_format : reading_.timestamp_format) = format;
            }
            if (!bronze::is_readers_type(type) && type != "BIGINT" && type != "DATE")
                type = "VARCHAR";
            inferred_[shape_.names[i]] = type;
        }
        return {};
    }

    Columns text_columns() const {
        Columns columns;
        for (const auto& name : shape_.names) columns.push_back({name, "VARCHAR"});
        return columns;
    }

    Passage passage_of(const ChosenColumn& column, const std::string& type) const {
        if (!column.is_there) return Passage::absent;
        if (type == "VARCHAR") return Passage::as_read;
        if (!column.declared.empty())
            return bronze::cuts_silently(type) ? Passage::whole : Passage::as_read;
        if (order_.options.infer == Infer::lossless) return Passage::canonical;
        return type == "BIGINT" ? Passage::whole : Passage::as_read;
    }

    // The reader types what it can check itself; the rest it hands over as text.
    std::vector<bronze::ColumnPassage> plan_columns() {
        reading_.columns = text_columns();
        std::vector<bronze::ColumnPassage> columns;
        for (const auto& column : chosen_) {
            auto type = column.declared.empty() ? inferred(column.name) : column.declared;
            const auto passage = passage_of(column, type);
            if (passage == Passage::as_read)
                for (auto& read : reading_.columns)
                    if (read.name == column.name) read.type = type;
            columns.push_back({column.name, type, passage});
        }
        return columns;
    }

    std::string rows_path() const { return order_.scratch + "/rows.parquet"; }

    // False when a column lost its type, so that it has to be tried again.
    Result<bool> copy() {
        TRY(order_.session.execute(bronze::forget_rejects().text()));
        const auto columns = plan_columns();
        auto select = Fragment::of("SELECT ") + TRY(bronze::projection(columns)) +
                      Fragment::of(" FROM ") + bronze::read_csv(reading_);
        const auto statement =
            bronze::copy_to_parquet({.select = limited(std::move(select), order_.options),
                .path = rows_path(),
                .compression = order_.options.parquet_compression,
                .rows_of_group = order_.rows_of_group});
        const WriteBack writing(rows_path());
        const auto rows = order_.session.execute(statement.text());
        if (rows) return rows_ = *rows, true;
        if (is_final(rows.error())) return std::unexpected(rows.error());
        if (!TRY(demote(rows.error()))) return std::unexpected(rows.error());
        return false;
    }

    Result<bool> demote(const Error& error) {
        if (order_.options.infer == Infer::lossless && !settled_) {
            settled_ = true;
            const auto before = inferred_;
            TRY(judge(Depth::all));
            return before != inferred_;
        }
        const auto column = bronze::stopped_at(error.message);
        if (!column || order_.options.infer != Infer::types || inferred(*column) != "BIGINT")
            return false;
        for (const auto& chosen : chosen_)
            if (chosen.name == *column && !chosen.declared.empty()) return false;
        inferred_[*column] = "DOUBLE";
        return true;
    }

    // A type that was sniffed and not declared gives way to its values.
    Result<bool> demote_misfits() {
        if (order_.options.infer != Infer::types) return false;
        const auto names = TRY(order_.session.query(bronze::misfit_columns().text()));
        bool any = false;
        for (std::size_t i = 0; i < names.rows.size(); ++i) {
            const auto& name = names.text(i, 0);
            if (find_column(order_.declared, name) || inferred(name) == "VARCHAR") continue;
            inferred_[name] = "VARCHAR";
            any = true;
        }
        return any;
    }

    Result<Rejected> count() {
        if (TRY(order_.session.query(bronze::any_reject().text())).rows.empty()) return Rejected{};
        const auto rows = TRY(order_.session.query(bronze::count_rejects().text()));
        return Rejected{rows.integer(0, 0), rows.integer(0, 1), rows.integer(0, 2)};
    }

    Result<std::optional<LandedFile>> finish(const Rejected& rejected) {
        LandedFile landed{.path = rows_path(),
            .quarantine_path = {},
            .rows = rows_,
            .quarantined = rejected.lines,
            .rows_by_input = {},
            .warnings = {}};
        if (lines_before_padding_) landed.padded = *lines_before_padding_ - rejected.lines;
        if (rejected.lines > 0) {
            landed.quarantine_path = order_.scratch + "/quarantine.parquet";
            TRY(order_.session.execute(bronze::copy_to_parquet(
                {.select = quarantine_select(), .path = landed.quarantine_path})
                    .text()));
        }
        landed.rows_by_input = {rows_};
        if (order_.inputs.size() > 1) landed.rows_by_input = TRY(count_by_input());
        return landed;
    }

    Fragment quarantine_select() const {
        const auto& d = sql::duckdb();
        std::vector<Fragment> names;
        for (const auto& input : order_.inputs)
            names.push_back(Fragment::of("(") + d.literal(input.path) + Fragment::of(", ") +
                            d.literal(input.name) + Fragment::of(")"));
        return Fragment::of("SELECT n.name AS file, r.line, r.text, r.reason FROM (") +
               bronze::select_rejects() + Fragment::of(") r JOIN (VALUES ") +
               sql::join(names, Fragment::of(", ")) +
               Fragment::of(") n(path, name) ON n.path = r.input ORDER BY file, line");
    }

    // Which rows came from which file is not in bronze, so the rows of each are counted in a scan of their own, with
    // every column, as a row may be rejected for any.
    Result<std::vector<std::int64_t>> count_by_input() {
        std::vector<Fragment> looks;
        for (const auto& column : reading_.columns)
            looks.push_back(
                Fragment::of("count(") + sql::duckdb().identifier(column.name) + Fragment::of(")"));
        TRY(order_.session.execute(bronze::forget_rejects().text()));
        const auto read = bronze::read_csv(reading_).text();
        const auto with_name = read.substr(0, read.size() - 1) + ", filename = 'ingot_input')";
        const auto rows = TRY(order_.session.query("SELECT ingot_input, count(*), " +
                                                   sql::join(looks, Fragment::of(", ")).text() +
                                                   " FROM " + with_name + " GROUP BY 1"));
        std::map<std::string, std::int64_t> counted;
        for (std::size_t i = 0; i < rows.rows.size(); ++i)
            counted[rows.text(i, 0)] = rows.integer(i, 1);
        std::vector<std::int64_t> counts;
        auto left = rows_;
        for (const auto& input : order_.inputs)
            counts.push_back(std::min(left, counted[input.path])), left -= counts.back();
        return counts;
    }

    const LandingOrder& order_;
    const file::CsvShape& shape_;
    bronze::CsvReading reading_;
    std::vector<ChosenColumn> chosen_;
    std::map<std::string, std::string> inferred_;
    bool settled_ = false;
    std::int64_t rows_ = 0;
    std::optional<std::int64_t> lines_before_padding_;
};

bool can_be_direct(const LandingOrder& order, const std::vector<file::CsvInput>& inputs) {
    const auto& first = inputs.front().shape;
    const auto fits = [&](const file::CsvInput& input) {
        return input.shape.is_regular && input.shape.same_layout(first);
    };
    const auto is_simple = [](const Column& column) {
        return bronze::is_readers_type(column.type) || bronze::cuts_silently(column.type);
    };
    return !first.names.empty() && std::ranges::all_of(inputs, fits) &&
           std::ranges::all_of(order.declared, is_simple);
}

}  // namespace

Result<LandedFile> land_csv(const LandingOrder& order) {
    const auto told = told_of(order.options);
    std::vector<file::CsvInput> inputs;
    for (const auto& found : order.inputs) {
        const auto shape = TRY(file::shape_of_csv(found, told));
        inputs.push_back({found, shape});
    }
    if (can_be_direct(order, inputs)) {
        auto landed = TRY(DirectCsv(order, inputs.front().shape).land());
        if (landed) return std::move(*landed);
    }
    return land_tidied(
        order, TRY(file::tidy_csv(
                   inputs, {.folder = order.scratch, .keep_empty = order.options.keep_empty})));
}

}  // namespace ingot::run
