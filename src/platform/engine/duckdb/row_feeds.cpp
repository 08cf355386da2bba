#include "platform/engine/duckdb/row_feeds.h"

#include <atomic>
#include <map>
#include <mutex>
#include <utility>

#include "duckdb/execution/partition_info.hpp"
#include "duckdb/function/table_function.hpp"
#include "duckdb/main/extension/extension_loader.hpp"
#include "platform/engine/duckdb/errors.h"
#include "sql/dialect.h"

namespace ingot::engine {

namespace {

constexpr auto function_name = "ingot_rows";

// Feeds by the number that stands in the SQL.
class Offers {
public:
    std::int64_t add(const std::shared_ptr<const RowFeed>& feed) {
        const std::lock_guard lock(mutex_);
        std::erase_if(feeds_, [](const auto& entry) { return entry.second.expired(); });
        feeds_[++last_] = feed;
        return last_;
    }
    std::shared_ptr<const RowFeed> find(std::int64_t number) {
        const std::lock_guard lock(mutex_);
        const auto it = feeds_.find(number);
        return it == feeds_.end() ? nullptr : it->second.lock();
    }

private:
    std::mutex mutex_;
    std::map<std::int64_t, std::weak_ptr<const RowFeed>> feeds_;
    std::int64_t last_ = 0;
};

Offers& offers() {
    static Offers all;
    return all;
}

struct Bound final : duckdb::TableFunctionData {
    std::shared_ptr<const RowFeed> feed;
};

struct Passage final : duckdb::GlobalTableFunctionState {
    std::unique_ptr<RowFeed::Reading> reading;
    std::vector<duckdb::column_t> columns;
    duckdb::idx_t MaxThreads() const override { return reading->most_threads(); }
};

struct Share final : duckdb::LocalTableFunctionState {
    std::unique_ptr<RowFeed::Piece> piece;
    std::size_t number = 0;
    RowChunk chunk;
};

duckdb::LogicalType type_of(const std::string& name) {
    if (name == "BIGINT") return duckdb::LogicalType::BIGINT;
    if (name == "DOUBLE") return duckdb::LogicalType::DOUBLE;
    if (name == "BOOLEAN") return duckdb::LogicalType::BOOLEAN;
    return duckdb::LogicalType::VARCHAR;
}

duckdb::unique_ptr<duckdb::FunctionData> bind(duckdb::ClientContext&,
    duckdb::TableFunctionBindInput& input, duckdb::vector<duckdb::LogicalType>& types,
    duckdb::vector<std::string>& names) {
    auto bound = duckdb::make_uniq<Bound>();
    bound->feed = offers().find(input.inputs[0].GetValue<std::int64_t>());
    if (!bound->feed)
        throw_error({"ENG101", "ingot_rows() is the program's own; there are no such rows"});
    for (const auto& column : bound->feed->columns()) {
        names.push_back(column.name);
        types.push_back(type_of(column.type));
    }
    return bound;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> begin(
    duckdb::ClientContext&, duckdb::TableFunctionInitInput& input) {
    auto passage = duckdb::make_uniq<Passage>();
    passage->columns = input.column_ids;
    std::vector<std::size_t> wanted;
    for (const auto id : input.column_ids)
        if (!duckdb::IsVirtualColumn(id)) wanted.push_back(id);
    passage->reading = input.bind_data->Cast<Bound>().feed->read(std::move(wanted));
    return passage;
}

duckdb::unique_ptr<duckdb::LocalTableFunctionState> join(
    duckdb::ExecutionContext&, duckdb::TableFunctionInitInput&, duckdb::GlobalTableFunctionState*) {
    return duckdb::make_uniq<Share>();
}

template <class T, class From>
void copy_values(
    duckdb::Vector& vector, const RowChunk::Column& column, const From& from, std::size_t rows) {
    auto* values = duckdb::FlatVector::GetData<T>(vector);
    auto& validity = duckdb::FlatVector::Validity(vector);
    for (std::size_t i = 0; i < rows; ++i)
        if (column.is_there[i] != 0)
            values[i] = from(i);
        else
            validity.SetInvalid(i);
}

void copy_column(duckdb::Vector& vector, const RowChunk::Column& column, std::size_t rows) {
    using enum duckdb::LogicalTypeId;
    switch (vector.GetType().id()) {
        case BIGINT:
            return copy_values<std::int64_t>(
                vector, column, [&](auto i) { return column.integers[i]; }, rows);
        case BOOLEAN:
            return copy_values<bool>(
                vector, column, [&](auto i) { return column.integers[i] != 0; }, rows);
        case DOUBLE:
            return copy_values<double>(
                vector, column, [&](auto i) { return column.numbers[i]; }, rows);
        default:
            return copy_values<duckdb::string_t>(
                vector, column,
                [&](auto i) {
                    const auto text = column.texts[i];
                    return duckdb::StringVector::AddString(vector, text.data(), text.size());
                },
                rows);
    }
}

void read_chunk(duckdb::ClientContext&, duckdb::TableFunctionInput& input, duckdb::DataChunk& out) {
    auto& passage = input.global_state->Cast<Passage>();
    auto& share = input.local_state->Cast<Share>();
    for (;;) {
        if (!share.piece) {
            auto piece = passage.reading->next();
            if (!piece) throw_error(piece.error());
            if (!*piece) return out.SetCardinality(0);
            share.piece = std::move(*piece);
            share.number = share.piece->number();
        }
        if (const auto filled = share.piece->fill(share.chunk, STANDARD_VECTOR_SIZE); !filled)
            throw_error(filled.error());
        if (share.chunk.rows > 0) break;
        share.piece.reset();
    }
    std::size_t next = 0;
    for (std::size_t i = 0; i < out.ColumnCount(); ++i)
        if (!duckdb::IsVirtualColumn(passage.columns[i]))
            copy_column(out.data[i], share.chunk.columns[next++], share.chunk.rows);
    out.SetCardinality(share.chunk.rows);
}

duckdb::OperatorPartitionData partition(
    duckdb::ClientContext&, duckdb::TableFunctionGetPartitionInput& input) {
    return duckdb::OperatorPartitionData(input.local_state->Cast<Share>().number);
}

}  // namespace

void register_row_feeds(duckdb::DatabaseInstance& database) {
    duckdb::TableFunction function(
        function_name, {duckdb::LogicalType::BIGINT}, read_chunk, bind, begin, join);
    function.projection_pushdown = true;
    function.get_partition_data = partition;
    duckdb::ExtensionLoader(database, "ingot").RegisterFunction(std::move(function));
}

sql::Fragment relation_of(const std::shared_ptr<const RowFeed>& feed) {
    return sql::Fragment::of("ingot_rows(") + sql::duckdb().integer(offers().add(feed)) +
           sql::Fragment::of(")");
}

}  // namespace ingot::engine
