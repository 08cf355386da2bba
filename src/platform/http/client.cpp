// Each request that was started is a flight: waiting for its moment, under way, or over. Only advance() moves them on.
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <map>
#include <random>
#include <system_error>
#include <thread>

#include "platform/http/pace.h"
#include "platform/http/traffic.h"
#include "platform/http/transfer.h"
#include "platform/http/url.h"

namespace ingot::http {

namespace {

constexpr auto longest_nap =
    std::chrono::milliseconds(100);  // an interrupt is noticed after as long

bool is_retryable(int status) { return status == 429 || status == 408 || status >= 500; }

Verdict usual_verdict(const Response& response) {
    return is_retryable(response.status) ? Verdict::retry : Verdict::accept;
}

struct Flight {
    Request request;
    std::string url;
    std::string origin;
    Moment due{};
    bool has_place = false;  // in the rate
    int attempts = 0;
    int redirects = 0;
    std::unique_ptr<Transfer> transfer{};
    FilePart part{};
    std::optional<Result<Response>> outcome{};
};

class CurlClient final : public Client {
public:
    CurlClient(const Curl& curl, ClientOptions options)
        : curl_(curl), options_(std::move(options)), multi_(curl.multi_init()) {
        if (!options_.gate) options_.gate = std::make_shared<Gate>(Pace{}, Breaking{});
        curl_.multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    }

    ~CurlClient() override {
        for (auto& [ticket, flight] : flights_) land(flight);
        for (auto* easy : idle_) curl_.easy_cleanup(easy);
        curl_.multi_cleanup(multi_);
    }

    Status open_traffic() {
        if (!options_.replay_file.empty()) replay_ = TRY(Replay::open(options_.replay_file));
        if (!options_.record_file.empty() && !replay_)
            recording_ = TRY(Recording::open(options_.record_file));
        return {};
    }

    Ticket start(Request request) override {
        const auto ticket = ++last_ticket_;
        auto& flight = flights_[ticket];
        flight.url = request.url;
        flight.origin = origin_of(request.url).value_or("");
        flight.request = std::move(request);
        flight.due = options_.time.now();
        if (!replay_) {
            launch_due();
            curl_.multi_perform(multi_, &running_);
        }
        return ticket;
    }

    Result<Response> finish(Ticket ticket) override {
        auto& flight = flights_.at(ticket);
        while (!flight.outcome) {
            if (options_.stopped()) {
                drop(ticket);
                return fail("RUN102", "interrupted");
            }
            if (replay_) {
                play(flight);
                continue;
            }
            advance();
            if (!flight.outcome) nap();
        }
        auto outcome = std::move(*flight.outcome);
        flights_.erase(ticket);
        return outcome;
    }

    void drop(Ticket ticket) override {
        const auto it = flights_.find(ticket);
        if (it == flights_.end()) return;
        land(it->second);
        flights_.erase(it);
    }

private:
    std::string shown_request(const Flight& flight) const {
        return flight.request.method + " " + shown(flight.url);
    }

    void play(Flight& flight) {
        auto response = replay_->answer(flight.request);
        if (!response)
            flight.outcome = std::move(response);
        else
            judge(flight, std::move(*response));
    }

    void advance() {
        launch_due();
        curl_.multi_perform(multi_, &running_);
        take_finished();
        drop_stalled();
    }

    // Until something arrives or falls due.
    void nap() {
        const auto left = until_next();
        const auto whole = static_cast<int>(
            (left + std::chrono::microseconds(999)) / std::chrono::milliseconds(1));
        if (running_ > 0)
            curl_.multi_poll(multi_, nullptr, 0, whole, nullptr);
        else if (left > Duration{})
            options_.time.sleep(left);
    }

    Duration until_next() const {
        const auto now = options_.time.now();
        Duration left = longest_nap;
        for (const auto& [ticket, flight] : flights_)
            if (!flight.transfer && !flight.outcome)
                left = std::min(left, std::chrono::duration_cast<Duration>(flight.due - now));
        return std::max(left, Duration{});
    }

