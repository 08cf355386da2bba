// Pages are asked for in their order, those that are certain to be needed ahead of time, and land in that order. The next
// request is on its way before the rows of a page are written.
#include "platform/connector/api/fetch.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include "base/content_hash.h"
#include "base/redact.h"
#include "base/suggest.h"
#include "platform/connector/api/client.h"
#include "platform/connector/api/missing_name.h"
#include "platform/connector/api/requests.h"
#include "platform/connector/api/spool.h"

namespace ingot::api {

namespace {

constexpr std::int64_t usual_concurrency = 4;
// Pages of an endpoint that never ends. An author's max_pages ends quietly; these are errors.
constexpr std::int64_t most_pages = 1'000'000;
constexpr std::int64_t most_empty_pages = 1'000;
// A token may have ended, and so may the one that came instead of it.
constexpr int most_refusals = 3;

// What makes two pages of one endpoint the same request.
std::string identity(const Step& step) {
    std::string text = step.url + "\n" + step.body_value.value_or("");
    for (const auto& [name, value] : step.query) text += "\n" + name + "=" + value;
    return xxh64(text);
}

std::string shown(const Table& table, const Step& step, const http::Response& response) {
    return redacted((table.spec.method == Method::post ? "POST " : "GET ") +
                    http::shown(response.url) +
                    (step.number > 0 ? " (page " + std::to_string(step.number + 1) + ")" : ""));
}

// The columns that a child's rows get of their parent, as the beginning of an object's members. Whole numbers are
// written as such where all parents have them.
class ParentMembers {
public:
    ParentMembers(const Table& table, const std::vector<ParentRow>& rows) : table_(table) {
        if (!table.spec.parent) return;
        for (const auto& name : table.spec.parent->include) {
            const auto it = std::ranges::find(table.parent_columns, name.value);
            const auto at = static_cast<std::size_t>(it - table.parent_columns.begin());
            const bool is_whole = std::ranges::all_of(
                rows, [&](const ParentRow& row) { return !row[at] || is_integer(*row[at]); });
            columns_.push_back({name.value, at, is_whole});
        }
    }

    std::string of(const ParentRow& row) const {
        std::string out;
        for (const auto& [name, at, is_whole] : columns_) {
            json::write_text(out, "_parent_" + name);
            out += ':';
            if (!row[at])
                out += "null";
            else if (is_whole)
                out += *row[at];
            else
                json::write_text(out, *row[at]);
            out += ',';
        }
        return out;
    }

private:
    struct Column {
        std::string name;
        std::size_t at;
        bool is_whole;
    };
    static bool is_integer(const std::string& text) {
        const auto digits = std::string_view(text).substr(text.starts_with('-') ? 1 : 0);
        return !digits.empty() && digits.size() < 18 &&
               std::ranges::all_of(
                   digits, [](char c) { return c >= '0' && c <= '9'; }) &&
               (digits == text || digits != "0") && (digits == "0" || digits.front() != '0');
    }

    const Table& table_;
    std::vector<Column> columns_;
};

struct Flight {
    Step step;
    Credentials credentials;
    http::Client::Ticket ticket = 0;
};

class Fetch {
public:
    Fetch(const Table& table, const connector::FetchOrder& order) : table_(table), order_(order) {}

    Result<connector::Fetched> run() {
        access_ = TRY(open_access(table_, order_));
        requests_.emplace(table_, order_, *access_);
        parents_ = TRY(parent_rows());
        members_.emplace(table_, parents_);
        spool_.emplace(TRY(Spool::open(order_.folder, asked())));
        const auto& progress = spool_->progress();
        std::optional<Step> next = table_.kind->first(table_.paging);
        if (progress) {
            pages_ = progress->pages;
            records_ = progress->records;
            at_ = progress->parent;
            next = progress->next;
            for (const auto& mark : progress->seen) seen_.insert(mark);
            order_.arrived(rows_file(), {});
        }
        for (; at_ < parents_.size() && !is_enough(); ++at_) {
            if (next) TRY(fetch_parent(*next));
            seen_.clear();
            next = table_.kind->first(table_.paging);
        }
        for (auto& [parent, flights] : lanes_) drop(flights);
        return fetched();
    }

private:
    Result<std::vector<ParentRow>> parent_rows() const {
        if (!table_.spec.parent) return std::vector<ParentRow>(1);
        std::vector<ParentRow> rows;
        std::set<ParentRow> known;
        for (auto& row : TRY(order_.parent_rows(table_.parent_columns)))
            if (known.insert(row).second) rows.push_back(std::move(row));
        return rows;
    }

    // Besides what the folder stands for already.
    std::string asked() const {
        std::string text;
        for (const auto& row : parents_) {
            for (const auto& value : row)
                text += value ? std::to_string(value->size()) + ":" + *value : std::string("-");
            text += '\n';
        }
        return text;
    }

    bool is_enough() const {
        const auto& spec = table_.paging.spec;
        return (spec.max_records && records_ >= spec.max_records->value) ||
               (spec.max_pages && !table_.spec.parent && pages_ >= spec.max_pages->value);
    }

