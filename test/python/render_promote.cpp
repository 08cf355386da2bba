// Prints the SQL that a silver spec compiles to, for tests that run it. Reads lines `word value value …`, fields
// separated by US (0x1f): column NAME TYPE, keys …, order_by …, history WORD, full, load_time, …
// Prints records separated by RS (0x1e): section US name US text, and of statements US the query they hang on.
#include <iostream>
#include <string>
#include <vector>

#include "medallion/silver/promote.h"

namespace {

using namespace ingot;
using Words = std::vector<std::string>;

Words split(const std::string& line) {
    Words words{""};
    for (const char c : line) {
        if (c == '\x1f')
            words.emplace_back();
        else
            words.back() += c;
    }
    return words;
}

std::vector<ColumnName> names(const Words& words) {
    std::vector<ColumnName> out;
    for (std::size_t i = 1; i < words.size(); ++i) out.push_back({words[i], {}});
    return out;
}

int choice(std::span<const config::Choice> choices, const std::string& word) {
    for (const auto& c : choices)
        if (c.name == word) return c.value;
    std::cerr << "no choice '" << word << "'\n";
    std::exit(64);
}

struct Asked {
    SilverSpec spec;
    Columns columns;
    bool full_loads = false;
};

void read(const Words& words, Asked& asked) {
    auto& spec = asked.spec;
    const auto& word = words[0];
    if (word == "column") asked.columns.push_back({words[1], words[2]});
    if (word == "keys") spec.keys = names(words);
    if (word == "order_by") spec.order_by = names(words);
    if (word == "tiebreak") spec.tiebreak = names(words);
    if (word == "history") spec.history = static_cast<History>(choice(history_choices, words[1]));
    if (word == "deletes") spec.deletes = static_cast<Deletes>(choice(deletes_choices, words[1]));
    if (word == "track") spec.columns.track = names(words);
    if (word == "overwrite") spec.columns.overwrite = names(words);
    if (word == "restate") spec.columns.restate = names(words);
    if (word == "ignore") spec.columns.ignore = names(words);
    if (word == "previous") spec.columns.previous = names(words);
    if (word == "current") spec.columns.current = names(words);
    if (word == "cdc") asked.spec.cdc.emplace().operation = {"op", {}};
    if (word == "ignore_null") asked.spec.cdc->ignore_null_columns = names(words);
    if (word == "every_version") spec.columns.collapse = false;
    if (word == "open_end") spec.open_end = words[1];
    if (word == "full") asked.full_loads = true;
    if (word == "load_time") spec.valid_from = "load_time";
    if (word == "max_delete_fraction") spec.max_delete_fraction = std::stod(words[1]);
}

void print(const std::string& section, std::string_view name, const std::string& text) {
    std::cout << section << '\x1f' << name << '\x1f' << text << '\x1e';
}

void print(const std::string& section, const silver::Statement& statement) {
    print(section, statement.name, statement.sql.text() + '\x1f' + statement.only_if.text());
}

void print(const std::string& section, const silver::PromoteSteps& steps) {
    for (const auto& statement : steps.find) print(section + " find", statement);
    for (const auto& statement : steps.statements) print(section + " statements", statement);
    const auto& q = steps.queries;
    const auto queries = section + " queries";
    print(queries, "reaches_back", steps.reaches_back.text());
    print(queries, "latest", q.latest.text());
    print(queries, "guard", q.guard.text());
    print(queries, "ties_if", q.ties_if.text());
    print(queries, "ties", q.ties.text());
    print(queries, "counts", q.counts.text());
    print(queries, "invariants", q.invariants.text());
    print(queries, "segment", q.segment.text());
    print(queries, "quarantined", q.quarantined.text());
    print(queries, "comes_by_key", q.comes_by_key.text());
    print(queries, "rewrite", q.rewrite.text());
    print(queries, "open_rows", q.open_rows.text());
    print(queries, "closed_rows", q.closed_rows.text());
}

}  // namespace

int main() {
    Asked asked;
    for (std::string line; std::getline(std::cin, line);) read(split(line), asked);
    const auto plan = silver::compile(asked.spec, {asked.columns, asked.full_loads}, sql::duckdb());
    if (!plan) {
        std::cerr << plan.error().code.id() << ": " << plan.error().message << '\n';
        return plan.error().code.exit_status();
    }
    for (const auto& column : plan->published) print("published", column.name, column.type);
    for (const auto& column : plan->observed) print("observed", column.name, column.type);
    print("keeps_observations", "", plan->keeps_observations ? "1" : "");
    print("merges_in_order", "", plan->merges_in_order ? "1" : "");
    print("merge", plan->merge);
    print("rebuild", plan->rebuild);
    print("plan queries", "latest_of_store", plan->latest_of_store.text());
    const auto standing = silver::standing_invariants(
        asked.spec, sql::Fragment::of("_ingot_published"), sql::duckdb());
    print("plan queries", "standing_invariants", standing->text());
}