    void launch_due() {
        for (auto& [ticket, flight] : flights_) {
            const auto now = options_.time.now();
            if (flight.transfer || flight.outcome || flight.due > now) continue;
            if (!flight.has_place) {
                flight.due = options_.gate->rate.reserve(now);
                flight.has_place = true;
                if (flight.due > now) continue;
            }
            if (!options_.gate->breaker.lets_through(now)) {
                flight.outcome = fail(
                    "RETRY001", shown_request(flight) + ": not asked, because the last " +
                                    std::to_string(options_.gate->breaker.failures()) +
                                    " requests to this source failed; run again when it is well");
                continue;
            }
            launch(flight);
        }
    }

    void launch(Flight& flight) {
        CURL* easy = nullptr;
        if (idle_.empty()) {
            easy = curl_.easy_init();
        } else {
            easy = idle_.back();
            idle_.pop_back();
            curl_.easy_reset(easy);
        }
        flight.has_place = false;
        ++flight.attempts;
        const bool same_origin = origin_of(flight.url) == flight.origin;
        flight.transfer = std::make_unique<Transfer>(
            curl_, easy, options_, flight.request, flight.url, same_origin, flight.part);
        curl_.multi_add_handle(multi_, easy);
    }

    // Ends the attempt; the handle keeps nothing but its share of the connections.
    void land(Flight& flight) {
        if (!flight.transfer) return;
        auto* easy = flight.transfer->easy();
        const auto part = flight.transfer->part();
        // Whatever brings a large file further is no failed attempt.
        if (part.bytes > flight.part.bytes) flight.attempts = 1;
        flight.part = part;
        curl_.multi_remove_handle(multi_, easy);
        idle_.push_back(easy);
        flight.transfer.reset();
    }

    void take_finished() {
        int left = 0;
        while (const auto* message = curl_.multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            const auto it = std::ranges::find_if(flights_, [&](const auto& entry) {
                return entry.second.transfer &&
                       entry.second.transfer->easy() == message->easy_handle;
            });
            if (it != flights_.end()) take(it->second, message->data.result);
        }
    }

    void take(Flight& flight, CURLcode code) {
        if (code == CURLE_OK) {
            auto response = flight.transfer->take_response();
            const bool is_unwritable = flight.transfer->is_unwritable();
            land(flight);
            if (is_unwritable) return cannot_write(flight);
            return judge(flight, std::move(response));
        }
        const bool is_too_large = flight.transfer->is_too_large();
        const bool is_unwritable = flight.transfer->is_unwritable();
        land(flight);
        if (is_unwritable) return cannot_write(flight);
        if (is_too_large)
            return give_up(flight, "the answer is larger than " +
                                       std::to_string(options_.largest_body / 1024 / 1024) +
                                       " MB; ask for smaller pages or raise max_response_mb");
        const bool nobody_is_there =
            code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT;
        auto why = std::string(code == CURLE_PARTIAL_FILE         ? "the answer was cut off"
                               : code == CURLE_OPERATION_TIMEDOUT ? "no answer in time (timeout)"
                                                                  : curl_.easy_strerror(code));
        if (nobody_is_there) why += "; is this the address, and does the server run?";
        if (is_worth_another_try(code)) return try_again(flight, why, std::nullopt);
        give_up(flight, why);
    }

    void cannot_write(Flight& flight) {
        flight.outcome = fail("STG001", "cannot write " + flight.request.body_file + ": " +
                                            std::generic_category().message(errno));
    }

    void drop_stalled() {
        const auto now = options_.time.now();
        for (auto& [ticket, flight] : flights_) {
            if (!flight.transfer || now - flight.transfer->last_byte() < options_.timeout) continue;
            land(flight);
            try_again(flight, "no answer in time (timeout)", std::nullopt);
        }
    }

