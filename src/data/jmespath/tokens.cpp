#include "base/utf8.h"
#include "data/jmespath/node.h"
#include "data/json_scan.h"

namespace ingot::jmespath {

namespace {

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Result<std::vector<Token>> all() {
        std::vector<Token> out;
        for (;;) {
            at_ = text_.find_first_not_of(" \t\r\n", at_);
            if (at_ == std::string_view::npos) break;
            auto token = TRY(next());
            out.push_back(std::move(token));
        }
        out.push_back({.kind = TokenKind::end, .at = text_.size()});
        return out;
    }

private:
    Result<Token> next() {
        const char c = text_[at_];
        if (begins_name(c)) return name();
        if (is_digit(c) || (c == '-' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))
            return number();
        if (c == '"') return quoted_name();
        if (c == '\'') return raw_text();
        if (c == '`') return literal();
        return symbol();
    }

    Token name() {
        const auto begin = at_;
        while (at_ < text_.size() && (begins_name(text_[at_]) || is_digit(text_[at_]))) ++at_;
        return {TokenKind::identifier, std::string(text_.substr(begin, at_ - begin)), begin};
    }

    Token number() {
        const auto begin = at_++;
        while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
        return {TokenKind::number, std::string(text_.substr(begin, at_ - begin)), begin};
    }

    Result<Token> quoted_name() {
        const auto begin = at_;
        json::Scan scan(text_, at_);
        const auto found = scan.value();
        const auto name = found ? json::text_of(*found) : std::nullopt;
        if (!name) return error(begin, "a name in double quotes is not a JSON string");
        at_ = scan.at();
        return Token{TokenKind::identifier, *name, begin, true};
    }

    // What stands between two of `quote`, with an escaped one unescaped.
    Result<std::string> between(char quote) {
        const auto begin = at_++;
        std::string out;
        while (at_ < text_.size() && text_[at_] != quote) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
                if (text_[at_ + 1] != quote) out += text_[at_];
                ++at_;
            }
            out += text_[at_++];
        }
        if (at_ >= text_.size()) return error(begin, std::string("there is no second ") + quote);
        ++at_;
        return out;
    }

    Result<Token> raw_text() {
        const auto begin = at_;
        const auto text = TRY(between('\''));
        Token token{TokenKind::literal, {}, begin};
        json::write_text(token.text, text);
        return token;
    }

    Result<Token> literal() {
        const auto begin = at_;
        const auto text = TRY(between('`'));
        if (!json::parse(text)) return error(begin, "what stands between ` and ` is not JSON");
        return Token{TokenKind::literal, text, begin};
    }

    Result<Token> symbol() {
        static constexpr std::array<std::string_view, 24> symbols{"||", "&&",
            "==", "!=", "<=", ">=", "[?", "[]", ".", "*", "[", "]", "{", "}", "(", ")", ",", ":",
            "|", "&", "!", "<", ">", "@"};
        for (const auto symbol : symbols) {
            if (!text_.substr(at_).starts_with(symbol)) continue;
            const auto begin = at_;
            at_ += symbol.size();
            return Token{TokenKind::symbol, std::string(symbol), begin};
        }
        return error(at_, "unexpected '" + std::string(1, text_[at_]) + "'");
    }

    std::unexpected<Error> error(std::size_t at, const std::string& message) const {
        return fail("CFG115", "'" + std::string(text_) + "' is not JMESPath at character " +
                                  std::to_string(at + 1) + ": " + message);
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<Token>> tokens_of(std::string_view text) { return Lexer(text).all(); }

}  // namespace ingot::jmespath
