#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/hash.h"
#include "project/manifest.h"

namespace ingot {

namespace {

// Raised when the engine's parser, or what is stored here, comes to mean something else.
constexpr std::string_view magic = "ingot parsed 1\n";
constexpr std::size_t most_bytes = 1U << 30U;

std::uint64_t checksum(std::string_view bytes) {  // FNV-1a over words: finds damage, not malice
    std::uint64_t sum = 14695981039346656037U;
    const auto mix = [&](std::uint64_t word) { sum = (sum ^ word) * 1099511628211U; };
    while (bytes.size() >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), 8);
        mix(word);
        bytes.remove_prefix(8);
    }
    for (const char c : bytes) mix(static_cast<unsigned char>(c));
    return sum;
}

void write_number(std::uint64_t number, std::string& out) {
    for (; number >= 0x80U; number >>= 7U) out += static_cast<char>(number | 0x80U);
    out += static_cast<char>(number);
}

void write_text(std::string_view text, std::string& out) {
    write_number(text.size(), out);
    out += text;
}

// Reads what the functions above wrote; `sound` turns false at the first thing that cannot be.
struct Reader {
    std::string_view rest;
    bool sound = true;

    std::uint64_t number() {
        std::uint64_t out = 0;
        for (unsigned shift = 0; shift < 64 && !rest.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(rest.front());
            rest.remove_prefix(1);
            out |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if (byte < 0x80U) return out;
        }
        sound = false;
        return 0;
    }
    std::string text() {
        const auto size = number();
        if (size > rest.size()) sound = false;
        if (!sound) return {};
        std::string out(rest.substr(0, size));
        rest.remove_prefix(size);
        return out;
    }
};

void write_select(const engine::ParsedSelect& select, std::string& out) {
    write_number(select.tables.size(), out);
    for (const auto& table : select.tables) {
        write_text(table.schema, out);
        write_text(table.name, out);
        write_number(static_cast<std::uint64_t>(table.line), out);
        write_number(static_cast<std::uint64_t>(table.column), out);
    }
    write_number((select.names_own_columns ? 1U : 0U) | (select.row_wise ? 2U : 0U), out);
    write_text(select.why_not_row_wise, out);
    write_text(select.rewritten, out);
}

engine::ParsedSelect read_select(Reader& in) {
    engine::ParsedSelect select;
    for (auto count = in.number(); count > 0 && in.sound; --count) {
        engine::TableUse table;
        table.schema = in.text();
        table.name = in.text();
        table.line = static_cast<int>(in.number());
        table.column = static_cast<int>(in.number());
        select.tables.push_back(std::move(table));
    }
    const auto flags = in.number();
    select.names_own_columns = (flags & 1U) != 0;
    select.row_wise = (flags & 2U) != 0;
    select.why_not_row_wise = in.text();
    select.rewritten = in.text();
    return select;
}

// What stands behind the magic and the checksum; empty for a file that is missing, damaged or of another version.
std::string read_payload(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) return {};
    const auto size = static_cast<std::size_t>(std::max<std::streamoff>(0, file.tellg()));
    if (size < magic.size() + 8 || size > most_bytes) return {};
    std::string bytes(size, '\0');
    file.seekg(0);
    file.read(bytes.data(), static_cast<std::streamsize>(size));
    if (!file || !bytes.starts_with(magic)) return {};
    std::uint64_t sum = 0;
    std::memcpy(&sum, bytes.data() + magic.size(), 8);
    bytes.erase(0, magic.size() + 8);
    return sum == checksum(bytes) ? bytes : std::string{};
}

}  // namespace

ParseCache::ParseCache(std::string cache_file, OpenEngine open)
    : file_(std::move(cache_file)), open_(std::move(open)) {
    const auto payload = read_payload(file_);
    Reader in{payload};
    if (payload.empty()) return;
    const auto count = in.number();
    found_.reserve(std::min<std::size_t>(count, payload.size() / 32));
    for (std::uint64_t i = 0; i < count && in.sound; ++i) {
        auto key = in.text();
        auto select = read_select(in);
        if (in.sound) found_.emplace(std::move(key), Entry{std::move(select), false});
    }
}

Result<engine::ParsedSelect> ParseCache::parse(const std::string& sql) {
    auto key = sha256(sql);
    if (const auto it = found_.find(key); it != found_.end()) {
        it->second.used = true;
        return it->second.select;
    }
    auto* engine = TRY(open_());
    auto select = TRY(engine->parse(sql));
    found_.emplace(std::move(key), Entry{select, true});
    changed_ = true;
    return select;
}

void ParseCache::save() {
    if (!changed_) return;
    std::size_t used = 0;
    for (const auto& [key, entry] : found_) used += entry.used;
    if (found_.size() > 2 * used + 1000)
        std::erase_if(found_, [](const auto& item) { return !item.second.used; });
    std::string payload;
    write_number(found_.size(), payload);
    for (const auto& [key, entry] : found_) {
        write_text(key, payload);
        write_select(entry.select, payload);
    }
    const auto sum = checksum(payload);
    std::error_code error;
    const std::filesystem::path path(file_);
    std::filesystem::create_directories(path.parent_path(), error);
    const auto beside = file_ + "." + std::to_string(::getpid()) + ".new";
    {
        std::ofstream out(beside, std::ios::binary | std::ios::trunc);
        out << magic;
        out.write(reinterpret_cast<const char*>(&sum), sizeof sum);
        out << payload;
        if (!out.flush()) error = std::make_error_code(std::errc::io_error);
    }
    if (!error) std::filesystem::rename(beside, path, error);
    if (error)
        std::filesystem::remove(beside, error);  // a cache that cannot be written is no cache
    else
        changed_ = false;
}

}  // namespace ingot
