#include "platform/engine/duckdb/kept_rows.h"

#include <atomic>
#include <map>
#include <utility>

#include "duckdb/function/table_function.hpp"
#include "duckdb/main/client_context_state.hpp"
#include "duckdb/main/extension/extension_loader.hpp"

namespace ingot::engine {

namespace {

using duckdb::ClientContext;
using duckdb::DataChunk;
using duckdb::idx_t;

constexpr const char* state_name = "ingot_kept_rows";
constexpr idx_t number_of_row = duckdb::DConstants::INVALID_INDEX;
// As many chunks as a row group of a table has: what one thread takes at a time.
constexpr idx_t chunks_at_once = 60;

struct Chunk {
    idx_t segment, chunk, first_row;
};

struct Kept {
    Kept(duckdb::vector<std::string> all_names, duckdb::unique_ptr<duckdb::ColumnDataCollection> of)
        : names(std::move(all_names)), types(of->Types()), rows(std::move(of)) {
        if (names.size() > types.size()) types.push_back(duckdb::LogicalType::BIGINT);
        duckdb::ColumnDataScanState scan;
        rows->InitializeScan(scan);
        Chunk next{};
        while (rows->NextScanIndex(scan, next.chunk, next.segment, next.first_row))
            chunks.push_back(next);
    }

    duckdb::vector<std::string> names;  // the number's last, if it has one
    duckdb::vector<duckdb::LogicalType> types;
    duckdb::unique_ptr<duckdb::ColumnDataCollection> rows;
    std::vector<Chunk> chunks;
};

struct SessionsRows final : duckdb::ClientContextState {
    std::map<std::string, std::shared_ptr<const Kept>, std::less<>> by_key;
};

struct Bound final : duckdb::TableFunctionData {
    std::shared_ptr<const Kept> kept;
};

struct Scan final : duckdb::GlobalTableFunctionState {
    Scan(std::shared_ptr<const Kept> of, const duckdb::vector<duckdb::column_t>& columns)
        : kept(std::move(of)) {
        duckdb::vector<duckdb::column_t> stored;
        const auto width = kept->rows->ColumnCount();
        for (const auto column : columns) {
            // Columns beyond the rows' own: their number, and what the engine asks for when it only counts.
            from.push_back(column < width ? stored.size() : number_of_row);
            if (column < width) stored.push_back(column);
        }
        if (stored.empty()) stored.push_back(0);
        kept->rows->InitializeScan(state, std::move(stored));
    }
    idx_t MaxThreads() const override { return kept->chunks.size() / chunks_at_once + 1; }

    std::shared_ptr<const Kept> kept;
    std::vector<idx_t> from;
    duckdb::ColumnDataParallelScanState state;
    std::atomic<idx_t> next = 0;
};

struct ThreadsScan final : duckdb::LocalTableFunctionState {
    duckdb::ColumnDataLocalScanState state;
    DataChunk chunk;
    idx_t at = 0, end = 0, batch = 0;
};

duckdb::unique_ptr<duckdb::FunctionData> bind(ClientContext& context,
    duckdb::TableFunctionBindInput& input, duckdb::vector<duckdb::LogicalType>& types,
    duckdb::vector<std::string>& names) {
    const auto key = input.inputs.at(0).GetValue<std::string>();
    const auto state = context.registered_state->GetOrCreate<SessionsRows>(state_name);
    const auto it = state->by_key.find(key);
    if (it == state->by_key.end())
        throw duckdb::BinderException("this session keeps no rows named %s", key);
    auto bound = duckdb::make_uniq<Bound>();
    bound->kept = it->second;
    types = it->second->types;
    names = it->second->names;
    return bound;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> begin(
    ClientContext&, duckdb::TableFunctionInitInput& input) {
    return duckdb::make_uniq<Scan>(input.bind_data->Cast<Bound>().kept, input.column_ids);
}

duckdb::unique_ptr<duckdb::LocalTableFunctionState> begin_thread(duckdb::ExecutionContext&,
    duckdb::TableFunctionInitInput&, duckdb::GlobalTableFunctionState* global) {
    auto local = duckdb::make_uniq<ThreadsScan>();
    auto& scan = global->Cast<Scan>();
    scan.kept->rows->InitializeScanChunk(scan.state.scan_state, local->chunk);
    return local;
}

bool take_more(Scan& scan, ThreadsScan& mine) {
    if (mine.at < mine.end) return true;
    mine.at = scan.next.fetch_add(chunks_at_once);
    mine.end = std::min(mine.at + chunks_at_once, idx_t{scan.kept->chunks.size()});
    mine.batch = mine.at / chunks_at_once;
    return mine.at < mine.end;
}

void next_chunk(ClientContext&, duckdb::TableFunctionInput& input, DataChunk& output) {
    auto& scan = input.global_state->Cast<Scan>();
    auto& mine = input.local_state->Cast<ThreadsScan>();
    if (!take_more(scan, mine)) return;
    const auto& next = scan.kept->chunks[mine.at++];
    mine.chunk.Reset();
    scan.kept->rows->ScanAtIndex(
        scan.state, mine.state, mine.chunk, next.chunk, next.segment, next.first_row);
    for (idx_t i = 0; i < scan.from.size(); ++i) {
        if (scan.from[i] == number_of_row)
            output.data[i].Sequence(static_cast<int64_t>(next.first_row), 1, mine.chunk.size());
        else
            output.data[i].Reference(mine.chunk.data[scan.from[i]]);
    }
    output.SetCardinality(mine.chunk.size());
}

duckdb::unique_ptr<duckdb::NodeStatistics> how_many(
    ClientContext&, const duckdb::FunctionData* data) {
    const auto rows = data->Cast<Bound>().kept->rows->Count();
    return duckdb::make_uniq<duckdb::NodeStatistics>(rows, rows);
}

duckdb::OperatorPartitionData batch_of(
    ClientContext&, duckdb::TableFunctionGetPartitionInput& input) {
    return duckdb::OperatorPartitionData(input.local_state->Cast<ThreadsScan>().batch);
}

}  // namespace

void register_kept_rows(duckdb::DatabaseInstance& database) {
    duckdb::TableFunction function(
        "_ingot_kept", {duckdb::LogicalType::VARCHAR}, next_chunk, bind, begin, begin_thread);
    function.projection_pushdown = true;
    function.cardinality = how_many;
    function.get_partition_data = batch_of;
    duckdb::ExtensionLoader(database, "ingot").RegisterFunction(std::move(function));
}

void keep_rows(ClientContext& context, const std::string& key,
    const duckdb::vector<std::string>& names, const std::string& number,
    duckdb::unique_ptr<duckdb::ColumnDataCollection> rows) {
    auto all = names;
    if (!number.empty()) all.push_back(number);
    context.registered_state->GetOrCreate<SessionsRows>(state_name)
        ->by_key.insert_or_assign(
            key, std::make_shared<const Kept>(std::move(all), std::move(rows)));
}

}  // namespace ingot::engine