    // False where there is nothing to ask for.
    Result<bool> start(std::size_t parent, const Step& step) {
        auto credentials = TRY(access_->auth->credentials(*access_->client));
        auto request = TRY(requests_->request(step, parents_[parent], credentials));
        if (!request) return false;
        request->judge = [this](const http::Response& response) { return verdict(response); };
        lanes_[parent].push_back(
            {step, std::move(credentials), access_->client->start(std::move(*request))});
        ++under_way_;
        return true;
    }

    http::Verdict verdict(const http::Response& response) const {
        const auto status = response.status;
        if (const auto action = table_.action_for(status))
            return *action == Action::retry ? http::Verdict::retry : http::Verdict::accept;
        if (status == 429 || status == 408 || status >= 500) return http::Verdict::retry;
        if (status < 200 || status >= 300 || (table_.on_body.empty() && response.is_length_known))
            return http::Verdict::accept;
        const auto document = json::parse(response.body);
        // Without a length, half an answer looks like one that is not JSON.
        if (!document)
            return response.is_length_known || status == 204 ? http::Verdict::accept
                                                             : http::Verdict::retry;
        const auto rule = table_.rule_for(*document);
        return rule && *rule && (*rule)->then == Action::retry ? http::Verdict::retry
                                                               : http::Verdict::accept;
    }

    void drop(std::deque<Flight>& flights) {
        for (const auto& flight : flights) access_->client->drop(flight.ticket);
        under_way_ -= static_cast<std::int64_t>(flights.size());
        flights.clear();
    }

    // Those that are under way behind it keep what they were started with: each is refused, if it is, when its turn comes.
    Result<http::Response> finish_first() {
        for (int refusals = 0;; ++refusals) {
            auto& lane = lanes_[at_];
            const auto flight = std::move(lane.front());
            auto response = access_->client->finish(flight.ticket);
            lane.pop_front();
            --under_way_;
            if (!response) return response;
            auto& auth = *access_->auth;
            if (response->status != 401 || table_.action_for(401))
                return auth.accepted(flight.credentials), response;
            if (refusals == most_refusals || !auth.forget(flight.credentials)) return response;
            TRY(start_first(flight.step));
        }
    }

    Status start_first(const Step& step) {
        TRY(start(at_, step));
        auto& lane = lanes_[at_];
        std::ranges::rotate(lane, std::prev(lane.end()));
        return {};
    }

    Status fetch_parent(const Step& first) {
        std::optional<Step> next = first;
        std::int64_t empty = 0;
        totals_ = {};
        for (std::int64_t pages = first.number; next && !is_enough(); ++pages) {
            const auto& spec = table_.paging.spec;
            if (spec.max_pages && pages >= spec.max_pages->value) break;
            if (pages >= most_pages)
                return fail(
                    "PAGE001", "there is no end after " + std::to_string(most_pages) + " pages");
            auto& lane = lanes_[at_];
            if (!lane.empty() && !(lane.front().step == *next)) drop(lane);
            if (lane.empty() && !TRY(start(at_, *next))) break;
            TRY(start_ahead());
            const auto step = *next;
            const auto response = TRY(finish_first());
            // In its place, before its rows are looked at.
            TRY(start_ahead());
            next = TRY(take(step, response));
            empty = last_records_ == 0 ? empty + 1 : 0;
            if (empty >= most_empty_pages)
                return fail(
                    "PAGE001", std::to_string(empty) + " pages after one another have no rows");
        }
        drop(lanes_[at_]);
        lanes_.erase(at_);
        return {};
    }

    Result<std::optional<Step>> take(const Step& step, const http::Response& response) {
        const auto where = shown(table_, step, response);
        const auto answer = TRY(answer_of(table_, response, where));
        rows_.clear();
        last_records_ = 0;
        if (answer.has_rows && answer.document) {
            const auto& most = table_.paging.spec.max_records;
            const auto selected =
                select_rows({.table = table_,
                                .document = *answer.document,
                                .parent = members_->of(parents_[at_]),
                                .most = most ? most->value - records_
                                             : std::numeric_limits<std::int64_t>::max()},
                    rows_);
            if (!selected) return in(where, selected.error());
            last_records_ = *selected;
            if (pages_ == 0 && *selected == 0) why_nothing_ = why_nothing(*answer.document);
            if (pages_ == 0 && *selected > 0) look_for_next(*answer.document);
        }
        const Page page{response, answer.document, last_records_};
        auto next = table_.kind->next(table_.paging, step, page);
        if (!next) return in(where, next.error());
        if (const auto totals = totals_of(table_.paging, page)) totals_ = *totals;
        TRY(refuse_repetition(step, *next, where));
        ++pages_;
        records_ += last_records_;
        // On its way while the rows are written.
        if (*next && lanes_[at_].empty() && !is_enough() && is_wanted(**next))
            TRY(start(at_, **next));
        TRY(spool_->add({.rows = rows_,
            .records = last_records_,
            .parent = at_,
            .next = *next,
            .mark = identity(step)}));
        order_.arrived(rows_file(), {});
        return *next;
    }

