#include "platform/engine/duckdb/unbound_views.h"

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/catalog/catalog_entry/schema_catalog_entry.hpp"
#include "duckdb/main/client_context.hpp"
#include "duckdb/parser/parsed_data/create_view_info.hpp"
#include "duckdb/parser/statement/create_statement.hpp"
#include "duckdb/planner/binder.hpp"
#include "duckdb/transaction/meta_transaction.hpp"

namespace ingot::engine {

namespace {

duckdb::CreateViewInfo* view_in(duckdb::SQLStatement& statement) {
    if (statement.type != duckdb::StatementType::CREATE_STATEMENT) return nullptr;
    auto& info = *statement.Cast<duckdb::CreateStatement>().info;
    if (info.type != duckdb::CatalogType::VIEW_ENTRY) return nullptr;
    auto& view = info.Cast<duckdb::CreateViewInfo>();
    return view.aliases.empty() ? &view : nullptr;
}

// In a transaction.
void make(duckdb::ClientContext& context, duckdb::Catalog& catalog, duckdb::CreateViewInfo& view) {
    duckdb::MetaTransaction::Get(context).ModifyDatabase(
        catalog.GetAttached(), duckdb::DatabaseModificationType::CREATE_CATALOG_ENTRY);
    catalog.CreateView(context, view);
}

duckdb::Catalog& catalog_of(duckdb::ClientContext& context, duckdb::CreateViewInfo& view) {
    return duckdb::Binder::CreateBinder(context)->BindSchema(view).ParentCatalog();
}

}  // namespace

bool make_view_unbound(duckdb::ClientContext& context, duckdb::SQLStatement& statement) {
    auto* view = view_in(statement);
    if (!view) return false;
    bool made = false;
    context.RunFunctionInTransaction([&] {
        auto& catalog = catalog_of(context, *view);
        if (!catalog.InMemory()) return;
        make(context, catalog, *view);
        made = true;
    });
    return made;
}

bool make_view_of_columns(
    duckdb::ClientContext& context, duckdb::SQLStatement& statement, const Columns& columns) {
    auto* view = view_in(statement);
    if (!view) return false;
    context.RunFunctionInTransaction([&] {
        for (const auto& column : columns) {
            view->names.push_back(column.name);
            view->types.push_back(duckdb::TransformStringToLogicalType(column.type, context));
        }
        make(context, catalog_of(context, *view), *view);
    });
    return true;
}

}  // namespace ingot::engine
