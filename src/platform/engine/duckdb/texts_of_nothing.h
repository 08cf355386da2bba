#pragma once
// ingot_unless_one_of(text, ['NA', …]): the text, or NULL where it is one of the constant list, whose texts are short.

namespace duckdb {
class DatabaseInstance;
}

namespace ingot::engine {

void register_texts_of_nothing(duckdb::DatabaseInstance& database);

}  // namespace ingot::engine
