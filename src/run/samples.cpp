#include "run/samples.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "medallion/bronze/write.h"
#include "run/samples/cdc.sql.h"
#include "run/samples/current_history.sql.h"
#include "run/samples/full.sql.h"
#include "run/samples/orders.sql.h"

namespace ingot::run {

namespace {

namespace fs = std::filesystem;
using sql::Fragment;

constexpr std::int64_t reference_rows = 150, delta_rows = 50, days_between_references = 9;

struct Target {
    std::string name;     // of the folder and the configuration
    std::string pattern;  // full, cdc or current_history
    std::string below{};  // reference or delta, of a hybrid
};

class Samples {
public:
    Samples(const SamplesOrder& order, engine::Session& session)
        : order_(order), session_(session) {
        double weight = 0;
        for (std::int64_t day = 0; day < order.days; ++day)
            weight += 1 + order.growth * static_cast<double>(day);
        first_day_rows_ = static_cast<double>(order.rows) / weight;
    }

    Result<std::vector<SampleFile>> write() {
        for (const auto pattern : order_.patterns) switch (pattern) {
                case SamplePattern::full: TRY(snapshots({"pattern1_full_events", "full"})); break;
                case SamplePattern::cdc: TRY(changes({"pattern2_cdc_events", "cdc"})); break;
                case SamplePattern::current_history:
                    TRY(versions({"pattern3_scd_state", "current_history"}));
                    break;
                case SamplePattern::hybrids: TRY(hybrids()); break;
            }
        return std::move(written_);
    }

private:
    std::int64_t rows_of(std::int64_t day) const {
        // Rounded so that the days add up to what was asked for.
        const auto up_to = [&](std::int64_t days) {
            const auto n = static_cast<double>(days);
            return std::llround(first_day_rows_ * (n + order_.growth * n * (n - 1) / 2));
        };
        return up_to(day + 1) - up_to(day);
    }

    Fragment number(std::int64_t value) const { return sql::duckdb().integer(value); }
    Fragment word(bool value) const { return value ? Fragment::of("true") : Fragment::of("false"); }

    Status snapshots(const Target& target) {
        TRY(configuration(target));
        const auto population = rows_of(order_.days - 1);
        for (std::int64_t day = 0; day < order_.days; ++day)
            TRY(file(target, day, TRY(snapshot(day, rows_of(day), population)), {}));
        return {};
    }

    Result<Fragment> snapshot(std::int64_t day, std::int64_t rows, std::int64_t population) const {
        return sql::fill(embedded::run_samples_full_sql,
            {{"days", number(order_.days)},
                {"population", number(std::max<std::int64_t>(1, population))},
                {"updates", word(order_.updates)}, {"day", number(day)}, {"rows", number(rows)}});
    }

    Result<Fragment> change(std::int64_t day, std::int64_t rows, std::int64_t known) const {
        const auto fresh = !order_.updates || known == 0 ? rows : rows * 6 / 10;
        return sql::fill(embedded::run_samples_cdc_sql,
            {{"fresh", number(fresh)}, {"known", number(known)}, {"day", number(day)},
                {"seed", number(order_.seed)}, {"rows", number(rows)}});
    }

    Status changes(const Target& target) {
        TRY(configuration(target));
        std::int64_t known = 0;
        for (std::int64_t day = 0; day < order_.days; ++day) {
            const auto rows = rows_of(day);
            TRY(file(
                target, day, TRY(change(day, rows, known)), Fragment::of(",\n       change_type")));
            known += !order_.updates || known == 0 ? rows : rows * 6 / 10;
        }
        return {};
    }

    Status versions(const Target& target) {
        TRY(configuration(target));
        for (std::int64_t day = 0; day < order_.days; ++day) {
            const auto rows = rows_of(day);
            const auto ids = TRY(sql::fill(embedded::run_samples_current_history_sql,
                {{"days", number(order_.days)},
                    {"population", number(std::max<std::int64_t>(1, rows / 3))},
                    {"updates", word(order_.updates)}, {"rows", number(rows)}}));
            TRY(file(target, day, ids,
                Fragment::of(
                    ",\n       updated_at AS effective_from,\n       CASE WHEN is_current THEN NULL "
                    "ELSE updated_at + to_hours(240) END AS effective_to,\n       is_current")));
        }
        return {};
    }

