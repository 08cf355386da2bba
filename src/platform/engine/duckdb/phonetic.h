#pragma once
// What names sound like, by the rules of Apache Commons Codec.

namespace duckdb {
class DatabaseInstance;
}

namespace ingot::engine {

// Registers soundex, metaphone, nysiis, match_rating and cologne_phonetic of a text, double_metaphone, which gives one or
// two codes, and match_rating_alike of two texts. A text without letters sounds like nothing: NULL. The library of rules
// is opened by the first call.
void register_phonetic(duckdb::DatabaseInstance& database);

}  // namespace ingot::engine