    void judge(Flight& flight, Response response) {
        if (follow(flight, response)) return;
        constexpr int no_such_range = 416;
        if (response.status == no_such_range && flight.part.bytes > 0) {
            flight.part = {};
            return try_again(flight, "the content has changed", std::nullopt);
        }
        if (recording_) {
            if (auto kept = recording_->add(flight.request, response); !kept) {
                flight.outcome = std::unexpected(kept.error());
                return;
            }
        }
        const auto verdict =
            flight.request.judge ? flight.request.judge(response) : usual_verdict(response);
        if (verdict == Verdict::accept) {
            options_.gate->breaker.succeeded();
            flight.outcome = std::move(response);
            return;
        }
        if (replay_) ++flight.attempts;
        const auto* header = find_header(response.headers, "retry-after");
        std::optional<Duration> asked;
        if (header) asked = retry_after(*header, options_.time.calendar(), date_of);
        if (asked && *asked > options_.retry.longest_wait) asked = options_.retry.longest_wait;
        if (asked && !replay_) options_.gate->rate.hold(options_.time.now() + *asked);
        try_again(flight, "status " + std::to_string(response.status), asked);
    }

    // True when the answer sends the request elsewhere.
    bool follow(Flight& flight, const Response& response) {
        const auto status = response.status;
        const auto* location = find_header(response.headers, "location");
        if (!location ||
            (status != 301 && status != 302 && status != 303 && status != 307 && status != 308))
            return false;
        if (++flight.redirects > options_.redirects) {
            give_up(flight, "more than " + std::to_string(options_.redirects) + " redirects");
            return true;
        }
        flight.url = resolved(flight.url, *location);
        if (status > 303 && flight.request.has_secret_body &&
            origin_of(flight.url) != flight.origin) {
            give_up(flight,
                "the server sends this on to another one, and the credentials in its "
                "body are not sent there");
            return true;
        }
        if (replay_) flight.request.url = flight.url;
        if (status <= 303 && flight.request.method == "POST") {
            flight.request.method = "GET";
            flight.request.body.clear();
        }
        --flight.attempts;
        flight.due = options_.time.now();
        return true;
    }

    void try_again(Flight& flight, const std::string& why, std::optional<Duration> asked) {
        if (flight.attempts >= options_.retry.attempts) {
            options_.gate->breaker.failed(options_.time.now());
            flight.outcome = fail("RETRY001", shown_request(flight) + ": failed " +
                                                  std::to_string(flight.attempts) +
                                                  " times; the last time: " + why);
            return;
        }
        const auto wait = asked.value_or(delay_after(options_.retry, flight.attempts,
            std::uniform_real_distribution<double>(0, 1)(random_)));
        flight.due = options_.time.now() + (replay_ ? Duration{} : wait);
    }

    void give_up(Flight& flight, const std::string& why) {
        options_.gate->breaker.failed(options_.time.now());
        flight.outcome = fail("EXT001", shown_request(flight) + ": " + why);
    }

    const Curl& curl_;
    ClientOptions options_;
    CURLM* multi_;
    std::vector<CURL*> idle_;
    std::map<Ticket, Flight> flights_;
    Ticket last_ticket_ = 0;
    int running_ = 0;
    std::minstd_rand random_{std::random_device{}()};
    std::shared_ptr<Recording> recording_;
    std::shared_ptr<Replay> replay_;
};

}  // namespace

const std::string* find_header(const Headers& headers, std::string_view name) {
    const auto it = std::ranges::find_if(headers, [&](const Header& header) {
        return std::ranges::equal(header.name, name,
            [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
    });
    return it == headers.end() ? nullptr : &it->value;
}

std::optional<std::int64_t> date_of(const std::string& header) {
    const auto library = curl();
    const auto when = library ? (*library)->getdate(header.c_str(), nullptr) : -1;
    return when < 0 ? std::nullopt : std::optional<std::int64_t>(when);
}

Time Time::machine() {
    return {.calendar =
                [] {
                    return std::chrono::time_point_cast<std::chrono::microseconds>(
                        std::chrono::system_clock::now());
                },
        .sleep = [](Duration duration) { std::this_thread::sleep_for(duration); }};
}

Result<std::unique_ptr<Client>> Client::open(ClientOptions options) {
    const auto* library = TRY(curl());
    auto client = std::make_unique<CurlClient>(*library, std::move(options));
    TRY(client->open_traffic());
    return client;
}

}  // namespace ingot::http
