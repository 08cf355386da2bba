#include "surface/api/generate.h"

#include <filesystem>

#include "base/suggest.h"
#include "run/samples.h"

namespace ingot::api {

namespace {

Result<run::SamplePattern> pattern_of(const std::string& name) {
    static const std::vector<std::string> names{"full", "cdc", "current_history", "hybrids"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return static_cast<run::SamplePattern>(i);
    return fail("USE101", "--patterns takes full, cdc, current_history and hybrids, not '" + name +
                              "'" + did_you_mean(name, names));
}

}  // namespace

Result<std::map<std::string, GeneratedSum>> generate(const GenerateRequest& request) {
    if (request.format != "csv" && request.format != "parquet")
        return fail("USE101", "--format takes csv or parquet, not '" + request.format + "'");
    run::SamplesOrder order{
        .folder = std::filesystem::absolute(request.folder).lexically_normal().string(),
        .patterns = {},
        .first = request.first,
        .days = request.days,
        .rows = request.rows,
        .growth = request.growth,
        .updates = request.updates,
        .seed = request.seed,
        .parquet = request.format == "parquet"};
    for (const auto& name : request.patterns) order.patterns.push_back(TRY(pattern_of(name)));
    const auto engine =
        TRY(engine::open_duckdb({.threads = request.threads, .memory_limit = request.memory}));
    auto session = TRY(engine->connect());
    std::map<std::string, GeneratedSum> sums;
    for (const auto& file : TRY(run::write_samples(order, *session))) {
        auto& sum = sums[file.path.substr(0, file.path.find('/', file.path.find('/') + 1))];
        ++sum.files;
        sum.rows += file.rows;
    }
    return sums;
}

}  // namespace ingot::api
