#include "server.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include <fmt/format.h>

#include "text.h"

namespace ingot::golden {

namespace {

bool begins_request(std::string_view line) {
    return line.starts_with("GET /") || line.starts_with("POST /");
}

bool is_status(std::string_view line) {
    return line.size() >= 3 && std::ranges::all_of(line.substr(0, 3), [](unsigned char c) {
        return std::isdigit(c);
    }) && (line.size() == 3 || line[3] == ' ');
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
    return out;
}

// Parameters in any order are the same request.
std::string sorted(std::string_view request) {
    const auto question = request.find('?');
    if (question == std::string_view::npos) return std::string(request);
    std::vector<std::string> parameters;
    auto rest = request.substr(question + 1);
    while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        parameters.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    std::ranges::sort(parameters);
    std::string out(request.substr(0, question));
    for (std::size_t i = 0; i < parameters.size(); ++i)
        (out += i == 0 ? '?' : '&') += parameters[i];
    return out;
}

}  // namespace

std::expected<std::vector<Reply>, std::string> read_replies(const std::vector<std::string>& lines) {
    std::vector<Reply> replies;
    for (std::size_t at = 0; at < lines.size();) {
        if (trimmed(lines[at]).empty()) {
            ++at;
            continue;
        }
        if (!begins_request(lines[at]))
            return std::unexpected(fmt::format("expected GET /… or POST /…, not '{}'", lines[at]));
        Reply reply{.request = sorted(trimmed(lines[at++]))};
        while (at < lines.size() && !is_status(lines[at]))
            reply.headers.push_back(lower(trimmed(lines[at++])));
        if (at == lines.size())
            return std::unexpected(fmt::format("{} has no status under it", reply.request));
        reply.status = trimmed(lines[at++]);
        while (at < lines.size() && !trimmed(lines[at]).empty() && !begins_request(lines[at]))
            reply.reply_headers.push_back(lines[at++]);
        while (at < lines.size() && !begins_request(lines[at])) reply.body += lines[at++] + "\n";
        reply.body = trimmed(reply.body);
        replies.push_back(std::move(reply));
    }
    return replies;
}

bool Server::listen_on_a_free_port() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || ::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, generic, &size) != 0)
        return false;
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
    return true;
}

std::expected<std::string, std::string> Server::start(
    std::map<std::string, std::unique_ptr<Server>>& servers, const std::string& name,
    std::vector<Reply> replies) {
    servers.erase(name);
    auto server = std::make_unique<Server>(std::move(replies));
    if (!server->listen_on_a_free_port()) return std::unexpected("no port can be had");
    const auto url = fmt::format("http://127.0.0.1:{}", server->port_);
    servers[name] = std::move(server);
    return url;
}

Server::~Server() {
    stops_ = true;
    if (thread_.joinable()) thread_.join();
    if (listener_ >= 0) ::close(listener_);
}

void Server::serve() {
    while (!stops_) {
        pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
        if (::poll(&waiting, 1, 20) <= 0) continue;
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) continue;
        converse(connection);
        ::close(connection);
    }
}

// One request a connection: enough for a page, and nothing can get stuck.
void Server::converse(int connection) {
    std::string text;
    char buffer[4096];
    std::size_t wanted = std::string::npos;
    while (text.size() < wanted) {
        pollfd waiting{.fd = connection, .events = POLLIN, .revents = 0};
        if (::poll(&waiting, 1, 5000) <= 0) return;
        const auto got = ::recv(connection, buffer, sizeof buffer, 0);
        if (got <= 0) return;
        text.append(buffer, static_cast<std::size_t>(got));
        const auto end = text.find("\r\n\r\n");
        if (end == std::string::npos || wanted != std::string::npos) continue;
        const auto length = lower(text.substr(0, end)).find("\r\ncontent-length:");
        wanted = end + 4 + (length == std::string::npos ? 0 : std::stoul(text.substr(length + 17)));
    }
    const auto reply = reply_to(std::string_view(text).substr(0, text.find("\r\n\r\n") + 2));
    for (std::size_t sent = 0; sent < reply.size();) {
        const auto more =
            ::send(connection, reply.data() + sent, reply.size() - sent, MSG_NOSIGNAL);
        if (more <= 0) return;
        sent += static_cast<std::size_t>(more);
    }
}

std::string Server::reply_to(std::string_view head) {
    auto request = sorted(head.substr(0, head.find(" HTTP/")));
    // As the GET that would come next, without its body.
    const bool is_look = request.starts_with("HEAD ");
    if (is_look) request.replace(0, 4, "GET");
    const auto headers = lower(head);
    std::vector<const Reply*> fitting;
    for (const auto& reply : replies_)
        if (reply.request == request && std::ranges::all_of(reply.headers, [&](const auto& header) {
                return headers.find("\r\n" + header + "\r\n") != std::string::npos;
            }))
            fitting.push_back(&reply);
    static const Reply unknown{.status = "404", .body = R"({"error": "no such page"})"};
    auto& given = given_[request];
    const auto* reply = fitting.empty() ? &unknown : fitting[std::min(given, fitting.size() - 1)];
    if (!is_look) ++given;
    std::string out = fmt::format(
        "HTTP/1.1 {}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n",
        reply->status.size() == 3 ? reply->status + " -" : reply->status, reply->body.size());
    for (const auto& header : reply->reply_headers) out += header + "\r\n";
    return out + "\r\n" + (is_look ? "" : reply->body);
}

}  // namespace ingot::golden
