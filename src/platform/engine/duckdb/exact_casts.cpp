#include "platform/engine/duckdb/exact_casts.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "duckdb/common/exception.hpp"
#include "duckdb/common/limits.hpp"
#include "duckdb/common/types/date.hpp"
#include "duckdb/common/types/time.hpp"
#include "duckdb/common/types/timestamp.hpp"
#include "duckdb/common/vector_operations/unary_executor.hpp"
#include "duckdb/execution/expression_executor.hpp"
#include "duckdb/execution/expression_executor_state.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/main/extension/extension_loader.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"

namespace ingot::engine {

namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::string_t;
using duckdb::Value;

enum class Strictness { whole, canonical, canonical_or_null };

struct CastPlan final : duckdb::FunctionData {
    CastPlan(LogicalType to, std::string message) : type(std::move(to)), stop(std::move(message)) {}
    duckdb::unique_ptr<FunctionData> Copy() const override {
        return duckdb::make_uniq<CastPlan>(type, stop);
    }
    bool Equals(const FunctionData& other) const override {
        const auto& that = other.Cast<CastPlan>();
        return type == that.type && stop == that.stop;
    }
    LogicalType type;
    std::string stop;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The usual spellings, read in one pass: what they hold is exact and prints as it came. Nothing for any other text, which
// may be well all the same; the engine's own cast decides then.
std::optional<std::int64_t> digits_of(std::string_view text) {
    if (text.empty() || text.size() > 18) return std::nullopt;
    std::int64_t value = 0;
    for (const char c : text) {
        if (!is_digit(c)) return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

bool has_leading_zero(std::string_view digits) { return digits.size() > 1 && digits[0] == '0'; }

std::optional<std::int64_t> plain_integer(std::string_view text) {
    const bool is_negative = text.starts_with('-');
    const auto digits = text.substr(is_negative);
    if (has_leading_zero(digits)) return std::nullopt;
    const auto value = digits_of(digits);
    if (!value || (is_negative && *value == 0)) return std::nullopt;
    return is_negative ? -*value : *value;
}

// As a whole number of units of the last place.
std::optional<std::int64_t> plain_decimal(
    std::string_view text, unsigned width, unsigned scale, Strictness strictness) {
    const bool is_negative = text.starts_with('-');
    const auto number = text.substr(is_negative);
    const auto point = std::min(number.find('.'), number.size());
    const auto whole = number.substr(0, point);
    const auto fraction = number.substr(std::min(point + 1, number.size()));
    const bool ends_well =
        strictness == Strictness::whole ? fraction.size() <= scale : fraction.size() == scale;
    if (!ends_well || whole.empty() || has_leading_zero(whole) || whole.size() > width - scale ||
        width > 18 || (point < number.size()) != !fraction.empty())
        return std::nullopt;
    const auto before = digits_of(whole);
    const auto after = fraction.empty() ? 0 : digits_of(fraction);
    if (!before || !after) return std::nullopt;
    auto value = *before;
    for (unsigned i = 0; i < scale; ++i) value *= 10;
    auto rest = *after;
    for (auto i = fraction.size(); i < scale; ++i) rest *= 10;
    value += rest;
    if (is_negative && value == 0) return std::nullopt;
    return is_negative ? -value : value;
}

std::optional<int> two_digits(std::string_view text, std::size_t at) {
    if (!is_digit(text[at]) || !is_digit(text[at + 1])) return std::nullopt;
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

// 2026-01-31
std::optional<duckdb::date_t> plain_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto century = two_digits(text, 0), year = two_digits(text, 2);
    const auto month = two_digits(text, 5), day = two_digits(text, 8);
    if (!century || !year || !month || !day || *century + *year == 0) return std::nullopt;
    duckdb::date_t date;
    if (!duckdb::Date::TryFromDate(*century * 100 + *year, *month, *day, date)) return std::nullopt;
    return date;
}

// 23:59:59, in microseconds
std::optional<duckdb::dtime_t> plain_time(std::string_view text) {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
    const auto hour = two_digits(text, 0), minute = two_digits(text, 3),
               second = two_digits(text, 6);
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59)
        return std::nullopt;
    return duckdb::dtime_t(((*hour * 60LL + *minute) * 60 + *second) * 1'000'000);
}

// 2026-01-31 23:59:59, or with a fraction that does not end in 0
std::optional<duckdb::timestamp_t> plain_timestamp(std::string_view text) {
    if (text.size() < 19 || text[10] != ' ') return std::nullopt;
    const auto date = plain_date(text.substr(0, 10));
    const auto time = plain_time(text.substr(11, 8));
    if (!date || !time) return std::nullopt;
    auto micros = time->micros;
    if (text.size() > 19) {
        const auto fraction = text.substr(20);
        if (text[19] != '.' || fraction.empty() || fraction.size() > 6 || fraction.back() == '0')
            return std::nullopt;
        auto rest = digits_of(fraction);
        if (!rest) return std::nullopt;
        for (auto i = fraction.size(); i < 6; ++i) *rest *= 10;
        micros += *rest;
    }
    duckdb::timestamp_t moment;
    if (!duckdb::Timestamp::TryFromDatetime(*date, duckdb::dtime_t(micros), moment))
        return std::nullopt;
    return moment;
}

// A double prints as the shortest decimal that gives it back, without an exponent in the range that is looked at here.
// Fifteen digits always give themselves back; the longer ones are printed and compared.
std::optional<double> plain_double(std::string_view text) {
    const auto number = text.substr(text.starts_with('-'));
    const auto point = number.find('.');
    if (point == std::string_view::npos || point == 0 || point > 15) return std::nullopt;
    const auto whole = number.substr(0, point);
    const auto fraction = number.substr(point + 1);
    if (has_leading_zero(whole) || fraction.empty()) return std::nullopt;
    if (fraction.back() == '0' && fraction.size() > 1) return std::nullopt;
    if (whole == "0" && fraction != "0" && fraction.starts_with("000")) return std::nullopt;
    double value = 0;
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    if (number.size() <= 16) return value;
    char printed[40];
    const auto [stop, failed] =
        std::to_chars(printed, printed + sizeof printed, value, std::chars_format::fixed);
    if (failed != std::errc() || std::string_view(printed, stop) != text) return std::nullopt;
    return value;
}

std::optional<bool> plain_boolean(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    return std::nullopt;
}

// Text that the cast would cut; cheap, and may be true of text that fits. A minus that is no sign is an exponent's: 15e-1.
bool may_be_cut(std::string_view text, const LogicalType& type) {
    if (type.id() == LogicalTypeId::DATE) return text.size() > 10;
    if (text.find('-', 1) != std::string_view::npos) return true;
    const auto point = text.find('.');
    if (point == std::string_view::npos) return false;
    if (type.id() != LogicalTypeId::DECIMAL) return true;
    return text.size() - point - 1 > duckdb::DecimalType::GetScale(type);
}

template <class T>
T whole_by_engine(std::string_view text, const CastPlan& plan) {
    if (may_be_cut(text, plan.type)) throw duckdb::InvalidInputException(plan.stop);
    return Value{std::string(text)}.DefaultCastAs(plan.type).GetValueUnsafe<T>();
}

template <class T>
std::optional<T> canonical_by_engine(std::string_view text, const LogicalType& type) {
    Value value;
    std::string why;
    if (!Value{std::string(text)}.DefaultTryCastAs(type, value, &why) || value.ToString() != text)
        return std::nullopt;
    return value.GetValueUnsafe<T>();
}

const CastPlan& plan_of(duckdb::ExpressionState& state) {
    return state.expr.Cast<duckdb::BoundFunctionExpression>().bind_info->Cast<CastPlan>();
}

template <class T, Strictness strictness, class Plain>
void cast_each(duckdb::DataChunk& input, duckdb::ExpressionState& state, duckdb::Vector& result,
    Plain&& plain) {
    const auto& plan = plan_of(state);
    duckdb::UnaryExecutor::ExecuteWithNulls<string_t, T>(input.data[0], result, input.size(),
        [&](const string_t& value, duckdb::ValidityMask& valid, duckdb::idx_t row) {
            const std::string_view text(value.GetData(), value.GetSize());
            if (const auto read = plain(text)) return static_cast<T>(*read);
            if constexpr (strictness == Strictness::whole) {
                return whole_by_engine<T>(text, plan);
            } else {
                if (const auto read = canonical_by_engine<T>(text, plan.type)) return *read;
                if constexpr (strictness == Strictness::canonical)
                    throw duckdb::InvalidInputException(plan.stop);
                valid.SetInvalid(row);
                return T{};
            }
        });
}

template <class T, Strictness strictness>
void to_integer(duckdb::DataChunk& input, duckdb::ExpressionState& state, duckdb::Vector& result) {
    cast_each<T, strictness>(
        input, state, result, [](std::string_view text) -> std::optional<std::int64_t> {
            const auto value = plain_integer(text);
            if (!value || (!duckdb::NumericLimits<T>::IsSigned() && *value < 0))
                return std::nullopt;
            if constexpr (sizeof(T) < sizeof(std::int64_t))
                if (static_cast<std::int64_t>(static_cast<T>(*value)) != *value)
                    return std::nullopt;
            return value;
        });
}

template <class T, Strictness strictness>
void to_decimal(duckdb::DataChunk& input, duckdb::ExpressionState& state, duckdb::Vector& result) {
    const auto& type = plan_of(state).type;
    const unsigned width = duckdb::DecimalType::GetWidth(type);
    const unsigned scale = duckdb::DecimalType::GetScale(type);
    cast_each<T, strictness>(input, state, result,
        [=](std::string_view text) { return plain_decimal(text, width, scale, strictness); });
}

template <Strictness strictness>
duckdb::scalar_function_t decimal_cast(const LogicalType& type) {
    switch (type.InternalType()) {
        case duckdb::PhysicalType::INT16: return to_decimal<std::int16_t, strictness>;
        case duckdb::PhysicalType::INT32: return to_decimal<std::int32_t, strictness>;
        case duckdb::PhysicalType::INT64: return to_decimal<std::int64_t, strictness>;
        default: return to_decimal<duckdb::hugeint_t, strictness>;
    }
}

template <class T, Strictness strictness, auto plain>
void to_plain(duckdb::DataChunk& input, duckdb::ExpressionState& state, duckdb::Vector& result) {
    cast_each<T, strictness>(input, state, result, plain);
}

template <Strictness strictness>
duckdb::scalar_function_t cast_to(const LogicalType& type) {
    switch (type.id()) {
        case LogicalTypeId::TINYINT: return to_integer<std::int8_t, strictness>;
        case LogicalTypeId::SMALLINT: return to_integer<std::int16_t, strictness>;
        case LogicalTypeId::INTEGER: return to_integer<std::int32_t, strictness>;
        case LogicalTypeId::BIGINT: return to_integer<std::int64_t, strictness>;
        case LogicalTypeId::HUGEINT: return to_integer<duckdb::hugeint_t, strictness>;
        case LogicalTypeId::UTINYINT: return to_integer<std::uint8_t, strictness>;
        case LogicalTypeId::USMALLINT: return to_integer<std::uint16_t, strictness>;
        case LogicalTypeId::UINTEGER: return to_integer<std::uint32_t, strictness>;
        case LogicalTypeId::UBIGINT: return to_integer<std::uint64_t, strictness>;
        case LogicalTypeId::UHUGEINT: return to_integer<duckdb::uhugeint_t, strictness>;
        case LogicalTypeId::DECIMAL: return decimal_cast<strictness>(type);
        case LogicalTypeId::DATE: return to_plain<duckdb::date_t, strictness, plain_date>;
        case LogicalTypeId::TIME: return to_plain<duckdb::dtime_t, strictness, plain_time>;
        case LogicalTypeId::TIMESTAMP:
            return to_plain<duckdb::timestamp_t, strictness, plain_timestamp>;
        case LogicalTypeId::DOUBLE: return to_plain<double, strictness, plain_double>;
        case LogicalTypeId::BOOLEAN: return to_plain<bool, strictness, plain_boolean>;
        default: throw duckdb::BinderException("no exact cast to %s", type.ToString());
    }
}

std::string constant(
    duckdb::ClientContext& context, const duckdb::unique_ptr<duckdb::Expression>& argument) {
    return duckdb::ExpressionExecutor::EvaluateScalar(context, *argument).ToString();
}

template <Strictness strictness>
duckdb::unique_ptr<duckdb::FunctionData> bind(duckdb::ClientContext& context,
    duckdb::ScalarFunction& function,
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments) {
    auto plan = duckdb::make_uniq<CastPlan>(
        duckdb::TransformStringToLogicalType(constant(context, arguments[1]), context),
        arguments.size() > 2 ? constant(context, arguments[2]) : std::string());
    function.SetReturnType(plan->type);
    function.SetFunctionCallback(cast_to<strictness>(plan->type));
    while (arguments.size() > 1)
        duckdb::Function::EraseArgument(function, arguments, arguments.size() - 1);
    return plan;
}

template <Strictness strictness>
duckdb::ScalarFunction function(const char* name) {
    constexpr bool may_stop = strictness != Strictness::canonical_or_null;
    const duckdb::vector<LogicalType> texts(may_stop ? 3 : 2, LogicalType::VARCHAR);
    duckdb::ScalarFunction made(name, texts, LogicalType::ANY, nullptr, bind<strictness>);
    if constexpr (may_stop) made.SetFallible();
    return made;
}

}  // namespace

void register_exact_casts(duckdb::DatabaseInstance& database) {
    duckdb::ExtensionLoader loader(database, "ingot");
    loader.RegisterFunction(function<Strictness::whole>("ingot_whole"));
    loader.RegisterFunction(function<Strictness::canonical>("ingot_canonical"));
    loader.RegisterFunction(function<Strictness::canonical_or_null>("ingot_canonical_or_null"));
}

}  // namespace ingot::engine
