#include "platform/table/engine_type.h"

#include <algorithm>
#include <cctype>

namespace ingot::table {

namespace {

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<EngineType> whole() {
        auto type = one();
        blanks();
        if (!type || at_ != text_.size()) return {};
        return type;
    }

private:
    void blanks() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }
    bool take(char c) {
        blanks();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    std::optional<EngineType> one() {
        blanks();
        auto type = begins_with("STRUCT(") ? structure() : begins_with("MAP(") ? map() : plain();
        while (type && take('[')) {
            while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0)
                ++at_;
            if (!take(']')) return {};
            EngineType list{.kind = EngineType::Kind::list};
            list.parts.push_back(*std::move(type));
            type = std::move(list);
        }
        return type;
    }

    // Takes the word when the text goes on with it, without regard to case.
    bool begins_with(std::string_view word) {
        const auto rest = text_.substr(at_, word.size());
        const auto same = [](char a, char b) {
            return std::toupper(static_cast<unsigned char>(a)) == b;
        };
        if (!std::ranges::equal(rest, word, same)) return false;
        at_ += word.size();
        return true;
    }

    std::optional<EngineType> structure() {
        EngineType type{.kind = EngineType::Kind::structure};
        do {
            auto field = field_name();
            auto part = field ? one() : std::nullopt;
            if (!part) return {};
            type.fields.push_back(*std::move(field));
            type.parts.push_back(*std::move(part));
        } while (take(','));
        if (!take(')')) return {};
        return type;
    }

    std::optional<EngineType> map() {
        auto key = one();
        if (!key || !take(',')) return {};
        auto value = one();
        if (!value || !take(')')) return {};
        EngineType type{.kind = EngineType::Kind::map};
        type.parts.push_back(*std::move(key));
        type.parts.push_back(*std::move(value));
        return type;
    }

    std::optional<std::string> field_name() {
        blanks();
        std::string name;
        if (take('"')) {
            for (; at_ < text_.size(); ++at_) {
                if (text_[at_] != '"')
                    name += text_[at_];
                else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"')
                    name += text_[at_++];
                else
                    return ++at_, name;
            }
            return {};
        }
        while (at_ < text_.size() && text_[at_] != ' ') name += text_[at_++];
        return name;
    }

    // A name with its arguments; quotes inside the arguments may hold anything (ENUM('a)')).
    std::optional<EngineType> plain() {
        const auto start = at_;
        int depth = 0;
        for (bool quoted = false; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '\'') quoted = !quoted;
            if (quoted) continue;
            if (depth == 0 && (c == ',' || c == ')' || c == '[')) break;
            depth += (c == '(') - (c == ')');
        }
        std::string name(text_.substr(start, at_ - start));
        while (name.ends_with(' ')) name.pop_back();
        if (name.empty() || depth != 0) return {};
        if (name.find('\'') == std::string::npos) {
            std::erase_if(name,
                [after = false](char c) mutable { return after |= c == '(', after && c == ' '; });
            std::ranges::transform(name, name.begin(),
                [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        }
        return EngineType{.name = std::move(name)};
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + '"';
}

}  // namespace

std::optional<EngineType> parse_engine_type(std::string_view text) { return Reader(text).whole(); }

std::string to_string(const EngineType& type) {
    switch (type.kind) {
        case EngineType::Kind::plain: return type.name;
        case EngineType::Kind::list: return to_string(type.parts.front()) + "[]";
        case EngineType::Kind::map:
            return "MAP(" + to_string(type.parts[0]) + ", " + to_string(type.parts[1]) + ")";
        case EngineType::Kind::structure: break;
    }
    std::string out;
    for (std::size_t i = 0; i < type.parts.size(); ++i)
        out += (i ? ", " : "STRUCT(") + quoted(type.fields[i]) + " " + to_string(type.parts[i]);
    return out + ")";
}

}  // namespace ingot::table
