#pragma once
// How a standing table is stored.
#include <array>
#include <span>

#include "config/describe.h"

namespace ingot {

enum class TableKind { delta, parquet, csv, engine };
inline constexpr std::array table_choices{config::Choice{"delta", 0}, config::Choice{"parquet", 1},
    config::Choice{"csv", 2}, config::Choice{"engine", 3}};
constexpr std::span<const config::Choice> choices(config::Of<TableKind>) { return table_choices; }

}  // namespace ingot
