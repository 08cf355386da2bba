// XML is read once, a block at a time: each record becomes a JSON object in a scratch file, and that is spread over
// columns when all of them are known.
#include <expat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>

#include "data/json_scan.h"
#include "platform/connector/file/json_columns.h"
#include "platform/connector/file/text.h"
#include "platform/connector/file/tidy.h"
#include "platform/connector/file/unpack.h"
#include "platform/connector/file/xml_record.h"

namespace ingot::file {

namespace {

constexpr std::size_t block = 1U << 17U;
constexpr std::size_t largest_record = 64U << 20U;
constexpr std::size_t deepest_record = 200;

// The element that repeats: a path from the root, the name of an element anywhere, or else every child of the root.
class RecordPath {
public:
    explicit RecordPath(const std::optional<std::string>& told) {
        std::string_view left = told ? std::string_view(*told) : std::string_view();
        while (!left.empty()) {
            const auto end = std::min(left.find('/'), left.size());
            if (end > 0) parts_.emplace_back(left.substr(0, end));
            left.remove_prefix(std::min(end + 1, left.size()));
        }
        is_anywhere_ = parts_.size() == 1 && !told->starts_with('/');
    }

    bool fits(const std::vector<std::string>& open) {
        if (parts_.empty()) return open.size() == 2;
        if (is_anywhere_) return open.back() == parts_.front();
        const auto same = std::ranges::mismatch(open, parts_).in1 - open.begin();
        const auto depth = static_cast<std::size_t>(same);
        if (depth == open.size()) deepest_ = std::max(deepest_, depth);
        return depth == open.size() && depth == parts_.size();
    }

    // False when not even what should hold the records was there.
    bool was_found() const { return is_anywhere_ || deepest_ + 1 >= parts_.size(); }

private:
    std::vector<std::string> parts_;
    bool is_anywhere_ = false;
    std::size_t deepest_ = 0;
};

std::string local_name(const char* name) {
    const char* colon = std::strrchr(name, ':');
    return colon ? colon + 1 : name;
}

class XmlReading {
public:
    using Take = std::function<Status(std::int64_t line, const XmlElement& record)>;

    XmlReading(const Found& file, const Told& told, Take take)
        : file_(file), told_(told), path_(told.records), take_(std::move(take)) {}

    Status read() {
        auto bytes = TRY(ByteStream::open(file_.path, TRY(packing_of(file_, told_))));
        const char* encoding = told_.encoding ? "UTF-8" : nullptr;
        const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(
            XML_ParserCreate(encoding), XML_ParserFree);
        parser_ = parser.get();
        XML_SetUserData(parser_, this);
        XML_SetElementHandler(
            parser_,
            [](void* self, const XML_Char* name, const XML_Char** attributes) {
                static_cast<XmlReading*>(self)->open(name, attributes);
            },
            [](void* self, const XML_Char*) { static_cast<XmlReading*>(self)->close(); });
        XML_SetCharacterDataHandler(parser_, [](void* self, const XML_Char* text, int size) {
            static_cast<XmlReading*>(self)->add({text, static_cast<std::size_t>(size)});
        });
        TRY(parse(bytes));
        if (path_.was_found()) return {};
        return fail("EXT103", file_.name + ": records: '" + *told_.records +
                                  "' leads nowhere; the file's root is <" + root_ + ">");
    }

private:
    Status parse(ByteStream& bytes) {
        std::string in, text;
        for (;;) {
            const auto before = in.size();
            in.resize(before + block);
            const auto got = TRY(bytes.read(in.data() + before, block));
            in.resize(before + got);
            const bool is_last = got == 0;
            std::string_view piece = in;
            if (told_.encoding) {
                text.clear();
                const auto taken =
                    append_as_utf8(text, in, TRY(encoding_told(*told_.encoding)), is_last);
                in.erase(0, taken);
                piece = text;
            }
            const auto status =
                XML_Parse(parser_, piece.data(), static_cast<int>(piece.size()), is_last ? 1 : 0);
            if (!status_) return status_;
            if (status != XML_STATUS_OK) return malformed();
            if (!told_.encoding) in.clear();
            if (is_last) return {};
        }
    }

    Status malformed() const {
        return fail("EXT102",
            file_.name + ":" + std::to_string(XML_GetCurrentLineNumber(parser_)) + ":" +
                std::to_string(XML_GetCurrentColumnNumber(parser_) + 1) +
                ": the XML is not well-formed: " + XML_ErrorString(XML_GetErrorCode(parser_)));
    }

    void stop(Status status) {
        status_ = std::move(status);
        XML_StopParser(parser_, XML_FALSE);
    }

