#include "platform/connector/api/reach.h"

#include "base/redact.h"
#include "platform/connector/api/client.h"
#include "platform/connector/api/requests.h"

namespace ingot::api {

Result<std::string> reach(const Table& table, const connector::FetchOrder& order) {
    const auto access = TRY(open_access(table, order));
    const auto credentials = TRY(access->auth->credentials(*access->client));
    if (table.spec.parent)
        return table.connection.base_url.value + ", of which nothing was asked but credentials";
    const Requests requests(table, order, *access);
    const auto request = TRY(requests.request(table.kind->first(table.paging), {}, credentials));
    if (!request) return fail("EXT103", "the endpoint has a word without a value");
    const auto response = TRY(access->client->send(*request));
    const auto shown = redacted(http::shown(response.url));
    TRY(answer_of(table, response, shown));
    return shown + ", with status " + std::to_string(response.status);
}

}  // namespace ingot::api
