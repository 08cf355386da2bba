#pragma once
// Views that are made without looking at what they select.
#include "data/columns.h"

namespace duckdb {
class ClientContext;
class SQLStatement;
}  // namespace duckdb

namespace ingot::engine {

// Makes the view if the statement is CREATE VIEW and its database lies in memory. Nothing is bound, which is nine tenths of
// the work; what is wrong with the SELECT is told where the view is used. False for all other statements, which are to run
// as they are: also for a view on disk, because other versions of the engine refuse one that does not say its types.
bool make_view_unbound(duckdb::ClientContext& context, duckdb::SQLStatement& statement);

// Makes the view that CREATE VIEW asks for, in any database, with these columns. False for other statements.
bool make_view_of_columns(
    duckdb::ClientContext& context, duckdb::SQLStatement& statement, const Columns& columns);

}  // namespace ingot::engine
