#pragma once
// SQL text that is already right for its dialect, and templates with typed holes.
// A statement's shape stands in a .sql file; its parts are Fragments; a plain std::string cannot get in.
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ingot::sql {

class Dialect;

// A piece of SQL. Made by Dialect, by fill() and by joining other fragments; nothing else.
class Fragment {
public:
    Fragment() = default;
    const std::string& text() const { return text_; }
    bool empty() const { return text_.empty(); }
    friend Fragment operator+(Fragment a, const Fragment& b) {
        a.text_ += b.text_;
        return a;
    }
    // A literal of the program's own source: SQL that the programmer wrote, never data.
    template <std::size_t N>
    static Fragment of(const char (&literal)[N]) {
        return Fragment(std::string(literal, N - 1));
    }
    // SQL that an author wrote (a model, a where:); the caller vouches that it came from their files.
    static Fragment authored(std::string text) { return Fragment(std::move(text)); }

private:
    friend class Dialect;
    friend Result<Fragment> fill(
        std::string_view, std::initializer_list<std::pair<std::string_view, Fragment>>);
    explicit Fragment(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

// Parts with `separator` between them; empty for no parts.
Fragment join(const std::vector<Fragment>& parts, const Fragment& separator);

// Replaces each $name of the template. BUG001 when a hole has no value or a value no hole.
Result<Fragment> fill(
    std::string_view text, std::initializer_list<std::pair<std::string_view, Fragment>> holes);

}  // namespace ingot::sql
