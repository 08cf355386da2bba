// Holds a file system to platform/storage/file_system.h: `store_contract ROOT SCRATCH`, ROOT a folder or a URL.
// Endpoints and credentials come from the environment. Prints each promise that is kept; exits 1 at the first that is not.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <source_location>
#include <string>
#include <thread>
#include <vector>

#include "platform/storage/stores.h"

namespace {

using namespace ingot;
using namespace ingot::storage;

void need(
    bool kept, const std::string& what, std::source_location at = std::source_location::current()) {
    if (kept) return;
    std::cout << "line " << at.line() << ": " << what << std::endl;
    std::exit(1);
}

template <class T>
T good(Result<T> result, std::source_location at = std::source_location::current()) {
    if (!result)
        need(false, std::string(result.error().code.id()) + " " + result.error().message, at);
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

std::vector<std::string> paths(const std::vector<FileInfo>& files) {
    std::vector<std::string> out;
    for (const auto& file : files) out.push_back(file.path);
    return out;
}

void reads_what_was_written(FileSystem& files) {
    good(files.write("a/b/one.txt", "hello"));
    need(good(files.read("a/b/one.txt")) == "hello", "read");
    good(files.write("a/b/one.txt", "hello again"));
    need(good(files.read("a/b/one.txt")) == "hello again", "a write replaces");
    const auto info = good(files.look("a/b/one.txt"));
    need(info && info->size == 11 && info->modified_us > 0 && info->path == "a/b/one.txt", "look");
    need(!good(files.look("a/b/two.txt")), "nothing is there");
    need(!good(files.look("a/b")), "a folder is no file");
    need(good(files.exists("a/b/one.txt")), "exists");
    need(!good(files.exists("a/c")), "does not exist");
    need(!files.read("a/b/two.txt"), "an absent file cannot be read");
    good(files.write("a/empty", ""));
    need(good(files.read("a/empty")).empty(), "an empty file");
}

void reads_pieces(FileSystem& files) {
    good(files.write("p/digits", "0123456789"));
    std::string into(4, '\0');
    need(good(files.read_at("p/digits", 3, into)) == 4 && into == "3456", "a piece");
    std::string end(4, '\0');
    need(good(files.read_at("p/digits", 8, end)) == 2 && end.starts_with("89"), "the last piece");
}

void lists(FileSystem& files) {
    for (const auto* path : {"l/x/1.txt", "l/x/y/2.txt", "l/z.txt", "lx/no.txt"})
        good(files.write(path, path));
    using Paths = std::vector<std::string>;
    need(paths(good(files.list("l"))) == Paths{"l/x/1.txt", "l/x/y/2.txt", "l/z.txt"}, "list");
    need(paths(good(files.list("l", "2.txt"))) == Paths{"l/x/y/2.txt"}, "list by name");
    need(good(files.names("l")) == Paths{"x", "z.txt"}, "names");
    need(good(files.list("nowhere")).empty() && good(files.names("nowhere")).empty(), "no folder");
}

void keeps_odd_names(FileSystem& files) {
    for (const std::string name :
        {"dt=2026-01-01", "a b", "ü", "100%", "a%20b", "x+y", "q'u\"o", "a&b;c"}) {
        const auto path = "odd/" + name + "/" + name;
        good(files.write(path, name));
        need(good(files.read(path)) == name, name);
        need(paths(good(files.list("odd/" + name))) == std::vector<std::string>{path}, name);
    }
}

void puts_once(FileSystem& files) {
    need(good(files.put_if_absent("once/0.json", "first")), "the first put");
    need(!good(files.put_if_absent("once/0.json", "second")), "the second put");
    need(good(files.read("once/0.json")) == "first", "what stands stays");
    std::vector<int> won(8, 0);
    {
        std::vector<std::jthread> writers;
        for (std::size_t i = 0; i < won.size(); ++i)
            writers.emplace_back([&, i] {
                const auto put = files.put_if_absent("once/race", "writer " + std::to_string(i));
                won[i] = put && *put ? 1 : 0;
            });
    }
    int winners = 0;
    for (const int one : won) winners += one;
    need(winners == 1, std::to_string(winners) + " of 8 writers won");
}

void takes_files_of_the_engine(FileSystem& files, std::size_t size) {
    const auto folder = good(files.writable_folder("engine"));
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 % 251);
    std::ofstream(folder + "/data.bin", std::ios::binary) << bytes;
    good(files.sync("engine/data.bin"));
    need(good(files.read("engine/data.bin")) == bytes, "the same bytes");
    need(good(files.unfinished_uploads()).empty(), "no upload is left");
}

void publishes_folders(FileSystem& files) {
    const auto publish = [&](const std::string& part, const std::string& record) {
        good(files.make_folder("_ingot/staging/run/slice"));
        good(files.write("_ingot/staging/run/slice/" + part, part));
        good(files.write("_ingot/staging/run/slice/_metadata.json", record));
        good(files.publish_folder("_ingot/staging/run/slice", "slice"));
    };
    publish("part-1", "first");
    need(good(files.read("slice/_metadata.json")) == "first", "the record of the first");
    need(good(files.read("slice/part-1")) == "part-1", "the part of the first");
    publish("part-2", "second");
    need(good(files.read("slice/_metadata.json")) == "second", "the record of the second");
    need(good(files.read("slice/part-2")) == "part-2", "the part of the second");
    need(good(files.exists("slice/part-1")) != files.exchanges_folders(),
        "what the second does not name stays only where folders cannot be exchanged");
    need(good(files.list("_ingot/staging")).empty(), "nothing is left in staging");
    good(files.write("_ingot/tmp/made", "made"));
    good(files.rename("_ingot/tmp/made", "brought"));
    need(good(files.read("brought")) == "made", "renamed into place");
    need(!good(files.exists("_ingot/tmp/made")), "and gone where it was");
}

void removes(FileSystem& files) {
    good(files.write("r/1", "1"));
    good(files.write("r/s/2", "2"));
    good(files.remove("r/1"));
    need(!good(files.exists("r/1")) && good(files.exists("r/s/2")), "one file");
    good(files.remove("r"));
    need(good(files.list("r")).empty(), "a folder");
    good(files.remove("r"));
}

}  // namespace

int main(int count, char** words) {
    need(count == 3, "store_contract ROOT SCRATCH");
    StoreOptions options;
    options.retry = {.attempts = 3, .seconds = 10};
    Stores stores({.options = options, .project_root = ".", .scratch = words[2]});
    const auto files = good(stores.open(words[1]));
    reads_what_was_written(*files);
    reads_pieces(*files);
    lists(*files);
    keeps_odd_names(*files);
    puts_once(*files);
    takes_files_of_the_engine(*files, 1000);
    takes_files_of_the_engine(*files, (std::size_t{20} << 20) + 7);
    publishes_folders(*files);
    removes(*files);
    std::cout << "kept" << std::endl;
}
