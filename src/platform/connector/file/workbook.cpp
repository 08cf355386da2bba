#include "platform/connector/workbook.h"

#include <archive.h>
#include <archive_entry.h>
#include <expat.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string_view>

namespace ingot::file {

namespace {

constexpr std::size_t block = 1U << 17U;
constexpr int most_columns = 16384;

std::string_view local_name(const char* name) {
    const char* colon = std::strrchr(name, ':');
    return colon ? colon + 1 : name;
}

class Attributes {
public:
    explicit Attributes(const XML_Char** each) : each_(each) {}
    std::string_view get(std::string_view name) const {
        for (auto* at = each_; at[0]; at += 2)
            if (local_name(at[0]) == name) return at[1];
        return {};
    }

private:
    const XML_Char** each_;
};

// What is done with the elements of a member.
class Elements {
public:
    virtual ~Elements() = default;
    virtual void open(std::string_view name, const Attributes& attributes) = 0;
    virtual void close(std::string_view /*name*/) {}
    virtual void text() {}
};

class XmlStream {
public:
    explicit XmlStream(Elements& elements) : parser_(XML_ParserCreate(nullptr), XML_ParserFree) {
        XML_SetUserData(parser_.get(), &elements);
        XML_SetElementHandler(
            parser_.get(),
            [](void* to, const XML_Char* name, const XML_Char** attributes) {
                static_cast<Elements*>(to)->open(local_name(name), Attributes(attributes));
            },
            [](void* to, const XML_Char* name) {
                static_cast<Elements*>(to)->close(local_name(name));
            });
        XML_SetCharacterDataHandler(parser_.get(),
            [](void* to, const XML_Char*, int) { static_cast<Elements*>(to)->text(); });
    }
    bool take(std::string_view bytes, bool is_last) {
        return XML_Parse(parser_.get(), bytes.data(), static_cast<int>(bytes.size()),
                   is_last ? 1 : 0) == XML_STATUS_OK;
    }

private:
    std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser_;
};

// False when one of the members cannot be read; those that are not there are no failure.
bool read_members(
    const std::string& path, const std::function<Elements*(const std::string&)>& reader_of) {
    const std::unique_ptr<archive, int (*)(archive*)> zip(archive_read_new(), archive_read_free);
    archive_read_support_format_zip_seekable(zip.get());
    if (archive_read_open_filename(zip.get(), path.c_str(), block) != ARCHIVE_OK) return false;
    std::vector<char> bytes(block);
    archive_entry* entry = nullptr;
    while (archive_read_next_header(zip.get(), &entry) == ARCHIVE_OK) {
        const char* name = archive_entry_pathname(entry);
        auto* elements = reader_of(name ? name : "");
        if (!elements) continue;
        XmlStream xml(*elements);
        for (;;) {
            const auto got = archive_read_data(zip.get(), bytes.data(), bytes.size());
            if (got < 0 || !xml.take({bytes.data(), static_cast<std::size_t>(got)}, got == 0))
                return false;
            if (got == 0) break;
        }
    }
    return true;
}

struct Workbook final : Elements {
    struct Sheet {
        std::string name, id;
    };
    std::vector<Sheet> sheets;
    std::map<std::string, std::string, std::less<>> targets;  // by id
    bool dates_from_1904 = false;

    void open(std::string_view name, const Attributes& attributes) override {
        if (name == "sheet")
            sheets.push_back(
                {std::string(attributes.get("name")), std::string(attributes.get("id"))});
        if (name == "Relationship") targets.emplace(attributes.get("Id"), attributes.get("Target"));
        if (name == "workbookPr") {
            const auto said = attributes.get("date1904");
            dates_from_1904 = said == "1" || said == "true";
        }
    }

    // Its member, or "".
    std::string member_of(const std::optional<std::string>& wanted) const {
        const auto sheet =
            wanted ? std::ranges::find(sheets, *wanted, &Sheet::name) : sheets.begin();
        if (sheet == sheets.end()) return "";
        const auto target = targets.find(sheet->id);
        if (target == targets.end()) return "";
        return target->second.starts_with('/') ? target->second.substr(1) : "xl/" + target->second;
    }
};

class Cells final : public Elements {
public:
    void open(std::string_view name, const Attributes& attributes) override {
        if (name == "row") {
            const auto said = attributes.get("r");
            row_ = said.empty() ? row_ + 1 : std::atoi(said.data());
            column_ = 0;
        } else if (name == "c") {
            column_ = column_of(attributes.get("r"));
            const auto kind = attributes.get("t");
            is_text_ = kind == "s" || kind == "inlineStr" || kind == "str";
            has_value_ = false;
        }
        is_value_ = name == "v" || name == "t";
    }
    void close(std::string_view name) override {
        is_value_ = false;
        if (name == "c" && has_value_ && column_ >= 1 && column_ <= most_columns) seen();
    }
    void text() override { has_value_ = has_value_ || is_value_; }

    SheetExtent extent() && {
        if (out_.first_row == 0) return std::move(out_);
        const auto cut = [&](std::vector<bool>& all) {
            all.resize(static_cast<std::size_t>(out_.last_column) + 1);
            all.erase(all.begin(), all.begin() + out_.first_column);
        };
        cut(out_.has_value), cut(out_.has_name);
        return std::move(out_);
    }

private:
    int column_of(std::string_view place) const {
        int column = 0;
        for (const char c : place) {
            if (c < 'A' || c > 'Z' || column > most_columns) break;
            column = column * 26 + (c - 'A' + 1);
        }
        return column > 0 ? column : column_ + 1;
    }

    void seen() {
        if (out_.first_row == 0) out_.first_row = row_, out_.first_column = column_;
        out_.last_row = std::max(out_.last_row, row_);
        out_.first_column = std::min(out_.first_column, column_);
        out_.last_column = std::max(out_.last_column, column_);
        const auto mark = [&](std::vector<bool>& all) {
            const auto at = static_cast<std::size_t>(column_);
            if (all.size() <= at) all.resize(at + 1);
            all[at] = true;
        };
        mark(out_.has_value);
        if (row_ != out_.first_row) return;
        mark(out_.has_name);
        out_.begins_with_text = out_.begins_with_text && is_text_;
    }

    SheetExtent out_;
    int row_ = 0, column_ = 0;
    bool is_text_ = false, is_value_ = false, has_value_ = false;
};

}  // namespace

bool SheetExtent::is_table() const { return std::ranges::find(has_name, false) == has_name.end(); }

std::string SheetExtent::range() const {
    return column_letters(first_column) + std::to_string(first_row) + ":" +
           column_letters(last_column) + std::to_string(last_row);
}

std::string column_letters(int column) {
    std::string letters;
    for (; column > 0; column = (column - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('A' + (column - 1) % 26));
    return letters;
}

std::optional<SheetExtent> look_at_sheet(
    const Found& workbook, const std::optional<std::string>& sheet) {
    Workbook book;
    const auto about = [&](const std::string& name) -> Elements* {
        return name == "xl/workbook.xml" || name == "xl/_rels/workbook.xml.rels" ? &book : nullptr;
    };
    if (!read_members(workbook.path, about)) return {};
    const auto member = book.member_of(sheet);
    Cells cells;
    bool found = false;
    const auto wanted = [&](const std::string& name) -> Elements* {
        if (name != member) return nullptr;
        found = true;
        return &cells;
    };
    if (!read_members(workbook.path, wanted) || !found) return {};
    auto extent = std::move(cells).extent();
    extent.dates_from_1904 = book.dates_from_1904;
    return extent;
}

}  // namespace ingot::file
