#include <fmt/format.h>

#include <chrono>
#include <map>

#include "observe/sinks.h"

namespace ingot::observe {

namespace {

constexpr std::size_t most_lines = 7;  // of one dataset
constexpr std::string_view green = "\033[32m", red = "\033[31m", yellow = "\033[33m",
                           dim = "\033[2m", plain = "\033[0m";

std::string thousands(std::int64_t number) {
    std::string text = std::to_string(number);
    for (auto i = static_cast<std::ptrdiff_t>(text.size()) - 3; i > (number < 0 ? 1 : 0); i -= 3)
        text.insert(static_cast<std::size_t>(i), ",");
    return text;
}

std::string_view mark(StepStatus status) {
    switch (status) {
        case StepStatus::done: return "ok";
        case StepStatus::unchanged: return "same";
        case StepStatus::failed: return "FAIL";
        case StepStatus::skipped: return "skip";
    }
    return "";
}

std::string_view color(StepStatus status) {
    if (status == StepStatus::failed) return red;
    if (status == StepStatus::skipped) return yellow;
    return status == StepStatus::done ? green : dim;
}

std::string balance(const RowCounts& rows) {
    auto text = fmt::format("in {} = out {} + quarantined {} + dropped {}", thousands(rows.in),
        thousands(rows.out), thousands(rows.quarantined), thousands(rows.dropped));
    if (rows.duplicates > 0) text += fmt::format(" ({} seen before)", thousands(rows.duplicates));
    if (rows.padded > 0) text += fmt::format(" ({} short rows padded)", thousands(rows.padded));
    return text;
}

class Console {
public:
    explicit Console(const ConsoleOptions& options) : options_(options) {}

    void operator()(const Event& event) {
        std::visit([this](const auto& e) { show(e); }, event);
    }

private:
    void show(const RunStarted& e) {
        total_ = e.steps;
        for (const auto& [dataset, steps] : e.steps_of)
            if (steps > most_lines && !options_.verbose) gathered_[dataset].remaining = steps;
        began_ = std::chrono::steady_clock::now();
        if (!options_.quiet && options_.verbose)
            line(fmt::format("run {}: {} steps", e.run_id, e.steps));
    }

    void show(const StepStarted& e) {
        running_[e.dataset + (e.slice ? " " + to_string(*e.slice) : "")] = true;
        redraw();
    }

    void show(const StepFinished& e) {
        const auto& report = e.report;
        running_.erase(report.dataset + (report.slice ? " " + to_string(*report.slice) : ""));
        ++finished_;
        rows_ += report.rows.in;
        const bool loud = report.status == StepStatus::failed || !options_.quiet;
        if (gather(report)) return redraw();
        if (loud)
            line(paint(color(report.status), fmt::format("{:>4}", mark(report.status))) + "  " +
                 sentence(report));
        if (loud && report.status != StepStatus::skipped) details(report);
        redraw();
    }

    // Many slices of one dataset are told in one line when the last of them is in; failures are told at once.
    bool gather(const StepReport& report) {
        const auto it = gathered_.find(report.dataset);
        if (it == gathered_.end()) return false;
        auto& all = it->second;
        --all.remaining;
        const bool told_now =
            report.status == StepStatus::failed || report.status == StepStatus::skipped;
        if (!told_now) {
            ++all.slices;
            all.seconds += report.seconds;
            add(all.rows, report.rows);
            if (report.slice)
                all.first = all.first ? std::min(*all.first, *report.slice) : *report.slice;
            if (report.slice)
                all.last = all.last ? std::max(*all.last, *report.slice) : *report.slice;
        }
        if (all.remaining == 0 && all.slices > 0 && !options_.quiet)
            line(paint(green, "  ok") + "  " +
                 fmt::format("{}  {} slices{}  {}  {:.2f} s", report.dataset, all.slices,
                     all.first
                         ? fmt::format(", {} to {}", to_string(*all.first), to_string(*all.last))
                         : "",
                     balance(all.rows), all.seconds));
        return !told_now;
    }

