#include "platform/connector/file/tidy.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "platform/connector/file/text.h"

namespace ingot::file {

namespace {

void append_quoted(std::string& out, std::string_view value) {
    out += '"';
    for (std::size_t at = 0; at < value.size();) {
        const auto quote = std::min(value.find('"', at), value.size());
        out += value.substr(at, quote - at);
        if (quote < value.size()) out += "\"\"";
        at = quote + 1;
    }
    out += '"';
}

Status put(std::FILE* to, const std::string& line) {
    if (std::fwrite(line.data(), 1, line.size(), to) == line.size()) return {};
    return fail(
        "STG001", std::string("cannot write to the staging folder: ") + std::strerror(errno));
}

}  // namespace

Result<TidyWriter> TidyWriter::create(const TidyOrder& order, std::vector<std::string> names) {
    Tidied done{.rows_path = order.folder + "/tidy.csv",
        .rejects_path = order.folder + "/rejects.csv",
        .names = std::move(names),
        .holds = {}};
    File rows(std::fopen(done.rows_path.c_str(), "wb"), std::fclose);
    File rejects(std::fopen(done.rejects_path.c_str(), "wb"), std::fclose);
    if (!rows || !rejects)
        return fail("STG001", "cannot write in " + order.folder + ": " + std::strerror(errno));
    std::string header = "_ingot_input,_ingot_line";
    for (const auto& name : done.names) header += ',', append_quoted(header, name);
    TRY(put(rows.get(), header + "\n"));
    TRY(put(rejects.get(), "input,line,text,reason\n"));
    return TidyWriter(std::move(done), std::move(rows), std::move(rejects));
}

void TidyWriter::begin_row(std::size_t input, std::int64_t line) {
    row_.assign(std::to_string(input)).append(",").append(std::to_string(line));
}

void TidyWriter::text(std::string_view value) {
    row_ += ',';
    append_quoted(row_, value);
}

Status TidyWriter::end_row() {
    row_ += '\n';
    ++done_.rows;
    done_.longest = std::max(done_.longest, static_cast<std::int64_t>(row_.size()));
    return put(rows_.get(), row_);
}

Status TidyWriter::reject(const Reject& reject) {
    std::string line = std::to_string(reject.input) + "," + std::to_string(reject.line) + ",";
    append_quoted(line, readable(reject.text));
    line += ',';
    append_quoted(line, reject.reason);
    ++done_.rejected;
    done_.longest = std::max(done_.longest, static_cast<std::int64_t>(line.size()));
    return put(rejects_.get(), line + "\n");
}

Result<Tidied> TidyWriter::finish() {
    const bool is_written = std::fflush(rows_.get()) == 0 && std::fflush(rejects_.get()) == 0;
    if (!is_written)
        return fail(
            "STG001", std::string("cannot write to the staging folder: ") + std::strerror(errno));
    return std::move(done_);
}

}  // namespace ingot::file
