#pragma once
// Telephone numbers by libphonenumber's rules.

namespace duckdb {
class DatabaseInstance;
}

namespace ingot::engine {

// Registers ingot_phone(text, region): the number in E.164 form, NULL for what is none. The region, two letters or '',
// is that of numbers that do not say theirs. The library of rules is opened by the first call.
void register_phone_numbers(duckdb::DatabaseInstance& database);

}  // namespace ingot::engine
