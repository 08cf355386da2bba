#include <gtest/gtest.h>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "project/project_folder.h"

namespace ingot {
namespace {

using test::ProjectFolder;

std::string names(const Manifest& manifest, const std::vector<DatasetId>& ids) {
    std::string out;
    for (const auto id : ids)
        out += (out.empty() ? "" : " ") + manifest.datasets[id].dataset.name.text();
    return out;
}

// bronze.crm_customers → silver.c → gold.d → gold.e, and bronze.crm_orders → silver.o → gold.e.
class Resolve : public testing::Test {
protected:
    Resolve() {
        folder.with_sources()
            .file("models/silver/c.yml",
                "silver: {from: Bronze.CRM_customers, keys: [id]}\ntags: [nightly]\nowner: ops\n")
            .file("models/silver/o.yml",
                "silver: {from: bronze.crm_orders, keys: [id]}\ntags: [nightly, big]\n")
            .file("models/gold/d.sql", "SELECT * FROM silver.c\n")
            .file("models/gold/e.sql", "SELECT * FROM gold.d JOIN silver.o\n");
        manifest = folder.manifest();
    }
    std::string pick(
        const std::vector<std::string>& include, const std::vector<std::string>& exclude = {}) {
        const auto found = select(manifest, include, exclude, context);
        return found ? names(manifest, *found) : std::string(found.error().code.id());
    }
    ProjectFolder folder;
    Manifest manifest;
    SelectionContext context;
};

TEST_F(Resolve, PutsInputsFirstAndTablesInTheirFolders) {
    EXPECT_EQ(folder.messages(), "");
    EXPECT_EQ(pick({}), "bronze.crm_customers bronze.crm_orders silver.c silver.o gold.d gold.e");
    EXPECT_EQ(names(manifest, manifest.find({Layer::gold, "e"})->inputs), "gold.d silver.o");
    EXPECT_EQ(manifest.find({Layer::bronze, "crm_orders"})->folder,
        "bronze/system=crm/table=orders/pattern=cdc");
    EXPECT_EQ(manifest.find({Layer::silver, "c"})->folder, "silver/domain=retail/entity=c/v1");
    EXPECT_EQ(manifest.find({Layer::gold, "e"})->folder, "gold/e");
}

TEST_F(Resolve, Selects) {
    EXPECT_EQ(pick({"c"}), "silver.c");
    EXPECT_EQ(pick({"GOLD.d"}), "gold.d");
    EXPECT_EQ(pick({"+d"}), "bronze.crm_customers silver.c gold.d");
    EXPECT_EQ(pick({"c+"}), "silver.c gold.d gold.e");
    EXPECT_EQ(pick({"1+d+1"}), "silver.c gold.d gold.e");
    EXPECT_EQ(pick({"1+e"}), "silver.o gold.d gold.e");
    EXPECT_EQ(
        pick({"@d"}), "bronze.crm_customers bronze.crm_orders silver.c silver.o gold.d gold.e");
    EXPECT_EQ(pick({"silver.*"}), "silver.c silver.o");
    EXPECT_EQ(pick({"crm_*"}), "bronze.crm_customers bronze.crm_orders");
    EXPECT_EQ(pick({"c", "d"}), "silver.c gold.d");
    EXPECT_EQ(pick({"c d"}), "silver.c gold.d");
    EXPECT_EQ(pick({"layer:silver,tag:big"}), "silver.o");
    EXPECT_EQ(pick({"tag:nightly+"}, {"layer:gold"}), "silver.c silver.o");
    EXPECT_EQ(pick({"owner:ops"}), "silver.c");
    EXPECT_EQ(pick({"path:models/gold"}), "gold.d gold.e");
    EXPECT_EQ(pick({"path:models/gold/e.*"}), "gold.e");
    EXPECT_EQ(pick({"source:crm_orders+1"}), "bronze.crm_orders silver.o");
    EXPECT_EQ(pick({"source:crm"}), "bronze.crm_customers bronze.crm_orders");
}

TEST_F(Resolve, SelectsByWhatRunsLeft) {
    EXPECT_EQ(pick({"state:modified"}), "");
    context.modified = {2};
    context.fresh = {4};
    context.failed = {5};
    EXPECT_EQ(pick({"state:modified"}), "silver.c gold.d");
    EXPECT_EQ(pick({"state:new"}), "gold.d");
    EXPECT_EQ(pick({"result:error"}), "gold.e");
}

TEST_F(Resolve, RefusesWhatSelectsNothing) {
    EXPECT_EQ(pick({"custmers"}), "PRJ108");
    EXPECT_EQ(pick({"tag:nothing"}), "PRJ108");
    EXPECT_EQ(pick({"c"}, {"c"}), "PRJ108");
    for (const auto* text : {"tga:x", "layer:copper", "+", "a++b", "c,", "state:old", "@+c"})
        EXPECT_EQ(pick({text}), "PRJ109") << text;
}

TEST_F(Resolve, WritesAManifestLikeDbts) {
    const auto json =
        nlohmann::json::parse(manifest_json(manifest, {"0.1.0", "2026-01-01T00:00:00Z"}));
    EXPECT_EQ(json["metadata"]["project_name"], "retail");
    const auto& node = json["nodes"]["model.retail.gold.d"];
    EXPECT_EQ(node["depends_on"]["nodes"][0], "model.retail.silver.c");
    EXPECT_EQ(node["original_file_path"], "models/gold/d.sql");
    EXPECT_EQ(json["sources"]["source.retail.crm.orders"]["layer"], "bronze");
    EXPECT_EQ(json["child_map"]["model.retail.gold.d"][0], "model.retail.gold.e");
}

TEST(ResolveMistakes, NamesEveryPlaceOfACircle) {
    ProjectFolder folder;
    folder.file("models/gold/a.sql", "SELECT * FROM gold.c\n")
        .file("models/gold/b.sql", "SELECT *\nFROM gold.a\n")
        .file("models/gold/c.sql", "SELECT * FROM gold.b\n")
        .file("models/gold/after.sql", "SELECT * FROM gold.a\n")
        .file("models/gold/self.sql", "SELECT * FROM gold.self\n");
    folder.manifest();
    ASSERT_EQ(folder.diagnostics.errors(), 2U) << folder.messages();
    const auto& circle = folder.diagnostics.all()[0];
    EXPECT_EQ(
        circle.message, "datasets read each other in a circle: gold.a → gold.c → gold.b → gold.a");
    ASSERT_EQ(circle.notes.size(), 3U);
    EXPECT_EQ(to_string(circle.notes[2].where), "models/gold/b.sql:2:6");
    EXPECT_EQ(folder.diagnostics.all()[1].message, "gold.self reads itself");
}

TEST(ResolveMistakes, LayersNamesAndFolders) {
    ProjectFolder folder;
    folder.with_sources()
        .file("models/silver/s.yml", "silver: {from: gold.g, keys: [id]}\n")
        .file("models/gold/g.sql", "SELECT 1\n")
        .file("models/gold/sub/G.sql", "SELECT 1\n");
    folder.manifest();
    EXPECT_NE(folder.messages().find("models/silver/s.yml:1:16: PRJ105"), std::string::npos)
        << folder.messages();
    EXPECT_NE(folder.messages().find("PRJ101"), std::string::npos);
    EXPECT_EQ(folder.diagnostics.errors(), 2U);
}

class OneParser : public engine::Engine {
public:
    int asked = 0;
    Result<std::unique_ptr<engine::Session>> connect() override { return fail("ENG102", "none"); }
    Result<engine::ParsedSelect> parse(const std::string& sql) override {
        ++asked;
        return test::parse_from(sql);
    }
    Result<std::string> append_columns(
        const std::string& select, const std::vector<std::string>&) override {
        return select;
    }
};

TEST(ParseCache, AsksTheEngineOnce) {
    const auto path =
        std::filesystem::temp_directory_path() / ("ingot-parsed-" + std::to_string(::getpid()));
    OneParser parser;
    const auto parse = [&](const std::string& sql) {
        ParseCache cache(path, [&]() -> Result<engine::Engine*> { return &parser; });
        auto out = cache.parse(sql);
        cache.save();
        return out->tables.at(0).name;
    };
    EXPECT_EQ(parse("SELECT * FROM gold.a"), "a");
    EXPECT_EQ(parse("SELECT * FROM gold.a"), "a");
    EXPECT_EQ(parser.asked, 1);
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 3);
    EXPECT_EQ(parse("SELECT * FROM gold.a"), "a");
    EXPECT_EQ(parser.asked, 2);
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace ingot
