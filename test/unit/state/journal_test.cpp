#include "state/journal.h"

#include <stdlib.h>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/storage/temporary_folder.h"

namespace ingot::state {
namespace {

class JournalTest : public testing::Test {
protected:
    test::TemporaryFolder folder;
    std::unique_ptr<storage::FileSystem> files = *storage::open_local(folder.path());
    Journal journal{*files};
    Instant now = *parse_instant("2026-01-02T03:04:05.678901Z");
};

TEST_F(JournalTest, KeepsARun) {
    RunRecord run{.run_id = "r-1", .started = now};
    run.args = {"run", "silver.ü"};
    run.process = this_process();
    StepRecord step{.dataset = "silver.x", .slice = "2026-01-01"};
    step.outcome = Outcome::failed;
    step.rows_in = 10;
    step.rows_out = 7;
    step.quarantined = 2;
    step.duplicates = 1;
    step.seconds = 0.25;
    step.error_code = "QUAL001";
    step.error_message = "not UTF-8: \xff";
    run.steps.push_back(step);
    ASSERT_TRUE(journal.write(run));
    auto read = **journal.read("r-1");
    EXPECT_EQ(read.started, now);
    EXPECT_FALSE(read.finished);
    EXPECT_EQ(read.args, run.args);
    EXPECT_EQ(read.process, run.process);
    ASSERT_EQ(read.steps.size(), 1U);
    EXPECT_EQ(read.steps[0].outcome, Outcome::failed);
    EXPECT_EQ(read.steps[0].rows_in, 10);
    EXPECT_EQ(read.steps[0].duplicates, 1);
    EXPECT_EQ(read.steps[0].seconds, 0.25);
    EXPECT_EQ(read.steps[0].error_code, "QUAL001");
    EXPECT_TRUE(is_live(read));
    run.finished = now;
    run.outcome = Outcome::success;
    ASSERT_TRUE(journal.write(run));
    read = **journal.read("r-1");
    EXPECT_EQ(read.finished, now);
    EXPECT_FALSE(is_live(read));
    EXPECT_FALSE(journal.read("other")->has_value());
}

TEST_F(JournalTest, TellsTheNewestFirstAndSkipsDamage) {
    for (const auto* id : {"20260101", "20260103", "20260102"})
        ASSERT_TRUE(journal.write({.run_id = id, .started = now}));
    ASSERT_TRUE(files->write("_ingot/runs/20260104.json", "{"));
    const auto runs = *journal.newest(2);
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0].run_id, "20260103");
    EXPECT_EQ(runs[1].run_id, "20260102");
    EXPECT_EQ(journal.read("20260104").error().code.id(), "STATE001");
}

TEST_F(JournalTest, IdsSortByTime) {
    ::unsetenv("INGOT_RUN_ID");
    const auto id = new_run_id(now);
    EXPECT_EQ(id.substr(0, 22), "20260102T030405678901Z");
    EXPECT_LT(id, new_run_id(now + std::chrono::seconds(1)));
    EXPECT_NE(id, new_run_id(now));
    ::setenv("INGOT_RUN_ID", "fixed", 1);
    EXPECT_EQ(new_run_id(now), "fixed");
    ::unsetenv("INGOT_RUN_ID");
}

TEST_F(JournalTest, ARunWhoseProcessIsGoneIsNotLive) {
    const auto child = ::fork();
    if (child == 0) {
        static_cast<void>(
            journal.write({.run_id = "gone", .started = now, .process = this_process()}));
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_FALSE(is_live(**journal.read("gone")));
}

}  // namespace
}  // namespace ingot::state
