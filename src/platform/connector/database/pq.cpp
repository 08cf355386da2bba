#include "platform/connector/database/pq.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <poll.h>
#include <postgresql/libpq-fe.h>

#include <charconv>

#include "platform/connector/database/talk.h"

namespace ingot::connector {

namespace {

struct Library {
    decltype(&PQconnectdb) connectdb;
    decltype(&PQstatus) status;
    decltype(&PQerrorMessage) error_message;
    decltype(&PQfinish) finish;
    decltype(&PQexec) exec;
    decltype(&PQresultStatus) result_status;
    decltype(&PQntuples) ntuples;
    decltype(&PQnfields) nfields;
    decltype(&PQgetvalue) getvalue;
    decltype(&PQgetlength) getlength;
    decltype(&PQgetisnull) getisnull;
    decltype(&PQclear) clear;
    decltype(&PQgetCopyData) get_copy_data;
    decltype(&PQputCopyData) put_copy_data;
    decltype(&PQgetResult) get_result;
    decltype(&PQflush) flush;
    decltype(&PQconsumeInput) consume_input;
    decltype(&PQsocket) socket;
    decltype(&PQfreemem) freemem;
};

template <class F>
bool find(void* library, const char* name, F& into) {
    into = reinterpret_cast<F>(dlsym(library, name));
    return into != nullptr;
}

Result<Library> load() {
    void* file = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    Library it{};
    if (file && find(file, "PQconnectdb", it.connectdb) && find(file, "PQstatus", it.status) &&
        find(file, "PQerrorMessage", it.error_message) && find(file, "PQfinish", it.finish) &&
        find(file, "PQexec", it.exec) && find(file, "PQresultStatus", it.result_status) &&
        find(file, "PQntuples", it.ntuples) && find(file, "PQnfields", it.nfields) &&
        find(file, "PQgetvalue", it.getvalue) && find(file, "PQgetlength", it.getlength) &&
        find(file, "PQgetisnull", it.getisnull) && find(file, "PQclear", it.clear) &&
        find(file, "PQgetCopyData", it.get_copy_data) &&
        find(file, "PQputCopyData", it.put_copy_data) && find(file, "PQgetResult", it.get_result) &&
        find(file, "PQflush", it.flush) && find(file, "PQconsumeInput", it.consume_input) &&
        find(file, "PQsocket", it.socket) && find(file, "PQfreemem", it.freemem))
        return it;
    return fail("ENG102",
        "changes: needs PostgreSQL's client library libpq.so.5 on this machine (Debian and Ubuntu: apt install libpq5)");
}

const Result<Library>& library() {
    static const Result<Library> loaded = load();
    return loaded;
}

const Library& pq() { return *library(); }

PGconn* of(void* connection) { return static_cast<PGconn*>(connection); }

using Answered = std::unique_ptr<PGresult, void (*)(PGresult*)>;

}  // namespace

std::string to_text(LogPlace place) {
    return fmt::format("{:X}/{:X}", place >> 32U, place & 0xFFFFFFFFU);
}

std::optional<LogPlace> log_place(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    std::uint64_t high = 0, low = 0;
    const auto* end = text.data() + text.size();
    if (std::from_chars(text.data(), text.data() + slash, high, 16).ptr != text.data() + slash ||
        std::from_chars(text.data() + slash + 1, end, low, 16).ptr != end)
        return std::nullopt;
    return high << 32U | low;
}

Result<std::unique_ptr<Pq>> Pq::connect(
    const std::string& conninfo, const Span& rows, const Span& connection) {
    if (!library()) return std::unexpected(Error(library().error()).at(rows));
    auto made = std::unique_ptr<Pq>(new Pq(pq().connectdb(conninfo.c_str()), rows, connection));
    if (pq().status(of(made->connection_)) == CONNECTION_OK) return made;
    auto error = made->error();
    error.where = connection;
    return std::unexpected(std::move(error));
}

Pq::~Pq() { pq().finish(of(connection_)); }

Error Pq::error() const {
    return told_by_database({"EXT001", pq().error_message(of(connection_))}, {}, rows_, place_);
}

Result<PqRows> Pq::ask(const std::string& statement) {
    const Answered answer(pq().exec(of(connection_), statement.c_str()), pq().clear);
    const auto status = pq().result_status(answer.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return std::unexpected(error());
    PqRows rows;
    for (int row = 0; row < pq().ntuples(answer.get()); ++row) {
        rows.emplace_back();
        for (int column = 0; column < pq().nfields(answer.get()); ++column) {
            if (pq().getisnull(answer.get(), row, column))
                rows.back().emplace_back();
            else
                rows.back().emplace_back(std::in_place, pq().getvalue(answer.get(), row, column),
                    static_cast<std::size_t>(pq().getlength(answer.get(), row, column)));
        }
    }
    return rows;
}

Status Pq::copy_out(
    const std::string& statement, const std::function<Status(std::string_view)>& take) {
    const Answered begun(pq().exec(of(connection_), statement.c_str()), pq().clear);
    if (pq().result_status(begun.get()) != PGRES_COPY_OUT) return std::unexpected(error());
    for (;;) {
        char* line = nullptr;
        const int length = pq().get_copy_data(of(connection_), &line, 0);
        if (length == -1) break;
        if (length < 0) return std::unexpected(error());
        const std::unique_ptr<char, void (*)(void*)> owned(line, pq().freemem);
        TRY(take({line, static_cast<std::size_t>(length)}));
    }
    const Answered done(pq().get_result(of(connection_)), pq().clear);
    if (pq().result_status(done.get()) != PGRES_COMMAND_OK) return std::unexpected(error());
    const Answered none(pq().get_result(of(connection_)), pq().clear);
    return {};
}

Status Pq::start_replication(const std::string& statement) {
    const Answered begun(pq().exec(of(connection_), statement.c_str()), pq().clear);
    if (pq().result_status(begun.get()) != PGRES_COPY_BOTH) return std::unexpected(error());
    return {};
}

Result<std::optional<std::string>> Pq::message() {
    for (int attempt = 0; attempt < 2; ++attempt) {
        char* data = nullptr;
        const int length = pq().get_copy_data(of(connection_), &data, 1);
        if (length > 0) {
            const std::unique_ptr<char, void (*)(void*)> owned(data, pq().freemem);
            return std::optional(std::string(data, static_cast<std::size_t>(length)));
        }
        if (length == -1) {
            const Answered ended(pq().get_result(of(connection_)), pq().clear);
            auto why = error();
            if (why.message.empty()) why.message = "the server ended the stream";
            return std::unexpected(std::move(why));
        }
        if (length < -1) return std::unexpected(error());
        if (attempt == 1) break;
        pollfd waiting{.fd = pq().socket(of(connection_)), .events = POLLIN, .revents = 0};
        if (poll(&waiting, 1, 100) < 0 && errno != EINTR)
            return fail("EXT001", "the connection to the database is gone", place_);
        if (!pq().consume_input(of(connection_))) return std::unexpected(error());
    }
    return std::optional<std::string>{};
}

Status Pq::send(const std::string& message) {
    const auto length = static_cast<int>(message.size());
    if (pq().put_copy_data(of(connection_), message.data(), length) != 1 ||
        pq().flush(of(connection_)) < 0)
        return std::unexpected(error());
    return {};
}

}  // namespace ingot::connector
