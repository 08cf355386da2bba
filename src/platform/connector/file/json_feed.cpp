#include "platform/connector/file/json_feed.h"

#include <algorithm>
#include <atomic>
#include <charconv>

#include "data/json_scan.h"

namespace ingot::file {

Result<JsonLook> JsonLook::begin(JsonFiles& files, const TidyOrder& order) {
    return JsonLook(files, TRY(TidyWriter::create(order, {})));
}

void JsonLook::mark(JsonWalk& walk) {
    if (static_cast<std::size_t>(rows_) == files_->pieces.size() * rows_of_piece)
        files_->pieces.push_back(walk.place());
}

Status JsonLook::take(const JsonRecord& record, JsonWalk& walk) {
    if (record.reject)
        return writer_.reject({.input = record.input,
            .line = walk.line_of(record),
            .text = record.text,
            .reason = record.reject});
    if (record.is_object())
        files_->columns.look_at(record.members);
    else
        files_->columns.look_at_value(record.text);
    ++rows_;
    return {};
}

namespace {

void describe(Tidied& tidied, const JsonColumns& columns, std::int64_t rows) {
    tidied.names = columns.names();
    tidied.holds = columns.holding();
    for (const auto& numbers : columns.numbers()) tidied.number_types.push_back(numbers.type());
    tidied.rows = rows;
}

}  // namespace

Tidied JsonLook::so_far() const {
    Tidied tidied{.rows_path = {}, .rejects_path = {}, .names = {}, .holds = {}};
    describe(tidied, files_->columns, rows_);
    return tidied;
}

Result<Tidied> JsonLook::finish() {
    auto tidied = TRY(writer_.finish());
    tidied.rows_path.clear();
    describe(tidied, files_->columns, rows_);
    return tidied;
}

namespace {

using Slot = JsonTaker::Wanted::Slot;

// A column without a value so far may yet hold text.
Slot::Kind kind_of(const std::string& type, unsigned holding) {
    if (type == "BIGINT") return Slot::Kind::bigint;
    if (type == "DOUBLE") return Slot::Kind::real;
    if (type == "BOOLEAN") return Slot::Kind::boolean;
    return holding == holds::text || holding == 0 ? Slot::Kind::text : Slot::Kind::as_written;
}

std::string_view unquoted(RowChunk& chunk, std::string_view value) {
    if (value.find('\\') == std::string_view::npos) return value.substr(1, value.size() - 2);
    return chunk.made.emplace_back(json::text_of(value).value_or(std::string()));
}

void put_number(RowChunk& chunk, std::size_t row, std::size_t column, std::int64_t number) {
    chunk.columns[column].is_there[row] = 1;
    chunk.columns[column].integers[row] = number;
}

}  // namespace

JsonTaker::Wanted JsonTaker::wanted(
    const JsonColumns& there, const Columns& columns, const std::vector<std::size_t>& wanted) {
    const auto& names = there.names();
    Wanted all{.slots = {}, .input = {}, .line = {}, .width = wanted.size()};
    all.slots.resize(names.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto& column = columns[wanted[i]];
        const auto it = std::ranges::find(names, column.name);
        if (it != names.end()) {
            const auto place = static_cast<std::size_t>(it - names.begin());
            all.slots[place] = Slot{kind_of(column.type, there.holding()[place]), i};
        } else {
            (column.name == "_ingot_line" ? all.line : all.input) = i;
        }
    }
    return all;
}

void JsonTaker::take(RowChunk& chunk, const JsonRecord& record, JsonWalk& walk) {
    const auto row = chunk.rows++;
    finder_.begin_row();
    if (record.is_object())
        for (const auto& [key, value] : record.members) put(chunk, row, finder_.place(key), value);
    else
        put(chunk, row, finder_.place_of_value(), record.text);
    if (wanted_.input)
        put_number(chunk, row, *wanted_.input, static_cast<std::int64_t>(record.input));
    if (wanted_.line) put_number(chunk, row, *wanted_.line, walk.line_of(record));
}

// A repeated key counts as its last. Columns that came up later than the slots are not wanted.
void JsonTaker::put(
    RowChunk& chunk, std::size_t row, std::size_t place, std::string_view value) const {
    if (place >= wanted_.slots.size() || !wanted_.slots[place]) return;
    const auto& slot = *wanted_.slots[place];
    auto& column = chunk.columns[slot.column];
    column.is_there[row] = value == "null" ? 0 : 1;
    if (column.is_there[row] == 0) return;
    const auto* end = value.data() + value.size();
    switch (slot.kind) {
        case Slot::Kind::text: column.texts[row] = unquoted(chunk, value); return;
        case Slot::Kind::as_written: column.texts[row] = value; return;
        case Slot::Kind::bigint: std::from_chars(value.data(), end, column.integers[row]); return;
        case Slot::Kind::real: std::from_chars(value.data(), end, column.numbers[row]); return;
        case Slot::Kind::boolean: column.integers[row] = value == "true" ? 1 : 0; return;
    }
}

namespace {

class JsonPiece final : public RowFeed::Piece {
public:
    JsonPiece(const SharedFiles& files, const JsonTaker::Wanted& wanted, std::size_t number)
        : files_(files),
          number_(number),
          width_(wanted.width),
          walk_(files->texts, files->pieces[number]),
          taker_(files->columns, wanted) {}

    std::size_t number() const override { return number_; }

    Status fill(RowChunk& chunk, std::size_t most) override {
        chunk.clear(width_, most);
        while (chunk.rows < most && taken_ < rows_of_piece && walk_.next(record_)) {
            if (record_.reject) continue;
            taker_.take(chunk, record_, walk_);
            ++taken_;
        }
        return {};
    }

private:
    SharedFiles files_;
    std::size_t number_;
    std::size_t width_;
    JsonWalk walk_;
    JsonTaker taker_;
    JsonRecord record_;
    std::size_t taken_ = 0;
};

class JsonReading final : public RowFeed::Reading {
public:
    JsonReading(SharedFiles files, JsonTaker::Wanted wanted)
        : files_(std::move(files)), wanted_(std::move(wanted)) {}
    std::size_t most_threads() const override {
        return std::max<std::size_t>(1, files_->pieces.size());
    }
    Result<std::unique_ptr<RowFeed::Piece>> next() override {
        const auto number = next_++;
        if (number >= files_->pieces.size()) return nullptr;
        return std::make_unique<JsonPiece>(files_, wanted_, number);
    }

private:
    SharedFiles files_;
    JsonTaker::Wanted wanted_;
    std::atomic<std::size_t> next_ = 0;
};

class JsonFeed final : public RowFeed {
public:
    JsonFeed(SharedFiles files, Columns columns)
        : files_(std::move(files)), columns_(std::move(columns)) {}
    const Columns& columns() const override { return columns_; }
    std::unique_ptr<Reading> read(std::vector<std::size_t> wanted) const override {
        return std::make_unique<JsonReading>(
            files_, JsonTaker::wanted(files_->columns, columns_, wanted));
    }

private:
    SharedFiles files_;
    Columns columns_;
};

class JsonRows final : public Rows {
public:
    explicit JsonRows(SharedFiles files) : files_(std::move(files)) {}
    std::shared_ptr<const RowFeed> feed(Columns columns) const override {
        return std::make_shared<JsonFeed>(files_, std::move(columns));
    }

private:
    SharedFiles files_;
};

}  // namespace

std::shared_ptr<const Rows> rows_in_place(SharedFiles files) {
    return std::make_shared<JsonRows>(std::move(files));
}

}  // namespace ingot::file
