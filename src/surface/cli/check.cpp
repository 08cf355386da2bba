#include "surface/api/check.h"

#include <fmt/format.h>

#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "surface/api/run.h"
#include "surface/cli/project_command.h"

namespace ingot::cli {

namespace {

nlohmann::ordered_json to_json(const api::CheckedDataset& of) {
    auto rules = nlohmann::ordered_json::array();
    for (const auto& rule : of.rules) {
        rules.push_back({{"name", rule.name}, {"on_fail", rule.on_fail}, {"status", rule.status},
            {"failures", rule.failed}});
        if (!rule.reason.empty()) rules.back()["reason"] = rule.reason;
    }
    return {{"name", of.dataset}, {"stands", of.stands}, {"rows", of.rows}, {"rules", rules}};
}

std::string to_text(const api::CheckedDataset& of) {
    if (!of.stands) return fmt::format("skip  {}  does not stand yet\n", of.dataset);
    std::string text;
    for (const auto& rule : of.rules)
        text += rule.reason.empty()
                    ? fmt::format("{:<4}  {}  {}  {} of {} rows fail ({})\n", rule.status,
                          of.dataset, rule.name, rule.failed, of.rows, rule.on_fail)
                    : fmt::format(
                          "skip  {}  {}  not checked: {}\n", of.dataset, rule.name, rule.reason);
    return text;
}

std::string summary(const std::vector<api::CheckedDataset>& all) {
    std::map<std::string, int> by_status;
    std::size_t rules = 0;
    for (const auto& of : all)
        for (const auto& rule : of.rules) ++by_status[rule.status], ++rules;
    return fmt::format("{} rules: {} ok, {} warn, {} fail, {} skip\n", rules, by_status["ok"],
        by_status["warn"], by_status["fail"], by_status["skip"]);
}

int run_check(const Arguments& arguments) {
    auto opened = open_selection(arguments);
    if (!opened) return opened.status;
    const auto& root = opened.workbench->manifest().root;
    Diagnostics diagnostics;
    const auto all = api::check(*opened.workbench, opened.ids, diagnostics);
    if (!all) return print(all.error(), arguments, root);
    std::string text;
    auto json = nlohmann::ordered_json::array();
    for (const auto& of : *all) {
        text += to_text(of);
        json.push_back(to_json(of));
    }
    if (arguments.has("--json")) text = json.dump(2) + "\n";
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
    if (!arguments.has("--quiet")) std::cerr << summary(*all);
    return print(diagnostics, arguments, root);
}

constexpr Positional positionals[] = {{"SELECT", "Datasets to check; default: all", false, true}};
constexpr Flag flags[] = {
    {"--exclude", "SELECT", "Datasets to leave out", true}, {"--json", "", "As JSON"}};

}  // namespace

extern const Command check_command;
const Command check_command{
    "check", "The expectations, against the data that stands", flags, positionals, run_check};

}  // namespace ingot::cli
