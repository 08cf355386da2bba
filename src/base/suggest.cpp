#include "base/suggest.h"

#include <algorithm>
#include <array>

#include "base/lower_case.h"

namespace ingot {

namespace {

struct Elsewhere {
    std::string_view word;
    std::string_view ours;
};

// What other tools, and the foundry, call what has another name here.
constexpr std::array called_elsewhere{Elsewhere{"auth_token_env", "token"},
    Elsewhere{"token_env", "token"}, Elsewhere{"password_env", "password"},
    Elsewhere{"username_env", "username"}, Elsewhere{"pagination", "paginate"},
    Elsewhere{"paginator", "paginate"}, Elsewhere{"url", "base_url"},
    Elsewhere{"data_path", "records"}, Elsewhere{"data_selector", "records"},
    Elsewhere{"json_path", "records"}, Elsewhere{"cursor_field", "cursor"},
    Elsewhere{"incremental", "cursor"}, Elsewhere{"incremental", "cdc"},
    Elsewhere{"write_disposition", "load"}, Elsewhere{"load_pattern", "load"},
    Elsewhere{"page_size", "limit"}, Elsewhere{"page_size", "size"}, Elsewhere{"sep", "delimiter"},
    Elsewhere{"separator", "delimiter"}, Elsewhere{"rest", "api"}, Elsewhere{"rest_api", "api"},
    Elsewhere{"http", "api"}, Elsewhere{"postgresql", "postgres"}, Elsewhere{"mariadb", "mysql"},
    Elsewhere{"sqlserver", "mssql"}, Elsewhere{"singer", "process"}, Elsewhere{"csv", "file"},
    Elsewhere{"s3", "file"}, Elsewhere{"username", "user"}, Elsewhere{"dbname", "database"},
    Elsewhere{"base_query", "query"}, Elsewhere{"sql", "query"}};

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        next[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = row[j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0);
            next[j] = std::min({row[j] + 1, next[j - 1] + 1, change});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) next[j] = std::min(next[j], before[j - 2] + 1);
        }
        before = row;
        row.swap(next);
    }
    return row[b.size()];
}

std::string nearest(std::string_view name, std::span<const std::string> candidates) {
    const auto plain = lower(name);
    for (const auto& candidate : candidates)
        if (lower(candidate) == plain) return candidate;
    for (const auto& [word, ours] : called_elsewhere)
        if (word == plain && std::ranges::find(candidates, ours) != candidates.end())
            return std::string(ours);
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (const auto& candidate : candidates) {
        const auto distance = edit_distance(name, candidate);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> candidates) {
    const auto found = nearest(name, candidates);
    return found.empty() ? "" : "; did you mean '" + found + "'?";
}

}  // namespace ingot
