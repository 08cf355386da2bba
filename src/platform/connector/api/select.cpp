#include <array>

#include "data/json_scan.h"
#include "platform/connector/api/table.h"

namespace ingot::api {

namespace {

using json::Kind;
using json::Value;

// Where APIs put their lists.
constexpr std::array<std::string_view, 4> usual_keys{"items", "data", "results", "records"};

Value unwrapped(const Value& value) {
    if (value.kind() != Kind::object) return value;
    for (const auto key : usual_keys)
        if (const auto list = value.member(key); list && list->kind() == Kind::list) return *list;
    return value;
}

class Lines {
public:
    Lines(const SelectOrder& order, std::string& out) : order_(order), out_(out) {}

    void add(const Value& row) {
        if (count_ >= order_.most) return;
        ++count_;
        if (order_.parent.empty())
            write(row);
        else if (row.kind() == Kind::object)
            add_to_object(row);
        else
            (out_ += "{") += order_.parent + "\"value\":", write(row), out_ += '}';
        out_ += '\n';
    }
    std::int64_t count() const { return count_; }

private:
    // As it came, unless it is spread over lines.
    void write(const Value& row) {
        const auto source = row.source();
        if (source.empty() || source.find('\n') != std::string_view::npos ||
            source.find('\r') != std::string_view::npos)
            row.write(out_);
        else
            out_ += source;
    }

    void add_to_object(const Value& row) {
        const auto begin = out_.size();
        write(row);
        auto members = order_.parent;
        const auto first = out_.find_first_not_of(" \t", begin + 1);
        if (out_[first] == '}') members.pop_back();
        out_.insert(begin + 1, members);
    }

    const SelectOrder& order_;
    std::string& out_;
    std::int64_t count_ = 0;
};

}  // namespace

Result<std::int64_t> select_rows(const SelectOrder& order, std::string& out) {
    const auto& records = order.table.records;
    auto found = records ? TRY(records->of(order.document)) : order.document;
    const bool unwraps = !records || order.table.spec.unwrap;
    if (unwraps) found = unwrapped(found);
    Lines lines(order, out);
    const bool is_scalar = found.kind() != Kind::object && found.kind() != Kind::list;
    if (found.is_null() || (is_scalar && order.table.spec.unwrap)) return 0;
    if (found.kind() != Kind::list)
        lines.add(found);
    else if (!found.source().empty())
        TRY(json::each_element(found.source(), [&](std::string_view element) {
            lines.add(Value::view(element));
            return Status{};
        }));
    else
        for (const auto& item : found.items()) lines.add(item);
    return lines.count();
}

}  // namespace ingot::api
