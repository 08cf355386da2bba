#pragma once
// libpq, loaded when a replication stream is read: nothing else in the program needs it.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace ingot::connector {

// A place in the server's log. As text it is 16/B374D848.
using LogPlace = std::uint64_t;
std::string to_text(LogPlace place);
std::optional<LogPlace> log_place(std::string_view text);

using PqRows = std::vector<std::vector<std::optional<std::string>>>;

// One connection. Errors are AUTH001 or EXT001 with the server's words.
class Pq {
public:
    // ENG102 when there is no libpq on this machine.
    static Result<std::unique_ptr<Pq>> connect(
        const std::string& conninfo, const Span& rows, const Span& connection);
    ~Pq();
    Pq(const Pq&) = delete;
    Pq& operator=(const Pq&) = delete;

    Result<PqRows> ask(const std::string& statement);
    // COPY … TO STDOUT: each line, with its line end, to `take`.
    Status copy_out(
        const std::string& statement, const std::function<Status(std::string_view)>& take);

    // START_REPLICATION; from then on only the two below.
    Status start_replication(const std::string& statement);
    // The next message of the stream; nothing when none came for a moment.
    Result<std::optional<std::string>> message();
    Status send(const std::string& message);

private:
    Pq(void* connection, const Span& rows, const Span& place)
        : connection_(connection), rows_(rows), place_(place) {}
    Error error() const;
    void* connection_;
    Span rows_, place_;
};

}  // namespace ingot::connector
