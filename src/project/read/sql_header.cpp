#include "project/read/sql_header.h"

#include <algorithm>
#include <array>

#include "project/read/yaml.h"
#include "project/sql_text.h"

namespace ingot::project {

namespace {

bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Decorators whose arguments are words rather than options.
bool takes_words(std::string_view name) {
    if (name.ends_with('+')) name.remove_suffix(1);
    static constexpr std::array<std::string_view, 9> names{"owner", "tags", "describe",
        "description", "depends_on", "disabled", "name", "engine", "order"};
    return std::ranges::find(names, name) != names.end();
}

class Header {
public:
    Header(std::string_view text, std::string_view file, Diagnostics& diagnostics)
        : text_(text), file_(file), diagnostics_(diagnostics) {}

    SqlModel read() {
        for (;;) {
            skip_space();
            const auto rest = text_.substr(at_);
            if (rest.starts_with("--"))
                read_comment_line();
            else if (rest.starts_with("/*"))
                advance(SqlReader(rest).next().text.size());
            else
                break;
        }
        model_.body = text_.substr(at_);
        model_.body_span = here();
        return std::move(model_);
    }

private:
    Span here() const { return {file_, line_, static_cast<int>(at_ - line_start_) + 1}; }
    char peek() const { return at_ < text_.size() ? text_[at_] : '\n'; }

    void advance(std::size_t count) {
        for (; count > 0 && at_ < text_.size(); --count) {
            if (text_[at_++] != '\n') continue;
            ++line_;
            line_start_ = at_;
        }
    }
    void skip_space() {
        while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == '\n')) advance(1);
    }
    void skip_blanks() {
        while (is_blank(peek())) advance(1);
    }
    void skip_line() {
        const auto end = text_.find('\n', at_);
        advance((end == std::string_view::npos ? text_.size() : end) - at_);
    }

    // One line, or several when a decorator's arguments go on.
    void read_comment_line() {
        advance(2);
        skip_blanks();
        while (peek() == '@' && at_ + 1 < text_.size() && is_name(text_[at_ + 1])) {
            if (!read_decorator()) return;
            skip_blanks();
        }
        skip_line();
    }

    bool read_decorator() {
        Decorator decorator{.name = {}, .span = here(), .arguments = {}};
        advance(1);
        const auto start = at_;
        while (is_name(peek())) advance(1);
        if (text_.substr(at_).starts_with("+(")) advance(1);  // @tags+(…) appends
        decorator.name = text_.substr(start, at_ - start);
        skip_blanks();
        decorator.arguments.span = decorator.span;
        bool sound = true;
        if (peek() == '(') sound = read_arguments(decorator);
        if (sound) {
            skip_blanks();
            sound = ends_well(decorator);
        }
        model_.decorators.push_back(std::move(decorator));
        return sound;
    }

    bool ends_well(const Decorator& decorator) {
        const char next = peek();
        if (next == '\n' || next == '@' || next == '#' || text_.substr(at_).starts_with("--"))
            return true;
        diagnostics_.error("CFG112",
            "unexpected text after @" + decorator.name + "; arguments stand in parentheses: @" +
                decorator.name + "(option: value)",
            here());
        skip_line();
        return false;
    }

    // From ( to the matching ), over as many comment lines as needed; what begins a line is blanked, so that the YAML
    // reader's places are the file's.
    bool read_arguments(Decorator& decorator) {
        const Span open = here();
        std::string yaml;
        if (!collect_arguments(yaml)) {
            diagnostics_.error("CFG112",
                "the parenthesis of @" + decorator.name + " is not closed in the comment", open);
            return false;
        }
        const bool words = takes_words(decorator.name);
        yaml.front() = words ? '[' : '{';
        yaml.back() = words ? ']' : '}';
        decorator.arguments =
            read_yaml({yaml, file_, open.line, open.column, "CFG112"}, diagnostics_);
        if (!words && decorator.arguments.map()) refuse_python_style(decorator);
        decorator.arguments.span = decorator.span;
        return true;
    }

    void refuse_python_style(Decorator& decorator) {
        std::erase_if(*decorator.arguments.map(), [&](const config::Entry& entry) {
            if (entry.key.find('=') == std::string::npos) return false;
            diagnostics_.error("CFG112",
                "write 'option: value', not 'option=value', in @" + decorator.name, entry.key_span);
            return true;
        });
    }

    bool collect_arguments(std::string& yaml) {
        int depth = 0;
        char quote = 0;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '\n') {
                if (!continue_on_next_line(yaml)) return false;
                continue;
            }
            const char before = yaml.empty() ? '(' : yaml.back();
            yaml += c;
            advance(1);
            if (quote != 0) {
                if (quote == '"' && c == '\\' && peek() != '\n') {
                    yaml += peek();
                    advance(1);
                } else if (c == quote) {
                    quote = 0;
                }
            } else if ((c == '"' || c == '\'') && !is_name(before)) {
                quote = c;
            } else if (c == '(') {
                ++depth;
            } else if (c == ')' && --depth == 0) {
                return true;
            }
        }
        return false;
    }

    bool continue_on_next_line(std::string& yaml) {
        yaml += '\n';
        advance(1);
        const auto start = at_;
        skip_blanks();
        if (!text_.substr(at_).starts_with("--")) return false;
        advance(2);
        yaml.append(at_ - start, ' ');
        return true;
    }

    std::string_view text_;
    std::string_view file_;
    Diagnostics& diagnostics_;
    SqlModel model_;
    std::size_t at_ = 0;
    std::size_t line_start_ = 0;
    int line_ = 1;
};

}  // namespace

SqlModel read_sql_model(std::string_view text, std::string_view file, Diagnostics& diagnostics) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return Header(text, file, diagnostics).read();
}

}  // namespace ingot::project
