#include <algorithm>

#include "base/utf8.h"
#include "data/columns.h"
#include "platform/connector/file/records.h"
#include "platform/connector/file/text.h"
#include "platform/connector/file/tidy.h"

namespace ingot::file {

namespace {

std::vector<std::string> all_names(const std::vector<CsvInput>& inputs) {
    std::vector<std::string> names;
    for (const auto& input : inputs)
        for (const auto& name : input.shape.names)
            if (!has_name(names, name)) names.push_back(name);
    return names;
}

// For each column written, where it stands in the file; npos when it is not there.
std::vector<std::size_t> places(const std::vector<std::string>& names, const CsvShape& shape) {
    std::vector<std::size_t> places;
    for (const auto& name : names) {
        const auto it = std::ranges::find_if(
            shape.names, [&](const auto& other) { return same_name(name, other); });
        places.push_back(it == shape.names.end()
                             ? std::string::npos
                             : static_cast<std::size_t>(it - shape.names.begin()));
    }
    return places;
}

class Tidier {
public:
    Tidier(TidyWriter writer, std::vector<std::string> names, bool keeps_empty)
        : writer_(std::move(writer)), names_(std::move(names)), keeps_empty_(keeps_empty) {}

    Status add(const CsvInput& input, std::size_t index, const std::string& scratch) {
        const auto& shape = input.shape;
        const auto text = TRY(read_text(input.file,
            {.packing = shape.packing, .encoding = shape.encoding, .scratch = scratch}));
        shape_ = &shape;
        places_ = places(names_, shape);
        Records records(text.text, {.delimiter = shape.delimiter,
                                       .quote = shape.quote,
                                       .carriage_returns = shape.carriage_returns,
                                       .is_last = true});
        Record record;
        bool is_header = shape.header;
        while (records.next(record)) {
            const bool is_blank = record.fields.empty() && !record.fault;
            if (is_blank && (is_header || shape.names.size() > 1)) continue;
            if (!std::exchange(is_header, false)) TRY(write(record, index));
        }
        return {};
    }

    Result<Tidied> finish() { return writer_.finish(); }

private:
    Status write(const Record& record, std::size_t index) {
        const auto width = shape_->names.size();
        if (auto reason = fault_of(record); !reason.empty())
            return writer_.reject({.input = index,
                .line = record.line,
                .text = record.text,
                .reason = std::move(reason)});
        if (record.fields.size() < width && !record.fields.empty()) writer_.count_padded();
        writer_.begin_row(index, record.line);
        for (const auto place : places_) {
            if (place >= record.fields.size() ||
                (record.fields[place].raw.empty() && !keeps_empty_)) {
                writer_.null();
                continue;
            }
            value_.clear();
            append_value(value_, record.fields[place], shape_->quote);
            writer_.text(value_);
        }
        return writer_.end_row();
    }

    std::string fault_of(const Record& record) const {
        if (record.fault) return record.fault;
        const auto width = shape_->names.size();
        // As the engine's reader has it, empty fields beyond the last column are nothing.
        const bool has_more =
            std::ranges::any_of(record.fields.begin() + static_cast<std::ptrdiff_t>(
                                                            std::min(width, record.fields.size())),
                record.fields.end(), [](const Field& field) { return !field.raw.empty(); });
        if (has_more)
            return std::to_string(record.fields.size()) + " fields where " + std::to_string(width) +
                   " are expected";
        return is_utf8(record.text) ? "" : "not valid UTF-8";
    }

    TidyWriter writer_;
    std::vector<std::string> names_;
    bool keeps_empty_;
    std::vector<std::size_t> places_;
    const CsvShape* shape_ = nullptr;
    std::string value_;
};

}  // namespace

Result<Tidied> tidy_csv(const std::vector<CsvInput>& inputs, const TidyOrder& order) {
    const auto names = order.names.empty() ? all_names(inputs) : order.names;
    Tidier tidier(TRY(TidyWriter::create(order, names)), names, order.keep_empty);
    for (std::size_t i = 0; i < inputs.size(); ++i)
        TRY(tidier.add(inputs[i], i, order.folder + "/input.txt"));
    return tidier.finish();
}

}  // namespace ingot::file