    // A reference on the first day and every ninth after it, and a delta on each day: of that day alone (point), or of
    // all days since the reference (cumulative).
    Status hybrids() {
        for (const auto* kind : {"cdc", "incremental"})
            for (const bool cumulative : {false, true}) {
                const std::string name =
                    "hybrid_" + std::string(kind) + (cumulative ? "_cumulative" : "_point");
                TRY(hybrid(name, std::string(kind) == "cdc", cumulative));
            }
        return {};
    }

    Status hybrid(const std::string& name, bool is_cdc, bool cumulative) {
        const Target reference{name, "full", "reference"};
        const Target delta{name, is_cdc ? "cdc" : "full", "delta"};
        TRY(configuration(reference));
        TRY(configuration(delta));
        for (std::int64_t day = 0; day < order_.days; ++day) {
            const auto since = day % days_between_references;
            if (since == 0)
                TRY(file(reference, day, TRY(snapshot(day, reference_rows, reference_rows)), {}));
            const auto rows = cumulative ? delta_rows * (since + 1) : delta_rows;
            if (is_cdc)
                TRY(file(delta, day, TRY(change(day, rows, reference_rows)),
                    Fragment::of(",\n       change_type")));
            else
                TRY(file(delta, day, TRY(snapshot(day, rows, reference_rows)), {}));
        }
        return {};
    }

    static std::string prefix(const Target& target) {
        auto prefix = target.pattern;
        std::ranges::replace(prefix, '_', '-');
        return prefix;
    }

    std::string folder_of(const Target& target, const std::string& date) const {
        return "source_samples/" + target.name +
               "/system=retail_demo/table=orders/pattern=" + target.pattern +
               (target.below.empty() ? "" : "/" + target.below) + "/dt=" + date;
    }

    std::string file_name(const Target& target) const {
        return prefix(target) + "-part-0001" + (order_.parquet ? ".parquet" : ".csv");
    }

    Status file(const Target& target, std::int64_t day, const Fragment& ids, const Fragment& more) {
        const auto& d = sql::duckdb();
        const auto date = to_string(order_.first + std::chrono::days(day));
        const auto path = folder_of(target, date) + "/" + file_name(target);
        const auto absolute = fs::path(order_.folder) / path;
        std::error_code error;
        fs::create_directories(absolute.parent_path(), error);
        if (error)
            return fail("STG001",
                "cannot make " + absolute.parent_path().string() + ": " + error.message());
        const auto select = TRY(sql::fill(embedded::run_samples_orders_sql,
            {{"start", d.literal(to_string(order_.first))}, {"seed", d.integer(order_.seed)},
                {"ids", ids}, {"more", more}}));
        const auto statement =
            order_.parquet ? bronze::copy_to_parquet({.select = select, .path = absolute.string()})
                           : bronze::copy_to_csv(select, absolute.string());
        const auto written = TRY(session_.execute(statement.text()));
        written_.push_back({path, written});
        return {};
    }

    // Lands what stands beside it: bronze_extract --config configs/NAME.yaml --date DATE, from the samples' folder.
    Status configuration(const Target& target) {
        const auto name = target.name + (target.below.empty() ? "" : "_" + target.below);
        const auto path = fs::path(order_.folder) / "configs" / (name + ".yaml");
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        std::ofstream out(path);
        out << "config_version: 1\n"
               "platform:\n"
               "  bronze:\n"
               "    storage_backend: local\n"
               "    local_path: ./output\n"
               "source:\n"
               "  type: file\n"
               "  system: retail_demo\n"
               "  table: "
            << (target.name.starts_with("pattern") ? "orders" : "orders_" + name)
            << "\n"
               "  file:\n"
               "    path: \"./"
            << folder_of(target, "{date}") << "/" << file_name(target)
            << "\"\n"
               "  run:\n"
               "    load_pattern: "
            << target.pattern
            << "\n"
               "    local_output_dir: ./output\n"
               "    write_csv: false\n"
               "    write_parquet: true\n";
        if (!target.below.empty())
            out << "    reference_mode: {role: " << target.below
                << (target.below == "reference" ? ", cadence_days: 9" : "") << "}\n";
        out << "silver:\n"
               "  output_dir: ./silver_output\n"
               "  primary_keys: [order_id]\n"
               "  order_column: updated_at\n";
        out.close();
        if (!out) return fail("STG001", "cannot write " + path.string());
        return {};
    }

    const SamplesOrder& order_;
    engine::Session& session_;
    double first_day_rows_ = 0;
    std::vector<SampleFile> written_;
};

}  // namespace

Result<std::vector<SampleFile>> write_samples(const SamplesOrder& order, engine::Session& session) {
    return Samples(order, session).write();
}

}  // namespace ingot::run
