#include "surface/api/templates.h"

#include <filesystem>
#include <fstream>

#include "base/suggest.h"
#include "surface/api/schema.h"

namespace ingot::api {

namespace {

struct File {
    std::string_view path;
    std::string_view text;
};

struct Template {
    std::string_view name;
    std::vector<File> files;
};

constexpr std::string_view ignore = "/target/\n/warehouse/\n.env\n";

const std::vector<Template>& templates() {
    static const std::vector<Template> all{
        {"shop",
            {{"ingot.yml",
                 "# yaml-language-server: $schema=target/schema/project.json\nconfig_version: 1\nname: shop\ndefault_target: dev\ntargets:\n  dev: {engine: duckdb, warehouse: ./warehouse}\n"},
                {".gitignore", ignore},
                {"sources/crm.yml",
                    "# yaml-language-server: $schema=../target/schema/source.json\nsystem: crm\nconnection: {type: file, path: data/crm}\ntables:\n  - name: customers\n    path: \"customers_*.csv\"\n    load: cdc\n  - name: orders\n    path: \"orders_*.csv\"\n    load: cdc\n"},
                {"data/crm/customers_2026-01-01.csv",
                    "customer_id,name,email,city,updated_at\n1,Ann,ann@example.com,Ulm,2025-12-30 08:00:00\n2,Bob,bob@example.com,Bonn,2025-12-30 09:15:00\n3,Cid,not-an-address,Kiel,2025-12-31 17:40:00\n"},
                {"data/crm/customers_2026-01-02.csv",
                    "customer_id,name,email,city,updated_at\n1,Ann,ann@example.com,Bonn,2026-01-01 10:00:00\n2,Bob,bob@example.com,Bonn,2025-12-30 09:15:00\n3,Cid,cid@example.com,Kiel,2026-01-01 11:30:00\n4,Dee,dee@example.com,Ulm,2026-01-01 12:00:00\n"},
                {"data/crm/orders_2026-01-01.csv",
                    "order_id,customer_id,amount,ordered_at\n100,1,19.90,2026-01-01 09:00:00\n101,2,5.00,2026-01-01 09:30:00\n"},
                {"data/crm/orders_2026-01-02.csv",
                    "order_id,customer_id,amount,ordered_at\n102,1,7.50,2026-01-02 08:00:00\n103,4,42.00,2026-01-02 08:30:00\n"},
                {"models/silver/customers.sql",
                    "-- Every version of a customer, by business time.\n-- @silver(keys: [customer_id], order_by: updated_at, history: scd2)\n-- @expect(valid_email: {column: email, is: email, on_fail: quarantine})\nSELECT customer_id, trim(name) AS name, lower(email) AS email, city, updated_at\nFROM bronze.crm_customers\n"},
                {"models/silver/orders.sql",
                    "-- @silver(keys: [order_id], order_by: ordered_at)\n-- @expect(positive: {column: amount, range: {min: 0}, on_fail: quarantine})\nSELECT order_id, customer_id, CAST(amount AS DECIMAL(12, 2)) AS amount, ordered_at\nFROM bronze.crm_orders\n"},
                {"models/gold/revenue_by_city.sql",
                    "-- @gold\nSELECT coalesce(c.city, 'unknown') AS city, count(*) AS orders, sum(o.amount) AS revenue\nFROM silver.orders AS o\nLEFT JOIN silver.customers AS c ON c.customer_id = o.customer_id AND c.is_current\nGROUP BY ALL\nORDER BY city\n"}}},
        {"empty",
            {{"ingot.yml",
                 "config_version: 1\nname: project\ndefault_target: dev\ntargets:\n  dev: {engine: duckdb, warehouse: ./warehouse}\n"},
                {".gitignore", ignore}}},
    };
    return all;
}

}  // namespace

Result<std::vector<std::string>> write_template(
    const std::string& folder, const std::string& name) {
    namespace fs = std::filesystem;
    std::vector<std::string> names;
    const Template* chosen = nullptr;
    for (const auto& candidate : templates()) {
        names.emplace_back(candidate.name);
        if (candidate.name == name) chosen = &candidate;
    }
    if (!chosen) return fail("USE101", "no template '" + name + "'" + did_you_mean(name, names));
    for (const auto& file : chosen->files)
        if (file.path != ".gitignore" && fs::exists(fs::path(folder) / file.path))
            return fail("STG001", (fs::path(folder) / file.path).string() +
                                      " exists already; init writes over nothing");
    std::vector<std::string> written;
    for (const auto& file : chosen->files) {
        const auto path = fs::path(folder) / file.path;
        if (fs::exists(path)) continue;
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        std::ofstream out(path);
        out << file.text;
        if (!out.flush()) return fail("STG001", "cannot write " + path.string());
        written.push_back(path.string());
    }
    // What the modelines in the files point editors at.
    for (const auto& kind : file_kinds()) {
        const auto path = fs::path(folder) / "target/schema" / (kind + ".json");
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        std::ofstream(path) << file_schema(kind) << "\n";
    }
    return written;
}

}  // namespace ingot::api
