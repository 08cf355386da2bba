#include "run/runner.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <thread>

#include "run/step.h"

namespace ingot::run {

namespace {

enum class Progress { waiting, running, finished };

class Runner {
public:
    Runner(const RunContext& context, const RunnerOptions& options, const StepFunction& work)
        : context_(context),
          options_(options),
          work_(work),
          progress_(context.plan.steps.size()),
          reports_(context.plan.steps.size()) {}

    std::vector<StepReport> execute() {
        std::vector<std::jthread> workers;
        const auto count = std::min<std::size_t>(
            static_cast<std::size_t>(std::max(1, options_.workers)), reports_.size());
        for (std::size_t i = 0; i < count; ++i) workers.emplace_back([this] { serve(); });
        {
            std::unique_lock lock(mutex_);
            while (finished_ < reports_.size()) {
                while (start_ready() || skip_doomed()) {}
                if (finished_ == reports_.size()) break;
                changed_.wait(lock);
            }
            done_ = true;
        }
        wake_.notify_all();
        workers.clear();
        return std::move(reports_);
    }

private:
    bool stopping() const { return context_.stop || (options_.fail_fast && failed_); }

    // Queues every step whose inputs are finished well. True when it queued one.
    bool start_ready() {
        if (stopping()) return false;
        bool any = false;
        for (StepId id = 0; id < progress_.size(); ++id) {
            if (progress_[id] != Progress::waiting || !inputs_done(id)) continue;
            progress_[id] = Progress::running;
            queue_.push_back(id);
            wake_.notify_one();
            any = true;
        }
        return any;
    }

    bool inputs_done(StepId id) const {
        for (const auto before : context_.plan.steps[id].after) {
            if (progress_[before] != Progress::finished) return false;
            if (reports_[before].status == StepStatus::failed ||
                reports_[before].status == StepStatus::skipped)
                return false;
        }
        return true;
    }

    std::string why_not(const Step& step, StepId before) const {
        const auto& other = context_.plan.steps[before];
        if (other.name != step.name || !other.slice) return other.name + " failed";
        return "its slice " + to_string(*other.slice) +
               (reports_[before].status == StepStatus::failed ? " failed" : " was skipped") +
               ", and slices of a table with a schema of its own land one after the other; run again once that is mended";
    }

    // Skips steps that can never start. True when it skipped one.
    bool skip_doomed() {
        for (StepId id = 0; id < progress_.size(); ++id) {
            if (progress_[id] != Progress::waiting) continue;
            std::string why = stopping() ? (context_.stop ? "the run was interrupted"
                                                          : "another step failed (--fail-fast)")
                                         : "";
            for (const auto before : context_.plan.steps[id].after)
                if (progress_[before] == Progress::finished &&
                    (reports_[before].status == StepStatus::failed ||
                        reports_[before].status == StepStatus::skipped))
                    why = why_not(context_.plan.steps[id], before);
            if (why.empty()) continue;
            StepReport report;
            report.status = StepStatus::skipped;
            report.warnings.push_back("RUN104 " + why);
            finish(id, std::move(report));
            return true;
        }
        return false;
    }

    void finish(StepId id, StepReport report) {
        const auto& step = context_.plan.steps[id];
        report.dataset = step.name;
        report.slice = step.slice;
        report.reason = step.reason;
        failed_ = failed_ || report.status == StepStatus::failed;
        reports_[id] = report;
        progress_[id] = Progress::finished;
        ++finished_;
        context_.bus.emit(StepFinished{std::move(report)});
        changed_.notify_one();
    }

    void serve() {
        for (;;) {
            StepId id = 0;
            {
                std::unique_lock lock(mutex_);
                wake_.wait(lock, [this] { return done_ || !queue_.empty(); });
                if (queue_.empty()) return;
                id = queue_.front();
                queue_.pop_front();
            }
            auto report = perform(context_.plan.steps[id]);
            const std::lock_guard lock(mutex_);
            finish(id, std::move(report));
        }
    }

    StepReport perform(const Step& step) {
        context_.bus.emit(StepStarted{step.name, step.slice, step.reason});
        const auto began = std::chrono::steady_clock::now();
        auto result = work_(context_, step);
        StepReport report;
        if (result) {
            report = *std::move(result);
        } else {
            report.status = StepStatus::failed;
            report.error = std::move(result).error();
            report.error->message = redacted(std::move(report.error->message));
        }
        report.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        return report;
    }

    const RunContext& context_;
    const RunnerOptions& options_;
    const StepFunction& work_;
    std::mutex mutex_;
    std::condition_variable wake_, changed_;
    std::deque<StepId> queue_;
    std::vector<Progress> progress_;
    std::vector<StepReport> reports_;
    std::size_t finished_ = 0;
    bool failed_ = false;
    bool done_ = false;
};

}  // namespace

std::vector<StepReport> execute(
    const RunContext& context, const RunnerOptions& options, const StepFunction& work) {
    return Runner(context, options, work).execute();
}

}  // namespace ingot::run
