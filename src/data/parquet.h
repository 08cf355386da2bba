#pragma once
// What all writers of Parquet tell the engine.
#include <cstdint>

namespace ingot {

// The engine lays out a dictionary for each column of a row group before it sees a row, by default for a fifth of as many
// values as the group has rows, and looks each value up until it is full. A value that comes less than fifteen times is not
// worth that: a fifth of the CPU of a COPY of a million rows, and forty megabytes of twelve columns. Among few rows fewer are.
inline constexpr std::int64_t parquet_dictionary_values = 8192;
inline constexpr std::int64_t parquet_dictionary_values_of_few_rows = 2048;

}  // namespace ingot
