#pragma once
// Silver of one slice as SQL: statements that prepare, and one SELECT for each artifact. What the runner has to provide
// is a relation `incoming` with the slice's columns and _ingot_arrival, their order of arrival.
#include <string>
#include <string_view>
#include <vector>

#include "data/columns.h"
#include "medallion/slice/entity.h"
#include "medallion/slice/spec.h"
#include "sql/dialect.h"

namespace ingot::slice {

inline constexpr std::string_view incoming = "incoming";

struct Artifact {
    std::string name;
    sql::Fragment select;
};

struct Promotion {
    std::vector<sql::Fragment> before{};  // in this order, in the session that runs the selects
    std::vector<Artifact> artifacts{};
    std::vector<std::string> warnings{};
};

// Keys and order as columns of the slice are called.
struct RowOrder {
    std::vector<std::string> keys{};
    std::optional<std::string> order{};
};

// The slice as the models see it: renamed, ordered, normalised. Reads the relation `bronze`, which has _ingot_arrival.
struct ShapedRows {
    sql::Fragment select;  // with _ingot_arrival
    Columns columns;
    RowOrder by;  // primary_keys and order_column by their new names
    std::vector<std::string> warnings{};
};
// CFG108 when two columns would have one name.
Result<ShapedRows> shape_rows(const RowSilver& silver, const Columns& bronze);

// An artifact's file name by its role in the model.
struct OutputNames {
    std::string full = "full_snapshot";
    std::string cdc = "cdc_changes";
    std::string history = "history";
    std::string current = "current";
};
OutputNames output_names(const RowSilver& silver);

// Keys that the slice lacks are a warning, and then every row is kept; an order that it lacks is PRJ106.
Result<Promotion> promote_rows(
    Model model, const RowOrder& by, const OutputNames& names, const Columns& columns);

struct EntityContext {
    std::string dataset;  // system.entity, for messages
    std::string load_batch_id;
    std::string record_source;
    std::string run_date;  // YYYY-MM-DD
    std::string environment;
    std::string domain;
    std::string entity;
    std::string bronze_owner;
    std::string silver_owner;
};

// How a time column of the slice becomes a time: by its type, and whether its text names zones.
struct TimeColumn {
    std::string name;
    std::string type;
    bool zoned = false;
};
// Columns whose text has to be looked at before their TimeColumn is known. PRJ106 when one is missing.
Result<std::vector<std::string>> time_columns(const EntitySilver& silver, const Columns& columns);
// One row: whether any value of the text column names a zone.
sql::Fragment any_zone(std::string_view column);

struct EntityPromotion : Promotion {
    std::vector<std::string> partition_columns{};
    sql::Fragment changed_keys{};  // one row: how many keys the slice has
    sql::Fragment without_key{};   // the rows of `incoming` that no artifact shows; empty: none
};

// QUAL104 for columns that the schema does not allow, PRJ106 for those that are missing.
Result<EntityPromotion> promote_entity(const EntitySilver& silver, const EntityContext& context,
    const std::vector<TimeColumn>& times, const Columns& columns);

}  // namespace ingot::slice
