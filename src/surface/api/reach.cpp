#include "surface/api/reach.h"

#include "platform/connector/connector.h"

namespace ingot::api {

Result<std::string> reach(
    engine::Session& session, const BronzeDataset& bronze, const std::string& root) {
    const connector::FetchOrder order{
        .ask = [&](const std::string& statements) -> Result<connector::Answer> {
            auto rows = TRY(session.query(statements));
            return connector::Answer{std::move(rows.columns), std::move(rows.rows)};
        }};
    return bronze.kind->open(settings_of(bronze, root))->reach(order);
}

}  // namespace ingot::api
