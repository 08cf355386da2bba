#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "observe/sinks.h"

namespace ingot::observe {

namespace {

using Json = nlohmann::ordered_json;

class Lines {
public:
    Lines(std::FILE* out, Clock clock, std::string run_id)
        : out_(out), clock_(clock), run_id_(std::move(run_id)) {}

    void operator()(const Event& event) {
        std::visit([this](const auto& e) { show(e); }, event);
    }

private:
    void write(std::string_view level, std::string_view code, std::string_view event,
        const std::string& dataset, const std::string& message, const Json& fields) {
        Json json{{"timestamp", to_string(clock_.now())}, {"level", level}, {"code", code},
            {"event", event}, {"run_id", run_id_}, {"dataset", dataset}, {"message", message}};
        for (const auto& [key, value] : fields.items()) json[key] = value;
        std::fputs(
            (json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n").c_str(), out_);
        std::fflush(out_);
    }

    void show(const RunStarted& e) {
        write("info", "", "run_started", "", fmt::format("run of {} steps", e.steps),
            {{"steps", e.steps}});
    }
    void show(const StepStarted& e) {
        write("info", "", "step_started", e.dataset, e.reason, {{"slice", slice(e.slice)}});
    }
    void show(const StepFinished& e) {
        const auto& r = e.report;
        Json fields{{"slice", slice(r.slice)}, {"status", to_string(r.status)},
            {"reason", r.reason}, {"rows_in", r.rows.in}, {"rows_out", r.rows.out},
            {"rows_quarantined", r.rows.quarantined}, {"rows_dropped", r.rows.dropped},
            {"rows_duplicate", r.rows.duplicates}, {"rows_padded", r.rows.padded},
            {"seconds", r.seconds}};
        for (const auto& rule : r.rules)
            fields["rules"][rule.name] = {{"on_fail", rule.on_fail}, {"failed", rule.failed}};
        if (r.error && r.error->where.known()) fields["where"] = to_string(r.error->where);
        write(r.error ? "error" : "info", r.error ? r.error->code.id() : "", "step_finished",
            r.dataset, r.error ? r.error->message : sentence(r), fields);
        for (const auto& warning : r.warnings) tell("step_warning", r.dataset, warning);
    }
    // What is told begins with its code, after the place where that is known.
    void tell(std::string_view event, const std::string& dataset, std::string_view text) {
        auto fields = Json::object();
        if (const auto place = text.find(": "); place < text.find(' ')) {
            fields["where"] = text.substr(0, place);
            text.remove_prefix(place + 2);
        }
        const auto code = text.substr(0, std::min(text.find(' '), text.size()));
        text.remove_prefix(std::min(code.size() + 1, text.size()));
        write("warning", code, event, dataset, std::string(text), fields);
    }
    void show(const Notice& e) { tell("notice", e.dataset, e.message); }
    void show(const RunFinished& e) {
        write("info", "", "run_finished", "", fmt::format("{} steps", e.reports.size()),
            {{"seconds", e.seconds}, {"interrupted", e.interrupted}, {"steps", e.reports.size()}});
    }

    static Json slice(const std::optional<Date>& date) {
        return date ? Json(to_string(*date)) : Json(nullptr);
    }

    std::FILE* out_;
    Clock clock_;
    std::string run_id_;
};

}  // namespace

Bus::Sink jsonl(std::FILE* out, Clock clock, std::string run_id) {
    return [state = std::make_shared<Lines>(out, clock, std::move(run_id))](
               const Event& event) { (*state)(event); };
}

Bus::Sink simple(std::FILE* out) {
    return [out](const Event& event) {
        std::string line;
        if (const auto* e = std::get_if<StepFinished>(&event))
            line = (e->report.error ? "ERROR: " : "INFO: ") + sentence(e->report);
        else if (const auto* n = std::get_if<Notice>(&event))
            line = "WARNING: " + n->message;
        if (!line.empty()) std::fputs((line + "\n").c_str(), out);
    };
}

}  // namespace ingot::observe