    void open(const XML_Char* name, const XML_Char** attributes) {
        if (within_.empty()) {
            open_.push_back(local_name(name));
            if (open_.size() == 1) root_ = open_.front();
            if (!path_.fits(open_)) return;
            line_ = static_cast<std::int64_t>(XML_GetCurrentLineNumber(parser_));
            size_ = 0;
        }
        XmlElement element{.name = local_name(name), .text = {}, .attributes = {}, .children = {}};
        for (; *attributes; attributes += 2)
            if (!std::string_view(attributes[0]).starts_with("xmlns") &&
                !std::string_view(attributes[0]).ends_with(":nil"))
                element.attributes.emplace_back(local_name(attributes[0]), attributes[1]);
        grow(sizeof(XmlElement) + element.name.size());
        within_.push_back(std::move(element));
        if (within_.size() > deepest_record)
            stop(fail("EXT103", file_.name + ":" + std::to_string(line_) +
                                    ": one record nests more than " +
                                    std::to_string(deepest_record) +
                                    " elements; name the element that repeats in records:"));
    }

    void close() {
        if (within_.size() > 1) {
            auto done = std::move(within_.back());
            within_.pop_back();
            within_.back().children.push_back(std::move(done));
            return;
        }
        if (!within_.empty()) {
            if (auto taken = take_(line_, within_.front()); !taken) stop(std::move(taken));
            within_.clear();
        }
        open_.pop_back();
    }

    void add(std::string_view text) {
        if (within_.empty()) return;
        within_.back().text += text;
        grow(text.size());
    }

    void grow(std::size_t bytes) {
        size_ += bytes;
        if (size_ > largest_record)
            stop(fail("EXT103",
                file_.name + ":" + std::to_string(line_) + ": one record <" + within_.front().name +
                    "> of more than 64 MB; name the element that repeats in records:"));
    }

    const Found& file_;
    const Told& told_;
    RecordPath path_;
    Take take_;
    XML_Parser parser_ = nullptr;
    Status status_;
    std::string root_;
    std::vector<std::string> open_;   // names down to the record
    std::vector<XmlElement> within_;  // the record and what is open in it
    std::int64_t line_ = 0;
    std::size_t size_ = 0;
};

class Scratch {
public:
    explicit Scratch(std::string path)
        : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wb"), std::fclose) {}

    Status put(std::size_t input, std::int64_t line, std::string_view json) {
        if (file_ &&
            std::fprintf(file_.get(), "%zu %lld ", input, static_cast<long long>(line)) > 0 &&
            std::fwrite(json.data(), 1, json.size(), file_.get()) == json.size() &&
            std::fputc('\n', file_.get()) != EOF)
            return {};
        return fail("STG001", "cannot write " + path_ + ": " + std::strerror(errno));
    }

    Status spread(JsonColumns& columns, TidyWriter& writer) {
        if (!file_ || std::fflush(file_.get()) != 0)
            return fail("STG001", "cannot write " + path_ + ": " + std::strerror(errno));
        const auto mapped = TRY(MappedFile::open(path_));
        auto left = mapped.bytes();
        while (!left.empty()) {
            const auto line = left.substr(0, left.find('\n'));
            left.remove_prefix(std::min(line.size() + 1, left.size()));
            const auto first = line.find(' '), second = line.find(' ', first + 1);
            writer.begin_row(
                static_cast<std::size_t>(std::stoull(std::string(line.substr(0, first)))),
                std::stoll(std::string(line.substr(first + 1, second - first - 1))));
            TRY(write(columns, line.substr(second + 1), writer));
        }
        return {};
    }

private:
    static Status write(const JsonColumns& columns, std::string_view record, TidyWriter& writer) {
        std::vector<std::string_view> values(columns.names().size());
        JsonColumns::Finder finder(columns);
        json::Scan(record).members(
            [&](auto key, auto value) { values[finder.place(key)] = value; });
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values[i].empty() || values[i] == "null")
                writer.null();
            else if (columns.holding()[i] == holds::text)
                writer.text(*json::text_of(values[i]));
            else
                writer.text(values[i]);
        }
        return writer.end_row();
    }

    std::string path_;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

}  // namespace

Result<Tidied> tidy_xml(const std::vector<Found>& files, const Told& told, const TidyOrder& order) {
    JsonColumns columns;
    Scratch scratch(order.folder + "/records.txt");
    std::string json;
    std::vector<JsonMember> members;
    for (std::size_t i = 0; i < files.size(); ++i)
        TRY(XmlReading(files[i], told, [&](std::int64_t line, const XmlElement& record) {
            json.clear();
            append_json_record(json, record);
            members.clear();
            json::Scan(json).members(
                [&](auto key, auto value) { members.emplace_back(key, value); });
            columns.look_at(members);
            return scratch.put(i, line, json);
        }).read());
    auto writer = TRY(TidyWriter::create(order, columns.names()));
    TRY(scratch.spread(columns, writer));
    auto tidied = TRY(writer.finish());
    tidied.holds = columns.holding();
    tidied.text_says_no_type = true;
    return tidied;
}

}  // namespace ingot::file
