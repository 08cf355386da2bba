#include "platform/engine/duckdb/unbound_views.h"

#include "duckdb/catalog/catalog.hpp"
#include "duckdb/catalog/catalog_entry/schema_catalog_entry.hpp"
#include "duckdb/main/client_context.hpp"
#include "duckdb/parser/parsed_data/create_view_info.hpp"
#include "duckdb/parser/statement/create_statement.hpp"
#include "duckdb/planner/binder.hpp"
#include "duckdb/transaction/meta_transaction.hpp"

namespace ingot::engine {

bool make_view_unbound(duckdb::ClientContext& context, duckdb::SQLStatement& statement) {
    if (statement.type != duckdb::StatementType::CREATE_STATEMENT) return false;
    auto& info = *statement.Cast<duckdb::CreateStatement>().info;
    if (info.type != duckdb::CatalogType::VIEW_ENTRY) return false;
    auto& view = info.Cast<duckdb::CreateViewInfo>();
    if (!view.aliases.empty()) return false;
    bool made = false;
    context.RunFunctionInTransaction([&] {
        auto& catalog =
            duckdb::Binder::CreateBinder(context)->BindSchema(view).ParentCatalog();
        if (!catalog.InMemory()) return;
        duckdb::MetaTransaction::Get(context).ModifyDatabase(
            catalog.GetAttached(), duckdb::DatabaseModificationType::CREATE_CATALOG_ENTRY);
        catalog.CreateView(context, view);
        made = true;
    });
    return made;
}

}  // namespace ingot::engine
