#pragma once
// One page of an endpoint: what is asked for, what came, and how one leads to the next.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/jmespath/expression.h"
#include "platform/connector/api/table_spec.h"
#include "platform/http/http.h"
#include "platform/http/url.h"

namespace ingot::api {

// What a request says of its page, beside what all requests of the table say. Plain, so that it can be written down.
struct Step {
    std::int64_t number = 0;  // of the page, from 0
    std::int64_t offset = 0;  // of its first row, for kinds that count rows
    http::Query query{};
    std::string url{};                        // instead of the endpoint
    std::optional<std::string> body_value{};  // JSON, for body_path
    bool operator==(const Step&) const = default;
};

std::string to_line(const Step& step);
std::optional<Step> step_from(const json::Value& value);

struct Page {
    const http::Response& response;
    const std::optional<json::Value>& document;  // nothing when the body is not to be looked at
    std::int64_t records = 0;
};

// paginate:, with its expressions read.
struct Paging {
    PaginateSpec spec;
    std::optional<jmespath::Expression> total;
    std::optional<jmespath::Expression> total_pages;
    std::optional<jmespath::Expression> has_more;
    std::optional<jmespath::Expression> path;
};

// One kind of pagination. Without state of its own: each step follows from the one before and its page.
struct PagingKind {
    std::string_view name;
    std::string_view
        options;  // of PaginateSpec that belong to it, apart by spaces; max_pages and max_records do to all
    std::string_view path;  // the default of `path`
    Step (*first)(const Paging&);
    // The next page; nothing after the last. PAGE001 for what cannot be followed.
    Result<std::optional<Step>> (*next)(const Paging&, const Step&, const Page&);
    // The page after this one as it will be if there is one; nothing for kinds that only a page can tell.
    std::optional<Step> (*ahead)(const Paging&, const Step&);
};

const PagingKind* find_paging(std::string_view name);
std::vector<std::string> paging_names();

// What the answer says of the whole: nothing where no option asks for it. PAGE001 when it is not what it should be.
struct Totals {
    std::optional<std::int64_t> records;
    std::optional<std::int64_t> pages;
    std::optional<bool> has_more;
    bool any() const { return records || pages || has_more; }
};
Result<Totals> totals_of(const Paging& paging, const Page& page);

}  // namespace ingot::api