    static std::unexpected<Error> in(const std::string& where, const Error& error) {
        return std::unexpected(Error(error).during(where));
    }

    bool is_wanted(const Step& step) const {
        const auto& most = table_.paging.spec.max_pages;
        return !most || step.number < most->value;
    }

    Status refuse_repetition(
        const Step& step, const std::optional<Step>& next, const std::string& where) {
        seen_.insert(identity(step));
        if (next && seen_.contains(identity(*next)))
            return fail("PAGE001",
                where +
                    ": leads to a page that was asked for before, and so on for ever; check paginate:");
        const bool counts_pages = table_.kind->ahead(table_.paging, step).has_value();
        if (counts_pages && last_records_ > 0 && next &&
            !seen_.insert("rows " + xxh64(rows_)).second)
            return fail("PAGE001",
                where +
                    ": has the same rows as a page before it, as if the server does not know the parameters of paginate:");
        return {};
    }

    // Requests whose answers are needed in any case; with a concurrency of the author's, also pages that may not be there.
    Status start_ahead() {
        const auto& asked = table_.connection.concurrency;
        const auto most = asked ? asked->value : usual_concurrency;
        while (under_way_ < most) {
            const auto& lane = lanes_[at_];
            const auto ahead =
                lane.empty() ? std::nullopt : table_.kind->ahead(table_.paging, lane.back().step);
            if (ahead && is_wanted(*ahead) && may_be_there(*ahead, asked.has_value())) {
                TRY(start(at_, *ahead));
                continue;
            }
            auto parent = lanes_.empty() ? at_ : lanes_.rbegin()->first;
            if (parent + 1 >= parents_.size() || table_.paging.spec.max_records) break;
            if (!TRY(start(parent + 1, table_.kind->first(table_.paging)))) lanes_[parent + 1];
        }
        return {};
    }

    bool may_be_there(const Step& step, bool is_guess_wanted) const {
        const auto& most = table_.paging.spec.max_records;
        if (most && step.offset >= most->value) return false;
        if (totals_.records) return step.offset < *totals_.records;
        if (totals_.pages) return step.number < *totals_.pages;
        return is_guess_wanted;
    }

    file::Found rows_file() const {
        return {.path = spool_->rows_path(),
            .name = redacted(
                http::shown(table_.connection.base_url.value) + table_.spec.endpoint.value),
            .size = spool_->size()};
    }

    Result<connector::Fetched> fetched() const {
        connector::FetchedFiles files{.files = {}, .format = "jsonl"};
        if (spool_->size() > 0) files.files.push_back(rows_file());
        connector::Fetched fetched{.rows = std::move(files), .warnings = warnings_};
        if (records_ == 0 && !why_nothing_.empty()) fetched.warnings.push_back(why_nothing_);
        return fetched;
    }

    // That nothing is selected is no mistake, unless the path goes by a name that the answer does not have.
    std::string why_nothing(const json::Value& document) const {
        const auto& path = table_.spec.records;
        const auto missing = path ? missing_name(document, path->value) : std::nullopt;
        if (!missing) return {};
        return to_string(path->span) + ": " + std::string("EXT143 records: '") + path->value +
               "' selects nothing, since " + missing->text_with_members();
    }

    // Where there is one page the name of the next is often left out, so only a near name says that another was meant.
    void look_for_next(const json::Value& document) {
        const auto& spec = table_.paging.spec;
        for (const auto* path :
            {&spec.path, &spec.total_path, &spec.total_pages_path, &spec.has_more_path}) {
            const auto missing = *path ? missing_name(document, (*path)->value) : std::nullopt;
            if (missing && !nearest(missing->name, missing->there).empty())
                warnings_.push_back(to_string((*path)->span) + ": " +
                                    std::string("EXT147 paginate: '") + (*path)->value +
                                    "' is not in the first answer, since " + missing->text());
        }
    }

    const Table& table_;
    const connector::FetchOrder& order_;
    std::unique_ptr<Access> access_;
    std::optional<Requests> requests_;
    std::vector<ParentRow> parents_;
    std::optional<ParentMembers> members_;
    std::optional<Spool> spool_;
    std::string why_nothing_;                          // of the first page
    std::vector<std::string> warnings_;                // about it
    std::map<std::size_t, std::deque<Flight>> lanes_;  // by parent, each in the order of its pages
    std::int64_t under_way_ = 0;
    std::size_t at_ = 0;
    std::int64_t pages_ = 0;
    std::int64_t records_ = 0;
    std::int64_t last_records_ = 0;
    Totals totals_;
    std::set<std::string> seen_;
    std::string rows_;
};

}  // namespace

Result<connector::Fetched> fetch(const Table& table, const connector::FetchOrder& order) {
    return Fetch(table, order).run();
}

}  // namespace ingot::api
