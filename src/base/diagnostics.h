#pragma once
// Findings about the author's files. A stage reports and goes on, so that one run shows every mistake.
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ingot {

enum class Severity { warning, error };

struct Note {
    std::string message;
    Span where{};
};

struct Diagnostic {
    Code code;
    Severity severity = Severity::error;
    std::string message;
    Span where{};
    std::vector<Note> notes{};
};

class Diagnostics {
public:
    void error(Code code, std::string message, Span where = {}, std::vector<Note> notes = {}) {
        add({code, Severity::error, std::move(message), where, std::move(notes)});
    }
    void warn(Code code, std::string message, Span where = {}) {
        add({code, Severity::warning, std::move(message), where, {}});
    }
    void add(Diagnostic diagnostic) {
        diagnostic.message = redacted(std::move(diagnostic.message));
        errors_ += diagnostic.severity == Severity::error;
        all_.push_back(std::move(diagnostic));
    }
    void add(Error error) { this->error(error.code, std::move(error.message), error.where); }
    bool failed() const { return errors_ > 0; }
    std::size_t errors() const { return errors_; }
    const std::vector<Diagnostic>& all() const { return all_; }

private:
    std::vector<Diagnostic> all_;
    std::size_t errors_ = 0;
};

}  // namespace ingot
