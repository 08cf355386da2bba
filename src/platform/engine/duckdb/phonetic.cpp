#include "platform/engine/duckdb/phonetic.h"

#include <array>
#include <cstdint>
#include <string>

#include "duckdb/common/vector_operations/binary_executor.hpp"
#include "duckdb/common/vector_operations/unary_executor.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/main/extension/extension_loader.hpp"
#include "platform/engine/duckdb/library_beside.h"

namespace ingot::engine {

namespace {

// rust/phonetic: writes at most 256 bytes and gives their number; 0: no sound.
using Code = std::size_t (*)(std::uint32_t kind, const char* name, std::size_t size, char* into);
using MatchRating = std::uint32_t (*)(
    const char* left, std::size_t left_size, const char* right, std::size_t right_size);

// The crate's numbers.
enum class Sound : std::uint32_t {
    soundex,
    metaphone,
    double_metaphone,
    alternate,
    nysiis,
    match_rating,
    cologne
};

struct Library {
    Code code = nullptr;
    MatchRating match_rating = nullptr;
};

Library open_library() {
    const LibraryBeside library("libingot_phonetic.so", "the sound of names");
    return {library.function<Code>("ingot_phonetic_code"),
        library.function<MatchRating>("ingot_phonetic_match_rating")};
}

const Library& library() {
    static const Library opened = open_library();
    return opened;
}

using Room = std::array<char, 256>;

template <Sound sound>
void code_of(duckdb::DataChunk& input, duckdb::ExpressionState&, duckdb::Vector& result) {
    const auto code = library().code;
    duckdb::UnaryExecutor::ExecuteWithNulls<duckdb::string_t, duckdb::string_t>(input.data[0],
        result, input.size(),
        [&](duckdb::string_t name, duckdb::ValidityMask& mask, duckdb::idx_t row) {
            Room room{};
            const auto size = code(
                static_cast<std::uint32_t>(sound), name.GetData(), name.GetSize(), room.data());
            if (size == 0) {
                mask.SetInvalid(row);
                return duckdb::string_t{};
            }
            return duckdb::StringVector::AddString(result, room.data(), size);
        });
}

// The likely sound and, where there is one, the other: a list of one or two.
void double_metaphone(duckdb::DataChunk& input, duckdb::ExpressionState&, duckdb::Vector& result) {
    const auto code = library().code;
    const auto of = [&](Sound sound, const std::string& name) {
        Room room{};
        const auto size =
            code(static_cast<std::uint32_t>(sound), name.data(), name.size(), room.data());
        return std::string(room.data(), size);
    };
    for (duckdb::idx_t row = 0; row < input.size(); ++row) {
        const auto value = input.data[0].GetValue(row);
        const auto name = value.IsNull() ? std::string() : duckdb::StringValue::Get(value);
        const auto first = of(Sound::double_metaphone, name);
        const auto second = of(Sound::alternate, name);
        duckdb::vector<duckdb::Value> codes;
        if (!first.empty()) codes.emplace_back(first);
        if (!second.empty() && second != first) codes.emplace_back(second);
        const auto& text = duckdb::LogicalType::VARCHAR;
        result.SetValue(row, codes.empty() ? duckdb::Value(duckdb::LogicalType::LIST(text))
                                           : duckdb::Value::LIST(text, std::move(codes)));
    }
    if (input.AllConstant()) result.SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
}

void match_rating_alike(
    duckdb::DataChunk& input, duckdb::ExpressionState&, duckdb::Vector& result) {
    const auto alike = library().match_rating;
    duckdb::BinaryExecutor::Execute<duckdb::string_t, duckdb::string_t, bool>(input.data[0],
        input.data[1], result, input.size(), [&](duckdb::string_t left, duckdb::string_t right) {
            return alike(left.GetData(), left.GetSize(), right.GetData(), right.GetSize()) != 0;
        });
}

}  // namespace

void register_phonetic(duckdb::DatabaseInstance& database) {
    const auto& text = duckdb::LogicalType::VARCHAR;
    duckdb::ExtensionLoader loader(database, "ingot");
    const auto add = [&](const char* name, duckdb::scalar_function_t function) {
        loader.RegisterFunction(duckdb::ScalarFunction(name, {text}, text, std::move(function)));
    };
    add("soundex", code_of<Sound::soundex>);
    add("metaphone", code_of<Sound::metaphone>);
    add("nysiis", code_of<Sound::nysiis>);
    add("match_rating", code_of<Sound::match_rating>);
    add("cologne_phonetic", code_of<Sound::cologne>);
    loader.RegisterFunction(duckdb::ScalarFunction(
        "double_metaphone", {text}, duckdb::LogicalType::LIST(text), double_metaphone));
    loader.RegisterFunction(duckdb::ScalarFunction(
        "match_rating_alike", {text, text}, duckdb::LogicalType::BOOLEAN, match_rating_alike));
}

}  // namespace ingot::engine
