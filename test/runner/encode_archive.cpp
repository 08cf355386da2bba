// Archives whose members are the parts of a body: a line `=== NAME` begins each. They are stored as they are.
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "encode.h"

namespace ingot::golden {

namespace {

struct Member {
    std::string name;
    std::string bytes;
};

std::vector<Member> members_of(std::string_view text) {
    std::vector<Member> members;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.starts_with("=== ")) {
            members.push_back({std::string(line.substr(4)), ""});
        } else if (!members.empty()) {
            members.back().bytes.append(line).append("\n");
        }
    }
    return members;
}

}  // namespace

std::string zip(std::string_view text) {
    std::string out, directory;
    const std::vector<Member> members = members_of(text);
    for (const Member& member : members) {
        const auto begin = static_cast<std::uint32_t>(out.size());
        const auto size = static_cast<std::uint32_t>(member.bytes.size());
        std::string about;
        put_little(about, 0, 2);  // flags
        put_little(about, 0, 2);  // stored
        put_little(about, 0, 4);  // time
        put_little(about, crc32(member.bytes), 4);
        put_little(about, size, 4);
        put_little(about, size, 4);
        put_little(about, static_cast<std::uint32_t>(member.name.size()), 2);
        put_little(about, 0, 2);
        out += std::string("PK\x03\x04\x14\0", 6) + about + member.name + member.bytes;
        directory += std::string("PK\x01\x02\x14\0\x14\0", 8) + about + std::string(10, '\0');
        put_little(directory, begin, 4);
        directory += member.name;
    }
    const auto start = static_cast<std::uint32_t>(out.size());
    out += directory + std::string("PK\x05\x06\0\0\0\0", 8);
    put_little(out, static_cast<std::uint32_t>(members.size()), 2);
    put_little(out, static_cast<std::uint32_t>(members.size()), 2);
    put_little(out, static_cast<std::uint32_t>(directory.size()), 4);
    put_little(out, start, 4);
    put_little(out, 0, 2);
    return out;
}

std::string tar(std::string_view text) {
    std::string out;
    for (const Member& member : members_of(text)) {
        std::string header(512, '\0');
        const auto put = [&](std::size_t at, const std::string& value) {
            header.replace(at, value.size(), value);
        };
        put(0, member.name);
        put(100, "0000644");
        put(124, fmt::format("{:011o}", member.bytes.size()));
        put(136, "00000000000");
        put(148, "        ");
        put(156, "0");
        put(257, std::string("ustar\00000", 8));
        std::uint32_t sum = 0;
        for (const char c : header) {
            sum += static_cast<unsigned char>(c);
        }
        put(148, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
        out += header + member.bytes;
        out.resize((out.size() + 511) / 512 * 512);
    }
    return out + std::string(1024, '\0');
}

}  // namespace ingot::golden