    static void add(RowCounts& total, const RowCounts& rows) {
        total.in += rows.in, total.out += rows.out, total.quarantined += rows.quarantined;
        total.dropped += rows.dropped, total.duplicates += rows.duplicates,
            total.padded += rows.padded;
    }

    void details(const StepReport& report) {
        for (const auto& rule : report.rules)
            if (rule.failed > 0)
                line(fmt::format("      rule {}: {} rows failed ({})", rule.name,
                    thousands(rule.failed), rule.on_fail));
        for (const auto& warning : report.warnings) line("      " + warning);
    }

    void show(const Notice& e) {
        if (!options_.quiet) line((e.dataset.empty() ? "" : e.dataset + ": ") + e.message);
    }

    void show(const RunFinished& e) {
        clear();
        if (options_.quiet) return;
        std::map<StepStatus, int> by;
        RowCounts rows;
        for (const auto& report : e.reports) {
            ++by[report.status];
            add(rows, report.rows);
        }
        if (e.reports.empty())
            return line(
                fmt::format("Nothing to do: everything is up to date. {:.2f} s", e.seconds));
        line("");
        line(fmt::format("{} steps: {} done, {} unchanged, {} failed, {} skipped; {}{:.2f} s",
            e.reports.size(), by[StepStatus::done], by[StepStatus::unchanged],
            by[StepStatus::failed], by[StepStatus::skipped], e.interrupted ? "interrupted; " : "",
            e.seconds));
        line("rows: " + balance(rows));
    }

    std::string paint(std::string_view with, std::string text) const {
        return options_.colors ? std::string(with) + text + std::string(plain) : text;
    }

    void clear() {
        if (options_.live && drawn_) std::fputs("\r\033[K", options_.out);
        drawn_ = false;
    }

    void line(const std::string& text) {
        clear();
        std::fputs((text + "\n").c_str(), options_.out);
    }

    void redraw() {
        if (!options_.live || running_.empty()) return clear();
        const double elapsed =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
        const auto speed =
            elapsed > 0 ? static_cast<std::int64_t>(static_cast<double>(rows_) / elapsed) : 0;
        auto text = fmt::format("{}/{} steps  {} rows  {} rows/s  {:.1f} s  {}", finished_, total_,
            thousands(rows_), thousands(speed), elapsed, running_.begin()->first);
        if (text.size() > 100) text.resize(100);
        clear();
        std::fputs(text.c_str(), options_.out);
        std::fflush(options_.out);
        drawn_ = true;
    }

    ConsoleOptions options_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    struct Gathered {
        std::size_t remaining = 0, slices = 0;
        RowCounts rows;
        std::optional<Date> first, last;
        double seconds = 0;
    };
    std::map<std::string, Gathered> gathered_;
    std::map<std::string, bool> running_;
    std::size_t total_ = 0, finished_ = 0;
    std::int64_t rows_ = 0;
    bool drawn_ = false;
};

}  // namespace

namespace {

std::string without_code(const std::string& warning) {
    return warning.substr(warning.find(' ') + 1);
}

}  // namespace

std::string sentence(const StepReport& report) {
    auto text = report.dataset + (report.slice ? " " + to_string(*report.slice) : "");
    if (report.status == StepStatus::skipped)
        return text + "  RUN104 skipped: " +
               (report.warnings.empty() ? "" : without_code(report.warnings.front()));
    if (report.error) {
        const auto& error = *report.error;
        return text + "  " + (error.where.known() ? to_string(error.where) + ": " : "") +
               std::string(error.code.id()) + " " + error.message;
    }
    if (report.status == StepStatus::unchanged) return text + "  unchanged";
    text += "  " + balance(report.rows);
    if (report.table_rows >= 0)
        text += fmt::format("; table {} rows", thousands(report.table_rows));
    return text + fmt::format("  {:.2f} s  ({})", report.seconds, report.reason);
}

Bus::Sink console(const ConsoleOptions& options) {
    return [state = std::make_shared<Console>(options)](const Event& event) { (*state)(event); };
}

}  // namespace ingot::observe
