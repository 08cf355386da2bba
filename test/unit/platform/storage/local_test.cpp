#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/storage/file_system.h"
#include "platform/storage/temporary_folder.h"

namespace ingot::storage {
namespace {

class Local : public testing::Test {
protected:
    test::TemporaryFolder folder;
    std::unique_ptr<FileSystem> files = *open_local(folder.path() + "/warehouse");
};

TEST_F(Local, WritesAndReads) {
    ASSERT_TRUE(files->write("a/b/c.txt", "one"));
    ASSERT_TRUE(files->write("a/b/c.txt", "two"));
    EXPECT_EQ(*files->read("a/b/c.txt"), "two");
    EXPECT_TRUE(*files->exists("a/b"));
    EXPECT_FALSE(*files->exists("a/x"));
    EXPECT_FALSE(*files->exists("a/b/c.txt/below"));
    EXPECT_EQ(files->url("a/b/c.txt"), folder.path() + "/warehouse/a/b/c.txt");
}

TEST_F(Local, ListsSortedAtAnyDepth) {
    for (const auto* path : {"t/z", "t/a/2", "t/a/1", "other"})
        ASSERT_TRUE(files->write(path, "12345"));
    const auto found = *files->list("t");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].path, "t/a/1");
    EXPECT_EQ(found[1].path, "t/a/2");
    EXPECT_EQ(found[2].path, "t/z");
    EXPECT_EQ(found[2].size, 5);
    EXPECT_GT(found[2].modified_us, 1'600'000'000'000'000);
    EXPECT_EQ(*files->names("t"), (std::vector<std::string>{"a", "z"}));
    EXPECT_EQ(*files->names(""), (std::vector<std::string>{"other", "t"}));
    EXPECT_TRUE(files->names("absent")->empty());
    EXPECT_TRUE(files->list("absent")->empty());
}

TEST_F(Local, LeavesNoTemporaryFiles) {
    ASSERT_TRUE(files->write("a", "1"));
    ASSERT_TRUE(*files->put_if_absent("b", "2"));
    ASSERT_FALSE(*files->put_if_absent("b", "3"));
    EXPECT_EQ(*files->names(""), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(*files->read("b"), "2");
    EXPECT_TRUE(is_temporary("x/.ingot-12-0.tmp"));
    EXPECT_FALSE(is_temporary("x/ingot-12-0.tmp"));
}

TEST_F(Local, TellsWhatTheSystemSays) {
    const auto absent = files->read("absent");
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().code.id(), "STG001");
    EXPECT_NE(absent.error().message.find("absent: No such file"), std::string::npos)
        << absent.error().message;
    ASSERT_TRUE(files->write("file", "x"));
    EXPECT_FALSE(files->write("file/below", "x"));
    EXPECT_FALSE(files->make_folder("file"));
    EXPECT_FALSE(files->read("../outside"));
    EXPECT_FALSE(files->remove(""));
}

TEST_F(Local, PublishesAFolderWhole) {
    ASSERT_TRUE(files->write("staging/r1/part", "old"));
    ASSERT_TRUE(files->publish_folder("staging/r1", "bronze/dt=1"));
    EXPECT_EQ(*files->read("bronze/dt=1/part"), "old");
    ASSERT_TRUE(files->write("staging/r2/other", "new"));
    ASSERT_TRUE(files->publish_folder("staging/r2", "bronze/dt=1"));
    EXPECT_EQ(*files->names("bronze/dt=1"), (std::vector<std::string>{"other"}));
    EXPECT_EQ(*files->names("bronze"), (std::vector<std::string>{"dt=1"}));
    EXPECT_TRUE(files->names("staging")->empty());
}

TEST_F(Local, RemovesFilesFoldersAndNothing) {
    ASSERT_TRUE(files->write("a/b/c", "1"));
    ASSERT_TRUE(files->remove("a"));
    EXPECT_FALSE(*files->exists("a"));
    EXPECT_TRUE(files->remove("a"));
    EXPECT_TRUE(files->remove("a/b/c"));
}

// Eight processes race for each of a hundred names: each name has one winner, and its content is whole.
TEST_F(Local, PutIfAbsentHasOneWinnerAmongProcesses) {
    constexpr int processes = 8, names = 100;
    const std::string padding(10'000, 'x');
    std::vector<pid_t> children;
    for (int p = 0; p < processes; ++p) {
        const auto child = ::fork();
        if (child == 0) {
            int won = 0;
            for (int n = 0; n < names; ++n) {
                const auto put = files->put_if_absent(
                    "log/" + std::to_string(n), std::to_string(p) + padding, Durable::no);
                if (!put) ::_exit(255);
                won += *put;
            }
            ::_exit(won);
        }
        children.push_back(child);
    }
    int total = 0;
    for (const auto child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        total += WEXITSTATUS(status);
    }
    EXPECT_EQ(total, names);
    const auto found = *files->list("log");
    ASSERT_EQ(found.size(), static_cast<std::size_t>(names));
    for (const auto& file : found) EXPECT_EQ(file.size, 10'001);
}

}  // namespace
}  // namespace ingot::storage
