#include "surface/api/compile.h"

#include <filesystem>
#include <fstream>

#include "surface/api/reading.h"

namespace ingot::api {

namespace {

Status write_whole(const std::filesystem::path& path, const std::string& text) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream out(path);
    out << text;
    if (!out.flush()) return fail("STG001", "cannot write " + path.string());
    return {};
}

}  // namespace

Result<std::vector<CompiledDataset>> compile(
    Workbench& workbench, const std::vector<DatasetId>& ids) {
    const auto& manifest = workbench.manifest();
    const auto reading = TRY(Reading::open(workbench, ids));
    std::vector<CompiledDataset> all;
    for (const auto id : ids) {
        const auto& node = manifest.datasets[id];
        if (node.dataset.bronze()) continue;
        const auto& name = node.dataset.name;
        CompiledDataset compiled{.dataset = name.text(),
            .file =
                "target/compiled/" + std::string(to_string(name.layer)) + "/" + name.name + ".sql",
            .step = TRY(run::compile_step(reading->context(), node))};
        TRY(write_whole(std::filesystem::path(manifest.root) / compiled.file, as_sql(compiled)));
        all.push_back(std::move(compiled));
    }
    return all;
}

std::string as_sql(const CompiledDataset& compiled) {
    std::string text = "-- " + compiled.dataset + "\n";
    if (!compiled.step.why_model_only.empty()) text += "-- " + compiled.step.why_model_only + "\n";
    for (const auto& statement : compiled.step.statements) {
        text += "\n-- " + statement.name + "\n" + statement.sql;
        while (text.ends_with('\n') || text.ends_with(';')) text.pop_back();
        text += "\n;\n";
    }
    return text;
}

}  // namespace ingot::api
