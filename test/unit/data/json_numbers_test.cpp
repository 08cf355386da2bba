#include "data/json_numbers.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace ingot::json {
namespace {

std::string type_of(std::initializer_list<const char*> numbers) {
    Numbers all;
    for (const auto* number : numbers) all.look_at(number);
    return all.type();
}

TEST(JsonNumbers, TypesChangeNoValue) {
    EXPECT_EQ(type_of({"0", "-1", "9223372036854775807", "-9223372036854775808"}), "BIGINT");
    EXPECT_EQ(type_of({"9223372036854775808"}), "VARCHAR");  // it is one, but prints as another
    EXPECT_EQ(type_of({"9223372036854775809"}), "VARCHAR");
    EXPECT_EQ(type_of({"-0"}), "DOUBLE");
    EXPECT_EQ(type_of({"1", "1.50", "-2.5e-3", "1E5", "0.1"}), "DOUBLE");
    EXPECT_EQ(type_of({"0.30000000000000004"}), "DOUBLE");
    EXPECT_EQ(type_of({"0.3000000000000000400"}), "DOUBLE");
    EXPECT_EQ(type_of({"0.1234567890123456789"}), "DECIMAL(38,19)");
    EXPECT_EQ(type_of({"123456789012345.67", "1.00"}), "DOUBLE");
    EXPECT_EQ(type_of({"12345678901234567.89", "1.00"}), "DECIMAL(38,2)");
    EXPECT_EQ(type_of({"12345678901234567.89", "1.0"}), "VARCHAR");
    EXPECT_EQ(type_of({"12345678901234567.89", "1"}), "VARCHAR");
    EXPECT_EQ(type_of({"12345678901234567.89", "-0.00"}), "VARCHAR");
    EXPECT_EQ(type_of({"1e999"}), "VARCHAR");
    EXPECT_EQ(type_of({"1e-999"}), "VARCHAR");
    EXPECT_EQ(type_of({"1e300", "0e5"}), "DOUBLE");
    EXPECT_EQ(type_of({"123456789012345678901234567890"}), "VARCHAR");
}

}  // namespace
}  // namespace ingot::json
