#pragma once
// Which rows of a file are gone though they still stand in it, as Delta tells it: a set of rows, kept in a file of such sets or
// in the log itself.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/table/row_set.h"

namespace ingot::table {

struct DeletionVector {
    std::string storage;  // "u": a file named by a UUID; "p": by its path; "i": the set itself
    std::string where;    // as `storage` says
    std::optional<std::int64_t> offset;  // in the file
    std::int64_t size = 0;               // of the set's bytes
    std::int64_t rows = 0;               // how many the set holds
};

// Tells the vectors of a file apart.
std::string unique_id(const DeletionVector& vector);
// The file it is in, relative to the table's folder, or for "p" as it stands there; empty for "i".
Result<std::string> place_of(const DeletionVector& vector);

// A vector in a file takes its size, its bytes and a checksum.
constexpr std::int64_t bytes_around = 8;
// What a file of vectors begins with.
constexpr std::string_view begin_of_vectors("\x01", 1);
std::string framed(std::string_view set);
// `bytes` as they stand in the file from the vector's offset on; STG103 when they are not as framed() gives them.
Result<RowSet> unframed(std::string_view bytes, std::int64_t size);

// Of one that is kept in the log.
Result<RowSet> parse_inline(const DeletionVector& vector);

// "deletion_vector_<uuid>.bin", and the same UUID as a log names it. `seed` never comes twice.
struct VectorFile {
    std::string path;
    std::string where;
};
VectorFile fresh_vector_file(std::string_view seed);

// Z85, padded with zeros to whole groups.
std::string z85(std::string_view bytes);
Result<std::string> from_z85(std::string_view text);

}  // namespace ingot::table
