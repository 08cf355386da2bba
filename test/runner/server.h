#pragma once

#include <atomic>
#include <expected>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace ingot::golden {

// What a server says to a request: text as it goes over the wire, but for the length.
struct Reply {
    std::string request{};               // "GET /orders?page=2"
    std::vector<std::string> headers{};  // that the request must have
    std::string status{};                // "200 OK", or "404"
    std::vector<std::string> reply_headers{};
    std::string body{};
};

// The replies that a `server` block lists, or what is wrong with it.
std::expected<std::vector<Reply>, std::string> read_replies(const std::vector<std::string>& lines);

// An HTTP server on a free port of 127.0.0.1 that gives the replies of a list and 404 to all else. Equal requests get
// theirs in order, and the last of them from then on.
class Server {
public:
    static std::expected<std::string, std::string> start(
        std::map<std::string, std::unique_ptr<Server>>& servers, const std::string& name,
        std::vector<Reply> replies);
    explicit Server(std::vector<Reply> replies) : replies_(std::move(replies)) {}
    ~Server();
    Server(const Server&) = delete;

private:
    bool listen_on_a_free_port();
    void serve();
    void converse(int connection);
    std::string reply_to(std::string_view head);

    std::vector<Reply> replies_;
    std::map<std::string, std::size_t> given_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stops_{false};
    std::thread thread_;
};

}  // namespace ingot::golden
