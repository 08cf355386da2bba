#pragma once
// The messages of PostgreSQL's logical replication stream (plugin pgoutput, protocol version 1).
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "platform/connector/database/pq.h"

namespace ingot::connector::pgoutput {

struct Begin {
    LogPlace commit;            // where the transaction's commit stands
    std::int64_t committed_us;  // since 2000-01-01
};
struct Commit {
    LogPlace end;  // behind the transaction
};
struct RelationColumn {
    bool is_key;
    std::string name;
    std::uint32_t type;
    std::int32_t modifier;
    bool operator==(const RelationColumn&) const = default;
};
// How the rows that follow look; sent before the first of them and whenever it has changed.
struct Relation {
    std::uint32_t id;
    char identity;
    std::vector<RelationColumn> columns;
};
struct Cell {
    enum class Kind { null, unchanged, text } kind = Kind::null;
    std::string text{};
};
using Tuple = std::vector<Cell>;
struct Insert {
    std::uint32_t relation;
    Tuple row;
};
struct Update {
    std::uint32_t relation;
    std::optional<Tuple>
        before;  // its key where that changed, or all of it, as the table's identity is
    Tuple row;
};
struct Delete {
    std::uint32_t relation;
    Tuple before;
};
struct Truncate {
    std::vector<std::uint32_t> relations;
};
struct Other {};

using Message = std::variant<Begin, Commit, Relation, Insert, Update, Delete, Truncate, Other>;

// EXT001 when the message ends before it should.
Result<Message> read(std::string_view message);

// Big-endian numbers, as the protocol has them.
std::uint64_t number(std::string_view bytes);
std::string bytes(std::uint64_t number);

}  // namespace ingot::connector::pgoutput
