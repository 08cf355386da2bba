#include "platform/connector/process/output.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/utf8.h"
#include "data/json_scan.h"
#include "platform/connector/process/singer.h"

namespace ingot::process {

namespace {

constexpr std::size_t longest_line = 256U << 20U;

// A message of Arrow's stream begins with four bytes that no text has.
bool is_arrow(std::string_view begun, std::string_view more) {
    constexpr std::string_view mark = "\xFF\xFF\xFF\xFF";
    std::string first(begun.substr(0, mark.size()));
    first += more.substr(0, mark.size() - first.size());
    return first == mark;
}

}  // namespace

Result<Output> Output::open(OutputOrder order) {
    File file(std::fopen(order.path.c_str(), "wb"), std::fclose);
    if (!file) return fail("STG001", "cannot write " + order.path + ": " + std::strerror(errno));
    return Output(std::move(order), std::move(file));
}

Status Output::write(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
        return fail("STG001", "cannot write " + order_.path + ": " + std::strerror(errno));
    if (const auto end = bytes.rfind('\n'); end != std::string_view::npos)
        whole_lines_ = size_ + static_cast<std::int64_t>(end) + 1;
    size_ += static_cast<std::int64_t>(bytes.size());
    return {};
}

Status Output::flush() {
    if (std::fflush(file_.get()) == 0) return {};
    return fail("STG001", "cannot write " + order_.path + ": " + std::strerror(errno));
}

Status Output::take(std::string_view bytes) {
    const auto before = whole_lines_;
    TRY(taken(bytes));
    if (whole_lines_ == before || order_.protocol == Protocol::arrow) return {};
    TRY(flush());
    order_.arrived(whole_lines_, types_);
    return {};
}

Status Output::taken(std::string_view bytes) {
    if (order_.protocol == Protocol::jsonl || order_.protocol == Protocol::arrow)
        return write(bytes);
    if (order_.protocol == Protocol::detect && lines_ == 0 && is_arrow(begun_, bytes)) {
        order_.protocol = Protocol::arrow;
        TRY(write(std::exchange(begun_, {})));
        return write(bytes);
    }
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        begun_ += bytes.substr(0, end);
        if (begun_.size() > longest_line)
            return fail("EXT132",
                "line " + std::to_string(lines_ + 1) +
                    " of its output is longer than 256 MB; end each message with a line break");
        if (end == std::string_view::npos) return {};
        bytes.remove_prefix(end + 1);
        const auto whole = std::exchange(begun_, {});
        TRY(line(whole));
        if (order_.protocol == Protocol::jsonl) return write(bytes);
    }
    return {};
}

Status Output::line(std::string_view line) {
    ++lines_;
    const bool is_blank = line.find_first_not_of(" \t\r") == std::string_view::npos;
    if (order_.protocol == Protocol::detect && !is_blank)
        order_.protocol = is_singer_message(line) ? Protocol::singer : Protocol::jsonl;
    if (order_.protocol == Protocol::singer) return is_blank ? Status{} : message(line);
    TRY(write(line));
    return write("\n");
}

Status Output::misunderstood(std::string_view line, const std::string& why) const {
    constexpr std::size_t shown = 200;
    return fail("EXT132", "line " + std::to_string(lines_) + " of its output " + why + ": " +
                              std::string(line.substr(0, shown)));
}

Status Output::message(std::string_view line) {
    const auto message = parse_message(line);
    if (!message) return misunderstood(line, "is no message of Singer");
    if (message->type == "STATE") return state_ = message->value, Status{};
    if (message->type == "BATCH")
        return misunderstood(
            line, "is a BATCH, whose files are not read; switch batches off in the tap");
    if (message->type != "RECORD" && message->type != "SCHEMA") return {};
    if (message->stream != order_.stream) {
        if (std::ranges::find(other_streams_, message->stream) == other_streams_.end())
            other_streams_.push_back(message->stream);
        return {};
    }
    if (message->type == "SCHEMA") {
        for (auto& column : types_of_schema(message->schema))
            if (!find_column(types_, column.name)) types_.push_back(std::move(column));
        return {};
    }
    ++records_;
    TRY(write(message->record));
    return write("\n");
}

Status Output::finish() {
    if (!begun_.empty()) {
        const auto whole = std::exchange(begun_, {});
        TRY(line(whole));
    }
    TRY(flush());
    // A last line need not have an end.
    if (size_ > 0 && order_.protocol != Protocol::arrow) order_.arrived(size_, types_);
    return {};
}

std::vector<std::string> Output::warnings() const {
    if (order_.protocol != Protocol::singer || records_ > 0 || !types_.empty()) return {};
    if (other_streams_.empty()) return {};
    std::string list;
    for (const auto& name : other_streams_) list += (list.empty() ? "" : ", ") + name;
    return {"EXT143 the program has no stream '" + order_.stream + "'; it has " + list +
            "; say which with stream:"};
}

}  // namespace ingot::process
