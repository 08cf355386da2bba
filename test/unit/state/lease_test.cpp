#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/storage/temporary_folder.h"
#include "state/lease.h"

namespace ingot::state {
namespace {

using namespace std::chrono_literals;

class LeaseTest : public testing::Test {
protected:
    test::TemporaryFolder folder;
    std::unique_ptr<storage::FileSystem> files = *storage::open_local(folder.path());
    Instant time = *parse_instant("2026-01-01T00:00:00Z");
    Leases leases{*files, [this] { return time; }};
};

TEST_F(LeaseTest, IsHeldByOne) {
    const auto lease = *leases.acquire("silver.x", "run-1", 0ms);
    const auto refused = leases.acquire("silver.x", "run-2", 0ms);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code.id(), "STATE101");
    EXPECT_NE(refused.error().message.find("run-1"), std::string::npos);
    EXPECT_NE(refused.error().message.find(std::to_string(::getpid())), std::string::npos);
    EXPECT_TRUE(leases.acquire("silver.y", "run-2", 0ms));
    EXPECT_EQ(leases.holder("silver.x")->value().run_id, "run-1");
    const auto live = *leases.live();
    ASSERT_EQ(live.size(), 2U);
    EXPECT_EQ(live[0].run_id, "run-1");
    EXPECT_EQ(live[1].run_id, "run-2");
    ASSERT_TRUE(leases.release(lease));
    EXPECT_FALSE(leases.holder("silver.x")->has_value());
    const auto next = *leases.acquire("silver.x", "run-2", 0ms);
    EXPECT_GT(next.fence, lease.fence);
}

TEST_F(LeaseTest, RunsOutAndItsOldHolderIsRefused) {
    auto paused = *leases.acquire("silver.x", "run-1", 0ms);
    time += 59s;
    ASSERT_TRUE(leases.renew(paused));
    time += 59s;
    ASSERT_TRUE(leases.check_fence(paused));
    time += 1s;
    EXPECT_EQ(leases.check_fence(paused).error().code.id(), "STATE102");
    const auto next = *leases.acquire("silver.x", "run-2", 0ms);
    const auto lost = leases.check_fence(paused);
    EXPECT_NE(lost.error().message.find("run-2"), std::string::npos) << lost.error().message;
    EXPECT_FALSE(leases.renew(paused));
    EXPECT_TRUE(leases.release(paused));
    EXPECT_TRUE(leases.check_fence(next));
}

TEST_F(LeaseTest, NamesMayHoldAnything) {
    ASSERT_TRUE(leases.acquire("silver.a/../b ü", "r", 0ms));
    EXPECT_FALSE(leases.acquire("silver.a/../b ü", "r", 0ms));
    EXPECT_EQ(files->names("_ingot/locks")->size(), 1U);
}

TEST_F(LeaseTest, ADeadProcessHasLostItAtOnce) {
    const auto child = ::fork();
    if (child == 0) {
        static_cast<void>(leases.acquire("silver.x", "killed", 0ms));
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_FALSE(leases.holder("silver.x")->has_value());
    const auto lease = leases.acquire("silver.x", "next", 0ms);
    ASSERT_TRUE(lease);
    EXPECT_EQ(lease->fence, 2);
}

TEST_F(LeaseTest, AnotherMachinesHolderLivesUntilItRunsOut) {
    const auto lease = *leases.acquire("silver.x", "far", 0ms);
    auto text = *files->read("_ingot/locks/silver.x/000000000001.json");
    text.replace(text.find("\"host\": \""), 9, "\"host\": \"far-");
    ASSERT_TRUE(files->write("_ingot/locks/silver.x/000000000001.json", text));
    EXPECT_FALSE(leases.acquire("silver.x", "next", 0ms));
    time += 61s;
    EXPECT_TRUE(leases.acquire("silver.x", "next", 0ms));
}

// Six processes take turns; while one holds the lease no other may be inside.
TEST_F(LeaseTest, ExcludesAmongProcesses) {
    constexpr int processes = 6, turns = 25;
    const std::string inside = folder.path() + "/inside";
    std::vector<pid_t> children;
    for (int p = 0; p < processes; ++p) {
        const auto child = ::fork();
        if (child == 0) {
            Leases own(*files);
            int bad = 0;
            for (int turn = 0; turn < turns; ++turn) {
                const auto lease = own.acquire("gold.y", "run-" + std::to_string(p), 60s);
                if (!lease) ::_exit(100);
                const int fd = ::open(inside.c_str(), O_CREAT | O_EXCL | O_WRONLY, 0600);
                bad += fd < 0;
                bad += !own.check_fence(*lease);
                ::close(fd);
                ::unlink(inside.c_str());
                bad += !own.release(*lease);
            }
            ::_exit(bad);
        }
        children.push_back(child);
    }
    for (const auto child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(WEXITSTATUS(status), 0);
    }
    EXPECT_EQ(leases.acquire("gold.y", "last", 0ms)->fence, processes * turns + 1);
}

TEST_F(LeaseTest, IsRenewedWhileHeld) {
    Leases quick(*files, {}, 1s);
    {
        HeldLeases held(quick);
        ASSERT_TRUE(held.acquire("silver.x", "run-1", 0ms));
        const auto fence = quick.holder("silver.x")->value().fence;
        // Waits as a rival for more than twice the time to live, which a loaded machine keeps to.
        EXPECT_FALSE(quick.acquire("silver.x", "run-2", 2500ms));
        EXPECT_EQ(quick.holder("silver.x")->value().fence, fence);
        EXPECT_TRUE(held.check_fence("silver.x"));
    }
    EXPECT_TRUE(quick.acquire("silver.x", "run-2", 0ms));
}

}  // namespace
}  // namespace ingot::state
